"""``sluice incident``, ``crew``, ``orders``, ``log``: the dispatch desk for scripts and for a terminal at night.

What follows the workspace is one line of the desk's command language; without one, what there is is listed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from app.cli.incident_sheet import sheet_lines, sheet_record
from app.config import operator
from app.dispatch.acts import Act, Done, ListCrew, No, Note, Record
from app.dispatch.due import local_day
from app.dispatch.view import ClockRow, DispatchView, QueueRow, number_of
from app.errors import AppError
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.bar_words import bar_words
from app.operations.desk_cache import made_search
from app.operations.dispatch import carry_out, look, open_dispatch, sheet
from app.operations.dispatch_log import day_sheet, text_rows, write_log
from app.operations.dispatch_report import typed_act
from app.operations.dispatch_rules import adopt_rules, standards_of
from app.operations.edit import Author
from app.operations.evidence import SOUND, keep_evidence, kind_of
from app.operations.why_not import why_not
from app.times import CITY_TIME
from app.workspace import open_workspace
from app.workspace_files import refuse_stranger
from gis.exchange.tables import Sheet
from gis.search import SearchIndex


def incident(options: argparse.Namespace, words: Words) -> int:
    """Open incidents, one whole, or one act.

    Raises:
        AppError: It cannot be done as asked.
    """
    if options.show:
        return _show(options, words)
    if options.file is not None:
        return _done_with_file(options, words)
    return _listed_or_done(options, words, _incidents)


def _done_with_file(options: argparse.Namespace, words: Words) -> int:
    """An act with its picture or sound. The file is kept first: an act names nothing that is not there."""
    with _Room(options) as room:
        act = room.typed(" ".join(options.line), words) if options.line else None
        if isinstance(act, Record):
            act = replace(act, photo=keep_evidence(options.workspace, options.file, picture=True))
        elif isinstance(act, Note):
            kept = keep_evidence(options.workspace, options.file)
            act = replace(act, sound=kept) if kind_of(options.file) == SOUND else replace(act, photo=kept)
        elif not isinstance(act, No):
            raise AppError("dispatch.no_file_here")
        return room.carried_out(act, words)


def _show(options: argparse.Namespace, words: Words) -> int:
    with _Room(options) as room:
        number = options.show if not options.show[:1].isdigit() else f"W{options.show}"
        found, now_ms = sheet(room.desk, number, room.now), milliseconds(room.now)
        if found is None:
            raise AppError("dispatch.no", reason=words.say("dispatch_no", "no_such_incident", {"incident": number}))
        told = [json.dumps(sheet_record(found, now_ms), ensure_ascii=False)]
        if not options.json:
            told = [*sheet_lines(found, now_ms, words)]
            if found.bars and found.incident.is_open:
                told.append(sentence(No("gates_open", {"count": len(found.bars)}, found.bars), words))
    sys.stdout.write("".join(f"{' '.join(line.splitlines())}\n" for line in told))
    return 0


def crew(options: argparse.Namespace, words: Words) -> int:
    """The board of crews, one act, or a crew in the roster."""
    if not options.add:
        return _listed_or_done(options, words, _crews)
    if options.line:
        raise AppError("dispatch.add_or_line")
    shift = options.shift or (None, None)
    act = ListCrew(
        crew=options.add,
        skills=_several(options.skills),
        equipment=_several(options.equipment),
        vehicle=options.vehicle,
        largest_dn_mm=options.dn,
        base_m=options.base,
        shift_from_min=shift[0],
        shift_to_min=shift[1],
    )
    with _Room(options) as room:
        return room.carried_out(act, words)


def orders(options: argparse.Namespace, words: Words) -> int:
    """Dispatch orders, or one act."""
    return _listed_or_done(options, words, _orders)


def sheet_of_day(options: argparse.Namespace, words: Words) -> Sheet:
    """The log of the day that *options* name; today where they name none."""
    with _Room(options) as room:
        return day_sheet(room.desk, room.day(options.day), words)


def log(options: argparse.Namespace, words: Words) -> int:
    """The log of a day: on the terminal, or into a file."""
    with _Room(options) as room:
        day = room.day(options.day)
        if options.out is None:
            sheet = day_sheet(room.desk, day, words)
            sys.stdout.write(f"{sheet.title}\n{text_rows(sheet.rows)}")
            return 0
        count = write_log(room.desk, day, options.out, words)
    sys.stdout.write(words.say("day_log", "lines_written", {"path": str(options.out), "count": count}) + "\n")
    return 0


def rules(options: argparse.Namespace, words: Words) -> int:
    """The rules in force, one with its clause, or a pack to be adopted.

    Raises:
        AppError: The pack has an error, or would judge otherwise what has begun: it is refused, and the one in use
            stays.
    """
    refuse_stranger(options.workspace)
    if options.adopt is not None:
        pack = adopt_rules(options.workspace, options.adopt, datetime.now(UTC), past_too=options.past)
        told: dict[str, str | int] = {"name": pack.name, "version": pack.version, "count": len(pack.rules)}
        sys.stdout.write(words.say("dispatch_cli", "adopted", told) + "\n")
        return 0
    for rule in standards_of(options.workspace).pack.rules:
        title = rule.title_zh if words.language == "zh_CN" else rule.title_en
        beside = [pair[0] if words.language == "zh_CN" else pair[1] for pair in (*rule.house, *rule.differs)]
        times = "–".join(str(day or "") for day in (rule.valid_from, rule.valid_to))
        dated = times if times != "–" else ""
        sys.stdout.write(text_rows([[rule.id, title, dated, f"{rule.source} {rule.heading}", rule.clause, *beside]]))
    return 0


class _Room:
    """The desk of one command, closed with its workspace."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.now = datetime.now(UTC)
        self.desk = open_dispatch(open_workspace(options.workspace), standards_of(options.workspace))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.workspace.close()

    def day(self, named: date | None) -> date:
        """The day *named*, else today in the city."""
        return named or local_day(milliseconds(self.now), ZoneInfo(self.desk.board.standards.pack.zone))

    def view(self) -> DispatchView:
        """What the desk shows now."""
        return look(self.desk, self.now)

    def typed(self, line: str, words: Words) -> Act | No:
        """The act that *line* asks for."""
        search = SearchIndex(self.desk.workspace.city, made_search(self.desk.workspace))
        return typed_act(self.desk, self.view(), line, search, words)

    def carried_out(self, act: Act | No, words: Words) -> int:
        """Do *act*, say what was done, and return the exit status.

        Raises:
            AppError: ``dispatch.no`` with the reason.
        """
        outcome: Done | No
        if isinstance(act, No):
            outcome = act
        else:
            self.desk, outcome = carry_out(self.desk, act, Author(self._options.who or operator()), self.now)
        if isinstance(outcome, No):
            raise AppError("dispatch.no", reason=sentence(outcome, words))
        if self._options.json:
            told = {"about": outcome.about, "events": [f"{dev}:{number}" for dev, number in outcome.events]}
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(words.say("dispatch_cli", "done", {"about": number_of(outcome.about)}) + "\n")
        return 0


