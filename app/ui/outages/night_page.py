"""The checklist for the night, ticked line by line, and the times promised and kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from app.messages import Words
from app.outage_requests import OutagePlanned
from app.plan_requests import OrderPlan, PlanOrdered
from app.requests import Failed, Reply
from app.ui.asking import Latest
from app.ui.look import Look
from app.ui.outages.checklist import Check, checklist, in_order, next_of
from app.ui.outages.lines import TextLine
from app.ui.outages.model import OutagesModel
from app.ui.outages.plan_page import PlanValve, valves_of
from app.ui.outages.present import kept_words, moment_words, station_words
from app.ui.tables import Column, Table
from app.ui.widgets import Panel, Section, chip, column
from network.assets import Position

CREWS = 2
"""House: so many crews close the valves."""


def check_words(one: Check, words: Words) -> str:
    """What is to be done."""
    if one.valve is None:
        assert one.fact is not None
        return words.name("outage_check", one.fact.value)
    code = "verify" if one.valve.role == "verify" else "close" if one.to is Position.CLOSED else "open"
    return words.say("outage_check", code, {"valve": one.valve.id})


class NightPage(Panel):
    """The page.

    Signals:
        ticked: Enter on a line that is not done: the line.
        lines_changed: Another line is the next.
        order_changed: The order in which crews close the valves (:attr:`closing`), or none yet.
    """

    ticked = Signal(object)
    lines_changed = Signal()
    order_changed = Signal()

    def __init__(self, look: Look, model: OutagesModel) -> None:
        super().__init__(look)
        self._model = model
        self._ordering = Latest(model.session.client)
        self._visits: tuple[int, ...] = ()
        self._ordered_for: OutagePlanned | None = None
        self.lines: tuple[Check, ...] = ()
        self.list = Section(look)
        self.kept, self.stations = TextLine(8, 8), TextLine(0, 8, tone="amber")
        self.table = Table(look)
        self.table.taken.connect(self._take)
        self.list.header.add(chip("Enter", "key"))
        self.list.body.addWidget(self.kept)
        self.list.body.addWidget(self.stations)
        self.list.body.addWidget(self.table, 1)
        column(self, self.list)
        model.sheet_changed.connect(self.retranslate)
        model.planned_changed.connect(self._planned)
        model.session.suppositions_changed.connect(self.retranslate)
        self.retranslate()

    @property
    def closing(self) -> tuple[int, ...]:
        """Devices as crews come to them; empty where that is not known."""
        return self._visits

    def ask(self) -> None:
        """Ask in which order crews close the valves: the map numbers them so, whatever page is looked at."""
        planned = self._model.planned
        if planned is None or planned is self._ordered_for:
            return
        self._ordered_for, self._visits = planned, ()

        def take(reply: Reply) -> None:
            # Without an order the plan's own stands there.
            self._visits = () if isinstance(reply, Failed) else _devices(reply)
            self.order_changed.emit()
            self.retranslate()

        self._ordering.ask(OrderPlan(planned.subject, CREWS), take)

    def _planned(self) -> None:
        if self._model.planned is None:
            self._visits, self._ordered_for = (), None
            self._ordering.drop()
        else:
            self.ask()

    def retranslate(self) -> None:
        self.list.header.title.setText(self.tr("Checklist"))
        sheet, words = self._model.sheet, self.look.words
        if sheet is None or self._model.session.city is None:
            self.lines = ()
            return
        valves = in_order(valves_of(sheet, self._model.session), self._visits)
        self.lines = checklist(sheet, valves, self._position)
        done = sum(one.is_done for one in self.lines)
        told = self.tr("{done} of {count} · Enter says it was done").format(done=done, count=len(self.lines))
        self.list.header.note.set_text(told)
        row = self._model.row
        self.kept.say("" if row is None else "\n".join(kept_words(row, words)))
        self.stations.say("\n".join(station_words(sheet.stations, words)))
        self._fill(words)
        self.lines_changed.emit()

    def _fill(self, words: Words) -> None:
        following = next_of(self.lines)
        columns = (
            Column(
                "",
                lambda one: words.say("outage_part", one.part),
                width=64,
                icon=lambda one: _look(one, following),
                tone=lambda _one: "t3",
            ),
            Column(
                self.tr("Step"),
                lambda one: check_words(one, words),
                elide=True,
                tone=lambda one: "t3" if one.is_done else "t1",
            ),
            Column("", lambda one: one.rule, width=40, tone=lambda _one: "t3"),
            Column(
                self.tr("When"),
                lambda one: _when(one, words),
                width=110,
                tone=lambda one: "t3" if one.is_done else self._due_tone(one),
            ),
        )
        at = self.table.currentIndex().row()
        self.table.fill(columns, self.lines)
        wanted = at if 0 <= at < len(self.lines) and self.table.hasFocus() else self._place_of(following)
        self.table.selectRow(wanted)

    def _place_of(self, following: Check | None) -> int:
        return 0 if following is None else self.lines.index(following)

    def _due_tone(self, one: Check) -> str:
        return "amber_text" if one.due_ms is not None and one.due_ms < self._model.now_ms else "t2"

    def _position(self, valve: PlanValve) -> Position | None:
        if valve.row < 0:
            return None
        return Position(int(self._model.session.states.position[valve.row]))

    def _take(self, one: Check) -> None:
        if not one.is_done:
            self.ticked.emit(one)

    @property
    def following(self) -> Check | None:
        """The line that is next."""
        return next_of(self.lines)

    def focus(self) -> None:
        """To the next line."""
        if self.lines:
            self.table.selectRow(self._place_of(self.following))
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _devices(reply: Reply) -> tuple[int, ...]:
    assert isinstance(reply, PlanOrdered)
    return tuple(visit.device for visit in reply.visits)


def _look(one: Check, following: Check | None) -> tuple[str, str]:
    if one.is_done:
        return "tick", "t3"
    return ("dot", "acc") if one is following else ("ring", "t2")


def _when(one: Check, words: Words) -> str:
    if one.done_ms is not None:
        return moment_words(one.done_ms, words)
    if one.is_done or one.due_ms is None:
        return ""
    return words.say("outage_told", "by", {"time": moment_words(one.due_ms, words)})
