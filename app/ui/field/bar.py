"""The large buttons under everything: what is next, and what else can be said of the valve in front."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.dispatch.field_task import FieldTask, Goal, ValveStep
from app.ui.field.flow import Primary
from app.ui.field.parts import BAR_PX, BigButton
from app.ui.look import Look
from app.ui.widgets import Panel

STUCK, LOST, PASSING, LEAVE, PHOTO, UNDO = "stuck", "lost", "passing", "leave", "photo", "undo"
_KEYS = {STUCK: "F4", LOST: "F5", PASSING: "F6", LEAVE: "F5", PHOTO: "F7", UNDO: "Ctrl+Z"}
_ICONS = {STUCK: "valve_stuck", LOST: "valve_unknown", PASSING: "valve_passing", LEAVE: "valve_verify", UNDO: "undo"}


class FieldBar(Panel):
    """The buttons.

    Signals:
        primary_pressed: The large one. pressed: Another one, by its code.
    """

    primary_pressed = Signal()
    pressed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setProperty("surface", "bar")
        self.setProperty("edge", "top")
        self.setFixedHeight(BAR_PX)
        self.primary = BigButton(look, "F9", primary=True)
        self.others = {code: BigButton(look, key, icon=_ICONS.get(code, "")) for code, key in _KEYS.items()}
        self._kind = Primary.NONE
        self._task: FieldTask | None = None
        self._step: ValveStep | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 8, 16, 8)
        line.setSpacing(8)
        line.addWidget(self.primary, 5)
        for code, button in self.others.items():
            button.clicked.connect(lambda _checked=False, code=code: self.pressed.emit(code))
            line.addWidget(button, 2)
        self.primary.clicked.connect(self.primary_pressed)
        self.retranslate()

    def show_work(self, task: FieldTask | None, step: ValveStep | None, kind: Primary, *, can_write: bool) -> None:
        """Offer what can be said now."""
        self._task, self._step, self._kind = task, step, kind
        back = task is not None and task.going_back
        working = step is not None and task is not None and step in task.steps
        open_yet = working and step is not None and not step.done
        closes = step is not None and step.goal is not Goal.OPEN
        self.others[LOST].setVisible(not back)
        self.others[PASSING].setVisible(not back)
        self.others[LEAVE].setVisible(back)
        can = {
            STUCK: open_yet,
            LOST: open_yet,
            PASSING: working and closes and not back,
            LEAVE: open_yet and back,
            PHOTO: task is not None,
            UNDO: task is not None and task.last is not None,
        }
        for code, button in self.others.items():
            button.setEnabled(can_write and can[code] and kind is not Primary.FORM)
        self.primary.setEnabled(can_write and kind is not Primary.NONE)
        self.retranslate()

    def does(self, code: str) -> bool:
        """Press a button by its code; False where it is not there or cannot be pressed."""
        button = self.others[code]
        if button.isHidden() or not button.isEnabled():
            return False
        button.click()
        return True

    def retranslate(self) -> None:
        opens = self._step is not None and self._step.goal is Goal.OPEN
        names = {
            Primary.NONE: self._nothing(),
            Primary.OPEN_CHAMBER: self.tr("Chamber is open"),
            Primary.PERMIT: self.tr("Measure gas, ask for the permit"),
            Primary.TURN: self.tr("Opening it now") if opens else self.tr("Closing it now"),
            Primary.TURNED: self.tr("It is open") if opens else self.tr("It is closed"),
            Primary.VERIFIED: self.tr("Seen: it is closed"),
            Primary.WATER_OFF: self.tr("The water is off"),
            Primary.MENDED: self.tr("The main is mended"),
            Primary.FORM: self.tr("Go on"),
        }
        self.primary.setText(names[self._kind])
        others = {
            STUCK: self.tr("Will not turn"),
            LOST: self.tr("Not found"),
            PASSING: self.tr("Leaks by"),
            LEAVE: self.tr("Stays so"),
            PHOTO: self.tr("Photo"),
            UNDO: self.tr("Undo"),
        }
        for code, button in self.others.items():
            button.setText(others[code])

    def _nothing(self) -> str:
        if self._task is None:
            return self.tr("Choose an incident")
        if self._task.going_back and self._task.over:
            return self.tr("Every valve is back")
        if self._step is not None and self._step.done:
            return self.tr("Done")
        return self.tr("Nothing to do here")
