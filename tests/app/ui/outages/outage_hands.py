"""Somebody at the desk of planned outages, who has a keyboard, eyes, and a clock that tests turn."""

from __future__ import annotations

from datetime import datetime

from console_driver import Driver
from desk_hands import DeskHands
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.times import CITY_TIME
from app.ui.dispatch.queue import QueueModel
from app.ui.outages.lines import TextLine


class TownClock:
    """What time it is at the desk."""

    def __init__(self, text: str) -> None:
        self.turn(text)

    def turn(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)

    def __call__(self) -> datetime:
        return self.now


class OutageHands(DeskHands):
    """Somebody at the desk."""

    def __init__(self, desk: Driver, clock: TownClock) -> None:
        self.room, self.clock = desk.window.outages, clock
        super().__init__(desk, self.room.side.prompt)

    def fill(self, **texts: str) -> None:
        """Go through the form with Tab and type what is given."""
        form = self.room.form
        for name, text in texts.items():
            while self.desk.window.focusWidget() is not form.fields[name]:
                self.press(Qt.Key.Key_Tab)
            self.field.selectAll()
            self.type(text)

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
