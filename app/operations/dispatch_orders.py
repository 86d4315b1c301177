"""Dispatch orders, the roster, and what concerns the desk itself."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.dispatch.acts import HandOver, Issue, ListCrew, Mute, No, StepOrder, TakeAlarm
from app.dispatch.board import DESK
from app.dispatch.due import local_day
from app.dispatch.entries import EntryKind, OrderStep, crew_entity, draft
from app.dispatch.orders import COURSE, ORDER, next_number
from app.dispatch.shift import shift_of
from app.dispatch.view import number_of
from app.operations.dispatch_scene import Drafted, Scene, texts_of


def issue(scene: Scene, act: Issue) -> Drafted | No:
    """Give an order: numbered by day and device."""
    at_ms = scene.moment(act.at_ms)
    if isinstance(at_ms, No):
        return at_ms
    if not act.text.strip() or not act.receiver.strip():
        return No("order_empty", {})
    network = scene.workspace.city.network
    tables = {"valve": network.devices.ids, "source": network.sources.ids}
    layers = [layer for layer, ids in tables.items() if ids.find(act.about.rpartition("/")[2]) >= 0]
    named = act.about.rpartition("/")[0] or (layers[0] if layers else "")
    if named not in layers:
        return No("no_such_thing", {"value": act.about})
    about = f"{named}/{act.about.rpartition('/')[2]}"
    body = {"step": OrderStep.ISSUED, "receiver": act.receiver.strip(), "about": about}
    if act.incident:
        entity = scene.incident(act.incident)
        if isinstance(entity, No):
            return entity
        body["incident"] = entity
    day = local_day(at_ms, ZoneInfo(scene.board.standards.pack.zone))
    number = next_number(day, scene.workspace.journal.device(), map(number_of, scene.board.names(ORDER)))
    written = draft(EntryKind.ORDER_STEP, f"{ORDER}{number}", body, at_ms, texts_of(order=act.text))
    return Drafted(f"{ORDER}{number}", (written,))


def step_order(scene: Scene, act: StepOrder) -> Drafted | No:
    """The next step of an order, in its order: what was skipped is taken first."""
    at_ms = scene.moment(act.at_ms)
    if isinstance(at_ms, No):
        return at_ms
    order = scene.board.orders.get(act.order)
    if order is None:
        return No("no_such_order", {"order": act.order})
    if act.step in order.steps_ms or not order.open:
        return No("order_step_done", {"order": act.order})
    if act.step is OrderStep.WITHDRAWN and not act.note.strip():
        return No("reason_needed", {})
    missing = (
        [step for step in COURSE[: COURSE.index(act.step)] if step not in order.steps_ms]
        if (act.step in COURSE)
        else []
    )
    if missing:
        return No("order_step_first", {"order": act.order, "step": missing[0]})
    entity = f"{ORDER}{act.order}"
    return Drafted(entity, (draft(EntryKind.ORDER_STEP, entity, {"step": act.step}, at_ms, texts_of(note=act.note)),))


def list_crew(scene: Scene, act: ListCrew) -> Drafted | No:
    """A crew in the roster, as it now is."""
    name = act.crew.strip()
    if not name or "/" in name or any(letter.isspace() for letter in name):
        return No("not_a_crew_name", {"crew": act.crew})
    if act.base_m is not None and (far := scene.off_the_map(*act.base_m)) is not None:
        return far
    base = (None, None) if act.base_m is None else act.base_m
    body = {
        "skills": list(act.skills),
        "equipment": list(act.equipment),
        "vehicle": act.vehicle,
        "largest_dn_mm": act.largest_dn_mm,
        "base_x_m": base[0],
        "base_y_m": base[1],
        "shift_from_min": act.shift_from_min,
        "shift_to_min": act.shift_to_min,
    }
    said = {key: value for key, value in body.items() if value not in (None, "", [])}
    return Drafted(crew_entity(name), (draft(EntryKind.CREW_LISTED, crew_entity(name), said, scene.now_ms),))


def take_alarm(scene: Scene, act: TakeAlarm) -> Drafted | No:
    """Somebody has seen an alarm."""
    entity = scene.incident(act.incident)
    if isinstance(entity, No):
        return entity
    body = {"rule": act.rule, "state": act.state}
    return Drafted(entity, (draft(EntryKind.ALARM_TAKEN, entity, body, scene.now_ms),))


def mute(scene: Scene, act: Mute) -> Drafted | No:
    """Silence for a while, for a reason."""
    if not act.reason.strip():
        return No("reason_needed", {})
    body = {"until_ms": act.until_ms}
    return Drafted(DESK, (draft(EntryKind.MUTED, DESK, body, scene.now_ms, texts_of(reason=act.reason)),))


def hand_over(scene: Scene, act: HandOver) -> Drafted | No:
    """Who leaves names who comes; who comes signs for that very event."""
    body: dict[str, object] = {}
    if act.taken is not None:
        event = scene.workspace.journal.event(act.taken)
        if event is None or event.kind != EntryKind.HANDED_OVER:
            return No("no_such_handover", {})
        waiting = shift_of(scene.board.entries(DESK)).waiting
        if waiting is None or waiting.key != act.taken:
            return No("handover_over", {})
        body["taken"] = list(act.taken)
    elif not act.to.strip():
        return No("handover_to_nobody", {})
    else:
        body["to"] = act.to.strip()
    if act.from_ms is not None:
        body["from_ms"] = act.from_ms
    return Drafted(DESK, (draft(EntryKind.HANDED_OVER, DESK, body, scene.now_ms, texts_of(note=act.note)),))
