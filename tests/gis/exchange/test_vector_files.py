"""Foreign files of every format, and files that are not what they say."""

import sqlite3
import stat
import zipfile
from contextlib import closing

import numpy as np
import pytest
from foreign_files import line, point, town, write_layer

from gis.errors import GisError
from gis.exchange import vector_files
from gis.exchange.assemble import assemble
from gis.exchange.vector_files import DRIVERS, find_files, passed_over, read_sources
from network.child import run_in_child


def test_geopackage_in_our_names_needs_no_mapping(tmp_path):
    imported = assemble(read_sources([town(tmp_path / "town.gpkg")]))
    pipes = imported.layers.get("pipe")
    assert imported.layers.crs_epsg == 4548
    assert list(pipes.text("id")) == ["P1", "P2"]
    assert list(pipes.real("dn_mm")) == [300.0, 200.0]
    assert list(pipes.text("material")) == ["DI", ""]
    assert pipes.geometry[0].length == pytest.approx(100.0)
    assert list(imported.layers.get("valve").text("pipe_id")) == ["P2"]
    assert imported.faults == ()


@pytest.mark.parametrize("name", ["pipe.shp", "pipe.geojson", "pipe.sqlite", "pipe.gdb"])
def test_every_format_gives_the_same_layer(tmp_path, name):
    crs = "EPSG:4326" if name.endswith("geojson") else "EPSG:4548"
    origin = (117.0, 36.67) if name.endswith("geojson") else (500_000.0, 4_060_000.0)
    size = 0.001 if name.endswith("geojson") else 100.0
    write_layer(
        tmp_path / name,
        "pipe",
        [line((0, 0), (size, 0), origin=origin)],
        {"id": ["P1"], "dn_mm": [300.0], "material": ["球铁"]},
        crs=crs,
        encoding="UTF-8" if name.endswith("shp") else None,
        **({"SPATIALITE": "YES"} if name.endswith("sqlite") else {}),
    )
    imported = assemble(read_sources([tmp_path / name]))
    pipes = imported.layers.get("pipe")
    assert imported.layers.crs_epsg == 4548
    assert list(pipes.text("id")) == ["P1"]
    assert list(pipes.text("material")) == ["球铁"]
    assert pipes.geometry[0].length == pytest.approx(100.0, rel=0.15)


def test_folder_and_zip_give_all_their_files(tmp_path):
    folder = tmp_path / "shapes"
    folder.mkdir()
    write_layer(folder / "pipe.shp", "pipe", [line((0, 0), (9, 0))], {"id": ["P"]})
    write_layer(folder / "valve.shp", "valve", [point(5, 0)], {"id": ["V"], "toward_pipe_id": ["P"]})
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"inner/{path.name}")
    for source in (folder, tmp_path / "all.zip"):
        layers = {raw.name: raw for raw in read_sources([source])}
        assert set(layers) == {"pipe", "valve"}
    valves = assemble(read_sources([folder])).layers.get("valve")
    assert list(valves.text("toward_pipe_id")) == ["P"], "a shapefile cuts the name to toward_pip"


class _NamedInGbk(zipfile.ZipInfo):
    """An entry whose name is in GBK and not marked as UTF-8, as Chinese systems write them."""

    def _encodeFilenameFlags(self):  # noqa: N802 - the library's own hook
        return self.filename.encode("gbk"), self.flag_bits


def test_a_zip_made_on_a_chinese_system(tmp_path):
    write_layer(tmp_path / "管线.shp", "管线", [line((0, 0), (9, 0))], {"编号": ["甲"]}, encoding="GBK")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in sorted(tmp_path.glob("管线.*")):
            archive.writestr(_NamedInGbk(path.name), path.read_bytes())
    (layer,) = read_sources([tmp_path / "all.zip"])
    assert (layer.name, list(layer.columns["编号"])) == ("管线", ["甲"])
    assert layer.path == str(tmp_path / "all.zip" / "管线.shp"), "not where it was unpacked"


