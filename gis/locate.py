"""Where points lie on pipes: whole layers at once, or one click."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from network.columns import NO_INDEX, Bool, Float64, IdColumn, Int32, Int64
from network.topology import City

_CHUNK = 100_000
_TILE_M = 500.0
_CLOSE_M = 15.0
_AT_END_M = 0.001
_INWARD_M = 0.01
_TIE_M = 1e-6
"""Distances closer than this are equal: no survey tells a micron, and a line turned round differs by rounding."""


@dataclass(frozen=True, eq=False)
class Snaps:
    """Points on pipes.

    Attributes:
        pipe: Shape (n,), pipe row or -1 where no pipe is within reach.
        offset_m: Shape (n,), from the pipe's from_node, in the pipe's recorded length; NaN where there is no pipe.
        distance_m: Shape (n,), from the point to the pipe; inf where there is no pipe.
    """

    pipe: Int32
    offset_m: Float64
    distance_m: Float64

    @classmethod
    def none(cls, points: int) -> Snaps:
        """*points* that lie on no pipe."""
        return cls(np.full(points, NO_INDEX, np.int32), np.full(points, np.nan), np.full(points, np.inf))


def nearest_points(among_xy_m: Float64, xy_m: Float64, reach_m: float) -> tuple[Float64, Int64]:
    """For each of *xy_m* the nearest of *among_xy_m* (not empty) within *reach_m*: distance (inf for none) and row.

    Of several at one distance the one with the lowest x, then y, is taken.
    """
    order = np.lexsort((among_xy_m[:, 1], among_xy_m[:, 0]))
    # The bound of the tree is exclusive.
    reach = np.nextafter(reach_m, np.inf)
    distances_m, nearest = cKDTree(among_xy_m[order]).query(xy_m, k=2, distance_upper_bound=reach)
    distances_m, nearest = np.asarray(distances_m), np.asarray(nearest, dtype=np.int64)
    tied = np.isfinite(distances_m[:, 1]) & (distances_m[:, 0] == distances_m[:, 1])
    row = np.where(tied, nearest.min(axis=1), nearest[:, 0])
    found: Int64 = np.append(order, 0)[row]
    return distances_m[:, 0], found


class PipeIndex:
    """Finds places on pipes for many points at once."""

    def __init__(self, lines: NDArray[np.object_], ids: IdColumn, length_m: Float64) -> None:
        """Take *lines* as drawn, shape (pipes,); the index itself is built on the first search.

        Args:
            lines: Drawn lines, shapely LineStrings.
            ids: Their ids: of pipes at the same distance the lowest is taken.
            length_m: Recorded lengths; offsets are in these, in proportion to the drawn line.
        """
        self._lines = lines
        self._length_m = length_m
        self._drawn_m = shapely.length(lines)
        self._ids = ids
        self._tree: shapely.STRtree | None = None
        self._rank: Int64 | None = None

    @property
    def lines(self) -> NDArray[np.object_]:
        """The drawn lines."""
        return self._lines

    @property
    def ids(self) -> IdColumn:
        """Ids of the pipes."""
        return self._ids

    @property
    def tree(self) -> shapely.STRtree:
        """The search tree over :attr:`lines`."""
        if self._tree is None:
            self._tree = shapely.STRtree(self._lines)
        return self._tree

    def rank(self) -> Int64:
        """Place of each pipe in the order of ids."""
        if self._rank is None:
            self._rank = np.empty(len(self._lines), dtype=np.int64)
            self._rank[np.argsort(self._ids.data, kind="stable")] = np.arange(len(self._lines))
        return self._rank

    def distances(self, xy_m: Float64) -> Float64:
        """How far the nearest pipe is from each of *xy_m*, shape (n, 2), wherever it is; inf without any pipe."""
        if not len(self._lines) or not len(xy_m):
            return np.full(len(xy_m), np.inf)
        (point, _), distance_m = self.tree.query_nearest(shapely.points(xy_m), return_distance=True, all_matches=False)
        found = np.full(len(xy_m), np.inf)
        found[point] = distance_m
        return found

    def project(self, xy_m: Float64, pipe: Int32) -> Snaps:
        """The place on *pipe* (rows, -1 for none) nearest to each of *xy_m*, shape (n, 2)."""
        snaps = Snaps.none(len(xy_m))
        rows = np.flatnonzero(pipe >= 0)
        for chunk in np.array_split(rows, max(1, -(-len(rows) // _CHUNK))):
            named = pipe[chunk]
            points = shapely.points(xy_m[chunk])
            snaps.pipe[chunk] = named
            snaps.distance_m[chunk] = shapely.distance(points, self._lines[named])
            drawn_m = shapely.line_locate_point(self._lines[named], points)
            snaps.offset_m[chunk] = self._recorded(named, drawn_m)
        return snaps

    def inward(self, snaps: Snaps) -> Snaps:
        """*snaps* on pipes that the record names: those of points drawn beyond an end moved a centimetre inside.

        The record says that they are on this pipe and not on the junction, nor on the valve that stands there.
        """
        length_m = self._length_m[snaps.pipe]
        aside = (snaps.pipe >= 0) & (snaps.distance_m > _AT_END_M)
        margin_m = np.where(aside, np.minimum(_INWARD_M, length_m / 4.0), 0.0)
        offset_m = np.clip(snaps.offset_m, margin_m, length_m - margin_m)
        return Snaps(snaps.pipe, np.where(aside, offset_m, snaps.offset_m), snaps.distance_m)

    def nearest(self, xy_m: Float64, reach_m: float) -> Snaps:
        """The nearest place on any pipe within *reach_m* of each of *xy_m*, shape (n, 2)."""
        pipe = np.full(len(xy_m), NO_INDEX, dtype=np.int32)
        if len(self._lines):
            # Neighbours one after the other find the same branches of the tree in the processor's cache.
            order = np.lexsort((xy_m[:, 1], xy_m[:, 0] // _TILE_M))
            for start in range(0, len(order), _CHUNK):
                rows = order[start : start + _CHUNK]
                pipe[rows] = self._nearest_pipes(xy_m[rows], reach_m)
        return self.project(xy_m, pipe)

    def places(self, pipe: Int32, offset_m: Float64) -> Float64:
        """Where places on pipes are on the map, shape (n, 2)."""
        recorded = self._length_m[pipe]
        share = np.divide(offset_m, recorded, out=np.zeros(len(pipe)), where=recorded > 0.0)
        found: Float64 = shapely.get_coordinates(
            shapely.line_interpolate_point(self._lines[pipe], share, normalized=True)
        )
        return found

    def middle(self, pipe: int) -> tuple[float, float]:
        """The middle of a pipe."""
        rows = np.array([pipe], dtype=np.int32)
        x_m, y_m = self.places(rows, self._length_m[rows] / 2.0)[0]
        return float(x_m), float(y_m)

    def within(self, xy_m: Float64, reach_m: float | Float64) -> tuple[Int64, Int64]:
        """Pairs (point, pipe) no farther apart than *reach_m*, one reach or one a point."""
        point, pipe = self.tree.query(shapely.points(xy_m), predicate="dwithin", distance=reach_m)
        return point, pipe

    def _nearest_pipes(self, xy_m: Float64, reach_m: float) -> Int32:
        """Most points have a pipe close by, and asking for all of those is far quicker than asking for the nearest."""
        found = np.full(len(xy_m), NO_INDEX, dtype=np.int32)
        points = np.asarray(shapely.points(xy_m), dtype=object)
        close_m = min(reach_m, _CLOSE_M) + _TIE_M
        # One that is as near as the nearest but for rounding may lie a little beyond.
        self._take_best(found, points, np.arange(len(points)), close_m + _TIE_M, close_m)
        left = np.flatnonzero(found < 0)
        if len(left) and reach_m > _CLOSE_M:
            (at, _), distance_m = self.tree.query_nearest(
                points[left], max_distance=reach_m + _TIE_M, return_distance=True, all_matches=False
            )
            self._take_best(found, points, left[at], distance_m + _TIE_M, np.inf)
        return found

    def _take_best(
        self, found: Int32, points: NDArray[np.object_], rows: Int64, within_m: float | Float64, limit_m: float
    ) -> None:
        """Give each of *rows* the nearest of the pipes *within_m* of it, of equally near ones the lowest id's.

        None where the nearest is beyond *limit_m*.
        """
        at, pipe = self.tree.query(points[rows], predicate="dwithin", distance=within_m)
        point = rows[at]
        distance_m = np.asarray(shapely.distance(points[point], self._lines[pipe]))
        nearest_m = np.full(len(points), np.inf)
        np.minimum.at(nearest_m, point, distance_m)
        equal = (distance_m <= nearest_m[point] + _TIE_M) & (nearest_m[point] <= limit_m)
        point, pipe = point[equal], pipe[equal]
        order = np.lexsort((self.rank()[pipe], point))
        first = order[np.flatnonzero(np.diff(point[order], prepend=-1))]
        found[point[first]] = pipe[first]

    def _recorded(self, pipe: Int32, drawn_offset_m: Float64) -> Float64:
        """Offsets along the drawn line as offsets in the recorded length; the middle of a line without length."""
        drawn, recorded = self._drawn_m[pipe], self._length_m[pipe]
        share = np.divide(drawn_offset_m, drawn, out=np.full(len(pipe), 0.5), where=drawn > 0.0)
        offset_m: Float64 = np.clip(share, 0.0, 1.0) * recorded
        return offset_m


@dataclass(frozen=True)
class PlaceOnPipe:
    """The place on a pipe nearest to a click.

    Attributes:
        offset_m: From the pipe's from_node, in its recorded length.
        x_m, y_m: The place itself.
        distance_m: From the click to it.
    """

    pipe: int
    offset_m: float
    x_m: float
    y_m: float
    distance_m: float


@dataclass(frozen=True)
class BeyondReach:
    """No pipe is near enough; *nearest* says where the nearest is, None in a city without pipes."""

    reach_m: float
    nearest: PlaceOnPipe | None


def locate(city: City, x_m: float, y_m: float, reach_m: float) -> PlaceOnPipe | BeyondReach:
    """The place on a pipe nearest to (*x_m*, *y_m*), project CRS; of places equally near the lowest pipe id's."""
    found = _nearest_within(city, x_m, y_m, reach_m)
    if found is not None:
        return found
    return BeyondReach(reach_m, _nearest_within(city, x_m, y_m, np.inf))


