"""Moments as an operator types them. No Qt."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from app.times import CITY_TIME

_SAID: Final = re.compile(
    r"(?:(?:(\d{4})[-/年])?(\d{1,2})[-/月](\d{1,2})日?\s+)?(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?[分秒]?"
)


def moment_said(text: str, now_ms: int) -> int | None:
    """The moment *text* names on the city's clock, UTC milliseconds; None where it names none.

    ``03:12``, ``11-20 03:12``, ``2026-11-20 03:12:30``. What is left out is that of the last such moment before
    *now_ms*: a time after the present one is yesterday's, a day after today last year's.
    """
    found = _SAID.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (None if part is None else int(part) for part in found.groups())
    now = datetime.fromtimestamp(now_ms / 1000, CITY_TIME)
    try:
        moment = datetime(
            year or now.year, month or now.month, day or now.day, hour or 0, minute or 0, second or 0, tzinfo=CITY_TIME
        )
        if moment > now and month is None:
            moment -= timedelta(days=1)
        elif moment > now and year is None:
            moment = moment.replace(year=moment.year - 1)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000)


def number_said(text: str) -> float | None:
    """A number that somebody typed; None where *text* is none."""
    try:
        # It may be copied from the screen, or from what an earlier version wrote there.
        value = float(text.replace(",", ".").replace("−", "-").replace("\u2009", "").replace("\u202f", ""))
    except ValueError:
        return None
    return value if -1e9 < value < 1e9 else None
