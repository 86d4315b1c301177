"""What an area is called: its four bounds (东至…、西至…、南至…、北至…), its streets, its residential communities.

A road bounds an area to the east where no place of the area lies east of it: at every northing of the area the road,
its ends prolonged straight on, is at or beyond the area's convex hull. Of several the nearest is named that faces at
least half of the area; where none does, the nearest that faces any of it; where none bounds it, the edge of the city if
nobody lives beyond, else the far side of the community in which its last home lies.
Areas far apart are named apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import shapely
from scipy import sparse
from scipy.spatial import cKDTree

from gis.ground_names import GroundNames, LineClass
from network.columns import Bool, Float64, Int8, Int32, Int64

GAP_M = 400.0
"""Places farther apart than this, with nothing between, are pieces of their own (house)."""
MOST_PIECES = 4
REACH_M = 2_000.0
"""A bound farther away than this tells nobody where the water is off (house)."""
STREET_M = 40.0
"""A main belongs to the street that is so near."""

EDGE_M = 200.0
"""A community whose far side is farther out than this from the last home bounds nothing (house)."""

_CELL_M = 50.0
_FACES = 0.5
_LEAST_FACED = 0.2
"""What stands before less of a front than this bounds it for nobody (house)."""
_LEAST_WIDTH_M = 100.0
_STOPS = 33
"""Places along a front at which roads are compared with it even where neither bends."""
_PIECE_M = 80.0
"""Roads are looked up in pieces of this length."""
_NEIGHBOURS = 3.0
"""Cells that hang together at a glance."""
_SLACK_M = 1e-6
"""Less than this is left to the exact comparison."""
_FARTHER_M = {LineClass.ROAD: 0.0, LineClass.LANE: 200.0, LineClass.WATER: 100.0}
"""How much farther a road may be and still be named before a lane or a shore: people know roads (house)."""


class Side(StrEnum):
    """In the order in which notices name them."""

    EAST = "east"
    WEST = "west"
    SOUTH = "south"
    NORTH = "north"


@dataclass(frozen=True)
class Bound:
    """What bounds a piece on one side.

    Attributes:
        name: Of the road or water, or of the community; "" where none bounds it.
        gap_m: How far beyond the piece it lies on average.
        faces: Share of the piece's width before which it stands.
        lived_beyond: Where none bounds it: customers live beyond, so that it is not the edge of the city.
        community: Whether it is the far side of a community that bounds it: no road or water does.
    """

    side: Side
    name: str = ""
    gap_m: float = 0.0
    faces: float = 0.0
    lived_beyond: bool = False
    community: bool = False


@dataclass(frozen=True)
class Piece:
    """One connected piece of an area.

    Attributes:
        bounds: East, west, south, north.
        places: How many of the area's places lie in it.
        ring_m: Its convex hull, corners (x, y), project CRS.
    """

    bounds: tuple[Bound, ...]
    places: int
    ring_m: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class CommunityNamed:
    """A residential community with places of the area in it.

    Attributes:
        places: Places of the area inside.
        whole: Whether all customers of the community are among them.
    """

    name: str
    places: int
    whole: bool


@dataclass(frozen=True)
class AreaNames:
    """What an area is called; pieces, communities and streets with most places first."""

    pieces: tuple[Piece, ...]
    streets: tuple[str, ...]
    communities: tuple[CommunityNamed, ...]


def area_names(ground: GroundNames, everyone_m: Float64, affected: Int32 | Int64, mains_m: Float64) -> AreaNames:
    """What the area of the customers *affected* is called.

    Args:
        ground: The city's names.
        everyone_m: Shape (m, 2), all customers of the city; those that are not finite are passed over.
        affected: Rows of *everyone_m*.
        mains_m: Shape (k, 2), middles of the mains without water, for the streets.
    """
    affected = affected[np.isfinite(everyone_m[affected].sum(axis=1))]
    # To the millimetre: places that differ by less would make an edge of no direction.
    places_m = np.round(everyone_m[affected], 3)
    pieces = [_piece(ground, places_m[rows], everyone_m) for rows in pieces_of(places_m)]
    return AreaNames(
        tuple(sorted(pieces, key=lambda piece: -piece.places)),
        _streets(ground, mains_m),
        _communities(ground, everyone_m, affected),
    )


def pieces_of(places_m: Float64) -> list[Int64]:
    """Rows of *places_m* by piece; the gap between pieces grows until there are at most :data:`MOST_PIECES`."""
    if not len(places_m):
        return []
    cells, cell = _cells(places_m)
    tree, gap = _tree(cells), GAP_M / _CELL_M
    # Neighbours first: the long search is then for what does not yet hang on the largest piece, mostly very little.
    label = _joined(tree.query_pairs(_NEIGHBOURS, output_type="ndarray"), len(cells))
    while True:
        rest = np.flatnonzero(label != np.bincount(label).argmax())
        if len(rest):
            pairs = _tree(cells[rest]).sparse_distance_matrix(tree, gap, output_type="ndarray")
            ends = np.column_stack([label[rest[pairs["i"]]], label[pairs["j"]]])
            label = _joined(ends, int(label.max()) + 1)[label]
        sizes = np.bincount(label[cell])
        if len(sizes) <= MOST_PIECES:
            return np.split(np.argsort(label[cell], kind="stable"), np.cumsum(sizes)[:-1])
        gap *= 2.0


def _tree(places: Float64 | Int64) -> cKDTree:
    """Built quickly, for a single search."""
    return cKDTree(places, compact_nodes=False, balanced_tree=False)


def _joined(pairs: Int64, count: int) -> Int32:
    """Of *count* things those that hang together by *pairs*, shape (pairs, 2), as one number each."""
    held = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    label: Int32 = sparse.csgraph.connected_components(held, directed=False)[1]
    return label


def _cells(places_m: Float64) -> tuple[Int64, Int64]:
    """The cells of :data:`_CELL_M` in which places lie, shape (cells, 2), and the cell of each place."""
    floor = np.floor(places_m / _CELL_M).astype(np.int64)
    floor -= floor.min(axis=0)
    wide = int(floor[:, 1].max()) + 1
    keys, cell = np.unique(floor[:, 0] * wide + floor[:, 1], return_inverse=True)
    return np.column_stack(np.divmod(keys, wide)), cell.reshape(-1)


def _piece(ground: GroundNames, places_m: Float64, everyone_m: Float64) -> Piece:
    hull_m = _hull(places_m)
    near = _near(ground, hull_m, REACH_M)
    bounds = tuple(_bound(ground, near, hull_m, side) for side in Side)
    if not all(one.name for one in bounds):
        around_m = everyone_m[_within(everyone_m, hull_m.min(axis=0) - REACH_M, hull_m.max(axis=0) + REACH_M)]
        bounds = tuple(one if one.name else _named_no_road(ground, one, hull_m, around_m) for one in bounds)
    return Piece(bounds, len(places_m), tuple((float(x), float(y)) for x, y in hull_m))


def _named_no_road(ground: GroundNames, bound: Bound, hull_m: Float64, around_m: Float64) -> Bound:
    """Whether anybody of *around_m* lives straight out on that side, and the community that then bounds it."""
    hull, around = turned(hull_m, bound.side), turned(around_m, bound.side)
    facing = (around[:, 0] >= hull[:, 0].min()) & (around[:, 0] <= hull[:, 0].max())
    lived_beyond = bool((facing & (around[:, 1] > hull[:, 1].max())).any())
    return _by_community(ground, replace(bound, lived_beyond=True), hull_m) if lived_beyond else bound


def _by_community(ground: GroundNames, bound: Bound, hull_m: Float64) -> Bound:
    """The far side of the community of the last home on that side; *bound* as it is where that lies in none."""
    out_m = turned(hull_m, bound.side)[:, 1]
    home_m = hull_m[out_m.argmax()]
    near = (ground.box_m[:, :2] <= home_m).all(axis=1) & (ground.box_m[:, 2:] >= home_m).all(axis=1)
    for row in np.flatnonzero(near).tolist():
        ring_m = ground.ring(row)
        gap_m = float(turned(ring_m, bound.side)[:, 1].max() - out_m.max())
        if 0.0 <= gap_m <= EDGE_M and bool(shapely.intersects_xy(shapely.Polygon(ring_m), *home_m)):
            return replace(bound, name=ground.names[int(ground.ring_name[row])], gap_m=gap_m, community=True)
    return bound


def _within(places_m: Float64, low_m: Float64, high_m: Float64) -> Int64:
    """Rows of the places in a box."""
    x_m, y_m = places_m.T
    return np.flatnonzero((x_m >= low_m[0]) & (x_m <= high_m[0]) & (y_m >= low_m[1]) & (y_m <= high_m[1]))


def _hull(places_m: Float64) -> Float64:
    """Corners of the convex hull, the first one once."""
    # As one line that runs through all: a tenth of the work of as many points.
    through = shapely.linestrings(np.concatenate([places_m, places_m[:1]]))
    corners: Float64 = np.unique(shapely.get_coordinates(shapely.convex_hull(through)), axis=0)
    return corners


def _near(ground: GroundNames, among_m: Float64, reach_m: float) -> Int64:
    """Lines whose box comes within *reach_m* of the box of *among_m*."""
    low, high = among_m.min(axis=0) - reach_m, among_m.max(axis=0) + reach_m
    meets = (ground.reach_m[:, :2] <= high).all(axis=1) & (ground.reach_m[:, 2:] >= low).all(axis=1)
    return np.flatnonzero(meets)


def turned(xy_m: Float64, side: Side) -> Float64:
    """Places as (along, outward): how far along the side's front, and how far out to that side."""
    x_m, y_m = xy_m[:, 0], xy_m[:, 1]
    pairs = {Side.EAST: (y_m, x_m), Side.WEST: (y_m, -x_m), Side.SOUTH: (x_m, -y_m), Side.NORTH: (x_m, y_m)}
    return np.column_stack(pairs[side])


