"""Every enumeration of Qt that the painting thread asks for is made before the thread runs."""

from __future__ import annotations

import re
from pathlib import Path

import app.ui.map
from app.ui.map.enums import MADE
from app.ui.map.rehearsal import rehearse

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
    assert len(named) >= 8


def test_the_rehearsal_is_held_once(qapp) -> None:
    assert rehearse() == rehearse() == len(MADE)
    assert rehearse.cache_info().misses == 1
