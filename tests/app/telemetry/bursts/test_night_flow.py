import numpy as np
import pytest

from app.telemetry.bursts.inflow import InflowTold
from app.telemetry.bursts.night_flow import DAY_MS, TICK_MS, inflow_told, last_night_ms

MIDNIGHT = 20_000 * DAY_MS - 8 * 3_600_000
"""In the city."""
HOUR = 3_600_000
WEEK = [100.0, 104.0, 98.0, 102.0, 101.0, 99.0, 103.0]


def day_of(flows: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Inflow of some days: by day 500 m³/h, from two to four at night what *flows* says."""
    at_ms = MIDNIGHT + np.arange(len(flows) * 96, dtype=np.int64) * TICK_MS
    slot = np.arange(len(at_ms)) % 96
    inflow = np.where((slot >= 8) & (slot < 16), np.repeat(flows, 96), 500.0)
    return at_ms, inflow


def told(flows: list[float], since_ms: int, now_ms: int | None = None) -> InflowTold:
    at_ms, inflow = day_of(flows)
    inflow[at_ms >= since_ms] += np.where(inflow[at_ms >= since_ms] == 500.0, 60.0, 0.0)
    seen = at_ms < (at_ms[-1] + 1 if now_ms is None else now_ms)
    return inflow_told("D1", at_ms[seen], inflow[seen], (since_ms, since_ms + DAY_MS))


def test_a_high_night_stands_out_against_those_before_and_the_balance_is_told_since_a_moment() -> None:
    since = MIDNIGHT + 7 * DAY_MS
    high = told([*WEEK, 160.0], since)
    assert (high.night_ms, high.night_m3_h, high.usual_m3_h) == (since + 2 * HOUR, 160.0, 101.0)
    assert high.is_high
    assert 55.0 < high.over_m3_h < 65.0
    assert not told([*WEEK, 104.0], since).is_high
    # Nights of the burst itself are not what was usual before it.
    later = told([*WEEK, *[160.0] * 9], since)
    assert (later.night_ms, later.usual_m3_h) == (since + 8 * DAY_MS + 2 * HOUR, 101.0)


def test_of_a_night_that_has_not_come_or_is_not_over_nothing_is_told() -> None:
    since = MIDNIGHT + 7 * DAY_MS + 10 * HOUR
    for now_ms in (since + HOUR, MIDNIGHT + 8 * DAY_MS + HOUR, MIDNIGHT + 8 * DAY_MS + 4 * HOUR - TICK_MS):
        early = told([*WEEK, 101.0, 160.0], since, now_ms)
        assert early.night_ms is None
        assert np.isnan(early.night_m3_h)
        assert early.usual_m3_h == pytest.approx(101.0)
        assert not early.is_high
    assert told([*WEEK, 101.0, 160.0], since, MIDNIGHT + 8 * DAY_MS + 4 * HOUR).night_m3_h == 160.0


def test_a_night_with_a_silent_meter_is_told_as_unknown() -> None:
    since = MIDNIGHT + 7 * DAY_MS
    silent = told([*WEEK, float("nan")], since)
    assert silent.night_ms == since + 2 * HOUR
    assert np.isnan(silent.night_m3_h)
    assert not silent.is_high
    assert silent.over_m3_h > 50.0


def test_few_nights_say_nothing_of_what_is_usual() -> None:
    few = inflow_told("D1", *day_of([100.0, 300.0]), (MIDNIGHT + DAY_MS, MIDNIGHT + 2 * DAY_MS))
    assert np.isnan(few.usual_m3_h)
    assert not few.is_high
    assert np.isnan(told(WEEK, MIDNIGHT + 30 * DAY_MS).over_m3_h)


def test_the_last_night_is_one_that_is_over() -> None:
    for now_ms, began_ms in (
        (MIDNIGHT + 4 * HOUR, MIDNIGHT + 2 * HOUR),
        (MIDNIGHT + 4 * HOUR - 1, MIDNIGHT - DAY_MS + 2 * HOUR),
        (MIDNIGHT + 23 * HOUR, MIDNIGHT + 2 * HOUR),
    ):
        assert last_night_ms(now_ms) == began_ms
