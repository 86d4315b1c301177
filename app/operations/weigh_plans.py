"""Weigh the plans for one place against each other: fewer valves or fewer customers, and which is likeliest to work."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.operations.order import Crews, travel_between
from app.plan_requests import CostOf, Option, PlansWeighed
from gis.roads import RoadNetwork
from network.alternatives.as_plan import plan_closing
from network.alternatives.costs import closing_minutes
from network.alternatives.front import trade_offs
from network.alternatives.records import Alternative, NoFront
from network.alternatives.reliability import chances, surest_plan
from network.alternatives.surroundings import Surroundings
from network.answers import CannotIsolate, IsolationPlan, Target
from network.closing_order import Duty, TravelTimes, stops_after_s, valves_that_stop
from network.columns import Float64
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel


def weigh_plans(
    around: Surroundings,
    target: Target,
    by: CostOf,
    way_s: Float64 | None = None,
    *,
    roads: RoadNetwork | None = None,
    start_m: tuple[float, float] | None = None,
    chance: Float64 | None = None,
) -> PlansWeighed:
    """The plans for *target* between which one may choose, each whole and with who is affected.

    Args:
        around: The city made ready.
        target: What to make dry.
        by: What is spared.
        way_s: Shape (devices,), a crew's way to each valve; not counted where None.
        roads: For the ways between the valves of a plan; straight lines where None.
        start_m: Where the crew stands that closes them, (x, y) in the project CRS; None where nobody knows.
        chance: Shape (devices,), of each valve to close; by condition alone where None.
    """
    started = time.perf_counter()
    model = around.model
    minutes = closing_minutes(model.city.network.devices, model.states.condition)
    if way_s is not None:
        minutes = minutes + way_s / 60.0
    front = trade_offs(around, target, minutes if by is CostOf.MINUTES else None)
    if isinstance(front, NoFront):
        return PlansWeighed(by, why=front.why, elapsed_s=time.perf_counter() - started)
    base = plan_isolation(model, target)
    assert isinstance(base, IsolationPlan)
    chance = chances(model.states.condition) if chance is None else chance
    sure = surest_plan(around, target, chance, most_customers=front.points[0].customers_out)
    points = front.points if isinstance(sure, NoFront) else (*front.points, sure.plan)
    plans = [_whole(model, base, point) for point in points]
    duties = {id(plan): valves_that_stop(model, plan, around) for plan in (base, *plans)}
    visited = sorted({device for stopping in duties.values() for device in stopping})
    travel = travel_between(model.city.network.devices, visited, Crews(stand_m=(start_m,) if start_m else ()), roads)
    tracer = _Tracer(model, by, minutes, chance, travel, duties)
    traced = [tracer.traced(plan, exact=point.exact) for plan, point in zip(plans, points, strict=True)]
    options = _unbeaten(traced[: len(front.points)])
    on_front = options[-1].plan.close == base.close
    known = (base.close, *(option.plan.close for option in options))
    surest = [option for option in traced[len(front.points) :] if option.plan.close not in known]
    return PlansWeighed(
        by,
        options,
        complete=front.exact,
        sure=all(point.customers_out < front.certain_below for point in front.points),
        tight=None if on_front else tracer.traced(base, exact=True),
        surest=surest[0] if surest else None,
        ways=travel.basis.value,
        elapsed_s=time.perf_counter() - started,
    )


def _whole(model: SupplyModel, base: IsolationPlan, point: Alternative) -> IsolationPlan:
    """The plan of one point of a front."""
    plan = plan_closing(model, base, point.close)
    # A front holds only sets of valves that stop the water.
    assert not isinstance(plan, CannotIsolate)
    return plan


def _unbeaten(options: Iterable[Option]) -> tuple[Option, ...]:
    """Those with fewer customers out than all that cost no more, cheapest first.

    A front counts every valve that parts a region from the rest. Without those that hold no more than backflow a plan
    may cost as little as one with more customers out.
    """
    kept: list[Option] = []
    for option in sorted(options, key=lambda option: (option.cost, len(option.impact.out))):
        if not kept or len(option.impact.out) < len(kept[-1].impact.out):
            kept.append(option)
    return tuple(kept)


@dataclass(frozen=True, eq=False)
class _Tracer:
    """Traces what plans cost, and whom they affect.

    Attributes:
        duties: By id of a plan, the valves that crews close until the water stops.
    """

    model: SupplyModel
    by: CostOf
    minutes: Float64
    chance: Float64
    travel: TravelTimes
    duties: dict[int, dict[int, Duty]]

    def traced(self, plan: IsolationPlan, *, exact: bool) -> Option:
        """A plan with who is affected, its time and its chance."""
        close = list(plan.close)
        return Option(
            plan=plan,
            impact=assess_impact(self.model, plan),
            cost=float(self.minutes[close].sum()) if self.by is CostOf.MINUTES else float(len(close)),
            minutes=stops_after_s(self.model, self.duties[id(plan)], self.travel) / 60.0,
            chance=float(np.prod(self.chance[close])),
            exact=exact,
        )
