"""A random street grid as a city's tables: cheap to make at a million pipes, and as thinly meshed as real mains.

Nodes and pipes are numbered tile by tile, at random within a tile, as a utility's records are: neighbours are near in
the arrays, but not in order.
"""

import math

import numpy as np

from network.assets import (
    CustomerTable,
    DeviceKind,
    DeviceTable,
    HydrantTable,
    NodeTable,
    PipeShapes,
    PipeTable,
    SourceKind,
    SourceTable,
    StationTable,
    TapTable,
)
from network.columns import CodedColumn, IdColumn, TextColumn
from network.topology import City, Network

MESH = 0.575
"""Share of a full grid's streets that carry a main: 2.3 legs a junction, as in real cities."""
BLOCK_M = 60.0
TILE = 64
CUSTOMERS_A_PIPE = 1


def random_city(pipes: int, seed: int = 1, legs_only: bool = False) -> City:
    """A city of about *pipes* mains with a customer each; *legs_only* puts every valve at a junction."""
    rng = np.random.default_rng(seed)
    side = math.isqrt(int(pipes / (2 * MESH)))
    column, row, tail, head = _grid(side, rng)
    nodes = NodeTable(
        ids=_ids("n", len(column)),
        x_m=column * BLOCK_M,
        y_m=row * BLOCK_M,
        elevation_m=(50.0 + 20.0 * np.sin(column / 90.0) * np.cos(row / 70.0)).astype(np.float32),
    )
    mains = _pipes(nodes, tail, head)
    devices = _devices(mains, nodes, rng, legs_only)
    city_sources = _sources(len(column), max(4, pipes // 20_000), rng)
    line = np.stack([np.stack([nodes.x_m[at], nodes.y_m[at]], axis=1) for at in (tail, head)], axis=1)
    return City(
        network=Network(nodes, mains, devices, city_sources),
        shapes=PipeShapes(np.arange(0, 2 * len(tail) + 1, 2), line.reshape(-1, 2)),
        customers=_customers(mains, rng),
        hydrants=HydrantTable(_ids("h", 0), TextColumn.blank(0), _int(0), _no_taps(), np.empty(0), np.empty(0)),
        stations=StationTable(
            _ids("s", 0), TextColumn.blank(0), _real(0), _real(0), _no_taps(), np.empty(0), np.empty(0)
        ),
    )


def _grid(side: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Column and row of each node, and the nodes at both ends of each pipe."""
    place = np.arange(side * side)
    column, row = place % side, place // side
    tile = (row // TILE) * (side // TILE + 1) + column // TILE
    order = np.lexsort((rng.random(len(place)), tile))
    number = np.empty(len(place), dtype=np.int32)
    number[order] = np.arange(len(place), dtype=np.int32)
    east, north = place[column < side - 1], place[row < side - 1]
    tail, head = np.concatenate([east, north]), np.concatenate([east + 1, north + side])
    kept = np.flatnonzero(rng.random(len(tail)) < MESH)
    kept = kept[np.lexsort((rng.random(len(kept)), tile[tail[kept]]))]
    return column[order], row[order], number[tail[kept]], number[head[kept]]


def _pipes(nodes: NodeTable, tail: np.ndarray, head: np.ndarray) -> PipeTable:
    count = len(tail)
    return PipeTable(
        ids=_ids("p", count),
        from_node=tail,
        to_node=head,
        length_m=np.hypot(nodes.x_m[tail] - nodes.x_m[head], nodes.y_m[tail] - nodes.y_m[head]),
        dn_mm=np.full(count, 200, dtype=np.int16),
        outside=np.zeros(count, dtype=np.bool_),
        material=CodedColumn.blank(count),
        year=np.full(count, 1990, dtype=np.int16),
        depth_m=_real(count),
        dma=CodedColumn.blank(count),
    )


def _devices(pipes: PipeTable, nodes: NodeTable, rng: np.random.Generator, legs_only: bool) -> DeviceTable:
    """Valves at a third of the pipe ends, on the leg or 2 m into the pipe, in the pipes' order; some defective."""
    at_start, at_end = (np.flatnonzero(rng.random(len(pipes)) < 1.0 / 3.0) for _ in range(2))
    pipe = np.concatenate([at_start, at_end]).astype(np.int32)
    end = np.repeat([False, True], [len(at_start), len(at_end)])
    order = np.lexsort((end, pipe))
    pipe, end = pipe[order], end[order]
    count = len(pipe)
    on_leg = np.full(count, legs_only) | (rng.random(count) < 0.1)
    away_m = np.where(on_leg, 0.0, 2.0)
    offset_m = np.where(end, pipes.length_m[pipe] - away_m, away_m)
    node = np.where(on_leg, np.where(end, pipes.to_node[pipe], pipes.from_node[pipe]), -1).astype(np.int32)
    kinds = [DeviceKind.ISOLATION, DeviceKind.CHECK, DeviceKind.PRV]
    kind = rng.choice(kinds, count, p=[0.985, 0.01, 0.005]).astype(np.int8)
    position = ((kind == DeviceKind.ISOLATION) & (rng.random(count) < 0.003)).astype(np.int8)
    near = np.where(end, pipes.to_node[pipe], pipes.from_node[pipe])
    return DeviceTable(
        ids=_ids("v", count),
        kind=kind,
        node=node,
        pipe=pipe,
        offset_m=offset_m,
        direction=np.where(kind == DeviceKind.ISOLATION, 0, rng.choice([-1, 1], count)).astype(np.int8),
        toward_pipe=_int(count),
        normal=position,
        position=position,
        condition=rng.choice(4, count, p=[0.87, 0.05, 0.02, 0.06]).astype(np.int8),
        dn_mm=np.full(count, 200, dtype=np.int16),
        turns=_real(count),
        closes=np.zeros(count, dtype=np.int8),
        depth_m=_real(count),
        storage_m3=np.zeros(count, dtype=np.float32),
        assumed=np.zeros(count, dtype=np.bool_),
        chamber=TextColumn.blank(count),
        landmark=TextColumn.blank(count),
        x_m=nodes.x_m[near],
        y_m=nodes.y_m[near],
    )


def _sources(nodes: int, count: int, rng: np.random.Generator) -> SourceTable:
    kind = np.where(np.arange(count) % 4, SourceKind.TANK, SourceKind.PLANT).astype(np.int8)
    node = rng.choice(nodes, count, replace=False).astype(np.int32)
    return SourceTable(
        _ids("s", count),
        kind,
        node,
        _int(count),
        np.full(count, np.nan),
        _real(count),
        np.zeros(count),
        np.zeros(count),
    )


def _customers(pipes: PipeTable, rng: np.random.Generator) -> CustomerTable:
    count = CUSTOMERS_A_PIPE * len(pipes)
    pipe = rng.integers(0, len(pipes), count).astype(np.int32)
    tap = TapTable(pipe, rng.random(count) * pipes.length_m[pipe], np.zeros(count, dtype=np.int8), _real(count))
    return CustomerTable(
        ids=_ids("c", count),
        name=TextColumn.blank(count),
        address=TextColumn.blank(count),
        phone=TextColumn.blank(count),
        category=CodedColumn.blank(count),
        critical=rng.random(count) < 0.01,
        people=np.full(count, 3, dtype=np.int32),
        households=np.ones(count, dtype=np.int32),
        station=_int(count),
        branch_valve=_int(count),
        tap=tap,
        x_m=np.zeros(count),
        y_m=np.zeros(count),
    )


def _ids(prefix: str, count: int) -> IdColumn:
    return IdColumn(np.char.add(prefix.encode(), np.arange(count).astype("S8")) if count else np.empty(0, dtype="S1"))


def _int(count: int) -> np.ndarray:
    return np.full(count, -1, dtype=np.int32)


def _real(count: int) -> np.ndarray:
    return np.zeros(count, dtype=np.float32)


def _no_taps() -> TapTable:
    return TapTable(_int(0), np.empty(0), np.empty(0, dtype=np.int8), _real(0))
