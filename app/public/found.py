"""What the hotline's look-up answers, as records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CauseKind(StrEnum):
    """Why somebody has no water, or will have none; words are made in app.messages."""

    OUTAGE = "outage"
    INCIDENT = "incident"
    VALVES = "valves"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Cause:
    """One reason.

    Attributes:
        number: Of the outage or incident; "" for valves.
        reason: Free words of the planner; the kind of an incident.
        from_ms, until_ms: Since when, and until when as announced or by the service standard; None where unknown.
        expected_ms: When nine of ten like cases were over; None where nothing is expected.
        crews: Who is there, or on the way.
        on_storage: Whether a tank still serves the customer.
    """

    kind: CauseKind
    number: str = ""
    reason: str = ""
    from_ms: int | None = None
    until_ms: int | None = None
    expected_ms: int | None = None
    crews: tuple[str, ...] = ()
    on_storage: bool = False


@dataclass(frozen=True)
class Found:
    """One customer and how he stands.

    Attributes:
        phone: Masked.
        x_m, y_m: Where, project CRS.
        meter: Its number, where he was found by it.
        out: Whether anything says that he has no water now.
    """

    row: int
    id: str
    name: str
    address: str
    phone: str
    causes: tuple[Cause, ...]
    x_m: float = 0.0
    y_m: float = 0.0
    meter: str = ""

    @property
    def out(self) -> bool:
        """Whether anything says that there is no water now; a tank may still serve."""
        return any(cause.kind is not CauseKind.AHEAD for cause in self.causes)
