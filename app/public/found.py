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
    LAPSED = "lapsed"
    """A planned outage whose announced end has passed, of which nothing was written down at all."""
    VALVES = "valves"
    VALVES_TOO = "valves_too"
    """The record of valves takes more from the customer than anything else that is told of him."""
    AHEAD = "ahead"
    CALLED_OFF = "called_off"
    """He was told of an outage that was called off, or that leaves him out by now."""
    CHANGING = "changing"
    """He was told of an outage that is planned anew, and nobody has approved yet how."""


NOT_NOW = frozenset({CauseKind.AHEAD, CauseKind.CALLED_OFF, CauseKind.CHANGING})
"""Reasons that take the water from nobody at this moment."""


class Fares(StrEnum):
    """How a customer fares; words are made in app.messages."""

    OUT = "out"
    ON_STORAGE = "on_storage"
    LOW = "low"


class Standing(StrEnum):
    """What is told first of a customer, the worst first; words are made in app.messages.

    Who is to be without water by now, though nobody has recorded it, is not told as if it were so.
    """

    OUT = "out"
    DUE_OUT = "due_out"
    ON_STORAGE = "on_storage"
    DUE_ON_STORAGE = "due_on_storage"
    UNKNOWN = "unknown"
    LOW = "low"
    DUE_LOW = "due_low"


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

    @property
    def standing(self) -> Standing | None:
        """What it makes of the customer now; None where it lies ahead, or will not be."""
        if self.kind in NOT_NOW:
            return None
        if self.kind is CauseKind.LAPSED:
            return Standing.UNKNOWN
        return Standing(f"due_{self.fares.value}" if self.kind is CauseKind.DUE else self.fares.value)


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
    def address_apart(self) -> str:
        """The address where it says more than the name; of many a customer the billing system knows it twice."""
        return "" if self.address == self.name else self.address

    @property
    def standing(self) -> Standing | None:
        """How he fares now, the worst that anything says; None where he has water as usual."""
        now = {cause.standing for cause in self.causes}
        return next((one for one in Standing if one in now), None)

    @property
    def out(self) -> bool:
        """Whether anything that was recorded says that he has no water now, not even from a tank."""
        return self.standing is Standing.OUT
