"""Lines of the map as flat segments by class and cell, with thinner copies for far views."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.scene.cells import CellIndex, Grid, sort_by_cell, take
from gis.scene.view import Bounds
from network.columns import Float32, Float64, Int32, Int64

LONGEST_SEGMENT_M = 250.0
"""Longer segments are cut, so that a view grown by half of this finds all that touch it by their middles."""
_FEW_CELLS = 5
"""Up to so many cells wide a view is small beside what its cells hold: most of that would be drawn for nothing."""
_WIDEST_HALF_M = 60.0
"""Half the width of the widest road or main: what lies within this of a view reaches into it."""


@dataclass(frozen=True, eq=False)
class Polylines:
    """Lines as vertices, in scene or project coordinates.

    Attributes:
        offsets: Shape (n + 1,), int64: line i owns vertices ``offsets[i]`` to ``offsets[i + 1]``.
        xy_m: Shape (vertices, 2), float64.
    """

    offsets: Int64
    xy_m: Float64

    @classmethod
    def of(cls, parts: list[Float64]) -> Polylines:
        """Lines from a list of vertex arrays."""
        offsets = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in parts], out=offsets[1:])
        return cls(offsets, np.concatenate(parts) if parts else np.empty((0, 2)))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> Float64:
        return self.xy_m[self.offsets[row] : self.offsets[row + 1]]

    @property
    def owner(self) -> Int32:
        """Shape (vertices,), the line of each vertex."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.offsets))

    def along_m(self) -> Float64:
        """Shape (vertices,), distance of each vertex from the start of its line."""
        step = np.zeros(len(self.xy_m))
        if len(step) > 1:
            step[1:] = np.hypot(*np.diff(self.xy_m, axis=0).T)
        total = np.cumsum(step)
        starts = self.offsets[:-1][np.diff(self.offsets) > 0]
        base = np.zeros(len(self))
        base[np.diff(self.offsets) > 0] = total[starts]
        along: Float64 = total - np.repeat(base, np.diff(self.offsets))
        return along


@dataclass(frozen=True, eq=False)
class Lines:
    """Segments sorted by class and cell.

    Attributes:
        xy_m: Shape (n, 4), float32 scene coordinates: x, y of both ends.
        owner: Shape (n,), row of the line that each belongs to.
        start_m: Shape (n,), float32: where each begins, along its line as drawn.
        index: Cells; a segment stands in the cell of its middle.
    """

    xy_m: Float32
    owner: Int32
    start_m: Float32
    index: CellIndex

    def __len__(self) -> int:
        return len(self.xy_m)

    def near(self, bounds: Bounds, of_class: int = 0) -> list[slice]:
        """Slices that hold every segment of a class that may touch *bounds*."""
        return self.index.slices(bounds.grown(LONGEST_SEGMENT_M / 2), of_class)

    def chunks(self, bounds: Bounds, of_class: int, most: int) -> Iterator[Float32]:
        """Segments of a class that may touch *bounds*, at most *most* at a time."""
        segments = take(self.xy_m, self.near(bounds, of_class))
        reached = self.reaching(segments, bounds)
        segments = segments if reached is None else segments[reached]
        for start in range(0, len(segments), most):
            yield segments[start : start + most]

    def reaching(self, segments: np.ndarray, bounds: Bounds) -> NDArray[np.bool_] | None:
        """Which of *segments*, shape (n, 4), may be seen in *bounds*; None where it is not worth asking."""
        if bounds.x_max - bounds.x_min > _FEW_CELLS * self.index.grid.cell_m:
            return None
        box = bounds.grown(_WIDEST_HALF_M)
        x, y, u, v = segments.T
        seen: NDArray[np.bool_] = (np.maximum(x, u) >= box.x_min) & (np.minimum(x, u) <= box.x_max)
        seen &= (np.maximum(y, v) >= box.y_min) & (np.minimum(y, v) <= box.y_max)
        return seen

    def count(self, bounds: Bounds, of_class: int) -> int:
        """How many segments :meth:`chunks` would give."""
        return self.index.count(bounds.grown(LONGEST_SEGMENT_M / 2), of_class)


