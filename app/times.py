"""The city's clock, and which moments are believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

CITY_TIME: Final = ZoneInfo("Asia/Shanghai")
"""Times without an offset are meant as the city's clocks show them, and times are told by these."""
AGAIN_MS: Final = 60_000
"""A stamp without a zone may lie so far ahead of its arrival: clocks differ."""
BELIEVABLE_YEARS: Final = range(1900, 2200)
"""A moment outside these years is a slip of the pen; the calendar itself ends where a zone is added to it."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def utc_of(at_ms: int) -> datetime:
    """The moment *at_ms*, UTC milliseconds; to the millisecond, which a float of seconds would not be."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def shown_ms(shown: datetime, zone: tzinfo, come_ms: int) -> int:
    """UTC milliseconds of what a clock in *zone* showed; of an hour that it shows twice the later one, if it has come.

    Args:
        shown: Without a zone.
        zone: Whose clock it was.
        come_ms: When it was told, UTC milliseconds.
    """
    first, again = (round(shown.replace(tzinfo=zone, fold=fold).timestamp() * 1000) for fold in (0, 1))
    return again if first < again <= come_ms + AGAIN_MS else first
