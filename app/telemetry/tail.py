"""What came since the last compaction, in memory, by channel and instant."""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np

from app.telemetry.parcels import packed_batch, unpacked_batch
from app.telemetry.readings import Readings, joined, settled

_SMALL: Final = 20_000
"""So many readings are searched as they came; more of them are sorted."""
_BATCHES: Final = 200
"""So many batches of them are searched one by one."""
_LARGE: Final = 200_000
"""So many sorted ones are packed: no question waits for more to be sorted, and minutes of a busy line take little."""
_SHELVES: Final = 128
"""A question unpacks one of so many shares of a packed part."""


class Tail:
    """Readings that can be asked for by channel while they keep coming.

    The newest wait as they came, those before them are sorted, and the oldest are packed by groups of channels, so that
    adding a batch costs no more than the batch.
    """

    def __init__(self) -> None:
        self._packed: list[_Packed] = []
        self._sorted: list[tuple[int, Readings]] = []
        self._new: list[tuple[int, Readings]] = []
        self._waiting = 0

    def add(self, key: int, readings: Readings) -> None:
        """Take in the batch *key*; keys ascend."""
        self._new.append((key, readings))
        self._waiting += len(readings)
        if self._waiting > _SMALL:
            self._sorted.append((key, settled(_all(self._new))))
            self._new, self._waiting = [], 0
        elif len(self._new) > _BATCHES:
            self._new = [(key, _all(self._new))]
        if sum(len(part) for _, part in self._sorted) > _LARGE:
            self._packed.append(_Packed(key, settled(_all(self._sorted))))
            self._sorted = []

    def forget(self, before: int) -> None:
        """Let go of what came in batches before *before*; what was laid together with later ones stays with them."""
        self._packed = [part for part in self._packed if part.last >= before]
        self._sorted = [part for part in self._sorted if part[0] >= before]
        self._new = [batch for batch in self._new if batch[0] >= before]
        self._waiting = sum(len(batch) for _, batch in self._new)

    def of(self, channel: int, start_ms: int, end_ms: int) -> Readings:
        """Readings of one channel from *start_ms* up to and without *end_ms*, not yet settled."""
        found = [part.of(channel, start_ms, end_ms) for part in self._packed]
        found += [_part(one, channel, start_ms, end_ms) for _, one in self._sorted]
        for _, batch in self._new:
            is_meant = (batch.channel == channel) & (batch.source_ms >= start_ms) & (batch.source_ms < end_ms)
            if is_meant.any():
                found.append(batch.take(is_meant))
        return joined(found)


class _Packed:
    """Many readings, sorted, packed by groups of channels; *last* is the newest batch of which it has any."""

    def __init__(self, last: int, ordered: Readings) -> None:
        self.last = last
        self._first_ms, self._last_ms = int(ordered.source_ms.min()), int(ordered.source_ms.max())
        channels = int(ordered.channel[-1]) + 1
        self._edges = np.linspace(0, channels, min(_SHELVES, channels) + 1).astype(np.int64)
        cuts = np.searchsorted(ordered.channel, self._edges).tolist()
        self._shelves = [packed_batch(ordered.part(*cut)) for cut in itertools.pairwise(cuts)]

    def of(self, channel: int, start_ms: int, end_ms: int) -> Readings:
        shelf = int(np.searchsorted(self._edges, channel, side="right")) - 1
        if start_ms > self._last_ms or end_ms <= self._first_ms or shelf >= len(self._shelves):
            return joined(())
        return _part(unpacked_batch(self._shelves[shelf]), channel, start_ms, end_ms)


def _all(parts: list[tuple[int, Readings]]) -> Readings:
    return joined(part for _, part in parts)


def _part(ordered: Readings, channel: int, start_ms: int, end_ms: int) -> Readings:
    first, last = np.searchsorted(ordered.channel, [channel, channel + 1]).tolist()
    return ordered.part(*(first + np.searchsorted(ordered.source_ms[first:last], [start_ms, end_ms])).tolist())
