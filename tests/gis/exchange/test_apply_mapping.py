"""Foreign layers made ours by rules, and what is reported of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign_files import line, point

from gis.errors import GisError
from gis.exchange.assemble import Imported, assemble
from gis.exchange.joins import find_table, read_csv
from gis.exchange.mapping_file import parse_mapping
from gis.exchange.raw import RawLayer
from gis.faults import Fault, FaultKind


def raw(name: str, geometry: list[Any], /, **columns: list[Any]) -> RawLayer:
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    return RawLayer(name, f"{name}.gpkg", "GPKG", "EPSG:4548", shapes, {key: _cells(v) for key, v in columns.items()})


def _cells(values: list[Any]) -> np.ndarray:
    if all(isinstance(value, float | int) for value in values):
        return np.array(values)
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


MAINS = raw("arcs", [line((0, 0), (100, 0)), line((100, 0), (200, 0))], arc=["1", "2"], size=[12, 8], mat=["DI", "-"])
PIPE_RULE = """
[[layer]]
source = "arcs"
target = "pipe"
[layer.columns]
id = "arc"
"""


def imported(*raws: RawLayer, mapping: str = "", folders: tuple[Path, ...] = ()) -> Imported:
    return assemble([MAINS, *raws], parse_mapping(PIPE_RULE + mapping), table_folders=folders)


def found(result: Imported, kind: FaultKind) -> list[Fault]:
    return [fault for fault in result.faults if fault.kind is kind]


def test_units_nulls_and_constants():
    rules = 'dn_mm = { column = "size", unit = "inch" }\nmaterial = { column = "mat", null = "-" }\n'
    pipes = imported(mapping=rules + "year = { value = 1990 }\n").layers.get("pipe")
    assert pipes.real("dn_mm") == pytest.approx([304.8, 203.2])
    assert list(pipes.text("material")) == ["DI", ""]
    assert list(pipes.integer("year")) == [1990, 1990]


def test_columns_without_a_name_of_ours_are_kept_beside():
    result = imported(raw("x", [], a=[]))
    pipes = result.layers.get("pipe")
    assert list(pipes.columns["size"]) == [12, 8]
    assert list(pipes.columns["mat"]) == ["DI", "-"]
    assert [fault.layer for fault in found(result, FaultKind.UNUSED_LAYER)] == ["x"]


def test_a_foreign_column_that_bears_our_name_but_is_not_meant_gets_another():
    layer = raw("arcs", [line((0, 0), (9, 0))], arc=["1"], DN_MM=["thick"], id=["z"])
    pipes = assemble([layer], parse_mapping(PIPE_RULE)).layers.get("pipe")
    assert list(pipes.text("id")) == ["1"]
    assert list(pipes.text("source_DN_MM")) == ["thick"]
    assert list(pipes.text("source_id")) == ["z"]
    assert "dn_mm" not in pipes.columns


NODES = raw(
    "nodes",
    [point(0, 0), point(100, 0), point(200, 0), point(50, 0), point(60, 0)],
    nid=["a", "b", "c", "d", "e"],
    what=["source", "valve", "控制阀门", "odd", None],
    state=[1, 1, 1, 1, 0],
    shut=[0, 1, 0, 0, 0],
)
NODE_RULES = """
[[layer]]
source = "nodes"
target = "valve"
where = { what = ["valve", "控制阀门", "odd"] }
unless = { state = 0 }
[layer.columns]
id = "nid"
current = { column = "shut", words = { 0 = "open", 1 = "closed" } }
[layer.columns.kind]
column = "what"
words = { valve = "isolation", "控制阀门" = "isolation" }
doubtful = ["控制阀门"]
default = "other"
[layer.features.b]
toward_pipe_id = "2"
turns = 7.5
[layer.features.zz]
turns = 1

