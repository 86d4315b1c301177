"""Ends that were probably meant to meet something: reported, never joined."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.noding.mains import Mains
from gis.noding.options import NodingOptions
from network.columns import Bool, Float64, Int64

_CHUNK = 100_000


def report_near_misses(mains: Mains, options: NodingOptions, log: FaultLog) -> None:
    """Report dead ends close to another main, and junctions close to one another that no pipe ties."""
    if len(mains.pipes):
        _report_dead_ends(mains, options, log)
        _report_junctions(mains, options, log)


def _report_dead_ends(mains: Mains, options: NodingOptions, log: FaultLog) -> None:
    """Dead ends with another main close by that they do not meet.

    Mains that already meet the dead end's own pipe are left out: a short stub lies close to the main it leaves.
    """
    nodes = np.flatnonzero(np.diff(mains.legs.offsets) == 1)
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
        _report_nearest(mains, _Misses(point, own[point], pipe, xy[point]), options, log)


def _touches(mains: Mains, pipe: Int64, node: Int64) -> Bool:
    touches: Bool = (mains.pipes.from_node[pipe] == node) | (mains.pipes.to_node[pipe] == node)
    return touches


class _Misses:
    """Dead ends and mains that they miss, one pair a row."""

    def __init__(self, end: Int64, own: Int64, pipe: Int64, xy_m: Float64) -> None:
        self.end, self.own, self.pipe, self.xy_m = end, own, pipe, xy_m


def _report_nearest(mains: Mains, misses: _Misses, options: NodingOptions, log: FaultLog) -> None:
    """Report each dead end once, with the nearest main."""
    snaps = mains.index.project(misses.xy_m, misses.pipe.astype(np.int32))
    order = np.lexsort((mains.index.rank()[misses.pipe], snaps.distance_m, misses.end))
    first = order[np.flatnonzero(np.diff(misses.end[order], prepend=-1))]
    first = first[np.argsort(mains.index.rank()[misses.own[first]], kind="stable")]
    distance_m, offset_m = snaps.distance_m[first], snaps.offset_m[first]
    length_m = mains.pipes.length_m[misses.pipe[first]]
    close = distance_m <= options.tolerance_m
    inside = (offset_m > options.tolerance_m) & (offset_m < length_m - options.tolerance_m)
    # Ends that close meet, unless their ids part them, and that has been reported.
    reported_before = close & ~inside
    ids = mains.layer.text("id")
    on_middle = close & inside
    for which, kind in ((on_middle, FaultKind.END_ON_MIDDLE), (~on_middle & ~reported_before, FaultKind.NEAR_MISS_END)):
        rows = first[which]
        log.each(
            kind,
            "pipe",
            ids[misses.own[rows]],
            misses.xy_m[rows],
            Action.KEPT,
            other=ids[misses.pipe[rows]],
            distance_m=snaps.distance_m[rows],
        )


def _report_junctions(mains: Mains, options: NodingOptions, log: FaultLog) -> None:
    """Pairs of junctions closer than a near miss, with no pipe and no third junction between them."""
    legs = np.diff(mains.legs.offsets)
    nodes = np.flatnonzero(legs > 1)
    xy = np.column_stack([mains.nodes.x_m, mains.nodes.y_m])
    if len(nodes) < 2:
        return
    tree = cKDTree(xy[nodes], balanced_tree=False, compact_nodes=False)
    pairs = nodes[np.sort(tree.query_pairs(options.near_miss_m, output_type="ndarray"), axis=1)]
    distance_m = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    pairs = pairs[distance_m > options.tolerance_m]
    ids = mains.layer.text("id")
    for first, second in sorted(pairs.tolist()):
        beyond = _neighbours(mains, first)
        if second in beyond or beyond & _neighbours(mains, second):
            continue
        log.add(
            FaultKind.NEAR_MISS_END,
            "pipe",
            _lowest_pipe(mains, first, ids),
            (float(xy[first, 0]), float(xy[first, 1])),
            Action.KEPT,
            other=_lowest_pipe(mains, second, ids),
            distance_m=float(np.hypot(*(xy[first] - xy[second]))),
        )


def _neighbours(mains: Mains, node: int) -> set[int]:
    end = mains.legs[node]
    pipes = len(mains.pipes)
    far = np.where(end < pipes, mains.pipes.to_node[end % pipes], mains.pipes.from_node[end % pipes])
    return set(far.tolist()) - {node}


def _lowest_pipe(mains: Mains, node: int, ids: np.ndarray[tuple[int, ...], np.dtype[np.object_]]) -> str:
    return min(str(ids[end % len(mains.pipes)]) for end in mains.legs[node].tolist())
