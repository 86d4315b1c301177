"""The valves of a plan: what to close in which order, what to verify, what is bypassed, and why each is needed."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal

from app.messages import formats
from app.messages.describe import Describer, Thing
from app.requests import ValveExplained
from app.ui import fonts
from app.ui.look import Look
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.valve_marks import condition_tone, role_mark, state_mark
from app.ui.valve_rows import ValveRow, task_words, valve_rows
from app.ui.widgets import Label, Panel, Section, column, padded
from network.answers import SupplyPath
from network.topology import City

_HOVER_MS = 150


class ValvesSection(Panel):
    """The table of valves, and under it why the one pointed at is needed.

    Signals:
        path_shown: The way that water would take: SupplyPath, or None.
    """

    path_shown = Signal(object)

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._pointed: ValveRow | None = None
        self._section = Section(look)
        self.table = Table(look, most_rows=12)
        self.why = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self._section.body.addWidget(self.table)
        self._section.body.addWidget(padded(self.why, 6, 8))
        column(self, self._section)
        # The pointer sweeps over rows: ask only where it rests.
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_HOVER_MS)
        self._resting.timeout.connect(self._ask_why)
        self.table.hovered.connect(self._point)
        self.table.chosen.connect(self._choose)
        session.plan_changed.connect(self.retranslate)
        session.explained.connect(self._explain)
        self.retranslate()

    def retranslate(self) -> None:
        facts = self._session.plan
        self.appear(facts is not None)
        if facts is None:
            return
        rows = valve_rows(facts)
        header = self._section.header
        header.title.setText(self.tr("Isolation plan"))
        header.note.set_text(self._counts(facts))
        self.table.fill(self._columns(facts), rows)
        self.why.setText(self.tr("Point at a valve to see what happens if it stays open."))

    def _counts(self, facts: PlanFacts) -> str:
        plan = facts.plan
        parts = [self.tr("close {count}").format(count=len(plan.close) + len(plan.drain_back))]
        if plan.verify_closed:
            parts.append(self.tr("verify {count}").format(count=len(plan.verify_closed)))
        if facts.bypassed:
            parts.append(self.tr("bypass {count}").format(count=len(facts.bypassed)))
        parts.append(self.tr("computed in {time}").format(time=f"{formats.number(facts.made.elapsed_s * 1000)} ms"))
        return " · ".join(parts)

    def _columns(self, facts: PlanFacts) -> tuple[Column, ...]:
        city, words = facts.city, self.look.words
        devices, states = city.network.devices, facts.states
        describer = Describer(city, words)

        def order(row: ValveRow) -> str:
            return str(row.order) if row.order else ""

        def task(row: ValveRow) -> str:
            return task_words(row, states, words)

        def mark(row: ValveRow) -> tuple[str, str] | None:
            device = row.device
            of_role = role_mark(row.role)
            return of_role or state_mark(devices.kind[device], states.position[device], states.condition[device])

        def tone(row: ValveRow) -> str:
            if row.role in {"close", "bypassed"}:
                return condition_tone(int(states.condition[row.device]))
            return "t2"

        return (
            Column(self.tr("#"), order, key=lambda row: row.order or 10_000, width=40, strong=True),
            Column(self.tr("Valve"), lambda row: devices.ids[row.device], width=64, strong=True),
            Column(
                self.tr("DN"),
                lambda row: str(devices.dn_mm[row.device] or formats.NO_VALUE),
                key=lambda row: int(devices.dn_mm[row.device]),
                width=44,
                number=True,
            ),
            Column(
                self.tr("Place"),
                lambda row: devices.landmark[row.device] or describer.place_of_device(row.device),
                elide=True,
            ),
            Column(
                self.tr("Turns"),
                lambda row: describer.turns(row.device),
                key=lambda row: float(devices.turns[row.device]),
                width=52,
                number=True,
            ),
            Column(self.tr("Condition"), task, width=96, most=136, elide=True, icon=mark, tone=tone),
        )

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
        said = self.tr("If {valve} stays open, water comes from {source} over {length}, through {count} valves.")
        length = formats.length(path.parts.length_m)
        return said.format(valve=valve, source=origin, length=length, count=len(path.devices))
