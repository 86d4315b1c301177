"""A line of text in a panel that is there only while it says something."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui import fonts
from app.ui.widgets import PADDING, Label


class TextLine(QWidget):
    """Text with the panel's padding; hidden while it is empty."""

    def __init__(
        self,
        top: int,
        bottom: int,
        *,
        size: int = fonts.TABLE,
        weight: int = 400,
        tone: str = "t1",
        copied: bool = False,
    ) -> None:
        super().__init__()
        self._label = Label(size=size, weight=weight, tone=tone, wrap=True, selectable=copied)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, top, PADDING, bottom)
        layout.addWidget(self._label)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def say(self, text: str) -> None:
        """Say *text*; "" hides it."""
        self._label.setText(text)
        if not text or self.parent() is not None:
            self.setVisible(bool(text))
