"""Valves turned for an incident: by order where one is required, and the network's record follows."""

from __future__ import annotations

from app.dispatch.acts import LeaveValve, No, Turn
from app.dispatch.entries import OrderStep
from app.dispatch.facts import FactKind
from app.dispatch.orders import Needed, order_needed
from app.journal.events import Draft
from app.journal.fold import VALVE_OBSERVED, valve_entity
from app.operations.dispatch_scene import Drafted, Scene, happened, in_incident
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
    why = needed_for(scene, act.valve)
    if why is not None and not act.without_order.strip() and not ordered(scene, act.valve):
        return No("order_needed", {"valve": act.valve, "dn_mm": int(devices.dn_mm[row])})
    normal = Position(int(devices.normal[row])).name.lower()
    values = {"valve": act.valve, "position": act.position, "normal": normal}
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
