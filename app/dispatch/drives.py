"""Drives in crews' positions: what they took from where to where, to learn the speed of traffic from."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from app.dispatch.arrival import Fix

SILENCE_S = 120.0
"""House: after a longer silence nobody knows where the van was."""

CRAWL_M_S = 1.0
"""House: slower than a walk is standing, not driving."""

STAND_S = 90.0
"""House: who stands as long as this has arrived somewhere; a red light is shorter."""

LONGEST_S = 1200.0
"""House: a longer drive is looked at in pieces, lest it end where it began."""


def drives(fixes: Iterable[Fix]) -> list[tuple[Fix, Fix]]:
    """Begin and end of each drive in the *fixes* of one crew, in any order."""
    moving: list[Fix] = []
    found: list[tuple[Fix, Fix]] = []
    stood_s = 0.0
    for before, fix in itertools.pairwise(sorted(fixes, key=lambda one: one.at_ms)):
        gap_s = (fix.at_ms - before.at_ms) / 1000
        stands = float(np.hypot(fix.x_m - before.x_m, fix.y_m - before.y_m)) < CRAWL_M_S * gap_s
        stood_s = stood_s + gap_s if stands else 0.0
        if gap_s > SILENCE_S or stood_s >= STAND_S or _lasts_s(moving) >= LONGEST_S:
            found += _drive(moving)
            moving = []
        if not stands and gap_s <= SILENCE_S:
            moving = [*(moving or [before]), fix]
    return found + _drive(moving)


def _lasts_s(moving: Sequence[Fix]) -> float:
    return (moving[-1].at_ms - moving[0].at_ms) / 1000 if moving else 0.0


def _drive(moving: Sequence[Fix]) -> list[tuple[Fix, Fix]]:
    """From the first fix on the move to the last one: standing about before and after is no part of it."""
    return [(moving[0], moving[-1])] if len(moving) > 1 else []
