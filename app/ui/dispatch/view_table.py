"""A table under the map that shows something of the dispatch view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.ui import fonts
from app.ui.dispatch.model import DispatchModel
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import Label, Panel, column, padded


class ViewTable(Panel):
    """A table that shows something of the view, or a sentence in its place."""

    def __init__(self, look: Look, model: DispatchModel, *above: QWidget) -> None:
        super().__init__(look)
        self._model = model
        self.table = Table(look)
        self.empty = Label(size=fonts.BODY, tone="t3", wrap=True)
        self._empty = padded(self.empty, 12, 12)
        column(self, *above, self._empty, self.table).setStretch(len(above) + 1, 1)
        model.view_changed.connect(self.retranslate)

    def fill(self, columns: Sequence[Column], rows: Sequence[object], told: str) -> None:
        """Show *rows*; *told* stands there while there are none."""
        self.empty.setText(told)
        self._empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.table.fill(columns, rows)
