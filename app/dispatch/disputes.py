"""What people said and decided without having heard of each other, both sides in one record.

Nothing here decides anything: a dispute stands until somebody who has seen both sides observes or decides anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What a dispute is about. Words are made in app.messages."""

    VALVE = "valve"
    COURSE = "course"
    ATTRIBUTE = "attribute"
    CREW = "crew"
    PLAN = "plan"
    FEATURE = "feature"


MOVED, GONE, KEPT = "@moved", "@gone", "@kept"
"""What somebody did to a feature beside writing a value: drew it elsewhere, deleted it, edited or restored it."""


@dataclass(frozen=True)
class Side:
    """What one of them said.

    Attributes:
        who: Who, and for which crew.
        at_ms: For when, UTC.
        said: A position, a course, an incident's number ("" for none), a value, the valves of a plan; of a feature a
            value, or one of :data:`MOVED`, :data:`GONE`, :data:`KEPT`.
        holds: Whether work goes by this until somebody decides; where no side's does, it goes by the worse.
        valves: Of a plan: those that not every side works at.
    """

    who: str
    at_ms: int
    said: str
    holds: bool = False
    valves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dispute:
    """One contradiction.

    Attributes:
        entity: ``valve/V2``, ``incident/W1``, ``crew/R03``, ``asset/pipe/P1``.
        name: The attribute of an incident, or the field of a feature, that is disputed; "" elsewhere.
        sides: As they happened; two or more.
    """

    about: About
    entity: str
    sides: tuple[Side, ...]
    name: str = ""
