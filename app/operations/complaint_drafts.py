"""What an act about complaints becomes in the journal, or why it cannot be done. Nothing is written here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from app.dispatch.acts import No
from app.dispatch.facts import FactKind, Value
from app.journal.events import Draft
from app.operations.dispatch_scene import MAP_REACH_M
from app.operations.information_drafts import Desk, Made, informed, published_before, why_not_informed
from app.public.acts import CallBack, Escalate, Inform, LinkTo, Mend, Mood, Say, TakeComplaint
from app.public.areas import calls_for_escalation
from app.public.book import Complaint, Escalation, Information
from app.public.entries import (
    BODIES,
    COMPLAINT,
    ESCALATION,
    LEVELS,
    OF_INFORMATION,
    RECORDED,
    ComplaintEntry,
    ComplaintEvent,
    EscalationCause,
)
from gis.locate import BeyondReach, locate

_EARLIEST_MS = 30 * 86_400_000
"""House: a receipt longer ago is a slip of the pen."""

_BEFORE: Mapping[FactKind, FactKind] = {
    FactKind.NOT_SATISFIED: FactKind.CALLBACK_DONE,
    FactKind.SECOND_CALLBACK: FactKind.NOT_SATISFIED,
    FactKind.SUGGESTION_SETTLED: FactKind.SUGGESTION_MADE,
    FactKind.AUTHORITIES_TOLD: FactKind.QUALITY_ABNORMAL,
    FactKind.CLOSED: FactKind.COMPLAINT_SETTLED,
    FactKind.REOPENED: FactKind.COMPLAINT_SETTLED,
}
"""What must have happened before."""

_WITH_REASON = frozenset({FactKind.CANCELLED, FactKind.REOPENED})


def _take(desk: Desk, act: TakeComplaint) -> Made | No:
    received_ms = desk.moment(act.received_ms)
    if isinstance(received_ms, No):
        return received_ms
    if received_ms < desk.now_ms - _EARLIEST_MS:
        return No("long_ago")
    if act.ticket and act.ticket in desk.book.tickets:
        return No("taken_already", {"ticket": act.ticket, "number": desk.book.tickets[act.ticket].rpartition("/")[2]})
    where = _where(desk, act)
    if isinstance(where, No):
        return where
    body: dict[str, Any] = {"kind": act.kind.value, "source": act.source.value, **where}
    body |= {name: value for name in ("customer", "ticket") if (value := str(getattr(act, name)))}
    entity = desk.next_number(COMPLAINT, "T")
    texts = {"name": act.name, "phone": act.phone, "address": act.address, "note": act.note}
    opening = BODIES.drafted(ComplaintEvent.OPENED, entity, body, texts, received_ms)
    return entity, [opening, *_escalated(desk, opening, received_ms)]


def _escalated(desk: Desk, opening: Draft, received_ms: int) -> list[Draft]:
    """The escalation that a complaint calls for as the tenth of its kind; written in the same transaction."""
    heard = ComplaintEntry(("", 0), None, "", ComplaintEvent.OPENED, opening.entity, received_ms, "", "", opening.body)
    new = Complaint(opening.entity, (heard,))
    ten = calls_for_escalation(desk.book, new)
    if not ten:
        return []
    body: dict[str, Any] = {"cause": EscalationCause.TEN_ALIKE.value, "kind": new.kind.value}
    body |= {"complaints": [one.entity for one in ten]}
    body |= {"area": new.said("area")} if new.said("area") else {}
    return [BODIES.drafted(ComplaintEvent.ESCALATED, desk.next_number(ESCALATION, "E"), body, at_ms=received_ms)]


def _where(desk: Desk, act: TakeComplaint) -> dict[str, Value] | No:
    """Place, main and area: of the customer, else of the place that was said."""
    city = desk.workspace.city
    x_m, y_m, pipe = act.x_m, act.y_m, -1
    if act.customer:
        row = city.customers.ids.find(act.customer)
        if row < 0:
            return No("no_such_customer", {"customer": act.customer})
        pipe = int(city.customers.tap.pipe[row])
        if x_m is None or y_m is None:
            x_m, y_m = float(city.customers.x_m[row]), float(city.customers.y_m[row])
    if x_m is None or y_m is None:
        return {}
    if not (math.isfinite(x_m) and math.isfinite(y_m)):
        return No("not_a_place")
    if pipe < 0:
        found = locate(city, x_m, y_m, MAP_REACH_M)
        if isinstance(found, BeyondReach):
            return No("off_the_map")
        pipe = found.pipe
    said: dict[str, Value] = {"x_m": round(x_m, 2), "y_m": round(y_m, 2), "pipe": city.network.pipes.ids[pipe]}
    area = city.network.pipes.dma[pipe]
    return {**said, "area": area} if area else said


def _known(desk: Desk, number: str) -> Complaint | No:
    found = desk.book.known(number)
    return No("no_such_complaint", {"number": number}) if found is None else found


def _say(desk: Desk, act: Say) -> Made | No:
    complaint, at_ms = _known(desk, act.number), desk.moment(act.at_ms)
    if isinstance(complaint, No):
        return complaint
    if isinstance(at_ms, No):
        return at_ms
    judge = why_not_informed if isinstance(complaint, Information) else _why_not
    refused = judge(complaint, act, at_ms)
    if refused is not None:
        return refused
    drafts = [_happened(complaint, act.fact, at_ms, act.values, act.note)]
    if act.fact is FactKind.INFORMATION_PUBLISHED:
        drafts += [_happened(one, act.fact, at_ms, act.values) for one in published_before(desk.book, complaint)]
    if act.fact is FactKind.SUGGESTION_SETTLED and _is_content(complaint):
        drafts.append(_happened(complaint, FactKind.CLOSED, at_ms))
    return complaint.entity, drafts


def _why_not(complaint: Complaint, act: Say, at_ms: int) -> No | None:
    if act.fact not in RECORDED:
        return No("not_recorded", {"fact": act.fact})
    if at_ms < complaint.opened_ms:
        return No("before_receipt")
    if not complaint.is_open and act.fact is not FactKind.REOPENED:
        return No("is_over", {"number": complaint.number})
    if (act.fact in _WITH_REASON or "until_ms" in act.values) and not act.note.strip():
        return No("needs_a_reason")
    if act.fact is FactKind.ESCALATION_TAKEN:
        return _why_not_taken(complaint, str(act.values.get("level", "")))
    needed = _BEFORE.get(act.fact)
    has_it = needed is None or complaint.happened(needed) is not None
    return None if has_it else No("not_before", {"fact": str(needed)})


def _why_not_taken(complaint: Complaint, level: str) -> No | None:
    """Level by level: nobody is passed over."""
    if not isinstance(complaint, Escalation):
        return No("no_escalation", {"number": complaint.number})
    if level not in LEVELS:
        return No("no_such_level", {"level": level})
    if level in complaint.taken:
        return No("taken_by_level", {"level": level})
    return None if level == complaint.waits_for else No("level_before", {"level": complaint.waits_for})


def _is_content(complaint: Complaint) -> bool:
    """Whether nothing is left but to close it: it is settled, and the customer was satisfied in the last callback."""
    settled = complaint.happened(FactKind.COMPLAINT_SETTLED)
    calls = [fact for fact in complaint.standing_facts if fact.kind in _CALLS]
    return settled is not None and bool(calls) and calls[-1].values.get("mood") == Mood.SATISFIED.value


_CALLS = frozenset({FactKind.CALLBACK_DONE, FactKind.SECOND_CALLBACK})


def _call_back(desk: Desk, act: CallBack) -> Made | No:
    complaint, at_ms = _known(desk, act.number), desk.moment(act.at_ms)
    if isinstance(complaint, No):
        return complaint
    if isinstance(at_ms, No):
        return at_ms
    refused = _why_not_called(complaint)
    if refused is not None:
        return refused
    if act.mood is Mood.UNREACHABLE:
        return complaint.entity, [_happened(complaint, FactKind.CALLBACK_TRIED, at_ms)]
    return complaint.entity, _called(complaint, act, at_ms)


def _why_not_called(complaint: Complaint) -> No | None:
    if isinstance(complaint, Information):
        return No("not_recorded", {"fact": FactKind.CALLBACK_DONE.value})
    if complaint.happened(FactKind.REPLY_GIVEN) is None:
        return No("not_before", {"fact": FactKind.REPLY_GIVEN.value})
    return None if complaint.is_open else No("is_over", {"number": complaint.number})


def _called(complaint: Complaint, act: CallBack, at_ms: int) -> list[Draft]:
    """The first callback, or the second after one that found the customer not satisfied."""
    again = complaint.happened(FactKind.NOT_SATISFIED) is not None
    kind = FactKind.SECOND_CALLBACK if again else FactKind.CALLBACK_DONE
    drafts = [_happened(complaint, kind, at_ms, {"mood": act.mood.value})]
    if act.mood is Mood.NOT_SATISFIED:
        drafts.append(_happened(complaint, FactKind.NOT_SATISFIED, at_ms))
    if act.suggestion.strip():
        drafts.append(_happened(complaint, FactKind.SUGGESTION_MADE, at_ms, note=act.suggestion))
    settled = complaint.happened(FactKind.COMPLAINT_SETTLED) is not None
    if act.mood is Mood.SATISFIED and settled and len(drafts) == 1 and not _open_suggestion(complaint):
        drafts.append(_happened(complaint, FactKind.CLOSED, at_ms))
    return drafts


def _open_suggestion(complaint: Complaint) -> bool:
    made, settled = complaint.happened(FactKind.SUGGESTION_MADE), complaint.happened(FactKind.SUGGESTION_SETTLED)
    return made is not None and (settled is None or settled.at_ms < made.at_ms)


def _link(desk: Desk, act: LinkTo) -> Made | No:
    complaint = _known(desk, act.number)
    if isinstance(complaint, No):
        return complaint
    to = {"W": "incident/", "J": "outage/"}.get(act.to[:1], "") + act.to
    if act.to and not any(True for _ in desk.workspace.journal.about(to)):
        return No("nothing_to_link", {"number": act.to})
    return complaint.entity, [BODIES.drafted(ComplaintEvent.LINKED, complaint.entity, {"to": to})]


def _escalate(desk: Desk, act: Escalate) -> Made | No:
    at_ms = desk.moment(act.at_ms)
    if isinstance(at_ms, No):
        return at_ms
    entity = desk.next_number(ESCALATION, "E")
    body = {"cause": act.cause.value}
    return entity, [BODIES.drafted(ComplaintEvent.ESCALATED, entity, body, {"note": act.note}, at_ms)]


def _mend(desk: Desk, act: Mend) -> Made | No:
    complaint, at_ms = _known(desk, act.number), desk.moment(act.at_ms)
    if isinstance(complaint, No):
        return complaint
    if isinstance(at_ms, No):
        return at_ms
    meant = complaint.happened(act.fact)
    if meant is None or act.fact not in (OF_INFORMATION if isinstance(complaint, Information) else RECORDED):
        return No("not_before", {"fact": act.fact.value})
    if not act.reason.strip():
        return No("needs_a_reason")
    body: dict[str, Any] = {"fact": act.fact.value, "corrects": list(meant.key)}
    body |= {"void": True} if act.at_ms is None else {}
    moment_ms = meant.at_ms if act.at_ms is None else at_ms
    return complaint.entity, [
        BODIES.drafted(ComplaintEvent.HAPPENED, complaint.entity, body, {"note": act.reason}, moment_ms)
    ]


def _happened(
    complaint: Complaint, fact: FactKind, at_ms: int, values: Mapping[str, Value] | None = None, note: str = ""
) -> Draft:
    body: dict[str, Any] = {"fact": fact.value}
    body |= {"values": dict(values)} if values else {}
    return BODIES.drafted(ComplaintEvent.HAPPENED, complaint.entity, body, {"note": note}, at_ms)


DRAFTS: Mapping[type, Callable[[Desk, Any], Made | No]] = {
    TakeComplaint: _take,
    Say: _say,
    CallBack: _call_back,
    LinkTo: _link,
    Escalate: _escalate,
    Inform: informed,
    Mend: _mend,
}
