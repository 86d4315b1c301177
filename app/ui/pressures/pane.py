"""The pane under the map: what happens to pressures and fire cover while the plan on screen is in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.messages import formats
from app.messages.describe import Thing
from app.sweep_requests import Pressures, PressuresFound
from app.ui import fonts
from app.ui.look import Look
from app.ui.map.pressure_marks import PressureMarks
from app.ui.menus import show_dialog
from app.ui.pressures.chart import ChartWords, DayChart
from app.ui.pressures.finder import OUTAGE_HOURS, Finder
from app.ui.pressures.findings import Finding, findings
from app.ui.pressures.fire_line import FireLine
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.widgets import (
    GAP,
    PADDING,
    IconLabel,
    KeyButton,
    Label,
    Panel,
    Picker,
    SectionHeader,
    clear,
    column,
    padded,
    scrolling,
    segment_button,
)
from network.topology import City

PANE_HEIGHT, TABLE_WIDTH = 300, 380
NARROW_PX, NARROW_TABLE_WIDTH, LEAST_WIDTH = 720, 280, 560
"""Between the sides of a window of 1366 pixels there is room for the narrow kind."""
PRESENT, PEAK = range(2)
KEY = "F11"
_TICK_MS = 500
_MOST_LINES = 9


class PressuresPane(Panel):
    """Curves, customers newly low, and findings; hidden and shown with :data:`KEY`.

    Signals:
        marks_changed: Marks for the map: PressureMarks, or None.
    """

    marks_changed = Signal(object)

    def __init__(self, look: Look, session: Session, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._session = session
        self.finder = Finder(session, now, self)
        self.setProperty("surface", "panel")
        self.setProperty("edge", "top")
        self.setFixedHeight(PANE_HEIGHT)
        self.header, self.refusal = SectionHeader(look), _Refusal(look)
        self.hours, self.model = Picker(look), KeyButton(look)
        self.stop, self.hide_button = KeyButton(look, "Esc"), KeyButton(look, KEY)
        self._at = QButtonGroup(self)
        self.chart, self.table = DayChart(look), Table(look, most_rows=4)
        self.empty, self._lines = Label(size=fonts.TABLE, tone="t2", wrap=True), QVBoxLayout()
        self.fire = FireLine(look)
        self._lay_out()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._write_note)
        self._at.idClicked.connect(lambda _number: self._show_hour())
        self.hours.activated.connect(lambda at: self.finder.set_hours(OUTAGE_HOURS[at]))
        self.model.clicked.connect(self._choose_model)
        self.stop.clicked.connect(self.finder.stop)
        self.hide_button.clicked.connect(self.hide)
        self.table.chosen.connect(self._choose)
        self.fire.reach_chosen.connect(self.finder.set_reach)
        self.finder.changed.connect(self._refresh)
        session.plan_changed.connect(self._refresh)
        self.retranslate()

    def _lay_out(self) -> None:
        hours = QWidget()
        side_by_side = QHBoxLayout(hours)
        side_by_side.setContentsMargins(0, 0, 0, 0)
        side_by_side.setSpacing(4)
        for number in (PRESENT, PEAK):
            button = segment_button()
            self._at.addButton(button, number)
            side_by_side.addWidget(button)
        self.header.add(hours)
        self._at.button(PRESENT).setChecked(True)
        for widget in (self.hours, self.model, self.stop, self.hide_button):
            self.header.add(widget)
        self._right = right = QWidget()
        right.setFixedWidth(TABLE_WIDTH)
        # Its words must not make a small window larger than its screen.
        self.setMinimumWidth(LEAST_WIDTH)
        lines = QWidget()
        self._lines.setContentsMargins(PADDING, 6, PADDING, 6)
        self._lines.setSpacing(3)
        lines.setLayout(self._lines)
        inside = QWidget()
        column(inside, self.table, padded(self.empty, GAP, 0), self.fire, lines).addStretch(1)
        column(right, scrolling(inside))
        self.body = QWidget()
        across = QHBoxLayout(self.body)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.chart, 1)
        across.addWidget(right)
        column(self, self.header, self.refusal, self.body).setStretch(2, 1)

    def retranslate(self) -> None:
        self.header.title.setText(self.tr("Hydraulic check"))
        self.hours.clear()
        said = self.tr("{hours} h out")
        self.hours.addItems([said.format(hours=hours) for hours in OUTAGE_HOURS])
        self.hours.setCurrentIndex(OUTAGE_HOURS.index(self.finder.hours))
        self.hours.setToolTip(self.tr("How long the water stays off in the 24 hours drawn"))
        self.model.setText(self.tr("Model…"))
        self.model.setToolTip(self.tr("Take figures from a calibrated EPANET model (INP)"))
        self.stop.setText(self.tr("Stop"))
        self._fit()
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow pane the quiet words go, and a key stands for its button."""
        narrow = self.width() < NARROW_PX
        self._right.setFixedWidth(NARROW_TABLE_WIDTH if narrow else TABLE_WIDTH)
        self.hide_button.setText("" if narrow else self.tr("Hide"))
        self.hide_button.setToolTip(self.tr("Hide") if narrow else "")
        self.hide_button.setAccessibleName(self.tr("Hide"))
        self.header.note.setVisible(not narrow or self.finder.running)
        self.model.setVisible(not narrow or not self.finder.running)

    # What is shown

    @property
    def hour(self) -> Pressures | None:
        """The hour that is shown."""
        found = self.finder.found
        return None if found is None else (found.present, found.peak)[self._at.checkedId()]

    def toggle(self) -> None:
        """Show or hide the pane; nothing is worked out while it is hidden."""
        self.setVisible(self.isHidden())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.finder.want(wanted=True)
        self._mark()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.finder.want(wanted=False)
        self.marks_changed.emit(None)

    def _refresh(self) -> None:
        finder = self.finder
        self.stop.setVisible(finder.running)
        self._fit()
        if finder.running and not self._tick.isActive():
            self._tick.start()
        elif not finder.running:
            self._tick.stop()
        self.refusal.tell(self.look.words.refusal(finder.failed.code, finder.failed.detail) if finder.failed else "")
        self.fire.tell(finder.fire)
        self._write_hours()
        self._show_hour()
        self._show_day()

    def _write_hours(self) -> None:
        found = self.finder.found
        names = (self.tr("Now"), self.tr("Peak"))
        for number, name in enumerate(names):
            button = self._at.button(number)
            hour = None if found is None else (found.present, found.peak)[number].hour
            button.setText(name if hour is None else f"{name} {int(hour):02d}:{round(hour % 1 * 60):02d}")
            button.setEnabled(found is not None)

    def _write_note(self) -> None:
        finder, hour = self.finder, self.hour
        if finder.running:
            share = "" if finder.share is None else f" · {formats.number(100 * finder.share)} %"
            said = f"{self.look.words.say('progress', finder.step)}{share} · {formats.number(finder.elapsed_s)} s"
        elif self._session.plan is None:
            said = self.tr("Make a plan, and its pressures are worked out here.")
        elif hour is None:
            said = ""
        else:
            said = self._summary(hour)
        self.header.note.set_text(said)

    def _summary(self, hour: Pressures) -> str:
        low, turned = formats.number(len(hour.low)), formats.number(len(hour.reversed))
        fastest = formats.number(hour.fastest_m_s, 1)
        said = self.tr("EPANET · newly low {low} · ≤ {fastest} m/s · {turned} reversed")
        return said.format(low=low, fastest=fastest, turned=turned)

    def _show_hour(self) -> None:
        self._write_note()
        found, hour, city = self.finder.found, self.hour, self._session.city
        clear(self._lines)
        self.table.setVisible(hour is not None and len(hour.low) > 0)
        self.empty.setVisible(hour is not None and not len(hour.low))
        self._mark()
        if found is None or hour is None or city is None:
            return
        self.empty.setText(self._none_low(found, hour))
        self.table.fill(self._columns(city, hour), range(len(hour.low)))
        for finding in findings(city, found, hour, self.finder.day, self.look.words)[:_MOST_LINES]:
            self._lines.addWidget(_line(self.look, finding))

    def _none_low(self, found: PressuresFound, hour: Pressures) -> str:
        limit = formats.number(found.low_mpa, 2)
        if hour.already_low:
            said = self.tr("Nobody falls below {limit} MPa newly; {count} were below it before.")
            return said.format(limit=limit, count=formats.number(hour.already_low))
        return self.tr("Nobody falls below {limit} MPa.").format(limit=limit)

    def _columns(self, city: City, hour: Pressures) -> tuple[Column, ...]:
        customers = city.customers

        def row_of(at: int) -> int:
            return int(hour.low[at])

        return (
            Column(self.tr("Newly low"), lambda at: name_of(city, row_of(at)), elide=True),
            Column(
                self.tr("Before"),
                lambda at: formats.number(float(hour.low_before_mpa[at]), 3),
                key=lambda at: float(hour.low_before_mpa[at]),
                width=56,
                number=True,
            ),
            Column(
                self.tr("After MPa"),
                lambda at: formats.number(float(hour.low_mpa[at]), 3),
                key=lambda at: float(hour.low_mpa[at]),
                width=88,
                number=True,
                strong=True,
                icon=lambda _at: ("low", "low"),
                tone=lambda _at: "low",
            ),
            Column(
                self.tr("Households"),
                lambda at: formats.number(int(customers.households[row_of(at)])),
                key=lambda at: int(customers.households[row_of(at)]),
                width=72,
                number=True,
            ),
        )

    def _show_day(self) -> None:
        found, day, city = self.finder.found, self.finder.day, self._session.city
        names: tuple[str, ...] = ()
        if day is not None and city is not None:
            names = tuple(name_of(city, row) for row in day.rows)
        limit_mpa = 0.0 if found is None else found.low_mpa
        words = ChartWords(
            axis=self.tr("MPa at the meter, most affected places"),
            limit=self.tr("lowest at the meter {limit}").format(limit=formats.number(limit_mpa, 2)),
            usual=self.tr("dotted: without the outage"),
            outage=self.tr("water off"),
        )
        self.chart.show_day(day, names, limit_mpa, words)

    # What follows from it

    def _mark(self) -> None:
        hour, city = self.hour, self._session.city
        shown = self.isVisible() and hour is not None and city is not None
        self.marks_changed.emit(PressureMarks(hour.low, hour.reversed, hour.forward) if shown and hour else None)

    def _choose(self, at: int) -> None:
        hour = self.hour
        assert hour is not None
        row = int(hour.low[at])
        self._session.pick(Thing("customer", row))
        day = self.finder.day
        if day is not None and row in day.rows:
            self.chart.choose(day.rows.index(row))

    def _choose_model(self) -> None:
        dialog = QFileDialog(self, self.tr("Calibrated EPANET model"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("*.inp")
        dialog.fileSelected.connect(lambda path: self.finder.set_calibration(Path(path)))
        show_dialog(dialog)


class _Refusal(Label):
    """Why there are no pressures; the rest of the pane keeps what it showed."""

    def __init__(self, _look: Look) -> None:
        super().__init__(size=fonts.TABLE, wrap=True)
        self.setProperty("notice", "amber")
        self.setContentsMargins(PADDING, 6, PADDING, 6)
        self.hide()

    def tell(self, text: str) -> None:
        """Say *text*; nothing where it is empty."""
        self.setText(text)
        self.setVisible(bool(text))


def name_of(city: City, customer: int) -> str:
    """What people call a customer's place."""
    customers = city.customers
    return customers.name[customer] or customers.address[customer] or customers.ids[customer]


def _line(look: Look, finding: Finding) -> QWidget:
    host = QWidget()
    line = QHBoxLayout(host)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(GAP)
    line.addWidget(IconLabel(look, finding.icon, finding.tone, 14), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(
        Label(finding.text, size=fonts.TABLE, tone="t1" if finding.tone == "amber_text" else "t2", wrap=True), 1
    )
    return host
