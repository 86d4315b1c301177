"""The monthly report from the window: as a PDF to print, or as a table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths

from app.paper_table import PaperTable
from app.public_requests import MonthWritten, WriteMonth
from app.requests import Failed, Reply
from app.typed_paths import typed_path
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.hotline.model import HotlineModel
from app.ui.look import Look
from app.ui.table_painter import TablePainter


class MonthFile(QObject):
    """Asks for the file, has the month counted, and paints it where it shall be a PDF."""

    def __init__(self, look: Look, model: HotlineModel, prompt: Prompt) -> None:
        super().__init__(prompt)
        self._look, self._model, self._prompt = look, model, prompt
        self._painter = TablePainter(look, model.session, self)

    def ask(self, month: date) -> None:
        """Into which file; it lies among the documents unless something else is typed."""
        workspace = self._model.session.workspace
        if workspace is None:
            return
        folder = workspace.folder

        def done(answers: Answers) -> str | None:
            path = typed_path(answers["path"])
            request = WriteMonth(folder, month, self._model.now_ms, self._look.language, path)
            self._model.session.client.ask(request, self._take)
            return None

        title = self._look.words.say("month", "title", {"month": f"{month:%Y-%m}"})
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        usual = str(Path(documents) / f"{title.replace(' ', '-')}.pdf")
        self._prompt.ask(title, (Field("path", self.tr("file: .pdf to print, .xlsx or .csv"), usual, wide=4),), done)

    def _take(self, reply: Reply) -> None:
        match reply:
            case MonthWritten():
                self._model.session.told.emit("exported", {"path": str(reply.path)})
            case PaperTable():
                self._painter.paint(reply)
            case Failed():
                self._model.session.refused.emit(reply)
