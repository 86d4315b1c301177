"""Whether the whole city could bring so much water to a target that no smaller cut exists anywhere."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator

from network.alternatives.cuts import UNCLOSABLE
from network.alternatives.surroundings import Surroundings
from network.columns import Int32, Int64
from network.passage import CLOSABLE

MOST_STEPS = 800
"""Segments visited before the answer is left open."""


def no_cut_below(around: Surroundings, region: Int32, amount: int, costs: Int64) -> bool:
    """Whether it is sure that keeping all sources from *region* costs at least *amount*, wherever valves are closed.

    Ways of water are laid from sources to the region, no more of them over a valve than its cost (maximum flow equals
    minimum cut), the search led by the distance to the nearest source. False where there is a smaller cut, or where
    the search grew too long to tell.
    """
    flow = _Flow(around, costs)
    while flow.amount < amount:
        way = flow.further_way(region)
        if way is None:
            return False
        flow.push(way, amount - flow.amount)
    return True


class _Flow:
    """A flow of water through the city from its sources."""

    def __init__(self, around: Surroundings, costs: Int64) -> None:
        self.around = around
        self.costs = costs
        self.through: dict[int, int] = defaultdict(int)  # by link, from side a to b
        self.amount = 0
        self.steps = 0

    def further_way(self, region: Int32) -> list[int] | None:
        """Sights over which more water could come to *region* from a source, nearest to the source last."""
        depth, start = self.around.depth, [int(segment) for segment in region.tolist()]
        came: dict[int, tuple[int, int] | None] = dict.fromkeys(start)
        waiting = [(int(depth[segment]), segment) for segment in start]
        heapq.heapify(waiting)
        while waiting and self.steps < MOST_STEPS:
            self.steps += 1
            _, segment = heapq.heappop(waiting)
            if depth[segment] == 1:
                return self._way_back(came, segment)
            for sight, beyond in self._sights(segment):
                if beyond not in came and self._room(sight) > 0:
                    came[beyond] = (sight, segment)
                    heapq.heappush(waiting, (int(depth[beyond]), beyond))
        return None

    @staticmethod
    def _way_back(came: dict[int, tuple[int, int] | None], segment: int) -> list[int]:
        way: list[int] = []
        step = came[segment]
        while step is not None:
            sight, segment = step
            way.append(sight)
            step = came[segment]
        return way

    def _sights(self, segment: int) -> Iterator[tuple[int, int]]:
        links = self.around.model.structure.links
        sights = links.sights[segment]
        return zip(sights.tolist(), links.beyond[sights].tolist(), strict=True)

    def _room(self, sight: int) -> int:
        """How much more water may come over *sight* from the segment beyond."""
        model = self.around.model
        links = model.structure.links
        link, from_a = sight % len(links), sight < len(links)
        capacity = 0
        if model.floods_open[sight]:
            capacity = int(self.costs[links.device[link]]) if model.bits[link] & CLOSABLE else UNCLOSABLE
        return capacity + (self.through[link] if from_a else -self.through[link])

    def push(self, way: list[int], most: int) -> None:
        """Send along *way* as much as there is room for, *most* at most."""
        pushed = min([most, *(self._room(sight) for sight in way)])
        links = len(self.around.model.structure.links)
        for sight in way:
            self.through[sight % links] += -pushed if sight < links else pushed
        self.amount += pushed
