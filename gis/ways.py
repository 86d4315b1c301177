"""Fastest ways over the city's roads: one search for each place to go to, against the traffic, kept as an array.

A search does not depend on the hour: the factor of the hour (:class:`gis.speeds.Speeds`) divides every drive alike. So
a place is searched once, and where crews are is looked up in the array afterwards, as often as they move.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from gis.roads import RoadNetwork
from gis.speeds import OTHER_KM_H
from network.columns import Bool, Float64, Int64

WALK_KM_H, DETOUR = 5.0, 1.4
"""From the road to a place off it; and how much longer than the straight line a way is where no road leads."""

NEAR_M = 3_000.0
"""So far around the places roads are looked at first: of a large city most lie too far away to matter."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Times on the way to places.

    Attributes:
        seconds: Shape (targets, origins).
        by_road: Shape (targets, origins), False where no road joins the two and the straight line stands for it.
    """

    seconds: Float64
    by_road: Bool


@dataclass(frozen=True, eq=False)
class OnRoad:
    """Places brought to the nearest road.

    Attributes:
        stretch: Shape (places,), the nearest stretch.
        to_tail_s, to_head_s: Shape (places,), along it to both its ends, at a factor of 1.
        off_s: Shape (places,), on foot to the road.
    """

    stretch: Int64
    to_tail_s: Float64
    to_head_s: Float64
    off_s: Float64


@dataclass(frozen=True, eq=False)
class Searched:
    """Places to go to, with the way to each from everywhere.

    Attributes:
        place_m: Shape (targets, 2), x and y in the project CRS.
        at: The places on the roads.
        node_s: Shape (targets, nodes), driving from each crossing at a factor of 1; infinite where no road leads.
    """

    place_m: Float64
    at: OnRoad
    node_s: Float64

    def of(self, rows: Int64) -> Searched:
        """The places of *rows* alone."""
        at = OnRoad(self.at.stretch[rows], self.at.to_tail_s[rows], self.at.to_head_s[rows], self.at.off_s[rows])
        return Searched(self.place_m[rows], at, self.node_s[rows])

    def and_also(self, other: Searched) -> Searched:
        """These places and then those of *other*, over the same roads: a new job costs its own search alone."""
        pairs = [
            (self.at.stretch, other.at.stretch),
            (self.at.to_tail_s, other.at.to_tail_s),
            (self.at.to_head_s, other.at.to_head_s),
            (self.at.off_s, other.at.off_s),
        ]
        stretch, to_tail_s, to_head_s, off_s = (np.concatenate(pair) for pair in pairs)
        return Searched(
            np.concatenate([self.place_m, other.place_m]),
            OnRoad(stretch, to_tail_s, to_head_s, off_s),
            np.concatenate([self.node_s, other.node_s]),
        )


def on_road(roads: RoadNetwork, places_m: Float64) -> OnRoad:
    """*places_m*, shape (n, 2) in the project CRS, brought to the nearest of *roads*, of which there must be some."""
    places_m = np.asarray(places_m, dtype=np.float64).reshape(-1, 2)
    away_m, mark = roads.marks.query(places_m)
    away_m, tail_m = np.asarray(away_m, dtype=np.float64), roads.at_tail_m[mark]
    stretch = roads.at_stretch[mark]
    # The nearest mark names the stretch; the place on it lies somewhere on the way to one of the marks beside.
    for beside in (mark - 1, np.minimum(mark + 1, len(roads.at_m) - 1)):
        here_m, along_m = roads.at_m[mark], roads.at_m[beside] - roads.at_m[mark]
        share = np.sum((places_m - here_m) * along_m, axis=1) / np.maximum(np.sum(along_m**2, axis=1), 1e-12)
        share = np.clip(np.where(roads.at_stretch[beside] == stretch, share, 0.0), 0.0, 1.0)
        from_m = np.hypot(*(places_m - here_m - share[:, None] * along_m).T)
        between_m = roads.at_tail_m[mark] + share * (roads.at_tail_m[beside] - roads.at_tail_m[mark])
        tail_m, away_m = np.where(from_m < away_m, between_m, tail_m), np.minimum(away_m, from_m)
    # The last mark may lie a hair beyond its stretch, and no way takes less than no time.
    tail_m = np.clip(tail_m, 0.0, roads.length_m[stretch])
    s_per_m = roads.base_s[stretch] / roads.length_m[stretch]
    off_s = away_m / (WALK_KM_H / 3.6)
    return OnRoad(stretch, tail_m * s_per_m, (roads.length_m[stretch] - tail_m) * s_per_m, off_s)


def search(roads: RoadNetwork, targets_m: Float64) -> Searched:
    """The way to each of *targets_m*, shape (n, 2) in the project CRS: one search each."""
    targets_m = np.asarray(targets_m, dtype=np.float64).reshape(-1, 2)
    count, places = len(roads.node_m), len(targets_m)
    if roads.empty or not places:
        none, nowhere = np.zeros(places), np.full((places, count), np.inf)
        return Searched(targets_m, OnRoad(np.zeros(places, dtype=np.int64), none, none, none), nowhere)
    at = on_road(roads, targets_m)
    # Each place becomes a node of its own that leads to both ends of its stretch, and that nothing leads to.
    ends = np.column_stack([roads.tail[at.stretch], roads.head[at.stretch]]).ravel()
    # A stored zero is a stretch of no length to SciPy, and so it is here.
    seconds = np.concatenate([roads.graph.data, np.column_stack([at.to_tail_s, at.to_head_s]).ravel()])
    heads = np.concatenate([roads.graph.indices, ends])
    rows = np.concatenate([roads.graph.indptr, roads.graph.indptr[-1] + np.arange(2, 2 * places + 1, 2)])
    graph = sparse.csr_matrix((seconds, heads, rows), shape=(count + places, count + places))
    node_s = dijkstra(graph, indices=np.arange(count, count + places))[:, :count]
    return Searched(targets_m, at, np.asarray(node_s, dtype=np.float64))


def ways_to(roads: RoadNetwork, searched: Searched, origins_m: Float64, factor: float = 1.0) -> Ways:
    """Fastest ways to what was *searched* from each of *origins_m*, shape (n, 2), at the *factor* of the hour.

    Raises:
        ValueError: *factor* is not positive.
    """
    if factor <= 0:
        raise ValueError(f"factor {factor}")
    origins_m = np.asarray(origins_m, dtype=np.float64).reshape(-1, 2)
    straight_m = np.hypot(*(searched.place_m[:, None, :] - origins_m[None, :, :]).transpose(2, 0, 1))
    fallback_s = straight_m * DETOUR / (OTHER_KM_H / 3.6 * factor)
    if roads.empty or not fallback_s.size:
        return Ways(fallback_s, np.zeros(fallback_s.shape, dtype=np.bool_))
    start, end = on_road(roads, origins_m), searched.at
    drive_s = np.minimum(
        searched.node_s[:, roads.tail[start.stretch]] + start.to_tail_s[None, :],
        searched.node_s[:, roads.head[start.stretch]] + start.to_head_s[None, :],
    )
    same = end.stretch[:, None] == start.stretch[None, :]
    along_s = np.abs(end.to_tail_s[:, None] - start.to_tail_s[None, :])
    drive_s = np.where(same, np.minimum(drive_s, along_s), drive_s)
    best_s = drive_s / factor + end.off_s[:, None] + start.off_s[None, :]
    by_road = np.isfinite(best_s)
    return Ways(np.where(by_road, best_s, fallback_s), by_road)


def travel_times(
    roads: RoadNetwork, origins_m: Float64, targets_m: Float64, factor: float = 1.0, *, near_m: float = NEAR_M
) -> Ways:
    """Fastest ways from each of *origins_m* to each of *targets_m*, shape (n, 2) in the project CRS.

    Roads within *near_m* of the places are searched first. Whoever leaves them drives at least twice as far, so ways
    that take no longer than that at the highest speed are the fastest of all; else every road is searched.

    Raises:
        ValueError: *factor* is not positive.
    """
    places_m = np.concatenate([np.asarray(each, dtype=np.float64).reshape(-1, 2) for each in (origins_m, targets_m)])
    together = len(places_m) > 0 and bool((np.ptp(places_m, axis=0) <= 2.0 * near_m).all())
    near = _near(roads, places_m, near_m) if together and not roads.empty else None
    if near is not None and len(near.at_m):
        ways = ways_to(near, search(near, targets_m), origins_m, factor)
        longest_s = 2.0 * near_m / (float((roads.length_m / roads.base_s).max()) * factor)
        if ways.by_road.all() and (ways.seconds <= longest_s).all():
            return ways
    return ways_to(roads, search(roads, targets_m), origins_m, factor)


def ways_to_pairs(roads: RoadNetwork, origins_m: Float64, targets_m: Float64) -> Float64:
    """Shape (n,): seconds from each origin to the target beside it at a factor of 1; infinite where no road leads."""
    found = np.full(len(origins_m), np.inf)
    for first in range(0, len(origins_m), _PAIRS_AT_ONCE):
        some = slice(first, first + _PAIRS_AT_ONCE)
        ways = travel_times(roads, origins_m[some], targets_m[some])
        found[some] = np.where(np.diag(ways.by_road), np.diag(ways.seconds), np.inf)
    return found


_PAIRS_AT_ONCE = 64
"""Searches kept at a time: a month of drives in a large city would not fit into memory together."""


def _near(roads: RoadNetwork, places_m: Float64, near_m: float) -> RoadNetwork:
    """The stretches that run or end in the box around *places_m*, *near_m* wider on each side."""
    low_m, high_m = places_m.min(axis=0) - near_m, places_m.max(axis=0) + near_m
    inside, within = (((at_m >= low_m) & (at_m <= high_m)).all(axis=1) for at_m in (roads.node_m, roads.at_m))
    touched = roads.at_stretch[within]
    inside[roads.tail[touched]] = inside[roads.head[touched]] = True
    kept = inside[roads.tail] & inside[roads.head]
    node, stretch = np.cumsum(inside) - 1, np.cumsum(kept) - 1
    marks = kept[roads.at_stretch]
    return RoadNetwork(
        node_m=roads.node_m[inside],
        tail=node[roads.tail[kept]],
        head=node[roads.head[kept]],
        length_m=roads.length_m[kept],
        base_s=roads.base_s[kept],
        at_m=roads.at_m[marks],
        at_stretch=stretch[roads.at_stretch[marks]],
        at_tail_m=roads.at_tail_m[marks],
    )