@dataclass(frozen=True, eq=False)
class _Stretches:
    """Straight stretches of lines, those of one name beside one another.

    Attributes:
        starts_m, ends_m: Shape (stretches, 2).
        name: Shape (stretches,), row in the ground's names, ascending.
        kind: Shape (stretches,), :class:`LineClass`.
    """

    starts_m: Float64
    ends_m: Float64
    name: Int32
    kind: Int8

    @classmethod
    def of(cls, ground: GroundNames, rows: Int64) -> _Stretches:
        """Those of the lines *rows*."""
        rows = rows[np.argsort(ground.name[rows], kind="stable")]
        line, vertex = _laid_out(ground.offsets, rows)
        xy_m = ground.xy_m[vertex]
        within = line[1:] == line[:-1]
        owner = rows[line[1:][within]]
        return cls(xy_m[:-1][within], xy_m[1:][within], ground.name[owner], ground.kind[owner])

    def before(self, front: _Front, side: Side) -> _Stretches:
        """Those that face *front*, as (along, outward), their ends ascending along it."""
        starts, ends = turned(self.starts_m, side), turned(self.ends_m, side)
        swap = starts[:, 0] > ends[:, 0]
        starts[swap], ends[swap] = ends[swap], starts[swap].copy()
        meets = (starts[:, 0] <= front.high_m) & (ends[:, 0] >= front.low_m)
        return _Stretches(starts[meets], ends[meets], self.name[meets], self.kind[meets])


