"""Where exports go: asks for a file without blocking, then has it written; the sheet is painted here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.ui.look import Look
from app.ui.menus import show_dialog
from app.ui.session import Session

SUFFIXES: Final = {
    "pdf": ".pdf",
    "xlsx": ".xlsx",
    "valves_csv": ".csv",
    "customers_csv": ".csv",
    "gpkg": ".gpkg",
    "geojson": ".geojson",
}
_STEMS: Final = {"valves_csv": "valves", "customers_csv": "customers"}


class Exporter(QObject):
    """Writes the plan on screen to files.

    Signals:
        failed: It could not be written: Failed.
    """

    failed = Signal(object)

    def __init__(self, window: QWidget, look: Look, session: Session, now: Callable[[], datetime]) -> None:
        super().__init__(window)
        self._window, self._look, self._session, self._now = window, look, session, now

    def ask(self, what: str) -> None:
        """Ask where to write *what* to."""
        dialog = QFileDialog(self._window, self.tr("Export the plan"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIXES[what].removeprefix("."))
        dialog.setNameFilter(f"*{SUFFIXES[what]}")
        dialog.selectFile(self.suggested_name(what))
        dialog.fileSelected.connect(lambda path: self.write(what, Path(path)))
        show_dialog(dialog)

    def suggested_name(self, what: str) -> str:
        """A name that says what it is, for which target, and when."""
        target = self._session.target_name(self._look.words).replace(" ", "-").replace("/", "-")
        stem = _STEMS.get(what, "plan")
        return f"{stem}-{target}-{self._now():%Y%m%d-%H%M}{SUFFIXES[what]}"

    def write(self, what: str, path: Path) -> None:
        """Write *what* to *path*; the answer comes as a line in the status bar or as a notice."""
        self._session.export(what, path, self._look.language)
