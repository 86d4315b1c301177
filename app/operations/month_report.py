"""The monthly report: figures with their clauses, every case that missed its promise, complaints by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from app.dispatch.board import Standards
from app.dispatch.incidents import INCIDENT, Ledger, incidents_of, take_in
from app.errors import AppError
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.complaints import open_complaints
from app.operations.outages import open_outages
from app.public.book import Complaint
from app.public.entries import ComplaintKind
from app.public.figures import Period, Records, figures_of
from app.public.month import MonthReport, figure_row
from app.times import CITY_TIME
from app.workspace import Workspace
from gis.exchange.tables import Cell, Sheet, write_csv, write_xlsx


def month_report(workspace: Workspace, standards: Standards, month: date, now: datetime) -> MonthReport:
    """The report of the month that *month* lies in, judged at *now*: the same journal and moment, the same report."""
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    period = Period(_midnight_ms(first), _midnight_ms(after), milliseconds(now))
    ledger = take_in(Ledger(), workspace.journal.beginning(INCIDENT))
    complaints = open_complaints(workspace, standards).book
    records = Records(
        tuple(incidents_of(ledger, workspace.state.lineage).values()),
        tuple(open_outages(workspace, standards).book.values()),
        tuple(complaints.complaints.values()),
        tuple(complaints.information.values()),
    )
    of_month = [one for one in records.complaints if period.holds(one.opened_ms)]
    called = sum(period.holds(one.opened_ms) for one in complaints.escalations.values())
    return MonthReport(first, figures_of(records, standards, period), len(of_month), _kinds(of_month), called)


def _midnight_ms(day: date) -> int:
    return milliseconds(datetime(day.year, day.month, day.day, tzinfo=CITY_TIME))


def _kinds(complaints: Sequence[Complaint]) -> tuple[tuple[ComplaintKind, int], ...]:
    counts = Counter(one.kind for one in complaints)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


_HEADER = ("figure", "rule", "counted", "kept", "waiting", "percent", "least", "verdict", "missed")


def report_sheets(report: MonthReport, words: Words) -> tuple[Sheet, Sheet]:
    """The figures, and the complaints by kind."""
    title = words.say("month", "title", {"month": f"{report.month:%Y-%m}"})
    header = tuple(words.say("month", name) for name in _HEADER)
    figures = Sheet(title, header, [figure_row(one, words) for one in report.figures])
    rows: list[list[Cell]] = [[words.say("complaint_kind", kind.value), count] for kind, count in report.kinds]
    rows.append([words.say("month", "all"), report.complaints])
    rows.append([words.say("month", "escalations"), report.escalations])
    kinds = (words.say("month", "kind"), words.say("month", "count"))
    return figures, Sheet(words.say("month", "complaints"), kinds, rows)


def write_report(report: MonthReport, path: Path, words: Words) -> None:
    """Write the report to *path*, a .csv (figures alone) or .xlsx file, whole or not at all.

    Raises:
        AppError: ``log.unknown_format``.
        GisError: ``cannot_write_file``.
    """
    sheets = report_sheets(report, words)
    match path.suffix.lower():
        case ".xlsx":
            write_xlsx(path, sheets)
        case ".csv":
            write_csv(path, sheets[0])
        case _:
            raise AppError("log.unknown_format", path=str(path), known="csv, xlsx, pdf")
