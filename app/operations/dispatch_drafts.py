"""What an act becomes in the journal: the events to be written, or why it cannot be done. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.dispatch import acts
from app.dispatch.acts import No
from app.dispatch.crews import CrewState
from app.dispatch.due import local_time
from app.dispatch.duty import RELIEVED, Duty
from app.dispatch.entries import AMENDABLE, FIELD_PLAN, Course, EntryKind, crew_entity, draft, incident_entity
from app.dispatch.facts import BY_CLOSING, FORECAST_DURATION, Fact, FactKind, Value, as_corrected
from app.dispatch.life import Step, life_of
from app.dispatch.rules import Gate
from app.dispatch.stations import AFTER_FLUSHING, known_chore, left_shut
from app.journal.events import Draft
from app.journal.fold import PLAN_MADE
from app.operations.chambers import ask_permit
from app.operations.dispatch_forecasts import is_duration
from app.operations.dispatch_orders import hand_over, issue, list_crew, mute, step_order, take_alarm
from app.operations.dispatch_scene import (
    DECIDED_BY,
    SITE_WORK,
    Drafted,
    Scene,
    happened,
    in_incident,
    in_open_incident,
    on_a_job,
    texts_of,
)
from app.operations.dispatch_valves import leave_valve, take_back, turn, work_valve
from network.assets import CustomerTable

__all__ = ["DRAFTS", "Drafted", "Scene"]


def _take_report(scene: Scene, act: acts.TakeReport) -> Drafted | No:
    received_ms = scene.moment(act.received_ms)
    if isinstance(received_ms, No):
        return received_ms
    if act.severity is not None and act.severity not in range(1, 5):
        return No("severity", {"value": act.severity})
    if act.station and scene.workspace.city.stations.ids.find(act.station) < 0:
        return No("no_such_station", {"station": act.station})
    placed = scene.placed(act.x_m, act.y_m, act.pipe, act.dn_mm)
    if isinstance(placed, No):
        return placed
    body: dict[str, Value] = {"kind": act.kind, "channel": act.channel, "x_m": act.x_m, "y_m": act.y_m, **placed}
    said = {"place": _place_words(scene, act), "customer": act.customer, "station": act.station}
    body |= {name: value for name, value in said.items() if value}
    if act.severity is not None:
        body["severity"] = act.severity
    entity = incident_entity(scene.next_incident())
    texts = texts_of(caller=act.caller, phone=act.phone, note=act.note)
    return Drafted(entity, (draft(EntryKind.OPENED, entity, body, received_ms, texts),))


def _place_words(scene: Scene, act: acts.TakeReport) -> str:
    """What the place is called: a household's by its address, for the name would be somebody's own."""
    customers = scene.workspace.city.customers
    row = customers.ids.find(act.customer) if act.customer else -1
    if row < 0 or act.place != customers.name[row] or not _is_home(customers, row):
        return act.place
    return customers.address[row] or act.customer


def _is_home(customers: CustomerTable, row: int) -> bool:
    """Whether an account is one household's: its name is a person's then, that of a hospital or an estate is none."""
    lives = customers.category[row] in _HOMES and int(customers.households[row]) <= 1
    return lives and not bool(customers.critical[row])


_HOMES = frozenset({"", "residential", "private_well"})


def _amend(scene: Scene, act: acts.Amend) -> Drafted | No:
    entity = scene.incident(act.incident)
    if isinstance(entity, No):
        return entity
    values = dict(act.values)
    unknown = sorted(set(values) - AMENDABLE)
    if unknown or not values:
        return No("not_amendable", {"field": unknown[0] if unknown else ""})
    if "pipe" in values and "dn_mm" not in values:
        placed = scene.on_pipe(str(values["pipe"]))
        if isinstance(placed, No):
            return placed
        values |= placed
    return Drafted(entity, (draft(EntryKind.AMENDED, entity, values, scene.now_ms, texts_of(note=act.note)),))


def _merge(scene: Scene, act: acts.Merge) -> Drafted | No:
    entity, into = scene.incident(act.incident), scene.incident(act.into)
    if isinstance(entity, No):
        return entity
    if isinstance(into, No):
        return into
    if entity == into:
        return No("merge_into_itself", {"incident": act.incident})
    drafts = [draft(EntryKind.MERGED, entity, {"into": into}, scene.now_ms)]
    # Whoever was on the way to the duplicate is on the way to the incident that it was merged into.
    for duty in scene.board.duties.values():
        if duty.incident == entity:
            body = {"incident": into, "accepted": duty.accepted}
            drafts.append(draft(EntryKind.CREW_SENT, crew_entity(duty.crew), body, scene.now_ms))
    return Drafted(into, tuple(drafts))


@in_open_incident
def _send(scene: Scene, act: acts.Send, entity: str, at_ms: int) -> Drafted | No:
    duty = scene.board.duties.get(act.crew)
    refused = _why_not_sent(scene, act, entity, duty)
    if refused is not None:
        return refused
    drafts = []
    if duty is not None and duty.incident in scene.board.incidents:
        drafts.append(happened(str(duty.incident), FactKind.CREW_LEFT, at_ms, {"crew": act.crew}))
    drafts.append(draft(EntryKind.CREW_SENT, crew_entity(act.crew), {"incident": entity, "accepted": False}, at_ms))
    drafts.append(draft(EntryKind.CREW_STATED, crew_entity(act.crew), {"state": CrewState.EN_ROUTE}, at_ms))
    drafts.append(happened(entity, FactKind.CREW_ASSIGNED, at_ms, {"crew": act.crew}))
    return Drafted(entity, tuple(drafts))


def _why_not_sent(scene: Scene, act: acts.Send, entity: str, duty: Duty | None) -> No | None:
    if duty is None:
        return No("no_such_crew", {"crew": act.crew})
    if duty.state is CrewState.OFF:
        return No("crew_off", {"crew": act.crew})
    if duty.incident == entity:
        return No("sent_already", {"crew": act.crew, "incident": scene.number(entity)})
    if duty.incident in scene.board.incidents and not act.divert:
        return No("crew_has_a_job", {"crew": act.crew, "incident": scene.number(str(duty.incident))})
    return None


@on_a_job
def _accept(_scene: Scene, act: acts.Accept, entity: str, at_ms: int) -> Drafted | No:
    body = {"incident": entity, "accepted": True}
    return Drafted(entity, (draft(EntryKind.CREW_SENT, crew_entity(act.crew), body, at_ms),))


@on_a_job
def _recall(_scene: Scene, act: acts.Recall, entity: str, at_ms: int) -> Drafted | No:
    crew = crew_entity(act.crew)
    texts = texts_of(reason=act.reason)
    drafts = (
        draft(EntryKind.CREW_SENT, crew, {"incident": RELIEVED, "accepted": False}, at_ms, texts),
        draft(EntryKind.CREW_STATED, crew, {"state": CrewState.STANDBY}, at_ms),
        happened(entity, FactKind.CREW_LEFT, at_ms, {"crew": act.crew}),
    )
    return Drafted(entity, drafts)


def _state_crew(scene: Scene, act: acts.StateCrew) -> Drafted | No:
    at_ms = scene.moment(act.at_ms)
    if isinstance(at_ms, No):
        return at_ms
    duty = scene.board.duties.get(act.crew)
    if duty is None:
        return No("no_such_crew", {"crew": act.crew})
    body: dict[str, Any] = {"state": act.state}
    if act.x_m is not None and act.y_m is not None:
        far = scene.off_the_map(act.x_m, act.y_m)
        if far is not None:
            return far
        body |= {"x_m": act.x_m, "y_m": act.y_m}
    drafts = [draft(EntryKind.CREW_STATED, crew_entity(act.crew), body, at_ms)]
    if act.state is CrewState.ON_SCENE:
        entity = scene.job_of(act.crew)
        refused = entity if isinstance(entity, No) else _before_the_report(scene, entity, act.at_ms)
        if refused is not None:
            return refused
        drafts.append(happened(str(entity), FactKind.CREW_ON_SCENE, at_ms, {"crew": act.crew}))
    return Drafted(crew_entity(act.crew), tuple(drafts))


def _before_the_report(scene: Scene, entity: str, at_ms: int | None) -> No | None:
    """Nobody arrives before anything was reported: a slip in the day would keep the promise of thirty minutes."""
    facts = as_corrected(scene.board.incidents[entity].facts)
    received_ms = [fact.at_ms for fact in facts if fact.kind is FactKind.REPORT_RECEIVED]
    # What happens now happens, whatever this machine says of the hour. Typed times are whole minutes, receipts exact.
    if at_ms is None or not received_ms or at_ms > min(received_ms) - _MINUTE_MS:
        return None
    said = local_time(min(received_ms), ZoneInfo(scene.board.standards.pack.zone))
    return No("before_report", {"time": f"{said:%m-%d %H:%M}"})


_MINUTE_MS = 60_000


@in_open_incident
def _record(scene: Scene, act: acts.Record, entity: str, at_ms: int) -> Drafted | No:
    if act.fact in DECIDED_BY:
        return No("another_act", {"fact": act.fact, "act": DECIDED_BY[act.fact]})
    refused = _why_not_recorded(scene, entity, act)
    if act.fact is FactKind.CREW_ON_SCENE:
        refused = _before_the_report(scene, entity, act.at_ms)
    if refused is not None:
        return refused
    unnamed = _critical_unnamed(scene, entity, act) if act.fact is FactKind.CUSTOMERS_CONFIRMED else []
    if unnamed:
        return No("critical_unnamed", {"names": ", ".join(unnamed)})
    values, note = _who_confirmed(scene, act) if act.fact is FactKind.CUSTOMERS_CONFIRMED else (act.values, act.note)
    drafts = [happened(entity, act.fact, at_ms, values, note=note)]
    if act.photo:
        drafts.append(draft(EntryKind.NOTED, entity, {"photo": act.photo, "about": act.fact}, at_ms))
    if act.fact is FactKind.CREW_ON_SCENE and act.values.get("crew") in scene.board.duties:
        crew = crew_entity(str(act.values["crew"]))
        drafts.append(draft(EntryKind.CREW_STATED, crew, {"state": CrewState.ON_SCENE}, at_ms))
    return Drafted(entity, tuple(drafts))


def _who_confirmed(scene: Scene, act: acts.Record) -> tuple[Mapping[str, Value], str]:
    """Who confirmed: ids of customers are values, whatever else was said of them is words, which can be erased."""
    said = str(act.values["customers"])
    ids = [one for one in _SEPARATORS.split(said) if one]
    known = [one for one in ids if scene.workspace.city.customers.ids.find(one) >= 0]
    values = {name: value for name, value in act.values.items() if name != "customers"}
    values |= {"customers": ",".join(known)} if known else {}
    return values, act.note if len(known) == len(ids) else " ".join(part for part in (said, act.note) if part)


def _critical_unnamed(scene: Scene, entity: str, act: acts.Record) -> list[str]:
    """Critical customers of the attached plan of whom nothing is said (house: every one of them confirms)."""
    key = scene.board.incidents[entity].plan
    event = None if key is None else scene.workspace.journal.event(key)
    customers = scene.workspace.city.customers
    said = f"{act.values['customers']} {act.note}"
    words = [one for one in _SEPARATORS.split(said) if len(one) > 1]
    unnamed = []
    for one in () if event is None else event.facts.get("critical", ()):
        row = customers.ids.find(one)
        name = customers.name[row] if row >= 0 else ""
        if one not in said and not any(word in name or (name and name in word) for word in words):
            unnamed.append(name or one)
    return unnamed


_SEPARATORS = re.compile(r"[\s,，、;；]+")


_MUST_SAY: Mapping[FactKind, tuple[str, str]] = {
    FactKind.FLUSHING_DONE: ("direction", "flushing_direction"),
    FactKind.CUSTOMERS_CONFIRMED: ("customers", "nobody_confirmed"),
}
"""The value that a fact must bear, and the code of the refusal without it."""


def _why_not_recorded(scene: Scene, entity: str, act: acts.Record) -> No | None:
    """What a fact must say, and what must have been before it."""
    value, code = _MUST_SAY.get(act.fact, ("", ""))
    if code and not act.values.get(value):
        return No(code, {})
    if act.fact is FactKind.FORECAST_MADE and not is_duration(act.values.get(FORECAST_DURATION)):
        return No("no_duration", {})
    if act.fact is not FactKind.CHORE_DONE:
        return None
    if not (known_chore(act.values.get("chore")) and act.values.get("station")):
        return No("no_such_chore", {})
    life = life_of(scene.board.incidents[entity].facts)
    if act.values["chore"] in AFTER_FLUSHING and life.of(Step.FLUSHED).open:
        return No("inlet_before_flushing", {"station": str(act.values["station"])})
    return None


def _attach_plan(scene: Scene, act: acts.AttachPlan) -> Drafted | No:
    entity = scene.incident(act.incident)
    if isinstance(entity, No):
        return entity
    event = scene.workspace.journal.event(act.plan)
    if event is None or event.kind != PLAN_MADE:
        return No("no_such_plan", {})
    body = {"plan": list(act.plan), "about": "plan"}
    return Drafted(entity, (draft(EntryKind.NOTED, entity, body, scene.now_ms),))


@in_open_incident
def _tell_field_plan(_scene: Scene, act: acts.TellFieldPlan, entity: str, at_ms: int) -> Drafted | No:
    body = {FIELD_PLAN: dict(act.plan), "about": FIELD_PLAN}
    return Drafted(entity, (draft(EntryKind.NOTED, entity, body, at_ms),))


@in_incident
def _decide(scene: Scene, act: acts.Decide, entity: str, at_ms: int) -> Drafted | No:
    incident = scene.board.incidents[entity]
    if incident.is_open == (act.course is Course.REOPEN):
        return No("is_open" if incident.is_open else "is_closed", {"incident": act.incident})
    if act.course is not Course.CLOSE and not act.reason.strip():
        return No("reason_needed", {})
    if act.course is Course.CLOSE:
        bars = bars_to_closing(scene, entity, without_photo=bool(act.reason.strip()))
        if bars:
            return No("gates_open", {"count": len(bars)}, bars)
    drafts = [draft(EntryKind.DECIDED, entity, {"course": act.course}, at_ms, texts_of(reason=act.reason))]
    if act.course is Course.CLOSE:
        drafts = [*_water_all_along(incident.facts, entity, at_ms), *drafts]
    if act.course is not Course.REOPEN:
        drafts += _relieved(scene, {entity, *incident.merged}, at_ms)
    return Drafted(entity, tuple(drafts))


def _water_all_along(facts: tuple[Fact, ...], entity: str, at_ms: int) -> list[Draft]:
    """Where no water was stopped nobody says that it is back: customers had it when the repair was done.

    Only the closing settles that: until then a stop may still be entered late.
    """
    life = life_of(facts)
    back = life.of(Step.WATER_BACK)
    if back.needed or back.done is not None:
        return []
    repaired = life.of(Step.REPAIRED).done
    since_ms = at_ms if repaired is None else min(repaired.at_ms, at_ms)
    return [happened(entity, FactKind.WATER_BACK, since_ms, {BY_CLOSING: True})]


def _relieved(scene: Scene, entities: set[str], at_ms: int) -> list[Draft]:
    """Crews of an incident that is over are free again."""
    drafts = []
    for duty in scene.board.duties.values():
        if duty.incident in entities:
            crew = crew_entity(duty.crew)
            drafts.append(draft(EntryKind.CREW_SENT, crew, {"incident": RELIEVED, "accepted": False}, at_ms))
            if duty.state is not CrewState.OFF:
                drafts.append(draft(EntryKind.CREW_STATED, crew, {"state": CrewState.STANDBY}, at_ms))
    return drafts


def bars_to_closing(scene: Scene, entity: str, *, without_photo: bool) -> tuple[str, ...]:
    """What bars the closing of an incident: ``step:…``, ``rule:…``, ``valve:…``, ``chore:…``, ``photo``.

    A step whose clock was waived does not bar; nor does a picture whose absence has a reason.
    """
    incident, clocks = scene.board.incidents[entity], scene.board.clocks_of(entity)
    waived = {kind for clock in clocks if clock.verdict.waived is not None for kind in clock.rule.met_by}
    life = life_of(incident.facts)
    work = SITE_WORK.get(str(incident.attributes.get("kind", "")), ())
    steps = [one for one in life.steps if one.step in work and one.open and not waived & set(one.done_by)]
    bars = [f"step:{one.step}" for one in steps]
    told = {kind for one in steps for kind in one.done_by}
    for clock in clocks:
        verdict = clock.verdict
        unmet = verdict.start is not None and verdict.met is None and verdict.waived is None
        if isinstance(clock.rule.limit, Gate) and unmet and not told & set(clock.rule.met_by):
            bars.append(f"rule:{clock.rule.id}")
    bars += [f"valve:{one.valve}" for one in life.away]
    bars += [f"chore:{chore}:{station}" for chore, station in left_shut(incident.facts)]
    needs_photo = any(one.step in work for one in life.steps) and bool(work)
    if needs_photo and not without_photo and not any("photo" in entry.facts for entry in incident.evidence):
        bars.append("photo")
    return tuple(bars)


def _correct(scene: Scene, act: acts.Correct) -> Drafted | No:
    entity = scene.incident(act.incident)
    if isinstance(entity, No):
        return entity
    if not act.reason.strip():
        return No("reason_needed", {})
    at_ms = scene.now_ms if act.at_ms is None else scene.moment(act.at_ms)
    if isinstance(at_ms, No):
        return at_ms
    incident = scene.board.incidents[entity]
    wrong = next((fact for fact in incident.facts if fact.key == act.event), None)
    if wrong is None:
        return No("no_such_fact", {})
    if act.at_ms is None and wrong.kind is FactKind.REPORT_RECEIVED:
        return No("receipt_stays", {})
    body: dict[str, Any] = {"fact": wrong.kind, "corrects": list(act.event)}
    if act.at_ms is None:
        body["void"] = True
    return Drafted(entity, (draft(EntryKind.HAPPENED, entity, body, at_ms, texts_of(reason=act.reason)),))


@in_incident
def _waive(scene: Scene, act: acts.Waive, entity: str, at_ms: int) -> Drafted | No:
    if not act.reason.strip():
        return No("reason_needed", {})
    if act.rule not in {clock.rule.id for clock in scene.board.clocks_of(entity)}:
        return No("no_such_clock", {"rule": act.rule, "incident": act.incident})
    return Drafted(entity, (happened(entity, FactKind.WAIVED, at_ms, {"rule": act.rule}, reason=act.reason),))


@in_incident
def _note(_scene: Scene, act: acts.Note, entity: str, at_ms: int) -> Drafted | No:
    body = {name: value for name in ("photo", "sound", "about") if (value := str(getattr(act, name)))}
    if not (act.text.strip() or "photo" in body or "sound" in body):
        return No("nothing_noted", {})
    return Drafted(entity, (draft(EntryKind.NOTED, entity, body, at_ms, texts_of(note=act.text)),))


DRAFTS: Mapping[type[acts.Act], Callable[[Scene, Any], Drafted | No]] = {
    acts.TakeReport: _take_report,
    acts.Amend: _amend,
    acts.Merge: _merge,
    acts.Send: _send,
    acts.Accept: _accept,
    acts.Recall: _recall,
    acts.StateCrew: _state_crew,
    acts.ListCrew: list_crew,
    acts.Record: _record,
    acts.Turn: turn,
    acts.WorkValve: work_valve,
    acts.TakeBack: take_back,
    acts.AskPermit: ask_permit,
    acts.LeaveValve: leave_valve,
    acts.AttachPlan: _attach_plan,
    acts.TellFieldPlan: _tell_field_plan,
    acts.Decide: _decide,
    acts.Correct: _correct,
    acts.Waive: _waive,
    acts.Note: _note,
    acts.Issue: issue,
    acts.StepOrder: step_order,
    acts.TakeAlarm: take_alarm,
    acts.Mute: mute,
    acts.HandOver: hand_over,
}
