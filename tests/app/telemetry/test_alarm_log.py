"""What is asked of the log again and again is small, and says the same as the whole log."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.alarm_events import DAY_MS, AlarmEvent, Deed, restored
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarms import NEVER_MS, Alarms, Limit, Limits, Side
from gis.stores import sqlite

LIMITS = Limits(
    tuple(Limit(f"PT-{at} low", 0, Side.LOW, 20.0, priority=at % 4 + 1, latches=at == 1) for at in range(3))
)
MINUTE = 60_000
EVENTS = st.builds(
    AlarmEvent,
    st.integers(0, 40).map(lambda at: at * MINUTE),
    st.sampled_from([one.id for one in LIMITS.records]),
    st.sampled_from(Deed),
    st.sampled_from(["", "王敏"]),
    note=st.sampled_from(["", "冲洗"]),
    until_ms=st.sampled_from([NEVER_MS, 50 * MINUTE]),
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AlarmLog]:
    made = AlarmLog(tmp_path / "alarms.sqlite")
    yield made
    made.close()


@given(st.lists(EVENTS, max_size=30), st.integers(0, 41).map(lambda at: at * MINUTE))
def test_the_state_follows_from_the_last_of_each_kind(
    tmp_path_factory: pytest.TempPathFactory, events: list[AlarmEvent], end_ms: int
) -> None:
    log = AlarmLog(tmp_path_factory.mktemp("log") / "alarms.sqlite")
    log.write(events)
    whole, short = (restored(found, LIMITS, end_ms) for found in (log.between(0, end_ms), log.states(end_ms)))
    for one in fields(Alarms):
        np.testing.assert_array_equal(getattr(short, one.name), getattr(whole, one.name))
    log.close()


def test_a_flood_of_days_is_told_by_its_end_and_by_what_people_did(log: AlarmLog) -> None:
    log.write([AlarmEvent(5, "PT-0 low", Deed.SHELVED, "王敏", "冲洗", 9 * MINUTE)])
    flood = [AlarmEvent(10 + at, f"PT-{at % 3} low", Deed.RAISED) for at in range(2_000)]
    log.write(flood)
    found = log.lately(0, 10_000, 100)
    assert [one.what for one in found] == [Deed.SHELVED, *[Deed.RAISED] * 100]
    assert found[1:] == tuple(flood[-100:])
    assert log.lately(0, 12, 100) == log.between(0, 12)
    assert len(log.states(10_000)) == 4


def in_order(events: list[AlarmEvent]) -> list[AlarmEvent]:
    """As a clock that goes forward gives them, some days long."""
    return [replace(event, at_ms=number * 20_000_000 + event.at_ms // 60) for number, event in enumerate(events)]


def told(events: list[AlarmEvent], start_ms: int) -> tuple[list[int], dict[str, tuple[int, int]]]:
    """When alarms came from *start_ms* on, and how often each came and chattered; event by event."""
    ended: dict[str, int] = {}
    at, counts = [], dict[str, tuple[int, int]]()
    for event in events:
        if event.what is Deed.CLEARED:
            ended[event.alarm] = event.at_ms
        if event.what is Deed.RAISED and event.at_ms >= start_ms:
            at.append(event.at_ms)
            came, chattered = counts.get(event.alarm, (0, 0))
            soon = event.alarm in ended and event.at_ms - ended[event.alarm] < 60_000
            counts[event.alarm] = (came + 1, chattered + soon)
    return at, counts


@given(st.lists(EVENTS, max_size=40), st.integers(0, 3), st.booleans())
def test_how_often_alarms_came_is_counted_as_they_are_written(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[AlarmEvent], day: int, is_slow: bool
) -> None:
    events = in_order(drawn) if is_slow else [replace(one, at_ms=n * 9_000) for n, one in enumerate(drawn)]
    path = tmp_path_factory.mktemp("log") / "alarms.sqlite"
    for part in (events[:15], events[15:]):  # another process goes on
        with closing(AlarmLog(path)) as log:
            log.write(part[:7])
            log.write(part[7:])
    at, counts = told(events, day * DAY_MS)
    with closing(AlarmLog(path, readonly=True)) as log:
        found = log.raisings(day * DAY_MS, 2**50)
    assert found.at_ms.tolist() == at
    assert {alarm: (came, chattered) for alarm, came, chattered in found.of_alarm} == counts


def test_a_log_of_an_earlier_version_is_added_up_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "alarms.sqlite"
    kinds = (Deed.RAISED, Deed.CLEARED)
    with closing(AlarmLog(path)) as log:
        log.write([AlarmEvent(at * 20_000, "PT-0 low", kinds[at % 2]) for at in range(11)])
        before = log.raisings(0, 2**50)
    connection = sqlite.connect(path)
    connection.execute("DROP TABLE alarm_day")
    connection.execute("DROP INDEX alarm_event_raised")
    connection.close()
    with closing(AlarmLog(path)) as log:
        after = log.raisings(0, 2**50)
    assert after.of_alarm == before.of_alarm == (("PT-0 low", 6, 5),)
    assert after.at_ms.tolist() == before.at_ms.tolist()


@given(st.lists(EVENTS, max_size=30), st.lists(st.integers(0, 41).map(lambda at: at * MINUTE), max_size=5), st.data())
def test_a_look_back_that_goes_on_finds_what_a_fresh_one_does(
    tmp_path_factory: pytest.TempPathFactory, events: list[AlarmEvent], ends: list[int], data: st.DataObject
) -> None:
    with closing(AlarmLog(tmp_path_factory.mktemp("log") / "alarms.sqlite")) as log:
        written = 0
        for end_ms in ends:
            upto = data.draw(st.integers(written, len(events)))
            log.write(events[written:upto])
            written = upto
            with closing(AlarmLog(log.path, readonly=True)) as fresh:
                assert log.states(end_ms) == fresh.states(end_ms)


def test_what_a_full_disk_refused_has_ended_nothing_when_it_comes_again(
    log: AlarmLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [AlarmEvent(0, "PT-0 low", Deed.RAISED), AlarmEvent(100 * MINUTE, "PT-0 low", Deed.CLEARED)]

    def full(*_: object) -> None:
        raise sqlite.Error("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(log, "_count", full)
        with pytest.raises(sqlite.Error):
            log.write(batch)
    log.write(batch)
    assert log.raisings(0, DAY_MS).of_alarm == (("PT-0 low", 1, 0),)
