"""Small cities for tests: things by name in, tables out. Junctions come from the pipes' ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from network.answers import (
    CannotIsolate,
    DeviceTarget,
    Impact,
    IsolationPlan,
    JunctionTarget,
    PipeParts,
    PipeTarget,
    Target,
)
from network.assets import (
    Condition,
    CustomerTable,
    DeviceKind,
    DeviceTable,
    HydrantTable,
    LinkMethod,
    NodeTable,
    PipeShapes,
    PipeTable,
    Position,
    SourceKind,
    SourceTable,
    StationTable,
    TapTable,
)
from network.columns import CodedColumn, IdColumn, TextColumn
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel, prepare
from network.topology import City, DeviceStates, Network

Row = dict[str, Any]


@dataclass
class Draft:
    """A city in the making; every ``add`` method gives the draft back."""

    pipes: list[Row] = field(default_factory=list)
    devices: list[Row] = field(default_factory=list)
    sources: list[Row] = field(default_factory=list)
    customers: list[Row] = field(default_factory=list)
    hydrants: list[Row] = field(default_factory=list)
    stations: list[Row] = field(default_factory=list)
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    elevations: dict[str, float] = field(default_factory=dict)

    def pipe(self, name: str, start: str, end: str, length_m: float = 100.0, line: Sequence[Any] = ()) -> Draft:
        self.pipes.append({"id": name, "start": start, "end": end, "length_m": length_m, "line": line})
        return self

    def chain(self, *nodes: str) -> Draft:
        """Pipes ``ab``, ``bc`` … along *nodes*."""
        for start, end in pairwise(nodes):
            self.pipe(start + end, start, end)
        return self

    def device(self, name: str, kind: str = "ISOLATION", **place: Any) -> Draft:
        """*place*: pipe, at (measure), node, direction, toward, position, condition, storage_m3, assumed."""
        self.devices.append({"id": name, "kind": kind, **place})
        return self

    def source(self, name: str, kind: str = "PLANT", **place: Any) -> Draft:
        self.sources.append({"id": name, "kind": kind, **place})
        return self

    def customer(self, name: str, pipe: str | None = None, at: float = 0.0, **more: Any) -> Draft:
        self.customers.append({"id": name, "pipe": pipe, "at": at, **more})
        return self

    def hydrant(self, name: str, pipe: str | None = None, at: float = 0.0, **more: Any) -> Draft:
        self.hydrants.append({"id": name, "pipe": pipe, "at": at, **more})
        return self

    def station(self, name: str, pipe: str | None = None, at: float = 0.0, **more: Any) -> Draft:
        self.stations.append({"id": name, "pipe": pipe, "at": at, **more})
        return self

    def node(self, name: str, x_m: float = 0.0, y_m: float = 0.0, elevation_m: float = np.nan) -> Draft:
        self.places[name] = (x_m, y_m)
        self.elevations[name] = elevation_m
        return self

    def city(self) -> City:
        nodes = list(dict.fromkeys([*self.places, *(row[end] for row in self.pipes for end in ("start", "end"))]))
        names = _Names(
            {name: row for row, name in enumerate(nodes)},
            _rows(self.pipes),
            _rows(self.devices),
            _rows(self.stations),
        )
        places = np.array([self.places.get(name, (0.0, 0.0)) for name in nodes]).reshape(-1, 2)
        network = Network(
            nodes=NodeTable(
                IdColumn.of(nodes),
                places[:, 0],
                places[:, 1],
                np.array([self.elevations.get(name, np.nan) for name in nodes], dtype=np.float32),
            ),
            pipes=_pipe_table(self.pipes, names),
            devices=_device_table(self.devices, names),
            sources=_source_table(self.sources, names),
        )
        return City(
            network=network,
            shapes=_shapes(self.pipes, places, names),
            customers=_customers(self.customers, names),
            hydrants=_hydrants(self.hydrants, names),
            stations=_stations(self.stations, names),
        )

    def network(self) -> Network:
        return self.city().network


@dataclass(frozen=True)
class _Names:
    node: Mapping[str, int]
    pipe: Mapping[str, int]
    device: Mapping[str, int]
    station: Mapping[str, int]


def _rows(records: list[Row]) -> dict[str, int]:
    return {record["id"]: row for row, record in enumerate(records)}


def _ids(records: list[Row]) -> IdColumn:
    return IdColumn.of(record["id"] for record in records)


def _index(names: Mapping[str, int], records: list[Row], key: str) -> np.ndarray:
    return np.array([names.get(record.get(key), -1) for record in records], dtype=np.int32)


def _column(records: list[Row], key: str, default: Any, dtype: Any) -> np.ndarray:
    return np.array([record.get(key, default) for record in records], dtype=dtype)


def _coded(records: list[Row], key: str, kinds: Any, default: str) -> np.ndarray:
    return np.array([kinds[record.get(key, default)] for record in records], dtype=np.int8)


def _pipe_table(records: list[Row], names: _Names) -> PipeTable:
    count = len(records)
    return PipeTable(
        ids=_ids(records),
        from_node=_index(names.node, records, "start"),
        to_node=_index(names.node, records, "end"),
        length_m=_column(records, "length_m", 0.0, np.float64),
        dn_mm=np.full(count, 200, dtype=np.int16),
        outside=np.zeros(count, dtype=np.bool_),
        material=CodedColumn.of(["iron"] * count),
        year=np.full(count, 1990, dtype=np.int16),
        depth_m=np.full(count, 1.2, dtype=np.float32),
        dma=CodedColumn.blank(count),
    )


def _device_table(records: list[Row], names: _Names) -> DeviceTable:
    count = len(records)
    position = _coded(records, "position", Position, "OPEN")
    return DeviceTable(
        ids=_ids(records),
        kind=_coded(records, "kind", DeviceKind, "ISOLATION"),
        node=_index(names.node, records, "node"),
        pipe=_index(names.pipe, records, "pipe"),
        offset_m=_column(records, "at", np.nan, np.float64),
        direction=_column(records, "direction", 0, np.int8),
        toward_pipe=_index(names.pipe, records, "toward"),
        normal=position,
        position=position,
        condition=_coded(records, "condition", Condition, "OPERABLE"),
        dn_mm=np.full(count, 200, dtype=np.int16),
        turns=np.full(count, 20, dtype=np.float32),
        closes=np.zeros(count, dtype=np.int8),
        depth_m=np.full(count, 1.2, dtype=np.float32),
        storage_m3=_column(records, "storage_m3", 0.0, np.float32),
        assumed=_column(records, "assumed", False, np.bool_),
        chamber=TextColumn.blank(count),
        landmark=TextColumn.blank(count),
        x_m=_column(records, "x_m", 0.0, np.float64),
        y_m=_column(records, "y_m", 0.0, np.float64),
    )


def _source_table(records: list[Row], names: _Names) -> SourceTable:
    count = len(records)
    return SourceTable(
        ids=_ids(records),
        kind=_coded(records, "kind", SourceKind, "PLANT"),
        node=_index(names.node, records, "node"),
        pipe=_index(names.pipe, records, "pipe"),
        offset_m=_column(records, "at", np.nan, np.float64),
        volume_m3=np.zeros(count, dtype=np.float32),
        x_m=np.zeros(count),
        y_m=np.zeros(count),
    )


def _taps(records: list[Row], names: _Names) -> TapTable:
    pipe = _index(names.pipe, records, "pipe")
    method = np.where(pipe >= 0, LinkMethod.NEAREST, LinkMethod.NONE).astype(np.int8)
    return TapTable(pipe, _column(records, "at", 0.0, np.float64), method, np.zeros(len(records), dtype=np.float32))


def _customers(records: list[Row], names: _Names) -> CustomerTable:
    count = len(records)
    return CustomerTable(
        ids=_ids(records),
        name=TextColumn.of(f"name of {record['id']}" for record in records),
        address=TextColumn.blank(count),
        phone=TextColumn.blank(count),
        category=CodedColumn.of(record.get("category", "residential") for record in records),
        critical=_column(records, "critical", False, np.bool_),
        people=_column(records, "people", 3, np.int32),
        households=_column(records, "households", 1, np.int32),
        station=_index(names.station, records, "station"),
        branch_valve=_index(names.device, records, "branch_valve"),
        tap=_taps(records, names),
        x_m=np.zeros(count),
        y_m=np.zeros(count),
    )


def _hydrants(records: list[Row], names: _Names) -> HydrantTable:
    count = len(records)
    return HydrantTable(
        _ids(records),
        TextColumn.blank(count),
        _index(names.device, records, "branch_valve"),
        _taps(records, names),
        np.zeros(count),
        np.zeros(count),
    )


def _stations(records: list[Row], names: _Names) -> StationTable:
    count = len(records)
    return StationTable(
        _ids(records),
        TextColumn.blank(count),
        _column(records, "storage_m3", 0.0, np.float32),
        _column(records, "demand_m3_h", np.nan, np.float32),
        _taps(records, names),
        np.zeros(count),
        np.zeros(count),
    )


def _shapes(records: list[Row], places: np.ndarray, names: _Names) -> PipeShapes:
    lines = [
        np.array(
            record["line"] if len(record["line"]) else [places[names.node[record[end]]] for end in ("start", "end")]
        )
        for record in records
    ]
    offsets = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    return PipeShapes(offsets, np.concatenate(lines) if lines else np.empty((0, 2)))


def recorded(city: City) -> DeviceStates:
    return DeviceStates.recorded(city.network.devices)


def pipe_ids(city: City, parts: PipeParts) -> list[str]:
    return sorted(city.network.pipes.ids.take(parts.pipes))


def device_ids(city: City, rows: Iterable[int]) -> list[str]:
    return [city.network.devices.ids[row] for row in rows]


@dataclass(frozen=True)
class Solved:
    """An answer in ids, and what it was made from."""

    city: City
    model: SupplyModel
    answer: IsolationPlan | CannotIsolate
    impact: Impact

    @property
    def plan(self) -> IsolationPlan:
        return self.answer if isinstance(self.answer, IsolationPlan) else self.answer.if_stopped

    def devices(self, name: str) -> list[str]:
        return device_ids(self.city, getattr(self.plan, name))

    def pipes(self, name: str) -> list[str]:
        return pipe_ids(self.city, getattr(self.plan, name))

    def customers(self, name: str) -> list[str]:
        return self.city.customers.ids.take(getattr(self.impact, name))

    @property
    def stop(self) -> list[str]:
        return [self.city.network.sources.ids[row] for row in self.plan.stop]


def solve(draft: Draft, target: Target | str) -> Solved:
    """Plan for *target*: a target, or the id of a pipe, device, or junction."""
    city = draft.city()
    model = prepare(city, recorded(city))
    answer = plan_isolation(model, named_target(city, target) if isinstance(target, str) else target)
    plan = answer if isinstance(answer, IsolationPlan) else answer.if_stopped
    return Solved(city, model, answer, assess_impact(model, plan))


def named_target(city: City, name: str) -> Target:
    network = city.network
    for ids, kind in ((network.pipes.ids, PipeTarget), (network.devices.ids, DeviceTarget)):
        if (row := ids.find(name)) >= 0:
            return kind(row)
    return JunctionTarget(network.nodes.ids.find(name))
