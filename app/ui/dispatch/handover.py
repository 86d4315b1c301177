"""Handing over a shift: what changed in it, what breaches in the next one; signed by who leaves and by who comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.dispatch.acts import HandOver
from app.dispatch.orders import Order
from app.dispatch.shift import Handed, ValveOff
from app.dispatch.states import ClockState
from app.dispatch.view import DispatchView, number_of
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
"""House: a shift; so far back "this shift" looks while nobody has handed over yet, and so far ahead the next one."""


@dataclass(frozen=True)
class HandoverLine:
    """One incident, open order or valve off its normal position in a handover.

    Attributes:
        number: Of the incident or order, name of the valve.
        changed: What became of it in this shift, or how it stands.
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
    """Incidents of which the last handover had not seen everything, or with a limit that ends in the next shift.

    Where nobody has handed over yet, what was written since *from_ms* is told. The soonest comes first.
    """
    lines = []
    until_ms = moment.now_ms + SHIFT_MS
    for row in view.queue:
        ending = [
            place for place in row.clocks if moment.left_s(place) is not None and moment.table.due_ms[place] <= until_ms
        ]
        is_new, is_changed = row.untold
        if view.shift.given is None:
            is_new, is_changed = (written_ms > from_ms for written_ms in row.written_ms)
        if not is_changed and not ending:
            continue
        ending.sort(key=lambda place: int(moment.table.due_ms[place]))
        told = [
            f"{clock_label(view.clocks[place], words)} {moment_of(int(moment.table.due_ms[place])):%H:%M}"
            for place in ending
        ]
        changed = words.say("life_step", row.done[-1]) if row.done else ""
        changed = f"{words.say('dispatch_told', 'new')} · {changed}" if is_new else changed
        lines.append(
            HandoverLine(
                row.number,
                place_of(row, words),
                changed if is_changed else words.say("dispatch_told", "unchanged"),
                " · ".join(told),
                moment.worst(ending),
                int(moment.table.due_ms[ending[0]]) if ending else 2**62,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.due_ms, line.number)))


def order_line(order: Order, words: Words) -> HandoverLine:
    """An order that is still to be read back, executed or reported."""
    number = {"number": number_of(order.incident)} if order.incident else {}
    place = words.say("handover", "order", {"receiver": order.receiver, **number})
    parts = [number_of(order.about)]
    if order.next is not None:
        parts.append(words.say("dispatch_told", "next", {"step": words.say("order_do", order.next)}))
    return HandoverLine(order.number, place, " · ".join(parts), "", ClockState.NOT_APPLICABLE, 2**62)


def valve_line(valve: ValveOff, words: Words) -> HandoverLine:
    """A valve that does not stand as it normally does."""
    turned = valve.turned
    stands = {name: words.name("position", getattr(turned, name)) for name in ("position", "normal")}
    told = words.say("handover", "left" if turned.left else "not_back")
    place = words.say("handover", "valve", {"number": number_of(valve.incident)})
    stood = words.say("handover", "stands", stands)
    return HandoverLine(turned.valve, place, f"{stood} · {told}", "", ClockState.NOT_APPLICABLE, 2**62)


