"""In which pressure zone each junction lies."""

from __future__ import annotations

import numpy as np
import shapely

from gis.layers import LayerSet
from network.columns import NO_INDEX, Int32
from network.topology import City

LAYERS_READ = ("zone",)
"""The layers that :func:`zone_of_nodes` needs."""


def zone_of_nodes(city: City, layers: LayerSet) -> Int32:
    """Row of the pressure zone of each junction.

    Returns:
        Shape (nodes,); -1 outside every zone, and on the border of two, where nobody can say which it is.
    """
    zones, nodes = layers.get("zone"), city.network.nodes
    found = np.full(len(nodes), NO_INDEX, dtype=np.int32)
    drawn = np.flatnonzero(shapely.is_valid(zones.geometry) & ~shapely.is_missing(zones.geometry))
    if not len(drawn):
        return found
    tree = shapely.STRtree(zones.geometry[drawn])
    node, zone = tree.query(shapely.points(nodes.x_m, nodes.y_m), predicate="intersects")
    found[node] = drawn[zone]
    found[np.bincount(node, minlength=len(nodes)) > 1] = NO_INDEX
    return found
