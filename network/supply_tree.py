"""A tree of supply, and what falls dry when vertices are taken out of it, without asking the whole city.

Every supplied vertex hangs in a breadth-first tree under one root. Vertices are renumbered by *position* (preorder), so
that what hangs under a vertex is one range of positions, and arcs into it are one range of an array. Taking vertices
out can harm only what hangs under them; there, pieces that stay together (*blocks*) are fed again when any arc enters
them from outside, or from a block that is fed again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from network.columns import Bool, Int32, Int64
from network.grouping import flags, grouped, ranges

_OUTSIDE = 0
"""Block of everything that is not under a vertex taken out: the root's."""


@dataclass(frozen=True, eq=False)
class SupplyTree:
    """Breadth-first tree over the supplied vertices of a directed graph.

    Attributes:
        position: Shape (vertices,), position of each vertex, -1 where it is not supplied.
        vertex: Shape (supplied,), vertex at each position; the root's position is 0.
        end: Shape (supplied,): under position p hang p to ``end[p]``.
        parent: Shape (supplied,), position of the parent; the root's is 0.
        head: Shape (supplied,), the nearest position at or above that its parent feeds through a one-way arc. Equal
            heads: joined by tree arcs that run both ways.
        cross_offsets, cross_tail: Arcs beside the tree, by position of their head: position p is fed from
            ``cross_tail[cross_offsets[p]:cross_offsets[p + 1]]``.
    """

    position: Int32
    vertex: Int32
    end: Int32
    parent: Int32
    head: Int32
    cross_offsets: Int64
    cross_tail: Int32

    @classmethod
    def grown(cls, tail: NDArray[np.integer], head: NDArray[np.integer], vertices: int, root: int) -> SupplyTree:
        """Grow a tree from *root* along the arcs *tail* to *head*."""
        graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(vertices, vertices))
        order, above = breadth_first_order(graph, root, directed=True)
        reverse = above[tail] == head
        both_ways = flags(vertices, tail[reverse])
        rank = np.full(vertices, -1, dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        parent_rank = rank[above[order[1:]]]
        at, end, heads = preorder(parent_rank, ~both_ways[order])
        position = np.full(vertices, -1, dtype=np.int32)
        position[order] = at
        vertex, parent = np.empty((2, len(order)), dtype=np.int32)
        vertex[at] = order
        parent[at] = np.append(np.int32(0), at[parent_rank])
        beside = ~reverse & (above[head] != tail) & (position[tail] >= 0)
        cross = grouped(position[head[beside]], len(order))
        return cls(position, vertex, end, parent, heads, cross.offsets, position[tail[beside]][cross.values])

    def lost_without(self, removed: NDArray[np.integer]) -> Int32:
        """Supplied vertices that no longer are once *removed* vertices are taken out; these are not among them."""
        out = self.position[removed]
        out = np.unique(out[out >= 0])
        if not len(out):
            return np.empty(0, dtype=np.int32)
        is_out = flags(len(self.vertex), out)
        under = self._under(out)
        under = under[~is_out[under]]
        block = self._blocks(under, is_out)
        fed = self._fed_again(under, block, is_out)
        return self.vertex[under[~fed[block[under]]]]

    def _under(self, out: Int32) -> Int64:
        """Positions at and under *out* (ascending), each once."""
        reach = np.maximum.accumulate(self.end[out])
        outermost = np.append(True, out[1:] >= reach[:-1])
        return ranges(out[outermost], self.end[out[outermost]])

    def _blocks(self, under: Int64, is_out: Bool) -> Int32:
        """Block of each position: shape (supplied,), the topmost position of its block, 0 where nothing is cut off."""
        top = np.where(is_out[self.parent[under]], under, self.parent[under])
        block = np.zeros(len(self.vertex), dtype=np.int32)
        block[under] = top
        while True:
            above = block[top]
            if np.array_equal(above, top):
                break
            block[under] = top = above
        block[under] = np.maximum(top, self.head[under])
        return block

    def _fed_again(self, under: Int64, block: Int32, is_out: Bool) -> Bool:
        """Whether a block is fed: shape (supplied,), by the block's topmost position."""
        counts = self.cross_offsets[under + 1] - self.cross_offsets[under]
        source = self.cross_tail[ranges(self.cross_offsets[under], self.cross_offsets[under + 1])]
        one_way = under[(self.head[under] == under) & ~is_out[self.parent[under]]]
        into = np.concatenate([np.repeat(block[under], counts), block[one_way]])
        source = np.concatenate([source, self.parent[one_way]])
        usable = ~is_out[source]
        into, source = into[usable], block[source[usable]]
        fed = flags(len(self.vertex), np.array([_OUTSIDE]))
        while True:
            waiting = ~fed[into]
            into, source = into[waiting], source[waiting]
            newly = fed[source]
            if not newly.any():
                return fed
            fed[into[newly]] = True


def preorder(parent_rank: Int32, one_way: Bool) -> tuple[Int32, Int32, Int32]:
    """Positions of a breadth-first tree.

    Args:
        parent_rank: Shape (n - 1,), rank (place in breadth-first order) of the parent of each but the root; ascending.
        one_way: Shape (n,), by rank, whether its parent feeds it one way only.

    Returns:
        By rank the position; by position the end of its range, and its head (see :class:`SupplyTree`).
    """
    count = len(parent_rank) + 1
    parent = np.append(np.int32(-1), parent_rank)
    first_child = np.searchsorted(parent, np.arange(count + 1))
    levels = _levels(first_child, count)
    size = np.ones(count, dtype=np.int64)
    for (low, high), (below_low, below_high) in zip(levels[-2::-1], levels[:0:-1], strict=True):
        sums = np.append(0, np.cumsum(size[below_low:below_high]))
        size[low:high] += np.diff(sums[first_child[low : high + 1] - below_low])
    before = np.cumsum(size) - size
    siblings_before = before[1:] - before[first_child[parent_rank]]
    at, head = np.zeros((2, count), dtype=np.int32)
    for low, high in levels[1:]:
        above = parent[low:high]
        at[low:high] = at[above] + 1 + siblings_before[low - 1 : high - 1]
        head[low:high] = np.where(one_way[low:high], at[low:high], head[above])
    end, head_at = np.empty((2, count), dtype=np.int32)
    end[at] = at + size
    head_at[at] = head
    return at, end, head_at


def _levels(first_child: NDArray[np.integer], count: int) -> list[tuple[int, int]]:
    """Ranges of ranks at equal depth, from the root on."""
    levels = [(0, 1)]
    while levels[-1][1] < count:
        levels.append((levels[-1][1], int(first_child[levels[-1][1]])))
    return levels
