"""A test town as the product's tables, and the product's answer in the oracle's words."""

from __future__ import annotations

import math

import numpy as np

from network.answers import (
    AreaTarget,
    CannotIsolate,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
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
from network.topology import City, Network
from oracle.drawing import corners, point_on
from oracle.town import Aim, Tap, Thing, Town, Verdict


class Built:
    """A town with its city, and rows by id."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.nodes = {junction.id: row for row, junction in enumerate(town.junctions)}
        self.pipes = {main.id: row for row, main in enumerate(town.mains)}
        self.devices = {thing.id: row for row, thing in enumerate(town.things)}
        self.mains = {main.id: main for main in town.mains}
        self.city = City(
            Network(self._node_table(), self._pipe_table(), self._device_table(), self._source_table()),
            self._shapes(),
            self._customer_table(),
            self._hydrant_table(),
            self._station_table(),
        )

    def _node_table(self) -> NodeTable:
        junctions = self.town.junctions
        heights = [math.nan if j.elevation_m is None else j.elevation_m for j in junctions]
        return NodeTable(
            IdColumn.of(j.id for j in junctions),
            np.array([j.x_m for j in junctions], dtype=np.float64),
            np.array([j.y_m for j in junctions], dtype=np.float64),
            np.array(heights, dtype=np.float32),
        )

    def _pipe_table(self) -> PipeTable:
        mains, n = self.town.mains, len(self.town.mains)
        return PipeTable(
            ids=IdColumn.of(m.id for m in mains),
            from_node=np.array([self.nodes[m.start] for m in mains], dtype=np.int32),
            to_node=np.array([self.nodes[m.end] for m in mains], dtype=np.int32),
            length_m=np.array([m.length_m for m in mains], dtype=np.float64),
            dn_mm=np.full(n, 200, dtype=np.int16),
            outside=np.zeros(n, dtype=np.bool_),
            material=CodedColumn.blank(n),
            year=np.zeros(n, dtype=np.int16),
            depth_m=np.full(n, np.nan, dtype=np.float32),
            dma=CodedColumn.blank(n),
        )

    def _offset(self, thing: Thing) -> float:
        if thing.pipe is None:
            return math.nan
        if thing.junction is None:
            return math.nan if thing.offset_m is None else thing.offset_m
        main = self.mains[thing.pipe]
        return 0.0 if main.start == thing.junction else main.length_m

    def _spot(self, junction: str | None, pipe: str | None, offset_m: float | None) -> tuple[float, float]:
        if junction is not None:
            found = self.town.junctions[self.nodes[junction]]
            return found.x_m, found.y_m
        point = point_on(self.town, self.mains[str(pipe)], offset_m or 0.0)
        return point.x, point.y

    def _device_table(self) -> DeviceTable:
        things, n = self.town.things, len(self.town.things)
        spots = np.array([self._spot(t.junction, t.pipe, t.offset_m) for t in things]).reshape(n, 2)
        return DeviceTable(
            ids=IdColumn.of(t.id for t in things),
            kind=np.array([DeviceKind[t.kind.upper()] for t in things], dtype=np.int8),
            node=np.array([-1 if t.junction is None else self.nodes[t.junction] for t in things], dtype=np.int32),
            pipe=np.array([-1 if t.pipe is None else self.pipes[t.pipe] for t in things], dtype=np.int32),
            offset_m=np.array([self._offset(t) for t in things], dtype=np.float64),
            direction=np.array([t.way if t.pipe is not None else 0 for t in things], dtype=np.int8),
            toward_pipe=np.array([-1 if t.toward is None else self.pipes[t.toward] for t in things], dtype=np.int32),
            normal=np.zeros(n, dtype=np.int8),
            position=np.array([Position[t.position.upper()] for t in things], dtype=np.int8),
            condition=np.array([Condition[t.condition.upper()] for t in things], dtype=np.int8),
            dn_mm=np.full(n, 200, dtype=np.int16),
            turns=np.full(n, np.nan, dtype=np.float32),
            closes=np.zeros(n, dtype=np.int8),
            depth_m=np.full(n, np.nan, dtype=np.float32),
            storage_m3=np.array([t.storage_m3 for t in things], dtype=np.float32),
            assumed=np.zeros(n, dtype=np.bool_),
            chamber=TextColumn.blank(n),
            landmark=TextColumn.blank(n),
            x_m=spots[:, 0],
            y_m=spots[:, 1],
        )

    def _source_table(self) -> SourceTable:
        origins, n = self.town.origins, len(self.town.origins)
        spots = np.array([self._spot(o.junction, o.pipe, o.offset_m) for o in origins]).reshape(n, 2)
        return SourceTable(
            ids=IdColumn.of(o.id for o in origins),
            kind=np.array([SourceKind[o.kind.upper()] for o in origins], dtype=np.int8),
            node=np.array([-1 if o.junction is None else self.nodes[o.junction] for o in origins], dtype=np.int32),
            pipe=np.array([-1 if o.pipe is None else self.pipes[o.pipe] for o in origins], dtype=np.int32),
            offset_m=np.array([math.nan if o.offset_m is None else o.offset_m for o in origins], dtype=np.float64),
            volume_m3=np.zeros(n, dtype=np.float32),
            x_m=spots[:, 0],
            y_m=spots[:, 1],
        )

    def _shapes(self) -> PipeShapes:
        lines = [corners(self.town, main) for main in self.town.mains]
        offsets = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
        return PipeShapes(offsets, np.array([xy for line in lines for xy in line], dtype=np.float64).reshape(-1, 2))

    def _taps(self, taps: list[Tap]) -> TapTable:
        n = len(taps)
        return TapTable(
            np.array([self.pipes[tap.pipe] for tap in taps], dtype=np.int32),
            np.array([tap.offset_m for tap in taps], dtype=np.float64),
            np.full(n, LinkMethod.GIVEN, dtype=np.int8),
            np.zeros(n, dtype=np.float32),
        )

    def _places(self, taps: list[Tap]) -> np.ndarray:
        return np.array([self._spot(None, t.pipe, t.offset_m) for t in taps], dtype=np.float64).reshape(len(taps), 2)

    def _customer_table(self) -> CustomerTable:
        people, n = self.town.customers, len(self.town.customers)
        stations = {station.id: station for station in self.town.stations}
        rows = {station.id: row for row, station in enumerate(self.town.stations)}
        taps = [c.tap if c.station is None else stations[c.station].tap for c in people]
        spots = self._places(taps)
        return CustomerTable(
            ids=IdColumn.of(c.id for c in people),
            name=TextColumn.blank(n),
            address=TextColumn.blank(n),
            phone=TextColumn.blank(n),
            category=CodedColumn.of(c.category for c in people),
            critical=np.array([c.critical for c in people], dtype=np.bool_),
            people=np.array([c.people for c in people], dtype=np.int32),
            households=np.array([c.households for c in people], dtype=np.int32),
            station=np.array([-1 if c.station is None else rows[c.station] for c in people], dtype=np.int32),
            branch_valve=self._branches([c.branch_valve for c in people]),
            tap=self._taps(taps),
            x_m=spots[:, 0],
            y_m=spots[:, 1],
        )

    def _branches(self, names: list[str | None]) -> np.ndarray:
        return np.array([-1 if name is None else self.devices[name] for name in names], dtype=np.int32)

    def _hydrant_table(self) -> HydrantTable:
        hydrants, n = self.town.hydrants, len(self.town.hydrants)
        taps = [h.tap for h in hydrants]
        spots = self._places(taps)
        return HydrantTable(
            IdColumn.of(h.id for h in hydrants),
            TextColumn.blank(n),
            self._branches([h.branch_valve for h in hydrants]),
            self._taps(taps),
            spots[:, 0],
            spots[:, 1],
        )

    def _station_table(self) -> StationTable:
        stations, n = self.town.stations, len(self.town.stations)
        taps = [s.tap for s in stations]
        spots = self._places(taps)
        return StationTable(
            IdColumn.of(s.id for s in stations),
            TextColumn.blank(n),
            np.array([s.storage_m3 for s in stations], dtype=np.float32),
            np.full(n, np.nan, dtype=np.float32),
            self._taps(taps),
            spots[:, 0],
            spots[:, 1],
        )

    # -- questions and answers ----------------------------------------------------------------------------------

    def target(self, aim: Aim) -> Target:
        match aim.kind:
            case "pipe":
                return PipeTarget(self.pipes[aim.id], aim.offset_m)
            case "junction":
                return JunctionTarget(self.nodes[aim.id])
            case "valve":
                return DeviceTarget(self.devices[aim.id])
            case "hydrant":
                return HydrantTarget([h.id for h in self.town.hydrants].index(aim.id))
            case "customer":
                return CustomerTarget([c.id for c in self.town.customers].index(aim.id))
            case _:
                return AreaTarget(aim.ring_m)

    def verdict(self, result: IsolationPlan | CannotIsolate, impact: Impact) -> Verdict:
        plan = result.if_stopped if isinstance(result, CannotIsolate) else result
        devices, network = self.city.network.devices.ids, self.city.network
        customers = self.city.customers.ids
        return Verdict(
            feasible=not isinstance(result, CannotIsolate),
            stop=frozenset(network.sources.ids[row] for row in plan.stop),
            isolated=self._lengths(plan.isolated),
            unintended=self._lengths(plan.unintended),
            on_storage=self._lengths(plan.on_storage),
            customers_out=frozenset(customers.take(impact.out)),
            customers_on_storage=frozenset(customers.take(impact.on_storage)),
            critical=frozenset(customers.take(impact.critical)),
            hydrants_out=frozenset(self.city.hydrants.ids.take(impact.hydrants_out)),
            **{
                name: frozenset(devices[row] for row in getattr(plan, name))
                for name in ("close", "dead_side", "drain_back", "verify_closed", "held_by")
            },
        )

    def _lengths(self, parts: PipeParts) -> dict[str, float]:
        lengths: dict[str, float] = {}
        for pipe, start_m, end_m in zip(parts.pipe, parts.start_m, parts.end_m, strict=True):
            name = self.city.network.pipes.ids[int(pipe)]
            lengths[name] = round(lengths.get(name, 0.0) + float(end_m - start_m), 6)
        return lengths
