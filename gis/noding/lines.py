"""Pipe lines made ready for noding: without lines that join nothing, split where told, lengths shared among parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from gis.noding.clean import Cleaned
from gis.noding.options import NodingOptions
from network.columns import Float64, Int64
from network.stretches import cut_line

Texts = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class PipeLines:
    """Lines to be noded.

    Attributes:
        cleaned: The pipe layer.
        from_id, to_id: Shape (n,), node ids that the records carry at either end, "" for none.
        length_m: Shape (n,), as recorded, else as drawn.
    """

    cleaned: Cleaned
    from_id: Texts
    to_id: Texts
    length_m: Float64


def ready_lines(cleaned: Cleaned, options: NodingOptions, log: FaultLog) -> PipeLines:
    """Lines of the pipe layer *cleaned*."""
    if options.join_ends_on_lines:
        cleaned = _split_at_ends(cleaned, options.tolerance_m, log)
    from_id, to_id = _end_ids(cleaned, options)
    lines = PipeLines(cleaned, from_id, to_id, _lengths(cleaned))
    return _without_zero_lengths(lines, options, log)


def _without_zero_lengths(lines: PipeLines, options: NodingOptions, log: FaultLog) -> PipeLines:
    """Lines without drawn length dropped, unless their ids say that they join two nodes."""
    layer = lines.cleaned.layer
    short = shapely.length(layer.geometry) <= 0.0
    joins = short & (options.by == "ids") & (lines.from_id != "") & (lines.to_id != "") & (lines.from_id != lines.to_id)
    for which, action in ((short & ~joins, Action.SKIPPED), (joins, Action.KEPT)):
        places = shapely.get_coordinates(shapely.get_point(layer.geometry[which], 0))
        log.each(FaultKind.ZERO_LENGTH, "pipe", layer.text("id")[which], places, action)
    kept = ~(short & ~joins)
    if kept.all():
        return lines
    return PipeLines(lines.cleaned.only(kept), lines.from_id[kept], lines.to_id[kept], lines.length_m[kept])


def _end_ids(cleaned: Cleaned, options: NodingOptions) -> tuple[Texts, Texts]:
    """Recorded node ids of both ends; the inner ends of a line in several parts carry none, or their place."""
    from_id, to_id = cleaned.layer.text("from_node"), cleaned.layer.text("to_node")
    joint = np.diff(cleaned.row) == 0
    if not joint.any():
        return from_id, to_id
    from_id, to_id = from_id.copy(), to_id.copy()
    lines = cleaned.layer.geometry
    for ids, inner, vertex in ((from_id, np.append(False, joint), 0), (to_id, np.append(joint, False), -1)):
        places = shapely.get_coordinates(shapely.get_point(lines[inner], vertex))
        ids[inner] = [f"@{x:.3f},{y:.3f}" if options.by == "ids" else "" for x, y in places]
    return from_id, to_id


def _lengths(cleaned: Cleaned) -> Float64:
    """Recorded lengths, shared among the parts of one line as drawn; drawn ones where none is recorded."""
    drawn_m = np.asarray(shapely.length(cleaned.layer.geometry))
    stated_m = cleaned.layer.real("length_m")
    _, record = np.unique(cleaned.row, return_inverse=True)
    whole_m = np.bincount(record, weights=drawn_m)[record]
    share = np.divide(drawn_m, whole_m, out=np.ones(len(drawn_m)), where=(drawn_m < whole_m) & (whole_m > 0.0))
    stated = np.isfinite(stated_m) & (stated_m > 0.0)
    length_m: Float64 = np.where(stated, stated_m * share, drawn_m)
    return length_m


def _split_at_ends(cleaned: Cleaned, tolerance_m: float, log: FaultLog) -> Cleaned:
    """Lines split where the end of a line, another or their own, touches them between their ends."""
    lines = cleaned.layer.geometry
    touched, places = _touches(lines, tolerance_m)
    if not len(touched):
        return cleaned
    rows = np.unique(touched)
    parts = [_cut(lines[row], places[touched == row], tolerance_m) for row in rows.tolist()]
    counts = np.ones(len(lines), dtype=np.int64)
    counts[rows] = [len(cut) for cut in parts]
    source = np.repeat(np.arange(len(lines)), counts)
    geometry = lines[source]
    geometry[np.isin(source, rows)] = [part for cut in parts for part in cut]
    ids = cleaned.layer.text("id")
    several = rows[counts[rows] > 1]
    centre = shapely.get_coordinates(shapely.centroid(lines[several]))
    log.each(FaultKind.END_ON_MIDDLE, "pipe", ids[several], centre, Action.REPAIRED, count=counts[several])
    split = _repeated(cleaned, source)
    names = _part_names(ids, source)
    return replace(split, layer=Layer(geometry, {**split.layer.columns, "id": names}))


def _touches(lines: Texts, tolerance_m: float) -> tuple[Int64, Float64]:
    """Lines touched between their ends by an end, and where: rows, and places of shape (n, 2)."""
    ends = shapely.get_point(np.concatenate([lines, lines]), np.repeat([0, -1], len(lines)))
    point, line = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=tolerance_m)
    at_m = shapely.line_locate_point(lines[line], ends[point])
    inside = (at_m > tolerance_m) & (at_m < shapely.length(lines[line]) - tolerance_m)
    return line[inside], shapely.get_coordinates(ends[point[inside]])


def _cut(line: shapely.LineString, places: Float64, tolerance_m: float) -> list[shapely.LineString]:
    """*line* cut at *places*, whose coordinates the new ends take over; places closer than the tolerance are one."""
    at_m = shapely.line_locate_point(line, np.asarray(shapely.points(places), dtype=object))
    order = np.lexsort((places[:, 1], places[:, 0], at_m))
    first = order[np.diff(at_m[order], prepend=-np.inf) > tolerance_m]
    shares = np.concatenate([[0.0], at_m[first] / line.length, [1.0]])
    xy = shapely.get_coordinates(line)
    cuts = [cut_line(xy, start, end) for start, end in pairwise(shares.tolist())]
    for number, place in enumerate(places[first]):
        cuts[number][-1] = cuts[number + 1][0] = place
    return [shapely.LineString(cut) for cut in cuts]


def _repeated(cleaned: Cleaned, source: Int64) -> Cleaned:
    columns = {name: values[source] for name, values in cleaned.layer.columns.items()}
    heights = cleaned.end_z_m[source]
    # The height of an inner end is not recorded.
    inner = np.diff(source) == 0
    heights[np.append(False, inner), 0] = np.nan
    heights[np.append(inner, False), 1] = np.nan
    layer = Layer(cleaned.layer.geometry[source], columns)
    return Cleaned(layer, cleaned.recorded[source], cleaned.row[source], heights)


def _part_names(ids: Texts, source: Int64) -> Texts:
    """Ids of parts: the first keeps the line's, the next are called ``ID!2``, ``ID!3`` …."""
    names = ids[source]
    taken = set(ids.tolist())
    number = 1
    for part in range(1, len(source)):
        number = number + 1 if source[part] == source[part - 1] else 1
        if number > 1:
            while f"{names[part]}!{number}" in taken:
                number += 1
            names[part] = f"{names[part]}!{number}"
            taken.add(names[part])
    return names
