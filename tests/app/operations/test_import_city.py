"""Importing a city, from the request to a noded city or a refusal in words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from foreign_files import line, point, town, write_layer

from app.messages import load_words
from app.operations.import_city import draft_import_mapping, import_city
from app.requests import ImportCity
from gis.errors import GisError
from gis.faults import FaultKind
from gis.noding import Noded
from network.errors import CodedError, NetworkError
from network.segments import find_segments

SMALL_INP = """[JUNCTIONS]
A 10 1.5
B 11 0
[RESERVOIRS]
R 60
[PIPES]
P1 R A 100 600 100 0 Open
[VALVES]
V A B 300 TCV 0 0
[OPTIONS]
UNITS LPS
[COORDINATES]
R 500000 4060000
A 500100 4060000
B 500100 4060000
[END]
"""


class Heard:
    """Takes word of progress."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def __call__(self, step: str, fraction: float | None = None) -> None:
        assert fraction is None or 0.0 <= fraction <= 1.0
        self.steps.append(step)


def run(*sources: Path, **options: object) -> Noded:
    return import_city(ImportCity(sources, Path("unused"), **options), Heard())  # type: ignore[arg-type]


@pytest.fixture
def inp(tmp_path: Path) -> Path:
    path = tmp_path / "small.inp"
    path.write_text(SMALL_INP)
    return path


def test_a_geopackage_becomes_a_noded_city(tmp_path: Path) -> None:
    heard = Heard()
    request = ImportCity((town(tmp_path / "town.gpkg"),), tmp_path / "ws")
    noded = import_city(request, heard)
    network = noded.city.network
    assert list(dict.fromkeys(heard.steps)) == ["reading", "assembling", "noding"]
    assert (len(network.pipes), len(network.devices), len(network.sources)) == (2, 1, 1)
    assert find_segments(network).count == 2
    assert noded.layers.name == "town", "called after its file"
    assert not (tmp_path / "ws").exists(), "nothing is written here"


def test_the_name_asked_for_goes_before_the_mappings(tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[mapping]\nname = "Map"\n[[layer]]\nsource = "pipe"\ntarget = "pipe"\ncolumns = { id = "id" }\n'
    )
    source = town(tmp_path / "town.gpkg")
    assert run(source, mapping=mapping).layers.name == "Map"
    assert run(source, mapping=mapping, name="Mine").layers.name == "Mine"


