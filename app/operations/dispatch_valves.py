"""Valves turned for an incident: by order where one is required, and the network's record follows."""

from __future__ import annotations

from app.dispatch.acts import LeaveValve, No, TakeBack, Turn, WorkValve
from app.dispatch.entries import EntryKind, OrderStep, draft
from app.dispatch.facts import FactKind, Value, as_corrected
from app.dispatch.orders import Needed, order_needed
from app.dispatch.valve_work import MOST_TURNS, ValveStage, condition_found
from app.journal.events import Draft, EventKey
from app.journal.fold import VALVE_OBSERVED, valve_entity
from app.operations.chambers import barred_inside
from app.operations.dispatch_scene import Drafted, Scene, happened, in_incident, in_open_incident, texts_of
from network.assets import DeviceKind, Position


@in_incident
def turn(scene: Scene, act: Turn, entity: str, at_ms: int) -> Drafted | No:
    """A valve was turned: a fact of the incident and of the network, written together."""
    devices = scene.workspace.city.network.devices
    row = devices.ids.find(act.valve)
    if row < 0:
        return No("no_such_valve", {"valve": act.valve})
    if act.position not in {"open", "closed"}:
        return No("not_a_position", {"value": act.position})
    barred = barred_inside(scene, entity, act.valve, at_ms, inside=act.inside)
    if barred is not None:
        return barred
    why = needed_for(scene, act.valve)
    if why is not None and not act.without_order.strip() and not ordered(scene, act.valve):
        return No("order_needed", {"valve": act.valve, "dn_mm": int(devices.dn_mm[row])})
    normal = Position(int(devices.normal[row])).name.lower()
    values: dict[str, Value] = {"valve": act.valve, "position": act.position, "normal": normal}
    if act.inside:
        values["inside"] = True
    drafts = [happened(entity, FactKind.VALVE_TURNED, at_ms, values, reason=act.without_order)]
    if devices.kind[row] != DeviceKind.PUMP:
        drafts.append(Draft(VALVE_OBSERVED, valve_entity(act.valve), {"position": act.position}, {}, at_ms))
    return Drafted(entity, tuple(drafts))


def needed_for(scene: Scene, device: str) -> Needed | None:
    """Why operating *device* needs a dispatch order; None where it does not."""
    network = scene.workspace.city.network
    row = network.devices.ids.find(device)
    if row < 0:
        return order_needed(dn_mm=None, is_source=network.sources.ids.find(device) >= 0, is_pump=False)
    dn_mm = float(network.devices.dn_mm[row])
    is_pump = bool(network.devices.kind[row] == DeviceKind.PUMP)
    return order_needed(dn_mm=dn_mm or None, is_source=False, is_pump=is_pump)


def ordered(scene: Scene, device: str) -> bool:
    """Whether an order about *device* was read back and is not withdrawn or reported done."""
    return any(
        order.about.partition("/")[2] == device and order.open and OrderStep.READ_BACK in order.steps_ms
        for order in scene.board.orders.values()
    )


@in_incident
def leave_valve(scene: Scene, act: LeaveValve, entity: str, at_ms: int) -> Drafted | No:
    """A valve stays as it is, for a reason."""
    if not act.reason.strip():
        return No("reason_needed", {})
    turned = {
        fact.values.get("valve") for fact in scene.board.incidents[entity].facts if fact.kind is FactKind.VALVE_TURNED
    }
    if act.valve not in turned:
        return No("valve_not_turned", {"valve": act.valve, "incident": act.incident})
    return Drafted(entity, (happened(entity, FactKind.VALVE_LEFT, at_ms, {"valve": act.valve}, reason=act.reason),))


@in_open_incident
def work_valve(scene: Scene, act: WorkValve, entity: str, at_ms: int) -> Drafted | No:
    """How far a crew is at a valve; one that nobody can turn or find, or that leaks by, is a word about the network."""
    devices = scene.workspace.city.network.devices
    if devices.ids.find(act.valve) < 0:
        return No("no_such_valve", {"valve": act.valve})
    if act.turns is not None and not 0.0 <= act.turns <= MOST_TURNS:
        return No("not_turns", {"value": act.turns})
    if act.stage is ValveStage.TURNING:
        barred = barred_inside(scene, entity, act.valve, at_ms, inside=act.inside)
        if barred is not None:
            return barred
    values: dict[str, Value] = {"valve": act.valve, "stage": act.stage}
    if act.turns is not None:
        values["turns"] = act.turns
    if act.inside:
        values["inside"] = True
    drafts = [happened(entity, FactKind.VALVE_WORKED, at_ms, values, note=act.note)]
    found = condition_found(act.stage)
    if found is not None:
        body = {"condition": found.name.lower()}
        drafts.append(Draft(VALVE_OBSERVED, valve_entity(act.valve), body, texts_of(note=act.note), at_ms))
    return Drafted(entity, tuple(drafts))


_AT_A_VALVE = frozenset({FactKind.VALVE_WORKED, FactKind.VALVE_TURNED, FactKind.VALVE_LEFT})


@in_incident
def take_back(scene: Scene, act: TakeBack, entity: str, at_ms: int) -> Drafted | No:
    """A correction that says it did not happen, with what it had told of the network; both stay in the journal."""
    held = as_corrected(scene.board.incidents[entity].facts)
    wrong = next((fact for fact in held if fact.key == act.event and fact.kind in _AT_A_VALVE), None)
    if wrong is None:
        return No("no_such_fact", {})
    body = {"fact": wrong.kind, "corrects": list(wrong.key), "void": True}
    drafts = [draft(EntryKind.HAPPENED, entity, body, at_ms)]
    valve = str(wrong.values["valve"])
    observed = _observed_with(scene, wrong.key, valve)
    if observed is not None:
        drafts.append(Draft(VALVE_OBSERVED, valve_entity(valve), {"corrects": [list(observed)]}, {}, at_ms))
    return Drafted(entity, tuple(drafts))


def _observed_with(scene: Scene, key: EventKey, valve: str) -> EventKey | None:
    """What an act at *valve* said of the network: it was written in the same breath, right behind the act itself."""
    dev, number = key
    after = scene.workspace.journal.event((dev, number + 1))
    told = scene.workspace.journal.event(key)
    if after is None or told is None or after.kind != VALVE_OBSERVED or after.entity != valve_entity(valve):
        return None
    return after.key if after.eff_at_ms == told.eff_at_ms else None
