"""Tiles painted by a process of their own: the same pictures, and nothing missing when it cannot paint or is gone."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers

from app.early_city import data_of
from app.ui.map import tile_files
from app.ui.map.backdrop import Backdrop, BackdropFiles
from app.ui.map.canvas import MapCanvas
from app.ui.map.content import MapContent
from app.ui.map.overview import overview_key
from app.ui.map.shades import PipeShades
from app.ui.map.store import TileStore
from app.ui.map.tile_files import TileFiles
from app.ui.map.tile_painter import OvertakenError, TileSheet
from app.ui.map.tile_process import PATIENCE_S, TileProcess, _limit
from app.ui.map.tiles import AheadKey, TileKey, paint_tile, tiles_of
from app.ui.map.view_parts import parts_of
from app.ui.theme import DARK, LIGHT
from gis.cache import save_city, save_tables
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.view import MapView
from network.errors import CodedError

PATIENCE_MS = 60_000
PAUSE_MS = 200
CITY = town()
SCENE = build_scene(CITY, town_layers())
CONTENT = MapContent.of(CITY, SCENE)


def cached(folder: Path) -> TileFiles:
    save_city(folder, CITY)
    save_tables(folder, "scene", SCENE)
    return TileFiles(folder, data_of(folder))


def key_at(dpr: float = 1.0, m_per_px: float = 0.5) -> TileKey:
    return tiles_of(MapView(EAST + 60, NORTH + 40, m_per_px, 300, 200, dpr), 3)[0]


@pytest.fixture
def told(apart: TileProcess, heard: list[CodedError]) -> list[CodedError]:
    """Why tiles are not kept, each time it is said from now on."""
    heard.clear()
    return heard


@pytest.fixture(scope="module")
def heard() -> list[CodedError]:
    return []


@pytest.fixture(scope="module")
def apart(heard: list[CodedError]) -> Iterator[TileProcess]:
    """One for all tests here: it takes a second to start."""
    process = TileProcess(heard.append)
    yield process
    process.close()


@pytest.fixture
def started() -> Iterator[TileProcess]:
    """One of a test's own."""
    process = TileProcess(lambda _failed: None)
    yield process
    process.close()


def hang(process: TileProcess) -> None:
    """Nothing comes of it any more; that needs no long wait to be seen."""
    os.kill(process.pid, signal.SIGSTOP)
    _limit(process._pipe, 0.3)


def ready(process: TileProcess, sheet: TileSheet, qtbot) -> None:
    qtbot.waitUntil(lambda: process.picture(key_at(), sheet) is not None, timeout=PATIENCE_MS)


def test_its_pictures_are_those_of_the_window_whatever_they_show(tmp_path: Path, qtbot, apart) -> None:
    files = cached(tmp_path)
    ready(apart, TileSheet(CONTENT, DARK, files), qtbot)
    shades = PipeShades(np.arange(len(CITY.network.pipes), dtype=np.uint8) % 3, "ramp_size", "", ("x", "y"))
    stuck = CONTENT.states.with_positions([0], 1 - int(CONTENT.states.position[0]))
    contents = [
        CONTENT,
        CONTENT.with_hidden(frozenset({MapLayer.ROADS})),
        replace(CONTENT, style=CONTENT.style.with_strength(MapLayer.MAINS, 0.4)),
        replace(CONTENT, shades=shades),
        replace(CONTENT, states=stuck),
    ]
    seen = []
    for content in contents:
        for theme in (DARK, LIGHT):
            for key in (key_at(), key_at(2.0), key_at(m_per_px=8.0), overview_key(content, 3, 1.5)):
                image = apart.picture(key, TileSheet(content, theme, files))
                assert image is not None
                assert image == paint_tile(key, content, theme)
                assert image.devicePixelRatio() == key.view.dpr
            seen.append(apart.picture(key_at(), TileSheet(content, theme, files)))
    assert all(one != other for number, one in enumerate(seen) for other in seen[:number])


def test_what_follows_is_painted_meanwhile_and_never_taken_for_another(tmp_path: Path, qtbot, apart) -> None:
    files = cached(tmp_path)
    dark, light = TileSheet(CONTENT, DARK, files), TileSheet(CONTENT, LIGHT, files)
    ready(apart, dark, qtbot)
    keys = tiles_of(MapView(EAST + 350, NORTH + 350, 0.5, 1500, 900), 3)
    for key, following in pairwise(keys):
        assert apart.picture(key, dark, following) == paint_tile(key, CONTENT, DARK)
    # The hand goes elsewhere, layers change: what was asked for ahead is passed over.
    turns = [(keys[0], dark, keys[5]), (keys[9], dark, keys[1]), (keys[1], light, keys[2]), (keys[2], dark, keys[2])]
    for key, sheet, following in turns:
        assert apart.picture(key, sheet, following) == paint_tile(key, CONTENT, sheet.theme)
    large = overview_key(CONTENT, 3, 6.0)
    assert apart.picture(large, dark, keys[3]) is None, "larger than there is room for: the window paints it"
    assert apart.picture(keys[3], dark) == paint_tile(keys[3], CONTENT, DARK)


