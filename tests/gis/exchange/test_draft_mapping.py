"""Drafted mappings: what they recognise, what they ask, and that they can be read and used as they stand."""

import tomllib
from typing import Any

import numpy as np
import pytest
from foreign_files import line, point
from shapely import Polygon

from gis.exchange.assemble import assemble
from gis.exchange.draft_mapping import draft_mapping
from gis.exchange.mapping import ImportMapping, LayerRule
from gis.exchange.mapping_file import parse_mapping
from gis.exchange.raw import RawLayer
from gis.exchange.vector_files import read_sources
from gis.exchange.vocabulary import COLUMNS, plain, point_meaning
from gis.faults import FaultKind
from gis.layers import LAYERS


def raw(name: str, geometry: list[Any], /, **columns: list[Any]) -> RawLayer:
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    cells = {}
    for key, values in columns.items():
        cells[key] = np.empty(len(values), dtype=object)
        cells[key][:] = values
    return RawLayer(name, f"{name}.shp", "ESRI Shapefile", "EPSG:4548", shapes, cells)


def drafted(*raws: RawLayer) -> tuple[str, ImportMapping]:
    text = draft_mapping(raws, "测试")
    return text, parse_mapping(text)


def rule(mapping: ImportMapping, target: str) -> LayerRule:
    (found,) = [rule for rule in mapping.rules if rule.target == target]
    return found


def questions(text: str) -> list[str]:
    return [row for row in text.split("\n") if row.startswith("# QUESTION")]


SURVEY_LINES = raw(
    "JS管线",
    [line((k * 10, 0), (k * 10 + 10, 0)) for k in range(4)],
    起点点号=["J1", "J2", "J3", "J4"],
    终点点号=["J2", "J3", "J4", "J5"],
    **{"管径(mm)": ["DN300", "200", "200", "De160"]},
    材质=["球墨", "铸铁", "PE", "PE"],
    起点埋深=["1.2", "1.0", "0.9", "1.1"],
    建设年代=["1998", "2001", None, "2010"],
    所在道路=["和平路"] * 4,
)
WORDS = ["蝶阀", "控制阀门", "消防栓", "水表", "排气阀", "三通", "止回阀", "怪物"]
SURVEY_POINTS = raw(
    "JS管点",
    [point(k * 5, 0) for k in range(8)],
    管点编号=[f"J{k}" for k in range(8)],
    附属物=WORDS,
    地面高程=[str(20 + k) for k in range(8)],
)


def test_a_chinese_survey_of_lines():
    _, mapping = drafted(SURVEY_LINES)
    columns = {ours: column.column for ours, column in rule(mapping, "pipe").columns.items()}
    assert columns == {
        "dn_mm": "管径(mm)",
        "material": "材质",
        "year": "建设年代",
        "depth_m": "起点埋深",
        "from_node": "起点点号",
        "to_node": "终点点号",
        "road": "所在道路",
    }


def test_a_chinese_survey_of_points_is_split_by_what_they_are():
    text, mapping = drafted(SURVEY_LINES, SURVEY_POINTS)
    valves = rule(mapping, "valve")
    assert valves.where == {"附属物": ("蝶阀", "控制阀门", "排气阀", "止回阀")}
    assert dict(valves.columns["kind"].words) == {
        "蝶阀": "isolation",
        "控制阀门": "isolation",
        "排气阀": "air",
        "止回阀": "check",
    }
    assert rule(mapping, "hydrant").where == {"附属物": ("消防栓",)}
    assert rule(mapping, "customer").where == {"附属物": ("水表",)}
    assert rule(mapping, "junction").where == {}, "every point is a junction"
    assert rule(mapping, "junction").columns["elevation_m"].column == "地面高程"
    assert any("怪物" in question for question in questions(text))


def test_points_that_bear_nothing_are_junctions_and_a_plant_that_is_named_is_not_asked_about():
    columns = {"点号": list("abc"), "附属物": ["水厂", None, "阀门"], "地面高程": [50.0, 51.0, 52.0]}
    text, mapping = drafted(SURVEY_LINES, raw("JS管点", [point(k * 10, 0) for k in range(3)], **columns))
    assert rule(mapping, "junction").columns["elevation_m"].column == "地面高程"
    assert dict(rule(mapping, "source").columns["kind"].words) == {"水厂": "plant"}
    assert not [question for question in questions(text) if "reservoirs or tanks" in question]


