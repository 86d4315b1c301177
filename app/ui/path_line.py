"""A line that a path is written into, and a button to choose it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.ui import fonts


class PathLine(QWidget):
    """Line and button; who builds on it says what the button asks for.

    Signals:
        changed: Another path.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
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

    def choose(self) -> None:
        """Ask."""
        raise NotImplementedError
