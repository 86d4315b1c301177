from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace

import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QImage, QPainter

from app.ui.map.base import paint_base
from app.ui.map.content import MapContent
from app.ui.map.tile_cache import TileCache
from app.ui.map.tile_painter import OvertakenError, TilePainter, TileSheet
from app.ui.map.tiles import (
    TILE_PX,
    TileKey,
    paint_tile,
    tiles_ahead,
    tiles_around,
    tiles_of,
)
from app.ui.map.view_parts import parts_of
from app.ui.theme import DARK
from gis.scene.build import build_scene
from gis.scene.view import Bounds, MapView, snapped_m_per_px

PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def content() -> MapContent:
    city = town()
    return MapContent.of(city, build_scene(city, town_layers()))


def blank(view: MapView) -> tuple[QImage, QPainter]:
    image = QImage(round(view.width_px * view.dpr), round(view.height_px * view.dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(view.dpr)
    image.fill(0)
    return image, QPainter(image)


def difference(one: QImage, other: QImage) -> float:
    """Share of pixels that differ visibly."""
    pairs = [
        (one.pixelColor(x, y), other.pixelColor(x, y))
        for x in range(0, one.width(), 3)
        for y in range(0, one.height(), 3)
    ]
    return sum(abs(a.lightness() - b.lightness()) > 24 for a, b in pairs) / len(pairs)


def test_tiles_cover_the_view_middle_first() -> None:
    view = MapView(EAST, NORTH, 0.7, 1920, 1080)
    keys = tiles_of(view, 5)
    assert min(key.column * key.side_m for key in keys) <= view.bounds.x_min
    assert max((key.column + 1) * key.side_m for key in keys) >= view.bounds.x_max
    assert min(key.row * key.side_m for key in keys) <= view.bounds.y_min
    assert max((key.row + 1) * key.side_m for key in keys) >= view.bounds.y_max
    first = keys[0].view
    assert abs(first.centre_x_m - EAST) <= keys[0].side_m
    assert {key.revision for key in keys} == {5}


def test_the_ring_around_a_view_is_beside_it() -> None:
    view = MapView(EAST, NORTH, 0.7, 600, 400)
    ring, inside = set(tiles_around(view, 0)), set(tiles_of(view, 0))
    assert ring
    assert not ring & inside
    columns = {key.column for key in inside}
    assert {key.column for key in ring} == columns | {min(columns) - 1, max(columns) + 1}


def test_tiles_of_the_whole_city_are_painted_ahead_the_coarsest_first() -> None:
    extent = Bounds(EAST, NORTH, EAST + 60_000, NORTH + 40_000)
    view = MapView(EAST, NORTH, 0.5, 1920, 1080)
    keys = tiles_ahead(extent, view, 3)
    scales = list(dict.fromkeys(key.m_per_px for key in keys))
    assert scales == sorted(scales, reverse=True)
    assert len(scales) >= 3
    assert all(snapped_m_per_px(scale) == pytest.approx(scale) for scale in scales)
    assert len(keys) == len(set(keys)) <= 150
    fitting = MapView.fitting(extent, 1920, 1080)
    seen = fitting.centred(*extent.centre, scales[0])
    corner = tiles_of(seen.resized(1100, 700, 1.0), 3)
    assert set(corner) <= set(keys)


def test_nothing_is_painted_ahead_of_a_city_that_is_small() -> None:
    extent = Bounds(EAST, NORTH, EAST + 700, NORTH + 700)
    assert tiles_ahead(extent, MapView(EAST, NORTH, 0.5, 1920, 1080), 0) == ()


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_tiles_put_together_are_the_picture(content, dpr) -> None:
    # Tile corners on whole device pixels: otherwise the two differ by a fraction of a pixel.
    view = MapView(3.2 * round((EAST + 350) / 3.2), 3.2 * round((NORTH + 350) / 3.2), 0.8, 496, 400, dpr)
    cache = TileCache()
    for key in tiles_of(view, 0):
        cache.put(key, paint_tile(key, content, DARK))
    tiled, painter = blank(view)
    assert cache.draw(painter, view, 0) == []
    painter.end()
    direct, painter = blank(view)
    paint_base(painter, view, content, DARK)
    painter.end()
    share = difference(tiled, direct)
    assert share < 0.02


def test_what_is_missing_is_said_and_coarser_tiles_stand_in(content) -> None:
    view = MapView(EAST + 350, NORTH + 350, 0.8, 400, 300)
    cache = TileCache()
    for key in tiles_of(view.zoomed(0.5, 200, 150), 0):
        cache.put(key, paint_tile(key, content, DARK))
    image, painter = blank(view)
    assert cache.draw(painter, view, 0) == tiles_of(view, 0)
    painter.end()
    black = sum(image.pixelColor(x, y).lightness() == 0 for x in range(0, 400, 20) for y in range(0, 300, 20))
    assert black == 0


def test_the_cache_forgets_the_least_recently_drawn() -> None:
    cache = TileCache(kept=3)
    keys = [TileKey(0, 1.0, 1.0, column, 0) for column in range(4)]
    for key in keys:
        cache.put(key, QImage(TILE_PX, TILE_PX, QImage.Format.Format_RGB32))
    assert len(cache) == 3
    assert keys[0] not in cache
    assert cache.missing(keys) == keys[:1]
    cache.clear()
    assert len(cache) == 0


def test_there_is_room_for_what_large_screens_ask_for() -> None:
    cache = TileCache(kept=3)
    keys = [TileKey(0, 1.0, 1.0, column, 0) for column in range(30)]
    cache.hold(16)
    for key in keys:
        cache.put(key, QImage(8, 8, QImage.Format.Format_RGB32))
    assert cache.missing(keys) == keys[:10]
    cache.hold(0)
    cache.put(keys[0], QImage(8, 8, QImage.Format.Format_RGB32))
    assert len(cache) == 3


class Overtaken:
    """Elsewhere, where the first tile is given up for a part that is wanted meanwhile."""

    def __init__(self) -> None:
        self.begun, self.hurried = threading.Event(), threading.Event()

    def picture(self, _key, _sheet, _following) -> QImage | None:
        if not self.begun.is_set():
            self.begun.set()
            assert self.hurried.wait(PATIENCE_MS / 1e3)
            raise OvertakenError
        return QImage(8, 8, QImage.Format.Format_RGB32)

    def hurry(self) -> None:
        self.hurried.set()

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def test_a_tile_that_gave_way_to_parts_comes_after_them(qtbot, content) -> None:
    painter = TilePainter()
    painter.elsewhere = elsewhere = Overtaken()
    painted: list[object] = []
    painter.painted.connect(lambda key, _image: painted.append(key))
    view = MapView(EAST + 350, NORTH + 350, 0.8, 400, 300)
    tiles, parts, sheet = tiles_of(view, 2), parts_of(view, 2), TileSheet(content, DARK)
    painter.want(tiles, sheet)
    qtbot.waitUntil(elsewhere.begun.is_set, timeout=PATIENCE_MS)
    painter.want([*reversed(tiles)], sheet)
    assert not elsewhere.hurried.is_set(), "other tiles are no jump"
    painter.want([*parts, *tiles[1:], tiles[0]], sheet)
    qtbot.waitUntil(lambda: len(painted) == len(parts) + len(tiles), timeout=PATIENCE_MS)
    # The one that was given up is the first after the parts, then all others as they are wanted.
    assert painted == [*parts, tiles[0], *tiles[1:]]
    painter.finish()


def test_the_thread_paints_what_is_wanted_now_and_drops_the_rest(qtbot, content) -> None:
    painter = TilePainter()
    painted: list[TileKey] = []
    painter.painted.connect(lambda key, _image: painted.append(key))
    stale = [TileKey(1, 0.5, 1.0, column, 0) for column in range(50)]
    wanted = tiles_of(MapView(EAST + 350, NORTH + 350, 0.8, 400, 300), 2)
    with painter.gate.closed():
        painter.want(stale, TileSheet(content, DARK))
        painter.want(wanted, TileSheet(content, DARK))
    qtbot.waitUntil(lambda: set(wanted) <= set(painted), timeout=60_000)
    assert len(set(painted) & set(stale)) <= 1
    painter.finish()
    painter.want(stale, TileSheet(content, DARK))
    assert not painter.isRunning()


def test_a_tile_on_its_way_to_the_window_is_not_painted_again(qtbot, content) -> None:
    painter, painted = TilePainter(), []
    painter.painted.connect(lambda key, _image: painted.append(key))
    wanted = tiles_of(MapView(EAST + 350, NORTH + 350, 0.8, 1400, 900), 2)
    # The window asks again and again before it looks at what has come, as it does while it moves.
    for _ in range(40):
        painter.want([key for key in wanted if key not in painted], TileSheet(content, DARK))
        time.sleep(0.002)
    qtbot.waitUntil(lambda: set(painted) == set(wanted), timeout=60_000)
    assert len(painted) == len(wanted)
    painter.finish()


def test_the_thread_starts_again_after_a_rest(qtbot, content) -> None:
    painter = TilePainter()
    for column in range(5):
        key = TileKey(0, 1.0, 1.0, column, 0)
        with qtbot.waitSignal(painter.painted, timeout=60_000) as caught:
            painter.want([key], TileSheet(content, DARK))
        assert caught.args[0] == key
        painter.rest()
    painter.finish()


def test_a_frame_holds_the_thread_back(content) -> None:
    steps, go_on = [], threading.Event()

    def stand_back() -> None:
        steps.append(len(steps))
        go_on.wait(10)

    key = tiles_of(MapView(EAST + 350, NORTH + 350, 0.8, 400, 300), 0)[0]
    thread = threading.Thread(target=paint_tile, args=(key, content, DARK, stand_back))
    thread.start()
    while not steps:
        pass
    assert steps == [0]
    go_on.set()
    thread.join()
    assert len(steps) > 3


def test_a_tile_that_fails_is_told_and_does_not_end_the_painting(qtbot, content, monkeypatch) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: told.append(error))
    painter = TilePainter()
    broken = TileSheet(replace(content, states=None), DARK)
    painter.want(tiles_of(MapView(EAST, NORTH, 0.8, 300, 200), 0)[:1], broken)
    painter.wait()
    key = tiles_of(MapView(EAST, NORTH, 0.8, 300, 200), 1)[0]
    with qtbot.waitSignal(painter.painted, timeout=60_000) as caught:
        painter.want([key], TileSheet(content, DARK))
    assert caught.args[0] == key
    painter.finish()
    assert len(told) == 1
