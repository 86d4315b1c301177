"""Clusters of complaints: against a plain reading of the formula, and how often quiet days warn."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from network.scan_statistic import FEWEST, Cluster, Rate, Zones, daily_best, quiet_days, scan, threshold

CUSTOMERS = 4_000
_ROWS = np.arange(CUSTOMERS, dtype=np.int32)
ZONES = Zones.of({"segment": _ROWS // 25, "part": _ROWS // 200, "dma": np.where(_ROWS < 3_600, _ROWS // 600, -1)})
BY_DAY = Rate(6.0, CUSTOMERS, np.array([0.01] * 7 + [0.06] * 15 + [0.015] * 2))


def plainly(zones: Zones, rate: Rate, rows: list[int], at_h: list[float]) -> float:
    """The best score, read off the formula."""
    now, latest, best = at_h[-1], rows[-1], 0.0
    last = {row: at for at, row in enumerate(rows) if at_h[at] > now - 24.0}
    for level in range(len(zones.names)):
        zone = zones.label[level, latest]
        members = sorted(at for row, at in last.items() if zone >= 0 and zones.label[level, row] == zone)
        size = int((zones.label[level] == zone).sum())
        for place, at in enumerate(members):
            count = len(members) - place
            begins = min(at_h[at], now - 1.0)
            usual = size * float(rate.until(np.array([now]))[0] - rate.until(np.array([begins]))[0])
            if count >= FEWEST and count > usual:
                best = max(best, count * math.log(count / usual) + usual - count)
    return best


@soak_examples(4_000, usual=60)
@given(st.lists(st.tuples(st.integers(0, 700), st.floats(0.0, 60.0)), min_size=1, max_size=25), st.booleans())
def test_the_score_is_the_formulas(told: list[tuple[int, float]], by_day: bool) -> None:
    told = sorted(told, key=lambda one: one[1])
    rows, at_h = [row for row, _ in told], [when for _, when in told]
    rate = BY_DAY if by_day else Rate(6.0, CUSTOMERS)
    found = scan(ZONES, rate, np.array(rows, dtype=np.int32), np.array(at_h))
    assert (0.0 if found is None else found.score) == pytest.approx(plainly(ZONES, rate, rows, at_h))
    if found is not None:
        assert len(found.complaints) >= FEWEST
        assert found.complaints[-1] == len(rows) - 1
        level = ZONES.names.index(found.level)
        assert {int(ZONES.label[level, rows[at]]) for at in found.complaints} == {found.label}


def test_a_customer_who_calls_again_and_again_is_one() -> None:
    rows, at_h = np.array([5] * 12, dtype=np.int32), np.linspace(8.0, 12.0, 12)
    assert scan(ZONES, BY_DAY, rows, at_h) is None
    assert scan(ZONES, BY_DAY, np.empty(0, dtype=np.int32), np.empty(0)) is None
    far = scan(ZONES, BY_DAY, np.array([3_700, 3_800, 3_900], dtype=np.int32), np.array([8.0, 9.0, 10.0]))
    assert far is None  # no zone holds two of them


def test_the_smallest_zone_that_explains_it_is_named() -> None:
    rows = np.array([26, 31, 40, 47], dtype=np.int32)
    found = scan(ZONES, BY_DAY, rows, np.array([9.0, 9.5, 10.0, 11.0]))
    assert isinstance(found, Cluster)
    assert (found.level, found.label, found.complaints, found.customers) == ("segment", 1, (0, 1, 2, 3), 25)
    assert found.expected < 0.05


def test_quiet_days_warn_as_seldom_as_is_said() -> None:
    """The stated rate, by days that the threshold was not made from; within three standard deviations of both."""
    once_in, days = 20.0, 500
    limit = threshold(ZONES, BY_DAY, once_in, np.random.default_rng(1))
    rng = np.random.default_rng(2)
    warned = int((daily_best(ZONES, BY_DAY, *quiet_days(BY_DAY, days, rng), days) > limit).sum())
    expected = days / once_in
    assert abs(warned - expected) <= 3.0 * math.sqrt(expected * (1.0 + days / 1_500))


def test_it_warns_before_the_tenth() -> None:
    """Brown water in one DMA over eight hours, among the usual complaints of the day."""
    limit = threshold(ZONES, BY_DAY, 60.0, np.random.default_rng(3))
    rng, warned_at = np.random.default_rng(4), []
    for _ in range(40):
        usual_rows, usual_h = quiet_days(BY_DAY, 2, rng)
        rows = np.concatenate([usual_rows, rng.choice(np.arange(600, 1_200), 10, replace=False)]).astype(np.int32)
        at_h = np.concatenate([usual_h, 33.0 + np.sort(rng.random(10)) * 8.0])
        order = np.argsort(at_h)
        rows, at_h, theirs = rows[order], at_h[order], (np.arange(len(rows)) >= len(usual_rows))[order]
        seen = 0
        for at in range(len(rows)):
            seen += int(theirs[at])
            found = scan(ZONES, BY_DAY, rows[: at + 1], at_h[: at + 1])
            if theirs[at] and found is not None and found.score > limit:
                warned_at.append(seen)
                break
        else:
            warned_at.append(11)
    assert np.median(warned_at) <= 6
    assert np.mean(np.array(warned_at) < 10) >= 0.95
