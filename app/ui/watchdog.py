"""Watches the window's thread: where it stands still, the log names the function that holds it."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QTimer

_LOG = logging.getLogger(__name__)
BEAT_MS = 200
STALL_S = 1.5
"""An operator who waits longer clicks again."""
_LOOK_S = 0.25
_DEEPEST = 12
"""Calls told of a stall, the innermost ones."""


class Watchdog(QObject):
    """Made in the thread that it watches.

    Args:
        clock_s: Seconds of a clock that only goes forward.
        stall_s: So long without a turn of the event loop is a stall.
    """

    def __init__(self, clock_s: Callable[[], float], stall_s: float = STALL_S, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock_s, self._stall_s = clock_s, stall_s
        self._watched = threading.get_ident()
        self._beaten_s = clock_s()
        self._told = False
        self._ended = threading.Event()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._thread = threading.Thread(target=self._look, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._beat()
        self._timer.start()
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the thread's end."""
        self._timer.stop()
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        now_s = self._clock_s()
        if self._told:
            _LOG.warning("the window goes on after %.1f s", now_s - self._beaten_s)
            self._told = False
        self._beaten_s = now_s

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_S):
            still_s = self._clock_s() - self._beaten_s
            if still_s < self._stall_s or self._told:
                continue
            # Python has no public name for it; faulthandler, which has one, writes to files only.
            frame = sys._current_frames().get(self._watched)  # noqa: SLF001
            self._told = True
            _LOG.warning("the window has stood still for %.1f s in %s", still_s, stalled_in(frame))


def stalled_in(frame: FrameType | None) -> str:
    """The calls that led to *frame*, the innermost first, one a line."""
    calls = traceback.extract_stack(frame)[-_DEEPEST:] if frame is not None else []
    return "\n    ".join(f"{call.name} ({call.filename}:{call.lineno})" for call in reversed(calls)) or "?"
