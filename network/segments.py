"""Segments: the smallest portions of a network that its devices can part (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from network.answers import PipeParts
from network.columns import NO_INDEX, Bool, Float64, Int32, Int64, Ragged
from network.grouping import adjacency, grouped, ranges
from network.placing import BetweenLegs, Placement, place_cuts
from network.series import SAME_PLACE_M
from network.topology import Network


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Segments of a network, and what meets at each device.

    *Parts*: a pipe with k cuts has k + 1 of them. Part i is the first of pipe i; part ``pipes + j`` begins at cut j.
    Where a device stands on a leg, the outermost part has no length: it is the junction's side of the device.

    *Vertices* are the junctions, by node row, and more: a junction that carries a source, or a device between its
    two legs, has one vertex a leg.

    Attributes:
        placement: Where everything cuts.
        count: How many segments there are.
        from_vertex, to_vertex: Shape (pipes,), vertices at which the pipes end.
        vertex_segment: Shape (vertices,).
        leg_vertex: Shape (legs,), vertex at each of ``placement.legs``.
        between_a, between_b: Shape (k,), vertices on both sides of each of ``placement.between``.
        part_segment: Shape (parts,).
        pipe_length_m: Shape (pipes,).
        devices: How many devices the network has.
    """

    placement: Placement
    count: int
    from_vertex: Int32
    to_vertex: Int32
    vertex_segment: Int32
    leg_vertex: Int32
    between_a: Int32
    between_b: Int32
    part_segment: Int32
    pipe_length_m: Float64
    devices: int

    @property
    def side_a(self) -> Int32:
        """Shape (devices,), segment before each cutting device; see :attr:`sides`."""
        before: Int32 = self.sides[0]
        return before

    @property
    def side_b(self) -> Int32:
        """Shape (devices,), segment behind each cutting device; see :attr:`sides`."""
        behind: Int32 = self.sides[1]
        return behind

    @cached_property
    def sides(self) -> Int32:
        """Shape (2, devices), segments before and behind each device in the direction in which its pipe is stored.

        Between two legs: from the first to the second. -1 for a device that does not cut; duplicates have the sides of
        the device that stands for them.
        """
        sides = np.full((2, self.devices), NO_INDEX, dtype=np.int32)
        cuts = self.placement.cuts
        behind = np.arange(len(self.from_vertex), self.parts)
        before = np.where(_is_first(cuts.pipe), cuts.pipe, behind - 1)
        rows = np.flatnonzero(cuts.cutter < self.devices)
        sides[0][cuts.cutter[rows]] = self.part_segment[before[rows]]
        sides[1][cuts.cutter[rows]] = self.part_segment[behind[rows]]
        sides[0][self.placement.between.device] = self.vertex_segment[self.between_a]
        sides[1][self.placement.between.device] = self.vertex_segment[self.between_b]
        for duplicate, device in self.placement.stands_for.items():
            sides[:, duplicate] = sides[:, device]
        return sides

    @cached_property
    def parts_of(self) -> Ragged:
        """By segment, its parts, ascending."""
        return grouped(self.part_segment, self.count)

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return len(self.part_segment)

    def pipe_of(self, parts: NDArray[np.integer]) -> Int32:
        """Pipe of each of *parts*."""
        pipes = len(self.from_vertex)
        pipe = parts.astype(np.int32)
        behind = parts >= pipes
        pipe[behind] = self.placement.cuts.pipe[parts[behind] - pipes]
        return pipe

    def next_cut(self, parts: NDArray[np.integer], pipe: Int32) -> tuple[Int64, Bool]:
        """The cut at the end of each of *parts*, and whether there is one; *pipe* holds their pipes."""
        pipes, offsets = len(self.from_vertex), self.placement.offsets
        cut = np.where(parts < pipes, offsets[pipe], parts - pipes + 1).astype(np.int64)
        return cut, cut < offsets[pipe + 1]

    def part_spans(self, parts: NDArray[np.integer]) -> PipeParts:
        """Where *parts* lie, in their order, those without length too."""
        pipe, measure_m = self.pipe_of(parts), self.placement.cuts.measure_m
        start_m, end_m = np.zeros(len(parts)), self.pipe_length_m[pipe]
        behind = parts >= len(self.from_vertex)
        start_m[behind] = measure_m[parts[behind] - len(self.from_vertex)]
        cut, ends = self.next_cut(parts, pipe)
        end_m[ends] = measure_m[cut[ends]]
        return PipeParts(pipe, start_m, end_m)

    def parts_of_pipe(self, pipe: int) -> Int64:
        """Parts of *pipe*, along it."""
        first, last = self.placement.offsets[pipe : pipe + 2].tolist()
        return np.append(np.int64(pipe), np.arange(first, last) + len(self.from_vertex))

    def stretches(self, segments: NDArray[np.integer]) -> PipeParts:
        """Parts of *segments* that have length; a pipe recorded without length counts with its whole."""
        spans = self.part_spans(self.parts_of.gather(segments))
        has_length = np.flatnonzero((spans.end_m > spans.start_m) | (self.pipe_length_m[spans.pipe] <= 0.0))
        order = has_length[np.lexsort((spans.start_m[has_length], spans.pipe[has_length]))]
        return PipeParts(spans.pipe[order], spans.start_m[order], spans.end_m[order])

    def at_node(self, node: int) -> Int32:
        """Segments that meet at *node*: one, or every side of a source or device that stands there."""
        return np.unique(self.vertex_segment[self.vertices_at(node)])

    def vertices_at(self, node: int) -> Int32:
        """Vertices of *node*: itself, or those of its legs and those between its devices; ascending."""
        first, last = self.placement.legs.rows(node)
        if first == last:
            return np.array([node], dtype=np.int32)
        low, high = self.placement.between.rows(np.array(node))
        return np.unique(
            np.concatenate([self.leg_vertex[first:last], self.between_a[low:high], self.between_b[low:high]])
        )

    def at_place(self, pipe: int, offset_m: float) -> Int32:
        """Segments at a place on *pipe*: one, or every side of the devices within 1 mm of it."""
        parts = self.parts_at(np.array([pipe]), np.array([offset_m]))[1]
        between = self.between_vertices(self.parted_at(pipe, offset_m))[1]
        return np.unique(np.concatenate([self.part_segment[parts], self.vertex_segment[between]]))

    def parted_at(self, pipe: int, offset_m: float) -> Int32:
        """Junctions within 1 mm of a place on *pipe* between whose two legs devices stand."""
        pipes = self.placement.network.pipes
        ends = np.array([pipes.from_node[pipe], pipes.to_node[pipe]], dtype=np.int32)
        near = np.array([offset_m, float(self.pipe_length_m[pipe]) - offset_m]) <= SAME_PLACE_M
        first, last = self.placement.between.rows(ends)
        return np.unique(ends[near & (last > first)])

    def between_vertices(self, node: NDArray[np.integer]) -> tuple[Int64, Int32]:
        """Vertices around the devices that stand between the two legs of each *node*.

        Returns:
            Positions in *node*, and for each a vertex; none for a node without such a device.
        """
        first, last = self.placement.between.rows(node)
        rows, place = ranges(first, last), np.repeat(np.arange(len(node)), last - first)
        return np.tile(place, 2), np.concatenate([self.between_a[rows], self.between_b[rows]])

    def parts_at(self, pipe: NDArray[np.integer], offset_m: Float64) -> tuple[Int64, Int64]:
        """Parts that meet each place; more than one within 1 mm of a device on the pipe.

        Returns:
            Positions in *pipe*, ascending, and for each a part.
        """
        before, upto = (self._cuts_before(pipe, offset_m + shift) for shift in (-SAME_PLACE_M, SAME_PLACE_M))
        place = np.repeat(np.arange(len(pipe)), upto - before + 1)
        behind, row = ranges(before, upto + 1), pipe[place]
        parts = np.where(behind > 0, len(self.from_vertex) + self.placement.offsets[row] + behind - 1, row)
        return place, parts.astype(np.int64)

    def _cuts_before(self, pipe: NDArray[np.integer], measure_m: Float64) -> NDArray[np.integer]:
        """How many cuts of each pipe stand before a measure on it."""
        offsets, cut_m = self.placement.offsets, self.placement.cuts.measure_m
        counts = np.zeros(len(pipe), dtype=np.int64)
        waiting = np.flatnonzero(offsets[pipe + 1] > offsets[pipe])
        while len(waiting):
            row = pipe[waiting]
            cut = offsets[row] + counts[waiting]
            passed = cut_m[cut] < measure_m[waiting]
            waiting, row, cut = waiting[passed], row[passed], cut[passed]
            counts[waiting] += 1
            waiting = waiting[cut + 1 < offsets[row + 1]]
        return counts

    @cached_property
    def cut_of_device(self) -> Int32:
        """Shape (devices,), the cut that each device makes, -1 for one that makes none or stands between two legs."""
        cutters = self.placement.cuts.cutter
        cuts = np.flatnonzero(cutters < self.devices)
        found = np.full(self.devices, NO_INDEX, dtype=np.int32)
        found[cutters[cuts]] = cuts
        return found

    @cached_property
    def source_legs(self) -> Ragged:
        """By source, the segments that it feeds."""
        network, cuts = self.placement.network, self.placement.cuts
        fed = [
            self.vertex_segment[self.leg_vertex[slice(*self.placement.legs.rows(node))]]
            for node in network.sources.node
        ]
        for cut in np.flatnonzero(cuts.cutter >= self.devices).tolist():
            pipe = int(cuts.pipe[cut])
            behind = len(network.pipes) + cut
            before = behind - 1 if cut and cuts.pipe[cut - 1] == pipe else pipe
            fed[int(cuts.cutter[cut]) - self.devices] = self.part_segment[[before, behind]]
        offsets = np.concatenate([[0], np.cumsum([len(segments) for segments in fed])]).astype(np.int64)
        return Ragged(offsets, np.concatenate([np.empty(0, dtype=np.int32), *fed]))


