"""The drawing's faults as a list of work: by kind, counted down, previewed on the map, mended one or many at a time."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.edit_requests import EditPreviewed
from app.messages import formats
from app.requests import Failed
from app.ui import fonts
from app.ui.editing.mender import STAYS, Mender, Work
from app.ui.editing.words import effect_lines, failed_text, fault_name, mend_text, preview_lines, stays_text
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import PADDING, KeyButton, Label, Panel, Picker, column, padded, row


class DoctorPanel(Panel):
    """Count, list, what the chosen mend would do, and the buttons.

    Signals:
        chosen: A line is to be shown on the map: Work.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, mender: Mender) -> None:
        super().__init__(look)
        self._mender = mender
        self.count = Label(size=fonts.TITLE, weight=600, wrap=True)
        self.summary = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.kinds = Picker(look)
        self.table = Table(look)
        self.told = Label(size=fonts.TABLE, wrap=True)
        self.effect = Label(size=fonts.TABLE, weight=600, wrap=True)
        self.look_button = KeyButton(look, "F7")
        self.mend_button = KeyButton(look, "F9", primary=True)
        self.all_button = KeyButton(look)
        self.back_button = KeyButton(look)
        head = QWidget()
        top = QVBoxLayout(head)
        top.setContentsMargins(PADDING, 12, PADDING, 8)
        top.setSpacing(4)
        for widget in (self.count, self.summary):
            top.addWidget(widget)
        top.addSpacing(4)
        top.addWidget(self.kinds)
        foot = QWidget()
        bottom = QVBoxLayout(foot)
        bottom.setContentsMargins(0, 0, 0, 0)
        bottom.setSpacing(8)
        for widget in (self.told, self.effect):
            bottom.addWidget(widget)
        bottom.addLayout(row(self.mend_button, self.all_button))
        bottom.addLayout(row(self.look_button, self.back_button))
        self._room = QWidget()
        layout = column(self, head, self.table, padded(foot, 8, 10), self._room)
        layout.setStretch(1, 1)
        layout.setStretch(3, 1)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        mender = self._mender
        self.kinds.currentIndexChanged.connect(self._fill)
        self.table.chosen.connect(self._choose)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.look_button.clicked.connect(mender.look)
        self.mend_button.clicked.connect(self.mend_picked)
        self.all_button.clicked.connect(self.mend_all)
        self.back_button.clicked.connect(mender.take_back)
        mender.changed.connect(self.retranslate)
        mender.preview_changed.connect(self._tell)

    def retranslate(self) -> None:
        mender, found = self._mender, self._mender.found
        self.look_button.setText(self.tr("Examine the drawing") if found is None else self.tr("Examine again"))
        if found is None:
            self.count.setText(self.tr("Topology"))
            said = self.tr("Ends that miss each other, islands, valves beside their pipes: examine the drawing first.")
            self.summary.setText(self.tr("Examining the drawing …") if mender.running else said)
        else:
            parts = self.tr("{count} parts of the network").format(count=formats.number(found.components))
            was = self.tr(" (first: {count})").format(count=formats.number(mender.first))
            self.count.setText(parts + (was if mender.first != found.components else ""))
            self.summary.setText(
                self.tr("{mends} could be mended · {stays} stay as they are").format(
                    mends=formats.number(len(found.mends)), stays=formats.number(len(found.stays))
                )
            )
        for widget in (self.kinds, self.table, self.mend_button, self.all_button):
            widget.setVisible(found is not None)
        # Without a list what is there stands at the top.
        self._room.setVisible(found is None)
        self.back_button.setVisible(bool(mender.made))
        self.back_button.setText(self.tr("Take back {count}").format(count=formats.number(len(mender.made))))
        self._write_kinds()
        self._fill()

    def _write_kinds(self) -> None:
        wanted, words = self.kinds.currentData(), self.look.words
        counts = Counter(one.group for one in self._mender.work)
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItem(self.tr("All · {count}").format(count=formats.number(counts.total())), None)
        for kind, count in sorted(counts.items(), key=lambda item: (item[0] == STAYS, -item[1])):
            name = self.tr("Stays as it is") if kind == STAYS else fault_name(words, kind)
            self.kinds.addItem(f"{name} · {formats.number(count)}", kind)
        self.kinds.setCurrentIndex(max(self.kinds.findData(wanted), 0))
        self.kinds.blockSignals(False)

    @property
    def listed(self) -> tuple[Work, ...]:
        """The lines of the kind that is chosen."""
        wanted = self.kinds.currentData()
        return tuple(one for one in self._mender.work if wanted in {None, one.group})

    def _fill(self) -> None:
        words = self.look.words

        def name(one: Work) -> str:
            return self.tr("Stays") if one.mend is None else fault_name(words, one.mend.fault)

        def feature(one: Work) -> str:
            found = one.mend or one.stays
            return "" if found is None else found.feature

        def apart(one: Work) -> float:
            found = one.mend or one.stays
            return 0.0 if found is None else found.distance_m

        columns = (
            Column(self.tr("Fault"), name, width=150, elide=True, icon=_mark),
            Column(self.tr("Feature"), feature, elide=True),
            Column(
                self.tr("Apart, m"),
                lambda one: formats.number(apart(one), 2),
                key=apart,
                width=72,
                number=True,
            ),
        )
        self.table.fill(columns, self.listed)
        self._tell()
        self._enable()

    @property
    def picked(self) -> tuple[Work, ...]:
        """Selected lines that could be mended."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return tuple(one for one in (self.table.rows.row_at(row) for row in rows) if one.mend is not None)

    def _choose(self, work: Work) -> None:
        self._mender.show_on_map(work)
        self.chosen.emit(work)

    def _tell(self) -> None:
        words, work, shown = self.look.words, self._mender.shown, self._mender.preview
        text, effect = "", ""
        if work is not None and work.stays is not None:
            text = stays_text(words, work.stays)
        elif work is not None and work.mend is not None:
            text = mend_text(words, work.mend)
            if isinstance(shown, EditPreviewed):
                effect = "\n".join([*effect_lines(words, shown), *preview_lines(words, shown, 3)])
            elif isinstance(shown, Failed):
                effect = failed_text(words, shown)
        elif self._mender.left:
            text = self.tr("{count} could not be made: what they speak of is no longer as it was.").format(
                count=formats.number(self._mender.left)
            )
        elif self._mender.work:
            text = self.tr("Click a line to see what its mend does on the map.")
        for label, said in ((self.told, text), (self.effect, effect)):
            label.setText(said)
            label.setVisible(bool(said))

    def _enable(self) -> None:
        picked, idle = len(self.picked), not self._mender.running
        every = sum(one.mend is not None for one in self.listed)
        self.mend_button.setText(
            self.tr("Mend {count}").format(count=formats.number(picked)) if picked > 1 else self.tr("Mend this")
        )
        self.all_button.setText(self.tr("Mend all of the list: {count}").format(count=formats.number(every)))
        self.mend_button.setEnabled(idle and bool(picked))
        self.all_button.setEnabled(idle and bool(every))
        self.look_button.setEnabled(idle)
        self.back_button.setEnabled(idle)

    def mend_picked(self) -> None:
        """F9: make the mends that are selected."""
        if self.mend_button.isEnabled():
            self._mender.make(self.picked, "")

    def mend_all(self) -> None:
        """Make every mend of the list as it is filtered."""
        if self.all_button.isEnabled():
            self._mender.make(self.listed, "")


def _mark(one: Work) -> tuple[str, str]:
    return ("dot", "t2") if one.mend is None else ("warning", "amber_text")
