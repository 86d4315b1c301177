"""What two groups dry up only together: everything that is fed through these two alone.

Let neither of two groups dominate the other, and let d be the nearest vertex that dominates both. What only both
together dry up hangs under further children of d. Each of these is reached from the one group through others of its
like, and has no feed but from under the two groups and from others of its like. So they are found by a flood from one
group, and by crossing out of it, again and again, whatever is fed from elsewhere.

The flood is kept short by trees of supply: a vertex whose way from the root misses both groups, in any tree, keeps its
water. A few trees that differ leave little more than what is really lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, dijkstra

from network.columns import NO_INDEX, Bool, Int32, Int64
from network.dominators import RootedTree
from network.grouping import adjacency, flags, grouped, ranges
from network.rank_basis import Sweep

_TREES = 4
"""Random trees of supply that are tried beside two that follow the arcs' order."""
_SPREAD = 4.0
"""Arcs' lengths in a random tree spread by factors e to this, so that its ways make wide detours."""
_MOST_FOUND = 100
"""A pair that finds more is left to tracing: what is really lost together is seldom more than a few dozen."""
_MOST_ARCS = 20_000
"""A pair whose flood meets more arcs at once is left to tracing."""


@dataclass(frozen=True, eq=False)
class Together:
    """What pairs dry up beyond what each side does alone.

    Attributes:
        settled: Shape (pairs,), False where it was not found out.
        pair, vertex: Shape (k,): under each *vertex* everything dries up with the *pair* (settled ones only).
    """

    settled: Bool
    pair: Int64
    vertex: Int32


def lost_together(swept: Sweep, one: Int32, other: Int32) -> Together:
    """What the pairs dry up together.

    Args:
        swept: What the ranking was worked out from.
        one: Shape (pairs,), vertices that water reaches.
        other: Shape (pairs,), as many; none may dominate its *one*, nor be dominated.
    """
    if not len(one):
        return Together(np.zeros(0, dtype=np.bool_), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32))
    return _Search.over(swept, one, other).run()


