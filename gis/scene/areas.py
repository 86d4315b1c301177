"""From the areas of a layer to polygons. Apart from these, because the window draws them without a geometry library."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.scene.cells import Grid, sort_by_cell
from gis.scene.polygons import Polygons, expand
from network.columns import Float64, Int32, Int64

_REACH_M = 3.0
"""A place that lies no farther than this from an area belongs to it."""
_PLACES_AT_ONCE = 50_000


@dataclass(frozen=True, eq=False)
class Areas:
    """Polygons as drawn, flat, in row order: a tenth of what they take as geometries.

    Attributes:
        xy_m: Shape (vertices, 2), project CRS; rings are closed.
        rings: Shape (rings + 1,), first vertex of each ring.
        parts: Shape (n + 1,), first ring of each polygon.
        boxes: Shape (n, 4), x_min, y_min, x_max, y_max, project CRS.
        row: Shape (n,), row of each in its layer.
        of_class: Shape (n,).
    """

    xy_m: Float64
    rings: Int64
    parts: Int64
    boxes: Float64
    row: Int32
    of_class: Int64

    def __len__(self) -> int:
        return len(self.row)

    @classmethod
    def of(cls, geometry: NDArray[np.object_], classes: np.ndarray, first_row: int = 0) -> Areas:
        """Areas of one part of a layer, multipolygons taken apart.

        Args:
            geometry: Shape (n,), shapely geometries in the project CRS; None, empty ones and other types are left out.
            classes: Shape (n,), class of each; negative ones are left out.
            first_row: Row of the first one in its layer.
        """
        is_area = np.isin(shapely.get_type_id(geometry), (3, 6)) & ~shapely.is_empty(geometry)
        kept = np.flatnonzero((classes >= 0) & is_area)
        polygons, owner = shapely.get_parts(geometry[kept], return_index=True)
        filled = ~shapely.is_empty(polygons)
        polygons, owner = polygons[filled], owner[filled]
        rings, of_part = shapely.get_rings(polygons, return_index=True)
        xy_m, of_ring = shapely.get_coordinates(rings, return_index=True)
        return cls(
            xy_m.reshape(-1, 2),
            _starts(of_ring, len(rings)),
            _starts(of_part, len(polygons)),
            shapely.bounds(polygons).reshape(-1, 4),
            (kept[owner] + first_row).astype(np.int32),
            np.asarray(classes, dtype=np.int64)[kept[owner]],
        )

    @classmethod
    def joined(cls, parts: list[Areas]) -> Areas:
        """The areas of *parts*, of which there is at least one."""
        return cls(
            np.concatenate([part.xy_m for part in parts]),
            _joined_starts([part.rings for part in parts]),
            _joined_starts([part.parts for part in parts]),
            np.concatenate([part.boxes for part in parts]),
            np.concatenate([part.row for part in parts]),
            np.concatenate([part.of_class for part in parts]),
        )

    def taken(self, at: NDArray[np.integer]) -> tuple[Float64, Int64, Int64]:
        """Vertices, rings and parts of the polygons *at*, in that order."""
        rings = expand(self.parts, at)
        of_rings = np.concatenate([[0], np.cumsum(np.diff(self.rings)[rings])]).astype(np.int64)
        of_parts = np.concatenate([[0], np.cumsum(np.diff(self.parts)[at])]).astype(np.int64)
        return self.xy_m[expand(self.rings, rings)], of_rings, of_parts


def _starts(owner: NDArray[np.integer], count: int) -> Int64:
    offsets = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=count), out=offsets[1:])
    return offsets


def _joined_starts(parts: list[Int64]) -> Int64:
    counts = np.concatenate([np.diff(part) for part in parts])
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def sort_areas(areas: Areas, count: int, grid: Grid, origin_m: tuple[float, float]) -> tuple[Polygons, Int32]:
    """Polygons of one layer, and which of *areas* each one is.

    Args:
        areas: In row order.
        count: Number of classes.
        grid: The cells.
        origin_m: The scene's origin.
    """
    boxes = areas.boxes - np.tile(origin_m, 2)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    order, index = sort_by_cell(grid, middle[:, 0], middle[:, 1], areas.of_class, count)
    xy_m, rings, parts = areas.taken(order)
    xy_m -= np.asarray(origin_m)
    sorted_boxes = boxes[order].astype(np.float32)
    return Polygons(xy_m.astype(np.float32), rings, parts, areas.row[order], sorted_boxes, index), order


def areas_at(areas: Areas, order: Int32, xy_m: Float64) -> Int32:
    """The area that each place stands in or within 3 m of: its position in *order*, or -1; the first of several.

    Args:
        areas: Where they lie.
        order: As :func:`sort_areas` gives it.
        xy_m: Shape (n, 2), project CRS; NaN where somebody has no place.
    """
    found = np.full(len(xy_m), -1, dtype=np.int32)
    placed = np.flatnonzero(np.isfinite(xy_m).all(axis=1))
    if not len(areas):
        return found
    placed = placed[np.argsort(xy_m[placed, 1], kind="stable")]
    low, high = areas.boxes[order, 1] - _REACH_M, areas.boxes[order, 3] + _REACH_M
    # Strip by strip from the south: as geometries the buildings of a large city fill half a gigabyte.
    for first in range(0, len(placed), _PLACES_AT_ONCE):
        strip = placed[first : first + _PLACES_AT_ONCE]
        near = np.flatnonzero((low <= xy_m[strip[-1], 1]) & (high >= xy_m[strip[0], 1]))
        if not len(near):
            continue
        vertices, rings, parts = areas.taken(order[near])
        polygons = shapely.from_ragged_array(shapely.GeometryType.POLYGON, vertices, (rings, parts))
        pairs = shapely.STRtree(polygons).query_nearest(shapely.points(xy_m[strip]), max_distance=_REACH_M)
        # Among buildings wall to wall, the last one written is the first of its place.
        point, area = pairs[:, np.lexsort((-pairs[1], pairs[0]))]
        found[strip[point]] = near[area]
    return found
