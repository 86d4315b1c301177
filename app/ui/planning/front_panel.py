"""The left side of the Plan desk: which plans there are for this place, as a chart, as a table and in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from app.messages import formats
from app.messages.describe import Describer
from app.plan_requests import CostOf
from app.ui import fonts
from app.ui.look import Look
from app.ui.planning.front_chart import Captions, FrontChart, Point
from app.ui.planning.front_pressures import FrontPressures
from app.ui.planning.front_words import PUBLIC_NOTICE_HOUSEHOLDS, FrontWords, notice_line
from app.ui.planning.stages import StagesBox
from app.ui.planning.study import Choice, Study
from app.ui.session import Session
from app.ui.tables import Column, Table, wanted_px
from app.ui.widgets import (
    PADDING,
    ElidedLabel,
    KeyButton,
    Label,
    Panel,
    Section,
    chip,
    column,
    padded,
    row,
    scrolling,
    segment_button,
)

_COSTS = (CostOf.VALVES, CostOf.MINUTES)
WIDE_PX = 470
_TICK_MS, _TELL_AFTER_S = 500, 1.0
_SCROLL_BAR_PX = 10
"""Room that the table needs to show every figure; below it the least telling ones stay away."""


class PlanHead(Panel):
    """What the plan is for, in two lines."""

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self.setProperty("edge", "bottom")
        self.title = ElidedLabel(look, size=fonts.TITLE, weight=600)
        self.summary = Label(size=fonts.TABLE, tone="t2", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, 12, PADDING, 12)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.summary)
        session.plan_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        session = self._session
        thing, city = session.target, session.city
        self.appear(session.plan is not None and thing is not None)
        if session.plan is None or thing is None or city is None:
            return
        card = Describer(city, self.look.words).card(thing, session.plan.states)
        kind = self.look.words.say("layer", card.kind)
        parts = [kind] if card.kind == "area" else [kind, card.identity, card.name]
        self.title.set_text(" ".join(part for part in parts if part))
        self.summary.setText(card.summary)
        self.summary.setVisible(bool(card.summary))


class FrontPanel(Panel):
    """Chart, table and sentences of the plans to choose from."""

    def __init__(self, look: Look, session: Session, study: Study, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._session, self._study = session, study
        self.pressures = FrontPressures(session, study, now, self)
        self.check, self.checked = KeyButton(look), Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.engine = Label(size=fonts.TABLE, wrap=True)
        self._words = FrontWords(self)
        self.head = PlanHead(look, session)
        self.empty = Label(size=fonts.BODY, tone="t3", wrap=True)
        self.section = Section(look)
        self.chart = FrontChart(look)
        self.table = Table(look, most_rows=10)
        self.certainty = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.sentences = Label(size=fonts.TABLE, wrap=True)
        self.likely = Label(size=fonts.TABLE, tone="t2", wrap=True)
        self.stages = StagesBox(look, session, study)
        self.switch = QButtonGroup(self)
        self._since_s = 0.0
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._write_empty)
        self._lay_out()
        self.chart.chosen.connect(lambda at: study.choose(study.choices[at]))
        self.table.chosen.connect(study.choose)
        self.check.clicked.connect(self.pressures.begin)
        self.pressures.changed.connect(self._show_pressures)
        study.weighed_changed.connect(self.retranslate)
        session.plan_changed.connect(self.retranslate)
        session.workspace_changed.connect(self.retranslate)
        self.retranslate()

    def _lay_out(self) -> None:
        for at, by in enumerate(_COSTS):
            button = segment_button()
            button.clicked.connect(lambda _checked=False, by=by: self._study.weigh_by(by))
            self.switch.addButton(button, at)
            self.section.header.add(button)
        self.section.header.add(chip("F4", "key"))
        said = QWidget()
        lines = QVBoxLayout(said)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        for label in (self.engine, self.sentences, self.certainty, self.likely):
            lines.addWidget(label)
        self._said = padded(said, 10, 12)
        asked = QWidget()
        asked.setLayout(row(self.check, self.checked, stretch_last=True))
        self._asked = padded(asked, 6, 8)
        for widget in (self.chart, self.table, self._asked, self._said, self.stages):
            self.section.body.addWidget(widget)
        inside = QWidget()
        column(inside, self.head, padded(self.empty, PADDING, PADDING), self.section).addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(inside, takes_focus=False))

    def focus_first(self) -> None:
        """F4: the keyboard goes to the chart, or to the table where there is nothing to draw."""
        (self.chart if self.chart.isVisible() else self.table).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() >= WIDE_PX) != (event.oldSize().width() >= WIDE_PX):
            self._fill_table()

    def _fill_table(self) -> None:
        shown, choices = self._columns(), self._study.choices
        narrow = self.width() < WIDE_PX
        checked = any(self.pressures.checked(choice) is not None for choice in choices)
        # A risk that is cut reads as none. What gives way in a wide table: pressures that nobody has checked yet, which
        # are told below, then what stands on the sheet as well.
        if narrow:
            shown = _without(shown, *self._spared())
        late = (self.tr("Stop, min"),) if narrow else (self.tr("Unint."),)
        for title in (*(() if checked else (self.tr("Low"),)), *late):
            if wanted_px(shown, choices) > self.width() - _SCROLL_BAR_PX:
                shown = _without(shown, title)
        self.table.fill(shown, choices)
        self.table.select(self._study.chosen)

    def _show_pressures(self) -> None:
        if self._study.choices:
            self._fill_table()
        self._write_pressures()

    def _write_pressures(self) -> None:
        pressures, choices = self.pressures, self._study.choices
        told = {choice.letter: found for choice in choices if (found := pressures.checked(choice)) is not None}
        self.check.setText(self.tr("Check pressures"))
        again = not told or any(found.failed for found in told.values())
        self.check.setVisible(again)
        self.check.setEnabled(not pressures.under_way)
        not_yet = self.tr("Pressures after these plans are not checked.")
        under_way = self.tr("EPANET solves every plan; Esc stops it.")
        self.checked.setText(under_way if pressures.under_way else "" if told else not_yet)
        self._asked.setVisible(again)
        known = bool(told) and not pressures.under_way
        if known:
            low = self.tr("Low: customers newly below the promised pressure, now or at the peak hour.")
            self.engine.setText("\n".join((low, *self._words.pressures(told, self.look.words))))
        self.engine.setVisible(known)

    def _newly_low(self, choice: Choice) -> int:
        found = self.pressures.checked(choice)
        return 0 if found is None or found.newly_low is None else found.newly_low

    def _low(self, choice: Choice) -> str:
        found = self.pressures.checked(choice)
        if found is None or found.newly_low is None:
            return formats.NO_VALUE
        return ("≈ " if found.coarse else "") + formats.number(found.newly_low)

    def _spared(self) -> tuple[str, ...]:
        """Columns that a narrow table does without."""
        return self.tr("Unint."), self.tr("km²"), self.tr("Critical")

    def retranslate(self) -> None:
        study, planned = self._study, self._session.plan is not None
        weighed, choices = study.weighed, study.choices
        self._write_empty()
        self.section.setVisible(planned and weighed is not None and bool(choices))
        self._name_switch()
        if weighed is None or not choices:
            return
        self.section.header.title.setText(self.tr("Trade-off"))
        note = formats.filled(self.tr("{count} {count|plan|plans}"), count=len(choices))
        self.section.header.note.set_text(note)
        self.chart.setVisible(len(choices) > 1)
        self._draw(choices)
        self._fill_table()
        self._write_pressures()
        self._write_sentences(choices)

    def _write_empty(self) -> None:
        planned, weighed, words = self._session.plan is not None, self._study.weighed, self.look.words
        under_way = planned and weighed is None and not self._study.stopped
        if not under_way:
            self._tick.stop()
        elif not self._tick.isActive():
            self._since_s = time.monotonic()
            self._tick.start()
        if not planned:
            said = self.tr("Click a pipe: the plans to choose from are shown here.")
        elif under_way:
            said = self._weighing()
        elif weighed is None:
            said = self.tr("Weighing was stopped. F7 computes again.")
        else:
            said = "" if weighed.why is None else words.say("no_front", weighed.why)
        self.empty.setText(said)
        host = self.empty.parentWidget()
        if host is not None:
            host.setVisible(bool(said))

    def _weighing(self) -> str:
        """Nobody can say how far the search is: it ends when nothing better is left. It says how long it has taken."""
        seconds = time.monotonic() - self._since_s
        if seconds < _TELL_AFTER_S:
            return self.tr("Weighing the plans …")
        return self.tr("Weighing the plans for {seconds} s. Esc stops it.").format(seconds=formats.number(seconds))

    def _name_switch(self) -> None:
        names = (self.tr("valves"), self.tr("minutes"))
        tips = (self.tr("Spare valves"), self.tr("Spare time: ways to the valves, and work at them"))
        for at, by in enumerate(_COSTS):
            button = self.switch.button(at)
            button.setText(names[at])
            button.setToolTip(tips[at])
            button.setChecked(by is self._study.by)

    def _draw(self, choices: tuple[Choice, ...]) -> None:
        chosen = self._study.chosen
        points = tuple(self._point(choice, at, choice is chosen) for at, choice in enumerate(choices))
        by_valves = self._study.by is CostOf.VALVES
        cost = self.tr("valves to close") if by_valves else self.tr("work and ways, min")
        limit_out = notice_line(choices)
        limit = self.tr("≥ {limit} households: media notice (P2)") if limit_out is not None else ""
        count = formats.number(PUBLIC_NOTICE_HOUSEHOLDS)
        captions = Captions(
            cost, self.tr("customers out"), limit.format(limit=count), limit_out or 0.0, f"≥ {count} (P2)"
        )
        self.chart.show_points(points, choices.index(chosen) if chosen is not None else -1, captions)

    def _point(self, choice: Choice, at: int, chosen: bool) -> Point:
        cost = float(len(choice.close)) if self._study.by is CostOf.VALVES else choice.option.cost
        if chosen:
            note = self.tr("chosen")
        elif choice.offered:
            note = self.tr("surest") if choice.offered == "surest" else self.tr("smallest area")
        elif at == 0:
            note = self.tr("fewest valves") if self._study.by is CostOf.VALVES else self.tr("least work")
        else:
            note = "" if choice.option.exact else self.tr("not proven")
        told = self._words.figures(choice)
        return Point(choice.letter, cost, choice.out, note, choice.option.exact, choice.beaten, told)

    def _write_sentences(self, choices: tuple[Choice, ...]) -> None:
        study, words = self._study, self.look.words
        chosen = study.chosen
        said = []
        if chosen is not None:
            at = choices.index(chosen)
            for other in (choices[near] for near in (at - 1, at + 1) if 0 <= near < len(choices)):
                heading = self.tr("{letter} against {other}").format(letter=chosen.letter, other=other.letter)
                said.append(f"{heading}  {self._words.compared(chosen, other, words)}")
        elif self._session.plan is not None:
            said.append(self.tr("The plan on screen is none of these: a valve of it does not turn."))
        self.sentences.setText("\n".join(said))
        self.sentences.setVisible(bool(said))
        if study.weighed is not None:
            notice = self._words.notice(choices, words)
            parts = (notice, self._words.certainty(study.weighed), self._words.ways(study.weighed, words))
            self.certainty.setText("\n".join(part for part in parts if part))
        told = [self._words.chance(each) for each in choices if each is chosen or each.offered == "surest"]
        if told:
            basis = self.tr("Chances rest on condition, age and last turn on record and on house values: no counts.")
            told.append(basis)
        self.likely.setText("\n".join(told))

    def _columns(self) -> tuple[Column, ...]:
        chosen, words = self._study.chosen, self._words

        def mark(choice: Choice) -> tuple[str, str]:
            if choice is chosen:
                return "square", "acc"
            return "ring", "amber_text" if not choice.option.exact else "t3" if choice.beaten else "t1"

        def critical(choice: Choice) -> str:
            count = len(choice.option.impact.critical)
            return formats.number(count) if count else self.tr("none")

        return (
            Column(self.tr("Plan"), lambda row: row.letter, width=46, icon=mark, strong=True),
            _number(self.tr("Valves"), lambda row: len(row.close), 44),
            Column(
                self.tr("Out"),
                lambda row: formats.number(row.out),
                key=lambda row: row.out,
                width=46,
                number=True,
                strong=True,
            ),
            _number(self.tr("Unint."), lambda row: row.unintended, 48),
            Column(
                self.tr("Critical"),
                critical,
                key=lambda row: len(row.option.impact.critical),
                width=54,
                number=True,
                tone=lambda row: "leak" if len(row.option.impact.critical) else "t2",
            ),
            Column(
                self.tr("km²"),
                lambda row: formats.area(row.option.impact.area_km2),
                key=lambda row: row.option.impact.area_km2,
                width=48,
                number=True,
            ),
            _number(self.tr("Stop, min"), lambda row: round(row.option.minutes), 56),
            Column(
                self.tr("Low"),
                self._low,
                key=self._newly_low,
                width=40,
                number=True,
                tone=lambda row: "amber_text" if self._newly_low(row) else "t2",
            ),
            Column(
                self.tr("Risk"),
                lambda row: words.risk(row).text,
                width=0,
                icon=lambda row: (words.risk(row).icon, words.risk(row).tone),
                tone=lambda row: words.risk(row).tone,
            ),
        )


def _number(title: str, count: Callable[[Choice], int], width: int) -> Column:
    return Column(title, lambda row: formats.number(count(row)), key=count, width=width, number=True)


def _without(columns: tuple[Column, ...], *titles: str) -> tuple[Column, ...]:
    return tuple(each for each in columns if each.title not in titles)
