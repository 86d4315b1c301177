"""What an operator supposes of valves, on top of the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from network.assets import Condition, Position
from network.topology import DeviceStates


@dataclass(frozen=True)
class ValveOverride:
    """A supposition of the operator, on top of the record; None leaves that part as recorded."""

    device: int
    position: Position | None = None
    condition: Condition | None = None


def supposing(states: DeviceStates, overrides: Iterable[ValveOverride]) -> DeviceStates:
    """*states* with *overrides* on top."""
    for supposed in overrides:
        if supposed.position is not None:
            states = states.with_positions([supposed.device], supposed.position)
        if supposed.condition is not None:
            states = states.with_conditions([supposed.device], supposed.condition)
    return states
