"""What a plan relies on: a refusal with its sources, notes, doubtful valves, and the operator's own suppositions."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.messages import formats
from app.suppositions import ValveOverride
from app.ui import fonts
from app.ui.look import Look
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from app.ui.widgets import GAP, PADDING, ElidedLabel, IconLabel, Label, Panel, Section, clear, column, row
from network.answers import Note
from network.assets import SourceKind

MOST_IDS = 6
_TOLD_BY_ID = frozenset({Note.RELIES_ON_UNKNOWN, Note.RELIES_ON_ASSUMED})
"""Notes that stand here already, with the valves that they are about."""


class RefusalBanner(Panel):
    """Amber: valves alone cannot stop the water; what to stop, and what the lists then mean."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self.setProperty("surface", "panel")
        self.setProperty("edge", "bottom")
        self.title = Label(size=fonts.BODY, weight=600, tone="amber")
        self.text = Label(size=fonts.TABLE, wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 10, PADDING, 10)
        layout.setSpacing(4)
        layout.addLayout(row(IconLabel(look, "stop", "amber_text"), self.title))
        layout.addWidget(self.text)
        session.plan_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        facts = self._session.plan
        self.appear(facts is not None and not facts.feasible)
        if facts is None or facts.feasible:
            return
        words, sources = self.look.words, facts.city.network.sources
        self.title.setText(words.say("plan", "cannot"))
        lines = []
        for source in facts.plan.stop:
            kind = SourceKind(int(sources.kind[source]))
            code = "stop_tank" if kind is SourceKind.TANK else "stop"
            said = {"kind": words.say("source_kind", kind.name.lower()), "id": sources.ids[source]}
            lines.append(words.say("plan", code, said))
        self.text.setText("\n".join([*lines, words.say("plan", "lists_if_stopped")]))


class BasisSection(Panel):
    """Lines under "what this relies on"."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._section = Section(look)
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(PADDING, 8, PADDING, 10)
        self._lines.setSpacing(6)
        self._section.body.addLayout(self._lines)
        column(self, self._section)
        for changed in (session.plan_changed, session.suppositions_changed, session.workspace_changed):
            changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        facts, suppositions = self._session.plan, self._session.suppositions
        clear(self._lines)
        if facts is not None:
            self._write_plan(facts)
        for supposed in suppositions:
            self._lines.addWidget(self._supposition(supposed))
        self._section.header.title.setText(self.tr("What this relies on"))
        self._section.header.note.set_text(
            self.tr("{count} supposed").format(count=len(suppositions)) if suppositions else ""
        )
        self.appear(self._lines.count() > 0)

    @property
    def texts(self) -> list[str]:
        """What its lines say."""
        return [label.text() for label in self.findChildren(Label) if label.wordWrap()]

    def _write_plan(self, facts: PlanFacts) -> None:
        ids, plan = facts.city.network.devices.ids, facts.plan
        if plan.verify_closed:
            listed = self._listed(ids[device] for device in plan.verify_closed)
            self._line(
                "valve_verify", "t2", self.tr("Closed by the record, go and see: {valves}").format(valves=listed)
            )
        if facts.unknown:
            listed = self._listed(ids[device] for device in facts.unknown)
            text = self.tr("Condition unknown, try first: {valves}").format(valves=listed)
            self._line("valve_unknown", "amber_text", text)
        if facts.assumed:
            listed = self._listed(ids[device] for device in facts.assumed)
            self._line("warning", "amber_text", self.tr("Assumed, may not exist: {valves}").format(valves=listed))
        for note in (note for note in plan.notes if note not in _TOLD_BY_ID):
            tone = "red_text" if note is Note.NOT_SUPPLIED_BEFORE else "amber_text"
            self._line("warning", tone, self.look.words.say("note", note))
        if plan.feasible and not self._lines.count():
            self._line("tick", "t2", self.tr("Only valves on record as operable."))

    @staticmethod
    def _listed(ids: Iterable[str]) -> str:
        named = list(ids)
        more = len(named) - MOST_IDS
        return ", ".join(named[:MOST_IDS]) + (f" +{formats.number(more)}" if more > 0 else "")

    def _line(self, icon: str, tone: str, text: str) -> None:
        line = QFrame()
        label = Label(text, size=fonts.TABLE, tone="t1" if tone != "t2" else "t2", wrap=True)
        line.setLayout(row(IconLabel(self.look, icon, tone), label, stretch_last=True))
        self._lines.addWidget(line)

    def _supposition(self, supposed: ValveOverride) -> QWidget:
        city = self._session.city
        assert city is not None
        words = self.look.words
        states = []
        if supposed.condition is not None:
            states.append(words.say("condition", supposed.condition.name.lower()))
        if supposed.position is not None:
            states.append(words.say("position", supposed.position.name.lower()))
        text = self.tr("Supposed: {valve} {state}").format(
            valve=city.network.devices.ids[supposed.device], state=", ".join(states)
        )
        undo = QPushButton(self.tr("Take back"))
        undo.setProperty("link", "true")
        undo.setFont(fonts.font(fonts.TABLE))
        undo.clicked.connect(lambda: self._session.withdraw(supposed.device))
        line = QWidget()
        label = ElidedLabel(self.look, text, size=fonts.TABLE)
        arranged = row(IconLabel(self.look, "undo", "acc"), label, undo, spacing=GAP, stretch_last=True)
        arranged.setStretch(1, 1)
        arranged.setStretch(2, 0)
        line.setLayout(arranged)
        return line
