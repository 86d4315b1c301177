"""The box between a feed's thread and those who read it: bounded, and it counts what it could not take."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

MOST_WAITING = 100_000


@dataclass(frozen=True)
class Message:
    """What came, untouched.

    Attributes:
        feed: Name of the feed that it came through.
        name: Topic, address or file that it came under.
        body: Its bytes.
        received_ms: When it came, UTC milliseconds since 1970.
        is_repeated: Whether the sender marks it as sent before.
        is_kept: Whether it is the last that a broker kept, not one sent just now.
        token: By what the feed knows it when told that it is safe; 0 where there is nothing to tell.
    """

    feed: str
    name: str
    body: bytes
    received_ms: int
    is_repeated: bool = False
    is_kept: bool = False
    token: int = 0


class Link(StrEnum):
    """How a feed's connection stands."""

    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"
    REFUSED = "refused"
    """The other side does not let us in; trying on would change nothing."""
    ENDED = "ended"


@dataclass(frozen=True)
class LinkState:
    """The connection of a feed at an instant.

    Attributes:
        link: How it stands.
        since_ms: Since when, UTC milliseconds.
        code: Why, as a code for the messages' catalogue; "" where nothing is to be said.
        reason: The other side's own word about it.
    """

    link: Link
    since_ms: int
    code: str = ""
    reason: str = ""


class Inbox:
    """Messages in the order in which they came. Any thread may put; any thread may take.

    Args:
        clock_ms: The present, UTC milliseconds.
        most: How many may wait. Beyond it the newest are turned away, counted, and never silently.
    """

    def __init__(self, clock_ms: Callable[[], int], most: int = MOST_WAITING) -> None:
        self._clock_ms = clock_ms
        self._most = most
        self._waiting: deque[Message] = deque()
        self._links: dict[str, LinkState] = {}
        self._turned_away = 0
        self._something = threading.Condition()

    def now_ms(self) -> int:
        """The present by the clock that messages are stamped with, UTC milliseconds."""
        return self._clock_ms()

    def put(
        self, feed: str, name: str, body: bytes, *, is_repeated: bool = False, is_kept: bool = False, token: int = 0
    ) -> bool:
        """Take in what came now; False where there was no room for it."""
        message = Message(feed, name, body, self._clock_ms(), is_repeated, is_kept, token)
        with self._something:
            if len(self._waiting) >= self._most:
                self._turned_away += 1
                return False
            self._waiting.append(message)
            self._something.notify()
            return True

    def tell(self, feed: str, link: Link, code: str = "", reason: str = "") -> None:
        """Say how the connection of *feed* stands from now on."""
        with self._something:
            held = self._links.get(feed)
            if held is None or (held.link, held.code, held.reason) != (link, code, reason):
                self._links[feed] = LinkState(link, self._clock_ms(), code, reason)
                self._something.notify()

    def take(self, wait_s: float, most: int = MOST_WAITING) -> list[Message]:
        """What waits, the oldest first, up to *most*; waits up to *wait_s* for something to come."""
        with self._something:
            if not self._waiting:
                self._something.wait(wait_s)
            return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def forget(self, feed: str) -> None:
        """Say nothing more of the connection of *feed*, which is no more."""
        with self._something:
            self._links.pop(feed, None)

    def links(self) -> dict[str, LinkState]:
        """How each feed's connection stands."""
        with self._something:
            return dict(self._links)

    @property
    def turned_away(self) -> int:
        """How many messages there was no room for."""
        with self._something:
            return self._turned_away
