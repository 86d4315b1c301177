"""If a valve will not turn: for each valve of the plan what to close instead, before anyone asks."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from app.messages import formats
from app.messages.describe import Thing
from app.ui import fonts
from app.ui.look import Look
from app.ui.plan_facts import PlanFacts
from app.ui.planning.study import Study
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.widgets import Label, Panel, Section, column, padded
from network.alternatives.records import Fallback
from network.answers import CannotIsolate
from network.assets import Condition

MOST_IDS, NARROW_PX = 3, 430
"""Ids named where there is room, and below which width only one is: ids are never cut."""


class FallbackSection(Panel):
    """One line for each valve that is to be closed."""

    def __init__(self, look: Look, session: Session, study: Study) -> None:
        super().__init__(look)
        self._session, self._study = session, study
        self._section = Section(look)
        self.table = Table(look, most_rows=8)
        self.hint = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self._section.body.addWidget(self.table)
        self._section.body.addWidget(padded(self.hint, 6, 8))
        column(self, self._section)
        self.table.chosen.connect(lambda row: session.pick(Thing("valve", row.device)))
        self.table.taken.connect(self.adopt)
        study.backed_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        backed, facts = self._study.backed, self._session.plan
        self.appear(backed is not None and bool(backed.fallbacks))
        if backed is None or facts is None or not backed.fallbacks:
            return
        self._section.header.title.setText(self.tr("If a valve will not turn"))
        self._section.header.note.set_text(self.tr("worked out for each"))
        self.table.fill(self._columns(facts), backed.fallbacks)
        self.hint.setText(self.tr("Enter or double click takes the valve as stuck and plans without it."))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() < NARROW_PX) != (event.oldSize().width() < NARROW_PX):
            self.retranslate()

    def adopt(self, fallback: Fallback) -> None:
        """Take the valve as stuck: the plan without it is made and shown."""
        self._study.adopt(fallback)

    def _instead(self, facts: PlanFacts, fallback: Fallback) -> str:
        network = facts.city.network
        if isinstance(fallback.answer, CannotIsolate):
            sources = [network.sources.ids[row] for row in fallback.plan.stop]
            return self.tr("no other valves: stop {sources}").format(sources=", ".join(sources))
        if not fallback.more_valves:
            return self.tr("none needed")
        ids = [network.devices.ids[row] for row in fallback.more_valves]
        most = MOST_IDS if self.width() >= NARROW_PX else 1
        more = len(ids) - most
        listed = ", ".join(ids[:most]) + (f" +{more}" if more > 0 else "")
        return self.tr("close {valves}").format(valves=listed)

    def _state(self, facts: PlanFacts, fallback: Fallback) -> tuple[str, str]:
        """In what state the further valves are: words and colour token."""
        condition = facts.states.condition
        unknown = sum(1 for row in fallback.more_valves if condition[row] == Condition.UNKNOWN)
        if isinstance(fallback.answer, CannotIsolate):
            return self.tr("not by valves"), "red_text"
        if not fallback.more_valves:
            return formats.NO_VALUE, "t2"
        if unknown:
            return self.tr("{count} unknown").format(count=unknown), "amber_text"
        return self.tr("operable"), "t2"

    def _columns(self, facts: PlanFacts) -> tuple[Column, ...]:
        ids = facts.city.network.devices.ids

        def more(fallback: Fallback) -> str:
            count = formats.number(fallback.more_customers)
            return f"+{count}" if fallback.more_customers > 0 else count

        return (
            Column(self.tr("Stuck"), lambda row: ids[row.device], width=72, strong=True),
            Column(
                self.tr("Then"),
                lambda row: self._instead(facts, row),
                elide=True,
                tone=lambda row: "red_text" if isinstance(row.answer, CannotIsolate) else "t1",
            ),
            Column(self.tr("± out"), more, key=lambda row: row.more_customers, width=56, number=True, strong=True),
            Column(
                self.tr("Their state"),
                lambda row: self._state(facts, row)[0],
                width=80,
                tone=lambda row: self._state(facts, row)[1],
            ),
        )
