"""What the journal says of complaints, escalations and public information: events, checked on the way in, read back.

Who complained, from which number and in which words stands in an event's texts, outside the chain, and can be erased;
bodies hold ids, kinds, places and times.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.dispatch.facts import Fact, FactKind, fact_said
from app.journal.bodies import (
    Bodies,
    Entry,
    Fields,
    are_names,
    are_values,
    is_flag,
    is_key,
    is_name,
    is_number,
    one_of,
)

COMPLAINT = "complaint/"
ESCALATION = "escalation/"
INFORMATION = "information/"


class ComplaintEvent(StrEnum):
    """Kinds of events; all are named in :data:`app.journal.fold.COMPLAINT_KINDS`."""

    OPENED = "complaint.opened"
    HAPPENED = "complaint.happened"
    LINKED = "complaint.linked"
    ESCALATED = "escalation.opened"
    INFORMED = "complaint.information"
    """Information that the public is to have was made, or changed."""


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


class InformationKind(StrEnum):
    """What is to be published, as the clause lists it (公开内容); words are made in app.messages."""

    COMPANY = "company"
    PRICES = "prices"
    CONNECTIONS = "connections"
    SERVICE = "service"
    OUTAGES = "outages"
    METER_READING = "meter_reading"
    WATER_QUALITY = "water_quality"
    SAFETY = "safety"
    CONTACTS = "contacts"
    OTHER = "other"


class Channel(StrEnum):
    """Where information was published, as the clause lists it (公开方式); words are made in app.messages."""

    WEBSITE = "website"
    OFFICE = "office"
    OWN_MEDIA = "own_media"
    HOTLINE = "hotline"
    PRESS = "press"
    OTHER = "other"


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

OF_INFORMATION = frozenset({FactKind.INFORMATION_PUBLISHED, FactKind.CANCELLED, FactKind.REOPENED})
"""What may happen to information that the public is to have."""


ComplaintEntry = Entry[ComplaintEvent]
"""One event about a complaint or an escalation."""


def fact_of(entry: ComplaintEntry) -> Fact:
    """The fact that an entry of kind HAPPENED states."""
    return fact_said(entry.key, entry.eff_at_ms, entry.hlc, entry.facts)


_FIELDS: Mapping[ComplaintEvent, Fields] = {
    ComplaintEvent.OPENED: (
        {
            "kind": one_of(ComplaintKind),
            "source": one_of(Source),
            "x_m": is_number,
            "y_m": is_number,
            **dict.fromkeys(("customer", "ticket", "area", "pipe"), is_name),
        },
        ("kind", "source"),
    ),
    ComplaintEvent.HAPPENED: (
        {"fact": one_of(RECORDED | OF_INFORMATION), "values": are_values, "corrects": is_key, "void": is_flag},
        ("fact",),
    ),
    ComplaintEvent.LINKED: (
        {"to": lambda value: value == "" or is_name(value), "reason": is_name},
        ("to",),
    ),
    ComplaintEvent.ESCALATED: (
        {
            "cause": one_of(EscalationCause),
            "kind": one_of(ComplaintKind),
            "area": is_name,
            "complaints": are_names,
        },
        ("cause",),
    ),
    ComplaintEvent.INFORMED: (
        {"kind": one_of(InformationKind), "urgent": is_flag, "replaces": is_name},
        ("kind", "urgent"),
    ),
}

BODIES = Bodies(_FIELDS)
"""What is written of complaints and escalations, and how it is read back."""
