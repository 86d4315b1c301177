"""Readings as they travel from the feeds to the history: arrays, never one object a sample.

A reading belongs to a channel (its number) and to an instant at the instrument (``source_ms``); it arrived at
``received_ms``. Its value is a whole number of the channel's resolution, so that equal readings are equal to the bit
however they came, and a history made of a stream in any order, with repetitions, is the same history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

import numpy as np

from network.columns import Bool, Int64

NO_VALUE: Final = -(2**62)
"""Count of a reading that came without a number (a fault of the instrument, "NaN")."""
LARGEST_COUNT: Final = 2**53
"""Beyond this many resolutions a float no longer tells neighbours apart."""


class Quality(IntFlag):
    """What is held against a reading; 0 is good. Only the bits of ``BAD`` say that it must not be relied on."""

    GOOD = 0
    NO_NUMBER = 1
    """The instrument sent no number, or one beyond what can be written."""
    SENT_BAD = 2
    """The sender itself marks it as bad."""
    SENT_UNCERTAIN = 4
    """The sender itself marks it as uncertain."""
    OUT_OF_RANGE = 8
    """Outside what the instrument can measure."""
    SPIKE = 16
    """Far from the readings before and after it: marked where readings are told (:mod:`app.telemetry.spikes`)."""
    STUCK = 32
    """The same count for longer than water ever rests."""
    FUTURE = 64
    """Its stamp lies ahead of the console's clock."""
    CONTRADICTED = 128
    """Another reading of the same channel and instant says something else."""
    STEEP = 256
    """Changed faster than the channel's quantity can."""
    LEAP = 512
    """Far from what came before: a spike unless the next reading stays there (:mod:`app.telemetry.live`)."""
    DRIFT = 1024
    """Its instrument has moved away from all others of its kind (:mod:`app.telemetry.drifting`)."""


BAD: Final = Quality.NO_NUMBER | Quality.SENT_BAD | Quality.OUT_OF_RANGE | Quality.FUTURE
"""What makes a reading no evidence at all; the other bits make it suspect."""


def quality_words(quality: int) -> str:
    """The bits of *quality* by their names, as files have them: ``good``, or ``spike|stuck``."""
    return "|".join((flag.name or "").lower() for flag in Quality(quality)) or "good"


@dataclass(frozen=True, eq=False)
class Readings:
    """A batch; all arrays have one entry a reading.

    Attributes:
        channel: Number of the channel.
        source_ms: Instant at the instrument, UTC milliseconds since 1970.
        received_ms: When it reached us, UTC milliseconds since 1970.
        count: The value in resolutions of the channel, or ``NO_VALUE``.
        quality: Bits of :class:`Quality`.
    """

    channel: Int64
    source_ms: Int64
    received_ms: Int64
    count: Int64
    quality: Int64

    def __len__(self) -> int:
        return len(self.channel)

    def take(self, index: Int64 | Bool) -> Readings:
        """Those at *index* (positions or a mask)."""
        return Readings(
            self.channel[index],
            self.source_ms[index],
            self.received_ms[index],
            self.count[index],
            self.quality[index],
        )

    def part(self, first: int, last: int) -> Readings:
        """Those from position *first* up to and without *last*; the same memory, not a copy."""
        cut = slice(first, last)
        return Readings(
            self.channel[cut], self.source_ms[cut], self.received_ms[cut], self.count[cut], self.quality[cut]
        )


def no_readings() -> Readings:
    """A batch without readings."""
    empty = np.empty(0, dtype=np.int64)
    return Readings(empty, empty, empty, empty, empty)


def joined(batches: Iterable[Readings]) -> Readings:
    """All of *batches*, one after the other."""
    held = list(batches)
    if not held:
        return no_readings()
    return Readings(
        np.concatenate([batch.channel for batch in held]),
        np.concatenate([batch.source_ms for batch in held]),
        np.concatenate([batch.received_ms for batch in held]),
        np.concatenate([batch.count for batch in held]),
        np.concatenate([batch.quality for batch in held]),
    )


def settled(readings: Readings) -> Readings:
    """One reading for each channel and instant, by channel and instant.

    Repetitions fall together, with the time at which the first of them came. Of readings that contradict each other
    the one with the least against it stays, of equals the lowest, and it is marked ``CONTRADICTED``. The answer
    depends on the set of readings alone, not on their order, and settling twice changes nothing: what is already in
    the history can be settled again with what came late.
    """
    if len(readings) == 0:
        return readings
    held_against = readings.quality & ~int(Quality.CONTRADICTED)
    order = np.lexsort((readings.count, held_against, readings.source_ms, readings.channel))
    by_instant = readings.take(order)
    starts = _starts(by_instant)
    if len(starts) == len(by_instant):
        return by_instant
    plain = by_instant.quality & ~int(Quality.CONTRADICTED)
    group = np.cumsum(_marks(len(by_instant), starts)) - 1
    differs = (by_instant.count != by_instant.count[starts][group]) | (plain != plain[starts][group])
    marked = (by_instant.quality & int(Quality.CONTRADICTED)) != 0
    contradicted = np.logical_or.reduceat(differs | marked, starts)
    return Readings(
        by_instant.channel[starts],
        by_instant.source_ms[starts],
        np.minimum.reduceat(by_instant.received_ms, starts),
        by_instant.count[starts],
        plain[starts] | np.where(contradicted, int(Quality.CONTRADICTED), 0),
    )


def _starts(ordered: Readings) -> Int64:
    """Where another channel or instant begins."""
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = (np.diff(ordered.channel) != 0) | (np.diff(ordered.source_ms) != 0)
    return np.flatnonzero(new)


def _marks(length: int, at: Int64) -> Int64:
    marks = np.zeros(length, dtype=np.int64)
    marks[at] = 1
    return marks
