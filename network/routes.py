"""Ways of water along pipes: from a chain of segments to the stretches of pipe that it runs through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from network.answers import PipeParts, SupplyPath
from network.columns import NO_INDEX, Float64, Int32, Int64
from network.segments import Segmentation
from network.targets import Touches

_STEP_M = 1e-6
"""Added to every step, so that among ways of equal length the one with fewer steps wins and none is free."""


@dataclass(frozen=True)
class Chain:
    """A way from segment to segment.

    Attributes:
        source: Source row where it begins, or -1.
        pump: Device row of the pump from whose own tank it begins, or -1.
        segments: Segments in the order of flow.
        devices: Devices that join them.
        tanks: Source rows of tanks that join them.
    """

    source: int = NO_INDEX
    pump: int = NO_INDEX
    segments: tuple[int, ...] = ()
    devices: tuple[int, ...] = ()
    tanks: tuple[int, ...] = ()

    def then(self, further: Chain, through: int) -> Chain:
        """This way, *through* a device, and *further* on."""
        return Chain(
            source=self.source,
            pump=self.pump,
            segments=(*self.segments, *further.segments),
            devices=(*self.devices, through, *further.devices),
            tanks=(*self.tanks, *further.tanks),
        )


@dataclass(frozen=True, eq=False)
class _Steps:
    """Undirected steps between *points* (numbers, see :class:`_Points`): along pipe, or across a device or tank.

    Attributes:
        one, other: Shape (steps,), points.
        pipe: Shape (steps,), -1 for steps that are not along a pipe.
        start_m, end_m: Shape (steps,), where on the pipe.
        device: Shape (steps,), -1 for steps that cross none.
    """

    one: Int64
    other: Int64
    pipe: Int64
    start_m: Float64
    end_m: Float64
    device: Int64

    @classmethod
    def along(cls, one: NDArray[np.integer], other: NDArray[np.integer], spans: PipeParts) -> _Steps:
        """Steps along stretches of pipe."""
        nobody = np.full(len(one), NO_INDEX, dtype=np.int64)
        return cls(
            one.astype(np.int64),
            other.astype(np.int64),
            spans.pipe.astype(np.int64),
            spans.start_m,
            spans.end_m,
            nobody,
        )

    @classmethod
    def across(cls, pairs: Iterable[tuple[int, int]], device: int = NO_INDEX) -> _Steps:
        """Steps without length between *pairs* of points, across *device*."""
        table = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        none, zero = np.full(len(table), NO_INDEX, dtype=np.int64), np.zeros(len(table))
        return cls(table[:, 0], table[:, 1], none, zero, zero, np.full(len(table), device, dtype=np.int64))

    @classmethod
    def joined(cls, steps: list[_Steps]) -> _Steps:
        """All *steps*."""
        names = ("one", "other", "pipe", "start_m", "end_m", "device")
        return cls(*(np.concatenate([getattr(step, name) for step in steps]) for name in names))

    def shortest_first(self) -> _Steps:
        """One step for each pair of points, the shortest, *one* below *other*."""
        low, high = np.minimum(self.one, self.other), np.maximum(self.one, self.other)
        order = np.lexsort((self.end_m - self.start_m, high, low))
        low, high = low[order], high[order]
        first = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1]))[: len(order)]
        rows = order[first]
        return _Steps(low[first], high[first], self.pipe[rows], self.start_m[rows], self.end_m[rows], self.device[rows])


@dataclass(frozen=True, eq=False)
class _Points:
    """Numbers for every point where parts can end: vertices, both sides of each cut, sources, and the goal."""

    segmentation: Segmentation

    @property
    def _cuts(self) -> int:
        return len(self.segmentation.vertex_segment)

    @property
    def _sources(self) -> int:
        return self._cuts + 2 * len(self.segmentation.placement.cuts)

    @property
    def goal(self) -> int:
        """The target."""
        return self._sources + len(self.segmentation.source_legs)

    def source(self, row: int) -> int:
        """A source itself, beyond all its legs."""
        return self._sources + row

    def source_legs(self, row: int, node: int) -> list[int]:
        """Where the legs of source *row* begin; *node* is its junction, or -1 inside a pipe."""
        if node >= 0:
            legs = slice(*self.segmentation.placement.legs.rows(node))
            return [int(vertex) for vertex in self.segmentation.leg_vertex[legs]]
        cutters = self.segmentation.placement.cuts.cutter
        cuts = np.flatnonzero(cutters == len(self.segmentation.side_a) + row).tolist()
        return [self._cuts + 2 * cut + side for cut in cuts for side in (0, 1)]

    def of_device(self, device: int) -> tuple[int, int]:
        """Points on side a and on side b of a cutting device that stands for itself."""
        cut = int(self.segmentation.cut_of_device[device])
        if cut < 0:
            row = int(np.flatnonzero(self.segmentation.placement.between.device == device)[0])
            return int(self.segmentation.between_a[row]), int(self.segmentation.between_b[row])
        return self._cuts + 2 * cut, self._cuts + 2 * cut + 1

    def suction(self, pump: int) -> int:
        """The point from which a pump of known direction draws."""
        return self.of_device(pump)[0 if self.segmentation.placement.direction[pump] > 0 else 1]

    def of_parts(self, parts: NDArray[np.integer]) -> tuple[Int64, Int64]:
        """Points at which *parts* start and end."""
        segmentation = self.segmentation
        pipes, pipe = len(segmentation.from_vertex), segmentation.pipe_of(parts)
        cut, ends = segmentation.next_cut(parts, pipe)
        start = np.where(parts < pipes, segmentation.from_vertex[pipe], self._cuts + 2 * (parts - pipes) + 1)
        end = np.where(ends, self._cuts + 2 * cut, segmentation.to_vertex[pipe])
        return start.astype(np.int64), end.astype(np.int64)


def lay(segmentation: Segmentation, source_nodes: Int32, chain: Chain, touches: Touches) -> SupplyPath:
    """The shortest way along *chain* to the target.

    Args:
        segmentation: The city's segments.
        source_nodes: Shape (sources,), junction of each source or -1.
        chain: Segments to run through; must lead to one that the target touches.
        touches: Where the target is.
    """
    points = _Points(segmentation)
    steps = _steps(points, source_nodes, chain, touches).shortest_first()
    names, local = np.unique(np.concatenate([steps.one, steps.other]), return_inverse=True)
    one, other = local[: len(steps.one)], local[len(steps.one) :]
    weight = steps.end_m - steps.start_m + _STEP_M
    graph = csr_array((weight, (one, other)), shape=(len(names), len(names)))
    begin = points.source(chain.source) if chain.source >= 0 else points.suction(chain.pump)
    start, goal = np.searchsorted(names, [begin, points.goal])
    _, before = dijkstra(graph, directed=False, indices=[start], return_predecessors=True)
    way = _walk_back(before[0], int(goal))
    return _path(chain, steps, np.searchsorted(one * len(names) + other, _codes(way, len(names))))


def _steps(points: _Points, source_nodes: Int32, chain: Chain, touches: Touches) -> _Steps:
    segmentation = points.segmentation
    parts = np.sort(segmentation.parts_of.gather(np.array(chain.segments, dtype=np.int64)))
    steps = [_Steps.along(*points.of_parts(parts), segmentation.part_spans(parts))]
    crossed = (device for device in (*chain.devices, chain.pump) if device >= 0)
    steps += [_Steps.across([points.of_device(device)], device) for device in crossed]
    for source in (*chain.tanks, chain.source):
        if source >= 0:
            legs = points.source_legs(source, int(source_nodes[source]))
            steps.append(_Steps.across((points.source(source), leg) for leg in legs))
    return _Steps.joined([*steps, *_last_steps(points, touches)])


def _last_steps(points: _Points, touches: Touches) -> list[_Steps]:
    """From the points around the target to the target itself."""
    segmentation = points.segmentation
    start, end = points.of_parts(touches.parts)
    spans = segmentation.part_spans(touches.parts)
    at_m = np.clip(touches.offset_m, spans.start_m, spans.end_m)
    goal = np.full(len(start), points.goal, dtype=np.int64)
    vertices = [vertex for node in touches.nodes for vertex in segmentation.vertices_at(node).tolist()]
    sides = [point for device in touches.devices for point in points.of_device(device)]
    return [
        _Steps.along(start, goal, PipeParts(spans.pipe, spans.start_m, at_m)),
        _Steps.along(end, goal, PipeParts(spans.pipe, at_m, spans.end_m)),
        _Steps.across((point, points.goal) for point in (*vertices, *sides)),
    ]


def _walk_back(before: NDArray[np.integer], goal: int) -> Int64:
    """Points from the start to *goal*, by the predecessors of a shortest-path search."""
    way = [goal]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return np.array(way[::-1], dtype=np.int64)


def _codes(way: Int64, points: int) -> Int64:
    """One number for each step along *way*, equal for both directions."""
    codes: Int64 = np.minimum(way[:-1], way[1:]) * points + np.maximum(way[:-1], way[1:])
    return codes


def _path(chain: Chain, steps: _Steps, rows: NDArray[np.integer]) -> SupplyPath:
    wet = rows[steps.end_m[rows] > steps.start_m[rows]]
    crossed = steps.device[rows]
    return SupplyPath(
        source=chain.source,
        parts=PipeParts(steps.pipe[wet].astype(np.int32), steps.start_m[wet], steps.end_m[wet]),
        devices=tuple(crossed[crossed >= 0].tolist()),
    )
