"""A city's structure as a record of arrays that can be kept on disk and mapped by several processes.

Finding segments and taps takes a second and some 80 MB for a million pipes, in every process that plans. What is found
depends on the city alone, so that it is found once and shared, as the city itself is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.columns import Bool, Float64, Int8, Int32, Int64, Ragged
from network.legs import Legs
from network.placing import BetweenLegs, Placement
from network.segments import Segmentation
from network.series import CutList
from network.structure import Links, Structure
from network.taps import Taps
from network.topology import City

_FOUND_OF_PLACEMENT = ("offsets", "direction")
_FOUND_OF_SEGMENTS = ("sides", "parts_of", "source_legs")
_FOUND_OF_STRUCTURE = (
    "highest_m",
    "customer_taps",
    "hydrant_taps",
    "station_taps",
    "backflow_risk",
    "with_unknown_leg",
)


@dataclass(frozen=True, eq=False)
class KeptStructure:
    """Everything of a :class:`~network.structure.Structure` but the city; fields are called as there.

    Attributes:
        duplicate, stands_in: Shape (k,), the pairs of ``Placement.stands_for``.
    """

    cuts: CutList
    between: BetweenLegs
    legs: Legs
    duplicate: Int32
    stands_in: Int32
    leg_unknown: Int32
    off_network: Int32
    offsets: Int64
    direction: Int8
    count: int
    from_vertex: Int32
    to_vertex: Int32
    vertex_segment: Int32
    leg_vertex: Int32
    between_a: Int32
    between_b: Int32
    part_segment: Int32
    sides: Int32
    parts_of: Ragged
    source_legs: Ragged
    links: Links
    beyond: Int32
    is_root: Bool
    island_on_tank: Bool
    highest_m: Float64
    customer_taps: Taps
    hydrant_taps: Taps
    station_taps: Taps
    backflow_risk: Bool
    with_unknown_leg: Bool

    @classmethod
    def of(cls, structure: Structure) -> KeptStructure:
        """What is to be kept of *structure*. Slow part (whole city): finds now what would be found when asked for."""
        segmentation = structure.segmentation
        placement, links = segmentation.placement, structure.links
        return cls(
            cuts=placement.cuts,
            between=placement.between,
            legs=placement.legs,
            duplicate=np.array(list(placement.stands_for), dtype=np.int32),
            stands_in=np.array(list(placement.stands_for.values()), dtype=np.int32),
            leg_unknown=placement.leg_unknown,
            off_network=placement.off_network,
            count=segmentation.count,
            # Where nothing parts a junction they are the city's own columns: a copy, lest the file lean on the city's.
            from_vertex=np.array(segmentation.from_vertex),
            to_vertex=np.array(segmentation.to_vertex),
            vertex_segment=segmentation.vertex_segment,
            leg_vertex=segmentation.leg_vertex,
            between_a=segmentation.between_a,
            between_b=segmentation.between_b,
            part_segment=segmentation.part_segment,
            links=links,
            beyond=links.beyond,
            is_root=structure.is_root,
            island_on_tank=structure.island_on_tank,
            **{name: getattr(placement, name) for name in _FOUND_OF_PLACEMENT},
            **{name: getattr(segmentation, name) for name in _FOUND_OF_SEGMENTS},
            **{name: getattr(structure, name) for name in _FOUND_OF_STRUCTURE},
        )

    def structure(self, city: City) -> Structure:
        """The structure of *city*, which must be the one of which this was kept."""
        network = city.network
        placement = Placement(
            network=network,
            cuts=self.cuts,
            between=self.between,
            legs=self.legs,
            stands_for=dict(zip(self.duplicate.tolist(), self.stands_in.tolist(), strict=True)),
            leg_unknown=self.leg_unknown,
            off_network=self.off_network,
        )
        segmentation = Segmentation(
            placement=placement,
            count=self.count,
            from_vertex=self.from_vertex,
            to_vertex=self.to_vertex,
            vertex_segment=self.vertex_segment,
            leg_vertex=self.leg_vertex,
            between_a=self.between_a,
            between_b=self.between_b,
            part_segment=self.part_segment,
            pipe_length_m=network.pipes.length_m,
            devices=len(network.devices),
        )
        structure = Structure(city, segmentation, self.links, self.is_root, self.island_on_tank)
        # Where a cached property keeps what it has found.
        vars(self.links)["beyond"] = self.beyond
        for record, names in (
            (placement, _FOUND_OF_PLACEMENT),
            (segmentation, _FOUND_OF_SEGMENTS),
            (structure, _FOUND_OF_STRUCTURE),
        ):
            vars(record).update({name: getattr(self, name) for name in names})
        return structure
