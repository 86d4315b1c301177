"""The rows of the desk: open incidents to choose from, and the valves of one in the order of the work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.dispatch.field_task import FieldTask, Goal, ValveStep
from app.dispatch.view import QueueRow
from app.messages import Words
from app.messages.formats import nominal_diameter, number
from app.ui import fonts, icons
from app.ui.field.parts import SMALL, BigRow, elided
from app.ui.look import Look
from app.ui.widgets import clear

_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter)


def draw_mark(painter: QPainter, look: Look, box: QRectF, mark: str, *, done: bool, now: bool, aside: bool) -> None:
    """How far a valve is, by shape.

    Done: a filled square with a tick; in front: a filled square with its number in a frame; ahead: an empty square with
    its number; out of the plan: a slashed circle.
    """
    colour = look.colour
    if aside:
        painter.setPen(QPen(colour("amber_text"), 2.4))
        painter.setBrush(colour("bg1"))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        slash = box.adjusted(6, 6, -6, -6)
        painter.drawLine(slash.bottomLeft(), slash.topRight())
        return
    filled = done or now
    painter.setPen(QPen(colour("acc" if now else "t1"), 3 if now else 2))
    painter.setBrush(colour("action" if filled else "bg1"))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
    painter.setPen(colour("action_on" if filled else "t1"))
    if done:
        icons.draw(painter, "tick", box.adjusted(5, 5, -5, -5), colour("action_on"))
        return
    painter.setFont(fonts.font(SMALL, 600))
    painter.drawText(box, _MIDDLE, mark)


class ValveRow(BigRow):
    """One valve: its mark, its id, its size, where it lies, and how far it is."""

    def __init__(self, look: Look, task: FieldTask, step: ValveStep, *, now: bool) -> None:
        super().__init__(look)
        self.step, self._now = step, now
        self._place = task.number_of(step.valve)
        self._aside = step in task.aside
        self.setCheckable(True)
        self.setChecked(now)
        self.setAccessibleName(self.words_of(look.words))

    def words_of(self, words: Words) -> str:
        """What the row says, as words."""
        state = words.say("field_state", self.state)
        return " ".join(
            (str(self._place or ""), words.say("field_goal", self.step.goal), self.step.valve, state)
        ).strip()

    @property
    def state(self) -> str:
        """done, left, aside, next or ahead."""
        if self._aside:
            return "aside"
        if self.step.done:
            return "left" if self.step.left else "done"
        return "next" if self._now else "ahead"

    def write(self, painter: QPainter) -> None:
        words, colour, card = self._look.words, self._look.colour, self.step.card
        draw_mark(
            painter,
            self._look,
            QRectF(16, (self.height() - 28) / 2, 28, 28),
            str(self._place),
            done=self.step.done,
            now=self._now,
            aside=self._aside,
        )
        painter.setPen(colour("amber_text" if self._aside else "t1"))
        painter.setFont(fonts.font(18, 600))
        left, right = 58, self.width() - 16
        painter.drawText(left, 0, 140, self.height(), _LEFT, elided(painter, self.step.valve, 136))
        painter.setFont(fonts.font(SMALL))
        told = self._told(words)
        width = QFontMetrics(painter.font()).horizontalAdvance(told)
        painter.drawText(self.rect().adjusted(0, 0, -16, 0), _RIGHT, told)
        painter.setPen(colour("t1"))
        painter.drawText(left + 144, 0, 76, self.height(), _LEFT, nominal_diameter(card.dn_mm, outside=False))
        room = right - width - 16 - (left + 222)
        painter.drawText(left + 222, 0, max(room, 0), self.height(), _LEFT, elided(painter, card.landmark, room))

    def _told(self, words: Words) -> str:
        step = self.step
        if self._aside:
            return words.say("valve_stage", step.stage) if step.stage else words.say("condition", step.card.condition)
        if step.done:
            return words.say("field_state", "left" if step.left else f"is_{step.position_wanted}")
        if step.stage:
            return words.say("valve_stage", step.stage)
        if step.goal is Goal.VERIFY:
            return words.say("field_goal", Goal.VERIFY)
        turns = step.card.turns
        return "" if turns is None else words.say("field_words", "turns", {"turns": number(turns)})


class IncidentRow(BigRow):
    """One open incident to work at."""

    def __init__(self, look: Look, row: QueueRow) -> None:
        super().__init__(look, 64)
        self.row = row
        self.setAccessibleName(f"{row.number} {row.place or row.pipe}")

    def write(self, painter: QPainter) -> None:
        row, colour = self.row, self._look.colour
        painter.setPen(colour("t1"))
        painter.setFont(fonts.font(20, 600))
        width = QFontMetrics(painter.font()).horizontalAdvance(row.number)
        painter.drawText(16, 4, width + 8, 30, _LEFT, row.number)
        painter.setFont(fonts.font(18, 500))
        room = self.width() - width - 48
        painter.drawText(32 + width, 4, room, 30, _LEFT, elided(painter, row.place or row.pipe, room))
        painter.setFont(fonts.font(SMALL))
        size = "" if row.dn_mm is None else f"DN{row.dn_mm:.0f}"
        told = (self._look.words.name("incident_kind", row.kind), size, ", ".join(row.crews))
        painter.drawText(16, 32, self.width() - 32, 28, _LEFT, " · ".join(part for part in told if part))


class RowList(QWidget):
    """Rows from top to bottom; arrow keys go from one to the next.

    Signals:
        stepped_to: The keyboard went to a row.
    """

    stepped_to = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[BigRow] = []
        self._lent: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.setAlignment(Qt.AlignmentFlag.AlignTop)

    def show_rows(self, rows: list[BigRow], below: Callable[[BigRow], QWidget | None] | None = None) -> None:
        """Show *rows*, each with what *below* puts under it; the keyboard stays in its place among them."""
        kept = next((at for at, row in enumerate(self.rows) if row.hasFocus()), None)
        for widget in self._lent:
            self._layout.removeWidget(widget)
        clear(self._layout)
        self.rows, self._lent = rows, []
        for at, row in enumerate(rows):
            row.stepped.connect(lambda by, at=at: self._step(at + by))
            self._layout.addWidget(row)
            under = below(row) if below is not None else None
            if under is not None:
                self._lent.append(under)
                self._layout.addWidget(under)
        if kept is not None and rows:
            rows[min(kept, len(rows) - 1)].setFocus()

    def _step(self, to: int) -> None:
        if 0 <= to < len(self.rows):
            self.rows[to].setFocus()
            self.stepped_to.emit(self.rows[to])
