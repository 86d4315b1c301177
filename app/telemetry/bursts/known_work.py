"""Work that somebody does on the network moves pressures as bursts do: while it lasts, nearby loggers do not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from network.columns import Bool, Float64, Int64

REACH_M: Final = 1_500.0
"""House value: a logger nearer than this to known work may feel it."""
AROUND_MS: Final = 30 * 60_000
"""House value: so long before and after its recorded times work is felt: crews write down later than they turn."""


@dataclass(frozen=True)
class KnownWork:
    """One piece of known work.

    Attributes:
        code: What it is: ``valve``, ``outage``, ``hydrant`` or ``hydrant_somewhere``; words are made in app.messages.
        detail: Parameters of its words.
        from_ms, until_ms: When it is felt, UTC milliseconds.
        places_m: Where, in the project's CRS; empty: everywhere.
    """

    code: str
    from_ms: int
    until_ms: int
    places_m: tuple[tuple[float, float], ...] = ()
    detail: Mapping[str, str | int | float] = field(default_factory=dict)


def feels(work: KnownWork, loggers_m: Float64, reach_m: float | Float64 = REACH_M) -> Bool:
    """Which loggers, shape (loggers, 2) in the project's CRS, *work* may move: those no farther than *reach_m*."""
    if not work.places_m:
        return np.ones(len(loggers_m), dtype=np.bool_)
    away_m = np.hypot(*(loggers_m[:, None, :] - np.array(work.places_m)).transpose(2, 0, 1))
    near: Bool = away_m.min(axis=1) <= reach_m
    return near


def lasting(works: Iterable[KnownWork], start_ms: int, end_ms: int) -> tuple[KnownWork, ...]:
    """Those of *works* that are felt at some time from *start_ms* to *end_ms*."""
    return tuple(work for work in works if work.from_ms <= end_ms and work.until_ms >= start_ms)


def unexplained(at_ms: Int64, head_m: Float64, works: Sequence[KnownWork], loggers_m: Float64) -> Float64:
    """*head_m*, shape (ticks, loggers), with what known work may have moved taken for missing."""
    kept = head_m.copy()
    for work in works:
        ticks = (at_ms >= work.from_ms) & (at_ms <= work.until_ms)
        kept[np.ix_(ticks, feels(work, loggers_m))] = np.nan
    return kept
