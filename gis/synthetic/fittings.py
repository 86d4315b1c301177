"""Valves by practice, with what years of use have done to them; hydrants along the streets."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from gis.synthetic.borders import Borders, Guard, Legs, reached, unguarded
from gis.synthetic.mains import Mains, Shapes
from gis.synthetic.sheet import Level
from gis.synthetic.skeleton import Skeleton
from network.assets import Condition, DeviceKind, SourceKind
from network.columns import Bool, Float64, Int64

HYDRANT_EVERY_M = 120.0
_LEFT_CLOSED = 0.004


@dataclass(frozen=True, eq=False)
class Valves:
    """Valves on pipes, each column of shape (n,).

    Attributes:
        kind: :class:`DeviceKind`.
        pipe: Pipe row.
        share: Place along the pipe, 0 to 1 of its sheet length.
        leg: Row of the leg at whose node it stands (0 <= share <= 1 then lies near that end), -1 in mid-pipe.
        way: 1 along the pipe's line, -1 against it, 0 both ways.
        shut: Closed in normal operation.
        closed: Closed now.
        condition: :class:`Condition`.
    """

    kind: Int64
    pipe: Int64
    share: Float64
    leg: Int64
    way: Int64
    shut: Bool
    closed: Bool
    condition: Int64

    def __len__(self) -> int:
        return len(self.kind)


def place_valves(
    skeleton: Skeleton,
    legs: Legs,
    borders: Borders,
    mains: Mains,
    shapes: Shapes,
    elevation_m: Float64,
    rng: np.random.Generator,
) -> Valves:
    """All valves on mains, pumps not counted."""
    parts = [
        _leg_valves(skeleton, legs, borders, shapes, rng),
        _line_valves(skeleton, shapes, rng),
        _border_valves(legs, borders, shapes),
        _plant_valves(skeleton, shapes),
        _air_and_washout(skeleton, legs, elevation_m, shapes, rng),
    ]
    valves = _joined(parts)
    age = np.clip((2024 - mains.year[valves.pipe]) / 60, 0, 1)
    condition = _conditions(age, rng)
    condition[valves.kind > DeviceKind.FCV] = Condition.OPERABLE
    closed = valves.shut | _left_closed(skeleton, legs, borders, valves, rng)
    columns = {field.name: getattr(valves, field.name) for field in fields(Valves)}
    return Valves(**columns | {"condition": condition, "closed": closed})


def _joined(parts: list[Valves]) -> Valves:
    return Valves(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Valves)))


def _valves(kind: Int64, pipe: Int64, share: Float64, leg: Int64, way: Int64, shut: Bool) -> Valves:
    return Valves(kind, pipe, share, leg, way, shut, shut.copy(), np.zeros(len(pipe), dtype=np.int64))


def _plain(kind: DeviceKind, pipe: Int64, share: Float64, leg: Int64) -> Valves:
    count = len(pipe)
    zeros = np.zeros(count, dtype=np.int64)
    return _valves(np.full(count, kind, dtype=np.int64), pipe, share, leg, zeros, zeros > 0)


def leg_share(legs: Legs, rows: Int64, shapes: Shapes, away_m: Float64) -> Float64:
    """Place on the pipe *away_m* from the leg's node, at most 40 % of the way."""
    part = np.minimum(away_m / np.maximum(shapes.length_m[legs.pipe[rows]], 0.1), 0.4)
    share: Float64 = np.where(legs.at_start[rows], part, 1 - part)
    return share