@dataclass(frozen=True, eq=False)
class _Search:
    """The pairs, and the arcs of water by either end.

    Attributes:
        one, other: As asked, the side from under which fewer arcs lead as *one*.
        below_one, below_other: The children of the nearest common dominator above or at them.
        tail, head: Arcs that do not run down the dominator tree nor up, ascending by the place of the tail.
        beside: Shape (arcs,), the child of the head's dominator above or at the tail.
        first: Shape (places + 1,): from the vertex at a place on lead the arcs from ``first`` of it.
        into: Arcs by head.
        fed_by_dominator: Shape (vertices,), True where the dominator itself feeds the vertex.
    """

    tree: RootedTree
    trees: tuple[RootedTree, ...]
    one: Int32
    other: Int32
    below_one: Int32
    below_other: Int32
    tail: Int32
    head: Int32
    beside: Int32
    first: Int64
    into_offsets: Int64
    into: Int32
    fed_by_dominator: Bool

    @classmethod
    def over(cls, swept: Sweep, one: Int32, other: Int32) -> _Search:
        tree = swept.tree
        tail, head, beside = _crossing(swept)
        first = np.searchsorted(tree.position[tail], np.arange(len(tree.above) + 1))
        arcs = [first[tree.end[side]] - first[tree.position[side]] for side in (one, other)]
        turned = arcs[1] < arcs[0]
        one, other = np.where(turned, other, one), np.where(turned, one, other)
        by_head = grouped(head, len(tree.above))
        return cls(
            tree,
            tuple(_trees(swept)),
            one,
            other,
            tree.below_meeting(one, other),
            tree.below_meeting(other, one),
            tail,
            head,
            beside,
            first,
            by_head.offsets,
            by_head.values,
            flags(len(tree.above), swept.head[swept.tail == tree.above[swept.head]]),
        )

    def run(self) -> Together:
        settled = np.ones(len(self.one), dtype=np.bool_)
        pairs = np.arange(len(self.one))
        keys = found = self._fed_from(pairs, self.one, settled)
        while len(found):
            reached = self._fed_from(*self._split(found), settled)
            found = np.setdiff1d(reached, keys, assume_unique=True)
            keys = np.union1d(keys, found)
            settled &= np.bincount(self._split(keys)[0], minlength=len(settled)) <= _MOST_FOUND
            found, keys = (some[settled[self._split(some)[0]]] for some in (found, keys))
        pair, vertex = self._split(self._without_other_feed(keys))
        kept = settled[pair]
        return Together(settled, pair[kept], vertex[kept])

    def _fed_from(self, pair: Int64, vertex: Int32, settled: Bool) -> Int64:
        """Keys of what is fed from under *vertex* and misses its pair in no tree; a pair with too much is given up."""
        starts, ends = self.first[self.tree.position[vertex]], self.first[self.tree.end[vertex]]
        settled[pair[ends - starts > _MOST_ARCS]] = False
        pair, starts, ends = (column[settled[pair]] for column in (pair, starts, ends))
        pair, head = np.repeat(pair, ends - starts), self.head[ranges(starts, ends)]
        level = self.tree.above[self.below_one[pair]]
        beside = (self.tree.above[head] == level) & (head != self.below_one[pair]) & (head != self.below_other[pair])
        pair, head = pair[beside], head[beside]
        keys = np.unique((pair * len(self.tree.above) + head)[self._doubtful(pair, head)])
        return keys[~self._surely_fed(*self._split(keys))]

    def _doubtful(self, pair: Int64, vertex: Int32) -> Bool:
        """Whether each *vertex* lies under its pair in every tree."""
        rows = np.arange(len(pair))
        for tree in self.trees:
            ends = pair[rows], vertex[rows]
            rows = rows[tree.dominates(self.one[ends[0]], ends[1]) | tree.dominates(self.other[ends[0]], ends[1])]
        return flags(len(pair), rows)

    def _surely_fed(self, pair: Int64, vertex: Int32) -> Bool:
        """Whether each *vertex* is fed by the dominator, or from one that keeps its water in some tree."""
        at, arc = self._feeds(pair, vertex)
        fed = self.fed_by_dominator[vertex]
        fed[at[~self._doubtful(pair[at], self.beside[arc])]] = True
        return fed

    def _feeds(self, pair: Int64, vertex: Int32) -> tuple[Int64, Int32]:
        """Places in *vertex*, and for each an arc that feeds it from elsewhere than from under the pair."""
        starts, ends = self.into_offsets[vertex], self.into_offsets[vertex + 1]
        at, arc = np.repeat(np.arange(len(vertex)), ends - starts), self.into[ranges(starts, ends)]
        one, other, tail = self.one[pair[at]], self.other[pair[at]], self.tail[arc]
        elsewhere = ~(self.tree.dominates(one, tail) | self.tree.dominates(other, tail))
        return at[elsewhere], arc[elsewhere]

    def _without_other_feed(self, keys: Int64) -> Int64:
        """*keys* without what is fed from elsewhere, directly or through others."""
        pair, vertex = self._split(keys)
        at, arc = self._feeds(pair, vertex)
        fed, feed = keys[at], pair[at] * len(self.tree.above) + self.beside[arc]
        while True:
            wet = np.unique(fed[~np.isin(feed, keys)])
            if not len(wet):
                return keys
            keys = np.setdiff1d(keys, wet, assume_unique=True)
            waiting = np.isin(fed, keys)
            fed, feed = fed[waiting], feed[waiting]

    def _split(self, keys: Int64) -> tuple[Int64, Int32]:
        pair, vertex = np.divmod(keys, len(self.tree.above))
        return pair, vertex.astype(np.int32)


def _crossing(swept: Sweep) -> tuple[Int32, Int32, Int32]:
    """Arcs beside the dominator tree, and the child of the head's dominator from under which each comes."""
    tree, tail, head = swept.tree, swept.tail, swept.head
    cross = np.flatnonzero((tree.position[tail] >= 0) & (tree.above[head] != tail) & ~tree.dominates(head, tail))
    cross = cross[np.argsort(tree.position[tail[cross]], kind="stable")]
    tail, head = tail[cross], head[cross]
    beside = tail.copy()
    deeper = np.flatnonzero(tree.above[tail] != tree.above[head])
    beside[deeper] = tree.below_meeting(tail[deeper], head[deeper])
    return tail, head, beside


def _trees(swept: Sweep) -> Iterator[RootedTree]:
    """Trees of supply that differ."""
    vertices = len(swept.tree.above)
    root = vertices - 1
    order, above = breadth_first_order(adjacency(swept.tail, swept.head, vertices), root, directed=True)
    yield _hung(above, root)
    rank = np.full(vertices, vertices, dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    earlier = np.flatnonzero(rank[swept.tail] < rank[swept.head])
    latest = np.full(vertices, NO_INDEX, dtype=np.int32)
    np.maximum.at(latest, swept.head[earlier], rank[swept.tail[earlier]])
    yield _hung(np.where(latest >= 0, order[latest], NO_INDEX), root)
    rng = np.random.default_rng(0)
    for _ in range(_TREES):
        length = np.exp(_SPREAD * rng.standard_normal(len(swept.tail)))
        graph = csr_array((length, (swept.tail, swept.head)), shape=(vertices, vertices))
        _, before = dijkstra(graph, indices=np.array([root]), return_predecessors=True)
        yield _hung(before[0], root)


def _hung(above: NDArray[np.integer], root: int) -> RootedTree:
    parents = np.where(above >= 0, above, NO_INDEX).astype(np.int32)
    parents[root] = root
    return RootedTree.hung(parents, root)
