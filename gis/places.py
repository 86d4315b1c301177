"""Where things of a city stand, by kind."""

from __future__ import annotations

import numpy as np

from network.columns import Float64, Int32
from network.topology import City


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
