"""One asset at a time as a record, made from its row when somebody asks; a million at once would not fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.assets import Condition, DeviceKind, Direction, LinkMethod, Position, SourceKind, TapTable, Turning
from network.columns import IdColumn
from network.topology import City, DeviceStates


@dataclass(frozen=True)
class Junction:
    """A junction or pipe end; *elevation_m* is None where it is not known."""

    id: str
    x_m: float
    y_m: float
    elevation_m: float | None


@dataclass(frozen=True)
class Pipe:
    """A main. None where a value is not recorded; *dn_is_outside* for outside diameters (PE)."""

    id: str
    from_node: str
    to_node: str
    length_m: float
    dn_mm: int | None
    dn_is_outside: bool
    material: str
    year: int | None
    depth_m: float | None
    dma: str


@dataclass(frozen=True)
class Device:
    """A valve of any kind, or a pump, in its state now. *pipe* and *node* are ids, empty where it stands on none."""

    id: str
    kind: DeviceKind
    pipe: str
    node: str
    offset_m: float | None
    direction: Direction
    normal: Position
    position: Position
    condition: Condition
    dn_mm: int | None
    turns: float | None
    closes: Turning
    depth_m: float | None
    storage_m3: float
    assumed: bool
    chamber: str
    landmark: str
    x_m: float
    y_m: float


@dataclass(frozen=True)
class Source:
    """A plant, reservoir or tank."""

    id: str
    kind: SourceKind
    pipe: str
    node: str
    offset_m: float | None
    volume_m3: float


@dataclass(frozen=True)
class Tap:
    """Where something hangs on the mains, and how that was found. *distance_m* is on the map."""

    pipe: str
    offset_m: float
    method: LinkMethod
    distance_m: float


@dataclass(frozen=True)
class Customer:
    """An account; *tap* is None where none was found."""

    id: str
    name: str
    address: str
    phone: str
    category: str
    critical: bool
    people: int
    households: int
    station: str
    branch_valve: str
    tap: Tap | None


@dataclass(frozen=True)
class Hydrant:
    """A fire hydrant."""

    id: str
    name: str
    branch_valve: str
    tap: Tap | None


@dataclass(frozen=True)
class Station:
    """A secondary-supply pump station; *storage_m3* is 0 where it pumps straight from the main."""

    id: str
    name: str
    storage_m3: float
    demand_m3_h: float | None
    tap: Tap | None


def junction(city: City, row: int) -> Junction:
    """The junction of node *row*."""
    nodes = city.network.nodes
    return Junction(
        id=nodes.ids[row],
        x_m=float(nodes.x_m[row]),
        y_m=float(nodes.y_m[row]),
        elevation_m=_known(nodes.elevation_m[row]),
    )


def pipe(city: City, row: int) -> Pipe:
    """The pipe of *row*."""
    pipes, nodes = city.network.pipes, city.network.nodes
    return Pipe(
        id=pipes.ids[row],
        from_node=nodes.ids[int(pipes.from_node[row])],
        to_node=nodes.ids[int(pipes.to_node[row])],
        length_m=float(pipes.length_m[row]),
        dn_mm=int(pipes.dn_mm[row]) or None,
        dn_is_outside=bool(pipes.outside[row]),
        material=pipes.material[row],
        year=int(pipes.year[row]) or None,
        depth_m=_known(pipes.depth_m[row]),
        dma=pipes.dma[row],
    )


def device(city: City, row: int, states: DeviceStates | None = None) -> Device:
    """The device of *row*, in its recorded state or in that of *states*."""
    table = city.network.devices
    now = DeviceStates.recorded(table) if states is None else states
    return Device(
        id=table.ids[row],
        kind=DeviceKind(table.kind[row]),
        pipe=_id(city.network.pipes.ids, table.pipe[row]),
        node=_id(city.network.nodes.ids, table.node[row]),
        offset_m=_known(table.offset_m[row]),
        direction=Direction(table.direction[row]),
        normal=Position(table.normal[row]),
        position=Position(now.position[row]),
        condition=Condition(now.condition[row]),
        dn_mm=int(table.dn_mm[row]) or None,
        turns=_known(table.turns[row]),
        closes=Turning(table.closes[row]),
        depth_m=_known(table.depth_m[row]),
        storage_m3=float(table.storage_m3[row]),
        assumed=bool(table.assumed[row]),
        chamber=table.chamber[row],
        landmark=table.landmark[row],
        x_m=float(table.x_m[row]),
        y_m=float(table.y_m[row]),
    )


def source(city: City, row: int) -> Source:
    """The source of *row*."""
    table = city.network.sources
    return Source(
        id=table.ids[row],
        kind=SourceKind(table.kind[row]),
        pipe=_id(city.network.pipes.ids, table.pipe[row]),
        node=_id(city.network.nodes.ids, table.node[row]),
        offset_m=_known(table.offset_m[row]),
        volume_m3=float(table.volume_m3[row]),
    )


def customer(city: City, row: int) -> Customer:
    """The customer of *row*."""
    table = city.customers
    return Customer(
        id=table.ids[row],
        name=table.name[row],
        address=table.address[row],
        phone=table.phone[row],
        category=table.category[row],
        critical=bool(table.critical[row]),
        people=int(table.people[row]),
        households=int(table.households[row]),
        station=_id(city.stations.ids, table.station[row]),
        branch_valve=_id(city.network.devices.ids, table.branch_valve[row]),
        tap=_tap(city, table.tap, row),
    )


def hydrant(city: City, row: int) -> Hydrant:
    """The hydrant of *row*."""
    table = city.hydrants
    return Hydrant(
        id=table.ids[row],
        name=table.name[row],
        branch_valve=_id(city.network.devices.ids, table.branch_valve[row]),
        tap=_tap(city, table.tap, row),
    )


def station(city: City, row: int) -> Station:
    """The secondary station of *row*."""
    table = city.stations
    return Station(
        id=table.ids[row],
        name=table.name[row],
        storage_m3=float(table.storage_m3[row]),
        demand_m3_h=_known(table.demand_m3_h[row]),
        tap=_tap(city, table.tap, row),
    )


def _tap(city: City, taps: TapTable, row: int) -> Tap | None:
    if taps.pipe[row] < 0:
        return None
    return Tap(
        pipe=city.network.pipes.ids[int(taps.pipe[row])],
        offset_m=float(taps.offset_m[row]),
        method=LinkMethod(taps.method[row]),
        distance_m=float(taps.distance_m[row]),
    )


def _id(ids: IdColumn, row: np.int32) -> str:
    return ids[int(row)] if row >= 0 else ""


def _known(value: np.floating) -> float | None:
    return None if np.isnan(value) else float(value)
