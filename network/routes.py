"""Ways of water along pipes: from a chain of segments to the stretches of pipe that it runs through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from network.answers import PipeParts, SupplyPath
from network.columns import NO_INDEX, Int32, Int64
from network.segments import Segmentation
from network.targets import Touches
from network.waypoints import Points, Steps

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


def lay(segmentation: Segmentation, source_nodes: Int32, chain: Chain, touches: Touches) -> SupplyPath:
    """The shortest way along *chain* to the target.

    Args:
        segmentation: The city's segments.
        source_nodes: Shape (sources,), junction of each source or -1.
        chain: Segments to run through; must lead to one that the target touches.
        touches: Where the target is.
    """
    points = Points(segmentation)
    steps = _steps(points, source_nodes, chain, touches).shortest_first()
    names, local = np.unique(np.concatenate([steps.one, steps.other]), return_inverse=True)
    one, other = local[: len(steps.one)], local[len(steps.one) :]
    weight = steps.end_m - steps.start_m + _STEP_M
    graph = csr_array((weight, (one, other)), shape=(len(names), len(names)))
    begin = points.source(chain.source) if chain.source >= 0 else points.discharge(chain.pump)
    start, goal = np.searchsorted(names, [begin, points.goal])
    _, before = dijkstra(graph, directed=False, indices=[start], return_predecessors=True)
    way = _walk_back(before[0], int(goal))
    return _path(chain, steps, np.searchsorted(one * len(names) + other, _codes(way, len(names))))


def _steps(points: Points, source_nodes: Int32, chain: Chain, touches: Touches) -> Steps:
    segmentation = points.segmentation
    parts = np.sort(segmentation.parts_of.gather(np.array(chain.segments, dtype=np.int64)))
    steps = [Steps.along(*points.of_parts(parts), segmentation.part_spans(parts))]
    steps += [Steps.across([points.of_device(device)], device) for device in chain.devices]
    for source in (*chain.tanks, chain.source):
        if source >= 0:
            legs = points.source_legs(source, int(source_nodes[source]))
            steps.append(Steps.across((points.source(source), leg) for leg in legs))
    return Steps.joined([*steps, *_last_steps(points, touches)])


def _last_steps(points: Points, touches: Touches) -> list[Steps]:
    """From the points around the target to the target itself."""
    segmentation = points.segmentation
    start, end = points.of_parts(touches.parts)
    spans = segmentation.part_spans(touches.parts)
    at_m = np.clip(touches.offset_m, spans.start_m, spans.end_m)
    goal = np.full(len(start), points.goal, dtype=np.int64)
    vertices = [vertex for node in touches.nodes for vertex in segmentation.vertices_at(node).tolist()]
    sides = [point for device in touches.devices for point in points.of_device(device)]
    return [
        Steps.along(start, goal, PipeParts(spans.pipe, spans.start_m, at_m)),
        Steps.along(end, goal, PipeParts(spans.pipe, at_m, spans.end_m)),
        Steps.across((point, points.goal) for point in (*vertices, *sides)),
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


def _path(chain: Chain, steps: Steps, rows: NDArray[np.integer]) -> SupplyPath:
    wet = rows[steps.end_m[rows] > steps.start_m[rows]]
    crossed = steps.device[rows]
    # Its own tank stands within the pump, whose suction side may belong to the same segment as the way itself.
    begun = (chain.pump,) if chain.pump >= 0 else ()
    return SupplyPath(
        source=chain.source,
        parts=PipeParts(steps.pipe[wet].astype(np.int32), steps.start_m[wet], steps.end_m[wet]),
        devices=(*begun, *crossed[crossed >= 0].tolist()),
    )
