"""A day of one channel by the minute: lowest, highest, mean and number of its readings.

Made when a day is put away, so that a week or a year is drawn without touching each reading. Lowest and highest are
kept exactly: a spike of one reading is seen from a year's distance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.telemetry.chunks import pack_columns, unpack_columns
from app.telemetry.readings import BAD, Readings
from network.columns import Int64

MINUTE_MS: Final = 60_000
_COLUMNS: Final = 5


@dataclass(frozen=True, eq=False)
class Minutes:
    """Steps of a minute or more that hold readings; one entry a step, by time. Values are counts of resolutions.

    Attributes:
        start_ms: Beginning of the step, UTC milliseconds.
        low: Lowest count.
        high: Highest count.
        mean: Mean, to the nearest count.
        readings: How many; never 0: a step without readings has no entry.
    """

    start_ms: Int64
    low: Int64
    high: Int64
    mean: Int64
    readings: Int64

    def __len__(self) -> int:
        return len(self.start_ms)

    def between(self, start_ms: int, end_ms: int) -> Minutes:
        """Steps that begin at or after *start_ms* and before *end_ms*."""
        part = slice(*np.searchsorted(self.start_ms, [start_ms, end_ms]).tolist())
        return Minutes(self.start_ms[part], self.low[part], self.high[part], self.mean[part], self.readings[part])

    def coarser(self, step_ms: int) -> Minutes:
        """The same in steps of *step_ms*, a whole number of minutes, counted from 1970."""
        if len(self) == 0:
            return self
        step = self.start_ms // step_ms
        starts = np.flatnonzero(np.diff(step, prepend=step[0] - 1))
        readings = np.add.reduceat(self.readings, starts)
        total = np.add.reduceat(self.mean * self.readings, starts)
        return Minutes(
            step[starts] * step_ms,
            np.minimum.reduceat(self.low, starts),
            np.maximum.reduceat(self.high, starts),
            np.rint(total / readings).astype(np.int64),
            readings,
        )


def minutes_of(readings: Readings) -> Minutes:
    """The minutes of one channel's settled *readings*; those that are no evidence (``BAD``) are left out."""
    usable = readings.take((readings.quality & int(BAD)) == 0)
    if len(usable) == 0:
        empty = np.empty(0, dtype=np.int64)
        return Minutes(empty, empty, empty, empty, empty)
    minute = usable.source_ms // MINUTE_MS
    starts = np.flatnonzero(np.diff(minute, prepend=minute[0] - 1))
    number = np.diff(starts, append=len(usable))
    base = usable.count[starts]
    # Summed from the first of each minute on, so that large counts do not overflow.
    spread = np.add.reduceat(usable.count - np.repeat(base, number), starts)
    return Minutes(
        minute[starts] * MINUTE_MS,
        np.minimum.reduceat(usable.count, starts),
        np.maximum.reduceat(usable.count, starts),
        base + np.rint(spread / number).astype(np.int64),
        number,
    )


def joined_minutes(parts: Iterable[Minutes]) -> Minutes:
    """Parts that follow each other in time, as one."""
    held = list(parts)
    if not held:
        empty = np.empty(0, dtype=np.int64)
        return Minutes(empty, empty, empty, empty, empty)
    return Minutes(
        np.concatenate([part.start_ms for part in held]),
        np.concatenate([part.low for part in held]),
        np.concatenate([part.high for part in held]),
        np.concatenate([part.mean for part in held]),
        np.concatenate([part.readings for part in held]),
    )


def packed_minutes(minutes: Minutes, start_ms: int) -> bytes:
    """*minutes* of a day that begins at *start_ms*, as bytes."""
    number = (minutes.start_ms - start_ms) // MINUTE_MS
    above, below = minutes.high - minutes.mean, minutes.mean - minutes.low
    return pack_columns((number, minutes.mean, above, below, minutes.readings))


def unpacked_minutes(blob: bytes, start_ms: int) -> Minutes:
    """What :func:`packed_minutes` was given; :class:`app.errors.AppError` ``history.damaged`` if it is not whole."""
    number, mean, above, below, readings = unpack_columns(blob, _COLUMNS)
    return Minutes(start_ms + number * MINUTE_MS, mean - below, mean + above, mean, readings)
