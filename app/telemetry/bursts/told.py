"""What is known of a burst as soon as it is told, on disk and on screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Way(StrEnum):
    """What a burst was found by."""

    PRESSURE = "pressure"
    BALANCE = "balance"
    NIGHT = "night"


@dataclass(frozen=True, eq=False)
class BurstTold:
    """A burst as it was told.

    Attributes:
        id: Name for good.
        at_ms, since_ms: When it was told, and when it began as far as can be told; UTC milliseconds.
        logger: Id of the channel whose sum crossed; of the first meter of the area where inflow told it.
        side: -1 where it reads too low.
        height: Its sum then.
        way: What it was found by.
        area: Whose inflow told it; ``WHOLE_CITY`` for what is in no metered area, and where pressures told it.
    """

    id: str
    at_ms: int
    since_ms: int
    logger: str
    side: int
    height: float
    way: Way = field(default=Way.PRESSURE, kw_only=True)
    area: str = field(default="", kw_only=True)
