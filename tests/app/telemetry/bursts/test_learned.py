"""What the watch was taught and what it told come back from the disk as they were."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from quiet_weeks import DAY, TICK_S, at_ms, quiet_m

from app.errors import AppError
from app.telemetry.bursts.learned import LEARNED, Candidates, Learned
from app.telemetry.bursts.places import Signatures
from app.telemetry.bursts.proposals import FILE, Proposal, WatchState, begins_ms, is_at_latest, proposal_of
from app.telemetry.bursts.watch import Rule, Standing, rule_from, watch
from app.telemetry.setup import FOLDER

WEEK = 7 * DAY
LOGGERS = ("P1", "P2", "P3", "P4", "P5")


@pytest.fixture(scope="module")
def learned() -> Learned:
    rule = rule_from(at_ms(8 * WEEK), quiet_m(56), 4 * WEEK, TICK_S, 7 * 86_400.0)
    assert isinstance(rule, Rule)
    drop = np.arange(15, dtype=np.float64).reshape(3, 5) / 64.0
    candidates = Candidates(("A",), np.zeros((1, 2)), np.ones((3, 1)))
    return Learned(
        rule, LOGGERS, np.zeros((5, 2)), ("A", "乙", "C"), Signatures(drop, np.ones(3)), candidates,
        made_ms=9, since_ms=1, until_ms=8, budget_s=7 * 86_400.0, used=0.9,
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(learned: Learned) -> tuple[Standing, tuple[Proposal, ...]]:
    head_m = quiet_m(21, seed=99)
    head_m[WEEK:] += np.array([0.0, -0.1, -0.4, -0.2, 0.0])
    head_m[:, 4] = np.nan
    standing, found = watch(learned.rule, Standing.begin(5), at_ms(len(head_m)), head_m)
    assert found
    return standing, tuple(proposal_of(one, LOGGERS, TICK_S * 1000) for one in found)


def test_what_was_learned_comes_back(learned: Learned, tmp_path: Path) -> None:
    assert Learned.load(tmp_path) is None
    learned.save(tmp_path)
    again = Learned.load(tmp_path)
    assert again is not None
    assert (again.loggers, again.pipes, again.candidates.pipes) == (LOGGERS, ("A", "乙", "C"), ("A",))
    assert (again.made_ms, again.since_ms, again.until_ms, again.tick_ms) == (9, 1, 8, TICK_S * 1000)
    assert again.rule.threshold == learned.rule.threshold
    head_m = quiet_m(7, seed=5)
    wanted = learned.rule.neighbours.left_over(at_ms(WEEK), head_m)
    assert np.array_equal(again.rule.neighbours.left_over(at_ms(WEEK), head_m), wanted)
    assert np.allclose(again.signatures.drop, learned.signatures.drop)


def test_what_was_told_comes_back_and_is_evidence_again(
    learned: Learned, told: tuple[Standing, tuple[Proposal, ...]], tmp_path: Path
) -> None:
    (tmp_path / FOLDER).mkdir()
    assert WatchState.load(tmp_path, 9, 5).proposals == ()
    standing, proposals = told
    WatchState(9, standing, proposals).save(tmp_path)
    again = WatchState.load(tmp_path, 9, 5)
    assert again.standing.told_ms == standing.told_ms
    assert [one.id for one in again.proposals] == [one.id for one in proposals]
    one = again.proposals[0]
    assert np.isnan(one.shift_m[4])
    assert one.evidence(learned.rule).transform.shape == (5, 5)
    assert abs(one.since_ms - int(at_ms(3 * WEEK)[WEEK])) < 3_600_000
    assert WatchState.load(tmp_path, 10, 5).proposals == ()
    assert begins_ms(again.standing, 5, 10**15, 10) == standing.told_ms, "until what it takes is kept"
    WatchState(9, replace(standing, is_settled=True), proposals).save(tmp_path)
    kept = WatchState.load(tmp_path, 9, 5)
    assert begins_ms(kept.standing, 5, 10**15, 10) == 10**15 - 10
    assert begins_ms(Standing.begin(5), 5, 8, 100) == 5


def test_what_is_damaged_is_said(learned: Learned, tmp_path: Path) -> None:
    learned.save(tmp_path)
    for name, load in (
        (LEARNED, lambda: Learned.load(tmp_path)),
        (FILE, lambda: WatchState.load(tmp_path, 9, 5)),
    ):
        (tmp_path / FOLDER / name).write_bytes(b"PK\x03\x04 nonsense")
        with pytest.raises(AppError, match=r"bursts\.damaged"):
            load()


def test_what_begins_while_the_watch_holds_is_known_to_have_begun_before(learned: Learned) -> None:
    def told(*begins: int) -> tuple[Proposal, ...]:
        head_m = quiet_m(28, seed=99)
        for begin, drop_m in zip(begins, ([0.0, -0.1, -0.4, -0.2, 0.0], [-0.8, -0.1, 0.0, 0.0, 0.0]), strict=False):
            head_m[begin:] += np.array(drop_m)
        found = watch(learned.rule, Standing.begin(5), at_ms(len(head_m)), head_m)[1]
        kept = tuple(proposal_of(one, LOGGERS, TICK_S * 1000) for one in found)
        return tuple(one for one in kept if one.at_ms >= int(at_ms(4 * WEEK)[begins[0]]))

    first, second = told(WEEK, WEEK + DAY * 3 // 4)[:2]
    assert second.since_ms > int(at_ms(4 * WEEK)[WEEK + DAY * 3 // 4]) + 3_600_000, "it began six hours before"
    assert [is_at_latest(one, (first, second), learned.rule) for one in (first, second)] == [False, True]
    first, second = told(WEEK, WEEK + 3 * DAY)[:2]
    assert [is_at_latest(one, (first, second), learned.rule) for one in (first, second)] == [False, False]