def _bound(ground: GroundNames, near: Int64, hull_m: Float64, side: Side) -> Bound:
    """The best bound, looked for from the nearest road outwards until none can be better."""
    front = _Front.of(turned(hull_m, side))
    facing = _Stretches.of(ground, _able(ground, near, front, side)).before(front, side)
    best = (np.inf, Bound(side))
    for least_m, rows in _candidates(facing, front):
        if least_m > best[0]:
            break
        faced = front.facing(facing.starts_m[rows], facing.ends_m[rows])
        if faced is None or faced[0] > REACH_M or faced[1] < _LEAST_FACED:
            continue
        gap_m, share = faced
        worse_m = min(_FARTHER_M[LineClass(kind)] for kind in set(facing.kind[rows].tolist()))
        worse_m += REACH_M if share < _FACES else 0.0
        if gap_m + worse_m < best[0]:
            best = (gap_m + worse_m, Bound(side, ground.names[int(facing.name[rows.start])], gap_m, share))
    return best[1]


def _able(ground: GroundNames, near: Int64, front: _Front, side: Side) -> Int64:
    """Lines of the names that may bound the front as far as their boxes tell."""
    corners = [turned(ground.reach_m[near][:, pick], side) for pick in ((0, 1), (2, 3))]
    low, high = np.minimum(*corners), np.maximum(*corners)
    facing = (low[:, 0] <= front.high_m) & (high[:, 0] >= front.low_m)
    order = np.argsort(ground.name[near[facing]], kind="stable")
    rows, low, high = near[facing][order], low[facing][order], high[facing][order]
    first, group = _groups(ground.name[rows])
    if not len(first):
        return rows
    apex_m = float(front.out_m.max())
    least_m, most_m = np.minimum.reduceat(low, first), np.maximum.reduceat(high, first)
    faced_m = np.minimum(most_m[:, 0], front.high_m) - np.maximum(least_m[:, 0], front.low_m)
    wide = faced_m >= _LEAST_FACED * (front.high_m - front.low_m) - _SLACK_M
    # At the front's outermost place a bound is beyond it; what ends short of it bounds nothing.
    able = wide & (most_m[:, 1] >= apex_m) & (least_m[:, 1] <= apex_m + REACH_M)
    return rows[able[group]]


