"""Readings of some minutes by channel, in little memory: laid together and packed while batches are gone through.

A batch holds a moment of all channels, an hour's row all moments of one. Between them readings lie in parcels, a few
bytes each: whoever takes them out, group of channels by group, has each channel's whole and writes its hour once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from app.telemetry.chunks import QUICK, pack_columns, unpack_columns
from app.telemetry.readings import Readings, joined

GROUP: Final = 25_000
"""About so many readings are taken out at once, where channels have equally many: ten milliseconds to put in order."""
_CHUNK: Final = 100_000
"""So many wait unpacked."""
_MOST_AT_ONCE: Final = 500_000
"""A group that is larger, since one channel has most readings, is taken out in several parts."""
_OPEN_AT_ONCE: Final = 100_000
"""Readings that one batch of what stays open has at most."""
_COLUMNS: Final = 5


class Parcels:
    """Readings put in by batch and taken out by channel.

    Args:
        readings: About how many will come.
        channels: Their numbers go up to here.
    """

    def __init__(self, readings: int, channels: int) -> None:
        groups = max(1, min(channels, -(-readings // GROUP)))
        self._edges = np.linspace(0, channels + 1, groups + 1).astype(np.int64)[1:-1]
        self._groups: list[list[tuple[int, bytes]]] = [[] for _ in range(groups)]
        self._waiting: list[Readings] = []
        self._rows = 0

    def add(self, readings: Readings) -> None:
        """Take in some of a batch."""
        self._waiting.append(readings)
        self._rows += len(readings)
        if self._rows >= _CHUNK:
            self._pack()

    def take_out(self) -> Iterator[Readings]:
        """All of them, group of channels by group, in no order within it; what is taken out is let go of."""
        self._pack()
        for group in self._groups:
            group.reverse()
            while group:
                part, rows = [], 0
                while group and rows < _MOST_AT_ONCE:
                    size, body = group.pop()
                    part.append(unpacked_batch(body))
                    rows += size
                yield joined(part)

    def _pack(self) -> None:
        chunk = joined(self._waiting)
        self._waiting, self._rows = [], 0
        by_channel = chunk.take(np.argsort(chunk.channel, kind="stable"))
        cuts = [0, *np.searchsorted(by_channel.channel, self._edges).tolist(), len(by_channel)]
        for group, first, last in zip(self._groups, cuts, cuts[1:], strict=False):
            if last > first:
                group.append((last - first, packed_batch(by_channel.part(first, last))))


class Sorter:
    """What of some batches is closed, by channel, and what of them stays open.

    Args:
        end_ms: What lies before it is closed.
        readings: About how many will come.
        channels: Their numbers go up to here.

    Attributes:
        taken: Batches of which something was kept here; the others stay as they are.
        has_closed: Whether anything is closed.
    """

    def __init__(self, end_ms: int, readings: int, channels: int) -> None:
        self._end_ms = end_ms
        self._parcels = Parcels(readings, channels)
        self._open: list[Readings] = []
        self._rows = 0
        self._packed: list[tuple[int, bytes]] = []
        self.taken: list[int] = []
        self.has_closed = False

    def add(self, key: int, batch: Readings) -> None:
        """Take in the batch *key*; where it came after the end and nothing of it is closed, it stays as it is."""
        is_closed = batch.source_ms < self._end_ms
        if not is_closed.any() and int(batch.received_ms.max(initial=0)) >= self._end_ms:
            return
        self.taken.append(key)
        self.has_closed = self.has_closed or bool(is_closed.any())
        self._parcels.add(batch.take(is_closed))
        self._open.append(batch.take(~is_closed))
        self._rows += len(self._open[-1])
        if self._rows >= _OPEN_AT_ONCE:
            self._pack()

    def closed(self) -> Iterator[Readings]:
        """See :meth:`Parcels.take_out`."""
        return self._parcels.take_out()

    def still_open(self) -> list[tuple[int, bytes]]:
        """As batches with how many readings each has."""
        self._pack()
        return self._packed

    def _pack(self) -> None:
        if self._rows:
            self._packed.append((self._rows, packed_batch(joined(self._open))))
        self._open, self._rows = [], 0


def packed_batch(readings: Readings) -> bytes:
    """Readings of any channels, in the order in which they are, as bytes."""
    return pack_columns(
        (readings.channel, readings.source_ms, readings.received_ms, readings.count, readings.quality), QUICK
    )


def unpacked_batch(body: bytes) -> Readings:
    """What :func:`packed_batch` was given. Raises :class:`AppError` ``history.damaged`` if *body* is not whole."""
    return Readings(*unpack_columns(body, _COLUMNS))
