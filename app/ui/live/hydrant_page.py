"""Hydrants in use: what runs, is planned or has ended lately, and what can be said of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.dispatch.acts import No
from app.hydrants.acts import EndUse, HydrantAct, StillRuns, WithdrawUse
from app.hydrants.book import Stage
from app.hydrants.view import UseRow
from app.journal.events import milliseconds
from app.messages import Words, formats
from app.operations.why_not import why_not
from app.times import CITY_TIME, utc_of
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.live.hydrant_model import HydrantModel
from app.ui.live.hydrant_typed import end_after
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import PADDING, KeyButton, Label, Panel, column

_OPEN = frozenset({Stage.RUNNING, Stage.LAPSED, Stage.PLANNED})
_TONES = {Stage.LAPSED: "amber_text", Stage.ENDED: "t3", Stage.WITHDRAWN: "t3"}


class HydrantPage(Panel):
    """The list.

    Signals:
        chosen: A line was picked: x and y in the project CRS.
        wanted: Another one is to be written down.
    """

    chosen = Signal(float, float)
    wanted = Signal()

    def __init__(self, look: Look, model: HydrantModel) -> None:
        super().__init__(look)
        self._model = model
        self._front = ""
        self.list = Table(look)
        self.note = Label(size=fonts.CAPTION, tone="t3", wrap=True)
        self.draw = KeyButton(look, "Ctrl+F7", primary=True)
        self.end, self.runs, self.withdraw = KeyButton(look, "Enter"), KeyButton(look), KeyButton(look)
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, 4, PADDING, 6)
        line.addWidget(self.note, 1)
        for button in (self.end, self.runs, self.withdraw, self.draw):
            line.addWidget(button)
        self.prompt = Prompt(look)
        column(self, self.list, foot, self.prompt).setStretch(0, 1)
        self.list.chosen.connect(self._choose)
        self.list.taken.connect(self._take_up)
        self.draw.clicked.connect(self.wanted)
        self.end.clicked.connect(self.ask_end)
        self.runs.clicked.connect(self.say_runs)
        self.withdraw.clicked.connect(self.ask_why)
        model.changed.connect(self.retranslate)
        self.retranslate()

    def focus(self) -> None:
        """The keyboard goes to the list."""
        self.list.setFocus()

    def showEvent(self, _event: object) -> None:
        self._model.watch()

    @property
    def row(self) -> UseRow | None:
        """The one in front."""
        return next((row for row in self._model.rows if row.number == self._front), None)

    def _choose(self, row: UseRow) -> None:
        self._front = row.number
        self._offer()
        self.chosen.emit(*row.place_m)

    def _take_up(self, row: UseRow) -> None:
        self._front = row.number
        self._offer()
        self.ask_end()

    def _offer(self) -> None:
        row = self.row
        is_open = row is not None and row.stage in _OPEN
        self.end.setEnabled(is_open and row is not None and row.stage is not Stage.PLANNED)
        self.runs.setEnabled(row is not None and row.stage in {Stage.RUNNING, Stage.LAPSED, Stage.ENDED})
        self.withdraw.setEnabled(row is not None and row.stage is not Stage.WITHDRAWN)

    # What is said of the one in front

    def ask_end(self) -> None:
        """Enter: until when it ran, or is to run."""
        row, now = self.row, self._model.now().astimezone(CITY_TIME)
        if row is None or not self.end.isEnabled():
            return

        def done(answers: Answers) -> str | None:
            typed = answers["until"]
            until = now if typed == shown else end_after(typed, utc_of(row.from_ms).astimezone(CITY_TIME), now)
            if until is None:
                return self.tr("“{text}” is no time, such as 14:05 or 03-12 14:05.").format(text=typed)
            self._do(EndUse(row.number, milliseconds(until), answers["note"]))
            return None

        shown = f"{now:%m-%d %H:%M}"
        fields = (
            Field("until", self.tr("When it ended"), shown),
            Field("note", self.tr("Note"), needed=False, wide=2),
        )
        self.prompt.ask(self.tr("{number}: ended").format(number=row.number), fields, done)

    def say_runs(self) -> None:
        """Somebody has seen that it runs: it is believed for a while again."""
        row = self.row
        if row is not None and self.runs.isEnabled():
            self._do(StillRuns(row.number))

    def ask_why(self) -> None:
        """It was a mistake: why."""
        row = self.row
        if row is None or not self.withdraw.isEnabled():
            return

        def done(answers: Answers) -> None:
            self._do(WithdrawUse(row.number, answers["reason"]))

        why = Field("reason", self.tr("Why it is taken back"))
        self.prompt.ask(self.tr("{number}: no water was drawn").format(number=row.number), (why,), done)

    def _do(self, act: HydrantAct) -> None:
        def refused(no: No) -> None:
            self.note.setText(why_not("hydrant_no", no, self.look.words))
            self.note.set_tone("amber")

        self._model.do(act, lambda _done: None, refused)

    def retranslate(self) -> None:
        words = self.look.words
        self.draw.setText(self.tr("Write down"))
        self.end.setText(self.tr("Ended"))
        self.runs.setText(self.tr("Runs still"))
        self.withdraw.setText(self.tr("Take back"))
        columns = (
            Column(self.tr("No."), lambda one: one.number, width=60, strong=True),
            Column(
                self.tr("State"),
                lambda one: words.name("hydrant_stage", one.stage.value),
                width=100,
                tone=lambda one: _TONES.get(one.stage, "t1"),
            ),
            Column(self.tr("Hydrant"), where_of, width=90),
            Column(self.tr("What for"), lambda one: words.name("hydrant_purpose", one.purpose.value), width=100),
            Column(self.tr("From"), lambda one: _clock(one.from_ms), key=lambda one: one.from_ms, width=90),
            Column(self.tr("Until"), lambda one: until_of(words, one), key=lambda one: one.until_ms or 0, width=90),
            Column(
                self.tr("m³/h"),
                lambda one: "" if one.flow_m3_h is None else formats.number(one.flow_m3_h, 0),
                key=lambda one: one.flow_m3_h or 0.0,
                width=50,
                number=True,
            ),
            Column(self.tr("Told by, note"), lambda one: " · ".join(text for text in (one.told_by, one.note) if text)),
        )
        self.list.fill(columns, self._model.rows)
        self._offer()
        self.note.setText(self._note_words())
        self.note.set_tone("amber" if self._lapsed else "t3")

    @property
    def _lapsed(self) -> list[UseRow]:
        return [row for row in self._model.rows if row.stage is Stage.LAPSED]

    def _note_words(self) -> str:
        if self._lapsed:
            told = self.tr(
                "Open too long, so bursts around it are told again: {uses}. Say that it runs still, or ended."
            )
            names = ", ".join(f"{row.number} {where_of(row)} ({_clock(row.believed_until_ms)})" for row in self._lapsed)
            return told.format(uses=names)
        if not self._model.rows:
            return self.tr("No water is drawn from hydrants. What is written down explains pressures around it.")
        return self.tr("Pressures within 1.5 km of what runs are left out of the watch for bursts.")


def where_of(row: UseRow) -> str:
    """The hydrant, or its place."""
    return row.hydrant or ", ".join(formats.number(one, 0) for one in row.place_m)


def until_of(words: Words, row: UseRow) -> str:
    """When it ends; what is open says so."""
    return words.say("hydrant_cli", "until_told") if row.until_ms is None else _clock(row.until_ms)


def _clock(at_ms: int) -> str:
    return f"{moment_of(at_ms):%m-%d %H:%M}"
