"""What the desk shows on the map: incidents by their worst clock, crews by what they do."""

from __future__ import annotations

import numpy as np

from app.dispatch.crews import STALE_S, CrewState
from app.dispatch.disputes import About
from app.dispatch.entries import incident_entity
from app.dispatch.states import ClockState
from app.dispatch.view import CrewRow, DispatchView
from app.ui.dispatch.present import icon_of
from app.ui.dispatch.rows import Moment
from app.ui.map.incident_marks import IncidentMark
from gis.scene.movers import CrewLook, Movers
from network.columns import TextColumn

_DRESS = {
    ClockState.BREACHED: ("red", "red_on", "red"),
    ClockState.AT_RISK: ("amber", "amber_on", "amber"),
    ClockState.FORECAST_TO_BREACH: ("bg1", "amber_text", "amber_text"),
}
_QUIET = ("bg1", "t1", "t2")
_LOOKS = {
    CrewState.OFF: CrewLook.OFF,
    CrewState.STANDBY: CrewLook.STANDBY,
    CrewState.EN_ROUTE: CrewLook.EN_ROUTE,
    CrewState.ON_SCENE: CrewLook.ON_SCENE,
}


def marks_of(view: DispatchView, moment: Moment, chosen: str, disputed: str) -> tuple[IncidentMark, ...]:
    """Open incidents that have a place, the most pressing last; *disputed* stands beside those that are."""
    found, in_dispute = [], _in_dispute(view)
    for row in view.queue:
        if not row.is_open or row.x_m is None or row.y_m is None:
            continue
        worst = moment.worst(row.clocks)
        fill, ink, edge = _DRESS.get(worst, _QUIET)
        dashed = worst is ClockState.FORECAST_TO_BREACH
        name = f"{row.number} · {disputed}" if row.entity in in_dispute else row.number
        mark = IncidentMark(row.x_m, row.y_m, name, icon_of(row), fill, ink, edge, dashed, row.entity == chosen)
        found.append((int(worst), row.opened_ms, mark))
    return tuple(mark for *_, mark in sorted(found, key=lambda one: one[:2]))


def _in_dispute(view: DispatchView) -> set[str]:
    """Incidents about which people contradict each other, those included to which one crew was sent twice."""
    crews = (one for one in view.disputes if one.about is About.CREW)
    jobs = {incident_entity(side.said) for one in crews for side in one.sides if side.said}
    return jobs | {one.entity for one in view.disputes if one.about is not About.VALVE}


def movers_of(view: DispatchView, now_ms: int) -> Movers | None:
    """Crews whose place is known, with the age of it at *now_ms*."""
    placed = [(row, at) for row in view.crews if (at := _place(row, view)) is not None]
    if not placed:
        return None
    return Movers.of(
        np.array([at for _, at in placed]),
        np.array([_look(row, now_ms) for row, _ in placed]),
        age_s=np.array([_age_s(row, now_ms) for row, _ in placed]),
        names=TextColumn.of([row.crew for row, _ in placed]),
    )


def _place(row: CrewRow, view: DispatchView) -> tuple[float, float] | None:
    job = None if row.incident is None else view.row(row.incident)
    if row.state is CrewState.ON_SCENE and job is not None and job.x_m is not None and job.y_m is not None:
        return job.x_m, job.y_m
    return row.place_m or row.base_m


def _age_s(row: CrewRow, now_ms: int) -> float:
    return 0.0 if row.place_ms is None else max(0.0, (now_ms - row.place_ms) / 1000)


def _look(row: CrewRow, now_ms: int) -> CrewLook:
    if not row.on_shift and row.incident is None:
        return CrewLook.OFF
    if row.state is not CrewState.ON_SCENE and row.place_ms is not None and _age_s(row, now_ms) > STALE_S:
        return CrewLook.STALE
    return _LOOKS[row.state]
