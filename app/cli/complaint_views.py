"""A complaint as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.dispatch.clocks import Clock, clocks_of
from app.dispatch.states import ClockState
from app.journal.events import milliseconds
from app.messages import Words
from app.messages.formats import number
from app.operations.complaint_view import words_of
from app.operations.complaints import ComplaintDesk
from app.operations.outage_words import local, moment_text
from app.operations.tickets import TicketsTaken
from app.public.book import Complaint, Escalation
from app.public.callbacks import CallbackResult
from app.public.tickets import Unread
from app.public.view import ComplaintRow, ComplaintView, view_of


def complaint_record(desk: ComplaintDesk, one: Complaint, now: datetime) -> dict[str, Any]:
    """All of it as JSON values; times with the city's offset, phones masked."""
    clocks = clocks_of(one.case, desk.standards.pack, desk.standards.days)
    record: dict[str, Any] = {
        "number": one.number,
        "kind": one.kind.value,
        "stage": one.stage.value,
        "received": _iso(one.opened_ms),
        **{name: one.said(name) for name in ("source", "ticket", "customer", "area", "pipe")},
        "place": one.place_m,
        "texts": words_of(desk, one),
        "linked": one.linked_to.rpartition("/")[2],
        "clocks": [_clock(clock) for clock in clocks if clock.verdict.start is not None],
        "facts": [{"fact": fact.kind.value, "at": _iso(fact.at_ms), **fact.values} for fact in one.standing_facts],
    }
    if isinstance(one, Escalation):
        record |= {
            "cause": one.cause.value,
            "complaints": [name.rpartition("/")[2] for name in one.complaints],
            "taken": list(one.taken),
            "waits_for": one.waits_for,
        }
    return record | {"now": _iso(milliseconds(now))}


def callback_record(one: CallbackResult) -> dict[str, Any]:
    """What a callback found as JSON values."""
    return {
        "number": one.number,
        "at": _iso(one.at_ms),
        "rule": one.rule,
        "mood": None if one.mood is None else one.mood.value,
        "suggested": one.suggested,
        "put_off_until": None if one.put_off_ms is None else _iso(one.put_off_ms),
    }


def _clock(clock: Clock) -> dict[str, Any]:
    verdict = clock.verdict
    return {
        "rule": clock.rule.id,
        "clause": clock.rule.clause,
        "due": None if verdict.due_ms is None else _iso(verdict.due_ms),
        "met": None if verdict.met is None else _iso(verdict.met.at_ms),
        "in_time": verdict.in_time,
    }


def complaint_lines(desk: ComplaintDesk, one: Complaint, view: ComplaintView, words: Words) -> Iterator[str]:
    """The complaint, its clocks, what happened, and what it may belong to."""
    row = view.row(one.entity)
    if row is None:
        # It was over long ago: a view of it alone.
        view = view_of(desk.book, desk.standards, one.standing_facts[-1].at_ms)
        row = view.row(one.entity)
    if row is not None:
        yield row_line(view, row, words)
    for role, text in words_of(desk, one).items():
        yield f"  {words.say('complaint_cli', role)}: {text}"
    for fact in one.standing_facts:
        yield f"  {moment_text(fact.at_ms, words)}  {words.name('happened', fact.kind.value)}"
    for other in () if row is None else row.proposed:
        away = "" if other.apart_m is None else number(other.apart_m)
        detail: dict[str, str | int] = {"number": other.number, "away": away}
        yield f"  ? {words.say('link_reason', other.reason.value, detail)}"


def row_line(view: ComplaintView, row: ComplaintRow, words: Words) -> str:
    """One row: number, kind, stage, receipt, its clocks, what it is linked to."""
    states = view.table.states(view.now_ms)
    clocks = [f"{view.clocks[at].rule.id} {_state(view, at, int(states[at]), words)}" for at in row.clocks]
    kind = words.say("escalation_cause", row.cause) if row.cause else words.say("complaint_kind", row.kind.value)
    stage = words.say("information_stage" if row.about else "complaint_stage", row.stage.value)
    if row.about:
        kind = words.say("information_kind", row.about)
    if row.level:
        stage = words.say("complaint_cli", "waits_for", {"level": words.say("escalation_level", row.level)})
    said = (row.number, kind, stage, moment_text(row.opened_ms, words), *clocks, row.linked_to.rpartition("/")[2])
    return "\t".join(part for part in said if part)


def _state(view: ComplaintView, at: int, state: int, words: Words) -> str:
    due_ms = view.clocks[at].verdict.due_ms
    said = words.say("clock_state", ClockState(state).name.lower())
    return said if due_ms is None else f"{said} ({local(due_ms):%m-%d %H:%M})"


def taken_lines(found: TicketsTaken, words: Words) -> Iterator[str]:
    """How many came in, and each row that did not."""
    counts: dict[str, str | int] = {"taken": len(found.taken), "updated": len(found.updated), "same": found.same}
    yield words.say("complaint_cli", "taken", counts | {"refused": len(found.refused)})
    for one in found.refused:
        yield f"  {unread_text(one, words)}"


def unread_text(one: Unread, words: Words) -> str:
    """Why a row was not taken."""
    section = "ticket_no" if words.has("ticket_no", one.code) else "complaint_no"
    detail: dict[str, str | int] = {
        "value": one.value,
        "column": one.column,
        "customer": one.value,
        "number": one.value,
    }
    why = words.say(section, one.code, detail | {"ticket": one.ticket})
    return words.say("ticket_no", "row", {"row": one.row, "ticket": one.ticket, "why": why})


def _iso(at_ms: int) -> str:
    return local(at_ms).isoformat(timespec="seconds")
