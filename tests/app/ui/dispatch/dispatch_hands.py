"""Somebody at the dispatch desk, who has a keyboard and eyes."""

from console_driver import Driver
from desk_hands import NONE, DeskHands
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.dispatch.acts import TakeReport
from app.dispatch.entries import IncidentKind
from app.ui.dispatch.clauses import ClauseRow
from app.ui.dispatch.queue import QueueModel
from app.ui.tables import Table

HOSPITAL = "dcyy"
"""Initials of 东城医院门诊楼, which hangs on a DN 600 main."""


class Hands(DeskHands):
    """Somebody at the desk: counts every key."""

    def __init__(self, desk: Driver) -> None:
        self.room, self.keys = desk.window.dispatch, 0
        super().__init__(desk, self.room.side.prompt)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.keys += 1
        super().press(key, modifier)

    def type(self, text: str) -> None:
        for letter in text:
            self.keys += 1
            if letter.isascii():
                QTest.keyClicks(self.field, letter)
            else:
                super().type(letter)

    def settle(self) -> None:
        self.desk.idle()

    def to_do(self) -> dict[str, str]:
        """What is next: each act with what bars it."""
        return {row[0]: row[1] for row in self.desk.cells(self.room.side.next.table)}

    def do(self, words: str) -> None:
        """Enter on a line of what is next, reached with the arrow keys."""
        self.press(Qt.Key.Key_F3)
        self.press(Qt.Key.Key_Return)
        table = self.room.side.next.table
        wanted = [row[0] for row in self.desk.cells(table)].index(words)
        while table.currentIndex().row() != wanted:
            self.press(Qt.Key.Key_Down if table.currentIndex().row() < wanted else Qt.Key.Key_Up)
        self.press(Qt.Key.Key_Return)

    def choose(self, code: str) -> None:
        """F12, down to an entry of the menu, Enter."""
        menu = self.room.side.menu
        self.press(Qt.Key.Key_F12)
        self.desk.until(menu.isVisible)
        for _ in menu.acts:
            QTest.keyClick(menu, Qt.Key.Key_Down)
            if menu.activeAction() is menu.acts[code]:
                break
        assert menu.activeAction() is menu.acts[code], f"{code} cannot be reached"
        QTest.keyClick(menu, Qt.Key.Key_Return)
        self.desk.until(menu.isHidden)
        self.settle()

    def go_to_clause(self, rule: str) -> None:
        """Ctrl+R, and down to the clause of *rule*."""
        self.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        for _ in self.room.side.clauses.rows:
            row = self.desk.window.focusWidget()
            assert isinstance(row, ClauseRow)
            if row.clock.rule.id == rule:
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError(f"{rule} cannot be reached")

    def line(self, typed: str) -> str:
        """A line of the desk's language, and Enter; what the popup said that it does."""
        command = self.desk.window.command
        self.press(Qt.Key.Key_F2)
        command.field.clear()
        command.field.insert(typed)
        self.desk.until(lambda: command.popup.isVisible() and not command._typing.isActive())
        told = command.popup.effect.text
        self.press(Qt.Key.Key_Return)
        return told

    def queue(self) -> list[str]:
        """What the queue says of each incident."""
        model = self.room.queue.list.model()
        assert isinstance(model, QueueModel)
        return [model.index(at, 0).data() for at in range(model.rowCount())]

    def story(self) -> list[str]:
        return [row[1] for row in self.desk.cells(self.room.side.story.table)]

    def table_row(self, table: Table, first: str) -> list[str]:
        return next(row for row in self.desk.cells(table) if row[0] == first)


def report(hands: Hands, typed: str = f"x l {HOSPITAL}") -> int:
    """A report by the command line; returns how many keys it took."""
    before = hands.keys
    popup = hands.desk.window.command.popup
    hands.press(Qt.Key.Key_F2)
    hands.type(typed)
    hands.desk.until(popup.isVisible)
    hands.settle()
    hands.press(Qt.Key.Key_Return)
    hands.desk.until(lambda: hands.room.intake.hit is not None)
    hands.press(Qt.Key.Key_Return)
    hands.desk.until(lambda: bool(hands.room.model.selected) and hands.room.model.sheet is not None)
    hands.settle()
    return hands.keys - before


def at_dispatch(console: Driver) -> Hands:
    """Somebody at the dispatch desk of *console*."""
    QTest.keyClick(console.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    console.until(lambda: console.window.dispatch.model.view is not None)
    return Hands(console)


def reported(hands: Hands, minutes_ago: float, street: int = 0, kind: IncidentKind = IncidentKind.VISIBLE_LEAK) -> str:
    """A leak that was reported so long ago; its number."""
    nodes = hands.desk.session.city.network.nodes
    ring = hands.room.model.now_ms - round(minutes_ago * 60_000)
    place = float(nodes.x_m[street]), float(nodes.y_m[street])
    numbers: list[str] = []
    act = TakeReport(kind, *place, received_ms=ring)
    hands.room.model.do(act, lambda done: numbers.append(done.about.partition("/")[2]))
    hands.desk.until(lambda: bool(numbers))
    hands.settle()
    return numbers[0]
