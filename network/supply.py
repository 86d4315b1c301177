"""What is fed by what."""

from __future__ import annotations

from dataclasses import dataclass

from network.topology import City, DeviceStates


@dataclass(frozen=True, eq=False)
class SupplyModel:
    """A city made ready for questions: segments, the segment-valve graph, what is supplied now."""

    city: City
    states: DeviceStates

    def with_states(self, states: DeviceStates) -> SupplyModel:
        """The same city under other device states; segments are not found again."""
        raise NotImplementedError


def prepare(city: City, states: DeviceStates) -> SupplyModel:
    """Find segments and supply. Slow part (whole city): run it in a worker."""
    raise NotImplementedError
