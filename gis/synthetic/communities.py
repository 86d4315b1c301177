"""Mains inside the blocks: a spine from the street, ribs between the rows of houses, here and there a ring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.synthetic.plan import Blocks, Use
from gis.synthetic.sheet import UNIT_M, Level, LineStock, counter
from gis.synthetic.streets import NodeStock
from network.columns import Bool, Float64, Int64

_PIECE_M = 44.0
_SIDE_GATE = 0.8
_WIDER_ROAD_M = np.array([0.0, 16, 6, 0, 0, 0, 0])
"""How much farther than from a street houses stand from an arterial and a collector, by level."""


@dataclass(frozen=True)
class Habit:
    """How a block of one use is laid out inside.

    Attributes:
        row_m: Distance between ribs.
        inset_m: From the street's middle to the first house.
        rib: Chance that a rib exists on one side of the spine.
        through: Chance that the spine runs from street to street.
        ring: Chance that the ends of the ribs are linked.
        short: Ribs end up to this share before the inset.
    """

    row_m: float
    inset_m: float
    rib: float
    through: float
    ring: float
    short: float


HABITS: dict[Use, Habit] = {
    Use.OLD_TOWN: Habit(34, 13, 0.86, 0.85, 0.0, 0.25),
    Use.HOMES: Habit(54, 26, 0.95, 0.9, 0.3, 0.08),
    Use.TOWERS: Habit(66, 30, 0.93, 0.85, 0.5, 0.08),
    Use.HOUSES: Habit(44, 20, 0.88, 0.75, 0.05, 0.3),
    Use.WORKS: Habit(110, 32, 0.85, 0.3, 0.2, 0.15),
    Use.SHOPS: Habit(76, 27, 0.9, 0.4, 0.15, 0.1),
    Use.SCHOOL: Habit(75, 32, 0.7, 0.1, 0.1, 0.2),
    Use.HOSPITAL: Habit(62, 32, 0.8, 0.7, 0.6, 0.1),
    Use.FIRE_STATION: Habit(60, 28, 0.6, 0.1, 0.0, 0.3),
    Use.PARK: Habit(9_999, 40, 0.0, 0.0, 0.0, 0.0),
}


@dataclass(frozen=True, eq=False)
class Ribs:
    """One arm of a rib: from the spine to its end, on one side.

    Attributes:
        block, line: Shape (n,).
        start_m, end_m: Places along the rib's line; the arm runs from the spine outwards.
        room_m: Distance to the next rib.
        first: The rib with the lowest place along the spine.
    """

    block: Int64
    line: Int64
    start_m: Float64
    end_m: Float64
    room_m: Float64
    first: Bool


@dataclass(frozen=True, eq=False)
class Interior:
    """What was laid inside the blocks.

    Attributes:
        spine: Shape (blocks,), line id of each block's spine, -1 without one.
        entrance: Shape (blocks,), street line from which it comes.
        entrance_m: Shape (blocks,), place along that street.
        link_block: Shape (links,), block of each ring line, in the order in which they were drawn.
    """

    spine: Int64
    entrance: Int64
    entrance_m: Float64
    ribs: Ribs
    link_block: Int64


@dataclass(frozen=True, eq=False)
class _Frame:
    """Blocks seen along their spine: b along it, a across.

    ``edge_a``, shape (blocks, 2), are the streets beside; ``inner_a`` and ``inner_b`` where houses may stand;
    ``gate_line``, shape (blocks, 2), the street beside if a rib may run out to it, else -1.
    """

    turned: Bool
    b0: Float64
    b1: Float64
    edge_a: Float64
    inner_a: Float64
    inner_b: Float64
    gate_line: Int64
    low_side: Int64
    high_side: Int64
    from_low: Bool
    both: Bool
    spine_a: Float64

    def xy(self, rows: Int64, a: Float64, b: Float64) -> tuple[Float64, Float64]:
        """Sheet coordinates of points given by block and (a, b)."""
        turned = self.turned[rows]
        return np.where(turned, b, a), np.where(turned, a, b)


def habit_column(blocks: Blocks, field: str) -> Float64:
    """One figure of each block's habit, shape (blocks,)."""
    table = np.array([getattr(HABITS[use], field) for use in Use], dtype=float)
    return table[blocks.use]


