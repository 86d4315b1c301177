"""The window's end of the worker: requests go out, replies come back in the window's own thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from app.requests import JournalMoved, Progress, Reply, Request

OnEvent = Callable[[int, Reply | Progress], None]


class Worker(Protocol):
    """What answers requests; calls back from a thread of its own."""

    def submit(self, request: Request) -> int:
        """Take *request* and return its ticket at once."""

    def cancel(self, ticket: int) -> None:
        """Give up the request; its answer is then a Failed."""

    def leave(self) -> None:
        """Let go of the workspace: nobody has its files open when this returns."""

    def close(self) -> None:
        """End everything."""


class Client(QObject):
    """Asks the worker, and hands each reply to whoever asked.

    Signals:
        started: A request went out: ticket, request.
        progressed: Word of how far it is: ticket, Progress.
        finished: It was answered: ticket.
        journal_moved: Others wrote into the open workspace's journal; who shows something of it asks anew.
    """

    started = Signal(int, object)
    progressed = Signal(int, object)
    finished = Signal(int)
    journal_moved = Signal()
    _arrived = Signal(int, object)

    def __init__(self, make_worker: Callable[[OnEvent], Worker], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[int, Callable[[Reply], None]] = {}
        self._closed = False
        self._arrivals: deque[tuple[int, Reply | Progress]] = deque()
        self._is_held = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._worker = make_worker(self._post)

    def ask(self, request: Request, done: Callable[[Reply], None]) -> int:
        """Send *request*; *done* gets its one reply. Returns the ticket; once closed, 0, and nobody answers."""
        if self._closed:
            return 0
        ticket = self._worker.submit(request)
        self._waiting[ticket] = done
        self.started.emit(ticket, request)
        return ticket

    def cancel(self, ticket: int) -> None:
        """Give up *ticket*; its *done* gets ``Failed("cancelled")``."""
        if ticket in self._waiting:
            self._worker.cancel(ticket)

    @property
    def tickets(self) -> tuple[int, ...]:
        """Tickets not answered yet, oldest first."""
        return tuple(self._waiting)

    def leave(self) -> None:
        """Nobody works on a workspace any more, and nobody has its files open; what was asked is cancelled."""
        if not self._closed:
            self._worker.leave()

    def close(self) -> None:
        """End the worker; replies still under way are dropped. Closing twice is closing once."""
        if self._closed:
            return
        self._closed = True
        self._waiting.clear()
        self._arrivals.clear()
        self._worker.close()

    def hold(self) -> None:
        """Hand nothing over until :meth:`release`: what comes is about something that the window does not show yet."""
        self._is_held = True

    def release(self) -> None:
        """Hand over what came meanwhile, in its order, and go on."""
        self._is_held = False
        self._hand_over()

    def _post(self, ticket: int, event: Reply | Progress) -> None:
        """Called by the worker from its own thread."""
        if not self._closed:
            self._arrived.emit(ticket, event)

    def _deliver(self, ticket: int, event: Reply | Progress) -> None:
        self._arrivals.append((ticket, event))
        self._hand_over()

    def _hand_over(self) -> None:
        while self._arrivals and not self._is_held:
            self._hand(*self._arrivals.popleft())

    def _hand(self, ticket: int, event: Reply | Progress) -> None:
        if isinstance(event, JournalMoved):
            self.journal_moved.emit()
            return
        done = self._waiting.get(ticket)
        if done is None:
            return
        if isinstance(event, Progress):
            self.progressed.emit(ticket, event)
            return
        del self._waiting[ticket]
        self.finished.emit(ticket)
        done(event)
