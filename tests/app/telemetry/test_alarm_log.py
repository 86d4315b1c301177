"""What is asked of the log again and again is small, and says the same as the whole log."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.alarm_events import AlarmEvent, Deed, restored
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarms import NEVER_MS, Alarms, Limit, Limits, Side

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
