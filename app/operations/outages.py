"""Planned outages from the plan to the second notice: one act in, events in the journal, an outcome.

An act is checked against everything that the journal holds at that moment; where somebody wrote in between it is
checked again. Two planners who edit one outage at once do not overwrite each other: the second is told who was first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.dispatch.acts import Done, No, Outcome
from app.dispatch.board import Standards
from app.dispatch.facts import FactKind
from app.journal.events import Draft, EventKey, milliseconds
from app.journal.fold import PLAN_MADE
from app.operations.edit import Author
from app.operations.in_turn import in_turn
from app.outages.acts import Happened, OutageAct, Revise, Rule
from app.outages.book import Outage, Revision, Stage, book_of, stage_of
from app.outages.clashes import Booked, Clash, clashes
from app.outages.entries import BODIES, OUTAGE, OutageKind, Role, Ruling, outage_entity
from app.outages.judge import Judgement, Standing, judge
from app.times import CITY_TIME
from app.workspace import Workspace, append, refreshed

LONGEST_MS = 30 * 86_400_000
"""A window longer than this is a slip of the pen."""

_OVER = frozenset({Stage.CANCELLED, Stage.OFF, Stage.BACK, Stage.ENDED})
"""Stages in which nothing is planned or decided any more: what takes place cannot be called off either."""


@dataclass(frozen=True, eq=False)
class OutageDesk:
    """An open workspace with its book of outages."""

    workspace: Workspace
    standards: Standards
    book: Mapping[str, Outage]


def open_outages(workspace: Workspace, standards: Standards) -> OutageDesk:
    """The book of *workspace*."""
    entries = (BODIES.entry_of(event) for event in workspace.journal.beginning(OUTAGE))
    return OutageDesk(workspace, standards, book_of(entry for entry in entries if entry is not None))


def caught_up(desk: OutageDesk) -> OutageDesk:
    """*desk* with what others wrote since."""
    workspace = refreshed(desk.workspace)
    return desk if workspace is desk.workspace else open_outages(workspace, desk.standards)


def judged(desk: OutageDesk, outage: Outage, now: datetime) -> Judgement:
    """How *outage* stands to the rules."""
    return judge(outage, desk.standards, milliseconds(now))


def stage(desk: OutageDesk, outage: Outage, now: datetime) -> Stage:
    """How far *outage* has come."""
    return stage_of(outage, judged(desk, outage, now).approvals)


def is_approved(desk: OutageDesk, outage: Outage, now: datetime) -> bool:
    """Whether all whose approval it needs have approved the plan as it is."""
    words = outage.approvals
    needed = judged(desk, outage, now).approvals
    return all(role in words and words[role].ruling is Ruling.APPROVE for role in needed)


def plan_of_revision(desk: OutageDesk, revision: Revision) -> Mapping[str, Any]:
    """The plan's record that *revision* names; empty where it was lost."""
    event = None if revision.plan is None else desk.workspace.journal.event(revision.plan)
    return {} if event is None else event.facts


def customers_of(desk: OutageDesk, revision: Revision) -> Mapping[str, tuple[str, ...]]:
    """Ids of the customers that *revision* concerns: ``out``, ``on_storage`` and ``low``, as written with it."""
    facts = plan_of_revision(desk, revision)
    lists = {"out": "customers_out", "on_storage": "customers_on_storage", "low": "customers_low"}
    return {name: tuple(facts.get(key, ())) for name, key in lists.items()}


def calendar(desk: OutageDesk, now: datetime, also: Iterable[Booked] = ()) -> tuple[Clash, ...]:
    """Clashes among outages that are not over, and *also*."""
    open_ones = [one for one in desk.book.values() if stage(desk, one, now) not in _OVER - {Stage.OFF}]
    return clashes([*(booked(desk, one) for one in open_ones), *also])


def booked(desk: OutageDesk, outage: Outage) -> Booked:
    """What *outage* takes, for the calendar."""
    plan = outage.plan
    everyone = frozenset(one for some in customers_of(desk, plan).values() for one in some)
    return Booked(outage.number, plan.start_ms, plan.end_ms, frozenset(plan.close), everyone)


def carry_out(desk: OutageDesk, act: OutageAct, author: Author, now: datetime) -> tuple[OutageDesk, Outcome]:
    """Do *act*, or say why it cannot be done.

    Raises:
        AppError: ``journal.moved_on`` where others write without pause.
        GisError: The disk is full, the file is damaged and the like; nothing was written then.
    """
    return in_turn(lambda: _carried_out(caught_up(desk), act, author, now))


