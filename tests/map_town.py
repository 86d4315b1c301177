"""A town laid out as a chessboard, so that a test knows what stands at which place.

Streets every 100 m, a main under each: DN 800 under the first, then DN 400, 200, 150, 100 in turn, east-west and
north-south alike. On every east-west main stands an isolation valve 10 m from its west end. Each block has two
buildings with a customer in each; the first customer is a hospital.
"""

from __future__ import annotations

import numpy as np
import shapely

from gis.layers import Layer, LayerSet
from network.assets import (
    CustomerTable,
    DeviceTable,
    HydrantTable,
    NodeTable,
    PipeShapes,
    PipeTable,
    SourceTable,
    StationTable,
    TapTable,
)
from network.columns import CodedColumn, IdColumn, TextColumn
from network.topology import City, Network

EAST, NORTH = 510_000.0, 4_055_000.0
BLOCK_M = 100.0
DN_MM = (800, 400, 200, 150, 100)


def _objects(values: list[object]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _ends(streets: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From-node, to-node and street number of every main: east-west ones first, street by street."""
    cells = [(street, step) for street in range(streets) for step in range(streets - 1)]
    east = [(street * streets + step, street * streets + step + 1, street) for street, step in cells]
    north = [(step * streets + street, (step + 1) * streets + street, street) for street, step in cells]
    table = np.array(east + north, dtype=np.int32)
    return table[:, 0], table[:, 1], table[:, 2]


def _taps(pipe: np.ndarray, offset_m: np.ndarray) -> TapTable:
    rows = len(pipe)
    return TapTable(pipe.astype(np.int32), offset_m, np.zeros(rows, np.int8), np.zeros(rows, np.float32))


def _devices(count: int, streets: int, x_m: np.ndarray, y_m: np.ndarray, dn_mm: np.ndarray) -> DeviceTable:
    pipe = np.arange(streets * (streets - 1), dtype=np.int32)
    rows = len(pipe)
    bytes_ = np.zeros(rows, np.int8)
    return DeviceTable(
        ids=IdColumn.of(f"V{row}" for row in range(rows)),
        kind=bytes_,
        node=np.full(rows, -1, np.int32),
        pipe=pipe,
        offset_m=np.full(rows, 10.0),
        direction=bytes_,
        toward_pipe=np.full(rows, -1, np.int32),
        normal=bytes_,
        position=bytes_,
        condition=bytes_,
        dn_mm=dn_mm[:rows],
        turns=np.full(rows, 30, np.float32),
        closes=np.zeros(rows, np.int8),
        depth_m=np.ones(rows, np.float32),
        storage_m3=np.zeros(rows, np.float32),
        assumed=np.arange(rows) < count,
        chamber=TextColumn.blank(rows),
        landmark=TextColumn.blank(rows),
        x_m=x_m[:rows] + 10.0,
        y_m=y_m[:rows],
    )


def _customers(spots: np.ndarray, pipe: np.ndarray) -> CustomerTable:
    rows = len(spots)
    return CustomerTable(
        ids=IdColumn.of(f"C{row}" for row in range(rows)),
        name=TextColumn.of("棋盘医院" if row == 0 else f"{row}号楼" for row in range(rows)),
        address=TextColumn.blank(rows),
        phone=TextColumn.blank(rows),
        category=CodedColumn.of("hospital" if row == 0 else "residential" for row in range(rows)),
        critical=np.arange(rows) == 0,
        people=np.full(rows, 30, np.int32),
        households=np.full(rows, 10, np.int32),
        station=np.full(rows, -1, np.int32),
        branch_valve=np.full(rows, -1, np.int32),
        tap=_taps(pipe, np.full(rows, 50.0)),
        x_m=spots[:, 0].copy(),
        y_m=spots[:, 1].copy(),
    )


def _blocks(streets: int) -> list[tuple[int, int]]:
    return [(column, row) for row in range(streets - 1) for column in range(streets - 1)]


def town(streets: int = 8, assumed: int = 0) -> City:
    """The town's tables; *assumed* of its valves are marked as placed by rule."""
    columns, rows = np.meshgrid(np.arange(streets), np.arange(streets))
    x_m, y_m = EAST + columns.ravel() * BLOCK_M, NORTH + rows.ravel() * BLOCK_M
    start, end, street = _ends(streets)
    pipes = len(start)
    dn_mm = np.array(DN_MM, np.int16)[street % len(DN_MM)]
    length_m = np.full(pipes, BLOCK_M)
    xy_m = np.column_stack([x_m[start], y_m[start], x_m[end], y_m[end]]).reshape(-1, 2)
    spots = np.array(
        [(EAST + c * 100 + 50, NORTH + r * 100 + 30 + 40 * k) for c, r in _blocks(streets) for k in (0, 1)]
    )
    south = np.array([r * (streets - 1) + c for c, r in _blocks(streets) for _ in (0, 1)])
    blank = CodedColumn.blank(pipes)
    network = Network(
        NodeTable(IdColumn.of(f"J{row}" for row in range(len(x_m))), x_m, y_m, np.zeros(len(x_m), np.float32)),
        PipeTable(
            IdColumn.of(f"P{row}" for row in range(pipes)),
            start,
            end,
            length_m,
            dn_mm,
            np.zeros(pipes, bool),
            blank,
            np.zeros(pipes, np.int16),
            np.ones(pipes, np.float32),
            blank,
        ),
        _devices(assumed, streets, x_m[start], y_m[start], dn_mm),
        SourceTable(
            IdColumn.of(["S0"]),
            np.zeros(1, np.int8),
            np.zeros(1, np.int32),
            np.full(1, -1, np.int32),
            np.full(1, np.nan),
            np.zeros(1, np.float32),
            x_m[:1].copy(),
            y_m[:1].copy(),
        ),
    )
    hydrants = HydrantTable(
        IdColumn.of(["H0"]),
        TextColumn.blank(1),
        np.full(1, -1, np.int32),
        _taps(np.array([0]), np.array([50.0])),
        np.array([EAST + 50.0]),
        np.array([NORTH + 4.0]),
    )
    nothing = np.empty(0, np.float32)
    none = np.empty(0)
    stations = StationTable(IdColumn.of([]), TextColumn.blank(0), nothing, nothing, _taps(none, none), none, none)
    shapes = PipeShapes(np.arange(pipes + 1, dtype=np.int64) * 2, xy_m)
    return City(network, shapes, _customers(spots, south), hydrants, stations)


def town_layers(streets: int = 8) -> LayerSet:
    """The town's roads, places, sensors and the one DMA."""
    reach = (streets - 1) * BLOCK_M
    east_west = [[(EAST, NORTH + s * 100), (EAST + reach, NORTH + s * 100)] for s in range(streets)]
    north_south = [[(EAST + s * 100, NORTH), (EAST + s * 100, NORTH + reach)] for s in range(streets)]
    roads = [shapely.LineString(line) for line in east_west + north_south]
    houses = [
        shapely.box(
            EAST + c * 100 + 30, NORTH + r * 100 + 24 + 40 * k, EAST + c * 100 + 70, NORTH + r * 100 + 36 + 40 * k
        )
        for c, r in _blocks(streets)
        for k in (0, 1)
    ]
    lake = shapely.box(EAST - 300, NORTH, EAST - 100, NORTH + 200)
    estate = shapely.box(EAST + 10, NORTH + 10, EAST + 90, NORTH + 90)
    places = [lake, estate, *houses]
    return LayerSet(
        4548,
        {
            "road": Layer(
                _objects(roads),
                {
                    "id": _objects([f"R{i}" for i in range(len(roads))]),
                    "name": _objects([f"银杏{i}路" for i in range(streets)] + [f"Elm {i} Rd" for i in range(streets)]),
                    "width_m": np.array([40.0 if i % streets == 0 else 12.0 for i in range(len(roads))]),
                },
            ),
            "place": Layer(
                _objects(places),
                {
                    "id": _objects([f"A{i}" for i in range(len(places))]),
                    "name": _objects(["镜湖", "柳园小区"] + [""] * len(houses)),
                    "kind": _objects(["lake", "community"] + ["building"] * len(houses)),
                },
            ),
            "dma": Layer(_objects([shapely.box(EAST, NORTH, EAST + reach, NORTH + reach)]), {"id": _objects(["D1"])}),
            "sensor": Layer(_objects([shapely.Point(EAST + 250, NORTH + 250)]), {"id": _objects(["PT-01"])}),
        },
        "棋盘镇",
        synthetic=True,
    )
