"""How long what is left of an incident will take: half of like cases, and nine of ten.

Every stage's duration is taken as lognormal, by class of diameter, with material and depth as factors. Priors are house
values and count as so many cases; finished incidents move them (a normal prior on the mean of the logarithm, the
spread pooled). The sum over stages is taken over a fixed low-discrepancy sample: the same question has the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from app.dispatch.mains import Family, family_of
from app.dispatch.states import Forecast
from network.columns import Float64


class Stage(StrEnum):
    """Stages of an incident that take time. Words are made in app.messages."""

    TRAVEL = "travel"
    ISOLATION = "isolation"
    EXCAVATION = "excavation"
    REPAIR = "repair"
    REFILL = "refill"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True)
class Spell:
    """A duration as a lognormal distribution.

    Attributes:
        median_s: Half take no longer.
        spread: Standard deviation of the natural logarithm.
        cases: How many cases it rests on; of a prior, how many it counts as.
    """

    median_s: float
    spread: float
    cases: float


@dataclass(frozen=True)
class Job:
    """What is known of a repair, as far as it changes how long it takes.

    Attributes:
        dn_mm: None where not known: it is then taken as an average main.
        depth_m: Cover; None where not known.
    """

    dn_mm: float | None = None
    material: str = ""
    depth_m: float | None = None


DN_CLASSES: Final = (150.0, 300.0, 500.0, np.inf)
"""Upper bounds of the classes of diameter, mm."""

PRIORS: Final[Mapping[Stage, tuple[float, ...]]] = {
    Stage.TRAVEL: (780, 780, 840, 900),
    Stage.ISOLATION: (1500, 2400, 4200, 7200),
    Stage.EXCAVATION: (3600, 5400, 9000, 14400),
    Stage.REPAIR: (5400, 9000, 16200, 32400),
    Stage.REFILL: (1200, 2400, 5400, 10800),
    Stage.CONFIRMATION: (1800, 2400, 3600, 5400),
}
"""House medians in seconds by class of diameter."""

PRIOR_SPREAD: Final = 0.55
PRIOR_CASES: Final = 8.0
HARD_MATERIALS: Final = frozenset({Family.CONCRETE, Family.STEEL})
HARD_FACTOR: Final = 1.3
"""House factor on excavation and repair for pipes that must be welded or cast anew."""

USUAL_DEPTH_M: Final = 1.3
DEPTH_FACTOR_PER_M: Final = 0.35
"""House: each metre of cover beyond the usual lengthens excavation by this share."""

SAMPLE: Final = 1024


@dataclass(frozen=True)
class Finished:
    """A stage of a finished incident."""

    stage: Stage
    job: Job
    took_s: float


@dataclass(frozen=True)
class Experience:
    """What finished incidents have taught.

    Attributes:
        spells: By stage and class of diameter.
    """

    spells: Mapping[tuple[Stage, int], Spell] = field(default_factory=dict)

    def spell(self, stage: Stage, job: Job) -> Spell:
        """How long *stage* takes for *job*."""
        known = self.spells.get((stage, dn_class(job)))
        spell = known or _prior(stage, dn_class(job))
        return Spell(spell.median_s * _factor(stage, job), spell.spread, spell.cases)


def dn_class(job: Job) -> int:
    """Class of diameter; DN 300 where it is not known."""
    dn_mm = 300.0 if job.dn_mm is None else job.dn_mm
    return next(place for place, bound in enumerate(DN_CLASSES) if dn_mm <= bound)


def learn(finished: Iterable[Finished]) -> Experience:
    """Experience from *finished* stages, in any order; durations that are not positive are left out."""
    logs: dict[tuple[Stage, int], list[float]] = {}
    for one in finished:
        if one.took_s > 0:
            usual_s = one.took_s / _factor(one.stage, one.job)
            logs.setdefault((one.stage, dn_class(one.job)), []).append(float(np.log(usual_s)))
    return Experience({key: _learned(_prior(*key), np.sort(np.array(values))) for key, values in logs.items()})


def _learned(prior: Spell, logs: Float64) -> Spell:
    """The prior moved by cases: its mean and spread weigh as many cases as it says."""
    cases = prior.cases + len(logs)
    mean = (prior.cases * np.log(prior.median_s) + logs.sum()) / cases
    about = prior.cases * (prior.spread**2 + (np.log(prior.median_s) - mean) ** 2) + ((logs - mean) ** 2).sum()
    return Spell(float(np.exp(mean)), float(np.sqrt(about / cases)), cases)


def _prior(stage: Stage, place: int) -> Spell:
    return Spell(float(PRIORS[stage][place]), PRIOR_SPREAD, PRIOR_CASES)


def _factor(stage: Stage, job: Job) -> float:
    factor = 1.0
    if family_of(job.material) in HARD_MATERIALS and stage in {Stage.EXCAVATION, Stage.REPAIR}:
        factor *= HARD_FACTOR
    if stage is Stage.EXCAVATION and job.depth_m is not None:
        factor *= 1.0 + DEPTH_FACTOR_PER_M * max(0.0, job.depth_m - USUAL_DEPTH_M)
    return factor


def forecast(
    experience: Experience, job: Job, running: tuple[Stage, int] | None, ahead: Iterable[Stage], now_ms: int
) -> Forecast:
    """When the last of the stages will be over.

    Args:
        experience: What is known of durations.
        job: The repair.
        running: The stage under way and when it began, UTC milliseconds; None between stages.
        ahead: Stages that are still to come.
        now_ms: UTC milliseconds.
    """
    points = _points()
    left_s = np.zeros(SAMPLE)
    if running is not None:
        stage, began_ms = running
        left_s += _left(experience.spell(stage, job), max(0.0, (now_ms - began_ms) / 1000), points[:, -1])
    for column, stage in enumerate(ahead):
        spell = experience.spell(stage, job)
        left_s += spell.median_s * np.exp(spell.spread * ndtri(points[:, column]))
    p50, p90 = np.quantile(left_s, [0.5, 0.9])
    return Forecast(now_ms + round(p50 * 1000), now_ms + round(p90 * 1000))


def _left(spell: Spell, gone_s: float, point: Float64) -> Float64:
    """What is left of a spell that has lasted *gone_s*: of those that last longer, shape of *point*."""
    past = 0.0 if gone_s <= 0 else float(ndtr(np.log(gone_s / spell.median_s) / spell.spread))
    # Far beyond all experience nothing is left to choose from: a tenth of what has gone is taken then.
    share = np.minimum(past + (1 - past) * point, 1 - 1e-9)
    total_s = spell.median_s * np.exp(spell.spread * ndtri(share))
    return np.asarray(np.maximum(total_s - gone_s, 0.1 * gone_s if past > 1 - 1e-6 else 0.0), dtype=np.float64)


@lru_cache(maxsize=1)
def _points() -> Float64:
    """Shape (SAMPLE, stages + 1), in (0, 1), spread evenly in every number of dimensions; the same every time.

    The additive sequence of the generalised golden ratio: its steps are the powers of 1 / r with r**(d + 1) = r + 1.
    SciPy's Sobol points are no better at so few questions, and scipy.stats takes 20 MB of every process that loads it.
    """
    dimensions = len(Stage) + 1
    ratio = 1.0
    for _ in range(60):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    points = (0.5 + np.outer(np.arange(1, SAMPLE + 1), steps)) % 1.0
    return np.asarray(np.clip(points, 1e-9, 1 - 1e-9), dtype=np.float64)
