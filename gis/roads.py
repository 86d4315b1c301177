"""The city's roads as a graph, made from the road layer; :mod:`gis.ways` finds the ways over it.

Roads that touch or cross meet there, unless one of them is a bridge, a tunnel or an elevated road, which meets others
at its ends alone. A road that ends within the width of another meets it: axes are drawn, kerbs are driven.

Speeds by kind of road are those of :class:`gis.speeds.Speeds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from scipy import sparse
from scipy.spatial import cKDTree

from gis.layers import Layer
from gis.speeds import Speeds
from network.columns import Bool, Float64, Int64

APART = frozenset({"bridge", "tunnel", "elevated"})
"""Kinds of road that others cross without meeting."""

NODE_M = 0.5
"""Ends that lie nearer than this are one crossing."""


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Roads as a graph; every stretch can be driven both ways.

    Attributes:
        node_m: Shape (nodes, 2), x and y in the project CRS.
        tail, head: Shape (stretches,), the nodes at both ends.
        length_m: Shape (stretches,).
        base_s: Shape (stretches,), time along each at a factor of 1.
        at_m: Shape (marks, 2), points along the stretches, near enough to find the nearest stretch by.
        at_stretch, at_tail_m: Shape (marks,), the stretch of each mark and how far from its tail it lies.
    """

    node_m: Float64
    tail: Int64
    head: Int64
    length_m: Float64
    base_s: Float64
    at_m: Float64
    at_stretch: Int64
    at_tail_m: Float64

    @property
    def empty(self) -> bool:
        """Whether there are no roads."""
        return len(self.tail) == 0

    def warm_up(self) -> None:
        """Make what the first search would make; half a second in a large city."""
        _ = self.graph, self.marks

    @cached_property
    def graph(self) -> sparse.csr_matrix:
        """Shape (nodes, nodes): seconds along the fastest stretch between two nodes, both ways, at a factor of 1."""
        count = len(self.node_m)
        tail, head = np.concatenate([self.tail, self.head]), np.concatenate([self.head, self.tail])
        seconds = np.tile(self.base_s, 2)
        order = np.lexsort([seconds, head, tail])
        tail, head, seconds = tail[order], head[order], seconds[order]
        fastest = np.r_[True, (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])]
        return sparse.csr_matrix((seconds[fastest], (tail[fastest], head[fastest])), shape=(count, count))

    @cached_property
    def marks(self) -> cKDTree:
        """The marks, to find the nearest."""
        return cKDTree(self.at_m)


_MARK_M = 25.0


def road_network(roads: Layer, speeds: Speeds | None = None) -> RoadNetwork:
    """The graph of the ``road`` layer (lines in a metric CRS, column ``kind``); lines without length are left out."""
    pace = speeds or Speeds()
    lines = np.asarray(roads.geometry, dtype=object)
    usable = ~shapely.is_missing(lines) & (shapely.length(lines) > 0)
    lines = lines[usable]
    kinds = roads.text("kind")[usable]
    joints = _joints(lines, np.nan_to_num(roads.real("width_m")[usable]))
    line, measure_m = _cuts(lines, np.isin(kinds, list(APART)), joints)
    first = np.flatnonzero(line[1:] == line[:-1])
    points = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], measure_m)).reshape(-1, 2)
    node, node_m = _nodes(points)
    length_m = measure_m[first + 1] - measure_m[first]
    speed_m_s = np.array([pace.of(kind) for kind in kinds.tolist()], dtype=np.float64) / 3.6
    kept = node[first] != node[first + 1]
    first, length_m = first[kept], length_m[kept]
    marks = _marks(lines, line[first], measure_m[first], length_m)
    from_node, to_node, over_m = _bridged(joints, lines, points, node)
    over_s = over_m / speed_m_s[joints.onto]
    return RoadNetwork(
        node_m=node_m,
        tail=np.concatenate([node[first], from_node]),
        head=np.concatenate([node[first + 1], to_node]),
        length_m=np.concatenate([length_m, over_m]),
        base_s=np.concatenate([length_m / speed_m_s[line[first]], over_s]),
        at_m=marks[0],
        at_stretch=marks[1],
        at_tail_m=marks[2],
    )


