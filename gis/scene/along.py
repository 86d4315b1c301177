"""Places and stretches along pipes as drawn.

Offsets in the network are metres of recorded length; a line as drawn may be longer or shorter (INP files state
lengths). Both ends agree, and between them places scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.scene.lines import Polylines
from network.answers import PipeParts
from network.assets import PipeShapes
from network.columns import Float64, Int32


@dataclass(frozen=True, eq=False)
class PipeLines:
    """Pipes as drawn, measured.

    Attributes:
        lines: Shapes of the pipes, project CRS.
        run_m: Shape (vertices,), drawn length up to each vertex, counted on through all pipes; it never falls.
        length_m: Shape (pipes,), recorded lengths.
    """

    lines: Polylines
    run_m: Float64
    length_m: Float64

    @classmethod
    def of(cls, shapes: PipeShapes, length_m: Float64) -> PipeLines:
        """Measure *shapes*. Walks all vertices: keep the result."""
        lines = Polylines(shapes.offsets, shapes.xy_m)
        step = np.zeros(len(shapes.xy_m))
        if len(step):
            step[1:] = np.hypot(*np.diff(shapes.xy_m, axis=0).T)
            filled = np.diff(shapes.offsets) > 0
            step[shapes.offsets[:-1][filled]] = 0.0
        return cls(lines, np.cumsum(step), length_m)

    def drawn_m(self, pipes: NDArray[np.integer]) -> Float64:
        """Length of *pipes* as drawn."""
        first, last = self.lines.offsets[pipes], self.lines.offsets[np.asarray(pipes) + 1] - 1
        drawn: Float64 = self.run_m[last] - self.run_m[first]
        return drawn

    def places(self, pipes: NDArray[np.integer], offset_m: NDArray[np.floating]) -> tuple[Float64, Float64]:
        """Where the line of each pipe is after so many recorded metres, and its direction there.

        Returns:
            Shape (n, 2), project CRS; and shape (n,), radians from east, counter-clockwise.
        """
        pipes = np.asarray(pipes, dtype=np.int64)
        first, last = self.lines.offsets[pipes], self.lines.offsets[pipes + 1] - 1
        at_m = self.run_m[first] + np.clip(self._share(pipes, offset_m), 0, 1) * (self.run_m[last] - self.run_m[first])
        vertex = np.clip(np.searchsorted(self.run_m, at_m, side="right") - 1, first, np.maximum(last - 1, first))
        after = np.minimum(vertex + 1, last)
        step_m = self.run_m[after] - self.run_m[vertex]
        share = np.divide(at_m - self.run_m[vertex], step_m, out=np.zeros(len(pipes)), where=step_m > 0)
        xy = self.lines.xy_m
        move = xy[after] - xy[vertex]
        return xy[vertex] + move * np.clip(share, 0, 1)[:, None], np.arctan2(move[:, 1], move[:, 0])

    def stretches(self, parts: PipeParts) -> Polylines:
        """The lines of *parts*, clipped; one line for each part."""
        if not len(parts):
            return Polylines.of([])
        starts, _ = self.places(parts.pipe, parts.start_m)
        ends, _ = self.places(parts.pipe, parts.end_m)
        first = self.lines.offsets[parts.pipe.astype(np.int64)]
        last = self.lines.offsets[parts.pipe.astype(np.int64) + 1] - 1
        drawn_m = self.run_m[last] - self.run_m[first]
        low_m, high_m = (
            self.run_m[first] + np.clip(self._share(parts.pipe, at), 0, 1) * drawn_m
            for at in (parts.start_m, parts.end_m)
        )
        inside_from = np.clip(np.searchsorted(self.run_m, low_m, side="right"), first, last + 1)
        inside_to = np.clip(np.searchsorted(self.run_m, high_m, side="left"), inside_from, last + 1)
        xy = self.lines.xy_m
        pieces = zip(starts, inside_from, inside_to, ends, strict=True)
        return Polylines.of([np.vstack([start, xy[low:high], end]) for start, low, high, end in pieces])

    def _share(self, pipes: NDArray[np.integer], offset_m: NDArray[np.floating]) -> Float64:
        length_m = self.length_m[pipes]
        share: Float64 = np.divide(offset_m, length_m, out=np.zeros(len(length_m)), where=length_m > 0)
        return share


def whole(pipes: Int32, length_m: Float64) -> PipeParts:
    """All of *pipes*, as parts."""
    rows = np.unique(pipes).astype(np.int32)
    return PipeParts(rows, np.zeros(len(rows)), length_m[rows])
