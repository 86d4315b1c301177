"""Which things lie inside an area drawn on the map."""

from __future__ import annotations

import numpy as np
import shapely

from gis.places import coordinates
from network.columns import Int32
from network.grouping import ranges
from network.topology import City


def rows_in_ring(city: City, kind: str, ring_m: tuple[tuple[float, float], ...]) -> Int32:
    """Rows of a kind inside the corners *ring_m* (x, y, project CRS), ascending.

    A pipe is chosen where any of its line lies inside or crosses the edge.

    Args:
        city: The city.
        kind: pipe, valve, customer, hydrant, station or junction.
        ring_m: At least three corners; of a line that crosses itself, what it encloses counts (even-odd rule).
    """
    area = shapely.make_valid(shapely.Polygon(ring_m))
    shapely.prepare(area)
    if kind == "pipe":
        return _pipes_in(city, area)
    x_m, y_m = coordinates(city, kind)
    found: Int32 = np.flatnonzero(shapely.contains_xy(area, x_m, y_m)).astype(np.int32)
    return found


def _pipes_in(city: City, area: shapely.Geometry) -> Int32:
    """Only lines whose box meets the area's are looked at one by one."""
    offsets, xy_m = city.shapes.offsets, city.shapes.xy_m
    filled = np.flatnonzero(np.diff(offsets) > 0)
    if not len(filled):
        return np.empty(0, dtype=np.int32)
    low = np.minimum.reduceat(xy_m, offsets[filled], axis=0)
    high = np.maximum.reduceat(xy_m, offsets[filled], axis=0)
    west, south, east, north = shapely.bounds(area)
    near = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north) & (high[:, 1] >= south)
    rows = filled[near]
    starts, ends = offsets[rows], offsets[rows + 1]
    rows, starts, ends = (column[ends - starts > 1] for column in (rows, starts, ends))
    # All lines in one call: made one by one, those of a whole city took five seconds.
    owner = np.repeat(np.arange(len(rows)), ends - starts)
    lines = shapely.linestrings(xy_m[ranges(starts, ends)], indices=owner) if len(rows) else np.empty(0, dtype=object)
    found: Int32 = rows[shapely.intersects(area, lines)].astype(np.int32)
    return found
