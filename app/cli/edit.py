"""``sluice edit``: change the network's record through the journal, and decide on proposals."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.config import operator
from app.errors import AppError
from app.journal.fold import conflicts
from app.journal.proposals import Proposal, change_json
from app.messages import Words
from app.operations.edit import Author, consequence, edit, undo
from app.operations.edit_lines import changes_of
from app.operations.outside_edits import take_in
from app.operations.proposals import decide, propose, waiting
from app.operations.text_files import text_of
from app.workspace import Workspace, keep_city, open_workspace
from gis.editing.changes import EDITABLE, Change
from gis.editing.forms import FieldForm, Refusal, form_of, parsed
from network.errors import CodedError


def edit_command(options: argparse.Namespace, words: Words) -> int:
    """Edit and return 0.

    Raises:
        CodedError: It cannot be done as asked.
    """
    author = Author(options.who or operator(), options.why)
    with closing(_Desk(open_workspace(options.workspace))) as desk:
        if options.outside:
            desk.workspace, count = take_in(desk.workspace, replace(author, origin="qgis"), datetime.now(UTC))
            _tell(options, words, "taken_in", {"count": count})
        elif options.proposals:
            _list_proposals(desk.workspace, options, words)
        elif options.conflicts:
            _list_conflicts(desk.workspace, options, words)
        elif options.accept or options.refuse:
            _decide(desk, options, author, words)
        elif options.undo:
            made = undo(desk.workspace, options.undo, author, datetime.now(UTC))
            desk.workspace = made.workspace
            _tell(options, words, "undone", {"edit": made.edit})
        elif options.batch is not None:
            _batch(desk, options, author, words)
        else:
            _one(desk, options, author, words)
    return 0


class _Desk:
    """The open workspace, replaced by its successor after each edit."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def close(self) -> None:
        """Keep the arrays for the next opening and let go of the files."""
        keep_city(self.workspace).close()


def _one(desk: _Desk, options: argparse.Namespace, author: Author, words: Words) -> None:
    changes = _typed(options)
    if options.propose:
        _propose(desk, changes, options, author, words)
    else:
        _make(desk, changes, options, author, words)


def _typed(options: argparse.Namespace) -> tuple[Change, ...]:
    if options.delete:
        layer, feature = options.delete
        return (Change(layer, feature, "delete"),)
    if len(options.set) < 2:
        raise AppError("edit_id_needed", layer=options.set[0])
    layer, feature, *said = options.set
    forms = {form.name: form for form in form_of(layer)} if layer in EDITABLE else {}
    return (Change(layer, feature, "set", None, dict(_assigned(forms, text) for text in said)),)


