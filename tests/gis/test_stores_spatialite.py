"""The file itself: what other programs find in it, and that it lands whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import handmade
import numpy as np
import pytest
from same import differences

from gis.errors import GisError
from gis.layers import LAYERS, Layer
from gis.stores import sqlite
from gis.stores.base import Applied, ValveState
from gis.stores.spatialite import SpatialiteStore, write_city
from network.assets import Position

# In a process of its own: two copies of SQLite in one process break each other's file locks.
LOOK = """
import json, sys
import pyogrio
found = {}
for name, kind in pyogrio.list_layers(sys.argv[1]):
    info = pyogrio.read_info(sys.argv[1], layer=name)
    found[name] = [kind, info["crs"], info["features"], list(info["fields"])]
meta, _, geometry, fields = pyogrio.raw.read(sys.argv[1], layer="pipe", bbox=(500150, 4059990, 500180, 4060010))
print(json.dumps([found, fields[0].tolist()]))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "network.sqlite"
    write_city(path, handmade.noded(), "r1")
    return path


def test_other_programs_find_the_layers(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LOOK, str(path)], check=True, capture_output=True, text=True)
    found, in_box = json.loads(done.stdout)
    assert set(LAYERS) <= set(found)
    kind, crs, features, fields = found["pipe"]
    assert (kind, crs, features) == ("LineString", "EPSG:4548", 4)
    assert fields[:2] == ["id", "dn_mm"]
    assert {"施工单位", "FID_2", "surveyed"} <= set(fields)
    assert found["zone"][0] == "MultiPolygon"
    assert found["fault"][0] == "Point"
    assert in_box == ["P2"]


def test_metadata_hold_only_the_crs_in_use(path: Path) -> None:
    connection = sqlite.connect(path, spatial=True)
    assert [row[0] for row in connection.execute("SELECT srid FROM spatial_ref_sys WHERE srid > 0")] == [4326, 4548]
    columns = connection.execute("SELECT f_table_name, srid, spatial_index_enabled FROM geometry_columns").fetchall()
    assert set(columns) == {(name, 4548, 1) for name in (*LAYERS, "fault")}
    connection.close()


def test_the_rtree_is_found_and_right(path: Path) -> None:
    connection = sqlite.connect(path, spatial=True)
    box = (handmade.EAST + 150, handmade.NORTH - 1, handmade.EAST + 160, handmade.NORTH + 1)
    rows = connection.execute(
        "SELECT id FROM pipe WHERE fid IN (SELECT pkid FROM idx_pipe_geometry "
        "WHERE xmax >= ? AND ymax >= ? AND xmin <= ? AND ymin <= ?)",
        box,
    ).fetchall()
    assert rows == [("P2",)]
    assert connection.execute("SELECT CheckSpatialIndex('pipe', 'geometry')").fetchone()[0] == 1
    assert sqlite.integrity_faults(connection) == []
    connection.close()


def test_an_edit_from_outside_keeps_the_index_right(path: Path) -> None:
    connection = sqlite.connect(path, spatial=True)
    connection.execute("UPDATE valve SET geometry = MakePoint(1.0, 2.0, 4548) WHERE id = 'V1'")
    assert connection.execute("SELECT CheckSpatialIndex('valve', 'geometry')").fetchone()[0] == 1
    with pytest.raises(sqlite.Error, match="Geometry constraint"):
        connection.execute("UPDATE valve SET geometry = MakePoint(1.0, 2.0, 4326) WHERE id = 'V1'")
    connection.close()


def test_an_edit_from_outside_is_noticed(path: Path) -> None:
    connection = sqlite.connect(path, spatial=True)
    connection.execute("UPDATE pipe SET dn_mm = 500 WHERE id = 'P2'")
    connection.execute("UPDATE pipe SET geometry = ST_Translate(geometry, 1, 0, 0) WHERE id = 'P2'")
    connection.execute("DELETE FROM road WHERE id = 'R1'")
    connection.execute("INSERT INTO valve (id, geometry) VALUES ('V9', MakePoint(1.0, 2.0, 4548))")
    connection.close()
    store = SpatialiteStore.open(path)
    store.apply([ValveState("V1", Position.CLOSED)], Applied({"a": 1}))
    edits = [(edit.layer, edit.id, edit.what) for edit in store.outside_edits()]
    assert edits == [("pipe", "P2", "update"), ("road", "R1", "delete"), ("valve", "V9", "insert")]
    store.close()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("net_pipe", "from_node", 5),
        ("net_pipe", "to_node", -1),
        ("net_device", "node", -2),
        ("net_device", "toward_pipe", 4),
        ("net_source", "node", 70_000),
        ("net_customer", "station", 1),
        ("net_customer", "branch_valve", 4),
        ("net_customer", "tap_pipe", 4),
        ("net_hydrant", "tap_pipe", 1000),
    ],
)
def test_rows_that_point_nowhere_are_refused(path: Path, table: str, column: str, value: int) -> None:
    connection = sqlite.connect(path, spatial=True)
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE fid = 1", (value,))
    connection.close()
    store = SpatialiteStore.open(path)
    with pytest.raises(GisError, match="damaged") as caught:
        store.city()
    store.close()
    assert column.removeprefix("tap_") in str(caught.value.detail["reason"])


