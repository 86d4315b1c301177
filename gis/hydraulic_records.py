"""What the layers state for hydraulics, brought to the rows of the city: demands, heads of sources, heads of zones."""

from __future__ import annotations

import numpy as np
import shapely

from gis.layers import LayersRead
from network.columns import Float64, IdColumn
from network.hydraulic_inputs import StatedHydraulics
from network.topology import City

_NODES_AT_ONCE = 50_000


def stated_hydraulics(city: City, layers: LayersRead) -> StatedHydraulics:
    """Hydraulic figures of *layers* (customers, sources, zones) by row of *city*; what they do not state is NaN.

    A node on the border of two zones takes the lower of their heads.
    """
    return StatedHydraulics(
        customer_demand_m3_d=_by_id(city.customers.ids, layers, "customer", "demand_m3_d"),
        source_head_m=source_heads(city, layers),
        node_zone_head_m=_zone_heads(city, layers),
    )


def source_heads(city: City, layers: LayersRead) -> Float64:
    """Shape (sources,): heads of water as the layer of sources states them, metres; NaN where it does not."""
    return _by_id(city.network.sources.ids, layers, "source", "head_m")


def _by_id(ids: IdColumn, layers: LayersRead, layer: str, column: str) -> Float64:
    names, told = [IdColumn.of([]).data], [np.empty(0)]
    for part in layers.parts(layer, ("id", column), drawn=False):
        names.append(IdColumn.of(part.text("id").tolist()).data)
        told.append(part.real(column))
    rows = IdColumn(np.concatenate(names)).find_many(ids)
    values = np.full(len(ids), np.nan)
    known = np.flatnonzero(rows >= 0)
    values[known] = np.concatenate(told)[rows[known]]
    return values


def _zone_heads(city: City, layers: LayersRead) -> Float64:
    zones, nodes = layers.get("zone"), city.network.nodes
    heads_m = np.full(len(nodes), np.nan)
    drawn = np.flatnonzero(shapely.is_valid(zones.geometry) & ~shapely.is_missing(zones.geometry))
    if not len(drawn):
        return heads_m
    tree = shapely.STRtree(zones.geometry[drawn])
    shapely.prepare(zones.geometry[drawn])
    stated_m = zones.real("head_m")[drawn]
    for first in range(0, len(nodes), _NODES_AT_ONCE):
        some = slice(first, first + _NODES_AT_ONCE)
        x_m, y_m = nodes.x_m[some], nodes.y_m[some]
        # The tree would test each zone unprepared: with borders of many corners that takes a hundred times as long.
        node, zone = tree.query(shapely.points(x_m, y_m))
        inside = shapely.intersects_xy(zones.geometry[drawn[zone]], x_m[node], y_m[node])
        np.fmin.at(heads_m, first + node[inside], stated_m[zone[inside]])
    return heads_m
