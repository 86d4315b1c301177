"""``sluice complaint``: complaints and calls for scripts and for a terminal, from the ring to the last callback."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime

from app.cli.complaint_views import callback_record, complaint_lines, complaint_record, row_line, taken_lines
from app.cli.desk_call import DeskCall
from app.dispatch.acts import No
from app.dispatch.facts import FactKind
from app.feeds.http_poll import HttpFeed
from app.feeds.inbox import Inbox, Message
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.call_watch import read_calls
from app.operations.complaint_view import look
from app.operations.complaints import ComplaintDesk, carry_out, caught_up, open_complaints
from app.operations.dispatch import open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.outage_words import moment_text
from app.operations.outages import open_outages
from app.operations.tickets import push_tickets, take_tickets, write_tickets
from app.public.acts import CallBack, ComplaintAct, Escalate, LinkTo, Mend, Mood, Say, TakeComplaint
from app.public.book import Complaint
from app.public.callbacks import callback_results
from app.public.entries import ComplaintKind, EscalationCause, Source
from app.public.view import ComplaintView
from app.public.words import callback_text, warned_text
from app.times import CITY_TIME
from app.workspace import open_workspace
from gis.errors import GisError
from gis.exchange.table_files import Row, read_rows, rows_in
from network.supply import prepare


def complaint(options: argparse.Namespace, words: Words) -> int:
    """Carry out one action and return the exit status.

    Raises:
        AppError: It cannot be done as asked; nothing was written then.
    """
    with closing(open_workspace(options.workspace)) as workspace:
        desk = open_complaints(workspace, standards_of(options.workspace))
        return _ACTIONS[options.action](_Call(options, words, desk, datetime.now(UTC)))


class _Call(DeskCall[ComplaintDesk]):
    """One action on the desk of complaints."""

    REFUSED = ("complaint.no", "complaint_no")

    @property
    def since_ms(self) -> int:
        """The beginning of the day that was named; the beginning of everything where none was."""
        since = self.options.since
        return 0 if since is None else milliseconds(datetime(since.year, since.month, since.day, tzinfo=CITY_TIME))

    def complaint(self) -> Complaint:
        """The complaint or escalation that the arguments name."""
        found = self.desk.book.known(self.options.number)
        if found is None:
            raise self.refusal(No("no_such_complaint", {"number": self.options.number}))
        return found

    def do(self, act: ComplaintAct) -> int:
        """Carry *act* out and tell what came of it."""
        entity = self.accepted(carry_out(self.desk, act, self.author, self.now))
        return self.show(self.desk.book.known(entity))

    def view(self) -> ComplaintView:
        """Everything at this moment."""
        workspace, standards = self.desk.workspace, self.desk.standards
        return look(self.desk, open_dispatch(workspace, standards), open_outages(workspace, standards), self.now)

    def show(self, found: Complaint | None) -> int:
        """Tell all of one."""
        assert found is not None
        if self.options.json:
            return self.tell(json.dumps(complaint_record(self.desk, found, self.now), ensure_ascii=False))
        return self.tell(*complaint_lines(self.desk, found, self.view(), self.words))

    def tell(self, *lines: str) -> int:
        """Write *lines*, each as one whatever was typed into it, and return 0."""
        return super().tell(*(" ".join(line.splitlines()) for line in lines))


def _list(call: _Call) -> int:
    view = call.view()
    only = call.options.action == "callbacks"
    rows = [row for row in (*view.escalations, *view.rows) if row.callback or not only]
    if call.options.json:
        known = (call.desk.book.known(row.entity) for row in rows)
        return call.tell(
            *(json.dumps(complaint_record(call.desk, one, call.now), ensure_ascii=False) for one in known if one)
        )
    lines = [row_line(view, row, call.words) for row in rows]
    return call.tell(*(lines or [call.words.say("complaint_cli", "nothing")]))


def _callbacks(call: _Call) -> int:
    """Who is to be called back; with a day, what callbacks found since."""
    if call.options.since is None:
        return _list(call)
    found = callback_results(call.desk.book, call.since_ms)
    if call.options.json:
        return call.tell(*(json.dumps(callback_record(one), ensure_ascii=False) for one in found))
    lines = [
        f"{one.number}\t{one.rule}\t{moment_text(one.at_ms, call.words)}\t{callback_text(one, call.words)}"
        for one in found
    ]
    return call.tell(*(lines or [call.words.say("complaint_cli", "nothing")]))


def _take(call: _Call) -> int:
    options = call.options
    kind, source = ComplaintKind(call.needed("kind")), Source(options.source)
    x_m, y_m = options.at or (None, None)
    said = (options.name, options.phone, options.address, options.note)
    act = TakeComplaint(kind, options.customer, x_m, y_m, source, options.number, call.at_ms, *said)
    return call.do(act)


def _record(call: _Call) -> int:
    options = call.options
    fact = FactKind(call.needed("fact"))
    values: dict[str, str | int | float | bool] = {"level": options.level} if options.level else {}
    values |= {} if options.until is None else {"until_ms": milliseconds(options.until)}
    return call.do(Say(call.complaint().entity, fact, values, options.note, call.at_ms))


def _call_back(call: _Call) -> int:
    mood = Mood(call.needed("mood"))
    return call.do(CallBack(call.complaint().entity, mood, call.options.note, call.at_ms))


def _escalate(call: _Call) -> int:
    return call.do(Escalate(EscalationCause(call.needed("cause")), call.options.note, call.at_ms))


def _mend(call: _Call) -> int:
    fact = FactKind(call.needed("fact"))
    if not call.options.void:
        call.needed("time")
    at_ms = None if call.options.void else call.at_ms
    return call.do(Mend(call.complaint().entity, fact, at_ms, call.options.note))


def _warn(call: _Call) -> int:
    workspace = call.desk.workspace
    found = read_calls(call.desk.book, workspace.city, lambda: prepare(workspace.city, workspace.states), call.now)
    if call.options.json:
        return call.tell(json.dumps(asdict(found), ensure_ascii=False))
    lines = [
        f"{one.share:4.0%}\t{call.words.say('call_verdict', 'suspect', _suspect(one.pipes, one.out, one.calls))}"
        for one in found.mains
    ]
    lines += [warned_text(one, call.words) for one in found.warnings]
    return call.tell(*(lines or [call.words.say("complaint_cli", "quiet")]))


def _suspect(pipes: Sequence[str], out: int, calls: int) -> dict[str, str | int]:
    return {"pipe": ", ".join(pipes[:3]), "out": out, "calls": calls}


def _import(call: _Call) -> int:
    return _taken(call, read_rows(call.needed("file")))


def _taken(call: _Call, rows: Sequence[Row]) -> int:
    """Take rows and say what became of each that was not taken; 1 where there are such."""
    call.desk, found = take_tickets(call.desk, rows, call.author, call.now)
    if call.options.json:
        call.tell(json.dumps(asdict(found), ensure_ascii=False))
    else:
        call.tell(*taken_lines(found, call.words))
    return 1 if found.refused else 0


def _export(call: _Call) -> int:
    file = call.needed("file")
    count = write_tickets(call.desk, file, call.words, call.since_ms)
    told: dict[str, str | int] = {"path": str(file), "count": count}
    return call.tell(call.words.say("day_log", "lines_written", told))


def _push(call: _Call) -> int:
    sent, reason = push_tickets(call.desk, call.needed("url"), call.options.token, call.since_ms)
    if reason:
        said = call.words.say("complaint_cli", "not_sent", {"count": sent, "reason": reason})
        sys.stderr.write(f"sluice: {said}\n")
        return 1
    return call.tell(call.words.say("complaint_cli", "sent", {"count": sent}))


def _poll(call: _Call) -> int:
    """Ask again and again; so often as was said, for ever where nothing was."""
    url = call.needed("url")
    inbox = Inbox(lambda: milliseconds(datetime.now(UTC)))
    feed = HttpFeed("tickets", url, inbox, every_s=call.options.every)
    rounds, status, said = 0, 0, ""
    feed.start()
    try:
        while call.options.times == 0 or rounds < call.options.times:
            for message in _heard(inbox, call.options.every):
                call.now, call.desk = datetime.now(UTC), caught_up(call.desk)
                status |= _polled(call, message.body)
            trouble = _trouble(inbox, call.words)
            if trouble and trouble != said:
                sys.stderr.write(f"sluice: {trouble}\n")
            rounds, said = rounds + 1, trouble
    finally:
        feed.stop()
    return status or int(bool(said))


def _heard(inbox: Inbox, wait_s: float) -> list[Message]:
    """What comes within the time; a connection that goes up or down wakes whoever waits, and is nothing heard."""
    until = time.monotonic() + wait_s
    messages: list[Message] = []
    while not messages and (left_s := until - time.monotonic()) > 0:
        messages = inbox.take(left_s)
    return messages


def _polled(call: _Call, body: bytes) -> int:
    try:
        return _taken(call, rows_in(body, ".json", call.options.url))
    except GisError as error:
        sys.stderr.write(f"sluice: {call.words.refusal(error.code, error.detail)}\n")
        return 1


def _trouble(inbox: Inbox, words: Words) -> str:
    state = inbox.links().get("tickets")
    return "" if state is None or not state.code else words.refusal(state.code, {"reason": state.reason})


_ACTIONS: Mapping[str, Callable[[_Call], int]] = {
    "list": _list,
    "callbacks": _callbacks,
    "show": lambda call: call.show(call.complaint()),
    "take": _take,
    "record": _record,
    "callback": _call_back,
    "link": lambda call: call.do(LinkTo(call.complaint().entity, call.options.link)),
    "escalate": _escalate,
    "mend": _mend,
    "warn": _warn,
    "import": _import,
    "export": _export,
    "push": _push,
    "poll": _poll,
}
