"""The life of a leak, from the report to the closed incident: what is done, what is next, what bars the way.

The steps follow the standard's headings 应急停水 and 供水管网漏水抢修. What happened out of order in the field
counts; but nothing is closed over an open gate. A repair without shutting off has no water to bring back. Where the
crew was called back before the repair, or the incident was opened again, a crew is to be sent once more.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from app.dispatch.facts import Fact, FactKind, as_corrected
from app.journal.events import EventKey


class Step(StrEnum):
    """Steps in their order. Words are made in app.messages."""

    REPORTED = "reported"
    CREW_ASSIGNED = "crew_assigned"
    ON_SCENE = "on_scene"
    SITE_SAFE = "site_safe"
    UTILITIES_CHECKED = "utilities_checked"
    WATER_OFF = "water_off"
    REPAIRED = "repaired"
    FLUSHED = "flushed"
    VALVES_BACK = "valves_back"
    WATER_BACK = "water_back"
    CONFIRMED = "confirmed"
    SITE_CLEARED = "site_cleared"
    CLOSED = "closed"


@dataclass(frozen=True)
class ValveAway:
    """A valve that was operated and is not in its normal position, and for which nobody gave a reason."""

    valve: str
    position: str
    normal: str
    by: EventKey


@dataclass(frozen=True)
class TurnedValve:
    """A valve as it was turned last.

    Attributes:
        left: Whether somebody gave a reason for leaving it so, since.
        by: The event that turned it.
    """

    valve: str
    position: str
    normal: str
    left: bool
    at_ms: int
    by: EventKey


@dataclass(frozen=True)
class StepState:
    """One step of an incident.

    Attributes:
        done: The fact that did it; None while it is open.
        needed: Whether it belongs to this incident at all: no water is brought back where none was stopped.
        barred_by: Steps that must come first and have not.
        valves_away: For the valves' step, and for closing.
    """

    step: Step
    done: Fact | None
    needed: bool
    barred_by: tuple[Step, ...] = ()
    valves_away: tuple[ValveAway, ...] = ()

    @property
    def done_by(self) -> tuple[FactKind, ...]:
        """Facts that do it; none for the valves' step, which follows from their positions."""
        return _DONE_BY.get(self.step, ())

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.needed and self.done is None

    @property
    def ready(self) -> bool:
        """Whether it can be done now."""
        return self.open and not self.barred_by and not self.valves_away


@dataclass(frozen=True)
class Life:
    """Every step of an incident, in order."""

    steps: tuple[StepState, ...]

    def of(self, step: Step) -> StepState:
        """One step."""
        return next(one for one in self.steps if one.step is step)

    @property
    def away(self) -> tuple[ValveAway, ...]:
        """Valves that are not back and have no reason."""
        return self.of(Step.VALVES_BACK).valves_away

    @property
    def next(self) -> tuple[Step, ...]:
        """Steps that can be done now, in order."""
        return tuple(one.step for one in self.steps if one.ready)


_DONE_BY: dict[Step, tuple[FactKind, ...]] = {
    Step.REPORTED: (FactKind.REPORT_RECEIVED,),
    Step.CREW_ASSIGNED: (FactKind.CREW_ASSIGNED,),
    Step.ON_SCENE: (FactKind.CREW_ON_SCENE, FactKind.CREW_NEAR),
    Step.SITE_SAFE: (FactKind.BARRIER_SET,),
    Step.UTILITIES_CHECKED: (FactKind.UTILITIES_CHECKED,),
    Step.WATER_OFF: (FactKind.WATER_OFF,),
    Step.REPAIRED: (FactKind.REPAIR_DONE,),
    Step.FLUSHED: (FactKind.FLUSHING_DONE,),
    Step.WATER_BACK: (FactKind.WATER_BACK,),
    Step.CONFIRMED: (FactKind.CUSTOMERS_CONFIRMED,),
    Step.SITE_CLEARED: (FactKind.SITE_CLEARED,),
    Step.CLOSED: (FactKind.CLOSED,),
}
_AFTER: dict[Step, tuple[Step, ...]] = {
    Step.ON_SCENE: (Step.CREW_ASSIGNED,),
    Step.SITE_SAFE: (Step.ON_SCENE,),
    Step.UTILITIES_CHECKED: (Step.ON_SCENE,),
    Step.REPAIRED: (Step.SITE_SAFE, Step.UTILITIES_CHECKED),
    Step.FLUSHED: (Step.REPAIRED,),
    Step.VALVES_BACK: (Step.REPAIRED,),
    Step.WATER_BACK: (Step.FLUSHED,),
    Step.CONFIRMED: (Step.WATER_BACK, Step.FLUSHED),
    Step.SITE_CLEARED: (Step.REPAIRED,),
    Step.CLOSED: (Step.CONFIRMED, Step.SITE_CLEARED, Step.VALVES_BACK, Step.WATER_BACK, Step.FLUSHED),
}
_ONLY_WITH_WATER_OFF = frozenset({Step.FLUSHED, Step.WATER_BACK, Step.CONFIRMED})
_UNDONE_BY_REOPENING = frozenset(
    {Step.REPAIRED, Step.FLUSHED, Step.WATER_BACK, Step.CONFIRMED, Step.SITE_CLEARED, Step.CLOSED}
)


