"""The page on which one says at which incident one works."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.ui.field.model import FieldModel
from app.ui.field.parts import BODY, STEP, BigRow, by_finger
from app.ui.field.rows import IncidentRow, RowList
from app.ui.look import Look
from app.ui.widgets import Label, Panel, scrolling


class ChoosePage(Panel):
    """Open incidents, the one that breaches first on top.

    Signals:
        chosen: One was tapped: its entity.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, model: FieldModel) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self._model = model
        self._shown: tuple[tuple[object, ...], ...] = ()
        self.title, self.hint = Label(size=STEP, weight=600), Label(size=BODY, wrap=True)
        self.rows = RowList()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(16, 14, 16, 10)
        head.addWidget(self.title)
        head.addWidget(self.hint)
        layout.addLayout(head)
        layout.addWidget(by_finger(scrolling(self.rows, takes_focus=False)), 1)
        model.changed.connect(self.show_incidents)
        model.dispatch.view_changed.connect(self.show_incidents)
        self.retranslate()

    def show_incidents(self) -> None:
        """Show those that are open, where they are others."""
        incidents = self._model.incidents
        shown = tuple((one.entity, one.place, one.dn_mm, one.crews) for one in incidents)
        if shown != self._shown:
            self._shown = shown
            rows: list[BigRow] = []
            for one in incidents:
                row = IncidentRow(self.look, one)
                row.clicked.connect(lambda _checked=False, entity=one.entity: self.chosen.emit(entity))
                rows.append(row)
            self.rows.show_rows(rows)
            for shown_row in rows:
                shown_row.show()
        self.hint.setText(self._hint(len(incidents)))

    def _hint(self, count: int) -> str:
        if self._model.session.workspace is None:
            return self.tr("No workspace is open.")
        if not count:
            return self.tr("No incident is open. The dispatcher takes reports at Ctrl+1.")
        return self.tr("Tap the one that you are sent to.")

    def focus(self) -> None:
        """The keyboard goes to the first."""
        if self.rows.rows:
            self.rows.rows[0].setFocus()

    def retranslate(self) -> None:
        self.title.setText(self.tr("At which incident do you work?"))
        self._shown = ()
        self.show_incidents()
