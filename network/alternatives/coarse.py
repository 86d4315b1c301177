"""Plans beyond what can be searched: the tight plan joined with its neighbours, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from network.alternatives.ball import Ball
from network.alternatives.cuts import REST, TARGET, UNCLOSABLE, FlowNetwork

MOST_TRACED = 8
"""So many plans at most are traced."""


def coarser_cuts(ball: Ball, least: float, below: int) -> list[frozenset[int]]:
    """Cuts that cost *least* or more, but less than *below*.

    From the target on, the neighbour with the fewest customers is given up, and with it what nothing can close off,
    again and again; of equal ones that whose cut costs least.

    Returns:
        Cuts, each holding those before it, cheaper than all before it.
    """
    growing, found = _Growing(ball), list[frozenset[int]]()
    cost = below
    while growing.further() and len(found) < MOST_TRACED:
        if least <= growing.cost < cost:
            found.append(frozenset(growing.inside))
            cost = growing.cost
    return found


@dataclass(frozen=True)
class _Offer:
    """What joining a neighbour means.

    Attributes:
        customers, cost: Surely out with it; added to the cost of the cut, often below 0.
        nodes: The neighbour and what nothing can close off from it, ascending.
    """

    customers: int
    cost: int
    nodes: tuple[int, ...]

    @property
    def rank(self) -> tuple[int, int, tuple[int, ...]]:
        """The lowest is taken."""
        return self.customers, self.cost, self.nodes


class _Growing:
    """A cut that grows; what its neighbours would add is reckoned again only beside what was joined last."""

    def __init__(self, ball: Ball) -> None:
        self.ball = ball
        self.network = ball.network
        self.inside = {TARGET}
        self.cost = ball.network.cost(frozenset([TARGET]))
        self.ways_out = _ways_out(ball.network)
        self.offers: dict[int, _Offer | None] = {}
        self._ask_beside((TARGET,))

    def further(self) -> bool:
        """Join the best neighbour; False where every neighbour brings the rest of the city in."""
        best = min((offer for offer in self.offers.values() if offer), key=lambda offer: offer.rank, default=None)
        if best is None:
            return False
        self.inside.update(best.nodes)
        self.cost += best.cost
        self._ask_beside(best.nodes)
        return True

    def _ask_beside(self, joined: tuple[int, ...]) -> None:
        """New offers of the neighbours of *joined*, and of those whose own neighbours were joined."""
        touched = {*joined, *(arc.node for node in joined for arc in self.network.arcs[node])}
        beside = {arc.node for node in joined for arc in self.network.arcs[node] if arc.capacity}
        for node, offer in self.offers.items():
            if offer and not touched.isdisjoint(offer.nodes):
                beside.add(node)
        for node in beside - {REST}:
            self.offers[node] = None if node in self.inside else self._offer(node)

    def _offer(self, node: int) -> _Offer | None:
        """What joining *node* means; None where that brings the rest of the city in."""
        nodes, waiting = {node}, [node]
        while waiting:
            for arc in self.network.arcs[waiting.pop()]:
                if arc.capacity >= UNCLOSABLE and arc.node not in nodes and arc.node not in self.inside:
                    if arc.node == REST:
                        return None
                    nodes.add(arc.node)
                    waiting.append(arc.node)
        return _Offer(self.ball.surely_out(frozenset(nodes)), self._cost_of(nodes), tuple(sorted(nodes)))

    def _cost_of(self, nodes: set[int]) -> int:
        """By how much the cut costs more with *nodes*."""
        inside = self.inside
        to_close = sum(
            arc.capacity
            for node in nodes
            for arc in self.network.arcs[node]
            if arc.node not in nodes and arc.node not in inside
        )
        spared = sum(capacity for node in nodes for other, capacity in self.ways_out[node] if other in inside)
        return to_close - spared


def _ways_out(network: FlowNetwork) -> list[list[tuple[int, int]]]:
    """By node, the nodes to which water comes from it, and what closing that costs."""
    ways: list[list[tuple[int, int]]] = [[] for _ in network.arcs]
    for node, arcs in enumerate(network.arcs):
        for arc in arcs:
            if arc.capacity:
                ways[arc.node].append((node, arc.capacity))
    return ways
