"""The programme that crews follow: close, drain, work, fill, flush, open again; step by step, each with its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from network.alternatives.costs import Pace
from network.answers import IsolationPlan, Note
from network.closing_order import ClosingOrder, Duty, TravelTimes, Visit, closing_order
from network.draining import Draining, drain
from network.method_steps import Method, NoMethod, Phase, Step, StepKind, WhyNoMethod
from network.outlets import WaterPace
from network.refilling import refill
from network.restoring import restoration
from network.supply import SupplyModel
from network.valve_work import ValveWork

_WORTH_PUMPING_M3 = 0.1
_NOTHING_TO_DO = {Note.NOT_SUPPLIED_BEFORE: WhyNoMethod.NOT_SUPPLIED, Note.NO_TAP: WhyNoMethod.NO_PLACE}


def method_of(
    model: SupplyModel,
    plan: IsolationPlan,
    travel: TravelTimes,
    *,
    planned: bool = False,
    pace: Pace | None = None,
    water: WaterPace | None = None,
) -> Method | NoMethod:
    """The programme for *plan*.

    Nothing that holds water back is opened before the work is done. Every valve that was turned is turned back, or left
    for a reason that its step names. Mains are flushed through the feed alone, so that there is no doubt from where the
    water comes.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`; where it stops sources, that is the first step.
        travel: For :func:`~network.closing_order.valves_to_visit` of the plan.
        planned: True where nothing is being damaged: customers are told before the last valve is closed.
        pace: How fast crews work.
        water: How fast water is let out and in.

    Raises:
        NetworkError: Travel times miss a valve, or are not usable.
    """
    for note, why in _NOTHING_TO_DO.items():
        if note in plan.notes:
            return NoMethod(why)
    pace, water = pace or Pace(), water or WaterPace()
    work = ValveWork(model.city.network.devices, pace)
    order = closing_order(model, plan, travel, planned=planned, pace=pace)
    closed = [visit.device for visit in order.visits if visit.duty is not Duty.VERIFY]
    draining, refilling = drain(model, plan, water), refill(model, plan, closed, water)
    shut = tuple(_shutting(plan, order, draining, work))
    ends_s = max((step.ends_s for step in shut if step.ends_s is not None), default=0.0)
    back = restoration(plan, order, draining, refilling, travel, work)
    return Method(
        steps=(*shut, Step(StepKind.WORK, Phase.WORK, 0.0), *back.steps),
        order=order,
        draining=draining,
        refilling=refilling,
        shut_s=ends_s,
        restore_s=back.ends_s,
        stops_sources=not plan.feasible,
    )


def _shutting(plan: IsolationPlan, order: ClosingOrder, draining: Draining, work: ValveWork) -> Iterator[Step]:
    """Until the mains are empty."""
    for source in plan.stop:
        yield Step(StepKind.STOP_SOURCE, Phase.SHUT_DOWN, 0.0, 0.0, source=source)
    last = [visit for visit in order.visits if visit.duty in (Duty.STOP, Duty.SEEPING, Duty.HELD)][-1:]
    for visit in order.visits:
        if visit.duty is Duty.HELD:
            yield Step(StepKind.TELL_CUSTOMERS, Phase.SHUT_DOWN, None, float(visit.arrives_s))
        yield _visit_step(visit, work)
        if visit in last:
            yield Step(StepKind.CHECK_STOPPED, Phase.SHUT_DOWN, float(visit.done_s), float(visit.done_s))
    begins_s = float(order.ends_s)
    for vent in draining.vents:
        yield Step(StepKind.LET_AIR_IN, Phase.SHUT_DOWN, begins_s, begins_s + work.set_up_s, outlet=vent)
    ends_s = begins_s + work.set_up_s + (draining.drains_s or 0.0)
    for outlet in draining.outlets:
        yield Step(StepKind.DRAIN, Phase.SHUT_DOWN, begins_s, ends_s, outlet=outlet, volume_m3=draining.volume_m3)
    if draining.volume_m3 > 0.0 and (draining.left_m3 is None or draining.left_m3 > _WORTH_PUMPING_M3):
        yield Step(StepKind.PUMP_OUT, Phase.SHUT_DOWN, ends_s, None, volume_m3=draining.left_m3)


def _visit_step(visit: Visit, work: ValveWork) -> Step:
    begins_s, ends_s = float(visit.arrives_s), float(visit.done_s)
    if visit.duty is Duty.VERIFY:
        return Step(StepKind.VERIFY_CLOSED, Phase.SHUT_DOWN, begins_s, ends_s, crew=visit.crew, device=visit.device)
    step = work.step(StepKind.CLOSE, Phase.SHUT_DOWN, visit.device, opens=False)
    held = visit.duty is Duty.HELD
    return replace(step, begins_s=begins_s, ends_s=ends_s, crew=visit.crew, held=held)
