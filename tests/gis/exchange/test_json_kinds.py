"""Formats that share an ending with GeoJSON are told by their own names."""

import json
from pathlib import Path

import pytest

from gis.errors import GisError
from gis.exchange.vector_files import read_sources

ESRI = {
    "displayFieldName": "",
    "fieldAliases": {"OBJECTID": "OBJECTID", "口径": "口径"},
    "geometryType": "esriGeometryPolyline",
    "spatialReference": {"wkid": 4548},
    "fields": [{"name": "OBJECTID", "type": "esriFieldTypeOID"}],
    "features": [{"attributes": {"OBJECTID": 1}, "geometry": {"paths": [[[0, 0], [9, 0]]]}}],
}
TOPOLOGY = {"type": "Topology", "objects": {"pipe": {"type": "LineString", "arcs": [0]}}, "arcs": [[[0, 0], [9, 0]]]}


@pytest.mark.parametrize(("said", "found"), [(ESRI, "Esri JSON (ArcGIS)"), (TOPOLOGY, "TopoJSON")])
@pytest.mark.parametrize("ending", ["json", "geojson"])
@pytest.mark.parametrize("indent", [None, 2])
def test_they_are_told_by_their_own_names(
    tmp_path: Path, said: object, found: str, ending: str, indent: int | None
) -> None:
    path = tmp_path / f"pipe.{ending}"
    path.write_text(json.dumps(said, ensure_ascii=False, indent=indent), encoding="utf-8")
    with pytest.raises(GisError) as refused:
        read_sources([path])
    assert (refused.value.code, refused.value.detail["found"]) == ("json_of_another_kind", found)


def test_geojson_that_speaks_of_them_is_geojson(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"note": 'from "Topology"'},
        "geometry": {"type": "LineString", "coordinates": [[0, 0], [9, 0]]},
    }
    path = tmp_path / "pipe.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    (layer,) = read_sources([path])
    assert layer.name == "pipe"
