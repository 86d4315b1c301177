"""Whether a question is about anything in the city at all."""

from __future__ import annotations

import math

from network.answers import (
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    JunctionTarget,
    PipeTarget,
    Target,
)
from network.topology import City


def is_known(city: City, target: Target) -> bool:
    """Whether the rows of *target* exist, and its places are numbers."""
    match target:
        case PipeTarget(row, offset_m):
            return 0 <= row < len(city.network.pipes) and (offset_m is None or math.isfinite(offset_m))
        case JunctionTarget(row):
            return 0 <= row < len(city.network.nodes)
        case DeviceTarget(row):
            return 0 <= row < len(city.network.devices)
        case HydrantTarget(row):
            return 0 <= row < len(city.hydrants)
        case CustomerTarget(row):
            return 0 <= row < len(city.customers)
    return len(target.ring_m) > 2 and all(math.isfinite(number) for corner in target.ring_m for number in corner)