def find_segments(network: Network) -> Segmentation:
    """Segments of the whole *network*, in time proportional to its size."""
    placement = place_cuts(network)
    leg_vertex, vertices = _leg_vertices(network, placement)
    between_a, between_b, vertices = _between_vertices(placement.between, leg_vertex, vertices)
    from_vertex, to_vertex = _end_vertices(network, placement, leg_vertex)
    labels, vertex_segment = _joined(placement, from_vertex, to_vertex, vertices)
    part_segment, count = _part_segments(placement, vertex_segment, from_vertex, to_vertex, labels)
    return Segmentation(
        placement=placement,
        count=count,
        from_vertex=from_vertex,
        to_vertex=to_vertex,
        vertex_segment=vertex_segment,
        leg_vertex=leg_vertex,
        between_a=between_a,
        between_b=between_b,
        part_segment=part_segment,
        pipe_length_m=network.pipes.length_m,
        devices=len(network.devices),
    )


def _leg_vertices(network: Network, placement: Placement) -> tuple[Int32, int]:
    """Vertex of each leg, one for each where a junction is split, and how many vertices there are by now."""
    legs, vertices = placement.legs, len(network.nodes)
    parted = np.concatenate([network.sources.node, placement.between.node])
    further = np.flatnonzero(np.isin(legs.node, parted) & ~_is_first(legs.node))
    leg_vertex = legs.node.copy()
    leg_vertex[further] = np.arange(vertices, vertices + len(further))
    return leg_vertex, vertices + len(further)


