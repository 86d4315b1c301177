"""Planned outages planned, and planned anew: from a plan on screen, at another time, with the newly low named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.dispatch.acts import No
from app.errors import AppError
from app.operations.hydraulics import inputs_of
from app.operations.isolate import Answer
from app.operations.kept_structure import model_of
from app.operations.outage_plan import record_and_effect
from app.operations.outages import OutageDesk, plan_of_revision, text_of
from app.operations.plan_subject import assessed, subject_of
from app.outage_requests import DraftOutage, LowFound, ReviseOutage
from app.outages.acts import Revise
from app.outages.book import Revision
from app.outages.entries import TEXTS
from app.requests import ProgressSink
from app.times import CITY_TIME
from network.hydraulic_effect import HydraulicsFailed, Situation, after_plans, hour_effect
from network.hydraulic_inputs import HydraulicInputs
from network.supply import SupplyModel
from network.topology import City

_HOUR_MS = 3_600_000
_DAY_H = 24


def drafted_from(model: SupplyModel, request: DraftOutage) -> Revise:
    """The act that writes what the planner has drawn."""
    given = assessed(model, request.subject)
    record, effect = record_and_effect(model, given, request.roads)
    if request.subject.close is not None:
        # Chosen instead of the tight plan: by these valves it is found again.
        record["bounds"] = [model.city.network.devices.ids[row] for row in request.subject.close]
    window = (request.start_ms, request.end_ms)
    return Revise(record, effect, *window, request.number, request.after, request.texts)


def revised_from(desk: OutageDesk, request: ReviseOutage) -> Revise | No:
    """The act that writes what *request* changes of a plan; everything else stays."""
    outage = desk.book.get(request.number)
    if outage is None:
        return No("no_such_outage", {"number": request.number})
    plan = outage.plan
    record, effect = dict(plan_of_revision(desk, plan)), plan.effect
    if request.roads is not None:
        effect = replace(effect, roads_closed=request.roads)
    if request.low is not None:
        # Who has no water or lives on a tank is told that already.
        others = {*record.get("customers_out", ()), *record.get("customers_on_storage", ())}
        record["customers_low"] = sorted(one for one in request.low if one not in others)
        effect = replace(effect, low=len(record["customers_low"]))
    before, start_ms, end_ms = _texts(desk, plan), request.start_ms, request.end_ms
    act = Revise(
        record,
        effect,
        plan.start_ms if start_ms is None else start_ms,
        plan.end_ms if end_ms is None else end_ms,
        number=request.number,
        after=request.after,
        texts=before if request.texts is None else request.texts,
    )
    same = (act.record, act.effect, act.start_ms, act.end_ms, act.texts) == (
        plan_of_revision(desk, plan),
        plan.effect,
        plan.start_ms,
        plan.end_ms,
        before,
    )
    # Approvals of the plan as it is would be lost for nothing.
    return No("nothing_changed", {"number": request.number}) if same and request.after == plan.key else act


def _texts(desk: OutageDesk, plan: Revision) -> dict[str, str]:
    """Free words are written again with each revision: texts belong to events."""
    return {role: text_of(desk, plan, role) for role in TEXTS if role in plan.texts}


def planned_now(model: SupplyModel, desk: OutageDesk, plan: Revision) -> Answer:
    """What the plan of a revision does under the states of *model*.

    Raises:
        AppError: What it was planned for is gone.
    """
    return assessed(model, subject_of(model, plan_of_revision(desk, plan)))


def newly_low(desk: OutageDesk, number: str, progress: ProgressSink) -> LowFound:
    """Customers with water whose meter falls below what is promised, at the hour of the window with the most demand.

    Raises:
        AppError: ``outage.no``; why there are no pressures, by the code of
            :class:`~network.hydraulic_effect.HydraulicsFailed`.
    """
    outage = desk.book.get(number)
    if outage is None:
        raise AppError("outage_gone", number=number)
    workspace, plan = desk.workspace, outage.plan
    progress("hydraulic_inputs", None)
    model = model_of(workspace)
    given = planned_now(model, desk, plan)
    begins = datetime.fromtimestamp(plan.start_ms / 1000, CITY_TIME)
    inputs = inputs_of(workspace, model, year=begins.year, hour=begins.hour + begins.minute / 60)
    hour = busiest(workspace.city, inputs, hours_of(plan.start_ms, plan.end_ms))
    progress("checking_pressures", None)
    found = after_plans([Situation(model, None, hour), Situation(model, given.plan, hour)], inputs)
    if isinstance(found, HydraulicsFailed):
        raise AppError(found.code, **found.detail)
    rows = hour_effect(model, inputs, found[0], found[1]).newly_low
    return LowFound(number, plan.key, tuple(workspace.city.customers.ids.take(rows)), (hour,))


def hours_of(start_ms: int, end_ms: int) -> tuple[float, ...]:
    """Hours of the day, full ones and that of the start, at which a window is under way; all of them from a day on."""
    begins = datetime.fromtimestamp(start_ms / 1000, CITY_TIME)
    lasts_h = min(-(-(end_ms - start_ms) // _HOUR_MS), _DAY_H)
    first = begins.hour + begins.minute / 60
    full = [float((begins.hour + ahead) % _DAY_H) for ahead in range(1, lasts_h)]
    return (first, *full)


def busiest(city: City, inputs: HydraulicInputs, hours: Iterable[float]) -> float:
    """The hour of *hours* at which most is drawn: pressures are lowest then."""
    return max(hours, key=lambda hour: float(inputs.customer_demand_m3_h(city, hour).sum()))


def as_recorded(given: Answer, model: SupplyModel, record: dict[str, Any]) -> bool:
    """Whether the plan still closes the valves of *record*."""
    ids = model.city.network.devices.ids
    return set(record.get("close", ())) == {ids[row] for row in given.plan.close}
