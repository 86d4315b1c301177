"""What happened to an incident, an outage or a complaint, as far as a clock of the service standard looks at it.

A fact is an event of the journal with its free text left out. Facts may arrive in any order and more than once; all
answers are worked out from the set of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.journal.events import EventKey, key_from

Value = str | int | float | bool


class FactKind(StrEnum):
    """Kinds of facts that rules speak of."""

    REPORT_RECEIVED = "report.received"
    CREW_ASSIGNED = "crew.assigned"
    CREW_ON_SCENE = "crew.on_scene"
    CREW_NEAR = "crew.near"
    CREW_LEFT = "crew.left"
    BARRIER_SET = "barrier.set"
    UTILITIES_CHECKED = "utilities.checked"
    DIAMETER_READ = "diameter.read"
    FORECAST_MADE = "forecast.made"
    STOP_DECIDED = "stop.decided"
    NOTICE_PUBLISHED = "notice.published"
    VALVE_TURNED = "valve.turned"
    VALVE_LEFT = "valve.left"
    VALVE_WORKED = "valve.worked"
    CHORE_DONE = "chore.done"
    WATER_OFF = "water.off"
    REPAIR_DONE = "repair.done"
    FLUSHING_DONE = "flushing.done"
    WATER_BACK = "water.back"
    CUSTOMERS_CONFIRMED = "customers.confirmed"
    SITE_CLEARED = "site.cleared"
    CLOSED = "closed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    WAIVED = "waived"
    OUTAGE_PLANNED = "outage.planned"
    PUBLIC_TOLD = "public.told"
    NOTICE_DRAFTED = "notice.drafted"
    AREA_NAMED = "area.named"
    NOTICE_DELIVERED = "notice.delivered"
    MEDIA_TOLD = "media.told"
    EVERYONE_TOLD = "everyone.told"
    SECOND_NOTICE = "second_notice.sent"
    CALLING_OFF_TOLD = "calling_off.told"
    TEMPORARY_SUPPLY = "temporary_supply.arranged"
    COMPLAINT_RECEIVED = "complaint.received"
    CUSTOMER_CONTACTED = "customer.contacted"
    COMPLAINT_SETTLED = "complaint.settled"
    REPLY_GIVEN = "reply.given"
    CALLBACK_TRIED = "callback.tried"
    CALLBACK_DONE = "callback.done"
    NOT_SATISFIED = "callback.not_satisfied"
    SECOND_CALLBACK = "callback.second"
    SUGGESTION_MADE = "suggestion.made"
    SUGGESTION_SETTLED = "suggestion.settled"
    ESCALATION_CALLED = "escalation.called"
    ESCALATION_TAKEN = "escalation.acknowledged"
    QUALITY_ABNORMAL = "quality.abnormal"
    AUTHORITIES_TOLD = "authorities.told"
    APPLICATION_RECEIVED = "application.received"
    APPLICATION_ACCEPTED = "application.accepted"
    PROGRESS_FOLLOWED = "progress.followed"
    PERMIT_ASKED = "permit.asked"
    PERMIT_GIVEN = "permit.given"
    CONTRACT_IN_REVIEW = "contract.in_review"
    CONTRACT_REVIEWED = "contract.reviewed"
    FUNDS_AWAITED = "funds.awaited"
    FUNDS_THERE = "funds.there"
    SITE_NOT_READY = "site.not_ready"
    SITE_READY = "site.ready"
    CUSTOMER_READY = "customer.ready"
    CONNECTED = "connection.done"
    CONNECTION_CALLBACK = "connection.callback"
    REMOVAL_ORDERED = "meter.removal_ordered"
    METER_OUT = "meter.out"
    VALVE_EXERCISED = "valve.exercised"
    TANK_CLEANED = "tank.cleaned"
    INFORMATION_MADE = "information.made"
    INFORMATION_PUBLISHED = "information.published"


FORECAST_DURATION = "forecast_duration_s"
"""What a forecast says: how long customers are expected to be without water, from its stop to its return."""

BY_CLOSING = "by_closing"
"""Of ``water.back``: no water was stopped, which the closing of the incident says."""


@dataclass(frozen=True)
class Fact:
    """One thing that happened.

    Attributes:
        key: The event that says so.
        kind: What happened.
        at_ms: When it happened, UTC milliseconds.
        said_at: When it was written down, as the journal's hybrid clock reads; orders corrections, nothing else.
        values: What else is known: ``dn_mm``, ``dn_basis`` (recorded, measured), ``planned_start_ms``, ``stale`` …
        corrects: The fact that this one puts right.
        void: Of a correction: what it corrects did not happen at all.
    """

    key: EventKey
    kind: FactKind
    at_ms: int
    said_at: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    corrects: EventKey | None = None
    void: bool = False


def fact_said(key: EventKey, at_ms: int, said_at: str, body: Mapping[str, Any]) -> Fact:
    """The fact that the body of an event ``….happened`` states."""
    corrects = key_from(body.get("corrects"))
    kind, values, void = FactKind(body["fact"]), body.get("values", {}), bool(body.get("void", False))
    return Fact(key, kind, at_ms, said_at, values, corrects, void)


def as_recorded(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """What was said at first, corrections left out; by time, then by event."""
    return _in_order(fact for fact in set_of(facts) if fact.corrects is None)


def as_corrected(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """What holds after all corrections; by time, then by event.

    Of several corrections of one fact the one written down last holds. Corrections may themselves be corrected. A
    correction whose original has not arrived yet stands for it.
    """
    everything = set_of(facts)
    latest: dict[EventKey, Fact] = {}
    for fact in everything:
        if fact.corrects is not None:
            held = latest.get(fact.corrects)
            if held is None or (held.said_at, held.key) < (fact.said_at, fact.key):
                latest[fact.corrects] = fact
    known = {fact.key for fact in everything}
    roots = [fact for fact in everything if fact.corrects is None]
    roots += [latest[key] for key in latest if key not in known]
    ends = (_last(root, latest) for root in roots)
    return _in_order(fact for fact in ends if fact.corrects is None or not fact.void)


def _last(fact: Fact, latest: Mapping[EventKey, Fact]) -> Fact:
    """Where the chain of corrections from *fact* ends; its values are kept where a correction gives none."""
    passed = {fact.key}
    while (better := latest.get(fact.key)) is not None and better.key not in passed:
        passed.add(better.key)
        fact = replace(better, values={**fact.values, **better.values})
    return fact


def set_of(facts: Iterable[Fact]) -> list[Fact]:
    """Each event once: a fact that arrived twice counts once."""
    return list({fact.key: fact for fact in facts}.values())


def _in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: (fact.at_ms, fact.key)))