def _leg_valves(skeleton: Skeleton, legs: Legs, borders: Borders, shapes: Shapes, rng: np.random.Generator) -> Valves:
    """At tees and crosses: on every branch, and on the main's own legs but one; some were never built."""
    level = skeleton.level[legs.pipe]
    count = len(skeleton.web.x_m)
    degree = skeleton.web.degree()
    top = np.full(count, 9)
    np.minimum.at(top, legs.node, level)
    node_top, node_degree = top[legs.node], degree[legs.node]
    branch = level > node_top
    on_branch = np.array([0.97, 0.97, 0.95, 0.92, 0.88, 0.1, 0.3])
    on_main = np.array([0.85, 0.6, 0.55, 0.42, 0.1, 0.02, 0.25])
    chance = np.where(branch, on_branch[level], on_main[level])
    tee = node_degree >= 3
    draw = rng.random(len(level))
    spared = np.full(count, 2.0)
    through = tee & ~branch
    np.minimum.at(spared, legs.node[through], draw[through])
    last = through & (draw == spared[legs.node]) & (node_top > Level.TRUNK)
    rows = np.flatnonzero(tee & (rng.random(len(level)) < chance) & ~last & unguarded(legs, borders))
    away = np.where(rng.random(len(rows)) < 0.12, 0.0, rng.uniform(1.6, 4.2, len(rows)))
    return _plain(DeviceKind.ISOLATION, legs.pipe[rows], leg_share(legs, rows, shapes, away), rows)


def _line_valves(skeleton: Skeleton, shapes: Shapes, rng: np.random.Generator) -> Valves:
    """In the middle of long mains."""
    limit = np.array([420.0, 200, 170, 150, 1e9, 1e9, 1e9])[skeleton.level]
    rows = np.flatnonzero((shapes.length_m > limit) & (rng.random(len(limit)) < 0.8))
    share = rng.uniform(0.4, 0.6, len(rows))
    return _plain(DeviceKind.ISOLATION, rows, share, np.full(len(rows), -1))


def _border_valves(legs: Legs, borders: Borders, shapes: Shapes) -> Valves:
    """Closed boundary valves, open boundary valves at inlets, PRVs. Boosters are in the pump layer."""
    chosen = np.isin(borders.guard, (Guard.CLOSED, Guard.INLET, Guard.PRV))
    rows, guard, outward = borders.leg[chosen], borders.guard[chosen], borders.outward[chosen]
    kind = np.where(guard == Guard.PRV, DeviceKind.PRV, DeviceKind.BOUNDARY).astype(np.int64)
    along = np.where(outward == legs.at_start[rows], 1, -1)
    way = np.where(guard == Guard.PRV, along, 0)
    share = leg_share(legs, rows, shapes, np.full(len(rows), 3.0))
    return _valves(kind, legs.pipe[rows], share, rows, way, guard == Guard.CLOSED)


def _plant_valves(skeleton: Skeleton, shapes: Shapes) -> Valves:
    """An outlet valve at every source; behind a plant's a check valve against water running back."""
    order = np.argsort(skeleton.web.start, kind="stable")
    pipe = order[np.searchsorted(skeleton.web.start[order], skeleton.sources.node)]
    length = shapes.length_m[pipe]
    outlet = _plain(DeviceKind.ISOLATION, pipe, 8.0 / length, 2 * pipe)
    plants = skeleton.sources.kind == SourceKind.PLANT
    count = int(plants.sum())
    kind = np.full(count, DeviceKind.CHECK, dtype=np.int64)
    ones = np.ones(count, dtype=np.int64)
    check = _valves(kind, pipe[plants], 20.0 / length[plants], -ones, ones, ones < 0)
    return _joined([outlet, check])