@dataclass(frozen=True, eq=False)
class _Joints:
    """Ends of roads that meet another road: the end's place, the other road and how far along it."""

    tip_m: Float64
    onto: Int64
    measure_m: Float64


def _joints(lines: np.ndarray, width_m: Float64) -> _Joints:
    tips = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    if len(lines) == 0:
        return _Joints(np.zeros((0, 2)), np.zeros(0, dtype=np.int64), np.zeros(0))
    reach_m = np.maximum(NODE_M, width_m / 2)
    tip, onto = shapely.STRtree(lines).query(tips, predicate="dwithin", distance=float(reach_m.max()))
    met = (onto != tip % len(lines)) & (shapely.distance(tips[tip], lines[onto]) <= reach_m[onto])
    tip, onto = tip[met], onto[met]
    measure_m = shapely.line_locate_point(lines[onto], tips[tip])
    return _Joints(shapely.get_coordinates(tips[tip]).reshape(-1, 2), onto, measure_m)


def _bridged(joints: _Joints, lines: np.ndarray, points: Float64, node: Int64) -> tuple[Int64, Int64, Float64]:
    """Stretches from an end to the road that it meets, where they are not one crossing already."""
    if len(joints.onto) == 0:
        return joints.onto, joints.onto, joints.measure_m
    on_m = shapely.get_coordinates(shapely.line_interpolate_point(lines[joints.onto], joints.measure_m)).reshape(-1, 2)
    near = cKDTree(points)
    one, other = node[near.query(joints.tip_m)[1]], node[near.query(on_m)[1]]
    over_m = np.maximum(np.hypot(*(joints.tip_m - on_m).T), NODE_M)
    return one, other, over_m


def _cuts(lines: np.ndarray, apart: Bool, joints: _Joints) -> tuple[Int64, Float64]:
    """Where lines are cut: line and measure, sorted, each line's ends included."""
    length_m = shapely.length(lines)
    count = len(lines)
    every = np.arange(count, dtype=np.int64)
    if count == 0:
        return every, np.zeros(0)
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    level = (one < other) & ~(apart[one] | apart[other])
    one, other = one[level], other[level]
    at, which = shapely.get_coordinates(shapely.intersection(lines[one], lines[other]), return_index=True)
    crossed = np.concatenate([one[which], other[which]])
    crossed_m = shapely.line_locate_point(lines[crossed], shapely.points(np.concatenate([at, at]).reshape(-1, 2)))
    line = np.concatenate([every, every, joints.onto, crossed])
    measure_m = np.concatenate([np.zeros(count), length_m, joints.measure_m, crossed_m])
    # What lies within a node's width of a line's end is that end.
    measure_m = np.where(
        measure_m < NODE_M, 0.0, np.where(measure_m > length_m[line] - NODE_M, length_m[line], measure_m)
    )
    order = np.lexsort([measure_m, line])
    line, measure_m = line[order], measure_m[order]
    distinct = np.r_[True, (line[1:] != line[:-1]) | (measure_m[1:] - measure_m[:-1] > NODE_M)]
    distinct |= measure_m == length_m[line]
    return line[distinct], measure_m[distinct]


def _nodes(points: Float64) -> tuple[Int64, Float64]:
    """Which crossing each point is, and where the crossings lie: points within a node's width are one."""
    if len(points) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    pairs = cKDTree(points).query_pairs(2 * NODE_M, output_type="ndarray")
    count = len(points)
    graph = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, node = sparse.csgraph.connected_components(graph, directed=False)
    _, first = np.unique(node, return_index=True)
    return node.astype(np.int64), points[first]


def _marks(lines: np.ndarray, line: Int64, from_m: Float64, length_m: Float64) -> tuple[Float64, Int64, Float64]:
    """Points along the stretches, at most so far apart that the nearest one names the nearest stretch nearly always."""
    pieces = np.maximum(1, np.ceil(length_m / _MARK_M)).astype(np.int64) + 1
    stretch = np.repeat(np.arange(len(line), dtype=np.int64), pieces)
    within = np.arange(len(stretch)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    tail_m = length_m[stretch] * within / (pieces[stretch] - 1)
    points = shapely.line_interpolate_point(lines[line[stretch]], from_m[stretch] + tail_m)
    return shapely.get_coordinates(points).reshape(-1, 2), stretch, tail_m
