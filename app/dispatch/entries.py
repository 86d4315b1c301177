"""What the journal says of incidents and crews: kinds of events, checked on the way in, read back as entries.

Free text, names and photos stand outside the bodies, in the events' texts. An event whose body is not what its kind
promises is kept in the log and set aside here, never guessed at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.dispatch.crews import CrewState
from app.dispatch.facts import Fact, FactKind, fact_said
from app.dispatch.permits import READINGS, Breach
from app.journal import clock
from app.journal.bodies import (
    Bodies,
    Check,
    Fields,
    are_names,
    are_texts,
    are_values,
    is_count,
    is_flag,
    is_key,
    is_name,
    is_number,
    one_of,
)
from app.journal.causality import Standing
from app.journal.events import Draft, Event, EventKey, key_from
from app.journal.fold import KNOWN


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
    PERMIT = "order.permit"
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


FIELD_PLAN = "field_plan"
"""Of a note, in its second version: the plan that the field goes by, as the body of ``plan.made`` has it."""

_CREW = "crew/"
SEVERITIES = range(1, 5)
"""1 is the gravest."""


@dataclass(frozen=True)
class Entry:
    """One event about an incident or a crew.

    Attributes:
        rank: Its place in the order in which decisions hold: as the hub numbered them, then what is pending.
        corrects: The event that it puts right.
        texts: Ids of its free texts by role; the texts themselves stand outside the chain.
        role: As whom its author wrote: ``crew/…`` where he acted for a crew.
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
    role: str = ""

    @property
    def key(self) -> EventKey:
        """(dev, dev_seq)."""
        return (self.standing.dev, self.standing.dev_seq)

    @property
    def written_ms(self) -> int:
        """When it was written down, by the journal's clock."""
        return clock.wall_ms(self.hlc)

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
    """Entity of a crew's events; also the role of whoever acts for it."""
    return f"{_CREW}{crew}"


def crew_in(role: str) -> str:
    """The crew for which somebody acted who wrote as *role*; "" for none."""
    return role.removeprefix(_CREW) if role.startswith(_CREW) else ""


def who_said(actor: str, role: str) -> str:
    """Who wrote something, and for which crew: ``Li Wei · R03``."""
    return " · ".join(dict.fromkeys(one for one in (actor, crew_in(role)) if one))


def draft(
    kind: EntryKind, entity: str, body: Mapping[str, Any], eff_at_ms: int, texts: Mapping[str, str] | None = None
) -> Draft:
    """An event to be written.

    Raises:
        AppError: ``dispatch.body`` where the body is not what the kind promises: nothing wrong gets into the journal.
    """
    _BODIES.check(kind, body)
    return Draft(kind, entity, body, texts or {}, eff_at_ms, 2 if FIELD_PLAN in body else 1)


def entry_of(event: Event) -> Entry | None:
    """The entry that *event* makes; None for other kinds, later versions, and bodies that are no body of their kind."""
    kind = _BODIES.kinds.get(event.kind)
    if kind is None or event.kind_version > KNOWN[kind]:
        return None
    # Not the cached facts: those of a million events would outlive their use.
    facts = event.read()
    if facts is None:
        return None
    texts = facts.pop("texts", _NO_TEXTS)
    if _BODIES.wrong_in(kind, facts) is not None or (texts is not _NO_TEXTS and not are_texts(texts)):
        return None
    corrects = key_from(facts.get("corrects"))
    standing = Standing(event.dev, event.dev_seq, event.base, event.hub_seq)
    said = (event.actor, facts, corrects, texts, event.role)
    return Entry(standing, kind, event.entity, event.eff_at_ms, event.hlc, *said)


_NO_TEXTS: Mapping[str, str] = {}


def fact_of(entry: Entry) -> Fact:
    """The fact that an entry of kind HAPPENED states."""
    return fact_said(entry.key, entry.eff_at_ms, entry.hlc, entry.facts)


def _is_plan(value: object) -> bool:
    lists = ("close", "dead_side", "drain_back", "verify_closed", "held_by", "stop", "customers_out")
    return isinstance(value, Mapping) and all(are_names(value.get(name, ())) for name in lists)


def _is_minute(value: object) -> bool:
    return is_count(value) and 0 <= value < 24 * 60


def _is_moment(value: object) -> bool:
    return is_count(value) and value >= 0


_PLACE: Mapping[str, Check] = {
    **dict.fromkeys(_NUMBERS, is_number),
    **dict.fromkeys(_TEXTS, is_name),
    "kind": one_of(IncidentKind),
    "severity": lambda value: value in SEVERITIES and not isinstance(value, bool),
    "channel": one_of(Channel),
}
_PERMIT: Mapping[str, Check] = {
    **dict.fromkeys(READINGS, is_number),
    **dict.fromkeys(("valve", "instrument"), is_name),
    **dict.fromkeys(("ventilated", "continuous"), is_flag),
    "read_ms": _is_moment,
    "refused": lambda value: are_names(value) and set(value) <= set(Breach),
}
AMENDABLE = frozenset(_PLACE) - {"channel"}
"""What may be said anew of an incident."""

_FIELDS: Mapping[EntryKind, Fields] = {
    EntryKind.OPENED: (_PLACE, ("kind", "x_m", "y_m", "channel")),
    EntryKind.AMENDED: ({name: _PLACE[name] for name in AMENDABLE}, ()),
    EntryKind.HAPPENED: (
        {"fact": one_of(FactKind), "values": are_values, "corrects": is_key, "void": is_flag},
        ("fact",),
    ),
    EntryKind.MERGED: ({"into": is_name}, ("into",)),
    EntryKind.DECIDED: ({"course": one_of(Course), "values": are_values}, ("course",)),
    EntryKind.NOTED: (
        {"photo": is_name, "sound": is_name, "about": is_name, "plan": is_key, FIELD_PLAN: _is_plan},
        (),
    ),
    EntryKind.CREW_LISTED: (
        {
            "skills": are_names,
            "equipment": are_names,
            "vehicle": is_name,
            "largest_dn_mm": is_number,
            "base_x_m": is_number,
            "base_y_m": is_number,
            "shift_from_min": _is_minute,
            "shift_to_min": _is_minute,
        },
        (),
    ),
    EntryKind.ALARM_TAKEN: ({"rule": is_name, "state": is_name, "event": is_key}, ("rule", "state")),
    EntryKind.MUTED: ({"until_ms": _is_moment}, ("until_ms",)),
    EntryKind.HANDED_OVER: ({"to": is_name, "from_ms": _is_moment, "taken": is_key}, ()),
    EntryKind.CREW_SENT: ({"incident": is_name, "accepted": is_flag}, ("incident",)),
    EntryKind.ORDER_STEP: (
        {"step": one_of(OrderStep), "receiver": is_name, "about": is_name, "incident": is_name},
        ("step",),
    ),
    EntryKind.PERMIT: (_PERMIT, tuple(name for name in _PERMIT if name != "continuous")),
    EntryKind.CREW_STATED: ({"state": one_of(CrewState), "x_m": is_number, "y_m": is_number}, ("state",)),
}

_BODIES = Bodies(_FIELDS)
