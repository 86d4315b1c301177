"""Points too many to be drawn one by one, gathered: how many stand together, and where their middle is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gis.scene.cells import CellIndex
from gis.scene.points import Points
from gis.scene.view import Bounds
from network.columns import Float64, Int64


@dataclass(frozen=True, eq=False)
class Heaps:
    """Points gathered by square bins.

    Bins are counted from the scene's origin whatever is asked about, so that pictures side by side gather alike.

    Attributes:
        bin_m: Side of a bin.
        column, row: The south-westernmost bin.
        count: Shape (rows, columns), how many points stand in each bin, the southernmost row first.
        sum_x_m, sum_y_m: Shape (rows, columns), their coordinates added up, from the corner of that bin.
    """

    bin_m: float
    column: int
    row: int
    count: Int64
    sum_x_m: Float64
    sum_y_m: Float64

    @property
    def box(self) -> Bounds:
        """The ground that the bins cover, scene coordinates."""
        rows, columns = self.count.shape
        x_m, y_m = self.column * self.bin_m, self.row * self.bin_m
        return Bounds(x_m, y_m, x_m + columns * self.bin_m, y_m + rows * self.bin_m)

    def middles(self) -> tuple[Float64, Int64]:
        """Where the points of each bin that has any stand on average (shape (n, 2), scene coordinates); how many."""
        filled = self.count > 0
        count = self.count[filled]
        corner_m = np.array([self.column, self.row]) * self.bin_m
        xy_m = np.column_stack([self.sum_x_m[filled], self.sum_y_m[filled]]) / count[:, None] + corner_m
        return xy_m, count


def by_cells(index: CellIndex, bounds: Bounds) -> tuple[Int64, Bounds]:
    """How many things stand in each cell that touches *bounds*, without a look at any of them.

    Returns:
        Counts of all classes, shape (rows, columns), the southernmost row first; the ground that they cover.
    """
    grid, cells = index.grid, len(index.grid)
    first, length = grid.runs(bounds)
    at = first[:, None] + np.arange(length)
    count = sum(
        index.offsets[at + of_class * cells + 1] - index.offsets[at + of_class * cells]
        for of_class in range(index.classes)
    )
    column, row = int(first[0]) % grid.columns, int(first[0]) // grid.columns
    x_m, y_m = float(grid.shape[0]) + column * grid.cell_m, float(grid.shape[1]) + row * grid.cell_m
    box = Bounds(x_m, y_m, x_m + length * grid.cell_m, y_m + len(first) * grid.cell_m)
    return np.asarray(count, dtype=np.int64), box


def gathered(points: Points, bounds: Bounds, bin_m: float) -> Heaps:
    """Gather *points* in every bin that touches *bounds* (scene coordinates); each such bin is counted whole."""
    low = math.floor(bounds.x_min / bin_m), math.floor(bounds.y_min / bin_m)
    high = math.floor(bounds.x_max / bin_m) + 1, math.floor(bounds.y_max / bin_m) + 1
    columns, rows = high[0] - low[0], high[1] - low[1]
    corner_m = np.array(low) * bin_m
    near = points.near(Bounds(low[0] * bin_m, low[1] * bin_m, high[0] * bin_m, high[1] * bin_m))
    at_m = near.xy_m.astype(np.float64) - corner_m
    place = np.floor(at_m / bin_m).astype(np.int64)
    inside = ((place >= 0) & (place < [columns, rows])).all(axis=1)
    at_m, place = at_m[inside], place[inside]
    key, size = place[:, 1] * columns + place[:, 0], rows * columns
    count = np.bincount(key, minlength=size).reshape(rows, columns)
    x_m, y_m = (np.bincount(key, at_m[:, axis], size).reshape(rows, columns).astype(np.float64) for axis in (0, 1))
    return Heaps(bin_m, *low, count, x_m, y_m)
