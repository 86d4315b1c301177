"""A feed's thread tells how it began and that it ended, whatever ended it."""

from __future__ import annotations

import threading

import pytest

from app.feeds.inbox import Inbox, Link
from app.feeds.own_thread import ThreadFeed


class Drip(ThreadFeed):
    """One message, and then it waits for its end, or breaks."""

    def __init__(self, inbox: Inbox, *, breaks: bool = False) -> None:
        super().__init__("drip", inbox)
        self._breaks = breaks

    def _run(self) -> None:
        self._inbox.put(self._name, "a", b"1")
        if self._breaks:
            raise OSError("burst")
        self._end.wait()


def test_it_connects_says_what_it_has_and_is_ended_when_it_is_stopped() -> None:
    inbox = Inbox(lambda: 7)
    feed = Drip(inbox)
    feed.start()
    assert [message.body for message in inbox.take(10.0)] == [b"1"]
    assert inbox.links()["drip"].link is Link.CONNECTING
    feed.stop()
    assert inbox.links()["drip"].link is Link.ENDED


def test_a_thread_that_broke_does_not_pass_for_a_line_that_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: broken.append(told.exc_value))
    inbox = Inbox(lambda: 7)
    feed = Drip(inbox, breaks=True)
    feed.start()
    feed.stop()
    assert [str(error) for error in broken] == ["burst"]
    assert inbox.links()["drip"].link is Link.ENDED
