"""An amber bar over the map: what was refused, and what to do. It blocks nothing and stays until it is put away."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from app.requests import Failed
from app.ui import fonts
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, IconLabel, KeyButton, Label, Panel


class NoticeBar(Panel):
    """The latest refusal."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._failed: Failed | None = None
        self._file = ""
        self.setProperty("surface", "panel")
        self.setProperty("notice", "amber")
        self.text = Label(size=fonts.BODY, wrap=True)
        self.close_button = KeyButton(look, "Esc")
        self.close_button.clicked.connect(self.put_away)
        line = QHBoxLayout(self)
        line.setContentsMargins(PADDING, 8, GAP, 8)
        line.setSpacing(12)
        line.addWidget(IconLabel(look, "warning", "amber_text", 18))
        line.addWidget(self.text, 1)
        line.addWidget(self.close_button)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self.close_button.setText(self.tr("Close"))
        if self._failed is not None:
            self.text.setText(self.look.words.refusal(self._failed.code, self._failed.detail))
        elif self._file:
            said = self.tr("The program met a fault of its own. What is on disk is safe. Report: {file}")
            self.text.setText(said.format(file=self._file))

    def show_refusal(self, failed: Failed) -> None:
        """Say why something was refused."""
        self._failed, self._file = failed, ""
        self.retranslate()
        self.show()

    def show_crash(self, file: str) -> None:
        """Say that a crash report was written."""
        self._failed, self._file = None, file
        self.retranslate()
        self.show()

    def put_away(self) -> bool:
        """Hide; False where there is nothing to hide."""
        was = self.isVisible()
        self._failed, self._file = None, ""
        self.hide()
        return was
