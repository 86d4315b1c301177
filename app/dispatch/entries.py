"""What the journal says of incidents and crews: kinds of events, checked on the way in, read back as entries.

Free text, names and photos stand outside the bodies, in the events' texts. An event whose body is not what its kind
promises is kept in the log and set aside here, never guessed at.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.dispatch.crews import CrewState
from app.dispatch.facts import Fact, FactKind, Value
from app.errors import AppError
from app.journal.causality import Standing
from app.journal.events import Draft, Event, EventKey


class EntryKind(StrEnum):
    """Kinds of events about incidents and crews."""

    OPENED = "incident.opened"
    AMENDED = "incident.amended"
    HAPPENED = "incident.happened"
    MERGED = "incident.merged"
    DECIDED = "incident.decided"
    NOTED = "incident.noted"
    CREW_LISTED = "crew.listed"
    CREW_SENT = "crew.sent"
    CREW_STATED = "crew.stated"
    ORDER_STEP = "order.step"
    ALARM_TAKEN = "alarm.taken"
    MUTED = "desk.muted"
    HANDED_OVER = "desk.handed_over"


class IncidentKind(StrEnum):
    """What an incident is about."""

    VISIBLE_LEAK = "visible_leak"
    HIDDEN_LEAK = "hidden_leak"
    BURST = "burst"
    STATION_FAILURE = "station_failure"
    NO_WATER = "no_water"
    QUALITY = "quality"
    OTHER = "other"


class Channel(StrEnum):
    """How an incident became known."""

    PHONE = "phone"
    CITY_LINE = "city_line"
    SENSOR = "sensor"
    PATROL = "patrol"
    CREW = "crew"


class OrderStep(StrEnum):
    """What becomes of a dispatch order, in the order in which it should. Words are made in app.messages."""

    ISSUED = "issued"
    READ_BACK = "read_back"
    EXECUTED = "executed"
    REPORTED = "reported"
    WITHDRAWN = "withdrawn"


class Course(StrEnum):
    """Decisions about an incident as a whole."""

    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


SEVERITIES = range(1, 5)
"""1 is the gravest."""


@dataclass(frozen=True)
class Entry:
    """One event about an incident or a crew.

    Attributes:
        rank: Its place in the order in which decisions hold: as the hub numbered them, then what is pending.
        corrects: The event that it puts right.
        texts: Ids of its free texts by role; the texts themselves stand outside the chain.
    """

    standing: Standing
    kind: EntryKind
    entity: str
    eff_at_ms: int
    hlc: str
    actor: str
    facts: Mapping[str, Any]
    corrects: EventKey | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> EventKey:
        """(dev, dev_seq)."""
        return (self.standing.dev, self.standing.dev_seq)

    @property
    def rank(self) -> tuple[float, str, str, int]:
        """Where it stands in the order in which decisions are looked at."""
        hub_seq = math.inf if self.standing.hub_seq is None else self.standing.hub_seq
        return (hub_seq, self.hlc, *self.key)


_NUMBERS = frozenset({"x_m", "y_m", "dn_mm", "depth_m"})
_TEXTS = frozenset({"pipe", "valve", "customer", "place", "station", "material", "dn_basis"})


def incident_entity(number: str) -> str:
    """Entity of an incident's events."""
    return f"incident/{number}"


def crew_entity(crew: str) -> str:
    """Entity of a crew's events."""
    return f"crew/{crew}"


def draft(
    kind: EntryKind, entity: str, body: Mapping[str, Any], eff_at_ms: int, texts: Mapping[str, str] | None = None
) -> Draft:
    """An event to be written.

    Raises:
        AppError: ``dispatch.body`` where the body is not what the kind promises: nothing wrong gets into the journal.
    """
    wrong = wrong_in(kind, body)
    if wrong is not None:
        raise AppError("dispatch.body", kind=kind, field=wrong)
    return Draft(kind, entity, body, texts or {}, eff_at_ms)


def entry_of(event: Event) -> Entry | None:
    """The entry that *event* makes; None for other kinds, later versions, and bodies that are no body of their kind."""
    kind = _KINDS.get(event.kind)
    if kind is None or event.kind_version > 1:
        return None
    # Read afresh: a million cached bodies would outlive their use.
    facts: dict[str, Any] = _DECODE(event.body)[0]
    texts = facts.pop("texts", _NO_TEXTS)
    if wrong_in(kind, facts) is not None or (texts is not _NO_TEXTS and not _are_texts(texts)):
        return None
    corrects = facts.get("corrects")
    standing = Standing(event.dev, event.dev_seq, event.base, event.hub_seq)
    key = None if corrects is None else (str(corrects[0]), int(corrects[1]))
    return Entry(standing, kind, event.entity, event.eff_at_ms, event.hlc, event.actor, facts, key, texts)


