"""``sluice permit``: asking leave to enter a valve's chamber, and how the chambers of an incident stand."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from app.cli.dispatch import sentence
from app.config import operator
from app.dispatch.acts import AskPermit, Done, No
from app.dispatch.entries import crew_entity
from app.dispatch.permits import GasReading, Permit, chamber_state, latest
from app.errors import AppError
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.dispatch import DispatchDesk, carry_out, open_dispatch, sheet
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.permit_words import figures, why_refused
from app.times import CITY_TIME
from app.workspace import open_workspace

REFUSED = 3
"""Exit status where the refusal was written down: the command worked, and nobody may enter."""


def permit(options: argparse.Namespace, words: Words) -> int:
    """Ask for a permit, or list those of an incident.

    Raises:
        AppError: It cannot be done as asked; nothing was written.
    """
    now = datetime.now(UTC)
    desk = open_dispatch(open_workspace(options.workspace), standards_of(options.workspace))
    try:
        return _listed(desk, options, now, words) if not options.valve else _asked(desk, options, now, words)
    finally:
        desk.workspace.close()


def _listed(desk: DispatchDesk, options: argparse.Namespace, now: datetime, words: Words) -> int:
    found = sheet(desk, options.incident, now)
    if found is None:
        no = No("no_such_incident", {"incident": options.incident})
        raise AppError("dispatch.no", reason=sentence(no, words))
    permits = found.incident.permits
    for valve in sorted({one.valve for one in permits}):
        last = latest(permits, valve)
        assert last is not None
        _tell(last, milliseconds(now), words, as_json=options.json)
    return 0


def _tell(last: Permit, now_ms: int, words: Words, *, as_json: bool) -> None:
    state = chamber_state(last, now_ms)
    if as_json:
        record = {"valve": last.valve, "state": state, "refused": list(last.refused), **asdict(last.reading)}
        sys.stdout.write(json.dumps(record | {"ends_ms": last.ends_ms}, ensure_ascii=False) + "\n")
        return
    until = datetime.fromtimestamp(last.ends_ms / 1000, CITY_TIME).strftime("%H:%M")
    told = words.say("chamber_state", state, {"time": until})
    sys.stdout.write("\t".join([last.valve, told, figures(last.reading, words)]) + "\n")


def _asked(desk: DispatchDesk, options: argparse.Namespace, now: datetime, words: Words) -> int:
    reading = _reading(options, now)
    act = AskPermit(
        options.incident,
        options.valve,
        reading,
        instrument=options.instrument,
        enters=options.enters,
        stands_by=options.stands_by,
        ventilated=options.ventilated,
        continuous=options.continuous,
        note=options.note,
    )
    if options.crew and options.crew not in desk.board.duties:
        raise AppError("dispatch.no", reason=sentence(No("no_such_crew", {"crew": options.crew}), words))
    role = crew_entity(options.crew) if options.crew else ""
    _, outcome = carry_out(desk, act, Author(options.who or operator(), role=role), now)
    if isinstance(outcome, No):
        raise AppError("dispatch.no", reason=sentence(outcome, words))
    _answer(outcome, reading, options, words)
    return REFUSED if outcome.refused else 0


def _reading(options: argparse.Namespace, now: datetime) -> GasReading:
    asked = (options.oxygen, options.combustible, options.h2s, options.co)
    names = ("--oxygen", "--combustible", "--h2s", "--co")
    missing = [name for name, value in zip(names, asked, strict=True) if value is None]
    if missing:
        raise AppError("dispatch.permit_lacks", option=missing[0])
    return GasReading(*asked, milliseconds(options.read or now))


def _answer(outcome: Done, reading: GasReading, options: argparse.Namespace, words: Words) -> None:
    if options.json:
        told = {"valve": options.valve, "given": not outcome.refused, "refused": list(outcome.refused)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    lines = why_refused(reading, outcome.refused, words)
    head = words.say("permit", "refused" if lines else "given", {"valve": options.valve})
    sys.stdout.write("\n".join([head, *lines]) + "\n")
