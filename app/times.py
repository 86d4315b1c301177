"""The city's clock, and which moments are believed."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

CITY_TIME: Final = ZoneInfo("Asia/Shanghai")
"""Times without an offset are meant as the city's clocks show them, and times are told by these."""
BELIEVABLE_YEARS: Final = range(1900, 2200)
"""A moment outside these years is a slip of the pen; the calendar itself ends where a zone is added to it."""
