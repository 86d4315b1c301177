"""The window's end of the worker processes.

Five kinds of process serve one client. The *desk* process holds the open workspace and answers questions one after
the other. The *recorder* takes in what instruments send and answers what the Pressure desk asks; no plan delays it.
The *watch* looks for bursts in what the recorder wrote; the *follower* keeps in step with the hub, where there is one.
Each import, demo build and sweep over the whole city runs in a *job* process of its own, which steps back where
processors are scarce. All are spawned, and cancelling ends the process: nothing a numerical library does can then delay
the operator. A cancelled desk comes back with its workspace by itself.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from app.burst_requests import BURST_REQUESTS, LearnBursts
from app.care_requests import CARE_JOBS, CARE_LOOKS
from app.edit_requests import TakeUp
from app.hub_requests import HUB_REQUESTS
from app.layer_requests import ExportLayers
from app.live_requests import LIVE_REQUESTS, MakeDrill, SetUpDemo, WriteCurves
from app.mend_requests import MEND_JOBS
from app.outage_requests import OUTAGE_JOBS
from app.plan_requests import PLAN_JOBS
from app.public_requests import PUBLIC_JOBS, ReadCalls
from app.requests import (
    BuildDemo,
    Failed,
    ImportCity,
    JournalMoved,
    OpenWorkspace,
    Progress,
    Reply,
    Request,
    WorkspaceOpened,
)
from app.sweep_requests import SWEEPS
from app.table_requests import ExportTable

_LOG = logging.getLogger(__name__)
_SPAWN = multiprocessing.get_context("spawn")
_END_WAIT_S = 5.0

JOB = "sluice-job"
"""Name of the processes that do one long task each."""
CARE = "sluice-care"
"""Name of those that look after files: they load little."""
CALLS = "sluice-calls"
"""Name of those that tell where calls point: they load little, too."""
RECORDER = "sluice-recorder"
"""Name of the process that takes in live readings."""
WATCH = "sluice-watch"
"""Name of the process that looks for bursts."""
FOLLOWER = "sluice-follower"
"""Name of the process that keeps in step with the hub."""
_ASIDE: tuple[tuple[str, tuple[type, ...]], ...] = (
    (RECORDER, LIVE_REQUESTS), (WATCH, BURST_REQUESTS), (FOLLOWER, HUB_REQUESTS),
)  # fmt: skip
"""Processes beside the desk, and what they answer; started when first asked."""
_JOBS = (
    BuildDemo, ImportCity, ExportTable, ExportLayers, SetUpDemo, MakeDrill, WriteCurves, LearnBursts,
    *PUBLIC_JOBS, *PLAN_JOBS, *SWEEPS, *MEND_JOBS, *OUTAGE_JOBS, *CARE_JOBS,
)  # fmt: skip

REOPENING = -1
"""Ticket of a workspace reopened after a cancel or a crash; its events concern nobody."""


@dataclass
class _Worker:
    """One process and the requests it has not answered yet, oldest first."""

    process: BaseProcess
    pipe: Connection
    waiting: deque[tuple[int, Request]] = field(default_factory=deque)

    def send(self, ticket: int, request: Request) -> None:
        self.waiting.append((ticket, request))
        try:
            self.pipe.send((ticket, request))
        except (BrokenPipeError, ConnectionResetError):
            # The process has just died: the reader thread finds its end of file and answers for it.
            _LOG.info("request %s met a worker that had ended", ticket)

    def end(self) -> None:
        self.process.kill()
        self.process.join(_END_WAIT_S)
        self.pipe.close()


class WorkerClient:
    """Sends requests and hands every event to *on_event*, which is called from a reader thread.

    *serve* is what a worker process runs with its end of the pipe (:func:`app.worker.process.serve`, or a function that
    imports it there: the window's process loads nothing that only the worker needs).
    """

    def __init__(self, on_event: Callable[[int, Reply | Progress], None], serve: Callable[[Connection], None]) -> None:
        self._on_event = on_event
        self._serve = serve
        self._tickets = itertools.count(1)
        self._lock = threading.RLock()
        self._desk: _Worker | None = None
        self._aside: dict[str, _Worker] = {}
        self._jobs: list[_Worker] = []
        self._ending: list[BaseProcess] = []
        self._opened: OpenWorkspace | None = None
        self._closing = False
        self._wake_read, self._wake_write = _SPAWN.Pipe(duplex=False)
        self._reader = threading.Thread(target=self._read, name="worker-reader", daemon=True)
        self._reader.start()

    def submit(self, request: Request) -> int:
        """Queue *request*; its events come with the ticket that is returned."""
        with self._lock:
            ticket = next(self._tickets)
            if isinstance(request, _JOBS):
                worker = self._start(_job_name(request))
                self._jobs.append(worker)
            else:
                worker = self._aside_worker(request) or self._desk_worker()
            worker.send(ticket, request)
            self._wake()
        return ticket

    def cancel(self, ticket: int) -> None:
        """Give up *ticket*: its process ends, and it is answered by ``Failed("cancelled")``.

        A ticket that is unknown or answered already is ignored.
        """
        with self._lock:
            for job in self._jobs:
                if any(waiting == ticket for waiting, _ in job.waiting):
                    self._jobs.remove(job)
                    job.end()
                    break
            else:
                if not self._cancel_at_desk(ticket):
                    return
            self._wake()
        self._on_event(ticket, Failed("cancelled"))

    def leave(self) -> None:
        """Let go of the workspace: no process has its files open when this returns, and what was asked is given up."""
        with self._lock:
            waiting = [ticket for worker in self._workers() for ticket, _ in worker.waiting if ticket != REOPENING]
            self._end_all()
            self._opened = None
            self._wake()
        for ticket in waiting:
            self._on_event(ticket, Failed("cancelled"))

    def close(self) -> None:
        """End all processes. No event comes afterwards."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            self._end_all()
            self._wake()
        self._reader.join(_END_WAIT_S)
        self._wake_write.close()
        self._wake_read.close()

    def _end_all(self) -> None:
        for worker in self._workers():
            worker.end()
        for process in self._ending:
            process.kill()
            process.join(_END_WAIT_S)
        self._jobs, self._desk, self._aside, self._ending = [], None, {}, []

    def _workers(self) -> list[_Worker]:
        return [*self._jobs, *self._aside.values(), *([] if self._desk is None else [self._desk])]

    def _wake(self) -> None:
        self._wake_write.send(None)

    def _start(self, name: str) -> _Worker:
        ours, theirs = _SPAWN.Pipe()
        # Not a daemon: an import starts children of its own, which daemons may not. It ends when this process does.
        process = _SPAWN.Process(target=self._serve, args=(theirs,), name=name)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _aside_worker(self, request: Request) -> _Worker | None:
        for name, kinds in _ASIDE:
            if isinstance(request, kinds):
                if name not in self._aside:
                    self._aside[name] = self._start(name)
                return self._aside[name]
        return None

    def _desk_worker(self) -> _Worker:
        if self._desk is None:
            self._desk = self._start("sluice-desk")
            if self._opened is not None:
                self._desk.send(REOPENING, self._opened)
        return self._desk

    def _cancel_at_desk(self, ticket: int) -> bool:
        desk = self._desk
        if desk is None or all(waiting != ticket for waiting, _ in desk.waiting):
            return False
        survivors = [(other, request) for other, request in desk.waiting if other not in {ticket, REOPENING}]
        desk.end()
        self._desk = None
        if self._opened is not None or survivors:
            fresh = self._desk_worker()
            for other, request in survivors:
                fresh.send(other, request)
        return True

    def _read(self) -> None:
        while True:
            with self._lock:
                if self._closing:
                    return
                workers = self._workers()
            ready = wait([self._wake_read, *(worker.pipe for worker in workers)])
            if self._wake_read in ready:
                self._wake_read.recv()
                continue  # Who is there may have changed: look again before touching a pipe that may be closed.
            for worker in workers:
                if worker.pipe in ready:
                    self._take(worker)

    def _take(self, worker: _Worker) -> None:
        with self._lock:
            if self._closing or worker not in self._workers():
                return
            try:
                ticket, event = worker.pipe.recv()
            except (EOFError, OSError):
                events = self._bury(worker)
            else:
                events = [(ticket, event)]
                if not isinstance(event, Progress | JournalMoved):
                    self._answered(worker, ticket, event)
        for ticket, event in events:
            if ticket != REOPENING:
                self._on_event(ticket, event)

    def _answered(self, worker: _Worker, ticket: int, event: Reply) -> None:
        request = worker.waiting.popleft()[1]
        if isinstance(request, OpenWorkspace) and isinstance(event, WorkspaceOpened):
            self._opened = replace(request, revision=event.revision)
        elif isinstance(request, TakeUp) and self._opened is not None and not isinstance(event, Failed):
            self._opened = replace(self._opened, revision=request.revision)
        if worker in self._jobs:
            self._jobs.remove(worker)
            # It ends when nobody can ask it any more. That is not waited for: whoever asks anything would wait as well.
            worker.pipe.close()
            self._ending = [*(one for one in self._ending if one.is_alive()), worker.process]
        _LOG.debug("ticket %s answered by %s", ticket, type(event).__name__)

    def _bury(self, worker: _Worker) -> list[tuple[int, Reply | Progress]]:
        """A worker ended by itself: answer for it, and start a new one at the next request."""
        worker.process.join(_END_WAIT_S)
        code = worker.process.exitcode
        worker.pipe.close()
        if worker is self._desk:
            self._desk = None
        elif worker in self._jobs:
            self._jobs.remove(worker)
        else:
            self._aside = {name: one for name, one in self._aside.items() if one is not worker}
        # A workspace that ends the worker whenever it is opened must not do so for ever.
        if any(ticket == REOPENING for ticket, _ in worker.waiting):
            self._opened = None
        return [(ticket, Failed("worker_gone", {"exit_code": code or 0})) for ticket, _ in worker.waiting]


def _job_name(request: Request) -> str:
    """What the process of a long task is called, by which it loads all or little."""
    if isinstance(request, CARE_LOOKS):
        return CARE
    return CALLS if isinstance(request, ReadCalls) else JOB
