"""Several maps of one console share what was painted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from map_town import EAST, NORTH, town, town_layers

from app.ui.map.canvas import MapCanvas
from app.ui.map.content import MapContent
from app.ui.map.store import TileStore
from app.ui.map.tiles import TileKey, tiles_of
from app.ui.theme import DARK, LIGHT
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.view import MapView
from network.topology import DeviceStates

PATIENCE_MS = 60_000
CITY = town()
SCENE = build_scene(CITY, town_layers())


@pytest.fixture
def content() -> MapContent:
    return MapContent.of(CITY, SCENE)


def test_tiles_depend_on_what_they_show_and_not_on_the_plan(qapp, content) -> None:
    store = TileStore()
    style = store.style(content, DARK)
    assert store.style(replace(content, plan=None), DARK) == style
    others = {
        store.style(content, LIGHT),
        store.style(content.with_hidden(frozenset({MapLayer.ROADS})), DARK),
        store.style(replace(content, states=DeviceStates.recorded(CITY.network.devices)), DARK),
    }
    assert len(others | {style}) == 4
    assert store.style(content, DARK) == style


def test_styles_long_past_are_forgotten_with_their_tiles(qtbot, content) -> None:
    store = TileStore()
    style = store.style(content, DARK)
    key = tiles_of(MapView(EAST, NORTH, 1.0, 100, 100), style)[0]
    with qtbot.waitSignal(store.painted, timeout=PATIENCE_MS):
        store.want(store, [key], content, DARK)
    assert key in store.cache
    for _ in range(8):
        store.style(replace(content, states=DeviceStates.recorded(CITY.network.devices)), DARK)
    assert key not in store.cache
    assert store.style(content, DARK) != style


def test_two_maps_share_their_tiles(qtbot) -> None:
    one = MapCanvas()
    two = MapCanvas(store=one.store)
    painted: list[TileKey] = []
    for canvas in (one, two):
        qtbot.addWidget(canvas)
        canvas.resize(500, 400)
    states = DeviceStates.recorded(CITY.network.devices)
    one.show()
    one.set_city(CITY, SCENE, states)
    qtbot.waitUntil(lambda: one.settled, timeout=PATIENCE_MS)
    two.store.painted.connect(painted.append)
    two.show()
    two.set_city(CITY, SCENE, states)
    qtbot.waitUntil(lambda: two.settled, timeout=PATIENCE_MS)
    shown = set(tiles_of(two.view, two.store.style(two.content, DARK)))
    assert not shown & set(painted)
    assert one.grab().toImage().pixelColor(250, 200) == two.grab().toImage().pixelColor(250, 200)


def test_a_city_that_is_closed_leaves_no_tiles(qtbot, content) -> None:
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.show()
    canvas.set_city(CITY, SCENE)
    qtbot.waitUntil(lambda: canvas.settled, timeout=PATIENCE_MS)
    assert len(canvas.store.cache)
    canvas.clear_city()
    assert not len(canvas.store.cache)
    assert canvas.store.overviews == {}
