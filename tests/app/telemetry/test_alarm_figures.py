from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from demo_town import LIMITS, MINUTE, NOW

from app.telemetry.alarm_events import DAY_MS, AlarmEvent, Deed, restored
from app.telemetry.alarm_figures import STANDING_MS, alarm_figures, figures_from_ms, is_flood, rehearsed
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarms import NEVER_MS, NOBODY, Alarms, AlarmState, Limit, Limits, Side, states
from app.telemetry.curves import Curve, step_for
from app.telemetry.readings import NO_VALUE, Quality, Readings


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AlarmLog]:
    with closing(AlarmLog(tmp_path / "alarms.sqlite")) as made:
        yield made


LOW = Limit("x", 0, Side.LOW, 26.0, 0.5, on_delay_ms=20_000, off_delay_ms=30_000)


def stream(*values: float | None, step_ms: int = 10_000) -> Readings:
    counts = np.array([NO_VALUE if value is None else round(value * 100) for value in values], dtype=np.int64)
    at = np.arange(len(values), dtype=np.int64) * step_ms
    quality = np.where(counts == NO_VALUE, int(Quality.NO_NUMBER), 0)
    return Readings(np.zeros(len(at), dtype=np.int64), at, at, counts, quality)


@pytest.mark.parametrize(
    ("values", "spans"),
    [
        ([30, 30, 30], []),
        ([30, 25, 30, 30], []),
        ([30, 25, 25, 25, 30, 30, 30, 30, 30], [(30_000, 70_000)]),
        ([30, 25, None, 25, 26.2, 30, 30, 30, 30, 30], [(30_000, 80_000)]),
        ([25, 25, 25], [(20_000, 20_000)]),
        ([25, 25, 25, 30, 25, 25, 25, 30, 30, 30, 30, 30], [(20_000, 100_000)]),
        ([None, None], []),
        ([], []),
    ],
)
def test_a_limit_is_tried_with_its_delays_and_its_deadband(
    values: list[float | None], spans: list[tuple[int, int]]
) -> None:
    assert list(rehearsed(LOW, stream(*values), 0.01)) == spans


def test_a_high_limit_is_tried_the_other_way_round() -> None:
    high = replace(LOW, side=Side.HIGH, on_delay_ms=0, off_delay_ms=0)
    assert rehearsed(high, stream(25, 27, 27, 25, 25), 0.01) == ((10_000, 30_000),)


def test_silence_is_rehearsed_like_a_value() -> None:
    silent = replace(LOW, side=Side.SILENT, on_delay_ms=0, off_delay_ms=0)
    assert rehearsed(silent, stream(25, 25), 0.01, 10_000) == ()
    # One reading in ten seconds; after thirty it is silent.
    gap = stream(25, 25, 25, 25, 25, 25, 25, 25).take(np.array([0, 1, 7]))
    assert rehearsed(silent, gap, 0.01, 10_000) == ((40_000, 70_000),)
    assert rehearsed(replace(silent, on_delay_ms=40_000), gap, 0.01, 10_000) == ()
    bad = stream(25, 25, 25, 25)
    bad.quality[1:3] = int(Quality.SENT_BAD)
    assert rehearsed(silent, bad, 0.01, 10_000) == ((10_000, 30_000),), "what cannot be relied on is silence"
    bad.quality[0] = bad.quality[3] = int(Quality.SENT_BAD)
    assert rehearsed(silent, bad, 0.01, 10_000) == ((0, 30_000),)


def test_a_spike_or_a_suspect_reading_does_not_end_what_is_rehearsed() -> None:
    low = replace(LOW, on_delay_ms=0, off_delay_ms=0, deadband=0.0)
    doubtful = stream(30, 17, 30, 17, 17, 30)
    doubtful.quality[2] = int(Quality.SENT_UNCERTAIN)
    assert rehearsed(low, doubtful, 0.01) == ((10_000, 50_000),)
    values = [17.0 + 0.01 * (at % 3) for at in range(40)]
    values[20] = 30.0
    assert len(rehearsed(low, stream(*values), 0.01)) == 1


