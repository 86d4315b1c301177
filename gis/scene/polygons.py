"""Areas of the map (water, green, blocks, buildings) as flat rings sorted by cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gis.scene.cells import CellIndex
from gis.scene.view import Bounds
from network.columns import Float32, Int32, Int64


@dataclass(frozen=True, eq=False)
class Polygons:
    """Polygons sorted by class and cell; holes are rings like any other (filled odd-even).

    Attributes:
        xy_m: Shape (vertices, 2), float32 scene coordinates; rings are closed.
        rings: Shape (rings + 1,), int64: first vertex of each ring.
        parts: Shape (n + 1,), int64: first ring of each polygon.
        row: Shape (n,), row of each in its layer.
        boxes: Shape (n, 4), float32: x_min, y_min, x_max, y_max.
        index: Cells; a polygon stands in the cell of its box's middle.
    """

    xy_m: Float32
    rings: Int64
    parts: Int64
    row: Int32
    boxes: Float32
    index: CellIndex

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def reaches_m(self) -> tuple[float, ...]:
        """By class: half of the longest side of any box, as far as a polygon reaches beyond its cell's points.

        One river is as long as the city: were it asked for by its reach, so would be every garden.
        """
        longest = np.maximum(self.boxes[:, 2] - self.boxes[:, 0], self.boxes[:, 3] - self.boxes[:, 1])
        cells = len(self.index.grid)
        edges = [int(self.index.offsets[of_class * cells]) for of_class in range(self.index.classes + 1)]
        return tuple(float(longest[low:high].max(initial=0.0)) / 2 for low, high in pairwise(edges))

    def within(self, bounds: Bounds, of_class: int) -> Int64:
        """Positions of the polygons of a class whose boxes touch *bounds*."""
        found = self.index.rows(bounds.grown(self.reaches_m[of_class]), of_class)
        box = self.boxes[found]
        kept: Int64 = found[
            (box[:, 0] <= bounds.x_max)
            & (box[:, 2] >= bounds.x_min)
            & (box[:, 1] <= bounds.y_max)
            & (box[:, 3] >= bounds.y_min)
        ]
        return kept

    def outlines(self, at: NDArray[np.integer]) -> tuple[Float32, Int64]:
        """Rings of the polygons at *at*: vertices, and the first vertex of each ring (with the end as last)."""
        rings = expand(self.parts, at)
        starts = np.zeros(len(rings) + 1, dtype=np.int64)
        np.cumsum(self.rings[rings + 1] - self.rings[rings], out=starts[1:])
        return self.xy_m[expand(self.rings, rings)], starts


def expand(offsets: Int64, at: NDArray[np.integer]) -> Int64:
    """All positions that the runs *at* of *offsets* cover."""
    at = np.asarray(at, dtype=np.int64)
    lengths = offsets[at + 1] - offsets[at]
    within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    positions: Int64 = np.repeat(offsets[at], lengths) + within
    return positions
