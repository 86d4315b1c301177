"""Faults of the workspace's data: by kind, filtered, each with its place on the map."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.messages import formats
from app.ui import fonts
from app.ui.look import Look
from app.ui.session import Session
from app.ui.tables import CELL_PX, MEASURED_ROWS, Column, Table
from app.ui.widgets import GAP, PADDING, Label, Panel, Picker, column, padded
from gis.faults import Action, Fault, FaultKind

_ACTION_MARKS = {
    Action.REPORTED: ("warning", "amber_text"),
    Action.REPAIRED: ("tick", "t2"),
    Action.SKIPPED: ("cross", "amber_text"),
    Action.KEPT: ("dot", "t2"),
}

_ID_PX = 160
"""Room for an id that was made where the data had none; kind and action stand in the sentence below in full."""


class FaultsPanel(Panel):
    """The list.

    Signals:
        chosen: A fault to be shown on the map: Fault.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self.kinds = Picker(look)
        self.filter = QLineEdit()
        self.filter.setFont(fonts.font(fonts.TABLE))
        self.filter.setClearButtonEnabled(True)
        self.table = Table(look)
        self.sentence = Label(size=fonts.TABLE, tone="t2", wrap=True)
        tools = QWidget()
        line = QHBoxLayout(tools)
        line.setContentsMargins(PADDING, 6, PADDING, 6)
        line.setSpacing(GAP)
        line.addWidget(self.kinds, 1)
        line.addWidget(self.filter, 1)
        column(self, tools, self.table, padded(self.sentence, 8, 8)).setStretch(1, 1)
        self.table.chosen.connect(self._choose)
        self.table.hovered.connect(self._tell)
        self.filter.textChanged.connect(self.table.filter)
        self.kinds.currentIndexChanged.connect(self._fill)
        session.faults_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        self.filter.setPlaceholderText(self.tr("Filter"))
        self._write_kinds()
        self._fill()

    def _write_kinds(self) -> None:
        wanted = self.kinds.currentData()
        counts = Counter(fault.kind for fault in self._session.faults)
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItem(self.tr("All · {count}").format(count=formats.number(counts.total())), None)
        for kind, count in counts.most_common():
            self.kinds.addItem(f"{self.look.words.say('fault_name', kind)} · {formats.number(count)}", kind)
        at = self.kinds.findData(wanted)
        self.kinds.setCurrentIndex(max(at, 0))
        self.kinds.blockSignals(False)

    def _fill(self) -> None:
        wanted, words = self.kinds.currentData(), self.look.words
        kind = FaultKind(wanted) if wanted else None
        faults = [fault for fault in self._session.faults if kind in {None, fault.kind}]
        metrics = QFontMetrics(fonts.font(fonts.TABLE))
        longest = max((metrics.horizontalAdvance(fault.feature) for fault in faults[:MEASURED_ROWS]), default=0)
        columns = (
            Column(
                self.tr("Fault"),
                lambda fault: words.say("fault_name", fault.kind),
                width=112,
                elide=True,
                icon=lambda fault: _ACTION_MARKS[fault.action],
            ),
            Column(
                self.tr("Feature"),
                lambda fault: fault.feature or words.name("layer", fault.layer),
                least=min(longest + 2 * CELL_PX + 2, _ID_PX),
                elide=True,
            ),
            Column(self.tr("Done"), words.fault_action, width=86, elide=True, tone=lambda _fault: "t2"),
        )
        self.table.fill(columns, faults)
        self._tell(None)

    def _tell(self, fault: Fault | None) -> None:
        if fault is not None:
            self.sentence.setText(f"{self.look.words.fault(fault)} · {self.look.words.fault_action(fault)}")
        elif self._session.faults:
            self.sentence.setText(self.tr("Click a fault to see its place on the map."))
        elif self._session.workspace is not None:
            self.sentence.setText(self.tr("No faults were found in this workspace's data."))
        else:
            self.sentence.setText("")

    def _choose(self, fault: Fault) -> None:
        self._tell(fault)
        self.chosen.emit(fault)
