"""``sluice isolate``: one question or many, answered as JSON or in words."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing

from app.cli.questions import check, query_of
from app.errors import AppError
from app.messages import Words
from app.operations.isolate import (
    STATE_KEYS,
    Answer,
    Desk,
    Query,
    as_record,
    parse_query_line,
)
from app.operations.plan_words import as_text, reason
from app.operations.text_files import text_of
from app.workspace import open_workspace
from network.errors import CodedError
from network.supply import prepare


def isolate(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0. Every question is checked before the first is answered.

    Raises:
        CodedError: The workspace, a question or an id cannot be used.
    """
    queries = _queries(options, words)
    with closing(open_workspace(options.workspace)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        for line, query in queries:
            _checked(desk, query, line, words)
        for _, query in queries:
            sys.stdout.write(
                _told(desk, query, desk.answer(query), words, as_json=options.json or options.targets) + "\n"
            )
    return 0


def _told(desk: Desk, query: Query, answer: Answer, words: Words, *, as_json: bool) -> str:
    model = desk.supposing(query)
    if as_json:
        return json.dumps(as_record(model, query, answer, reason(model, answer, words)), ensure_ascii=False)
    return as_text(model, answer, words)


def _queries(options: argparse.Namespace, words: Words) -> list[tuple[int, Query]]:
    """Questions with the line that each stands on; 0 for one given by arguments."""
    if options.targets is None:
        return [(0, query_of(options))]
    extra = next((key for key in ("offset_m", *STATE_KEYS) if getattr(options, key) not in (None, [])), None)
    if extra is not None:
        raise AppError("option_not_with_targets", option=extra.replace("_", "-"))
    return [
        (line, _parsed(text, line, words))
        for line, text in enumerate(text_of(options.targets).split("\n"), start=1)
        if text.strip()
    ]


def _parsed(text: str, line: int, words: Words) -> Query:
    try:
        return parse_query_line(text)
    except CodedError as error:
        raise _on_line(error, line, words) from error


def _checked(desk: Desk, query: Query, line: int, words: Words) -> None:
    try:
        check(desk, query, words)
    except CodedError as error:
        raise (_on_line(error, line, words) if line else error) from error


def _on_line(error: CodedError, line: int, words: Words) -> AppError:
    return AppError("bad_targets_file", line=line, reason=words.refusal(error.code, error.detail))
