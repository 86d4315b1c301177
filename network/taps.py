"""Which segments each tap hangs on, and what hangs on each segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.columns import Float64, Int32, Int64, Ragged
from network.grouping import distinct, flags, grouped, ranges
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
    if not segmentation.placement.between:
        return owner[:0], pipe[:0]
    between = flags(len(segmentation.vertex_segment), np.array(list(segmentation.between_sides)))
    length_m = segmentation.pipe_length_m[pipe]
    near_start = (offset_m <= SAME_PLACE_M) & between[segmentation.from_vertex[pipe]]
    near_end = (length_m - offset_m <= SAME_PLACE_M) & between[segmentation.to_vertex[pipe]]
    found = [
        (int(owner[at]), int(segment))
        for at in np.flatnonzero(near_start | near_end).tolist()
        for segment in segmentation.at_place(int(pipe[at]), float(offset_m[at]))
    ]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
