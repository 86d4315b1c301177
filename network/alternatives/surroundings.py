"""What of a city is found once for all questions about alternatives: from where water can come at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from network.alternatives.costs import in_steps
from network.columns import Bool, Int32, Int64
from network.flood import flood
from network.passage import CLOSABLE
from network.supply import SupplyModel
from network.supply_tree import SupplyTree


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A city made ready for :func:`~network.alternatives.front.trade_offs`.

    Attributes:
        leaks: How water gets from any source to each segment while every valve that a plan may close is open. Vertices
            are the segments, then one root.
        saved: Shape (customers,), True where the customer's station has a tank: on storage, never out.
        customers: Shape (segments,), customers that are out when only this segment is dry; each counted on one
            segment, so that sums over segments never count anybody twice.
    """

    model: SupplyModel
    leaks: SupplyTree
    saved: Bool
    customers: Int64

    @classmethod
    def of(cls, model: SupplyModel) -> Surroundings:
        """Find them. Slow part (whole city): run it in a worker, once for each set of valve states."""
        saved = _saved(model)
        return cls(model, _leak_tree(model), saved, _customers(model, saved))

    @cached_property
    def one_each(self) -> Int64:
        """Shape (devices,), the cost of every valve where none is told apart, in steps."""
        return in_steps(None, len(self.model.city.network.devices))

    @cached_property
    def depth(self) -> Int32:
        """Shape (segments + 1,), devices on the shortest way from a source, plus one; the highest number for none."""
        leaks = self.leaks
        count = len(leaks.vertex)
        steps = np.bincount(leaks.end, minlength=count + 1)[:count]
        by_place = np.cumsum(1 - steps) - 1
        depth = np.full(len(leaks.position), np.iinfo(np.int32).max, dtype=np.int32)
        depth[leaks.vertex] = by_place
        return depth

    def reached(self, segments: NDArray[np.integer]) -> Bool:
        """Whether water of any source can get to each of *segments*."""
        at_all: Bool = self.leaks.position[segments] >= 0
        return at_all

    def dead_without(self, taken: NDArray[np.integer]) -> Int32:
        """Segments to which water can get only through *taken*."""
        return self.leaks.lost_without(taken)

    def reached_without(self, taken: NDArray[np.integer], segments: NDArray[np.integer]) -> Bool:
        """Whether water of any source can get to each of *segments* by ways that do not meet *taken*."""
        return self.reached(segments) & ~np.isin(segments, np.concatenate([taken, self.dead_without(taken)]))

    def region_of(self, target: Int32, closed_links: NDArray[np.integer]) -> Int32:
        """Segments from which water reaches *target* with the devices of *closed_links* closed, others open."""
        links = self.model.structure.links
        passable = self.model.floods_open.copy()
        passable[closed_links] = False
        passable[closed_links + len(links)] = False
        return flood(links, passable, target, np.zeros(self.model.structure.segmentation.count, dtype=np.bool_))

    def single_valves(self, region: Int32) -> Int64:
        """Links each of which alone, closed, keeps all water from *region* (some comes there); the nearest first."""
        places = self.leaks.position[region]
        places = places[places >= 0]
        tops = self._ancestors(int(places.min()))
        tops = tops[self.leaks.end[tops] > places.max()]
        found = [self._only_link_into(int(top)) for top in tops[self._entered_once(tops)].tolist()]
        return np.array([link for link in found if link >= 0], dtype=np.int64)

    def _ancestors(self, place: int) -> Int64:
        """Positions from *place* up to just below the root."""
        way = []
        while place:
            way.append(place)
            place = int(self.leaks.parent[place])
        return np.array(way, dtype=np.int64)

    def _entered_once(self, tops: Int64) -> Bool:
        """Whether no arc beside the tree comes from elsewhere into what hangs under each of *tops*, innermost first."""
        leaks = self.leaks
        low, high = np.iinfo(np.int32).max, -1
        first = last = int(tops[0]) if len(tops) else 0
        sealed = []
        for top in tops.tolist():
            end = int(leaks.end[top])
            for start, stop in ((top, first), (last, end)):
                tails = leaks.cross_tail[leaks.cross_offsets[start] : leaks.cross_offsets[stop]]
                if len(tails):
                    low, high = min(low, int(tails.min())), max(high, int(tails.max()))
            first, last = top, end
            sealed.append(low >= top and high < end)
        return np.array(sealed, dtype=np.bool_)

    def _only_link_into(self, top: int) -> int:
        """The closable link over which alone its parent's water comes to the vertex at *top*; -1 where it is not so."""
        leaks, links = self.leaks, self.model.structure.links
        segment, parent = int(leaks.vertex[top]), int(leaks.vertex[leaks.parent[top]])
        if parent == self.model.structure.segmentation.count:
            return -1
        sights = links.sights[segment]
        sights = sights[self.model.floods_open[sights] & (links.beyond[sights] == parent)]
        link = int(sights[0]) % len(links)
        return link if len(sights) == 1 and self.model.bits[link] & CLOSABLE else -1


def _leak_tree(model: SupplyModel) -> SupplyTree:
    links, segmentation = model.structure.links, model.structure.segmentation
    near = np.concatenate([links.side_a, links.side_b])
    open_ = np.flatnonzero(model.floods_open & (near != links.beyond))
    legs = np.unique(segmentation.source_legs.values).astype(np.int32)
    root = segmentation.count
    tail = np.concatenate([links.beyond[open_], np.full(len(legs), root, dtype=np.int32)])
    return SupplyTree.grown(tail, np.concatenate([near[open_], legs]), vertices=root + 1, root=root)


def _saved(model: SupplyModel) -> Bool:
    city = model.city
    saved: Bool = city.customers.station >= 0
    saved[saved] = city.stations.storage_m3[city.customers.station[saved]] > 0.0
    return saved


def _customers(model: SupplyModel, saved: Bool) -> Int64:
    taps = model.structure.customer_taps
    owner, first = np.unique(taps.owner, return_index=True)
    segments = taps.segment[first[~saved[owner]]]
    counts: Int64 = np.bincount(segments[model.supplied[segments]], minlength=model.structure.segmentation.count)
    return counts
