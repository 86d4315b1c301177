"""Where the water goes: pipes ranked by how well a leak there explains what the loggers cannot explain of each other.

A leak lowers the loggers as the hydraulics say; seen through the regressions (the same transform as the residuals),
each pipe has a signature. How large the leak is nobody knows beforehand: every size counts by what it explains, its
length is a pipe's prior. The answer is a zone that holds the burst with a stated probability, never a point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from network.columns import Float64, Int64

MODEL_ERROR: Final = 0.35
"""By how much of what is seen signatures are wrong; this and :data:`CHANCE` are those by which zones hold what they
say, on other years (docs/decisions/bursts-what-was-settled-before-scoring.md)."""
FAR_ERROR, FAR_ERROR_METERED, FAR = 1.5, 1.8, 30.0
"""What is many times as large as chance bears errors that all loggers share: heads fall faster than in proportion. By
so much more signatures are wrong then (the second where meters name the area), half of its square where it is
:data:`FAR` times as large as chance; settled with the other two."""
CHANCE: Final = 4.0
"""So many times the variance of quiet weeks is what chance does to a burst's loggers: bursts are told, and take their
beginning, just where it runs high."""
SIZE_ERROR: Final = 0.9
"""By how much, in the logarithm, pressures mistake a size that meters know."""
METER_ERROR: Final = 0.15
"""House value: by so much of what is seen inflow is wrong: where pressures fall, customers draw less."""
METER_CHANCE: Final = 16.0
"""As :data:`CHANCE`, of inflow."""
METER_LIES: Final = 1e-3
"""So likely meters have nothing to do with a burst."""
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
        size_m3_h: How large it is, wherever it may be: four times in five between these two.
    """

    probability: Float64
    flow_m3_h: Float64
    size_m3_h: tuple[float, float] = (SMALLEST_M3_H, LARGEST_M3_H)

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


@dataclass(frozen=True, eq=False)
class Metered:
    """What flow meters tell of a burst: a leak raises the inflow of the area it lies in by itself.

    Attributes:
        evidence: Of the areas, in m³/h where loggers have metres.
        of_pipe: Shape (pipes,), the area that each lies in; -1 for none that is metered.
    """

    evidence: Evidence
    of_pipe: Int64


def place(
    signatures: Signatures,
    evidence: Evidence,
    model_error: float = MODEL_ERROR,
    chance: float = CHANCE,
    metered: Metered | None = None,
    far_error: float | None = None,
) -> Places:
    """How probable a burst is on each pipe.

    Args:
        signatures: Of all pipes that come into question.
        evidence: What the loggers tell.
        model_error: See :data:`MODEL_ERROR`.
        chance: See :data:`CHANCE`.
        metered: What flow meters tell besides.
        far_error: See :data:`FAR_ERROR`; None: that, or the other one where there are meters.
    """
    pipes = len(signatures.drop)
    probability, flow = np.zeros(pipes), np.zeros(pipes)
    # A logger that the model does not feed, whatever the leak, says nothing about places.
    there = np.flatnonzero(np.isfinite(evidence.shift_m) & np.isfinite(signatures.drop).any(axis=0))
    known = np.flatnonzero(np.isfinite(signatures.drop[:, there]).all(axis=1))
    if not len(known) or (metered is None and not len(there)):
        return Places(probability, flow)
    met = strength = np.zeros(len(known))
    if len(there):
        expected = -signatures.drop[np.ix_(known, there)] @ evidence.transform[np.ix_(there, there)].T
        if far_error is None:
            far_error = FAR_ERROR if metered is None else FAR_ERROR_METERED
        met, strength = _seen_along(expected, evidence, there, (model_error, far_error), chance)
    best = np.divide(met, strength, out=np.zeros(len(strength)), where=strength > 0.0)
    flow[known] = np.clip(best, SMALLEST_M3_H, LARGEST_M3_H)
    sizes, of_pipe = np.ones((1, len(_SIZES) - 1)), np.zeros(len(known), dtype=np.int64)
    if metered is not None:
        sizes, of_pipe = _sizes_metered(metered), metered.of_pipe[known]
    likelihood = _explained(met, np.maximum(strength, _LEAST), sizes @ ALIKE.T, of_pipe)
    # Where chance alone explains it better than a leak on any pipe, there is no place.
    if (metered is None and not (met > 0.0).any()) or not np.isfinite(likelihood.max()):
        return Places(probability, flow)
    score = np.exp(likelihood - likelihood.max()) * signatures.weight[known]
    probability[known] = score / score.sum()
    likely = np.flatnonzero(probability[known] > _NEGLIGIBLE * probability.max())
    size = _size(met[likely], np.maximum(strength[likely], _LEAST), sizes, of_pipe[likely], probability[known][likely])
    return Places(probability, flow, size)


def _seen_along(
    expected: Float64, evidence: Evidence, there: Int64, errors: tuple[float, float], chance: float
) -> tuple[Float64, Float64]:
    """What is seen along each row of *expected* (for 1 m³/h), and how strong that is: shapes (rows,).

    *errors* are those of the model near chance, and by how much they grow far from it.
    """
    shift, by_chance = evidence.shift_m[there], chance * evidence.covariance[np.ix_(there, there)]
    far = float(shift @ np.linalg.solve(by_chance, shift)) / len(there)
    error = errors[0] ** 2 + errors[1] ** 2 * far / (far + FAR)
    doubt = error * float(np.mean(shift**2)) * np.eye(len(there))
    precision = np.linalg.inv(by_chance + doubt)
    against = expected @ precision
    return against @ shift, (against * expected).sum(axis=1)