class HandoverPage(Panel):
    """The page; two names sign it, at one console or at two.

    Signals:
        log_wanted: The day's log is to be printed.
    """

    log_wanted = Signal()

    def __init__(self, look: Look, model: DispatchModel, prompt: Prompt, now: Callable[[], datetime]) -> None:
        super().__init__(look)
        self._model, self._prompt, self._now = model, prompt, now
        self.table = Table(look)
        self.told = Label(size=fonts.TABLE, tone="t2")
        self.sign = KeyButton(look, "Ctrl+Enter", primary=True)
        self.sign.clicked.connect(self.ask)
        self.log = KeyButton(look, "Ctrl+Shift+P")
        self.log.clicked.connect(self.log_wanted)
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(PADDING, 4, GAP, 4)
        line.addWidget(self.told, 1)
        line.addWidget(self.log)
        line.addWidget(self.sign)
        column(self, self.table, foot).setStretch(0, 1)
        model.view_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        view, moment = self._model.view, self._model.moment
        self.log.setText(self.tr("Day's log"))
        self.sign.setText(self.tr("Hand over") if self._waiting is None else self.tr("Take over"))
        if view is None or moment is None:
            return
        words = self.look.words
        incidents = handover_lines(view, moment, self._from_ms, words)
        orders = tuple(order_line(order, words) for order in view.orders if order.open)
        valves = tuple(valve_line(valve, words) for valve in view.valves_off)
        columns = (
            Column(self.tr("Incident, order, valve"), lambda row: row.number, width=160, strong=True),
            Column(self.tr("Place"), lambda row: row.place, width=200, most=320),
            Column(self.tr("This shift"), lambda row: row.changed, width=200, most=360, tone=lambda _row: "t2"),
            Column(
                self.tr("Ends in the next shift"),
                lambda row: row.breaches,
                elide=True,
                tone=lambda row: tone_of(row.pressing),
            ),
        )
        self.table.fill(columns, (*incidents, *orders, *valves))
        self._tell(len(incidents), len(orders), len(valves))

    @property
    def _waiting(self) -> Handed | None:
        view = self._model.view
        return None if view is None else view.shift.waiting

    @property
    def _from_ms(self) -> int:
        view = self._model.view
        since_ms = None if view is None else view.shift.since_ms
        return self._model.now_ms - SHIFT_MS if since_ms is None else since_ms

    def _at(self, at_ms: int) -> str:
        """The time, with its day where that is another one."""
        at, now = moment_of(at_ms), moment_of(self._model.now_ms)
        return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%m-%d %H:%M}"

    def _tell(self, incidents: int, orders: int, valves: int) -> None:
        waiting = self._waiting
        if waiting is None:
            told = self.tr("since {time}: incidents {incidents}, open orders {orders}, valves off normal {valves}")
            since = self._at(self._from_ms)
            told = told.format(time=since, incidents=incidents, orders=orders, valves=valves)
        else:
            told = self.tr("{time} {by} handed over to {name}: {name} signs with Ctrl+Enter").format(
                time=self._at(waiting.at_ms), by=waiting.by, name=waiting.to
            )
            told = f"{told} · {waiting.note}" if waiting.note else told
        self.told.setText(told)

    def ask(self) -> None:
        """Ctrl+Enter: who leaves names who comes; then who comes signs with their own name, at whichever console."""
        waiting = self._waiting
        if waiting is None:
            self._ask_who_comes()
            return
        title = self.tr("{name} takes the shift over, or {by} names somebody else").format(
            name=waiting.to, by=waiting.by
        )
        self._prompt.ask(title, (Field("mine", self.tr("your name")),), lambda answers: self._take(answers, waiting))

    def _ask_who_comes(self, mine: str = "") -> None:
        fields = (
            Field("mine", self.tr("your name"), mine),
            Field("to", self.tr("who takes over")),
            Field("note", self.tr("what they should know"), needed=False, wide=2),
        )
        self._prompt.ask(self.tr("Hand the shift over"), fields, self._hand)

    def _hand(self, answers: Answers) -> str | None:
        self._model.do(HandOver(answers["to"], self._from_ms, note=answers["note"]), who=answers["mine"])
        return None

    def _take(self, answers: Answers, waiting: Handed) -> str | None:
        mine = answers["mine"].casefold()
        if mine == waiting.to.casefold():
            self._model.do(HandOver(taken=waiting.key), who=answers["mine"])
            return None
        if mine == waiting.by.casefold():
            # Whoever was to come may not come: without another name nobody could ever sign.
            self._ask_who_comes(answers["mine"])
            return None
        return self.tr("It was handed over to {name}.").format(name=waiting.to)
