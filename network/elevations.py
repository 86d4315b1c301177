"""Heights along pipes, as far as the junctions' elevations are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from network.columns import Float64
from network.segments import Segmentation
from network.topology import Network


def elevation_m(network: Network, pipe: NDArray[np.integer], offset_m: Float64) -> Float64:
    """Elevation of places on pipes, interpolated between their ends; NaN where an end that it needs is not known.

    Args:
        network: The network.
        pipe: Shape (k,), pipe rows.
        offset_m: Shape (k,), from each pipe's from_node.

    Returns:
        Shape (k,).
    """
    known_m, length_m = network.nodes.elevation_m, network.pipes.length_m[pipe]
    start_m = known_m[network.pipes.from_node[pipe]].astype(np.float64)
    end_m = known_m[network.pipes.to_node[pipe]].astype(np.float64)
    share = np.divide(offset_m, length_m, out=np.zeros(len(pipe)), where=length_m > 0.0)
    between_m = start_m + share * (end_m - start_m)
    found: Float64 = np.where(share <= 0.0, start_m, np.where(share >= 1.0, end_m, between_m))
    return found


def highest_points_m(network: Network, segmentation: Segmentation) -> Float64:
    """Highest known elevation of each segment's junctions and part ends: shape (segments,), -inf where unknown."""
    highest_m = np.full(segmentation.count, -np.inf)
    if np.isnan(network.nodes.elevation_m).all():
        return highest_m
    spans = segmentation.part_spans(np.arange(segmentation.parts))
    for offset_m in (spans.start_m, spans.end_m):
        _raise(highest_m, segmentation.part_segment, elevation_m(network, spans.pipe, offset_m))
    at_between = network.nodes.elevation_m[segmentation.placement.between.node]
    for vertex in (segmentation.between_a, segmentation.between_b):
        _raise(highest_m, segmentation.vertex_segment[vertex], at_between)
    return highest_m


def _raise(highest_m: Float64, segment: NDArray[np.integer], found_m: NDArray[np.floating]) -> None:
    np.fmax.at(highest_m, segment, found_m)
