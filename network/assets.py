"""What a network is made of: kinds, and column tables for a whole city.

Tables hold arrays only, one row an asset, so that a city of a million pipes loads in a fraction of a second and can be
memory-mapped by several processes. Coordinates are metres in the workspace's metric project CRS.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from network.columns import Bool, CodedColumn, Float32, Float64, IdColumn, Int8, Int16, Int32, Int64, TextColumn


class DeviceKind(IntEnum):
    """What stands on a pipe or a junction (design: "Isolation, exactly"). The first seven cut segments."""

    ISOLATION = 0
    BOUNDARY = 1
    CHECK = 2
    PRV = 3
    PSV = 4
    FCV = 5
    PUMP = 6
    AIR = 7
    WASHOUT = 8
    HYDRANT = 9
    SERVICE = 10
    METER = 11
    OTHER = 12


def is_gate(kind: int) -> bool:
    """Whether plans go by the position and condition of devices of *kind* on the mains."""
    return kind in (DeviceKind.ISOLATION, DeviceKind.BOUNDARY)


class Position(IntEnum):
    """Where a valve's gate stands; ``DISPUTED`` when two observers contradict each other."""

    OPEN = 0
    CLOSED = 1
    DISPUTED = 2


class Condition(IntEnum):
    """Whether a valve can do its work."""

    OPERABLE = 0
    INOPERABLE = 1
    PASSING = 2
    UNKNOWN = 3


class Direction(IntEnum):
    """Way of a one-way device relative to the direction in which its pipe is stored (from_node to to_node)."""

    AGAINST = -1
    UNKNOWN = 0
    WITH = 1


class Turning(IntEnum):
    """Way in which a spindle is turned to close its valve, seen from above."""

    COUNTERCLOCKWISE = -1
    UNKNOWN = 0
    CLOCKWISE = 1


class SourceKind(IntEnum):
    """Where water comes from."""

    PLANT = 0
    RESERVOIR = 1
    TANK = 2


class LinkMethod(IntEnum):
    """How a customer, hydrant or station was linked to its tap, best first."""

    GIVEN = 0
    METER = 1
    SERVICE = 2
    STATION = 3
    NEAREST = 4
    NONE = 5


@dataclass(frozen=True, eq=False)
class NodeTable:
    """Junctions and pipe ends.

    Attributes:
        ids: Junction ids; nodes made by geometry carry ids starting with ``@``.
        x_m, y_m: Shape (n,).
        elevation_m: Shape (n,), ground level; NaN where it is not known.
    """

    ids: IdColumn
    x_m: Float64
    y_m: Float64
    elevation_m: Float32

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, eq=False)
class PipeTable:
    """Mains. Row order is the order of the workspace.

    Attributes:
        from_node, to_node: Shape (n,), node rows; never :data:`~network.columns.NO_INDEX`.
        length_m: Shape (n,), planar length of the line (INP: the length it states).
        dn_mm: Shape (n,), nominal diameter; 0 where it is not recorded.
        outside: Shape (n,), True where dn_mm is an outside diameter (PE pipes: De560 is about DN500).
        year: Shape (n,), 0 where it is not recorded.
        depth_m: Shape (n,), cover; NaN where it is not recorded.
        dma: DMA ids, empty where none is recorded.
    """

    ids: IdColumn
    from_node: Int32
    to_node: Int32
    length_m: Float64
    dn_mm: Int16
    outside: Bool
    material: CodedColumn
    year: Int16
    depth_m: Float32
    dma: CodedColumn

    def __len__(self) -> int:
        return len(self.length_m)


