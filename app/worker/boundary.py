"""What every worker process does alike: it ends with its window, stands back, and never dies of a request."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from app.requests import Failed, Progress, ProgressSink, Reply
from gis.uncollected import uncollected
from network.errors import CodedError, os_detail

_LOG = logging.getLogger(__name__)


def begin(stands_back_by: int) -> None:
    """Let a worker process wait for a processor behind the window, and end with it.

    The window has two threads and the machine maybe two processors.
    """
    # Ctrl+C in the terminal reaches the whole process group; only the window decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":  # Windows has no niceness.
        os.nice(stands_back_by)
    threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the window's process is gone, however it went: nobody would read the answer."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def progress_to(pipe: Connection, ticket: int) -> ProgressSink:
    """Tells the other end of *pipe* how far the request *ticket* is."""

    def tell(step: str, fraction: float | None = None) -> None:
        pipe.send((ticket, Progress(step, fraction)))

    return tell


def answered(request: object, carry_out: Callable[[], Reply]) -> Reply:
    """What *carry_out* answers to *request*; every fault becomes :class:`~app.requests.Failed`: the task boundary."""
    try:
        return carry_out()
    except CodedError as error:
        return Failed(error.code, error.detail)
    except OSError as error:
        # A full disk, a file that may not be read: the world's doing, told in the operator's language.
        _LOG.exception("request %s failed", type(request).__name__)
        path = "" if error.filename is None else str(error.filename)
        return Failed("os_failed", {"path": path, **os_detail(error)})
    except Exception as error:  # noqa: BLE001 - the boundary of a task: one broken request must not end the process
        _LOG.exception("request %s failed", type(request).__name__)
        return Failed("internal", {"reason": repr(error), "trace": traceback.format_exc()})


def serve_each(
    pipe: Connection, carry_out: Callable[[Any, ProgressSink], Reply], afterwards: Callable[[], None] = lambda: None
) -> None:
    """Answer what comes from *pipe*, in order, until its other end closes; *afterwards* runs behind each answer."""
    while True:
        try:
            ticket, request = pipe.recv()
            progress = progress_to(pipe, ticket)
            pipe.send((ticket, answered(request, partial(carry_out, request, progress))))
            afterwards()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def at_once(carry_out: Callable[[], Reply]) -> Reply:
    """What *carry_out* answers; while somebody waits for it no garbage is looked for."""
    with uncollected():
        return carry_out()
