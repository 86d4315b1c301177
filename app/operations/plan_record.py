"""A plan as the journal keeps it: ids and figures, no names and no phones."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.operations.isolate import Answer
from network.answers import (
    AreaTarget,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    JunctionTarget,
    PipesTarget,
    PipeTarget,
    Target,
)
from network.supply import SupplyModel
from network.topology import City


def plan_record(model: SupplyModel, answer: Answer) -> dict[str, Any]:
    """The body of the event ``plan.made``."""
    city, plan, impact = model.city, answer.plan, answer.impact
    devices = city.network.devices.ids
    lists = ("close", "dead_side", "drain_back", "verify_closed", "held_by")
    return {
        "target": target_record(city, plan.target),
        "feasible": plan.feasible,
        "stop": [city.network.sources.ids[row] for row in plan.stop],
        **{name: [devices[row] for row in getattr(plan, name)] for name in lists},
        "isolated_m": round(plan.isolated.length_m, 3),
        "unintended_m": round(plan.unintended.length_m, 3),
        "customers_out": city.customers.ids.take(impact.out),
        "customers_on_storage": city.customers.ids.take(impact.on_storage),
        "critical": city.customers.ids.take(impact.critical),
        "households": impact.households,
        "people": impact.people,
        "area_km2": round(impact.area_km2, 4),
    }


def target_record(city: City, target: Target) -> dict[str, Any]:
    """A target by id, as JSON values."""
    match target:
        case PipeTarget(pipe, offset_m):
            record: dict[str, Any] = {"pipe": city.network.pipes.ids[pipe]}
            return record if offset_m is None else {**record, "offset_m": round(offset_m, 3)}
        case JunctionTarget(node):
            return {"junction": city.network.nodes.ids[node]}
        case DeviceTarget(device):
            return {"valve": city.network.devices.ids[device]}
        case HydrantTarget(hydrant):
            return {"hydrant": city.hydrants.ids[hydrant]}
        case CustomerTarget(customer):
            return {"customer": city.customers.ids[customer]}
        case PipesTarget() | AreaTarget():
            return _wide_record(city, target)


def _wide_record(city: City, target: PipesTarget | AreaTarget) -> dict[str, Any]:
    if isinstance(target, AreaTarget):
        return {"area": [[round(x_m, 3), round(y_m, 3)] for x_m, y_m in target.ring_m]}
    return {"pipes": city.network.pipes.ids.take(np.array(target.pipes, dtype=np.int32))}
