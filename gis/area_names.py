"""What an area is called: its four bounds (东至…、西至…、南至…、北至…), its streets, its residential communities.

A road bounds an area to the east where no place of the area lies east of it: at every northing of the area the road,
its ends prolonged straight on, is at or beyond the area's convex hull. Of several the nearest is named that faces at
least half of the area; where none does, the nearest that faces any of it; where none bounds it, the edge of the city.
Areas far apart are named apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from scipy import sparse
from scipy.spatial import cKDTree

from gis.ground_names import GroundNames, LineClass
from network.columns import Bool, Float64, Int64

GAP_M = 400.0
"""Places farther apart than this, with nothing between, are pieces of their own (house)."""
MOST_PIECES = 4
REACH_M = 2_000.0
"""A bound farther away than this tells nobody where the water is off (house)."""
STREET_M = 40.0
"""A main belongs to the street that is so near."""

_CELL_M = 50.0
_FACES = 0.5
_LEAST_FACED = 0.2
"""What stands before less of a front than this bounds it for nobody (house)."""
_LEAST_WIDTH_M = 100.0
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
        name: Of the road or water; "" for the edge of the city.
        gap_m: How far beyond the piece it lies on average.
        faces: Share of the piece's width before which it stands.
    """

    side: Side
    name: str = ""
    gap_m: float = 0.0
    faces: float = 0.0


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


def area_names(ground: GroundNames, places_m: Float64, mains_m: Float64, everyone_m: Float64) -> AreaNames:
    """What the area of *places_m* is called.

    Args:
        ground: The city's names.
        places_m: Shape (n, 2), customers affected; rows that are not finite are passed over.
        mains_m: Shape (k, 2), middles of the mains without water, for the streets.
        everyone_m: Shape (m, 2), all customers of the city, to tell whole communities from parts.
    """
    # To the millimetre: places that differ by less would make an edge of no direction.
    places_m = np.round(places_m[np.isfinite(places_m).all(axis=1)], 3)
    pieces = [_piece(ground, places_m[rows]) for rows in pieces_of(places_m)]
    return AreaNames(
        tuple(sorted(pieces, key=lambda piece: -piece.places)),
        _streets(ground, mains_m),
        _communities(ground, places_m, everyone_m),
    )


def pieces_of(places_m: Float64) -> list[Int64]:
    """Rows of *places_m* by piece; the gap between pieces grows until there are at most :data:`MOST_PIECES`."""
    if not len(places_m):
        return []
    cells, cell = np.unique(np.floor(places_m / _CELL_M), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    gap = GAP_M / _CELL_M
    tree = cKDTree(cells)
    while True:
        pairs = tree.query_pairs(gap, output_type="ndarray")
        joined = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(cells), len(cells)))
        count, label = sparse.csgraph.connected_components(joined, directed=False)
        if count <= MOST_PIECES:
            order = np.argsort(label[cell], kind="stable")
            return np.split(order, np.cumsum(np.bincount(label[cell], minlength=count))[:-1])
        gap *= 2.0


def _piece(ground: GroundNames, places_m: Float64) -> Piece:
    hull_m = _hull(places_m)
    near = _near(ground, hull_m, REACH_M)
    bounds = tuple(_bound(ground, near, hull_m, side) for side in Side)
    return Piece(bounds, len(places_m), tuple((float(x), float(y)) for x, y in hull_m))


def _hull(places_m: Float64) -> Float64:
    """Corners of the convex hull, the first one once."""
    corners: Float64 = np.unique(shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(places_m))), axis=0)
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


def _bound(ground: GroundNames, near: Int64, hull_m: Float64, side: Side) -> Bound:
    """The best bound, looked for from the nearest road outwards until none can be better."""
    front = _Front.of(turned(hull_m, side))
    best = (np.inf, Bound(side))
    for least_m, rows in _candidates(ground, near, front, side):
        if least_m > best[0]:
            break
        faced = front.facing([turned(ground.line(row), side) for row in rows])
        if faced is None or faced[0] > REACH_M or faced[1] < _LEAST_FACED:
            continue
        gap_m, share = faced
        worse_m = min(_FARTHER_M[LineClass(int(ground.kind[row]))] for row in rows)
        worse_m += REACH_M if share < _FACES else 0.0
        if gap_m + worse_m < best[0]:
            best = (gap_m + worse_m, Bound(side, ground.names[int(ground.name[rows[0]])], gap_m, share))
    return best[1]


