"""The neighbourhood of a target as a small flow network, the rest of the city contracted into it."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from network.alternatives.cuts import REST, TARGET, UNCLOSABLE, FlowNetwork
from network.alternatives.surroundings import Surroundings
from network.columns import Int32, Int64, Ragged
from network.flood import flood
from network.grouping import flags, grouped
from network.passage import CLOSABLE


@dataclass(frozen=True, eq=False)
class Ball:
    """The neighbourhood of a target.

    Attributes:
        network: Node 0 is the target's region, node 1 what is fed from elsewhere; the others are segments, each for
            itself, and *dead parts*, pieces outside that get water only through the neighbourhood.
        members: By node, its segments; none for the rest of the city.
        customers: By node, customers surely out with it.
        exits: Nodes through which a region may leave the neighbourhood: those with an open way in from a segment
            outside that no source feeds directly, and dead parts of several segments.
        coarse: The latter alone.
    """

    network: FlowNetwork
    members: Ragged
    customers: tuple[int, ...]
    exits: frozenset[int]
    coarse: frozenset[int]

    def segments(self, inside: frozenset[int]) -> Int32:
        """Segments of the nodes *inside*, ascending."""
        return np.sort(self.members.gather(np.array(sorted(inside))))

    def surely_out(self, inside: frozenset[int]) -> int:
        """Customers that are out, at least, when *inside* is given up."""
        return sum(self.customers[node] for node in inside)

    def least_beyond(self) -> float:
        """Customers that any region takes, at least, that leaves the neighbourhood; infinite where none can.

        Such a region holds a way on which water comes through an exit to the target, with all customers on it; a dead
        part may be left anywhere, so none of its own are counted.
        """
        least = {TARGET: self.customers[TARGET]}
        waiting = [(least[TARGET], TARGET)]
        while waiting:
            taken, node = heapq.heappop(waiting)
            if node in self.exits:
                return taken
            for arc in self.network.arcs[node]:
                further = taken + self.customers[arc.node]
                if arc.node != REST and arc.capacity and further < least.get(arc.node, math.inf):
                    least[arc.node] = further
                    heapq.heappush(waiting, (further, arc.node))
        return math.inf


def ball_around(around: Surroundings, region: Int32, costs: Int64, size: int) -> Ball:
    """The neighbourhood of *region*, about *size* segments beside it.

    Args:
        around: The city.
        region: What is given up in any case; no source has a leg in it.
        costs: Shape (devices,), cost of closing each.
        size: Segments that stand for themselves.
    """
    near = _nearest(around, region, size)
    dead = _dead_parts(around, near)
    if len(dead) <= size:
        near, dead = np.union1d(near, dead), dead[:0]
    segments, node, nodes = _numbered(around, region, near, dead)
    members = grouped(node, nodes)
    inside = Ragged(members.offsets, segments[members.values].astype(np.int32))
    several = node[np.isin(segments, dead)]
    customers = np.bincount(node, weights=around.customers[segments], minlength=nodes).astype(np.int64)
    customers[several] = 0
    network, rim = _flow_network(around, segments, node, nodes, costs)
    coarse = frozenset(several.tolist())
    return Ball(network, inside, tuple(customers.tolist()), frozenset(rim.tolist()) | coarse, coarse)


def _nearest(around: Surroundings, region: Int32, size: int) -> Int64:
    """Segments from which water gets to *region* over the fewest devices, *size* of them at most."""
    model = around.model
    links, legs = model.structure.links, model.structure.segmentation.source_legs
    seen = set(region.tolist())
    fed = set(np.unique(legs.values).tolist())
    front: NDArray[np.integer] = region
    found: list[int] = []
    while len(front) and len(found) < size:
        sights = links.sights.gather(front)
        beyond = np.unique(links.beyond[sights[model.floods_open[sights]]])
        fresh = [segment for segment in beyond.tolist() if segment not in seen and segment not in fed]
        fresh = fresh[: size - len(found)]
        seen.update(fresh)
        found += fresh
        front = np.array(fresh, dtype=np.int32)
    return np.array(sorted(seen), dtype=np.int64)


def _dead_parts(around: Surroundings, near: Int64) -> NDArray[np.integer]:
    """Segments outside *near* from which water flows into it, though none comes to them except through it."""
    model = around.model
    links = model.structure.links
    lost = around.dead_without(near)
    barred = flags(model.structure.segmentation.count, near)
    sights = links.sights.gather(near)
    beyond = links.beyond[sights[model.floods_open[sights]]]
    dry = beyond[~around.reached(beyond)]
    return np.union1d(lost, flood(links, model.floods_open, dry, barred))


def _numbered(around: Surroundings, region: Int32, near: Int64, dead: NDArray[np.integer]) -> tuple[Int64, Int64, int]:
    """Segments (ascending), the node of each, and how many nodes there are."""
    single = np.setdiff1d(near, region)
    parts = _pieces(around, dead)
    segments = np.concatenate([region, single, dead]).astype(np.int64)
    first = 2 + len(single)
    node = np.concatenate([np.full(len(region), TARGET), np.arange(2, first), first + parts]).astype(np.int64)
    order = np.argsort(segments)
    return segments[order], node[order], first + (int(parts.max()) + 1 if len(parts) else 0)


def _pieces(around: Surroundings, dead: NDArray[np.integer]) -> NDArray[np.integer]:
    """Number of the connected piece of each of *dead* (ascending)."""
    if not len(dead):
        return dead
    links = around.model.structure.links
    sights = links.sights.gather(dead)
    owner = np.repeat(np.arange(len(dead)), links.sights.offsets[dead + 1] - links.sights.offsets[dead])
    at = np.minimum(np.searchsorted(dead, links.beyond[sights]), len(dead) - 1)
    kept = (dead[at] == links.beyond[sights]) & around.model.floods_open[sights]
    graph = csr_array((np.ones(int(kept.sum()), dtype=np.int8), (owner[kept], at[kept])), shape=(len(dead),) * 2)
    pieces: NDArray[np.integer] = connected_components(graph, directed=False)[1]
    return pieces


def _flow_network(
    around: Surroundings, segments: Int64, node: Int64, nodes: int, costs: Int64
) -> tuple[FlowNetwork, Int64]:
    """The flow network, and nodes into which water comes from segments outside that no source feeds directly."""
    model = around.model
    links, legs = model.structure.links, model.structure.segmentation.source_legs
    sights = links.sights.gather(segments)
    own = np.repeat(node, links.sights.offsets[segments + 1] - links.sights.offsets[segments])
    beyond = links.beyond[sights]
    at = np.minimum(np.searchsorted(segments, beyond), len(segments) - 1)
    far = np.where(segments[at] == beyond, node[at], REST)
    kept = model.floods_open[sights] & (own != far)
    link, far, own, beyond = sights[kept] % max(len(links), 1), far[kept], own[kept], beyond[kept]
    closable = (model.bits[link] & CLOSABLE) > 0
    cost = np.where(closable, costs[links.device[link]], UNCLOSABLE)
    capacities: dict[tuple[int, int], int] = defaultdict(int)
    for there, here, amount in zip(far.tolist(), own.tolist(), cost.tolist(), strict=True):
        capacities[there, here] = min(capacities[there, here] + amount, UNCLOSABLE)
    outlets = node[np.isin(segments, model.tank_pumps.discharge)]
    rim = own[(far == REST) & ~np.isin(beyond, legs.values)]
    return FlowNetwork.of(nodes, dict(capacities), frozenset(outlets.tolist()) - {TARGET}), rim
