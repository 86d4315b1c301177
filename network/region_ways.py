"""The mains of a region as a small graph: how water runs in them from place to place, and how high everything lies."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from network.answers import PipeParts
from network.columns import Float64, Int32, Int64
from network.elevations import elevation_m
from network.grouping import distinct, flags
from network.hydraulic_defaults import bore_mm
from network.supply import SupplyModel
from network.waypoints import Points

Levels = Float64


@dataclass(frozen=True)
class Reach:
    """A stretch of pipe in the direction of flow: from one offset to the other, metres from the pipe's from_node."""

    pipe: int
    from_m: float
    to_m: float


@dataclass(frozen=True, eq=False)
class RegionWays:
    """The mains of some segments.

    Attributes:
        model: The city.
        parts: Shape (k,), the parts that make up the segments.
        spans: Where they lie, in the same order.
        start, end: Shape (k,), points at which they start and end.
        start_z_m, end_z_m: Shape (k,), ground levels there; NaN where not known.
        bore_mm: Shape (k,), inner diameter; NaN where none is recorded.
        graph: Points; an edge each way along a part, and over each device between parts in the directions in which it
            surely passes water. ``length_m``, and ``reach`` where it runs along a pipe; of parallel ones the shortest.
    """

    model: SupplyModel
    parts: Int64
    spans: PipeParts
    start: Int64
    end: Int64
    start_z_m: Float64
    end_z_m: Float64
    bore_mm: Float64
    graph: nx.DiGraph[int]

    @classmethod
    def of(cls, model: SupplyModel, segments: NDArray[np.integer]) -> RegionWays:
        """The mains of *segments*."""
        segmentation, network = model.structure.segmentation, model.city.network
        parts = np.sort(segmentation.parts_of.gather(segments)).astype(np.int64)
        spans = segmentation.part_spans(parts)
        start, end = Points(segmentation).of_parts(parts)
        bores = np.where(network.pipes.dn_mm[spans.pipe] > 0, bore_mm(network.pipes)[spans.pipe], np.nan)
        graph: nx.DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(np.concatenate([start, end]).tolist())
        ways = cls(
            model=model,
            parts=parts,
            spans=spans,
            start=start,
            end=end,
            start_z_m=elevation_m(network, spans.pipe, spans.start_m),
            end_z_m=elevation_m(network, spans.pipe, spans.end_m),
            bore_mm=bores,
            graph=graph,
        )
        rows = zip(start, end, spans.pipe, spans.start_m, spans.end_m, strict=True)
        for one, other, pipe, start_m, end_m in rows:
            _join(graph, int(one), int(other), Reach(int(pipe), float(start_m), float(end_m)))
        ways._cross(segments)
        return ways

    def _cross(self, segments: NDArray[np.integer]) -> None:
        """Edges over the devices that stand inside."""
        links, points = self.model.structure.links, Points(self.model.structure.segmentation)
        inside = flags(self.model.structure.segmentation.count, segments)
        sights = links.sights.gather(distinct(segments))
        for sight in sights[inside[links.beyond[sights]] & self.model.feeds[sights]].tolist():
            link = sight % len(links)
            side_a, side_b = points.of_device(int(links.device[link]))
            one, other = (side_a, side_b) if sight < len(links) else (side_b, side_a)
            self.graph.add_edge(one, other, length_m=0.0, reach=None)

    @property
    def length_m(self) -> Float64:
        """Shape (k,), length of each part."""
        return self.spans.end_m - self.spans.start_m

    @property
    def volume_m3(self) -> Float64:
        """Shape (k,), water in each part; NaN where the diameter is not recorded and there is any length."""
        return self.volume_at_m3(self.bore_mm)

    def volume_at_m3(self, bore_mm: Float64) -> Float64:
        """Shape (k,), water in each part if its bore were so."""
        volume: Float64 = np.where(self.length_m > 0.0, math.pi / 4e6 * bore_mm**2 * self.length_m, 0.0)
        return volume

    @property
    def levels_known(self) -> bool:
        """True where the ground level of every point is known."""
        return not (np.isnan(self.start_z_m).any() or np.isnan(self.end_z_m).any())

    def at(self, pipe: int, offset_m: float) -> Int64:
        """Rows of the parts that meet a place; none where it is not in these mains."""
        _, parts = self.model.structure.segmentation.parts_at(np.array([pipe]), np.array([offset_m]))
        at = np.minimum(np.searchsorted(self.parts, parts), max(len(self.parts) - 1, 0))
        return at[self.parts[at] == parts] if len(self.parts) else at[:0]

    def with_places(self, places: Iterable[tuple[int, float]]) -> nx.DiGraph[int]:
        """The graph with further points -1, -2 …; *places* are (row of the part, offset on its pipe)."""
        graph = self.graph.copy()
        for number, (row, offset_m) in enumerate(places, start=1):
            pipe, low_m, high_m = int(self.spans.pipe[row]), self.spans.start_m[row], self.spans.end_m[row]
            at_m = min(max(offset_m, float(low_m)), float(high_m))
            _join(graph, int(self.start[row]), -number, Reach(pipe, float(low_m), at_m))
            _join(graph, -number, int(self.end[row]), Reach(pipe, at_m, float(high_m)))
        return graph

    def pass_levels(self, graph: nx.DiGraph[int], outlet: int, outlet_z_m: float) -> Levels:
        """The level above which the water of each part runs out at *outlet*.

        Air coming in from above, water runs out of a place as soon as it stands higher than the highest point that it
        must pass; on the best way that is the least of the highest. Found as shortest ways are, with the maximum in
        place of the sum.

        Args:
            graph: Of :meth:`with_places`.
            outlet: Its point.
            outlet_z_m: Ground level there.

        Returns:
            Shape (2, k), at the start and at the end of each part, m; infinite where there is no way.
        """
        points = np.concatenate([self.start, self.end]).tolist()
        ground = dict(zip(points, np.concatenate([self.start_z_m, self.end_z_m]).tolist(), strict=True))
        levels: dict[int, float] = {}
        waiting = [(outlet_z_m, outlet)]
        while waiting:
            level, point = heapq.heappop(waiting)
            if point not in levels:
                levels[point] = level
                for before in graph.predecessors(point):
                    heapq.heappush(waiting, (max(level, ground.get(before, level)), before))
        return np.array([levels.get(point, math.inf) for point in points]).reshape(2, -1)

    def left_m3(self, levels: Levels, volumes_m3: Float64) -> float:
        """Water that stays in these mains below *levels*, of *volumes_m3* (shape (k,), full); NaN is not counted."""
        low_z, high_z = np.minimum(self.start_z_m, self.end_z_m), np.maximum(self.start_z_m, self.end_z_m)
        level = np.where(self.start_z_m <= self.end_z_m, levels[0], levels[1])
        rise = high_z - low_z
        sloping = np.divide(level - low_z, rise, out=np.zeros(len(rise)), where=rise > 0.0)
        share = np.where(rise > 0.0, np.clip(sloping, 0.0, 1.0), levels.min(axis=0) > low_z)
        return float(np.nansum(share * volumes_m3))


