"""Where water stands and flows: the points and pieces of a hydraulic model, from segments and what is wet.

A *point* is everything that has one head: junctions, device sides and sources joined by open gates and by stretches too
short for friction. A *piece* is a stretch of one pipe between points. Only what topology calls wet is laid out: who is
out of water is never left to EPANET, which keeps every pipe full.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from network.assets import DeviceKind, PipeTable
from network.columns import Bool, Float64, Int8, Int32, Int64
from network.grouping import adjacency
from network.passage import SUPPLY_AB, SUPPLY_BA
from network.segments import Segmentation
from network.supply import SupplyModel

SHORTEST_M = 0.01
"""Shorter stretches have no friction worth a link; imported valves and pumps are drawn with a few millimetres."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Stretches of pipe, ascending by pipe and along it.

    Attributes:
        pipe, start_m, end_m: Shape (k,).
        start, end: Shape (k,), points.
        wet: Shape (k,).
        check: Shape (k,), 1 where water passes only from start to end, -1 only from end to start, else 0.
        offsets: Shape (pipes + 1,).
    """

    pipe: Int32
    start_m: Float64
    end_m: Float64
    start: Int64
    end: Int64
    wet: Bool
    check: Int8
    offsets: Int64

    def at(self, pipe: Int32, offset_m: Float64) -> Int64:
        """The piece at each place; *pipe* must not hold -1."""
        last = self.offsets[pipe + 1] - 1
        found = self.offsets[pipe].copy()
        waiting = np.flatnonzero(found < last)
        while len(waiting):
            waiting = waiting[offset_m[waiting] > self.end_m[found[waiting]]]
            found[waiting] += 1
            waiting = waiting[found[waiting] < last[waiting]]
        return found


@dataclass(frozen=True, eq=False)
class OneWay:
    """One-way devices between two points, in the direction of supply.

    Attributes:
        device: Shape (k,), rows.
        tail, head: Shape (k,), points.
        from_tank: Shape (k,), pumps that draw from a tank of their own because nothing else feeds them.
    """

    device: Int32
    tail: Int64
    head: Int64
    from_tank: Bool


@dataclass(frozen=True, eq=False)
class Layout:
    """Points and what joins them.

    Attributes:
        points: How many.
        node_point: Shape (nodes,), -1 where dry.
        source_point: Shape (sources,), -1 where stopped, or where it feeds nothing.
    """

    points: int
    pieces: Pieces
    one_way: OneWay
    node_point: Int64
    source_point: Int64


@dataclass(frozen=True, eq=False)
class _Raw:
    """Numbers of points before they are joined: vertices, then both sides of each cut, then sources."""

    segmentation: Segmentation
    vertices: int
    cuts: int

    def before(self, cut: Int64) -> Int64:
        return self.vertices + 2 * cut

    def behind(self, cut: Int64) -> Int64:
        return self.vertices + 2 * cut + 1

    def source(self, source: Int64) -> Int64:
        return self.vertices + 2 * self.cuts + source

    def sides(self) -> tuple[Int32, Int32]:
        """Segments before and behind every cut."""
        segmentation = self.segmentation
        cuts = segmentation.placement.cuts
        pipes = len(segmentation.from_vertex)
        behind = np.arange(self.cuts) + pipes
        first = np.ones(self.cuts, dtype=np.bool_)
        np.not_equal(cuts.pipe[1:], cuts.pipe[:-1], out=first[1:])
        return (
            segmentation.part_segment[np.where(first, cuts.pipe, behind - 1)],
            segmentation.part_segment[behind],
        )


@dataclass(frozen=True, eq=False)
class _Gates:
    """What the device of each cut, or between two legs, does: its points, and which way it supplies."""

    device: Int32
    side_a: Int64
    side_b: Int64
    wet_a: Bool
    wet_b: Bool
    ahead: Bool
    back: Bool
    cut: Int64

    @property
    def joins(self) -> Bool:
        """Open both ways, with water on both sides."""
        joins: Bool = self.ahead & self.back & self.wet_a & self.wet_b
        return joins

    @property
    def one_way(self) -> Int64:
        """Rows that pass water one way, and stand between wet places."""
        return np.flatnonzero((self.ahead ^ self.back) & self.wet_a & self.wet_b)


def lay_out(model: SupplyModel, wet: Bool, stopped: tuple[int, ...] = ()) -> Layout:
    """Points and pieces of *model* where *wet*.

    Args:
        model: The city.
        wet: Shape (segments,), what has water.
        stopped: Rows of sources that are shut down.
    """
    segmentation = model.structure.segmentation
    raw = _Raw(segmentation, len(segmentation.vertex_segment), len(segmentation.placement.cuts))
    gates = _gates(model, raw, wet)
    pieces, starts = _pieces(raw, wet, gates)
    checks, folded = _folded_checks(model, gates, pieces, starts)
    source_tail, source_head, source_wet = _source_joints(model, raw, wet, stopped)
    short = np.flatnonzero(pieces.wet & (pieces.end_m - pieces.start_m < SHORTEST_M) & (checks == 0))
    joined = gates.joins.copy()
    joined[folded] = True
    tail = np.concatenate([gates.side_a[joined], pieces.start[short], source_tail])
    head = np.concatenate([gates.side_b[joined], pieces.end[short], source_head])
    count = raw.vertices + 2 * raw.cuts + len(model.city.network.sources)
    points, label = _joined(tail, head, count)
    nodes = len(model.city.network.nodes)
    node_point = np.where(wet[segmentation.vertex_segment[:nodes]], label[:nodes], -1)
    source_point = np.where(source_wet, label[raw.source(np.arange(len(source_wet)))], -1)
    return Layout(
        points=int(points),
        pieces=Pieces(
            pieces.pipe,
            pieces.start_m,
            pieces.end_m,
            label[pieces.start],
            label[pieces.end],
            pieces.wet,
            checks,
            pieces.offsets,
        ),
        one_way=_one_way(model, gates, folded, label),
        node_point=node_point,
        source_point=source_point,
    )


def _joined(tail: Int64, head: Int64, count: int) -> tuple[int, Int64]:
    """How many points there are, and the point of each of *count* raw ones."""
    if not count:
        return 0, np.empty(0, dtype=np.int64)
    graph = adjacency(tail.astype(np.int32), head.astype(np.int32), count)
    points, label = connected_components(graph, directed=False)
    return int(points), label.astype(np.int64)


def _gates(model: SupplyModel, raw: _Raw, wet: Bool) -> _Gates:
    """Devices on pipes, then devices between two legs."""
    segmentation, links = raw.segmentation, model.structure.links
    placement = segmentation.placement
    cut = np.flatnonzero(placement.cuts.cutter < segmentation.devices)
    device = np.concatenate([placement.cuts.cutter[cut], placement.between.device]).astype(np.int32)
    bits = model.bits[np.searchsorted(links.device, device)]
    before, behind = raw.sides()
    segment_a = np.concatenate([before[cut], segmentation.vertex_segment[segmentation.between_a]])
    segment_b = np.concatenate([behind[cut], segmentation.vertex_segment[segmentation.between_b]])
    return _Gates(
        device=device,
        side_a=np.concatenate([raw.before(cut), segmentation.between_a]),
        side_b=np.concatenate([raw.behind(cut), segmentation.between_b]),
        wet_a=wet[segment_a],
        wet_b=wet[segment_b],
        ahead=(bits & SUPPLY_AB) > 0,
        back=(bits & SUPPLY_BA) > 0,
        cut=np.concatenate([cut, np.full(len(placement.between), -1)]),
    )


def _pieces(raw: _Raw, wet: Bool, gates: _Gates) -> tuple[Pieces, Int64]:
    """Pieces with raw points, and the piece that begins at each cut (-1 where none does)."""
    segmentation = raw.segmentation
    cuts, offsets = segmentation.placement.cuts, segmentation.placement.offsets
    pipes = len(segmentation.from_vertex)
    plain = np.zeros(raw.cuts, dtype=np.bool_)
    on_pipes = gates.cut >= 0
    # Open gates part nothing where both sides have water, nor where neither has.
    idle = gates.ahead & gates.back & (gates.wet_a == gates.wet_b)
    plain[gates.cut[on_pipes]] = idle[on_pipes]
    kept = np.flatnonzero(~plain)
    starts = np.full(raw.cuts, -1, dtype=np.int64)
    starts[kept] = cuts.pipe[kept] + 1 + np.arange(len(kept))
    kept_before = np.concatenate([[0], np.cumsum(~plain)])
    first = np.arange(pipes + 1) + kept_before[offsets]
    count = pipes + len(kept)
    pipe, start_m = np.empty(count, dtype=np.int32), np.empty(count)
    start, part = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    pipe[first[:-1]], start_m[first[:-1]] = np.arange(pipes), 0.0
    start[first[:-1]], part[first[:-1]] = segmentation.from_vertex, np.arange(pipes)
    at = starts[kept]
    pipe[at], start_m[at] = cuts.pipe[kept], cuts.measure_m[kept]
    start[at], part[at] = raw.behind(kept), kept + pipes
    end, end_m = np.empty(count, dtype=np.int64), np.empty(count)
    end[first[1:] - 1], end_m[first[1:] - 1] = segmentation.to_vertex, segmentation.pipe_length_m
    end[at - 1], end_m[at - 1] = raw.before(kept), cuts.measure_m[kept]
    held = wet[segmentation.part_segment[part]]
    none = np.zeros(count, dtype=np.int8)
    return Pieces(pipe, start_m, end_m, start, end, held, none, first), starts


def _folded_checks(model: SupplyModel, gates: _Gates, pieces: Pieces, starts: Int64) -> tuple[Int8, Int64]:
    """Check valves as a property of the pipe beside them, as EPANET has them: way of each piece, rows of gates done."""
    check = np.zeros(len(pieces.pipe), dtype=np.int8)
    long = pieces.wet & (pieces.end_m - pieces.start_m >= SHORTEST_M)
    folded = []
    kind = model.structure.network.devices.kind
    for row in gates.one_way.tolist():
        if kind[gates.device[row]] != DeviceKind.CHECK or gates.cut[row] < 0:
            continue
        behind = int(starts[gates.cut[row]])
        beside = next((piece for piece in (behind - 1, behind) if long[piece] and not check[piece]), None)
        if beside is not None:
            check[beside] = 1 if gates.ahead[row] else -1
            folded.append(row)
    return check, np.array(folded, dtype=np.int64)


def _source_joints(model: SupplyModel, raw: _Raw, wet: Bool, stopped: tuple[int, ...]) -> tuple[Int64, Int64, Bool]:
    """Joints between running sources and the wet legs or cut sides at them, and which sources have any."""
    segmentation, sources = raw.segmentation, model.city.network.sources
    placement = segmentation.placement
    tail: list[int] = []
    head: list[int] = []
    before, behind = raw.sides()
    inside = np.flatnonzero(placement.cuts.cutter >= segmentation.devices)
    cut_of = dict(zip((placement.cuts.cutter[inside] - segmentation.devices).tolist(), inside.tolist(), strict=True))
    found = np.zeros(len(sources), dtype=np.bool_)
    for source in range(len(sources)):
        if source in stopped:
            continue
        first, last = placement.legs.rows(int(sources.node[source]))
        ends = [
            (int(vertex), int(segmentation.vertex_segment[vertex])) for vertex in segmentation.leg_vertex[first:last]
        ]
        cut = cut_of.get(source)
        if cut is not None:
            at = raw.vertices + 2 * cut
            ends += [(at, int(before[cut])), (at + 1, int(behind[cut]))]
        joined = [point for point, segment in ends if wet[segment]]
        tail += [raw.vertices + 2 * raw.cuts + source] * len(joined)
        head += joined
        found[source] = bool(joined)
    return np.array(tail, dtype=np.int64), np.array(head, dtype=np.int64), found


def _one_way(model: SupplyModel, gates: _Gates, folded: Int64, label: Int64) -> OneWay:
    kind, storage_m3 = model.city.network.devices.kind, model.city.network.devices.storage_m3
    rows = np.setdiff1d(gates.one_way, folded)
    suction_wet = np.where(gates.ahead, gates.wet_a, gates.wet_b)
    discharge_wet = np.where(gates.ahead, gates.wet_b, gates.wet_a)
    own = (kind[gates.device] == DeviceKind.PUMP) & (storage_m3[gates.device] > 0.0) & (gates.ahead ^ gates.back)
    tanks = np.flatnonzero(own & ~suction_wet & discharge_wet)
    every = np.concatenate([rows, tanks])
    ahead = gates.ahead[every]
    tail, head = label[gates.side_a[every]], label[gates.side_b[every]]
    return OneWay(
        device=gates.device[every],
        tail=np.where(ahead, tail, head),
        head=np.where(ahead, head, tail),
        from_tank=np.arange(len(every)) >= len(rows),
    )


def point_elevation_m(model: SupplyModel, layout: Layout, node_elevation_m: Float64) -> Float64:
    """Ground level of each point, shape (points,): of its junction, else interpolated along its pipe."""
    level_m = np.zeros(layout.points)
    pieces, pipes = layout.pieces, model.city.network.pipes
    for point, offset_m in ((pieces.start, pieces.start_m), (pieces.end, pieces.end_m)):
        level_m[point] = between_ends_m(pipes, node_elevation_m, pieces.pipe, offset_m)
    here = layout.node_point >= 0
    level_m[layout.node_point[here]] = node_elevation_m[here]
    return level_m


def between_ends_m(pipes: PipeTable, level_m: Float64, pipe: Int32, offset_m: Float64) -> Float64:
    """*level_m* of nodes, interpolated to places on pipes."""
    start_m, end_m = level_m[pipes.from_node[pipe]], level_m[pipes.to_node[pipe]]
    whole_m = pipes.length_m[pipe]
    share = np.clip(np.divide(offset_m, whole_m, out=np.zeros(len(pipe)), where=whole_m > 0.0), 0.0, 1.0)
    between: Float64 = start_m + share * (end_m - start_m)
    return between
