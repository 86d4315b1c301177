"""The left side as a whole: one header with a name for each panel, one panel at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.messages import formats
from app.ui import fonts
from app.ui.left.faults import FaultsPanel
from app.ui.left.layers import LayersPanel
from app.ui.left.recent import RecentPanel
from app.ui.look import Look
from app.ui.planning.front_panel import FrontPanel
from app.ui.planning.study import Study
from app.ui.ranking.panel import RankingPanel
from app.ui.session import Session
from app.ui.widgets import HEADER_HEIGHT, Panel, chip, column, restyle

TIGHT_PX = 420
FRONT, PLANS, RANKING, FAULTS, LAYERS = range(5)


class LeftSide(Panel):
    """The plans to choose from, earlier plans, ranking, faults, layers."""

    def __init__(self, look: Look, session: Session, study: Study, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._session = session
        self.setProperty("surface", "panel")
        self.front = FrontPanel(look, session, study, now)
        self.recent = RecentPanel(look, session)
        self.ranking = RankingPanel(look, session, now)
        self.faults = FaultsPanel(look, session)
        self.layers = LayersPanel(look)
        self._tabs = QButtonGroup(self)
        self._stack = QStackedWidget()
        header = QFrame()
        header.setProperty("edge", "bottom")
        header.setFixedHeight(HEADER_HEIGHT + 1)
        line = QHBoxLayout(header)
        line.setContentsMargins(4, 0, 8, 0)
        line.setSpacing(0)
        panels = (self.front, self.recent, self.ranking, self.faults, self.layers)
        for number, panel in enumerate(panels):
            line.addWidget(self._tab(number))
            self._stack.addWidget(panel)
        line.addStretch(1)
        self._key = chip("F3", "key")
        line.addWidget(self._key)
        self._tabs.idClicked.connect(self.show_panel)
        column(self, header, self._stack)
        self.setMinimumWidth(300)
        session.faults_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        self.retranslate()
        self.show_panel(FRONT)

    def _tab(self, number: int) -> QPushButton:
        button = QPushButton()
        button.setCheckable(True)
        button.setProperty("tab", "true")
        button.setFont(fonts.font(fonts.TABLE, 500))
        button.setFixedHeight(HEADER_HEIGHT)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tabs.addButton(button, number)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Names of panels are never cut: where there is little room they stand closer, and the key is left off.
        tight = event.size().width() < TIGHT_PX
        self._key.setVisible(not tight)
        for button in self._tabs.buttons():
            if (button.property("tight") == "true") != tight:
                button.setProperty("tight", "true" if tight else "false")
                restyle(button)
                button.updateGeometry()

    def retranslate(self) -> None:
        faults = len(self._session.faults)
        names = {
            FRONT: self.tr("Weigh"),
            PLANS: self.tr("Plans"),
            RANKING: self.tr("Ranking"),
            FAULTS: self.tr("Data faults") + (f" {formats.number(faults)}" if faults else ""),
            LAYERS: self.tr("Layers"),
        }
        for number, name in names.items():
            self._tabs.button(number).setText(name)

    @property
    def tabs(self) -> list[QAbstractButton]:
        """The names of the panels."""
        return self._tabs.buttons()

    @property
    def shown(self) -> int:
        """Which panel is in front."""
        return self._stack.currentIndex()

    def show_panel(self, number: int) -> None:
        """Bring a panel to the front."""
        self._stack.setCurrentIndex(number)
        self._tabs.button(number).setChecked(True)
        self.ranking.come_forward(number == RANKING)

    def show_front(self) -> None:
        """F4: the plans to choose from, with the keyboard on them."""
        self.show_panel(FRONT)
        self.front.focus_first()

    def focus_next(self) -> None:
        """F3: the keyboard goes to the list; pressed again, to the next panel's."""
        front = self.front.chart if self.front.chart.isVisible() else self.front.table
        boxes = iter(self.layers.boxes.values())
        lists: tuple[QWidget, ...] = (self.recent.table, self.ranking.table, self.faults.table)
        targets = (front, *lists, next(boxes))
        if targets[self.shown].hasFocus():
            self.show_panel((self.shown + 1) % len(targets))
        targets[self.shown].setFocus(Qt.FocusReason.ShortcutFocusReason)
