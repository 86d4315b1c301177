"""The desk's left side: the queue with its header, and a line about the day under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui import fonts
from app.ui.dispatch.model import DispatchModel
from app.ui.dispatch.present import queue_line
from app.ui.dispatch.queue import QueueList
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, ElidedLabel, Label, Panel, SectionHeader, chip, column, padded


class QueuePanel(Panel):
    """Incidents by time to breach."""

    def __init__(self, look: Look, model: DispatchModel) -> None:
        super().__init__(look)
        self._model = model
        self.setProperty("surface", "panel")
        self.header = SectionHeader(look)
        self.waiting = chip("", "outline")
        self.header.add(self.waiting)
        self.header.add(chip("F3", "key"))
        self.list = QueueList(look)
        self.empty = Label(size=fonts.BODY, tone="t3", wrap=True)
        self._empty = padded(self.empty, 16, 16)
        self.day = ElidedLabel(look, size=fonts.CAPTION, tone="t2")
        foot = QWidget()
        foot.setProperty("edge", "top")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, 6, GAP, 6)
        line.addWidget(self.day)
        column(self, self.header, self._empty, self.list, foot).setStretch(2, 1)
        self.setMinimumWidth(300)
        self.list.chosen.connect(model.select)
        self.list.waiting_changed.connect(self._tell_waiting)
        model.view_changed.connect(self.retranslate)
        model.ticked.connect(self._tick)
        model.selected_changed.connect(lambda: self.list.select(model.selected))
        self._tell_waiting(0)
        self.retranslate()

    def retranslate(self) -> None:
        self.header.title.setText(self.tr("Incidents"))
        view, moment = self._model.view, self._model.moment
        rows = () if view is None else view.queue
        open_rows = [row for row in rows if row.is_open]
        self.header.note.set_text(self.tr("{count} open · soonest deadline first").format(count=len(open_rows)))
        self.empty.setText(self.tr("No open incident. Ctrl+N takes a report, or type “new leak” and a place after F2."))
        self._empty.setVisible(not rows)
        self.list.setVisible(bool(rows))
        closed = len(rows) - len(open_rows)
        self.day.set_text(self.tr("closed in the last 12 h: {count}").format(count=closed))
        if view is not None and moment is not None:
            lines = tuple(queue_line(row, view, self.look.words) for row in rows)
            self.list.show_rows(lines, moment)
            if self._model.selected:
                self.list.select(self._model.selected)

    def focus(self) -> None:
        """F3: the keyboard goes to the queue, the first incident where none is chosen yet."""
        self.list.take_keyboard()

    def _tick(self) -> None:
        if self._model.moment is not None:
            self.list.tick(self._model.moment)

    def _tell_waiting(self, count: int) -> None:
        """So many incidents wait for the pointer to leave before they move."""
        self.waiting.setText(self.tr("{count} new").format(count=count))
        self.waiting.setVisible(count > 0)
