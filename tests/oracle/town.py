"""A small network as plain records: what the oracle and the strategies speak. Lengths and places in metres."""

from __future__ import annotations

from dataclasses import dataclass, field

LENGTH_M = 100.0
"""Every pipe of a test town has this length, so that offsets are easy to read."""


@dataclass(frozen=True)
class Junction:
    id: str
    x_m: float
    y_m: float
    elevation_m: float | None = None


@dataclass(frozen=True)
class Main:
    id: str
    start: str
    end: str
    length_m: float = LENGTH_M


@dataclass(frozen=True)
class Thing:
    """A valve or pump.

    ``pipe`` and ``offset_m`` without ``junction``: inside the pipe. ``pipe`` and ``junction``: on that leg.
    ``junction`` alone: leg not said. *way* is +1 with the pipe, -1 against it, 0 unknown; *toward* names a pipe, for
    devices at junctions whose leg is not said.
    """

    id: str
    kind: str
    pipe: str | None = None
    junction: str | None = None
    offset_m: float | None = None
    way: int = 0
    toward: str | None = None
    position: str = "open"
    condition: str = "operable"
    storage_m3: float = 0.0


@dataclass(frozen=True)
class Origin:
    """A plant, reservoir or tank at a junction, or inside a pipe."""

    id: str
    kind: str
    junction: str | None = None
    pipe: str | None = None
    offset_m: float | None = None


@dataclass(frozen=True)
class Tap:
    pipe: str
    offset_m: float


@dataclass(frozen=True)
class Station:
    id: str
    tap: Tap
    storage_m3: float


@dataclass(frozen=True)
class Customer:
    id: str
    tap: Tap
    critical: bool = False
    category: str = "residential"
    households: int = 1
    people: int = 3
    station: str | None = None
    branch_valve: str | None = None


@dataclass(frozen=True)
class Hydrant:
    id: str
    tap: Tap
    branch_valve: str | None = None


@dataclass(frozen=True)
class Town:
    junctions: tuple[Junction, ...]
    mains: tuple[Main, ...]
    things: tuple[Thing, ...] = ()
    origins: tuple[Origin, ...] = ()
    stations: tuple[Station, ...] = ()
    customers: tuple[Customer, ...] = ()
    hydrants: tuple[Hydrant, ...] = ()


@dataclass(frozen=True)
class Aim:
    """A target by id: *kind* is pipe, valve, junction, hydrant, customer or area (with a ring)."""

    kind: str
    id: str = ""
    offset_m: float | None = None
    ring_m: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer, by id; pipes with the length concerned; *dry* by the oracle's own atoms, not compared."""

    feasible: bool
    stop: frozenset[str] = frozenset()
    close: frozenset[str] = frozenset()
    dead_side: frozenset[str] = frozenset()
    drain_back: frozenset[str] = frozenset()
    verify_closed: frozenset[str] = frozenset()
    held_by: frozenset[str] = frozenset()
    isolated: dict[str, float] = field(default_factory=dict)
    unintended: dict[str, float] = field(default_factory=dict)
    on_storage: dict[str, float] = field(default_factory=dict)
    customers_out: frozenset[str] = frozenset()
    customers_on_storage: frozenset[str] = frozenset()
    critical: frozenset[str] = frozenset()
    hydrants_out: frozenset[str] = frozenset()
    dry: frozenset[tuple[str, ...]] = field(default=frozenset(), compare=False)
