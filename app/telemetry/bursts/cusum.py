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


def sums(deviation: Float64, slack: float = SLACK) -> Float64:
    """CUSUMs of *deviation*, shape (ticks, loggers), in standard deviations; NaN counts as nothing.

    Returns:
        Shape (2, ticks, loggers): of too low readings, then of too high ones; both from zero.
    """
    known = np.clip(np.nan_to_num(deviation, nan=0.0), -MOST, MOST)
    missing = np.isnan(deviation)
    sides = np.stack([-known, known]) - np.where(missing, 0.0, slack)
    run = np.cumsum(sides, axis=1)
    floor = np.minimum(np.minimum.accumulate(run, axis=1), 0.0)
    total: Float64 = run - floor
    return total


def first_crossing(deviation: Float64, threshold: float, slack: float = SLACK) -> Crossing | None:
    """The first time that a sum goes over *threshold*, of several at one tick the highest; None where none does."""
    total = sums(deviation, slack)
    over = (total > threshold).any(axis=(0, 2))
    if not over.any():
        return None
    tick = int(np.argmax(over))
    side, logger = np.unravel_index(int(np.argmax(total[:, tick])), (2, deviation.shape[1]))
    grown = total[side, : tick + 1, logger]
    zeros = np.flatnonzero(grown <= 0.0)
    since = int(zeros[-1]) + 1 if len(zeros) else 0
    return Crossing(tick, since, int(logger), (-1, 1)[int(side)], float(grown[-1]))


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
