"""What a plan does to pressures and fire cover: from a workspace to plain data and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.messages import Words
from app.messages.formats import hour_of_day
from app.operations.isolate import Answer
from app.workspace import Workspace
from gis.hydraulic_records import stated_hydraulics
from gis.stores.in_turn import LayersInTurn
from network.calibration import calibrated, read_calibration
from network.columns import Float64, IdColumn, Int32
from network.fire_cover import FireCover, customers_without_cover
from network.hydraulic_defaults import HYDRANT_REACH_M
from network.hydraulic_effect import HourEffect, HydraulicEffect, HydraulicsFailed, Snapshot, compare
from network.hydraulic_inputs import HydraulicInputs, hydraulic_inputs
from network.supply import SupplyModel


@dataclass(frozen=True, eq=False)
class Told:
    """What a plan does beside drying mains.

    Attributes:
        hydraulics: Pressures, or why there are none.
        hydrants_out: Rows of hydrants without water.
        fire: Customers then farther than *reach_m* from a live hydrant; known without pressures too.
    """

    hydraulics: HydraulicEffect | HydraulicsFailed
    hydrants_out: Int32
    fire: FireCover
    reach_m: float


def inputs_of(
    workspace: Workspace, model: SupplyModel, *, year: int, calibration: Path | None = None, hour: float = 0.0
) -> HydraulicInputs:
    """Hydraulic figures of *workspace*, with those of an INP file at *hour* where one is given.

    Raises:
        NetworkError: The file cannot be used; see :mod:`network.calibration`.
    """
    stated = stated_hydraulics(workspace.city, LayersInTurn(workspace.store))
    inputs = hydraulic_inputs(model, stated, year=year)
    if calibration is None:
        return inputs
    return calibrated(workspace.city, inputs, read_calibration(calibration, hour)).inputs


def effect_of(
    model: SupplyModel, answer: Answer, inputs: HydraulicInputs, hour: float, *, reach_m: float = HYDRANT_REACH_M
) -> Told:
    """What the plan of *answer* does at *hour* and at the peak hour; a hydrant covers what is within *reach_m*."""
    return Told(
        compare(model, answer.plan, inputs, hour),
        answer.impact.hydrants_out,
        customers_without_cover(model, answer.impact, reach_m=reach_m),
        reach_m,
    )


def as_record(model: SupplyModel, told: Told) -> dict[str, Any]:
    """One JSON object; figures that are not known are null, both hours where there are no pressures."""
    customers, hydrants, effect = model.city.customers.ids, model.city.hydrants.ids, told.hydraulics
    hours = (None, None) if isinstance(effect, HydraulicsFailed) else (effect.present, effect.peak)
    present, peak = (None if one is None else _hour_record(model, one) for one in hours)
    return {
        "present": present,
        "peak": peak,
        "fire": {
            "reach_m": told.reach_m,
            "hydrants_out": _ids(hydrants, told.hydrants_out),
            "uncovered": _ids(customers, told.fire.uncovered),
        },
    }


def _hour_record(model: SupplyModel, effect: HourEffect) -> dict[str, Any]:
    network, customers = model.city.network, model.city.customers.ids
    return {
        "hour": round(effect.after.hour, 2),
        "before": _snapshot_record(effect.before),
        "after": _snapshot_record(effect.after),
        "newly_low": [
            {"id": customers[row], "before_mpa": _known(before), "after_mpa": _known(after)}
            for row, before, after in zip(
                effect.newly_low.tolist(),
                effect.before.customer_pressure_mpa[effect.newly_low].tolist(),
                effect.after.customer_pressure_mpa[effect.newly_low].tolist(),
                strict=True,
            )
        ],
        "low_before": effect.low_before,
        "reversed": _ids(network.pipes.ids, effect.reversed),
        "stirred": _ids(network.pipes.ids, effect.stirred),
        "tank_hours": dict(_tank_hours(network.sources.ids, effect.tank_hours)),
        "pump_trouble": {network.devices.ids[row]: state.value for row, state in effect.pump_trouble.items()},
    }


def _snapshot_record(found: Snapshot) -> dict[str, Any]:
    known_mpa = found.customer_pressure_mpa[~np.isnan(found.customer_pressure_mpa)]
    return {
        "wanted_m3_h": round(found.wanted_m3_h, 3),
        "delivered_m3_h": round(found.delivered_m3_h, 3),
        "lowest_mpa": round(float(known_mpa.min()), 4) if len(known_mpa) else None,
        "median_mpa": round(float(np.median(known_mpa)), 4) if len(known_mpa) else None,
        "warnings": [warning.value for warning in found.warnings],
    }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def _ids(ids: IdColumn, rows: Int32) -> list[str]:
    return sorted(ids.take(rows))


def _tank_hours(ids: IdColumn, hours: Float64) -> Iterator[tuple[str, float]]:
    """Tanks that empty, with the hours that they last."""
    for row in np.flatnonzero(np.isfinite(hours)).tolist():
        yield ids[row], round(float(hours[row]), 2)


def as_lines(model: SupplyModel, told: Told, words: Words) -> Iterator[str]:
    """The same for a terminal; fire cover alone where there are no pressures."""
    effect = told.hydraulics
    if not isinstance(effect, HydraulicsFailed):
        for one in (effect.present, effect.peak) if effect.peak is not effect.present else (effect.present,):
            yield from _hour_lines(model, one, words)
    cover = {"reach_m": told.reach_m, "count": len(told.fire.uncovered), "out": len(told.hydrants_out)}
    yield words.say("hydraulic_effect", "cover", cover)


def _hour_lines(model: SupplyModel, effect: HourEffect, words: Words) -> Iterator[str]:
    network, after = model.city.network, effect.after
    yield words.say(
        "hydraulic_effect",
        "hour",
        {
            "hour": hour_of_day(after.hour),
            "wanted": f"{after.wanted_m3_h:.0f}",
            "delivered": f"{after.delivered_m3_h:.0f}",
        },
    )
    yield words.say("hydraulic_effect", "low", {"count": len(effect.newly_low), "before": effect.low_before})
    yield words.say("hydraulic_effect", "flow", {"reversed": len(effect.reversed), "stirred": len(effect.stirred)})
    for tank, hours in _tank_hours(network.sources.ids, effect.tank_hours):
        yield words.say("hydraulic_effect", "tank", {"id": tank, "hours": f"{hours:.1f}"})
    for row, state in effect.pump_trouble.items():
        told = {"id": network.devices.ids[row], "state": words.say("pump_state", state.value)}
        yield words.say("hydraulic_effect", "pump", told)
    for warning in effect.warnings:
        yield "  · " + words.say("hydraulic_warning", warning.value)
