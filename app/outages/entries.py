"""What the journal says of planned outages: kinds of events, checked on the way in, read back as entries.

A plan is never changed: each edit is a revision that names the one which its author saw. Free words (reason, temporary
supply, road closures) stand in the events' texts, customers in the event ``plan.made`` that a revision names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.dispatch.facts import FactKind
from app.errors import AppError
from app.journal.events import Draft, Event, EventKey

OUTAGE = "outage/"


class OutageKind(StrEnum):
    """Kinds of events about planned outages; all are named in :data:`app.journal.fold.OUTAGE_KINDS`."""

    REVISED = "outage.revised"
    DECIDED = "outage.decided"
    HAPPENED = "outage.happened"


class Ruling(StrEnum):
    """What somebody with a role decides of a revision."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WAIVE = "waive"
    CANCEL = "cancel"


class Role(StrEnum):
    """Who decides (house)."""

    SHIFT_LEAD = "shift_lead"
    NETWORK = "network_department"
    MANAGEMENT = "management"


HAPPENINGS = frozenset(
    {
        FactKind.NOTICE_DRAFTED,
        FactKind.AREA_NAMED,
        FactKind.PUBLIC_TOLD,
        FactKind.MEDIA_TOLD,
        FactKind.NOTICE_DELIVERED,
        FactKind.EVERYONE_TOLD,
        FactKind.TEMPORARY_SUPPLY,
        FactKind.WATER_OFF,
        FactKind.REPAIR_DONE,
        FactKind.FLUSHING_DONE,
        FactKind.WATER_BACK,
        FactKind.REOPENED,
        FactKind.SECOND_NOTICE,
    }
)
"""What may happen to a planned outage."""

TEXTS = ("title", "reason", "supply", "traffic", "note")
"""Free words of an event, by role."""


@dataclass(frozen=True)
class Effect:
    """Whom a revision takes the water from, in figures.

    Attributes:
        out, on_storage, low: Customers without water, on a tank, and newly below the promised pressure.
        households, people: Totals of those out.
        critical: Critical customers among those out and on storage.
        hydrants: Fire hydrants out.
        mains_m: Mains without water.
        roads_closed: Roads that the work closes, as the planner says.
    """

    out: int = 0
    on_storage: int = 0
    low: int = 0
    households: int = 0
    people: int = 0
    critical: int = 0
    hydrants: int = 0
    mains_m: float = 0.0
    roads_closed: int = 0


@dataclass(frozen=True)
class OutageEntry:
    """One event about a planned outage.

    Attributes:
        hub_seq: Its place in the hub's order; None while it is pending.
        texts: Ids of its free words by role.
    """

    key: EventKey
    hub_seq: int | None
    hlc: str
    kind: OutageKind
    entity: str
    eff_at_ms: int
    actor: str
    role: str
    facts: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[float, str, str, int]:
        """Its place in the order in which decisions hold: as the hub numbered them, then what is pending."""
        return (math.inf if self.hub_seq is None else self.hub_seq, self.hlc, *self.key)


def outage_entity(number: str) -> str:
    """Entity of an outage's events."""
    return f"{OUTAGE}{number}"


def drafted(
    kind: OutageKind,
    number: str,
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
    said = {name: text for name, text in (texts or {}).items() if text}
    return Draft(kind, outage_entity(number), body, said, at_ms)


def entry_of(event: Event) -> OutageEntry | None:
    """The entry that *event* makes; None for other kinds, later versions and bodies that are none of their kind."""
    kind = _KINDS.get(event.kind)
    if kind is None or event.kind_version > 1:
        return None
    facts = dict(event.facts)
    texts = facts.pop("texts", {})
    if _wrong_in(kind, facts) is not None or not isinstance(texts, Mapping):
        return None
    who = (event.actor, event.role)
    return OutageEntry(event.key, event.hub_seq, event.hlc, kind, event.entity, event.eff_at_ms, *who, facts, {**texts})


def key_from(value: Any) -> EventKey | None:
    """An event's key as JSON has it."""
    return None if value is None else (str(value[0]), int(value[1]))


_KINDS = {kind.value: kind for kind in OutageKind}
_EFFECT_FIELDS = frozenset(Effect.__dataclass_fields__)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_key(value: object) -> bool:
    match value:
        case None:
            return True
        case [str(), int(number)] | (str(), int(number)):
            return number > 0
    return False


def _is_effect(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) <= _EFFECT_FIELDS
        and all(isinstance(one, int | float) and not isinstance(one, bool) and one >= 0 for one in value.values())
    )


def _are_ids(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _one_of(words: frozenset[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in words


_CHECKS: Mapping[OutageKind, tuple[Mapping[str, Callable[[object], bool]], tuple[str, ...]]] = {
    OutageKind.REVISED: (
        {
            "after": _is_key,
            "plan": _is_key,
            "start_ms": _is_count,
            "end_ms": _is_count,
            "target": lambda value: isinstance(value, Mapping),
            "effect": _is_effect,
            "close": _are_ids,
            "grows": lambda value: isinstance(value, bool),
        },
        ("after", "plan", "start_ms", "end_ms", "effect", "grows"),
    ),
    OutageKind.DECIDED: (
        {
            "ruling": _one_of(frozenset(Ruling)),
            "role": _one_of(frozenset(Role)),
            "revision": _is_key,
            "rule": lambda value: isinstance(value, str),
        },
        ("ruling", "role", "revision"),
    ),
    OutageKind.HAPPENED: (
        {
            "fact": _one_of(frozenset(HAPPENINGS)),
            "revision": _is_key,
            "values": lambda value: isinstance(value, Mapping),
        },
        ("fact", "revision"),
    ),
}
"""For each kind: its fields with what each holds, and those that must be there."""


def _wrong_in(kind: OutageKind, body: Mapping[str, Any]) -> str | None:
    """Name of the field that makes *body* no body of *kind*."""
    known, needed = _CHECKS[kind]
    missing = next((name for name in needed if name not in body), None)
    return missing or next((name for name, value in body.items() if name not in known or not known[name](value)), None)
