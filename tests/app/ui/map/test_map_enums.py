"""Every enumeration of Qt that the painting thread asks for is made before the thread runs."""

from __future__ import annotations

import enum
import re
from pathlib import Path

from map_town import EAST, NORTH, town, town_layers

import app.ui.map
from app.ui.map.content import MapContent
from app.ui.map.enums import MADE
from app.ui.map.rehearsal import rehearse
from app.ui.map.tiles import paint_tile, tiles_of
from app.ui.theme import DARK
from gis.scene.build import build_scene
from gis.scene.view import MapView

NAMED = re.compile(r"\b(Q[A-Za-z]*)\.([A-Z]\w+)\.[A-Z]\w+")
PAINTING = ("base", "symbols", "stamps", "qtdraw", "shades", "tiles", "content", "overview", "gate")


def test_what_the_thread_names_is_made() -> None:
    folder = Path(next(iter(app.ui.map.__path__)))
    named = {
        f"{owner}.{name}"
        for module in PAINTING
        for owner, name in NAMED.findall((folder / f"{module}.py").read_text(encoding="utf-8"))
    } - {"QEvent.Type"}  # The gate's: events come to the window's own thread.
    made = {enumeration.__qualname__ for enumeration in MADE}
    assert named <= made, named - made
    assert len(named) >= 7


def test_the_rehearsal_is_held_once(qapp) -> None:
    assert rehearse() == rehearse() == len(MADE)
    assert rehearse.cache_info().misses == 1


def test_after_the_rehearsal_painting_makes_no_enumeration(qapp, monkeypatch) -> None:
    city = town()
    content = MapContent.of(city, build_scene(city, town_layers()))
    rehearse()
    made: list[str] = []
    create = enum.EnumType._create_

    def noted(kind: type, name: str, *rest: object, **fields: object) -> object:
        made.append(name)
        return create(kind, name, *rest, **fields)

    monkeypatch.setattr(enum.EnumType, "_create_", noted)
    for m_per_px in (0.3, 1.2, 5.0, 30.0):
        paint_tile(tiles_of(MapView(EAST + 300, NORTH + 300, m_per_px, 300, 300), 0)[0], content, DARK)
    assert made == []
