"""``sluice outage``: planned outages for scripts and for a terminal, from the plan to the second notice."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime

from app.cli.desk_call import DeskCall
from app.cli.outage_views import outage_lines, outage_record
from app.cli.progress import progress_of
from app.dispatch.acts import No
from app.dispatch.facts import FactKind
from app.dispatch.view import number_of
from app.errors import AppError
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.isolate import Query
from app.operations.outage_notices import (
    Sending,
    adopt_templates,
    earlier_text,
    ground_of,
    names_of,
    notice_text,
    published,
    receipts,
    send_and_record,
    write_recipients,
)
from app.operations.outage_plan import SeveralPipes, Where, planned, record_and_effect, ring_in
from app.operations.outage_words import moment_text
from app.operations.outages import OutageDesk, calendar, carry_out, open_outages, stage
from app.operations.told_otherwise import concerned, tell_otherwise, text_revision, to_be_told
from app.operations.water_points import told_supply, water_lines, water_plan
from app.outages.acts import Happened, OutageAct, Revise, Rule
from app.outages.book import Outage, Revision
from app.outages.entries import Role, Ruling
from app.outages.fates import Audience
from app.outages.file_gateway import gateway_at
from app.outages.templates import NoticeForm, NoticeKind
from app.workspace import open_workspace
from network.supply import SupplyModel, prepare


def outage(options: argparse.Namespace, words: Words) -> int:
    """Carry out one action and return the exit status.

    Raises:
        AppError: It cannot be done as asked; nothing was written then.
    """
    if options.action == "templates":
        return _templates(options, words)
    with closing(open_workspace(options.workspace)) as workspace:
        desk = open_outages(workspace, standards_of(options.workspace))
        return _ACTIONS[options.action](_Call(options, words, desk, datetime.now(UTC)))


class _Call(DeskCall[OutageDesk]):
    """One action on the desk of planned outages."""

    REFUSED = ("outage.no", "outage_no")

    @property
    def author(self) -> Author:
        """Who does it, and in which role."""
        return replace(super().author, role=self.options.role or "")

    def outage(self) -> Outage:
        """The outage that the arguments name."""
        if not self.options.number:
            raise AppError("outage.needs_number")
        found = self.desk.book.get(self.options.number)
        if found is None:
            raise self.refusal(No("no_such_outage", {"number": self.options.number}))
        return found

    def do(self, act: OutageAct) -> str:
        """Carry *act* out; the number of the outage."""
        return number_of(self.accepted(carry_out(self.desk, act, self.author, self.now)))

    def show(self, number: str) -> int:
        """Tell all of an outage."""
        found = self.desk.book[number]
        if self.options.json:
            return self.tell(json.dumps(outage_record(self.desk, found, self.now), ensure_ascii=False))
        return self.tell(*outage_lines(self.desk, found, self.now, self.words))

    def say(self, code: str, **detail: str | int) -> str:
        """A sentence of this command."""
        return self.words.say("outage_cli", code, detail)


def _templates(options: argparse.Namespace, words: Words) -> int:
    if options.adopt is None:
        raise AppError("outage.needs_option", option="--adopt")
    adopt_templates(options.workspace, options.adopt, words.language)
    sys.stdout.write(words.say("outage_cli", "adopted", {"path": str(options.adopt)}) + "\n")
    return 0


def _list(call: _Call) -> int:
    lines = []
    for one in call.desk.book.values():
        if call.options.json:
            lines.append(json.dumps(outage_record(call.desk, one, call.now), ensure_ascii=False))
        else:
            window = f"{moment_text(one.plan.start_ms, call.words)} – {moment_text(one.plan.end_ms, call.words)}"
            said = call.words.say("outage_stage", stage(call.desk, one, call.now))
            lines.append(f"{one.number}\t{said}\t{window}\t{one.plan.effect.out}")
    return call.tell(*(lines or ([] if call.options.json else [call.say("nothing")])))


def _plan(call: _Call) -> int:
    options = call.options
    if options.start is None or options.end is None:
        raise AppError("outage.needs_window")
    before = call.outage() if options.number else None
    workspace = call.desk.workspace
    model = prepare(workspace.city, workspace.states)
    record, effect = record_and_effect(model, planned(model, _where(options)), options.roads)
    act = Revise(
        record,
        effect,
        milliseconds(options.start),
        milliseconds(options.end),
        number=options.number,
        after=None if before is None else before.plan.key,
        texts={name: getattr(options, name) for name in ("title", "reason", "supply", "traffic")},
    )
    return call.show(call.do(act))


def _where(options: argparse.Namespace) -> Where:
    named = [key for key in ("pipe", "at", "area") if getattr(options, key) is not None]
    if len(named) != 1:
        raise AppError("query_one_target", keys="pipe, at, area")
    if options.area is not None:
        return ring_in(options.area)
    if options.pipe is None:
        return Query("at", at_m=options.at)
    return Query("pipe", options.pipe[0]) if len(options.pipe) == 1 else SeveralPipes(tuple(options.pipe))


def _ruled(call: _Call) -> int:
    if call.options.role is None:
        raise AppError("outage.needs_role")
    number = call.outage().number
    role, ruling = Role(call.options.role), Ruling(call.options.action)
    return call.show(call.do(Rule(number, ruling, role, call.options.rule, call.options.why)))


def _record(call: _Call) -> int:
    number, options = call.outage().number, call.options
    fact, values = FactKind(call.needed("fact")), {}
    if fact is FactKind.CALLING_OFF_TOLD:
        values = {"audience": options.audience}
    return call.show(call.do(Happened(number, fact, call.at_ms, values, despite=options.despite)))


def _text(call: _Call, found: Outage, form: NoticeForm, plan: Revision | None = None) -> str:
    """The notice, of *plan* where one is given."""
    names = names_of(call.desk, plan or found.plan, ground_of(call.desk.workspace))
    kind = NoticeKind(call.options.kind)
    supply = told_supply(lambda: _model(call), found, kind, call.words)
    return notice_text(call.desk, found, kind, form, names, call.words, supply, plan)


def _model(call: _Call) -> SupplyModel:
    return prepare(call.desk.workspace.city, call.desk.workspace.states)


def _water(call: _Call) -> int:
    found = water_plan(_model(call), call.outage().plan)
    if call.options.json:
        return call.tell(json.dumps(asdict(found), ensure_ascii=False))
    return call.tell(*water_lines(found, call.words))


def _notice(call: _Call) -> int:
    found, is_off = call.outage(), NoticeKind(call.options.kind) is NoticeKind.CALLED_OFF
    plan = text_revision(call.desk, found) if is_off else None
    return call.tell(_text(call, found, NoticeForm(call.options.form), plan))


def _recipients(call: _Call) -> int:
    found, out = call.outage(), call.needed("out")
    everyone = to_be_told(call.desk, found, NoticeKind(call.options.kind))
    count = write_recipients(found.number, everyone, out, call.words)
    told: dict[str, str | int] = {"path": str(out), "count": count}
    return call.tell(call.words.say("day_log", "lines_written", told))


def _send(call: _Call) -> int:
    found = call.outage()
    if not call.options.gateway:
        raise AppError("outage.needs_gateway")
    gateway, kind = gateway_at(call.options.gateway), NoticeKind(call.options.kind)
    audience = Audience(call.options.audience)
    form = NoticeForm.SMS if audience is Audience.CUSTOMERS else NoticeForm.WEB
    progress = progress_of(call.words, "notices")

    def clock() -> int:
        return milliseconds(datetime.now(UTC))

    def tell(at: int, of: int) -> None:
        progress(at / of)

    by = Sending(gateway, call.author, clock, tell, audience)
    if kind is NoticeKind.CALLED_OFF:
        done = tell_otherwise(call.desk, found, lambda plan: _text(call, found, form, plan), by)
    else:
        done = send_and_record(call.desk, found, kind, _text(call, found, form), by)
    counts: dict[str, str | int] = {fate.value: count for fate, count in done.counts.items()}
    if call.options.json:
        call.tell(json.dumps({**counts, "finished": done.finished, "everyone": done.everyone}, ensure_ascii=False))
    else:
        call.tell(call.words.say("outage_cli", "delivery", counts))
    if done.reason:
        sys.stderr.write(f"sluice: {call.say('not_finished', reason=done.reason)}\n")
    return 0 if done.finished else 1


def _receipts(call: _Call) -> int:
    outage, kind, audience = call.outage(), NoticeKind(call.options.kind), Audience(call.options.audience)
    rows = receipts(call.desk, outage, kind, audience)
    if kind is NoticeKind.CALLED_OFF and audience is Audience.CUSTOMERS:
        rows = list(concerned(call.desk, outage).rows)
    public = None if audience is Audience.CUSTOMERS else published(call.desk, outage, kind, audience)
    if call.options.json:
        more = {} if public is None else {"earlier_text": public.earlier}
        return call.tell(
            *(json.dumps({**vars(row), "fate": row.fate.value, **more}, ensure_ascii=False) for row in rows)
        )
    said = ((row.recipient, call.words.say("outage_fate", row.fate), row.receipt, str(row.tries)) for row in rows)
    earlier = earlier_text(outage, public, audience, call.words)
    return call.tell(*("\t".join(parts) for parts in said), *([earlier] if earlier else []))


def _calendar(call: _Call) -> int:
    lines = []
    for one in calendar(call.desk, call.now):
        if call.options.json:
            lines.append(json.dumps({**vars(one), "kind": one.kind.value}, ensure_ascii=False))
            continue
        detail: dict[str, str | int] = {"one": one.one, "other": one.other, "customers": one.customers}
        detail |= {"valves": ", ".join(one.valves)}
        detail |= {"from": moment_text(one.from_ms, call.words), "until": moment_text(one.until_ms, call.words)}
        lines.append(call.words.say("outage_clash", one.kind, detail))
    _list(call)
    return call.tell(*lines)


_ACTIONS: Mapping[str, Callable[[_Call], int]] = {
    "list": _list,
    "show": lambda call: call.show(call.outage().number),
    "plan": _plan,
    **dict.fromkeys(("approve", "refuse", "waive", "cancel"), _ruled),
    "record": _record,
    "notice": _notice,
    "recipients": _recipients,
    "send": _send,
    "receipts": _receipts,
    "water": _water,
    "calendar": _calendar,
}
