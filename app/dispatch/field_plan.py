"""The plan that a crew goes by where what it found at the valves made another one than was attached.

It is written down whole, with its customers' list as it was then, as a note of the incident in its second version:
consoles that know only the first keep and relay it. Attached plans and plans of the field are decisions of one course:
the first to get its place holds, and another one whose author had not seen it is in conflict with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.dispatch.entries import FIELD_PLAN, Entry, who_said
from app.dispatch.incidents import Incident
from app.journal.events import EventKey, key_from

_WORKED = ("close", "drain_back", "verify_closed")

PlanRecord = Mapping[str, Any]
"""The body of an event ``plan.made``."""
Records = Callable[[EventKey], PlanRecord | None]
"""Gives the body of an event ``plan.made``; None where it is not here."""


@dataclass(frozen=True)
class FieldPlan:
    """What differs between the plan in the field and the attached one, as it was when it was written.

    Attributes:
        key: The entry. who: Login and crew.
        out: Valves of the attached plan that the field does not count on. instead: Valves that it counts on besides.
        customers, customers_before: How many are without water by either; on storage not counted.
        more_out: Ids of customers who are without water by this plan, and were not by the attached one.
        feasible: Whether valves alone stop the water.
        record: All of it.
    """

    key: EventKey
    who: str
    at_ms: int
    out: tuple[str, ...]
    instead: tuple[str, ...]
    customers: int
    customers_before: int
    more_out: tuple[str, ...]
    feasible: bool
    record: PlanRecord


def valves_worked(record: PlanRecord) -> tuple[str, ...]:
    """Valves that a crew works at by a plan: to close, and to see that they are closed; in the plan's order."""
    return tuple(dict.fromkeys(str(valve) for name in _WORKED for valve in record.get(name, ())))


def same_work(one: PlanRecord, other: PlanRecord) -> bool:
    """Whether a crew does the same by either."""
    alike = set(valves_worked(one)) == set(valves_worked(other))
    return alike and bool(one.get("feasible", True)) == bool(other.get("feasible", True))


def record_in(entry: Entry, records: Records) -> PlanRecord | None:
    """The plan that an attachment names, or that a note of the field holds."""
    held: PlanRecord | None = entry.facts.get(FIELD_PLAN)
    key = key_from(entry.facts.get("plan"))
    return held if held is not None else None if key is None else records(key)


def rivals(incident: Incident, records: Records) -> tuple[Entry, ...]:
    """Plans by which a crew would do otherwise than by the one that holds, and whose authors had not seen that."""
    stands = incident.plans.stands
    held = None if stands is None else record_in(stands, records)
    contested = incident.plans.contested
    return tuple(one for one in contested if not same_work(record_in(one, records) or {}, held or {}))


def plan_in_force(incident: Incident, records: Records) -> tuple[EventKey, PlanRecord] | None:
    """What the work at *incident* goes by, with the entry that says so; None without a plan."""
    stands = incident.plans.stands
    record = None if stands is None else record_in(stands, records)
    return None if stands is None or record is None else (stands.key, record)


def field_plan_of(incident: Incident, records: Records) -> FieldPlan | None:
    """What the field goes by instead of the attached plan; None where it goes by that."""
    stands = incident.plans.stands
    if stands is None or FIELD_PLAN not in stands.facts:
        return None
    record: PlanRecord = stands.facts[FIELD_PLAN]
    attached = (None if incident.plan is None else records(incident.plan)) or {}
    if same_work(record, attached):
        return None
    work, before = valves_worked(record), valves_worked(attached)
    out, out_before = list(record.get("customers_out", ())), list(attached.get("customers_out", ()))
    return FieldPlan(
        key=stands.key,
        who=who_said(stands.actor, stands.role),
        at_ms=stands.eff_at_ms,
        out=_without(before, work),
        instead=_without(work, before),
        customers=len(out),
        customers_before=len(out_before),
        more_out=_without(out, out_before),
        feasible=bool(record.get("feasible", True)),
        record=record,
    )


def _without(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    gone = set(others)
    return tuple(name for name in names if name not in gone)
