"""Processes that load only what they need: a fraction of the memory of those that may be asked anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from app.feeds.opcua_server import OpenOpcUa
from app.operations.burst_watch import BurstWatch
from app.requests import Reply
from app.telemetry.recording import Recording
from app.worker.boundary import begin, serve_each
from app.worker.burst_handlers import BURST_HANDLERS
from app.worker.care_jobs import CARE_JOB_HANDLERS
from app.worker.live_handlers import LIVE_HANDLERS
from gis.uncollected import uncollected

_CARE_STANDS_BACK_BY, _STANDS_BACK_BY = 12, 5


@dataclass
class _Recorder:
    """What the recorder keeps between requests."""

    open_opcua: OpenOpcUa | None
    live: Recording | None = None


@dataclass
class _Watch:
    """What the watch for bursts keeps between requests."""

    bursts: BurstWatch | None = None


def serve_care(pipe: Connection) -> None:
    """Carry out requests of :data:`app.care_requests.CARE_LOOKS` from *pipe* until its other end closes."""
    begin(_CARE_STANDS_BACK_BY)
    serve_each(pipe, lambda request, progress: CARE_JOB_HANDLERS[type(request)](request, progress))


def serve_recorder(pipe: Connection, open_opcua: OpenOpcUa | None = None) -> None:
    """Answer requests of :data:`app.live_requests.LIVE_REQUESTS` from *pipe* until its other end closes."""
    begin(_STANDS_BACK_BY)
    recorder = _Recorder(open_opcua)
    serve_each(
        pipe,
        lambda request, _: _at_once(lambda: LIVE_HANDLERS[type(request)](recorder, request)),
        lambda: _check_instruments(recorder),
    )


def _check_instruments(recorder: _Recorder) -> None:
    """Nobody waits for it, so it is done between two questions; the window asks several times a second."""
    if recorder.live is not None:
        recorder.live.check_instruments()


def serve_watch(pipe: Connection) -> None:
    """Answer requests of :data:`app.burst_requests.BURST_REQUESTS` from *pipe* until its other end closes."""
    begin(_STANDS_BACK_BY)
    watch = _Watch()
    serve_each(pipe, lambda request, _: _at_once(lambda: BURST_HANDLERS[type(request)](watch, request)))


def _at_once(carry_out: Callable[[], Reply]) -> Reply:
    """While somebody waits no garbage is looked for."""
    with uncollected():
        return carry_out()
