"""Several maps of one console share what was painted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QImage

from app.ui.map import tile_files, tile_painter
from app.ui.map.canvas import MapCanvas
from app.ui.map.content import MapContent
from app.ui.map.store import TileStore
from app.ui.map.tile_files import TileFiles
from app.ui.map.tiles import TileKey, paint_tile, tiles_ahead, tiles_of
from app.ui.theme import DARK, LIGHT
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.view import MapView
from network.errors import CodedError
from network.topology import DeviceStates

PATIENCE_MS = 60_000
CITY = town()
SCENE = build_scene(CITY, town_layers())
WIDE = SCENE.frame + np.array([0.0, 0.0, 0.0, 0.0, 30_000.0, 20_000.0])


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


def at_rest(qtbot, canvas: MapCanvas) -> None:
    """Wait until nothing is left to be painted, or on its way to the map."""
    painter = canvas.store._painter
    qtbot.waitUntil(lambda: canvas.settled and not painter._active and not painter._under_way, timeout=PATIENCE_MS)


def far_map(
    qtbot, files: TileFiles | None, told: list[CodedError] | None = None
) -> tuple[MapCanvas, tuple[TileKey, ...]]:
    """A map of a city so wide that far tiles are painted ahead, at rest with nothing left to do; and these tiles."""
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.store.failed.connect((told if told is not None else []).append)
    canvas.resize(500, 400)
    canvas.store.keep_in(files)
    canvas.show()
    canvas.set_city(CITY, replace(SCENE, frame=WIDE))
    canvas.look_at(canvas.view.centred(EAST + 350, NORTH + 350, 0.5))
    at_rest(qtbot, canvas)
    style = canvas.store.style(canvas.content, DARK)
    return canvas, tuple(tiles_ahead(canvas.content.scene.extent, canvas.view, style))


def frames(qtbot, canvas: MapCanvas) -> list[object]:
    """What is painted anew while frames follow each other at the same place."""
    painted: list[object] = []
    canvas.store.painted.connect(painted.append)
    for _ in range(5):
        canvas.set_states(canvas.content.states)
        canvas.repaint()
        qtbot.wait(20)
    return painted


def test_far_tiles_wait_on_the_disk_and_the_farthest_in_memory(tmp_path: Path, qtbot, monkeypatch) -> None:
    files = TileFiles(tmp_path, "far")
    canvas, ahead = far_map(qtbot, files)
    coarsest = [key for key in ahead if key.m_per_px == ahead[0].m_per_px]
    assert len(ahead) > len(coarsest) > 0
    assert canvas.store.cache.missing(ahead) == list(ahead[len(coarsest) :])
    assert files.keeps(ahead, canvas.content, DARK)
    assert frames(qtbot, canvas) == [], "nothing is asked for twice"
    made: list[object] = []
    monkeypatch.setattr(tile_painter, "paint_tile", lambda key, *rest: made.append(key) or paint_tile(key, *rest))
    canvas.look_at(canvas.view.centred(EAST + 15_000, NORTH + 10_000, ahead[-1].m_per_px))
    at_rest(qtbot, canvas)
    seen = tiles_of(canvas.view, canvas.store.style(canvas.content, DARK))
    assert not canvas.store.cache.missing(seen)
    assert not set(made) & set(ahead), "they came from the disk"
    assert any(key in ahead for key in seen)


def test_a_disk_that_takes_no_far_tiles_is_told_and_asked_once(tmp_path: Path, qtbot) -> None:
    (tmp_path / tile_files.FOLDER).write_text("not a folder")
    files, told = TileFiles(tmp_path, "far"), list[CodedError]()
    canvas, ahead = far_map(qtbot, files, told)
    assert [error.code for error in told] == ["tiles.not_kept"]
    assert not files.keeps(ahead[-1:], canvas.content, DARK)
    assert frames(qtbot, canvas) == []


def test_without_a_folder_only_the_farthest_tiles_are_painted_ahead(qtbot) -> None:
    canvas, ahead = far_map(qtbot, None)
    assert [key.m_per_px for key in ahead if key in canvas.store.cache] == [
        key.m_per_px for key in ahead if key.m_per_px == ahead[0].m_per_px
    ]
    assert frames(qtbot, canvas) == []


def test_a_map_s_room_stays_while_it_passes_scales_and_goes_with_it(qapp, content) -> None:
    store = TileStore()
    store.style(content, DARK)
    store.want(store, [], content, DARK, in_use=200)
    store.want(store, [], content, DARK)
    keys = [TileKey(0, 1.0, 1.0, column, 0) for column in range(300)]
    for key in keys:
        store.cache.put(key, QImage(8, 8, QImage.Format.Format_RGB32))
    assert len(store.cache) == 250
    store.rest(store)
    store.want(content, [], content, DARK, in_use=8)
    store.cache.put(keys[0], QImage(8, 8, QImage.Format.Format_RGB32))
    assert len(store.cache) == 80


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
