"""Where valves, pumps and sources stand.

A valve or pump that names its pipe stands on it, at the place nearest to its point: at an end where that is closer
than the tolerance. It is believed up to ``id_reach_m`` from the pipe; farther off, record and map contradict each other
and it stands nowhere, so that no plan relies on it. One that names no pipe stands at the junction whose id it bears or
that is closer than the tolerance, leg not said; else on the nearest pipe within ``place_reach_m``; else nowhere.
Where two pipes are equally near, within the tolerance, nothing tells which is meant: it stands at the junction within
``place_reach_m``, leg not said, else nowhere.
A source stands at a junction or inside a pipe in the same way, the nearest pipe within ``id_reach_m``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import LISTED_AT_MOST, FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from gis.locate import Snaps, nearest_points
from gis.noding.mains import Mains
from gis.noding.options import NodingOptions
from network.columns import NO_INDEX, Bool, Float64, IdColumn, Int32, Int64


@dataclass(frozen=True, eq=False)
class Places:
    """Places on the network, as in :class:`~network.assets.DeviceTable`.

    Attributes:
        distance_m: Shape (n,), from the point to its place; inf where it stands nowhere.
        ambiguous: Shape (n,), two pipes are equally near; that is reported.
    """

    node: Int32
    pipe: Int32
    offset_m: Float64
    distance_m: Float64
    ambiguous: Bool

    @classmethod
    def none(cls, points: int) -> Places:
        """*points* that stand nowhere."""
        nowhere = np.full(points, NO_INDEX, dtype=np.int32)
        nan, inf = np.full(points, np.nan), np.full(points, np.inf)
        return cls(nowhere, nowhere.copy(), nan, inf, np.zeros(points, dtype=np.bool_))

    def nowhere(self) -> Bool:
        """Which stand nowhere."""
        off: Bool = (self.pipe == NO_INDEX) & (self.node == NO_INDEX)
        return off


@dataclass(frozen=True, eq=False)
class Points:
    """Point features to be placed."""

    layer: str
    ids: NDArray[np.object_]
    xy_m: Float64

    @classmethod
    def of(cls, name: str, layer: Layer) -> Points:
        """The points of *layer*."""
        return cls(name, layer.text("id"), shapely.get_coordinates(layer.geometry))


def place_devices(
    points: Points, pipe_id: NDArray[np.object_], mains: Mains, options: NodingOptions, log: FaultLog
) -> Places:
    """Places of valves or pumps whose records name the pipes *pipe_id* ("" for none)."""
    places = Places.none(len(points.ids))
    if not len(points.ids) or not len(mains.pipes):
        return places
    named = mains.references.find(pipe_id, points.xy_m)
    _report_unknown(points, pipe_id, named, log)
    rows = np.flatnonzero(named >= 0)
    _put(places, rows, mains.index.project(points.xy_m[rows], named[rows]), mains, options)
    _disbelieve(points, places, pipe_id, options, log)
    rows = np.flatnonzero(named < 0)
    rows = rows[~_at_nodes(points, rows, places, mains, options)]
    snaps = mains.index.nearest(points.xy_m[rows], options.place_reach_m)
    _put(places, rows, snaps, mains, options)
    _resolve_ambiguous(points, places, rows[_ambiguous(points.xy_m[rows], snaps, mains, options)], mains, options, log)
    return places


def place_sources(points: Points, mains: Mains, options: NodingOptions, log: FaultLog) -> Places:
    """Places of sources: a node, or inside a pipe, never both."""
    places = Places.none(len(points.ids))
    if not len(points.ids) or not len(mains.pipes):
        return places
    rows = np.arange(len(points.ids))
    rows = rows[~_at_nodes(points, rows, places, mains, options)]
    _put(places, rows, mains.index.nearest(points.xy_m[rows], options.id_reach_m), mains, options)
    at_end = places.node >= 0
    places.pipe[at_end] = NO_INDEX
    places.offset_m[at_end] = np.nan
    moved = np.isfinite(places.distance_m) & (places.distance_m > options.place_reach_m)
    log.each(
        FaultKind.SOURCE_OFF_PIPE,
        points.layer,
        points.ids[moved],
        points.xy_m[moved],
        Action.REPAIRED,
        distance_m=places.distance_m[moved],
    )
    return places


def report_off_pipe(kind: FaultKind, points: Points, places: Places, counts: Bool, mains: Mains, log: FaultLog) -> None:
    """Report those of *points* that stand nowhere, as far as *counts* marks them, and how far the nearest pipe is.

    Of those that are equally near to two it has been said why already.
    """
    off = np.flatnonzero(places.nowhere() & counts & ~places.ambiguous)
    away_m = mains.index.distances(points.xy_m[off[:LISTED_AT_MOST]])
    nearest = {"distance_m": away_m} if np.isfinite(away_m).all() else {}
    log.each(kind, points.layer, points.ids[off], points.xy_m[off], Action.KEPT, **nearest)


def _report_unknown(points: Points, pipe_id: NDArray[np.object_], named: Int32, log: FaultLog) -> None:
    unknown = (named < 0) & (pipe_id != "")
    log.each(
        FaultKind.UNKNOWN_REFERENCE,
        points.layer,
        points.ids[unknown],
        points.xy_m[unknown],
        Action.REPAIRED,
        column="pipe_id",
        other=pipe_id[unknown],
    )


def _disbelieve(
    points: Points, places: Places, pipe_id: NDArray[np.object_], options: NodingOptions, log: FaultLog
) -> None:
    """Report those drawn off the pipe that they name; those too far off stand nowhere."""
    drawn_off = np.isfinite(places.distance_m) & (places.distance_m > options.place_reach_m)
    far = drawn_off & (places.distance_m > options.id_reach_m) & (options.by != "ids")
    for which, action in ((drawn_off & ~far, Action.KEPT), (far, Action.SKIPPED)):
        log.each(
            FaultKind.ID_CONTRADICTS_GEOMETRY,
            points.layer,
            points.ids[which],
            points.xy_m[which],
            action,
            other=pipe_id[which],
            distance_m=places.distance_m[which],
        )
    places.pipe[far] = NO_INDEX
    places.node[far] = NO_INDEX
    places.offset_m[far] = np.nan
    places.distance_m[far] = np.inf


def _ambiguous(xy_m: Float64, snaps: Snaps, mains: Mains, options: NodingOptions) -> Bool:
    """Which places are as good on a second pipe, within the tolerance."""
    found = np.flatnonzero(snaps.pipe >= 0)
    point, pipe = mains.index.within(xy_m[found], snaps.distance_m[found] + options.tolerance_m)
    others = point[pipe != snaps.pipe[found][point]]
    ambiguous = np.zeros(len(xy_m), dtype=np.bool_)
    ambiguous[found[others]] = True
    return ambiguous


def _resolve_ambiguous(
    points: Points, places: Places, rows: Int64, mains: Mains, options: NodingOptions, log: FaultLog
) -> None:
    """Put *rows* at the junction near by if there is one, leg not said; else nowhere, and report them."""
    if not len(rows):
        return
    nodes = np.column_stack([mains.nodes.x_m, mains.nodes.y_m])
    distance_m, nearest = nearest_points(nodes, points.xy_m[rows], options.place_reach_m)
    at_node = np.isfinite(distance_m)
    for which, action in ((at_node, Action.KEPT), (~at_node, Action.SKIPPED)):
        log.each(
            FaultKind.VALVE_PLACE_AMBIGUOUS,
            points.layer,
            points.ids[rows[which]],
            points.xy_m[rows[which]],
            action,
            other=np.array(mains.pipes.ids.take(places.pipe[rows[which]]), dtype=object),
            distance_m=places.distance_m[rows[which]],
        )
    places.node[rows] = np.where(at_node, nearest, NO_INDEX)
    places.pipe[rows] = NO_INDEX
    places.offset_m[rows] = np.nan
    places.distance_m[rows] = distance_m
    places.ambiguous[rows] = True


def _at_nodes(points: Points, rows: Int64, places: Places, mains: Mains, options: NodingOptions) -> Bool:
    """Put *rows* at the junctions that bear their ids or lie within the tolerance; which of them found one."""
    nodes = mains.nodes
    places_of_nodes = np.column_stack([nodes.x_m, nodes.y_m])
    distance_m, nearest = nearest_points(places_of_nodes, points.xy_m[rows], options.tolerance_m)
    named = nodes.ids.find_many(IdColumn.of(points.ids[rows]))
    gap_m = np.hypot(*(points.xy_m[rows] - places_of_nodes[named]).T)
    believed = (named >= 0) & (gap_m <= options.place_reach_m)
    found: Bool = believed | np.isfinite(distance_m)
    at = rows[found]
    places.node[at] = np.where(believed, named, nearest)[found]
    places.distance_m[at] = np.where(believed, gap_m, distance_m)[found]
    return found


def _put(places: Places, rows: Int64, snaps: Snaps, mains: Mains, options: NodingOptions) -> None:
    """Put *rows* where *snaps* says, at an end of the pipe where that is within the tolerance."""
    if not len(rows):
        return
    places.pipe[rows] = snaps.pipe
    places.distance_m[rows] = snaps.distance_m
    found = snaps.pipe >= 0
    at, pipe, offset_m = rows[found], snaps.pipe[found], snaps.offset_m[found].copy()
    length_m = mains.pipes.length_m[pipe]
    # A pipe of a few millimetres still has a middle.
    near_m = np.minimum(options.tolerance_m, length_m / 4.0)
    start, end = offset_m <= near_m, offset_m >= length_m - near_m
    offset_m[end], offset_m[start] = length_m[end], 0.0
    places.node[at] = np.where(start, mains.pipes.from_node[pipe], np.where(end, mains.pipes.to_node[pipe], NO_INDEX))
    places.offset_m[at] = offset_m
