"""Whether a question is about anything in the city at all."""

from __future__ import annotations

import math

from network.answers import (
    AreaTarget,
    DeviceTarget,
    HydrantTarget,
    JunctionTarget,
    PipesTarget,
    PipeTarget,
    Target,
)
from network.topology import City


def is_known(city: City, target: Target) -> bool:
    """Whether the rows of *target* exist, and its places are numbers."""
    match target:
        case AreaTarget(ring_m):
            return len(ring_m) > 2 and all(math.isfinite(number) for corner in ring_m for number in corner)
        case PipesTarget(rows):
            return bool(rows) and all(0 <= row < len(city.network.pipes) for row in rows)
        case PipeTarget(row, offset_m):
            return 0 <= row < len(city.network.pipes) and (offset_m is None or math.isfinite(offset_m))
        case JunctionTarget(row):
            count = len(city.network.nodes)
        case DeviceTarget(row):
            count = len(city.network.devices)
        case HydrantTarget(row):
            count = len(city.hydrants)
        case _:
            row, count = target.customer, len(city.customers)
    return 0 <= row < count
