"""The day's log (调度日志): it writes itself from the journal's events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from app.dispatch.crews import CrewState
from app.dispatch.due import local_day, local_time
from app.dispatch.entries import FIELD_PLAN, Entry, EntryKind
from app.dispatch.field_plan import valves_worked
from app.dispatch.sheet import Line
from app.dispatch.view import number_of
from app.dispatch.views import lines_of
from app.errors import AppError
from app.messages import Words
from app.operations.dispatch import DispatchDesk
from app.operations.hydrant_log import hydrant_rows
from app.operations.line_words import listed
from app.operations.permit_words import permit_line
from gis.exchange.tables import Sheet, write_csv, write_xlsx

FORMATS = ("csv", "xlsx")
_QUIET = frozenset({EntryKind.ALARM_TAKEN, EntryKind.CREW_LISTED, EntryKind.CREW_SENT})
_TOLD_BY_INCIDENTS = frozenset({CrewState.EN_ROUTE, CrewState.ON_SCENE})
"""What the incident's own lines say of a crew is not said twice."""

_SECTIONS: Mapping[EntryKind, str] = {
    EntryKind.OPENED: "incident_kind",
    EntryKind.AMENDED: "entry_kind",
    EntryKind.HAPPENED: "happened",
    EntryKind.DECIDED: "course",
    EntryKind.CREW_STATED: "crew_state",
    EntryKind.ORDER_STEP: "order_step",
}


def day_lines(desk: DispatchDesk, day: date) -> tuple[Line, ...]:
    """All that happened on *day*, or was written down on it, by time.

    What happened earlier and was entered on that day stands in both logs: nobody must look for it.
    """
    zone = ZoneInfo(desk.board.standards.pack.zone)
    entries = [entry for told in desk.board.ledger.entries.values() for entry in told if _is_told(entry)]
    that_day = (
        entry for entry in entries if day in (local_day(entry.eff_at_ms, zone), local_day(entry.written_ms, zone))
    )
    return lines_of(that_day, desk.workspace.journal.text)


def _is_told(entry: Entry) -> bool:
    return entry.kind not in _QUIET and entry.facts.get("state") not in _TOLD_BY_INCIDENTS


def day_sheet(desk: DispatchDesk, day: date, words: Words) -> Sheet:
    """The log of *day* as a table."""
    zone = ZoneInfo(desk.board.standards.pack.zone)
    columns = ("time", "written", "what", "about", "detail", "words", "who")
    told = [(line.at_ms, _row(desk, line, words, zone)) for line in day_lines(desk, day)]
    told += hydrant_rows(desk.workspace, day, words, zone)
    rows = [row for _, row in sorted(told, key=lambda one: one[0])]
    title = words.say("day_log", "title", {"day": day.isoformat()})
    return Sheet(title[:31], tuple(words.say("day_log", column) for column in columns), rows)


def _row(desk: DispatchDesk, line: Line, words: Words, zone: ZoneInfo) -> list[str]:
    written = "" if abs(line.written_ms - line.at_ms) < 60_000 else f"{local_time(line.written_ms, zone):%m-%d %H:%M}"
    holder = desk.board.holding(line.entity)
    about = number_of(line.entity)
    if holder != line.entity:
        about = f"{about} → {number_of(holder)}"
    said = "; ".join(text for text in line.texts.values() if text)
    what = words.name(_SECTIONS.get(line.kind, "entry_kind"), line.code if line.kind in _SECTIONS else line.kind)
    if line.corrects is not None:
        what = words.say("day_log", "corrected", {"what": what})
    return [
        f"{local_time(line.at_ms, zone):%m-%d %H:%M:%S}",
        written,
        what,
        about,
        _detail(line, words),
        said,
        line.who,
    ]


_SHOWN = ("place", "dn_mm", "crew", "valve", "position", "direction", "customers", "rule", "receiver", "about")


def _detail(line: Line, words: Words) -> str:
    """Figures of a line, in the order in which one says them."""
    if line.kind is EntryKind.PERMIT:
        return permit_line(line.values, words)
    if FIELD_PLAN in line.values:
        return listed(valves_worked(line.values[FIELD_PLAN]))
    facts = {**line.values, **line.values.get("values", {})}
    told = [_plain(facts[name]).rpartition("/")[2] for name in _SHOWN if name in facts]
    if "stage" in facts:
        told.append(words.name("valve_stage", str(facts["stage"])))
    goals = (str(facts.get(name, "")) for name in ("incident", "into"))
    told += [number_of(goal) for goal in goals if goal.startswith("incident/")]
    return " ".join(told)


def _plain(value: object) -> str:
    return f"DN{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def write_log(desk: DispatchDesk, day: date, path: Path, words: Words) -> int:
    """Write the log of *day* to *path*, a .csv or .xlsx file, and return how many lines it has.

    Raises:
        AppError: ``log.unknown_format``.
        GisError: ``cannot_write_file``.
    """
    sheet = day_sheet(desk, day, words)
    writers: Mapping[str, Callable[[], None]] = {
        ".csv": lambda: write_csv(path, sheet),
        ".xlsx": lambda: write_xlsx(path, [sheet]),
    }
    if path.suffix.lower() not in writers:
        raise AppError("log.unknown_format", path=str(path), known=", ".join((*FORMATS, "pdf")))
    writers[path.suffix.lower()]()
    return len(sheet.rows)


def text_rows(rows: Iterable[Iterable[object]]) -> str:
    """Rows for a terminal: one line each, tab between the cells that are not empty."""
    return "".join("\t".join(str(cell) for cell in row if cell) + "\n" for row in rows)
