"""What came since the last compaction, in memory, by channel and instant."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.telemetry.readings import Readings, joined, no_readings, settled

_SMALL_SHARE: Final = 8
"""The sorted part is sorted again when what came after it has grown to this part of it."""
_SMALL: Final = 20_000
_LARGE: Final = 400_000
"""A sorted part of this size is left as it is, and another begun: no question waits for more to be sorted."""


class Tail:
    """Readings that can be asked for by channel while they keep coming.

    Large parts are sorted; the newest wait beside them and are searched one after the other, so that adding a batch
    costs no more than the batch.
    """

    def __init__(self) -> None:
        self._full: list[Readings] = []
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
            if len(self._sorted) > _LARGE:
                self._full.append(self._sorted)
                self._sorted = no_readings()

    def of(self, channel: int, start_ms: int, end_ms: int) -> Readings:
        """Readings of one channel from *start_ms* up to and without *end_ms*, not yet settled."""
        found = [_part(one, channel, start_ms, end_ms) for one in (*self._full, self._sorted)]
        for batch in self._new:
            is_meant = (batch.channel == channel) & (batch.source_ms >= start_ms) & (batch.source_ms < end_ms)
            if is_meant.any():
                found.append(batch.take(is_meant))
        return joined(found)


def _part(ordered: Readings, channel: int, start_ms: int, end_ms: int) -> Readings:
    first, last = np.searchsorted(ordered.channel, [channel, channel + 1]).tolist()
    return ordered.part(*(first + np.searchsorted(ordered.source_ms[first:last], [start_ms, end_ms])).tolist())
