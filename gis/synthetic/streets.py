"""From lines to nodes and pipes: nodes where lines meet, a pipe between each node and the next on the same line."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gis.synthetic.plan import Blocks
from gis.synthetic.sheet import Level, Lines
from network.columns import NO_INDEX, Bool, Float64, Int64

_KEY_M = 1.0e6
_MERGE_M = 11.0
_OVERHANG_M = 30.0


def line_keys(line: Int64, along_m: Float64) -> Float64:
    """Keys that order places by line, then by place; exact to some micrometres."""
    keys: Float64 = line * _KEY_M + along_m
    return keys


class NodeStock:
    """Gathers nodes: each lies on one line, or where two meet."""

    def __init__(self) -> None:
        self._x: list[Float64] = []
        self._y: list[Float64] = []
        self._first: list[Int64] = []
        self._second: list[Int64] = []

    def add(self, x_m: Float64, y_m: Float64, first: Int64, second: Int64) -> None:
        """Add nodes at sheet coordinates on line *first* and, where not -1, line *second*."""
        self._x.append(np.asarray(x_m, float))
        self._y.append(np.asarray(y_m, float))
        self._first.append(np.asarray(first, np.int64))
        self._second.append(np.asarray(second, np.int64))

    def gathered(self) -> tuple[Float64, Float64, Int64, Int64]:
        """x, y, first line, second line of all nodes."""
        return (
            np.concatenate(self._x),
            np.concatenate(self._y),
            np.concatenate(self._first),
            np.concatenate(self._second),
        )


@dataclass(frozen=True, eq=False)
class Web:
    """Pipes between nodes on the sheet, sorted by line and place.

    Attributes:
        x_m, y_m: Shape (nodes,), sheet coordinates.
        line: Shape (pipes,), the line each lies on.
        low_m, high_m: Shape (pipes,), its reach along the line.
        start, end: Shape (pipes,), nodes at low_m and high_m.
        beside: Shape (pipes, 2), block to the west or south, and to the east or north, -1 for none; both the same
            inside a block.
    """

    x_m: Float64
    y_m: Float64
    line: Int64
    low_m: Float64
    high_m: Float64
    start: Int64
    end: Int64
    beside: Int64

    def __len__(self) -> int:
        return len(self.line)

    def take(self, rows: Int64 | Bool) -> Web:
        """Only these pipes."""
        return replace(
            self,
            line=self.line[rows],
            low_m=self.low_m[rows],
            high_m=self.high_m[rows],
            start=self.start[rows],
            end=self.end[rows],
            beside=self.beside[rows],
        )

    def sorted(self) -> Web:
        """The same, in order of line and place."""
        return self.take(np.lexsort((self.low_m, self.line)))

    def pipe_at(self, line: Int64, along_m: Float64) -> Int64:
        """Pipe on *line* at *along_m*, -1 where there is none."""
        at = np.searchsorted(line_keys(self.line, self.low_m), line_keys(line, along_m), side="right") - 1
        safe = np.maximum(at, 0)
        inside = (at >= 0) & (self.line[safe] == line) & (along_m <= self.high_m[safe])
        return np.where(inside, safe, NO_INDEX)

    def degree(self) -> Int64:
        """Number of pipe ends at each node."""
        return np.bincount(np.concatenate([self.start, self.end]), minlength=len(self.x_m))


def corner_nodes(blocks: Blocks, nodes: NodeStock, lines: Lines) -> None:
    """Nodes at the corners of all blocks, each pair of lines once."""
    sides = blocks.rects.sides
    pairs = np.concatenate([sides[:, [v, h]] for v in (0, 1) for h in (2, 3)])
    key = np.unique(pairs[:, 0] * len(lines) + pairs[:, 1])
    vertical, horizontal = key // len(lines), key % len(lines)
    nodes.add(lines.at_m[vertical], lines.at_m[horizontal], vertical, horizontal)


def weave(nodes: NodeStock, lines: Lines, blocks: Blocks, block_of_line: Int64, bridges: Bridges) -> Web:
    """Join nodes along every line, wherever there is land built upon on at least one side."""
    x, y, first, second = nodes.gathered()
    number = np.arange(len(x))
    paired = second >= 0
    line = np.concatenate([first, second[paired]])
    node = np.concatenate([number, number[paired]])
    along = np.where(lines.vertical[line], y[node], x[node])
    order = np.lexsort((node, along, line))
    line, node, along = line[order], node[order], along[order]
    street = (lines.level[line] >= Level.ARTERIAL) & (lines.level[line] <= Level.STREET)
    node = _merged(line, node, along, street, len(x))[node]
    joined = (line[1:] == line[:-1]) & (node[1:] != node[:-1])
    at = np.flatnonzero(joined)
    beside = _beside(line[at], (along[at] + along[at + 1]) / 2, lines, blocks, block_of_line)
    kept = (beside.max(1) >= 0) | bridges.carry(line[at], along[at], along[at + 1], lines)
    at, beside = at[kept], beside[kept]
    web = Web(x, y, line[at], along[at], along[at + 1], node[at], node[at + 1], beside)
    return _without_twins(web)


@dataclass(frozen=True, eq=False)
class Bridges:
    """Where mains may cross the river.

    Attributes:
        lines: Arterials that have a bridge.
        low_m, high_m: The banks.
    """

    lines: Int64
    low_m: float
    high_m: float

    def carry(self, line: Int64, low_m: Float64, high_m: Float64, lines: Lines) -> Bool:
        """Which pieces of lines lie on a bridge."""
        middle = (low_m + high_m) / 2
        over = lines.vertical[line] & (middle > self.low_m) & (middle < self.high_m)
        arterial = np.where(lines.parent[line] >= 0, lines.parent[line], line)
        return over & np.isin(arterial, self.lines)


def _merged(line: Int64, node: Int64, along: Float64, street: Bool, count: int) -> Int64:
    """Which node each becomes: streets that meet a road from both sides at nearly one place meet each other."""
    near = np.flatnonzero((line[1:] == line[:-1]) & (np.diff(along) < _MERGE_M) & street[1:] & (node[1:] != node[:-1]))
    graph = coo_array((np.ones(len(near)), (node[near], node[near + 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    keeper = np.full(count, count, dtype=np.int64)
    np.minimum.at(keeper, label, np.arange(count))
    return keeper[label]


def _beside(line: Int64, middle: Float64, lines: Lines, blocks: Blocks, block_of_line: Int64) -> Int64:
    """Blocks on both sides of places on lines, shape (n, 2)."""
    out = np.full((len(line), 2), NO_INDEX, dtype=np.int64)
    inside = block_of_line[line] >= 0
    out[inside] = block_of_line[line[inside]][:, None]
    arterial = np.where(lines.parent[line] >= 0, lines.parent[line], line)
    bounds, sides = blocks.rects.bounds_m, blocks.rects.sides
    for side, columns in enumerate(((1, 3), (0, 2))):
        touching = np.concatenate([sides[:, column] for column in columns])
        block = np.tile(np.arange(len(blocks)), 2)
        low = np.concatenate([bounds[:, 2], bounds[:, 0]])
        high = np.concatenate([bounds[:, 3], bounds[:, 1]])
        order = np.lexsort((low, touching))
        keys = line_keys(touching, low)[order]
        at = np.maximum(np.searchsorted(keys, line_keys(arterial, middle), side="right") - 1, 0)
        candidate = order[at]
        hit = ~inside & (touching[candidate] == arterial) & (middle < high[candidate]) & (middle > low[candidate])
        out[hit, side] = block[candidate[hit]]
    return out


def feeder_rank(web: Web, lines: Lines, blocks: Blocks, bridges: Bridges) -> Int64:
    """Rank of the superblocks that a feeder needs: built land beside both its ends, lest it run out into the open.

    Shape (pipes,); 0 for other pipes and for bridges.
    """
    out = np.zeros(len(web), dtype=np.int64)
    over = bridges.carry(web.line, web.low_m, web.high_m, lines)
    feeder = np.flatnonzero((lines.level[web.line] == Level.TRUNK) & ~over)
    nowhere = np.full(len(lines), NO_INDEX, dtype=np.int64)
    rank = np.append(blocks.rects.parent, np.iinfo(np.int64).max)
    for at in (web.low_m[feeder] + _OVERHANG_M, web.high_m[feeder] - _OVERHANG_M):
        beside = _beside(web.line[feeder], at, lines, blocks, nowhere)
        out[feeder] = np.maximum(out[feeder], rank[beside].min(1))
    return out


def _without_twins(web: Web) -> Web:
    """Drop pipes that join the same two nodes as an earlier one."""
    low, high = np.minimum(web.start, web.end), np.maximum(web.start, web.end)
    _, first = np.unique(low * np.int64(len(web.x_m)) + high, return_index=True)
    return web.take(np.sort(first))


def largest_piece(web: Web) -> Web:
    """Only the pipes that hang together with the most others."""
    count = len(web.x_m)
    graph = coo_array((np.ones(len(web)), (web.start, web.end)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    biggest = np.bincount(label[web.start]).argmax()
    return web.take(label[web.start] == biggest)
