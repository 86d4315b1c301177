"""What stands between pressure zones and at the borders of DMAs, and the proof that everybody is fed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from gis.synthetic.districts import Districts
from gis.synthetic.skeleton import Skeleton
from network.assets import SourceKind
from network.columns import Bool, Float64, Int64


class Guard(IntEnum):
    """What stands on a leg at a border."""

    NONE = 0
    CLOSED = 1
    INLET = 2
    PRV = 3
    BOOSTER = 4
    TANK_BOOSTER = 5


@dataclass(frozen=True, eq=False)
class Legs:
    """Both ends of every pipe: row 2p is the start of pipe p, row 2p + 1 its end.

    Attributes:
        pipe, node: Shape (2 * pipes,).
        other: Shape (2 * pipes,), node at the other end.
        at_start: Shape (2 * pipes,).
    """

    pipe: Int64
    node: Int64
    other: Int64
    at_start: Bool


@dataclass(frozen=True, eq=False)
class Borders:
    """Guards on legs.

    Attributes:
        leg: Shape (n,), rows of :class:`Legs`, ascending.
        guard: Shape (n,), :class:`Guard`.
        outward: Shape (n,), water passes from the node into the pipe (True) or out of it (one-way guards).
    """

    leg: Int64
    guard: Int64
    outward: Bool


def legs_of(skeleton: Skeleton) -> Legs:
    """Both ends of every pipe."""
    web = skeleton.web
    pipe = np.repeat(np.arange(len(web)), 2)
    node = np.stack([web.start, web.end], axis=1).ravel()
    other = np.stack([web.end, web.start], axis=1).ravel()
    return Legs(pipe, node, other, np.arange(len(pipe)) % 2 == 0)


def guard_borders(
    skeleton: Skeleton, legs: Legs, districts: Districts, dn_mm: Float64, rng: np.random.Generator
) -> Borders:
    """Choose boosters, PRVs, inlets and closed boundary valves, then open what would leave somebody dry."""
    count = len(skeleton.web.x_m)
    zone_low = _at_nodes(legs, districts.zone, count)
    zone_leg = districts.zone[legs.pipe] > zone_low[legs.node]
    dma = districts.dma[legs.pipe]
    mixed = _at_nodes(legs, districts.dma, count) != -_at_nodes(legs, -districts.dma, count)
    dma_leg = (dma >= 0) & mixed[legs.node] & ~zone_leg
    guard = np.zeros(len(legs.pipe), dtype=np.int64)
    outward = np.ones(len(legs.pipe), dtype=bool)
    size = dn_mm[legs.pipe] + rng.uniform(0, 40, len(legs.pipe))
    _guard_zones(np.flatnonzero(zone_leg), districts, legs, zone_low, size, guard, outward)
    _guard_dmas(np.flatnonzero(dma_leg), dma, size, guard)
    _feed_everybody(skeleton, legs, districts, zone_low, size, guard, outward)
    leg = np.flatnonzero(guard != Guard.NONE)
    return Borders(leg, guard[leg], outward[leg])


def _at_nodes(legs: Legs, value: Int64, count: int) -> Int64:
    """Least value of the pipes at each node."""
    out = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(out, legs.node, value[legs.pipe])
    return out


def _rank_in_group(group: Int64, size: Float64) -> Int64:
    """Place of each row within its group, the largest first."""
    order = np.lexsort((-size, group))
    first = np.r_[True, group[order][1:] != group[order][:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(group)), 0))
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - start
    return rank


def _guard_zones(
    rows: Int64, districts: Districts, legs: Legs, zone_low: Int64, size: Float64, guard: Int64, outward: Bool
) -> None:
    """Between two zones: two boosters on the largest mains (one with a tank), a PRV, the rest closed."""
    if not len(rows):
        return
    high = districts.zone[legs.pipe[rows]]
    group = high * np.int64(len(districts.band)) + zone_low[legs.node[rows]]
    rank = _rank_in_group(group, size[rows])
    total = np.bincount(group)[group]
    kind = np.full(len(rows), Guard.CLOSED, dtype=np.int64)
    kind[(rank % 10 == 2) & (total > 3)] = Guard.PRV
    kind[(rank % 10 == 1) & (total > 2)] = Guard.BOOSTER
    kind[rank % 10 == 0] = Guard.TANK_BOOSTER
    level = districts.band[high] == districts.band[zone_low[legs.node[rows]]]
    kind[level] = Guard.NONE
    guard[rows] = kind
    outward[rows] = kind != Guard.PRV


def _guard_dmas(rows: Int64, dma: Int64, size: Float64, guard: Int64) -> None:
    """Two to five metered inlets for each DMA, the rest closed."""
    if not len(rows):
        return
    group = dma[rows]
    rank = _rank_in_group(group, size[rows])
    inlets = np.clip(np.bincount(group)[group] // 3, 2, 5)
    guard[rows] = np.where(rank < inlets, Guard.INLET, Guard.CLOSED)


def reached(skeleton: Skeleton, guard: Int64, outward: Bool) -> Bool:
    """Nodes that plants and the reservoir feed, shape (nodes,)."""
    web, count = skeleton.web, len(skeleton.web.x_m)
    one_way = guard >= Guard.PRV
    shut = guard == Guard.CLOSED
    by_pipe = shut.reshape(-1, 2).any(1)
    out_of_node = ~(one_way & ~outward)
    into_node = ~(one_way & outward)
    forward = ~by_pipe & out_of_node[0::2] & into_node[1::2]
    backward = ~by_pipe & into_node[0::2] & out_of_node[1::2]
    roots = skeleton.sources.node[skeleton.sources.kind != SourceKind.TANK]
    start = np.concatenate([web.start[forward], web.end[backward], np.full(len(roots), count)])
    end = np.concatenate([web.end[forward], web.start[backward], roots])
    graph = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(count + 1, count + 1)).tocsr()
    found = breadth_first_order(graph, count, directed=True, return_predecessors=False)
    out = np.zeros(count + 1, dtype=bool)
    out[found] = True
    return out[:count]


def _feed_everybody(
    skeleton: Skeleton,
    legs: Legs,
    districts: Districts,
    zone_low: Int64,
    size: Float64,
    guard: Int64,
    outward: Bool,
) -> None:
    """Where a part of a district hangs behind closed valves alone, give it the largest of them as its inlet."""
    web = skeleton.web
    for _ in range(8):
        fed = reached(skeleton, guard, outward)
        shut = np.flatnonzero((guard == Guard.CLOSED) & (fed[legs.node] != fed[legs.other]))
        if not len(shut):
            return
        tight = (guard == Guard.CLOSED).reshape(-1, 2).any(1)
        joined = np.flatnonzero(~tight)
        graph = coo_array((np.ones(len(joined)), (web.start[joined], web.end[joined])), shape=(len(fed), len(fed)))
        _, label = connected_components(graph, directed=False)
        dry_node = np.where(fed[legs.node[shut]], legs.other[shut], legs.node[shut])
        chosen = shut[_rank_in_group(label[dry_node].astype(np.int64), size[shut]) == 0]
        from_node = fed[legs.node[chosen]]
        climbs = districts.zone[legs.pipe[chosen]] > zone_low[legs.node[chosen]]
        guard[chosen] = np.select([climbs & from_node, climbs], [Guard.BOOSTER, Guard.PRV], Guard.INLET)
        outward[chosen] = from_node


def unguarded(legs: Legs, borders: Borders) -> Bool:
    """Legs on which nothing stands yet."""
    out = np.ones(len(legs.pipe), dtype=bool)
    out[borders.leg] = False
    return out


def leg_places(legs: Legs, rows: Int64, outward: Bool, length_m: Float64, away_m: float) -> tuple[Float64, Int64]:
    """Share along the pipe of places *away_m* from the node of legs, and the way of what stands there.

    The way is 1 along the pipe's line, -1 against it; a place lies at most 40 % along the pipe.
    """
    part = np.minimum(away_m / np.maximum(length_m[legs.pipe[rows]], 0.1), 0.4)
    share: Float64 = np.where(legs.at_start[rows], part, 1 - part)
    return share, np.where(outward == legs.at_start[rows], 1, -1)
