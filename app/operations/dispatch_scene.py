"""What an act is checked against: the workspace, the board and the moment."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.dispatch.acts import No
from app.dispatch.board import Board
from app.dispatch.entries import EntryKind, draft, incident_entity
from app.dispatch.facts import FactKind, Value
from app.dispatch.incidents import INCIDENT
from app.dispatch.life import Step
from app.dispatch.permits import Breach
from app.dispatch.view import number_of
from app.journal.events import Draft
from app.workspace import Workspace
from gis.locate import BeyondReach, locate

AHEAD_MS = 120_000
"""House: a moment so far ahead is still now by another clock; a later one has not happened."""

MAIN_REACH_M = 200.0
"""House: the nearest main within this is taken for the one reported."""

MAP_REACH_M = 5_000.0
"""House: what lies farther from every main is no place of this city."""

OUTSIDE_TO_NOMINAL = 0.88
"""Nominal diameter of a PE pipe from its outside one, PE100 SDR 17: De560 is about DN500."""

_LEAK_WORK = (
    Step.REPAIRED,
    Step.FLUSHED,
    Step.VALVES_BACK,
    Step.WATER_BACK,
    Step.CONFIRMED,
    Step.SITE_CLEARED,
)
SITE_WORK: Mapping[str, tuple[Step, ...]] = {
    "visible_leak": _LEAK_WORK,
    "hidden_leak": _LEAK_WORK,
    "burst": _LEAK_WORK,
}
"""Steps without which an incident of that kind is not closed; others have their gates alone."""

DECIDED_BY: Mapping[FactKind, str] = {
    FactKind.REPORT_RECEIVED: "TakeReport",
    FactKind.CREW_ASSIGNED: "Send",
    FactKind.CREW_LEFT: "Recall",
    FactKind.VALVE_TURNED: "Turn",
    FactKind.VALVE_LEFT: "LeaveValve",
    FactKind.VALVE_WORKED: "WorkValve",
    FactKind.CLOSED: "Decide",
    FactKind.REOPENED: "Decide",
    FactKind.CANCELLED: "Decide",
    FactKind.WAIVED: "Waive",
}
"""Facts that only another act may state."""


@dataclass(frozen=True)
class Drafted:
    """What an act becomes.

    Attributes:
        about: Entity to name to whoever did it.
        refused: Why the permit that is asked for is refused.
    """

    about: str
    drafts: tuple[Draft, ...]
    refused: tuple[Breach, ...] = ()


class _Timed(Protocol):
    @property
    def at_ms(self) -> int | None: ...


class _OfIncident(_Timed, Protocol):
    @property
    def incident(self) -> str: ...


class _OfCrew(_Timed, Protocol):
    @property
    def crew(self) -> str: ...


def believed(at_ms: int | None, now_ms: int) -> int | No:
    """*at_ms*, or now where nothing was said; not what has not happened yet."""
    if at_ms is None:
        return now_ms
    if at_ms > now_ms + AHEAD_MS:
        return No("not_yet", {})
    return at_ms if at_ms >= 0 else No("not_a_time", {})


def own_mark(workspace: Workspace) -> str:
    """What a console that went on from a copy of a workspace adds to the numbers that it gives; "" for others."""
    dev, state = workspace.journal.device(), workspace.state
    copied = dev in state.lineage or (bool(state.heads) and dev not in state.heads)
    return f"-{dev[:3]}" if copied else ""


@dataclass(frozen=True, eq=False)
class Scene:
    """What an act is checked against."""

    workspace: Workspace
    board: Board
    now_ms: int

    def number(self, entity: str) -> str:
        """What people call *entity*."""
        return number_of(entity)

    def moment(self, at_ms: int | None) -> int | No:
        """*at_ms*, or now; not what has not happened yet."""
        return believed(at_ms, self.now_ms)

    def incident(self, number: str) -> str | No:
        """Entity of the incident called *number*, or of the one that it was merged into."""
        entity = self.board.holding(number if number.startswith(INCIDENT) else incident_entity(number))
        if entity in self.board.incidents:
            return entity
        # A number may be said without the mark of the console that gave it, where that leaves no doubt.
        alike = [one for one in self.board.incidents if number_of(one).partition("-")[0] == number_of(entity)]
        alike = [one for one in alike if self.board.incidents[one].is_open] or alike
        if len(alike) == 1:
            return alike[0]
        if alike:
            return No("which_incident", {"incident": number, "known": ", ".join(map(number_of, alike))})
        return No("no_such_incident", {"incident": number_of(number) or number})

    def open_incident(self, number: str) -> str | No:
        """The same, of an incident that is open."""
        entity = self.incident(number)
        if isinstance(entity, No) or self.board.incidents[entity].is_open:
            return entity
        return No("is_closed", {"incident": number_of(entity)})

    def job_of(self, crew: str) -> str | No:
        """The open incident that *crew* was sent to."""
        duty = self.board.duties.get(crew)
        if duty is None:
            return No("no_such_crew", {"crew": crew})
        if duty.incident is None:
            return No("crew_has_no_job", {"crew": crew})
        return self.open_incident(duty.incident)

    def next_incident(self) -> str:
        """A number that no incident has.

        A console that went on from a copy of the workspace adds a mark of its own, so that two without a network never
        give the same one.
        """
        given = [
            int(digits)
            for entity in self.board.names(f"{INCIDENT}W")
            if (digits := number_of(entity).removeprefix("W").partition("-")[0]).isdecimal()
        ]
        return f"W{max(given, default=0) + 1}{own_mark(self.workspace)}"

    def off_the_map(self, x_m: float, y_m: float) -> No | None:
        """The refusal of a place that is none of this city's."""
        if not (math.isfinite(x_m) and math.isfinite(y_m)):
            return No("not_a_place", {})
        found = locate(self.workspace.city, x_m, y_m, MAP_REACH_M)
        if isinstance(found, BeyondReach) and len(self.workspace.city.network.pipes):
            return No("off_the_map", {})
        return None

    def placed(self, x_m: float, y_m: float, pipe: str, dn_mm: float | None) -> dict[str, Value] | No:
        """What the records say of the main at a place; the named one, else the nearest."""
        far = self.off_the_map(x_m, y_m)
        if far is not None:
            return far
        if not pipe:
            found = locate(self.workspace.city, x_m, y_m, MAIN_REACH_M)
            pipe = "" if isinstance(found, BeyondReach) else self.workspace.city.network.pipes.ids[found.pipe]
        if not pipe:
            return {} if dn_mm is None else {"dn_mm": dn_mm}
        said = self.on_pipe(pipe)
        if isinstance(said, No) or dn_mm is None:
            return said
        return {**said, "dn_mm": dn_mm}

    def on_pipe(self, pipe: str) -> dict[str, Value] | No:
        """What the records say of a main: its diameter, material and depth, as far as they are recorded."""
        pipes = self.workspace.city.network.pipes
        row = pipes.ids.find(pipe)
        if row < 0:
            return No("no_such_pipe", {"pipe": pipe})
        said: dict[str, Value] = {"pipe": pipe}
        recorded_mm = float(pipes.dn_mm[row])
        if recorded_mm > 0:
            outside = bool(pipes.outside[row])
            said["dn_mm"] = round(recorded_mm * OUTSIDE_TO_NOMINAL) if outside else recorded_mm
            said["dn_basis"] = "outside" if outside else "nominal"
        if pipes.material[row]:
            said["material"] = pipes.material[row]
        if math.isfinite(pipes.depth_m[row]):
            said["depth_m"] = round(float(pipes.depth_m[row]), 3)
        return said


