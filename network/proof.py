"""Why each valve of a plan is needed, and why a source must be stopped: ways that water would take."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from network.answers import IsolationPlan, SupplyPath
from network.assets import SourceKind
from network.columns import NO_INDEX, Bool, Int32, Int64
from network.cutoff import CutOff, taken_out
from network.grouping import flags
from network.routes import Chain, lay
from network.supply import SupplyModel, supply_arcs
from network.targets import Aim, find_target


def why_close(model: SupplyModel, plan: IsolationPlan, device: int) -> SupplyPath | None:
    """The way from a source to the target that opens when *device* alone stays open.

    The plan may be any that gives up a region, see :func:`~network.alternatives.as_plan.plan_closing`.

    Returns:
        The way; None for a device that does not bound the region, or behind which no water arrives.
    """
    if device not in plan.bounds:
        return None
    aim = find_target(model.structure, model.merged, plan.target)
    if aim.branch_valve >= 0:
        chain = _supply_chain(model, model.supplied, np.empty(0, dtype=np.int32), aim.segments)
        way = _lay(model, chain, aim)
        return SupplyPath(way.source, way.parts, (*way.devices, device))
    cut = taken_out(model, plan.region)
    segmentation = model.structure.segmentation
    near, far = int(segmentation.side_a[device]), int(segmentation.side_b[device])
    if not cut.in_region[near]:
        near, far = far, near
    # A plan's bounds part its region from the rest, whichever plan it is.
    assert cut.in_region[near]
    assert not cut.in_region[far]
    fed = _chain_to(model, cut, far)
    if fed is None:
        return None
    inside = _chain_along_sights(model, _first_sights(model, model.floods_open, aim.segments, ~cut.in_region), near)
    return _lay(model, fed.then(inside, device), aim)


def _chain_to(model: SupplyModel, cut: CutOff, far: int) -> Chain | None:
    """From where water comes to a segment outside the region: by supply, from storage, or past what only leaks."""
    goal = np.array([far], dtype=np.int32)
    if cut.supplied[far]:
        return _supply_chain(model, cut.supplied, cut.stop, goal)
    return _stored_chain(model, cut, goal) if cut.stored[far] else _leaking_chain(model, cut, goal)


def _leaking_chain(model: SupplyModel, cut: CutOff, goal: Int32) -> Chain | None:
    """From a source over devices on which customers cannot count but a leak can; None where no water comes."""
    crossed = _first_sights(model, model.floods_open, goal, cut.in_region)
    legs = model.structure.segmentation.source_legs
    owner = np.repeat(np.arange(len(legs)), np.diff(legs.offsets))
    reached = (crossed[legs.values] >= 0) | (legs.values == goal[0])
    chains = [
        replace(_chain_along_sights(model, crossed, leg), source=source)
        for source, leg in zip(owner[reached].tolist(), legs.values[reached].tolist(), strict=True)
    ]
    return min(chains, key=lambda chain: len(chain.segments), default=None)


def ways_to_target(
    model: SupplyModel, aim: Aim, cut: CutOff, sources: tuple[int, ...], passable: Bool
) -> tuple[SupplyPath, ...]:
    """For each of *sources* (rows from ``cut.stop``), a way to the target of *aim*.

    *passable* says by sight what is not closed; ``model.floods_hard`` gives the ways that no plan can close.
    """
    crossed = _first_sights(model, passable, aim.segments, ~cut.in_region)
    return tuple(_lay(model, _chain_from_source(model, crossed, cut, source), aim) for source in sources)


def _lay(model: SupplyModel, chain: Chain, aim: Aim) -> SupplyPath:
    structure = model.structure
    return lay(structure.segmentation, structure.network.sources.node, chain, aim.touches)


def _chain_from_source(model: SupplyModel, crossed: Int64, cut: CutOff, source: int) -> Chain:
    """The shortest way from a leg of *source* in the region, against the flood that found the region."""
    legs = model.structure.segmentation.source_legs[source]
    chains = [_chain_along_sights(model, crossed, int(leg)) for leg in legs[cut.in_region[legs]]]
    return replace(min(chains, key=lambda chain: len(chain.segments)), source=source)


def _chain_along_sights(model: SupplyModel, crossed: Int64, start: int) -> Chain:
    """From a segment to where the flood of :func:`_first_sights` began."""
    links = model.structure.links
    segments, devices = [start], []
    while crossed[segments[-1]] >= 0:
        sight = int(crossed[segments[-1]])
        devices.append(int(links.device[sight % len(links)]))
        segments.append(int(links.beyond[(sight + len(links)) % (2 * len(links))]))
    return Chain(segments=tuple(segments), devices=tuple(devices))


def _first_sights(model: SupplyModel, passable: Bool, target: Int32, barred: Bool) -> Int64:
    """By segment, the sight through which the flood from *target* first came to it; -1 at the target and elsewhere.

    *passable* says by sight whether water comes over it.
    """
    links = model.structure.links
    crossed = np.full(len(barred), NO_INDEX, dtype=np.int64)
    seen, front = barred.copy(), target
    seen[target] = True
    while len(front):
        sights = links.sights.gather(front)
        sights = sights[passable[sights]]
        sights = sights[~seen[links.beyond[sights]]]
        front, first = np.unique(links.beyond[sights], return_index=True)
        crossed[front] = sights[first]
        seen[front] = True
    return crossed


def _supply_chain(model: SupplyModel, supplied: Bool, stop: Int32, goals: Int32) -> Chain:
    """From a plant, a reservoir or a tank that counts as one to the first of *goals* reached."""
    tail, head = supply_arcs(model.structure, model.bits)
    running = np.append(np.ones(len(model.structure.network.sources), dtype=np.bool_), True)
    running[stop] = False
    usable = np.concatenate([supplied, running])
    return _chain_along(model, tail, head, usable, goals)


def _stored_chain(model: SupplyModel, cut: CutOff, goals: Int32) -> Chain:
    """From an unsupplied tank, or a pump's own, to the first of *goals* reached."""
    sources, root = model.structure.network.sources, model.tree.position.size - 1
    tail, head = supply_arcs(model.structure, model.bits)
    tanks = (sources.kind == SourceKind.TANK) & ~flags(len(sources), cut.stop)
    roots = model.source_vertices(np.flatnonzero(tanks))
    discharge = model.tank_pumps.discharge[~cut.supplied[model.tank_pumps.suction]]
    begun = np.concatenate([roots, discharge])
    usable = np.concatenate([cut.stored, tanks, [True]])
    through = tail < root
    tail = np.concatenate([tail[through], np.full(len(begun), root, dtype=np.int32)])
    return _chain_along(model, tail, np.concatenate([head[through], begun]), usable, goals)


