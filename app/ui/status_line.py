"""An icon and some words in the status bar."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from app.ui import fonts
from app.ui.look import Look
from app.ui.widgets import GAP, IconLabel, Label, Panel

_ICON_PX = 14


class StatusLine(Panel):
    """Hidden until there is something to say."""

    def __init__(self, look: Look, icon: str, tone: str) -> None:
        super().__init__(look)
        self.icon = IconLabel(look, icon, tone, _ICON_PX)
        self.words = Label(size=fonts.CAPTION, tone=tone)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self.icon)
        line.addWidget(self.words)
        self.hide()

    def mark(self, icon: str, tone: str) -> None:
        """Show another icon, and the words in its colour."""
        self.icon.set_icon(icon, tone)
        self.words.set_tone(tone)
