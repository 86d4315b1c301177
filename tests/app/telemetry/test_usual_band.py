"""The grey band and last week's curve: the same minutes of the same weekday in the four weeks before, nothing else."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from demo_town import MINUTE, NOW

from app.telemetry.curve_reading import band_of
from app.telemetry.history import History
from app.telemetry.readings import Readings

DAY, WEEK = 1440 * MINUTE, 7 * 1440 * MINUTE
AT = NOW // (15 * MINUTE) * 15 * MINUTE
OF_WEEKS = {1: 31.0, 2: 35.0, 3: 29.0, 4: 33.0}
OTHERS = {1 * DAY: 90.0, 6 * DAY: 80.0, 8 * DAY: 70.0, 5 * WEEK: 5.0, WEEK + 3_600_000: 60.0, WEEK - 3_600_000: 1.0}
"""Other weekdays, other hours, and a fifth week: none of them is usual at this time."""


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with closing(History.create(tmp_path / "history.sqlite")) as made:
        number = made.channel("PT", 0.01)
        back = {**{week * WEEK: value for week, value in OF_WEEKS.items()}, **OTHERS}
        for ago_ms, value in sorted(back.items(), reverse=True):
            at_ms = AT - ago_ms + np.arange(15, dtype=np.int64) * MINUTE
            same = np.ones(15, dtype=np.int64)
            made.append(Readings(number * same, at_ms, at_ms, round(value * 100) * same, 0 * same))
        yield made


@pytest.mark.parametrize("columns", [4, 60])
def test_a_band_is_of_the_same_weekday_and_time_of_four_weeks(history: History, columns: int) -> None:
    band = band_of(history, 1, 0.01, AT, AT + 15 * MINUTE, columns)
    assert len(band.start_ms)
    inside = (band.start_ms >= AT) & (band.start_ms + band.step_ms <= AT + 15 * MINUTE)
    assert inside.any()
    assert set(band.low[inside]) == {29.0}
    assert set(band.high[inside]) == {35.0}
    assert set(band.last_week[inside]) == {31.0}
    assert not {1.0, 5.0, 60.0, 70.0, 80.0, 90.0} & set(np.concatenate([band.low, band.high]).tolist())


def test_where_last_week_is_missing_the_band_is_of_the_weeks_that_are_known(history: History) -> None:
    later = band_of(history, 1, 0.01, AT + WEEK, AT + WEEK + 15 * MINUTE, 60)
    assert np.isnan(later.last_week).all()
    assert (set(later.low), set(later.high)) == ({29.0}, {35.0})
    assert len(band_of(history, 1, 0.01, AT + 9 * WEEK, AT + 9 * WEEK + 15 * MINUTE, 60).start_ms) == 0
