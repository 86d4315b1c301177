"""How well the alarms serve those who watch them: the figures of EEMUA 191 beside their targets."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.live_requests import AlarmFiguresShown
from app.messages import formats
from app.telemetry.alarm_figures import FLOOD, AlarmFigures
from app.telemetry.alarms import Limit
from app.ui import fonts
from app.ui.live.model import LiveModel
from app.ui.live.rows import kind_of
from app.ui.live.titles import part_of, short_name
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import PADDING, Label, Panel, column

Fact = tuple[str, str, str, bool]
"""What it is, its figure, its target, and whether the target is met."""


class FiguresPage(Panel):
    """Figures of the last month, and the alarms that are raised most often."""

    def __init__(self, look: Look, model: LiveModel) -> None:
        super().__init__(look)
        self._model = model
        self._told: AlarmFiguresShown | None = None
        self.note = Label(size=fonts.CAPTION, tone="t3", wrap=True)
        self.facts, self.worst = Table(look), Table(look)
        inside = QWidget()
        line = QHBoxLayout(inside)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(PADDING)
        line.addWidget(self.facts, 3)
        line.addWidget(self.worst, 2)
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(PADDING, 4, PADDING, 6)
        row.addWidget(self.note)
        column(self, inside, foot).setStretch(0, 1)
        model.figures_shown.connect(self._take)
        model.opened.connect(self._forget)
        self.retranslate()

    def _take(self, told: AlarmFiguresShown) -> None:
        self._told = told
        self.retranslate()

    def _forget(self) -> None:
        self._told = None
        self.retranslate()

    def focus(self) -> None:
        """The keyboard goes to the alarms that are raised most often."""
        self.worst.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def retranslate(self) -> None:
        self.note.setText(self._note())
        columns = (
            Column(self.tr("Figure"), lambda fact: fact[0]),
            Column(self.tr("Here"), lambda fact: fact[1], width=90, number=True, tone=_tone),
            Column(self.tr("Target"), lambda fact: fact[2], width=120, number=True),
        )
        figures = None if self._told is None else self._told.figures
        self.facts.fill(columns, () if figures is None else self._facts(figures))
        often = (
            Column(self.tr("Raised most often"), lambda one: self._named(one[0]), strong=True, elide=True),
            Column(self.tr("Instrument"), lambda one: self._channel_of(one[0]), width=90),
            Column(self.tr("Times"), lambda one: formats.number(one[1]), key=lambda one: one[1], width=70, number=True),
        )
        self.worst.fill(often, () if figures is None else figures.worst)

    def _note(self) -> str:
        if self._told is None:
            return self.tr("Alarms of the last 30 days are being counted.")
        said = self.tr("Last {days} days. Targets: EEMUA 191 and ISA-18.2, for one operator.")
        if not self._told.figures.raised:
            said = self.tr("No alarm in the last {days} days. Targets: EEMUA 191 and ISA-18.2, for one operator.")
        return said.format(days=self._told.days)

    def _named(self, alarm: str) -> str:
        """An alarm by its instrument's name and what it tells; by its id where it is watched no more."""
        limit, setup = self._limit(alarm), self._model.setup
        if limit is None or setup is None:
            return alarm
        channel, words = setup.channels.records[limit.channel], self.look.words
        part = words.say("part", part_of(channel)) if part_of(channel) else ""
        name = short_name(channel.name or channel.id, self._model.city)
        kind = words.say("alarm_kind", kind_of(channel.quantity, limit.side))
        return " ".join(one for one in (name, part, kind) if one)

    def _channel_of(self, alarm: str) -> str:
        limit, setup = self._limit(alarm), self._model.setup
        return "" if limit is None or setup is None else setup.channels.records[limit.channel].id

    def _limit(self, alarm: str) -> Limit | None:
        setup = self._model.setup
        return None if setup is None else next((one for one in setup.limits.records if one.id == alarm), None)

    def _facts(self, figures: AlarmFigures) -> tuple[Fact, ...]:
        first, second, *_ = figures.by_priority
        share = 0.0 if not figures.raised else (first + second) / figures.raised
        return (
            (self.tr("Alarms raised"), formats.number(figures.raised), "", True),
            (
                self.tr("on average in ten minutes"),
                formats.number(figures.per_ten_minutes, 3),
                "≤ 1",
                figures.per_ten_minutes <= 1,
            ),
            (self.tr("most in ten minutes"), formats.number(figures.peak), f"≤ {FLOOD}", figures.peak <= FLOOD),
            (
                self.tr("share of time in a flood"),
                f"{formats.number(100.0 * figures.flood_share, 1)} %",
                "≤ 1 %",
                figures.flood_share <= 0.01,
            ),
            (
                self.tr("Priorities 1 · 2 · 3 · 4"),
                " · ".join(formats.number(count) for count in figures.by_priority),
                self.tr("1 and 2: ≤ 20 %"),
                share <= 0.2,
            ),
            (self.tr("Standing for a day and more"), formats.number(figures.standing), "≤ 10", figures.standing <= 10),
            (self.tr("Chattering"), formats.number(figures.chattering), "0", figures.chattering == 0),
        )


def _tone(fact: Fact) -> str:
    return "t1" if fact[3] else "amber_text"
