"""The worker's own loop: take a request, answer it, never die of one."""

from __future__ import annotations

import logging
import math
import multiprocessing
import time
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.connection import Connection

from app.feeds.opcua_server import OpenOpcUa
from app.requests import NEWS, JournalMoved, ProgressSink, Reply, Request
from app.sync.follower import Connect
from app.worker.boundary import answered, begin, progress_to
from app.worker.care_jobs import Rescue
from app.worker.client import JOB
from app.worker.handlers import DeskState, handle
from gis.uncollected import uncollected
from network.errors import CodedError

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
    # A long task of its own stands behind the desk as well, which somebody may be asking meanwhile.
    begin(_JOB_STANDS_BACK_BY if _is_job() else _STANDS_BACK_BY)
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
                pipe.send((ticket, answer(desk, request, progress_to(pipe, ticket))))
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


def answer(desk: DeskState, request: Request, progress: ProgressSink) -> Reply:
    """Answer one request; every fault becomes :class:`~app.requests.Failed`."""
    return answered(request, lambda: handle(desk, request, progress))
