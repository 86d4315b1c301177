"""What the journal says of planned outages: kinds of events, checked on the way in, read back as entries.

A plan is never changed: each edit is a revision that names the one which its author saw. Free words (reason, temporary
supply, road closures) stand in the events' texts, customers in the event ``plan.made`` that a revision names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.dispatch.facts import FactKind
from app.journal.bodies import Bodies, Entry, Fields, are_names, is_count, is_flag, is_key, is_number, one_of, or_none

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
        FactKind.CALLING_OFF_TOLD,
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


OutageEntry = Entry[OutageKind]
"""One event about a planned outage."""


def outage_entity(number: str) -> str:
    """Entity of an outage's events."""
    return f"{OUTAGE}{number}"


_EFFECT_FIELDS = frozenset(Effect.__dataclass_fields__)


def _is_effect(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) <= _EFFECT_FIELDS
        and all(is_number(one) and one >= 0 for one in value.values())
    )


def _is_mapping(value: object) -> bool:
    return isinstance(value, Mapping)


_FIELDS: Mapping[OutageKind, Fields] = {
    OutageKind.REVISED: (
        {
            "after": or_none(is_key),
            "plan": or_none(is_key),
            "start_ms": is_count,
            "end_ms": is_count,
            "target": _is_mapping,
            "effect": _is_effect,
            "close": are_names,
            "grows": is_flag,
        },
        ("after", "plan", "start_ms", "end_ms", "effect", "grows"),
    ),
    OutageKind.DECIDED: (
        {
            "ruling": one_of(Ruling),
            "role": one_of(Role),
            "revision": or_none(is_key),
            "rule": lambda value: isinstance(value, str),
        },
        ("ruling", "role", "revision"),
    ),
    OutageKind.HAPPENED: (
        {
            "fact": one_of(HAPPENINGS),
            "revision": or_none(is_key),
            "values": _is_mapping,
        },
        ("fact", "revision"),
    ),
}

BODIES = Bodies(_FIELDS)
"""What is written of planned outages, and how it is read back."""