def _join(graph: nx.DiGraph[int], one: int, other: int, reach: Reach) -> None:
    """Edges both ways along a stretch, where there is no shorter one."""
    length_m = reach.to_m - reach.from_m
    known = graph.get_edge_data(one, other)
    if known is None or known["length_m"] > length_m:
        graph.add_edge(one, other, length_m=length_m, reach=reach)
        graph.add_edge(other, one, length_m=length_m, reach=Reach(reach.pipe, reach.to_m, reach.from_m))


def places_of_devices(ways: RegionWays, kinds: tuple[int, ...]) -> list[tuple[int, int, float]]:
    """Devices of *kinds* that stand on these mains: (device row, row of the part, offset on its pipe), by row."""
    devices, network = ways.model.city.network.devices, ways.model.city.network
    found: list[tuple[int, int, float]] = []
    pipes = np.unique(ways.spans.pipe)
    nodes = np.unique(np.concatenate([network.pipes.from_node[pipes], network.pipes.to_node[pipes]]))
    near = np.isin(devices.pipe, pipes) | ((devices.pipe < 0) & np.isin(devices.node, nodes))
    for device in np.flatnonzero(near & np.isin(devices.kind, kinds)).tolist():
        pipe, offset_m = _place(ways, device, pipes)
        found += [(device, row, offset_m) for row in ways.at(pipe, offset_m).tolist()[:1]]
    return found


def _place(ways: RegionWays, device: int, pipes: Int32) -> tuple[int, float]:
    """Pipe and offset of a device; one at a junction is taken at the end of a pipe of the region there."""
    devices, table = ways.model.city.network.devices, ways.model.city.network.pipes
    pipe, node, offset_m = int(devices.pipe[device]), int(devices.node[device]), float(devices.offset_m[device])
    if pipe < 0:
        pipe = int(pipes[(table.from_node[pipes] == node) | (table.to_node[pipes] == node)][0])
    if node >= 0:
        offset_m = 0.0 if table.from_node[pipe] == node else float(table.length_m[pipe])
    return pipe, offset_m