def test_what_it_painted_is_kept_where_the_window_looks(tmp_path: Path, qtbot, apart) -> None:
    files = cached(tmp_path)
    ready(apart, TileSheet(CONTENT, DARK, files), qtbot)
    qtbot.waitUntil(lambda: files.read(key_at(), CONTENT, DARK) is not None, timeout=PATIENCE_MS)
    assert files.read(key_at(), CONTENT, DARK) == paint_tile(key_at(), CONTENT, DARK)


def test_a_tile_is_laid_ahead_without_its_picture(tmp_path: Path, qtbot, apart) -> None:
    files = cached(tmp_path)
    sheet = TileSheet(CONTENT, DARK, files)
    ready(apart, sheet, qtbot)
    far = tiles_of(MapView(EAST + 60, NORTH + 40, 8.0, 300, 200), 3)[0]
    answer = apart.picture(AheadKey(far), sheet, key_at())
    assert answer is not None
    assert answer.isNull()
    assert files.read(far, CONTENT, DARK) == paint_tile(far, CONTENT, DARK)
    assert apart.picture(key_at(), sheet) == paint_tile(key_at(), CONTENT, DARK)


def test_what_was_asked_for_before_a_jump_is_given_up_but_for_parts(tmp_path: Path, qtbot, apart) -> None:
    sheet = TileSheet(CONTENT, DARK, cached(tmp_path))
    ready(apart, sheet, qtbot)
    view = MapView(EAST + 60, NORTH + 40, 0.7, 300, 200)
    part, tile, small = parts_of(view, 3)[0], tiles_of(view, 3)[0], overview_key(CONTENT, 3, 1.0)
    # As if the window had hurried after it asked and before the process began.
    apart._turn -= 1
    for key in (tile, AheadKey(tile), small):
        with pytest.raises(OvertakenError):
            apart.picture(key, sheet, part)
        assert apart.picture(part, sheet) == paint_tile(part, CONTENT, DARK)
    apart._turn += 1
    apart.hurry()
    assert apart.picture(tile, sheet) == paint_tile(tile, CONTENT, DARK)
    assert apart.picture(small, sheet) == paint_tile(small, CONTENT, DARK)


def test_it_loads_little(tmp_path: Path) -> None:
    never = ("app.requests", "app.messages", "shapely", "scipy", "pandas", "pyproj", "pypinyin", "chinese_calendar")
    code = f"import sys, app.ui.map.tile_server; print([name for name in {never!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_arrays_that_were_renewed_are_left_to_the_window(tmp_path: Path, qtbot, apart) -> None:
    files = cached(tmp_path)
    ready(apart, TileSheet(CONTENT, DARK, files), qtbot)
    save_tables(tmp_path, "scene", SCENE, "edited")
    save_city(tmp_path, CITY, "edited")
    renewed = TileFiles(tmp_path, data_of(tmp_path))
    assert apart.picture(key_at(), TileSheet(CONTENT, LIGHT, files)) is not None, "mapped before: still the same"
    assert apart.picture(key_at(), TileSheet(CONTENT, DARK, renewed)) is not None
    stale = TileFiles(tmp_path, files.data)
    assert apart.picture(key_at(), TileSheet(CONTENT, DARK, stale)) is None
    (tmp_path / "scene.arrays").unlink()
    assert apart.picture(key_at(), TileSheet(CONTENT, DARK, TileFiles(tmp_path, "gone"))) is None


def test_pictures_beneath_and_cities_without_a_folder_are_left_to_the_window(tmp_path: Path, started) -> None:
    backdrop = Backdrop(lambda: BackdropFiles(None, ()))
    assert started.picture(key_at(), TileSheet(CONTENT, DARK)) is None
    assert started.picture(key_at(), TileSheet(replace(CONTENT, backdrop=backdrop), DARK, cached(tmp_path))) is None
    assert started.pid is None, "nothing was started for them"


