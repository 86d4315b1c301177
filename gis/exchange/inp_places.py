"""Where the nodes of an EPANET file lie. Files written by hand often leave some out."""

from __future__ import annotations

import math
from collections.abc import Mapping

from network.inp import InpNetwork

Point = tuple[float, float]
_GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))


def places_of(network: InpNetwork) -> tuple[dict[str, Point], tuple[str, ...]]:
    """Coordinates of every node, and the ids of those that the file states none for.

    A missing place is laid near the middle of its known neighbours, a little aside so that no two nodes fall on one
    spot. Both are empty where the file states no place at all.
    """
    places: dict[str, Point] = {
        node.id: (node.x, node.y) for node in network.nodes if node.x is not None and node.y is not None
    }
    missing = [node.id for node in network.nodes if node.id not in places]
    if not places or not missing:
        return places, ()
    aside = _extent(places) / 100.0 or 1.0
    neighbours = _neighbours(network)
    waiting = missing
    while waiting:
        reached = {name: _mean(neighbours.get(name, ()), places) for name in waiting}
        found = {name: place for name, place in reached.items() if place is not None}
        if not found:  # joined to nothing that has a place: the middle of the drawing
            centre = _mean(list(places), places)
            found = {name: centre for name in waiting if centre is not None}
        for name, (x, y) in found.items():
            turn = _GOLDEN_ANGLE * len(places)
            places[name] = (x + aside * math.cos(turn), y + aside * math.sin(turn))
        waiting = [name for name in waiting if name not in found]
    return places, tuple(missing)


def _neighbours(network: InpNetwork) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in network.links:
        found.setdefault(link.from_id, []).append(link.to_id)
        found.setdefault(link.to_id, []).append(link.from_id)
    return found


def _mean(names: list[str] | tuple[str, ...], places: Mapping[str, Point]) -> Point | None:
    known = [places[name] for name in names if name in places]
    if not known:
        return None
    return sum(x for x, _ in known) / len(known), sum(y for _, y in known) / len(known)


def _extent(places: Mapping[str, Point]) -> float:
    xs, ys = zip(*places.values(), strict=True)
    return float(max(max(xs) - min(xs), max(ys) - min(ys)))