def test_a_drafted_mapping_imports_its_own_files(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    folder.mkdir()
    ends = {"起点点号": ["J1", "J2"], "终点点号": ["J2", "J3"]}
    lines = [line((0, 0), (100, 0)), line((100, 0), (200, 0))]
    write_layer(
        folder / "管线.shp",
        "管线",
        lines,
        {**ends, "管径": ["DN300", "DN200"], "材质": ["球墨", "铸铁"]},
        encoding="GBK",
    )
    (folder / "管线.cpg").unlink()
    points = [point(0, 0), point(100, 0), point(200, 0)]
    columns = {"点号": ["J1", "J2", "J3"], "附属物": ["水厂", "控制阀门", "消防栓"]}
    write_layer(folder / "管点.shp", "管点", points, columns, encoding="UTF-8")
    (tmp_path / "m.toml").write_text(draft_import_mapping([folder], "测试"), encoding="utf-8")
    noded = run(folder, mapping=tmp_path / "m.toml")
    network = noded.city.network
    assert network.nodes.ids.take(network.devices.node) == ["J2"]
    assert find_segments(network).count == 2
    assert len(noded.city.hydrants) == 1
    assert {FaultKind.GBK_TEXT, FaultKind.DOUBTFUL_WORD} <= {fault.kind for fault in noded.faults}


def test_an_inp_file_is_noded_by_its_ids(inp: Path) -> None:
    network = run(inp, isolation_valves="tcv").city.network
    assert list(network.pipes.ids) == ["P1", "V"]
    assert sorted(network.nodes.ids) == ["A", "B", "R"], "ends drawn on one spot stay apart"
    assert list(network.devices.ids) == ["V"]
    assert find_segments(network).count == 2


def test_an_inp_file_with_a_crs_and_beside_other_files(inp: Path, tmp_path: Path) -> None:
    assert run(inp).layers.crs_epsg == 0
    assert run(inp, crs_epsg=4548).layers.crs_epsg == 4548
    hydrants = write_layer(tmp_path / "h.gpkg", "hydrant", [point(50, 3)], {"id": ["H"]})
    noded = run(inp, hydrants, crs_epsg=4548)
    assert len(noded.city.hydrants) == 1
    with pytest.raises(GisError) as refused:
        run(inp, hydrants)
    assert refused.value.code == "crs_missing", "where the network lies must be said"


def test_a_valve_layer_beside_an_inp_file(inp: Path, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(",link,node\n0,P1,A\n")
    network = run(inp, valve_layer=tmp_path / "v.csv").city.network
    assert list(network.devices.ids) == ["V", "P1"]
    assert network.nodes.ids.take(network.devices.node[1:]) == ["A"]


def test_meters_beside_the_source_are_found(tmp_path: Path) -> None:
    source = town(tmp_path / "town.gpkg")
    write_layer(source, "customer", [point(50, 5)], {"id": ["C"], "code": ["x"]})
    (tmp_path / "meters.csv").write_text("key\nx\nx\n")
    mapping = tmp_path / "elsewhere" / "m.toml"
    mapping.parent.mkdir()
    mapping.write_text(
        '[[layer]]\nsource = "pipe"\ntarget = "pipe"\ncolumns = { id = "id" }\n'
        '[[layer]]\nsource = "customer"\ntarget = "customer"\ncolumns = { id = "id" }\n'
        '[[layer.join]]\nfile = "meters.csv"\non = "code"\nkey = "key"\ncount = "households"\n'
    )
    assert list(run(source, mapping=mapping).city.customers.households) == [2]


def _broken_inp(folder: Path) -> ImportCity:
    (folder / "b.inp").write_text(SMALL_INP.replace("P1 R A 100", "P1 R NOPE 100"))
    return ImportCity((folder / "b.inp",), folder)


def _no_crs(folder: Path) -> ImportCity:
    return ImportCity((town(folder / "a.gpkg", crs=None),), folder)


def _broken_zip(folder: Path) -> ImportCity:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    return ImportCity((folder / "a.zip",), folder)


def _wrong_mapping(folder: Path) -> ImportCity:
    (folder / "m.toml").write_text('[[layer]]\nsource = "pipe"\ntarget = "tube"\n')
    return ImportCity((town(folder / "a.gpkg"),), folder, mapping=folder / "m.toml")


def _odd_noding(folder: Path) -> ImportCity:
    return ImportCity((town(folder / "a.gpkg"),), folder, noding="magic")


def _odd_valves(folder: Path) -> ImportCity:
    (folder / "b.inp").write_text(SMALL_INP)
    return ImportCity((folder / "b.inp",), folder, isolation_valves="gpv")


def _valves_without_inp(folder: Path) -> ImportCity:
    return ImportCity((town(folder / "a.gpkg"),), folder, isolation_valves="tcv")


def _nothing(folder: Path) -> ImportCity:
    return ImportCity((folder / "none.gpkg",), folder)


@pytest.mark.parametrize(
    ("ask", "code", "says"),
    [
        (_broken_inp, "inp_broken", "203"),
        (_no_crs, "crs_missing", "EPSG:4548"),
        (_broken_zip, "source_empty", "a.zip"),
        (_wrong_mapping, "mapping_layer_unknown", "tube"),
        (_odd_noding, "noding_unknown", "magic"),
        (_odd_valves, "isolation_valves_unknown", "gpv"),
        (_valves_without_inp, "option_without_inp", "INP"),
        (_nothing, "source_missing", "none.gpkg"),
    ],
)
def test_refusals_come_in_words_of_both_languages(tmp_path: Path, ask, code: str, says: str) -> None:
    with pytest.raises(CodedError) as refused:
        import_city(ask(tmp_path), Heard())
    assert refused.value.code == code
    for language in ("en", "zh_CN"):
        sentence = load_words(language).refusal(refused.value.code, refused.value.detail)
        assert says in sentence
        assert "{" not in sentence


def test_every_fault_of_a_bad_file_has_words(tmp_path: Path) -> None:
    path = write_layer(
        tmp_path / "pipe.shp",
        "pipe",
        [line((0, 0), (100, 0)), line((100, 0), (200, 0)), line((0, 0), (9, 9), origin=(1, 1))],
        {
            "id": ["甲", "乙", "丙"],
            "dn_mm": ["8", "300", "3oo"],
            "material": ["PE", "PE", "DI"],
            "depth_m": [1.0, 120.0, 1.0],
        },
        crs=None,
        encoding="GBK",
    )
    path.with_suffix(".cpg").unlink()
    noded = run(path, crs_epsg=4548)
    found = {fault.kind for fault in noded.faults}
    assert {
        FaultKind.CRS_MISSING,
        FaultKind.GBK_TEXT,
        FaultKind.MIXED_UNITS,
        FaultKind.UNREADABLE_NUMBER,
        FaultKind.OUT_OF_BOUNDS,
        FaultKind.NO_SOURCE,
    } <= found
    for language in ("en", "zh_CN"):
        words = load_words(language)
        for fault in noded.faults:
            assert "{" not in words.fault(fault)
            assert words.has("fault_name", fault.kind)


def test_inp_refusals_are_network_errors(tmp_path: Path) -> None:
    with pytest.raises(NetworkError):
        import_city(_broken_inp(tmp_path), Heard())
