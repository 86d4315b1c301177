"""A small city laid by hand: every table filled, texts in Chinese, things missing as they are missing in life.

Three mains in a row with a side street, a plant at the west end::

    S --P1--+--P2--+--P3-- (dead end)
            |
            P4
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import shapely

from gis.faults import Action, Fault, FaultKind
from gis.layers import Layer, LayerSet
from network.assets import (
    Condition,
    CustomerTable,
    DeviceKind,
    DeviceTable,
    Direction,
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
    Turning,
)
from network.columns import CodedColumn, IdColumn, TextColumn
from network.topology import City, Network

EAST, NORTH = 500_000.0, 4_060_000.0
LINES = (
    [(0, 0), (60, 5), (100, 0)],
    [(100, 0), (200, 0)],
    [(200, 0), (300, 0)],
    [(100, 0), (100, -50), (120, -80)],
)


def objects(*values: Any) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def points(*places: tuple[float, float]) -> np.ndarray:
    return objects(*(shapely.Point(EAST + x, NORTH + y) for x, y in places))


def lines() -> np.ndarray:
    return objects(*(shapely.LineString([(EAST + x, NORTH + y) for x, y in line]) for line in LINES))


def layers() -> LayerSet:
    """The layers: some columns left out, some unknown ones brought along."""
    area = shapely.box(EAST, NORTH - 100, EAST + 300, NORTH + 50)
    return LayerSet(
        4548,
        {
            "pipe": Layer(
                lines(),
                {
                    "id": objects("P1", "P2", "P3", "P4"),
                    "dn_mm": np.array([600.0, 300.0, np.nan, 100.0]),
                    "material": objects("球墨铸铁", "PE", "", "PE"),
                    "year": np.array([1998, 2010, 0, 2021]),
                    "from_node": objects("N0", "N1", "N2", "N1"),
                    "to_node": objects("N1", "N2", "N3", "N4"),
                    "dma_id": objects("D1", "D1", "", "D2"),
                    "施工单位": objects("甲", "", "乙", ""),
                    "FID": np.array([7, 8, 9, 10]),
                    "surveyed": np.array([True, False, True, True]),
                },
            ),
            "valve": Layer(
                points((95, 0), (150, 0), (100, -20)),
                {
                    "id": objects("V1", "V2", "V3"),
                    "kind": objects("isolation", "isolation", "check"),
                    "normal": objects("open", "closed", ""),
                    "current": objects("open", "", ""),
                    "condition": objects("operable", "", "unknown"),
                    "chamber": objects("井 12", "", ""),
                    "landmark": objects("银杏路口东 5 m", "", ""),
                },
            ),
            "pump": Layer(
                points((250, 0)), {"id": objects("V1"), "kind": objects("booster"), "storage_m3": np.array([50.0])}
            ),
            "source": Layer(points((0, 0)), {"id": objects("S1"), "kind": objects("plant"), "name": objects("西水厂")}),
            "customer": Layer(
                points((150, 20), (280, 20)),
                {
                    "id": objects("C1", "C2"),
                    "name": objects("第一医院", "3号楼2单元"),
                    "address": objects("银杏路 1 号", ""),
                    "phone": objects("", "0531-55500001"),
                    "category": objects("hospital", "residential"),
                    "critical": np.array([True, False]),
                    "people": np.array([900, 12]),
                },
            ),
            "hydrant": Layer(points((120, 1)), {"id": objects("H1"), "name": objects("")}),
            "station": Layer(
                points((200, 10)), {"id": objects("T1"), "name": objects("东泵房"), "storage_m3": np.array([20.0])}
            ),
            "zone": Layer(objects(area, shapely.MultiPolygon([area])), {"id": objects("Z1", "Z2")}),
            "road": Layer(objects(None, lines()[0]), {"id": objects("R1", "R2"), "name": objects("银杏路", "")}),
        },
        "手工城",
        synthetic=True,
    )


def taps(pipe: list[int], offset_m: list[float], method: LinkMethod = LinkMethod.NEAREST) -> TapTable:
    rows = len(pipe)
    return TapTable(
        np.array(pipe, np.int32),
        np.array(offset_m, np.float64),
        np.full(rows, method, np.int8),
        np.full(rows, 2.5, np.float32),
    )


def devices() -> DeviceTable:
    return DeviceTable(
        ids=IdColumn.of(["V1", "V2", "V3", "V1"]),
        kind=np.array([DeviceKind.ISOLATION, DeviceKind.ISOLATION, DeviceKind.CHECK, DeviceKind.PUMP], np.int8),
        node=np.array([1, -1, -1, -1], np.int32),
        pipe=np.array([0, 1, 3, 2], np.int32),
        offset_m=np.array([100.5, 50.0, 20.0, 50.0]),
        direction=np.array([Direction.UNKNOWN, Direction.UNKNOWN, Direction.WITH, Direction.AGAINST], np.int8),
        toward_pipe=np.array([-1, -1, -1, 2], np.int32),
        normal=np.array([Position.OPEN, Position.CLOSED, Position.OPEN, Position.OPEN], np.int8),
        position=np.array([Position.OPEN, Position.CLOSED, Position.OPEN, Position.OPEN], np.int8),
        condition=np.array([Condition.OPERABLE, Condition.UNKNOWN, Condition.UNKNOWN, Condition.UNKNOWN], np.int8),
        dn_mm=np.array([600, 300, 0, 0], np.int16),
        turns=np.array([np.nan, 24.0, np.nan, np.nan], np.float32),
        closes=np.array([Turning.CLOCKWISE, Turning.COUNTERCLOCKWISE, Turning.UNKNOWN, Turning.UNKNOWN], np.int8),
        depth_m=np.array([np.nan, 1.2, np.nan, np.nan], np.float32),
        storage_m3=np.array([0, 0, 0, 50], np.float32),
        assumed=np.array([False, False, True, False]),
        chamber=TextColumn.of(["井 12", "", "", ""]),
        landmark=TextColumn.of(["银杏路口东 5 m", "", "", ""]),
        x_m=EAST + np.array([95.0, 150.0, 100.0, 250.0]),
        y_m=NORTH + np.array([0.0, 0.0, -20.0, 0.0]),
    )


def network() -> Network:
    nodes = NodeTable(
        IdColumn.of(["N0", "N1", "N2", "N3", "N4"]),
        EAST + np.array([0.0, 100, 200, 300, 120]),
        NORTH + np.array([0.0, 0, 0, 0, -80]),
        np.array([30.0, np.nan, 31.5, 32.0, 29.0], np.float32),
    )
    pipes = PipeTable(
        ids=IdColumn.of(["P1", "P2", "P3", "P4"]),
        from_node=np.array([0, 1, 2, 1], np.int32),
        to_node=np.array([1, 2, 3, 4], np.int32),
        length_m=np.array([line.length for line in lines()]),
        dn_mm=np.array([600, 300, 0, 100], np.int16),
        outside=np.array([False, True, False, True]),
        material=CodedColumn.of(["球墨铸铁", "PE", "", "PE"]),
        year=np.array([1998, 2010, 0, 2021], np.int16),
        depth_m=np.array([1.5, np.nan, np.nan, 0.8], np.float32),
        dma=CodedColumn.of(["D1", "D1", "", "D2"]),
    )
    sources = SourceTable(
        IdColumn.of(["S1"]),
        np.array([SourceKind.PLANT], np.int8),
        np.array([0], np.int32),
        np.array([-1], np.int32),
        np.array([np.nan]),
        np.array([0], np.float32),
        np.array([EAST]),
        np.array([NORTH]),
    )
    return Network(nodes, pipes, devices(), sources)


def city() -> City:
    coordinates = [(EAST + x, NORTH + y) for line in LINES for x, y in line]
    shapes = PipeShapes(np.cumsum([0, *map(len, LINES)], dtype=np.int64), np.array(coordinates))
    customers = CustomerTable(
        ids=IdColumn.of(["C1", "C2"]),
        name=TextColumn.of(["第一医院", "3号楼2单元"]),
        address=TextColumn.of(["银杏路 1 号", ""]),
        phone=TextColumn.of(["", "0531-55500001"]),
        category=CodedColumn.of(["hospital", "residential"]),
        critical=np.array([True, False]),
        people=np.array([900, 12], np.int32),
        households=np.array([0, 6], np.int32),
        station=np.array([-1, 0], np.int32),
        branch_valve=np.array([-1, -1], np.int32),
        tap=taps([1, 2], [50.0, 80.0]),
        x_m=EAST + np.array([150.0, 280.0]),
        y_m=NORTH + np.array([20.0, 20.0]),
    )
    hydrants = HydrantTable(
        IdColumn.of(["H1"]),
        TextColumn.of([""]),
        np.array([-1], np.int32),
        taps([1], [20.0]),
        np.array([EAST + 120.0]),
        np.array([NORTH + 1.0]),
    )
    stations = StationTable(
        IdColumn.of(["T1"]),
        TextColumn.of(["东泵房"]),
        np.array([20], np.float32),
        np.array([np.nan], np.float32),
        taps([-1], [np.nan], LinkMethod.NONE),
        np.array([EAST + 200.0]),
        np.array([NORTH + 10.0]),
    )
    return City(network(), shapes, customers, hydrants, stations)


FAULTS = (
    Fault(
        FaultKind.NEAR_MISS_END, "pipe", "P3", EAST + 300, NORTH, Action.REPORTED, {"distance_m": 0.3, "other": "P9"}
    ),
    Fault(FaultKind.GBK_TEXT, "valve", action=Action.REPAIRED),
)


@dataclass(frozen=True)
class Noded:
    """What the import hands to a store; the same three as in gis.noding, without its weight."""

    city: City
    layers: LayerSet
    faults: tuple[Fault, ...]


def noded() -> Noded:
    """The city, its layers and two faults."""
    return Noded(city=city(), layers=layers(), faults=FAULTS)


def without_rows(tables: Any) -> Any:
    """The same records of arrays, empty."""
    if isinstance(tables, IdColumn | TextColumn | CodedColumn):
        return type(tables).of([])
    if isinstance(tables, PipeShapes):
        return PipeShapes(np.zeros(1, np.int64), np.empty((0, 2)))
    if is_dataclass(tables):
        return replace(tables, **{field.name: without_rows(getattr(tables, field.name)) for field in fields(tables)})
    return tables[:0]
