"""The job that reads where calls point: it loads little, for in a city of a million pipes it holds enough as it is."""

from __future__ import annotations

from contextlib import closing
from multiprocessing.connection import Connection

from app.operations.call_watch import read_calls
from app.operations.complaints import open_complaints
from app.operations.dispatch_rules import standards_of
from app.operations.kept_structure import model_of
from app.operations.meters import meter_book
from app.public_requests import CallsPoint, ReadCalls
from app.requests import ProgressSink
from app.times import utc_of
from app.worker.boundary import begin, serve_each
from app.workspace import open_workspace

_STANDS_BACK_BY = 12
"""Behind the desks, which somebody may be asking meanwhile."""


def serve_calls(pipe: Connection) -> None:
    """Carry out :class:`~app.public_requests.ReadCalls` from *pipe* until its other end closes."""
    begin(_STANDS_BACK_BY)
    serve_each(pipe, read_calls_job)


def read_calls_job(request: ReadCalls, progress: ProgressSink) -> CallsPoint:
    """Open the workspace, read where calls point, and make the book of meters where there is none.

    Raises:
        CodedError: The workspace cannot be opened.
    """
    progress("opening", None)
    with closing(open_workspace(request.folder)) as workspace:
        meter_book(workspace)
        desk = open_complaints(workspace, standards_of(workspace.folder))
        now = utc_of(request.now_ms)
        progress("reading_calls", None)
        return CallsPoint(read_calls(desk.book, workspace.city, lambda: model_of(workspace), now))
