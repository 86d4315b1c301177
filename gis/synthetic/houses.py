"""Buildings along the ribs of each block, and along its streets."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from gis.synthetic.plan import Use
from gis.synthetic.portable import distance, spread
from gis.synthetic.sheet import Level, counter
from gis.synthetic.skeleton import Skeleton
from gis.synthetic.streets import line_keys
from gis.synthetic.warp import Ground
from network.columns import Bool, Float64, Int64


@dataclass(frozen=True)
class Kind:
    """How buildings of one use stand.

    Attributes:
        unit_m: Length of one stairway unit (or of the whole house).
        units: Least and most units in a building.
        depth_m: Depth of the building.
        gap_m: Between neighbours.
        both: On both sides of the rib.
        households: Least and most households behind one unit's door.
    """

    unit_m: float
    units: tuple[int, int]
    depth_m: float
    gap_m: float
    both: bool
    households: tuple[int, int]


KINDS: dict[Use, Kind] = {
    Use.OLD_TOWN: Kind(13, (1, 1), 8.5, 2.5, True, (1, 2)),
    Use.HOMES: Kind(16, (2, 4), 12, 10, True, (8, 14)),
    Use.TOWERS: Kind(27, (1, 2), 17, 22, False, (44, 120)),
    Use.HOUSES: Kind(13, (1, 1), 10, 9, True, (1, 2)),
    Use.WORKS: Kind(24, (2, 4), 34, 18, True, (0, 0)),
    Use.SHOPS: Kind(17, (2, 4), 24, 10, True, (0, 0)),
    Use.SCHOOL: Kind(17, (3, 4), 15, 18, False, (0, 0)),
    Use.HOSPITAL: Kind(20, (2, 4), 19, 16, False, (0, 0)),
    Use.FIRE_STATION: Kind(14, (2, 3), 15, 12, False, (0, 0)),
    Use.PARK: Kind(10, (1, 1), 10, 50, False, (0, 0)),
}
_FROM_MAIN_M = 5.0
_FROM_SPINE_M = 9.0
_MISSING = 0.04
_GATE_M = 7.0
_SHORTEST_M = 14.0
_PROBE_M = 20.0
_FRONTED = (Use.OLD_TOWN, Use.HOMES, Use.TOWERS, Use.SHOPS)


@dataclass(frozen=True, eq=False)
class Houses:
    """Buildings, in order of block, each column of shape (n,).

    Attributes:
        block: Block row.
        use: :class:`Use` of the building; shops stand along the streets of a residential block too.
        fronts: It stands on a street and is served from there, not from inside the block.
        number: 1 and up within the block.
        line, along_m: The line whose main serves it, and the place of its middle along that line, on the sheet.
        units: Stairway units, or shops.
        length_m, depth_m: Its sides.
        centre_m: Shape (n, 2), on the ground.
        heading: Shape (n, 2), unit vector along its length, on the ground.
        facing: Shape (n, 2), unit vector from the building to its main.
    """

    block: Int64
    use: Int64
    fronts: Bool
    number: Int64
    line: Int64
    along_m: Float64
    units: Int64
    length_m: Float64
    depth_m: Float64
    centre_m: Float64
    heading: Float64
    facing: Float64

    def __len__(self) -> int:
        return len(self.block)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows in which buildings are to stand, each column of shape (n,).

    Attributes:
        start_m, run_m: Where a row begins along its line, and how far it runs, negative backwards.
        side: 1 or -1: north or east, or south or west, of the line.
        away_m: From the line to the nearest wall.
    """

    block: Int64
    use: Int64
    fronts: Bool
    line: Int64
    start_m: Float64
    run_m: Float64
    side: Int64
    away_m: Float64


def kind_column(use: np.ndarray, name: str) -> np.ndarray:
    """One figure of the building kind of each *use*."""
    column: np.ndarray = np.array([getattr(KINDS[kind], name) for kind in Use])[use]
    return column


