"""Whether a log is whole and untouched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.journal.events import NO_HASH, Event, EventKey, devices_in, hash_of
from app.journal.reading import EventReader


class Flaw(StrEnum):
    """What is wrong with an event."""

    GAP = "gap"
    CHANGED = "changed"
    UNCHAINED = "unchained"


@dataclass(frozen=True)
class ChainFlaw:
    """One event that does not fit: it does not follow on, its contents were changed, or it hangs on another chain."""

    key: EventKey
    flaw: Flaw


LATEST = 400
"""Events that are looked at whenever a journal is opened, of all devices together."""
LATEST_OF_EACH = 10
"""Of each device at least so many."""


def flaws(events: Iterable[Event], *, from_first: bool = True) -> list[ChainFlaw]:
    """Every flaw of *events*, which come by device and number.

    Args:
        events: Each device's from its first event, or from any other.
        from_first: Each device's log has to begin with number 1; else what comes first of it follows on something.
    """
    found: list[ChainFlaw] = []
    dev, last, chained = "", 0, NO_HASH
    for event in events:
        if event.dev != dev:
            dev, last, chained = event.dev, 0, NO_HASH
            if not from_first and event.dev_seq > 1:
                last, chained = event.dev_seq - 1, event.prev_hash
        if event.dev_seq != last + 1:
            found.append(ChainFlaw(event.key, Flaw.GAP))
        elif event.prev_hash != chained:
            found.append(ChainFlaw(event.key, Flaw.UNCHAINED))
        if event.hash != hash_of(event):
            found.append(ChainFlaw(event.key, Flaw.CHANGED))
        last, chained = event.dev_seq, event.hash
    return found


def ends_fit(journal: EventReader) -> bool:
    """Whether the latest events of each device are there, unchanged, and hang together.

    That takes milliseconds however long the log is: what came last is what a torn write spoils first.
    """
    ends = devices_in(journal.heads())
    of_each = max(LATEST_OF_EACH, LATEST // max(1, len(ends)))
    for dev, last in ends.items():
        events = list(journal.latest(dev, last, of_each))
        if len(events) != min(last, of_each) or flaws(events, from_first=False):
            return False
    return True