def _assigned(forms: dict[str, FieldForm], text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise AppError("edit_not_an_assignment", value=text)
    if name not in forms:
        # What is wrong with the field is told where the change is checked.
        return name, value
    found = parsed(forms[name], value)
    if isinstance(found, Refusal):
        raise AppError(found.code, **found.detail)
    return name, found


def _make(desk: _Desk, changes: Sequence[Change], options: argparse.Namespace, author: Author, words: Words) -> None:
    before = desk.workspace.city
    made = edit(desk.workspace, changes, author, datetime.now(UTC))
    desk.workspace = made.workspace
    told = consequence(before, made.workspace.city, made.changes)
    detail = {"edit": made.edit, "before": told.segments_before, "after": told.segments_after}
    customers = words.say("edit", "and").join(str(count) for count in told.around)
    _tell(
        options, words, "made", {**detail, "customers": customers}, changes=[change_json(one) for one in made.changes]
    )


def _batch(desk: _Desk, options: argparse.Namespace, author: Author, words: Words) -> None:
    """Every line is an edit of its own, in order; the first that cannot be made ends it, and says so."""
    done = 0
    for number, line in enumerate(text_of(options.batch).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            changes = changes_of(line, desk.workspace.store.source())
            if options.propose:
                _propose(desk, changes, options, author, words)
            else:
                _make(desk, changes, options, author, words)
        except CodedError as error:
            reason = words.say("failed", error.code, error.detail)
            raise AppError("edit_batch_stopped", line=number, done=done, reason=reason) from error
        done += 1


def _propose(
    desk: _Desk,
    changes: Sequence[Change],
    options: argparse.Namespace,
    author: Author,
    words: Words,
) -> None:
    desk.workspace, name = propose(desk.workspace, changes, None, author, datetime.now(UTC))
    _tell(options, words, "proposed", {"proposal": name})


def _decide(desk: _Desk, options: argparse.Namespace, author: Author, words: Words) -> None:
    proposal = options.accept or options.refuse
    accept = bool(options.accept)
    desk.workspace, name = decide(desk.workspace, proposal, accept=accept, author=author, now=datetime.now(UTC))
    detail = {"proposal": proposal, **({"edit": name} if name else {})}
    _tell(options, words, "accepted" if accept else "refused", detail)


def _list_proposals(workspace: Workspace, options: argparse.Namespace, words: Words) -> None:
    found = waiting(workspace)
    for proposal in found:
        if options.json:
            sys.stdout.write(json.dumps(_record(workspace, proposal), ensure_ascii=False) + "\n")
        else:
            for sentence in _sentences(proposal, words):
                sys.stdout.write(f"{proposal.id} {proposal.made.actor}: {sentence}{_why(workspace, proposal)}\n")
    if not found and not options.json:
        sys.stdout.write(words.say("edit", "no_proposals") + "\n")


def _record(workspace: Workspace, proposal: Proposal) -> dict[str, Any]:
    made = proposal.made
    said = {"valve": made.valve, "position": made.position, "condition": made.condition}
    return {
        "proposal": proposal.id,
        "who": made.actor,
        "origin": made.origin,
        "why": workspace.journal.text(made.why) if made.why else None,
        "changes": [change_json(change) for change in made.changes],
        **{key: value for key, value in said.items() if value},
    }


def _why(workspace: Workspace, proposal: Proposal) -> str:
    text = workspace.journal.text(proposal.made.why) if proposal.made.why else None
    return "" if not text else f" ({' '.join(text.split())})"


def _sentences(proposal: Proposal, words: Words) -> list[str]:
    made = proposal.made
    told = []
    for change in made.changes:
        fields = "; ".join(f"{words.name('column', name)} = {_told(value)}" for name, value in change.fields.items())
        named = {"layer": words.name("layer", change.layer), "id": change.id}
        place = {"place": words.say("edit", "new_place")} if change.place is not None and change.what == "set" else {}
        told.append(words.say("edit", change.what, {**named, **place, **({"fields": fields} if fields else {})}))
    if made.valve:
        said = [(made.position, "position"), (made.condition, "condition")]
        state = "; ".join(words.name(section, word) for word, section in said if word)
        told.append(words.say("edit", "observed", {"id": made.valve, "state": state}))
    return told


def _told(value: object) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _list_conflicts(workspace: Workspace, options: argparse.Namespace, words: Words) -> None:
    found = conflicts(workspace.state)
    for conflict in found:
        events = [f"{dev}:{number}" for dev, number in conflict.keys]
        if options.json:
            record = {"layer": conflict.layer, "id": conflict.feature, "field": conflict.name, "events": events}
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        else:
            named = {"layer": words.name("layer", conflict.layer), "id": conflict.feature}
            field = words.name("column", conflict.name)
            sys.stdout.write(
                words.say("edit", "conflict", {**named, "field": field, "events": ", ".join(events)}) + "\n"
            )
    if not found and not options.json:
        sys.stdout.write(words.say("edit", "no_conflicts") + "\n")


def _tell(options: argparse.Namespace, words: Words, code: str, detail: dict[str, Any], **more: Any) -> None:
    if options.json:
        sys.stdout.write(json.dumps({"did": code, **detail, **more}, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(words.say("edit", code, detail) + "\n")
