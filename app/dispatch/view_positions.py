"""Crews' newest places in the desk's view: the window puts them in by itself, between two views."""

from __future__ import annotations

from dataclasses import replace

from app.dispatch.positions import Positions, Standing
from app.dispatch.view import CrewRow, DispatchView


def with_positions(view: DispatchView, positions: Positions) -> DispatchView:
    """*view* with every crew where its newest word is: what its device says, or what was said over the radio."""
    crews = tuple(_placed(row, positions.crews.get(row.crew)) for row in view.crews)
    return replace(view, crews=crews) if crews != view.crews else view


def _placed(row: CrewRow, standing: Standing | None) -> CrewRow:
    if standing is None or standing.last is None or standing.seen_ms is None:
        return row
    if row.place_ms is not None and row.place_ms > standing.seen_ms:
        return row
    return replace(row, place_m=(standing.last.x_m, standing.last.y_m), place_ms=standing.seen_ms)
