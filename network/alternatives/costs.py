"""What it costs to close a valve: a count, or a crew's minutes, or the risk that it fails."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.assets import Condition, DeviceTable
from network.columns import Bool, Float64, Int8, Int64
from network.errors import NetworkError

COST_STEPS = 1000
"""Costs are counted in thousandths, so that equal sums are equal."""
MOST_COST = 1_000_000.0


@dataclass(frozen=True)
class Pace:
    """How fast a crew works; house values, to be replaced by a utility's own.

    Attributes:
        speed_m_min: On the road in town, stops included (25 km/h).
        road_factor: Way on the road over the straight line, where no roads are known.
        set_up_min: From parking to the key on the spindle.
        turns_min: Turns of the key in a minute, by hand.
        unknown_min: Added for a valve of unknown condition: to find it, clear the chamber, free the spindle.
        turns_per_dn_mm: Turns of a gate valve where none are recorded: 2 + 3 turns for each 25.4 mm of DN, the rule of
            thumb of valve catalogues.
        unknown_dn_mm: Taken for that rule where the diameter is not recorded either.
        slow_from_dn_mm: Valves from this size on are closed slowly; see :attr:`slow_s_per_mm`.
        slow_s_per_mm: Seconds for each mm of DN that such a valve takes at least, however fast the key is driven: five
            minutes for DN 300. By Joukowsky a sudden stop raises the pressure by density times wave speed times
            velocity: 1 MPa for 1 m/s in iron or steel (1,000 m/s). Closed evenly over longer than a wave needs to the
            next reservoir and back it is 2 x density x length x velocity / time (Michaud): 0.1 MPa for 1.5 km and 1 m/s
            asks for 30 s. A gate valve throttles in the last tenth of its travel, so the whole takes ten times that.
            Larger mains run farther without a branch, hence in proportion.
    """

    speed_m_min: float = 25_000.0 / 60.0
    road_factor: float = 1.4
    set_up_min: float = 5.0
    turns_min: float = 12.0
    unknown_min: float = 10.0
    turns_per_dn_mm: float = 3.0 / 25.4
    unknown_dn_mm: int = 200
    slow_from_dn_mm: int = 300
    slow_s_per_mm: float = 1.0


Rows = slice | list[int]
EVERY = slice(None)
"""All devices of a table."""


def turns_to_close(devices: DeviceTable, pace: Pace | None = None, *, rows: Rows = EVERY) -> Float64:
    """Turns of each valve's spindle, by the rule of thumb of *pace* where none are recorded; shape of *rows*."""
    pace = pace or Pace()
    turns = devices.turns[rows].astype(np.float64)
    missing = ~(turns > 0.0)
    dn_mm = devices.dn_mm[rows]
    dn_mm = np.where(dn_mm > 0, dn_mm, pace.unknown_dn_mm)
    turns[missing] = 2.0 + pace.turns_per_dn_mm * dn_mm[missing]
    return turns


def turning_minutes(devices: DeviceTable, pace: Pace | None = None, *, rows: Rows = EVERY) -> Float64:
    """Minutes from a valve open to closed, large ones slowly; shape of *rows*."""
    pace = pace or Pace()
    dn_mm = devices.dn_mm[rows]
    slowly = np.where(dn_mm >= pace.slow_from_dn_mm, dn_mm * pace.slow_s_per_mm / 60.0, 0.0)
    minutes: Float64 = np.maximum(turns_to_close(devices, pace, rows=rows) / pace.turns_min, slowly)
    return minutes


def closing_minutes(
    devices: DeviceTable,
    condition: Int8,
    road_m: Float64 | None = None,
    pace: Pace | None = None,
    *,
    rows: Rows = EVERY,
) -> Float64:
    """A crew's minutes to close each device.

    Args:
        devices: All devices.
        condition: Shape (devices,), conditions now.
        road_m: Shape (devices,), way of the crew to each on the road; no time for the way where None.
        pace: How fast.
        rows: The devices asked about.

    Returns:
        Shape of *rows*.
    """
    pace = pace or Pace()
    minutes: Float64 = pace.set_up_min + turning_minutes(devices, pace, rows=rows)
    minutes[condition[rows] == Condition.UNKNOWN] += pace.unknown_min
    return minutes if road_m is None else minutes + road_m[rows] / pace.speed_m_min


def in_steps(costs: Float64 | None, devices: int) -> Int64:
    """Costs as whole thousandths, at least one; 1000 each where *costs* is None.

    Raises:
        NetworkError: There is not one for each device, or one is not a number from 0 to a million.
    """
    if costs is None:
        return np.full(devices, COST_STEPS, dtype=np.int64)
    if costs.shape != (devices,):
        raise NetworkError("valve_costs_of_other_city", found=len(costs), expected=devices)
    wrong = ~_usable(costs)
    if wrong.any():
        raise NetworkError("valve_cost_not_usable", row=int(np.flatnonzero(wrong)[0]))
    return np.maximum(np.rint(costs * COST_STEPS), 1.0).astype(np.int64)


def _usable(costs: Float64) -> Bool:
    usable: Bool = (costs >= 0.0) & (costs <= MOST_COST)
    return usable
