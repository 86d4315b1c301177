"""Which two neighbours together dry up no more than each alone, shown without tracing.

Two groups side by side under one dominator, each fed without the other, may together dry up what is fed through these
two only. All of that begins at vertices fed from the one directly, and at vertices fed from the other directly. In any
tree of supply, a vertex whose way from the root misses both keeps its water: so where each of these vertices, on one of
the two sides, has such a way in some tree, nothing more is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, dijkstra

from network.columns import NO_INDEX, Bool, Int32, Ragged
from network.dominators import RootedTree
from network.grouping import adjacency, grouped, ranges
from network.rank_basis import Sweep

_TREES = 4
"""Random trees that are tried; each settles most of what the ones before left."""


def no_more_than_alone(swept: Sweep, one: Int32, other: Int32) -> Bool:
    """Whether it can be shown that nothing hangs on each pair alone.

    Args:
        swept: What the ranking was worked out from.
        one: Shape (pairs,), vertices.
        other: Shape (pairs,), each beside its *one* under the same dominator.
    """
    if not len(one):
        return np.zeros(0, dtype=np.bool_)
    fed = _fed_beside(swept)
    trees = tuple(_trees(swept))
    shown = _shown(fed, trees, one, other)
    rest = np.flatnonzero(~shown)
    shown[rest] = _shown(fed, trees, other[rest], one[rest])
    return shown


def _shown(fed: Ragged, trees: tuple[RootedTree, ...], one: Int32, other: Int32) -> Bool:
    """The same, looking only at what is fed from *one*."""
    starts, ends = fed.offsets[one], fed.offsets[one + 1]
    pair = np.repeat(np.arange(len(one)), ends - starts)
    vertex = fed.values[ranges(starts, ends)]
    apart = vertex != other[pair]
    pair, vertex = pair[apart], vertex[apart]
    for tree in trees:
        under = tree.dominates(one[pair], vertex) | tree.dominates(other[pair], vertex)
        pair, vertex = pair[under], vertex[under]
    shown = np.ones(len(one), dtype=np.bool_)
    shown[pair] = False
    return shown


def _fed_beside(swept: Sweep) -> Ragged:
    """By vertex, the vertices beside it in the dominator tree that are fed from what hangs under it."""
    tree, tail, head = swept.tree, swept.tail, swept.head
    beside = (tree.position[tail] >= 0) & (tree.above[head] != tail) & ~tree.dominates(head, tail)
    tail, head = tail[beside], head[beside]
    deeper = np.flatnonzero(tree.above[tail] != tree.above[head])
    tail[deeper] = tree.below_meeting(tail[deeper], head[deeper])
    by_tail = grouped(tail, len(tree.above))
    return Ragged(by_tail.offsets, head[by_tail.values])


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
        length = rng.random(len(swept.tail)) + 0.01
        graph = csr_array((length, (swept.tail, swept.head)), shape=(vertices, vertices))
        _, before = dijkstra(graph, indices=np.array([root]), return_predecessors=True)
        yield _hung(before[0], root)


def _hung(above: NDArray[np.integer], root: int) -> RootedTree:
    parents = np.where(above >= 0, above, NO_INDEX).astype(np.int32)
    parents[root] = root
    return RootedTree.hung(parents, root)
