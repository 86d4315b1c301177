"""What of a city never changes with valve positions: segments, the segment-valve graph, islands, highest points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from network.assets import SourceKind
from network.columns import Bool, Float64, Int32, Int64, Ragged
from network.elevations import highest_points_m
from network.grouping import flags, grouped
from network.segments import Segmentation, find_segments
from network.taps import Taps
from network.topology import City, Network


@dataclass(frozen=True, eq=False)
class Links:
    """The segment-valve graph, each device seen from both its segments.

    A *link* is a cutting device that stands for itself; a *sight* is a link seen from one side.

    Attributes:
        device: Shape (links,), device rows, ascending.
        side_a, side_b: Shape (links,), segments.
        sights: By segment, its sights: numbers below the count of links see the link of that number from its side a,
            the others, that count higher, from side b.
    """

    device: Int32
    side_a: Int32
    side_b: Int32
    sights: Ragged

    @classmethod
    def of(cls, segmentation: Segmentation) -> Links:
        """Links of *segmentation*."""
        cuts = segmentation.side_a >= 0
        cuts[list(segmentation.placement.stands_for)] = False
        device = np.flatnonzero(cuts).astype(np.int32)
        side_a, side_b = segmentation.side_a[device], segmentation.side_b[device]
        return cls(device, side_a, side_b, grouped(np.concatenate([side_a, side_b]), segmentation.count))

    def __len__(self) -> int:
        return len(self.device)

    @cached_property
    def beyond(self) -> Int32:
        """Shape (2 * links,), the segment on the other side of each sight."""
        return np.concatenate([self.side_b, self.side_a])

    def rows_of(self, devices: NDArray[np.integer]) -> Int64:
        """Links of *devices* that have one."""
        # Of one type with the column: otherwise all of it is converted for every question.
        wanted = devices.astype(self.device.dtype, copy=False)
        at = np.minimum(np.searchsorted(self.device, wanted), max(len(self) - 1, 0))
        return at[self.device[at] == devices] if len(self) else np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Structure:
    """A city's unchanging part.

    Attributes:
        is_root: Shape (sources,), True for plants, reservoirs, and the tanks of an island that has neither.
        island_on_tank: Shape (sources,), True for those tanks.
    """

    city: City
    segmentation: Segmentation
    links: Links
    is_root: Bool
    island_on_tank: Bool

    @classmethod
    def of(cls, city: City) -> Structure:
        """Find it. Slow part: whole city."""
        segmentation = find_segments(city.network)
        links = Links.of(segmentation)
        plants = city.network.sources.kind != SourceKind.TANK
        on_tank = _tanks_of_islands(segmentation, links, plants)
        return cls(city, segmentation, links, plants | on_tank, on_tank)

    def warm_up(self) -> None:
        """Find now what the first answer would otherwise stop to find."""
        self.segmentation.parts_of  # noqa: B018  (a cached property is found by being asked for)
        for name in ("customer_taps", "hydrant_taps", "station_taps", "highest_m", "backflow_risk", "with_unknown_leg"):
            getattr(self, name)

    @property
    def network(self) -> Network:
        """The network itself."""
        return self.city.network

    @cached_property
    def highest_m(self) -> Float64:
        """Shape (segments,), highest known elevation of each segment's junctions and part ends; -inf where unknown."""
        return highest_points_m(self.network, self.segmentation)

    @cached_property
    def customer_taps(self) -> Taps:
        """Customers by segment; those of a station hang on the station's tap."""
        customers, stations = self.city.customers, self.city.stations
        pipe, offset_m = customers.tap.pipe, customers.tap.offset_m
        shared = np.flatnonzero(customers.station >= 0)
        if len(shared):
            station = customers.station[shared]
            pipe, offset_m = pipe.copy(), offset_m.copy()
            pipe[shared], offset_m[shared] = stations.tap.pipe[station], stations.tap.offset_m[station]
        return Taps.found(self.segmentation, pipe, offset_m)

    @cached_property
    def hydrant_taps(self) -> Taps:
        """Hydrants by segment."""
        return Taps.found(self.segmentation, self.city.hydrants.tap.pipe, self.city.hydrants.tap.offset_m)

    @cached_property
    def station_taps(self) -> Taps:
        """Secondary stations by segment."""
        return Taps.found(self.segmentation, self.city.stations.tap.pipe, self.city.stations.tap.offset_m)

    @cached_property
    def backflow_risk(self) -> Bool:
        """Shape (segments,), True where a station with a tank or a private well may push water back into the mains."""
        customers = self.city.customers
        wells = [code for code, word in enumerate(customers.category.vocabulary) if word == "private_well"]
        with_well = np.flatnonzero(np.isin(customers.category.codes, wells))
        with_tank = np.flatnonzero(self.city.stations.storage_m3 > 0.0)
        risk = flags(self.segmentation.count, self.station_taps.segments_of(with_tank))
        risk[self.customer_taps.segments_of(with_well)] = True
        return risk

    @cached_property
    def with_unknown_leg(self) -> Bool:
        """Shape (segments,), True where a device stands at a junction on a leg that nobody recorded."""
        nodes = np.unique(self.network.devices.node[self.segmentation.placement.leg_unknown])
        doubtful = np.zeros(self.segmentation.count, dtype=np.bool_)
        for node in nodes.tolist():
            doubtful[self.segmentation.at_node(node)] = True
        return doubtful

    @cached_property
    def islands(self) -> Int32:
        """Shape (segments,), number of the island of each segment."""
        return islands(self.segmentation, self.links)[: self.segmentation.count]


def islands(segmentation: Segmentation, links: Links) -> Int32:
    """Island of each segment, then of each source: what hangs together through devices of any kind and state.

    Returns:
        Shape (segments + sources,).
    """
    legs = segmentation.source_legs
    source = np.repeat(np.arange(len(legs)), np.diff(legs.offsets)) + segmentation.count
    tails, heads = np.concatenate([links.side_a, source]), np.concatenate([links.side_b, legs.values])
    size = segmentation.count + len(legs)
    if not size:
        return np.empty(0, dtype=np.int32)
    graph = csr_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(size, size))
    labels: Int32 = connected_components(graph, directed=False)[1]
    return labels


def _tanks_of_islands(segmentation: Segmentation, links: Links, plants: Bool) -> Bool:
    if plants.all():
        return np.zeros(len(plants), dtype=np.bool_)
    of_source = islands(segmentation, links)[segmentation.count :]
    with_plant = np.isin(of_source, of_source[plants])
    on_tank: Bool = ~with_plant & ~plants
    return on_tank
