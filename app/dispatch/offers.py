"""Which crews could take an incident, as records that the window shows. What makes them stands in operations."""

from __future__ import annotations

from dataclasses import dataclass

from app.dispatch.crews import Suggestion, Unserved, WhyNot


@dataclass(frozen=True)
class Offer:
    """One crew for one incident.

    Attributes:
        why_not: Why it cannot take it; None where it can.
        travel_s: Time on the way; None where nobody knows where it is, and where it is there already.
        arrives_ms: When it would be there, once it is free; None likewise.
        by_road: False where the straight line stands for a way.
        lacks: Names of the needs (:mod:`app.dispatch.needs`) that it has not, where that is the reason.
        sent: Whether it has this very incident already.
    """

    crew: str
    why_not: WhyNot | None
    travel_s: float | None
    arrives_ms: int | None
    by_road: bool
    lacks: tuple[str, ...] = ()
    sent: bool = False


@dataclass(frozen=True)
class Offers:
    """Every crew for one incident, those that can first, the soonest first.

    Attributes:
        suggestion: What the assignment over all waiting incidents says of this one; nothing is sent by it.
        unserved: Why there is none; None where there is one, or where a crew is at work already.
    """

    incident: str
    crews: tuple[Offer, ...]
    suggestion: Suggestion | None = None
    unserved: Unserved | None = None
