"""Handing over a shift: what changed in it, what breaches in the next one; signed by who leaves and by who comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.dispatch.acts import Done, HandOver
from app.dispatch.states import ClockState
from app.dispatch.view import DispatchView
from app.journal.events import EventKey
from app.messages import Words
from app.ui import fonts
from app.ui.dispatch.faces import tone_of
from app.ui.dispatch.model import DispatchModel, moment_of
from app.ui.dispatch.present import clock_label, place_of
from app.ui.dispatch.prompt import Answers, Field, Prompt
from app.ui.dispatch.rows import Moment
from app.ui.look import Look
from app.ui.tables import Column, Table
from app.ui.widgets import GAP, PADDING, KeyButton, Label, Panel, column

SHIFT_MS = 8 * 3_600_000
"""House: a shift; so far back "this shift" looks where nobody handed over, and so far ahead the next one."""


@dataclass(frozen=True)
class HandoverLine:
    """One incident in a handover.

    Attributes:
        changed: What became of it in this shift.
        breaches: What runs out in the next one; "" where nothing does.
        pressing: The state of that clock.
    """

    number: str
    place: str
    changed: str
    breaches: str
    pressing: ClockState
    due_ms: int


def handover_lines(view: DispatchView, moment: Moment, from_ms: int, words: Words) -> tuple[HandoverLine, ...]:
    """Incidents that changed since *from_ms* or have a limit that ends in the next shift, the soonest first."""
    lines = []
    until_ms = moment.now_ms + SHIFT_MS
    for row in view.queue:
        ending = [
            place for place in row.clocks if moment.left_s(place) is not None and moment.table.due_ms[place] <= until_ms
        ]
        if row.last_ms < from_ms and not ending:
            continue
        ending.sort(key=lambda place: int(moment.table.due_ms[place]))
        told = [
            f"{clock_label(view.clocks[place], words)} {moment_of(int(moment.table.due_ms[place])):%H:%M}"
            for place in ending
        ]
        changed = words.say("life_step", row.done[-1]) if row.done else ""
        new = row.opened_ms >= from_ms
        changed = f"{words.say('dispatch_told', 'new')} · {changed}" if new else changed
        lines.append(
            HandoverLine(
                row.number,
                place_of(row, words),
                changed if row.last_ms >= from_ms else words.say("dispatch_told", "unchanged"),
                " · ".join(told),
                moment.worst(ending),
                int(moment.table.due_ms[ending[0]]) if ending else 2**62,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.due_ms, line.number)))


class HandoverPage(Panel):
    """The page; two names sign it."""

    def __init__(self, look: Look, model: DispatchModel, prompt: Prompt, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._model, self._prompt, self._now = model, prompt, now
        self._left: tuple[EventKey, str] | None = None
        self.table = Table(look)
        self.told = Label(size=fonts.TABLE, tone="t2")
        self.sign = KeyButton(look, "Ctrl+Enter", primary=True)
        self.sign.clicked.connect(self.ask)
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, 4, GAP, 4)
        line.addWidget(self.told, 1)
        line.addWidget(self.sign)
        column(self, self.table, foot).setStretch(0, 1)
        model.view_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        view, moment = self._model.view, self._model.moment
        self.sign.setText(self.tr("Hand over") if self._left is None else self.tr("Take over"))
        if view is None or moment is None:
            return
        words = self.look.words
        lines = handover_lines(view, moment, self._from_ms, words)
        columns = (
            Column(self.tr("Incident"), lambda row: row.number, width=90, strong=True),
            Column(self.tr("Place"), lambda row: row.place, width=200, most=320),
            Column(self.tr("This shift"), lambda row: row.changed, width=200, most=360, tone=lambda _row: "t2"),
            Column(
                self.tr("Ends in the next shift"),
                lambda row: row.breaches,
                elide=True,
                tone=lambda row: tone_of(row.pressing),
            ),
        )
        self.table.fill(columns, lines)
        self._tell(len(lines))

    @property
    def _from_ms(self) -> int:
        return self._model.now_ms - SHIFT_MS

    def _tell(self, count: int) -> None:
        since = f"{moment_of(self._from_ms):%H:%M}"
        told = self.tr("since {time}: {count} incidents to be told of").format(time=since, count=count)
        if self._left is not None:
            told = self.tr("handed over to {name}: {name} signs with Ctrl+Enter").format(name=self._left[1])
        self.told.setText(told)

    def ask(self) -> None:
        """Ctrl+Enter: who leaves names who comes; then who comes signs with their own name."""
        if self._left is None:
            fields = (
                Field("mine", self.tr("your name")),
                Field("to", self.tr("who takes over")),
                Field("note", self.tr("what they should know"), needed=False, wide=2),
            )
            self._prompt.ask(self.tr("Hand the shift over"), fields, self._hand)
        else:
            title = self.tr("{name} takes the shift over").format(name=self._left[1])
            self._prompt.ask(title, (Field("mine", self.tr("your name")),), self._take)

    def _hand(self, answers: Answers) -> str | None:
        name = answers["to"]

        def handed(done: Done) -> None:
            self._left = (done.events[-1], name)
            self.retranslate()

        self._model.do(HandOver(name, self._from_ms, note=answers["note"]), handed, who=answers["mine"])
        return None

    def _take(self, answers: Answers) -> str | None:
        left = self._left
        assert left is not None
        if answers["mine"].casefold() != left[1].casefold():
            return self.tr("It was handed over to {name}.").format(name=left[1])

        def taken(_done: Done) -> None:
            self._left = None
            self.retranslate()

        self._model.do(HandOver(taken=left[0]), taken, who=answers["mine"])
        return None
