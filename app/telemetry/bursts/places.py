"""Where the water goes: pipes ranked by how well a leak there explains what the loggers cannot explain of each other.

A leak lowers the loggers as the hydraulics say; seen through the regressions (the same transform as the residuals),
each pipe has a signature. How large the leak is nobody knows beforehand: every size counts by what it explains, its
length is a pipe's prior. The answer is a zone that holds the burst with a stated probability, never a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import ndtr

from network.columns import Float64, Int64

MODEL_ERROR: Final = 0.35
"""By how much of what is seen signatures are wrong; this and :data:`CHANCE` are those by which zones hold what they
say, on other years (docs/decisions/bursts-what-was-settled-before-scoring.md)."""
CHANCE: Final = 4.0
"""So many times the variance of quiet weeks is what chance does to a burst's loggers: bursts are told, and take their
beginning, just where it runs high."""
FALL_ERROR: Final = 0.25
"""House value: what one more logger would read is believed to a quarter."""
ZONE_SHARE: Final = 0.8
SMALLEST_M3_H, LARGEST_M3_H = 1.0, 2_000.0
"""House values; between them a leak is taken for as likely to be of 10 to 20 m³/h as of 100 to 200."""
_SIZES: Final = np.exp(np.linspace(np.log(SMALLEST_M3_H), np.log(LARGEST_M3_H), 25))
MOST_COMPARED: Final = 400
"""Pipes of a zone that stand for all of it where one more logger is looked for."""


@dataclass(frozen=True, eq=False)
class Signatures:
    """What a leak on each of some pipes does.

    Attributes:
        drop: Shape (pipes, loggers), metres that each logger falls for each m³/h; NaN in a row that is not known.
        weight: Shape (pipes,), how likely a burst is there before anything is seen: its length, its age.
    """

    drop: Float64
    weight: Float64


@dataclass(frozen=True, eq=False)
class Places:
    """Where a burst may be.

    Attributes:
        probability: Shape (pipes,), sums to 1; all 0 where nothing fits at all.
        flow_m3_h: Shape (pipes,), how large it would be there.
    """

    probability: Float64
    flow_m3_h: Float64

    @property
    def order(self) -> Int64:
        """Pipes with any probability, the most probable first."""
        order = np.argsort(-self.probability, kind="stable")
        found: Int64 = order[self.probability[order] > 0.0]
        return found

    def zone(self, share: float = ZONE_SHARE) -> Int64:
        """The fewest pipes that hold the burst with a probability of *share*."""
        order = self.order
        held = np.cumsum(self.probability[order])
        return order[: int(np.searchsorted(held, share * held[-1] - 1e-12) + 1)] if len(order) else order


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is left over since a burst began.

    Attributes:
        shift_m: Shape (loggers,), mean of what is left over; NaN for a logger without readings.
        covariance: Shape (loggers, loggers), of that mean by chance alone, metres squared.
        transform: Shape (loggers, loggers), takes what is off the bands to what is left over.
    """

    shift_m: Float64
    covariance: Float64
    transform: Float64


def place(
    signatures: Signatures, evidence: Evidence, model_error: float = MODEL_ERROR, chance: float = CHANCE
) -> Places:
    """How probable a burst is on each pipe.

    Args:
        signatures: Of all pipes that come into question.
        evidence: What the loggers tell.
        model_error: See :data:`MODEL_ERROR`.
        chance: See :data:`CHANCE`.
    """
    # A logger that the model does not feed, whatever the leak, says nothing about places.
    there = np.flatnonzero(np.isfinite(evidence.shift_m) & np.isfinite(signatures.drop).any(axis=0))
    pipes = len(signatures.drop)
    known = np.flatnonzero(np.isfinite(signatures.drop[:, there]).all(axis=1))
    probability, flow = np.zeros(pipes), np.zeros(pipes)
    if not len(there) or not len(known):
        return Places(probability, flow)
    square = np.ix_(there, there)
    shift = evidence.shift_m[there]
    expected = -signatures.drop[np.ix_(known, there)] @ evidence.transform[square].T
    doubt = (model_error**2) * float(np.mean(shift**2)) * np.eye(len(there))
    precision = np.linalg.inv(chance * evidence.covariance[square] + doubt)
    against = expected @ precision
    strength = (against * expected).sum(axis=1)
    met = against @ shift
    best = np.divide(met, strength, out=np.zeros(len(strength)), where=strength > 0.0)
    flow[known] = np.clip(best, 0.0, LARGEST_M3_H)
    likelihood = _explained(met, np.maximum(strength, _LEAST))
    # Where chance alone explains it better than a leak on any pipe, there is no place.
    if (met > 0.0).any() and np.isfinite(likelihood.max()):
        score = np.exp(likelihood - likelihood.max()) * signatures.weight[known]
        probability[known] = score / score.sum()
    return Places(probability, flow)


_LEAST: Final = 1e-10
"""What nothing is felt of has no strength to divide by."""


