"""Plants at the city's edge, a reservoir in the hills, tanks on high ground, each with its own main."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gis.synthetic.plan import Plan
from gis.synthetic.portable import cosine, distance, sine
from gis.synthetic.sheet import Level, Lines
from gis.synthetic.streets import Web
from gis.synthetic.terrain import Terrain
from network.assets import SourceKind
from network.columns import NO_INDEX, Bool, Float64, Int64

_SAME_WAY = 0.88
"""Cosine of the angle within which two mains count as leaving the same way."""


@dataclass(frozen=True, eq=False)
class Sources:
    """Where water comes from.

    Attributes:
        kind: Shape (n,), :class:`SourceKind`.
        node: Shape (n,), its own node.
        volume_m3: Shape (n,), NaN for plants.
    """

    kind: Int64
    node: Int64
    volume_m3: Float64


def source_counts(pipes: int) -> tuple[int, int]:
    """Plants (the last of them a reservoir) and tanks of a city with *pipes*."""
    return int(np.clip(round(2 + pipes / 24_000), 2, 26)), int(np.clip(round(1 + pipes / 24_000), 1, 30))


def add_sources(
    web: Web, lines: Lines, plan: Plan, terrain: Terrain, pipes: int, rng: np.random.Generator
) -> tuple[Web, Lines, Sources]:
    """Join plants and tanks to the mains with a pipe each."""
    plants, tanks = source_counts(pipes)
    level = lines.level[web.line].astype(np.int64)
    degree = web.degree()
    plant_at = _plant_nodes(web, level, plan, plants)
    tank_at = _tank_nodes(web, level <= Level.COLLECTOR, terrain, tanks, np.minimum(degree, 9), plan.radius_m)
    away = _outward(web, plant_at) * rng.uniform(240, 420, len(plant_at))[:, None]
    aside = np.array([_free_side(web, node) for node in tank_at.tolist()]).reshape(-1, 2) * 42.0
    joined = np.concatenate([plant_at, tank_at])
    offset = np.concatenate([away, aside])
    kind = np.full(len(joined), SourceKind.PLANT, dtype=np.int64)
    kind[len(plant_at) - 1] = SourceKind.RESERVOIR
    kind[len(plant_at) :] = SourceKind.TANK
    volume = np.where(kind == SourceKind.TANK, rng.integers(4, 40, len(kind)) * 500.0, np.nan)
    node = len(web.x_m) + np.arange(len(joined))
    grown, own = _attach(web, lines, joined, offset)
    return grown, own, Sources(kind, node, volume)


def _attach(web: Web, lines: Lines, joined: Int64, offset_m: Float64) -> tuple[Web, Lines]:
    count = len(joined)
    node = len(web.x_m) + np.arange(count)
    length = distance(*offset_m.T)
    drawn = Lines(
        np.append(lines.vertical, np.zeros(count, bool)),
        np.append(lines.at_m, web.y_m[joined]),
        np.append(lines.level, np.full(count, Level.TRUNK, dtype=np.int8)),
        np.append(lines.parent, np.full(count, NO_INDEX, dtype=np.int32)),
    )
    grown = replace(
        web,
        x_m=np.append(web.x_m, web.x_m[joined] + offset_m[:, 0]),
        y_m=np.append(web.y_m, web.y_m[joined] + offset_m[:, 1]),
        line=np.append(web.line, len(lines) + np.arange(count)),
        low_m=np.append(web.low_m, np.zeros(count)),
        high_m=np.append(web.high_m, length),
        start=np.append(web.start, node),
        end=np.append(web.end, joined),
        beside=np.concatenate([web.beside, np.full((count, 2), NO_INDEX, dtype=np.int64)]),
    )
    return grown, drawn


def _plant_nodes(web: Web, level: Int64, plan: Plan, count: int) -> Int64:
    """Outermost nodes on feeders in evenly spread directions: upstream on the river first, the hills last."""
    low, high = plan.river_m
    dry = (web.y_m < low - 150) | (web.y_m > high + 150)
    ends = np.empty(0, dtype=np.int64)
    for largest in Level:
        main = level <= largest
        ends = np.unique(np.concatenate([web.start[main], web.end[main]]))
        ends = ends[dry[ends]]
        if len(ends) > 3 * count:
            break
    turn = np.pi - 2 * np.pi * np.arange(count) / count
    turn[-1] = -np.pi / 2
    chosen: list[int] = []
    x, y = web.x_m[ends], web.y_m[ends]
    for angle in turn.tolist():
        reach = x * cosine(angle) + y * sine(angle)
        reach[np.isin(ends, chosen)] = -np.inf
        chosen.append(int(ends[np.round(reach, 3).argmax()]))
    return np.array(chosen, dtype=np.int64)


def _tank_nodes(web: Web, main: Bool, terrain: Terrain, count: int, degree: Int64, radius_m: float) -> Int64:
    """High places on mains, well apart."""
    nodes = np.unique(np.concatenate([web.start[main], web.end[main]]))
    nodes = nodes[degree[nodes] <= 3]
    x, y = web.x_m[nodes], web.y_m[nodes]
    height = terrain.at(x, y)
    chosen: list[int] = []
    free = np.ones(len(nodes), bool)
    for _ in range(count):
        if not free.any():
            break
        best = int(np.where(free, height, -np.inf).argmax())
        chosen.append(int(nodes[best]))
        free &= distance(x - x[best], y - y[best]) > radius_m * 0.3
    return np.array(chosen, dtype=np.int64)


def _outward(web: Web, nodes: Int64) -> Float64:
    xy = np.stack([web.x_m[nodes], web.y_m[nodes]], axis=1)
    unit: Float64 = xy / np.maximum(distance(*xy.T), 1.0)[:, None]
    return unit


def _free_side(web: Web, node: int) -> tuple[float, float]:
    """A direction, southward if possible, in which no main leaves *node*."""
    pipes = np.flatnonzero((web.start == node) | (web.end == node))
    far = np.where(web.start[pipes] == node, web.end[pipes], web.start[pipes])
    dx, dy = web.x_m[far] - web.x_m[node], web.y_m[far] - web.y_m[node]
    taken = np.stack([dx, dy]) / distance(dx, dy)
    options = [(0.0, -1.0), (-1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.7, -0.7)]
    wide = [(east, north) for east, north in options if (east * taken[0] + north * taken[1]).max() < _SAME_WAY]
    return wide[0] if wide else options[-1]
