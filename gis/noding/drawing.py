"""Faults in how the mains were drawn: ends that just miss, ends on the middle of a line, doubles, overlaps."""

from __future__ import annotations

import numpy as np
import shapely

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.noding.ids import digests
from gis.noding.mains import Mains
from gis.noding.options import NodingOptions
from network.columns import Bool, Float64, Int64

_CHUNK = 100_000


def report_drawing(mains: Mains, options: NodingOptions, log: FaultLog) -> None:
    """Report what looks unintended in the drawing of *mains*; nothing is changed."""
    if not len(mains.pipes):
        return
    _report_near_misses(mains, options, log)
    _report_doubles(mains, log)


def _report_near_misses(mains: Mains, options: NodingOptions, log: FaultLog) -> None:
    """Dead ends with another main close by that they do not meet.

    Mains that already meet the dead end's own pipe are left out: a short stub lies close to the main it leaves.
    """
    legs = np.diff(mains.legs.offsets)
    nodes = np.flatnonzero(legs == 1)
    pipes = len(mains.pipes)
    end = mains.legs.values[mains.legs.offsets[nodes]]
    own = end % pipes
    other_node = np.where(end < pipes, mains.pipes.to_node[own], mains.pipes.from_node[own])
    xy = np.column_stack([mains.nodes.x_m[nodes], mains.nodes.y_m[nodes]])
    for start in range(0, len(nodes), _CHUNK):
        part = slice(start, start + _CHUNK)
        point, pipe = mains.index.within(xy[part], options.near_miss_m)
        kept = (pipe != own[part][point]) & ~_touches(mains, pipe, other_node[part][point])
        point, pipe = point[kept] + start, pipe[kept]
        _report_pairs(mains, own[point], pipe, xy[point], options, log)


def _touches(mains: Mains, pipe: Int64, node: Int64) -> Bool:
    touches: Bool = (mains.pipes.from_node[pipe] == node) | (mains.pipes.to_node[pipe] == node)
    return touches


def _report_pairs(mains: Mains, own: Int64, pipe: Int64, xy: Float64, options: NodingOptions, log: FaultLog) -> None:
    """Report each dead end once, with the nearest main."""
    snaps = mains.index.project(xy, pipe.astype(np.int32))
    order = np.lexsort((mains.index.rank()[pipe], snaps.distance_m, own, xy[:, 1], xy[:, 0]))
    first = order[np.flatnonzero(np.diff(xy[order], axis=0, prepend=np.nan).any(axis=1))] if len(order) else order
    on_line = snaps.distance_m[first] <= options.tolerance_m
    ids = mains.layer.text("id")
    for which, kind in ((on_line, FaultKind.END_ON_MIDDLE), (~on_line, FaultKind.NEAR_MISS_END)):
        rows = first[which]
        log.each(
            kind,
            "pipe",
            ids[own[rows]],
            xy[rows],
            Action.KEPT,
            other=ids[pipe[rows]],
            distance_m=snaps.distance_m[rows],
        )


def _report_doubles(mains: Mains, log: FaultLog) -> None:
    """Pipes drawn along one line. Both are kept: two mains may share a trench, and one could feed past the other."""
    lines, ids = mains.index.lines, mains.layer.text("id")
    bounds = np.round(shapely.bounds(lines), 2)
    _, group, counts = np.unique(bounds, axis=0, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(counts[group.ravel()] > 1)
    seen: dict[str, int] = {}
    for row, digest in sorted(
        zip(rows.tolist(), digests(lines[rows]), strict=True), key=lambda item: str(ids[item[0]])
    ):
        twin = seen.setdefault(digest, row)
        if twin != row:
            middle = shapely.get_coordinates(shapely.line_interpolate_point(lines[row], 0.5, normalized=True))[0]
            at = (float(middle[0]), float(middle[1]))
            log.add(FaultKind.DUPLICATE_FEATURE, "pipe", str(ids[row]), at, Action.KEPT, other=str(ids[twin]))
