"""A line with the path of something to be written, and a button to choose it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.ui import fonts
from app.ui.look import Look
from app.ui.menus import show_dialog


class SavePath(QWidget):
    """Where to write to: a file with a certain ending, or a new folder.

    Signals:
        changed: Another path.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._ending = ""
        self.field = QLineEdit()
        self.field.setFont(fonts.font(fonts.TABLE))
        self.button = QPushButton("…")
        self.button.setFixedWidth(40)
        self.button.clicked.connect(self.choose)
        self.field.textChanged.connect(self.changed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.field, 1)
        line.addWidget(self.button)
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
