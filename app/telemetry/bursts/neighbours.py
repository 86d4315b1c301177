"""What each logger should read by what all others read: ridge regression, each on the rest.

A burst lowers loggers unequally; warm days, games on television and a pump that starts move them together. What the
others do not explain is left over. All regressions come out of one covariance: with its inverse Q, the error of
predicting logger i from the rest is (Q d)_i / Q_ii. Readings that are missing are left out of it exactly, by taking the
covariance of those that are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.telemetry.bursts.bands import NORMAL_PER_MAD, Bands
from network.columns import Bool, Float64, Int64

RIDGE: Final = 0.01
"""Added to the covariance's diagonal, as a share of it: loggers that always agree do not divide by nothing."""
LEAST_SPREAD_M: Final = 0.02
"""House value: no logger is trusted to less than two centimetres of water."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """What was learned from quiet weeks; all in metres of water.

    Attributes:
        bands: The usual week of each logger.
        covariance: Shape (loggers, loggers), of what is off the bands, the ridge added.
        spread_m: Shape (loggers,), standard deviation of what the others leave unexplained.
    """

    bands: Bands
    covariance: Float64
    spread_m: Float64

    def transform(self, reporting: Bool) -> Float64:
        """What takes readings off their bands to what is left over, where only the loggers *reporting* do report.

        Returns:
            Shape (loggers, loggers), 0 in rows and columns of the silent. What fewer neighbours explain strays more,
            and counts for less in the same proportion: a spread of :attr:`spread_m` holds for all of it.
        """
        return _transform(self.covariance, reporting)

    def left_over(self, at_ms: Int64, head_m: Float64) -> Float64:
        """What the other loggers do not explain of *head_m*, shape (ticks, loggers), in metres; NaN for missing ones.

        Scaled as :meth:`transform` says where loggers are silent. A logger of which nothing was ever learned leaves
        nothing over.
        """
        return _left_over(self.covariance, self.bands.off(at_ms, head_m))


def learn(at_ms: Int64, head_m: Float64, slot_s: int = 900, ridge: float = RIDGE) -> Neighbours:
    """Learn from quiet weeks.

    Args:
        at_ms: UTC milliseconds of each tick, ascending.
        head_m: Shape (ticks, loggers), pressure or head in metres of water; NaN where there is no reading.
        slot_s: Length of the slots of the usual week.
        ridge: See :data:`RIDGE`.
    """
    bands = Bands.learn(at_ms, head_m, slot_s)
    off_m = bands.off(at_ms, head_m)
    covariance = _covariance(off_m)
    diagonal = np.diagonal(covariance)
    covariance = _positive(covariance + np.diag(ridge * diagonal + LEAST_SPREAD_M**2))
    left_m = np.abs(_left_over(covariance, off_m))
    known = np.isfinite(left_m).any(axis=0)
    spread_m = np.full(head_m.shape[1], LEAST_SPREAD_M)
    spread_m[known] = np.maximum(NORMAL_PER_MAD * np.nanmedian(left_m[:, known], axis=0), LEAST_SPREAD_M)
    return Neighbours(bands, covariance, spread_m)


def _covariance(off_m: Float64) -> Float64:
    """Of what was read together, missing readings taken as usual ones; extremes are cut at eight spreads."""
    known = np.isfinite(off_m)
    cut_m = 8.0 * np.maximum(np.sqrt(np.nanmean(np.where(known, off_m, 0.0) ** 2, axis=0)), LEAST_SPREAD_M)
    filled = np.clip(np.where(known, off_m, 0.0), -cut_m, cut_m)
    together = known.astype(np.float64).T @ known
    covariance: Float64 = (filled.T @ filled) / np.maximum(together, 1.0)
    return covariance


def _positive(covariance: Float64) -> Float64:
    """*covariance* as one that numbers can have: pairs that were never read together may contradict each other."""
    value, direction = np.linalg.eigh(covariance)
    least = LEAST_SPREAD_M**2
    if value[0] > least / 2.0:
        return covariance
    found: Float64 = (direction * np.maximum(value, least)) @ direction.T
    return found


def _left_over(covariance: Float64, off_m: Float64) -> Float64:
    left = np.full_like(off_m, np.nan)
    there = np.isfinite(off_m)
    patterns, of_tick = np.unique(there, axis=0, return_inverse=True)
    for number, present in enumerate(patterns):
        ticks = np.flatnonzero(of_tick.ravel() == number)
        told = np.where(present, off_m[ticks], 0.0) @ _transform(covariance, present).T
        left[ticks] = np.where(present, told, np.nan)
    return left


def _transform(covariance: Float64, reporting: Bool) -> Float64:
    all_of_them = 1.0 / np.diagonal(np.linalg.inv(covariance))
    loggers = np.flatnonzero(reporting)
    square = np.ix_(loggers, loggers)
    precision = np.linalg.inv(covariance[square])
    unexplained = 1.0 / np.diagonal(precision)
    found = np.zeros_like(covariance)
    found[square] = precision * unexplained[:, None] * np.sqrt(all_of_them[loggers] / unexplained)[:, None]
    return found
