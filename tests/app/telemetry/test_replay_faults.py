"""Recordings with faults of the line: nothing is lost, and the history is the same to the last count."""

import json
from pathlib import Path

import pytest
from demo_town import CHANNELS, LIMITS, MINUTE, NOW, town_day
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from app.errors import AppError
from app.feeds.inbox import Message
from app.feeds.replay import Recorded
from app.telemetry.demo_feed import Instruments
from app.telemetry.history import History
from app.telemetry.json_messages import opened
from app.telemetry.recorder import Recorder
from app.telemetry.replay_faults import CUT_EVERY_MS, CUT_MS, Fault, faults_named, with_faults
from app.times import CITY_TIME

MESSAGES = [Recorded(NOW + 10_000 * at, "t", json.dumps({"at": at}).encode()) for at in range(200)]
INSTRUMENTS = Instruments(tuple(one.id for one in CHANNELS.records), (0, 4, 4, 1, 3), town_day(), (), 10_000)
END_MS = NOW + 90 * MINUTE
TURN = 9


def stream(minutes: int) -> list[Recorded]:
    """What the town's gateway sends."""
    ticks = INSTRUMENTS.ticks(NOW, NOW + minutes * MINUTE).tolist()
    return [Recorded(tick + 400, "t", INSTRUMENTS.message(tick, stamped_ms=tick)) for tick in ticks]


def batched(messages: list[Recorded]) -> list[list[Recorded]]:
    """By turns of the recorder."""
    return [messages[at : at + TURN] for at in range(0, len(messages), TURN)]


def history_of(path: Path, messages: list[Recorded], compact_at: set[int]) -> dict[str, list[tuple[int, int, int]]]:
    """(instant, count, quality) of every channel, after all that came, put away at some moments in between."""
    history = History.create(path)
    desk = Recorder(CHANNELS, LIMITS, history, {"line": lambda one: opened(one, CITY_TIME)}, NOW)
    for at, turn in enumerate(batched(messages)):
        desk.take([Message("line", one.name, one.body, one.at_ms) for one in turn], turn[-1].at_ms)
        if at in compact_at:
            history.compact(turn[-1].at_ms + at % 3 * 60 * MINUTE)
    history.compact(END_MS)
    found = {}
    for name, (number, _) in history.channels().items():
        kept = history.readings(number, 0, END_MS)
        found[name] = list(zip(kept.source_ms.tolist(), kept.count.tolist(), kept.quality.tolist(), strict=True))
    history.close()
    return found


@soak_examples(300, usual=6)
@given(st.sets(st.sampled_from(Fault), min_size=1), st.integers(0, 10_000), st.sets(st.integers(0, 20), max_size=3))
def test_the_history_of_a_faulty_line_is_that_of_a_sound_one(
    tmp_path_factory: pytest.TempPathFactory, faults: set[Fault], seed: int, compact_at: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    sent = stream(20)
    sound = history_of(folder / "sound.sqlite", sent, set())
    faulty = history_of(folder / "faulty.sqlite", with_faults(sent, faults, seed), compact_at)
    assert faulty == sound
    assert len(sound["PT-0001"]) == 120


def test_the_same_seed_strikes_the_same_messages() -> None:
    struck = with_faults(MESSAGES, tuple(Fault), 5)
    assert with_faults(MESSAGES, tuple(Fault), 5) == struck
    assert with_faults(MESSAGES, tuple(Fault), 6) != struck
    assert with_faults(MESSAGES, (), 5) == MESSAGES


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.SHUFFLED, Fault.CUT])
def test_what_is_held_up_comes_later_and_whole(fault: Fault) -> None:
    struck = with_faults(MESSAGES, (fault,), 3)
    assert sorted(one.body for one in struck) == sorted(one.body for one in MESSAGES)
    sent = {one.body: one.at_ms for one in MESSAGES}
    delays = [one.at_ms - sent[one.body] for one in struck]
    assert min(delays) >= 0
    assert max(delays) > 0
    assert [one.at_ms for one in struck] == sorted(one.at_ms for one in struck)


def test_a_cut_line_brings_everything_at_its_end() -> None:
    struck = with_faults(MESSAGES, (Fault.CUT,), 3)
    assert all(one.at_ms % CUT_EVERY_MS >= CUT_MS for one in struck)
    at_once = max(sum(one.at_ms == other.at_ms for other in struck) for one in struck)
    assert at_once == CUT_MS // 10_000


def test_what_is_damaged_or_doubled_comes_whole_as_well() -> None:
    damaged = with_faults(MESSAGES, (Fault.DAMAGED,), 3)
    whole = {one.body for one in MESSAGES}
    torn = [one.body for one in damaged if one.body not in whole]
    assert 5 < len(torn) == len(damaged) - len(MESSAGES)
    refused = [opened(Message("line", "t", body, NOW), CITY_TIME) for body in torn]
    assert all(one.refused and not one.sent for one in refused)
    doubled = with_faults(MESSAGES, (Fault.DOUBLED,), 3)
    assert len(doubled) > len(MESSAGES) + 5
    assert {one.body for one in doubled} == whole


def test_faults_are_named_by_words() -> None:
    assert faults_named(["late", " cut", ""]) == (Fault.LATE, Fault.CUT)
    assert faults_named(["all"]) == tuple(Fault)
    with pytest.raises(AppError, match=r"feed\.bad_fault") as refused:
        faults_named(["lost"])
    assert refused.value.detail["name"] == "lost"