def _candidates(ground: GroundNames, near: Int64, front: _Front, side: Side) -> list[tuple[float, list[int]]]:
    """Lines by name that may bound the front, with how far out they are at least; the nearest first."""
    corners = [turned(ground.reach_m[near][:, pick], side) for pick in ((0, 1), (2, 3))]
    low, high = np.minimum(*corners), np.maximum(*corners)
    apex_m = float(front.out_m.max())
    facing = (low[:, 0] <= front.high_m) & (high[:, 0] >= front.low_m)
    order = np.argsort(ground.name[near[facing]], kind="stable")
    rows, low, high = near[facing][order], low[facing][order], high[facing][order]
    if not len(rows):
        return []
    first = np.flatnonzero(np.r_[True, np.diff(ground.name[rows]) != 0])
    least_m = np.minimum.reduceat(low[:, 1], first) - apex_m
    most_m = np.maximum.reduceat(high[:, 1], first) - apex_m
    named = np.split(rows, first[1:])
    # At the front's outermost place a bound is beyond it; what ends short of it bounds nothing.
    kept = np.flatnonzero((most_m >= 0.0) & (least_m <= REACH_M))
    return [(float(least_m[at]), named[at].tolist()) for at in kept[np.argsort(least_m[kept], kind="stable")]]


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

    def facing(self, lines: Sequence[Float64]) -> tuple[float, float] | None:
        """How far out the *lines* stand on average, and before which share; None where they do not bound the front."""
        starts = np.concatenate([line[:-1] for line in lines])
        ends = np.concatenate([line[1:] for line in lines])
        swap = starts[:, 0] > ends[:, 0]
        starts[swap], ends[swap] = ends[swap], starts[swap].copy()
        meets = (starts[:, 0] <= self.high_m) & (ends[:, 0] >= self.low_m)
        starts, ends = starts[meets], ends[meets]
        if not len(starts):
            return None
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
        even = np.linspace(self.low_m, self.high_m, 33)
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
    run = ends[:, 0] - starts[:, 0]
    share = np.divide(at[:, None] - starts[None, :, 0], run[None, :], out=np.ones(over.shape), where=run > 0.0)
    out = starts[None, :, 1] + share * (ends[:, 1] - starts[:, 1])[None, :]
    straight = run == 0.0
    out[:, straight] = np.maximum(starts[straight, 1], ends[straight, 1])
    there: Bool = np.asarray(over.any(axis=1), dtype=np.bool_)
    return np.where(over, out, -np.inf).max(axis=1), there


def _streets(ground: GroundNames, mains_m: Float64) -> tuple[str, ...]:
    """Named roads along which mains are without water, those with most mains first."""
    if not len(mains_m):
        return ()
    near = _near(ground, mains_m, STREET_M)
    rows = near[ground.kind[near] != LineClass.WATER]
    if not len(rows):
        return ()
    counts = np.diff(ground.offsets)[rows]
    owner = np.repeat(np.arange(len(rows)), counts)
    vertex = np.concatenate([np.arange(ground.offsets[row], ground.offsets[row + 1]) for row in rows])
    tree = shapely.STRtree(shapely.linestrings(ground.xy_m[vertex], indices=owner))
    _, street = tree.query_nearest(shapely.points(mains_m), max_distance=STREET_M, all_matches=False)
    names, times = np.unique(ground.name[rows[street]], return_counts=True)
    return tuple(ground.names[int(names[at])] for at in np.argsort(-times, kind="stable"))


def _communities(ground: GroundNames, places_m: Float64, everyone_m: Float64) -> tuple[CommunityNamed, ...]:
    if not len(places_m) or not len(ground.ring_name):
        return ()
    low, high = places_m.min(axis=0), places_m.max(axis=0)
    near = np.flatnonzero((ground.box_m[:, :2] <= high).all(axis=1) & (ground.box_m[:, 2:] >= low).all(axis=1))
    inside = _inside(ground, near, places_m)
    hit = near[inside > 0]
    if not len(hit):
        return ()
    # Only customers within the boxes of these communities are counted.
    low, high = ground.box_m[hit, :2].min(axis=0), ground.box_m[hit, 2:].max(axis=0)
    there = everyone_m[((everyone_m >= low) & (everyone_m <= high)).all(axis=1)]
    all_in = _inside(ground, hit, there)
    found = [
        CommunityNamed(ground.names[int(ground.ring_name[row])], int(places), bool(places >= total))
        for row, places, total in zip(hit.tolist(), inside[inside > 0], all_in, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -one.places))


def _inside(ground: GroundNames, rings: Int64, xy_m: Float64) -> Int64:
    """How many of the places lie in each of the *rings*."""
    areas = [shapely.Polygon(ground.ring(row)) for row in rings.tolist()]
    _, held = shapely.STRtree(areas).query(shapely.points(xy_m), predicate="intersects")
    return np.bincount(held, minlength=len(areas)).astype(np.int64)
