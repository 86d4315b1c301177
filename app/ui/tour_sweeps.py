"""Pictures of what runs beside the desk: the ranking of the whole city, and pressures after a plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.messages.describe import Thing
from app.ui.left.side import FRONT, RANKING
from app.ui.tour_guide import LOOKS, Guide


def sweep_states(tour: Guide, thing: Thing) -> Iterator[Path]:
    """The ranking, then the pressures after the plan for *thing*."""
    yield from _ranking(tour)
    yield from _pressures(tour, thing)


def _ranking(tour: Guide) -> Iterator[Path]:
    window = tour.window
    tour.session.clear_plan()
    tour.session.pick(None)
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        window.map.canvas.zoom_to_all()
        window.left.show_page(RANKING)
        window.map.canvas.setFocus()
        tour.idle()
        yield tour.picture(f"rank-{theme}-{language}")
    window.left.show_page(FRONT)


def _pressures(tour: Guide, thing: Thing) -> Iterator[Path]:
    window = tour.window
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        window.pressures.hide()
        tour.plan(thing)
        window.pressures.show()
        window.pressures.finder.begin()
        window.map.canvas.setFocus()
        tour.idle()
        window.map.zoom_to_plan()
        yield tour.picture(f"hydraulics-{theme}-{language}")
    window.pressures.hide()
