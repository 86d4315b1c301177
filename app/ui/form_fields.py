"""Fields of forms that are filled in by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.ui import fonts
from app.ui.widgets import Picker


class FormLine(QLineEdit):
    """A field of the form.

    Signals:
        entered: Enter. stepped: Up (-1) or down (1).
    """

    entered = Signal()
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFont(fonts.font(fonts.BODY))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.entered.emit()
            case Qt.Key.Key_Up:
                self.stepped.emit(-1)
            case Qt.Key.Key_Down:
                self.stepped.emit(1)
            case _:
                super().keyPressEvent(event)


def is_enter(event: QKeyEvent) -> bool:
    """Whether *event* is a press of Enter."""
    return event.type() == QEvent.Type.KeyPress and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def fill_picker(picker: Picker, rows: list[tuple[str, str]]) -> None:
    """Write a list anew without losing what is chosen."""
    chosen = picker.currentData()
    picker.blockSignals(True)
    picker.clear()
    for code, words in rows:
        picker.addItem(words, str(code))
    picker.setCurrentIndex(max(picker.findData(chosen), 0))
    picker.blockSignals(False)
