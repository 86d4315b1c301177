"""The pipes of the city, exactly as many as asked for: the plan woven, cut to size, supplied with plants."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gis.synthetic.communities import Interior, lay_interiors
from gis.synthetic.plan import Plan
from gis.synthetic.sheet import Level, Lines, LineStock
from gis.synthetic.sources import Sources, add_sources, source_counts
from gis.synthetic.streets import Bridges, NodeStock, Web, corner_nodes, feeder_rank, largest_piece, weave
from gis.synthetic.terrain import Terrain
from network.columns import NO_INDEX, Bool, Int64

TRUNK_ASIDE_M = 16.0
_TRUNK_TAKE_OFF = 0.4
_SHORTEST_SPLIT_M = 20.0


@dataclass(frozen=True, eq=False)
class Skeleton:
    """What the rest of the city hangs on.

    Attributes:
        block_of_line: Shape (lines,), block inside which a line lies, -1 for streets.
        last_rank: Superblocks up to this rank are built.
        web: The pipes.
        sources: Plants, reservoir and tanks.
    """

    plan: Plan
    lines: Lines
    interior: Interior
    block_of_line: Int64
    last_rank: int
    web: Web
    sources: Sources

    @property
    def level(self) -> Int64:
        """Level of each pipe."""
        return self.lines.level[self.web.line].astype(np.int64)

    @property
    def built_blocks(self) -> Bool:
        """Blocks that belong to the city, shape (blocks,)."""
        return self.plan.blocks.rects.parent <= self.last_rank


def draw_skeleton(pipes: int, plan: Plan, stock: LineStock, terrain: Terrain, rng: np.random.Generator) -> Skeleton:
    """Weave the streets of *plan*, drawn in *stock*, into a city of exactly *pipes* pipes."""
    nodes = NodeStock()
    interior = lay_interiors(plan.blocks, stock.drawn().level, stock, nodes, rng)
    _lay_trunks(plan, stock, nodes, rng)
    lines = stock.drawn()
    corner_nodes(plan.blocks, nodes, lines)
    block_of_line = _blocks_of_lines(interior, lines, plan)
    bridges = Bridges(plan.bridges, *plan.river_m)
    web = weave(nodes, lines, plan.blocks, block_of_line, bridges)
    web, last_rank = _cut_to_size(web, plan, feeder_rank(web, lines, plan.blocks, bridges), pipes)
    web = _fit(web, lines, pipes - sum(source_counts(pipes)), rng)
    web, lines, sources = add_sources(web, lines, plan, terrain, pipes, rng)
    block_of_line = np.append(block_of_line, np.full(len(sources.node), NO_INDEX, dtype=np.int64))
    return Skeleton(plan, lines, interior, block_of_line, last_rank, web, sources)


def _blocks_of_lines(interior: Interior, lines: Lines, plan: Plan) -> Int64:
    out = np.full(len(lines), NO_INDEX, dtype=np.int64)
    has = interior.spine >= 0
    out[interior.spine[has]] = np.flatnonzero(has)
    out[interior.ribs.line] = interior.ribs.block
    link = np.flatnonzero(lines.level == Level.LINK)
    out[link] = interior.link_block
    assert len(plan.blocks) == len(has)
    return out


def _lay_trunks(plan: Plan, stock: LineStock, nodes: NodeStock, rng: np.random.Generator) -> None:
    """Feeders beside every other arterial (all of them in a small city), joined to what crosses them."""
    at_x, at_y = plan.macro_x, plan.macro_y
    x_ids, y_ids = np.arange(len(at_x)), len(at_x) + np.arange(len(at_y))
    step = 1 if plan.radius_m < 6_000 else 2
    x_rows = np.arange(len(at_x) // 2 % step, len(at_x), step)
    y_rows = np.arange(len(at_y) // 2 % step, len(at_y), step)
    xs, ys = at_x[x_rows] + TRUNK_ASIDE_M, at_y[y_rows] + TRUNK_ASIDE_M
    trunk_x = stock.add(np.ones(len(xs), bool), xs, Level.TRUNK, x_ids[x_rows].astype(np.int32))
    trunk_y = stock.add(np.zeros(len(ys), bool), ys, Level.TRUNK, y_ids[y_rows].astype(np.int32))
    _cross(xs, ys, trunk_x, trunk_y, nodes)
    _cross(xs, at_y, trunk_x, y_ids, nodes)
    _cross(at_x, ys, x_ids, trunk_y, nodes)
    _take_offs(plan, dict(zip(x_ids[x_rows].tolist(), trunk_x.tolist(), strict=True)), 0, nodes, rng)
    _take_offs(plan, dict(zip(y_ids[y_rows].tolist(), trunk_y.tolist(), strict=True)), 2, nodes, rng)


def _cross(x: np.ndarray, y: np.ndarray, vertical: Int64, horizontal: Int64, nodes: NodeStock) -> None:
    nodes.add(np.repeat(x, len(y)), np.tile(y, len(x)), np.repeat(vertical, len(y)), np.tile(horizontal, len(x)))


def _take_offs(plan: Plan, trunk_of: dict[int, int], side: int, nodes: NodeStock, rng: np.random.Generator) -> None:
    """Join some of the collectors that cross a feeder to it."""
    rects = plan.superblocks.rects
    arterial = rects.sides[:, side]
    trunk = np.array([trunk_of.get(line, NO_INDEX) for line in arterial.tolist()], dtype=np.int64)
    rows = np.flatnonzero((trunk >= 0) & (rng.random(len(trunk)) < _TRUNK_TAKE_OFF))
    other = 2 - side
    collector = rects.sides[rows, other]
    kept = collector >= len(plan.macro_x) + len(plan.macro_y)
    rows, collector = rows[kept], collector[kept]
    at = rects.bounds_m[rows, side] + TRUNK_ASIDE_M
    along = rects.bounds_m[rows, other]
    nodes.add(*((at, along) if side == 0 else (along, at)), trunk[rows], collector)


def _cut_to_size(web: Web, plan: Plan, needed: Int64, pipes: int) -> tuple[Web, int]:
    """Keep the best-placed superblocks that together have about *pipes* pipes in one connected piece."""
    parent = np.append(plan.blocks.rects.parent, np.iinfo(np.int64).max)
    rank = parent[web.beside].min(1)
    rank[rank == parent[-1]] = 0
    rank = np.maximum(rank, needed)
    low, high = 0, int(plan.superblocks.built.size) - 1
    best: tuple[int, Web, int] | None = None
    while low <= high:
        middle = (low + high) // 2
        piece = largest_piece(web.take(rank <= middle))
        if best is None or abs(len(piece) - pipes) < abs(best[0] - pipes):
            best = (len(piece), piece, middle)
        low, high = (middle + 1, high) if len(piece) < pipes else (low, middle - 1)
    assert best is not None
    _, piece, last = best
    beside = np.where(parent[piece.beside] <= last, piece.beside, NO_INDEX)
    return replace(piece, beside=beside), last


def _fit(web: Web, lines: Lines, pipes: int, rng: np.random.Generator) -> Web:
    """Make it exactly *pipes*: leave out blank ends of ribs, or joint long pipes in the middle."""
    while len(web) > pipes:
        degree = web.degree()
        blank = (np.minimum(degree[web.start], degree[web.end]) == 1) & (lines.level[web.line] == Level.RIB)
        rows = np.flatnonzero(blank)
        if not len(rows):
            break
        dropped = rng.permutation(rows)[: len(web) - pipes]
        web = web.take(np.setdiff1d(np.arange(len(web)), dropped))
    while len(web) < pipes:
        web = _joint_longest(web, lines, pipes - len(web))
    return web.sorted()


def _joint_longest(web: Web, lines: Lines, wanted: int) -> Web:
    length = np.where(lines.level[web.line] == Level.TRUNK, 0.3, 1.0) * (web.high_m - web.low_m)
    order = np.argsort(-length, kind="stable")
    rows = np.sort(order[: max(1, min(wanted, int((length > _SHORTEST_SPLIT_M).sum() // 8 + 1)))])
    middle = (web.low_m[rows] + web.high_m[rows]) / 2
    node = len(web.x_m) + np.arange(len(rows))
    vertical = lines.vertical[web.line[rows]]
    share = 0.5
    x = web.x_m[web.start[rows]] * share + web.x_m[web.end[rows]] * share
    y = web.y_m[web.start[rows]] * share + web.y_m[web.end[rows]] * share
    x, y = np.where(vertical, x, np.where(vertical, x, middle)), np.where(vertical, middle, y)
    high, end = web.high_m.copy(), web.end.copy()
    high[rows], end[rows] = middle, node
    return Web(
        np.append(web.x_m, x),
        np.append(web.y_m, y),
        np.append(web.line, web.line[rows]),
        np.append(web.low_m, middle),
        np.append(high, web.high_m[rows]),
        np.append(web.start, web.start[rows] * 0 + node),
        np.append(end, web.end[rows]),
        np.concatenate([web.beside, web.beside[rows]]),
    )
