"""What is wrong with instruments and lines: mistaken units, clocks, drift, names and messages that nobody can read.

Nothing here changes a reading: it is told to a person, who sees to the instrument or the set-up. What drifts is suspect
until somebody says so here.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.live_requests import LineChecked
from app.messages import Words, formats
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.live import NEVER_MS
from app.telemetry.setup import Setup
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.live.model import LiveModel
from app.ui.live.rows import on_screen
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import PADDING, KeyButton, Label, Panel, column

_LEAST_PX: Final = 24
AGAIN_MS: Final = 1_500
"""So often more is asked for while the page is in sight: the recorder looks at some channels each time."""


class LinePage(Panel):
    """The list.

    Signals:
        chosen: A line was picked: the position of its channel.
    """

    chosen = Signal(int)

    def __init__(self, look: Look, model: LiveModel) -> None:
        super().__init__(look)
        self._model = model
        self._told: LineChecked | None = None
        self.list = Table(look)
        self.note = Label(size=fonts.CAPTION, tone="t3", wrap=True)
        self.list.setMinimumHeight(_LEAST_PX)
        self._foot = QWidget()
        line = QHBoxLayout(self._foot)
        line.setContentsMargins(PADDING, 4, PADDING, 6)
        line.addWidget(self.note, 1)
        self.see_to = KeyButton(look, "Enter")
        self.see_to.clicked.connect(self._ask_what_was_done)
        line.addWidget(self.see_to)
        self.prompt = Prompt(look)
        self._waiting: Finding | None = None
        self._front: Finding | None = None
        column(self, self.list, self._foot, self.prompt).setStretch(0, 1)
        # On a small screen there is room for the list and one of them.
        self.prompt.edited.connect(lambda: self._foot.setVisible(not self.prompt.asks))
        self._timer = QTimer(self, interval=AGAIN_MS)
        self._timer.timeout.connect(self._ask)
        self._timer.start()
        self.list.chosen.connect(self._choose)
        self.list.taken.connect(self._take_up)
        model.line_checked.connect(self._take)
        model.opened.connect(self._forget)
        self.retranslate()

    def focus(self) -> None:
        """The keyboard goes to the list."""
        self.list.setFocus()

    def showEvent(self, _event: object) -> None:
        self._ask()

    def _ask(self) -> None:
        if self.isVisible():
            self._model.check_line()

    def _take(self, told: LineChecked) -> None:
        before, self._told = self._told, told
        if before is None or before != told:
            self.retranslate()

    def _choose(self, one: Finding) -> None:
        self._front = one
        self._offer(one)
        self._write_note()
        if one.channel >= 0:
            self.chosen.emit(one.channel)

    def _offer(self, one: Finding) -> None:
        """What waits for somebody can be seen to; nothing else is to be said here."""
        self._waiting = one if one.kind in {FindingKind.DRIFT, FindingKind.UNIT} else None
        self.see_to.setEnabled(self._waiting is not None)

    def _take_up(self, one: Finding) -> None:
        self._offer(one)
        self._ask_what_was_done()

    def _ask_what_was_done(self) -> None:
        """The instrument in front: calibrated, exchanged, or the reason why it moved or its unit is right."""
        one = self._waiting
        if one is None:
            return

        def done(answers: Answers) -> None:
            self._model.see_to(one.where, answers["note"], one.kind)
            self._waiting = None
            self.see_to.setEnabled(False)

        is_unit = one.kind is FindingKind.UNIT
        asked = self.tr("Why its unit is right, or what was done to it")
        what = Field("note", asked if is_unit else self.tr("What was done to it, or why it moved"))
        self._foot.hide()
        self.prompt.ask(self.tr("{name}: seen to").format(name=place_of(one, self._model.setup)), (what,), done)

    def _forget(self) -> None:
        self._told = self._waiting = self._front = None
        self.retranslate()

    def retranslate(self) -> None:
        setup, words, told = self._model.setup, self.look.words, self._told
        self.see_to.setText(self.tr("Seen to"))
        self.see_to.setEnabled(self._waiting is not None)
        columns = (
            Column(self.tr("What"), lambda one: words.say("line_kind", one.kind.value), width=150, strong=True),
            Column(self.tr("Where"), lambda one: place_of(one, setup), width=220),
            Column(self.tr("Told"), lambda one: finding_words(words, one, setup)),
            Column(
                self.tr("Last"),
                lambda one: formats.NO_VALUE if one.at_ms == NEVER_MS else f"{moment_of(one.at_ms):%m-%d %H:%M:%S}",
                key=lambda one: one.at_ms,
                width=130,
            ),
        )
        self.list.fill(columns, () if told is None else told.findings)
        self._write_note()

    def _write_note(self) -> None:
        """What is in front, whole: the list has room for its beginning. Else how many were looked at."""
        setup, told = self._model.setup, self._told
        if told is None or setup is None:
            self.note.setText(self.tr("Instruments and lines are being looked at."))
            return
        if self._front in told.findings:
            self.note.setText(finding_words(self.look.words, self._front, setup))
            return
        self.note.setText(
            self.tr(
                "{looked} of {all} instruments looked at in the last hour. No reading is changed; what drifts is "
                "suspect, and a unit that looks mistaken stays here, until somebody has seen to it."
            ).format(looked=told.looked, all=len(setup.channels))
        )


def place_of(one: Finding, setup: Setup | None) -> str:
    """The name of the instrument beside its id; of others what they are called."""
    if setup is None or not 0 <= one.channel < len(setup.channels):
        return one.where
    channel = setup.channels.records[one.channel]
    return f"{channel.name}  {one.where}" if channel.name and channel.name != one.where else one.where


def finding_words(words: Words, one: Finding, setup: Setup | None) -> str:
    """What was found, in the units on screen."""
    facts: dict[str, str | float] = dict(one.facts)
    if one.kind in {FindingKind.UNIT, FindingKind.DRIFT} and setup is not None:
        factor, unit, decimals = on_screen(setup.channels.records[one.channel].quantity)
        facts["unit"] = unit
        for name in ("value", "low", "high", "by"):
            if name in one.facts:
                facts[name] = formats.number(float(one.facts[name]) * factor, decimals)
    if one.kind is FindingKind.UNIT:
        facts["ratio"] = _ratio_words(float(one.facts["ratio"]))
        facts["basis"] = words.say("unit_basis", str(one.facts["basis"]), facts)
    if one.kind is FindingKind.DEAD_LETTER:
        reasons = str(one.facts["reason"]).split(",")
        facts["reason"] = ", ".join(words.say("dead_letter", reason) for reason in reasons)
    for name in ("count", "seconds"):
        if name in one.facts:
            facts[name] = formats.number(float(one.facts[name]))
    if one.kind is FindingKind.STRANGER:
        facts["value"] = f"{float(one.facts['value']):.6g}"
    return words.say("line_finding", one.kind.value, facts)


def _ratio_words(ratio: float) -> str:
    """Ten times and 9.81 times are seldom told apart: both are said."""
    times = max(ratio, 1.0 / ratio)
    return f"{'×' if ratio >= 1.0 else '÷'} {'9.81–10' if times < 20.0 else f'{times:.4g}'}"
