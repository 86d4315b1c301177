"""Pressures measured near a place: which instruments, how far away, and how they read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from app.telemetry.channels import Channels
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity

NEARBY_M: Final = 2_000.0
"""House: pressures measured so near are told to a customer's call."""
MOST: Final = 2
"""House: so many of them."""


@dataclass(frozen=True)
class Measured:
    """One pressure near a place.

    Attributes:
        pressure_mpa: NaN where nothing was ever read.
        at_ms: When it was read, UTC.
    """

    name: str
    away_m: float
    pressure_mpa: float
    standing: Standing
    at_ms: int


def nearest_pressures(channels: Channels, x_m: float, y_m: float) -> tuple[tuple[float, int], ...]:
    """The nearest pressure channels within :data:`NEARBY_M`, at most :data:`MOST`: how far away (m), and their rows."""
    found = []
    for row, channel in enumerate(channels.records):
        if channel.quantity is Quantity.PRESSURE and channel.x_m is not None and channel.y_m is not None:
            away_m = math.hypot(channel.x_m - x_m, channel.y_m - y_m)
            if away_m <= NEARBY_M:
                found.append((away_m, row))
    return tuple(sorted(found)[:MOST])
