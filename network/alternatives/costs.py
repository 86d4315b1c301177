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
        speed_m_min: On the road, stops included (500 m/min is 30 km/h).
        set_up_min: From parking to the key on the spindle.
        turns_min: Turns of the key in a minute, by hand.
        unknown_min: Added for a valve of unknown condition: to find it, clear the chamber, free the spindle.
        turns_per_dn_mm: Turns of a gate valve where none are recorded: 2 + 3 turns for each 25.4 mm of DN, the rule of
            thumb of valve catalogues.
    """

    speed_m_min: float = 500.0
    set_up_min: float = 5.0
    turns_min: float = 12.0
    unknown_min: float = 10.0
    turns_per_dn_mm: float = 3.0 / 25.4


def closing_minutes(
    devices: DeviceTable, condition: Int8, road_m: Float64 | None = None, pace: Pace | None = None
) -> Float64:
    """A crew's minutes to close each device.

    Args:
        devices: All devices.
        condition: Shape (devices,), conditions now.
        road_m: Shape (devices,), way of the crew to each; no time for the way where None.
        pace: How fast.

    Returns:
        Shape (devices,).
    """
    pace = pace or Pace()
    turns = devices.turns.astype(np.float64)
    missing = ~(turns > 0.0)
    turns[missing] = 2.0 + pace.turns_per_dn_mm * np.maximum(devices.dn_mm[missing], 0)
    minutes: Float64 = pace.set_up_min + turns / pace.turns_min
    minutes[condition == Condition.UNKNOWN] += pace.unknown_min
    return minutes if road_m is None else minutes + road_m / pace.speed_m_min


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
