"""Which closed valves bring water back while a plan is carried out: found, checked by hydraulics, and as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.operations.isolate import Answer
from app.workspace import Workspace
from gis.pressure_zones import LAYERS_READ, zone_of_nodes
from network.columns import IdColumn, Int32
from network.hydraulic_inputs import HydraulicInputs
from network.resupply import find_resupply
from network.resupply_pressure import Checked, HourCheck, check_options, unchecked
from network.resupply_records import NoResupply, Resupply
from network.supply import SupplyModel


@dataclass(frozen=True, eq=False)
class ResupplyAnswer:
    """What can be done for those whom a plan dries beside its target.

    Attributes:
        answer: The plan and who is affected.
        found: The options, or why there is none.
        checked: The options of *found*, in its order, with what hydraulics say of each; empty where there is none.
    """

    answer: Answer
    found: Resupply | NoResupply
    checked: tuple[Checked, ...]


def zones_of(workspace: Workspace) -> Int32:
    """Pressure zone of each junction of *workspace*; see :func:`gis.pressure_zones.zone_of_nodes`."""
    return zone_of_nodes(workspace.city, workspace.store.layers(LAYERS_READ))


def resupply_options(
    model: SupplyModel,
    answer: Answer,
    *,
    zone: Int32 | None = None,
    inputs: HydraulicInputs | None = None,
    hour: float = 0.0,
    progress: Callable[[float], None] = lambda _: None,
) -> ResupplyAnswer:
    """Options for the plan of *answer*.

    Finding them takes milliseconds; checking them takes an EPANET run each, in a child process: for a worker.

    Args:
        model: What the plan was made from.
        answer: The plan; one that needs sources stopped is taken with these stopped.
        zone: Of :func:`zones_of`; None where zones are not asked for.
        inputs: Figures for hydraulics; None leaves every option unchecked.
        hour: The present one, of the day.
        progress: Told the share of the hydraulics done.
    """
    found = find_resupply(model, answer.plan, zone=zone)
    if isinstance(found, NoResupply):
        return ResupplyAnswer(answer, found, ())
    if inputs is None:
        return ResupplyAnswer(answer, found, unchecked(found.options))
    checked = check_options(model, answer.plan, found.options, inputs, hour, progress=progress)
    return ResupplyAnswer(answer, found, checked)


def as_record(model: SupplyModel, told: ResupplyAnswer, reason: str | None) -> dict[str, Any]:
    """One JSON object; *reason* is the sentence for no options, or for a plan that cannot be, or None."""
    found = told.found
    exact_to = found.exact_to if isinstance(found, Resupply) else None
    devices = model.city.network.devices.ids
    return {
        "reason": reason,
        "feasible": told.answer.plan.feasible,
        "close": _ids(devices, told.answer.plan.close),
        "drain_back": _ids(devices, told.answer.plan.drain_back),
        "lost_outside": found.lost_outside,
        "within_reach": found.within_reach if isinstance(found, Resupply) else 0,
        "exact_to": exact_to,
        "more_alike": found.more_alike if isinstance(found, Resupply) else False,
        "why_none": found.why.value if isinstance(found, NoResupply) else None,
        "options": [_option_record(model, one) for one in told.checked],
    }


def _option_record(model: SupplyModel, checked: Checked) -> dict[str, Any]:
    option, customers, devices = checked.option, model.city.customers.ids, model.city.network.devices.ids
    return {
        "open": _ids(devices, option.open),
        "also_close": _ids(devices, option.also_close),
        "relies_on": _ids(devices, option.relies_on),
        "joins": {devices[at.device]: [join.value for join in at.joins] for at in option.joined},
        "unknown_condition": _ids(devices, option.unknown_condition),
        "customers": customers.take(option.customers),
        "critical": customers.take(option.critical),
        "people": option.people,
        "length_m": round(option.length_m, 3),
        "exact": option.exact,
        "safety": checked.safety.value,
        "why_not_checked": checked.failed.code if checked.failed else None,
        "hours": [_hour_record(model, one) for one in checked.hours],
    }


def _hour_record(model: SupplyModel, checked: HourCheck) -> dict[str, Any]:
    customers, pipes = model.city.customers.ids, model.city.network.pipes.ids
    return {
        "hour": round(checked.hour, 2),
        "low": sorted(customers.take(checked.low)),
        "low_before": checked.low_before,
        "lowest_mpa": None if np.isnan(checked.lowest_mpa) else round(checked.lowest_mpa, 4),
        "newly_low": sorted(customers.take(checked.newly_low)),
        "reversed": sorted(pipes.take(checked.reversed)),
        "stirred": sorted(pipes.take(checked.stirred)),
        "fastest_m_s": round(checked.fastest_m_s, 3),
        "warnings": [warning.value for warning in checked.warnings],
    }


def _ids(ids: IdColumn, rows: tuple[int, ...]) -> list[str]:
    return [ids[row] for row in rows]
