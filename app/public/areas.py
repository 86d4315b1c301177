"""Ten complaints of one kind in one area within 24 hours (C3): the area is the DMA, else 500 m around (house)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from app.public.book import Book, Complaint, Stage
from app.public.entries import QUALITY

TEN = 10
DAY_MS = 86_400_000
NEAR_M = 500.0
"""House: where no DMA is known, so far from the new complaint is the same area."""


def alike(book: Book, new: Complaint) -> tuple[Complaint, ...]:
    """Complaints of the same kind in the area of *new* in the 24 hours before it, itself among them, by time.

    What was taken by mistake does not count; a customer who complains again does: the clause counts complaints.
    """
    if new.kind not in QUALITY:
        return ()
    near = (
        one
        for one in book.complaints.values()
        if one.kind is new.kind
        and one.stage is not Stage.CANCELLED
        and 0 <= new.opened_ms - one.opened_ms < DAY_MS
        and _one_area(one, new)
    )
    return tuple(sorted(near, key=lambda one: (one.opened_ms, one.entity)))


def calls_for_escalation(book: Book, new: Complaint) -> tuple[Complaint, ...]:
    """The ten or more that *new* completes; none where they are fewer, or are escalated already."""
    found = alike(book, new)
    if len(found) < TEN:
        return ()
    named = {one for escalation in _fresh(book, new) for one in escalation}
    return () if any(one.entity in named for one in found) else found


def _fresh(book: Book, new: Complaint) -> Iterable[tuple[str, ...]]:
    """What escalations of the last day name."""
    return (
        one.complaints
        for one in book.escalations.values()
        if abs(new.opened_ms - one.opened_ms) < DAY_MS and one.stage is not Stage.CANCELLED
    )


def _one_area(one: Complaint, other: Complaint) -> bool:
    if one.said("area") and other.said("area"):
        return one.said("area") == other.said("area")
    here, there = one.place_m, other.place_m
    return here is not None and there is not None and math.dist(here, there) <= NEAR_M
