"""Which format of features a JSON file is, by what stands at its beginning: three of them share the ending.

ArcGIS writes its own format with the tool "Features To JSON" unless it is told "Output to GeoJSON", and TopoJSON keeps
lines apart from what they are lines of. Neither is GeoJSON, and "damaged" would send somebody looking for a fault.
"""

from __future__ import annotations

import re
from pathlib import Path

from gis.errors import GisError

_LOOKED_AT_BYTES = 2**20
"""ArcGIS puts its heads, names of all fields among them, before the first feature."""

_KINDS = {
    "Esri JSON (ArcGIS)": re.compile(rb'"(geometryType"\s*:\s*"esriGeometry|displayFieldName"\s*:|fieldAliases"\s*:)'),
    "TopoJSON": re.compile(rb'"type"\s*:\s*"Topology"'),
}


def refuse_other_json(path: Path, shown: str) -> None:
    """Raise :class:`GisError` ``json_of_another_kind`` where *path*, known to people as *shown*, is no GeoJSON by that.

    Raises:
        GisError: As above.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT_BYTES)
    if b'"FeatureCollection"' in start:
        return
    for name, mark in _KINDS.items():
        if mark.search(start):
            raise GisError("json_of_another_kind", path=shown, found=name)
