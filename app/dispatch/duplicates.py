"""Which open incidents a new report may be about: by place and time. Proposed, never merged by itself."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.dispatch.view import QueueRow

NEAR_M = 300.0
"""House: reports closer together than this may be about one leak; on one main, twice as far."""
WITHIN_MS = 12 * 3_600_000
"""House: and not further apart in time."""


@dataclass(frozen=True)
class Likeness:
    """An open incident that a report may repeat.

    Attributes:
        apart_m, apart_s: How far apart they are.
        same_main: Whether both are on one pipe.
    """

    entity: str
    number: str
    apart_m: float
    apart_s: float
    same_main: bool


def likely_same(
    rows: Iterable[QueueRow], x_m: float, y_m: float, at_ms: int, pipe: str = "", but: str = ""
) -> tuple[Likeness, ...]:
    """Open incidents near in place and time, the likeliest first.

    Args:
        rows: The queue.
        x_m: Place of the report, project CRS.
        y_m: The same.
        at_ms: When it was received, UTC.
        pipe: Its main, "" where not known.
        but: Entity to leave out: the report's own.
    """
    found = []
    for row in rows:
        if not row.is_open or row.entity == but or row.x_m is None or row.y_m is None:
            continue
        apart_m = math.hypot(row.x_m - x_m, row.y_m - y_m)
        same = bool(pipe) and row.pipe == pipe
        if apart_m <= NEAR_M * (2 if same else 1) and abs(at_ms - row.last_ms) <= WITHIN_MS:
            found.append(Likeness(row.entity, row.number, apart_m, abs(at_ms - row.opened_ms) / 1000, same))
    return tuple(sorted(found, key=lambda one: (not one.same_main, one.apart_m, one.entity)))
