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
    # Point after point against a zone made ready: a search tree tries each pair anew, a minute for a million junctions.
    within = np.zeros(len(nodes), dtype=np.int32)
    for zone in drawn.tolist():
        shape = zones.geometry[zone]
        x_min, y_min, x_max, y_max = shapely.bounds(shape).tolist()
        near = np.flatnonzero((nodes.x_m >= x_min) & (nodes.x_m <= x_max) & (nodes.y_m >= y_min) & (nodes.y_m <= y_max))
        shapely.prepare(shape)
        inside = near[shapely.intersects_xy(shape, nodes.x_m[near], nodes.y_m[near])]
        found[inside] = zone
        within[inside] += 1
    found[within > 1] = NO_INDEX
    return found