@pytest.mark.parametrize("name", ["../pipe.shp", "/etc/pipe.shp", "a/../../pipe.shp", "..\\pipe.shp", "C:\\pipe.shp"])
def test_a_zip_that_names_what_lies_outside_is_refused(tmp_path, name):
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(entry, b"x")
    with pytest.raises(GisError) as refused:
        read_sources([tmp_path / "all.zip"])
    assert refused.value.code == "zip_reaches_out"


def test_a_zip_with_a_link_or_one_that_grows_without_end_is_refused(tmp_path):
    link = zipfile.ZipInfo("pipe.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, b"/etc/passwd")
    with zipfile.ZipFile(tmp_path / "large.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pipe.shp", bytes(65 * 2**20))
    for source, code in (("link.zip", "zip_reaches_out"), ("large.zip", "zip_unsafe")):
        with pytest.raises(GisError) as refused:
            read_sources([tmp_path / source])
        assert refused.value.code == code


def test_a_geojson_file_goes_by_its_own_name_and_stray_json_is_passed_over(tmp_path):
    path = write_layer(tmp_path / "pipe.geojson", "export_7", [line((0, 0), (9, 0))], {"id": ["P"]}, crs="EPSG:4548")
    (tmp_path / "project.json").write_text("[]")
    assert '"export_7"' in path.read_text()
    assert [layer.name for layer in read_sources([tmp_path])] == ["pipe"]


def test_files_of_other_formats_among_them_are_named(tmp_path):
    folder = tmp_path / "shapes"
    (folder / "net.gdb").mkdir(parents=True)
    for name in ("pipe.geojson", "valve.kml", "old.DWG", "readme.txt", "city.inp", "pipe.dbf", "net.gdb/a.tab"):
        (folder / name).write_text("x")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(folder / "valve.kml", "inner/valve.kml")
    assert passed_over([folder]) == [str(folder / name) for name in ("city.inp", "old.DWG", "valve.kml")]
    assert passed_over([tmp_path / "all.zip"]) == [str(tmp_path / "all.zip" / "inner" / "valve.kml")]
    assert passed_over([folder / "pipe.geojson", tmp_path / "none"]) == []


def test_a_character_cut_by_its_columns_width_is_told(tmp_path):
    path = write_layer(
        tmp_path / "pipe.shp", "pipe", [line((0, 0), (9, 0))] * 2, {"id": ["一二三", "四"]}, encoding="GBK"
    )
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    at = table.index("三".encode("gbk"))
    table[at + 1 : at + 2] = b" "
    path.with_suffix(".dbf").write_bytes(table)
    (layer,) = read_sources([path])
    assert layer.cut == 1
    (fault,) = (fault for fault in assemble([layer]).faults if fault.kind == "cut_text")
    assert (fault.layer, fault.detail["count"]) == ("pipe", 1)


def test_null_numbers_and_whole_numbers_as_ids(tmp_path):
    path = tmp_path / "a.gpkg"
    write_layer(
        path,
        "pipe",
        [line((0, 0), (9, 0)), line((9, 0), (20, 0))],
        {"id": np.array([7.0, np.nan]).tolist(), "year": [1995, 0], "laid": ["1995-11-06", None]},
    )
    pipes = assemble(read_sources([path])).layers.get("pipe")
    assert list(pipes.text("id")) == ["7", ""]
    assert list(pipes.integer("year")) == [1995, 0]
    assert list(pipes.text("laid")) == ["1995-11-06", ""], "a column that we have no name for is kept"


def _wrong_sources(folder):
    (folder / "broken.gpkg").write_bytes(b"SQLite format 3\x00" + b"\x07" * 5000)
    (folder / "broken.shp").write_bytes(b"\x00\x00\x27\x0a" + b"\xff" * 90)
    (folder / "broken.geojson").write_text('{"type": "FeatureCollection", "features": [{"type"')
    (folder / "broken.zip").write_bytes(b"PK\x03\x04nonsense")
    (folder / "text.txt").write_text("x")
    (folder / "lies.gpkg").write_text('{"type":"FeatureCollection","features":[]}')
    (folder / "empty").mkdir()
    (folder / "nothing.geojson").touch()
    (folder / "nul.json").write_text("null\n")
    (folder / "noise.shp").write_bytes(bytes(range(256)) * 40)
    (folder / "text.sqlite").write_text("no database here")
    (folder / "hollow.gdb").mkdir()
    with sqlite3.connect(folder / "plain.sqlite") as plain:
        plain.execute("CREATE TABLE t (a)")
    plain.close()


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("missing.gpkg", {"source_missing"}),
        ("missing.zip", {"source_missing"}),
        ("text.txt", {"format_unknown"}),
        ("empty", {"source_empty"}),
        ("broken.zip", {"zip_broken"}),
        ("broken.gpkg", {"source_broken"}),
        ("broken.shp", {"source_broken"}),
        ("broken.geojson", {"source_broken"}),
        ("nothing.geojson", {"source_broken"}),
        ("nul.json", {"source_broken"}),
        ("noise.shp", {"source_broken"}),
        ("text.sqlite", {"source_broken"}),
        ("hollow.gdb", {"source_broken"}),
        ("lies.gpkg", {"format_lies", "source_broken", "source_empty"}),
        ("plain.sqlite", {"source_empty"}),
    ],
)
def test_unusable_sources_are_refused_by_code(tmp_path, name, codes):
    _wrong_sources(tmp_path)
    with pytest.raises(GisError) as refused:
        read_sources([tmp_path / name])
    assert refused.value.code in codes
    assert name in str(refused.value.detail["path"])
    assert refused.value.detail.keys() <= {"path", "kind", "known", "ending", "says", "found", "why"}
    if refused.value.code == "source_broken":
        assert "why" not in refused.value.detail, "GDAL's advice and SQL is nothing for an operator"
        assert refused.value.detail["kind"] in {"GeoPackage", "Shapefile", "GeoJSON", "SpatiaLite", "File Geodatabase"}


