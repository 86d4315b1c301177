"""Layers written for other GIS programs: GeoPackage in the project CRS, GeoJSON in WGS 84 as its standard demands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.crs import to_wgs84
from gis.exchange.gdal_pen import GdalLayer, GdalPen
from gis.exchange.tables import whole_file


@dataclass(frozen=True, eq=False)
class PlanLayer:
    """One layer to be written.

    Attributes:
        geometry: ``Point`` or ``LineString``.
        places: One array a feature: shape (2,) or (vertices, 2), project CRS.
        columns: As long as *places* each.
    """

    name: str
    geometry: str
    places: Sequence[Any]
    columns: Mapping[str, Sequence[Any]]

    def shapes(self) -> list[Any]:
        """The places as shapely geometries."""
        make = shapely.Point if self.geometry == "Point" else shapely.LineString
        return [make(place) for place in self.places]


def write_geopackage(path: Path, layers: Sequence[PlanLayer], crs_epsg: int) -> None:
    """Write *layers* into one GeoPackage, whole or not at all.

    Raises:
        GisError: ``cannot_write_file``.
    """
    with whole_file(path) as partial, GdalPen(path) as pen:
        for number, layer in enumerate(layers):
            columns = {name: _field(values) for name, values in layer.columns.items()}
            wkb = np.array(shapely.to_wkb(layer.shapes()), dtype=object)
            crs = f"EPSG:{crs_epsg}"
            pen.add(GdalLayer(str(partial), "GPKG", layer.name, layer.geometry, crs, wkb, columns, append=number > 0))


def _field(values: Sequence[Any]) -> np.ndarray:
    """A column as pyogrio takes it; one without rows is text, since nothing says otherwise."""
    if not values or isinstance(values[0], str):
        return np.array(values, dtype=object)
    return np.array(values)


def write_geojson(path: Path, layers: Sequence[PlanLayer], crs_epsg: int) -> None:
    """Write *layers* into one GeoJSON file in WGS 84, each feature with its ``layer``; whole or not at all.

    Raises:
        GisError: ``cannot_write_file``.
    """
    features = [feature for layer in layers for feature in _features(layer, crs_epsg)]
    with whole_file(path) as partial:
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False)
        partial.write_text(text, encoding="utf-8")


def _features(layer: PlanLayer, crs_epsg: int) -> list[dict[str, Any]]:
    found = []
    for at, place in enumerate(layer.places):
        corners = np.atleast_2d(place)
        # Seven decimals of a degree are a centimetre.
        degrees = np.round(np.column_stack(to_wgs84(crs_epsg, corners[:, 0], corners[:, 1])), 7).tolist()
        coordinates = degrees[0] if layer.geometry == "Point" else degrees
        values = {name: _json_value(column[at]) for name, column in layer.columns.items()}
        geometry = {"type": layer.geometry, "coordinates": coordinates}
        found.append({"type": "Feature", "properties": {"layer": layer.name, **values}, "geometry": geometry})
    return found


def _json_value(value: Any) -> Any:  # JSON has no NaN: what is not recorded is null.
    return None if isinstance(value, float) and not np.isfinite(value) else value
