from datetime import datetime

import pytest

from app.times import CITY_TIME
from app.ui.live.moments import moment_said

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=CITY_TIME)


def at(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=CITY_TIME).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02:12", at(2026, 11, 20, 2, 12)),
        ("03:12", at(2026, 11, 19, 3, 12)),
        (" 3：12 ", at(2026, 11, 19, 3, 12)),
        ("3时12分", at(2026, 11, 19, 3, 12)),
        ("11-18 03:12:30", at(2026, 11, 18, 3, 12, 30)),
        ("11月18日 03:12", at(2026, 11, 18, 3, 12)),
        ("12-24 18:00", at(2025, 12, 24, 18, 0)),
        ("2024-02-29 00:00", at(2024, 2, 29, 0, 0)),
        ("2027-01-01 00:00", at(2027, 1, 1, 0, 0)),
        ("", None),
        ("soon", None),
        ("25:00", None),
        ("02-30 03:12", None),
        ("3", None),
    ],
)
def test_a_moment_as_typed(text: str, expected: int | None) -> None:
    assert moment_said(text, round(NOW.timestamp() * 1000)) == expected