@pytest.mark.expect_log("the process that paints tiles ended")
def test_a_process_that_is_gone_leaves_the_window_to_paint(tmp_path: Path, qtbot, started, caplog) -> None:
    sheet = TileSheet(CONTENT, DARK, cached(tmp_path))
    ready(started, sheet, qtbot)
    os.kill(started.pid, signal.SIGKILL)
    with caplog.at_level(logging.WARNING):
        qtbot.waitUntil(lambda: started.picture(key_at(), sheet) is None, timeout=PATIENCE_MS)
    assert [record.args for record in caplog.records] == [(f"ended with {-signal.SIGKILL}",)]
    assert started.picture(key_at(), sheet) is None
    assert started.pid is None, "a tile may have ended it: it does not come back"


@pytest.mark.expect_log("the process that paints tiles does not answer")
def test_a_process_that_does_not_answer_is_ended(tmp_path: Path, qtbot, started) -> None:
    sheet = TileSheet(CONTENT, DARK, cached(tmp_path))
    ready(started, sheet, qtbot)
    hang(started)
    # More than the pipe takes in: neither asking nor waiting for the answer lasts for ever.
    level = np.zeros(4_000_000, dtype=np.uint8)
    many = replace(CONTENT, shades=PipeShades(level, "ramp_size", "", ("x",)))
    assert started.picture(key_at(), TileSheet(many, DARK, sheet.files)) is None
    assert started.pid is None


@pytest.mark.expect_log("the process that paints tiles does not answer")
def test_a_process_that_takes_a_question_and_gives_no_answer_is_ended(tmp_path: Path, qtbot, started) -> None:
    sheet = TileSheet(CONTENT, DARK, cached(tmp_path))
    ready(started, sheet, qtbot)
    hang(started)
    assert started.picture(key_at(), sheet) is None
    assert started.pid is None


def test_a_map_that_closes_does_not_wait_for_a_process_that_hangs(tmp_path: Path, qtbot) -> None:
    store = TileStore()
    store.paint_apart()
    store.keep_in(cached(tmp_path))
    process = store._painter.elsewhere
    ready(process, TileSheet(CONTENT, DARK, cached(tmp_path)), qtbot)
    os.kill(process.pid, signal.SIGSTOP)
    store.want(store, [key_at()], CONTENT, DARK)
    begun = time.monotonic()
    store._painter.finish()
    assert time.monotonic() - begun < PATIENCE_S
    assert process.pid is None


@pytest.mark.expect_log("the process that paints tiles ended")
def test_a_process_that_cannot_be_started_is_done_without(tmp_path: Path, started, monkeypatch) -> None:
    def refused(_self) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refused)
    assert started.picture(key_at(), TileSheet(CONTENT, DARK, cached(tmp_path))) is None
    assert started.pid is None
    started.close()


def test_a_disk_that_takes_no_tiles_is_told_once(tmp_path: Path, qtbot, apart, told) -> None:
    (tmp_path / tile_files.FOLDER).write_text("not a folder")
    sheet = TileSheet(CONTENT, DARK, cached(tmp_path))
    ready(apart, sheet, qtbot)

    for _ in range(PATIENCE_MS // PAUSE_MS):
        # It writes where nothing is asked for a moment, and tells of it with the next tile.
        qtbot.wait(PAUSE_MS)
        assert apart.picture(key_at(), sheet) is not None
        if told:
            break
    qtbot.wait(PAUSE_MS)
    assert apart.picture(key_at(), sheet) is not None
    assert [failed.code for failed in told] == ["tiles.not_kept"]


def test_a_map_is_the_same_whoever_paints_it(tmp_path: Path, qtbot) -> None:
    def shown(*, apart: bool) -> MapCanvas:
        canvas = MapCanvas()
        qtbot.addWidget(canvas)
        canvas.resize(700, 500)
        if apart:
            canvas.store.paint_apart()
        canvas.store.keep_in(cached(tmp_path / str(apart)))
        canvas.show()
        canvas.set_city(CITY, SCENE)
        qtbot.waitUntil(lambda: canvas.settled, timeout=PATIENCE_MS)
        return canvas

    here, there = shown(apart=False), shown(apart=True)
    process = there.store._painter.elsewhere
    for number in range(1, 200):
        for canvas in (here, there):
            canvas.look_at(canvas.view.centred(EAST + 40 * number, NORTH + 30, 0.5))
        qtbot.waitUntil(lambda: here.settled and there.settled, timeout=PATIENCE_MS)
        if process.ready:
            break
    assert process.ready
    here.look_at(here.view.centred(EAST + 80, NORTH + 60, 0.7))
    there.look_at(here.view)
    qtbot.waitUntil(lambda: here.settled and there.settled, timeout=PATIENCE_MS)
    # Without its edge: only one window at a time has the keyboard.
    assert here.grab().toImage().copy(4, 4, 692, 492) == there.grab().toImage().copy(4, 4, 692, 492)
    there.store._painter.finish()
    assert process.pid is None