def _air_and_washout(
    skeleton: Skeleton, legs: Legs, elevation_m: Float64, shapes: Shapes, rng: np.random.Generator
) -> Valves:
    """Air valves where larger mains peak; washouts where they dip, and at some blank ends."""
    count, level = len(elevation_m), skeleton.level[legs.pipe]
    highest, lowest = np.full(count, -np.inf), np.full(count, np.inf)
    legs_here = np.zeros(count, dtype=np.int64)
    main = level <= Level.STREET
    np.maximum.at(highest, legs.node[main], elevation_m[legs.other[main]])
    np.minimum.at(lowest, legs.node[main], elevation_m[legs.other[main]])
    np.add.at(legs_here, legs.node[main], 1)
    large = np.zeros(count, dtype=bool)
    large[legs.node[level <= Level.COLLECTOR]] = True
    peak = (elevation_m > highest) & (legs_here > 1) & large
    dip = (elevation_m < lowest) & (legs_here > 1)
    blank = (skeleton.web.degree() == 1) & (rng.random(count) < 0.06)
    blank[skeleton.sources.node] = False
    parts = []
    first_leg = np.full(count, len(level))
    np.minimum.at(first_leg, legs.node, np.arange(len(level)))
    for kind, where in ((DeviceKind.AIR, peak), (DeviceKind.WASHOUT, dip | blank)):
        rows = first_leg[np.flatnonzero(where)]
        parts.append(_plain(kind, legs.pipe[rows], leg_share(legs, rows, shapes, np.full(len(rows), 5.5)), rows))
    return _joined(parts)


def _conditions(age: Float64, rng: np.random.Generator) -> Int64:
    """Operable as a rule; stuck, passing or never tried more often where old."""
    draw = rng.random(len(age))
    stuck = 0.012 + 0.05 * age
    passing = stuck + 0.006 + 0.02 * age
    unknown = passing + 0.02 + 0.07 * age
    choice = np.select([draw < stuck, draw < passing, draw < unknown], [1, 2, 3], 0)
    table = np.array([Condition.OPERABLE, Condition.INOPERABLE, Condition.PASSING, Condition.UNKNOWN], dtype=np.int64)
    condition: Int64 = table[choice]
    return condition


def _left_closed(skeleton: Skeleton, legs: Legs, borders: Borders, valves: Valves, rng: np.random.Generator) -> Bool:
    """Valves that somebody forgot to open again: only where nobody has noticed, that is, where water comes round."""
    level = skeleton.level[valves.pipe]
    able = (valves.kind == DeviceKind.ISOLATION) & (valves.leg >= 0) & (level >= Level.ARTERIAL)
    closed: Bool = able & (rng.random(len(valves)) < _LEFT_CLOSED)
    guard = np.zeros(len(legs.pipe), dtype=np.int64)
    outward = np.ones(len(legs.pipe), dtype=bool)
    guard[borders.leg], outward[borders.leg] = borders.guard, borders.outward
    for _ in range(12):
        tried = guard.copy()
        tried[valves.leg[closed]] = Guard.CLOSED
        fed = reached(skeleton, tried, outward)
        rows = np.flatnonzero(closed)
        noticed = rows[~fed[legs.node[valves.leg[rows]]] | ~fed[legs.other[valves.leg[rows]]]]
        if not len(noticed):
            break
        closed[noticed] = False
    return closed


@dataclass(frozen=True, eq=False)
class Hydrants:
    """Hydrants, each of shape (n,).

    Attributes:
        pipe, share: Tap.
        valved: Has a branch valve of its own.
        side: 1 or -1: which side of the main.
    """

    pipe: Int64
    share: Float64
    valved: Bool
    side: Int64


def place_hydrants(skeleton: Skeleton, shapes: Shapes, rng: np.random.Generator) -> Hydrants:
    """One about every 120 m along arterials, streets and spines."""
    web, level = skeleton.web, skeleton.level
    serves = (level >= Level.ARTERIAL) & (level <= Level.SPINE) & (skeleton.lines.parent[web.line] < 0)
    length = np.where(serves, shapes.length_m, 0.0)
    travelled = np.cumsum(length)
    before = np.floor((travelled - length) / HYDRANT_EVERY_M)
    pipe = np.flatnonzero(np.floor(travelled / HYDRANT_EVERY_M) > before)
    share = ((before[pipe] + 1) * HYDRANT_EVERY_M - (travelled - length)[pipe]) / length[pipe]
    share = np.clip(np.round(share, 6), 0.12, 0.88)
    count = len(pipe)
    return Hydrants(pipe, share, rng.random(count) < 0.35, rng.choice(np.array([-1, 1]), count))
