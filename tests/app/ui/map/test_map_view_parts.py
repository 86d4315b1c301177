"""Parts of a view: sharp before its tiles are, and the same pixels."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QImage

from app.early_city import data_of
from app.ui.map.canvas import MapCanvas
from app.ui.map.content import MapContent
from app.ui.map.qtdraw import painting
from app.ui.map.store import TileStore
from app.ui.map.tile_cache import TileCache
from app.ui.map.tile_files import TileFiles
from app.ui.map.tile_painter import TilePainter, TileSheet
from app.ui.map.tile_process import TileProcess
from app.ui.map.tiles import PictureKey, paint_tile, tiles_of
from app.ui.map.view_parts import PART_PIXELS, PartKey, cover, parts_of
from app.ui.theme import DARK, LIGHT
from gis.cache import save_city, save_tables
from gis.scene.build import build_scene
from gis.scene.view import MapView

PATIENCE_MS = 60_000
CITY = town()
SCENE = build_scene(CITY, town_layers())
CONTENT = MapContent.of(CITY, SCENE)
LARGE = town(40)
LARGE_SCENE = build_scene(LARGE, town_layers())
VIEW = MapView(EAST + 350.3, NORTH + 349.6, 0.8, 1400, 900)


def shown(view: MapView, cache: TileCache, parts: dict[PartKey, QImage]) -> np.ndarray:
    """The device pixels of a view; where nothing is drawn they are black."""
    image = QImage(round(view.width_px * view.dpr), round(view.height_px * view.dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(view.dpr)
    image.fill(0)
    with painting(image) as painter:
        cache.draw(painter, view, 0, parts)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., :3].astype(int)


def painted(parts: tuple[PartKey, ...]) -> dict[PartKey, QImage]:
    return {part: paint_tile(part, CONTENT, DARK) for part in parts}


@pytest.mark.parametrize("dpr", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize(("width_px", "height_px"), [(1920, 1080), (3840, 2160), (700, 3000), (90, 60)])
def test_parts_cover_a_view_and_meet_each_other(width_px, height_px, dpr) -> None:
    view = MapView(EAST + 12.34, NORTH - 5.6, 0.7, width_px, height_px, dpr)
    parts = parts_of(view, 3)
    assert cover(parts, view)
    assert all(one.left_px + one.width_px == other.left_px for one, other in pairwise(parts))
    assert {part.bottom_px for part in parts} == {parts[0].bottom_px}
    for part in parts:
        assert part.width_px * part.height_px * dpr**2 <= PART_PIXELS
        assert part.width_px > 0
    assert sum(part.width_px for part in parts) <= width_px + 12
    assert parts[0].height_px <= height_px + 12


def test_parts_cover_no_view_but_their_own() -> None:
    parts = parts_of(VIEW, 3)
    assert not cover(parts, VIEW.panned(20, 0))
    assert not cover(parts, VIEW.panned(0, -20))
    assert not cover(parts, VIEW.zoomed(2.0, 0, 0)), "finer: what is there would be scaled"
    assert not cover(parts, VIEW.resized(1400, 900, 2.0))
    assert not cover((), VIEW)


@pytest.mark.parametrize("dpr", [1.0, 1.5])
def test_parts_are_the_pixels_of_the_tiles_that_follow(dpr) -> None:
    view = VIEW.resized(700, 500, dpr)
    tiles, none = TileCache(), TileCache()
    for key in tiles_of(view, 0):
        tiles.put(key, paint_tile(key, CONTENT, DARK))
    wanted = shown(view, tiles, {})
    by_parts = shown(view, none, painted(parts_of(view, 0)))
    assert by_parts.any(axis=2).all(), "every pixel is there"
    differ = (np.abs(wanted - by_parts).max(axis=2) > 24).mean()
    assert differ < 0.01
    moved = (np.abs(wanted[:, 1:] - by_parts[:, :-1]).max(axis=2) > 24).mean()
    assert moved > 3 * differ, "a pixel aside is seen: they lie on the same ones"


def test_parts_move_with_the_map_and_tiles_lie_over_them() -> None:
    cache, parts = TileCache(), painted(parts_of(VIEW, 0))
    whole = shown(VIEW, cache, parts)
    beside = shown(VIEW.panned(100, 0), cache, parts)
    assert (beside[:, 110:] == whole[:, 10:-100]).all()
    assert not beside[:, :90].any(), "nothing is there yet"
    for key in tiles_of(VIEW, 0):
        cache.put(key, paint_tile(key, CONTENT, LIGHT))
    assert shown(VIEW, cache, parts)[450, 700].min() > 200


def test_parts_of_another_scale_stand_in_and_those_of_another_style_do_not() -> None:
    parts = painted(parts_of(VIEW, 0))
    assert shown(VIEW.zoomed(1.3, 700, 450), TileCache(), parts).any(axis=2).all()
    assert not shown(VIEW, TileCache(), painted(parts_of(VIEW, 1))).any()


def settled_map(qtbot, files: TileFiles | None = None) -> MapCanvas:
    """A map of the large town whose every tile is there."""
    canvas = MapCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(1200, 800)
    if files is not None:
        canvas.store.keep_in(files)
    canvas.show()
    canvas.set_city(LARGE, LARGE_SCENE)
    qtbot.waitUntil(lambda: canvas.settled, timeout=PATIENCE_MS)
    return canvas


def test_a_jump_is_sharp_before_its_tiles_are_there(qtbot) -> None:
    canvas = settled_map(qtbot)
    told: list[tuple[PictureKey, bool]] = []
    canvas.store.painted.connect(lambda key: told.append((key, canvas.sharp)))
    canvas.look_at(canvas.view.centred(EAST + 1_500, NORTH + 1_500, 1.7))
    assert not canvas.sharp
    qtbot.waitUntil(lambda: canvas.settled, timeout=PATIENCE_MS)
    # Without those that were on their way before.
    came = [(key, sharp) for key, sharp in told if key.view.m_per_px == 1.7]
    parts = parts_of(canvas.view, canvas.store.style(canvas.content, DARK))
    assert [key for key, _ in came[: len(parts)]] == list(parts)
    assert [sharp for _, sharp in came[: len(parts)]] == [False] * (len(parts) - 1) + [True]
    assert all(sharp for _, sharp in came[len(parts) :])
    # With the first frame that needs none of them.
    qtbot.waitUntil(lambda: canvas.store.parts == {}, timeout=PATIENCE_MS)


def test_a_store_keeps_only_parts_that_a_map_waits_for(qtbot) -> None:
    store, one, other = TileStore(), object(), object()
    style = store.style(CONTENT, DARK)
    parts = parts_of(VIEW, style)
    store.hold(one, parts[:1])
    store.hold(other, parts[:1])
    for part in parts:
        with qtbot.waitSignal(store.painted, timeout=PATIENCE_MS):
            store.want(one, [part], CONTENT, DARK)
    assert list(store.parts) == list(parts[:1])
    store.hold(one, ())
    assert list(store.parts_of(other)) == list(parts[:1])
    assert store.parts_of(one) == {}
    store.rest(other)
    assert store.parts == {}


def kept(folder: Path) -> TileFiles:
    """Files that have every tile of VIEW in the dark theme."""
    save_city(folder, CITY)
    save_tables(folder, "scene", SCENE)
    files = TileFiles(folder, data_of(folder))
    for key in tiles_of(VIEW, 0):
        assert files.write(key, paint_tile(key, CONTENT, DARK), CONTENT, DARK) is None
    return files


def test_no_part_is_painted_whose_tiles_are_on_the_disk(tmp_path: Path, qtbot) -> None:
    painter, files, apart = TilePainter(), kept(tmp_path), TileProcess(lambda _failed: None)
    part = parts_of(VIEW, 0)[0]
    for theme, empty in ((DARK, True), (LIGHT, False)):
        sheet = TileSheet(CONTENT, theme, files)
        with qtbot.waitSignal(painter.painted, timeout=PATIENCE_MS) as caught:
            painter.want([part], sheet)
        assert caught.args[1].isNull() is empty
        qtbot.waitUntil(lambda sheet=sheet: apart.picture(part, sheet) is not None, timeout=PATIENCE_MS)
        image = apart.picture(part, sheet)
        assert image.isNull() is empty
        if not empty:
            assert image == caught.args[1] == paint_tile(part, CONTENT, LIGHT)
    painter.finish()
    apart.close()


def test_a_map_whose_tiles_are_on_the_disk_asks_for_each_part_once(tmp_path: Path, qtbot) -> None:
    save_city(tmp_path, LARGE)
    save_tables(tmp_path, "scene", LARGE_SCENE)
    canvas = settled_map(qtbot, TileFiles(tmp_path, data_of(tmp_path)))
    canvas.store.rest(canvas)
    canvas.store._painter.wait()
    canvas.store.cache.clear()
    came: list[PictureKey] = []
    canvas.store.painted.connect(came.append)
    canvas.look_at(canvas.view.panned(40, 0))
    qtbot.waitUntil(lambda: canvas.settled, timeout=PATIENCE_MS)
    asked = [key for key in came if isinstance(key, PartKey)]
    assert len(asked) == len(set(asked))


def test_a_map_that_was_hidden_before_it_was_sharp_takes_its_parts_up_again(qtbot) -> None:
    canvas = settled_map(qtbot)
    canvas.look_at(canvas.view.centred(EAST + 1_500, NORTH + 1_500, 1.7))
    qtbot.waitUntil(lambda: bool(canvas.store.parts), timeout=PATIENCE_MS)
    canvas.hide()
    assert not canvas.sharp
    qtbot.wait(50)
    came: list[PictureKey] = []
    canvas.store.painted.connect(came.append)
    canvas.show()
    qtbot.waitUntil(lambda: canvas.settled, timeout=PATIENCE_MS)
    asked = [key for key in came if isinstance(key, PartKey)]
    assert len(asked) == len(set(asked)), "each is painted once, and kept"
