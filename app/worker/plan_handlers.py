"""What the worker does for each request about a plan beyond the plan itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from app.dispatch.reach_told import Standby
from app.operations.crews_at_hand import at_hand, nearest
from app.operations.isolate import Answer
from app.operations.plan_programme import programme_of
from app.operations.plan_subject import answer_for, assessed
from app.operations.roads import ways_to_valves_s
from app.operations.weigh_plans import weigh_plans
from app.plan_requests import (
    BackPlan,
    CostOf,
    FieldFollowed,
    FindFireCover,
    FindResupply,
    FireCoverFound,
    FollowField,
    OrderPlan,
    PlanBacked,
    PlanReply,
    PlanRequest,
    PlanTaken,
    ResupplyFound,
    Subject,
    TakePlan,
    WeighPlans,
)
from app.suppositions import ValveOverride
from app.worker.dispatch_handlers import HasWorkspace, look_aside
from network.alternatives.fallbacks import ValveReport, replan, without_each
from network.alternatives.known import is_known
from network.alternatives.surroundings import Surroundings
from network.answers import IsolationPlan, PipesTarget, PipeTarget, Target, plan_of
from network.certificate import certify
from network.closing_order import valves_to_visit
from network.columns import Float64, Int32
from network.fire_cover import customers_without_cover
from network.isolation import plan_isolation
from network.resupply import find_resupply, records_of
from network.resupply_records import Resupply
from network.supply import SupplyModel
from network.topology import DeviceStates


class PlanDesk(HasWorkspace, Protocol):
    """What planning needs of the desk."""

    def supposing(self, overrides: tuple[ValveOverride, ...]) -> SupplyModel:
        """The model with *overrides* on top."""

    def surroundings(self, overrides: tuple[ValveOverride, ...]) -> Surroundings:
        """The same, ready for weighing plans."""

    def chances(self, states: DeviceStates, now: datetime) -> Float64:
        """Each valve's chance to close under *states*, by condition, age and when it was last turned."""

    @property
    def zones(self) -> Int32:
        """Pressure zone of each junction."""

    def remember(self, model: SupplyModel, given: Answer) -> None:
        """Keep a plan as the last one."""


def _plan(model: SupplyModel, subject: Subject) -> IsolationPlan:
    """The plan; with sources stopped where nothing else helps."""
    return plan_of(answer_for(model, subject))


def _weigh(desk: PlanDesk, request: WeighPlans) -> PlanReply:
    around = desk.surroundings(request.overrides)
    chance = None if request.at is None else desk.chances(around.model.states, request.at)
    valves = _valves_of(around.model, request.target)
    crew = next(iter(_setting_out(desk, request.target, valves, 1, request.at)), None)
    start_m = None if crew is None else crew.place_m
    way_s = _ways_s(desk, valves, start_m) if request.by is CostOf.MINUTES and valves else None
    weighed = weigh_plans(around, request.target, request.by, way_s, roads=desk.roads, start_m=start_m, chance=chance)
    return weighed if crew is None else replace(weighed, crew=crew.crew)


def _valves_of(model: SupplyModel, target: Target) -> tuple[int, ...]:
    """Valves to which crews go for the tight plan; none where there is none."""
    plan = plan_isolation(model, target) if is_known(model.city, target) else None
    return tuple(valves_to_visit(model, plan)) if isinstance(plan, IsolationPlan) else ()


def _ways_s(desk: PlanDesk, valves: Sequence[int], start_m: tuple[float, float] | None) -> Float64:
    """Seconds on the way to each device from *start_m*; from the middle of *valves* where that is None."""
    devices = desk.workspace.city.network.devices
    rows = list(valves)
    middle_m = float(devices.x_m[rows].mean()), float(devices.y_m[rows].mean())
    return ways_to_valves_s(desk.roads, devices, start_m or middle_m, rows)


def _setting_out(
    desk: PlanDesk, target: Target, valves: Sequence[int], count: int, at: datetime | None
) -> tuple[Standby, ...]:
    """The *count* crews nearest to *valves* that can set out *at*; none where it is not known of so many."""
    if at is None or not valves:
        return ()
    city = desk.workspace.city
    view = look_aside(desk, at)
    pipes = _pipes_of(target)
    names = city.network.pipes.ids.take(np.array(pipes, dtype=np.int32))
    return nearest(at_hand(view, names), city.network.devices, valves, count)


def _pipes_of(target: Target) -> tuple[int, ...]:
    if isinstance(target, PipesTarget):
        return target.pipes
    return (target.pipe,) if isinstance(target, PipeTarget) else ()


def _take(desk: PlanDesk, request: TakePlan) -> PlanReply:
    model = desk.supposing(request.subject.overrides)
    desk.remember(model, assessed(model, request.subject))
    return PlanTaken()


def _back(desk: PlanDesk, request: BackPlan) -> PlanReply:
    started = time.perf_counter()
    model = desk.supposing(request.subject.overrides)
    plan = _plan(model, request.subject)
    fallbacks = without_each(model, plan) if plan.feasible else ()
    return PlanBacked(fallbacks, certify(model, plan), time.perf_counter() - started)


def _follow(desk: PlanDesk, request: FollowField) -> PlanReply:
    """Conditions reported stand among the suppositions already."""
    started = time.perf_counter()
    model = desk.supposing(request.subject.overrides)
    reports = [ValveReport(device, closed=True) for device in request.closed]
    renewed = replan(model, _plan(model, request.subject), reports)
    desk.remember(model, Answer(renewed.answer, renewed.impact))
    return FieldFollowed(
        renewed.answer,
        renewed.impact,
        time.perf_counter() - started,
        done=renewed.done,
        to_close=renewed.to_close,
        reopen=renewed.reopen,
    )


def _order(desk: PlanDesk, request: OrderPlan) -> PlanReply:
    model = desk.supposing(request.subject.overrides)
    given = assessed(model, request.subject)
    valves = tuple(valves_to_visit(model, given.plan))
    standing = _setting_out(desk, request.subject.target, valves, request.crews, request.at)
    return programme_of(model, given, request.crews, desk.roads, standing=standing)


def _fire_cover(desk: PlanDesk, request: FindFireCover) -> PlanReply:
    model = desk.supposing(request.subject.overrides)
    impact = assessed(model, request.subject).impact
    cover = customers_without_cover(model, impact, reach_m=request.reach_m)
    return FireCoverFound(impact.hydrants_out, cover.uncovered, request.reach_m)


def _resupply(desk: PlanDesk, request: FindResupply) -> PlanReply:
    started = time.perf_counter()
    model = desk.supposing(request.subject.overrides)
    answer = find_resupply(model, _plan(model, request.subject), zone=desk.zones)
    options = answer.options if isinstance(answer, Resupply) else ()
    parts = tuple(model.structure.segmentation.stretches(option.segments) for option in options)
    opens = tuple(tuple(records_of(model, option.open)) for option in options)
    return ResupplyFound(answer, parts, opens, time.perf_counter() - started)


PLAN_HANDLERS: Mapping[type[PlanRequest], Callable[[PlanDesk, Any], PlanReply]] = {
    WeighPlans: _weigh,
    TakePlan: _take,
    BackPlan: _back,
    FollowField: _follow,
    OrderPlan: _order,
    FindFireCover: _fire_cover,
    FindResupply: _resupply,
}
"""What is done for each kind of request."""
