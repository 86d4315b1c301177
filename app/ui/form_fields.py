"""Fields of forms that are filled in by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from app.ui import fonts
from app.ui.widgets import GAP, PADDING, Picker


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


class FormGrid(QWidget):
    """Fields under each other, each behind its name.

    Args:
        above_px: Room over the first line.
        right_px: Room beside the fields.
    """

    def __init__(self, above_px: int = 12, right_px: int = GAP) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(PADDING, above_px, right_px, 8)
        self._grid.setVerticalSpacing(8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(1, 1)
        self._lines = 0

    def add(self, name: QWidget | None, field: QWidget) -> None:
        """Another line; without a name what belongs to the line above."""
        if name is not None:
            self._grid.addWidget(name, self._lines, 0)
        self._grid.addWidget(field, self._lines, 1)
        self._lines += 1

    def add_wide(self, widget: QWidget) -> None:
        """A line without a name, over the whole width."""
        self._grid.addWidget(widget, self._lines, 0, 1, 2)
        self._lines += 1


class EnterConfirms(QObject):
    """Enter on *widgets* does what *confirm* does: Qt's buttons take the space bar alone, and pickers nothing.

    Lives as long as *parent*.
    """

    def __init__(self, parent: QObject, widgets: Iterable[QWidget], confirm: Callable[[], object]) -> None:
        super().__init__(parent)
        self._confirm = confirm
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and _is_enter(event):
            self._confirm()
            return True
        return super().eventFilter(watched, event)


def _is_enter(event: QKeyEvent) -> bool:
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
