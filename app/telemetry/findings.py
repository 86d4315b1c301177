"""What is told of instruments and lines that do not do as they should (:mod:`app.telemetry.line_check` finds it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What is told."""

    UNIT = "unit"
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"
    DRIFT = "drift"
    SPIKES = "spikes"
    LATE = "late"
    LOST = "lost"
    STRANGER = "stranger"
    DEAD_LETTER = "dead_letter"


@dataclass(frozen=True)
class Finding:
    """One thing that somebody should look at.

    Attributes:
        where: Id of the channel or the device, or the feed.
        channel: Position of the channel; -1 where it is none's.
        facts: For its words; values in the unit inside.
        at_ms: When last, UTC milliseconds; ``NEVER_MS`` where only is known that it was since the recorder began.
    """

    kind: FindingKind
    where: str
    channel: int
    facts: Mapping[str, str | float]
    at_ms: int
