"""``sluice report`` and ``sluice replay``: the figures of a month, and any moment of a day as the desk saw it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from app.cli.complaint_views import row_line
from app.dispatch.states import ClockState
from app.dispatch.view import QueueRow, number_of
from app.hydrants.book import HydrantUse
from app.hydrants.book import Stage as Use
from app.messages import Words
from app.operations.dispatch_log import text_rows
from app.operations.dispatch_rules import standards_of
from app.operations.month_report import month_report, report_sheets, write_report
from app.operations.outage_words import local, moment_text
from app.operations.replay import Then, moments_of, replay
from app.outages.book import Stage
from app.public.month import MonthReport
from app.times import CITY_TIME
from app.workspace import open_workspace
from gis.exchange.tables import Sheet

_WATER_OFF = frozenset({Stage.OFF})
_PAST = frozenset({Stage.ENDED, Stage.CANCELLED})
_DRAWN = frozenset({Use.PLANNED, Use.RUNNING, Use.LAPSED})
_PRESSING = frozenset({ClockState.BREACHED, ClockState.FORECAST_TO_BREACH, ClockState.AT_RISK})


def made_report(options: argparse.Namespace) -> MonthReport:
    """The report of the month that *options* name; of this month where they name none."""
    now = datetime.now(UTC)
    with closing(open_workspace(options.workspace)) as workspace:
        month = options.month or now.astimezone(CITY_TIME).date()
        return month_report(workspace, standards_of(options.workspace), month, now)


def sheet_of_month(options: argparse.Namespace, words: Words) -> Sheet:
    """The figures as one table, for paper."""
    return report_sheets(made_report(options), words)[0]


def report(options: argparse.Namespace, words: Words) -> int:
    """The figures: on the terminal, or into a file.

    Raises:
        AppError: ``log.unknown_format``.
    """
    found = made_report(options)
    if options.out is not None:
        write_report(found, options.out, words)
        sys.stdout.write(words.say("summary", "written", {"path": str(options.out)}) + "\n")
        return 0
    if options.json:
        sys.stdout.write(json.dumps(_report_record(found), ensure_ascii=False) + "\n")
        return 0
    for sheet in report_sheets(found, words):
        sys.stdout.write(f"{sheet.title}\n{text_rows([sheet.header, *sheet.rows])}")
    return 0


def _report_record(found: MonthReport) -> dict[str, Any]:
    figures = {
        one.kind.value: {
            "counted": one.counted,
            "kept": len(one.kept),
            "waiting": one.waiting,
            "percent": None if one.percent is None else round(one.percent, 3),
            "least_percent": one.least_percent,
            "reached": one.reached,
            "missed": list(one.missed),
        }
        for one in found.figures
    }
    kinds = {kind.value: count for kind, count in found.kinds}
    return {"month": f"{found.month:%Y-%m}", "figures": figures, "complaints": kinds, "escalations": found.escalations}


def replay_day(options: argparse.Namespace, words: Words) -> int:
    """The day moment by moment, or one moment whole."""
    if options.at is None:
        moments: Iterator[datetime] = moments_of(options.day, options.every)
    else:
        hour, minute = options.at
        moments = iter([datetime(options.day.year, options.day.month, options.day.day, hour, minute, tzinfo=CITY_TIME)])
    with closing(open_workspace(options.workspace)) as workspace:
        for then in replay(workspace, standards_of(options.workspace), moments):
            if options.json:
                sys.stdout.write(json.dumps(_then_record(then), ensure_ascii=False) + "\n")
            elif options.at is None:
                sys.stdout.write(_line(then, words) + "\n")
            else:
                sys.stdout.write("".join(f"{line}\n" for line in _whole(then, words)))
    return 0


def _then_record(then: Then) -> dict[str, Any]:
    return {
        "at": local(then.at_ms).isoformat(timespec="seconds"),
        "incidents": [
            {
                "number": row.number,
                "kind": row.kind,
                "crews": list(row.crews),
                "done": [str(step) for step in row.done],
                "clocks": {then.view.clocks[at].rule: then.view.clocks[at].state.name.lower() for at in row.clocks},
            }
            for row in then.view.queue
            if row.is_open
        ],
        "crews": {row.crew: str(row.state) for row in then.view.crews},
        "outages": {one.number: one.stage.value for one in then.outages},
        "hydrants": {one.number: one.stage(then.at_ms).value for one in then.hydrants},
        "complaints": [row.number for row in then.complaints.rows],
        "escalations": [row.number for row in then.complaints.escalations],
        "written": [[event.kind, number_of(event.entity)] for event in then.written],
    }


def _line(then: Then, words: Words) -> str:
    """One moment in a line."""
    open_ones = [row for row in then.view.queue if row.is_open]
    late = [clock for clock in then.view.clocks if clock.state in _PRESSING]
    detail: dict[str, str | int] = {
        "incidents": len(open_ones),
        "pressing": len(late),
        "crews": sum(row.incident is not None for row in then.view.crews),
        "complaints": len(then.complaints.rows),
        "outages": sum(one.stage in _WATER_OFF for one in then.outages),
        "hydrants": sum(one.stage(then.at_ms) is Use.RUNNING for one in then.hydrants),
        "written": len(then.written),
    }
    return f"{local(then.at_ms):%m-%d %H:%M}\t{words.say('replay', 'line', detail)}"


def _whole(then: Then, words: Words) -> Iterator[str]:
    yield f"{moment_text(then.at_ms, words)}\t{words.say('replay', 'as_written')}"
    for row in then.view.queue:
        if row.is_open:
            yield _incident(then, row, words)
    for crew in then.view.crews:
        job = "" if crew.incident is None else number_of(crew.incident)
        yield "\t".join(part for part in (crew.crew, words.name("crew_state", crew.state), job) if part)
    for outage in then.outages:
        if outage.stage not in _PAST:
            window = f"{local(outage.start_ms):%m-%d %H:%M} – {local(outage.end_ms):%m-%d %H:%M}"
            yield "\t".join((outage.number, words.say("outage_stage", outage.stage), window))
    for use in then.hydrants:
        if use.stage(then.at_ms) in _DRAWN:
            yield _use(then, use, words)
    for complaint in (*then.complaints.escalations, *then.complaints.rows):
        yield row_line(then.complaints, complaint, words)


def _use(then: Then, use: HydrantUse, words: Words) -> str:
    where = use.hydrant or ",".join(f"{one:.2f}" for one in use.place_m)
    until = words.say("hydrant_cli", "until_told") if use.until_ms is None else moment_text(use.until_ms, words)
    named = (words.name("hydrant_stage", use.stage(then.at_ms).value), words.name("hydrant_purpose", use.purpose.value))
    return "\t".join((use.number, *named, where, f"{moment_text(use.from_ms, words)} – {until}"))


def _incident(then: Then, row: QueueRow, words: Words) -> str:
    clocks = (then.view.clocks[at] for at in row.clocks)
    said = [f"{clock.rule} {words.say('clock_state', clock.state.name.lower())}" for clock in clocks
            if clock.state is not ClockState.PENDING]  # fmt: skip
    done = " / ".join(words.name("life_step", step) for step in row.done)
    parts = (row.number, words.name("incident_kind", row.kind), row.place or row.pipe, *row.crews, done, *said)
    return "\t".join(part for part in parts if part)
