"""When planned work begins and how long it lasts, as a planner types it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from app.ui.dispatch.moments import typed_moment

_LENGTH = re.compile(r"(\d{1,3})(?:[.．](\d{1,2}))?\s*(?:h|小时|时)?|(\d{1,3})[:：](\d{2})")
_HALF_YEAR = timedelta(days=183)


def planned_moment(text: str, now: datetime) -> datetime | None:
    """The moment that *text* means for work to come, in the zone of *now*; None where it means none.

    As :func:`~app.ui.dispatch.moments.typed_moment`, but a time without a day is the next one, and a day without a year
    that lies more than half a year back is that of the next year. A day that has passed stays a day that has passed.
    """
    moment = typed_moment(text, now)
    if moment is None:
        return None
    if "-" not in text:
        while moment <= now:
            moment += timedelta(days=1)
    elif text.count("-") == 1 and moment < now - _HALF_YEAR:
        try:
            moment = moment.replace(year=moment.year + 1)
        except ValueError:
            return None
    return moment


def typed_length(text: str) -> timedelta | None:
    """How long: ``6``, ``5.5``, ``6h``, ``6 小时``, ``5:30``; None where it means nothing, or no time at all."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        return None
    whole, tenths, hours, minutes = match.groups()
    if whole is not None:
        length = timedelta(hours=float(f"{whole}.{tenths or 0}"))
    elif int(minutes) < 60:
        length = timedelta(hours=int(hours), minutes=int(minutes))
    else:
        return None
    return length if length > timedelta() else None