def _between_vertices(between: BetweenLegs, leg_vertex: Int32, vertices: int) -> tuple[Int32, Int32, int]:
    """Vertices on both sides of each device between two legs; those in series have one of their own between them."""
    side_a, side_b = leg_vertex[between.leg], leg_vertex[between.leg + 1]
    middle = np.flatnonzero(between.node[1:] == between.node[:-1])
    side_b[middle] = side_a[middle + 1] = np.arange(vertices, vertices + len(middle))
    return side_a, side_b, vertices + len(middle)


def _end_vertices(network: Network, placement: Placement, leg_vertex: Int32) -> tuple[Int32, Int32]:
    legs = placement.legs
    from_vertex, to_vertex = network.pipes.from_node, network.pipes.to_node
    if len(legs.node):
        from_vertex, to_vertex = from_vertex.copy(), to_vertex.copy()
        from_vertex[legs.pipe[~legs.at_end]] = leg_vertex[~legs.at_end]
        to_vertex[legs.pipe[legs.at_end]] = leg_vertex[legs.at_end]
    return from_vertex, to_vertex


def _joined(placement: Placement, from_vertex: Int32, to_vertex: Int32, vertices: int) -> tuple[int, Int32]:
    """Vertices joined by pipes that nothing cuts: how many groups, and the group of each, shape (vertices,)."""
    if not vertices:
        return 0, np.empty(0, dtype=np.int32)
    if len(placement.cuts):
        whole = np.ones(len(from_vertex), dtype=np.bool_)
        whole[placement.cuts.pipe] = False
        from_vertex, to_vertex = from_vertex.compress(whole), to_vertex.compress(whole)
    # Nothing asks for the weights here: a column that is there already spares the memory for ones.
    graph = adjacency(from_vertex, to_vertex, vertices, placement.network.pipes.length_m[: len(from_vertex)])
    del from_vertex, to_vertex
    groups, labels = connected_components(graph, directed=False)
    return int(groups), labels


def _part_segments(
    placement: Placement, vertex_segment: Int32, from_vertex: Int32, to_vertex: Int32, groups: int
) -> tuple[Int32, int]:
    """Segment of every part, and how many segments; parts between two cuts of one pipe are segments of their own."""
    pipe, pipes = placement.cuts.pipe, len(from_vertex)
    segment = np.empty(pipes + len(pipe), dtype=np.int32)
    segment[:pipes] = vertex_segment[from_vertex]
    behind = segment[pipes:]
    behind[:] = vertex_segment[to_vertex[pipe]]
    inner = np.flatnonzero(pipe[1:] == pipe[:-1])
    behind[inner] = np.arange(groups, groups + len(inner))
    return segment, groups + len(inner)


def _is_first(pipe: Int32) -> Bool:
    """Whether each of the grouped *pipe* differs from the one before it."""
    first = np.ones(len(pipe), dtype=np.bool_)
    np.not_equal(pipe[1:], pipe[:-1], out=first[1:])
    return first
