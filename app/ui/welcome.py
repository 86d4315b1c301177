"""The middle of the window while no workspace is open: what can be done next, each with its key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui import fonts
from app.ui.look import Look
from app.ui.widgets import GAP, IconLabel, KeyButton, Label, Panel


class Welcome(Panel):
    """Three ways to begin.

    Signals:
        open_wanted, import_wanted, demo_wanted: The operator chose one.
    """

    open_wanted = Signal()
    import_wanted = Signal()
    demo_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setProperty("surface", "field")
        self.sentence = Label(size=fonts.BODY, tone="t3")
        self.open = KeyButton(look, "Ctrl+O", primary=True)
        self.bring = KeyButton(look, "Ctrl+I")
        self.demo = KeyButton(look, "Ctrl+D")
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setSpacing(GAP)
        layout.addWidget(IconLabel(look, "logo", "t3", 48), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(GAP)
        layout.addWidget(self.sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(GAP)
        for button, chosen in (
            (self.open, self.open_wanted),
            (self.bring, self.import_wanted),
            (self.demo, self.demo_wanted),
        ):
            button.setMinimumWidth(260)
            button.clicked.connect(chosen)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(inside, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.retranslate()

    def retranslate(self) -> None:
        self.sentence.setText(self.tr("No workspace is open."))
        self.open.setText(self.tr("Open workspace"))
        self.bring.setText(self.tr("Import a city's files"))
        self.demo.setText(self.tr("Demo city"))

    def show_busy(self, words: str) -> None:
        """Say what is being done; "" when nothing is."""
        self.sentence.setText(words or self.tr("No workspace is open."))
        for button in (self.open, self.bring, self.demo):
            button.setEnabled(not words)
