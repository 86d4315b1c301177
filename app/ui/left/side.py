"""The left side as a whole: one header with a name for each panel, one panel at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.messages import formats
from app.ui.left.faults import FaultsPanel
from app.ui.left.layers import LayersPanel
from app.ui.left.recent import RecentPanel
from app.ui.left.rule_editor import RuleFacts
from app.ui.look import Look
from app.ui.planning.front_panel import FrontPanel
from app.ui.planning.study import Study
from app.ui.ranking.panel import RankingPanel
from app.ui.session import Session
from app.ui.tabs import TabbedPages
from app.ui.widgets import chip, column, restyle

TIGHT_PX = 420
FRONT, PLANS, RANKING, FAULTS, LAYERS = range(5)


class LeftSide(TabbedPages):
    """The plans to choose from, earlier plans, ranking, faults, layers."""

    def __init__(self, look: Look, session: Session, study: Study, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._session = session
        self.front = FrontPanel(look, session, study, now)
        self.recent = RecentPanel(look, session)
        self.ranking = RankingPanel(look, session, now)
        self.faults = FaultsPanel(look, session)
        self.layers = LayersPanel(look, lambda: rule_facts(session, now))
        for panel in (self.front, self.recent, self.ranking, self.faults, self.layers):
            self.add_page(panel)
        self._key = chip("F3", "key")
        self.close_header(self._key)
        column(self, self.header, self.pages)
        self.setMinimumWidth(300)
        session.faults_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        for changed in (session.workspace_changed, session.city_changed, session.suppositions_changed):
            changed.connect(self.layers.refresh)
        self.retranslate()
        self.show_page(FRONT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Names of panels are never cut: where there is little room they stand closer, and the key is left off.
        tight = event.size().width() < TIGHT_PX
        self._key.setVisible(not tight)
        for button in self.tabs:
            if (button.property("tight") == "true") != tight:
                button.setProperty("tight", "true" if tight else "false")
                restyle(button)
                button.updateGeometry()

    def retranslate(self) -> None:
        faults = len(self._session.faults)
        self.name_pages(
            (
                self.tr("Weigh"),
                self.tr("Plans"),
                self.tr("Ranking"),
                self.tr("Data faults") + (f" {formats.number(faults)}" if faults else ""),
                self.tr("Layers"),
            )
        )

    def show_page(self, number: int) -> None:
        super().show_page(number)
        self.ranking.come_forward(number == RANKING)

    def show_front(self) -> None:
        """F4: the plans to choose from, with the keyboard on them."""
        self.show_page(FRONT)
        self.front.focus_first()

    def focus_next(self) -> None:
        """F3: the keyboard goes to the list; pressed again, to the next panel's."""
        front = self.front.chart if self.front.chart.isVisible() else self.front.table
        boxes = iter(self.layers.boxes.values())
        lists: tuple[QWidget, ...] = (self.recent.table, self.ranking.table, self.faults.table)
        self.walk((front, *lists, next(boxes)))


def rule_facts(session: Session, now: Callable[[], datetime]) -> RuleFacts | None:
    """What rules for colours are applied to; None where no city is open."""
    return None if session.city is None else RuleFacts(session.city, session.states, now().year)
