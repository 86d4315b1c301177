"""Plans made in this session: where, how many valves, how many customers; click to have one again."""

from __future__ import annotations

from app.messages import formats
from app.messages.describe import Describer
from app.ui import fonts
from app.ui.look import Look
from app.ui.recent_plans import Recent
from app.ui.session import Session
from app.ui.tables import Column, Table
from app.ui.widgets import PADDING, Label, Panel, column, padded


class RecentPanel(Panel):
    """A table of plans, the latest first."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self.table = Table(look)
        self.empty = Label(size=fonts.TABLE, tone="t3", wrap=True)
        layout = column(self, self.table, padded(self.empty, PADDING, PADDING))
        layout.setStretch(0, 1)
        layout.addStretch(0)
        self.table.chosen.connect(session.recall)
        session.plan_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        session.city_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        recent = self._session.recent
        self.empty.setText(
            self.tr("Plans that you make are kept here until the window closes. Click a pipe to make one.")
        )
        self.empty.setVisible(not recent)
        self.table.setVisible(bool(recent))
        city = self._session.city
        if city is None:
            return
        describer = Describer(city, self.look.words)

        def name(row: Recent) -> str:
            card = describer.card(row.thing, self._session.states)
            return card.identity

        def kind(row: Recent) -> str:
            words = self.look.words
            said = words.say("layer", row.thing.kind)
            return f"{said} +{len(row.overrides)}" if row.overrides else said

        columns = (
            Column(
                self.tr("Target"),
                name,
                icon=lambda row: ("drop", "leak") if row.facts.feasible else ("stop", "amber_text"),
                strong=True,
            ),
            Column(self.tr("Kind"), kind, width=84, tone=lambda _row: "t2"),
            Column(
                self.tr("Valves"),
                lambda row: str(len(row.facts.plan.close)),
                key=lambda row: len(row.facts.plan.close),
                width=60,
                number=True,
            ),
            Column(
                self.tr("Out"),
                lambda row: formats.number(len(row.facts.made.impact.out)),
                key=lambda row: len(row.facts.made.impact.out),
                width=76,
                number=True,
            ),
        )
        self.table.fill(columns, recent)
        current = next((row for row in recent if row.facts is self._session.plan), None)
        self.table.select(current)