@dataclass(frozen=True, eq=False)
class DeviceTable:
    """Valves of every kind, and pumps, each at its place.

    A row stands in one of four places:

    * in the middle of a pipe: ``pipe >= 0``, ``node == -1``, ``offset_m`` strictly inside the pipe;
    * at one end of a pipe, that is, on a leg of a junction: ``pipe >= 0`` and ``node >= 0``;
    * at a junction, leg not said: ``pipe == -1`` and ``node >= 0``;
    * nowhere (off every pipe; a fault of the data): both ``-1``.

    Attributes:
        kind: Shape (n,), :class:`DeviceKind`.
        node, pipe: Shape (n,), rows or -1.
        offset_m: Shape (n,), distance along the pipe from its from_node; NaN where ``pipe == -1``.
        direction: Shape (n,), :class:`Direction` of flow relative to the pipe, UNKNOWN for two-way devices
            and where ``pipe == -1``.
        toward_pipe: Shape (n,), pipe row named by ``toward_pipe_id`` (way of a one-way device at a junction), or -1.
        normal, position: Shape (n,), :class:`Position` in normal operation and now, as recorded.
        condition: Shape (n,), :class:`Condition`.
        dn_mm: Shape (n,), 0 where it is not recorded.
        turns: Shape (n,), turns to close; NaN where they are not recorded.
        closes: Shape (n,), :class:`Turning`; UNKNOWN where it is not recorded: it is never guessed.
        storage_m3: Shape (n,), volume of a pump's own tank, 0 without one.
        assumed: Shape (n,), True where the valve was placed by rule (``--assume-valves``), not recorded.
        x_m, y_m: Shape (n,), where it stands on the map.
    """

    ids: IdColumn
    kind: Int8
    node: Int32
    pipe: Int32
    offset_m: Float64
    direction: Int8
    toward_pipe: Int32
    normal: Int8
    position: Int8
    condition: Int8
    dn_mm: Int16
    turns: Float32
    closes: Int8
    depth_m: Float32
    storage_m3: Float32
    assumed: Bool
    chamber: TextColumn
    landmark: TextColumn
    x_m: Float64
    y_m: Float64

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, eq=False)
class SourceTable:
    """Plants, reservoirs and tanks. Place as in :class:`DeviceTable`, never with both node and pipe.

    Attributes:
        kind: Shape (n,), :class:`SourceKind`.
        node: Shape (n,), node row or -1.
        pipe, offset_m: Shape (n,), pipe row or -1 and distance from its from_node, where it stands inside a pipe.
        volume_m3: Shape (n,), 0 where it is not recorded.
    """

    ids: IdColumn
    kind: Int8
    node: Int32
    pipe: Int32
    offset_m: Float64
    volume_m3: Float32
    x_m: Float64
    y_m: Float64

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, eq=False)
class TapTable:
    """Where something hangs on the mains: a place on a pipe, and how it was found.

    Attributes:
        pipe: Shape (n,), pipe row or -1 where no tap was found.
        offset_m: Shape (n,), distance from the pipe's from_node.
        method: Shape (n,), :class:`LinkMethod`.
        distance_m: Shape (n,), from the thing to its tap on the map.
    """

    pipe: Int32
    offset_m: Float64
    method: Int8
    distance_m: Float32

    def __len__(self) -> int:
        return len(self.pipe)


@dataclass(frozen=True, eq=False)
class CustomerTable:
    """Accounts, from a flat to a hospital.

    Attributes:
        category: Text such as ``residential``, ``hospital``, ``dialysis``, ``school``, ``high_rise``, ``fire_service``,
            ``business``, ``industry``, ``private_well``.
        critical: Shape (n,), named first in every list.
        people, households: Shape (n,).
        station: Shape (n,), row of the secondary station that serves it, or -1.
        branch_valve: Shape (n,), device row of its own service valve, or -1.
        tap: Its own tap, or its station's.
    """

    ids: IdColumn
    name: TextColumn
    address: TextColumn
    phone: TextColumn
    category: CodedColumn
    critical: Bool
    people: Int32
    households: Int32
    station: Int32
    branch_valve: Int32
    tap: TapTable
    x_m: Float64
    y_m: Float64

    def __len__(self) -> int:
        return len(self.critical)


@dataclass(frozen=True, eq=False)
class HydrantTable:
    """Fire hydrants.

    Attributes:
        branch_valve: Shape (n,), device row of the hydrant's own branch valve, or -1.
    """

    ids: IdColumn
    name: TextColumn
    branch_valve: Int32
    tap: TapTable
    x_m: Float64
    y_m: Float64

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, eq=False)
class StationTable:
    """Secondary-supply pump stations of buildings and estates.

    Attributes:
        storage_m3: Shape (n,), tank volume; 0 for a station that pumps straight from the main (叠压).
        demand_m3_h: Shape (n,), NaN where it is not recorded.
    """

    ids: IdColumn
    name: TextColumn
    storage_m3: Float32
    demand_m3_h: Float32
    tap: TapTable
    x_m: Float64
    y_m: Float64

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, eq=False)
class PipeShapes:
    """Lines of the pipes as drawn, for map, place names and areas.

    Attributes:
        offsets: Shape (pipes + 1,), int64: pipe i owns vertices ``offsets[i]`` to ``offsets[i + 1]``.
        xy_m: Shape (vertices, 2), float64.
    """

    offsets: Int64
    xy_m: Float64

    def __len__(self) -> int:
        return len(self.offsets) - 1
