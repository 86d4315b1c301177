"""What passes between this process and the child that runs EPANET; plain values, cheap to pickle."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from enum import StrEnum


class HydraulicWarning(StrEnum):
    """EPANET's warnings; words are made in app.messages."""

    UNBALANCED = "hydraulics_unbalanced"
    COARSE = "hydraulics_coarse"
    UNSTABLE = "hydraulics_unstable"
    DISCONNECTED = "hydraulics_disconnected"
    PUMPS = "hydraulics_pumps_beyond_curve"
    VALVES = "hydraulics_valves_cannot_deliver"
    NEGATIVE = "hydraulics_negative_pressure"


class PumpState(StrEnum):
    """How a pump fares."""

    RUNNING = "running"
    CANNOT_LIFT = "cannot_lift"
    BEYOND_CURVE = "beyond_curve"
    OFF = "off"


@dataclass(frozen=True)
class Solved:
    """One state of an INP file, in its own units; nodes and links in the order of the file.

    Attributes:
        head, drawn: Of each node; what a source gives is drawn negatively.
        flow: Of each link.
        pumps: State of each pump, in the order of the links.
        warnings: EPANET's, each once.
    """

    head: array[float]
    drawn: array[float]
    flow: array[float]
    pumps: tuple[PumpState, ...]
    warnings: tuple[HydraulicWarning, ...]


@dataclass(frozen=True)
class Moment:
    """What holds from a moment of a leg on, in the units of its text; nodes and links counted from 0.

    Attributes:
        at_s: Seconds after the leg's beginning.
        demand: Of the first nodes of the text.
        heads: Reservoirs with their heads.
        open: Pipes, pumps and valves that are opened (True) or shut.
        settings: Speeds of pumps, settings of valves.
    """

    at_s: int
    demand: array[float]
    heads: tuple[tuple[int, float], ...] = ()
    open: tuple[tuple[int, bool], ...] = ()
    settings: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Leg:
    """A stretch of time through which one text holds.

    Attributes:
        moments: Ascending, the first at 0 s.
        tanks: Source row and node of each tank: what a leg leaves in a tank is what the next one begins with.
    """

    text: str
    moments: tuple[Moment, ...]
    tanks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class SolvedLeg:
    """A leg's moments as far as EPANET came, and what it had to say."""

    moments: tuple[Solved, ...]
    warnings: tuple[HydraulicWarning, ...]


@dataclass(frozen=True)
class CalibratedNode:
    """A node of a calibrated model at one hour.

    Attributes:
        demand_m3_h: What it draws, patterns and multipliers applied.
        head_m: Of a reservoir or tank at that hour; NaN for a junction.
        bottom_m, top_m: Heads at which a tank is empty and full; NaN for anything else.
        area_m2: Its mean area between them.
    """

    id: str
    elevation_m: float
    demand_m3_h: float
    head_m: float
    bottom_m: float = float("nan")
    top_m: float = float("nan")
    area_m2: float = float("nan")


@dataclass(frozen=True)
class CalibratedLink:
    """A link of a calibrated model at one hour.

    Attributes:
        kind: As :class:`network.inp.LinkKind` has it.
        dn_mm: Inner diameter; 0 of a pump.
        roughness: In the unit of the formula.
        closed: At that hour, after the model's own controls.
        setting: Pressure in m, flow in m3/h or speed, as the kind asks; NaN where the valve controls nothing.
        curve: Points (flow in m3/h, head in m) of a pump.
        power_kw: Of a pump of constant power; NaN otherwise.
    """

    id: str
    kind: str
    length_m: float
    dn_mm: float
    roughness: float
    minor_loss: float
    closed: bool
    setting: float
    curve: tuple[tuple[float, float], ...] = ()
    power_kw: float = float("nan")


@dataclass(frozen=True)
class Calibration:
    """A calibrated model at one hour of its day.

    Attributes:
        headloss: ``H-W``, ``D-W`` or ``C-M``.
        hour: Of the day, from the model's start.
    """

    nodes: tuple[CalibratedNode, ...]
    links: tuple[CalibratedLink, ...]
    headloss: str
    hour: float
