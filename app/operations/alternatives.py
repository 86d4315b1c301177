"""Everything that may be done instead of a plan: the plans to choose from, and each valve's fallback, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.operations.isolate import Answer, answer
from app.operations.weigh_plans import weigh_plans
from app.plan_requests import CostOf, Option, PlansWeighed
from gis.roads import RoadNetwork
from network.alternatives.fallbacks import without_each
from network.alternatives.known import is_known
from network.alternatives.records import Fallback
from network.alternatives.surroundings import Surroundings
from network.answers import Target
from network.columns import Float64
from network.supply import SupplyModel


@dataclass(frozen=True, eq=False)
class Alternatives:
    """What may be done instead of a plan.

    Attributes:
        given: The plan itself with who is affected; None for a target that is not in the city.
        weighed: The plans between which one may choose.
        fallbacks: By valve that the plan closes, what to do if it does not turn.
    """

    given: Answer | None
    weighed: PlansWeighed
    fallbacks: tuple[Fallback, ...]


def alternatives_of(
    model: SupplyModel,
    target: Target,
    by: CostOf,
    way_s: Float64 | None = None,
    *,
    roads: RoadNetwork | None = None,
    start_m: tuple[float, float] | None = None,
    chance: Float64 | None = None,
) -> Alternatives:
    """Weigh the plans for *target*, and take each valve of the plan for stuck in turn.

    Args:
        model: The city.
        target: What to make dry.
        by: What is spared.
        way_s: Shape (devices,), a crew's way to each valve, for *by* minutes.
        roads: For the ways between valves; straight lines where None.
        start_m: Where the crew stands, (x, y) in the project CRS; None where nobody knows.
        chance: Shape (devices,), of each valve to close; by condition alone where None.
    """
    weighed = weigh_plans(Surroundings.of(model), target, by, way_s, roads=roads, start_m=start_m, chance=chance)
    if not is_known(model.city, target):
        return Alternatives(None, weighed, ())
    given = answer(model, target)
    fallbacks = without_each(model, given.plan) if given.plan.feasible else ()
    return Alternatives(given, weighed, fallbacks)


def as_record(model: SupplyModel, told: Alternatives) -> dict[str, Any]:
    """Alternatives as one JSON object; empty lists where there are none."""
    weighed, ids = told.weighed, model.city.network.devices.ids
    options = [_option(model, option) for option in weighed.options]
    return {
        "why_none": None if weighed.why is None else weighed.why.value,
        "cost": weighed.by.value,
        "front": options,
        "complete": weighed.complete,
        "certain": weighed.sure,
        "stages": _stages(model, weighed),
        "most_reliable": None if weighed.surest is None else _option(model, weighed.surest),
        "fallbacks": [
            {
                "valve": ids[back.device],
                "feasible": back.plan.feasible,
                "close": [ids[row] for row in back.plan.close],
                "drain_back": [ids[row] for row in back.plan.drain_back],
                "more_valves": [ids[row] for row in back.more_valves],
                "spared_valves": [ids[row] for row in back.spared_valves],
                "customers_out": len(back.impact.out),
                "more_customers": back.more_customers,
                "stop": [model.city.network.sources.ids[row] for row in back.plan.stop],
            }
            for back in told.fallbacks
        ],
    }


def _option(model: SupplyModel, option: Option) -> dict[str, Any]:
    return {
        "close": [model.city.network.devices.ids[row] for row in option.plan.close],
        "drain_back": [model.city.network.devices.ids[row] for row in option.plan.drain_back],
        "valves": len(option.plan.close),
        "cost": round(option.cost, 3),
        "minutes": round(option.minutes, 1),
        "customers_out": len(option.impact.out),
        "people": option.impact.people,
        "critical": len(option.impact.critical),
        "area_km2": round(option.impact.area_km2, 4),
        "chance": round(option.chance, 3),
        "exact": option.exact,
    }


def _stages(model: SupplyModel, weighed: PlansWeighed) -> dict[str, Any] | None:
    """Stop the water now with few valves, then shrink to the tight set; None where these are the same."""
    if len(weighed.options) < 2:
        return None
    ids, first, tight = model.city.network.devices.ids, weighed.options[0], weighed.options[-1]
    return {
        "close_now": [ids[row] for row in first.plan.close],
        "then_close": [ids[row] for row in tight.plan.close if row not in first.plan.close],
        "then_reopen": [ids[row] for row in first.plan.close if row not in tight.plan.close],
        "customers_first": len(first.impact.out),
        "customers_then": len(tight.impact.out),
    }
