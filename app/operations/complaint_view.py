"""What a hotline desk shows at a moment: complaints with clocks, words and what they may belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.operations.complaints import ComplaintDesk, text_of
from app.operations.dispatch import DispatchDesk
from app.operations.hotline import masked
from app.operations.outages import OutageDesk, customers_of
from app.operations.plan_bodies import plan_of_incident
from app.outages.entries import outage_entity
from app.public.book import Complaint
from app.public.linking import Happening
from app.public.view import ComplaintView, view_of

ROLES = ("title", "name", "phone", "address", "note")


def look(desk: ComplaintDesk, dispatch: DispatchDesk, outages: OutageDesk, now: datetime) -> ComplaintView:
    """The view, with the words that stand outside the journal's chain; phones masked."""
    view = view_of(desk.book, desk.standards, milliseconds(now), happenings(dispatch, outages, milliseconds(now)))
    texts: dict[str, Mapping[str, str]] = {}
    for row in (*view.rows, *view.escalations):
        found = desk.book.known(row.entity)
        if found is not None:
            texts[row.entity] = words_of(desk, found)
    return replace(view, texts=texts)


def words_of(desk: ComplaintDesk, complaint: Complaint) -> dict[str, str]:
    """Name, masked phone, address and note of a complaint, as far as they are known."""
    said = {role: text_of(desk, complaint, role) for role in ROLES if role in complaint.opened.texts}
    if "phone" in said:
        said["phone"] = masked(said["phone"])
    row = desk.workspace.city.customers.ids.find(complaint.said("customer")) if complaint.said("customer") else -1
    if row >= 0:
        customers = desk.workspace.city.customers
        said = {"name": customers.name[row], "address": customers.address[row], **said}
    return {role: text for role, text in said.items() if text}


def happenings(dispatch: DispatchDesk, outages: OutageDesk, now_ms: int) -> Iterator[Happening]:
    """Open incidents, and outages whose water is off, was off within a day, or goes off now."""
    journal = dispatch.workspace.journal
    for entity, incident in dispatch.board.incidents.items():
        if not incident.is_open:
            continue
        said = incident.attributes
        planned = plan_of_incident(journal, incident)
        facts = {} if planned is None else planned[1]
        customers = frozenset((*facts.get("customers_out", ()), *facts.get("customers_on_storage", ())))
        place = (float(said["x_m"]), float(said["y_m"])) if "x_m" in said and "y_m" in said else None
        opened_ms = min(one.eff_at_ms for one in incident.opened)
        number = entity.rpartition("/")[2]
        yield Happening(entity, number, opened_ms, None, place, str(said.get("pipe", "")), customers)
    for one in outages.book.values():
        off, back = one.happened(FactKind.WATER_OFF), one.happened(FactKind.WATER_BACK)
        if off is None or (back is not None and back.at_ms < now_ms - 86_400_000):
            continue
        lists = customers_of(outages, one.plan)
        named = frozenset(name for some in lists.values() for name in some)
        until_ms = None if back is None or back.at_ms < off.at_ms else back.at_ms
        yield Happening(outage_entity(one.number), one.number, off.at_ms, until_ms, customers=named)
