"""What a screen showed at a moment of the past: by what had arrived, not by what is known since."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from demo_town import CHANNELS, LIMITS, MINUTE, NOW

from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarms import AlarmState
from app.telemetry.channels import Channel, Channels
from app.telemetry.curve_reading import curve_of
from app.telemetry.history import DAY_MS, History
from app.telemetry.live import Standing
from app.telemetry.look_back import present_at
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Readings
from app.telemetry.setup import Setup

SETUP = Setup(CHANNELS, LIMITS, ())
STEP = 0.01
"""Metres of head that one count of pressure stands for."""


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    made = History.create(tmp_path / "history.sqlite")
    yield made
    made.close()


def put(history: History, row: int, *told: tuple[int, int, int], setup: Setup = SETUP) -> None:
    """(source, received, count) of a channel."""
    record = setup.channels.records[row]
    number = history.channel(record.id, record.step)
    source, received, count = (np.array(column, dtype=np.int64) for column in zip(*told, strict=True))
    zeros = np.zeros(len(told), dtype=np.int64)
    history.append(Readings(np.full(len(told), number, dtype=np.int64), source, received, count, zeros))


def test_what_came_later_is_left_out(history: History) -> None:
    step = CHANNELS.records[1].step
    put(history, 1, (NOW - 60_000, NOW - 59_000, 3000), (NOW - 10_000, NOW + 5 * MINUTE, 1500))
    then = present_at(history, SETUP, (), NOW)
    assert then.at_ms == NOW
    assert then.values[1] == pytest.approx(3000 * step)
    assert then.source_ms[1] == NOW - 60_000
    later = present_at(history, SETUP, (), NOW + 5 * MINUTE)
    assert later.values[1] == pytest.approx(1500 * step)
    # It had been silent for a minute then, six times its interval; the others were never heard.
    assert then.standings.tolist() == [Standing.MISSING, Standing.STALE, *[Standing.MISSING] * 3]
    curve = curve_of(history, 1, step, NOW - MINUTE, NOW + MINUTE, 600, NOW)
    assert curve.start_ms.tolist() == [NOW - 60_000]
    assert len(curve_of(history, 1, step, NOW - MINUTE, NOW + MINUTE, 600)) == 2


def test_alarms_stand_as_their_log_says(history: History) -> None:
    events = [
        AlarmEvent(NOW - 9 * MINUTE, "PT-0002 low", Deed.RAISED),
        AlarmEvent(NOW - 5 * MINUTE, "PT-0002 low", Deed.ACKNOWLEDGED, "op"),
        AlarmEvent(NOW - 4 * MINUTE, "ST-B1 off", Deed.RAISED),
        AlarmEvent(NOW - 4 * MINUTE, "PT-0001 low", Deed.RAISED),
        AlarmEvent(NOW - 2 * MINUTE, "PT-0002 low", Deed.CLEARED),
    ]
    told = {
        10: [AlarmState.NORMAL] * 4,
        6: [AlarmState.NORMAL, AlarmState.NORMAL, AlarmState.UNACKNOWLEDGED, AlarmState.NORMAL],
        3: [AlarmState.UNACKNOWLEDGED, AlarmState.SUPPRESSED, AlarmState.ACKNOWLEDGED, AlarmState.NORMAL],
        1: [AlarmState.UNACKNOWLEDGED, AlarmState.SUPPRESSED, AlarmState.NORMAL, AlarmState.NORMAL],
    }
    for minutes, expected in told.items():
        assert present_at(history, SETUP, events, NOW - minutes * MINUTE).alarm_states.tolist() == expected


@pytest.mark.parametrize(("rests_ms", "standing"), [(2 * 3_600_000, Standing.SUSPECT), (MINUTE, Standing.GOOD)])
def test_what_was_stuck_then_is_suspect(history: History, rests_ms: int, standing: Standing) -> None:
    setup = Setup(
        Channels((Channel("PT", "", Quantity.PRESSURE, "MPa", 60.0, stuck_after_s=3600.0),)), type(LIMITS)(()), ()
    )
    first = [(NOW - rests_ms - MINUTE, NOW - rests_ms - MINUTE, 3001)]
    rest = [(at, at, 3000) for at in range(NOW - rests_ms, NOW + 1, MINUTE)]
    put(history, 0, *first, *rest, setup=setup)
    assert present_at(history, setup, (), NOW).standings.tolist() == [standing]


def test_a_long_span_ends_where_it_was_known(history: History) -> None:
    step = CHANNELS.records[1].step
    put(history, 1, *((NOW + hours * 3_600_000, NOW + hours * 3_600_000, 3000) for hours in range(-48, 48)))
    curve = curve_of(history, 1, step, NOW - 60 * DAY_MS, NOW + 2 * DAY_MS, 600, NOW)
    assert len(curve)
    assert curve.start_ms.max() <= NOW
    assert curve_of(history, 1, step, NOW - 60 * DAY_MS, NOW + 2 * DAY_MS, 600).start_ms.max() > NOW
    week = curve_of(history, 1, step, NOW - 7 * DAY_MS, NOW + 2 * DAY_MS, 600, NOW)
    assert week.step_ms > 0
    assert week.start_ms.max() <= NOW
