"""A city whose cache finds no room on the disk: it is said, nothing is lost, and it opens as soon as there is room."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from console_driver import Driver

from app.workspace_files import CACHE, JOURNAL


def full(folder: Path, *_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


@pytest.mark.expect_log("request OpenWorkspace failed")
def test_a_full_disk_is_said_and_the_city_opens_when_there_is_room(
    start: Callable[..., Driver], town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(town / CACHE)
    journal = (town / JOURNAL).read_bytes()
    desk = start("en")
    with monkeypatch.context() as disk:
        disk.setattr("app.operations.desk_cache.save_tables", full)
        disk.setattr("app.workspace.save_city", full)
        desk.console.open_first()
        desk.until(desk.window.notice.isVisible)
        assert "the disk is full" in desk.window.notice.text.text()
        assert str(town / CACHE) in desk.window.notice.text.text()
        assert desk.session.city is None
        assert desk.window.isEnabled()
    assert (town / JOURNAL).read_bytes() == journal
    desk.open()
    desk.until(lambda: desk.window.map.canvas.settled)
    assert desk.window.map.canvas.content is not None


def test_a_city_whose_cache_stands_opens_without_room_for_another(
    start: Callable[..., Driver], town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.operations.desk_cache.save_tables", full)
    desk = start("en").open()
    desk.until(lambda: desk.window.map.canvas.settled)
    assert not desk.window.notice.isVisible()
