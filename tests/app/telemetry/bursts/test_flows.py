"""Inflow that is more than usual, by day and by night; its part of the budget; what it says of a place."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from quiet_weeks import DAY, at_ms

from app.telemetry.bursts.flows import (
    Area,
    FlowRule,
    FlowStanding,
    flow_rule_from,
    given_to_flows,
    metered,
    watch_flows,
)
from app.telemetry.bursts.learned import LEARNED, Candidates, Learned
from app.telemetry.bursts.night_flow import NIGHT_MS, nights_of
from app.telemetry.bursts.places import Evidence, Signatures, place
from app.telemetry.bursts.proposals import FILE, Proposal, WatchState, same_burst
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import Standing
from app.telemetry.setup import FOLDER
from app.telemetry.shared_entries import BurstJudged

WEEK = 7 * DAY
AREAS = (Area("D1", ("F1", "F2"), (1.0, -1.0)), Area("D2", ("F3",), (1.0,)), Area("", ("F4", "F1"), (1.0, -1.0)))


def quiet_m3_h(days: int, seed: int = 3) -> np.ndarray:
    """Three areas that draw by one day and one weather, each with noise of its own; by night a fifth."""
    random = np.random.default_rng(seed)
    course = 1.0 + 0.8 * np.sin(2.0 * np.pi * (np.arange(days * DAY) / DAY - 0.25))
    weather = np.repeat(1.0 + random.normal(0.0, 0.05, days), DAY)
    own = np.exp(random.normal(0.0, 0.12, (days * DAY, 3)))
    return np.array([50.0, 80.0, 300.0]) * (course * weather)[:, None] * own


@pytest.fixture(scope="module")
def rule() -> FlowRule:
    return flow_rule_from(AREAS, at_ms(16 * WEEK), quiet_m3_h(16 * 7), 8 * WEEK, 2)


def told(rule: FlowRule, inflow_m3_h: np.ndarray) -> tuple[FlowStanding, list[tuple[Way, str, bool, int]]]:
    moments = at_ms(len(inflow_m3_h))
    standing, found = watch_flows(rule, FlowStanding.begin(3), moments, inflow_m3_h)
    ticks = [int(np.searchsorted(moments, one.detection.at_ms)) for one in found]
    return standing, [
        (one.way, AREAS[one.area].name, one.detection.ends, tick) for one, tick in zip(found, ticks, strict=True)
    ]


def test_quiet_months_keep_the_flows_part_of_the_budget(rule: FlowRule) -> None:
    assert [given_to_flows(allowed) for allowed in (0, 2, 4, 6, 26)] == [0, 0, 1, 1, 6]
    quiet = quiet_m3_h(16 * 7)[8 * WEEK :]
    assert len(watch_flows(rule, FlowStanding.begin(3), at_ms(16 * WEEK)[8 * WEEK :], quiet)[1]) <= 2
    lower = replace(rule, balance=replace(rule.balance, threshold=rule.balance.threshold / 3.0))
    assert len(watch_flows(lower, FlowStanding.begin(3), at_ms(16 * WEEK)[8 * WEEK :], quiet)[1]) > 2


def test_a_leak_in_an_area_is_told_there_and_so_is_its_end(rule: FlowRule) -> None:
    inflow = quiet_m3_h(28, seed=9)
    inflow[WEEK : 3 * WEEK, 1] += 15.0
    standing, found = told(rule, inflow)
    first = found[0]
    assert first[:3] == (Way.BALANCE, "D2", False)
    assert WEEK <= first[3] < WEEK + DAY
    assert [one[:3] for one in found if one[3] >= 3 * WEEK and one[0] is Way.BALANCE] == [(Way.BALANCE, "D2", True)]
    assert standing.balance.told_ms > int(at_ms(4 * WEEK)[3 * WEEK])


def test_a_small_leak_is_told_by_its_nights(rule: FlowRule) -> None:
    inflow = quiet_m3_h(35, seed=9)
    inflow[WEEK:, 2] += 8.0
    found = told(rule, inflow)[1]
    first = min((one for one in found if one[3] >= WEEK), key=lambda one: one[3])
    assert first[:3] == (Way.NIGHT, "", False)


def test_inflow_that_falls_is_seen_and_told_to_nobody(rule: FlowRule) -> None:
    inflow = quiet_m3_h(21, seed=1)
    inflow[WEEK:, 1] -= 15.0
    standing, found = told(rule, inflow)
    assert found == []
    assert standing.balance.told_ms > int(at_ms(3 * WEEK)[WEEK])


def test_a_night_is_from_two_to_four_and_unknown_where_half_of_it_is_missing() -> None:
    inflow = quiet_m3_h(3)
    inflow[DAY + 8 : DAY + 13, 0] = np.nan
    begins, mean = nights_of(at_ms(3 * DAY)[: 2 * DAY + 15], inflow[: 2 * DAY + 15])
    assert begins.tolist() == at_ms(3 * DAY)[[8, DAY + 8]].tolist(), "the third has not ended"
    assert NIGHT_MS == 2 * 3_600_000
    assert mean[0] == pytest.approx(inflow[8:16].mean(axis=0))
    assert np.isnan(mean[1]).tolist() == [True, False, False]
    assert len(nights_of(begins[:0], inflow[:0])[0]) == 0


def test_an_area_that_draws_more_holds_the_burst_and_tells_its_size(rule: FlowRule) -> None:
    of_pipe = np.array([0, 0, 1, 1, 2, -1])
    dark = Evidence(np.full(2, np.nan), np.eye(2), np.eye(2))
    signatures = Signatures(np.full((6, 2), 0.01), np.ones(6))
    found = place(signatures, dark, metered=metered(rule, np.array([0.0, 60.0, 0.0]), 40, of_pipe))
    assert found.probability[[2, 3]].sum() > 0.95
    assert found.size_m3_h[0] < 60.0 < found.size_m3_h[1] < 3.0 * found.size_m3_h[0]
    assert not place(signatures, dark).probability.any()
    # What pressures alone cannot tell apart, meters can; a meter that says nothing leaves it open.
    seen = Evidence(np.full(2, -0.3), 0.02**2 * np.eye(2), np.eye(2))
    both = place(signatures, seen, metered=metered(rule, np.array([30.0, np.nan, 0.0]), 40, of_pipe))
    assert both.probability[[0, 1]].sum() > 0.9
    open_ = place(signatures, seen, metered=metered(rule, np.full(3, np.nan), 8, of_pipe))
    assert open_.probability == pytest.approx(np.full(6, 1 / 6))


def test_what_inflow_taught_and_told_comes_back_from_the_disk(rule: FlowRule, tmp_path: Path) -> None:
    pressures = replace(rule.balance, threshold=7.0)
    learned = Learned(
        pressures, ("P1", "P2", "P3"), np.zeros((3, 2)), ("A", "乙"), Signatures(np.ones((2, 3)), np.ones(2)),
        Candidates(("A",), np.zeros((1, 2)), np.ones((2, 1))),
        made_ms=9, since_ms=1, until_ms=8, budget_s=7 * 86_400.0, used=0.9, flows=rule, area_of_pipe=np.array([1, -1]),
    )  # fmt: skip
    learned.save(tmp_path)
    again = Learned.load(tmp_path)
    assert again is not None
    assert again.flows is not None
    assert again.flows.areas == AREAS
    assert again.area_of_pipe.tolist() == [1, -1]
    inflow = quiet_m3_h(28, seed=9)
    inflow[WEEK:, 1] += 15.0
    assert told(again.flows, inflow)[1] == told(rule, inflow)[1]
    standing, _ = told(rule, inflow)
    one = Proposal(
        "burst night 1", 2, 1, "F3", 1, 9.0, ends=False, ticks=3, shift_m=(0.1, float("nan"), 0.2), level_m=(0.0,) * 3,
        over_m3_h=(1.0, float("nan"), 3.0), stood_m3_h=(0.0, 0.0, 0.0), flow_ticks=4, way=Way.NIGHT, area="D2",
    )  # fmt: skip
    WatchState(9, Standing.begin(3), (one,), standing).save(tmp_path)
    state = WatchState.load(tmp_path, 9, 3, 3)
    assert state.flows is not None
    assert state.flows.balance.told_ms == standing.balance.told_ms
    assert (state.proposals[0].way, state.proposals[0].area, state.proposals[0].flow_ticks) == (Way.NIGHT, "D2", 4)
    assert np.isnan(state.proposals[0].over_m3_h[1])


def test_files_of_earlier_versions_are_taken_up_without_inflow(rule: FlowRule, tmp_path: Path) -> None:
    learned = Learned(
        rule.balance, ("P1", "P2", "P3"), np.zeros((3, 2)), ("A",), Signatures(np.ones((1, 3)), np.ones(1)),
        Candidates(("A",), np.zeros((1, 2)), np.ones((1, 1))),
        made_ms=9, since_ms=1, until_ms=8, budget_s=1.0, used=0.9,
    )  # fmt: skip
    learned.save(tmp_path)
    with np.load(tmp_path / FOLDER / LEARNED) as held:
        assert not {"areas", "area_of_pipe"} & set(held.files), "what earlier versions wrote"
    again = Learned.load(tmp_path)
    assert again is not None
    assert again.flows is None
    (tmp_path / FOLDER / FILE).write_text(
        '{"made_ms": 9, "told_ms": 5, "level_m": [0.0, 0.1, 0.2], "proposals": [{"id": "burst 5", "at_ms": 5, '
        '"since_ms": 4, "logger": "P1", "side": -1, "height": 9.0, "ends": false, "ticks": 2, '
        '"shift_m": [0.1, null, 0.2], "level_m": [0.0, 0.0, 0.0]}]}',
        encoding="utf-8",
    )
    state = WatchState.load(tmp_path, 9, 3)
    assert (state.standing.told_ms, state.flows) == (5, None)
    assert (state.proposals[0].way, state.proposals[0].over_m3_h) == (Way.PRESSURE, ())
    begun = WatchState.load(tmp_path, 9, 3, 2)
    assert begun.flows is not None


def test_two_bursts_in_two_dmas_at_one_time_are_two_whichever_console_judged_one() -> None:
    told = {"since_ms": 10, "logger": "F1", "side": 1, "height": 9.0, "ends": False, "ticks": 3}
    rest = {"shift_m": (), "level_m": ()}
    first = Proposal("burst balance 20", 20, **told, **rest, way=Way.BALANCE, area="D1")
    second = Proposal("burst night 25", 25, **told, **rest, way=Way.NIGHT, area="D2")
    by_pressures = Proposal("burst 22", 22, **told, **rest)
    here = (first, second, by_pressures)

    def called(way: str, area: str) -> str:
        return same_burst(BurstJudged("burst there", 8, 30, 1, way, area), here)

    assert called(Way.BALANCE, "D1") == first.id
    assert called(Way.NIGHT, "D1") == first.id, "the same area's nights tell the same burst"
    assert called(Way.BALANCE, "D2") == second.id
    assert called(Way.PRESSURE, "") == by_pressures.id
    assert called(Way.BALANCE, "") == "burst there", "what lies in no metered DMA is not told by pressures alone"
    assert called("", "") == by_pressures.id, "an earlier version did not say where"
