"""Clocks that are set while readings come: the console's own, and those of instruments, forward and back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_town import NOW
from reading_streams import told

from app.feeds.inbox import Message
from app.telemetry.alarms import Change, Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.history import History
from app.telemetry.json_messages import opened
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Quality
from app.telemetry.recorder import Recorder, Snapshot
from app.times import CITY_TIME

HOUR = 3_600_000
TICK = 10_000
CHANNELS = Channels(
    (Channel("PT-1", "", Quantity.PRESSURE, "m", 10.0), Channel("PT-2", "", Quantity.PRESSURE, "m", 10.0))
)
LIMITS = Limits(
    (
        Limit("PT-1 low", 0, Side.LOW, 20.0, on_delay_ms=60_000),
        Limit("PT-1 silent", 0, Side.SILENT),
        Limit("PT-2 silent", 1, Side.SILENT),
    )
)
BOTH_WAYS = pytest.mark.parametrize("by_ms", [HOUR, -HOUR], ids=["forward", "back"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Recorder]:
    history = History.create(tmp_path / "history.sqlite")
    yield Recorder(CHANNELS, LIMITS, history, {"line": lambda one: opened(one, CITY_TIME)}, NOW)
    history.close()


def send(desk: Recorder, at_ms: int, stamped_ms: int, **values: float) -> Snapshot:
    """What came in at *at_ms* of our clock."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    body = json.dumps({"ts": stamped_ms, "values": named}).encode()
    return desk.take([Message("line", "t", body, at_ms)] if values else [], at_ms)


def raised(shown: Snapshot) -> list[str]:
    return [LIMITS.records[one.alarm].id for one in shown.transitions if one.change is Change.RAISED]


@BOTH_WAYS
def test_what_has_lasted_a_while_has_lasted_no_longer_when_our_clock_is_set(desk: Recorder, by_ms: int) -> None:
    """One goes on sending, below its limit for half a minute; the other fell silent ten seconds ago."""
    send(desk, NOW, NOW, PT_1=19.0, PT_2=30.0)
    for at in (1, 2, 3):
        shown = send(desk, NOW + at * TICK, NOW + at * TICK, PT_1=19.0 + at / 100, **({} if at > 2 else {"PT_2": 30.0}))
    desk.clock_set(by_ms)
    new = NOW + by_ms
    shown = send(desk, new + 30_100, new + 30_100)
    assert shown.at_ms == new + 30_100
    assert shown.standings.tolist() == [Standing.GOOD, Standing.GOOD]
    assert not shown.transitions, "neither silent nor low for long enough"
    shown = send(desk, new + 40_000, new + 40_000, PT_1=19.1)
    assert shown.standings.tolist() == [Standing.GOOD, Standing.GOOD]
    assert raised(send(desk, new + 51_000, new + 51_000, PT_1=19.2)) == ["PT-2 silent"]
    assert raised(send(desk, new + 61_000, new + 61_000, PT_1=19.3)) == ["PT-1 low"]


def test_an_alarm_that_stands_is_as_old_as_before(desk: Recorder) -> None:
    for at in range(8):
        send(desk, NOW + at * TICK, NOW + at * TICK, PT_1=19.0 + at / 100)
    assert desk.alarms.raised_ms[0] == NOW + 60_000
    untold = desk.alarms.acknowledged_ms.copy()
    desk.clock_set(-HOUR)
    assert desk.alarms.raised_ms[0] == NOW + 60_000 - HOUR
    assert (desk.alarms.acknowledged_ms == untold).all(), "what never was is not moved"
    assert desk.live.received_ms[1] == -(2**62)


@BOTH_WAYS
def test_nothing_of_the_history_is_lost_when_our_clock_is_set(desk: Recorder, by_ms: int) -> None:
    """It was wrong before, or is now: instruments stamp by theirs."""
    for at in range(6):
        send(desk, NOW + at * TICK, NOW + at * TICK, PT_1=30.0 + at / 100)
    desk.clock_set(by_ms)
    for at in range(6, 12):
        send(desk, NOW + by_ms + at * TICK, NOW + at * TICK, PT_1=30.0 + at / 100)
    number, _ = desk.history.channels()["PT-1"]
    kept = told(desk.history.readings(number, NOW - HOUR, NOW + 2 * HOUR))
    assert [(at_ms, count) for at_ms, count, _ in kept] == [(NOW + at * TICK, 3000 + at) for at in range(12)]


@pytest.mark.parametrize(("by_ms", "mark"), [(HOUR, Quality.FUTURE), (-HOUR, Quality(0))], ids=["forward", "back"])
def test_an_instrument_whose_clock_is_set_wrong_is_silent_not_wrong_and_is_there_again_when_it_is_right(
    desk: Recorder, by_ms: int, mark: Quality
) -> None:
    last = send(desk, NOW, NOW, PT_1=30.0, PT_2=30.0)
    for at in range(1, 6):
        moment = NOW + at * TICK
        send(desk, moment, moment, PT_2=30.0 + at / 100)
        last = send(desk, moment, moment + by_ms, PT_1=19.0 + at / 100)
    assert last.values[0] == 30.0, "what is stamped wrongly does not stand for now"
    assert last.standings.tolist() == [Standing.STALE, Standing.GOOD]
    assert "PT-1 low" not in [LIMITS.records[row].id for row in desk.alarms.is_active.nonzero()[0].tolist()]
    again = send(desk, NOW + 6 * TICK, NOW + 6 * TICK, PT_1=29.0)
    assert again.standings[0] == Standing.GOOD
    assert again.values[0] == 29.0
    number, _ = desk.history.channels()["PT-1"]
    kept = told(desk.history.readings(number, NOW + by_ms, NOW + by_ms + HOUR - 1))
    assert [(at_ms - by_ms - NOW, quality) for at_ms, _, quality in kept][-5:] == [
        (at * TICK, int(mark)) for at in range(1, 6)
    ]


@BOTH_WAYS
def test_a_clock_that_comes_right_after_the_start_makes_the_desk_right(desk: Recorder, by_ms: int) -> None:
    """The machine starts an hour off; instruments are right all the time."""
    wrong = send(desk, NOW, NOW + by_ms, PT_1=30.0)
    assert wrong.standings[0] == (Standing.MISSING if by_ms > 0 else Standing.GOOD), "nobody knows better yet"
    desk.clock_set(by_ms)
    right = send(desk, NOW + by_ms + TICK, NOW + by_ms + TICK, PT_1=30.1)
    assert (right.at_ms, right.standings[0], right.values[0]) == (NOW + by_ms + TICK, Standing.GOOD, 30.1)
