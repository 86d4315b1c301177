"""The boundary of a task: whatever goes wrong becomes an answer."""

from __future__ import annotations

import errno
import gc
import itertools
from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from demo_town import NOW, set_up

from app.live_requests import LookLive, WatchLive
from app.requests import Failed, ListFaults, Reply, Request
from app.telemetry.recording import Recording
from app.worker import job_process, process, recorder_process
from app.worker.handlers import DeskState
from app.worker.process import answer
from gis.errors import GisError


def silent(_step: str, _fraction: float | None = None) -> None:
    """Nobody listens."""


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Failed:
    def handle(*_: Any) -> None:
        raise error

    monkeypatch.setattr(process, "handle", handle)
    reply = answer(DeskState(), ListFaults(), silent)
    assert isinstance(reply, Failed)
    return reply


@pytest.mark.expect_log("request ListFaults failed")
def test_what_the_system_refuses_is_no_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    full = failing(monkeypatch, OSError(errno.ENOSPC, "No space left on device", "city"))
    assert (full.code, dict(full.detail)) == (
        "os_failed",
        {"path": "city", "why": "No space left on device", "os_error": "ENOSPC"},
    )
    assert failing(monkeypatch, OSError("odd")).detail == {"path": "", "why": "odd"}


@pytest.mark.expect_log("request ListFaults failed")
def test_a_fault_of_the_program_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = failing(monkeypatch, ZeroDivisionError("by nought"))
    assert broken.code == "internal"
    assert "by nought" in str(broken.detail["reason"])


class Line:
    """The other end of a pipe on which everything was asked before; what happens is noted in its order."""

    def __init__(self, *requests: Request) -> None:
        self._requests = list(enumerate(requests))
        self.noted: list[str] = []

    def recv(self) -> tuple[int, Request]:
        if not self._requests:
            raise EOFError
        return self._requests.pop(0)

    def send(self, told: tuple[int, Reply]) -> None:
        self.noted.append(type(told[1]).__name__)


def test_instruments_are_looked_at_behind_an_answer_and_not_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It takes a twentieth of every second; whoever asks for the present does not wait for it."""
    set_up(tmp_path)
    room, line = recorder_process.RecorderRoom(), Line(WatchLive(tmp_path, NOW), LookLive())
    monkeypatch.setattr(recorder_process, "begin", lambda _by: None)
    monkeypatch.setattr(recorder_process, "RecorderRoom", lambda _open_opcua: room)
    monkeypatch.setattr(Recording, "check_instruments", lambda _live: line.noted.append("looked"))
    try:
        recorder_process.serve_recorder(line)
        assert line.noted == ["LiveOpened", "looked", "LiveShown", "looked"]
    finally:
        room.close()


def test_no_garbage_is_looked_for_while_somebody_waits_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long task of its own makes too much of it to put that off."""
    collecting = []

    def handle(*_: Any) -> Failed:
        collecting.append(gc.isenabled())
        return Failed("nothing")

    for module, name in ((process, "handle"), (job_process, "carry_out_job")):
        monkeypatch.setattr(module, name, handle)
        monkeypatch.setattr(module, "begin", lambda _by: None)
    ours, theirs = Pipe()
    ours.send((1, ListFaults()))
    ours.close()
    process.serve(theirs)
    job_process.serve_jobs(Line(ListFaults()))
    assert collecting == [False, True]
    assert gc.isenabled()


@pytest.mark.parametrize("error", [GisError("cache.stale", path="roads"), OSError(errno.EIO, "no disk")])
def test_what_cannot_be_prepared_ahead_does_not_end_the_desk(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def handle(*_: Any) -> Reply:
        return Failed("nothing")

    def prepare(_desk: DeskState, **_further: bool) -> None:
        tried.append(error)
        if len(tried) == 2:
            ours.close()
        raise error

    tried: list[Exception] = []
    monkeypatch.setattr(process, "handle", handle)
    monkeypatch.setattr(DeskState, "prepare_ahead", prepare)
    monkeypatch.setattr(process, "begin", lambda _by: None)
    ours, theirs = Pipe()
    for ticket in (1, 2):
        ours.send((ticket, ListFaults()))
    process.serve(theirs)
    assert tried == [error, error], "the second request was not answered"


def test_a_desk_that_nobody_asks_gives_back_what_is_free_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    class Idle(Line):
        """Asks some times, with a while between."""

        def poll(self, _every_s: float) -> bool:
            clock[0] += 1.0
            return clock[0] % 4.0 == 0.0

    clock = [0.0]
    monkeypatch.setattr(process, "handle", lambda *_: Failed("nothing"))
    monkeypatch.setattr(process, "begin", lambda _by: None)
    monkeypatch.setattr(process, "give_back", lambda: given.append(clock[0]))
    monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    process.serve(Idle(*[ListFaults()] * 12))
    assert len(given) >= 2
    assert all(later - before > 20.0 for before, later in itertools.pairwise(given))
