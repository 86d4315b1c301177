"""What the journal says of complaints and escalations: kinds of events, checked on the way in, read back as entries.

Who complained, from which number and in which words stands in an event's texts, outside the chain, and can be erased;
bodies hold ids, kinds, places and times.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.dispatch.facts import Fact, FactKind
from app.errors import AppError
from app.journal.events import Draft, Event, EventKey

COMPLAINT = "complaint/"
ESCALATION = "escalation/"


class ComplaintEvent(StrEnum):
    """Kinds of events; all are named in :data:`app.journal.fold.COMPLAINT_KINDS`."""

    OPENED = "complaint.opened"
    HAPPENED = "complaint.happened"
    LINKED = "complaint.linked"
    ESCALATED = "escalation.opened"


class ComplaintKind(StrEnum):
    """What somebody says; words are made in app.messages."""

    NO_WATER = "no_water"
    LOW_PRESSURE = "low_pressure"
    COLOUR = "colour"
    ODOUR = "odour"
    PARTICLES = "particles"
    ILLNESS = "illness"
    LEAK = "leak"
    METER = "meter"
    BILL = "bill"
    SERVICE = "service"
    OTHER = "other"


QUALITY = (ComplaintKind.COLOUR, ComplaintKind.ODOUR, ComplaintKind.PARTICLES, ComplaintKind.ILLNESS)
"""Complaints about the quality of water: ten of one kind in an area within a day are escalated (C3)."""


class Source(StrEnum):
    """How a complaint came."""

    PHONE = "phone"
    CITY_LINE = "city_line"
    WEB = "web"
    HALL = "hall"
    FILE = "file"


class EscalationCause(StrEnum):
    """Why something is reported level by level; the clause names all three."""

    TEN_ALIKE = "ten_alike"
    SOURCE_POLLUTED = "source_polluted"
    SUPPLY_ACCIDENT = "supply_accident"


LEVELS = ("shift_lead", "department", "company", "authorities")
"""Level by level (house): who acknowledges an escalation, one after the other."""

RECORDED = frozenset(
    {
        FactKind.CUSTOMER_CONTACTED,
        FactKind.REPLY_GIVEN,
        FactKind.COMPLAINT_SETTLED,
        FactKind.CALLBACK_TRIED,
        FactKind.CALLBACK_DONE,
        FactKind.NOT_SATISFIED,
        FactKind.SECOND_CALLBACK,
        FactKind.SUGGESTION_MADE,
        FactKind.SUGGESTION_SETTLED,
        FactKind.QUALITY_ABNORMAL,
        FactKind.AUTHORITIES_TOLD,
        FactKind.ESCALATION_TAKEN,
        FactKind.REOPENED,
        FactKind.CANCELLED,
        FactKind.CLOSED,
    }
)
"""What may happen to a complaint or an escalation."""


@dataclass(frozen=True)
class ComplaintEntry:
    """One event about a complaint or an escalation.

    Attributes:
        hub_seq: Its place in the hub's order; None while it is pending.
        texts: Ids of its free words by role.
    """

    key: EventKey
    hub_seq: int | None
    hlc: str
    kind: ComplaintEvent
    entity: str
    eff_at_ms: int
    actor: str
    role: str
    facts: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[float, str, str, int]:
        """Its place in the order in which entries hold: as the hub numbered them, then what is pending."""
        return (math.inf if self.hub_seq is None else self.hub_seq, self.hlc, *self.key)


def drafted(
    kind: ComplaintEvent,
    entity: str,
    body: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
    at_ms: int | None = None,
) -> Draft:
    """An event to be written.

    Raises:
        AppError: ``dispatch.body`` where the body is not what the kind promises: nothing wrong gets into the journal.
    """
    wrong = _wrong_in(kind, body)
    if wrong is not None:
        raise AppError("dispatch.body", kind=kind, field=wrong)
    said = {name: text.strip() for name, text in (texts or {}).items() if text.strip()}
    return Draft(kind, entity, body, said, at_ms)


def entry_of(event: Event) -> ComplaintEntry | None:
    """The entry that *event* makes; None for other kinds, later versions and bodies that are none of their kind."""
    kind = _KINDS.get(event.kind)
    if kind is None or event.kind_version > 1:
        return None
    facts = dict(event.facts)
    texts = facts.pop("texts", {})
    if _wrong_in(kind, facts) is not None or not isinstance(texts, Mapping):
        return None
    who = (event.actor, event.role)
    return ComplaintEntry(
        event.key, event.hub_seq, event.hlc, kind, event.entity, event.eff_at_ms, *who, facts, {**texts}
    )


def fact_of(entry: ComplaintEntry) -> Fact:
    """The fact that an entry of kind HAPPENED states."""
    said = entry.facts
    corrects = said.get("corrects")
    key = None if corrects is None else (str(corrects[0]), int(corrects[1]))
    return Fact(
        entry.key,
        FactKind(said["fact"]),
        entry.eff_at_ms,
        entry.hlc,
        said.get("values", {}),
        key,
        bool(said.get("void", False)),
    )


_KINDS = {kind.value: kind for kind in ComplaintEvent}
_Check = Callable[[object], bool]


def _one_of(words: type[StrEnum] | frozenset[Any] | tuple[str, ...]) -> _Check:
    known = {str(word) for word in words}
    return lambda value: isinstance(value, str) and value in known


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200


def _is_key(value: object) -> bool:
    match value:
        case [str(), int(number)] | (str(), int(number)):
            return number > 0
    return False


def _are_values(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(one, str | int | float | bool) for name, one in value.items()
    )


def _are_names(value: object) -> bool:
    return isinstance(value, list | tuple) and all(_is_name(one) for one in value)


_CHECKS: Mapping[ComplaintEvent, tuple[Mapping[str, _Check], tuple[str, ...]]] = {
    ComplaintEvent.OPENED: (
        {
            "kind": _one_of(ComplaintKind),
            "source": _one_of(Source),
            "x_m": _is_number,
            "y_m": _is_number,
            **dict.fromkeys(("customer", "ticket", "area", "pipe"), _is_name),
        },
        ("kind", "source"),
    ),
    ComplaintEvent.HAPPENED: (
        {
            "fact": _one_of(RECORDED),
            "values": _are_values,
            "corrects": _is_key,
            "void": lambda value: isinstance(value, bool),
        },
        ("fact",),
    ),
    ComplaintEvent.LINKED: (
        {"to": lambda value: isinstance(value, str) and len(value) <= 200, "reason": _is_name},
        ("to",),
    ),
    ComplaintEvent.ESCALATED: (
        {
            "cause": _one_of(EscalationCause),
            "kind": _one_of(ComplaintKind),
            "area": _is_name,
            "complaints": _are_names,
        },
        ("cause",),
    ),
}
"""For each kind: its fields with what each holds, and those that must be there."""


def _wrong_in(kind: ComplaintEvent, body: Mapping[str, Any]) -> str | None:
    """Name of the field that makes *body* no body of *kind*."""
    known, needed = _CHECKS[kind]
    missing = next((name for name in needed if name not in body), None)
    return missing or next((name for name, value in body.items() if name not in known or not known[name](value)), None)
