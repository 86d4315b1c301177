"""The window goes first: a thread that works for it stands still while the window paints.

Python runs one thread at a time. Two threads that both want to run hand its lock to and fro at every call that lets go
of it, and a frame of the map then took five times as long as alone.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

SWITCH_INTERVAL_S = 0.0005
"""How long a thread that wants Python's lock waits before it asks for it; Python's own 5 ms are a third of a frame."""
LONGEST_WAIT_S = 0.03
"""A window that takes longer than this to paint does not hold others up for ever."""
STANDS_BACK_BY = 2
NICEST = 19


class Gate(QObject):
    """Closed while a window paints, open otherwise.

    Made in the windows' thread, passed by others. That a window's event loop sleeps or wakes is told too late to be of
    use (Qt's dispatcher for GLib tells of it when the events are over), so the gate looks for the windows' paint events
    and closes until the next event after them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._open.set()
        self._closers = 0
        self._frame = False

    def watch(self, window: QWidget) -> None:
        """Close while *window* and what is in it is painted. Watching twice is watching once."""
        window.removeEventFilter(self)
        window.installEventFilter(self)

    def wait(self) -> None:
        """Wait until the gate is open, but never longer than :data:`LONGEST_WAIT_S`."""
        self._open.wait(LONGEST_WAIT_S)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Keep the gate closed."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A frame begins: close, and ask to be called when it is over."""
        if event.type() is QEvent.Type.UpdateRequest and not self._frame:
            self._frame = True
            self._count(1)
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User))
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """The frame is over."""
        if event.type() is QEvent.Type.User and self._frame:
            self._frame = False
            self._count(-1)
            return True
        return super().event(event)

    def _count(self, by: int) -> None:
        with self._lock:
            self._closers += by
            if self._closers:
                self._open.clear()
            else:
                self._open.set()


def hand_over_quickly() -> None:
    """Let threads of this process ask for Python's lock after half a millisecond."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)


def stand_back() -> None:
    """Let the calling thread wait for a processor behind the window's own; no effect but on Linux."""
    if sys.platform == "linux":
        # Linux counts niceness by thread, other systems by process: there this would slow the window down as well.
        thread = threading.get_native_id()
        niceness = os.getpriority(os.PRIO_PROCESS, thread) + STANDS_BACK_BY
        os.setpriority(os.PRIO_PROCESS, thread, min(niceness, NICEST))