def test_control_valves_are_asked_about():
    text, mapping = drafted(SURVEY_LINES, SURVEY_POINTS)
    assert any("控制阀门" in question for question in questions(text))
    assert rule(mapping, "valve").columns["kind"].doubtful == ("控制阀门",)
    result = assemble([SURVEY_LINES, SURVEY_POINTS], mapping)
    doubts = [fault.detail["word"] for fault in result.faults if fault.kind is FaultKind.DOUBTFUL_WORD]
    assert doubts == ["控制阀门"]


def test_a_draft_can_be_imported_as_it_stands():
    _, mapping = drafted(SURVEY_LINES, SURVEY_POINTS)
    layers = assemble([SURVEY_LINES, SURVEY_POINTS], mapping).layers
    assert layers.name == "测试"
    assert list(layers.get("pipe").real("dn_mm")) == [300, 200, 200, 160]
    assert list(layers.get("pipe").text("dn_basis")) == ["nominal", "", "", "outside"]
    assert list(layers.get("valve").text("id")) == ["J0", "J1", "J4", "J6"]
    assert list(layers.get("junction").real("elevation_m")) == [20, 21, 22, 23, 24, 25, 26, 27]


def test_a_valve_table_is_not_split():
    kinds = ["闸阀", "减压阀", "排泥阀", None]
    _, mapping = drafted(
        raw(
            "阀门",
            [point(k, 0) for k in range(4)],
            编号=list("abcd"),
            阀门类型=kinds,
            口径=["300"] * 4,
            圈数=["20"] * 4,
        )
    )
    valves = rule(mapping, "valve")
    assert valves.where == {}, "a valve without a kind stays"
    assert dict(valves.columns["kind"].words) == {"闸阀": "isolation", "减压阀": "prv", "排泥阀": "washout"}
    assert (valves.columns["dn_mm"].column, valves.columns["turns"].column) == ("口径", "圈数")


def test_states_and_conditions():
    text, mapping = drafted(
        raw(
            "valves",
            [point(k, 0) for k in range(4)],
            valve_id=list("abcd"),
            type=["gate valve", "Butterfly", "PRV", "air release"],
            status=["Open", "closed", "常闭", "half"],
            完好状态=["完好", "锈死", "关不严", None],
            关闭方向=["顺时针", "逆时针", None, None],
        )
    )
    columns = rule(mapping, "valve").columns
    assert dict(columns["kind"].words) == {
        "gate valve": "isolation",
        "Butterfly": "isolation",
        "PRV": "prv",
        "air release": "air",
    }
    assert dict(columns["current"].words) == {"Open": "open", "常闭": "closed"}
    assert dict(columns["condition"].words) == {"完好": "operable", "锈死": "inoperable", "关不严": "passing"}
    assert dict(columns["closes"].words) == {"顺时针": "cw", "逆时针": "ccw"}
    assert any("half" in question for question in questions(text))


def test_noughts_and_ones_whose_column_says_what_they_mean():
    _, mapping = drafted(
        raw("valve_points", [point(0, 0)] * 2, node_id=["a", "b"], closed=["0", "1"], broken=["1", "0"])
    )
    columns = rule(mapping, "valve").columns
    assert dict(columns["current"].words) == {"0": "open", "1": "closed"}
    assert dict(columns["condition"].words) == {"0": "operable", "1": "inoperable"}


def test_english_tables_by_what_they_are_called():
    square = Polygon([(0, 0), (1, 0), (1, 1)])
    _, mapping = drafted(
        raw("Water_Mains", [line((0, 0), (9, 0))], PIPEID=["1"], DIAMETER=["200"], STARTID=["a"], ENDID=["b"]),
        raw("Service_Lines", [line((0, 0), (0, 9))], ID=["s"]),
        raw("Fire_Hydrants", [point(0, 0)], HYDRANT_ID=["h"]),
        raw("Accounts", [point(0, 0)], account_id=["c"], address=["x"]),
        raw("DMA_2024", [square], name=["n"]),
        raw("Pump_Stations", [point(0, 0)], id=["p"], name=["n"]),
        raw("Trees", [point(0, 0)], id=["t"]),
    )
    assert [(rule.source, rule.target) for rule in mapping.rules] == [
        ("Water_Mains", "pipe"),
        ("Service_Lines", "service"),
        ("Fire_Hydrants", "hydrant"),
        ("Accounts", "customer"),
        ("DMA_2024", "dma"),
        ("Pump_Stations", "station"),
    ]


