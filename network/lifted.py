"""What stands below a pump or a plant by the direction of the water: where pressure falls when it stands still.

A *level area* hangs together through what lets water through both ways, so that its pressure is one; one-way devices
lead from area to area. What is fed by one pump alone and what others feed as well are told apart: of the first its
standing still is the cause, of the second it may be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse.csgraph import connected_components

from network.assets import DeviceKind, SourceKind
from network.columns import NO_INDEX, Bool, Int32
from network.grouping import adjacency
from network.passage import SUPPLY_AB, SUPPLY_BA
from network.supply import SupplyModel

STATION_M: Final = 100.0
"""House value: pumps no farther apart than this stand in one station, and fall out together."""


@dataclass(frozen=True)
class Below:
    """What stands below a pump or a plant, as level areas.

    Attributes:
        alone: Fed by it, and by the pumps beside it, and by nothing else.
        shared: What it lifts water into, and what lies behind, where others feed it too.
    """

    alone: frozenset[int]
    shared: frozenset[int]


@dataclass(frozen=True, eq=False)
class LevelAreas:
    """A city's level areas under its present states, and the ways from one to another.

    Attributes:
        model: The city.
        of_segment: Shape (segments,), area of each.
        tail, head: Shape (arcs,), areas; an arc leads through a one-way device, or from a plant or reservoir.
        device: Shape (arcs,), device rows, ``NO_INDEX`` for a source's own.
        source: Shape (arcs,), source rows, ``NO_INDEX`` for a device's.
        roots: Areas that need no feeding.
    """

    model: SupplyModel
    of_segment: Int32
    tail: Int32
    head: Int32
    device: Int32
    source: Int32
    roots: frozenset[int]

    @classmethod
    def of(cls, model: SupplyModel) -> LevelAreas:
        """Find them. Whole city: a tenth of a second for a million pipes."""
        structure, links = model.structure, model.structure.links
        segments, sources = structure.segmentation.count, structure.network.sources
        ahead, back = (model.bits & SUPPLY_AB) > 0, (model.bits & SUPPLY_BA) > 0
        legs = structure.segmentation.source_legs
        owner = np.repeat(np.arange(len(legs), dtype=np.int32), np.diff(legs.offsets))
        is_tank = sources.kind[owner] == SourceKind.TANK
        both = ahead & back
        one = np.concatenate([links.side_a[both], (owner + np.int32(segments))[is_tank]])
        other = np.concatenate([links.side_b[both], legs.values[is_tank]])
        _, area = connected_components(adjacency(one, other, segments + len(legs)), directed=False)
        only_ahead, only_back = np.flatnonzero(ahead & ~back), np.flatnonzero(back & ~ahead)
        tail = (links.side_a[only_ahead], links.side_b[only_back], owner[~is_tank] + np.int32(segments))
        head = (links.side_b[only_ahead], links.side_a[only_back], legs.values[~is_tank])
        own = np.full(int((~is_tank).sum()), NO_INDEX, dtype=np.int32)
        device = np.concatenate([links.device[only_ahead], links.device[only_back], own])
        source = np.concatenate([np.full(len(device) - len(own), NO_INDEX, dtype=np.int32), owner[~is_tank]])
        roots = area[np.flatnonzero(structure.is_root) + segments]
        tails, heads = area[np.concatenate(tail)], area[np.concatenate(head)]
        return cls(model, area[:segments], tails, heads, device, source, frozenset(roots.tolist()))

    def below_pump(self, device: int) -> Below | None:
        """What stands below a pump (row); None where its direction is not known, or water passes it both ways."""
        arcs = np.flatnonzero((self.device == self.stands_for(device)) & (self.tail != self.head))
        return self._below(arcs, self.beside(int(arcs[0]))) if len(arcs) else None

    def below_source(self, source: int) -> Below | None:
        """What stands below a plant or reservoir (row); None for a tank, and for one that feeds nothing."""
        arcs = np.flatnonzero(self.source == source)
        return self._below(arcs, self.source == source) if len(arcs) else None

    def stands_for(self, device: int) -> int:
        """The device (row) in whose place a duplicate stands; any other is itself."""
        return self.model.structure.segmentation.placement.stands_for.get(device, device)

    def _below(self, arcs: np.ndarray, without: Bool) -> Below:
        everything = np.ones(len(self.tail), dtype=np.bool_)
        supplied = self._reached(self.roots, everything)
        alone = supplied - self._reached(self.roots, ~without)
        zone = self._reached(self.head[arcs].tolist(), self._is_of(DeviceKind.CHECK))
        around = ~np.isin(self.tail, list(zone)) & ~np.isin(self.head, list(zone))
        behind = supplied - self._reached(self.roots - zone, around)
        return Below(alone, behind - alone)

    def beside(self, arc: int) -> Bool:
        """Shape (arcs,): the pump of *arc*, others of its station, and check valves in the ways around them."""
        is_like = self._is_of(DeviceKind.PUMP, DeviceKind.CHECK) & (self.tail == self.tail[arc])
        found = np.zeros(len(self.tail), dtype=np.bool_)
        devices, here = self.model.city.network.devices, int(self.device[arc])
        like = np.flatnonzero(is_like)
        x_m, y_m = devices.x_m[self.device[like]], devices.y_m[self.device[like]]
        found[like] = np.hypot(x_m - devices.x_m[here], y_m - devices.y_m[here]) <= STATION_M
        found[arc] = True
        return found

    def _is_of(self, *kinds: DeviceKind) -> Bool:
        """Shape (arcs,): through a device of one of *kinds*."""
        rows = np.flatnonzero(self.device >= 0)
        found = np.zeros(len(self.device), dtype=np.bool_)
        found[rows] = np.isin(self.model.city.network.devices.kind[self.device[rows]], kinds)
        return found

    def _reached(self, start: Iterable[int], passable: Bool) -> frozenset[int]:
        """Areas that arcs lead to from *start*, those included."""
        ways: dict[int, list[int]] = {}
        for tail, head in zip(self.tail[passable].tolist(), self.head[passable].tolist(), strict=True):
            ways.setdefault(tail, []).append(head)
        found, waiting = set(start), list(start)
        while waiting:
            for area in ways.get(waiting.pop(), ()):
                if area not in found:
                    found.add(area)
                    waiting.append(area)
        return frozenset(found)
