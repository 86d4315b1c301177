"""Layers as they come made fit for noding: one plain, flat, finite geometry a feature, and one id a feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog, Values
from gis.faults import Action, FaultKind
from gis.layers import LAYERS, GeometryKind, Layer
from gis.noding.ids import settle_ids
from network.columns import Bool, Float64, Int64

EARTH_M = 2.1e7
"""No projected coordinate lies farther from its origin than half the way around the earth."""

CITY_M = 500_000.0
"""No feature of one city lies farther than this from its middle."""

_POINT, _LINE, _RING, _POLYGON = 0, 1, 2, 3
_FIRST_MULTI = 4
_WANTED: dict[GeometryKind, tuple[int, ...]] = {
    "Point": (_POINT,),
    "LineString": (_LINE, _RING),
    "Polygon": (_POLYGON,),
}


@dataclass(frozen=True, eq=False)
class Cleaned:
    """A layer fit for noding.

    Attributes:
        layer: Its features with one part each, flat, with unique ids.
        recorded: Shape (n,), object: the id that the record has; parts of one feature and doubles share it.
        row: Shape (n,), row of the record as it came; parts of one feature share it and stand together.
        end_z_m: Shape (n, 2), height of the first and last vertex; NaN where the geometry has none.
    """

    layer: Layer
    recorded: NDArray[np.object_]
    row: Int64
    end_z_m: Float64

    def only(self, kept: Bool) -> Cleaned:
        """The features *kept*."""
        columns = {name: values[kept] for name, values in self.layer.columns.items()}
        layer = Layer(self.layer.geometry[kept], columns)
        return Cleaned(layer, self.recorded[kept], self.row[kept], self.end_z_m[kept])


@dataclass(frozen=True, eq=False)
class _Features:
    """Geometries on their way, each with the row of the layer that it came from."""

    name: str
    geometry: NDArray[np.object_]
    row: Int64
    ids: NDArray[np.object_]

    def keep(self, kept: Bool) -> _Features:
        return self if kept.all() else replace(self, geometry=self.geometry[kept], row=self.row[kept])

    def blame(self, log: FaultLog, kind: FaultKind, which: Bool, action: Action, **detail: Values) -> None:
        """Report the features *which*."""
        if which.any():
            rows = self.row[which]
            log.each(kind, self.name, self.ids[rows], anchors(self.geometry[which]), action, row=rows, **detail)

    def report_kind(self, log: FaultLog, which: Bool) -> None:
        """Report the features *which* as being of another kind of geometry than their layer's."""
        found = np.array([shape.geom_type for shape in self.geometry[which]], dtype=object)
        self.blame(log, FaultKind.WRONG_GEOMETRY_TYPE, which, Action.SKIPPED, found=found)


def anchors(geometry: NDArray[np.object_]) -> Float64:
    """First coordinate of each geometry, shape (n, 2); NaN where there is none."""
    xy, index = shapely.get_coordinates(geometry, return_index=True)
    found = np.full((len(geometry), 2), np.nan)
    rows, first = np.unique(index, return_index=True)
    found[rows] = xy[first]
    return found


def without_strays(cleaned: Mapping[str, Cleaned], log: FaultLog) -> dict[str, Cleaned]:
    """Drop the features that lie farther than ``CITY_M`` from the middle of the mains, such as those at (0, 0)."""
    middle = middle_of(cleaned["pipe"]) if "pipe" in cleaned else None
    return {name: near(name, part, middle, log) for name, part in cleaned.items()}


def middle_of(pipe: Cleaned) -> Float64 | None:
    """Middle of the mains; None where there are none."""
    return np.median(anchors(pipe.layer.geometry), axis=0) if len(pipe.layer) else None


def near(name: str, part: Cleaned, middle: Float64 | None, log: FaultLog) -> Cleaned:
    """*part*, the layer called *name*, without what lies farther than ``CITY_M`` from *middle*."""
    if middle is None:
        return part
    bounds = shapely.bounds(part.layer.geometry)
    away = np.maximum(np.abs(bounds[:, :2] - middle), np.abs(bounds[:, 2:] - middle)).max(axis=1) > CITY_M
    if not away.any():
        return part
    geometry = part.layer.geometry[away]
    log.each(FaultKind.OUT_OF_BOUNDS, name, part.recorded[away], anchors(geometry), Action.SKIPPED, row=part.row[away])
    return part.only(~away)


def clean_layer(name: str, layer: Layer, log: FaultLog) -> Cleaned:
    """Clean the layer called *name*; what is dropped, split or mended goes to *log*."""
    ids = _trimmed(layer.text("id"))
    features = _Features(name, layer.geometry, np.arange(len(layer)), ids)
    features = _without_empty(features, log)
    wanted = LAYERS[name].geometry if name in LAYERS else None
    if wanted is not None:
        features = _single_parts(features, wanted, log)
        features = _of_kind(features, wanted, log)
    features = _finite(features, log)
    if wanted == "Polygon":
        features = _valid(features, log)
    end_z_m = _end_heights(features)
    features = _flat(features, log)
    recorded = ids[features.row]
    columns = {key: values[features.row] for key, values in layer.columns.items()} | {"id": recorded}
    settled = settle_ids(name, Layer(features.geometry, columns), features.row, log)
    settled_layer = Layer(features.geometry, columns | {"id": settled.ids})
    cleaned = Cleaned(settled_layer, recorded, features.row, end_z_m)
    return cleaned if settled.kept.all() else cleaned.only(settled.kept)


