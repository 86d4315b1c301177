"""The hands of somebody at one of the desks, who has a keyboard."""

from __future__ import annotations

from console_driver import Driver
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.ui.dispatch.prompt import Prompt

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class DeskHands:
    """Presses keys where the keyboard is, types, and answers what is asked.

    Args:
        desk: The console.
        prompt: Where the desk asks.
    """

    def __init__(self, desk: Driver, prompt: Prompt) -> None:
        self.desk, self._prompt = desk, prompt

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.desk.window.focusWidget() or self.desk.window, key, modifier)
        self.desk.idle()

    def type(self, text: str) -> None:
        """Write *text* where the keyboard is, as an input method hands it over."""
        field = self.field
        field.insert(text)
        field.textEdited.emit(field.text())

    @property
    def field(self) -> QLineEdit:
        """The one in which the keyboard is."""
        field = self.desk.window.focusWidget()
        assert isinstance(field, QLineEdit), field
        return field

    def answer(self, *texts: str) -> None:
        """Fill the fields of the question that is asked, and press Enter; "" leaves a field as it is."""
        assert self._prompt.asks
        for at, text in enumerate(texts):
            if at:
                self.press(Qt.Key.Key_Tab)
            if text:
                self.field.selectAll()
                self.type(text)
        self.press(Qt.Key.Key_Return)
