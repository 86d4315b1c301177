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
from network.grouping import ranges

WALK_KM_H, DETOUR = 5.0, 1.4
"""From the road to a place off it; and how much longer than the straight line a way is where no road leads."""

NEAR_M, NEAR_SPREADS = 1_000.0, 1.5
"""Roads are looked at first so far around the places, at least, and so many times as far as these lie apart: of a large
city most lie too far away to matter."""
_FARTHER = 4.0
_CERTAIN = 0.99
"""Crossings are made of ends that lie up to :data:`gis.roads.NODE_M` apart: a way may be a hair too short."""


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
    return Searched(targets_m, at, _driven(roads.graph, at, roads.tail[at.stretch], roads.head[at.stretch]))


def _driven(graph: sparse.csr_matrix, at: OnRoad, tails: Int64, heads: Int64) -> Float64:
    """Shape (places, nodes of *graph*), driving from each node to places *at* stretches from *tails* to *heads*."""
    count, places = graph.shape[0], len(tails)
    # Each place becomes a node of its own that leads to both ends of its stretch, and that nothing leads to.
    ends = np.column_stack([tails, heads]).ravel()
    # A stored zero is a stretch of no length to SciPy, and so it is here.
    seconds = np.concatenate([graph.data, np.column_stack([at.to_tail_s, at.to_head_s]).ravel()])
    indices = np.concatenate([graph.indices, ends])
    rows = np.concatenate([graph.indptr, graph.indptr[-1] + np.arange(2, 2 * places + 1, 2)])
    wider = sparse.csr_matrix((seconds, indices, rows), shape=(count + places, count + places))
    node_s = dijkstra(wider, indices=np.arange(count, count + places))[:, :count]
    return np.asarray(node_s, dtype=np.float64)


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
    drive_s = _drive(start, end, searched.node_s, roads.tail[start.stretch], roads.head[start.stretch])
    best_s = _door_to_door(start, end, drive_s, factor)
    by_road = np.isfinite(best_s)
    return Ways(np.where(by_road, best_s, fallback_s), by_road)


def _drive(start: OnRoad, end: OnRoad, node_s: Float64, tails: Int64, heads: Int64) -> Float64:
    """Shape (targets, origins), driving between places; *tails* and *heads* are the ends of the origins' stretches."""
    drive_s = np.minimum(node_s[:, tails] + start.to_tail_s[None, :], node_s[:, heads] + start.to_head_s[None, :])
    same = end.stretch[:, None] == start.stretch[None, :]
    along_s = np.abs(end.to_tail_s[:, None] - start.to_tail_s[None, :])
    return np.where(same, np.minimum(drive_s, along_s), drive_s)


def _door_to_door(start: OnRoad, end: OnRoad, drive_s: Float64, factor: float) -> Float64:
    best_s: Float64 = drive_s / factor + end.off_s[:, None] + start.off_s[None, :]
    return best_s


def travel_times(
    roads: RoadNetwork, origins_m: Float64, targets_m: Float64, factor: float = 1.0, *, near_m: float | None = None
) -> Ways:
    """Fastest ways from each of *origins_m* to each of *targets_m*, shape (n, 2) in the project CRS.

    Roads around the places are searched first, *near_m* (see :data:`NEAR_M`) beyond where these meet a road. Whoever
    leaves them drives farther than to the mirror image of the target behind the border; so ways that take no longer
    than that at the highest speed are the fastest of all. Else it is tried farther around, then over every road.

    Raises:
        ValueError: *factor* is not positive.
    """
    origins_m, targets_m = (np.asarray(each, dtype=np.float64).reshape(-1, 2) for each in (origins_m, targets_m))
    if factor > 0 and len(origins_m) and len(targets_m) and not roads.empty:
        if near_m is None:
            spread_m = np.ptp(np.concatenate([origins_m, targets_m]), axis=0)
            near_m = max(NEAR_M, NEAR_SPREADS * float(np.hypot(*spread_m)))
        for around_m in (near_m, _FARTHER * near_m):
            ways = _ways_around(roads, origins_m, targets_m, factor, around_m)
            if ways is not None:
                return ways
    return ways_to(roads, search(roads, targets_m), origins_m, factor)


def _ways_around(
    roads: RoadNetwork, origins_m: Float64, targets_m: Float64, factor: float, near_m: float
) -> Ways | None:
    """Ways over the roads around the places; None where others might be faster."""
    start, end = on_road(roads, origins_m), on_road(roads, targets_m)
    off_m = WALK_KM_H / 3.6 * np.array([start.off_s.max(), end.off_s.max()])
    places_m = np.concatenate([origins_m, targets_m])
    low_m, high_m = (places_m.min(axis=0), places_m.max(axis=0)) + np.array([[-1.0], [1.0]]) * (near_m + off_m.max())
    x_m, y_m = roads.node_m.T
    inside = (x_m >= low_m[0]) & (x_m <= high_m[0]) & (y_m >= low_m[1]) & (y_m <= high_m[1])
    stretches = np.concatenate([start.stretch, end.stretch])
    inside[roads.tail[stretches]] = inside[roads.head[stretches]] = True
    graph, row = _part(roads.graph, inside)
    node_s = _driven(graph, end, row[roads.tail[end.stretch]], row[roads.head[end.stretch]])
    drive_s = _drive(start, end, node_s, row[roads.tail[start.stretch]], row[roads.head[start.stretch]])
    straight_m = np.hypot(*(targets_m[:, None, :] - origins_m[None, :, :]).transpose(2, 0, 1))
    apart_m = np.maximum(straight_m - off_m.sum(), 0.0)
    fastest_m_s = float((roads.length_m / roads.base_s).max())
    if not (drive_s <= _CERTAIN * np.hypot(apart_m, 2.0 * near_m) / fastest_m_s).all():
        return None
    return Ways(_door_to_door(start, end, drive_s, factor), np.ones(drive_s.shape, dtype=np.bool_))


def _part(graph: sparse.csr_matrix, inside: Bool) -> tuple[sparse.csr_matrix, Int64]:
    """The nodes *inside* with the arcs between them, and the row of each there, -1 for the others."""
    nodes = np.flatnonzero(inside)
    row = np.full(len(inside), -1, dtype=np.int64)
    row[nodes] = np.arange(len(nodes))
    first, last = graph.indptr[nodes], graph.indptr[nodes + 1]
    arcs = ranges(first, last)
    heads = row[graph.indices[arcs]]
    kept = heads >= 0
    before = np.append(0, np.cumsum(kept))
    offsets = np.append(0, before[np.cumsum(last - first)])
    return sparse.csr_matrix((graph.data[arcs][kept], heads[kept], offsets), shape=(len(nodes),) * 2), row


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