def _carried_out(desk: OutageDesk, act: OutageAct, author: Author, now: datetime) -> tuple[OutageDesk, Outcome]:
    # A revision names its plan by the device that writes both; the console may go on as another one at any moment.
    device = desk.workspace.journal.device() if isinstance(act, Revise) else ""
    made = _made(desk, act, author, now, device)
    if isinstance(made, No):
        return desk, made
    number, drafts = made
    heads = desk.workspace.state.heads
    workspace, events = append(desk.workspace, drafts, now, author.actor, author.role, heads, device)
    after = open_outages(workspace, desk.standards)
    return after, Done(outage_entity(number), tuple(event.key for event in events))


_Made = tuple[str, Sequence[Draft]]


def _made(desk: OutageDesk, act: OutageAct, author: Author, now: datetime, device: str) -> _Made | No:
    match act:
        case Revise():
            return _revised(desk, act, milliseconds(now), device)
        case Rule():
            return _ruled(desk, act, author, now)
    return _happened(desk, act, now)


def _revised(desk: OutageDesk, act: Revise, now_ms: int, device: str) -> _Made | No:
    wrong = _wrong_window(act, now_ms)
    if wrong is not None:
        return wrong
    if not act.record.get("feasible", True):
        return No("not_feasible", {"sources": ", ".join(act.record.get("stop", ()))})
    before = desk.book.get(act.number)
    if act.number:
        barred = _barred(desk, act, before, now_ms)
        if barred is not None:
            return barred
    number = act.number or _next_number(desk.book)
    body = {
        "after": None if act.after is None else list(act.after),
        "start_ms": act.start_ms,
        "end_ms": act.end_ms,
        "target": dict(act.record.get("target", {})),
        "effect": {name: value for name, value in asdict(act.effect).items() if value},
        "close": list(act.record.get("close", ())),
        "grows": before is None or _grows(desk, act, before.plan),
    }
    # The plan stands before the revision that names it: both are written together, so its number is known.
    plan_key: EventKey = (device, desk.workspace.state.heads.get(device, 0) + 1)
    if plan_key[1] == 1 and desk.workspace.state.heads:
        # A copied journal begins by saying what it held.
        plan_key = (device, 2)
    revision = BODIES.drafted(OutageKind.REVISED, outage_entity(number), {**body, "plan": list(plan_key)}, act.texts)
    return number, [Draft(PLAN_MADE, "plan", act.record), revision]


def _wrong_window(act: Revise, now_ms: int) -> No | None:
    if act.end_ms <= act.start_ms:
        return No("ends_before_start")
    if act.start_ms <= now_ms:
        return No("in_the_past")
    return No("too_long") if act.end_ms - act.start_ms > LONGEST_MS else None


def _barred(desk: OutageDesk, act: Revise, before: Outage | None, now_ms: int) -> No | None:
    """Why the outage of that number cannot be planned anew."""
    if before is None:
        return No("no_such_outage", {"number": act.number})
    if stage_of(before, judge(before, desk.standards, now_ms).approvals) in _OVER:
        return No("over_already", {"number": act.number})
    if act.after != before.plan.key:
        return No("revised_meanwhile", {"number": act.number, "who": before.plan.actor})
    return None


def _grows(desk: OutageDesk, act: Revise, before: Revision) -> bool:
    """Whether somebody is without water, or at a time, that the revision before did not name."""
    if act.start_ms != before.start_ms or act.end_ms > before.end_ms:
        return True
    named = {one for some in customers_of(desk, before).values() for one in some}
    lists = ("customers_out", "customers_on_storage", "customers_low")
    return any(one not in named for key in lists for one in act.record.get(key, ()))


def _next_number(book: Mapping[str, Outage]) -> str:
    taken = [int(number[1:]) for number in book if number[1:].isdecimal()]
    return f"J{max(taken, default=0) + 1}"


def _ruled(desk: OutageDesk, act: Rule, author: Author, now: datetime) -> _Made | No:
    outage = desk.book.get(act.number)
    if outage is None:
        return No("no_such_outage", {"number": act.number})
    refused = _why_not_ruled(desk, outage, act, now)
    if refused is None and act.ruling is Ruling.APPROVE:
        refused = _why_not_approved(desk, outage, act, author, now)
    if refused is not None:
        return refused
    body = {"ruling": act.ruling.value, "role": act.role.value, "revision": list(outage.plan.key)}
    body |= {"rule": act.rule} if act.rule else {}
    return act.number, [BODIES.drafted(OutageKind.DECIDED, outage_entity(act.number), body, {"reason": act.reason})]


