"""Layers out for other programs, and back in again: a GeoPackage loses nothing."""

import csv
from contextlib import closing
from pathlib import Path

import ezdxf
import numpy as np
import pyogrio.raw
import pyproj
import pytest
import shapely

from app.layer_requests import LAYER_FORMATS, ExportLayers
from app.operations.export_layers import export_layers
from app.operations.make_city import make_import
from app.requests import ImportCity
from app.workspace import open_workspace
from gis.exchange.layer_files import write_layers
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
        ({"kind": "dxf", "crs_epsg": 4490}, "export.drawing_not_in_metres"),
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


CRS = (4548, 4490, 4326, 3857, 32650)
"""The city's own (CGCS2000, 117° E), CGCS2000 and WGS 84 in degrees, the web's, a UTM zone."""


def places_in(path: Path, kind: str, encoding: str) -> tuple[dict[str, tuple[float, float]], dict[str, str], str]:
    """Each thing's place and address by its id, as a program of others reads them, and the CRS that the file names."""
    if kind == "csv":
        with (path / "customer.csv").open(encoding="utf-8-sig" if encoding == "utf-8" else "gbk", newline="") as file:
            rows = list(csv.DictReader(file))
        at = {row["id"]: (float(row["x"]), float(row["y"])) for row in rows}
        return at, {row["id"]: row["address"] for row in rows}, ""
    if kind == "dxf":
        texts = ezdxf.readfile(path).modelspace().query("INSERT")
        return {one.get_attrib_text("ID"): (one.dxf.insert.x, one.dxf.insert.y) for one in texts}, {}, ""
    file = path if kind == "gpkg" else path / f"customer.{kind}"
    told, _, shapes, fields = pyogrio.raw.read(file, layer="customer" if kind == "gpkg" else None)
    columns = dict(zip(told["fields"].tolist(), fields, strict=True))
    xy = shapely.get_coordinates(shapely.from_wkb(shapes)).tolist()
    ids = columns["id"].tolist()
    return dict(zip(ids, map(tuple, xy), strict=True)), dict(zip(ids, columns["address"], strict=True)), told["crs"]


@pytest.mark.parametrize("epsg", CRS)
@pytest.mark.parametrize(
    ("kind", "encoding"),
    [("gpkg", "utf-8"), ("geojson", "utf-8")] + [(kind, name) for kind in ("shp", "csv") for name in ("utf-8", "gbk")],
)
def test_others_find_each_thing_where_it_is_in_every_format_crs_and_encoding(
    demo: Path, tmp_path: Path, kind: str, encoding: str, epsg: int
) -> None:
    out = tmp_path / ("city.gpkg" if kind == "gpkg" else "city")
    export_layers(ExportLayers(demo, out, kind, ("customer",), crs_epsg=epsg, encoding=encoding), silent)
    found, addresses, crs = places_in(out, kind, encoding)
    assert not crs or pyproj.CRS(crs).equals(pyproj.CRS.from_epsg(epsg), ignore_axis_order=True)
    stored = layers_of(demo).get("customer")
    assert addresses == dict(zip(stored.columns["id"], stored.columns["address"], strict=True))
    # GeoJSON has seven decimals of a degree: half a centimetre.
    assert farthest(found, stored, epsg) < (6e-8 if epsg in {4326, 4490} else 1e-3)


@pytest.mark.parametrize("epsg", [4548, 3857, 32650])
def test_a_drawing_in_any_metric_crs_has_each_valve_where_it_is(demo: Path, tmp_path: Path, epsg: int) -> None:
    export_layers(ExportLayers(demo, tmp_path / "city.dxf", "dxf", ("valve",), crs_epsg=epsg), silent)
    found, _, _ = places_in(tmp_path / "city.dxf", "dxf", "")
    assert farthest(found, layers_of(demo).get("valve"), epsg) < 1e-3


def farthest(found: dict[str, tuple[float, float]], stored: Layer, epsg: int) -> float:
    """How far anything lies from where it is, in the CRS's unit: by one step of PROJ, apart from our own."""
    ids = stored.columns["id"].tolist()
    assert set(found) == set(ids)
    step = pyproj.Transformer.from_crs(CRS[0], epsg, always_xy=True)
    moved = np.column_stack(step.transform(*shapely.get_coordinates(stored.geometry).T))
    return float(np.abs(moved - np.array([found[name] for name in ids])).max())


def test_a_list_of_a_layer_begins_no_cell_like_a_formula(tmp_path: Path) -> None:
    """Names of columns come from whoever made the file that was imported, as what stands in them does."""
    columns = {name: np.array([text], dtype=object) for name, text in (("id", "V1"), ("=cmd|' /C calc'!A0", "=1+1"))}
    made = Layer(np.array([shapely.Point(1, 2)]), columns)
    write_layers(tmp_path / "out", LayerSet(4548, {"valve": made}), "csv")
    with (tmp_path / "out" / "valve.csv").open(encoding="utf-8-sig", newline="") as file:
        head, line = csv.reader(file)
    assert "'=cmd|' /C calc'!A0" in head
    assert "'=1+1" in line
    assert not any(cell.startswith("=") for cell in head + line)
