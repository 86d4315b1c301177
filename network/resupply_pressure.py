"""Whether bringing water back is safe: pressures with each option beside those with the plan alone.

Topology says to whom water comes back; EPANET says with what pressure, and who elsewhere would pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from network.answers import IsolationPlan
from network.columns import Int32
from network.hydraulic_effect import HydraulicsFailed, Situation, Snapshot, after_plans, hour_effect
from network.hydraulic_inputs import HydraulicInputs
from network.hydraulic_records import HydraulicWarning
from network.resupply import carried_out
from network.resupply_records import ResupplyOption
from network.supply import SupplyModel

MOST_CHECKED = 12
"""Options beyond so many are not solved: a planner reads the first few."""


class Safety(StrEnum):
    """What hydraulics say of an option; words are made in app.messages."""

    SAFE = "safe"
    LOW = "regains_but_low"
    HARMS = "harms_others"
    NOT_CONVERGED = "not_converged"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, eq=False)
class HourCheck:
    """An option at one hour, beside the plan without it. Rows ascend.

    Attributes:
        hour: Of the day.
        low: Customers regained whose meter lies below the promised pressure.
        low_before: How many of them lie below it in the city as it is before the plan.
        lowest_mpa: The lowest meter among the customers regained; NaN where none has a pressure of its own.
        newly_low: Other customers whose meter falls below the promised pressure by opening the valves.
        reversed: Pipes whose water turns round.
        stirred: Pipes whose water becomes fast enough to stir what has settled.
        fastest_m_s: The highest velocity in any of *stirred*; 0 without any.
        warnings: EPANET's.
    """

    hour: float
    low: Int32
    low_before: int
    lowest_mpa: float
    newly_low: Int32
    reversed: Int32
    stirred: Int32
    fastest_m_s: float
    warnings: tuple[HydraulicWarning, ...]


@dataclass(frozen=True, eq=False)
class Checked:
    """An option and what hydraulics say of it.

    Attributes:
        safety: The worst of both hours; harm to others is worse than low pressure for those regained. What was not
            checked, or did not converge or only coarsely, must not be called safe.
        hours: At the present hour and at the peak hour (one where they are the same); empty where nothing was solved.
        failed: Why there are no pressures; None where it was not tried.
    """

    option: ResupplyOption
    safety: Safety
    hours: tuple[HourCheck, ...] = ()
    failed: HydraulicsFailed | None = None


def unchecked(options: Sequence[ResupplyOption]) -> tuple[Checked, ...]:
    """*options* without a word from hydraulics."""
    return tuple(Checked(option, Safety.NOT_CHECKED) for option in options)


def check_options(
    model: SupplyModel,
    plan: IsolationPlan,
    options: Sequence[ResupplyOption],
    inputs: HydraulicInputs,
    hour: float,
    *,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[Checked, ...]:
    """Solve the city with *plan* and each of *options*, at *hour* of the day and at the hour of greatest demand.

    Each option is solved in a child process of its own: one that fails says nothing of the others.

    Args:
        model: What *plan* was made from.
        plan: The plan.
        options: Of :func:`~network.resupply.find_resupply`; the first :data:`MOST_CHECKED` are solved.
        inputs: Figures of the city.
        hour: The present one.
        progress: Told the share done, 0 to 1.
    """
    hours = tuple(dict.fromkeys((hour, inputs.peak_hour(model.city))))
    usual = after_plans([Situation(model, one, at) for one in (None, plan) for at in hours], inputs)
    if isinstance(usual, HydraulicsFailed):
        return tuple(_failed(option, usual) for option in options)
    checked = []
    for number, option in enumerate(options[:MOST_CHECKED], start=1):
        renewed, left = carried_out(model, plan, option.open)
        found = after_plans([Situation(renewed, left, at) for at in hours], inputs)
        checked.append(
            _failed(option, found)
            if isinstance(found, HydraulicsFailed)
            else _judged(model, inputs, option, (usual[: len(hours)], usual[len(hours) :], found))
        )
        progress(number / min(len(options), MOST_CHECKED))
    return (*checked, *unchecked(options[MOST_CHECKED:]))


def _failed(option: ResupplyOption, failed: HydraulicsFailed) -> Checked:
    unbalanced = failed.code == "hydraulics_not_converged"
    return Checked(option, Safety.NOT_CONVERGED if unbalanced else Safety.NOT_CHECKED, failed=failed)


def _judged(
    model: SupplyModel,
    inputs: HydraulicInputs,
    option: ResupplyOption,
    solved: tuple[Sequence[Snapshot], Sequence[Snapshot], Sequence[Snapshot]],
) -> Checked:
    hours = tuple(_hour(model, inputs, option, *at_hour) for at_hour in zip(*solved, strict=True))
    if any(len(one.newly_low) for one in hours):
        return Checked(option, Safety.HARMS, hours)
    if any(len(one.low) for one in hours):
        return Checked(option, Safety.LOW, hours)
    coarse = any(HydraulicWarning.COARSE in one.warnings for one in hours)
    return Checked(option, Safety.NOT_CONVERGED if coarse else Safety.SAFE, hours)


def _hour(
    model: SupplyModel,
    inputs: HydraulicInputs,
    option: ResupplyOption,
    before: Snapshot,
    plan: Snapshot,
    after: Snapshot,
) -> HourCheck:
    effect = hour_effect(model, inputs, plan, after)
    regained = np.sort(option.customers)
    meters_mpa = after.customer_pressure_mpa[regained]
    low = regained[meters_mpa < inputs.settings.low_mpa]
    known_mpa = meters_mpa[~np.isnan(meters_mpa)]
    return HourCheck(
        hour=after.hour,
        low=low,
        low_before=int(np.count_nonzero(before.customer_pressure_mpa[low] < inputs.settings.low_mpa)),
        lowest_mpa=float(known_mpa.min()) if len(known_mpa) else float("nan"),
        newly_low=np.setdiff1d(effect.newly_low, regained, assume_unique=True),
        reversed=effect.reversed,
        stirred=effect.stirred,
        fastest_m_s=float(after.pipe_velocity_m_s[effect.stirred].max()) if len(effect.stirred) else 0.0,
        warnings=effect.warnings,
    )
