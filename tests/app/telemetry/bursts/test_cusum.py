"""Sums of small shifts against adding up one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.telemetry.bursts.cusum import MOST, SLACK, Crossing, first_crossing, lowest_threshold, sums

DEVIATIONS = arrays(
    np.float64,
    st.tuples(st.integers(0, 40), st.integers(1, 3)),
    elements=st.one_of(st.floats(-9.0, 9.0), st.just(float("nan"))),
)


def plainly(deviation: np.ndarray, slack: float) -> np.ndarray:
    """Page's own rule, tick by tick."""
    found = np.zeros((2, *deviation.shape))
    for side, sign in enumerate((-1.0, 1.0)):
        for logger in range(deviation.shape[1]):
            total = 0.0
            for tick, value in enumerate(deviation[:, logger]):
                if not np.isnan(value):
                    total = max(0.0, total + min(max(sign * value, -MOST), MOST) - slack)
                found[side, tick, logger] = total
    return found


@given(DEVIATIONS, st.floats(0.0, 2.0))
def test_sums_are_those_of_adding_up(deviation: np.ndarray, slack: float) -> None:
    assert sums(deviation, slack) == pytest.approx(plainly(deviation, slack), abs=1e-9)


def _likely(risen: np.ndarray) -> float:
    """How much a shift over all of it explains."""
    return max(float(risen.sum()), 0.0) ** 2 / len(risen)


@given(DEVIATIONS, st.floats(0.5, 30.0), st.integers(1, 50))
def test_the_first_crossing_is_the_first(deviation: np.ndarray, threshold: float, block: int) -> None:
    total = plainly(deviation, SLACK)
    over = np.flatnonzero((total > threshold + 1e-9).any(axis=(0, 2)))
    found = first_crossing(deviation, threshold, block=block)
    if found is None:
        assert not len(over)
        return
    side = (-1, 1).index(found.side)
    assert found.height == pytest.approx(total[side, found.tick, found.logger], abs=1e-9)
    assert not (total[:, : found.tick] > threshold + 1e-9).any()
    assert (total[side, found.since : found.tick + 1, found.logger] > 0.0).all()
    zeros = np.flatnonzero(total[side, : found.tick + 1, found.logger] <= 0.0)
    first = int(zeros[-1]) + 1 if len(zeros) else 0
    risen = found.side * np.clip(np.nan_to_num(deviation[:, found.logger], nan=0.0), -MOST, MOST)
    likely = [_likely(risen[begin : found.tick + 1]) for begin in range(first, found.tick + 1)]
    assert likely[found.since - first] == pytest.approx(max(likely))


def test_a_single_wild_reading_is_no_burst_and_a_lasting_small_one_is() -> None:
    wild = np.zeros((50, 1))
    wild[10] = -400.0
    assert first_crossing(wild, 8.0) is None
    low = np.full((50, 2), 0.1)
    low[20:, 1] = -1.0 - SLACK
    assert first_crossing(low, 8.0) == Crossing(28, 20, 1, -1, pytest.approx(9.0))


def test_the_threshold_is_the_lowest_that_keeps_the_budget() -> None:
    heights = [3.0, 5.0, 5.5, 9.0]
    alarms = lambda threshold: sum(height > threshold for height in heights)  # noqa: E731
    assert lowest_threshold(alarms, 2, 10.0) == pytest.approx(5.0, abs=1e-4)
    assert alarms(lowest_threshold(alarms, 0, 10.0)) == 0
