"""Where exports go: asks for a file without blocking, then has it written; sheets are painted by the window's side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.plan_requests import ToldStep
from app.ui.look import Look
from app.ui.map.content import MapContent
from app.ui.menus import ask_where_to_save
from app.ui.paint_job import PaintJobs
from app.ui.session import Session
from app.ui.sheet.sheet import SheetMaterial
from app.ui.sheet.writer import write_sheet

SUFFIXES: Final = {
    "pdf_a4": ".pdf",
    "pdf_a3": ".pdf",
    "xlsx": ".xlsx",
    "valves_csv": ".csv",
    "customers_csv": ".csv",
    "gpkg": ".gpkg",
    "geojson": ".geojson",
}
_STEMS: Final = {"valves_csv": "valves", "customers_csv": "customers"}
_PAPER: Final = {"pdf_a4": "A4", "pdf_a3": "A3"}


class Exporter(QObject):
    """Writes the plan on screen to files.

    Signals:
        failed: It could not be written: Failed.
    """

    failed = Signal(object)

    def __init__(
        self,
        window: QWidget,
        look: Look,
        session: Session,
        now: Callable[[], datetime],
        content: Callable[[], MapContent | None],
        steps: Callable[[], tuple[ToldStep, ...]],
    ) -> None:
        super().__init__(window)
        self._window, self._look, self._session = window, look, session
        self._now, self._content, self._steps = now, content, steps
        self._jobs = PaintJobs(self)
        self._jobs.written.connect(lambda path: session.told.emit("exported", {"path": str(path)}))
        self._jobs.failed.connect(self.failed)

    def ask(self, what: str) -> None:
        """Ask where to write *what* to."""
        name = self.suggested_name(what)
        ask_where_to_save(self._window, self.tr("Export the plan"), name, partial(self.write, what))

    def suggested_name(self, what: str) -> str:
        """A name that says what it is, for which target, and when."""
        target = self._session.target_name(self._look.words).replace(" ", "-").replace("/", "-")
        stem = _STEMS.get(what, "plan")
        return f"{stem}-{target}-{self._now():%Y%m%d-%H%M}{SUFFIXES[what]}"

    def write(self, what: str, path: Path) -> None:
        """Write *what* to *path*; the answer comes as a line in the status bar or as a notice."""
        if what in _PAPER:
            self._write_sheet(path, _PAPER[what])
        else:
            self._session.export(what, path, self._look.language)

    def _write_sheet(self, path: Path, paper: str) -> None:
        session, content = self._session, self._content()
        if session.plan is None or session.target is None or session.workspace is None or content is None:
            return
        material = SheetMaterial(
            session.workspace, session.target, session.plan, content, self._look.words, self._now(), self._steps()
        )
        self._jobs.begin(path, partial(write_sheet, path, material, paper))

    @property
    def busy(self) -> bool:
        """Whether a sheet is being written."""
        return self._jobs.busy
