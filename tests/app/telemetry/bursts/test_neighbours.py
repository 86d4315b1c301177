"""What the other loggers explain, against regressions worked out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from quiet_weeks import DAY, TICK_S, at_ms, quiet_m

from app.telemetry.bursts.neighbours import LEAST_SPREAD_M, learn

WEEKS = 6 * 7


def test_each_logger_is_predicted_by_the_others_as_a_regression_would() -> None:
    head_m = quiet_m(WEEKS)
    found = learn(at_ms(len(head_m)), head_m)
    off_m = found.bands.off(at_ms(len(head_m)), head_m)
    left_m = found.left_over(at_ms(len(head_m)), head_m)
    for logger in range(head_m.shape[1]):
        others = [other for other in range(head_m.shape[1]) if other != logger]
        weights = np.linalg.solve(found.covariance[np.ix_(others, others)], found.covariance[others, logger])
        assert left_m[:, logger] == pytest.approx(off_m[:, logger] - off_m[:, others] @ weights, abs=1e-9)


def test_weather_that_all_feel_is_explained_and_a_shift_of_one_is_not() -> None:
    head_m = quiet_m(WEEKS)
    found = learn(at_ms(len(head_m)), head_m)
    assert (found.spread_m < 0.12).all(), "the weather alone moves them by half a metre and more"
    shifted = head_m.copy()
    shifted[:, 2] -= 1.0
    moved_m = found.left_over(at_ms(len(head_m)), shifted) - found.left_over(at_ms(len(head_m)), head_m)
    assert moved_m[:, 2] == pytest.approx(-np.ones(len(head_m)))
    assert moved_m[0] == pytest.approx(found.transform(np.full(5, fill_value=True)) @ [0.0, 0.0, -1.0, 0.0, 0.0])


def test_a_logger_that_is_silent_is_left_out_exactly() -> None:
    head_m = quiet_m(WEEKS)
    whole = learn(at_ms(len(head_m)), head_m)
    gap = head_m.copy()
    gap[500:900, 4] = np.nan
    left_m = whole.left_over(at_ms(len(gap)), gap)
    assert np.isnan(left_m[500:900, 4]).all()
    assert np.isfinite(left_m[500:900, :4]).all()
    without = whole.covariance[:4, :4]
    off_m = whole.bands.off(at_ms(len(gap)), gap)[600, :4]
    weights = np.linalg.solve(without[1:, 1:], without[1:, 0])
    alone = off_m[0] - off_m[1:] @ weights
    assert abs(left_m[600, 0]) < abs(alone), "what three explain strays more than what four do"
    assert left_m[500:900, :4].std(axis=0) == pytest.approx(left_m[:500, :4].std(axis=0), rel=0.2)
    assert left_m[600, 0] / alone == pytest.approx(
        left_m[601, 0] / (whole.bands.off(at_ms(602), gap[:602])[601, :4] @ [1.0, *-weights])
    )
    assert left_m[:500] == pytest.approx(whole.left_over(at_ms(500), head_m[:500]))


def test_a_logger_never_heard_of_leaves_nothing_over() -> None:
    head_m = quiet_m(14)
    head_m[:, 1] = np.nan
    found = learn(at_ms(len(head_m)), head_m)
    assert found.spread_m[1] == LEAST_SPREAD_M
    assert np.isnan(found.left_over(at_ms(DAY), quiet_m(1))[:, 1]).all()
    assert np.isfinite(found.left_over(at_ms(DAY), quiet_m(1))[:, [0, 2, 3, 4]]).all()
    assert found.bands.slot_s == TICK_S


def test_loggers_that_were_hardly_ever_read_together_leave_something_over_all_the_same() -> None:
    """Three that contradict each other pair by pair, as no three numbers can: of each three readings one is missing."""
    rng = np.random.default_rng(7)
    head_m = 40.0 + np.repeat(rng.normal(0.0, 1.0, (2 * WEEKS * DAY, 1)), 3, axis=1) + rng.normal(0.0, 0.05, (1, 3))
    head_m[:, 1] += rng.normal(0.0, 0.05, len(head_m))
    for turn in range(3):
        head_m[turn::3, turn] = np.nan
    both = np.isfinite(head_m[:, 0]) & np.isfinite(head_m[:, 2])
    head_m[both, 2] = 80.0 - head_m[both, 2]
    found = learn(at_ms(len(head_m)), head_m)
    assert np.linalg.eigvalsh(found.covariance)[0] > 0.0
    left_m = found.left_over(at_ms(len(head_m)), head_m)
    assert (np.isfinite(left_m) == np.isfinite(head_m)).all()
