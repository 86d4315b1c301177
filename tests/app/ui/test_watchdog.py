"""The log names the function that holds the window up."""

import logging
import sys
import time

import pytest
from pytestqt.qtbot import QtBot

from app.ui.watchdog import Watchdog, stalled_in


def hold_up(caplog: pytest.LogCaptureFixture) -> None:
    """Stand still until the watchdog has said so."""
    ends_s = time.monotonic() + 30
    while "stood still" not in caplog.text:
        assert time.monotonic() < ends_s
        time.sleep(0.01)


@pytest.mark.expect_log("the window has stood still", "the window goes on")
def test_a_stall_is_told_once_with_its_function_and_its_end(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    watchdog = Watchdog(time.monotonic, stall_s=0.3)
    watchdog.start()
    try:
        with caplog.at_level(logging.WARNING):
            hold_up(caplog)
            qtbot.waitUntil(lambda: "goes on after" in caplog.text, timeout=30_000)
    finally:
        watchdog.stop()
    assert "in hold_up (" in caplog.text or " hold_up (" in caplog.text
    assert __file__ in caplog.text
    assert caplog.text.count("stood still") == 1


def test_a_window_that_turns_is_not_told_of(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    clock = iter(range(10_000))
    # A clock that each look moves on by less than a stall, however busy the machine is.
    watchdog = Watchdog(lambda: next(clock) * 1e-4, stall_s=1.5)
    watchdog.start()
    qtbot.wait(600)
    watchdog.stop()
    assert caplog.text == ""


def test_a_thread_that_is_gone_has_no_calls() -> None:
    assert stalled_in(None) == "?"
    assert stalled_in(sys._getframe()).startswith("test_a_thread_that_is_gone_has_no_calls (")
