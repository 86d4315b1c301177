"""What the hotline's look-up answers, as records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CauseKind(StrEnum):
    """Why somebody has no water, or will have none; words are made in app.messages."""

    OUTAGE = "outage"
    DUE = "due"
    """A planned outage whose time has come, though nobody has written down yet that the water is off."""
    INCIDENT = "incident"
    VALVES = "valves"
    AHEAD = "ahead"


class Fares(StrEnum):
    """How a customer fares; words are made in app.messages."""

    OUT = "out"
    ON_STORAGE = "on_storage"
    LOW = "low"


@dataclass(frozen=True)
class Cause:
    """One reason.

    Attributes:
        number: Of the outage or incident; "" for valves.
        reason: Free words of the planner; the kind of an incident.
        from_ms, until_ms: Since when, and until when as announced or by the service standard; None where unknown.
        expected_ms: When nine of ten like cases were over; None where nothing is expected.
        crews: Who is there, or on the way.
        fares: How the customer fares by it.
        overdue: Whether the water is off beyond *until_ms*.
    """

    kind: CauseKind
    number: str = ""
    reason: str = ""
    from_ms: int | None = None
    until_ms: int | None = None
    expected_ms: int | None = None
    crews: tuple[str, ...] = ()
    fares: Fares = Fares.OUT
    overdue: bool = False


@dataclass(frozen=True)
class Found:
    """One customer and how he stands.

    Attributes:
        phone: Masked.
        x_m, y_m: Where, project CRS.
        meter: Its number, where he was found by it.
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
    def standing(self) -> Fares | None:
        """How he fares now, the worst that anything says; None where he has water as usual."""
        now = {cause.fares for cause in self.causes if cause.kind is not CauseKind.AHEAD}
        return next((one for one in Fares if one in now), None)

    @property
    def out(self) -> bool:
        """Whether anything says that he has no water now, not even from a tank."""
        return self.standing is Fares.OUT
