"""Buildings along the ribs of each block."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from gis.synthetic.plan import Use
from gis.synthetic.sheet import counter
from gis.synthetic.skeleton import Skeleton
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
    Use.HOMES: Kind(16, (2, 4), 12, 11, False, (8, 14)),
    Use.TOWERS: Kind(27, (1, 2), 17, 22, False, (44, 120)),
    Use.HOUSES: Kind(12, (1, 1), 9.5, 6, True, (1, 2)),
    Use.WORKS: Kind(24, (2, 4), 34, 18, True, (0, 0)),
    Use.SHOPS: Kind(18, (2, 3), 24, 12, False, (0, 0)),
    Use.SCHOOL: Kind(17, (3, 4), 15, 18, False, (0, 0)),
    Use.HOSPITAL: Kind(20, (2, 4), 19, 16, False, (0, 0)),
    Use.FIRE_STATION: Kind(14, (2, 3), 15, 12, False, (0, 0)),
    Use.PARK: Kind(10, (1, 1), 10, 50, False, (0, 0)),
}
_FROM_MAIN_M = 5.0
_FROM_SPINE_M = 9.0
_MISSING = 0.05


@dataclass(frozen=True, eq=False)
class Houses:
    """Buildings, in order of block, each column of shape (n,).

    Attributes:
        block: Block row.
        number: 1 and up within the block.
        arm: Row of the rib arm that serves it.
        along_m: Place of its middle along the rib's line, on the sheet.
        units: Stairway units.
        length_m, depth_m: Its sides.
        side: 1 or -1: towards which side of the rib it stands.
        centre_m: Shape (n, 2), on the ground.
        heading: Shape (n, 2), unit vector along its length, on the ground.
        facing: Shape (n, 2), unit vector from the building to its main.
    """

    block: Int64
    number: Int64
    arm: Int64
    along_m: Float64
    units: Int64
    length_m: Float64
    depth_m: Float64
    side: Int64
    centre_m: Float64
    heading: Float64
    facing: Float64

    def __len__(self) -> int:
        return len(self.block)

    def take(self, rows: Int64 | Bool) -> Houses:
        """Some of them."""
        return Houses(*(getattr(self, field.name)[rows] for field in fields(Houses)))


def kind_column(use: np.ndarray, name: str) -> np.ndarray:
    """One figure of the building kind of each *use*."""
    column: np.ndarray = np.array([getattr(KINDS[kind], name) for kind in Use])[use]
    return column


def build_houses(skeleton: Skeleton, ground: Ground, rng: np.random.Generator) -> Houses:
    """Set buildings along every rib that has a main."""
    ribs, blocks = skeleton.interior.ribs, skeleton.plan.blocks
    use = blocks.use[ribs.block]
    usable = np.abs(ribs.end_m - ribs.start_m) - _FROM_SPINE_M
    low, high = kind_column(use, "units").T
    units = rng.integers(low, high + 1)
    length = kind_column(use, "unit_m") * units * rng.uniform(0.9, 1.1, len(use))
    gap = kind_column(use, "gap_m") * rng.uniform(0.8, 1.3, len(use))
    depth = kind_column(use, "depth_m") * rng.uniform(0.9, 1.15, len(use))
    count = np.maximum(np.floor((usable + gap) / (length + gap)), 0).astype(np.int64)
    count[~skeleton.built_blocks[ribs.block] | (ribs.room_m < depth + 8) & ~ribs.first] = 0
    both = kind_column(use, "both") & (ribs.room_m > 2 * depth + 12)
    arms = [(np.arange(len(use)), 1), (np.flatnonzero(both | ribs.first), -1)]
    arm = np.concatenate([rows for rows, _ in arms])
    side = np.concatenate([np.full(len(rows), sign) for rows, sign in arms])
    slot, within = counter(count[arm])
    arm, side = arm[slot], side[slot]
    jitter = rng.uniform(-0.5, 0.5, len(arm)) * np.minimum(gap[arm], 5)
    away = _FROM_SPINE_M + within * (length + gap)[arm] + length[arm] / 2 + jitter
    outward = np.sign(ribs.end_m - ribs.start_m)[arm]
    along = ribs.start_m[arm] + outward * away
    served = (rng.random(len(arm)) > _MISSING) & (skeleton.web.pipe_at(ribs.line[arm], along) >= 0)
    kept = np.flatnonzero(served)
    kept = kept[np.lexsort((along[kept], side[kept], ribs.line[arm[kept]], ribs.block[arm[kept]]))]
    return _stand(skeleton, ground, arm[kept], side[kept], along[kept], (units, length, depth), rng)


def _stand(
    skeleton: Skeleton,
    ground: Ground,
    arm: Int64,
    side: Int64,
    along: Float64,
    sizes: tuple[Int64, Float64, Float64],
    rng: np.random.Generator,
) -> Houses:
    """Turn places along ribs into buildings with right angles on the ground."""
    ribs, lines = skeleton.interior.ribs, skeleton.lines
    units, length, depth = sizes[0][arm], sizes[1][arm], sizes[2][arm]
    line = ribs.line[arm]
    turned = lines.vertical[line]
    across = lines.at_m[line] + side * (depth / 2 + _FROM_MAIN_M)
    x, y = np.where(turned, across, along), np.where(turned, along, across)
    centre = ground.place(x, y)
    ahead = ground.place(x + np.where(turned, 0.0, 20.0), y + np.where(turned, 20.0, 0.0)) - centre
    heading = ahead / np.hypot(*ahead.T)[:, None]
    skew = rng.normal(0, 0.02, len(arm))
    skew[skeleton.plan.blocks.use[ribs.block[arm]] == Use.OLD_TOWN] *= 3
    heading = np.stack([heading[:, 0] - skew * heading[:, 1], heading[:, 1] + skew * heading[:, 0]], axis=1)
    heading /= np.hypot(*heading.T)[:, None]
    # On a rib that runs north-south "across" is east, so the sense of rotation is reversed.
    hand = np.where(turned, -1.0, 1.0) * side
    facing: Float64 = np.stack([heading[:, 1] * hand, -heading[:, 0] * hand], axis=1)
    block = ribs.block[arm]
    first = np.r_[True, block[1:] != block[:-1]] if len(block) else np.empty(0, bool)
    start = np.maximum.accumulate(np.where(first, np.arange(len(block)), 0))
    number = np.arange(len(block)) - start + 1
    return Houses(block, number, arm, along, units, length, depth, side, centre, heading, facing)


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
