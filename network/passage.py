"""What each device lets through, as bits (rules: docs/isolation-rules.md, "What each device passes").

This table is the only place that knows what a kind, a position and a condition mean for water.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from network.assets import Condition, DeviceKind, DeviceTable, Position
from network.columns import Bool, Int8, Int32
from network.directions import is_one_way
from network.topology import DeviceStates

UInt8 = NDArray[np.uint8]

CLOSABLE = np.uint8(1)
"""A plan may close it."""
RELIED_ON = np.uint8(2)
"""Closed and tight: "verify closed"."""
LEAK_AB, LEAK_BA = np.uint8(4), np.uint8(8)
"""Water reaches a leak from side a to b (b to a), as long as the plan does not close it."""
SUPPLY_AB, SUPPLY_BA = np.uint8(16), np.uint8(32)
"""Customers are supplied from side a to b (b to a)."""
HOLDS_A, HOLDS_B = np.uint8(64), np.uint8(128)
"""A check valve of known direction that keeps water from entering side a (b)."""

_WORST_FIRST = (Condition.PASSING, Condition.INOPERABLE, Condition.UNKNOWN, Condition.OPERABLE)


def merged_states(states: DeviceStates, stands_for: Mapping[int, int]) -> DeviceStates:
    """States in which a device that stands for duplicates has the worse of their positions and conditions."""
    if not stands_for:
        return states
    position, condition = states.position.copy(), states.condition.copy()
    for duplicate, device in stands_for.items():
        if states.position[duplicate] != position[device]:
            position[device] = Position.DISPUTED
        both = (condition[device], states.condition[duplicate])
        condition[device] = next(worse for worse in _WORST_FIRST if worse in both)
    return DeviceStates(position, condition)


def passage_bits(devices: DeviceTable, direction: Int8, states: DeviceStates, rows: Int32) -> UInt8:
    """Bits of the cutting devices *rows*.

    Args:
        devices: All devices.
        direction: Shape (devices,), way of each one-way device: 1 from side a to b, -1 from b to a, 0 unknown.
        states: Positions and conditions, duplicates merged.
        rows: Shape (k,), rows of cutting devices.

    Returns:
        Shape (k,).
    """
    kind, way = devices.kind[rows], direction[rows]
    position, condition = states.position[rows], states.condition[rows]
    one_way = is_one_way(kind)
    bits = np.where(one_way, _one_way_bits(kind, way), _gate_bits(position, condition))
    return bits.astype(np.uint8)


def _gate_bits(position: Int8, condition: Int8) -> UInt8:
    """Isolation and boundary valves."""
    closed = position == Position.CLOSED
    tight = closed & (condition != Condition.PASSING)
    usable = (condition == Condition.OPERABLE) | (condition == Condition.UNKNOWN)
    return (
        _where(~closed & usable, CLOSABLE)
        | _where(tight, RELIED_ON)
        | _where(~tight, LEAK_AB | LEAK_BA)
        | _where(position == Position.OPEN, SUPPLY_AB | SUPPLY_BA)
    )


def _one_way_bits(kind: Int8, way: Int8) -> UInt8:
    """Check valves, PRVs, PSVs, FCVs and pumps."""
    check = kind == DeviceKind.CHECK
    return (
        _where(way > 0, SUPPLY_AB)
        | _where(way < 0, SUPPLY_BA)
        | _where(~check | (way >= 0), LEAK_AB)
        | _where(~check | (way <= 0), LEAK_BA)
        | _where(check & (way < 0), HOLDS_B)
        | _where(check & (way > 0), HOLDS_A)
    )


def _where(condition: Bool, bits: np.uint8) -> UInt8:
    return condition.astype(np.uint8) * bits
