"""The usual week."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from quiet_weeks import DAY, MONDAY_MS, TICK_S, at_ms

from app.telemetry.bursts.bands import WEEK_S, Bands, week_slots
from app.times import CITY_TIME


def moment_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=CITY_TIME).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("2026-03-09 00:00:00", 0),
        ("2026-03-09 00:14:59.999", 0),
        ("2026-03-09 00:15:00", 1),
        ("2026-03-15 23:59:59", 671),
        ("2026-03-16 00:00:00", 0),
        ("1986-07-13 23:50:00", 671),  # the city's clocks stood an hour ahead that summer
    ],
)
def test_slots_are_of_the_citys_week(text: str, slot: int) -> None:
    assert week_slots(np.array([moment_ms(text)]), 900).tolist() == [slot]


def test_a_week_that_repeats_is_its_own_middle() -> None:
    week = np.sin(np.arange(7 * DAY) / 9.0)[:, None] + [5.0, 7.0]
    bands = Bands.learn(at_ms(4 * 7 * DAY), np.tile(week, (4, 1)), TICK_S, beside=0)
    assert bands.middle == pytest.approx(week)
    assert bands.spread == pytest.approx(np.zeros_like(week))
    assert bands.off(at_ms(7 * DAY), week + 0.5) == pytest.approx(np.full_like(week, 0.5))


def test_neighbouring_slots_help_and_midnight_on_sunday_is_beside_monday() -> None:
    values = np.zeros((7 * DAY, 1))
    values[-1] = 9.0
    bands = Bands.learn(at_ms(7 * DAY), values, TICK_S, beside=1)
    assert bands.middle[-1, 0] == 0.0
    assert bands.middle[0, 0] == 0.0
    assert Bands.learn(at_ms(7 * DAY), values, TICK_S, beside=0).middle[-1, 0] == 9.0


def test_one_wild_reading_moves_no_band_and_gaps_leave_none() -> None:
    week = np.tile(np.linspace(30.0, 31.0, 7 * DAY)[:, None], (5, 2))
    week[100, 0] = -900.0
    week[:, 1] = np.nan
    bands = Bands.learn(at_ms(len(week)), week, TICK_S)
    assert bands.middle[:, 0] == pytest.approx(np.linspace(30.0, 31.0, 7 * DAY), abs=0.5)
    assert np.isnan(bands.middle[:, 1]).all()
    assert np.isnan(bands.off(at_ms(1), week[:1])[0, 1])


def test_what_strays_lies_outside() -> None:
    random = np.random.default_rng(3)
    values = 30.0 + random.normal(0.0, 0.1, (8 * 7 * DAY, 1))
    bands = Bands.learn(at_ms(len(values)), values, TICK_S)
    assert np.median(bands.spread) == pytest.approx(0.1, rel=0.1)
    one = MONDAY_MS + np.array([0, WEEK_S * 1000])
    assert bands.outside(one, np.array([[30.0], [29.0]]), times=4.0).tolist() == [[False], [True]]
