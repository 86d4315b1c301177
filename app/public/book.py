"""The book of complaints and escalations: a fold of the journal's events about them, entity by entity.

Clocks are never stored: they are worked out from the facts, the rule pack and the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from app.dispatch.clocks import Case
from app.dispatch.facts import Fact, FactKind, as_corrected
from app.dispatch.rules import Subject
from app.journal.events import Event, EventKey
from app.public.entries import (
    BODIES,
    COMPLAINT,
    ESCALATION,
    INFORMATION,
    LEVELS,
    ComplaintEntry,
    ComplaintEvent,
    ComplaintKind,
    EscalationCause,
    InformationKind,
    fact_of,
)


class Stage(StrEnum):
    """How far a complaint has come; words are made in app.messages."""

    NEW = "new"
    IN_HAND = "in_hand"
    SETTLED = "settled"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Complaint:
    """One complaint as the journal has it.

    Attributes:
        entries: Everything that was said of it, sorted by event; one of them opened it.
    """

    entity: str
    entries: tuple[ComplaintEntry, ...]

    @cached_property
    def opened(self) -> ComplaintEntry:
        """The entry that opened it; of several the first in the hub's order."""
        return min((one for one in self.entries if one.kind in _OPENING), key=lambda one: one.rank)

    @property
    def number(self) -> str:
        """What people call it, such as T118."""
        return self.entity.rpartition("/")[2]

    @property
    def opened_ms(self) -> int:
        """The first receipt, UTC."""
        return self.opened.eff_at_ms

    @property
    def kind(self) -> ComplaintKind:
        """What is complained of."""
        return ComplaintKind(self.opened.facts.get("kind", ComplaintKind.OTHER))

    @property
    def place_m(self) -> tuple[float, float] | None:
        """Where, project CRS."""
        said = self.opened.facts
        return (float(said["x_m"]), float(said["y_m"])) if "x_m" in said and "y_m" in said else None

    def said(self, name: str) -> str:
        """What its opening says under *name*: customer, ticket, area, pipe, source; "" for nothing."""
        return str(self.opened.facts.get(name, ""))

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """What happened to it, the receipt first."""
        received = Fact(self.opened.key, _OPENS[self.opened.kind], self.opened_ms, self.opened.hlc)
        return (received, *(fact_of(one) for one in self.entries if one.kind is ComplaintEvent.HAPPENED))

    @cached_property
    def standing_facts(self) -> tuple[Fact, ...]:
        """The same after all corrections, by time."""
        return as_corrected(self.facts)

    @cached_property
    def linked_to(self) -> str:
        """Entity of the incident or outage that it belongs to; "" for none."""
        links = sorted((one for one in self.entries if one.kind is ComplaintEvent.LINKED), key=lambda one: one.rank)
        return str(links[-1].facts["to"]) if links else ""

    def happened(self, kind: FactKind) -> Fact | None:
        """The last fact of *kind*."""
        return next((fact for fact in reversed(self.standing_facts) if fact.kind is kind), None)

    @cached_property
    def stage(self) -> Stage:
        """How far it has come."""
        course = [fact for fact in self.standing_facts if fact.kind in _COURSE]
        last = course[-1].kind if course else None
        if last is FactKind.CANCELLED:
            return Stage.CANCELLED
        if last is FactKind.CLOSED:
            return Stage.CLOSED
        if last is FactKind.COMPLAINT_SETTLED:
            return Stage.SETTLED
        return Stage.IN_HAND if self.happened(FactKind.CUSTOMER_CONTACTED) is not None else Stage.NEW

    @property
    def is_open(self) -> bool:
        """Whether somebody still has something to do: a settled complaint waits for its callback."""
        return self.stage not in {Stage.CLOSED, Stage.CANCELLED}

    @property
    def case(self) -> Case:
        """What its clocks run on."""
        return Case(self.entity, Subject.COMPLAINT, {}, self.facts)


@dataclass(frozen=True)
class Escalation(Complaint):
    """Something that is reported level by level."""

    @property
    def cause(self) -> EscalationCause:
        """Why."""
        return EscalationCause(self.opened.facts["cause"])

    @property
    def complaints(self) -> tuple[str, ...]:
        """Entities of the complaints that called it."""
        return tuple(self.opened.facts.get("complaints", ()))

    @property
    def taken(self) -> tuple[str, ...]:
        """Levels that have acknowledged it, in the order of :data:`LEVELS`."""
        said = {str(one.values.get("level", "")) for one in self.standing_facts if one.kind is _TAKEN}
        return tuple(level for level in LEVELS if level in said)

    @property
    def waits_for(self) -> str:
        """The level that is next; "" where all have acknowledged it."""
        return next((level for level in LEVELS if level not in self.taken), "")


