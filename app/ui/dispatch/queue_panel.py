"""The desk's left side: the queue with its header, and a line about the day under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.dispatch.view import RECENT_MS
from app.ui import fonts
from app.ui.dispatch.list_panel import ListPanel
from app.ui.dispatch.model import DispatchModel
from app.ui.dispatch.present import queue_line
from app.ui.look import Look
from app.ui.widgets import GAP, PADDING, ElidedLabel, chip


class QueuePanel(ListPanel):
    """Incidents by time to breach."""

    def __init__(self, look: Look, model: DispatchModel) -> None:
        self.waiting = chip("", "outline")
        self.day = ElidedLabel(look, size=fonts.CAPTION, tone="t2")
        foot = QWidget()
        foot.setProperty("edge", "top")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, 6, GAP, 6)
        line.addWidget(self.day)
        super().__init__(look, (self.waiting,), (foot,))
        self._model = model
        self.list.chosen.connect(model.select)
        self.list.waiting_changed.connect(self._tell_waiting)
        model.view_changed.connect(self.retranslate)
        model.ticked.connect(lambda: self.tick(model.moment))
        model.selected_changed.connect(lambda: self.list.select(model.selected))
        self._tell_waiting(0)
        self.retranslate()

    def retranslate(self) -> None:
        self.header.title.setText(self.tr("Incidents"))
        view, words = self._model.view, self.look.words
        rows = () if view is None else view.queue
        open_rows = [row for row in rows if row.is_open]
        self.header.note.set_text(self.tr("{count} open · soonest deadline first").format(count=len(open_rows)))
        self.empty.setText(self.tr("No open incident. Ctrl+N takes a report, or type “new leak” and a place after F2."))
        recent_ms = self._model.now_ms - RECENT_MS
        closed = sum(not row.is_open and row.last_ms >= recent_ms for row in rows)
        self.day.set_text(self.tr("closed in the last 12 h: {count}").format(count=closed))
        lines = () if view is None else tuple(queue_line(row, view, words) for row in rows)
        self.show_lines(lines, self._model.moment, self._model.selected)

    def _tell_waiting(self, count: int) -> None:
        """So many incidents wait for the pointer to leave before they move."""
        self.waiting.setText(self.tr("{count} new").format(count=count))
        self.waiting.setVisible(count > 0)
