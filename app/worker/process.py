"""The worker's own loop: take a request, answer it, never die of one."""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.connection import Connection, wait

from app.feeds.opcua_server import OpenOpcUa
from app.requests import NEWS, Failed, JournalMoved, Progress, ProgressSink, Reply, Request
from app.sync.follower import Connect
from app.worker.care_jobs import Rescue
from app.worker.client import JOB
from app.worker.handlers import DeskState, handle
from gis.uncollected import uncollected
from network.errors import CodedError, os_detail

_LOG = logging.getLogger(__name__)
_STANDS_BACK_BY, _JOB_STANDS_BACK_BY = 5, 12
_FREE_AFTER_S = 1.5
"""Nobody has asked for so long: time to prepare what may be asked next."""


def serve(
    pipe: Connection,
    open_opcua: OpenOpcUa | None = None,
    connect_hub: Connect | None = None,
    rescue: Rescue | None = None,
) -> None:
    """Answer requests from *pipe*, in order, until its other end closes.

    Args:
        pipe: To the window.
        open_opcua: Makes OPC UA feeds.
        connect_hub: Reaches the hub.
        rescue: Puts a sound workspace in the place of a damaged one.
    """
    # Ctrl+C in the terminal reaches the whole process group; only the window decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _stand_back()
    threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()
    desk = DeskState(open_opcua, connect_hub, rescue)
    while True:
        try:
            free_s = time.monotonic()
            while not pipe.poll(desk.watch.every_s):
                if desk.watch.moved():
                    pipe.send((NEWS, JournalMoved()))
                if time.monotonic() - free_s > _FREE_AFTER_S:
                    _prepare_ahead(desk, further=True)
                    free_s = math.inf
            ticket, request = pipe.recv()
            with _undisturbed():
                pipe.send((ticket, answer(desk, request, _progress_to(pipe, ticket))))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
        _prepare_ahead(desk)


def _prepare_ahead(desk: DeskState, *, further: bool = False) -> None:
    """Nobody has asked for it, so what cannot be had ends nothing: who asks for it is told why."""
    try:
        desk.prepare_ahead(further=further)
    except (CodedError, OSError) as error:
        # Another window may have renewed the cache after an edit that this desk has not taken in yet.
        _LOG.info("nothing more is prepared ahead: %s", error)


def _undisturbed() -> AbstractContextManager[None]:
    """While somebody waits for an answer no garbage is looked for: in a large city that takes a tenth of a second.

    It is made up for before the next one. A long task of its own makes too much of it to put that off.
    """
    return nullcontext() if _is_job() else uncollected()


def _is_job() -> bool:
    return multiprocessing.current_process().name == JOB


def _stand_back() -> None:
    """Let this process wait for a processor behind the window: the window has two threads and the machine maybe two.

    A long task of its own stands behind the desk as well, which somebody may be asking meanwhile.
    """
    if sys.platform != "win32":  # Windows has no niceness.
        os.nice(_JOB_STANDS_BACK_BY if _is_job() else _STANDS_BACK_BY)


def _progress_to(pipe: Connection, ticket: int) -> ProgressSink:
    def tell(step: str, fraction: float | None = None) -> None:
        pipe.send((ticket, Progress(step, fraction)))

    return tell


def _end_with_parent() -> None:
    """End this process when the window's process is gone, however it went: nobody would read the answer."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def answer(desk: DeskState, request: Request, progress: ProgressSink) -> Reply:
    """Answer one request; every fault becomes :class:`~app.requests.Failed`. This is the worker's task boundary."""
    try:
        return handle(desk, request, progress)
    except CodedError as error:
        return Failed(error.code, error.detail)
    except OSError as error:
        # A full disk, a file that may not be read: the world's doing, told in the operator's language.
        _LOG.exception("request %s failed", type(request).__name__)
        return Failed("os_failed", {"path": _path_of(error), **os_detail(error)})
    except Exception as error:  # noqa: BLE001 - the boundary of a task: one broken request must not end the desk
        _LOG.exception("request %s failed", type(request).__name__)
        return Failed("internal", {"reason": repr(error), "trace": traceback.format_exc()})


def _path_of(error: OSError) -> str:
    return "" if error.filename is None else str(error.filename)
