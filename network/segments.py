"""Segments: the smallest portions of a network that its devices can part (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from network.answers import PipeParts
from network.columns import NO_INDEX, Float64, Int32, Ragged
from network.grouping import grouped
from network.placing import Placement, place_cuts
from network.series import SAME_PLACE_M
from network.topology import Network


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Segments of a network, and what meets at each device.

    *Parts* are numbered along the pipes: pipe i with its k cuts has k + 1 of them, from ``i + offsets[i]`` on. Where a
    device stands on a leg, the outermost part has no length: it is the junction's side of the device.

    *Vertices* are the junctions, by node row, and more: a junction that carries a source, or a device between its
    two legs, has one vertex a leg.

    Attributes:
        placement: Where everything cuts.
        count: How many segments there are.
        from_vertex, to_vertex: Shape (pipes,), vertices at which the pipes end.
        vertex_segment: Shape (vertices,).
        split: By split node, the vertices of its legs in the order of ``placement.legs``, then those between devices.
        part_pipe, part_segment: Shape (parts,).
        side_a, side_b: Shape (devices,), segment before and behind each cutting device in the direction in which its
            pipe is stored (or from the first to the second leg); -1 for one that does not cut. Duplicates have the
            sides of the device that stands for them.
        source_legs: By source, the segments that it feeds.
    """

    placement: Placement
    count: int
    from_vertex: Int32
    to_vertex: Int32
    vertex_segment: Int32
    split: Mapping[int, tuple[int, ...]]
    part_segment: Int32
    side_a: Int32
    side_b: Int32
    source_legs: Ragged
    pipe_length_m: Float64

    @cached_property
    def part_pipe(self) -> Int32:
        """Shape (parts,), pipe of each part."""
        offsets = self.placement.offsets
        return np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets) + 1)

    @cached_property
    def parts_of(self) -> Ragged:
        """By segment, its parts, ascending."""
        return grouped(self.part_segment, self.count)

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return len(self.part_segment)

    def part_spans(self, parts: NDArray[np.integer]) -> PipeParts:
        """Where *parts* (ascending) lie, those without length too."""
        pipe = self.part_pipe[parts]
        cut = parts - pipe
        first, last = self.placement.offsets[pipe], self.placement.offsets[pipe + 1]
        measures = np.append(self.placement.cuts.measure_m, 0.0)
        start_m = np.where(cut > first, measures[cut - 1], 0.0)
        end_m = np.where(cut < last, measures[cut], self.pipe_length_m[pipe])
        return PipeParts(pipe, start_m, end_m)

    def stretches(self, segments: NDArray[np.integer]) -> PipeParts:
        """Parts of *segments* that have length; a pipe recorded without length counts with its whole."""
        spans = self.part_spans(np.sort(self.parts_of.gather(segments)))
        has_length = (spans.end_m > spans.start_m) | (self.pipe_length_m[spans.pipe] <= 0.0)
        return PipeParts(spans.pipe[has_length], spans.start_m[has_length], spans.end_m[has_length])

    def at_node(self, node: int) -> Int32:
        """Segments that meet at *node*: one, or every side of a source or device that stands there."""
        return np.unique(self.vertex_segment[list(self.split.get(node, (node,)))])

    def at_place(self, pipe: int, offset_m: float) -> Int32:
        """Segments at a place on *pipe*: one, or every side of the devices within 1 mm of it."""
        first, last = self.parts_at(np.array([pipe]), np.array([offset_m]))
        sides = [self.part_segment[int(first[0]) : int(last[0]) + 1]]
        ends = ((offset_m, self.from_vertex), (float(self.pipe_length_m[pipe]) - offset_m, self.to_vertex))
        for distance_m, vertices in ends:
            if distance_m <= SAME_PLACE_M:
                sides.append(self.vertex_segment[list(self.between_sides.get(int(vertices[pipe]), ()))])
        return np.unique(np.concatenate(sides))

    def parts_at(self, pipe: NDArray[np.integer], offset_m: Float64) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        """First and last part that meet each place; they differ within 1 mm of a device on the pipe."""
        before, upto = (self._cuts_before(pipe, offset_m + shift) for shift in (-SAME_PLACE_M, SAME_PLACE_M))
        first_part = pipe + self.placement.offsets[pipe]
        return first_part + before, first_part + upto

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
        cuts = np.flatnonzero(cutters < len(self.side_a))
        found = np.full(len(self.side_a), NO_INDEX, dtype=np.int32)
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
    side_a, side_b = _device_sides(network, placement, part_segment, vertex_segment, split)
    return Segmentation(
        placement=placement,
        count=count,
        from_vertex=from_vertex,
        to_vertex=to_vertex,
        vertex_segment=vertex_segment,
        split=split,
        part_segment=part_segment,
        side_a=side_a,
        side_b=side_b,
        source_legs=_source_legs(network, placement, part_segment, vertex_segment, split),
        pipe_length_m=network.pipes.length_m,
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
        whole = np.flatnonzero(placement.offsets[1:] == placement.offsets[:-1])
        from_vertex, to_vertex = from_vertex[whole], to_vertex[whole]
    ones = np.ones(len(from_vertex), dtype=np.int8)
    graph = csr_array((ones, (from_vertex, to_vertex)), shape=(vertices, vertices))
    groups, labels = connected_components(graph, directed=False)
    return int(groups), labels


def _part_segments(
    placement: Placement, vertex_segment: Int32, from_vertex: Int32, to_vertex: Int32, groups: int
) -> tuple[Int32, int]:
    """Segment of every part; parts between two cuts of one pipe are segments of their own."""
    pipes, cut_pipe = len(from_vertex), placement.cuts.pipe
    segment = np.empty(pipes + len(cut_pipe), dtype=np.int32)
    segment[np.arange(pipes) + placement.offsets[:-1]] = vertex_segment[from_vertex]
    behind = np.arange(1, len(cut_pipe) + 1) + cut_pipe
    is_last = np.append(cut_pipe[1:] != cut_pipe[:-1], True)[: len(cut_pipe)]
    segment[behind[is_last]] = vertex_segment[to_vertex[cut_pipe[is_last]]]
    inner = behind[~is_last]
    segment[inner] = np.arange(groups, groups + len(inner))
    return segment, groups + len(inner)


def _device_sides(
    network: Network,
    placement: Placement,
    part_segment: Int32,
    vertex_segment: Int32,
    split: Mapping[int, tuple[int, ...]],
) -> tuple[Int32, Int32]:
    side_a, side_b = (np.full(len(network.devices), NO_INDEX, dtype=np.int32) for _ in range(2))
    cut = np.flatnonzero(placement.cuts.cutter < len(network.devices))
    device, before = placement.cuts.cutter[cut], cut + placement.cuts.pipe[cut]
    side_a[device], side_b[device] = part_segment[before], part_segment[before + 1]
    for place in placement.between:
        for device_row, (one, other) in zip(place.devices, _pairs_between(split[place.node]), strict=True):
            side_a[device_row], side_b[device_row] = vertex_segment[one], vertex_segment[other]
    for duplicate, device_row in placement.stands_for.items():
        side_a[duplicate], side_b[duplicate] = side_a[device_row], side_b[device_row]
    return side_a, side_b


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
        before = cut + int(placement.cuts.pipe[cut])
        fed[int(placement.cuts.cutter[cut]) - len(network.devices)] = part_segment[before : before + 2].tolist()
    offsets = np.concatenate([[0], np.cumsum([len(segments) for segments in fed])]).astype(np.int64)
    return Ragged(offsets, np.array([segment for segments in fed for segment in segments], dtype=np.int32))