EDITS = (
    "DELETE FROM pipe WHERE id = 'P2'",
    "UPDATE pipe SET material = 'gold', geometry = ST_Translate(geometry, 5, 5, 0) WHERE id IN ('P1', 'P3')",
    "UPDATE pipe SET dma_id = NULL",
    "INSERT INTO pipe (id, geometry) SELECT 'P9', geometry FROM pipe WHERE id = 'P4'",
    "DELETE FROM valve WHERE id = 'V1'",
    "UPDATE valve SET landmark = 'elsewhere'",
    "DELETE FROM pump",
    "UPDATE customer SET name = NULL, phone = 'none' WHERE id = 'C1'",
    "DELETE FROM customer WHERE id = 'C1'",
    (
        "DELETE FROM customer WHERE fid = 2; "
        "INSERT INTO customer (fid, id, name, geometry) VALUES (2, 'C9', 'new', MakePoint(1.0, 2.0, 4548))"
    ),
    "DELETE FROM source",
    "DELETE FROM station",
)


@pytest.mark.parametrize("edit", EDITS)
def test_whatever_others_do_to_the_layers_the_city_stays_as_imported(path: Path, edit: str) -> None:
    connection = sqlite.connect(path, spatial=True)
    connection.executescript(edit)
    connection.close()
    store = SpatialiteStore.open(path)
    assert list(differences(handmade.city(), store.city())) == []
    assert store.outside_edits() != ()
    store.close()


def test_all_of_that_one_after_the_other(path: Path) -> None:
    connection = sqlite.connect(path, spatial=True)
    for edit in EDITS:
        connection.executescript(edit)
    connection.close()
    store = SpatialiteStore.open(path)
    assert list(differences(handmade.city(), store.city())) == []
    store.close()


def test_nothing_recorded_is_null(path: Path) -> None:
    connection = sqlite.connect(path, spatial=True)
    row = connection.execute("SELECT dn_mm, year, material, depth_m, road FROM pipe WHERE id = 'P3'").fetchone()
    assert row == (None, None, None, None, None)
    connection.close()


def test_texts_are_kept_once(path: Path) -> None:
    connection = sqlite.connect(path, spatial=True)
    own = "SELECT count(name), count(address), count(phone), count(category) FROM net_customer"
    assert connection.execute(own).fetchone() == (0, 0, 0, 0)
    assert connection.execute("SELECT count(line) FROM net_pipe").fetchone() == (0,)
    connection.close()


def test_the_file_stands_alone(path: Path) -> None:
    assert [found.name for found in path.parent.iterdir()] == ["network.sqlite"]


def test_a_file_in_the_way_is_left_alone(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(GisError, match="exists"):
        write_city(path, handmade.noded(), "r2")
    assert path.read_bytes() == before


def test_a_fault_half_way_leaves_nothing(tmp_path: Path) -> None:
    noded = handmade.noded()
    pipe = noded.layers.get("pipe")
    short = Layer(pipe.geometry, {**pipe.columns, "dn_mm": np.array([1.0])})
    broken = replace(noded, layers=replace(noded.layers, layers={**noded.layers.layers, "pipe": short}))
    with pytest.raises(ValueError, match="shorter"):
        write_city(tmp_path / "network.sqlite", broken, "r1")
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_killed_writer_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "network.sqlite.partial").write_bytes(b"rubbish")
    write_city(tmp_path / "network.sqlite", handmade.noded(), "r1")
    store = SpatialiteStore.open(tmp_path / "network.sqlite")
    assert store.meta.revision == "r1"
    store.close()


def test_sql_in_names_stays_a_name(tmp_path: Path) -> None:
    noded = handmade.noded()
    pipe = noded.layers.get("pipe")
    nasty = 'x" TEXT); DROP TABLE pipe; --'
    layer = Layer(pipe.geometry, {**pipe.columns, nasty: handmade.objects("'; DROP TABLE pipe; --", "", "", "")})
    write_city(
        tmp_path / "n.sqlite",
        replace(noded, layers=replace(noded.layers, layers={**noded.layers.layers, "pipe": layer})),
        "r1",
    )
    store = SpatialiteStore.open(tmp_path / "n.sqlite", readonly=True)
    assert store.layers(["pipe"]).get("pipe").columns[nasty][0] == "'; DROP TABLE pipe; --"
    store.close()
