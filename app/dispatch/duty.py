"""Which crew has which job, as decided, and where two desks sent one crew to two places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.dispatch.crews import CrewState
from app.dispatch.decisions import course_of
from app.dispatch.due import in_night, local_time
from app.dispatch.entries import Entry, EntryKind
from app.journal.causality import Lineage
from app.journal.events import EventKey, milliseconds

CREW = "crew/"


@dataclass(frozen=True, kw_only=True)
class Card:
    """A crew in the roster, as last entered.

    Attributes:
        shift_from_min, shift_to_min: Minutes of the local day, over midnight where the first is later; None, always.
        base_m: Where it starts from, project CRS.
    """

    skills: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    vehicle: str = ""
    largest_dn_mm: float | None = None
    base_m: tuple[float, float] | None = None
    shift_from_min: int | None = None
    shift_to_min: int | None = None

    def on_shift(self, now_ms: int, zone: ZoneInfo) -> bool:
        """Whether it is on duty; True where no shift is recorded."""
        if self.shift_from_min is None or self.shift_to_min is None:
            return True
        local = local_time(now_ms, zone).time()
        return in_night(local, _clock(self.shift_from_min), _clock(self.shift_to_min))

    def shift_ends_ms(self, now_ms: int, zone: ZoneInfo) -> int | None:
        """When the shift that lasts at *now_ms* ends, UTC; None where none lasts or none is recorded."""
        if self.shift_to_min is None or self.shift_from_min is None or not self.on_shift(now_ms, zone):
            return None
        local = local_time(now_ms, zone)
        ends = datetime.combine(local.date(), _clock(self.shift_to_min), local.tzinfo)
        return milliseconds(ends if ends > local else ends + timedelta(days=1))


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


@dataclass(frozen=True)
class Duty:
    """One crew as the journal has it; where it is now comes from positions, not from here.

    Attributes:
        state: As last stated; standby until somebody says otherwise.
        incident: Where it was sent; None where nowhere, or relieved since.
        accepted: Whether it said that it goes.
        sent_twice: Entries that sent it elsewhere, by somebody who had not seen the one that holds; both are shown.
        by: The decision that holds.
        card: As it stands in the roster.
        since_ms: When its state was said last; None where it never was.
        place_m, place_ms: Where it last said it was, project CRS, and when.
    """

    crew: str
    state: CrewState
    incident: str | None
    accepted: bool
    sent_twice: tuple[Entry, ...]
    by: EventKey | None
    card: Card = field(default_factory=Card)
    since_ms: int | None = None
    place_m: tuple[float, float] | None = None
    place_ms: int | None = None


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
    latest = max(states, key=_when, default=None)
    stands = course.stands
    placed = max((entry for entry in states if "x_m" in entry.facts and "y_m" in entry.facts), key=_when, default=None)
    incident = None if stands is None else str(stands.facts["incident"])
    return Duty(
        crew=crew,
        state=CrewState.STANDBY if latest is None else CrewState(latest.facts["state"]),
        incident=None if incident in {None, RELIEVED} else incident,
        accepted=stands is not None and bool(stands.facts.get("accepted", False)),
        sent_twice=course.contested,
        by=None if stands is None else stands.key,
        card=_card([entry for entry in told if entry.kind is EntryKind.CREW_LISTED]),
        since_ms=None if latest is None else latest.eff_at_ms,
        place_m=None if placed is None else (float(placed.facts["x_m"]), float(placed.facts["y_m"])),
        place_ms=None if placed is None else placed.eff_at_ms,
    )


def _when(entry: Entry) -> tuple[int, EventKey]:
    return (entry.eff_at_ms, entry.key)


def _card(listed: Sequence[Entry]) -> Card:
    if not listed:
        return Card()
    said = max(listed, key=lambda entry: entry.rank).facts
    base = (said.get("base_x_m"), said.get("base_y_m"))
    return Card(
        skills=tuple(said.get("skills", ())),
        equipment=tuple(said.get("equipment", ())),
        vehicle=str(said.get("vehicle", "")),
        largest_dn_mm=said.get("largest_dn_mm"),
        base_m=None if base[0] is None or base[1] is None else (float(base[0]), float(base[1])),
        shift_from_min=said.get("shift_from_min"),
        shift_to_min=said.get("shift_to_min"),
    )


RELIEVED = "-"
"""Stands for no incident in a CREW_SENT: the crew is free again."""
