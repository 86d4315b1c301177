"""What an operator supposes of valves, on top of the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from network.assets import Condition, Position
from network.topology import City, DeviceStates


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


def with_told(states: DeviceStates, city: City, told: Iterable[tuple[str, Position, Condition]]) -> DeviceStates:
    """*states* with valves as they were reported, by id; the very same where that changes nothing.

    By id: who told it may know a newer edition of the city than *city*.
    """
    for valve, position, condition in told:
        device = city.network.devices.ids.find(valve)
        if device >= 0 and (states.position[device], states.condition[device]) != (position, condition):
            states = states.with_positions([device], position).with_conditions([device], condition)
    return states