def alike(error: float) -> Float64:
    """Shape (sizes, sizes), rows sum to 1: what pressures may take for what."""
    middle = np.log(_SIZES[:-1] * _SIZES[1:]) / 2.0
    found = np.exp(-0.5 * ((middle[:, None] - middle) / error) ** 2)
    shares: Float64 = found / found.sum(axis=1, keepdims=True)
    return shares


def _sizes_metered(metered: Metered) -> Float64:
    """How much likelier inflow makes each size of a leak in each area: shape (areas + 1, sizes), the last for none.

    What pressures take for a size may be another one by :data:`SIZE_ERROR`: where much more flows than usual heads fall
    faster than in proportion.
    """
    areas = len(metered.evidence.shift_m)
    found = np.ones((areas + 1, len(_SIZES) - 1))
    there = np.flatnonzero(np.isfinite(metered.evidence.shift_m))
    if len(there):
        expected = metered.evidence.transform[np.ix_(there, there)].T
        met, strength = _seen_along(expected, metered.evidence, there, (METER_ERROR, 0.0), METER_CHANCE)
        middle, width = met / strength, 1.0 / np.sqrt(strength)
        density = np.array(list(_by_size(middle, width))) * (width * np.sqrt(2.0 * np.pi))
        # All areas beside each other: what speaks for a leak in one speaks against one in another.
        told = np.exp(np.minimum(0.5 * met * middle, _MOST_TOLD))
        found[there] = (density * told).T + METER_LIES
    return found


def size_by_meters(metered: Metered, row: int) -> tuple[float, float] | None:
    """How large a burst is by the inflow of the area *row* alone, m³/h; None where that did not rise beyond chance."""
    over_m3_h = float(metered.evidence.shift_m[row])
    apart = _NINE_IN_TEN * math.hypot(METER_ERROR * over_m3_h, math.sqrt(float(metered.evidence.covariance[row, row])))
    return (over_m3_h - apart, over_m3_h + apart) if over_m3_h > apart else None


def by_chance(metered: Metered, row: int) -> float:
    """How much less often chance raises the inflow of the area *row* so far than not at all.

    1 where it did not rise, or is not known.
    """
    over_m3_h, covariance = metered.evidence.shift_m[row], metered.evidence.covariance[row, row]
    return math.exp(-float(over_m3_h**2 / (METER_CHANCE * covariance)) / 2.0) if over_m3_h > 0.0 else 1.0


_NINE_IN_TEN: Final = float(ndtri((1.0 + ZONE_SHARE) / 2.0))
_LEAST: Final = 1e-10
"""What nothing is felt of has no strength to divide by."""
_NEGLIGIBLE: Final = 1e-6
_MOST_TOLD: Final = 7.0
ALIKE: Final = alike(SIZE_ERROR)


def _explained(met: Float64, strength: Float64, sizes: Float64, of_pipe: Int64) -> Float64:
    """How much likelier what is seen is with a leak of some size on each pipe than with none; natural logarithm.

    A leak of f m³/h makes it exp(f met - f² strength / 2) times as likely. The mean of that over all sizes is an
    integral of normal densities between the sizes.

    Args:
        met: Shape (pipes,), what is seen along the pipe's signature.
        strength: Shape (pipes,), positive.
        sizes: Shape (areas, sizes), how much likelier each is beforehand than by its share of the logarithm.
        of_pipe: Shape (pipes,), the row of *sizes* that holds for each.
    """
    middle, width = met / strength, 1.0 / np.sqrt(strength)
    total = np.zeros(len(met))
    for at, part in enumerate(_by_size(middle, width)):
        total += part * sizes[of_pipe, at]
    with np.errstate(divide="ignore"):
        found: Float64 = 0.5 * met * middle + np.log(total / (len(_SIZES) - 1)) + np.log(width * np.sqrt(2.0 * np.pi))
    return found


def _by_size(middle: Float64, width: Float64) -> Iterator[Float64]:
    """Mean density between each two sizes, shape (pipes,)."""
    below = ndtr((_SIZES[0] - middle) / width)
    for low, high in pairwise(_SIZES.tolist()):
        upto = ndtr((high - middle) / width)
        yield (upto - below) / (high - low)
        below = upto


def _size(met: Float64, strength: Float64, sizes: Float64, of_pipe: Int64, probability: Float64) -> tuple[float, float]:
    """Between which two sizes the burst is with :data:`ZONE_SHARE`, all pipes by their *probability*."""
    parts = np.array(list(_by_size(met / strength, 1.0 / np.sqrt(strength))))
    parts = (ALIKE.T @ parts) * sizes[of_pipe].T
    held = np.concatenate([[0.0], np.cumsum((parts / parts.sum(axis=0)) @ probability)])
    apart = (1.0 - ZONE_SHARE) / 2.0
    low, high = np.interp([apart * held[-1], (1.0 - apart) * held[-1]], held, np.log(_SIZES))
    return float(np.exp(low)), float(np.exp(high))


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
