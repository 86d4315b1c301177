"""From the areas of a layer to polygons. Apart from these, because the window draws them without a geometry library."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.scene.cells import Grid, sort_by_cell
from gis.scene.polygons import Polygons
from network.columns import Int64


def build_polygons(
    geometry: NDArray[np.object_], classes: np.ndarray, count: int, grid: Grid, origin_m: tuple[float, float]
) -> Polygons:
    """Polygons of one layer, multipolygons taken apart.

    Args:
        geometry: Shape (n,), shapely geometries in the project CRS; None, empty ones and other types are left out.
        classes: Shape (n,), class of each; negative ones are left out.
        count: Number of classes.
        grid: The cells.
        origin_m: The scene's origin.
    """
    kept = np.flatnonzero((classes >= 0) & np.isin(shapely.get_type_id(geometry), (3, 6)) & ~shapely.is_empty(geometry))
    parts, owner = shapely.get_parts(geometry[kept], return_index=True)
    rows = kept[owner].astype(np.int32)
    boxes = shapely.bounds(parts).reshape(-1, 4) - np.tile(origin_m, 2)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    order, index = sort_by_cell(grid, middle[:, 0], middle[:, 1], classes[rows], count)
    rings, of_part = shapely.get_rings(parts[order], return_index=True)
    xy_m, of_ring = shapely.get_coordinates(rings, return_index=True)
    return Polygons(
        (xy_m - np.asarray(origin_m)).astype(np.float32),
        _starts(of_ring, len(rings)),
        _starts(of_part, len(order)),
        rows[order],
        boxes[order].astype(np.float32),
        index,
    )


def _starts(owner: NDArray[np.integer], count: int) -> Int64:
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=count), out=offsets[1:])
    return offsets
