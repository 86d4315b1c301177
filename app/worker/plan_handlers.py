"""What the worker does for each request about a plan beyond the plan itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from app.operations.isolate import Answer
from app.operations.plan_programme import programme_of
from app.operations.plan_subject import answer_for, assessed
from app.operations.weigh_plans import weigh_plans
from app.plan_requests import (
    BackPlan,
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
from gis.roads import RoadNetwork
from network.alternatives.fallbacks import ValveReport, replan, without_each
from network.alternatives.surroundings import Surroundings
from network.answers import IsolationPlan, plan_of
from network.certificate import certify
from network.columns import Float64, Int32
from network.fire_cover import customers_without_cover
from network.resupply import find_resupply, records_of
from network.resupply_records import Resupply
from network.supply import SupplyModel
from network.topology import DeviceStates


class PlanDesk(Protocol):
    """What planning needs of the desk."""

    def supposing(self, overrides: tuple[ValveOverride, ...]) -> SupplyModel:
        """The model with *overrides* on top."""

    def surroundings(self, overrides: tuple[ValveOverride, ...]) -> Surroundings:
        """The same, ready for weighing plans."""

    def chances(self, states: DeviceStates, now: datetime) -> Float64:
        """Each valve's chance to close under *states*, by condition, age and when it was last turned."""

    @property
    def roads(self) -> RoadNetwork:
        """For ways between valves; empty where the city has none."""

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
    return weigh_plans(around, request.target, request.by, roads=desk.roads, chance=chance)


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
    return programme_of(model, assessed(model, request.subject), request.crews, desk.roads)


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
