"""The ranking's panel at the left: segments, valves, and valves to exercise first, each a list of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
)

from app.messages import formats
from app.messages.describe import Thing
from app.ui import fonts
from app.ui.look import Look
from app.ui.menus import ask_where_to_save
from app.ui.ranking.columns import EXERCISE_MONTHS, Figures, exercise_columns, segment_columns, valve_columns
from app.ui.ranking.ranking import Ranking
from app.ui.ranking.shades import shades_of
from app.ui.session import Session
from app.ui.tables import Table
from app.ui.widgets import GAP, PADDING, KeyButton, Label, Panel, TickBox, column, padded, segment_button

SEGMENTS, VALVES, EXERCISE = range(3)
MOST_ROWS = 20_000
"""Rows in a list on screen; files hold all of them."""
HOLD_MS = 2_000
"""A list takes its new order only when the pointer has been away for so long."""
EXPORTS = {"segments_csv": ".csv", "valves_csv": ".csv", "exercise_csv": ".csv", "ranking_xlsx": ".xlsx"}
_PER_MILLE = 1000


class RankingPanel(Panel):
    """Lists, filter, colouring, export, and how far the work is.

    Signals:
        shades_changed: Levels for the map, PipeShades, or None for the usual grey.
        pointed: What a chosen row stands for: Thing, and the stretches to be marked (PipeParts).
    """

    shades_changed = Signal(object)
    pointed = Signal(object, object)

    def __init__(self, look: Look, session: Session, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._session, self._now = session, now
        self.ranking = Ranking(session, now, self)
        self._figures: Figures | None = None
        self._order_is_old = self._in_front = False
        self._lists = QButtonGroup(self)
        self._lists.setExclusive(True)
        self.filter, self.colour = QLineEdit(), TickBox(look)
        self.export = KeyButton(look)
        self.work, self.bar = Label(size=fonts.TABLE, tone="t2"), _bar()
        self.stop, self.again = KeyButton(look), KeyButton(look)
        self.table, self.note = Table(look), Label(size=fonts.TABLE, tone="t2", wrap=True)
        self._menu = QMenu(self)
        self._actions = {what: self._action(what) for what in EXPORTS}
        self._lay_out()
        self._held = QTimer(self, singleShot=True, interval=HOLD_MS)
        self._held.timeout.connect(self._reorder)
        self.filter.textChanged.connect(self.table.filter)
        self.colour.setChecked(True)
        self.colour.toggled.connect(self._shade)
        self.export.clicked.connect(self._open_export)
        self.stop.clicked.connect(self.ranking.stop)
        self.again.clicked.connect(self.ranking.begin)
        self.table.chosen.connect(self._choose)
        self.ranking.tables_changed.connect(self._take_tables)
        self.ranking.work_changed.connect(self._show_work)
        self.retranslate()
        self._lists.button(SEGMENTS).setChecked(True)
        self._lists.idClicked.connect(self.show_list)

    def _action(self, what: str) -> QAction:
        action = QAction(self._menu)
        action.triggered.connect(lambda: self._ask_where(what))
        self._menu.addAction(action)
        return action

    def _lay_out(self) -> None:
        choice = QHBoxLayout()
        choice.setContentsMargins(PADDING, GAP, GAP, 0)
        choice.setSpacing(4)
        for number in (SEGMENTS, VALVES, EXERCISE):
            button = segment_button(size=fonts.TABLE)
            self._lists.addButton(button, number)
            choice.addWidget(button)
        choice.addStretch(1)
        tools = QHBoxLayout()
        tools.setContentsMargins(PADDING, GAP, GAP, GAP)
        tools.setSpacing(GAP)
        self.filter.setFont(fonts.font(fonts.TABLE))
        self.filter.setClearButtonEnabled(True)
        tools.addWidget(self.filter, 1)
        tools.addWidget(self.colour)
        tools.addWidget(self.export)
        working = QFrame()
        working.setProperty("edge", "both")
        line = QHBoxLayout(working)
        line.setContentsMargins(PADDING, 4, GAP, 4)
        line.setSpacing(GAP)
        line.addWidget(self.work, 1)
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        line.addWidget(self.again)
        layout = column(self)
        layout.addLayout(choice)
        layout.addLayout(tools)
        layout.addWidget(working)
        layout.addWidget(self.table, 1)
        layout.addWidget(padded(self.note, GAP, GAP))
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def retranslate(self) -> None:
        names = {
            SEGMENTS: self.tr("Segments"),
            VALVES: self.tr("Valves"),
            EXERCISE: self.tr("Exercise first"),
        }
        for number, name in names.items():
            self._lists.button(number).setText(name)
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.colour.setText(self.tr("Colour the map"))
        self.export.setText(self.tr("Export"))
        self.stop.setText(self.tr("Stop"))
        self.again.setText(self.tr("Rank again"))
        files = {
            "segments_csv": self.tr("Segments (CSV)…"),
            "valves_csv": self.tr("Valves (CSV)…"),
            "exercise_csv": self.tr("Valves to exercise first (CSV)…"),
            "ranking_xlsx": self.tr("All three lists (XLSX)…"),
        }
        for what, action in self._actions.items():
            action.setText(files[what])
        self._shade()
        # Even under the pointer: a held order may wait, titles in another language may not.
        self._fill()
        self._show_work()

    # What is shown

    @property
    def shown(self) -> int:
        """Which list is in front."""
        return self._lists.checkedId()

    def show_list(self, number: int) -> None:
        """Bring a list to the front."""
        self._lists.button(number).setChecked(True)
        self._fill()

    def come_forward(self, in_front: bool) -> None:
        """The panel is shown, or another one in its place: the map is coloured only meanwhile."""
        self._in_front = in_front
        if in_front:
            self.ranking.begin()
        self._shade()

    def _take_tables(self) -> None:
        tables, city = self.ranking.tables, self._session.city
        known_before = self._figures
        self._figures = None if tables is None or city is None else Figures(tables, city, self._now())
        self._shade()
        if known_before is None or self._figures is None or known_before.city is not city:
            self._fill()
        else:
            # Figures are read when they are painted; the order waits until nobody points at it.
            self.table.viewport().update()
            self._order_is_old = True
            self._reorder()

    def _reorder(self) -> None:
        if not self._order_is_old:
            return
        if self.table.underMouse() and self.isVisible():
            self._held.start()
        else:
            self._fill()

    def _read(self) -> Figures:
        assert self._figures is not None
        return self._figures

    def _fill(self) -> None:
        self._order_is_old = False
        if self._figures is None:
            self.table.fill((), ())
            self._tell_note()
            return
        tables = self._figures.tables
        columns, order = {
            SEGMENTS: (segment_columns, tables.segments.order),
            VALVES: (valve_columns, tables.valves.order),
            EXERCISE: (exercise_columns, tables.valves.exercise),
        }[self.shown]
        self.table.fill(columns(self._read), order[:MOST_ROWS].tolist())
        self._tell_note()

    def _tell_note(self) -> None:
        if self._figures is None:
            self.note.setText(
                self.tr("What is lost with each segment and each valve, worst first. Made in the background.")
            )
            return
        tables = self._figures.tables
        total = len((tables.segments.order, tables.valves.order, tables.valves.exercise)[self.shown])
        lines = []
        if not tables.supplied:
            lines.append(self.tr("Nothing in this network has water: there is nothing to lose."))
        if total > MOST_ROWS:
            said = self.tr("The first {count} of {total} rows; exported files hold all.")
            lines.append(said.format(count=formats.number(MOST_ROWS), total=formats.number(total)))
        lines.append(self._outages() if self.shown != EXERCISE else self._rule())
        self.note.setText("\n".join(lines))

    def _outages(self) -> str:
        tables = self._read().tables
        if not tables.outages:
            return self.tr("No shutdown carried out is recorded in the last twelve months.")
        said = self.tr("Last twelve months: {count} {count|shutdown|shutdowns}, {mean} outages per customer.")
        mean = formats.number(tables.outages_per_customer, 3)
        return formats.filled(said, count=formats.number(tables.outages), mean=mean)

    def _rule(self) -> str:
        said = self.tr(
            "DN 100 and more, sorted by customers lost more if it fails × chance to fail (house values: condition, "
            "age, last turned). Due every {months} months (V1, house value)."
        )
        return said.format(months=EXERCISE_MONTHS)

    def _show_work(self) -> None:
        ranking = self.ranking
        self.stop.setVisible(ranking.running)
        self.again.setVisible(not ranking.running and (ranking.stale or ranking.tables is None))
        self.again.setEnabled(self._session.workspace is not None)
        self.bar.setVisible(ranking.running)
        # A range without end shows movement where the fraction is not known.
        self.bar.setRange(0, 0 if ranking.fraction is None else _PER_MILLE)
        if ranking.fraction is not None:
            self.bar.setValue(round(ranking.fraction * _PER_MILLE))
        self.work.setText(self._work_words())

    def _work_words(self) -> str:
        ranking = self.ranking
        if ranking.refining:
            return self.tr("Settling what says ≥")
        if ranking.running:
            return self.look.words.say("progress", ranking.step)
        if ranking.tables is None:
            return self.tr("Not ranked yet")
        if ranking.stale:
            return self.tr("Valves were reported since")
        if not ranking.tables.exact:
            return self.tr("≥: at least so many")
        return self.tr("Exact")

    # What follows from it

    def _shade(self) -> None:
        wanted = self._in_front and self.colour.isChecked() and self._figures is not None
        title = self.tr("Customers out if shut off")
        self.shades_changed.emit(shades_of(self._read().tables.pipe_customers, title) if wanted else None)

    def _choose(self, row: int) -> None:
        figures = self._read()
        segments, valves = figures.tables.segments, figures.tables.valves
        if self.shown == SEGMENTS:
            parts = segments.parts(row)
            at = int((parts.pipe == figures.main(row)).argmax())
            middle_m = float(parts.start_m[at] + parts.end_m[at]) / 2.0
            self.pointed.emit(Thing("pipe", figures.main(row), middle_m), parts)
        else:
            sides = {int(valves.side_a[row]), int(valves.side_b[row])}
            self.pointed.emit(Thing("valve", figures.device(row)), segments.parts(*sides))

    def _open_export(self) -> None:
        self._menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft()))

    def _ask_where(self, what: str) -> None:
        name = f"{what.rsplit('_', 1)[0]}-{self._now():%Y%m%d-%H%M}{EXPORTS[what]}"
        ask_where_to_save(self, self.tr("Export the ranking"), name, partial(self._write, what))

    def _write(self, what: str, path: Path) -> None:
        self.ranking.export(what, path, self.look.language)


def _bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setTextVisible(False)
    return bar
