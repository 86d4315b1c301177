"""Readings on a common clock: means of ticks, one column a channel, out of the history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from app.telemetry.channels import Channel
from app.telemetry.history import History
from app.telemetry.quantities import Quantity, values_of
from app.telemetry.setup import Setup
from network.columns import Float64, Int64

TICKS_MS: Final = (300_000, 900_000, 3_600_000)
"""Lengths of a tick that come into question, the finest first."""
FULL: Final = 0.8
"""House value: a tick is long enough where so many of them hold a reading."""


def loggers_of(setup: Setup) -> tuple[Channel, ...]:
    """Pressures whose place is known: the loggers of the watch for bursts."""
    return tuple(
        one
        for one in setup.channels.records
        if one.quantity is Quantity.PRESSURE and one.x_m is not None and one.y_m is not None
    )


def ticks_between(start_ms: int, end_ms: int, tick_ms: int) -> Int64:
    """Beginnings of the whole ticks from *start_ms* to *end_ms*, UTC milliseconds."""
    first, last = -(-start_ms // tick_ms), end_ms // tick_ms
    found: Int64 = np.arange(first, max(first, last), dtype=np.int64) * tick_ms
    return found


def means(history: History, ids: Sequence[str], at_ms: Int64, tick_ms: int) -> Float64:
    """Mean of each tick, shape (ticks, channels), in the unit inside; NaN where nothing usable was read.

    Args:
        history: Where readings are kept; channels that it does not know stay NaN.
        ids: Of the channels.
        at_ms: Beginnings of ticks, ascending, *tick_ms* apart.
        tick_ms: A whole number of minutes.
    """
    found = np.full((len(at_ms), len(ids)), np.nan)
    known = history.channels()
    for column, name in enumerate(ids):
        if name in known and len(at_ms):
            number, resolution = known[name]
            steps = history.minutes(number, int(at_ms[0]), int(at_ms[-1]) + tick_ms).coarser(tick_ms)
            at = (steps.start_ms - at_ms[0]) // tick_ms
            inside = (at >= 0) & (at < len(at_ms))
            found[at[inside], column] = values_of(steps.mean[inside], resolution)
    return found


def tick_for(history: History, ids: Sequence[str], start_ms: int, end_ms: int) -> int:
    """The shortest tick that most channels fill in a span, in milliseconds; the longest where none does."""
    for tick_ms in TICKS_MS:
        filled = np.isfinite(means(history, ids, ticks_between(start_ms, end_ms, tick_ms), tick_ms))
        if filled.size and float(filled.mean()) >= FULL:
            return tick_ms
    return TICKS_MS[-1]


def without(at_ms: Int64, values: Float64, spans: Iterable[tuple[int, int]]) -> Float64:
    """*values* with what lies in one of *spans* (UTC milliseconds, ends included) taken for missing."""
    kept = values.copy()
    for start_ms, end_ms in spans:
        kept[(at_ms >= start_ms) & (at_ms <= end_ms)] = np.nan
    return kept
