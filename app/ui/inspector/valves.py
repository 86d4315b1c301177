"""The valves of a plan: what to close in which order, what to verify, what is bypassed, and why each is needed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from app.messages import formats
from app.messages.describe import Describer, Thing
from app.plan_requests import PlanOrdered, ValveVisit
from app.requests import ValveExplained
from app.ui import fonts
from app.ui.look import Look
from app.ui.plan_facts import PlanFacts
from app.ui.planning.study import Study
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.valve_marks import condition_tone, role_mark, state_mark
from app.ui.valve_rows import ValveRow, task_words, valve_rows
from app.ui.widgets import SMALL_GAP, Label, Panel, Section, chip, column, padded, row, segment_button
from network.answers import SupplyPath
from network.topology import City

_HOVER_MS = 150
NARROW_PX = 430
"""Below it the turns, which stand in the programme and on the valve's card too, give their room to the place."""
_WORKED = frozenset({"close", "drain_back", "verify_closed"})
"""Roles of valves to which a crew goes."""


class CrewSwitch(QWidget):
    """How many crews close valves."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self._study = study
        self._group = QButtonGroup(self)
        buttons = []
        for crews in (1, 2, 3):
            button = segment_button(str(crews))
            button.setFixedWidth(28)
            button.clicked.connect(lambda _checked=False, crews=crews: study.send_crews(crews))
            self._group.addButton(button, crews)
            buttons.append(button)
        self.name = Label(size=fonts.CAPTION, tone="t3")
        line = row(self.name, *buttons, spacing=0)
        line.insertSpacing(1, SMALL_GAP)
        self.setLayout(line)
        self.retranslate()

    def button(self, crews: int) -> QAbstractButton:
        """The button for so many crews."""
        return self._group.button(crews)

    def retranslate(self) -> None:
        """Write its words again and show how many it is."""
        self.name.setText(self.tr("crews"))
        self._group.button(self._study.crews).setChecked(True)


def _done_s(visits: Mapping[int, ValveVisit], row: ValveRow) -> float:
    """When a valve is done; those that nobody goes to come last."""
    visit = visits.get(row.device)
    return float("inf") if visit is None else visit.done_s


class ValvesSection(Panel):
    """The table of valves, and under it why the one pointed at is needed.

    Signals:
        path_shown: The way that water would take: SupplyPath, or None.
    """

    path_shown = Signal(object)

    def __init__(self, look: Look, session: Session, study: Study) -> None:
        super().__init__(look)
        self._session, self._study = session, study
        self._pointed: ValveRow | None = None
        self._section = Section(look)
        self.header = self._section.header
        self.table = Table(look, most_rows=12)
        self.order = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.reopen = Label(size=fonts.TABLE, tone="amber", wrap=True)
        self.why = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.crews = CrewSwitch(study)
        self.header.add(self.crews)
        self.header.add(chip("F5", "key"))
        self._section.body.addWidget(self.table)
        self._section.body.addWidget(padded(self.order, 6, 0))
        self._section.body.addWidget(padded(self.reopen, 4, 0))
        self._section.body.addWidget(padded(self.why, 6, 8))
        column(self, self._section)
        # The pointer sweeps over rows: ask only where it rests.
        self._resting = QTimer(self, singleShot=True, interval=_HOVER_MS)
        self._resting.timeout.connect(self._ask_why)
        self.table.hovered.connect(self._point)
        self.table.chosen.connect(self._choose)
        session.plan_changed.connect(self.retranslate)
        self.table.taken.connect(self._toggle_closed)
        session.explained.connect(self._explain)
        study.ordered_changed.connect(self._reorder)
        session.field_changed.connect(self._reorder)
        self.retranslate()

    def retranslate(self) -> None:
        facts = self._session.plan
        self.appear(facts is not None)
        if facts is None:
            return
        header = self.header
        header.title.setText(self.tr("Isolation plan"))
        header.note.set_parts(self._counts(facts))
        self.crews.retranslate()
        self._fill(facts)
        self.why.setText(self.tr("Point at a valve to see what happens if it stays open."))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() < NARROW_PX) != (event.oldSize().width() < NARROW_PX):
            self._reorder()

    def _reorder(self) -> None:
        facts = self._session.plan
        self.crews.retranslate()
        if facts is not None:
            self._fill(facts)

    def _fill(self, facts: PlanFacts) -> None:
        """Rows in the order of closing, as far as it is known, with what crews have done."""
        chosen = self.table.currentIndex()
        before = self.table.rows.row_at(chosen.row()) if chosen.isValid() else None
        rows = valve_rows(facts, self._study.closing)
        self.table.fill(self._columns(facts), rows)
        if before is not None:
            self.table.select(next((row for row in rows if row.device == before.device), None))
        self._write_order()

    def _write_order(self) -> None:
        ordered, session = self._study.ordered, self._session
        said = []
        if ordered is not None and ordered.visits:
            minutes = formats.number(ordered.stops_s / 60)
            said.append(self.tr("The water stops after {minutes} min.").format(minutes=minutes))
            if not ordered.proven:
                said.append(self.tr("Too many valves to try every order: not proven best."))
            said += self._ways(ordered)
            done = sum(visit.device in session.closed for visit in ordered.visits)
            if done:
                count = self.tr("{done} of {count} done.").format(done=done, count=len(ordered.visits))
                said.insert(0, count)
            else:
                said.append(self.tr("Enter or double click: a crew has closed it."))
        self.order.setText(self.look.words.say("join", "sentences").join(said))
        self.order.setVisible(bool(said))
        ids = session.city.network.devices.ids if session.city is not None else None
        again = [ids[row] for row in session.to_reopen] if ids is not None else []
        self.reopen.setText(
            self.tr("Closed already and not needed any more, open again: {valves}").format(valves=", ".join(again))
        )
        self.reopen.setVisible(bool(again))

    def focus_order(self) -> None:
        """F5: the keyboard goes to the order of closing."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def point_at(self, device: int) -> None:
        """Explain *device* where the plan closes it: the pointer rests on its mark on the map."""
        facts = self._session.plan
        if facts is None:
            return
        found = next((each for each in valve_rows(facts, self._study.closing) if each.device == device), None)
        if found is not None:
            self._point(found)

    def _toggle_closed(self, row: ValveRow) -> None:
        if row.role in _WORKED:
            self._session.mark_closed(row.device, closed=row.device not in self._session.closed)

    def _counts(self, facts: PlanFacts) -> list[str]:
        """What the plan asks for, the most important first."""
        plan = facts.plan
        parts = [self.tr("close {count}").format(count=len(plan.close) + len(plan.drain_back))]
        if plan.verify_closed:
            parts.append(self.tr("verify {count}").format(count=len(plan.verify_closed)))
        if facts.bypassed:
            parts.append(self.tr("bypass {count}").format(count=len(facts.bypassed)))
        if math.isfinite(facts.made.elapsed_s):
            parts.append(f"{formats.number(facts.made.elapsed_s * 1000)} ms")
        return parts

    def _columns(self, facts: PlanFacts) -> tuple[Column, ...]:
        city, words = facts.city, self.look.words
        devices, states = city.network.devices, facts.states
        describer = Describer(city, words)

        def order(row: ValveRow) -> str:
            return str(row.order) if row.order else ""

        def task(row: ValveRow) -> str:
            return self.tr("done") if row.device in closed else task_words(row, states, words)

        closed = frozenset(self._session.closed)

        def mark(row: ValveRow) -> tuple[str, str] | None:
            device = row.device
            if device in closed:
                return "tick", "t1"
            of_role = role_mark(row.role)
            return of_role or state_mark(devices.kind[device], states.position[device], states.condition[device])

        def tone(row: ValveRow) -> str:
            if row.device in closed:
                return "t1"
            if row.role in {"close", "bypassed"}:
                return condition_tone(int(states.condition[row.device]))
            return "t2"

        return (
            Column(self.tr("#"), order, key=lambda row: row.order or 10_000, width=34, strong=True),
            Column(self.tr("Valve"), lambda row: devices.ids[row.device], width=56, strong=True),
            Column(
                self.tr("DN"),
                lambda row: str(devices.dn_mm[row.device] or formats.NO_VALUE),
                key=lambda row: int(devices.dn_mm[row.device]),
                width=36,
                number=True,
            ),
            Column(
                self.tr("Place"),
                lambda row: devices.landmark[row.device] or describer.place_of_device(row.device),
                elide=True,
            ),
            *(() if self.width() < NARROW_PX else (self._turns_column(facts, describer),)),
            Column(self.tr("Condition"), task, width=72, most=136, elide=True, icon=mark, tone=tone),
            *self._time_columns(),
        )

    def _ways(self, ordered: PlanOrdered) -> list[str]:
        """From where crews set out, and what their ways rest on."""
        words = self.look.words
        basis = words.say("travel", ordered.basis)
        if not ordered.starts_known:
            return [basis, words.say("travel", "starts_unknown")]
        named = (
            ordered.who if len(ordered.who) < 2 else [f"{at} {name}" for at, name in enumerate(ordered.who, start=1)]
        )
        listed = words.say("join", "names").join(named)
        said = self.tr("{count|Crew|Crews} {crews} from where {count|it is|they are} now.")
        return [formats.filled(said, count=len(named), crews=listed), basis]

    def _turns_column(self, facts: PlanFacts, describer: Describer) -> Column:
        devices = facts.city.network.devices
        return Column(
            self.tr("Turns"),
            lambda row: describer.turns(row.device),
            key=lambda row: float(devices.turns[row.device]),
            width=44,
            number=True,
        )

    def _time_columns(self) -> tuple[Column, ...]:
        """When each valve is done, and by whom where there is more than one crew; nothing until that is known."""
        ordered = self._study.ordered
        if ordered is None or not ordered.visits:
            return ()
        visits = {visit.device: visit for visit in ordered.visits}

        def when(row: ValveRow) -> str:
            visit = visits.get(row.device)
            return formats.number(visit.done_s / 60) if visit is not None else ""

        def crew(row: ValveRow) -> str:
            visit = visits.get(row.device)
            return str(visit.crew + 1) if visit is not None else ""

        time = Column(self.tr("min"), when, key=lambda row: _done_s(visits, row), width=30, number=True)
        return (Column(self.tr("Crew"), crew, width=36, number=True), time) if ordered.crews > 1 else (time,)

    def _point(self, row: ValveRow | None) -> None:
        if row is not None and row != self._pointed:
            self._pointed = row
            self._resting.start()

    def _choose(self, row: ValveRow) -> None:
        self._session.pick(Thing("valve", row.device))
        self._point(row)

    def _ask_why(self) -> None:
        row = self._pointed
        if row is None or self._session.plan is None:
            return
        if row.role in {"close", "drain_back"}:
            self._session.explain(row.device)
            return
        self.path_shown.emit(None)
        self.why.setText(self._reason(row.role))

    def _reason(self, role: str) -> str:
        reasons = {
            "verify_closed": self.tr("The plan relies on it being closed: go and see."),
            "held_by": self.tr("It lets no water back: nothing to close here."),
            "bypassed": self.tr("It cannot be relied on, so the plan goes round it."),
            "dead_side": self.tr("Nothing feeds its far side afterwards: it need not be closed."),
        }
        return reasons[role]

    def _explain(self, explained: ValveExplained) -> None:
        facts = self._session.plan
        if facts is None:
            return
        valve = facts.city.network.devices.ids[explained.device]
        if explained.path is None:
            self.why.setText(self.tr("{valve}: left open alone, no water would come.").format(valve=valve))
        else:
            self.why.setText(self._path_words(valve, explained.path, facts.city))
        self.path_shown.emit(explained.path)

    def _path_words(self, valve: str, path: SupplyPath, city: City) -> str:
        origin = city.network.sources.ids[path.source] if path.source >= 0 else self.tr("a pump's own tank")
        said = self.tr(
            "If {valve} stays open, water comes from {source} over {length}, through {count} {count|valve|valves}."
        )
        length = formats.length(path.parts.length_m)
        return formats.filled(said, valve=valve, source=origin, length=length, count=len(path.devices))