def _nearest_within(city: City, x_m: float, y_m: float, reach_m: float) -> PlaceOnPipe | None:
    xy, offsets = city.shapes.xy_m, city.shapes.offsets
    if len(xy) < 2:
        return None
    first = np.flatnonzero(_near_segments(xy, offsets, x_m, y_m, reach_m))
    if not len(first):
        return None
    start, step = xy[first], xy[first + 1] - xy[first]
    square = (step**2).sum(axis=1)
    share = (([x_m, y_m] - start) * step).sum(axis=1)
    share = np.clip(np.divide(share, square, out=np.zeros(len(first)), where=square > 0.0), 0.0, 1.0)
    place = start + share[:, None] * step
    distance = np.hypot(place[:, 0] - x_m, place[:, 1] - y_m)
    if distance.min() > reach_m:
        return None
    at = _lowest_id(city, first, np.flatnonzero(distance <= distance.min() + _TIE_M))
    pipe = _pipe_of(offsets, first[at])
    line = xy[int(offsets[pipe]) : int(offsets[pipe + 1])]
    steps = np.hypot(*np.diff(line, axis=0).T)
    before = int(first[at] - offsets[pipe])
    drawn = float(steps[:before].sum() + share[at] * steps[before])
    scale = float(city.network.pipes.length_m[pipe]) / float(steps.sum()) if steps.sum() > 0.0 else 0.0
    return PlaceOnPipe(pipe, drawn * scale, float(place[at, 0]), float(place[at, 1]), float(distance[at]))


def _near_segments(xy: Float64, offsets: Int64, x_m: float, y_m: float, reach_m: float) -> Bool:
    """Which vertices start a segment whose bounding box is within reach."""
    near = np.ones(len(xy) - 1, dtype=bool)
    # The last vertex of a line starts no segment.
    near[offsets[1:-1] - 1] = False
    if np.isfinite(reach_m):
        for axis, centre in ((0, x_m), (1, y_m)):
            values = xy[:, axis]
            below, above = values < centre - reach_m, values > centre + reach_m
            near &= ~(below[:-1] & below[1:]) & ~(above[:-1] & above[1:])
    return near


def _pipe_of(offsets: Int64, vertex: int) -> int:
    return int(np.searchsorted(offsets, vertex, side="right") - 1)


def _lowest_id(city: City, first: Int64, ties: Int64) -> int:
    """Of segments equally near the one whose pipe has the lowest id."""
    ids = city.network.pipes.ids
    return int(min(ties, key=lambda tie: ids[_pipe_of(city.shapes.offsets, int(first[tie]))]))
