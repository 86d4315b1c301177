"""Legs: the ends of pipes at a junction, for the few junctions that are more than a meeting of pipes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.columns import Bool, Int32
from network.grouping import flags
from network.topology import Network

Leg = tuple[int, bool]
"""A pipe row, and whether its end at to_node is meant."""


@dataclass(frozen=True, eq=False)
class Legs:
    """Legs of some junctions, ordered by junction; of two legs the one on the pipe of the lower id comes first.

    Attributes:
        node, pipe: Shape (legs,), rows.
        at_end: Shape (legs,), True for the pipe's end at its to_node.
    """

    node: Int32
    pipe: Int32
    at_end: Bool

    def of(self, node: int) -> list[Leg]:
        """Legs of *node*; empty where it has none or was not asked for."""
        return [(int(self.pipe[at]), bool(self.at_end[at])) for at in range(*self.rows(node))]

    def rows(self, node: int) -> tuple[int, int]:
        """First row of *node*, and one past its last."""
        first, last = np.searchsorted(self.node, [node, node + 1])
        return int(first), int(last)


def legs_at(network: Network, nodes: NDArray[np.integer]) -> Legs:
    """Legs of *nodes* (rows, in any order, repeated or not)."""
    if not len(nodes):
        return Legs(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.bool_))
    wanted = flags(len(network.nodes), nodes)
    pipes = network.pipes
    starts, ends = np.flatnonzero(wanted[pipes.from_node]), np.flatnonzero(wanted[pipes.to_node])
    pipe = np.concatenate([starts, ends]).astype(np.int32)
    node = np.concatenate([pipes.from_node[starts], pipes.to_node[ends]]).astype(np.int32)
    at_end = np.repeat([False, True], [len(starts), len(ends)])
    order = np.argsort(node, kind="stable")
    return _lower_id_first(network, Legs(node[order], pipe[order], at_end[order]))


def _lower_id_first(network: Network, legs: Legs) -> Legs:
    """*legs* with the lower pipe id first where a junction has two of them: all that anybody asks of their order."""
    node = np.concatenate([[-1], legs.node, [-1]])
    pair = np.flatnonzero((node[1:-2] == node[2:-1]) & (node[:-3] != node[1:-2]) & (node[3:] != node[1:-2]))
    ids = network.pipes.ids.data
    swapped = pair[ids[legs.pipe[pair + 1]] < ids[legs.pipe[pair]]]
    order = np.arange(len(legs.node))
    order[swapped], order[swapped + 1] = swapped + 1, swapped
    return Legs(legs.node, legs.pipe[order], legs.at_end[order])
