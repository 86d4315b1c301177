"""Crews that can set out for a plan's valves now, from where the Dispatch desk knows them to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from app.dispatch.reach_told import Standby, standing_by
from app.dispatch.view import DispatchView
from app.operations.roads import FARTHEST_CREW_M
from network.assets import DeviceTable


def at_hand(view: DispatchView, pipes: Iterable[str]) -> tuple[Standby, ...]:
    """Crews on shift whose place is known: those that are free, and those whose job is on one of the mains *pipes*."""
    asked = frozenset(pipes)
    here = {row.entity for row in view.queue if row.pipe in asked}
    on_it = {row.crew for row in view.crews if row.incident in here}
    return tuple(one for one in standing_by(view) if one.wait_s <= 0.0 or one.crew in on_it)


def nearest(crews: Sequence[Standby], devices: DeviceTable, rows: Sequence[int], count: int) -> tuple[Standby, ...]:
    """The *count* of *crews* that stand nearest to any of the valves *rows*, in a straight line.

    Fewer crews than asked for are no answer: none is given then. One that stands in another city, or gave its place in
    degrees, is left out.
    """
    at = list(rows)
    x_m, y_m = devices.x_m[at], devices.y_m[at]
    away_m = {
        one.crew: float(np.hypot(x_m - one.place_m[0], y_m - one.place_m[1]).min(initial=np.inf)) for one in crews
    }
    near = sorted((one for one in crews if away_m[one.crew] <= FARTHEST_CREW_M), key=lambda one: away_m[one.crew])
    return tuple(near[:count]) if len(near) >= count else ()