def _candidates(facing: _Stretches, front: _Front) -> list[tuple[float, slice]]:
    """Stretches of one name that may bound the front, with how far out they are at least; the nearest first."""
    first, group = _groups(facing.name)
    if not len(first):
        return []
    least_m = np.minimum.reduceat(np.minimum(facing.starts_m[:, 1], facing.ends_m[:, 1]), first)
    kept = np.flatnonzero(~front.crossed(facing, group, len(first)))
    last = np.r_[first[1:], len(group)]
    apex_m = float(front.out_m.max())
    near_first = kept[np.argsort(least_m[kept], kind="stable")]
    return [(float(least_m[at]) - apex_m, slice(int(first[at]), int(last[at]))) for at in near_first]


def _groups(names: Int32) -> tuple[Int64, Int64]:
    """Where each run of equal names begins, and the run that each one is in."""
    first = np.flatnonzero(np.r_[True, np.diff(names) != 0])[: len(names)]
    return first, np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(names)]))


def _laid_out(offsets: Int64, rows: Int64) -> tuple[Int64, Int64]:
    """For lines that own vertices by *offsets*: the place in *rows* that each of their vertices belongs to, and it."""
    counts = np.diff(offsets)[rows]
    owner = np.repeat(np.arange(len(rows)), counts)
    return owner, np.arange(len(owner)) + np.repeat(offsets[rows] - (np.cumsum(counts) - counts), counts)


