"""The recorder's clock: the machine's, which somebody may set, beside one that nobody can.

A machine that starts with a wrong clock gets the right one a minute later, and a laptop sleeps for hours. By a clock of
its own the recorder would be wrong from then on, and would take every reading for one from the future.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from app.feeds.inbox import Message

SET_MS: Final = 2_000
"""House value: what differs by more from one look to the next was set; what differs by less is how clocks run."""
_SLEEPLESS: Final[Any] = getattr(time, "CLOCK_BOOTTIME", None)


@dataclass(frozen=True)
class Moment:
    """The present, UTC milliseconds, and by how many of them somebody set the clock since the look before."""

    now_ms: int
    set_by_ms: int = 0


def wall_ms() -> int:
    """The machine's clock, UTC milliseconds."""
    return time.time_ns() // 1_000_000


def steady_ms() -> int:
    """Milliseconds since some moment; goes on while the machine sleeps, where the system has such a clock."""
    return (time.monotonic_ns() if _SLEEPLESS is None else time.clock_gettime_ns(_SLEEPLESS)) // 1_000_000


class MachineClock:
    """A clock that shows *now_ms* now and goes with the machine's from then on, also where that is set.

    Args:
        now_ms: The present, UTC milliseconds.
        wall: The machine's clock.
        steady: One that nobody can set.
    """

    def __init__(self, now_ms: int, wall: Callable[[], int] = wall_ms, steady: Callable[[], int] = steady_ms) -> None:
        self._wall, self._steady = wall, steady
        shown = wall()
        self._ahead_ms, self._apart_ms = now_ms - shown, shown - steady()

    def __call__(self) -> int:
        """The present, UTC milliseconds."""
        return self._wall() + self._ahead_ms

    def look(self) -> Moment:
        """The present, and whether the clock was set since this was last asked. One thread at a time asks."""
        shown = self._wall()
        apart_ms = shown - self._steady()
        by_ms, self._apart_ms = apart_ms - self._apart_ms, apart_ms
        return Moment(shown + self._ahead_ms, by_ms if abs(by_ms) > SET_MS else 0)


def looks_at(clock_ms: Callable[[], int]) -> Callable[[], Moment]:
    """Looks at *clock_ms*; a clock that cannot tell is never set."""
    return clock_ms.look if isinstance(clock_ms, MachineClock) else lambda: Moment(clock_ms())


def by_the_clock(messages: list[Message], moment: Moment) -> list[Message]:
    """*messages* as if they had come by the clock that was set since: they were waiting just then."""
    by_ms, now_ms = moment.set_by_ms, moment.now_ms
    if not by_ms:
        return messages
    return [
        replace(one, received_ms=one.received_ms + by_ms)
        if abs(one.received_ms + by_ms - now_ms) < abs(one.received_ms - now_ms)
        else one
        for one in messages
    ]
