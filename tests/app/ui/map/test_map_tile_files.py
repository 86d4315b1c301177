"""Painted tiles on the disk: found again by everything they show, bounded, harmless when damaged or refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from map_town import EAST, NORTH, town, town_layers
from PySide6.QtGui import QImage

from app.messages import load_words
from app.ui.map import tile_files, tile_painter
from app.ui.map.canvas import MapCanvas
from app.ui.map.content import MapContent
from app.ui.map.shades import PipeShades
from app.ui.map.store import TileStore
from app.ui.map.tile_files import TileFiles
from app.ui.map.tiles import TileKey, paint_tile, tiles_of
from app.ui.theme import DARK, LIGHT
from gis.scene.build import build_scene
from gis.scene.detail import MapLayer
from gis.scene.view import MapView
from network.assets import Condition

PATIENCE_MS = 60_000
CITY = town()
SCENE = build_scene(CITY, town_layers())
CONTENT = MapContent.of(CITY, SCENE)


def key_at(dpr: float = 1.0) -> TileKey:
    return tiles_of(MapView(EAST + 60, NORTH + 40, 0.5, 300, 200, dpr), 3)[0]


def kept(cache: Path) -> list[Path]:
    return sorted((cache / tile_files.FOLDER).glob("*/*.tile"))


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_a_tile_comes_back_as_it_was_painted(tmp_path: Path, qapp, dpr: float) -> None:
    key = key_at(dpr)
    image = paint_tile(key, CONTENT, DARK)
    assert TileFiles(tmp_path, "a").read(key, CONTENT, DARK) is None
    assert TileFiles(tmp_path, "a").write(key, image, CONTENT, DARK) is None
    # Another revision, another start of the program: the number of a style is of no account.
    found = TileFiles(tmp_path, "a").read(replace(key, revision=9), CONTENT, DARK)
    assert found is not None
    assert found == image
    assert found.devicePixelRatio() == dpr


@pytest.mark.parametrize("m_per_px", [0.5, 2.9, 3.0, 5.7, 22.6])
def test_states_count_where_they_can_be_seen(tmp_path: Path, qapp, m_per_px: float) -> None:
    key = tiles_of(MapView(EAST + 350, NORTH + 350, m_per_px, 300, 200), 3)[0]
    turned = CONTENT.states.with_positions(range(len(CITY.network.devices)), 1)
    other = replace(CONTENT, states=replace(turned, condition=np.full_like(turned.condition, Condition.INOPERABLE)))
    files, image = TileFiles(tmp_path, "a"), paint_tile(key, CONTENT, DARK)
    files.write(key, image, CONTENT, DARK)
    same = paint_tile(key, other, DARK) == image
    assert same == (m_per_px >= 3)
    assert files.keeps([key], other, DARK) == same
    assert (files.read(key, other, DARK) is not None) == same


def test_what_shows_anything_else_is_not_taken_for_it(tmp_path: Path, qapp, monkeypatch) -> None:
    key = key_at()
    TileFiles(tmp_path, "a").write(key, paint_tile(key, CONTENT, DARK), CONTENT, DARK)
    shades = PipeShades(np.ones(len(CITY.network.pipes), dtype=np.uint8), "ramp_size", "", ("x",))
    files = TileFiles(tmp_path, "a")
    others = [
        replace(CONTENT, states=CONTENT.states.with_positions([0], 1 - int(CONTENT.states.position[0]))),
        CONTENT.with_hidden(frozenset({MapLayer.ROADS})),
        replace(CONTENT, shades=shades),
    ]
    assert [files.read(key, other, DARK) for other in others] == [None] * 3
    assert files.read(key, CONTENT, LIGHT) is None
    assert files.read(replace(key, m_per_px=0.51), CONTENT, DARK) is None
    assert TileFiles(tmp_path, "an edit later").read(key, CONTENT, DARK) is None
    assert files.read(key, CONTENT, DARK) is not None
    monkeypatch.setattr(tile_files, "program", lambda: "another version")
    assert TileFiles(tmp_path, "a").read(key, CONTENT, DARK) is None


@pytest.mark.parametrize("damage", [b"", b"no tile", None])
def test_a_damaged_tile_is_painted_again(tmp_path: Path, qapp, damage: bytes | None) -> None:
    key = key_at()
    files = TileFiles(tmp_path, "a")
    files.write(key, paint_tile(key, CONTENT, DARK), CONTENT, DARK)
    (path,) = kept(tmp_path)
    path.write_bytes(path.read_bytes()[:-20] if damage is None else damage)
    assert files.read(key, CONTENT, DARK) is None


def test_what_was_shown_longest_ago_goes_first(tmp_path: Path, qapp) -> None:
    image = QImage(512, 512, QImage.Format.Format_RGB32)
    rng = np.random.default_rng(1)
    noise = np.frombuffer(image.bits(), dtype=np.uint8)
    noise[:] = rng.integers(0, 255, len(noise), dtype=np.uint8)
    files = TileFiles(tmp_path, "a", most_bytes=5 * 2**20)
    keys = [TileKey(0, 1.0, 1.0, column, 0) for column in range(12)]
    for at, key in enumerate(keys):
        assert files.write(key, image, CONTENT, DARK) is None
        if at:
            assert files.read(keys[0], CONTENT, DARK) is not None
    assert sum(path.stat().st_size for path in kept(tmp_path)) <= 5 * 2**20
    assert files.read(keys[-1], CONTENT, DARK) is not None
    assert files.read(keys[1], CONTENT, DARK) is None


def test_a_disk_that_takes_nothing_is_told_once_and_the_map_goes_on(tmp_path: Path, qtbot) -> None:
    (tmp_path / tile_files.FOLDER).write_text("in the way", encoding="utf-8")
    store = TileStore()
    store.keep_in(TileFiles(tmp_path, "a"))
    told, painted = [], []
    store.failed.connect(told.append)
    store.painted.connect(painted.append)
    style = store.style(CONTENT, DARK)
    keys = tiles_of(MapView(EAST, NORTH, 0.5, 700, 500), style)
    store.want(store, keys, CONTENT, DARK)
    qtbot.waitUntil(lambda: len(painted) == len(keys) and bool(told), timeout=PATIENCE_MS)
    store.want(store, [replace(keys[0], m_per_px=0.6)], CONTENT, DARK)
    qtbot.waitUntil(lambda: len(painted) == len(keys) + 1, timeout=PATIENCE_MS)
    store._painter.wait()
    assert [failed.code for failed in told] == ["tiles.not_kept"]
    said = load_words("zh_CN").refusal(told[0].code, told[0].detail)
    assert str(tmp_path / tile_files.FOLDER) in said


def test_a_workspace_that_was_put_away_does_not_come_back(tmp_path: Path, qapp) -> None:
    key = key_at()
    failed = TileFiles(tmp_path / "gone", "a").write(key, paint_tile(key, CONTENT, DARK), CONTENT, DARK)
    assert failed is not None
    assert not (tmp_path / "gone").exists()


def test_a_second_console_paints_nothing_that_the_first_has_kept(tmp_path: Path, qtbot, monkeypatch) -> None:
    def shown() -> MapCanvas:
        canvas = MapCanvas()
        qtbot.addWidget(canvas)
        canvas.resize(700, 500)
        canvas.store.keep_in(TileFiles(tmp_path, "a"))
        canvas.show()
        canvas.set_city(CITY, SCENE)
        qtbot.waitUntil(lambda: canvas.settled, timeout=PATIENCE_MS)
        canvas.store._painter.wait()
        return canvas

    def picture(canvas: MapCanvas) -> QImage:
        """Without its edge: only one window at a time has the keyboard."""
        return canvas.grab().toImage().copy(4, 4, 692, 492)

    first = picture(shown())
    assert kept(tmp_path)
    painted: list[TileKey] = []

    def paint(key, *rest):
        painted.append(key)
        return paint_tile(key, *rest)

    monkeypatch.setattr(tile_painter, "paint_tile", paint)
    second = picture(shown())
    assert [key for key in painted if isinstance(key, TileKey)] == []
    assert first == second
    # Both at once: the files are whole whoever wrote them last.
    third, fourth = shown(), shown()
    assert picture(third) == picture(fourth) == first
