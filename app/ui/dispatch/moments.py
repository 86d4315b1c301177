"""Times as an operator types them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_TIME = re.compile(r"(?:(?:(\d{4})-)?(\d{1,2})-(\d{1,2})\s+)?(\d{1,2})[:：]?(\d{2})(?:[:：](\d{2}))?")


def typed_moment(text: str, now: datetime) -> datetime | None:
    """The moment that *text* means, near *now* and in its zone; None where it means none.

    ``14:09``, ``1409``, ``14:09:40``, ``3-12 14:09``, ``2026-03-12 14:09``. A time without a day is that of today, or
    of yesterday where today's has not come yet.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (None if part is None else int(part) for part in match.groups())
    assert hour is not None
    assert minute is not None
    try:
        if month is None or day is None:
            moment = now.replace(hour=hour, minute=minute, second=second or 0, microsecond=0)
            return moment - timedelta(days=1) if moment > now + timedelta(minutes=2) else moment
        return now.replace(
            year=year or now.year, month=month, day=day, hour=hour, minute=minute, second=second or 0, microsecond=0
        )
    except ValueError:
        return None
