"""Smallest cuts around a target in a small flow network, in the order of their cost.

A *cut* is the set R of nodes that are given up with the target: it holds the target, not the rest of the city, and no
arc that nothing can close leads into it. Its cost is that of all valves between R and what lies outside. Whatever a
cut takes from customers can only grow with R. So of all cuts that hold some nodes and lack some others, those inside
the smallest R of lowest cost matter alone: any other, met with it, gives one that costs no more and takes no more
(cost is submodular). This is what makes *important cuts* few, at most 4 to the number of valves (D. Marx,
"Parameterized graph separation problems", Theoretical Computer Science 351, 2006); here they are found cheapest first,
by partition of what is left after each.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

TARGET, REST = 0, 1
"""Nodes of every flow network: the target's region, and the rest of the city, from which water comes."""
UNCLOSABLE = 1 << 60
"""Capacity of what nothing can close."""


class Arc(NamedTuple):
    """A neighbour *node* of some node, as water comes from it.

    Attributes:
        pair: Number of the pair of nodes.
        sign: Flow of the pair counts with it: 1 from *node* here, -1 the other way.
        capacity: Cost of the valves between both, or :data:`UNCLOSABLE`.
    """

    node: int
    pair: int
    sign: int
    capacity: int


@dataclass(frozen=True)
class FlowNetwork:
    """Nodes 0 (target), 1 (rest of the city) and others.

    Attributes:
        arcs: By node, the arcs that may bring water to it or take flow back.
        pairs: How many pairs of nodes touch.
        outlets: Nodes that are worth keeping though nothing outside feeds them: pumps' own tanks empty into them.
    """

    arcs: tuple[tuple[Arc, ...], ...]
    pairs: int
    outlets: frozenset[int] = frozenset()

    @cached_property
    def fed_from(self) -> tuple[frozenset[int], ...]:
        """By node, the nodes from which water comes to it."""
        return tuple(frozenset(arc.node for arc in arcs if arc.capacity) for arcs in self.arcs)

    @classmethod
    def of(cls, nodes: int, capacities: dict[tuple[int, int], int], outlets: frozenset[int]) -> FlowNetwork:
        """A network from the capacity of each ordered pair of nodes."""
        arcs: list[list[Arc]] = [[] for _ in range(nodes)]
        pairs = sorted({(one, other) if one < other else (other, one) for one, other in capacities})
        for number, (low, high) in enumerate(pairs):
            arcs[high].append(Arc(low, number, 1, capacities.get((low, high), 0)))
            arcs[low].append(Arc(high, number, -1, capacities.get((high, low), 0)))
        return cls(tuple(map(tuple, arcs)), len(pairs), outlets)

    def cost(self, inside: frozenset[int]) -> int:
        """Cost of the cut *inside*."""
        return sum(arc.capacity for node in inside for arc in self.arcs[node] if arc.node not in inside)


@dataclass(frozen=True)
class Cut:
    """A cut of lowest cost among those that hold *held* and nothing but *inside*.

    Attributes:
        cost: In the unit of the capacities.
        inside: Nodes given up.
        held: Those of them that every further cut found inside this one gives up too.
        flow: By pair of nodes, a flow of water of just this cost into what is held.
    """

    cost: int
    inside: frozenset[int]
    held: frozenset[int]
    flow: tuple[int, ...]


@dataclass
class Work:
    """How many smallest cuts may still be computed.

    Attributes:
        most: The limit.
        done: How many were computed.
        complete_to: Where the limit ended a search, every cut that costs less was found; else infinite.
    """

    most: int
    done: int = 0
    complete_to: float = math.inf

    @property
    def spent(self) -> bool:
        """True when the limit is reached."""
        return self.done >= self.most


def smallest_cut(
    network: FlowNetwork, held: frozenset[int], within: frozenset[int], below: int, wider: Cut | None = None
) -> Cut | None:
    """The cut of lowest cost that holds *held* and nothing but *within*; of equal ones the smallest.

    Args:
        network: Where to cut.
        held: Nodes given up.
        within: Nodes that may be given up.
        below: Upper bound of the cost.
        wider: A smallest cut that may hold more and need hold no more, *within* being a part of its inside: its flow is
            one here too, so that only what must be added is searched for.

    Returns:
        None where every such cut costs *below* or more.
    """
    flow, cost = ([0] * network.pairs, 0) if wider is None else (list(wider.flow), wider.cost)
    while True:
        back = _trace_back(network, flow, held, within)
        if isinstance(back, set):
            return Cut(cost, frozenset(back), held, tuple(flow))
        pushed = min(arc.capacity - arc.sign * flow[arc.pair] for arc in back)
        cost += pushed
        if cost >= below:
            return None
        for arc in back:
            flow[arc.pair] += arc.sign * pushed


def _trace_back(
    network: FlowNetwork, flow: list[int], held: frozenset[int], within: frozenset[int]
) -> list[Arc] | set[int]:
    """A way for more water to come to *held* from outside *within*, as its arcs; or else all from where it might."""
    taken: dict[int, tuple[int, Arc] | None] = dict.fromkeys(held)
    waiting = deque(sorted(held))
    while waiting:
        node = waiting.popleft()
        for arc in network.arcs[node]:
            beyond, pair, sign, capacity = arc
            if beyond in taken or capacity - sign * flow[pair] <= 0:
                continue
            if beyond not in within:
                return _way(taken, node, arc)
            taken[beyond] = (node, arc)
            waiting.append(beyond)
    return set(taken)


def _way(taken: dict[int, tuple[int, Arc] | None], node: int, first: Arc) -> list[Arc]:
    way = [first]
    step = taken[node]
    while step is not None:
        node, arc = step
        way.append(arc)
        step = taken[node]
    return way


def cuts_by_cost(network: FlowNetwork, work: Work, hopeless: Callable[[Cut], bool], below: int) -> Iterator[Cut]:
    """Cuts that cost less than *below*, cheapest first; each that may matter is among them.

    Args:
        network: Where to cut.
        work: How many smallest cuts may be computed; when none is left, the search ends early.
        hopeless: Asked of a cut with what it holds: True where neither it nor any cut inside it that holds the same
            nodes is wanted.
        below: Upper bound of the cost.

    Yields:
        Cuts; after the last one ``work.complete_to`` tells whether the search was complete.
    """
    everything = frozenset(range(len(network.arcs))) - {REST}
    first = smallest_cut(network, frozenset([TARGET]), everything, below)
    waiting = [] if first is None else [(first.cost, 0, first)]
    born = 0
    while waiting:
        cost, _, cut = heapq.heappop(waiting)
        yield cut
        held = cut.held
        for node in _worth_keeping(network, cut):
            if hopeless(replace(cut, held=held)):
                break
            if work.spent:
                work.complete_to = min([cost + 1, *(other[0] for other in waiting[:1])])
                return
            work.done += 1
            child = smallest_cut(network, held, cut.inside - {node}, below, cut)
            held |= {node}
            if child is not None:
                born += 1
                heapq.heappush(waiting, (child.cost, born, child))


def _worth_keeping(network: FlowNetwork, cut: Cut) -> list[int]:
    """Nodes of *cut* that have water when they are kept: on its rim, or fed by a pump's own tank."""
    kept = cut.inside - cut.held
    rim = {node for node in kept if not network.fed_from[node] <= cut.inside}
    return sorted(rim | (network.outlets & kept))
