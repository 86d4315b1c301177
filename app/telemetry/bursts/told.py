"""What is known of a burst as soon as it is told, on disk and on screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class BurstTold:
    """A burst as it was told.

    Attributes:
        id: Name for good.
        at_ms, since_ms: When it was told, and when it began as far as can be told; UTC milliseconds.
        logger: Id of the channel whose sum crossed.
        side: -1 where it reads too low.
        height: Its sum then.
    """

    id: str
    at_ms: int
    since_ms: int
    logger: str
    side: int
    height: float
