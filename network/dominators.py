"""Dominators of a directed graph: what every way from the root to a vertex goes through.

Take a vertex out, and what the root no longer reaches is exactly what hangs under it in the dominator tree; so sums
over what hangs under each vertex answer "what is lost without it" for a whole city at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray
from scipy.sparse.csgraph import breadth_first_order

from network.columns import NO_INDEX, Bool, Float64, Int32
from network.grouping import adjacency
from network.supply_tree import preorder

_FEW_ARCS = 8
"""Only vertices with so few arcs are looked at as ends of a branch: their sums of squares stay exact."""


@dataclass(frozen=True, eq=False)
class RootedTree:
    """A tree under one root, with what hangs under each vertex as a range of places.

    Attributes:
        above: Shape (vertices,), parent of each vertex; the root's own is the root, -1 where it does not reach.
        position: Shape (vertices,), place in preorder, -1 where the root does not reach.
        end: Shape (vertices,): under a vertex at position p hang the positions p to ``end``; 0 where not reached.
    """

    above: Int32
    position: Int32
    end: Int32

    @classmethod
    def hung(cls, above: Int32, root: int) -> RootedTree:
        """The tree with these parents."""
        reached = np.flatnonzero(above >= 0).astype(np.int32)
        below = reached[reached != root]
        order, parent = breadth_first_order(adjacency(above[below], below, len(above)), root, directed=True)
        rank = np.full(len(above), NO_INDEX, dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        at, end_at, _ = preorder(rank[parent[order[1:]]], np.zeros(len(order), dtype=np.bool_))
        position = np.full(len(above), NO_INDEX, dtype=np.int32)
        end = np.zeros(len(above), dtype=np.int32)
        position[order], end[order] = at, end_at[at]
        return cls(above, position, end)

    def sums(self, values: NDArray[np.number]) -> Float64:
        """For each vertex the sum of *values*, shape (vertices,), over all that hangs under it, itself included."""
        reached = np.flatnonzero(self.position >= 0)
        place = self.position[reached]
        running = np.zeros(len(reached) + 1)
        running[place + 1] = values[reached]
        np.cumsum(running, out=running)
        totals = np.zeros(len(values))
        totals[reached] = running[self.end[reached]] - running[place]
        return totals

    def dominates(self, one: NDArray[np.integer], other: NDArray[np.integer]) -> Bool:
        """Whether each of *one* is, or stands above, its *other*; never where either is not reached."""
        start, place = self.position[one], self.position[other]
        above: Bool = (start >= 0) & (start <= place) & (place < self.end[one])
        return above

    def below_meeting(self, one: NDArray[np.integer], other: NDArray[np.integer]) -> Int32:
        """From each of *one* up, the last vertex that is not above its *other*. Neither may dominate the other."""
        last = np.array(one, dtype=np.int32)
        climbing = np.arange(len(last))
        while len(climbing):
            up = self.above[last[climbing]]
            higher = ~self.dominates(up, other[climbing])
            climbing, up = climbing[higher], up[higher]
            last[climbing] = up
        return last


def dominator_tree(tail: Int32, head: Int32, vertices: int, root: int) -> RootedTree:
    """Dominators from *root* along the arcs *tail* to *head*: each vertex hangs under its immediate dominator."""
    return RootedTree.hung(immediate_dominators(tail, head, vertices, root), root)


def immediate_dominators(tail: Int32, head: Int32, vertices: int, root: int) -> Int32:
    """Immediate dominator of each vertex, as in :attr:`RootedTree.above`.

    Branches without a loop are told from their ends inwards, for a vertex with one neighbour has that neighbour above
    it and stands above nothing; the rest is asked of rustworkx.
    """
    peeled, neighbour = _ends_of_branches(tail, head, vertices, root)
    stays = np.ones(vertices, dtype=np.bool_)
    for ends in peeled:
        stays[ends] = False
    above = _asked(tail, head, stays, root)
    fed = np.zeros(vertices, dtype=np.bool_)
    from_neighbour = tail == neighbour[head]
    fed[head[from_neighbour]] = True
    for ends in reversed(peeled):
        inner = neighbour[ends]
        above[ends] = np.where(fed[ends] & (above[inner] >= 0), inner, NO_INDEX)
    return above


def _asked(tail: Int32, head: Int32, stays: Bool, root: int) -> Int32:
    """Immediate dominators among the vertices that stay."""
    kept = np.flatnonzero(stays).astype(np.int32)
    number = np.cumsum(stays, dtype=np.int32) - np.int32(1)
    inside = np.flatnonzero(stays[tail] & stays[head])
    graph: rx.PyDiGraph[int | None, None] = rx.PyDiGraph()
    graph.add_nodes_from(range(len(kept)))
    graph.extend_from_edge_list(list(zip(number[tail[inside]].tolist(), number[head[inside]].tolist(), strict=True)))
    found = rx.immediate_dominators(graph, int(number[root]))
    above = np.full(len(stays), NO_INDEX, dtype=np.int32)
    vertex = np.fromiter(found.keys(), dtype=np.int32, count=len(found))
    above[kept[vertex]] = kept[np.fromiter(found.values(), dtype=np.int32, count=len(found))]
    return above


def _ends_of_branches(tail: Int32, head: Int32, vertices: int, root: int) -> tuple[list[Int32], Int32]:
    """Vertices with one neighbour, round by round as the branches shorten, and the neighbour of each.

    All neighbours of a vertex are one when the square of their sum is their number times the sum of their squares.
    """
    count, total, squares = np.zeros((3, vertices))
    for one, other in ((tail, head), (head, tail)):
        far = other.astype(np.float64)
        count += np.bincount(one, minlength=vertices)
        total += np.bincount(one, weights=far, minlength=vertices)
        squares += np.bincount(one, weights=far * far, minlength=vertices)
    neighbour = np.full(vertices, NO_INDEX, dtype=np.int32)
    rounds: list[Int32] = []
    looked_at = np.arange(vertices, dtype=np.int32)
    while len(looked_at):
        arcs = count[looked_at]
        ends = looked_at[
            (arcs > 0)
            & (arcs <= _FEW_ARCS)
            & (arcs * squares[looked_at] == total[looked_at] ** 2)
            & (looked_at != root)
        ]
        inner = (total[ends] / count[ends]).astype(np.int32)
        neighbour[ends] = inner
        rounds.append(ends)
        _taken_off(ends, inner, count, total, squares)
        looked_at = np.unique(inner)
        looked_at = looked_at[neighbour[looked_at] < 0]
    return rounds, neighbour


def _taken_off(ends: Int32, inner: Int32, count: Float64, total: Float64, squares: Float64) -> None:
    """Forget the arcs between *ends* and *inner*."""
    arcs, far = count[ends], ends.astype(np.float64)
    np.subtract.at(count, inner, arcs)
    np.subtract.at(total, inner, arcs * far)
    np.subtract.at(squares, inner, arcs * far * far)
