"""Layers out for other programs, and back in again: a GeoPackage loses nothing."""

from contextlib import closing
from pathlib import Path

import ezdxf
import numpy as np
import pytest
import shapely

from app.layer_requests import LAYER_FORMATS, ExportLayers
from app.operations.export_layers import export_layers
from app.operations.make_city import make_import
from app.requests import ImportCity
from app.workspace import open_workspace
from gis.exchange.vector_files import read_sources
from gis.layers import Layer, LayerSet
from network.errors import CodedError


def silent(step: str, fraction: float | None = None) -> None:
    """Nobody watches."""


def layers_of(folder: Path) -> LayerSet:
    with closing(open_workspace(folder)) as workspace:
        return workspace.store.layers()


def assert_same_layer(name: str, one: Layer, other: Layer) -> None:
    assert len(one) == len(other), name
    order, back = (np.argsort(layer.columns["id"].astype(str), kind="stable") for layer in (one, other))
    assert shapely.equals_identical(one.geometry[order], other.geometry[back]).all(), name
    assert set(one.columns) == set(other.columns), name
    for column, values in one.columns.items():
        mine, theirs = values[order], other.columns[column][back]
        if mine.dtype.kind == "f":
            assert np.array_equal(mine, theirs.astype(np.float64), equal_nan=True), (name, column)
        else:
            assert mine.tolist() == theirs.tolist(), (name, column)


def test_a_geopackage_out_and_in_again_gives_the_same_records(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "city.gpkg"
    export_layers(ExportLayers(demo, out, "gpkg"), silent)
    faults = make_import(ImportCity(sources=(out,), folder=tmp_path / "again"), silent)
    before, after = layers_of(demo), layers_of(tmp_path / "again")
    assert faults == 0
    assert before.crs_epsg == after.crs_epsg
    for name, layer in before.layers.items():
        assert_same_layer(name, layer, after.get(name))


def test_shapefiles_say_what_was_shortened_and_are_read_again_in_gbk(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "shapes"
    written = export_layers(ExportLayers(demo, out, "shp", ("pipe", "customer"), encoding="gbk"), silent)
    assert ("customer", "demand_m3_d", "demand_m3_") in written.shortened
    assert (out / "customer.cpg").read_text("ascii").strip() == "GBK"
    names = {str(layer.name): layer.columns for layer in read_sources([out])}
    stored = layers_of(demo).get("customer")
    assert names["customer"]["address"].tolist() == stored.columns["address"].tolist()


def test_geojson_is_in_wgs84_and_csv_where_asked(demo: Path, tmp_path: Path) -> None:
    export_layers(ExportLayers(demo, tmp_path / "json", "geojson", ("valve",)), silent)
    (valves,) = read_sources([tmp_path / "json"])
    assert all(70 < point.x < 140 and 10 < point.y < 60 for point in valves.geometry)
    export_layers(ExportLayers(demo, tmp_path / "csv", "csv", ("valve", "pipe"), crs_epsg=4490), silent)
    lines = (tmp_path / "csv" / "valve.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].endswith("x,y")
    assert len(lines) == len(valves.geometry) + 1
    assert "LINESTRING (1" in (tmp_path / "csv" / "pipe.csv").read_text("utf-8-sig")


def test_a_drawing_has_a_layer_a_diameter_and_valves_that_bear_their_id(demo: Path, tmp_path: Path) -> None:
    out = tmp_path / "city.dxf"
    written = export_layers(ExportLayers(demo, out, "dxf", ("pipe", "valve", "dma")), silent)
    drawing = ezdxf.readfile(out)
    space = drawing.modelspace()
    stored = layers_of(demo)
    inserts = list(space.query("INSERT"))
    assert {insert.get_attrib_text("ID") for insert in inserts} == set(stored.get("valve").columns["id"].tolist())
    assert len([line for line in space.query("LWPOLYLINE") if line.dxf.layer.startswith("PIPE-DN")]) == len(
        stored.get("pipe")
    )
    assert written.features == len(space)


@pytest.mark.parametrize("kind", LAYER_FORMATS)
def test_where_nothing_can_be_written_nothing_is_left(demo: Path, tmp_path: Path, kind: str) -> None:
    with pytest.raises(CodedError) as refused:
        export_layers(ExportLayers(demo, tmp_path / "no" / "out", kind, ("valve",)), silent)
    assert refused.value.code == "cannot_write_file"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"kind": "gpkg", "layers": ("nothing",)}, "export.no_such_layer"),
        ({"kind": "kml"}, "export.unknown_format"),
        ({"kind": "csv", "encoding": "utf-16"}, "export.unknown_encoding"),
        ({"kind": "gpkg", "crs_epsg": 999999}, "crs_unknown"),
    ],
)
def test_what_cannot_be_done_is_said(demo: Path, tmp_path: Path, wanted: dict, code: str) -> None:
    with pytest.raises(CodedError) as refused:
        export_layers(ExportLayers(demo, tmp_path / "out", **wanted), silent)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_not_overwritten(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(CodedError) as refused:
        export_layers(ExportLayers(demo, tmp_path / "out", "csv"), silent)
    assert refused.value.code == "export.exists"
