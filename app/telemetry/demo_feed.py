"""The demo's instruments as a feed: one message a tick, like a gateway's, into the inbox or to a broker."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.feeds.inbox import Inbox, Link
from app.telemetry.demo import DemoDay, Happening, readings_at
from network.columns import Int64

TOPIC = "sluice/demo"
MOST_BEHIND_MS: Final = 3_600_000
"""Of the demo's clock: what was not sent for longer, while the machine slept, is not sent later."""


@dataclass(frozen=True, eq=False)
class Instruments:
    """What sends.

    Attributes:
        ids: Of the channels, in the order of *day*.
        decimals: To how many places each is sent.
        script: What happens when.
        interval_ms: From tick to tick, by the demo's clock.
    """

    ids: tuple[str, ...]
    decimals: tuple[int, ...]
    day: DemoDay
    script: tuple[Happening, ...]
    interval_ms: int

    def ticks(self, after_ms: int, until_ms: int) -> Int64:
        """Instants after *after_ms* up to *until_ms* at which they send."""
        first = after_ms // self.interval_ms + 1
        ticks: Int64 = np.arange(first, until_ms // self.interval_ms + 1, dtype=np.int64) * self.interval_ms
        return ticks

    def message(self, at_ms: int, *, stamped_ms: int) -> bytes:
        """What they send at the tick *at_ms* of the demo's clock, stamped with the real one's *stamped_ms*."""
        (values,) = readings_at(self.day, self.script, np.array([at_ms], dtype=np.int64))
        said = {
            name: round(value, decimals)
            for name, value, decimals in zip(self.ids, values.tolist(), self.decimals, strict=True)
            if value == value  # noqa: PLR0124 - a silent instrument says NaN, and sends nothing
        }
        return json.dumps({"ts": stamped_ms, "values": said}).encode()


class DemoFeed:
    """Sends what the instruments say by a thread of its own.

    Args:
        name: Of the feed.
        instruments: What sends.
        send: Takes a topic and a message.
        clock_ms: The present, UTC milliseconds.
        tell: Told how the feed stands.
        speed: How many times faster than the clock the demo's day runs, from the feed's start on.
    """

    def __init__(
        self,
        name: str,
        instruments: Instruments,
        send: Callable[[str, bytes], object],
        clock_ms: Callable[[], int],
        tell: Callable[[Link], object],
        *,
        speed: float = 1.0,
    ) -> None:
        self._instruments, self._send, self._clock_ms = instruments, send, clock_ms
        self._tell, self._speed = tell, speed
        self._began_ms = clock_ms()
        self._sent_ms = self._began_ms - 1
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"demo {name}", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._tell(Link.UP)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._end.set()
        self._thread.join()
        self._tell(Link.ENDED)

    def send_due(self) -> int:
        """Send what is due by now; how many messages that were."""
        now_ms = self._clock_ms()
        demo_ms = self._began_ms + round((now_ms - self._began_ms) * self._speed)
        # A clock that was set back does not silence them, one that was set forward by years is not made up for.
        self._sent_ms = min(max(self._sent_ms, demo_ms - MOST_BEHIND_MS), demo_ms)
        ticks = self._instruments.ticks(self._sent_ms, demo_ms).tolist()
        for tick in ticks:
            stamped = self._began_ms + round((tick - self._began_ms) / self._speed)
            self._send(TOPIC, self._instruments.message(tick, stamped_ms=stamped))
            self._sent_ms = tick
        return len(ticks)

    def _run(self) -> None:
        pause_s = min(0.2, self._instruments.interval_ms / 1000.0 / self._speed)
        while not self._end.wait(pause_s):
            self.send_due()


def into_inbox(
    name: str, instruments: Instruments, inbox: Inbox, clock_ms: Callable[[], int], speed: float
) -> DemoFeed:
    """The demo's feed into *inbox*."""
    return DemoFeed(
        name,
        instruments,
        lambda topic, body: inbox.put(name, topic, body),
        clock_ms,
        lambda link: inbox.tell(name, link),
        speed=speed,
    )
