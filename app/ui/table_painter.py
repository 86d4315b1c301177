"""Tables of reports as PDFs: painted beside the window's thread, and told of in its status bar or as a notice."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.messages import Words
from app.paper_table import PaperTable
from app.requests import Failed
from app.ui.look import Look
from app.ui.paint_job import PaintJobs
from app.ui.session import Session
from app.ui.table_pdf import write_table
from gis.errors import GisError


class TablePainter(QObject):
    """Paints what a worker process has read."""

    def __init__(self, look: Look, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._jobs = PaintJobs(self)
        self._jobs.written.connect(lambda path: session.told.emit("exported", {"path": str(path)}))
        self._jobs.failed.connect(session.refused)

    @property
    def busy(self) -> bool:
        """Whether a table is being painted."""
        return self._jobs.busy

    def paint(self, table: PaperTable) -> None:
        """Write *table* to its file."""
        self._jobs.begin(table.path, partial(_painted, table, self._look.words))


def _painted(table: PaperTable, words: Words) -> Failed | None:
    try:
        write_table(table.path, table, lambda page, pages: words.say("day_log", "page", {"page": page, "pages": pages}))
    except GisError as error:
        return Failed(error.code, error.detail)
    return None
