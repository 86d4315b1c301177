"""To which incident or outage a complaint may belong: by plan, main, place and time. Proposed, never done."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.public.book import Complaint
from app.public.entries import QUALITY, ComplaintKind

NEAR_M = 500.0
"""House: so far around an incident complaints may come from it."""

BEFORE_MS = 3 * 3_600_000
"""House: people call before anybody knows of a leak."""

AFTER_MS = 24 * 3_600_000
"""House: so long after the last news."""

_OF_WATER = frozenset({ComplaintKind.NO_WATER, ComplaintKind.LOW_PRESSURE, ComplaintKind.LEAK, *QUALITY})
"""Bills and meters do not come of a leak."""


class LinkReason(StrEnum):
    """Why something is proposed, the surest first; words are made in app.messages."""

    NAMED = "named"
    SAME_MAIN = "same_main"
    NEAR = "near"


@dataclass(frozen=True)
class Happening:
    """An open incident, or an outage that is announced or under way.

    Attributes:
        from_ms, until_ms: When it may have been felt; *until_ms* None while it lasts.
        customers: Ids of those whom its plan takes the water from.
    """

    entity: str
    number: str
    from_ms: int
    until_ms: int | None
    place_m: tuple[float, float] | None = None
    pipe: str = ""
    customers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Proposed:
    """One proposal.

    Attributes:
        apart_m: How far away; None where one of the places is not known.
    """

    entity: str
    number: str
    reason: LinkReason
    apart_m: float | None = None


def proposals(complaint: Complaint, happenings: Iterable[Happening]) -> tuple[Proposed, ...]:
    """What *complaint* may belong to, the likeliest first."""
    if complaint.kind not in _OF_WATER:
        return ()
    found = [one for happening in happenings if (one := _proposed(complaint, happening)) is not None]
    order = list(LinkReason)
    return tuple(sorted(found, key=lambda one: (order.index(one.reason), one.apart_m or 0.0, one.entity)))


def _proposed(complaint: Complaint, one: Happening) -> Proposed | None:
    at_ms, here = complaint.opened_ms, complaint.place_m
    if at_ms < one.from_ms - BEFORE_MS or (one.until_ms is not None and at_ms > one.until_ms + AFTER_MS):
        return None
    apart_m = None if here is None or one.place_m is None else math.dist(here, one.place_m)
    if complaint.said("customer") in one.customers:
        return Proposed(one.entity, one.number, LinkReason.NAMED, apart_m)
    if one.pipe and complaint.said("pipe") == one.pipe:
        return Proposed(one.entity, one.number, LinkReason.SAME_MAIN, apart_m)
    if apart_m is not None and apart_m <= NEAR_M:
        return Proposed(one.entity, one.number, LinkReason.NEAR, apart_m)
    return None
