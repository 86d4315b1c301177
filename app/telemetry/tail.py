"""What came since the last compaction, in memory, by channel and instant."""

from __future__ import annotations

import numpy as np

from app.telemetry.readings import Readings, joined, no_readings, settled

_SMALL_SHARE = 8
"""The sorted part is sorted again when what came after it has grown to this part of it."""
_SMALL = 20_000


class Tail:
    """Readings that can be asked for by channel while they keep coming.

    A large part is sorted; the newest wait beside it and are searched one after the other, so that adding a batch
    costs no more than the batch.
    """

    def __init__(self) -> None:
        self._sorted = no_readings()
        self._new: list[Readings] = []
        self._waiting = 0

    def add(self, readings: Readings) -> None:
        """Take in a batch."""
        self._new.append(readings)
        self._waiting += len(readings)
        if self._waiting > max(_SMALL, len(self._sorted) // _SMALL_SHARE):
            self._sorted = settled(joined([self._sorted, *self._new]))
            self._new, self._waiting = [], 0

    def of(self, channel: int, start_ms: int, end_ms: int) -> Readings:
        """Readings of one channel from *start_ms* up to and without *end_ms*, not yet settled."""
        first, last = np.searchsorted(self._sorted.channel, [channel, channel + 1]).tolist()
        times = self._sorted.source_ms[first:last]
        part = slice(*(first + np.searchsorted(times, [start_ms, end_ms])).tolist())
        found = [self._sorted.take(np.arange(part.start, part.stop))]
        for batch in self._new:
            is_meant = (batch.channel == channel) & (batch.source_ms >= start_ms) & (batch.source_ms < end_ms)
            if is_meant.any():
                found.append(batch.take(is_meant))
        return joined(found)
