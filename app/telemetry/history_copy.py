"""Readings from one history into another, wherever each lies: to a server, from it, onto a laptop.

What is copied twice is there once: readings settle by channel and instant. A copy that was cut off is begun again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from app.telemetry.history import DAY_MS, History
from app.telemetry.readings import Readings

_AT_ONCE_MS: Final = 32 * DAY_MS
"""So much of a channel is held in memory: at a reading a second some 100 MB."""
_SORTED_AFTER: Final = 2_000_000
"""Readings after which the target is put in order, so that what waits in front of it stays small."""


def copy_readings(
    source: History,
    target: History,
    ids: Sequence[str],
    span_ms: tuple[int, int],
    now_ms: int,
    tell: Callable[[float], None] = lambda _share: None,
) -> int:
    """Copy what *source* has of the channels *ids* in a span; how many readings that were.

    Args:
        source: Is read only.
        target: Gets them, under numbers of its own.
        ids: Channels that *source* does not know are passed over.
        span_ms: From, and up to and without, UTC milliseconds.
        now_ms: The present: *target* is put in order as of it.
        tell: Told the share that is done.

    Raises:
        AppError: ``history.other_resolution``.
        GisError: What the stores raise.
    """
    known, copied, waiting = source.channels(), 0, 0
    wanted = [one for one in ids if one in known]
    oldest_ms = source.oldest_ms() or span_ms[0]
    for done, channel_id in enumerate(wanted):
        number, resolution = known[channel_id]
        own = target.channel(channel_id, resolution)
        for begin_ms, end_ms in _parts(span_ms, oldest_ms):
            found = source.readings(number, begin_ms, end_ms)
            target.append(_renumbered(found, own))
            copied += len(found)
            waiting += len(found)
        if waiting > _SORTED_AFTER:
            target.compact(now_ms)
            waiting = 0
        tell((done + 1) / len(wanted))
    target.compact(now_ms)
    return copied


def _parts(span_ms: tuple[int, int], oldest_ms: int) -> Iterator[tuple[int, int]]:
    """The span in parts; before *oldest_ms*, of when there is something in order, lies at most what came late."""
    start_ms, end_ms = span_ms
    begin_ms = min(max(start_ms, oldest_ms), end_ms)
    if begin_ms > start_ms:
        yield start_ms, begin_ms
    for one_ms in range(begin_ms, end_ms, _AT_ONCE_MS):
        yield one_ms, min(one_ms + _AT_ONCE_MS, end_ms)


def _renumbered(readings: Readings, number: int) -> Readings:
    channel = np.full(len(readings), number, dtype=np.int64)
    return Readings(channel, readings.source_ms, readings.received_ms, readings.count, readings.quality)
