"""Small shifts that last, found by adding up (Page's CUSUM), with a threshold that a budget of false alarms sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from network.columns import Float64

SLACK: Final = 0.5
"""What is taken off each tick, in standard deviations: shifts of less than this add up to nothing."""
MOST: Final = 6.0
"""One tick counts for no more than this, so that a single wild reading is no burst."""
_HALVINGS = 20
_TICKS_AT_ONCE = 1024


@dataclass(frozen=True)
class Crossing:
    """A sum that went over the threshold.

    Attributes:
        tick: When.
        since: Tick at which the sum began to grow.
        logger: Whose sum.
        side: -1 for readings that are too low, 1 for too high.
        height: The sum, over the threshold.
    """

    tick: int
    since: int
    logger: int
    side: int
    height: float


@dataclass(frozen=True)
class TooShort:
    """Quiet months too few to set a threshold by: *seconds* of them, where one alarm each *budget_s* is allowed."""

    seconds: float
    budget_s: float


def sums(deviation: Float64, slack: float = SLACK, carried: Float64 | None = None) -> Float64:
    """CUSUMs of *deviation*, shape (ticks, loggers), in standard deviations; NaN counts as nothing.

    Args:
        deviation: What is left over.
        slack: Taken off each tick.
        carried: Shape (2, loggers), sums before the first tick; None: zero.

    Returns:
        Shape (2, ticks, loggers): of too low readings, then of too high ones.
    """
    known = np.clip(np.nan_to_num(deviation, nan=0.0), -MOST, MOST)
    missing = np.isnan(deviation)
    sides = np.stack([-known, known]) - np.where(missing, 0.0, slack)
    run = np.cumsum(sides, axis=1)
    floor = np.minimum.accumulate(run, axis=1)
    before = np.zeros((2, 1, deviation.shape[1])) if carried is None else -carried[:, None, :]
    total: Float64 = run - np.minimum(floor, before)
    return total


def first_crossing(
    deviation: Float64, threshold: float, slack: float = SLACK, block: int = _TICKS_AT_ONCE
) -> Crossing | None:
    """The first time that a sum goes over *threshold*, of several at one tick the highest; None where none does.

    Looked for *block* ticks at a time: where alarms are many, each costs only the ticks up to it.
    """
    carried = np.zeros((2, deviation.shape[1]))
    for start in range(0, len(deviation), block):
        total = sums(deviation[start : start + block], slack, carried)
        over = (total > threshold).any(axis=(0, 2))
        if over.any():
            at = int(np.argmax(over))
            side, logger = np.unravel_index(int(np.argmax(total[:, at])), carried.shape)
            return _crossing(deviation[: start + at + 1, logger], int(logger), int(side), slack)
        carried = total[:, -1]
    return None


def _crossing(deviation: Float64, logger: int, side: int, slack: float) -> Crossing:
    """The crossing that ends *deviation*, shape (ticks,)."""
    grown = sums(deviation[:, None], slack)[side, :, 0]
    zeros = np.flatnonzero(grown <= 0.0)
    since = int(zeros[-1]) + 1 if len(zeros) else 0
    sign = (-1, 1)[side]
    since += _change(sign * np.nan_to_num(deviation[since:], nan=0.0))
    return Crossing(len(deviation) - 1, since, logger, sign, float(grown[-1]))


def _change(risen: Float64) -> int:
    """Where in *risen*, which a shift ends, the shift most likely began: a sum may have crept up long before it.

    The likelihood of a shift of the mean from a tick to the end grows with the square of the sum over its length.
    """
    total = np.cumsum(np.clip(risen, -MOST, MOST)[::-1])
    weight = np.maximum(total, 0.0) ** 2 / np.arange(1, len(total) + 1)
    return len(risen) - 1 - int(np.argmax(weight))


def lowest_threshold(alarms: Callable[[float], int], allowed: int, highest: float) -> float:
    """The lowest threshold by which there are no more than *allowed* alarms.

    Args:
        alarms: How many there are by a threshold; fewer by a higher one.
        allowed: How many may be.
        highest: A threshold that nothing reaches.
    """
    low, high = 0.0, highest
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if alarms(middle) > allowed:
            low = middle
        else:
            high = middle
    return high
