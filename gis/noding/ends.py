"""Which pipe ends meet.

An end's place on the map and the node id that its record carries are two witnesses. The rules, for ``auto``:

* An id is *sound* at an end that lies within ``near_miss_m`` of the place where that id's ends are (the middle one of
  them). Ends that carry one id and are sound meet, whether or not they were drawn to meet; a gap wider than the
  tolerance is reported. An id at an end farther off is a contradiction: that end goes by its geometry alone.
* Ends closer than the tolerance meet, whatever they carry, with one exception: where both carry sound ids that differ
  and they are not drawn to one place (closer than 1 mm), the ids part them; that is reported as a near miss. Ends at
  one place with different ids meet; that is reported as a contradiction.
* The two ends of a pipe no longer than twice the tolerance never meet by closeness: the pipe stays a pipe.
* Lines that merely cross, and ends that touch another line between its ends, never meet.

``geometry`` leaves the ids out, ``ids`` leaves the places out: there an end without an id stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis.noding.options import NodingOptions
from network.columns import Bool, Float64, Int64

ONE_PLACE_M = 0.001
_NO_NAME = -1


@dataclass(frozen=True, eq=False)
class Ends:
    """Ends of pipes: rows 0 to n are the starts of n pipes, rows n to 2n their ends.

    Attributes:
        xy_m: Shape (2n, 2).
        name: Shape (2n,), index into *names* of the node id that the record carries, -1 where it carries none.
        names: Distinct node ids.
        drawn_m: Shape (n,), drawn lengths of the pipes.
    """

    xy_m: Float64
    name: Int64
    names: list[str]
    drawn_m: Float64

    @classmethod
    def of(cls, xy_m: Float64, from_id: NDArray[np.object_], to_id: NDArray[np.object_], drawn_m: Float64) -> Ends:
        """Ends with the ids that their records carry ("" for null)."""
        index: dict[str, int] = {"": _NO_NAME}
        names: list[str] = []
        name = np.empty(len(xy_m), dtype=np.int64)
        for row, value in enumerate(np.concatenate([from_id, to_id]).tolist()):
            found = index.get(value)
            if found is None:
                found = index[value] = len(names)
                names.append(value)
            name[row] = found
        return cls(xy_m, name, names, drawn_m)


@dataclass(frozen=True, eq=False)
class Meeting:
    """Which ends meet, and where the witnesses disagree.

    Attributes:
        node: Shape (2n,), node of each end; nodes are numbered in the order of their first end.
        nodes: How many there are.
        sound: Shape (2n,), the end carries an id that its place does not contradict.
        stray: Rows of ends whose id belongs to a place too far off, with that distance.
        gap: Rows of ends that meet by id though they were drawn apart, with that distance.
        parted: Pairs of ends, shape (k, 2), closer than the tolerance that different ids keep apart.
    """

    node: Int64
    nodes: int
    sound: Bool
    stray: tuple[Int64, Float64]
    gap: tuple[Int64, Float64]
    parted: Int64


def meet(ends: Ends, options: NodingOptions) -> Meeting:
    """Find the nodes of *ends* by the rules above."""
    known = ends.name != _NO_NAME
    off_m = _distance_from_own_name(ends, known)
    near = known if options.by == "ids" else known & (off_m <= options.near_miss_m)
    by_name = near if options.by != "geometry" else np.zeros(len(known), dtype=bool)
    place, points, end_of = _places(ends.xy_m)
    if options.by == "ids":
        # Each end is a place of its own: only ids tie.
        place, pairs, parted = np.arange(len(known)), np.empty((0, 2), dtype=np.int64), np.empty((0, 2), dtype=np.int64)
        count = len(known)
    else:
        pairs, parted = _close_places(ends, place, points, by_name, options.tolerance_m)
        parted, count = end_of[parted], len(points)
    tied = np.flatnonzero(by_name)
    edges = np.concatenate([pairs, np.column_stack([place[tied], count + ends.name[tied]])])
    node, nodes = _numbered(_components(edges, count + len(ends.names))[place])
    # Several ids at one place: those that differ part nothing where others, or a third place, join it after all.
    parted = parted[node[parted[:, 0]] != node[parted[:, 1]]]
    stray = np.flatnonzero(known & ~near) if options.by == "auto" else np.empty(0, dtype=np.int64)
    gap = np.flatnonzero(by_name & (off_m > options.tolerance_m))
    return Meeting(node, nodes, near, (stray, off_m[stray]), (gap, off_m[gap]), parted)


def _distance_from_own_name(ends: Ends, known: Bool) -> Float64:
    """How far each end lies from the middle one (by x, then y) of the ends that carry its id; 0 without an id."""
    off_m = np.zeros(len(known))
    rows = np.flatnonzero(known)
    if not len(rows):
        return off_m
    name, xy = ends.name[rows], ends.xy_m[rows]
    order = np.argsort(name, kind="stable")
    # Most ids have all their ends on one spot: only the others are worth a sort by place.
    starts = np.flatnonzero(np.diff(name[order], prepend=-1))
    low, high = np.minimum.reduceat(xy[order], starts), np.maximum.reduceat(xy[order], starts)
    spread = np.zeros(len(ends.names), dtype=bool)
    spread[name[order][starts]] = (high > low).any(axis=1)
    rows = rows[spread[name]]
    if not len(rows):
        return off_m
    name, xy = ends.name[rows], ends.xy_m[rows]
    order = np.lexsort((xy[:, 1], xy[:, 0], name))
    starts = np.flatnonzero(np.diff(name[order], prepend=-1))
    lengths = np.diff(starts, append=len(order))
    middle = np.repeat(order[starts + (lengths - 1) // 2], lengths)
    off_m[rows[order]] = np.hypot(*(xy[order] - xy[middle]).T)
    return off_m


def _places(xy_m: Float64) -> tuple[Int64, Float64, Int64]:
    """Distinct places: the place of each end, their coordinates (k, 2), and one end at each."""
    keys = np.ascontiguousarray(xy_m + 0.0).view(np.complex128).ravel()
    distinct, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return place, np.column_stack([distinct.real, distinct.imag]), first


def _close_places(ends: Ends, place: Int64, points: Float64, sound: Bool, tolerance_m: float) -> tuple[Int64, Int64]:
    """Pairs of places closer than the tolerance: those that meet, and those that different ids keep apart."""
    if len(points) < 2 or tolerance_m <= 0.0:
        return np.empty((0, 2), dtype=np.int64), np.empty((0, 2), dtype=np.int64)
    pairs = cKDTree(points, balanced_tree=False, compact_nodes=False).query_pairs(tolerance_m, output_type="ndarray")
    pairs = np.sort(pairs.astype(np.int64), axis=1)
    pipes = len(ends.drawn_m)
    short = np.flatnonzero(ends.drawn_m <= 2.0 * tolerance_m)
    own = np.sort(np.column_stack([place[short], place[short + pipes]]), axis=1)
    pairs = pairs[~np.isin(_pair_key(pairs, len(points)), _pair_key(own, len(points)))]
    name = np.full(len(points), len(ends.names), dtype=np.int64)
    np.minimum.at(name, place[sound], ends.name[sound])
    named = (name[pairs] < len(ends.names)).all(axis=1)
    apart = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T) > ONE_PLACE_M
    parted = named & apart & (name[pairs[:, 0]] != name[pairs[:, 1]])
    return pairs[~parted], pairs[parted]


def _pair_key(pairs: Int64, count: int) -> Int64:
    key: Int64 = pairs[:, 0] * count + pairs[:, 1]
    return key


def _components(edges: Int64, count: int) -> Int64:
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    return label.astype(np.int64)


def _numbered(label: Int64) -> tuple[Int64, int]:
    """The same labels, numbered in the order in which they first appear."""
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse], len(first)
