"""The valve in front: what the records say of it, how it is turned, and how many turns it took."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from app.dispatch.field_task import FieldTask, Goal, ValveStep
from app.dispatch.permits import ChamberState
from app.dispatch.valve_work import MOST_TURNS, ValveStage
from app.messages.formats import length, nominal_diameter, number
from app.ui.dispatch.model import moment_of
from app.ui.field.flow import Way, inside_at_first
from app.ui.field.parts import BODY, SMALL, STEP, STRONG, BigButton
from app.ui.look import Look
from app.ui.widgets import ElidedLabel, Label, Panel

SAID_AFTER_MS = 1500
"""Turns are written down when nobody has counted on for so long: each tap is no event of its own."""


class TurnsBar(QWidget):
    """How many turns are done, against those that are expected; nothing to be tapped."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._share = look, 0.0
        self.setFixedHeight(16)

    def show_share(self, share: float) -> None:
        """*share* of all turns, from 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.setPen(QPen(self._look.colour("t1"), 2))
            painter.setBrush(self._look.colour("bg1"))
            painter.drawRect(box)
            painter.fillRect(box.adjusted(0, 0, -box.width() * (1 - self._share), 0), self._look.colour("action"))


class ValveCardView(Panel):
    """Everything about one valve that one needs while standing over it.

    Signals:
        inside_changed: Somebody goes in, or does not.
        counted: So many turns are done; told a moment after the last tap.
        permit_wanted: Leave to go into the chamber is to be asked for.
    """

    inside_changed = Signal()
    counted = Signal(float)
    permit_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setProperty("surface", "card")
        self._task: FieldTask | None = None
        self.step: ValveStep | None = None
        self._way: Way | None = None
        self._turns, self._untold = 0.0, False
        self._sure: dict[str, bool] = {}
        self.title, self.turning = Label(size=STEP, weight=600), Label(size=STRONG, weight=600)
        # One line each: what wraps inside a list that scrolls is cut when its words change.
        self.which, self.landmark = ElidedLabel(look, size=BODY), ElidedLabel(look, size=BODY, weight=500)
        self.place, self.state = ElidedLabel(look, size=BODY), ElidedLabel(look, size=SMALL)
        self.how_far = Label(size=BODY, weight=600)
        self.above, self.inside = BigButton(look), BigButton(look)
        self.bar, self.count = TurnsBar(look), Label(size=STRONG, weight=600)
        self.fewer, self.more, self.many = (BigButton(look, repeats=True) for _ in range(3))
        self.permit = BigButton(look, icon="warning")
        self._soon = QTimer(self, singleShot=True, interval=SAID_AFTER_MS)
        self._soon.timeout.connect(self.tell_turns)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.turning)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        self._group = QButtonGroup(self)
        for button in (self.above, self.inside):
            button.setCheckable(True)
            button.setFixedHeight(48)
            self._group.addButton(button)
            ways.addWidget(button, 1)
        self.turns_host = QWidget()
        turns = QHBoxLayout(self.turns_host)
        turns.setContentsMargins(0, 0, 0, 0)
        turns.setSpacing(8)
        turns.addWidget(self.bar, 1)
        turns.addWidget(self.count)
        for button in (self.fewer, self.more, self.many):
            button.setFixedSize(64, 48)
            turns.addWidget(button)
        self.permit.setFixedHeight(48)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        for part in (self.which, self.landmark, self.place, self.state, self.how_far):
            layout.addWidget(part)
        layout.addLayout(ways)
        layout.addWidget(self.permit)
        layout.addWidget(self.turns_host)

    def _connect(self) -> None:
        self._group.buttonClicked.connect(lambda _button: self._method_chosen())
        for button, by in ((self.fewer, -1.0), (self.more, 1.0), (self.many, 5.0)):
            button.clicked.connect(lambda _checked=False, by=by: self._count(by))
        self.permit.clicked.connect(self.permit_wanted)

    # What is shown

    def show_step(self, task: FieldTask, step: ValveStep, way: Way | None) -> None:
        """Show *step* of *task*; *way* leads there from where one stands, None where that is not known."""
        other = self.step is None or self.step.valve != step.valve
        if other:
            self.tell_turns()
            # What could not be said just now was counted at the valve before: it is no word about this one.
            self.take_turns()
        self._task, self.step, self._way = task, step, way
        if other or not self._untold:
            self._turns = step.turns_done or 0.0
        goes_in = self._sure.get(step.valve, inside_at_first(step))
        (self.inside if goes_in else self.above).setChecked(True)
        self.retranslate()

    @property
    def goes_in(self) -> bool:
        """Whether somebody goes into the chamber."""
        return self.inside.isChecked()

    @property
    def turns(self) -> float:
        """How many turns are done."""
        return self._turns

    def retranslate(self) -> None:
        self.above.setText(self.tr("With the key, from above"))
        self.inside.setText(self.tr("Inside the chamber"))
        self.fewer.setText("−1")
        self.more.setText("+1")
        self.many.setText("+5")
        step = self.step
        if step is None or self._task is None:
            return
        words, card = self.look.words, step.card
        self.title.setText(f"{words.say('field_goal', step.goal)} {card.valve}")
        self.turning.setText(self._turning(step))
        where = self.tr("valve {place} of {count}")
        place = self._task.number_of(step.valve)
        count = where.format(place=place, count=len(self._task.steps)) if place else words.say("field_state", "aside")
        told = (count, words.say("device_kind", card.kind), nominal_diameter(card.dn_mm, outside=False))
        depth = "" if card.depth_m is None else self.tr("{depth} deep").format(depth=length(card.depth_m))
        self.which.set_text(" · ".join(told))
        for line, text in ((self.landmark, card.landmark), (self.place, _joined(card.chamber, depth))):
            line.set_text(text)
            line.setVisible(bool(text))
        self.state.set_text(self._stands(step))
        self.how_far.setText(self._how_far())
        self._show_parts(step)

    def _turning(self, step: ValveStep) -> str:
        words, card = self.look.words, step.card
        closes = card.closes
        if step.goal is Goal.OPEN and closes != "unknown":
            closes = "counterclockwise" if closes == "clockwise" else "clockwise"
        way = self.tr("turning way not recorded") if closes == "unknown" else words.say("turning", closes)
        turns = (
            self.tr("turns not recorded")
            if card.turns is None
            else words.say("field_words", "turns", {"turns": number(card.turns)})
        )
        return f"{way} · {turns}"

    def _stands(self, step: ValveStep) -> str:
        words, card = self.look.words, step.card
        told = [
            self.tr("normally {normal}, now {position}").format(
                normal=words.say("position", card.normal), position=words.say("position", card.position)
            )
        ]
        if card.condition != "operable":
            told.append(words.say("condition", card.condition))
        if step.stage:
            told.append(words.say("valve_stage", step.stage))
        if step.by_order:
            told.append(self.tr("by dispatch order only"))
        return _joined(*told)

    def _how_far(self) -> str:
        if self._way is None:
            return ""
        if not self._way.bearing:
            return self.tr("You stand at it.")
        bearing = self.look.words.say("bearing", self._way.bearing)
        return self.tr("{distance} to the {bearing}").format(distance=length(self._way.length_m), bearing=bearing)

    def _show_parts(self, step: ValveStep) -> None:
        working = not step.done and self._task is not None and step in self._task.steps
        verify = step.goal is Goal.VERIFY
        for button in (self.above, self.inside):
            button.setVisible(working and not verify)
        self.how_far.setVisible(bool(self.how_far.text()))
        goes_in = working and self.goes_in and not verify
        self.permit.setVisible(goes_in)
        if goes_in:
            self.permit.setText(self._chamber(step))
        turning = working and step.stage == ValveStage.TURNING
        self.turns_host.setVisible(turning)
        expected = step.card.turns
        self.count.setText(number(self._turns) if expected is None else f"{number(self._turns)} / {number(expected)}")
        self.bar.setVisible(expected is not None)
        self.bar.show_share(0.0 if not expected else self._turns / expected)

    def _chamber(self, step: ValveStep) -> str:
        if step.chamber is ChamberState.NONE or step.permit is None:
            return self.tr("No permit: measure the gas before anybody goes in")
        until = f"{moment_of(step.permit.ends_ms):%H:%M}"
        return self.look.words.say("chamber_state", step.chamber, {"time": until})

    # Taps

    def _method_chosen(self) -> None:
        if self.step is not None:
            self._sure[self.step.valve] = self.goes_in
            self.retranslate()
            self.inside_changed.emit()

    def _count(self, by: float) -> None:
        self._turns = min(max(self._turns + by, 0.0), MOST_TURNS)
        self._untold = True
        self._soon.start()
        self.retranslate()

    def tell_turns(self) -> None:
        """Say how many turns are done, where somebody counted since it was said last."""
        turns = self.take_turns()
        if turns is not None:
            self.counted.emit(turns)

    def tell_later(self) -> None:
        """Something else is being written: say it a moment later."""
        self._untold = True
        self._soon.start()

    def take_turns(self) -> float | None:
        """How many turns are done, for whoever says it; None where that was said already."""
        self._soon.stop()
        untold, self._untold = self._untold, False
        return self._turns if untold else None


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
