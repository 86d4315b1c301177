"""A line with the path of something to be written, and a button to choose it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.ui.look import Look
from app.ui.menus import show_dialog
from app.ui.path_line import PathLine


class SavePath(PathLine):
    """Where to write to: a file with a certain ending, or a new folder."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._ending = ""
        look.language_changed.connect(self._name)
        self._name()

    def _name(self) -> None:
        self.button.setAccessibleName(self.tr("Choose where"))

    @property
    def path(self) -> Path | None:
        """What is written there; None where nothing is."""
        text = self.field.text().strip()
        return Path(text) if text else None

    def set_kind(self, ending: str) -> None:
        """Ask for a file with *ending*, or for a folder where it is ""."""
        self._ending = ending

    def choose(self) -> None:
        """Ask."""
        dialog = QFileDialog(self.window())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if self._ending:
            dialog.setDefaultSuffix(self._ending)
            dialog.setNameFilter(f"*.{self._ending}")
        dialog.fileSelected.connect(self.field.setText)
        show_dialog(dialog)