@dataclass(frozen=True)
class Information(Complaint):
    """Something that the public is to have; what changes is another one that names the one before it."""

    @property
    def kind(self) -> ComplaintKind:
        """No complaint of any kind."""
        return ComplaintKind.OTHER

    @property
    def about(self) -> InformationKind:
        """What it is about."""
        return InformationKind(self.opened.facts["kind"])

    @property
    def is_urgent(self) -> bool:
        """Whether it is to be published at once (I2)."""
        return bool(self.opened.facts["urgent"])

    @cached_property
    def stage(self) -> Stage:
        """New, published (closed), or withdrawn."""
        turns = (FactKind.CANCELLED, FactKind.REOPENED)
        last = next((fact.kind for fact in reversed(self.standing_facts) if fact.kind in turns), None)
        if last is FactKind.CANCELLED:
            return Stage.CANCELLED
        return Stage.NEW if self.happened(FactKind.INFORMATION_PUBLISHED) is None else Stage.CLOSED

    @property
    def case(self) -> Case:
        """What I1 or I2 runs on."""
        return Case(self.entity, Subject.INFORMATION, {"urgent": self.is_urgent}, self.facts)


_TAKEN = FactKind.ESCALATION_TAKEN
_OPENS = {
    ComplaintEvent.OPENED: FactKind.COMPLAINT_RECEIVED,
    ComplaintEvent.ESCALATED: FactKind.ESCALATION_CALLED,
    ComplaintEvent.INFORMED: FactKind.INFORMATION_MADE,
}
_OPENING = tuple(_OPENS)
_OPENS_AS = {
    ComplaintEvent.OPENED: COMPLAINT,
    ComplaintEvent.ESCALATED: ESCALATION,
    ComplaintEvent.INFORMED: INFORMATION,
}
"""What an event that opens something is about; what names another thing opens nothing."""
_COURSE = frozenset({FactKind.COMPLAINT_SETTLED, FactKind.REOPENED, FactKind.CANCELLED, FactKind.CLOSED})


@dataclass(frozen=True, eq=False)
class Book:
    """Everything that is known.

    Attributes:
        heads: Last event number of each device that was looked at.
        entries: By entity, each once, sorted by event; also of entities whose opening has not come yet.
        complaints, escalations: By entity, in the order of their numbers.
        tickets: Entity by the number that another system gave.
        information: What the public is to have, by entity.
    """

    heads: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, tuple[ComplaintEntry, ...]] = field(default_factory=dict)
    complaints: Mapping[str, Complaint] = field(default_factory=dict)
    escalations: Mapping[str, Escalation] = field(default_factory=dict)
    tickets: Mapping[str, str] = field(default_factory=dict)
    information: Mapping[str, Information] = field(default_factory=dict)

    def known(self, number: str) -> Complaint | None:
        """The complaint or escalation of that number or entity."""
        books: tuple[Mapping[str, Complaint], ...] = (self.complaints, self.escalations, self.information)
        for prefix in ("", COMPLAINT, ESCALATION, INFORMATION):
            for book in books:
                if prefix + number in book:
                    return book[prefix + number]
        # A number may be said without the mark of the console that gave it, where that leaves no doubt.
        held = [one for book in books for one in book.values()]
        alike = [one for one in held if one.number.partition("-")[0] == number]
        return alike[0] if len(alike) == 1 else None


def advance(book: Book, events: Iterable[Event], heads: Mapping[str, int]) -> Book:
    """*book* with *events*; only what they concern is worked out anew. Their order does not matter."""
    told: dict[str, dict[EventKey, ComplaintEntry]] = {}
    for event in events:
        entry = BODIES.entry_of(event)
        if entry is not None and entry.entity.startswith(_OPENS_AS.get(entry.kind, "")):
            told.setdefault(entry.entity, {})[entry.key] = entry
    if not told:
        return replace(book, heads=dict(heads))
    entries, complaints, escalations = dict(book.entries), dict(book.complaints), dict(book.escalations)
    tickets, information = dict(book.tickets), dict(book.information)
    for entity, new in told.items():
        everything = {**{one.key: one for one in entries.get(entity, ())}, **new}
        entries[entity] = tuple(everything[key] for key in sorted(everything))
        if not any(one.kind in _OPENING for one in entries[entity]):
            # What speaks of it has come before it: it waits.
            continue
        if entity.startswith(ESCALATION):
            escalations[entity] = Escalation(entity, entries[entity])
        elif entity.startswith(INFORMATION):
            information[entity] = Information(entity, entries[entity])
        else:
            complaints[entity] = Complaint(entity, entries[entity])
            if ticket := complaints[entity].said("ticket"):
                tickets[ticket] = entity
    return Book(dict(heads), entries, complaints, escalations, tickets, information)
