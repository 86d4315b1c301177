"""Which segments each tap hangs on, and what hangs on each segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.columns import Float64, Int32, Int64, Ragged
from network.grouping import distinct, grouped, ranges
from network.segments import Segmentation
from network.series import SAME_PLACE_M


@dataclass(frozen=True, eq=False)
class Taps:
    """Taps of one table (customers, hydrants or stations).

    A tap within 1 mm of a device hangs on all its sides, so that the worse one can win.

    Attributes:
        owner: Shape (hangings,), row of the thing that hangs, ascending.
        segment: Shape (hangings,), the segment it hangs on.
        by_segment: By segment, its hangings.
    """

    owner: Int32
    segment: Int32
    by_segment: Ragged

    @classmethod
    def found(cls, segmentation: Segmentation, pipe: Int32, offset_m: Float64) -> Taps:
        """Locate taps at *offset_m* on *pipe*, each of shape (k,); a pipe of -1 hangs nowhere."""
        owner = np.flatnonzero(pipe >= 0)
        place, parts = segmentation.parts_at(pipe[owner], offset_m[owner])
        owners, segments = owner[place], segmentation.part_segment[parts]
        more_owners, more_segments = _at_devices_between_legs(segmentation, owner, pipe[owner], offset_m[owner])
        if len(more_owners):
            pairs = np.unique(
                np.column_stack([np.append(owners, more_owners), np.append(segments, more_segments)]), axis=0
            )
            owners, segments = pairs[:, 0], pairs[:, 1].astype(np.int32)
        return cls(owners.astype(np.int32), segments, grouped(segments, segmentation.count))

    def on(self, segments: NDArray[np.integer]) -> Int32:
        """Rows of what hangs on any of *segments*, ascending, each once."""
        return distinct(self.owner[self.by_segment.gather(segments)])

    def segments_of(self, rows: NDArray[np.integer]) -> Int32:
        """Segments on which *rows* hang, ascending, each once."""
        first, last = np.searchsorted(self.owner, rows), np.searchsorted(self.owner, rows, side="right")
        return distinct(self.segment[ranges(first, last)])


def _at_devices_between_legs(
    segmentation: Segmentation, owner: Int64, pipe: Int32, offset_m: Float64
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Further hangings of taps that sit on a device between the two legs of a junction."""
    pipes, length_m = segmentation.placement.network.pipes, segmentation.pipe_length_m[pipe]
    owners, segments = [owner[:0]], [pipe[:0]]
    for distance_m, node in ((offset_m, pipes.from_node), (length_m - offset_m, pipes.to_node)):
        near = np.flatnonzero(distance_m <= SAME_PLACE_M)
        place, vertex = segmentation.between_vertices(node[pipe[near]])
        owners.append(owner[near[place]])
        segments.append(segmentation.vertex_segment[vertex])
    return np.concatenate(owners), np.concatenate(segments)
