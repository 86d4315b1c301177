"""Readings far from the one before and the one after, which agree: a knock on the cable, not water.

Whether a reading is one shows only when the next has come, and depends on its neighbours, whatever order they came in.
So it is worked out from what is kept, wherever readings are told one by one; the history holds what each says by
itself. At work a reading that may be one is suspect until the next has come (``Quality.LEAP``), and what leaps faster
than its quantity can as well (``Quality.STEEP``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from app.telemetry.quantities import values_of
from app.telemetry.readings import BAD, NO_VALUE, Quality, Readings
from network.columns import Bool, Float64

LEAST: Final = 20
"""Fewer readings do not tell what is usual."""
SPREADS: Final = 12.0
"""House value: so many times what is usual between neighbours is far."""


def are_spikes(value: Float64, step: float) -> Bool:
    """Which of *value* are spikes, beside what the others do. Shape (n,).

    Args:
        value: By time, without gaps, in any unit. Shape (n,).
        step: What one count of the instrument is, in that unit.
    """
    found = np.zeros(len(value), dtype=bool)
    if len(value) < LEAST:
        return found
    spread = float(np.median(np.abs(np.diff(value)))) * 1.4826 + step
    away = value[1:-1] - (value[:-2] + value[2:]) / 2.0
    agree = np.abs(value[2:] - value[:-2]) < np.abs(away) / 4.0
    found[1:-1] = (np.abs(away) > SPREADS * spread) & agree
    return found


def with_spikes(readings: Readings) -> Readings:
    """*readings* of one channel by time, some hours or a day of them, with ``SPIKE`` on those that are.

    What must not be relied on is no spike, and nothing that others are measured by.
    """
    sound = np.flatnonzero((readings.count != NO_VALUE) & ((readings.quality & int(BAD)) == 0))
    spikes = sound[are_spikes(values_of(readings.count[sound], 1.0), 1.0)]
    quality = readings.quality.copy()
    quality[spikes] |= int(Quality.SPIKE)
    return replace(readings, quality=quality)
