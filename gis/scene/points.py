"""Points of the map (valves, hydrants, customers …) sorted by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.scene.cells import CellIndex, Grid, sort_by_cell, take
from gis.scene.view import Bounds
from network.columns import Float32, Int32


@dataclass(frozen=True, eq=False)
class Points:
    """Points sorted by class and cell.

    Attributes:
        xy_m: Shape (n, 2), float32 scene coordinates.
        row: Shape (n,), row of each in its table.
        turn: Shape (n,), float32: bearing of the pipe it stands on, radians from east, counter-clockwise; 0 for others.
        index: Cells.
    """

    xy_m: Float32
    row: Int32
    turn: Float32
    index: CellIndex

    def __len__(self) -> int:
        return len(self.row)

    def near(self, bounds: Bounds, of_class: int = 0) -> Points:
        """Those that stand in cells touching *bounds*, in cell order."""
        runs = self.index.slices(bounds, of_class)
        return Points(take(self.xy_m, runs), take(self.row, runs), take(self.turn, runs), self.index)

    def within(self, bounds: Bounds, of_class: int = 0) -> Points:
        """Those that stand inside *bounds*."""
        found = self.near(bounds, of_class)
        x_m, y_m = found.xy_m[:, 0], found.xy_m[:, 1]
        kept = (x_m >= bounds.x_min) & (x_m <= bounds.x_max) & (y_m >= bounds.y_min) & (y_m <= bounds.y_max)
        return Points(found.xy_m[kept], found.row[kept], found.turn[kept], self.index)


def build_points(
    xy_m: np.ndarray, grid: Grid, *, turn: np.ndarray | None = None, classes: np.ndarray | None = None, count: int = 1
) -> Points:
    """Points of one table, row by row.

    Args:
        xy_m: Shape (n, 2), scene coordinates; rows with NaN have no place and are left out.
        grid: The cells.
        turn: Shape (n,), see :class:`Points`.
        classes: Shape (n,), class of each; all in class 0 where None.
        count: Number of classes.
    """
    rows = np.flatnonzero(np.isfinite(xy_m).all(axis=1)).astype(np.int32)
    placed = xy_m[rows]
    kinds = np.zeros(len(rows), dtype=np.int64) if classes is None else classes[rows]
    order, index = sort_by_cell(grid, placed[:, 0], placed[:, 1], kinds, count)
    turns = np.zeros(len(rows)) if turn is None else turn[rows]
    return Points(placed[order].astype(np.float32), rows[order], turns[order].astype(np.float32), index)
