"""Traces along the network: where water comes from, where it goes, and the shortest way between two things.

Supply has a direction where flows are known, by their sign; elsewhere water is taken to run away from its source: along
a stretch of pipe from the end nearer to a plant or reservoir (by the way water would take, through what lets it pass)
to the farther end. Where both ends are equally far, waters meet and no direction is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, dijkstra

from network.answers import PipeParts
from network.assets import SourceKind
from network.columns import NO_INDEX, Bool, Float64, Int8, Int32, Int64
from network.passage import SUPPLY_AB, SUPPLY_BA
from network.supply import SupplyModel
from network.waypoints import Points
from network.ways import Route

_STEP_M = 1e-6
"""Added to every step, so that none is free and fewer steps win among equals."""


@dataclass(frozen=True)
class PipePlace:
    """A place on a pipe."""

    pipe: int
    offset_m: float


@dataclass(frozen=True)
class NodePlace:
    """A junction, by node row."""

    node: int


Place = PipePlace | NodePlace


@dataclass(frozen=True, eq=False)
class Traced:
    """What a trace reaches.

    Attributes:
        parts: Stretches of pipe, in table order.
        devices: Shape (k,), devices through which water passes on the way, ascending.
        sources: Shape (k,), sources reached, ascending.
    """

    parts: PipeParts
    devices: Int32
    sources: Int32


@dataclass(frozen=True, eq=False)
class TraceGraph:
    """A city's stretches and devices as steps between points, with the direction of supply.

    Attributes:
        tail, head: Shape (steps,), points. The first ``parts`` steps run along the parts of pipes, the next
            ``links`` across devices, the rest between sources and their legs.
        length_m: Shape (steps,).
        ahead, back: Shape (steps,), whether customers can be supplied from tail to head, and from head to tail.
        flows: Shape (parts,), 1 where water runs from tail to head, -1 where back, 0 where none or unknown.
    """

    model: SupplyModel
    count: int
    tail: Int64
    head: Int64
    length_m: Float64
    ahead: Bool
    back: Bool
    flows: Int8

    @property
    def parts(self) -> int:
        """How many of the steps are parts of pipes."""
        return self.model.structure.segmentation.parts

    @cached_property
    def spans(self) -> PipeParts:
        """The parts, by step."""
        return self.model.structure.segmentation.part_spans(np.arange(self.parts))

    def device_of(self, steps: NDArray[np.integer]) -> Int32:
        """Device row of those of *steps* that cross one."""
        links = self.model.structure.links
        crossing = steps[(steps >= self.parts) & (steps < self.parts + len(links))]
        found: Int32 = links.device[crossing - self.parts]
        return found

    def source_of(self, steps: NDArray[np.integer]) -> Int32:
        """Source row of those of *steps* that join one to its legs."""
        first = self.parts + len(self.model.structure.links)
        points = self.tail[steps[steps >= first]]
        return np.unique(points - Points(self.model.structure.segmentation).source(0)).astype(np.int32)


def trace_graph(model: SupplyModel, flow_m3_s: Float64 | None = None) -> TraceGraph:
    """Make a city ready for traces. Whole city: about a second for a million pipes.

    Args:
        model: The city under its present states.
        flow_m3_s: Shape (pipes,), from from_node to to_node, where hydraulics has them.
    """
    structure = model.structure
    segmentation, links = structure.segmentation, structure.links
    points = Points(segmentation)
    start, end = points.of_parts(np.arange(segmentation.parts))
    spans = segmentation.part_spans(np.arange(segmentation.parts))
    side_a, side_b = _device_points(model, points)
    source, leg, tank = _source_steps(model, points)
    both = np.ones(len(start), dtype=np.bool_)
    tail = np.concatenate([start, side_a, source])
    head = np.concatenate([end, side_b, leg])
    length_m = np.concatenate([spans.end_m - spans.start_m, np.zeros(len(side_a) + len(source))])
    ahead = np.concatenate([both, (model.bits & SUPPLY_AB) > 0, np.ones(len(source), dtype=np.bool_)])
    back = np.concatenate([both, (model.bits & SUPPLY_BA) > 0, tank])
    blank = TraceGraph(model, points.goal, tail, head, length_m, ahead, back, np.zeros(len(links), dtype=np.int8))
    flows = _away_from_sources(blank, points)
    if flow_m3_s is not None:
        known = np.nan_to_num(flow_m3_s)[spans.pipe]
        flows = np.where(known != 0.0, np.sign(known), flows).astype(np.int8)
    return TraceGraph(model, points.goal, tail, head, length_m, ahead, back, flows)


def _device_points(model: SupplyModel, points: Points) -> tuple[Int64, Int64]:
    """Points on side a and side b of each link."""
    segmentation, device = model.structure.segmentation, model.structure.links.device
    cut = segmentation.cut_of_device[device].astype(np.int64)
    first = len(segmentation.vertex_segment)
    side_a, side_b = first + 2 * cut, first + 2 * cut + 1
    for at in np.flatnonzero(cut < 0).tolist():
        side_a[at], side_b[at] = points.of_device(int(device[at]))
    return side_a, side_b


def _source_steps(model: SupplyModel, points: Points) -> tuple[Int64, Int64, Bool]:
    """From each source to its legs, and whether water may also go back in (tanks)."""
    sources = model.structure.network.sources
    owner: list[int] = []
    leg: list[int] = []
    for row in range(len(sources)):
        legs = points.source_legs(row, int(sources.node[row]))
        owner += [row] * len(legs)
        leg += legs
    rows = np.array(owner, dtype=np.int64)
    return rows + points.source(0), np.array(leg, dtype=np.int64), sources.kind[rows] == SourceKind.TANK


def _away_from_sources(graph: TraceGraph, points: Points) -> Int8:
    """Direction of each part by the distance of its ends from the plants and reservoirs."""
    roots = np.flatnonzero(graph.model.structure.is_root) + points.source(0)
    if not len(roots):
        return np.zeros(graph.parts, dtype=np.int8)
    far_m = dijkstra(_matrix(graph, graph.ahead, graph.back), indices=roots, min_only=True)
    tail_m, head_m = far_m[graph.tail[: graph.parts]], far_m[graph.head[: graph.parts]]
    reached = np.isfinite(tail_m)
    rise_m = np.subtract(head_m, tail_m, out=np.zeros(graph.parts), where=reached)
    return np.sign(rise_m).astype(np.int8)


def _matrix(graph: TraceGraph, ahead: Bool, back: Bool) -> csr_array[np.float64]:
    """Directed lengths; of several steps between two points the shortest."""
    tail = np.concatenate([graph.tail[ahead], graph.head[back]])
    head = np.concatenate([graph.head[ahead], graph.tail[back]])
    length_m = np.concatenate([graph.length_m[ahead], graph.length_m[back]]) + _STEP_M
    order = np.lexsort((length_m, head, tail))
    tail, head, length_m = tail[order], head[order], length_m[order]
    first = np.append(True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1]))[: len(order)]
    return csr_array((length_m[first], (tail[first], head[first])), shape=(graph.count, graph.count))


def downstream(graph: TraceGraph, place: Place) -> Traced:
    """Everything to which the water at *place* goes on."""
    return _traced(graph, place, downwards=True)


def upstream(graph: TraceGraph, place: Place) -> Traced:
    """Everything through which the water at *place* may have come, up to its sources."""
    return _traced(graph, place, downwards=False)


def _traced(graph: TraceGraph, place: Place, *, downwards: bool) -> Traced:
    tail, head, step = _directed(graph)
    if not downwards:
        tail, head = head, tail
    begins, own = _begins(graph, place, downwards=downwards)
    matrix = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(graph.count, graph.count))
    seen = np.zeros(graph.count, dtype=np.bool_)
    for point in begins:
        seen[breadth_first_order(matrix, point, directed=True, return_predecessors=False)] = True
    steps = np.unique(step[seen[tail] & seen[head]])
    along = steps[steps < graph.parts]
    spans = graph.spans
    pipe = np.concatenate([spans.pipe[along], own.pipe])
    start_m = np.concatenate([spans.start_m[along], own.start_m])
    end_m = np.concatenate([spans.end_m[along], own.end_m])
    order = np.lexsort((start_m, pipe))
    parts = PipeParts(pipe[order].astype(np.int32), start_m[order], end_m[order])
    return Traced(parts, np.unique(graph.device_of(steps)), graph.source_of(steps))


def _directed(graph: TraceGraph) -> tuple[Int64, Int64, Int64]:
    """Steps in the direction of supply: tails, heads, and which step each is."""
    ahead, back = graph.ahead.copy(), graph.back.copy()
    ahead[: graph.parts] = graph.flows > 0
    back[: graph.parts] = graph.flows < 0
    tail = np.concatenate([graph.tail[ahead], graph.head[back]])
    head = np.concatenate([graph.head[ahead], graph.tail[back]])
    return tail, head, np.concatenate([np.flatnonzero(ahead), np.flatnonzero(back)])


def _begins(graph: TraceGraph, place: Place, *, downwards: bool) -> tuple[list[int], PipeParts]:
    """Points from which a trace goes on, and the stretches between *place* and them."""
    segmentation = graph.model.structure.segmentation
    if isinstance(place, NodePlace):
        return [int(vertex) for vertex in segmentation.vertices_at(place.node)], PipeParts()
    _, parts = segmentation.parts_at(np.array([place.pipe]), np.array([place.offset_m]))
    begins, pieces = [], []
    for part in parts.tolist():
        way = int(graph.flows[part])
        if way == 0:
            continue
        towards_head = (way > 0) == downwards
        begins.append(int((graph.head if towards_head else graph.tail)[part]))
        low_m, high_m = float(graph.spans.start_m[part]), float(graph.spans.end_m[part])
        at_m = min(max(place.offset_m, low_m), high_m)
        pieces.append((at_m, high_m) if towards_head else (low_m, at_m))
    kept = [(low, high) for low, high in pieces if high > low]
    rows = np.full(len(kept), place.pipe, dtype=np.int32)
    return begins, PipeParts(rows, np.array([low for low, _ in kept]), np.array([high for _, high in kept]))


def shortest_route(graph: TraceGraph, start: Place, goal: Place) -> Route | None:
    """The shortest way along pipes between two places, whatever stands on it and however it is set.

    Returns:
        None where no pipe joins them.
    """
    first, last = graph.count, graph.count + 1
    ends = [*_ties(graph, start, first), *_ties(graph, goal, last), *_between(start, goal, first, last)]
    tied = np.array([(one, other, pipe) for one, other, pipe, _, _ in ends], dtype=np.int64).reshape(-1, 3)
    low_m = np.array([at[3] for at in ends])
    high_m = np.array([at[4] for at in ends])
    spans = graph.spans
    rest = len(graph.tail) - graph.parts
    none, zero = np.full(rest, NO_INDEX, dtype=np.int64), np.zeros(rest)
    tail, head = np.concatenate([graph.tail, tied[:, 0]]), np.concatenate([graph.head, tied[:, 1]])
    pipe = np.concatenate([spans.pipe.astype(np.int64), none, tied[:, 2]])
    from_m, to_m = np.concatenate([spans.start_m, zero, low_m]), np.concatenate([spans.end_m, zero, high_m])
    weight = np.abs(to_m - from_m) + _STEP_M
    order = np.lexsort((weight, np.maximum(tail, head), np.minimum(tail, head)))
    low, high = np.minimum(tail, head)[order], np.maximum(tail, head)[order]
    fresh = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1]))
    step = order[fresh]
    low, high = low[fresh], high[fresh]
    size = graph.count + 2
    matrix = csr_array((weight[step], (low, high)), shape=(size, size))
    before = dijkstra(matrix, directed=False, indices=[first], return_predecessors=True)[1][0]
    if before[last] < 0:
        return None
    way = [last]
    while way[-1] != first:
        way.append(int(before[way[-1]]))
    points = np.array(way[::-1], dtype=np.int64)
    codes = np.minimum(points[:-1], points[1:]) * size + np.maximum(points[:-1], points[1:])
    taken = step[np.searchsorted(low * size + high, codes)]
    against = tail[taken] != points[:-1]
    begin_m = np.where(against, to_m[taken], from_m[taken])
    finish_m = np.where(against, from_m[taken], to_m[taken])
    return _route(graph, taken, pipe[taken], begin_m, finish_m)


def _route(graph: TraceGraph, taken: Int64, pipe: Int64, begin_m: Float64, finish_m: Float64) -> Route:
    run_m = np.cumsum(np.abs(finish_m - begin_m))
    links = graph.model.structure.links
    crossing = (taken >= graph.parts) & (taken < graph.parts + len(links))
    wet = (pipe >= 0) & (begin_m != finish_m)
    return Route(
        pipe=pipe[wet].astype(np.int32),
        from_m=begin_m[wet],
        to_m=finish_m[wet],
        devices=tuple(links.device[taken[crossing] - graph.parts].tolist()),
        device_at_m=run_m[crossing],
    )


_Tie = tuple[int, int, int, float, float]
"""Two points, the pipe between them or -1, and the measures on it."""


def _ties(graph: TraceGraph, place: Place, point: int) -> list[_Tie]:
    """From a place to the points around it."""
    segmentation = graph.model.structure.segmentation
    if isinstance(place, NodePlace):
        return [(point, int(vertex), NO_INDEX, 0.0, 0.0) for vertex in segmentation.vertices_at(place.node)]
    _, parts = segmentation.parts_at(np.array([place.pipe]), np.array([place.offset_m]))
    ties = []
    for part in parts.tolist():
        low_m, high_m = float(graph.spans.start_m[part]), float(graph.spans.end_m[part])
        at_m = min(max(place.offset_m, low_m), high_m)
        ties.append((point, int(graph.tail[part]), place.pipe, at_m, low_m))
        ties.append((point, int(graph.head[part]), place.pipe, at_m, high_m))
    return ties


def _between(start: Place, goal: Place, first: int, last: int) -> list[_Tie]:
    """Both places on one pipe: straight along it."""
    if isinstance(start, PipePlace) and isinstance(goal, PipePlace) and start.pipe == goal.pipe:
        return [(first, last, start.pipe, start.offset_m, goal.offset_m)]
    return []
