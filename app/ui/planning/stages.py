"""The pair that dispatchers use: stop the water now with few valves, then shrink to the tight set and reopen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton

from app.messages import formats
from app.ui import fonts
from app.ui.look import Look
from app.ui.planning.study import Choice, Study
from app.ui.session import Session
from app.ui.widgets import GAP, PADDING, Label, Panel, segment_button
from network.topology import City

MOST_IDS = 5


class StagesBox(Panel):
    """Two lines, one for each stage, each with a button that shows it on the map."""

    def __init__(self, look: Look, session: Session, study: Study) -> None:
        super().__init__(look)
        self._session, self._study = session, study
        self.setProperty("edge", "top")
        self.title = Label(size=fonts.TABLE, weight=600)
        self.gain = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.buttons = tuple(self._button(at) for at in (0, 1))
        self.texts = tuple(Label(size=fonts.TABLE, tone="t1", wrap=True) for _ in (0, 1))
        grid = QGridLayout(self)
        grid.setContentsMargins(PADDING, 10, PADDING, 12)
        grid.setHorizontalSpacing(GAP + 4)
        grid.setVerticalSpacing(6)
        grid.addWidget(self.title, 0, 0, 1, 2)
        for at in (0, 1):
            grid.addWidget(self.buttons[at], at + 1, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.texts[at], at + 1, 1)
        grid.addWidget(self.gain, 3, 1)
        grid.setColumnStretch(1, 1)
        self._pair: tuple[Choice, Choice] | None = None
        study.weighed_changed.connect(self.retranslate)
        session.plan_changed.connect(self.retranslate)
        self.retranslate()

    def _button(self, at: int) -> QPushButton:
        button = segment_button(size=fonts.TABLE, weight=500)
        button.clicked.connect(lambda: self._show(at))
        return button

    def _show(self, at: int) -> None:
        if self._pair is not None:
            self._study.choose(self._pair[at])
            self.retranslate()

    @property
    def pair(self) -> tuple[Choice, Choice] | None:
        """First and second stage; None where the cheapest plan is the tight one."""
        unbeaten = [choice for choice in self._study.choices if not choice.beaten]
        if len(unbeaten) < 2:
            return None
        chosen = self._study.chosen
        # While the second stage is on screen the first one stays what it was.
        kept = self._pair[0] if self._pair is not None and self._pair[0] in unbeaten else unbeaten[0]
        first = chosen if chosen in unbeaten[:-1] and chosen is not None else kept
        return first, unbeaten[-1]

    def retranslate(self) -> None:
        self._pair = self.pair
        city = self._session.city
        self.appear(self._pair is not None and city is not None)
        if self._pair is None or city is None:
            return
        first, tight = self._pair
        self.title.setText(self.tr("Stop the water first, shrink afterwards"))
        for button, choice, name in zip(self.buttons, self._pair, ("①", "②"), strict=True):
            button.setText(f"{name} {choice.letter}")
            button.setChecked(choice is self._study.chosen)
            button.setToolTip(self.tr("Show this stage on the map"))
        later = [row for row in tight.close if row not in first.close]
        reopened = [row for row in first.close if row not in tight.close]
        self.texts[0].setText(self.tr("Close {valves}").format(valves=_listed(city, list(first.close))))
        said = [self.tr("then close {valves}").format(valves=_listed(city, later))] if later else []
        if reopened:
            said.append(self.tr("reopen {valves}").format(valves=_listed(city, reopened)))
        self.texts[1].setText(self.look.words.say("join", "clauses").join(said))
        self.gain.setText(
            self.tr("Customers out: {first}, then {then}").format(
                first=formats.number(first.out), then=formats.number(tight.out)
            )
        )


def _listed(city: City, rows: list[int]) -> str:
    ids = city.network.devices.ids
    more = len(rows) - MOST_IDS
    return ", ".join(ids[row] for row in rows[:MOST_IDS]) + (f" +{more}" if more > 0 else "")
