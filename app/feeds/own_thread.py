"""A feed that works in a thread of its own: how it begins, and how it is ended."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import ClassVar

from app.feeds.inbox import Inbox, Link


class ThreadFeed(ABC):
    """Begins once, goes on until it is stopped or has nothing more to say, and tells the inbox of both.

    Args:
        name: Of the feed.
        inbox: Where messages go, and how the line stands.
    """

    _FIRST: ClassVar[Link] = Link.CONNECTING
    """How the line stands before the thread has said anything."""

    def __init__(self, name: str, inbox: Inbox) -> None:
        self._name, self._inbox = name, inbox
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._from_start_to_end, name=f"feed {name}", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._inbox.tell(self._name, self._FIRST)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a question under way is waited for."""
        self._end.set()
        self._thread.join()

    def _from_start_to_end(self) -> None:
        try:
            self._run()
        finally:
            # Whatever ended it: a line that nobody listens to any more does not count as up.
            self._inbox.tell(self._name, Link.ENDED)

    @abstractmethod
    def _run(self) -> None:
        """All of the thread's work; returns soon after the end is asked for."""
