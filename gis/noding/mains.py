"""The mains: lines with two ends become pipes between nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.layers import Layer
from gis.locate import PipeIndex
from gis.noding.clean import Cleaned
from gis.noding.ends import Ends, Meeting, meet
from gis.noding.heights import EndHeights
from gis.noding.lines import ready_lines
from gis.noding.nodes import build_nodes, report_meeting
from gis.noding.options import NodingOptions
from gis.noding.words import outside_diameters
from network.assets import NodeTable, PipeShapes, PipeTable
from network.columns import NO_INDEX, CodedColumn, Float64, IdColumn, Int16, Int32, Ragged


@dataclass(frozen=True, eq=False)
class Mains:
    """Pipes and nodes, and what is needed to place things on them.

    Attributes:
        layer: The pipe layer as it will be stored.
        index: Search for places on the pipes.
        legs: Pipe ends at each node: end i below the number of pipes is the start of pipe i, else the end of
            pipe i - number of pipes.
    """

    layer: Layer
    nodes: NodeTable
    pipes: PipeTable
    shapes: PipeShapes
    index: PipeIndex
    legs: Ragged
    references: PipeReferences

    def references_settled(self, name: str, layer: Layer) -> Layer:
        """*layer*, the layer called *name*, naming the very part where it names a pipe that was split into several."""
        columns = {
            column: self.references.settled(layer.columns[column], layer.geometry)
            for column in ("pipe_id", "toward_pipe_id")
            if name != "pipe" and column in layer.columns and self.references.any_split
        }
        return Layer(layer.geometry, {**layer.columns, **columns}) if columns else layer


@dataclass(frozen=True, eq=False)
class PipeReferences:
    """Finds the pipe that a record names, also when its feature was split into several.

    Attributes:
        recorded: Distinct ids as recorded.
        rows: Pipe rows of each.
        index: Search for places on the pipes.
    """

    recorded: IdColumn
    rows: Ragged
    index: PipeIndex

    @property
    def any_split(self) -> bool:
        """Whether any feature became several pipes."""
        return bool((np.diff(self.rows.offsets) > 1).any())

    def settled(self, names: NDArray[np.object_], geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """*names* in which a feature that became several pipes is called by the one that is meant."""
        key = self.recorded.find_many(IdColumn.of(names))
        several = np.flatnonzero((key >= 0) & (np.append(np.diff(self.rows.offsets), 0)[key] > 1))
        if not len(several):
            return names
        xy_m = shapely.get_coordinates(shapely.centroid(geometry[several]))
        told = names.copy()
        told[several] = self.index.ids.take(self.find(names[several], xy_m))
        return told

    def find(self, names: NDArray[np.object_], xy_m: Float64) -> Int32:
        """Pipe rows for *names* ("" for none), of several the one nearest to *xy_m*; -1 where there is none."""
        key = self.recorded.find_many(IdColumn.of(names))
        named = np.flatnonzero(key >= 0)
        found = np.full(len(names), NO_INDEX, dtype=np.int32)
        found[named] = self.rows.values[self.rows.offsets[key[named]]]
        several = named[np.diff(self.rows.offsets)[key[named]] > 1]
        for row in several.tolist():
            candidates = self.rows[int(key[row])]
            distance_m = shapely.distance(self.index.lines[candidates], shapely.points(xy_m[row]))
            found[row] = candidates[int(np.argmin(distance_m))]
        return found


def node_pipes(cleaned: Cleaned, junction: Layer, options: NodingOptions, log: FaultLog) -> Mains:
    """Node the pipe layer."""
    lines = ready_lines(cleaned, options, log)
    cleaned, layer = lines.cleaned, lines.cleaned.layer
    offsets, xy = _vertices(layer.geometry)
    end_xy = np.concatenate([xy[offsets[:-1]], xy[offsets[1:] - 1]])
    ends = Ends.of(end_xy, lines.from_id, lines.to_id, np.asarray(shapely.length(layer.geometry)))
    meeting = meet(ends, options)
    heights = EndHeights(cleaned.end_z_m.T.ravel(), layer.text("id"))
    nodes = build_nodes(ends, meeting, heights, junction, options, log)
    ids = IdColumn.of(layer.text("id"))
    report_meeting(ends, meeting, layer.text("id"), nodes, log)
    table = _pipe_table(layer, ids, meeting, lines.length_m, log)
    index = PipeIndex(layer.geometry, ids, table.length_m)
    stored = _with_node_ids(_lengths_shared(layer, cleaned, table), nodes, table)
    legs = Ragged.by_key(meeting.node, meeting.nodes)
    shapes = PipeShapes(offsets, xy)
    return Mains(stored, nodes, table, shapes, index, legs, _references(cleaned.recorded, index, len(layer)))


def _vertices(lines: NDArray[np.object_]) -> tuple[NDArray[np.int64], Float64]:
    xy, index = shapely.get_coordinates(lines, return_index=True)
    offsets = np.zeros(len(lines) + 1, dtype=np.int64)
    np.cumsum(np.bincount(index, minlength=len(lines)), out=offsets[1:])
    return offsets, xy


def _pipe_table(layer: Layer, ids: IdColumn, meeting: Meeting, length_m: Float64, log: FaultLog) -> PipeTable:
    pipes = len(layer)
    return PipeTable(
        ids=ids,
        from_node=meeting.node[:pipes].astype(np.int32),
        to_node=meeting.node[pipes:].astype(np.int32),
        length_m=length_m,
        dn_mm=whole_mm(layer.real("dn_mm")),
        outside=outside_diameters(layer, log),
        material=CodedColumn.of(layer.text("material").tolist()),
        year=np.clip(layer.integer("year"), 0, np.iinfo(np.int16).max).astype(np.int16),
        depth_m=layer.real("depth_m").astype(np.float32),
        dma=CodedColumn.of(layer.text("dma_id").tolist()),
    )


def whole_mm(values: Float64) -> Int16:
    """Diameters to the millimetre, 0 where there is none."""
    known = np.where(np.isfinite(values), values, 0.0)
    return np.clip(np.rint(known), 0, np.iinfo(np.int16).max).astype(np.int16)


def _lengths_shared(layer: Layer, cleaned: Cleaned, pipes: PipeTable) -> Layer:
    """*layer* in which the parts of one feature bear their own lengths, where the record states the whole's."""
    if "length_m" not in layer.columns or not (np.diff(cleaned.row) == 0).any():
        return layer
    _, feature, parts = np.unique(cleaned.row, return_inverse=True, return_counts=True)
    stated_m = layer.real("length_m")
    own = np.where((parts[feature] > 1) & (stated_m > 0.0), pipes.length_m, stated_m)
    return Layer(layer.geometry, {**layer.columns, "length_m": own})


def _with_node_ids(layer: Layer, nodes: NodeTable, pipes: PipeTable) -> Layer:
    called = np.array([*nodes.ids, ""], dtype=object)
    columns = {**layer.columns, "from_node": called[pipes.from_node], "to_node": called[pipes.to_node]}
    return Layer(layer.geometry, columns)


def _references(recorded: NDArray[np.object_], index: PipeIndex, pipes: int) -> PipeReferences:
    keys: dict[str, int] = {}
    key = np.fromiter((keys.setdefault(value, len(keys)) for value in recorded.tolist()), np.int64, pipes)
    return PipeReferences(IdColumn.of(keys), Ragged.by_key(key, len(keys)), index)