def sentence(no: No, words: Words) -> str:
    """Why an act was refused, with what bars it."""
    said = why_not("dispatch_no", no, words)
    return said if not no.bars else f"{said} {'; '.join(bar_words(bar, words) for bar in no.bars)}"


_Listing = Callable[[DispatchView, Words], Iterator[tuple[Mapping[str, Any], str]]]


def _listed_or_done(options: argparse.Namespace, words: Words, listing: _Listing) -> int:
    with _Room(options) as room:
        if options.line:
            return room.carried_out(room.typed(" ".join(options.line), words), words)
        for record, text in listing(room.view(), words):
            sys.stdout.write((json.dumps(record, ensure_ascii=False) if options.json else text) + "\n")
    return 0


def _incidents(view: DispatchView, words: Words) -> Iterator[tuple[Mapping[str, Any], str]]:
    for row in view.queue:
        if not row.is_open:
            continue
        clocks = [view.clocks[place] for place in row.clocks]
        record = {
            "incident": row.number,
            "kind": row.kind,
            "severity": row.severity,
            "place": row.place,
            "pipe": row.pipe,
            "dn_mm": row.dn_mm,
            "opened": _time(row.opened_ms),
            "crews": list(row.crews),
            "done": list(row.done),
            "next": list(row.next),
            "clocks": {clock.rule: {"state": clock.state.name.lower(), "due": _time(clock.due_ms)} for clock in clocks},
        }
        yield record, _incident_line(row, view, words)


def _incident_line(row: QueueRow, view: DispatchView, words: Words) -> str:
    parts = [row.number, words.name("incident_kind", row.kind), row.place or row.pipe]
    if row.pressing is not None:
        parts.append(_clock(view.clocks[row.pressing], view.now_ms, words))
    parts.append(", ".join(row.crews) or words.say("dispatch_cli", "no_crew"))
    parts.append(" / ".join(words.name("life_step", step) for step in row.next))
    return "\t".join(part for part in parts if part)


def _clock(clock: ClockRow, now_ms: int, words: Words) -> str:
    assert clock.due_ms is not None, "the clock that presses has a limit"
    minutes = (clock.due_ms - now_ms) // 60_000
    left = f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"
    return words.say("dispatch_cli", "clock", {"rule": clock.rule, "left": left, "time": _short(clock.due_ms)})


def _crews(view: DispatchView, words: Words) -> Iterator[tuple[Mapping[str, Any], str]]:
    for row in view.crews:
        job = "" if row.incident is None else number_of(row.incident)
        record = {"crew": row.crew, "state": row.state, "incident": job, "accepted": row.accepted}
        record |= {"on_shift": row.on_shift, "skills": list(row.skills), "equipment": list(row.equipment)}
        told = [row.crew, words.name("crew_state", row.state), job, ", ".join((*row.skills, *row.equipment))]
        yield record, "\t".join(part for part in told if part)


def _orders(view: DispatchView, words: Words) -> Iterator[tuple[Mapping[str, Any], str]]:
    for order in view.orders:
        steps = {step: _time(at_ms) for step, at_ms in order.steps_ms.items()}
        record: dict[str, Any] = {
            "order": order.number,
            "issuer": order.issuer,
            "receiver": order.receiver,
            "about": order.about,
        }
        record |= {"incident": number_of(order.incident), "steps": steps, "open": order.open}
        told = [order.number, order.receiver, order.about, number_of(order.incident)]
        told += [f"{words.name('order_step', step)} {at}" for step, at in steps.items()]
        yield record, "\t".join(part for part in told if part)


def _short(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, CITY_TIME).strftime("%m-%d %H:%M")


def _time(at_ms: int | None) -> str | None:
    if at_ms is None:
        return None
    return datetime.fromtimestamp(at_ms / 1000, CITY_TIME).isoformat(timespec="seconds")


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())
