"""Long tasks of the Hotline desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from app.messages import load_words
from app.operations.dispatch_rules import standards_of
from app.operations.month_report import month_report, report_sheets, write_report
from app.paper_table import PaperTable, on_paper
from app.public_requests import MonthRead, MonthWritten, PublicReply, ReadCalls, ReadMonth, WriteMonth
from app.requests import ProgressSink
from app.times import utc_of
from app.worker.call_job import read_calls_job
from app.workspace import open_workspace


def read_month_job(request: ReadMonth, progress: ProgressSink) -> MonthRead:
    """Open the workspace and count.

    Raises:
        CodedError: The workspace cannot be opened.
    """
    progress("opening", None)
    with closing(open_workspace(request.folder)) as workspace:
        progress("counting", None)
        now = utc_of(request.now_ms)
        return MonthRead(month_report(workspace, standards_of(workspace.folder), request.month, now))


def write_month_job(request: WriteMonth, progress: ProgressSink) -> MonthWritten | PaperTable:
    """Count, and write the report; for a .pdf the window gets it as a table.

    Raises:
        CodedError: The workspace cannot be opened, or the file not be written.
    """
    report = read_month_job(ReadMonth(request.folder, request.month, request.now_ms), progress).report
    words = load_words(request.language)
    if request.path.suffix.lower() != ".pdf":
        write_report(report, request.path, words)
        return MonthWritten(request.path)
    figures, _ = report_sheets(report, words)
    return on_paper(request.path, figures.title, figures.header, figures.rows)


PUBLIC_JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], PublicReply]] = {
    ReadCalls: read_calls_job,
    ReadMonth: read_month_job,
    WriteMonth: write_month_job,
}
