"""The network as immutable, integer-indexed arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from network.assets import (
    CustomerTable,
    DeviceTable,
    HydrantTable,
    NodeTable,
    PipeShapes,
    PipeTable,
    SourceTable,
    StationTable,
)
from network.columns import Int8


@dataclass(frozen=True, eq=False)
class Network:
    """Pipes, what they meet at, and what stands on them. Nothing in it changes; see :class:`DeviceStates`."""

    nodes: NodeTable
    pipes: PipeTable
    devices: DeviceTable
    sources: SourceTable


@dataclass(frozen=True, eq=False)
class City:
    """A whole workspace in memory: the network and what hangs on it."""

    network: Network
    shapes: PipeShapes
    customers: CustomerTable
    hydrants: HydrantTable
    stations: StationTable


@dataclass(frozen=True, eq=False)
class DeviceStates:
    """Position and condition of every device now: the record, with what has been reported or supposed since.

    Attributes:
        position: Shape (devices,), :class:`~network.assets.Position`.
        condition: Shape (devices,), :class:`~network.assets.Condition`.
    """

    position: Int8
    condition: Int8

    @classmethod
    def recorded(cls, devices: DeviceTable) -> DeviceStates:
        """The states as the asset record has them."""
        return cls(devices.position, devices.condition)

    def with_positions(self, rows: list[int], value: int) -> DeviceStates:
        """A copy in which the devices *rows* have position *value*."""
        changed = np.array(self.position, dtype=np.int8)
        changed[rows] = value
        return replace(self, position=changed)

    def with_conditions(self, rows: list[int], value: int) -> DeviceStates:
        """A copy in which the devices *rows* have condition *value*."""
        changed = np.array(self.condition, dtype=np.int8)
        changed[rows] = value
        return replace(self, condition=changed)
