"""Nodes of the network: what they are called, where they lie, how high."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from gis.locate import nearest_points
from gis.noding.ends import Ends, Meeting
from gis.noding.heights import EndHeights, Junctions, elevations
from gis.noding.options import NodingOptions
from network.assets import NodeTable
from network.columns import NO_INDEX, Bool, Float64, IdColumn, Int64


def build_nodes(
    ends: Ends, meeting: Meeting, heights: EndHeights, junction: Layer, options: NodingOptions, log: FaultLog
) -> NodeTable:
    """Nodes of *meeting*, with ids and elevations from the junction layer where it has them.

    A node is called by the lowest of the sound ids at its ends; else by the id of a junction within the tolerance;
    else by its place. Its place is the lowest of its ends by x, then y. Elevations come from the junction layer, else
    from the heights of the pipes' ends.
    """
    xy = _node_places(ends, meeting)
    name = _node_names(ends, meeting)
    junctions = Junctions(junction, _junction_nodes(ends, name, xy, junction, options, log))
    ids = _unique_names(_called(name, ends.names, xy, junctions))
    return NodeTable(
        IdColumn.of(ids), xy[:, 0].copy(), xy[:, 1].copy(), elevations(ends, meeting, heights, junctions, log)
    )


def _node_places(ends: Ends, meeting: Meeting) -> Float64:
    order = np.lexsort((ends.xy_m[:, 1], ends.xy_m[:, 0], meeting.node))
    return ends.xy_m[order[np.flatnonzero(np.diff(meeting.node[order], prepend=-1))]]


def _node_names(ends: Ends, meeting: Meeting) -> Int64:
    """Index into the ends' names of the lowest sound id at each node, -1 where there is none."""
    rank = np.empty(len(ends.names) + 1, dtype=np.int64)
    order = sorted(range(len(ends.names)), key=ends.names.__getitem__)
    rank[order] = np.arange(len(order))
    by_rank = np.array([*order, NO_INDEX], dtype=np.int64)
    lowest = np.full(meeting.nodes, len(order), dtype=np.int64)
    rows = np.flatnonzero(meeting.sound)
    np.minimum.at(lowest, meeting.node[rows], rank[ends.name[rows]])
    return by_rank[lowest]


def _junction_nodes(
    ends: Ends, name: Int64, xy: Float64, junction: Layer, options: NodingOptions, log: FaultLog
) -> Int64:
    """Node of each junction: the one called by its id, if near enough; else the nearest within the tolerance."""
    node = np.full(len(junction), NO_INDEX, dtype=np.int64)
    if not len(junction) or not len(xy):
        return node
    points = shapely.get_coordinates(junction.geometry)
    node_of_name = np.full(len(ends.names) + 1, NO_INDEX, dtype=np.int64)
    node_of_name[name] = np.arange(len(name))
    node_of_name[-1] = NO_INDEX
    index = {value: row for row, value in enumerate(ends.names)}
    by_id = node_of_name[[index.get(value, -1) for value in junction.text("id")]]
    gap_m = np.where(by_id >= 0, np.hypot(*(points - xy[by_id]).T), np.inf)
    far = (by_id >= 0) & (gap_m > options.near_miss_m) & (options.by != "ids")
    ids = junction.text("id")
    log.each(FaultKind.ID_CONTRADICTS_GEOMETRY, "junction", ids[far], points[far], Action.KEPT, distance_m=gap_m[far])
    distance_m, nearest = nearest_points(xy, points, options.tolerance_m)
    node[np.isfinite(distance_m)] = nearest[np.isfinite(distance_m)]
    believed = (by_id >= 0) & ~far
    node[believed] = by_id[believed]
    _report_off(ids, points, node < 0, log)
    return node


def _report_off(ids: NDArray[np.object_], points: Float64, off: Bool, log: FaultLog) -> None:
    log.each(FaultKind.JUNCTION_OFF_PIPE, "junction", ids[off], points[off], Action.SKIPPED)


def _called(name: Int64, names: list[str], xy: Float64, junctions: Junctions) -> list[str]:
    called = [names[index] if index >= 0 else "" for index in name.tolist()]
    for node, value in zip(junctions.node.tolist(), junctions.layer.text("id").tolist(), strict=True):
        if node >= 0 and not called[node]:
            called[node] = value
    for node in (row for row, value in enumerate(called) if not value):
        called[node] = f"@{xy[node, 0]:.3f},{xy[node, 1]:.3f}"
    return called


def _unique_names(called: list[str]) -> list[str]:
    """The same names, the second, third … bearer of one told apart as ``ID#2``, ``ID#3`` …."""
    taken = set(called)
    if len(taken) == len(called):
        return called
    seen: set[str] = set()
    for node, value in enumerate(called):
        number, free = 2, value
        while free in seen or (free != value and free in taken):
            free, number = f"{value}#{number}", number + 1
        seen.add(free)
        called[node] = free
    return called


def report_meeting(
    ends: Ends, meeting: Meeting, pipe_ids: NDArray[np.object_], nodes: NodeTable, log: FaultLog
) -> None:
    """Report where ids and places of pipe ends disagree."""
    pipes = len(pipe_ids)
    names = np.array([*ends.names, ""], dtype=object)
    for (rows, gap_m), action in ((meeting.stray, Action.KEPT), (meeting.gap, Action.REPAIRED)):
        log.each(
            FaultKind.ID_CONTRADICTS_GEOMETRY,
            "pipe",
            pipe_ids[rows % pipes] if pipes else pipe_ids[:0],
            ends.xy_m[rows],
            action,
            node=names[ends.name[rows]],
            distance_m=gap_m,
        )
    _report_parted(ends, meeting, pipe_ids, log)
    rows = np.flatnonzero(meeting.sound)
    _, first = np.unique(np.column_stack([meeting.node[rows], ends.name[rows]]), axis=0, return_index=True)
    rows = np.sort(rows[first])
    called = np.array(nodes.ids.take(meeting.node[rows]), dtype=object) if len(rows) else names[:0]
    other = called != names[ends.name[rows]]
    rows, called = rows[other], called[other]
    log.each(
        FaultKind.ID_CONTRADICTS_GEOMETRY,
        "pipe",
        pipe_ids[rows % max(pipes, 1)],
        ends.xy_m[rows],
        Action.REPAIRED,
        node=names[ends.name[rows]],
        other=called,
    )


def _report_parted(ends: Ends, meeting: Meeting, pipe_ids: NDArray[np.object_], log: FaultLog) -> None:
    first, second = meeting.parted.T if len(meeting.parted) else (meeting.parted.ravel(), meeting.parted.ravel())
    pipes = max(len(pipe_ids), 1)
    log.each(
        FaultKind.NEAR_MISS_END,
        "pipe",
        pipe_ids[first % pipes],
        ends.xy_m[first],
        Action.KEPT,
        other=pipe_ids[second % pipes],
        distance_m=np.hypot(*(ends.xy_m[first] - ends.xy_m[second]).T),
    )
