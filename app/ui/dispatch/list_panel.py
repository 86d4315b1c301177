"""A desk's left side: what there is to do by what presses, with its header, or a sentence in its place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui import fonts
from app.ui.dispatch.queue import QueueList
from app.ui.dispatch.rows import Moment, QueueLine
from app.ui.look import Look
from app.ui.widgets import Label, Panel, SectionHeader, chip, column, padded


class ListPanel(Panel):
    """The list; F3 brings the keyboard into it.

    Args:
        look: Of the window.
        marks: What stands in the header before its key.
        below: What stands under the list.
    """

    def __init__(self, look: Look, marks: Sequence[QWidget] = (), below: Sequence[QWidget] = ()) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self.header = SectionHeader(look)
        for mark in (*marks, chip("F3", "key")):
            self.header.add(mark)
        self.list = QueueList(look)
        self.empty = Label(size=fonts.BODY, tone="t3", wrap=True)
        self._empty = padded(self.empty, 16, 16)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = column(self, self.header, self._empty, self.list, *below)
        # Of the two only one is there, and what stands below keeps to the panel's foot.
        layout.setStretch(1, 1)
        layout.setStretch(2, 1)
        self.setMinimumWidth(300)

    def show_lines(self, lines: Sequence[QueueLine], moment: Moment | None, selected: str) -> None:
        """Show *lines*, of which *selected* is in front; before the first moment none."""
        self._empty.setVisible(not lines)
        self.list.setVisible(bool(lines))
        if moment is not None:
            self.list.show_rows(tuple(lines), moment)
            if selected:
                self.list.select(selected)

    def tick(self, moment: Moment | None) -> None:
        """Another second."""
        if moment is not None:
            self.list.tick(moment)

    def focus(self) -> None:
        """F3: the keyboard goes to the list, to its first row where none is chosen yet."""
        self.list.take_keyboard()
