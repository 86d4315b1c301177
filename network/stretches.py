"""Places and stretches along pipes as drawn, by measure: the one cutter of pipes.

Offsets in the network are metres of recorded length; a line as drawn may be longer or shorter (INP files state
lengths). Both ends agree, and between them places are taken in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.answers import PipeParts
from network.assets import PipeShapes
from network.columns import Float64, Int64
from network.topology import City


@dataclass(frozen=True, eq=False)
class MeasuredLines:
    """Pipes as drawn, measured.

    Attributes:
        offsets: Shape (pipes + 1,): pipe i owns vertices ``offsets[i]`` to ``offsets[i + 1]``, at least one.
        xy_m: Shape (vertices, 2), project CRS, from each pipe's from_node to its to_node.
        run_m: Shape (vertices,), drawn length up to each vertex, counted on through all pipes; it never falls.
        length_m: Shape (pipes,), recorded lengths.
    """

    offsets: Int64
    xy_m: Float64
    run_m: Float64
    length_m: Float64

    @classmethod
    def of(cls, shapes: PipeShapes, length_m: Float64) -> MeasuredLines:
        """Measure *shapes*. Walks all vertices: keep the result where many pipes are asked about."""
        step = np.zeros(len(shapes.xy_m))
        if len(step):
            step[1:] = np.hypot(*np.diff(shapes.xy_m, axis=0).T)
            filled = np.diff(shapes.offsets) > 0
            step[shapes.offsets[:-1][filled]] = 0.0
        return cls(shapes.offsets, shapes.xy_m, np.cumsum(step), length_m)

    @classmethod
    def of_pipes(cls, city: City, pipes: NDArray[np.integer]) -> MeasuredLines:
        """*pipes* of *city* alone, in their order."""
        lines = [pipe_line(city, int(pipe)) for pipe in pipes]
        offsets = np.zeros(len(lines) + 1, dtype=np.int64)
        np.cumsum([len(line) for line in lines], out=offsets[1:])
        xy_m = np.concatenate(lines) if lines else np.empty((0, 2))
        return cls.of(PipeShapes(offsets, xy_m), city.network.pipes.length_m[pipes])

    def drawn_m(self, pipes: NDArray[np.integer]) -> Float64:
        """Length of *pipes* as drawn."""
        first, last = self._ends(np.asarray(pipes, dtype=np.int64))
        drawn: Float64 = self.run_m[last] - self.run_m[first]
        return drawn

    def places(self, pipes: NDArray[np.integer], offset_m: NDArray[np.floating]) -> tuple[Float64, Float64]:
        """Where the line of each pipe is after so many recorded metres, and its direction there.

        Returns:
            Shape (n, 2), project CRS; and shape (n,), radians from east, counter-clockwise.
        """
        rows = np.asarray(pipes, dtype=np.int64)
        return self._at(rows, self._run_at(rows, offset_m, 0.0))

    def pieces(self, parts: PipeParts) -> list[Float64]:
        """The lines of *parts*, in their order, from start to end: shape (vertices, 2), at least two vertices each.

        A pipe recorded without length is shown whole.
        """
        if not len(parts):
            return []
        rows = parts.pipe.astype(np.int64)
        low_m, high_m = self._run_at(rows, parts.start_m, 0.0), self._run_at(rows, parts.end_m, 1.0)
        starts, ends = self._at(rows, low_m)[0], self._at(rows, high_m)[0]
        first, last = self._ends(rows)
        inside_from = np.clip(np.searchsorted(self.run_m, low_m, side="right"), first, last + 1)
        inside_to = np.clip(np.searchsorted(self.run_m, high_m, side="left"), inside_from, last + 1)
        cuts = zip(starts, inside_from, inside_to, ends, strict=True)
        return [np.vstack([start, self.xy_m[low:high], end]) for start, low, high, end in cuts]

    def _ends(self, rows: Int64) -> tuple[Int64, Int64]:
        """First and last vertex of each pipe."""
        return self.offsets[rows], self.offsets[rows + 1] - 1

    def _run_at(self, rows: Int64, offset_m: NDArray[np.floating], unmeasured: float) -> Float64:
        """Measure in :attr:`run_m` after so many recorded metres; of pipes without length at the share *unmeasured*."""
        first, last = self._ends(rows)
        length_m = self.length_m[rows]
        share = np.divide(offset_m, length_m, out=np.full(len(rows), unmeasured), where=length_m > 0.0)
        at_m: Float64 = self.run_m[first] + np.clip(share, 0.0, 1.0) * (self.run_m[last] - self.run_m[first])
        return at_m

    def _at(self, rows: Int64, at_m: Float64) -> tuple[Float64, Float64]:
        first, last = self._ends(rows)
        vertex = np.clip(np.searchsorted(self.run_m, at_m, side="right") - 1, first, np.maximum(last - 1, first))
        after = np.minimum(vertex + 1, last)
        step_m = self.run_m[after] - self.run_m[vertex]
        share = np.divide(at_m - self.run_m[vertex], step_m, out=np.zeros(len(rows)), where=step_m > 0.0)
        move = self.xy_m[after] - self.xy_m[vertex]
        # At its ends a line has those vertices exactly: adding the whole step may miss one by a last digit, and a step
        # too short to be told in what was measured up to there would be left out.
        places = self.xy_m[vertex] + move * share[:, None]
        for end, there in ((last, at_m >= self.run_m[last]), (first, at_m <= self.run_m[first])):
            places[there] = self.xy_m[end[there]]
        return places, np.arctan2(move[:, 1], move[:, 0])


def stretch_lines(city: City, parts: PipeParts) -> list[Float64]:
    """One line for each of *parts*; see :meth:`MeasuredLines.pieces`. Only their own pipes are measured."""
    pipes, row = np.unique(parts.pipe, return_inverse=True)
    own = PipeParts(row.astype(np.int32), parts.start_m, parts.end_m)
    return MeasuredLines.of_pipes(city, pipes).pieces(own)


def pipe_line(city: City, pipe: int) -> Float64:
    """The drawn line of *pipe*: shape (vertices, 2), from its from_node to its to_node."""
    offsets = city.shapes.offsets
    return city.shapes.xy_m[int(offsets[pipe]) : int(offsets[pipe + 1])]


def place_on_pipe(city: City, pipe: int, offset_m: float) -> tuple[float, float]:
    """Where a place on a pipe is on the map (x, y)."""
    places, _ = MeasuredLines.of_pipes(city, np.array([pipe])).places(np.zeros(1, dtype=np.int64), np.array([offset_m]))
    return float(places[0, 0]), float(places[0, 1])


def cut_line(line: Float64, start: float, end: float) -> Float64:
    """The part of *line* between two fractions of its length, each from 0 to 1.

    >>> cut_line(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]), 0.25, 0.75).tolist()
    [[5.0, 0.0], [10.0, 0.0], [10.0, 5.0]]
    """
    measured = MeasuredLines.of(PipeShapes(np.array([0, len(line)]), line), np.ones(1))
    part = PipeParts(np.zeros(1, dtype=np.int32), np.array([start]), np.array([end]))
    return measured.pieces(part)[0]
