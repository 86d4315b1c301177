"""Somebody at the desk of planned outages, who has a keyboard, eyes, and a clock that tests turn."""

from __future__ import annotations

from datetime import datetime

from console_driver import Driver
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from app.times import CITY_TIME
from app.ui.dispatch.queue import QueueModel
from app.ui.outages.lines import TextLine

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


class TownClock:
    """What time it is at the desk."""

    def __init__(self, text: str) -> None:
        self.turn(text)

    def turn(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)

    def __call__(self) -> datetime:
        return self.now


class OutageHands:
    """Somebody at the desk."""

    def __init__(self, desk: Driver, clock: TownClock) -> None:
        self.desk, self.clock = desk, clock
        self.room = desk.window.outages

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.desk.window.focusWidget() or self.desk.window, key, modifier)
        self.desk.idle()

    def type(self, text: str) -> None:
        field = self.desk.window.focusWidget()
        assert isinstance(field, QLineEdit), field
        field.selectAll()
        field.insert(text)  # as an input method hands it over

    def fill(self, **texts: str) -> None:
        """Go through the form with Tab and type what is given."""
        form = self.room.form
        for name, text in texts.items():
            while self.desk.window.focusWidget() is not form.fields[name]:
                self.press(Qt.Key.Key_Tab)
            self.type(text)

    def answer(self, *texts: str) -> None:
        """Fill the fields of the question that is asked, and press Enter."""
        prompt = self.room.side.prompt
        assert prompt.asks
        for at, text in enumerate(texts):
            if at:
                self.press(Qt.Key.Key_Tab)
            self.type(text)
        self.press(Qt.Key.Key_Return)

    def primary(self) -> str:
        """What F9 would do."""
        return self.room.side.bar.primary.text()

    def list(self) -> list[str]:
        """What the list says of each outage."""
        model = self.room.list.list.model()
        assert isinstance(model, QueueModel)
        return [model.index(at, 0).data() for at in range(model.rowCount())]

    def rules(self) -> dict[str, str]:
        """Each rule with how it stands."""
        return {row[0]: row[2] for row in self.desk.cells(self.room.side.pages.judgement.table)}

    def checks(self) -> list[tuple[str, bool]]:
        """The checklist: each line, and whether it is done."""
        table = self.room.side.pages.night.table
        return [(row[1], line.is_done) for row, line in zip(self.desk.cells(table), self.lines, strict=True)]

    @property
    def lines(self):
        return self.room.side.pages.night.lines

    def refusal(self) -> str:
        """What the amber bar says; "" while there is none."""
        label = self.room.side.refusal
        return label.text() if label.isVisible() else ""


def told(widget: QLabel | TextLine) -> str:
    """What somebody reads there; "" where it is not to be seen."""
    if not widget.isVisible():
        return ""
    return widget.text if isinstance(widget, TextLine) else widget.text()
