"""Starts the console again when it has died: nobody has time for that while an emergency clock runs.

The console runs as a child of this process, which loads nothing else. An ordinary end, whatever its status, is an end.
A death — a signal from the system or from a library's fault — is followed by a new start, unless it dies again and
again. What was on screen comes back by :mod:`app.ui.resume`.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence

_LOG = logging.getLogger(__name__)
MOST_STARTS = 3
WITHIN_S = 300.0
"""A console that died so often within this time would die again: its operator is to read why."""
_ASKED_TO_END = frozenset({signal.SIGTERM, signal.SIGINT, *([signal.SIGHUP] if sys.platform != "win32" else [])})
_WINDOWS_FAULT = 0xC0000000
"""Statuses from here on are Windows' own words for a death."""


def died(status: int) -> bool:
    """Whether an exit *status* is that of a process that did not end by itself and was not asked to."""
    return -status not in _ASKED_TO_END if status < 0 else status >= _WINDOWS_FAULT


def watch_over(command: Sequence[str], environment: Mapping[str, str], again: str, clock_s: Callable[[], float]) -> int:
    """Run *command* until it ends by itself, starting it again when it dies; returns its last exit status.

    Args:
        command: The program and its arguments.
        environment: Of the command.
        again: What says there how many died before it, from one on.
        clock_s: Seconds of a clock that only goes forward.
    """
    deaths: deque[float] = deque(maxlen=MOST_STARTS)
    while True:
        status = _run(command, {**environment, **({again: str(len(deaths))} if deaths else {})})
        if not died(status):
            return status if status >= 0 else 128 - status
        deaths.append(clock_s())
        _LOG.error("the console died (status %d)", status)
        if len(deaths) == MOST_STARTS and deaths[-1] - deaths[0] < WITHIN_S:
            return 128 - status if status < 0 else 1


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """One run. What asks this process to end is handed on: the console saves what it has, and its end is ours."""
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own program

    def hand_on(number: int, _frame: object) -> None:
        process.send_signal(number)

    # Ctrl+C in a terminal reaches the console by itself; it decides.
    before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    before[signal.SIGTERM] = signal.signal(signal.SIGTERM, hand_on)
    try:
        return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