[[layer]]
source = "nodes"
target = "source"
where = { what = "source" }
columns = { id = "nid", kind = { value = "plant" } }
"""


def test_one_layer_of_all_sorts_of_points_is_split():
    result = imported(NODES, mapping=NODE_RULES)
    valves = result.layers.get("valve")
    assert list(valves.text("id")) == ["b", "c", "d"]
    assert list(valves.text("kind")) == ["isolation", "isolation", "other"]
    assert list(valves.text("current")) == ["closed", "open", "open"]
    assert list(valves.text("toward_pipe_id")) == ["2", "", ""]
    assert valves.real("turns") == pytest.approx([7.5, np.nan, np.nan], nan_ok=True)
    assert list(result.layers.get("source").text("id")) == ["a"]


def test_what_the_mapping_leaves_open_is_reported():
    result = imported(NODES, mapping=NODE_RULES)
    (unused,) = found(result, FaultKind.UNUSED_ROWS)
    assert (unused.detail["count"], unused.detail["of"]) == (1, 5)
    (doubt,) = found(result, FaultKind.DOUBTFUL_WORD)
    assert (doubt.detail["word"], doubt.detail["read_as"], doubt.detail["count"]) == ("控制阀门", "isolation", 1)
    (strange,) = found(result, FaultKind.UNKNOWN_REFERENCE)
    assert strange.feature == "zz"


def test_diameters_that_say_what_they_are_measured_by():
    layer = raw(
        "pipe", [line((k, 0), (k + 1, 0)) for k in range(4)], id=list("abcd"), dn_mm=["DN300", "De315", "200", "3oo"]
    )
    result = assemble([layer])
    pipes = result.layers.get("pipe")
    assert pipes.real("dn_mm") == pytest.approx([300, 315, 200, np.nan], nan_ok=True)
    assert list(pipes.text("dn_basis")) == ["nominal", "outside", "", ""]
    (bad,) = found(result, FaultKind.UNREADABLE_NUMBER)
    assert (bad.feature, bad.detail["word"], "count" in bad.detail) == ("d", "3oo", False)


def test_suspicious_units_are_reported_and_left_alone():
    layer = raw(
        "pipe",
        [line((k * 10, 0), (k * 10 + 10, 0)) for k in range(5)],
        id=list("abcde"),
        dn_mm=[300.0, 200.0, 8.0, 110.0, 560.0],
        material=["DI", "DI", "DI", "PE", "PE"],
        depth_m=[1.2, 1.0, 120.0, 0.9, 1.1],
        length_m=[32.81, 32.81, 32.81, 10.0, 10.0],
        压力=[0.3, 0.28, 300.0, 0.3, 0.3],
    )
    result = assemble([layer])
    told = {str(fault.detail["column"]): fault.detail for fault in found(result, FaultKind.MIXED_UNITS)}
    assert {name: told[name]["unit"] for name in told} == {
        "dn_mm": "inch",
        "depth_m": "cm",
        "length_m": "ft",
        "压力": "kPa",
    }
    (unsaid,) = found(result, FaultKind.OUTSIDE_AS_NOMINAL)
    assert (unsaid.detail["count"], unsaid.detail["of"]) == (2, 5)
    assert told["dn_mm"]["count"] == 1
    (near,) = found(result, FaultKind.OUTSIDE_DIAMETER)
    assert near.feature == "e"
    assert list(result.layers.get("pipe").real("dn_mm")) == [300.0, 200.0, 8.0, 110.0, 560.0]


def test_two_sources_of_one_layer_come_together():
    other = raw("arcs", [line((200, 0), (300, 0))], arc=["3"], mat=[None], laid=[1999.0])
    pipes = assemble([MAINS, other], parse_mapping(PIPE_RULE)).layers.get("pipe")
    assert list(pipes.text("id")) == ["1", "2", "3"]
    assert pipes.columns["laid"] == pytest.approx([np.nan, np.nan, 1999.0], nan_ok=True)
    assert list(pipes.columns["size"]) == [12, 8, 0], "null of whole numbers"
    assert list(pipes.columns["mat"]) == ["DI", "-", ""]


JOIN = """
[[layer]]
source = "connec"
target = "customer"
columns = { id = "cid", phone = "tel" }
[[layer.join]]
file = "meters.csv"
on = "code"
key = "customer"
where = { state = 1 }
count = "households"
take = { phone = "telephone", name = "holder" }
"""
CONNECS = raw(
    "connec", [point(5, 1), point(6, 1), point(7, 1)], cid=["x", "y", "z"], code=["c1", "c2", None], tel=["1", "2", "3"]
)


def meters(folder: Path, text: str, encoding: str = "utf-8") -> tuple[Path, ...]:
    (folder / "meters.csv").write_bytes(text.encode(encoding))
    return (folder / "nowhere", folder)


def test_meters_count_households_and_lend_columns(tmp_path):
    table = "customer,state,telephone,holder\nc1,1,555,甲\nc1,1,556,乙\nc2,0,557,丙\n,1,558,丁\n"
    for encoding in ("utf-8", "gb18030", "utf-8-sig"):
        folders = meters(tmp_path, table, encoding)
        customers = imported(CONNECS, mapping=JOIN, folders=folders).layers.get("customer")
        assert list(customers.integer("households")) == [2, 0, 0]
        assert list(customers.text("phone")) == ["555", "2", "3"]
        assert list(customers.text("name")) == ["甲", "", ""]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("customer,telephone,holder\nc1,5,a\n", "table_column_missing"),
        ("", "table_broken"),
        ('a,"b\n', "table_broken"),
        ("customer,state,telephone,holder,state\n", "table_column_twice"),
        ("customer,state,telephone,holder\nc1,1,555,a,b\n", "table_row_long"),
    ],
)
def test_tables_that_cannot_be_used(tmp_path, table, code):
    with pytest.raises(GisError) as refused:
        imported(CONNECS, mapping=JOIN, folders=meters(tmp_path, table))
    assert refused.value.code == code


def test_a_short_row_lacks_its_last_cells(tmp_path):
    result = imported(
        CONNECS, mapping=JOIN, folders=meters(tmp_path, "state,telephone,holder,customer\n1,5\n1,6,a,c1\n")
    )
    assert list(result.layers.get("customer").text("phone")) == ["6", "2", "3"]


def test_rows_of_a_table_that_help_nobody_or_disagree_are_told(tmp_path):
    table = "customer,state,telephone,holder\nc1,1,555,甲\nc1,1,555,乙\nc7,1,5,丙\nc8,1,5,丁\nc2,1,5,同\nc2,1,5,同\n"
    result = imported(CONNECS, mapping=JOIN, folders=meters(tmp_path, table))
    (unused,) = found(result, FaultKind.UNUSED_TABLE_ROWS)
    assert dict(unused.detail) == {"count": 2, "table": "meters.csv", "word": "c7"}
    (differ,) = found(result, FaultKind.TABLE_ROWS_DIFFER)
    assert (differ.feature, differ.detail["word"], differ.detail["count"]) == ("x", "555, 甲", 2)


def test_what_a_table_lends_is_looked_at_like_any_cell(tmp_path):
    rule = JOIN.replace('telephone", name', 'telephone", people').replace("name = ", "people = ")
    table = "customer,state,telephone,holder\nc1,1, 5\u00007,many\n"
    result = imported(CONNECS, mapping=rule, folders=meters(tmp_path, table))
    assert [(f.kind, f.feature) for f in result.faults if f.layer == "customer"] == [
        (FaultKind.UNPRINTABLE_TEXT, "x"),
        (FaultKind.UNREADABLE_NUMBER, "x"),
    ]
    assert list(result.layers.get("customer").text("phone")) == ["57", "2", "3"]


def test_a_word_that_only_the_default_covers_is_told():
    rules = 'dn_basis = { column = "mat", words = { DI = "nominal" }, default = "outside" }\n'
    (fault,) = found(imported(mapping=rules), FaultKind.WORD_BY_DEFAULT)
    assert (fault.detail["word"], fault.detail["read_as"], fault.detail["count"]) == ("-", "outside", 1)


def test_what_a_mapping_says_of_one_feature_is_looked_at_too():
    (fault,) = found(imported(mapping='[layer.features.2]\ndepth_m = "deep"\n'), FaultKind.UNREADABLE_NUMBER)
    assert (fault.feature, fault.detail["word"]) == ("2", "deep")


def test_columns_beside_that_differ_in_case_or_bear_our_names_are_all_kept():
    geometry = [line((0, 0), (100, 0))]
    layer = raw("pipe", geometry, id=["1"], Note=["a"], note=["b"], source_note=["c"], FID=["d"])
    columns = assemble([layer]).layers.get("pipe").columns
    assert {name: list(columns[name]) for name in columns if name != "id"} == {
        "Note": ["a"],
        "source_note": ["b"],
        "source_source_note": ["c"],
        "source_FID": ["d"],
    }


def test_tables_that_are_not_there(tmp_path):
    for ask in (lambda: find_table("none.csv", [tmp_path]), lambda: read_csv(tmp_path / "none.csv")):
        with pytest.raises(GisError) as refused:
            ask()
        assert refused.value.code == "table_missing"


@pytest.mark.parametrize(
    ("mapping", "code", "named"),
    [
        ('[[layer]]\nsource = "none"\ntarget = "valve"\n', "mapping_layer_missing", "none"),
        ('dn_mm = "thickness"\n', "mapping_column_missing", "thickness"),
        ('[[layer]]\nsource = "arcs"\ntarget = "service"\nwhere = { nope = 1 }\n', "mapping_column_missing", "nope"),
    ],
)
def test_names_that_the_files_do_not_have(mapping, code, named):
    with pytest.raises(GisError) as refused:
        imported(mapping=mapping)
    assert refused.value.code == code
    assert named in refused.value.detail.values()


def test_files_without_mains():
    with pytest.raises(GisError) as refused:
        assemble([raw("trees", [point(0, 0)], id=["t"])])
    assert refused.value.code == "no_pipe_layer"
    assert refused.value.detail["found"] == "trees"
