"""The desk process's own loop: take a request, answer it, never die of one."""

from __future__ import annotations

import logging
import math
import time
from multiprocessing.connection import Connection

from app.requests import NEWS, JournalMoved, ProgressSink, Reply, Request
from app.worker.boundary import answered, begin, progress_to
from app.worker.handlers import DeskState, handle
from gis.given_back import give_back
from gis.uncollected import uncollected
from network.errors import CodedError

_LOG = logging.getLogger(__name__)
_STANDS_BACK_BY = 5
_FREE_AFTER_S = 1.5
"""Nobody has asked for so long: time to prepare what may be asked next."""
_GIVES_BACK_EVERY_S = 20.0
"""An answer may take and free a hundred megabytes, which the C library keeps; giving them back takes 20 ms."""


def serve(pipe: Connection) -> None:
    """Answer requests from *pipe*, in order, until its other end closes."""
    begin(_STANDS_BACK_BY)
    desk, given_s = DeskState(), -math.inf
    while True:
        try:
            free_s = time.monotonic()
            while not pipe.poll(desk.watch.every_s):
                if desk.watch.moved():
                    pipe.send((NEWS, JournalMoved()))
                if time.monotonic() - free_s > _FREE_AFTER_S:
                    _prepare_ahead(desk, further=True)
                    free_s = math.inf
                    if time.monotonic() - given_s > _GIVES_BACK_EVERY_S:
                        give_back()
                        given_s = time.monotonic()
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
