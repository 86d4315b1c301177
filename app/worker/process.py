"""The desk process's own loop: take a request, answer it, never die of one."""

from __future__ import annotations

import logging
import math
import time
from multiprocessing.connection import Connection

from app.requests import NEWS, JournalMoved, ProgressSink, Reply, Request
from app.worker.boundary import answered, begin, progress_to
from app.worker.handlers import DeskState, handle
from gis.uncollected import uncollected
from network.errors import CodedError

_LOG = logging.getLogger(__name__)
_STANDS_BACK_BY = 5
_FREE_AFTER_S = 1.5
"""Nobody has asked for so long: time to prepare what may be asked next."""


def serve(pipe: Connection) -> None:
    """Answer requests from *pipe*, in order, until its other end closes."""
    begin(_STANDS_BACK_BY)
    desk = DeskState()
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
            # While somebody waits no garbage is looked for: in a large city that takes a tenth of a second.
            with uncollected():
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


def answer(desk: DeskState, request: Request, progress: ProgressSink) -> Reply:
    """Answer one request; every fault becomes :class:`~app.requests.Failed`."""
    return answered(request, lambda: handle(desk, request, progress))
