"""What could be mended, and what stays: records that say so, without the geometry library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MendKind(StrEnum):
    """What a mend does."""

    JOIN = "join"
    MOVE_VALVE = "move_valve"
    DELETE_TWIN = "delete_twin"


class Why(StrEnum):
    """Why something stays as it is."""

    APART = "apart"
    FAR = "far"
    CROSSES = "crosses"
    OVERLAPS = "overlaps"
    VALVE_FAR = "valve_far"
    VALVE_BETWEEN = "valve_between"


@dataclass(frozen=True)
class Mend:
    """One mend that could be made.

    Attributes:
        fault: The fault that it mends: a kind of :class:`gis.faults.FaultKind`, or ``island``.
        feature: The pipe whose end is moved, the valve that is moved, the pipe that is deleted.
        layer: Layer of *feature*.
        other: The pipe that is joined or stood on, or the twin that stays.
        x_m, y_m: Where.
        distance_m: How far the feature is from where it would be.
    """

    kind: MendKind
    fault: str
    layer: str
    feature: str
    other: str
    x_m: float
    y_m: float
    distance_m: float = 0.0

    @property
    def id(self) -> str:
        """Names it, the same in every list in which it stands."""
        return f"{self.kind}:{self.layer}:{self.feature}:{self.other}"


@dataclass(frozen=True)
class Stays:
    """Something that no rule can mend.

    Attributes:
        feature: A pipe or valve of it.
        pipes, length_m: Size of an island; 0 for what is none.
        other: The nearest other main, "" where none is near.
        distance_m: How far that one is; 0 where none is near.
    """

    why: Why
    layer: str
    feature: str
    x_m: float
    y_m: float
    pipes: int = 0
    length_m: float = 0.0
    other: str = ""
    distance_m: float = 0.0