def lay_interiors(
    blocks: Blocks, line_level: np.ndarray, stock: LineStock, nodes: NodeStock, rng: np.random.Generator
) -> Interior:
    """Draw spines, ribs and rings of all blocks, and their nodes."""
    frame = _frame(blocks, line_level, rng)
    rows = habit_column(blocks, "row_m")
    depth = frame.inner_b[:, 1] - frame.inner_b[:, 0]
    count = np.maximum(np.floor(depth / rows + 0.35), 0).astype(np.int64)
    count = np.where((count == 0) & (depth > 12) & (blocks.use != Use.PARK), 1, count)
    block, within = counter(count)
    room = (depth / np.maximum(count, 1))[block]
    b = frame.inner_b[block, 0] + (within + 0.5) * room + rng.uniform(-0.08, 0.08, len(block)) * room
    left, right, ringed = _arms(blocks, frame, block, rng)
    exists = left | right
    has_rib = np.bincount(block[exists], minlength=len(blocks)) > 0
    spine = np.full(len(blocks), -1, dtype=np.int64)
    spine[has_rib] = stock.add(~frame.turned[has_rib], frame.spine_a[has_rib], Level.SPINE)
    entrance, entrance_m = _entrances(frame, spine, has_rib, nodes)
    ribs, link_block = _lay_ribs(blocks, frame, spine, block, b, (left, right, ringed, room), stock, nodes, rng)
    return Interior(spine, entrance, entrance_m, ribs, link_block)


def _frame(blocks: Blocks, line_level: np.ndarray, rng: np.random.Generator) -> _Frame:
    """Choose where each spine comes in: from a small street rather than from an arterial, if there is one."""
    level = line_level[blocks.rects.sides]
    inner = level >= Level.STREET
    preference = inner * 2.0 + rng.random(inner.shape) + np.array([0.0, 0.0, 0.6, 0.6])
    side = preference.argmax(1)
    turned = side < 2
    bounds, sides = blocks.rects.bounds_m, blocks.rects.sides
    turn = turned[:, None]
    a = np.where(turn, bounds[:, 2:], bounds[:, :2])
    b = np.where(turn, bounds[:, :2], bounds[:, 2:])
    ends = np.where(turn, sides[:, :2], sides[:, 2:])
    inner_bounds = bounds + (habit_column(blocks, "inset_m")[:, None] + _WIDER_ROAD_M[level]) * np.array([1, -1, 1, -1])
    inner_a = np.where(turn, inner_bounds[:, 2:], inner_bounds[:, :2])
    inner_b = np.where(turn, inner_bounds[:, :2], inner_bounds[:, 2:])
    both_inner = np.where(turned, inner[:, 0] & inner[:, 1], inner[:, 2] & inner[:, 3])
    draw = rng.random(len(blocks))
    both = both_inner & (draw < habit_column(blocks, "through"))
    gate = (draw < habit_column(blocks, "through") * _SIDE_GATE)[:, None] & ~both[:, None]
    across = np.where(turn, sides[:, 2:], sides[:, :2])
    gate_line = np.where(gate & (line_level[across] >= Level.STREET), across, -1)
    share = rng.uniform(0.36, 0.64, len(blocks))
    middle = a[:, 0] + (a[:, 1] - a[:, 0]) * share
    spine_a = np.round((middle - UNIT_M / 2) / UNIT_M) * UNIT_M + UNIT_M / 2
    return _Frame(
        turned, b[:, 0], b[:, 1], a, inner_a, inner_b, gate_line, ends[:, 0], ends[:, 1], side % 2 == 0, both, spine_a
    )


def _arms(blocks: Blocks, frame: _Frame, block: Int64, rng: np.random.Generator) -> tuple[Bool, Bool, Bool]:
    chance = habit_column(blocks, "rib")[block]
    ringed = rng.random(len(blocks)) < habit_column(blocks, "ring")
    left = (rng.random(len(block)) < chance) | ringed[block]
    right = rng.random(len(block)) < chance
    left &= (frame.spine_a - frame.inner_a[:, 0])[block] > 14
    right &= (frame.inner_a[:, 1] - frame.spine_a)[block] > 14
    return left, right, ringed