@pytest.mark.parametrize(
    ("columns", "asked"),
    [
        ({"DIAMETER": ["6", "8", "12"]}, "inch"),
        ({"DIAMETER": ["110", "160", "200"], "MATERIAL": ["PE", "PE100", "DI"]}, "110, 160"),
        ({"depth": ["120", "95", "110"]}, "cm"),
        ({"state": ["1", "0", "2"]}, 'where = { state = ["1"] }'),
        ({"nothing": ["a", "b", "c"]}, "no column looks like an id"),
    ],
)
def test_doubts_are_asked(columns, asked):
    text, _ = drafted(raw("pipes", [line((k, 0), (k + 1, 0)) for k in range(3)], **columns))
    assert any(asked in question for question in questions(text))


def test_diameters_marked_as_outside_in_their_cells_are_no_question():
    lines = [line((k, 0), (k + 1, 0)) for k in range(2)]
    text, _ = drafted(raw("pipes", lines, id=["a", "b"], dn=["De160", "DN110"], material=["PE", "PE"]))
    assert questions(text) == []


def test_outside_diameters_by_the_columns_name():
    _, mapping = drafted(raw("pipes", [line((0, 0), (1, 0))], id=["a"], 外径=["110"]))
    assert rule(mapping, "pipe").columns["dn_basis"].value == "outside"


def test_without_mains_the_draft_says_so():
    text = draft_mapping([raw("trees", [point(0, 0)], id=["t"])])
    assert any("pipe" in question for question in questions(text))
    assert "trees" in text
    assert tomllib.loads(text) == {"mapping": {"name": ""}}


def test_words_with_quotes_and_brackets_survive():
    _, mapping = drafted(raw("阀门", [point(0, 0)] * 2, 编号=["a", "b"], 阀门类型=['闸阀"大"', "蝶阀{小}\\"]))
    assert set(rule(mapping, "valve").columns["kind"].words) == {'闸阀"大"', "蝶阀{小}\\"}


def test_a_reference_draft(reference_data):
    raws = read_sources([reference_data / "giswater_ws" / "network.gpkg", reference_data / "nanaimo"])
    mapping = parse_mapping(draft_mapping(raws))
    targets = [rule.target for rule in mapping.rules]
    assert sorted(targets) == ["customer", "hydrant", "junction", "pipe", "pipe", "service", "source", "valve"]


def test_the_vocabulary_names_our_own_columns():
    for layer, columns in COLUMNS.items():
        assert set(columns) <= set(LAYERS[layer].columns), layer
        assert all(plain(word) for words in columns.values() for word in words)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("地上式消火栓", ("hydrant", "")),
        ("复合式排气阀", ("valve", "air")),
        ("排泥阀井", ("valve", "washout")),
        ("止回阀", ("valve", "check")),
        ("减压阀组", ("valve", "prv")),
        ("软密封闸阀", ("valve", "isolation")),
        ("Pressure Reducing", ("valve", "prv")),
        ("水源井", ("source", "reservoir")),
        ("高位水池", ("source", "tank")),
        ("三通", ("junction", "")),
        ("Gate Valve", ("valve", "isolation")),
        ("non-return valve", ("valve", "check")),
        ("AIR_RELEASE", ("valve", "air")),
        ("TEE 100", ("junction", "")),
        ("steel", None),
        ("stairs", None),
        ("怪物", None),
    ],
)
def test_meanings_of_point_words(word, meaning):
    assert point_meaning(word) == meaning


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Reservoir", "reservoir"),
        ("Tank", "tank"),
        ("TreatmentPlant", "plant"),
        ("东湖水库", "reservoir"),
        ("一水厂", "plant"),
        ("清水池", "tank"),
    ],
)
def test_a_layer_of_sources_says_by_its_name_what_they_are(name, kind):
    _, mapping = drafted(raw(name, [point(0, 0)], FACILITYID=["R1"]))
    assert rule(mapping, "source").columns["kind"].value == kind


@pytest.mark.parametrize("name", ["WaterSource", "水源", "source"])
def test_what_sources_are_is_asked_where_nothing_tells(name):
    text, mapping = drafted(raw(name, [point(0, 0)], FACILITYID=["R1"]))
    assert "kind" not in rule(mapping, "source").columns
    assert any("plants, reservoirs or tanks" in question for question in questions(text))