def _chain_along(
    model: SupplyModel, tail: NDArray[np.integer], head: NDArray[np.integer], usable: Bool, goals: Int32
) -> Chain:
    """The shortest way from the root to one of *goals* over arcs between *usable* vertices."""
    kept = usable[tail] & usable[head]
    graph = csr_array((np.ones(int(kept.sum()), dtype=np.int8), (tail[kept], head[kept])), shape=(len(usable),) * 2)
    order, before = breadth_first_order(graph, len(usable) - 1, directed=True)
    reached = order[flags(len(usable), goals)[order]]
    way = [int(reached[0])]
    while before[way[-1]] != len(usable) - 1:
        way.append(int(before[way[-1]]))
    return _as_chain(model, way[::-1])


def _as_chain(model: SupplyModel, way: list[int]) -> Chain:
    """A chain from vertices of the supply graph: segments, and sources between them."""
    count = model.structure.segmentation.count
    begins = way[0] - count if way[0] >= count else NO_INDEX
    pump = NO_INDEX if begins >= 0 else _pump_into(model, way[0])
    steps = [(one, other) for one, other in pairwise(way) if one < count and other < count]
    return Chain(
        source=begins,
        pump=pump,
        segments=tuple(vertex for vertex in way if vertex < count),
        devices=tuple(_device_between(model, one, other) for one, other in steps),
        tanks=tuple(vertex - count for vertex in way[1:] if vertex >= count),
    )


def _pump_into(model: SupplyModel, segment: int) -> int:
    pumps = model.tank_pumps
    return int(pumps.device[np.flatnonzero(pumps.discharge == segment)[0]])


def _device_between(model: SupplyModel, one: int, other: int) -> int:
    """A device through which *one* supplies *other*."""
    links = model.structure.links
    sights = links.sights[one]
    sights = sights[model.feeds[sights] & (links.beyond[sights] == other)]
    return int(links.device[sights[0] % len(links)])
