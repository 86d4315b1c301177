"""Weigh the plans for one place against each other: fewer valves or fewer customers, and which is likeliest to work."""

from __future__ import annotations

import time

import numpy as np

from app.plan_requests import CostOf, Option, PlansWeighed
from network.alternatives.as_plan import plan_closing
from network.alternatives.costs import closing_minutes
from network.alternatives.front import trade_offs
from network.alternatives.records import Alternative, Front, NoFront
from network.alternatives.reliability import chances, surest_plan
from network.alternatives.surroundings import Surroundings
from network.answers import CannotIsolate, IsolationPlan, Target
from network.closing_order import ClosingOrder, closing_order, straight_line_times, valves_to_visit
from network.columns import Float64
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel


def weigh_plans(around: Surroundings, target: Target, by: CostOf, way_s: Float64 | None = None) -> PlansWeighed:
    """The plans for *target* between which one may choose, each whole and with who is affected.

    Args:
        around: The city made ready.
        target: What to make dry.
        by: What is spared.
        way_s: Shape (devices,), a crew's way to each valve; not counted where None.
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
    tracer = _Tracer(around, base, chances(model.states.condition))
    options = tuple(tracer.option(point) for point in front.points)
    on_front = options[-1].plan.close == base.close
    return PlansWeighed(
        by,
        options,
        complete=front.exact,
        sure=all(point.customers_out < front.certain_below for point in front.points),
        tight=None if on_front else tracer.traced(base, _cost(base, by, minutes), exact=True),
        surest=_surest(around, target, tracer, front),
        elapsed_s=time.perf_counter() - started,
    )


def _surest(around: Surroundings, target: Target, tracer: _Tracer, front: Front) -> Option | None:
    """The likeliest plan with no more customers out than the cheapest; None where it is on the front."""
    most = front.points[0].customers_out
    sure = surest_plan(around, target, tracer.chance, most_customers=most)
    known = (tracer.base.close, *(point.close for point in front.points))
    if isinstance(sure, NoFront) or sure.plan.close in known:
        return None
    return tracer.option(sure.plan)


def order_by_straight_line(model: SupplyModel, plan: IsolationPlan, crews: int = 1) -> ClosingOrder:
    """The order of closing for crews whose places nobody knows, ways by straight line."""
    rows = tuple(valves_to_visit(model, plan))
    return closing_order(model, plan, straight_line_times(model.city.network.devices, rows, crews=crews))


def _cost(plan: IsolationPlan, by: CostOf, minutes: Float64) -> float:
    return float(minutes[list(plan.close)].sum()) if by is CostOf.MINUTES else float(len(plan.close))


class _Tracer:
    """Makes whole plans of sets of valves."""

    def __init__(self, around: Surroundings, base: IsolationPlan, chance: Float64) -> None:
        self._model, self.base, self.chance = around.model, base, chance

    def option(self, point: Alternative) -> Option:
        """The plan of one point of a front."""
        plan = plan_closing(self._model, self.base, point.close)
        # A front holds only sets of valves that stop the water.
        assert not isinstance(plan, CannotIsolate)
        return self.traced(plan, point.cost, exact=point.exact)

    def traced(self, plan: IsolationPlan, cost: float, *, exact: bool) -> Option:
        """A plan with who is affected, its time and its chance."""
        impact = assess_impact(self._model, plan)
        close = list(plan.close)
        return Option(
            plan=plan,
            impact=impact,
            cost=cost,
            minutes=order_by_straight_line(self._model, plan).stops_s / 60.0,
            chance=float(np.prod(self.chance[close])),
            exact=exact,
        )
