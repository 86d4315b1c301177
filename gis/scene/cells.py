"""A grid of square cells over the city, and things sorted by cell so that any view is a few slices."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gis.scene.view import Bounds
from network.columns import Float64, Int32, Int64

CELL_M = 500.0
_MOST_CELLS = 250_000


@dataclass(frozen=True, eq=False)
class Grid:
    """Square cells, counted row by row from the south-west.

    Attributes:
        shape: Shape (5,), float64: x and y of the south-west corner, cell size (metres), columns, rows.
    """

    shape: Float64

    @classmethod
    def over(cls, bounds: Bounds, cell_m: float = CELL_M) -> Grid:
        """A grid over *bounds*; cells grow where stray coordinates would ask for too many."""
        while True:
            columns = max(1, math.ceil((bounds.x_max - bounds.x_min) / cell_m))
            rows = max(1, math.ceil((bounds.y_max - bounds.y_min) / cell_m))
            if columns * rows <= _MOST_CELLS:
                return cls(np.array([bounds.x_min, bounds.y_min, cell_m, columns, rows], dtype=np.float64))
            cell_m *= 2

    @property
    def cell_m(self) -> float:
        """Side of a cell."""
        return float(self.shape[2])

    @property
    def columns(self) -> int:
        """Cells from west to east."""
        return int(self.shape[3])

    @property
    def rows(self) -> int:
        """Cells from south to north."""
        return int(self.shape[4])

    def __len__(self) -> int:
        return self.columns * self.rows

    def cell_of(self, x_m: np.ndarray, y_m: np.ndarray) -> Int64:
        """Cell of each point; points outside belong to the nearest border cell."""
        column = np.clip((x_m - self.shape[0]) // self.cell_m, 0, self.columns - 1)
        row = np.clip((y_m - self.shape[1]) // self.cell_m, 0, self.rows - 1)
        cells: Int64 = (row * self.columns + column).astype(np.int64)
        return cells

    def runs(self, bounds: Bounds) -> tuple[Int64, int]:
        """Runs of neighbouring cells that touch *bounds*, one for each grid row: first cell of each, and their length.

        Args:
            bounds: In the grid's coordinates.
        """
        x_m, y_m, _, columns, rows = self.shape.tolist()
        first, last = self._span(bounds.x_min, bounds.x_max, x_m, int(columns))
        low, high = self._span(bounds.y_min, bounds.y_max, y_m, int(rows))
        return np.arange(low, high + 1, dtype=np.int64) * int(columns) + first, last + 1 - first

    def _span(self, low_m: float, high_m: float, origin_m: float, count: int) -> tuple[int, int]:
        # Border cells hold what lies outside the grid, so a span outside it is the border, not nothing.
        low, high = (math.floor((value - origin_m) / self.cell_m) for value in (low_m, high_m))
        return min(max(low, 0), count - 1), min(max(high, 0), count - 1)


@dataclass(frozen=True, eq=False)
class CellIndex:
    """Things sorted by class, then by cell.

    Attributes:
        grid: The cells.
        offsets: Shape (classes * cells + 1,), int64: things of class c in cell k stand at
            ``offsets[c * cells + k]`` to ``offsets[c * cells + k + 1]``.
    """

    grid: Grid
    offsets: Int64

    @property
    def classes(self) -> int:
        """Number of classes."""
        return (len(self.offsets) - 1) // len(self.grid)

    def slices(self, bounds: Bounds, of_class: int = 0) -> list[slice]:
        """Where the things of one class stand whose cells touch *bounds*; empty runs are left out."""
        starts, ends = self._ends(bounds, of_class)
        return [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]

    def count(self, bounds: Bounds, of_class: int = 0) -> int:
        """How many things :meth:`slices` covers, without touching them."""
        starts, ends = self._ends(bounds, of_class)
        return int((ends - starts).sum())

    def rows(self, bounds: Bounds, of_class: int = 0) -> Int64:
        """Positions of the things that :meth:`slices` covers."""
        starts, ends = self._ends(bounds, of_class)
        lengths = ends - starts
        before = np.cumsum(lengths) - lengths
        found: Int64 = np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()), dtype=np.int64)
        return found

    def _ends(self, bounds: Bounds, of_class: int) -> tuple[Int64, Int64]:
        """First thing of each run of cells that is not empty, and the one after its last."""
        first, length = self.grid.runs(bounds)
        at = first + of_class * len(self.grid)
        starts, ends = self.offsets[at], self.offsets[at + length]
        held = ends > starts
        return starts[held], ends[held]


def sort_by_cell(
    grid: Grid, x_m: np.ndarray, y_m: np.ndarray, classes: np.ndarray, count: int
) -> tuple[Int32, CellIndex]:
    """Order of points by class and cell, and the index over the sorted things.

    Args:
        grid: The cells.
        x_m: Shape (n,), where each thing stands.
        y_m: Shape (n,).
        classes: Shape (n,), class of each, 0 <= class < count.
        count: Number of classes.
    """
    keys = classes.astype(np.int64) * len(grid) + grid.cell_of(x_m, y_m)
    order = np.argsort(keys, kind="stable").astype(np.int32)
    offsets = np.zeros(count * len(grid) + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys, minlength=count * len(grid)), out=offsets[1:])
    return order, CellIndex(grid, offsets)


def take(array: np.ndarray, slices: list[slice]) -> np.ndarray:
    """The parts of *array* under *slices*, one after the other."""
    if len(slices) == 1:
        return array[slices[0]]
    return np.concatenate([array[part] for part in slices]) if slices else array[:0]
