"""Pipes drawn on top of each other.

Both are kept: two mains may share a trench, and one of them could feed past a valve on the other.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.noding.ids import digests
from gis.noding.mains import Mains
from gis.noding.options import NodingOptions
from network.columns import Int64

OVERLAP_M = 1.0
"""Pipes that share less than this are not reported."""

_SAMPLES = (0.25, 0.5, 0.75)
_CHUNK = 200_000


def report_doubles(mains: Mains, options: NodingOptions, log: FaultLog) -> None:
    """Report pipes that share a line, whole or in part."""
    if not len(mains.pipes):
        return
    twins = _twins(mains)
    ids = mains.layer.text("id")
    if twins:
        rows = np.array(sorted(twins), dtype=np.int64)
        other = ids[[twins[row] for row in rows.tolist()]]
        log.each(FaultKind.DUPLICATE_FEATURE, "pipe", ids[rows], _middles(mains, rows), Action.KEPT, other=other)
    _report_overlaps(mains, twins, options, log)


def _twins(mains: Mains) -> dict[int, int]:
    """For each pipe with the line of another, either way round, the one of them with the lowest id."""
    lines, rank = mains.index.lines, mains.index.rank()
    bounds = np.round(shapely.bounds(lines), 2)
    order = np.lexsort(bounds.T)
    same = ~np.diff(bounds[order], axis=0).any(axis=1)
    rows = np.unique(np.concatenate([order[:-1][same], order[1:][same]]))
    rows = rows[np.argsort(rank[rows])]
    first: dict[str, int] = {}
    twins = {}
    for row, digest in zip(rows.tolist(), digests(lines[rows]), strict=True):
        if first.setdefault(digest, row) != row:
            twins[row] = first[digest]
    return twins


def _middles(mains: Mains, rows: Int64) -> NDArray[np.float64]:
    lines: NDArray[np.object_] = mains.index.lines[rows]
    return shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True))


def _report_overlaps(mains: Mains, twins: dict[int, int], options: NodingOptions, log: FaultLog) -> None:
    """Report pairs that share a stretch of about a quarter of either or more."""
    lines, ids = mains.index.lines, mains.layer.text("id")
    shared = []
    for first, second in _close_pairs(mains, options.tolerance_m):
        if twins.get(first, first) == twins.get(second, second):
            continue
        near = shapely.buffer(lines[second], 2.0 * options.tolerance_m, quad_segs=2)
        stretch = shapely.intersection(lines[first], near)
        if stretch.length >= OVERLAP_M:
            by_id = sorted((first, second), key=lambda row: str(ids[row]))
            shared.append((str(ids[by_id[0]]), str(ids[by_id[1]]), stretch))
    for lower, upper, stretch in sorted(shared, key=lambda item: item[:2]):
        place = stretch.interpolate(0.5, normalized=True) if stretch.geom_type == "LineString" else stretch.centroid
        at = (place.x, place.y)
        log.add(FaultKind.OVERLAPPING, "pipe", lower, at, Action.KEPT, other=upper, length_m=round(stretch.length, 2))


def _close_pairs(mains: Mains, tolerance_m: float) -> list[tuple[int, int]]:
    """Pairs where at least two sample places of one pipe or both lie on the other."""
    lines = mains.index.lines
    long = np.flatnonzero(shapely.length(lines) >= OVERLAP_M)
    found = [np.empty(0, dtype=np.int64)]
    for start in range(0, len(long), _CHUNK):
        rows = long[start : start + _CHUNK]
        found += [_on_others(mains, rows, share, tolerance_m) for share in _SAMPLES]
    keys, counts = np.unique(np.concatenate(found), return_counts=True)
    often = keys[counts > 1]
    return list(zip((often // len(lines)).tolist(), (often % len(lines)).tolist(), strict=True))


def _on_others(mains: Mains, rows: Int64, share: float, tolerance_m: float) -> Int64:
    """Keys of pairs, the lower row first, where the place at *share* of one of *rows* lies on another pipe."""
    places = shapely.line_interpolate_point(mains.index.lines[rows], share, normalized=True)
    point, other = mains.index.within(shapely.get_coordinates(places), tolerance_m)
    pair = np.sort(np.column_stack([rows[point], other])[rows[point] != other], axis=1)
    keys: Int64 = pair[:, 0] * len(mains.index.lines) + pair[:, 1]
    return keys
