"""Sentences with their parameters, and numbers as the console writes them."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.messages import formats, load_words
from gis.faults import Action, Fault, FaultKind

THIN = formats.THIN_SPACE


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (1284, 0, f"1{THIN}284"),
        (1_234_567.891, 2, f"1{THIN}234{THIN}567.89"),
        (-3.25, 1, "−3.2"),
        (-0.001, 1, "0.0"),
        (math.nan, 0, "—"),
        (math.inf, 0, "—"),
    ],
)
def test_numbers(value: float, decimals: int, written: str) -> None:
    assert formats.number(value, decimals) == written


@pytest.mark.parametrize(
    ("metres", "written"),
    [
        (0.3, "0.30 m"),
        (4.26, "4.3 m"),
        (118.2, "118 m"),
        (999.4, "999 m"),
        (999.6, "1.00 km"),
        (12_345, "12.35 km"),
        (1_234_567, f"1{THIN}235 km"),
        (math.nan, "—"),
    ],
)
def test_lengths(metres: float, written: str) -> None:
    assert formats.length(metres) == written


def test_no_line_is_broken_within_a_number_or_before_its_unit() -> None:
    said = formats.unbroken(f"usually {formats.number(2215)} m³/h, with 80 %; 3 mains, 16.3 km (1.2 % of all)")
    assert said.split(" ") == [
        "usually", "2\u202f215\xa0m³/h,", "with", "80\xa0%;", "3", "mains,", "16.3\xa0km", "(1.2\xa0%", "of", "all)",
    ]  # fmt: skip


def test_a_small_area_never_reads_as_none() -> None:
    assert formats.area(0.001) == "<0.01"
    assert formats.area(0.0) == "0.00"
    assert formats.area(123.4) == "123"


def test_diameters_say_what_they_are() -> None:
    assert formats.nominal_diameter(300, outside=False) == "DN300"
    assert formats.nominal_diameter(560, outside=True) == "De560"
    assert formats.nominal_diameter(0, outside=False) == "—"


def test_dates_in_both_languages() -> None:
    moment = datetime(2026, 3, 12, 14, 32, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert formats.date(moment, "zh_CN") == "3月12日 周四"
    assert formats.date(moment, "en") == "Thu 12 Mar"
    assert formats.clock_time(moment) == "14:32:08"


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("distance_m", 0.3, "0.30 m"),
        ("x_m", 500_123.46, f"500{THIN}123.5"),
        ("dn_mm", 560, "560 mm"),
        ("crs_epsg", 4548, "4548"),
        ("elapsed_s", 1.25, "1.2 s"),
        ("count", 20_000, f"20{THIN}000"),
        ("share", 0.25, "0.25"),
        ("other", "P12", "P12"),
    ],
)
def test_parameters_are_written_by_their_unit(name: str, value: str | float, written: str) -> None:
    assert formats.by_unit(name, value) == written


def test_a_fault_in_both_languages_with_and_without_its_parameters() -> None:
    full = Fault(
        FaultKind.NEAR_MISS_END, "pipe", "P7", detail={"distance_m": 0.3, "other": "P8"}, action=Action.REPAIRED
    )
    bare = Fault(FaultKind.DUPLICATE_FEATURE, "valve", "V1")
    chinese, english = load_words("zh_CN"), load_words("en")
    assert chinese.fault(full) == "管段 P7 的端点与 P8 相距 0.30 m，未接上"
    assert english.fault(full) == "An end of pipe P7 lies 0.30 m from P8 without meeting it"
    assert english.fault(bare) == "valve V1 is recorded twice"
    assert chinese.fault_action(full) == "已修复"


@pytest.mark.parametrize(
    ("kind", "detail", "english", "chinese"),
    [
        (FaultKind.MULTIPART, {"count": 2}, "pipe P1 is made of several parts: 2", "管段 P1 由多个部件组成（2 个）"),
        (FaultKind.MULTIPART, {}, "pipe P1 is made of several parts", "管段 P1 由多个部件组成"),
        (
            FaultKind.UNKNOWN_REFERENCE,
            {"column": "pipe_id", "other": "Z"},
            "pipe P1 names something that does not exist: pipe_id Z",
            "管段 P1 引用了不存在的对象：pipe_id Z",
        ),
        (
            FaultKind.DUPLICATE_VALVE,
            {"other": "D1"},
            "pipe P1 stands at the same place as another valve, D1; both count as one",
            "管段 P1 与另一阀门 D1 位置相同，按一个阀门处理",
        ),
        (
            FaultKind.END_ON_MIDDLE,
            {"other": "P2"},
            "An end of pipe P1 meets P2 in its middle, where that one has no node",
            "管段 P1 的端点接在管段 P2 中间，该处没有节点",
        ),
        (
            FaultKind.END_ON_MIDDLE,
            {"count": 3},
            "pipe P1 was split into 3 parts where ends meet its middle",
            "管段 P1 中间有端点相接，已在该处断为 3 段",
        ),
        (
            FaultKind.UNUSED_LAYER,
            {"path": "n.shp", "count": 4, "known": "pipe, valve"},
            (
                "Layer pipe of n.shp was not used (4 features): "
                "no mapping was given, and without one a layer must be called one of pipe, valve"
            ),
            "n.shp 的图层管段未使用（4 个要素）：未给出对应文件，图层名须为 pipe, valve 之一",
        ),
        (
            FaultKind.UNUSED_LAYER,
            {"path": "n.shp", "count": 4, "rules": 2},
            "Layer pipe of n.shp was not used (4 features): none of the 2 rules of the mapping names it",
            "n.shp 的图层管段未使用（4 个要素）：对应文件的 2 条规则均未提及它",
        ),
    ],
)
def test_optional_parts_read_well(kind: FaultKind, detail: dict[str, str | int], english: str, chinese: str) -> None:
    fault = Fault(kind, "pipe", "P1", detail=detail)
    assert load_words("en").fault(fault) == english
    assert load_words("zh_CN").fault(fault) == chinese
