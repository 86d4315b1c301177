"""Recorded messages played again at their own pace, or faster: drives for training, for tests and for a look back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.feeds.inbox import Inbox, Link
from app.feeds.own_thread import ThreadFeed
from network.errors import CodedError


@dataclass(frozen=True)
class Recorded:
    """One message of a recording.

    Attributes:
        at_ms: When it was sent, UTC milliseconds.
        name: Topic that it goes under.
        body: Its bytes.
    """

    at_ms: int
    name: str
    body: bytes


class ReplayFeed(ThreadFeed):
    """Puts a recording into the inbox by a thread of its own; where the inbox is full it waits: nothing is lost.

    Args:
        name: Of the feed.
        load: Gives the recording, by time; called by the thread, for a long one takes a while.
        inbox: Where messages go.
        speed: How many times faster than it was; infinite for at once.
        delivered: What the line makes of it; time counts from its first message before that, as the stamps do.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Sequence[Recorded]],
        inbox: Inbox,
        *,
        speed: float = float("inf"),
        delivered: Callable[[Sequence[Recorded]], Sequence[Recorded]] = list,
    ) -> None:
        super().__init__(name, inbox)
        self._load, self._speed, self._delivered = load, speed, delivered

    def _run(self) -> None:
        try:
            recording = self._load()
        except CodedError as error:
            where = ", ".join(str(value) for value in error.detail.values())
            self._inbox.tell(self._name, Link.REFUSED, "feed.no_recording", where)
            # It stays refused, with the reason, until somebody ends it.
            self._end.wait()
            return
        self._inbox.tell(self._name, Link.UP)
        before_ms = recording[0].at_ms if recording else 0
        for one in self._delivered(recording):
            if self._end.wait(max(0.0, (one.at_ms - before_ms) / 1000.0 / self._speed)):
                break
            before_ms = one.at_ms
            while not self._inbox.put(self._name, one.name, one.body):
                if self._end.wait(0.05):
                    break
