"""Waiting for what a feed brings."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from app.feeds.inbox import Inbox, Link

WAIT_S = 90.0


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def link_of(inbox: Inbox, name: str) -> Link | None:
    state = inbox.links().get(name)
    return None if state is None else state.link


class Heard:
    """The last that was said of each name."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.last: dict[str, dict[str, Any]] = {}
        self.bodies: list[bytes] = []

    def take(self) -> None:
        for message in self._inbox.take(0):
            self.bodies.append(message.body)
            for one in json.loads(message.body):
                self.last[one["id"]] = one

    def until(self, name: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until what is said of *name* fulfils *condition*."""

        def is_so() -> bool:
            self.take()
            return name in self.last and condition(self.last[name])

        until(is_so)
        return self.last[name]
