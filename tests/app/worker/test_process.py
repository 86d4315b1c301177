"""The boundary of a task: whatever goes wrong becomes an answer."""

from __future__ import annotations

import errno
import gc
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest
from demo_town import NOW, set_up

from app.live_requests import LiveOpened, LiveShown, LookLive, WatchLive
from app.requests import Failed, ListFaults, Reply
from app.telemetry.recording import Recording
from app.worker import process
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


def test_instruments_are_looked_at_behind_an_answer_and_not_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It takes a twentieth of every second; whoever asks for the present does not wait for it."""
    looks: list[Recording] = []

    def looked(live: Recording) -> None:
        looks.append(live)

    monkeypatch.setattr(Recording, "check_instruments", looked)
    set_up(tmp_path)
    desk = DeskState()
    try:
        assert isinstance(answer(desk, WatchLive(tmp_path, NOW), silent), LiveOpened)
        assert isinstance(answer(desk, LookLive(), silent), LiveShown)
        assert looks == []
        desk.prepare_ahead()
        assert looks == [desk.live]
    finally:
        assert desk.live is not None
        desk.live.close()


@pytest.mark.parametrize("job", [False, True])
def test_no_garbage_is_looked_for_while_somebody_waits_for_an_answer(
    monkeypatch: pytest.MonkeyPatch, job: bool
) -> None:
    collecting = []

    def handle(*_: Any) -> Failed:
        collecting.append(gc.isenabled())
        return Failed("nothing")

    for module, name, instead in (
        (process, "handle", handle),
        (process, "_is_job", lambda: job),
        (process, "begin", lambda _by: None),
    ):
        monkeypatch.setattr(module, name, instead)
    ours, theirs = Pipe()
    ours.send((1, ListFaults()))
    ours.close()
    process.serve(theirs)
    assert collecting == [job]
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