def _entrances(frame: _Frame, spine: Int64, has_rib: Bool, nodes: NodeStock) -> tuple[Int64, Float64]:
    entrance = np.where(frame.from_low, frame.low_side, frame.high_side)
    for low in (True, False):
        rows = np.flatnonzero(has_rib & (frame.both | (frame.from_low == low)))
        side, at = (frame.low_side, frame.b0) if low else (frame.high_side, frame.b1)
        x, y = frame.xy(rows, frame.spine_a[rows], at[rows])
        nodes.add(x, y, side[rows], spine[rows])
    return entrance, frame.spine_a


def _lay_ribs(
    blocks: Blocks,
    frame: _Frame,
    spine: Int64,
    block: Int64,
    b: Float64,
    arms: tuple[Bool, Bool, Bool, Float64],
    stock: LineStock,
    nodes: NodeStock,
    rng: np.random.Generator,
) -> tuple[Ribs, Int64]:
    left, right, ringed, room = arms
    first = np.r_[True, block[1:] != block[:-1]]
    kept = np.flatnonzero(left | right)
    line = np.full(len(block), -1, dtype=np.int64)
    line[kept] = stock.add(frame.turned[block[kept]], b[kept], Level.RIB)
    tee_x, tee_y = frame.xy(block[kept], frame.spine_a[block[kept]], b[kept])
    nodes.add(tee_x, tee_y, line[kept], spine[block[kept]])
    short = habit_column(blocks, "short")
    parts, linked = [], []
    for there, limit, sign in ((left, frame.inner_a[:, 0], -1.0), (right, frame.inner_a[:, 1], 1.0)):
        rows = np.flatnonzero(there)
        owner = block[rows]
        reach = np.abs(limit - frame.spine_a)[owner]
        on_ring = ringed[owner] & (sign < 0)
        reach = np.where(on_ring, reach, reach * (1 - short[owner] * rng.random(len(rows))))
        end = frame.spine_a[owner] + sign * reach
        parts.append(Ribs(owner, line[rows], frame.spine_a[owner], end, room[rows], first[rows]))
        linked.append(_arm_nodes(frame, owner, line[rows], b[rows], end, on_ring, stock, nodes))
        _open_gates(frame, int(sign > 0), rows[~on_ring], block, line, b, nodes)
    ribs = Ribs(*(np.concatenate([getattr(part, name) for part in parts]) for name in Ribs.__dataclass_fields__))
    return ribs, np.concatenate(linked)


def _arm_nodes(
    frame: _Frame,
    owner: Int64,
    line: Int64,
    b: Float64,
    end: Float64,
    on_ring: Bool,
    stock: LineStock,
    nodes: NodeStock,
) -> Int64:
    """Nodes along arms: house-connection tees on the way, a blank end or the ring's corner at the end.

    Returns the blocks that got a ring line, in the order in which these were drawn.
    """
    start = frame.spine_a[owner]
    pieces = np.maximum(1, np.round(np.abs(end - start) / _PIECE_M)).astype(np.int64)
    arm, within = counter(pieces)
    inner = within < pieces[arm] - 1
    a = start[arm] + (end - start)[arm] * (within + 1) / pieces[arm]
    x, y = frame.xy(owner[arm], a, b[arm])
    ring_line = np.full(len(owner), -1, dtype=np.int64)
    ringed, first = np.unique(owner[on_ring], return_index=True)
    drawn = np.full(len(frame.turned), -1, dtype=np.int64)
    drawn[ringed] = stock.add(~frame.turned[ringed], end[on_ring][first], Level.LINK)
    ring_line[on_ring] = drawn[owner[on_ring]]
    nodes.add(x, y, line[arm], np.where(inner, -1, ring_line[arm]))
    return ringed


def _open_gates(frame: _Frame, side: int, rows: Int64, block: Int64, line: Int64, b: Float64, nodes: NodeStock) -> None:
    """Run one arm of a block out to the street beside it: a second feed where the spine is a dead end."""
    rows = rows[frame.gate_line[block[rows], side] >= 0]
    owner, first = np.unique(block[rows], return_index=True)
    chosen = rows[first]
    x, y = frame.xy(owner, frame.edge_a[owner, side], b[chosen])
    nodes.add(x, y, line[chosen], frame.gate_line[owner, side])
