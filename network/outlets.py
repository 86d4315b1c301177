"""Where water and air can be let out of mains, and in: washouts, hydrants, air valves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from network.assets import Condition, DeviceKind, Position
from network.elevations import elevation_m
from network.region_ways import RegionWays, places_of_devices


@dataclass(frozen=True)
class WaterPace:
    """How fast water is let out and in; house values, to be replaced by a utility's own.

    Attributes:
        outlet_m_s: Mean velocity through an open outlet while a main drains: with a discharge coefficient of 0.6 that
            of half a metre to a metre of head, falling as it does.
        hydrant_mm: Bore through which a hydrant drains (its hose connection).
        washout_mm: Bore of a washout whose diameter is not recorded.
        hydrant_l_s: Flow of a hydrant in flushing: the lower end of the 10 to 15 L/s that GB 50974 counts for one.
        flush_m_s: Velocity that scours a main: more than 1.0 m/s by GB 50268, section on flushing and disinfection.
        fill_m_s: Velocity at which a main is filled, so that air gets out and nothing slams: 0.3 m/s (1 foot a second).
        longest_fill_s: A feed that takes longer is too small, if there is a larger one.
        first_turns: How far the feed is opened at first.
        exchanges: How often the water of a way is renewed in flushing it.
        vents: How many places air is let in and out at, at most.
        drains: How many places water is let out at, at most.
        worth_draining: Share of the water that a further drain must let out to be opened.
        worth_flushing_m: Length that a further flushing point must clean.
    """

    outlet_m_s: float = 2.0
    hydrant_mm: int = 65
    washout_mm: int = 80
    hydrant_l_s: float = 10.0
    flush_m_s: float = 1.0
    fill_m_s: float = 0.3
    longest_fill_s: float = 4 * 3600.0
    first_turns: float = 0.25
    exchanges: int = 3
    vents: int = 3
    drains: int = 4
    worth_draining: float = 0.02
    worth_flushing_m: float = 20.0


class OutletKind(StrEnum):
    """What it is; words are made in app.messages."""

    WASHOUT = "washout"
    HYDRANT = "hydrant"
    AIR_VALVE = "air_valve"


@dataclass(frozen=True)
class Outlet:
    """A place at which water or air can be let out.

    Attributes:
        row: Hydrant row of a hydrant, device row of the others.
        pipe, offset_m: Where it hangs.
        part: Row of its part among the mains it was looked for in.
        elevation_m: Ground level of that place; NaN where not known.
        dn_mm: 0 where it is not recorded.
    """

    kind: OutletKind
    row: int
    pipe: int
    offset_m: float
    part: int
    elevation_m: float
    dn_mm: int

    def drains_m3_s(self, pace: WaterPace) -> float:
        """Flow while a main drains through it."""
        bore_mm = pace.hydrant_mm if self.kind is OutletKind.HYDRANT else self.dn_mm or pace.washout_mm
        return float(pace.outlet_m_s * np.pi / 4e6 * bore_mm**2)

    def flushes_m3_s(self, pace: WaterPace) -> float:
        """Flow while a main is flushed through it."""
        return pace.hydrant_l_s / 1000.0 if self.kind is OutletKind.HYDRANT else self.drains_m3_s(pace)


def outlets_in(ways: RegionWays) -> tuple[Outlet, ...]:
    """Washouts, air valves and hydrants on these mains that can be opened: devices first, each by row."""
    devices = ways.model.city.network.devices
    found = []
    for device, part, offset_m in places_of_devices(ways, (DeviceKind.WASHOUT, DeviceKind.AIR)):
        if ways.model.states.condition[device] != Condition.INOPERABLE:
            kind = OutletKind.WASHOUT if devices.kind[device] == DeviceKind.WASHOUT else OutletKind.AIR_VALVE
            found.append(_outlet(ways, kind, device, part, offset_m, max(int(devices.dn_mm[device]), 0)))
    return (*found, *_hydrants(ways))


def _hydrants(ways: RegionWays) -> list[Outlet]:
    hydrants, states = ways.model.city.hydrants, ways.model.states
    found = []
    for row in np.flatnonzero(np.isin(hydrants.tap.pipe, np.unique(ways.spans.pipe))).tolist():
        valve, offset_m = int(hydrants.branch_valve[row]), float(hydrants.tap.offset_m[row])
        part = ways.at(int(hydrants.tap.pipe[row]), offset_m).tolist()[:1]
        stuck = valve >= 0 and states.condition[valve] == Condition.INOPERABLE
        if part and not (stuck and states.position[valve] == Position.CLOSED):
            found.append(_outlet(ways, OutletKind.HYDRANT, row, part[0], offset_m, 0))
    return found


def _outlet(ways: RegionWays, kind: OutletKind, row: int, part: int, offset_m: float, dn_mm: int) -> Outlet:
    pipe = ways.spans.pipe[[part]]
    height_m = elevation_m(ways.model.city.network, pipe, np.array([offset_m]))
    return Outlet(kind, row, int(pipe[0]), offset_m, part, float(height_m[0]), dn_mm)