def life_of(facts: Iterable[Fact], elsewhere: Container[str] = ()) -> Life:
    """Every step as *facts*, corrections applied, leave it.

    Args:
        facts: What happened to it.
        elsewhere: Crews that are at another incident all the same: it was two desks that sent them, and the other was
            first.
    """
    held = as_corrected(facts)
    reopened_ms = max((fact.at_ms for fact in held if fact.kind is FactKind.REOPENED), default=None)
    done = {step: _done(step, held, reopened_ms) for step in Step}
    done[Step.CREW_ASSIGNED] = _crew_held(held, elsewhere) if done[Step.REPAIRED] is None else done[Step.CREW_ASSIGNED]
    turned = any(fact.kind is FactKind.VALVE_TURNED for fact in held)
    stopped = turned or done[Step.WATER_OFF] is not None
    needed = {step: stopped or step not in _ONLY_WITH_WATER_OFF for step in Step}
    needed[Step.VALVES_BACK] = turned
    needed[Step.WATER_OFF] = any(fact.kind is FactKind.STOP_DECIDED for fact in held) or stopped
    away = _valves_away(held) if turned else ()
    if turned and not away and done[Step.REPAIRED] is not None:
        done[Step.VALVES_BACK] = [fact for fact in held if fact.kind in {FactKind.VALVE_TURNED, FactKind.VALVE_LEFT}][
            -1
        ]
    return Life(tuple(_state(step, done, needed, away) for step in Step))


def _state(
    step: Step, done: dict[Step, Fact | None], needed: dict[Step, bool], away: tuple[ValveAway, ...]
) -> StepState:
    missing = tuple(before for before in _AFTER.get(step, ()) if needed[before] and done[before] is None)
    hindered = away if step in {Step.VALVES_BACK, Step.CLOSED} else ()
    return StepState(step, done[step], needed[step], missing, hindered)


def _done(step: Step, facts: tuple[Fact, ...], reopened_ms: int | None) -> Fact | None:
    kinds = _DONE_BY.get(step, ())
    since_ms = reopened_ms if reopened_ms is not None and step in _UNDONE_BY_REOPENING else None
    found = (
        fact
        for fact in facts
        if fact.kind in kinds and not fact.values.get("stale", False) and (since_ms is None or fact.at_ms >= since_ms)
    )
    return next(found, None)


def _crew_held(facts: tuple[Fact, ...], elsewhere: Container[str]) -> Fact | None:
    """By what a crew is at it: sent or there, and not called back, sent elsewhere or sent home since."""
    crews: dict[str, Fact] = {}
    for fact in facts:
        crew = str(fact.values.get("crew", ""))
        if fact.kind is FactKind.CREW_ASSIGNED or (fact.kind is FactKind.CREW_ON_SCENE and crew not in crews):
            crews[crew] = fact
        elif fact.kind is FactKind.CREW_LEFT:
            crews.pop(crew, None)
        elif fact.kind in {FactKind.CLOSED, FactKind.CANCELLED}:
            crews.clear()
    return next((fact for crew, fact in crews.items() if crew not in elsewhere), None)


def _valves_away(facts: tuple[Fact, ...]) -> tuple[ValveAway, ...]:
    """Valves that were turned last away from their normal position, without a recorded reason since."""
    return tuple(
        ValveAway(valve, last.position, last.normal, last.by)
        for valve, last in sorted(valves_turned(facts).items())
        if last.position != last.normal and not last.left
    )


def valves_turned(facts: Iterable[Fact]) -> dict[str, TurnedValve]:
    """Valves that were turned, by name, as *facts* with corrections applied, in their order, leave them."""
    found: dict[str, TurnedValve] = {}
    for fact in facts:
        valve = str(fact.values.get("valve", ""))
        if fact.kind is FactKind.VALVE_TURNED:
            position, normal = (str(fact.values.get(name, "")) for name in ("position", "normal"))
            found[valve] = TurnedValve(valve, position, normal, left=False, at_ms=fact.at_ms, by=fact.key)
        elif fact.kind is FactKind.VALVE_LEFT and valve in found:
            found[valve] = replace(found[valve], left=True)
    return found
