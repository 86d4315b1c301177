"""Names that are links, as many in a line as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.ui import fonts
from app.ui.widgets import GAP, Label, clear, row

_GAP_PX = 12


@dataclass(frozen=True)
class Link:
    """A name, and what is shown when it is clicked."""

    text: str
    target: object


class LinkLines(QWidget):
    """Links one after the other, broken into lines.

    Signals:
        followed: The target of a link.
    """

    followed = Signal(object)

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width
        self.links: list[QPushButton] = []
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)

    def write(self, before: str, links: Sequence[Link], after: str) -> None:
        """Write plain words *before* and *after* the *links*."""
        clear(self._lines)
        self.links = []
        metrics = QFontMetrics(fonts.font(fonts.TABLE))
        line: list[QWidget] = []
        used = 0
        texts: tuple[str | Link, ...] = (before, *links, after)
        for part in texts:
            if part == "":
                continue
            text = part if isinstance(part, str) else part.text
            width = metrics.horizontalAdvance(text) + _GAP_PX
            if line and used + width > self._width:
                self._lines.addLayout(row(*line, spacing=_GAP_PX))
                line, used = [], 0
            line.append(Label(part, size=fonts.TABLE, tone="t2") if isinstance(part, str) else self._button(part))
            used += width
        if line:
            self._lines.addLayout(row(*line, spacing=_GAP_PX))
        self.setMinimumHeight(GAP)

    def _button(self, link: Link) -> QPushButton:
        made = QPushButton(link.text)
        made.setProperty("link", "true")
        made.setFont(fonts.font(fonts.TABLE))
        made.clicked.connect(lambda _checked=False: self.followed.emit(link.target))
        self.links.append(made)
        return made
