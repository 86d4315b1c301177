"""The watch from end to end: quiet months, a burst, its end, readings that come a few at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from quiet_weeks import DAY, TICK_S, at_ms, quiet_m

from app.telemetry.bursts.cusum import TooShort
from app.telemetry.bursts.watch import Detection, Rule, Standing, heights, rule_from, settled, watch

WEEK = 7 * DAY
DROP_M = np.array([0.0, -0.1, -0.4, -0.2, 0.0])
"""What the burst of these tests does to the five loggers."""


@pytest.fixture(scope="module")
def rule() -> Rule:
    """Six weeks teach, eight set the threshold: one false alarm is allowed."""
    found = rule_from(at_ms(14 * WEEK), quiet_m(14 * 7), 6 * WEEK, TICK_S, 56 * 86_400.0)
    assert isinstance(found, Rule)
    return found


def weeks(count: int, begins: int, ends: int) -> np.ndarray:
    """Other weeks, with the burst between two ticks."""
    head_m = quiet_m(count * 7, seed=99)
    head_m[begins:ends] += DROP_M
    return head_m


def all_of(rule: Rule, head_m: np.ndarray) -> tuple[Detection, ...]:
    return watch(rule, Standing.begin(5), at_ms(len(head_m)), head_m)[1]


def test_quiet_months_keep_the_budget(rule: Rule) -> None:
    quiet = quiet_m(14 * 7)[6 * WEEK :]
    found = watch(rule, Standing.begin(5), at_ms(14 * WEEK)[6 * WEEK :], quiet)[1]
    assert len(found) <= 1
    lower = replace(rule, threshold=rule.threshold / 2.0)
    assert len(watch(lower, Standing.begin(5), at_ms(14 * WEEK)[6 * WEEK :], quiet)[1]) > 1


def test_a_burst_is_told_with_its_beginning_and_so_is_its_end(rule: Rule) -> None:
    found = all_of(rule, weeks(3, WEEK, 2 * WEEK))
    burst, end = (one for one in found if abs(one.since_ms - at_ms(3 * WEEK)[WEEK]) < 4 * 3600e3 or one.ends)
    assert not burst.ends
    assert burst.logger == 2
    assert burst.side == -1
    assert burst.height > rule.threshold
    assert 0 <= burst.at_ms - at_ms(3 * WEEK)[WEEK] <= 4 * 3600e3
    expected_m = rule.neighbours.transform(np.full(5, fill_value=True)) @ DROP_M
    assert np.corrcoef(burst.evidence.shift_m, expected_m)[0, 1] > 0.95
    assert end.ends
    assert 0 <= end.at_ms - at_ms(3 * WEEK)[2 * WEEK] <= 4 * 3600e3


def test_a_burst_that_stands_hides_no_second_one(rule: Rule) -> None:
    head_m = weeks(4, WEEK, 4 * WEEK)
    head_m[2 * WEEK :, 0] -= 0.4
    found = [one for one in all_of(rule, head_m) if at_ms(4 * WEEK)[2 * WEEK] <= one.at_ms]
    assert found[0].logger == 0
    assert not found[0].ends
    assert len(found) <= 2, "what stands is told once"


def test_readings_that_come_a_few_at_a_time_tell_the_same(rule: Rule) -> None:
    """What stands is carried over; only what came after the last alarm is given again."""
    head_m, moments = weeks(3, WEEK, 2 * WEEK), at_ms(3 * WEEK)
    standing, found = Standing.begin(5), []
    for until in range(1, len(head_m) + 1, 31):
        after = int(np.searchsorted(moments, standing.told_ms, side="right"))
        standing, told = watch(rule, standing, moments[after:until], head_m[after:until])
        found += told
    whole = all_of(rule, head_m[:until])
    assert [(one.at_ms, one.since_ms, one.logger, one.ends) for one in found] == [
        (one.at_ms, one.since_ms, one.logger, one.ends) for one in whole
    ]


def test_a_burst_that_stands_for_weeks_is_not_told_again_when_its_beginning_is_looked_at_no_more(rule: Rule) -> None:
    head_m, moments = weeks(6, WEEK, 6 * WEEK), at_ms(6 * WEEK)
    standing, found = watch(rule, Standing.begin(5), moments[: WEEK + DAY // 2], head_m[: WEEK + DAY // 2])
    assert len(found) == 1
    first = int(np.searchsorted(moments, standing.told_ms, side="right"))
    soon = first + rule.hold + DAY // 2
    assert settled(rule, standing, moments[first:soon], head_m[first:soon]) is standing, "readings may still come late"
    later = slice(first, first + 3 * DAY)
    kept = settled(rule, standing, moments[later], head_m[later])
    assert kept.is_settled
    assert kept.told_ms == standing.told_ms
    lately = slice(4 * WEEK, 6 * WEEK)
    assert watch(rule, kept, moments[lately], head_m[lately])[1] == ()
    assert watch(rule, standing, moments[lately], head_m[lately])[1], "without what it takes it would be a new one"
    whole = watch(rule, standing, moments[first:], head_m[first:])[1]
    assert [one.at_ms for one in watch(rule, kept, moments[first:], head_m[first:])[1]] == [one.at_ms for one in whole]
    assert settled(rule, Standing.begin(5), moments, head_m).is_settled is False


def test_a_logger_that_falls_silent_is_no_burst(rule: Rule) -> None:
    head_m = quiet_m(14, seed=5)
    head_m[WEEK:, 2] = np.nan
    silent, after = at_ms(2 * WEEK)[[WEEK, WEEK + 2 * DAY]]
    assert not [one for one in all_of(rule, head_m) if silent <= one.at_ms <= after]
    left_m = rule.neighbours.left_over(at_ms(2 * WEEK), head_m)
    heard = [0, 1, 3, 4]
    assert left_m[WEEK:, heard].std(axis=0) == pytest.approx(left_m[:WEEK, heard].std(axis=0), rel=0.25)


def test_sums_for_the_plot_reach_the_threshold_where_the_burst_is_told(rule: Rule) -> None:
    head_m = weeks(2, WEEK, 2 * WEEK)
    found = all_of(rule, head_m)[-1]
    shown = heights(rule, Standing.begin(5), at_ms(2 * WEEK), head_m)
    tick = int(np.searchsorted(at_ms(2 * WEEK), found.at_ms))
    assert shown[tick].max() == pytest.approx(found.height)


def test_too_few_quiet_months_set_no_threshold() -> None:
    found = rule_from(at_ms(3 * WEEK), quiet_m(21), 2 * WEEK, TICK_S, 28 * 86_400.0)
    assert found == TooShort(7 * 86_400.0, 28 * 86_400.0)