def test_figures_count_floods_bad_actors_and_chattering(log: AlarmLog) -> None:
    raised = [AlarmEvent(NOW + 1000 * at, "PT-0002 low", Deed.RAISED) for at in range(12)]
    ends = [AlarmEvent(NOW + 1000 * at + 500, "PT-0002 low", Deed.CLEARED) for at in range(11)]
    events = sorted([*raised, *ends, AlarmEvent(NOW + 50 * MINUTE, "ST-B1 off", Deed.RAISED)], key=lambda e: e.at_ms)
    end = NOW + STANDING_MS + 60 * MINUTE
    alarms = restored(events, LIMITS, end)
    log.write(events)
    start = figures_from_ms(end, 1)
    assert NOW - DAY_MS < start <= NOW
    found = alarm_figures(log.raisings(start, end), LIMITS, alarms, start, end)
    assert (found.raised, found.peak, found.chattering, found.standing) == (13, 12, 1, 2)
    assert found.by_priority == (1, 12, 0, 0)
    assert found.flood_share == pytest.approx(600_000 / (end - start), rel=0.01)
    assert found.worst[0] == ("PT-0002 low", 12)
    assert is_flood(np.array([event.at_ms for event in raised]), NOW + MINUTE)
    assert not is_flood(np.array([NEVER_MS] * 20), NOW)


def test_nothing_happened_is_no_fault(log: AlarmLog) -> None:
    nothing = log.raisings(figures_from_ms(NOW, 30), NOW + MINUTE)
    found = alarm_figures(nothing, LIMITS, Alarms.quiet(len(LIMITS), NOW), NOW, NOW + MINUTE)
    assert (found.raised, found.peak, found.worst) == (0, 0, ())


def test_the_state_is_a_fold_of_what_was_written() -> None:
    deeds = [Deed.RAISED, Deed.ACKNOWLEDGED, Deed.ASKED_AGAIN, Deed.ACKNOWLEDGED, Deed.CLEARED]
    events = [AlarmEvent(NOW + at, "PT-0002 low", deed) for at, deed in enumerate(deeds)]
    assert states(restored(events[:1], LIMITS, NOW), LIMITS, NOW)[2] == AlarmState.UNACKNOWLEDGED
    assert states(restored(events[:3], LIMITS, NOW), LIMITS, NOW)[2] == AlarmState.UNACKNOWLEDGED
    assert states(restored(events[:4], LIMITS, NOW), LIMITS, NOW)[2] == AlarmState.ACKNOWLEDGED
    assert states(restored(events, LIMITS, NOW), LIMITS, NOW)[2] == AlarmState.NORMAL
    shelved = AlarmEvent(NOW, "PT-0002 low", Deed.SHELVED, "op", "x", NOW + MINUTE)
    assert states(restored([shelved], LIMITS, NOW), LIMITS, NOW)[2] == AlarmState.SHELVED
    for back in (Deed.UNSHELVED, Deed.RESET, Deed.BACK, Deed.NOTED):
        assert states(restored([AlarmEvent(NOW, "gone", back)], LIMITS, NOW), LIMITS, NOW).max() == AlarmState.NORMAL
    assert states(restored([AlarmEvent(NOW, "PT-0002 low", Deed.OUT)], LIMITS, NOW), LIMITS, NOW)[2] == (
        AlarmState.OUT_OF_SERVICE
    )
    latching = Limits((replace(LIMITS.records[2], latches=True, unless=NOBODY),))
    assert states(restored(events, latching, NOW), latching, NOW).tolist() == [AlarmState.LATCHED]
    events.append(AlarmEvent(NOW + 5, "PT-0002 low", Deed.RESET, "op"))
    assert states(restored(events, latching, NOW), latching, NOW).tolist() == [AlarmState.NORMAL]


def test_a_gap_breaks_a_curve_and_a_cursor_beside_it_reads_nothing() -> None:
    at = np.array([0, 10_000, 20_000, 90_000, 100_000], dtype=np.int64)
    value = np.arange(5.0)
    curve = Curve(at, value, value, value, 0)
    assert curve.pieces(10_000) == [slice(0, 3), slice(3, 5)]
    assert curve.at(19_000, 15_000) == 2.0
    assert np.isnan(curve.at(50_000, 15_000))
    empty = Curve(at[:0], value[:0], value[:0], value[:0], 0)
    assert empty.pieces(10_000) == []
    assert np.isnan(empty.at(0, 1))
    assert [step_for(span * 3_600_000, 700) // MINUTE for span in (1, 24, 168, 8760)] == [0, 5, 15, 1440]
