"""A box for messages, and feeds into it that are begun for a test and ended after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import pytest
from feed_waiting import now_ms

from app.feeds.inbox import Inbox, Link


class Feed(Protocol):
    """What brings messages."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


F = TypeVar("F", bound=Feed)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox(now_ms)


@pytest.fixture
def begun(inbox: Inbox) -> Iterator[Callable[[F], F]]:
    """Begins a feed of the test's own; at the end it has said that it is ended."""
    feeds: list[Feed] = []

    def begin(feed: F) -> F:
        feeds.append(feed)
        feed.start()
        return feed

    yield begin
    for feed in feeds:
        feed.stop()
    assert {state.link for state in inbox.links().values()} <= {Link.ENDED}
