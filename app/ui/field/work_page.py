"""The page of the work: whose it is, where one stands, the valves in their order, the card of the one in front."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout

from app.dispatch.field_task import FieldTask, ValveStep
from app.feeds.inbox import Link
from app.messages.formats import length, number
from app.operations.dispute_words import sentence_of
from app.ui.field.card import ValveCardView
from app.ui.field.flow import Way, way_to
from app.ui.field.model import FieldModel
from app.ui.field.parts import BODY, STRONG, BigButton, BigRow, by_finger
from app.ui.field.place import WhereAmI
from app.ui.field.rows import RowList, ValveRow
from app.ui.look import Look
from app.ui.widgets import Label, Panel, scrolling


class WorkPage(Panel):
    """The page.

    Signals:
        incident_wanted: Another incident is to be chosen. crew_wanted: Another crew. sun_wanted: The other dress.
        gps_wanted: Another receiver.
    """

    incident_wanted = Signal()
    crew_wanted = Signal()
    sun_wanted = Signal()
    gps_wanted = Signal()

    def __init__(self, look: Look, model: FieldModel, where: WhereAmI) -> None:
        super().__init__(look)
        self.setProperty("surface", "panel")
        self._model, self._where = model, where
        self.incident, self.sun = BigButton(look), BigButton(look, icon="sun")
        self.crew, self.gps = BigButton(look), BigButton(look)
        self.summary = Label(size=BODY, weight=600, wrap=True)
        self.rows, self.card = RowList(), ValveCardView(look)
        # The card stands under its row; where it has none it waits unseen, and goes with the page.
        self.card.setParent(self.rows)
        self.card.hide()
        self.disputed = Label(size=BODY, weight=600, tone="red", wrap=True)
        self.told = Label(size=STRONG, weight=600, tone="red", wrap=True)
        self._shown: tuple[FieldTask | None, str] = (None, "")
        self._lay_out()
        self.incident.clicked.connect(self.incident_wanted)
        self.crew.clicked.connect(self.crew_wanted)
        self.sun.clicked.connect(self.sun_wanted)
        self.gps.clicked.connect(self.gps_wanted)
        model.changed.connect(self.show_work)
        model.dispatch.view_changed.connect(self.show_work)
        where.changed.connect(self.show_place)
        look.theme_changed.connect(self._name_sun)
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 6, 8, 6)
        head.setSpacing(8)
        for button in (self.incident, self.crew, self.gps, self.sun):
            button.setFixedHeight(48)
        head.addWidget(self.incident, 2)
        head.addWidget(self.crew, 2)
        head.addWidget(self.gps, 2)
        head.addWidget(self.sun, 2)
        words = QVBoxLayout()
        words.setContentsMargins(16, 2, 16, 8)
        words.addWidget(self.summary)
        words.addWidget(self.disputed)
        words.addWidget(self.told)
        self.area: QScrollArea = by_finger(scrolling(self.rows, takes_focus=False))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addLayout(words)
        layout.addWidget(self.area, 1)

    # What is shown

    def show_work(self) -> None:
        """Write the work anew where it is another."""
        task, step = self._model.task, self._model.step
        shown = task, "" if step is None else step.valve
        if shown != self._shown:
            self._shown = shown
            self._show_rows(task, step)
        self._write(task)
        self.show_place()

    def _show_rows(self, task: FieldTask | None, step: ValveStep | None) -> None:
        steps = () if task is None else task.listed
        rows: list[BigRow] = []
        if task is not None:
            rows = [ValveRow(self.look, task, one, now=one is step) for one in steps]
        for row in rows:
            assert isinstance(row, ValveRow)
            row.clicked.connect(lambda _checked=False, valve=row.step.valve: self._model.point_at(valve))
        self.card.setVisible(step is not None)
        self.rows.show_rows(rows, lambda row: self.card if isinstance(row, ValveRow) and row.step is step else None)
        for row in rows:
            row.show()
        if step is not None:
            # What a layout takes in has its place a turn of events later.
            QTimer.singleShot(0, self, self._bring_into_view)

    def _bring_into_view(self) -> None:
        row = next((one for one in self.rows.rows if one.isChecked()), None)
        if row is not None:
            room = max(self.area.viewport().height() - self.card.height() - row.height(), 0)
            self.area.verticalScrollBar().setValue(row.y() - min(room, row.height()))

    def show_place(self) -> None:
        """Where one stands was heard of, or it grew old."""
        task, step = self._model.task, self._model.step
        if task is not None and step is not None:
            self.card.show_step(task, step, self.way)
        self.gps.setText(self._gps_words())

    @property
    def way(self) -> Way | None:
        """The way to the valve in front; None where nobody knows where one stands, or not any more."""
        here, step = self._where.here, self._model.step
        if here is None or here.stale or step is None:
            return None
        return way_to(here.place_m, (step.card.x_m, step.card.y_m))

    def announce(self, sentence: str, tone: str = "red") -> None:
        """Say why nothing was written, or in another *tone* what is otherwise now; "" for nothing to say."""
        self.told.set_tone(tone)
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))

    def retranslate(self) -> None:
        self._name_sun()
        self._shown = (None, "")
        self.show_work()

    def _name_sun(self) -> None:
        self.sun.setText(self.tr("Indoors") if self.look.theme.name == "sun" else self.tr("Sunlight"))

    def _write(self, task: FieldTask | None) -> None:
        row = next((one for one in self._model.incidents if one.entity == self._model.entity), None)
        place = "" if row is None else row.number
        self.incident.setText(place or (task.number if task is not None else self.tr("Choose an incident")))
        self.crew.setText(self._model.crew or self.tr("No crew"))
        self.crew.setAccessibleName(self.tr("Writes for: {crew}").format(crew=self.crew.text()))
        self.summary.setText(self._summary(task))
        disputes = self._model.disputes
        self.disputed.setText("\n".join(sentence_of(one, self.look.words) for one in disputes))
        self.disputed.setVisible(bool(disputes))
        self.told.setVisible(bool(self.told.text()))

    def _summary(self, task: FieldTask | None) -> str:
        if task is None:
            return self.tr("The work is being looked up.") if self._model.entity else ""
        told = self._back(task) if task.going_back else self._closing(task)
        done, left = sum(one.done for one in task.steps), sum(one.left for one in task.steps)
        told = told.format(done=done, left=left, count=len(task.steps))
        return f"{task.place} · {told}" if task.place else told

    def _closing(self, task: FieldTask) -> str:
        if not task.planned:
            return self.tr("No isolation plan is attached yet: the dispatcher attaches one with F7.")
        if not task.feasible:
            return self.tr("Valves alone do not stop the water any more: call the dispatcher.")
        if not task.over:
            return self.tr("Closing: {done} of {count} valves.")
        if task.dry:
            return self.tr("Shut off, the water is off: {count} valves.")
        return self.tr("All {count} valves are closed.")

    def _back(self, task: FieldTask) -> str:
        if not task.steps:
            return self.tr("The main is mended; no valve was turned for it.")
        if not task.over:
            return self.tr("Going back: {done} of {count} valves, the last closed first.")
        if any(one.left for one in task.steps):
            return self.tr("Every valve is back or stays for a reason ({left} of {count}).")
        return self.tr("All {count} valves are back in their normal position.")

    def _gps_words(self) -> str:
        where = self._where
        if not where.source:
            return self.tr("No GPS")
        if where.off_earth:
            return self.tr("GPS: city not on Earth")
        fix, age_ms = where.fix, where.age_ms
        if where.link is not Link.UP:
            return self.tr("GPS: no line")
        if fix is None or age_ms is None or where.searching:
            return self.tr("GPS searches")
        if where.here is not None and where.here.stale:
            return self.tr("GPS: {seconds} s old").format(seconds=number(age_ms / 1000))
        return "GPS" if fix.accuracy_m is None else f"GPS ±{length(fix.accuracy_m)}"
