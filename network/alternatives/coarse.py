"""Plans beyond what can be searched: the tight plan joined with its neighbours, one after the other."""

from __future__ import annotations

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
    inside, found = frozenset([TARGET]), list[frozenset[int]]()
    cost = below
    while (wider := _wider(ball, inside)) is not None and len(found) < MOST_TRACED:
        inside = wider
        reached = ball.network.cost(inside)
        if least <= reached < cost:
            found.append(inside)
            cost = reached
    return found


def _wider(ball: Ball, inside: frozenset[int]) -> frozenset[int] | None:
    """*inside* with the cheapest neighbour joined; None where every neighbour brings the rest of the city in."""
    rim = {arc.node for node in inside for arc in ball.network.arcs[node] if arc.capacity and arc.node not in inside}
    joined = [_with(ball.network, inside, node) for node in sorted(rim - {REST})]
    possible = [wider for wider in joined if wider is not None]
    if not possible:
        return None
    return min(possible, key=lambda wider: (ball.surely_out(wider), ball.network.cost(wider), sorted(wider)))


def _with(network: FlowNetwork, inside: frozenset[int], node: int) -> frozenset[int] | None:
    wider, waiting = set(inside) | {node}, [node]
    while waiting:
        for arc in network.arcs[waiting.pop()]:
            if arc.capacity >= UNCLOSABLE and arc.node not in wider:
                if arc.node == REST:
                    return None
                wider.add(arc.node)
                waiting.append(arc.node)
    return frozenset(wider)