def _why_not_ruled(desk: OutageDesk, outage: Outage, act: Rule, now: datetime) -> No | None:
    if stage(desk, outage, now) in _OVER:
        return No("over_already", {"number": act.number})
    if act.ruling is not Ruling.APPROVE and not act.reason:
        return No("needs_a_reason")
    if act.ruling is not Ruling.WAIVE:
        return None
    if act.role is not Role.MANAGEMENT:
        return No("not_the_approver")
    return No("no_such_rule", {"rule": act.rule}) if judged(desk, outage, now).finding(act.rule) is None else None


def _why_not_approved(desk: OutageDesk, outage: Outage, act: Rule, author: Author, now: datetime) -> No | None:
    if author.actor == outage.plan.actor:
        return No("own_plan")
    found = judged(desk, outage, now)
    if act.role not in found.approvals:
        return No("not_asked", {"number": act.number})
    broken = tuple(one.rule.id for one in found.findings if one.standing in {Standing.BROKEN, Standing.LATE})
    return No("not_lawful", {"rules": ", ".join(broken)}) if broken else None


_AFTER = {
    FactKind.REPAIR_DONE: FactKind.WATER_OFF,
    FactKind.FLUSHING_DONE: FactKind.WATER_OFF,
    FactKind.WATER_BACK: FactKind.WATER_OFF,
    FactKind.REOPENED: FactKind.WATER_BACK,
    FactKind.SECOND_NOTICE: FactKind.WATER_BACK,
}
"""What must have happened before."""


def _happened(desk: OutageDesk, act: Happened, now: datetime) -> _Made | No:
    outage = desk.book.get(act.number)
    if outage is None:
        return No("no_such_outage", {"number": act.number})
    at_ms = milliseconds(now) if act.at_ms is None else act.at_ms
    if at_ms > milliseconds(now):
        return No("in_the_future")
    out_of_turn = _out_of_turn(outage, act)
    if out_of_turn is not None:
        return out_of_turn
    if act.fact is FactKind.WATER_OFF and not act.despite:
        refused = _why_not_off(desk, outage, at_ms, now)
        if refused is not None:
            return refused
    body: dict[str, Any] = {"fact": act.fact.value, "revision": list(act.of or outage.plan.key)}
    body |= {"values": dict(act.values)} if act.values else {}
    return act.number, [
        BODIES.drafted(OutageKind.HAPPENED, outage_entity(act.number), body, {"note": act.despite}, at_ms)
    ]


def _out_of_turn(outage: Outage, act: Happened) -> No | None:
    """Why that cannot be at this stage of the outage."""
    fact = act.fact
    is_otherwise = fact is FactKind.CALLING_OFF_TOLD
    # A crew that nobody reached closes its valves all the same: then the water is off.
    is_so = is_otherwise or (fact is FactKind.WATER_OFF and bool(act.despite))
    if outage.cancelled is not None and not is_so:
        return No("over_already", {"number": outage.number})
    if outage.cancelled is None and is_otherwise and len(outage.revisions) == 1:
        return No("not_called_off", {"number": outage.number})
    needed = _AFTER.get(fact)
    return No("not_before", {"fact": needed.value}) if needed is not None and outage.happened(needed) is None else None


def _why_not_off(desk: OutageDesk, outage: Outage, at_ms: int, now: datetime) -> No | None:
    """Why the water may not have gone off at *at_ms* without a reason."""
    found = judged(desk, outage, now)
    if any(role not in outage.approvals or outage.approvals[role].ruling is Ruling.REFUSE for role in found.approvals):
        return No("not_approved", {"number": outage.number})
    missing = [one.rule.id for one in found.before if one.standing not in {Standing.MET, Standing.WAIVED}]
    if missing:
        return No("not_ready", {"rules": ", ".join(missing)})
    return _why_not_at(outage, found, at_ms)


def _why_not_at(outage: Outage, found: Judgement, at_ms: int) -> No | None:
    """Customers were told when their water goes off: not before, and not long after."""
    told = {"time": f"{datetime.fromtimestamp(outage.plan.start_ms / 1000, CITY_TIME):%m-%d %H:%M}"}
    for one in found.findings:
        if FactKind.WATER_OFF not in one.rule.met_by or one.standing is Standing.WAIVED:
            continue
        if one.not_before_ms is not None and at_ms < one.not_before_ms:
            return No("too_early", {**told, "rules": one.rule.id})
        if one.due_ms is not None and at_ms > one.due_ms:
            return No("too_late", {**told, "rules": one.rule.id})
    return None


def text_of(desk: OutageDesk, revision: Revision, role: str) -> str:
    """Free words of *revision*; "" where there are none, or they were erased."""
    text_id = revision.texts.get(role)
    return "" if text_id is None else desk.workspace.journal.text(text_id) or ""
