"""What is usual at this time of the week: the middle of each slot and how far readings stray from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from app.times import CITY_TIME
from network.columns import Bool, Float64, Int64

WEEK_S: Final = 7 * 86_400
NORMAL_PER_MAD: Final = 1.4826
"""A normal spread's standard deviation for each unit of its median absolute deviation."""
_HOUR_MS = 3_600_000
_MONDAY_S: Final = 4 * 86_400
"""The first of January 1970 was a Thursday: so long to the first Monday."""


def week_slots(at_ms: Int64, slot_s: int) -> Int64:
    """Which slot of the city's week each of *at_ms* (UTC milliseconds) falls into; the week begins on Monday, 0:00.

    Clocks that are put forward or back move with the people: a slot is of the time that they read.
    """
    hours, back = np.unique(at_ms // _HOUR_MS, return_inverse=True)
    ahead_s = np.array([_ahead_s(hour) for hour in hours.tolist()], dtype=np.int64)[back]
    slots: Int64 = ((at_ms // 1000 + ahead_s - _MONDAY_S) % WEEK_S) // slot_s
    return slots


def _ahead_s(hour: int) -> int:
    ahead = datetime.fromtimestamp(hour * 3600, UTC).astimezone(CITY_TIME).utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds())


@dataclass(frozen=True, eq=False)
class Bands:
    """The usual week of some channels, in their unit.

    Attributes:
        slot_s: Length of a slot.
        middle: Shape (slots, channels), median; NaN where nothing was ever read.
        spread: Shape (slots, channels), standard deviation as the median absolute deviation tells it.
    """

    slot_s: int
    middle: Float64
    spread: Float64

    @classmethod
    def learn(cls, at_ms: Int64, values: Float64, slot_s: int = 900, beside: int = 2) -> Bands:
        """The bands of *values*, shape (ticks, channels), NaN where there is none.

        Args:
            at_ms: UTC milliseconds of each tick.
            values: Readings of quiet weeks.
            slot_s: Length of a slot; divides the week.
            beside: So many slots on either side help a slot: few weeks give few readings each.
        """
        slots, count = week_slots(at_ms, slot_s), WEEK_S // slot_s
        order = np.argsort(slots, kind="stable")
        bounds = np.searchsorted(slots[order], np.arange(count + 1))
        middle = np.full((count, values.shape[1]), np.nan)
        spread = np.full_like(middle, np.nan)
        for slot in range(count):
            near = [
                order[bounds[at % count] : bounds[at % count + 1]] for at in range(slot - beside, slot + beside + 1)
            ]
            middle[slot], spread[slot] = _middle_and_spread(values[np.concatenate(near)])
        return cls(slot_s, middle, spread)

    def slots(self, at_ms: Int64) -> Int64:
        """Which slot each of *at_ms* falls into."""
        return week_slots(at_ms, self.slot_s)

    def off(self, at_ms: Int64, values: Float64) -> Float64:
        """How far *values* are from the middle, in their unit; NaN where either is unknown."""
        off: Float64 = values - self.middle[self.slots(at_ms)]
        return off

    def outside(self, at_ms: Int64, values: Float64, times: float) -> Bool:
        """Which *values* lie more than *times* the spread from the middle."""
        outside: Bool = np.abs(self.off(at_ms, values)) > times * self.spread[self.slots(at_ms)]
        return outside


def _middle_and_spread(values: Float64) -> tuple[Float64, Float64]:
    known = np.isfinite(values).any(axis=0)
    middle = np.full(values.shape[1], np.nan)
    spread = middle.copy()
    middle[known] = np.nanmedian(values[:, known], axis=0)
    spread[known] = NORMAL_PER_MAD * np.nanmedian(np.abs(values[:, known] - middle[known]), axis=0)
    return middle, spread