def test_a_reader_that_takes_too_long_is_ended(tmp_path):
    with pytest.raises(GisError) as refused:
        read_sources([town(tmp_path / "town.gpkg")], timeout_s=0.01)
    assert refused.value.code == "source_timeout"


def test_a_geodatabase_is_one_source_and_not_a_folder_of_files(tmp_path):
    path = write_layer(tmp_path / "a.gdb", "pipe", [line((0, 0), (9, 0))], {"id": ["P"]})
    assert find_files(path) == [path]
    assert find_files(tmp_path) == [path]


def test_gdal_knows_our_formats_and_no_way_to_other_files_or_the_network(tmp_path):
    known = run_in_child(60, "pyogrio:list_drivers", True, settings=vector_files._GDAL)
    # MEM holds what it is given in memory: GDAL does not let go of it.
    assert set(known) - {"MEM"} == set(DRIVERS.values())


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.sqlite"])
def test_a_file_that_only_points_to_others_is_not_followed(tmp_path, name):
    write_layer(tmp_path / "secret.gpkg", "pipe", [line((0, 0), (9, 0))], {"id": ["P"]})
    (tmp_path / name).write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="pipe"><SrcDataSource>{tmp_path / "secret.gpkg"}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    with pytest.raises(GisError) as refused:
        read_sources([tmp_path / name])
    assert refused.value.code == "source_broken"