@dataclass(frozen=True, eq=False)
class _Front:
    """The outward edge of a hull: how far out it reaches, by places along it.

    Attributes:
        along_m, out_m: Corners of the edge, ascending along it.
        low_m, high_m: Its ends; of a narrow piece somewhat beyond, so that roads can face it.
    """

    along_m: Float64
    out_m: Float64
    low_m: float
    high_m: float

    @classmethod
    def of(cls, hull: Float64) -> _Front:
        along = np.unique(hull[:, 0])
        out = np.array([hull[hull[:, 0] == at, 1].max() for at in along])
        # Corners of the far side of the hull lie below the line between their neighbours.
        kept = [at for at in range(len(along)) if _on_edge(along, out, at)]
        wide = max(0.0, _LEAST_WIDTH_M - (along[-1] - along[0])) / 2.0
        return cls(along[kept], out[kept], float(along[0] - wide), float(along[-1] + wide))

    def crossed(self, facing: _Stretches, group: Int64, groups: int) -> Bool:
        """Which groups of stretches lie behind the front at one of its :data:`_STOPS`: no need to look closer."""
        at = np.linspace(self.low_m, self.high_m, _STOPS)
        first = np.searchsorted(at, facing.starts_m[:, 0], "left")
        counts = np.maximum(np.searchsorted(at, facing.ends_m[:, 0], "right") - first, 0)
        row = np.repeat(np.arange(len(counts)), counts)
        stop = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts - first, counts)
        farthest = np.full((groups, _STOPS), -np.inf)
        np.maximum.at(farthest, (group[row], stop), _out_at(facing.starts_m[row], facing.ends_m[row], at[stop]))
        edge = np.interp(at, self.along_m, self.out_m) - _SLACK_M
        behind: Bool = (np.isfinite(farthest) & (farthest < edge)).any(axis=1)
        return behind

    def facing(self, starts: Float64, ends: Float64) -> tuple[float, float] | None:
        """How far out the stretches stand on average, and before which share; None where they do not bound it."""
        at = self._stops(np.concatenate([starts[:, 0], ends[:, 0]]))
        out, there = _farthest(starts, ends, at)
        if not there.any():
            return None
        gap = np.interp(at, at[there], out[there]) - np.interp(at, self.along_m, self.out_m)
        if gap.min() < 0.0:
            return None
        share = np.diff(at)[there[:-1] & there[1:]].sum() / (self.high_m - self.low_m)
        return float(gap[there].mean()), float(share)

    def _stops(self, bends: Float64) -> Float64:
        """Where the front and the lines are compared: at every bend of both, and evenly between."""
        inner = bends[(bends >= self.low_m) & (bends <= self.high_m)]
        even = np.linspace(self.low_m, self.high_m, _STOPS)
        stops: Float64 = np.unique(np.concatenate([inner, self.along_m, even]))
        return stops


def _on_edge(along: Float64, out: Float64, at: int) -> bool:
    """Whether no line between two other corners passes above corner *at*."""
    if at in {0, len(along) - 1}:
        return True
    left = (out[:at] - out[at]) / (along[:at] - along[at])
    right = (out[at + 1 :] - out[at]) / (along[at + 1 :] - along[at])
    return bool(left.min() >= right.max())


def _farthest(starts: Float64, ends: Float64, at: Float64) -> tuple[Float64, Bool]:
    """How far out the farthest of the stretches is at each stop, and whether any is there."""
    over = (starts[None, :, 0] <= at[:, None]) & (ends[None, :, 0] >= at[:, None])
    stop, row = np.nonzero(over)
    out = np.full(len(at), -np.inf)
    np.maximum.at(out, stop, _out_at(starts[row], ends[row], at[stop]))
    there: Bool = np.asarray(over.any(axis=1), dtype=np.bool_)
    return out, there


def _out_at(starts: Float64, ends: Float64, at: Float64) -> Float64:
    """How far out each stretch is at its stop; one that stands straight out counts to its farther end."""
    run = ends[:, 0] - starts[:, 0]
    share = np.divide(at - starts[:, 0], run, out=np.zeros(len(at)), where=run > 0.0)
    sloping = starts[:, 1] + share * (ends[:, 1] - starts[:, 1])
    out: Float64 = np.where(run > 0.0, sloping, np.maximum(starts[:, 1], ends[:, 1]))
    return out


