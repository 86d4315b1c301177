"""One question on a page of its own: a line to be written, and two large buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.ui.field.parts import BODY, STEP, BigButton, BigField, foot_of
from app.ui.look import Look
from app.ui.widgets import Label, Panel


class QuestionPage(Panel):
    """Asks for a sentence.

    Signals:
        left: Nothing is to be said.
    """

    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self._done: Callable[[str], object] = lambda _text: None
        self._needed = True
        self.title, self.hint = Label(size=STEP, weight=600, wrap=True), Label(size=BODY, wrap=True)
        self.field = BigField()
        self.go, self.back = BigButton(look, primary=True), BigButton(look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(12)
        for part in (self.title, self.hint, self.field):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(foot_of(self.back, self.go))
        self.field.confirmed.connect(self.confirm)
        self.field.left.connect(self.left)
        self.go.clicked.connect(self.confirm)
        self.back.clicked.connect(self.left)
        self.retranslate()

    def ask(self, title: str, hint: str, done: Callable[[str], object], *, text: str = "", needed: bool = True) -> None:
        """Ask; *done* gets what was written, which may be nothing where it is not *needed*."""
        self.title.setText(title)
        self.hint.setText(hint)
        self._done, self._needed = done, needed
        self.field.setText(text)
        self.field.setFocus()

    def confirm(self) -> None:
        """Go on with what was written."""
        text = self.field.text().strip()
        if text or not self._needed:
            self._done(text)
        else:
            self.field.setFocus()

    def retranslate(self) -> None:
        self.go.setText(self.tr("Go on"))
        self.back.setText(self.tr("Back"))
