"""From a shutdown as it was written down to what it means for the city, or why it cannot be reckoned with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from network.alternatives.known import is_known
from network.answers import IsolationPlan, Note
from network.assets import Condition, Position, is_gate
from network.columns import NO_INDEX, Int32
from network.flood import flood
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.resupply import records_of
from network.supply import SupplyModel
from network.targets import Aim, find_target
from network.together_records import Refused, Shutdown, WhyRefused
from network.together_state import Ground, Settled

_NO_ROWS: Int32 = np.empty(0, dtype=np.int32)


def without_them(model: SupplyModel, shutdowns: Sequence[Shutdown]) -> SupplyModel:
    """*model* as it is when none of *shutdowns* runs: their valves stand as they normally do.

    A running shutdown has closed its valves by the record already; what it takes away is seen only beside a city in
    which it does not run. Valves that are closed, or open, in normal operation stay so.
    """
    normal, devices = model.structure.network.devices.normal, len(model.states.position)
    closed = {row for one in shutdowns for row in one.close if 0 <= row < devices}
    opened = {row for one in shutdowns for row in one.open if 0 <= row < devices}
    reopen = [row for row in closed if normal[row] == Position.OPEN and model.states.position[row] == Position.CLOSED]
    close = [row for row in opened if normal[row] == Position.CLOSED and model.states.position[row] == Position.OPEN]
    if not reopen and not close:
        return model
    states = model.states.with_positions(reopen, Position.OPEN).with_positions(close, Position.CLOSED)
    return model.with_states(states)


def ground_of(model: SupplyModel, shutdowns: Sequence[Shutdown]) -> Ground:
    """The city *model* without *shutdowns*, and where its valves stand by the record."""
    return Ground(without_them(model, shutdowns), model.merged.position)


def refused_valves(model: SupplyModel, shutdowns: Sequence[Shutdown]) -> tuple[Refused, ...]:
    """Every valve of *shutdowns*, which have no targets, that cannot be reckoned with; *model* as it stands."""
    ground = Ground(model, model.merged.position)
    return tuple(
        Refused(one.id, place, fault, device)
        for place, one in enumerate(shutdowns)
        for device in (*one.close, *one.open)
        if (fault := _refused_valve(ground, one, device, NO_INDEX)) is not None
    )


def settle(ground: Ground, shutdown: Shutdown, place: int) -> Settled | Refused:
    """What *shutdown* means; *place* is its place in the list."""
    model = ground.model
    why = _refused_times(shutdown)
    if why is None and shutdown.target is not None and not is_known(model.city, shutdown.target):
        why = WhyRefused.UNKNOWN_TARGET
    if why is not None:
        return Refused(shutdown.id, place, why)
    aim = None if shutdown.target is None else find_target(model.structure, model.merged, shutdown.target)
    own_valve = NO_INDEX if aim is None else aim.branch_valve
    for device in (*shutdown.close, *shutdown.open):
        fault = _refused_valve(ground, shutdown, device, own_valve)
        if fault is not None:
            return Refused(shutdown.id, place, fault, device if fault != WhyRefused.UNKNOWN_VALVE else -1)
    found = _settled(ground, shutdown, aim)
    return Refused(shutdown.id, place, found) if isinstance(found, WhyRefused) else found


def _refused_times(shutdown: Shutdown) -> WhyRefused | None:
    if shutdown.start.tzinfo is None or shutdown.end.tzinfo is None:
        return WhyRefused.NO_TIME_ZONE
    if shutdown.end <= shutdown.start:
        return WhyRefused.END_BEFORE_START
    return WhyRefused.NOTHING_SHUT if shutdown.target is None and not shutdown.close else None


def _refused_valve(ground: Ground, shutdown: Shutdown, device: int, own_valve: int) -> WhyRefused | None:
    model = ground.model
    if not 0 <= device < len(model.states.position):
        return WhyRefused.UNKNOWN_VALVE
    if device == own_valve and device in shutdown.close:
        return None
    kind, records = model.structure.network.devices.kind[device], set(records_of(model, (device,)))
    if not is_gate(kind) or not len(ground.links_of((device,))):
        return WhyRefused.NOT_A_GATE
    if records & set(shutdown.close) and records & set(shutdown.open):
        return WhyRefused.BOTH_WAYS
    wanted = Position.CLOSED if device in shutdown.close else Position.OPEN
    if ground.recorded[device] == wanted:
        # Nobody has to work it any more, whatever has become of it since.
        return None
    bad = model.merged.condition[device] in (Condition.INOPERABLE, Condition.PASSING)
    return WhyRefused.CANNOT_BE_WORKED if bad else None


def _settled(ground: Ground, shutdown: Shutdown, aim: Aim | None) -> Settled | WhyRefused:
    stands_for = ground.model.structure.segmentation.placement.stands_for
    close, open_ = (
        tuple(dict.fromkeys(stands_for.get(device, device) for device in devices))
        for devices in (shutdown.close, shutdown.open)
    )
    as_it_is = Settled(shutdown, close, open_, _NO_ROWS, _NO_ROWS, _NO_ROWS)
    if aim is None or shutdown.target is None:
        return as_it_is
    if aim.branch_valve >= 0 or not close:
        plan = plan_isolation(ground.model, shutdown.target)
        return (
            _as_planned(ground, as_it_is, aim, plan) if isinstance(plan, IsolationPlan) else WhyRefused.CANNOT_ISOLATE
        )
    region = _region(ground, as_it_is, aim.segments)
    if np.isin(region, ground.model.structure.segmentation.source_legs.values).any():
        return WhyRefused.STILL_FED
    return replace(as_it_is, target=aim.segments, region=region)


def _as_planned(ground: Ground, settled: Settled, aim: Aim, plan: IsolationPlan) -> Settled:
    if Note.OWN_BRANCH_VALVE in plan.notes:
        cut_off = np.sort(assess_impact(ground.model, plan).out)
        return replace(settled, close=(*plan.close, *plan.verify_closed), cut_off=cut_off)
    if not len(plan.isolated_segments):
        # By the record nothing feeds the target: the plan closes nothing, and nobody loses anything.
        return settled
    return replace(settled, close=(*plan.close, *plan.drain_back), target=aim.segments, region=plan.region)


def _region(ground: Ground, settled: Settled, target: Int32) -> Int32:
    """From where water still reaches *target* with the valves of a shutdown as it has them."""
    links = ground.model.structure.links
    passable = ground.model.floods_open.copy()
    for devices, open_ in ((ground.tight(settled.close), False), (settled.open, True)):
        link = ground.links_of(devices)
        passable[link] = passable[link + len(links)] = open_
    return flood(links, passable, target, np.zeros(ground.model.structure.segmentation.count, dtype=np.bool_))
