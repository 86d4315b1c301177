"""Writes small vector files as other offices would, with every fault that the tests ask for."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio.raw import write

DRIVER_OF = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".sqlite": "SQLite",
    ".gdb": "OpenFileGDB",
}
ORIGIN = (500_000.0, 4_060_000.0)
"""East and north of the tests' little town, in EPSG:4548."""


def write_layer(
    path: Path,
    layer: str,
    geometry: list[shapely.Geometry | None],
    columns: dict[str, list[Any]],
    crs: str | None = "EPSG:4548",
    encoding: str | None = None,
    kind: str | None = None,
    **options: Any,
) -> Path:
    """Write one layer; further calls with the same path add layers."""
    shapes = np.array(shapely.to_wkb(np.array(geometry, dtype=object)), dtype=object)
    kind = kind or next(shape.geom_type for shape in geometry if shape is not None)
    if options.pop("deep", False):
        kind += " Z"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a file without CRS is meant
        write(
            path,
            shapes,
            [_array(values) for values in columns.values()],
            list(columns),
            layer=layer,
            driver=DRIVER_OF[path.suffix],
            geometry_type=kind,
            crs=crs,
            encoding=encoding,
            append=path.exists(),
            **options,
        )
    return path


def _array(values: list[Any]) -> np.ndarray[Any, Any]:
    if any(isinstance(value, str) or value is None for value in values):
        return np.array(values, dtype=object)
    return np.array(values)


def line(*corners: tuple[float, float], origin: tuple[float, float] = ORIGIN) -> shapely.LineString:
    """A line through *corners*, metres from the town's origin."""
    return shapely.LineString([(origin[0] + x, origin[1] + y) for x, y in corners])


def point(x: float, y: float, origin: tuple[float, float] = ORIGIN) -> shapely.Point:
    """A point, metres from the town's origin."""
    return shapely.Point(origin[0] + x, origin[1] + y)


def town(path: Path, crs: str | None = "EPSG:4548", origin: tuple[float, float] = ORIGIN) -> Path:
    """A source, two pipes and a valve between them, in our own names."""
    write_layer(
        path,
        "pipe",
        [line((0, 0), (100, 0), origin=origin), line((100, 0), (200, 0), origin=origin)],
        {"id": ["P1", "P2"], "dn_mm": [300.0, 200.0], "material": ["DI", None]},
        crs=crs,
    )
    write_layer(
        path, "valve", [point(100, 0, origin)], {"id": ["V1"], "kind": ["isolation"], "pipe_id": ["P2"]}, crs=crs
    )
    return write_layer(path, "source", [point(0, 0, origin)], {"id": ["S"], "kind": ["plant"]}, crs=crs)
