"""Layers as they stand in somebody's files, before names, units and CRS are brought to ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

CALLED = {
    "GPKG": "GeoPackage",
    "ESRI Shapefile": "Shapefile",
    "SQLite": "SpatiaLite",
    "OpenFileGDB": "File Geodatabase",
}
"""What people call the formats whose drivers bear other names."""


@dataclass(frozen=True, eq=False)
class PackedLayer:
    """A layer on its way out of the process that read it; as :class:`RawLayer`, but geometry still as WKB."""

    name: str
    path: str
    driver: str
    crs: str
    wkb: NDArray[np.object_]
    columns: dict[str, NDArray[Any]]
    recoded: str = ""
    cut: int = 0


@dataclass(frozen=True, eq=False)
class RawLayer:
    """One layer of a source file.

    Attributes:
        name: Layer name (the file's stem for single-layer formats).
        path: File or folder it was read from.
        driver: GDAL's name of the format; empty for a layer made elsewhere.
        crs: What the file says of its CRS, as ``EPSG:n`` or WKT; empty where it says nothing.
        geometry: Shape (n,), dtype object: shapely geometries in that CRS; None where a feature has none.
        columns: Arrays of shape (n,) as the driver gave them: numbers (NaN for null), or objects (None for null).
        recoded: Encoding that its texts were found to be in although the file does not say so; empty otherwise.
        cut: Texts that lost what their encoding cannot read.
    """

    name: str
    path: str
    driver: str
    crs: str
    geometry: NDArray[np.object_]
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    recoded: str = ""
    cut: int = 0

    def __len__(self) -> int:
        return len(self.geometry)