def _explained(met: Float64, strength: Float64) -> Float64:
    """How much likelier what is seen is with a leak of some size on each pipe than with none; natural logarithm.

    A leak of f m³/h makes it exp(f met - f² strength / 2) times as likely. The mean of that over all sizes is an
    integral of normal densities between the sizes.

    Args:
        met: Shape (pipes,), what is seen along the pipe's signature.
        strength: Shape (pipes,), positive.
    """
    middle, width = met / strength, 1.0 / np.sqrt(strength)
    total, below = np.zeros(len(met)), ndtr((_SIZES[0] - middle) / width)
    for low, high in pairwise(_SIZES.tolist()):
        upto = ndtr((high - middle) / width)
        total += (upto - below) / (high - low)
        below = upto
    with np.errstate(divide="ignore"):
        found: Float64 = 0.5 * met * middle + np.log(total / (len(_SIZES) - 1)) + np.log(width * np.sqrt(2.0 * np.pi))
    return found


HELPS: Final = 0.9
"""House value: a logger that would leave more of the zone than this is not proposed."""


@dataclass(frozen=True)
class NextLogger:
    """One more logger.

    Attributes:
        candidate: Row of the place.
        zone_before, zone_after: Pipes in the zone now, and expected with it.
    """

    candidate: int
    zone_before: float
    zone_after: float

    @property
    def helps(self) -> bool:
        """Whether it is worth a crew's way: :data:`HELPS` of the zone or less would be left."""
        return self.zone_after <= HELPS * self.zone_before


def next_logger(places: Places, drop: Float64, noise_m: float, share: float = ZONE_SHARE) -> NextLogger | None:
    """Which further place to measure at would shrink the zone most; None where there is no zone.

    Two pipes of the zone that differ at a place by much more than what is uncertain there are told apart by it. What
    is expected to stay in the zone is counted pipe by pipe: itself, and each other with the overlap of the two.

    Args:
        places: What is known now.
        drop: Shape (pipes, candidates), metres that the place falls for each m³/h of a leak on the pipe.
        noise_m: How uncertain a reading there is.
        share: As for :meth:`Places.zone`.
    """
    zone = places.zone(share)
    if len(zone) < 2:
        return None
    likely, all_over = _standing_for(zone, places.probability), _spread_over(zone)
    likely_m, other_m = (drop[rows] * places.flow_m3_h[rows, None] for rows in (likely, all_over))
    usable = np.isfinite(likely_m).all(axis=0) & np.isfinite(other_m).all(axis=0)
    after = np.full(drop.shape[1], np.inf)
    for candidate in np.flatnonzero(usable).tolist():
        fall_m, other = likely_m[:, candidate, None], other_m[:, candidate]
        doubt_m2 = noise_m**2 + (FALL_ERROR * np.maximum(fall_m, other)) ** 2
        overlap = np.exp(-((fall_m - other) ** 2) / (8.0 * doubt_m2))
        after[candidate] = float(overlap.sum(axis=1).mean()) * len(zone) / len(all_over)
    if not usable.any():
        return None
    best = int(np.argmin(after))
    return NextLogger(best, float(len(zone)), float(after[best]))


def _standing_for(zone: Int64, probability: Float64) -> Int64:
    """Pipes of *zone*, each as often as it is likely: a zone of half a city is not compared pair by pair."""
    held = np.cumsum(probability[zone])
    # Drawn, always alike: in even steps neighbours in rank might take turns.
    drawn = np.random.default_rng(len(zone)).random(MOST_COMPARED)
    found: Int64 = zone[np.searchsorted(held, drawn * held[-1], side="right").clip(max=len(zone) - 1)]
    return found


def _spread_over(zone: Int64) -> Int64:
    """Pipes of *zone*, each as often as any; all of them where they are few."""
    if len(zone) <= MOST_COMPARED:
        return zone
    return np.random.default_rng(len(zone)).choice(zone, MOST_COMPARED, replace=False)


def spread_of_mean(left_over_m: Float64, ticks: int) -> Float64:
    """Covariance of the mean over *ticks* of what quiet months leave over, by means of that length themselves.

    Neighbouring ticks are alike, so a mean of a hundred strays more than a tenth of what one does: it is measured,
    not derived.

    Args:
        left_over_m: Shape (all ticks, loggers), of quiet months; NaN counts as nothing.
        ticks: Length of the mean.
    """
    filled = np.nan_to_num(left_over_m)
    blocks = max(2, len(filled) // max(1, ticks))
    length = len(filled) // blocks
    means = filled[: blocks * length].reshape(blocks, length, -1).mean(axis=1)
    measured = means.T @ means / blocks
    # Fewer blocks than loggers would leave directions in which nothing seems to stray.
    trust = blocks / (blocks + filled.shape[1])
    covariance: Float64 = trust * measured + (1.0 - trust) * np.diag(np.maximum(np.diagonal(measured), 0.0))
    single = (filled**2).mean(axis=0)
    return covariance + 1e-3 * np.diag(single) + 1e-6 * np.eye(len(single))
