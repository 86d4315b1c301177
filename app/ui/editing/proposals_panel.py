"""Proposals that wait: one line each, what they say, and the buttons to accept or refuse them, one or many."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.edit_requests import ProposalView
from app.messages import formats
from app.ui import fonts
from app.ui.editing.proposal_book import ProposalBook
from app.ui.editing.words import failed_text, proposal_lines
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import GAP, PADDING, KeyButton, Label, Panel, column, padded, row


class ProposalsPanel(Panel):
    """The list.

    Signals:
        chosen: A proposal is to be shown on the map: ProposalView.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, book: ProposalBook, zone: tzinfo) -> None:
        super().__init__(look)
        self._book, self._zone = book, zone
        self.table = Table(look)
        self.empty = Label(size=fonts.TABLE, tone="t3", wrap=True)
        self.told = Label(size=fonts.TABLE, wrap=True)
        self.left = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.why = QLineEdit()
        self.why.setFont(fonts.font(fonts.TABLE))
        self.accept, self.refuse, self.again = KeyButton(look, primary=True), KeyButton(look), KeyButton(look, "F7")
        foot = QWidget()
        layout = QVBoxLayout(foot)
        layout.setContentsMargins(PADDING, 8, GAP, 10)
        layout.setSpacing(8)
        for widget in (self.told, self.left, self.why):
            layout.addWidget(widget)
        layout.addLayout(row(self.accept, self.refuse, self.again))
        column(self, padded(self.empty, PADDING, PADDING), self.table, foot).setStretch(1, 1)
        self.table.chosen.connect(self._choose)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.accept.clicked.connect(lambda: self.decide(accept=True))
        self.refuse.clicked.connect(lambda: self.decide(accept=False))
        self.again.clicked.connect(book.refresh)
        self.why.textChanged.connect(self._enable)
        book.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        book, words = self._book, self.look.words
        self.empty.setText(
            self.tr("No proposal waits. Corrections from the field and edits made in QGIS are listed here.")
        )
        host = self.empty.parentWidget()
        if host is not None:
            host.setVisible(not book.proposals)
        self.why.setPlaceholderText(self.tr("Reason of the decision"))
        self.why.setAccessibleName(self.why.placeholderText())
        self.again.setText(self.tr("Read again"))
        columns = (
            Column(self.tr("What"), lambda one: "; ".join(proposal_lines(words, one)), elide=True, strong=True),
            Column(self.tr("From"), lambda one: words.name("origin", one.origin), width=64, tone=lambda _one: "t2"),
            Column(self.tr("When"), self._when, key=lambda one: one.at_ms, width=92, tone=lambda _one: "t2"),
        )
        self.table.fill(columns, book.proposals)
        self.left.setText(
            "\n".join(self.tr("Waits on: {why}").format(why=failed_text(words, one)) for one in book.left)
        )
        self.left.setVisible(bool(book.left))
        self._tell(None)
        self._enable()

    def _when(self, one: ProposalView) -> str:
        moment = datetime.fromtimestamp(one.at_ms / 1000.0, UTC).astimezone(self._zone)
        return f"{moment.month}-{moment.day} {formats.clock_time(moment)[:5]}"

    @property
    def picked(self) -> tuple[ProposalView, ...]:
        """The rows that are selected."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return tuple(self.table.rows.row_at(row) for row in rows)

    def _choose(self, proposal: ProposalView) -> None:
        self._tell(proposal)
        self.chosen.emit(proposal)

    def _tell(self, proposal: ProposalView | None) -> None:
        if proposal is None:
            self.told.setText("")
        else:
            who = self.tr("{who}: {why}").format(who=proposal.actor, why=proposal.why or formats.NO_VALUE)
            self.told.setText("\n".join([*proposal_lines(self.look.words, proposal), who]))
        self.told.setVisible(proposal is not None)

    def _enable(self) -> None:
        picked = len(self.picked)
        many = f" {formats.number(picked)}" if picked > 1 else ""
        self.accept.setText(self.tr("Accept") + many)
        self.refuse.setText(self.tr("Refuse") + many)
        told = bool(self.why.text().strip())
        self.accept.setEnabled(bool(picked))
        self.refuse.setEnabled(bool(picked) and told)
        self.refuse.setToolTip("" if told else self.tr("Write the reason first."))

    def decide(self, *, accept: bool) -> None:
        """Accept or refuse what is selected."""
        self._book.decide(self.picked, accept=accept, why=self.why.text().strip())
        self.why.clear()
