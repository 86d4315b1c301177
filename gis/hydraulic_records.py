"""What the layers state for hydraulics, brought to the rows of the city: demands, heads of sources, heads of zones."""

from __future__ import annotations

import numpy as np
import shapely

from gis.layers import LayerSet
from network.columns import Float64, IdColumn
from network.hydraulic_inputs import StatedHydraulics
from network.topology import City

LAYERS_READ = ("customer", "source", "zone")
"""The layers that :func:`stated_hydraulics` needs."""


def stated_hydraulics(city: City, layers: LayerSet) -> StatedHydraulics:
    """Hydraulic figures of *layers* by row of *city*; what they do not state is NaN.

    A node on the border of two zones takes the lower of their heads.
    """
    return StatedHydraulics(
        customer_demand_m3_d=_by_id(city.customers.ids, layers, "customer", "demand_m3_d"),
        source_head_m=_by_id(city.network.sources.ids, layers, "source", "head_m"),
        node_zone_head_m=_zone_heads(city, layers),
    )


def _by_id(ids: IdColumn, layers: LayerSet, layer: str, column: str) -> Float64:
    found = layers.get(layer)
    rows = IdColumn.of(found.text("id").tolist()).find_many(ids)
    values = np.full(len(ids), np.nan)
    known = np.flatnonzero(rows >= 0)
    values[known] = found.real(column)[rows[known]]
    return values


def _zone_heads(city: City, layers: LayerSet) -> Float64:
    zones, nodes = layers.get("zone"), city.network.nodes
    heads_m = np.full(len(nodes), np.nan)
    drawn = np.flatnonzero(shapely.is_valid(zones.geometry) & ~shapely.is_missing(zones.geometry))
    if not len(drawn):
        return heads_m
    tree = shapely.STRtree(zones.geometry[drawn])
    node, zone = tree.query(shapely.points(nodes.x_m, nodes.y_m), predicate="intersects")
    head_m = zones.real("head_m")[drawn[zone]]
    np.fmin.at(heads_m, node, head_m)
    return heads_m
