"""Places and stretches along the pipes of a scene, as lines of the map (:mod:`network.stretches` cuts them)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.scene.lines import Polylines
from network.answers import PipeParts
from network.assets import PipeShapes
from network.columns import Float64, Int32
from network.stretches import MeasuredLines


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
        return cls(Polylines(shapes.offsets, shapes.xy_m), MeasuredLines.of(shapes, length_m).run_m, length_m)

    @property
    def _measured(self) -> MeasuredLines:
        return MeasuredLines(self.lines.offsets, self.lines.xy_m, self.run_m, self.length_m)

    def drawn_m(self, pipes: NDArray[np.integer]) -> Float64:
        """Length of *pipes* as drawn."""
        return self._measured.drawn_m(pipes)

    def places(self, pipes: NDArray[np.integer], offset_m: NDArray[np.floating]) -> tuple[Float64, Float64]:
        """Where each pipe is after so many recorded metres, and its direction: :meth:`MeasuredLines.places`."""
        return self._measured.places(pipes, offset_m)

    def stretches(self, parts: PipeParts) -> Polylines:
        """The lines of *parts*, clipped; one line for each part."""
        return Polylines.of(self._measured.pieces(parts))


def whole(pipes: Int32, length_m: Float64) -> PipeParts:
    """All of *pipes*, as parts."""
    rows = np.unique(pipes).astype(np.int32)
    return PipeParts(rows, np.zeros(len(rows)), length_m[rows])
