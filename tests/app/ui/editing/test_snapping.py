"""What a pointer is drawn to, and in which order."""

import numpy as np
import pytest
from handmade import EAST, NORTH, layers

from app.ui.editing.snapping import END, LINE, NONE, SQUARE, VERTEX, snap_at, stretch_of
from app.ui.map.content import MapContent
from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city
from gis.scene.build import build_scene
from gis.scene.view import MapView

VIEW = MapView(EAST + 50.0, NORTH, 0.2, 1000, 600)


@pytest.fixture(scope="module")
def content() -> MapContent:
    known = {name: layer for name, layer in layers().layers.items() if name == "pipe"}
    city = build_city(LayerSet(4548, known), NodingOptions()).city
    return MapContent.of(city, build_scene(city, LayerSet(4548, dict[str, Layer]())))


def at(content: MapContent, x: float, y: float, before: tuple[float, float] | None = None):
    return snap_at(content, VIEW, *VIEW.to_px(EAST + x, NORTH + y), before)


def test_an_end_draws_before_a_corner_before_a_line(content: MapContent) -> None:
    assert at(content, 1.0, 0.5).kind == END
    assert at(content, 1.0, 0.5).xy_m == (EAST, NORTH)
    corner = at(content, 60.5, 5.5)
    assert (corner.kind, corner.vertex, corner.xy_m) == (VERTEX, 1, (EAST + 60.0, NORTH + 5.0))
    line = at(content, 30.0, 3.2)
    assert (line.kind, line.node) == (LINE, -1)
    assert content.city.network.pipes.ids[line.pipe] == "P1"
    assert at(content, 30.0, 20.0).kind == NONE


def test_a_square_foot_draws_from_the_vertex_before(content: MapContent) -> None:
    before = (EAST + 150.0, NORTH + 30.0)
    view = MapView(EAST + 150.0, NORTH, 0.2, 1000, 600)
    mark = snap_at(content, view, *view.to_px(EAST + 150.8, NORTH + 0.6), before)
    assert (mark.kind, mark.xy_m) == (SQUARE, pytest.approx((EAST + 150.0, NORTH)))
    assert snap_at(content, view, *view.to_px(EAST + 160.0, NORTH + 0.6), before).kind == LINE


def test_the_nearest_stretch_of_a_line() -> None:
    line = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
    assert stretch_of(line, 4.0, 1.0) == 0
    assert stretch_of(line, 11.0, 6.0) == 1
