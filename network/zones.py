"""To which metered area and pressure zone a segment belongs: that of most of it."""

from __future__ import annotations

import numpy as np

from network.columns import NO_INDEX, Int32
from network.structure import Structure


class SegmentAreas:
    """Metered area and pressure zone of segments, found when somebody asks and remembered."""

    def __init__(self, structure: Structure, zone: Int32 | None = None) -> None:
        """Make ready.

        Args:
            structure: The city.
            zone: Shape (nodes,), number of the pressure zone of each junction, -1 where none is known.
        """
        self._structure, self._zone = structure, zone
        dma = structure.network.pipes.dma
        self._recorded = np.array([bool(name) for name in dma.vocabulary], dtype=np.bool_)
        self._dmas: dict[int, int] = {}
        self._zones: dict[int, int] = {}

    def dma(self, segment: int) -> int:
        """Code of the metered area in which most of the segment's mains lie, by length; -1 where none is recorded."""
        if segment not in self._dmas:
            parts = self._structure.segmentation.stretches(np.array([segment]))
            codes = self._structure.network.pipes.dma.codes[parts.pipe]
            known = self._recorded[codes]
            weights = np.bincount(codes[known], weights=(parts.end_m - parts.start_m)[known])
            self._dmas[segment] = int(weights.argmax()) if len(weights) else NO_INDEX
        return self._dmas[segment]

    def zone(self, segment: int) -> int:
        """Number of the pressure zone of most of the segment's junctions; -1 where none is known."""
        if self._zone is None:
            return NO_INDEX
        if segment not in self._zones:
            of_node = self._structure.segmentation.vertex_segment[: len(self._zone)]
            zones = self._zone[of_node == segment]
            counts = np.bincount(zones[zones >= 0])
            self._zones[segment] = int(counts.argmax()) if len(counts) else NO_INDEX
        return self._zones[segment]
