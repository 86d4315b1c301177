"""From lines and points to a network: ids where they are sound, geometry within a tolerance otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from gis.faults import Fault
from gis.layers import LayerSet
from network.topology import City

DEFAULT_TOLERANCE_M = 0.01


@dataclass(frozen=True)
class NodingOptions:
    """How to node.

    Attributes:
        tolerance_m: Ends closer than this meet.
        by: ``auto`` takes from_node/to_node where they are sound and geometry elsewhere; the others force one way.
        assume_valves: Place valves by rule where the city has no valve layer.
    """

    tolerance_m: float = DEFAULT_TOLERANCE_M
    by: str = "auto"
    assume_valves: bool = False


@dataclass(frozen=True, eq=False)
class Noded:
    """A city and the faults found on the way.

    Attributes:
        layers: The layers as they will be stored: repaired ids, assumed valves, split multiparts.
    """

    city: City
    layers: LayerSet
    faults: tuple[Fault, ...]


def build_city(layers: LayerSet, options: NodingOptions) -> Noded:
    """Node *layers*: junctions, devices on pipes, customers on taps."""
    raise NotImplementedError
