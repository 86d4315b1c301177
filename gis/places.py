"""What things of a city are called, and where they stand, by kind."""

from __future__ import annotations

import numpy as np

from network.columns import Float64, IdColumn, Int32
from network.topology import City

FEATURES = frozenset(("pipe", "valve", "pump", "source", "hydrant", "customer", "station"))
"""Kinds that somebody has entered, and can edit; junctions follow from the pipes."""


def ids_of(city: City, kind: str) -> IdColumn:
    """Ids of everything of a kind: one of :data:`FEATURES` (valves and pumps share a table) or ``junction``."""
    tables = {
        "pipe": city.network.pipes.ids,
        "valve": city.network.devices.ids,
        "pump": city.network.devices.ids,
        "junction": city.network.nodes.ids,
        "source": city.network.sources.ids,
        "hydrant": city.hydrants.ids,
        "customer": city.customers.ids,
        "station": city.stations.ids,
    }
    return tables[kind]


def coordinates(city: City, kind: str) -> tuple[Float64, Float64]:
    """Shape (n,) twice: x and y of everything of a kind that has one place (not pipes), project CRS."""
    tables = {
        "valve": (city.network.devices.x_m, city.network.devices.y_m),
        "customer": (city.customers.x_m, city.customers.y_m),
        "hydrant": (city.hydrants.x_m, city.hydrants.y_m),
        "station": (city.stations.x_m, city.stations.y_m),
        "junction": (city.network.nodes.x_m, city.network.nodes.y_m),
    }
    return tables[kind]


def places_of(city: City, kind: str, rows: Int32) -> Float64:
    """Where *rows* of a kind stand: shape (k, 2); those without a place are left out."""
    x_m, y_m = coordinates(city, kind)
    xy_m = np.column_stack([x_m[rows], y_m[rows]])
    return xy_m[np.isfinite(xy_m).all(axis=1)]
