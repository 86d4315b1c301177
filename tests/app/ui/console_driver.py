"""A console under test: its worker as a thread of this process, and the hands of its operator."""

import itertools
import queue
import threading
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from worker_rooms import WorkerRooms

from app.journal.hub import HubJournal
from app.messages.describe import Thing
from app.requests import NEWS, Failed, JournalMoved, Progress, Reply, Request
from app.ui.client import OnEvent
from app.ui.start import Console
from app.ui.tables import Table
from app.worker.handlers import DeskState


class ThreadWorker:
    """Answers like the worker process, from a thread. *held* keeps back requests of some kinds until released."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._tickets = itertools.count(1)
        self._queue: queue.SimpleQueue[tuple[int, Request] | threading.Event | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._kept: dict[int, Request] = {}
        self.held: tuple[type, ...] = ()
        self.asked: list[Request] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> int:
        ticket = next(self._tickets)
        self.asked.append(request)
        if isinstance(request, self.held):
            self._kept[ticket] = request
            self._on_event(ticket, Progress("opening", 0.25))
        else:
            self._queue.put((ticket, request))
        return ticket

    @property
    def kept(self) -> tuple[int, ...]:
        """Tickets of what is held back."""
        return tuple(self._kept)

    def release(self, ticket: int) -> None:
        """Answer a request that was held back."""
        self._queue.put((ticket, self._kept.pop(ticket)))

    def cancel(self, ticket: int) -> None:
        self._cancelled.add(ticket)
        self._on_event(ticket, Failed("cancelled"))

    def leave(self) -> None:
        left = threading.Event()
        self._queue.put(left)
        assert left.wait(30)

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join(30)

    def _run(self) -> None:
        rooms = WorkerRooms(HubJournal.open)
        while (item := self._next(rooms.desk)) is not None:
            if isinstance(item, threading.Event):
                rooms.close()
                rooms = WorkerRooms(HubJournal.open)
                item.set()
                continue
            ticket, request = item

            def tell(step: str, fraction: float | None = None, ticket: int = ticket) -> None:
                self._on_event(ticket, Progress(step, fraction))

            reply: Reply = rooms.answer(request, tell)
            if ticket not in self._cancelled:
                self._on_event(ticket, reply)
        rooms.close()

    def _next(self, desk: DeskState) -> tuple[int, Request] | threading.Event | None:
        """What is to be done next; word of news goes out while nothing is."""
        while True:
            try:
                return self._queue.get(timeout=desk.watch.every_s)
            except queue.Empty:
                if desk.watch.moved():
                    self._on_event(NEWS, JournalMoved())


class Driver:
    """A console and the hands of its operator."""

    def __init__(self, console: Console, qtbot: QtBot) -> None:
        self.console, self.qtbot = console, qtbot
        self.window, self.session = console.window, console.session

    @property
    def worker(self) -> ThreadWorker:
        found = self.console.client._worker
        assert isinstance(found, ThreadWorker)
        return found

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=120_000)

    def idle(self) -> None:
        """Until nothing is asked, nothing is about to be, and what came stands on the screen.

        The card asks for relations a moment after a choice; what a layout takes in is shown by the next turn of events.
        """
        relations = self.window.inspector.relations
        self.until(lambda: not self.console.client.tickets and not relations.waiting)
        QApplication.processEvents()

    def open(self) -> "Driver":
        self.console.open_first()
        self.until(lambda: self.session.city is not None and not self.console.client.tickets)
        return self

    def row(self, kind: str, identity: str) -> int:
        city = self.session.city
        assert city is not None
        tables = {
            "pipe": city.network.pipes,
            "valve": city.network.devices,
            "customer": city.customers,
            "hydrant": city.hydrants,
        }
        row = tables[kind].ids.find(identity)
        assert row >= 0, identity
        return row

    def ids(self, rows: tuple[int, ...]) -> list[str]:
        assert self.session.city is not None
        return [self.session.city.network.devices.ids[row] for row in rows]

    def plan(self, identity: str, kind: str = "pipe") -> "Driver":
        thing = Thing(kind, self.row(kind, identity))
        self.session.pick(thing)
        self.session.make_plan(thing)
        self.idle()
        return self

    def plan_and_wait(self, identity: str) -> None:
        """Plan for a pipe while other requests are held back."""
        row = self.row("pipe", identity)
        self.session.make_plan(Thing("pipe", row))
        self.until(lambda: self.session.plan is not None and self.session.plan.plan.target.pipe == row)

    def click_map(self, x_m: float, y_m: float) -> None:
        canvas = self.window.map.canvas
        x_px, y_px = canvas.view.to_px(x_m, y_m)
        at = QPoint(round(x_px), round(y_px))
        QTest.mouseMove(canvas, at)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, modifier)

    def cells(self, table: Table) -> list[list[str]]:
        """What a table shows, row by row."""
        model = table.rows
        return [
            [model.index(at, column).data() or "" for column in range(model.columnCount())]
            for at in range(model.rowCount())
        ]

    def headers(self, table: Table) -> list[str]:
        model = table.rows
        return [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]


def cut_short(host: QWidget) -> list[str]:
    """What of the wrapped texts in *host* somebody cannot read to the end."""
    labels = [label for label in host.findChildren(QLabel) if label.isVisible() and label.wordWrap()]
    return [label.text() for label in labels if label.height() < label.heightForWidth(label.width())]