def build_houses(skeleton: Skeleton, ground: Ground, rng: np.random.Generator) -> Houses:
    """Set buildings along the ribs of the blocks and, in part, along their streets."""
    parts = [_rib_rows(skeleton), _street_rows(skeleton, rng)]
    rows = _Rows(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(_Rows)))
    low, high = kind_column(rows.use, "units").T
    units = rng.integers(low, high + 1)
    length = kind_column(rows.use, "unit_m") * units * rng.uniform(0.9, 1.1, len(units))
    gap = kind_column(rows.use, "gap_m") * rng.uniform(0.8, 1.3, len(units))
    depth = kind_column(rows.use, "depth_m") * rng.uniform(0.9, 1.15, len(units))
    depth = np.where(rows.fronts, np.minimum(depth, np.where(rows.use == Use.OLD_TOWN, 7.0, 10.5)), depth)
    count = np.maximum(np.floor((np.abs(rows.run_m) + gap) / (length + gap)), 0).astype(np.int64)
    tight = (count == 0) & (np.abs(rows.run_m) >= _SHORTEST_M)
    count[tight], length[tight] = 1, np.abs(rows.run_m[tight])
    row, within = counter(count)
    jitter = rng.uniform(-0.5, 0.5, len(row)) * np.minimum(gap[row], 5)
    away = within * (length + gap)[row] + length[row] / 2 + jitter
    along = rows.start_m[row] + np.sign(rows.run_m)[row] * away
    clear = ~rows.fronts[row] | _clear_of_gates(skeleton, rows.line[row], along, length[row] / 2 + _GATE_M)
    served = skeleton.web.pipe_at(rows.line[row], along) >= 0
    kept = np.flatnonzero(clear & served & (rng.random(len(row)) > _MISSING))
    order = np.lexsort((along[kept], rows.side[row[kept]], rows.line[row[kept]], rows.fronts[row[kept]]))
    kept = kept[order]
    kept = kept[np.argsort(rows.block[row[kept]], kind="stable")]
    return _stand(skeleton, ground, rows, row[kept], along[kept], (units, length, depth), rng)


def _rib_rows(skeleton: Skeleton) -> _Rows:
    """On the upper side of each rib; on the lower side too where there is room, and on the first rib."""
    ribs = skeleton.interior.ribs
    use = skeleton.plan.blocks.use[ribs.block].astype(np.int64)
    depth = kind_column(use, "depth_m") * 1.15
    upper = skeleton.built_blocks[ribs.block] & ((ribs.room_m / 2 > depth + _FROM_MAIN_M) | (ribs.room_m > depth + 9))
    both = kind_column(use, "both") & (ribs.room_m > 2 * depth + 12)
    lower = upper & (both | ribs.first) & (ribs.room_m / 2 > depth + 2)
    arm = np.concatenate([np.flatnonzero(upper), np.flatnonzero(lower)])
    side = np.repeat(np.array([1, -1]), [upper.sum(), lower.sum()])
    outward = np.sign(ribs.end_m - ribs.start_m)
    run = np.maximum(np.abs(ribs.end_m - ribs.start_m) - _FROM_SPINE_M - 3, 0) * outward
    return _Rows(
        ribs.block[arm],
        use[arm],
        np.zeros(len(arm), dtype=bool),
        ribs.line[arm],
        (ribs.start_m + outward * _FROM_SPINE_M)[arm],
        run[arm],
        side,
        np.full(len(arm), _FROM_MAIN_M),
    )


def _street_rows(skeleton: Skeleton, rng: np.random.Generator) -> _Rows:
    """Shops, and in the old town houses, along some sides of the blocks."""
    blocks, lines = skeleton.plan.blocks, skeleton.lines
    block, side = (part.ravel() for part in np.indices(blocks.rects.sides.shape))
    line = blocks.rects.sides.ravel()
    level = lines.level[line].astype(np.int64)
    use = blocks.use[block].astype(np.int64)
    chance = np.where(np.isin(use, _FRONTED), np.array([0, 0.3, 0.36, 0.24])[np.minimum(level, 3)], 0.0)
    chance[use == Use.OLD_TOWN] *= 1.6
    chosen = np.flatnonzero((rng.random(len(line)) < chance) & skeleton.built_blocks[block])
    block, side, line, level, use = block[chosen], side[chosen], line[chosen], level[chosen], use[chosen]
    bounds = blocks.rects.bounds_m[block]
    upright = side < 2
    low, high = np.where(upright, bounds[:, 2], bounds[:, 0]), np.where(upright, bounds[:, 3], bounds[:, 1])
    old = use == Use.OLD_TOWN
    corner = np.where(old, 14.0, 30.0)
    dwelling = old & (rng.random(len(block)) < 0.6)
    return _Rows(
        block,
        np.where(dwelling, Use.OLD_TOWN, Use.SHOPS).astype(np.int64),
        np.ones(len(block), dtype=bool),
        line,
        low + corner,
        np.maximum(high - low - 2 * corner, 0),
        np.where(side % 2 == 0, 1, -1),
        np.where(old & (level == Level.STREET), 6.0, np.array([0, 30.0, 16.5, 10.5])[level]),
    )


