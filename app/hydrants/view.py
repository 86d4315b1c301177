"""Water drawn from hydrants as a screen shows it: plain frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.hydrants.book import Stage
from app.hydrants.entries import Purpose


@dataclass(frozen=True)
class UseRow:
    """Water drawn from one hydrant.

    Attributes:
        place_m: Project CRS.
        from_ms, until_ms: UTC; no end while it is open.
        believed_until_ms: Until when it explains pressures.
        told_by, note: Free words; "" for none, or where they were erased.
        author: Who wrote it down.
    """

    number: str
    hydrant: str
    place_m: tuple[float, float]
    purpose: Purpose
    from_ms: int
    until_ms: int | None
    believed_until_ms: int
    flow_m3_h: float | None
    stage: Stage
    told_by: str
    note: str
    author: str


@dataclass(frozen=True, eq=False)
class UsesView:
    """All of a list.

    Attributes:
        heads: How far the journal was read.
        rows: The most pressing first.
    """

    heads: Mapping[str, int]
    rows: tuple[UseRow, ...] = ()