_DECODE = json.JSONDecoder().raw_decode
"""Bodies are canonical: no spaces to be looked for around them."""
_KINDS = {kind.value: kind for kind in EntryKind}
_NO_TEXTS: Mapping[str, str] = {}


def fact_of(entry: Entry) -> Fact:
    """The fact that an entry of kind HAPPENED states."""
    values: Mapping[str, Value] = entry.facts.get("values", {})
    kind = FactKind(entry.facts["fact"])
    return Fact(
        entry.key, kind, entry.eff_at_ms, entry.hlc, values, entry.corrects, bool(entry.facts.get("void", False))
    )


def wrong_in(kind: EntryKind, body: Mapping[str, Any]) -> str | None:
    """Name of the field that makes *body* no body of *kind*; None where it is one."""
    known, needed = _CHECKS[kind]
    for name in needed:
        if name not in body:
            return name
    for name, value in body.items():
        if name not in known or not known[name](value):
            return name
    return None


def _one_of(kind: type[StrEnum]) -> Callable[[Any], bool]:
    values = {member.value for member in kind}
    return lambda value: isinstance(value, str) and value in values


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200


def _is_key(value: object) -> bool:
    match value:
        case [str(), int(number)] | (str(), int(number)):
            return number > 0
    return False


def _are_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(one, str) for one in (*value, *value.values()))


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(one) for one in value)


def _is_minute(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60


def _is_moment(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_values(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and (isinstance(one, str | bool) or _is_number(one)) for name, one in value.items()
    )


_PLACE: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_NUMBERS, _is_number),
    **dict.fromkeys(_TEXTS, _is_text),
    "kind": _one_of(IncidentKind),
    "severity": lambda value: value in SEVERITIES and not isinstance(value, bool),
    "channel": _one_of(Channel),
}
AMENDABLE = frozenset(_PLACE) - {"channel"}
"""What may be said anew of an incident."""

_CHECKS: Mapping[EntryKind, tuple[Mapping[str, Callable[[Any], bool]], tuple[str, ...]]] = {
    EntryKind.OPENED: (_PLACE, ("kind", "x_m", "y_m", "channel")),
    EntryKind.AMENDED: ({name: _PLACE[name] for name in AMENDABLE}, ()),
    EntryKind.HAPPENED: (
        {
            "fact": _one_of(FactKind),
            "values": _are_values,
            "corrects": _is_key,
            "void": lambda value: isinstance(value, bool),
        },
        ("fact",),
    ),
    EntryKind.MERGED: ({"into": _is_text}, ("into",)),
    EntryKind.DECIDED: ({"course": _one_of(Course), "values": _are_values}, ("course",)),
    EntryKind.NOTED: ({"photo": _is_text, "sound": _is_text, "about": _is_text, "plan": _is_key}, ()),
    EntryKind.CREW_LISTED: (
        {
            "skills": _are_words,
            "equipment": _are_words,
            "vehicle": _is_text,
            "largest_dn_mm": _is_number,
            "base_x_m": _is_number,
            "base_y_m": _is_number,
            "shift_from_min": _is_minute,
            "shift_to_min": _is_minute,
        },
        (),
    ),
    EntryKind.ALARM_TAKEN: ({"rule": _is_text, "state": _is_text, "event": _is_key}, ("rule", "state")),
    EntryKind.MUTED: ({"until_ms": _is_moment}, ("until_ms",)),
    EntryKind.HANDED_OVER: ({"to": _is_text, "from_ms": _is_moment, "taken": _is_key}, ()),
    EntryKind.CREW_SENT: ({"incident": _is_text, "accepted": lambda value: isinstance(value, bool)}, ("incident",)),
    EntryKind.ORDER_STEP: (
        {"step": _one_of(OrderStep), "receiver": _is_text, "about": _is_text, "incident": _is_text},
        ("step",),
    ),
    EntryKind.CREW_STATED: ({"state": _one_of(CrewState), "x_m": _is_number, "y_m": _is_number}, ("state",)),
}