def _clear_of_gates(skeleton: Skeleton, line: Int64, along: Float64, reach_m: Float64) -> Bool:
    """Which places on streets are farther than *reach_m* from where mains turn off into a block."""
    web, level = skeleton.web, skeleton.level
    turns_off = np.zeros(len(web.x_m), dtype=bool)
    inside = level >= Level.SPINE
    turns_off[web.start[inside]] = turns_off[web.end[inside]] = True
    low, high = ~inside & turns_off[web.start], ~inside & turns_off[web.end]
    gates = np.sort(np.concatenate([line_keys(web.line, web.low_m)[low], line_keys(web.line, web.high_m)[high]]))
    wanted = line_keys(line, along)
    after = np.append(gates, np.inf)[np.searchsorted(gates, wanted)]
    before = np.append(-np.inf, gates)[np.searchsorted(gates, wanted)]
    clear: Bool = (after - wanted > reach_m) & (wanted - before > reach_m)
    return clear


def _stand(
    skeleton: Skeleton,
    ground: Ground,
    rows: _Rows,
    row: Int64,
    along: Float64,
    sizes: tuple[Int64, Float64, Float64],
    rng: np.random.Generator,
) -> Houses:
    """Turn places in rows into buildings with right angles on the ground."""
    lines = skeleton.lines
    units, length, depth = sizes[0][row], sizes[1][row], sizes[2][row]
    line, side = rows.line[row], rows.side[row]
    turned = lines.vertical[line]
    across = lines.at_m[line] + side * (depth / 2 + rows.away_m[row])
    x, y = np.where(turned, across, along), np.where(turned, along, across)
    centre = ground.place(x, y)
    along_line = ground.place(x + np.where(turned, 0.0, _PROBE_M), y + np.where(turned, _PROBE_M, 0.0)) - centre
    away_from_it = ground.place(x + np.where(turned, _PROBE_M, 0.0), y + np.where(turned, 0.0, _PROBE_M)) - centre
    stretch = distance(*along_line.T)
    heading = along_line / stretch[:, None]
    # Where the bend of the land narrows a block, its buildings are smaller; they do not grow where it widens.
    sideways = np.abs(heading[:, 0] * away_from_it[:, 1] - heading[:, 1] * away_from_it[:, 0])
    length, depth = length * np.minimum(stretch / _PROBE_M, 1), depth * np.minimum(sideways / _PROBE_M, 1)
    skew = spread(rng, 0.015, len(row)) * np.where(rows.use[row] == Use.OLD_TOWN, 3, 1)
    heading = np.stack([heading[:, 0] - skew * heading[:, 1], heading[:, 1] + skew * heading[:, 0]], axis=1)
    heading /= distance(*heading.T)[:, None]
    # On a line that runs north-south "across" is east, so the sense of rotation is reversed.
    hand = np.where(turned, -1.0, 1.0) * side
    facing: Float64 = np.stack([heading[:, 1] * hand, -heading[:, 0] * hand], axis=1)
    block, fronts = rows.block[row], rows.fronts[row]
    number = _numbered(block)
    return Houses(
        block, rows.use[row], fronts, number, line, along, units, length, depth, centre, heading, facing
    )  # fmt: skip


def _numbered(block: Int64) -> Int64:
    """1, 2, 3 … within each block; blocks are in order."""
    first = np.r_[True, block[1:] != block[:-1]] if len(block) else np.empty(0, bool)
    start = np.maximum.accumulate(np.where(first, np.arange(len(block)), 0))
    numbers: Int64 = np.arange(len(block)) - start + 1
    return numbers


def footprints(houses: Houses, rng: np.random.Generator) -> tuple[Float64, Int64]:
    """Closed rings of all buildings: vertices, shape (n, 2), and ring of each vertex.

    Most are oblong; some larger ones have a wing cut out.
    """
    count = len(houses)
    notched = (rng.random(count) < 0.22) & (houses.depth_m > 11.5)
    cut_a, cut_b = rng.uniform(0.25, 0.6, count), rng.uniform(0.3, 0.6, count)
    one = np.ones(count)
    u = np.stack([-one, one, one, 1 - 2 * cut_a, 1 - 2 * cut_a, -one, -one], axis=1)
    v = np.stack([-one, -one, 1 - 2 * cut_b, 1 - 2 * cut_b, one, one, -one], axis=1)
    plain = ~notched
    u[plain, 3], v[plain, 2], v[plain, 3], u[plain, 4] = 1, 1, 1, 1
    offset = (
        houses.heading[:, None, :] * (u * houses.length_m[:, None] / 2)[:, :, None]
        - houses.facing[:, None, :] * (v * houses.depth_m[:, None] / 2)[:, :, None]
    )
    ring = np.round(houses.centre_m[:, None, :] + offset, 2)
    used = np.ones((count, 7), dtype=bool)
    used[plain, 3] = False
    used[plain, 4] = False
    return ring[used], np.repeat(np.arange(count), used.sum(1))