_A = TypeVar("_A", bound=_Timed)
_I = TypeVar("_I", bound=_OfIncident)
_C = TypeVar("_C", bound=_OfCrew)
Placed = Callable[[Scene, _A, str, int], Drafted | No]
"""What an act becomes whose incident (an entity) and moment are known."""


def in_incident(draw: Placed[_I]) -> Callable[[Scene, _I], Drafted | No]:
    """For an act on any incident: it is refused where there is none of that number, or at an impossible moment."""
    return lambda scene, act: _placed(scene, scene.incident(act.incident), act, draw)


def in_open_incident(draw: Placed[_I]) -> Callable[[Scene, _I], Drafted | No]:
    """The same for an act on an incident that must be open."""
    return lambda scene, act: _placed(scene, scene.open_incident(act.incident), act, draw)


def on_a_job(draw: Placed[_C]) -> Callable[[Scene, _C], Drafted | No]:
    """The same for what a crew does about the open incident that it was sent to."""
    return lambda scene, act: _placed(scene, scene.job_of(act.crew), act, draw)


def _placed(scene: Scene, entity: str | No, act: _A, draw: Placed[_A]) -> Drafted | No:
    at_ms = scene.moment(act.at_ms)
    if isinstance(entity, No):
        return entity
    if isinstance(at_ms, No):
        return at_ms
    return draw(scene, act, entity, at_ms)


def happened(entity: str, fact: FactKind, at_ms: int, values: Mapping[str, Value] | None = None, **texts: str) -> Draft:
    """A fact about an incident, as an event."""
    body = {"fact": fact, "values": dict(values or {})}
    return draft(EntryKind.HAPPENED, entity, body, at_ms, texts_of(**texts))


def texts_of(**texts: str) -> dict[str, str]:
    """Free texts by role, without the empty ones."""
    return {role: words.strip() for role, words in texts.items() if words.strip()}
