"""Minutes to every place as a small picture: what the map lays over the city, made once and only shown afterwards."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from app.dispatch.reach_raster import ReachGrid
from network.columns import Float64

MOST_CELLS = 240
"""Along the longer side."""
SMALLEST_CELL_M = 50.0
OFF_ROAD_M = 400.0
"""House: farther from every crossing nobody lives, and nothing is said."""


def grid_of(place_m: Float64, seconds: Float64) -> ReachGrid:
    """Times at places as a raster: each cell has the time of the nearest place.

    Args:
        place_m: Shape (places, 2), project CRS.
        seconds: Shape (places,).
    """
    if len(place_m) == 0:
        return ReachGrid(0.0, 0.0, 1.0, np.empty((0, 0), dtype=np.float32))
    low_m, high_m = place_m.min(axis=0), place_m.max(axis=0)
    cell_m = max(float((high_m - low_m).max()) / MOST_CELLS, SMALLEST_CELL_M)
    low_m = low_m - OFF_ROAD_M
    columns, rows = (np.ceil((high_m + OFF_ROAD_M - low_m) / cell_m)).astype(int).tolist()
    x_m = low_m[0] + (np.arange(columns) + 0.5) * cell_m
    y_m = low_m[1] + (np.arange(rows) + 0.5) * cell_m
    cells_m = np.column_stack([np.tile(x_m, rows), np.repeat(y_m, columns)])
    away_m, nearest = cKDTree(place_m).query(cells_m, distance_upper_bound=max(OFF_ROAD_M, cell_m))
    known = np.isfinite(away_m)
    minutes = np.full(len(cells_m), np.nan, dtype=np.float32)
    minutes[known] = seconds[np.asarray(nearest)[known]] / 60.0
    return ReachGrid(float(low_m[0]), float(low_m[1]), cell_m, minutes.reshape(rows, columns))
