"""``sluice information``: what the public is to have, when it was made or changed, and where it was published."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime

from app.cli.complaint_views import complaint_record, row_line
from app.cli.desk_call import DeskCall
from app.dispatch.acts import No
from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.complaint_view import words_of
from app.operations.complaints import ComplaintDesk, carry_out, open_complaints
from app.operations.dispatch_rules import standards_of
from app.operations.outage_words import moment_text
from app.public.acts import ComplaintAct, Inform, Say
from app.public.book import Information
from app.public.entries import Channel, InformationKind
from app.public.view import view_of
from app.workspace import open_workspace


def information(options: argparse.Namespace, words: Words) -> int:
    """Carry out one action and return the exit status.

    Raises:
        AppError: It cannot be done as asked; nothing was written then.
    """
    with closing(open_workspace(options.workspace)) as workspace:
        call = _Call(options, words, open_complaints(workspace, standards_of(options.workspace)), datetime.now(UTC))
        return _ACTIONS[options.action](call)


class _Call(DeskCall[ComplaintDesk]):
    """One action on what the public is to have."""

    REFUSED = ("complaint.no", "complaint_no")

    def found(self) -> Information:
        """What the arguments name."""
        found = self.desk.book.known(self.options.number)
        if not isinstance(found, Information):
            raise self.refusal(No("no_such_information", {"number": self.options.number}))
        return found

    def do(self, act: ComplaintAct) -> int:
        """Carry *act* out and tell what came of it."""
        entity = self.accepted(carry_out(self.desk, act, self.author, self.now))
        return self.show([self.desk.book.information[entity]])

    def say(self, fact: FactKind, **values: str) -> int:
        """Say what happened to the one that the arguments name."""
        return self.do(Say(self.found().entity, fact, values, self.options.note, self.at_ms))

    def show(self, told: list[Information]) -> int:
        """All of each as JSON, or a line each with what happened."""
        lines = [json.dumps(self._record(one), ensure_ascii=False) for one in told]
        if not self.options.json:
            lines = [line for one in told for line in self._lines(one)]
        return self.tell(*lines)

    def _record(self, one: Information) -> dict[str, object]:
        record = complaint_record(self.desk, one, self.now)
        kept = ("number", "stage", "received", "texts", "clocks", "facts", "now")
        about = {"about": one.about.value, "urgent": one.is_urgent, "replaces": one.said("replaces").rpartition("/")[2]}
        return {name: record[name] for name in kept} | about

    def _lines(self, one: Information) -> list[str]:
        # What was over long ago is not in the view of today.
        view = view_of(self.desk.book, self.desk.standards, milliseconds(self.now))
        row = view.row(one.entity)
        if row is None:
            view = view_of(self.desk.book, self.desk.standards, one.standing_facts[-1].at_ms)
            row = view.row(one.entity)
        assert row is not None
        title = words_of(self.desk, one).get("title", "")
        lines = ["\t".join(part for part in (row_line(view, row, self.words), title) if part)]
        for fact in one.standing_facts:
            where = str(fact.values.get("where", ""))
            channel = self.words.say("information_channel", where) if where in set(Channel) else ""
            said = (moment_text(fact.at_ms, self.words), self.words.name("happened", fact.kind.value), channel)
            lines.append("  " + "  ".join(part for part in said if part))
        return lines


def _list(call: _Call) -> int:
    told = [one for one in call.desk.book.information.values() if one.is_open]
    if not told and not call.options.json:
        return call.tell(call.words.say("complaint_cli", "all_published"))
    return call.show(told)


def _made(call: _Call) -> int:
    options = call.options
    kind = InformationKind(call.needed("kind"))
    return call.do(Inform(kind, call.needed("title"), options.urgent, options.replaces, options.note, call.at_ms))


_ACTIONS: Mapping[str, Callable[[_Call], int]] = {
    "list": _list,
    "show": lambda call: call.show([call.found()]),
    "made": _made,
    "published": lambda call: call.say(FactKind.INFORMATION_PUBLISHED, where=call.needed("where")),
    "withdraw": lambda call: call.say(FactKind.CANCELLED),
    "reopen": lambda call: call.say(FactKind.REOPENED),
}
