"""What noding is told and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gis.faults import Fault
from gis.layers import LayerSet
from network.topology import City

DEFAULT_TOLERANCE_M = 0.01

NodingWay = Literal["auto", "ids", "geometry"]


@dataclass(frozen=True)
class NodingOptions:
    """How to node.

    Attributes:
        tolerance_m: Ends closer than this meet.
        by: ``auto`` takes from_node/to_node where they are sound and geometry elsewhere; the others force one way.
        assume_valves: Place valves by rule where the city has no isolation valve that stands open.
        assume_sources: Place reservoirs by rule where the city has no source at all.
        customers_at_services: Where the city has service lines but no customers at all, each line's outer end is one.
        near_miss_m: Ends that miss another main by less than this are reported; ends that carry one id and lie
            closer than this are believed to meet.
        place_reach_m: A valve or pump that names no pipe stands on the nearest one within this distance.
        id_reach_m: A valve that names a pipe is believed up to this distance from it; a source is taken to the
            nearest main up to this distance.
        join_ends_on_lines: A line that another line's end touches between its ends is split there, so that they meet.
            Otherwise such an end is only reported.
        link_reach_m: Customers, hydrants and stations are linked to the nearest pipe within this distance.
    """

    tolerance_m: float = DEFAULT_TOLERANCE_M
    by: NodingWay = "auto"
    assume_valves: bool = False
    assume_sources: bool = False
    customers_at_services: bool = True
    near_miss_m: float = 0.5
    place_reach_m: float = 0.5
    id_reach_m: float = 5.0
    link_reach_m: float = 100.0
    join_ends_on_lines: bool = False


@dataclass(frozen=True, eq=False)
class Noded:
    """A city and the faults found on the way.

    Attributes:
        layers: The layers as they will be stored: repaired ids, assumed valves, split multiparts, and the node ids
            that noding found in ``from_node`` and ``to_node``.
    """

    city: City
    layers: LayerSet
    faults: tuple[Fault, ...]
