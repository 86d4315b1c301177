"""What people said and decided without having heard of each other: both sides, and how it is settled."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.dispatch.disputes import Dispute
from app.operations.dispute_words import remedy, side_text, subject
from app.ui.dispatch.model import DispatchModel
from app.ui.dispatch.view_table import ViewTable
from app.ui.look import Look
from app.ui.tables import Column


class DisputeBoard(ViewTable):
    """One row a dispute; Enter goes to what it is about.

    Signals:
        chosen: Enter on a row: its entity.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, model: DispatchModel) -> None:
        super().__init__(look, model)
        self.table.taken.connect(lambda dispute: self.chosen.emit(dispute.entity))
        self.retranslate()

    def retranslate(self) -> None:
        view, words = self._model.view, self.look.words
        columns = (
            Column(self.tr("Disputed"), lambda one: subject(one, words), width=150, most=240, strong=True),
            Column(self.tr("First"), lambda one: side_text(one, one.sides[0], words), width=210, most=300),
            Column(self.tr("Then"), self._others, width=210, most=420),
            Column(self.tr("To settle it"), lambda one: remedy(one, words), elide=True, tone=lambda _one: "t2"),
        )
        told = self.tr(
            "Nobody contradicts anybody. What laptops bring home and the centre knows otherwise stands here."
        )
        self.fill(columns, () if view is None else view.disputes, told)

    def _others(self, dispute: Dispute) -> str:
        return " · ".join(side_text(dispute, side, self.look.words) for side in dispute.sides[1:])
