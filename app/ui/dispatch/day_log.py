"""The day's log (调度日志) from the window: as a PDF to print, or as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths

from app.dispatch_requests import DayLogWritten, ReadDayLog
from app.paper_table import PaperTable
from app.requests import Failed, Reply
from app.typed_paths import typed_path
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.look import Look
from app.ui.session import Session
from app.ui.table_painter import TablePainter


class DayLog(QObject):
    """Asks for the day and the file, has the log read, and paints it where it shall be a PDF."""

    def __init__(self, look: Look, session: Session, prompt: Prompt, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._look, self._session, self._prompt, self._now = look, session, prompt, now
        self._painter = TablePainter(look, session, self)

    def ask(self) -> None:
        """Which day, and into which file; today's lies among the documents unless something else is typed."""
        today = self._now().date()
        fields = (
            Field("day", self.tr("day"), today.isoformat()),
            Field("path", self.tr("file: .pdf to print, .xlsx or .csv"), str(self._usual_path(today)), wide=4),
        )
        self._prompt.ask(self.tr("Print the day's log"), fields, partial(self._asked, today))

    def _usual_path(self, day: date) -> Path:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = self._look.words.say("day_log", "title", {"day": day.isoformat()})
        return Path(folder) / f"{name.replace(' ', '-')}.pdf"

    def _asked(self, today: date, answers: Answers) -> str | None:
        try:
            day = date.fromisoformat(answers["day"])
        except ValueError:
            return self.tr("“{text}” is no day, such as {day}").format(text=answers["day"], day=today.isoformat())
        path = typed_path(answers["path"])
        if path == self._usual_path(today):
            path = self._usual_path(day)
        self._session.client.ask(ReadDayLog(day, self._look.language, path), self._take)
        return None

    def _take(self, reply: Reply) -> None:
        match reply:
            case DayLogWritten():
                self._session.told.emit("exported", {"path": str(reply.path)})
            case PaperTable():
                self._painter.paint(reply)
            case Failed():
                self._session.refused.emit(reply)

    @property
    def busy(self) -> bool:
        """Whether a log is being painted."""
        return self._painter.busy
