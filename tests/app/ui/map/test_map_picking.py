from __future__ import annotations

from dataclasses import replace

import pytest
from map_town import EAST, NORTH, town, town_layers

from app.ui.map.content import MapContent
from app.ui.map.picking import hits_at
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.plan_picture import PlanPicture
from gis.scene.view import MapView


@pytest.fixture(scope="module")
def content() -> MapContent:
    city = town()
    return MapContent.of(city, build_scene(city, town_layers()))


def under(content: MapContent, east_m: float, north_m: float, m_per_px: float) -> list[tuple[str, int]]:
    view = MapView(EAST + east_m, NORTH + north_m, m_per_px, 800, 600)
    return [(hit.kind, hit.row) for hit in hits_at(content, view, 400, 300)]


def test_near_every_symbol_can_be_picked(content) -> None:
    assert under(content, 10, 0, 0.5)[:2] == [("device", 0), ("pipe", 0)]
    assert under(content, 50, 4, 0.4)[0] == ("hydrant", 0)
    assert under(content, 50, 30, 0.5)[0] == ("customer", 0)
    assert under(content, 0, 0, 0.5)[0] == ("source", 0)


def test_a_junction_comes_after_its_pipe(content) -> None:
    hits = under(content, 300, 300, 0.5)
    assert hits[0][0] == "pipe"
    assert hits[-1] == ("node", 27)


def test_what_is_not_drawn_is_not_picked(content) -> None:
    assert under(content, 10, 0, 5.0)[0][0] != "device"
    assert ("device", 0) not in under(content.with_hidden(frozenset({MapLayer.VALVES})), 10, 0, 0.5)
    assert ("customer", 2) in under(content, 150, 30, 0.5)
    assert ("customer", 2) not in under(content, 150, 30, 2.0)


def test_hospitals_and_plan_valves_are_picked_from_farther_away(content) -> None:
    assert under(content, 50, 30, 2.0)[0] == ("customer", 0)
    planned = replace(content, plan=PlanPicture(close=(24,), stuck=(9,)))
    assert under(planned, 310, 300, 5.0)[0] == ("device", 24)
    assert under(planned, 210, 100, 5.0)[0] == ("device", 9)
    assert under(planned, 310, 300, 15.0)[0][0] != "device"
    assert under(replace(content, plan=PlanPicture()), 310, 300, 5.0)[0][0] == "pipe"


def test_nothing_where_nothing_is(content) -> None:
    assert under(content, -500, -500, 0.5) == []