def dashes(segments: np.ndarray, start: np.ndarray, on: float, off: float) -> Float64:
    """The inked parts of dashed lines, in step along each line however it was cut.

    Args:
        segments: Shape (n, 4), any unit.
        start: Shape (n,), where each begins along its line, in the same unit.
        on: Length of a dash, same unit.
        off: Length of a gap.

    Returns:
        Shape (m, 4), C-contiguous.
    """
    move = segments[:, 2:] - segments[:, :2]
    length = np.hypot(move[:, 0], move[:, 1])
    first = np.floor(start / (on + off)).astype(np.int64)
    count = np.floor((start + length) / (on + off)).astype(np.int64) - first + 1
    row = np.repeat(np.arange(len(segments)), count)
    number = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + first[row]
    low = np.clip(number * (on + off) - start[row], 0, length[row])
    high = np.clip(number * (on + off) + on - start[row], 0, length[row])
    inked = high > low
    row, low, high = row[inked], low[inked] / length[row[inked]], high[inked] / length[row[inked]]
    begin, step = segments[row, :2], move[row]
    return np.ascontiguousarray(
        np.hstack([begin + step * low[:, None], begin + step * high[:, None]]), dtype=np.float64
    )


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments before they are sorted; as :class:`Lines`, in full precision."""

    xy_m: Float64
    owner: Int32
    start_m: Float64

    def only(self, kept: NDArray[np.bool_] | Int64) -> Segments:
        """Those *kept*."""
        return Segments(self.xy_m[kept], self.owner[kept], self.start_m[kept])

    def cut(self) -> Segments:
        """Equal pieces of at most :data:`LONGEST_SEGMENT_M`."""
        length_m = np.hypot(*(self.xy_m[:, 2:] - self.xy_m[:, :2]).T)
        pieces = np.maximum(np.ceil(length_m / LONGEST_SEGMENT_M), 1).astype(np.int64)
        if not len(pieces) or pieces.max() == 1:
            return self
        row = np.repeat(np.arange(len(pieces)), pieces)
        number = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        start, end = self.xy_m[row, :2], self.xy_m[row, 2:]
        low, high = (number / pieces[row])[:, None], ((number + 1) / pieces[row])[:, None]
        xy_m = np.hstack([start + (end - start) * low, start + (end - start) * high])
        return Segments(xy_m, self.owner[row], self.start_m[row] + length_m[row] * low[:, 0])


def build_lines(lines: Polylines, classes: np.ndarray, count: int, grid: Grid) -> Lines:
    """Every segment of *lines*, long ones cut, sorted for drawing and picking.

    Args:
        lines: In scene coordinates.
        classes: Shape (lines,), style class of each; negative ones are left out.
        count: Number of classes.
        grid: The cells.
    """
    return sort_segments(_segments(lines, lines.along_m()).cut(), classes, count, grid)


def build_far_lines(lines: Polylines, classes: np.ndarray, count: int, grid: Grid, pixel_m: float) -> Lines:
    """A thinner copy of *lines* for views at *pixel_m* metres a pixel and farther.

    Vertices nearer than two pixels along a line are dropped, the rest snapped to whole pixels, and segments that then
    coincide are kept once, by their greatest line (lowest class): what is lost cannot be seen at that scale.
    """
    return sort_segments(once(far_segments(lines, pixel_m), classes, pixel_m).cut(), classes, count, grid)


def far_segments(lines: Polylines, pixel_m: float) -> Segments:
    """Segments of *lines* thinned and snapped to whole pixels, each line by itself."""
    along_m = lines.along_m()
    # To the millimetre: what stands before a line in the list must not tell which of its vertices are kept.
    bucket = np.floor(np.round(along_m, 3) / (2 * pixel_m)).astype(np.int64)
    keep = np.ones(len(bucket), dtype=bool)
    keep[1:] = bucket[1:] != bucket[:-1]
    filled = np.diff(lines.offsets) > 0
    keep[lines.offsets[:-1][filled]] = True
    keep[lines.offsets[1:][filled] - 1] = True
    offsets = np.zeros(len(lines) + 1, dtype=np.int64)
    np.cumsum(np.bincount(lines.owner[keep], minlength=len(lines)), out=offsets[1:])
    thinned = Polylines(offsets, np.round(lines.xy_m[keep] / pixel_m) * pixel_m)
    return _segments(thinned, along_m[keep])


def _segments(lines: Polylines, along_m: Float64) -> Segments:
    owner = lines.owner
    inside = owner[1:] == owner[:-1]
    xy_m = np.hstack([lines.xy_m[:-1], lines.xy_m[1:]])[inside]
    moves = np.any(xy_m[:, :2] != xy_m[:, 2:], axis=1)
    return Segments(xy_m[moves], owner[:-1][inside][moves], along_m[:-1][inside][moves])


def once(segments: Segments, classes: np.ndarray, pixel_m: float) -> Segments:
    """Each snapped segment once, whichever way it was drawn, by the line of the lowest class."""
    if not len(segments.owner):
        return segments
    ends = np.round(segments.xy_m / pixel_m).astype(np.int64)
    ends -= ends.min()
    span = int(ends.max()) + 1
    first, second = ends[:, 0] * span + ends[:, 1], ends[:, 2] * span + ends[:, 3]
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((classes[segments.owner], high, low))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    kept = order[fresh]
    return segments.only(kept)


def sort_segments(segments: Segments, classes: np.ndarray, count: int, grid: Grid) -> Lines:
    """*segments* by class and cell; those of negative classes are left out."""
    of_segment = np.asarray(classes)[segments.owner]
    shown = of_segment >= 0
    xy_m, owner, start_m = segments.xy_m[shown], segments.owner[shown], segments.start_m[shown]
    middle = (xy_m[:, :2] + xy_m[:, 2:]) / 2
    order, index = sort_by_cell(grid, middle[:, 0], middle[:, 1], of_segment[shown], count)
    return Lines(xy_m[order].astype(np.float32), owner[order], start_m[order].astype(np.float32), index)
