"""Which valves to close (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from network.answers import CannotIsolate, IsolationPlan, Note, Target
from network.assets import Condition, Position
from network.cutoff import CutOff, cut_off
from network.directions import is_one_way
from network.flood import flood
from network.grouping import flags
from network.passage import CLOSABLE, HOLDS_A, HOLDS_B, RELIED_ON
from network.proof import ways_to_target
from network.supply import SupplyModel
from network.targets import Aim, find_target


def plan_isolation(model: SupplyModel, target: Target) -> IsolationPlan | CannotIsolate:
    """Plan to isolate *target* under the device states of *model*.

    Args:
        model: A city made ready by :func:`network.supply.prepare`.
        target: What to make dry; its rows must exist.

    Returns:
        The plan; or, where a source feeds the target with nothing closable between, why there is none.
    """
    return plan_at(model, target, find_target(model.structure, model.merged, target))


def plan_at(model: SupplyModel, target: Target, aim: Aim) -> IsolationPlan | CannotIsolate:
    """:func:`plan_isolation` for a *target* that was found already, at *aim*, under the states of *model*."""
    if aim.branch_valve >= 0:
        return _branch_plan(model, target, aim)
    cut = cut_off(model, aim.segments)
    if not model.supplied[aim.segments].any():
        return _dry_plan(model, target, aim, cut)
    plan = _plan(model, target, aim, cut)
    if plan.feasible:
        return plan
    return CannotIsolate(plan, ways_to_target(model, aim, cut, plan.stop, model.floods_hard))


def _branch_plan(model: SupplyModel, target: Target, aim: Aim) -> IsolationPlan:
    closed = model.merged.position[aim.branch_valve] == Position.CLOSED
    fed = bool(model.supplied[aim.segments].any())
    valve = (aim.branch_valve,)
    plan = IsolationPlan(target, close=() if closed or not fed else valve, verify_closed=valve if closed else ())
    notes = (Note.OWN_BRANCH_VALVE,) if fed else _dry_notes(aim)
    return replace(plan, notes=(*notes, *_relies_on(model, plan)))


def _dry_notes(aim: Aim) -> tuple[Note, ...]:
    return (Note.NOT_SUPPLIED_BEFORE,) if aim.has_place else (Note.NO_TAP,)


def _dry_plan(model: SupplyModel, target: Target, aim: Aim, cut: CutOff) -> IsolationPlan:
    """Nothing feeds the target by the record: only what the record relies on is worth a look."""
    plan = IsolationPlan(target, verify_closed=_border(model, cut).verify_closed, region=cut.region)
    return replace(plan, notes=(*_dry_notes(aim), *_relies_on(model, plan), *_nearby(model, cut)))


def _plan(model: SupplyModel, target: Target, aim: Aim, cut: CutOff) -> IsolationPlan:
    return with_notes(model, cut, plan_lists(model, target, aim, cut))


def plan_lists(model: SupplyModel, target: Target, aim: Aim, cut: CutOff) -> IsolationPlan:
    """The plan that gives up the region of *cut*, its notes not yet written."""
    border = _border(model, cut)
    stored = cut.stored[cut.lost]
    isolated, unintended, on_storage = cut.region[model.supplied[cut.region]], cut.lost[~stored], cut.lost[stored]
    stretches = model.structure.segmentation.stretches
    return IsolationPlan(
        target,
        close=border.close,
        dead_side=border.dead_side,
        drain_back=_drain_back(model, aim, cut, border),
        verify_closed=border.verify_closed,
        held_by=border.held_by,
        stop=_by_id(model.structure.network.sources.ids.data, cut.stop),
        region=cut.region,
        isolated=stretches(isolated),
        unintended=stretches(unintended),
        on_storage=stretches(on_storage),
        isolated_segments=isolated,
        unintended_segments=unintended,
        on_storage_segments=on_storage,
    )


def with_notes(model: SupplyModel, cut: CutOff, plan: IsolationPlan) -> IsolationPlan:
    """*plan* with what else its reader must know."""
    flush = (Note.FLUSH_AND_TEST,) if plan.drain_back else ()
    return replace(plan, notes=(*_relies_on(model, plan), *flush, *_nearby(model, cut)))


@dataclass(frozen=True, eq=False)
class _Border:
    """Devices with one side in the region, by what they do there; rows sorted by id.

    Attributes:
        far: By device of *dead_side*, the segment on its far side.
    """

    close: tuple[int, ...]
    dead_side: tuple[int, ...]
    verify_closed: tuple[int, ...]
    held_by: tuple[int, ...]
    far: dict[int, int]


def _border(model: SupplyModel, cut: CutOff) -> _Border:
    links = model.structure.links
    sights = links.sights.gather(cut.region)
    sights = sights[~cut.in_region[links.beyond[sights]]]
    far, link = links.beyond[sights], sights % max(len(links), 1)
    bits, from_a, wet = model.bits[link], sights < len(links), cut.wet(far)
    closable, relied_on = (bits & CLOSABLE) > 0, (bits & RELIED_ON) > 0
    holds = (bits & np.where(from_a, HOLDS_A, HOLDS_B)) > 0
    device, ids = links.device[link], model.structure.network.devices.ids.data
    dead = closable & ~wet
    return _Border(
        close=_by_id(ids, device[closable & wet]),
        dead_side=_by_id(ids, device[dead]),
        verify_closed=_by_id(ids, device[relied_on & wet]),
        held_by=_by_id(ids, device[holds & wet]),
        far=dict(zip(device[dead].tolist(), far[dead].tolist(), strict=True)),
    )


def _by_id(ids: NDArray[np.bytes_], rows: NDArray[np.integer]) -> tuple[int, ...]:
    return tuple(rows[np.argsort(ids[rows], kind="stable")].tolist())


def _drain_back(model: SupplyModel, aim: Aim, cut: CutOff, border: _Border) -> tuple[int, ...]:
    """Valves of the dead side behind which water stands that would run back into the trench."""
    far = np.array(sorted(set(border.far.values())), dtype=np.int64)
    if not len(far):
        return ()
    structure = model.structure
    barred = cut.in_region | cut.supplied | cut.stored
    pool = flood(structure.links, model.floods_open, far, barred)
    higher = (structure.highest_m[pool] > aim.elevation_m) & ~np.isnan(aim.elevation_m)
    heads = pool[higher | structure.backflow_risk[pool]]
    if not len(heads):
        return ()
    # From what stands so high or holds water of its own, down to the valves: all of them in one search.
    running = flags(len(barred), flood(structure.links, model.floods_open, heads, barred, onward=True))
    return tuple(device for device in border.dead_side if running[border.far[device]])


def _relies_on(model: SupplyModel, plan: IsolationPlan) -> tuple[Note, ...]:
    """What the valves of the plan are not known to do."""
    used = np.array([*plan.close, *plan.drain_back, *plan.verify_closed], dtype=np.int64)
    unknown = (model.merged.condition[used] == Condition.UNKNOWN).any()
    assumed = model.structure.network.devices.assumed[used].any()
    return ((Note.RELIES_ON_UNKNOWN,) if unknown else ()) + ((Note.RELIES_ON_ASSUMED,) if assumed else ())


def _nearby(model: SupplyModel, cut: CutOff) -> tuple[Note, ...]:
    """Doubts about the data in the region."""
    structure = model.structure
    placement, links = structure.segmentation.placement, structure.links
    notes: list[Note] = []
    if not len(structure.network.sources):
        notes.append(Note.NO_SOURCE)
    if structure.with_unknown_leg[cut.region].any():
        notes.append(Note.UNKNOWN_LEG_NEARBY)
    device = links.device[links.sights.gather(cut.region) % max(len(links), 1)]
    kinds = structure.network.devices.kind[device]
    if (is_one_way(kinds) & (placement.direction[device] == 0)).any():
        notes.append(Note.UNKNOWN_DIRECTION_NEARBY)
    return tuple(notes)
