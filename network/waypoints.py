"""Points at which parts of pipes can end, and steps between them: what ways of water are laid along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.answers import PipeParts
from network.columns import NO_INDEX, Float64, Int64
from network.segments import Segmentation


@dataclass(frozen=True, eq=False)
class Steps:
    """Undirected steps between *points* (numbers, see :class:`Points`): along pipe, or across a device or tank.

    Attributes:
        one, other: Shape (steps,), points.
        pipe: Shape (steps,), -1 for steps that are not along a pipe.
        start_m, end_m: Shape (steps,), where on the pipe.
        device: Shape (steps,), -1 for steps that cross none.
    """

    one: Int64
    other: Int64
    pipe: Int64
    start_m: Float64
    end_m: Float64
    device: Int64

    @classmethod
    def along(cls, one: NDArray[np.integer], other: NDArray[np.integer], spans: PipeParts) -> Steps:
        """Steps along stretches of pipe."""
        nobody = np.full(len(one), NO_INDEX, dtype=np.int64)
        return cls(
            one.astype(np.int64),
            other.astype(np.int64),
            spans.pipe.astype(np.int64),
            spans.start_m,
            spans.end_m,
            nobody,
        )

    @classmethod
    def across(cls, pairs: Iterable[tuple[int, int]], device: int = NO_INDEX) -> Steps:
        """Steps without length between *pairs* of points, across *device*."""
        table = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
        none, zero = np.full(len(table), NO_INDEX, dtype=np.int64), np.zeros(len(table))
        return cls(table[:, 0], table[:, 1], none, zero, zero, np.full(len(table), device, dtype=np.int64))

    @classmethod
    def joined(cls, steps: list[Steps]) -> Steps:
        """All *steps*."""
        names = ("one", "other", "pipe", "start_m", "end_m", "device")
        return cls(*(np.concatenate([getattr(step, name) for step in steps]) for name in names))

    def shortest_first(self) -> Steps:
        """One step for each pair of points, the shortest, *one* below *other*."""
        low, high = np.minimum(self.one, self.other), np.maximum(self.one, self.other)
        order = np.lexsort((self.end_m - self.start_m, high, low))
        low, high = low[order], high[order]
        first = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1]))[: len(order)]
        rows = order[first]
        return Steps(low[first], high[first], self.pipe[rows], self.start_m[rows], self.end_m[rows], self.device[rows])


@dataclass(frozen=True, eq=False)
class Points:
    """Numbers for every point where parts can end: vertices, both sides of each cut, sources, and the goal."""

    segmentation: Segmentation

    @property
    def _cuts(self) -> int:
        return len(self.segmentation.vertex_segment)

    @property
    def _sources(self) -> int:
        return self._cuts + 2 * len(self.segmentation.placement.cuts)

    @property
    def goal(self) -> int:
        """The target."""
        return self._sources + len(self.segmentation.source_legs)

    def source(self, row: int) -> int:
        """A source itself, beyond all its legs."""
        return self._sources + row

    def source_legs(self, row: int, node: int) -> list[int]:
        """Where the legs of source *row* begin; *node* is its junction, or -1 inside a pipe."""
        if node >= 0:
            legs = slice(*self.segmentation.placement.legs.rows(node))
            return [int(vertex) for vertex in self.segmentation.leg_vertex[legs]]
        cutters = self.segmentation.placement.cuts.cutter
        cuts = np.flatnonzero(cutters == len(self.segmentation.side_a) + row).tolist()
        return [self._cuts + 2 * cut + side for cut in cuts for side in (0, 1)]

    def of_device(self, device: int) -> tuple[int, int]:
        """Points on side a and on side b of a cutting device that stands for itself."""
        cut = int(self.segmentation.cut_of_device[device])
        if cut < 0:
            row = int(np.flatnonzero(self.segmentation.placement.between.device == device)[0])
            return int(self.segmentation.between_a[row]), int(self.segmentation.between_b[row])
        return self._cuts + 2 * cut, self._cuts + 2 * cut + 1

    def discharge(self, pump: int) -> int:
        """The point into which a pump of known direction delivers."""
        return self.of_device(pump)[1 if self.segmentation.placement.direction[pump] > 0 else 0]

    def of_parts(self, parts: NDArray[np.integer]) -> tuple[Int64, Int64]:
        """Points at which *parts* start and end."""
        segmentation = self.segmentation
        pipes, pipe = len(segmentation.from_vertex), segmentation.pipe_of(parts)
        cut, ends = segmentation.next_cut(parts, pipe)
        start = np.where(parts < pipes, segmentation.from_vertex[pipe], self._cuts + 2 * (parts - pipes) + 1)
        end = np.where(ends, self._cuts + 2 * cut, segmentation.to_vertex[pipe])
        return start.astype(np.int64), end.astype(np.int64)
