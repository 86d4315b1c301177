"""How likely a plan works at the first attempt, and the plan most likely to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.alternatives.front import STANDARD, Limits, trade_offs
from network.alternatives.records import Alternative, Front, NoFront
from network.alternatives.surroundings import Surroundings
from network.answers import Target
from network.assets import Condition
from network.columns import Float64, Int8
from network.errors import NetworkError


@dataclass(frozen=True)
class Priors:
    """What is supposed of a valve's chance to close, until a utility has counted its own.

    House values, not measurements: they order valves sensibly, no more.

    Attributes:
        operable, unknown: Of a new valve exercised today, by condition.
        per_year_of_age: Factor for each year since it was laid.
        per_year_idle: Factor for each year since it was last exercised.
        age_unknown_years, idle_unknown_years: Taken where nothing is recorded.
        least: No valve is supposed worse than this.
    """

    operable: float = 0.98
    unknown: float = 0.85
    per_year_of_age: float = 0.998
    per_year_idle: float = 0.985
    age_unknown_years: float = 30.0
    idle_unknown_years: float = 10.0
    least: float = 0.3


def chances(
    condition: Int8,
    age_years: Float64 | None = None,
    idle_years: Float64 | None = None,
    priors: Priors | None = None,
) -> Float64:
    """Each device's chance to close when a crew turns it.

    Args:
        condition: Shape (devices,), conditions now.
        age_years: Shape (devices,), since each was laid; NaN where that is not known, None where it is for no device.
        idle_years: Shape (devices,), since each was last exercised; the same.
        priors: What is supposed.

    Returns:
        Shape (devices,); 0 for valves that are stuck or pass.
    """
    priors = priors or Priors()
    first = np.select(
        [condition == Condition.OPERABLE, condition == Condition.UNKNOWN], [priors.operable, priors.unknown], 0.0
    )
    aged = priors.per_year_of_age ** _years(age_years, len(condition), priors.age_unknown_years)
    idle = priors.per_year_idle ** _years(idle_years, len(condition), priors.idle_unknown_years)
    chance: Float64 = np.where(first > 0.0, np.maximum(first * aged * idle, priors.least), 0.0)
    return chance


def _years(known: Float64 | None, devices: int, otherwise: float) -> Float64:
    if known is None:
        return np.full(devices, otherwise)
    years: Float64 = np.where(np.isnan(known), otherwise, np.maximum(known, 0.0))
    return years


@dataclass(frozen=True, eq=False)
class SurePlan:
    """A plan with its chance to work.

    Attributes:
        plan: The plan; its cost is the sum of ``-ln(chance)`` of its valves.
        chance: That all of its valves close, if they fail independently.
        front: All plans between which there was a choice, surest first.
    """

    plan: Alternative
    chance: float
    front: Front


def surest_plan(
    around: Surroundings,
    target: Target,
    chance: Float64,
    *,
    most_customers: float = float("inf"),
    limits: Limits = STANDARD,
) -> SurePlan | NoFront:
    """The plan most likely to work among those with at most *most_customers* out.

    Where no plan is so small, the tight one. A valve's chance goes into the cost as ``-ln(chance)``, so that the
    cheapest plan is the likeliest; costs are counted to a thousandth, which is a thousandth part of the chance.

    Args:
        around: The city made ready.
        target: What to make dry.
        chance: Shape (devices,), of each to close, see :func:`chances`; read for valves that a plan may close.
        most_customers: Limit of the outage.
        limits: Of the work.

    Raises:
        NetworkError: A chance is not a number from 0 to 1, or there is not one for each device.
    """
    if chance.shape != (len(around.model.city.network.devices),):
        raise NetworkError("valve_chances_of_other_city", found=chance.size, expected=around.one_each.size)
    wrong = ~((chance >= 0.0) & (chance <= 1.0))
    if wrong.any():
        raise NetworkError("valve_chance_not_usable", row=int(np.flatnonzero(wrong)[0]))
    front = trade_offs(around, target, -np.log(np.maximum(chance, _NEVER)), limits=limits)
    if isinstance(front, NoFront):
        return front
    plan = next((point for point in front.points if point.customers_out <= most_customers), front.tight)
    return SurePlan(plan, float(np.prod(chance[list(plan.close)])), front)


_NEVER = 1e-6
"""Chance below which a valve counts as one that never closes: fourteen sure valves are better."""
