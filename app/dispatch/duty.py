"""Which crew has which job, as decided, and where two desks sent one crew to two places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.dispatch.crews import CrewState
from app.dispatch.decisions import course_of
from app.dispatch.entries import Entry, EntryKind
from app.journal.causality import Lineage
from app.journal.events import EventKey

CREW = "crew/"


@dataclass(frozen=True)
class Duty:
    """One crew as the journal has it; where it is now comes from positions, not from here.

    Attributes:
        state: As last stated; standby until somebody says otherwise.
        incident: Where it was sent; None where nowhere, or relieved since.
        accepted: Whether it said that it goes.
        sent_twice: Entries that sent it elsewhere, by somebody who had not seen the one that holds; both are shown.
        by: The decision that holds.
    """

    crew: str
    state: CrewState
    incident: str | None
    accepted: bool
    sent_twice: tuple[Entry, ...]
    by: EventKey | None


def duties_of(entries: Mapping[str, tuple[Entry, ...]], lineage: Lineage) -> dict[str, Duty]:
    """Every crew of which the journal has heard, by id."""
    return {
        entity.removeprefix(CREW): _duty(entity.removeprefix(CREW), told, lineage)
        for entity, told in sorted(entries.items())
        if entity.startswith(CREW)
    }


def _duty(crew: str, told: tuple[Entry, ...], lineage: Lineage) -> Duty:
    course = course_of((entry for entry in told if entry.kind is EntryKind.CREW_SENT), lineage)
    states = [entry for entry in told if entry.kind is EntryKind.CREW_STATED]
    latest = max(states, key=lambda entry: (entry.eff_at_ms, entry.key), default=None)
    stands = course.stands
    incident = None if stands is None else str(stands.facts["incident"])
    return Duty(
        crew=crew,
        state=CrewState.STANDBY if latest is None else CrewState(latest.facts["state"]),
        incident=None if incident in {None, RELIEVED} else incident,
        accepted=stands is not None and bool(stands.facts.get("accepted", False)),
        sent_twice=tuple(late for late, held in course.conflicts if held is stands),
        by=None if stands is None else stands.key,
    )


RELIEVED = "-"
"""Stands for no incident in a CREW_SENT: the crew is free again."""
