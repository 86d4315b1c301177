"""Names of vector tiles: which are taken, where they stand, and that rubbish in them harms nothing."""

from __future__ import annotations

import math

import pytest
from test_vector_tiles import tile

from gis.scene.labels import LabelKind
from gis.tile_names import PlacedName, placed_names
from gis.vector_tiles import decode_tile

HERE = "POINT (1024 2048)"


def names_of(*layers: tuple[str, str, dict[str, object]]) -> tuple[PlacedName, ...]:
    decoded = decode_tile(tile(*layers))
    assert decoded is not None
    return placed_names(decoded.names)


@pytest.mark.parametrize(
    ("layer", "told", "kind"),
    [
        ("place", {"name": "东城", "class": "suburb"}, LabelKind.COMMUNITY),
        ("place_label", {"name": "东城"}, LabelKind.COMMUNITY),
        ("water_name", {"name": "东城"}, LabelKind.WATER),
        ("water_polygons_labels", {"name": "东城"}, LabelKind.WATER),
        ("transportation_name", {"name": "东城", "class": "trunk"}, LabelKind.ARTERIAL),
        ("street_labels", {"name": "东城", "kind": "residential"}, LabelKind.ROAD),
        ("poi_label", {"name": "东城"}, None),
        ("housenumber", {"name": "东城"}, None),
        ("boundary_labels", {"name": "东城"}, None),
        ("water", {"name": "东城"}, None),
    ],
)
def test_what_a_name_belongs_to_is_told_by_its_layer(
    layer: str, told: dict[str, object], kind: LabelKind | None
) -> None:
    assert [name.kind for name in names_of((layer, HERE, told))] == ([] if kind is None else [kind])


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"name": " 泉城路 ", "name:en": "Quancheng Rd"}, "泉城路"),
        ({"name:en": "Quancheng Rd"}, "Quancheng Rd"),
        ({"name": "", "name:zh": "泉城路"}, "泉城路"),
        ({"name": 7}, ""),
        ({"name": "长" * 41}, ""),
        ({}, ""),
    ],
)
def test_the_name_is_what_stands_on_signs(told: dict[str, object], text: str) -> None:
    assert [name.text for name in names_of(("place", HERE, told))] == ([text] if text else [])


def test_a_place_stands_where_it_is_and_a_line_is_named_on_the_middle_of_its_longest_part() -> None:
    (place,) = names_of(("place", HERE, {"name": "一"}))
    assert (place.x_m, place.y_m, place.turn, place.room_m) == (0.25, 0.5, 0.0, math.inf)
    (road,) = names_of(("road_label", "MULTILINESTRING ((0 0, 8 0), (2048 4096, 2048 0))", {"name": "二"}))
    assert (road.x_m, road.y_m) == pytest.approx((0.5, 0.5))
    assert abs(road.turn) == pytest.approx(math.pi / 2), "never upside down"
    assert road.room_m == pytest.approx(1.0)


def test_the_weightiest_come_first_and_what_says_no_rank_last() -> None:
    found = names_of(
        ("place", HERE, {"name": "三"}), ("place_label", HERE, {"name": "二", "rank": 9}),
        ("place_names", HERE, {"name": "一", "rank": 1}),
    )  # fmt: skip
    assert [name.text for name in found] == ["一", "二", "三"]


def test_areas_have_no_name_of_their_own() -> None:
    assert names_of(("place", "POLYGON ((0 0, 9 0, 9 9, 0 0))", {"name": "一"})) == ()