def _streets(ground: GroundNames, mains_m: Float64) -> tuple[str, ...]:
    """Named roads along which mains are without water, those with most mains first."""
    if not len(mains_m):
        return ()
    near = _near(ground, mains_m, STREET_M)
    roads = _Stretches.of(ground, near[ground.kind[near] != LineClass.WATER])
    if not len(roads.name):
        return ()
    starts_m, ends_m, owner = _cut(roads)
    middles_m = (starts_m + ends_m) / 2.0
    # Pieces of a road, not whole lines: a search would measure every bend of a long road again and again.
    pairs = _tree(mains_m).sparse_distance_matrix(
        _tree(middles_m), STREET_M + _PIECE_M / 2.0 + _SLACK_M, output_type="ndarray"
    )
    main, piece = pairs["i"], pairs["j"]
    gap_m = _distance_m(mains_m[main], starts_m[piece], ends_m[piece])
    order = np.lexsort((piece, gap_m, main))
    order = order[gap_m[order] <= STREET_M]
    nearest = owner[piece[order[_groups(main[order])[0]]]]
    names, times = np.unique(roads.name[nearest], return_counts=True)
    return tuple(ground.names[int(names[at])] for at in np.argsort(-times, kind="stable"))


def _cut(roads: _Stretches) -> tuple[Float64, Float64, Int64]:
    """Stretches in pieces of at most :data:`_PIECE_M`: their starts, their ends, and the stretch of each."""
    run_m = roads.ends_m - roads.starts_m
    counts = np.maximum(np.ceil(np.hypot(*run_m.T) / _PIECE_M), 1.0).astype(np.int64)
    owner = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    step_m = (run_m / counts[:, None])[owner]
    starts_m = roads.starts_m[owner] + place[:, None] * step_m
    return starts_m, starts_m + step_m, owner


def _distance_m(places_m: Float64, starts_m: Float64, ends_m: Float64) -> Float64:
    """From each place to its stretch."""
    along_m, from_start_m = ends_m - starts_m, places_m - starts_m
    length2 = (along_m**2).sum(axis=1)
    share = np.divide((from_start_m * along_m).sum(axis=1), length2, out=np.zeros(len(length2)), where=length2 > 0.0)
    foot_m = np.clip(share, 0.0, 1.0)[:, None] * along_m
    distance: Float64 = np.hypot(*(from_start_m - foot_m).T)
    return distance


def _communities(ground: GroundNames, everyone_m: Float64, affected: Int32 | Int64) -> tuple[CommunityNamed, ...]:
    if not len(affected) or not len(ground.ring_name):
        return ()
    places_m = everyone_m[affected]
    low, high = places_m.min(axis=0), places_m.max(axis=0)
    near = np.flatnonzero((ground.box_m[:, :2] <= high).all(axis=1) & (ground.box_m[:, 2:] >= low).all(axis=1))
    if not len(near):
        return ()
    # Only customers within the boxes of these communities are counted.
    low, high = ground.box_m[near, :2].min(axis=0), ground.box_m[near, 2:].max(axis=0)
    there = _within(everyone_m, low, high)
    owner, corner = _laid_out(ground.ring_offsets, near)
    areas = shapely.get_parts(shapely.polygons(shapely.linearrings(ground.ring_m[corner], indices=owner)))
    customer, held = shapely.STRtree(areas).query(shapely.points(everyone_m[there]), predicate="intersects")
    taken = np.zeros(len(everyone_m), dtype=np.bool_)
    taken[affected] = True
    total = np.bincount(held, minlength=len(near))
    inside = np.bincount(held[taken[there[customer]]], minlength=len(near))
    found = [
        CommunityNamed(ground.names[int(ground.ring_name[near[at]])], int(inside[at]), bool(inside[at] == total[at]))
        for at in np.flatnonzero(inside).tolist()
    ]
    return tuple(sorted(found, key=lambda one: -one.places))
