"""Whether a log is whole and untouched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.journal.events import NO_HASH, Event, EventKey, hash_of


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


def flaws(events: Iterable[Event]) -> list[ChainFlaw]:
    """Every flaw of *events*, which come by device and number, each device from its first event."""
    found: list[ChainFlaw] = []
    dev, last, chained = "", 0, NO_HASH
    for event in events:
        if event.dev != dev:
            dev, last, chained = event.dev, 0, NO_HASH
        if event.dev_seq != last + 1:
            found.append(ChainFlaw(event.key, Flaw.GAP))
        elif event.prev_hash != chained:
            found.append(ChainFlaw(event.key, Flaw.UNCHAINED))
        if event.hash != hash_of(event):
            found.append(ChainFlaw(event.key, Flaw.CHANGED))
        last, chained = event.dev_seq, event.hash
    return found
