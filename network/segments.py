"""Segments: the smallest portions of a network that its devices can part (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from network.answers import PipeParts
from network.columns import NO_INDEX, Bool, Float64, Int32, Int64, Ragged
from network.grouping import adjacency, grouped, ranges
from network.placing import Placement, place_cuts
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
        split: By split node, the vertices of its legs in the order of ``placement.legs``, then those between devices.
        part_segment: Shape (parts,).
        source_legs: By source, the segments that it feeds.
        pipe_length_m: Shape (pipes,).
        devices: How many devices the network has.
    """

    placement: Placement
    count: int
    from_vertex: Int32
    to_vertex: Int32
    vertex_segment: Int32
    split: Mapping[int, tuple[int, ...]]
    part_segment: Int32
    source_legs: Ragged
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
        for device, ends in self.between_ends.items():
            sides[:, device] = self.vertex_segment[list(ends)]
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
        return np.unique(self.vertex_segment[list(self.split.get(node, (node,)))])

    def at_place(self, pipe: int, offset_m: float) -> Int32:
        """Segments at a place on *pipe*: one, or every side of the devices within 1 mm of it."""
        sides = [self.part_segment[self.parts_at(np.array([pipe]), np.array([offset_m]))[1]]]
        ends = ((offset_m, self.from_vertex), (float(self.pipe_length_m[pipe]) - offset_m, self.to_vertex))
        for distance_m, vertices in ends:
            if distance_m <= SAME_PLACE_M:
                sides.append(self.vertex_segment[list(self.between_sides.get(int(vertices[pipe]), ()))])
        return np.unique(np.concatenate(sides))

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
    def between_ends(self) -> Mapping[int, tuple[int, int]]:
        """By device between two legs, the vertices on its side a and side b."""
        return {
            device: ends
            for place in self.placement.between
            for device, ends in zip(place.devices, _pairs_between(self.split[place.node]), strict=True)
        }

    @cached_property
    def between_sides(self) -> Mapping[int, tuple[int, ...]]:
        """By vertex of a junction with a device between its two legs, all vertices of that junction."""
        places = (self.split[place.node] for place in self.placement.between)
        return {vertex: vertices for vertices in places for vertex in vertices}


def find_segments(network: Network) -> Segmentation:
    """Segments of the whole *network*, in time proportional to its size."""
    placement = place_cuts(network)
    split, vertices = _split_vertices(network, placement)
    from_vertex, to_vertex = _end_vertices(network, placement, split)
    labels, vertex_segment = _joined(placement, from_vertex, to_vertex, vertices)
    part_segment, count = _part_segments(placement, vertex_segment, from_vertex, to_vertex, labels)
    return Segmentation(
        placement=placement,
        count=count,
        from_vertex=from_vertex,
        to_vertex=to_vertex,
        vertex_segment=vertex_segment,
        split=split,
        part_segment=part_segment,
        source_legs=_source_legs(network, placement, part_segment, vertex_segment, split),
        pipe_length_m=network.pipes.length_m,
        devices=len(network.devices),
    )


def _split_vertices(network: Network, placement: Placement) -> tuple[dict[int, tuple[int, ...]], int]:
    """Vertices of junctions that are more than one, and how many vertices there are in all."""
    split: dict[int, tuple[int, ...]] = {}
    vertices = len(network.nodes)
    more = {place.node: len(place.devices) - 1 for place in placement.between}
    more.update(dict.fromkeys(network.sources.node[network.sources.node >= 0].tolist(), 0))
    for node in sorted(more):
        first, last = placement.legs.rows(node)
        if last > first:
            extra = last - first - 1 + more[node]
            split[node] = (node, *range(vertices, vertices + extra))
            vertices += extra
    return split, vertices


def _end_vertices(network: Network, placement: Placement, split: Mapping[int, tuple[int, ...]]) -> tuple[Int32, Int32]:
    from_vertex, to_vertex = network.pipes.from_node, network.pipes.to_node
    if not split:
        return from_vertex, to_vertex
    from_vertex, to_vertex = from_vertex.copy(), to_vertex.copy()
    for node, vertices in split.items():
        for (pipe, at_end), vertex in zip(placement.legs.of(node), vertices, strict=False):
            (to_vertex if at_end else from_vertex)[pipe] = vertex
    return from_vertex, to_vertex


def _joined(placement: Placement, from_vertex: Int32, to_vertex: Int32, vertices: int) -> tuple[int, Int32]:
    """Vertices joined by pipes that nothing cuts: how many groups, and the group of each, shape (vertices,)."""
    if not vertices:
        return 0, np.empty(0, dtype=np.int32)
    if len(placement.cuts):
        whole = np.ones(len(from_vertex), dtype=np.bool_)
        whole[placement.cuts.pipe] = False
        uncut = np.flatnonzero(whole)
        from_vertex, to_vertex = from_vertex[uncut], to_vertex[uncut]
    groups, labels = connected_components(adjacency(from_vertex, to_vertex, vertices), directed=False)
    return int(groups), labels


def _part_segments(
    placement: Placement, vertex_segment: Int32, from_vertex: Int32, to_vertex: Int32, groups: int
) -> tuple[Int32, int]:
    """Segment of every part, and how many segments; parts between two cuts of one pipe are segments of their own."""
    pipe = placement.cuts.pipe
    behind = vertex_segment[to_vertex[pipe]]
    inner = np.flatnonzero(pipe[1:] == pipe[:-1])
    behind[inner] = np.arange(groups, groups + len(inner))
    return np.concatenate([vertex_segment[from_vertex], behind]), groups + len(inner)


def _is_first(pipe: Int32) -> Bool:
    """Whether each of the grouped *pipe* differs from the one before it."""
    first = np.ones(len(pipe), dtype=np.bool_)
    np.not_equal(pipe[1:], pipe[:-1], out=first[1:])
    return first


def _pairs_between(vertices: tuple[int, ...]) -> list[tuple[int, int]]:
    """Vertices on both sides of each device between two legs, from the first leg to the second."""
    first, second, *middle = vertices
    return list(pairwise([first, *middle, second]))


def _source_legs(
    network: Network,
    placement: Placement,
    part_segment: Int32,
    vertex_segment: Int32,
    split: Mapping[int, tuple[int, ...]],
) -> Ragged:
    fed: list[list[int]] = [
        vertex_segment[list(split.get(node, ()))].tolist() for node in network.sources.node.tolist()
    ]
    for cut in np.flatnonzero(placement.cuts.cutter >= len(network.devices)).tolist():
        pipe = int(placement.cuts.pipe[cut])
        behind = len(network.pipes) + cut
        before = behind - 1 if cut and placement.cuts.pipe[cut - 1] == pipe else pipe
        fed[int(placement.cuts.cutter[cut]) - len(network.devices)] = part_segment[[before, behind]].tolist()
    offsets = np.concatenate([[0], np.cumsum([len(segments) for segments in fed])]).astype(np.int64)
    return Ragged(offsets, np.array([segment for segments in fed for segment in segments], dtype=np.int32))