DEFINED = (
    ("outside", "CREATE VIRTUAL TABLE outside USING 'VirtualText' ('/etc/hosts', 'UTF-8', 0)"),
    ("outside", 'CREATE VIRTUAL TABLE outside USING"VirtualText"(1)'),
    ("outside", "CREATE VIRTUAL TABLE outside USING/**/VirtualText(1)"),
    ("a USING rtree", 'CREATE VIRTUAL TABLE "a USING rtree" USING VirtualText(1)'),
    ("a/*", 'CREATE VIRTUAL TABLE "a/*" USING VirtualText(\'*/ " USING rtree\')'),
    ("outside", "CREATE VIRTUAL TABLE outside /* USING rtree */ USING VirtualText(1)"),
    ("outside", "CREATE/**/VIRTUAL --x\nTABLE IF NOT EXISTS [outside]\nusing\n`VirtualText`"),
)


@pytest.mark.parametrize(("name", "definition"), DEFINED)
@pytest.mark.parametrize("where", ["in the file", "in the log beside it"])
def test_a_database_with_a_table_read_from_elsewhere_is_not_opened(tmp_path, where, name, definition):
    path = town(tmp_path / "town.gpkg")
    with closing(sqlite3.connect(path)) as writer:
        if where == "in the log beside it":
            writer.execute("PRAGMA journal_mode=WAL")
            writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("PRAGMA writable_schema=ON")
        row = ("table", name, name, 0, definition)
        writer.execute("INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)", row)
        writer.commit()
        with pytest.raises(GisError) as refused:
            read_sources([path])
    assert refused.value.code == "source_reaches_out"
    assert (refused.value.detail["table"], refused.value.detail["kind"]) == (name, "VirtualText")


def test_a_definition_that_nobody_understands_is_not_opened(tmp_path):
    path = town(tmp_path / "town.gpkg")
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA writable_schema=ON")
        row = ("table", "odd", "odd", 7, b"CREATE VIRTUAL TABLE \xff\xfe USING fts5(a)")
        writer.execute("INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)", row)
        writer.commit()
    with pytest.raises(GisError) as refused:
        read_sources([path])
    assert refused.value.code in {"source_reaches_out", "source_broken"}


@pytest.mark.parametrize(
    ("called", "told"),
    [
        ("upper(id)", "P"),
        # It would open what it is told, by name or by an address in memory.
        ("gdal_get_pixel_value('/etc/hosts', 1, 'pixel', 0, 0)", None),
        ("gdal_get_pixel_value('MEM:::DATAPOINTER=4096,PIXELS=9,LINES=9', 1, 'pixel', 0, 0)", None),
        ("ogr_geocode('here')", None),
        ("load_extension('/etc/hosts')", None),
    ],
)
def test_a_view_in_a_file_calls_nothing_that_acts(tmp_path, called, told):
    path = tmp_path / "town.gpkg"
    write_layer(path, "pipe", [line((0, 0), (9, 0))], {"id": ["P"]})
    with closing(sqlite3.connect(path)) as writer:
        writer.execute(f"CREATE VIEW sly AS SELECT fid, geom, {called} AS id FROM pipe")
        said = "'sly', data_type, 'sly', srs_id"
        kept = "table_name, data_type, identifier, srs_id"
        writer.execute(f"INSERT INTO gpkg_contents ({kept}) SELECT {said} FROM gpkg_contents")
        said = "'sly', column_name, geometry_type_name, srs_id, z, m"
        writer.execute(f"INSERT INTO gpkg_geometry_columns SELECT {said} FROM gpkg_geometry_columns")
        writer.commit()
    if told is None:
        with pytest.raises(GisError) as refused:
            read_sources([path])
        assert refused.value.code == "source_broken"
    else:
        (sly,) = [raw for raw in read_sources([path]) if raw.name == "sly"]
        assert sly.columns["id"].tolist() == [told]


def test_tables_for_searching_do_no_harm(tmp_path):
    path = town(tmp_path / "town.gpkg")
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("CREATE VIRTUAL TABLE words USING fts5(a)")
        writer.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')")
        writer.execute('CREATE TABLE "a virtual one" (id INTEGER)')
    assert {raw.name for raw in read_sources([path])} >= {"pipe", "valve"}
