"""What the look through the files after an opening found, as the operator sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from console_driver import Driver

from app.care_requests import CheckFiles
from app.dispatch.rule_pack import STANDARD
from app.requests import Failed
from app.resources import folder
from app.ui.files_line import CHECK_AFTER_MS
from app.workspace_files import NETWORK, RULES


def spoil(path: Path) -> None:
    """A page that no opening reads, as a disk would spoil it."""
    content = bytearray(path.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    at = len(content) // size // 2 * size
    content[at : at + size] = bytes(one ^ 0xFF for one in content[at : at + size])
    path.write_bytes(content)


def test_files_that_are_damaged_are_told_and_sound_ones_are_not(start: Callable[..., Driver], town: Path) -> None:
    desk = start("en").open()
    files, notice = desk.window.status.files, desk.window.notice
    assert CHECK_AFTER_MS >= 10_000, "the first seconds are the operator's"
    files._timer.setInterval(0)
    files._begin()
    desk.until(lambda: CheckFiles(town) in desk.worker.asked)
    desk.idle()
    assert not files.isVisibleTo(desk.window)
    assert not notice.isVisibleTo(desk.window)

    # What could not be looked at is said, and not that it is damaged.
    files._take(Failed("store.busy", {"path": str(town / NETWORK)}))
    assert notice.isVisibleTo(desk.window)
    assert not files.isVisibleTo(desk.window)
    notice.put_away()

    # The same while the console is at work on it.
    spoil(town / NETWORK)
    files._begin()
    desk.until(lambda: files.isVisibleTo(desk.window))
    assert "sluice rescue" in notice.text.text()
    assert str(town / NETWORK) in files.toolTip()
    desk.window.set_language("zh_CN")
    assert files.words.text() == "文件已损坏"
    assert "sluice rescue" in files.toolTip()
    notice.put_away()
    assert files.isVisibleTo(desk.window), "it stays to be seen"


@pytest.mark.expect_log("the workspace's rules cannot be used")
def test_own_rules_that_are_not_used_are_told(start: Callable[..., Driver], town: Path) -> None:
    pack = (folder("rules") / STANDARD).read_text("utf-8")
    (town / RULES).write_text(pack.replace('["report.received"]', '["report.came"]', 1), "utf-8")
    desk = start("en").open()
    files, notice = desk.window.status.files, desk.window.notice
    files._timer.setInterval(0)
    files._begin()
    desk.until(lambda: files.isVisibleTo(desk.window))
    assert files.words.text() == "own rules not used"
    assert "clocks go by the program's own" in notice.text.text()
