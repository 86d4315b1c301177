"""Times of planned work as a planner types them."""

from datetime import datetime, timedelta

import pytest

from app.times import CITY_TIME
from app.ui.outages.windows import planned_moment, typed_length

NOW = datetime(2026, 3, 12, 14, 32, 8, tzinfo=CITY_TIME)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("22:00", "2026-03-12 22:00"),
        ("14:00", "2026-03-13 14:00"),
        ("14:33", "2026-03-12 14:33"),
        ("2200", "2026-03-12 22:00"),
        ("3-17 22:00", "2026-03-17 22:00"),
        ("2026-03-17 22:00", "2026-03-17 22:00"),
        ("3-01 22:00", "2026-03-01 22:00"),
        ("8-01 6:00", "2026-08-01 06:00"),
    ],
)
def test_a_moment_to_come(text: str, means: str) -> None:
    assert planned_moment(text, NOW) == datetime.fromisoformat(means).replace(tzinfo=CITY_TIME)


def test_a_day_of_the_next_year() -> None:
    late = NOW.replace(month=12, day=28)
    assert planned_moment("1-03 22:00", late) == datetime(2027, 1, 3, 22, 0, tzinfo=CITY_TIME)


@pytest.mark.parametrize("text", ["", "soon", "25:99", "2-30 10:00", "22"])
def test_no_moment(text: str) -> None:
    assert planned_moment(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("6", 360), ("5.5", 330), ("0.25", 15), ("6h", 360), ("6 小时", 360), ("5:30", 330), ("26", 1560)],
)
def test_a_length(text: str, minutes: int) -> None:
    assert typed_length(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "0", "-3", "5:75", "six", "5:3", "1e3"])
def test_no_length(text: str) -> None:
    assert typed_length(text) is None
