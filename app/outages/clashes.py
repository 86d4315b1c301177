"""The calendar of planned work: which outages meet in time, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

AGAIN_MS = 30 * 86_400_000
"""Water taken from the same customers again within so long is told: outages are to be few (S2 减少停水频次; the
days are a house value)."""


class ClashKind(StrEnum):
    """What two outages do to one another; words are made in app.messages."""

    SAME_VALVE = "same_valve"
    SAME_CUSTOMERS = "same_customers"
    AT_ONCE = "at_once"
    AGAIN = "again"


@dataclass(frozen=True)
class Booked:
    """One outage in the calendar.

    Attributes:
        start_ms, end_ms: Its window, UTC.
        close: Valves that it closes.
        customers: Ids of the customers whose water it takes.
    """

    number: str
    start_ms: int
    end_ms: int
    close: frozenset[str]
    customers: frozenset[str]


@dataclass(frozen=True)
class Clash:
    """Two outages that should know of one another.

    Attributes:
        kind: The gravest of what they share.
        from_ms, until_ms: When both are under way; for AGAIN, from the end of the earlier to the start of the later.
        valves: Valves that both close.
        customers: How many customers both take the water from.
    """

    one: str
    other: str
    kind: ClashKind
    from_ms: int
    until_ms: int
    valves: tuple[str, ...] = ()
    customers: int = 0


def clashes(booked: Iterable[Booked]) -> tuple[Clash, ...]:
    """Every pair that meets in time, or takes the same customers' water again soon; by time, then by number.

    Two outages of which one ends in the instant in which the other begins do not meet.
    """
    ordered = sorted(booked, key=lambda one: (one.start_ms, one.number))
    found = []
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.start_ms - one.end_ms > AGAIN_MS:
                continue
            clash = _clash(one, other)
            if clash is not None:
                found.append(clash)
    return tuple(sorted(found, key=lambda one: (one.from_ms, one.one, one.other)))


def _clash(one: Booked, other: Booked) -> Clash | None:
    shared = len(one.customers & other.customers)
    if other.start_ms >= one.end_ms:
        if not shared:
            return None
        return Clash(one.number, other.number, ClashKind.AGAIN, one.end_ms, other.start_ms, customers=shared)
    valves = tuple(sorted(one.close & other.close))
    kind = ClashKind.SAME_VALVE if valves else ClashKind.SAME_CUSTOMERS if shared else ClashKind.AT_ONCE
    return Clash(one.number, other.number, kind, other.start_ms, min(one.end_ms, other.end_ms), valves, shared)
