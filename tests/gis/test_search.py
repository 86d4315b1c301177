"""Search by id, road, address, place, name: as written, by pinyin, by initials, in English."""

import numpy as np
import pytest
from shapely import LineString, Point, Polygon

from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city
from gis.search import SearchIndex
from gis.search_tables import search_tables


def layer(geometry: list[object], **columns: list[object]) -> Layer:
    return Layer(
        np.array([*geometry, None], dtype=object)[:-1],
        {
            name: np.array(values, dtype=object if isinstance(values[0], str) else None)
            for name, values in columns.items()
        },
    )


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    layers = LayerSet(
        4548,
        {
            "pipe": layer(
                [LineString([(0, 0), (100, 0)]), LineString([(100, 0), (200, 0)])],
                id=["P-1", "P-10"],
                dn_mm=[300.0, 200.0],
                material=["球墨铸铁", ""],
            ),
            "valve": layer([Point(50, 0)], id=["V4406"], kind=["isolation"], dn_mm=[300.0], landmark=["和平路口东"]),
            "source": layer([Point(0, 0)], id=["S1"], kind=["plant"], name=["北郊水厂"]),
            "customer": layer(
                [Point(20, 5), Point(60, 5), Point(120, 5)],
                id=["C1", "C2", "C3"],
                name=["3号楼", "市立医院", "3号楼"],
                address=["和平路12号", "和平路120号", "建设大街12号 翠竹小区"],
                category=["residential", "hospital", "residential"],
            ),
            "road": layer(
                [LineString([(0, 9), (50, 9)]), LineString([(50, 9), (90, 9)]), LineString([(0, 50), (9, 50)])],
                id=["R1", "R2", "R3"],
                name=["和平路", "和平路", "建设大街"],
            ),
            "place": layer(
                [Polygon([(100, 0), (140, 0), (140, 40)])], id=["A1"], name=["翠竹小区"], kind=["community"]
            ),
        },
    )
    noded = build_city(layers, NodingOptions())
    return SearchIndex(noded.city, search_tables(noded.layers, noded.city))


def first(index: SearchIndex, text: str) -> tuple[str, str]:
    hit = index.find(text)[0]
    return hit.kind, hit.id


@pytest.mark.parametrize("text", ["V4406", "v4406", " V4406 "])
def test_an_exact_id_comes_first(index: SearchIndex, text: str) -> None:
    hit = index.find(text)[0]
    assert (hit.kind, hit.id, hit.detail) == ("valve", "V4406", "DN300 和平路口东")
    assert (hit.x_m, hit.y_m) == (50.0, 0.0)


def test_ids_that_begin_so_follow_the_exact_one(index: SearchIndex) -> None:
    assert [hit.id for hit in index.find("P-1")] == ["P-1", "P-10"]
    assert [hit.id for hit in index.find("p-")] == ["P-1", "P-10"]


@pytest.mark.parametrize("text", ["和平路", "和平", "hpl", "hepinglu", "Heping Rd", "heping", "hp"])
def test_a_road_by_name_initials_pinyin_and_english(index: SearchIndex, text: str) -> None:
    assert first(index, text)[0] == "road"
    assert index.find(text)[0].label == "和平路"


def test_a_road_of_several_pieces_is_one_result(index: SearchIndex) -> None:
    assert [hit.label for hit in index.find("和平路") if hit.kind == "road"] == ["和平路"]


@pytest.mark.parametrize("text", ["翠竹小区", "czxq", "Cuizhu community"])
def test_a_community(index: SearchIndex, text: str) -> None:
    assert first(index, text) == ("place", "A1")


@pytest.mark.parametrize(("text", "found"), [("和平路12号", {"C1"}), ("hpl 12", {"C1", "C2"}), ("建设 12号", {"C3"})])
def test_an_address_by_road_and_number(index: SearchIndex, text: str, found: set[str]) -> None:
    assert {hit.id for hit in index.find(text) if hit.kind == "customer"} == found


def test_a_customer_by_name_and_a_source_by_initials(index: SearchIndex) -> None:
    assert first(index, "市立医院") == ("customer", "C2")
    assert first(index, "bjsc") == ("source", "S1")


def test_full_width_letters_are_understood(index: SearchIndex) -> None:
    assert first(index, "Ｖ４４０６") == ("valve", "V4406")


@pytest.mark.parametrize("text", ["", "   ", "没有这条路", "zzzz 99"])
def test_nothing_is_found_for_nothing(index: SearchIndex, text: str) -> None:
    assert index.find(text) == ()


def test_the_limit_holds_and_words_across_two_addresses_do_not_count(index: SearchIndex) -> None:
    assert len(index.find("和平路", limit=2)) == 2
    assert index.find("和平路", limit=0) == ()
    # The end of one address and the start of the next.
    assert not [hit for hit in index.find("号和平") if hit.kind == "customer" and not hit.near]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("和干路", "和平路"),  # one sign changed
        ("和路平", "和平路"),  # neighbours exchanged
        ("合平路", "和平路"),  # the same sound
        ("建设大大街", "建设大街"),  # one too many
        ("hepnglu", "和平路"),  # pinyin with a letter lost
        ("V4460", "V4406"),  # digits exchanged
        ("v4407", "V4406"),  # a digit changed
    ],
)
def test_one_slip_still_finds_and_says_so(index: SearchIndex, text: str, found: str) -> None:
    hit = index.find(text)[0]
    assert found in (hit.label, hit.id)
    assert hit.near


def test_exchanged_digits_of_a_house_number(index: SearchIndex) -> None:
    hits = index.find("建设大街21号")
    assert [(hit.id, hit.near) for hit in hits] == [("C3", True)]


def test_nothing_near_is_offered_where_something_answers(index: SearchIndex) -> None:
    assert not any(hit.near for hit in index.find("和平路12号"))


def test_an_id_by_its_number_alone(index: SearchIndex) -> None:
    assert first(index, "4406") == ("valve", "V4406")


def test_a_valve_by_what_stands_beside_it(index: SearchIndex) -> None:
    assert first(index, "和平路口东") == ("valve", "V4406")


def test_the_exact_house_number_comes_before_longer_ones(index: SearchIndex) -> None:
    assert [hit.id for hit in index.find("和平路 12") if hit.kind == "customer"] == ["C1", "C2"]


def test_initials_and_number_without_a_space(index: SearchIndex) -> None:
    assert {hit.id for hit in index.find("hpl12") if hit.kind == "customer"} == {"C1", "C2"}