def _trimmed(ids: NDArray[np.object_]) -> NDArray[np.object_]:
    trimmed = np.empty(len(ids), dtype=object)
    trimmed[:] = [str(value).strip() for value in ids]
    return trimmed


def _without_empty(features: _Features, log: FaultLog) -> _Features:
    empty = shapely.is_missing(features.geometry) | shapely.is_empty(features.geometry)
    features.blame(log, FaultKind.EMPTY_GEOMETRY, empty, Action.SKIPPED)
    return features.keep(~empty)


def _single_parts(features: _Features, wanted: GeometryKind, log: FaultLog) -> _Features:
    """Multipart features and collections taken apart; parts of another kind are left out and reported."""
    multi = shapely.get_type_id(features.geometry) >= _FIRST_MULTI
    if not multi.any():
        return features
    parts, index = shapely.get_parts(features.geometry[multi], return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    rows = features.row[multi][index[inner]]
    filled = ~shapely.is_empty(parts)
    whole = np.bincount(rows[filled], minlength=len(features.ids))[features.row]
    fits = np.isin(shapely.get_type_id(parts), _WANTED[wanted]) & filled
    parts, rows = parts[fits], rows[fits]
    count = np.bincount(rows, minlength=len(features.ids))[features.row]
    several = multi & (count > 1)
    features.blame(log, FaultKind.MULTIPART, several, Action.REPAIRED, count=count[several])
    features.report_kind(log, multi & (count == 0))
    mixed = multi & (count > 0) & (count < whole)
    features.blame(log, FaultKind.WRONG_GEOMETRY_TYPE, mixed, Action.REPAIRED, found="GeometryCollection")
    order = np.argsort(np.concatenate([features.row[~multi], rows]), kind="stable")
    return replace(
        features,
        geometry=np.concatenate([features.geometry[~multi], parts])[order],
        row=np.concatenate([features.row[~multi], rows])[order],
    )


def _of_kind(features: _Features, wanted: GeometryKind, log: FaultLog) -> _Features:
    kind = shapely.get_type_id(features.geometry)
    wrong = ~np.isin(kind, _WANTED[wanted])
    features.report_kind(log, wrong)
    rings = kind == _RING
    if rings.any():
        # WKB knows no ring: it comes back as the closed line that it is.
        geometry = features.geometry.copy()
        geometry[rings] = shapely.from_wkb(shapely.to_wkb(geometry[rings], output_dimension=3))
        features = replace(features, geometry=geometry)
    return features.keep(~wrong)


def _finite(features: _Features, log: FaultLog) -> _Features:
    xy, index = shapely.get_coordinates(features.geometry, return_index=True)
    beyond = ~(np.abs(xy) <= EARTH_M).all(axis=1)
    bad = np.bincount(index[beyond], minlength=len(features.geometry)) > 0
    features.blame(log, FaultKind.OUT_OF_BOUNDS, bad, Action.SKIPPED)
    return features.keep(~bad)


def _valid(features: _Features, log: FaultLog) -> _Features:
    """Areas that cross themselves, mended to the largest area that they can mean."""
    broken = ~shapely.is_valid(features.geometry)
    if not broken.any():
        return features
    mended = [_largest_area(area) for area in shapely.make_valid(features.geometry[broken])]
    geometry = features.geometry.copy()
    geometry[broken] = mended
    lost = shapely.is_empty(geometry)
    features.blame(log, FaultKind.INVALID_GEOMETRY, broken & ~lost, Action.REPAIRED)
    features.blame(log, FaultKind.INVALID_GEOMETRY, lost, Action.SKIPPED)
    return replace(features, geometry=geometry).keep(~lost)


def _largest_area(mended: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(np.array([mended], dtype=object)))
    areas = parts[shapely.get_type_id(parts) == _POLYGON]
    return areas[np.argmax(shapely.area(areas))] if len(areas) else shapely.Polygon()


def _end_heights(features: _Features) -> Float64:
    """Height of the first and last vertex of each geometry."""
    heights = np.full((len(features.geometry), 2), np.nan)
    deep = np.flatnonzero(shapely.has_z(features.geometry))
    if len(deep):
        xyz, index = shapely.get_coordinates(features.geometry[deep], include_z=True, return_index=True)
        first = np.searchsorted(index, np.arange(len(deep)))
        last = np.searchsorted(index, np.arange(len(deep)), side="right") - 1
        heights[deep] = np.column_stack([xyz[first, 2], xyz[last, 2]])
    return heights


def _flat(features: _Features, log: FaultLog) -> _Features:
    deep = shapely.has_z(features.geometry) | shapely.has_m(features.geometry)
    log.count(FaultKind.GEOMETRY_3D, features.name, int(deep.sum()), Action.REPAIRED)
    if not deep.any():
        return features
    return replace(features, geometry=shapely.force_2d(features.geometry))
