"""Ground levels of the nodes, from the junction layer and from the heights of the pipes' ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from gis.noding.ends import Ends, Meeting
from gis.noding.limits import LIMITS
from network.columns import Bool, Float64, Int64

DIFFER_M = 1.0
"""Levels of one node that differ by more are reported: pipes lie at different depths, but not by metres."""


@dataclass(frozen=True, eq=False)
class Junctions:
    """The junction layer and the node that each of its points is.

    Attributes:
        node: Shape (n,), node row or -1.
    """

    layer: Layer
    node: Int64


@dataclass(frozen=True, eq=False)
class EndHeights:
    """Heights in the geometry of n pipes.

    Attributes:
        z_m: Shape (2n,), of the starts, then of the ends; NaN where the geometry has none.
        pipe_ids: Shape (n,).
    """

    z_m: Float64
    pipe_ids: NDArray[np.object_]


def elevations(
    ends: Ends, meeting: Meeting, heights: EndHeights, junctions: Junctions, log: FaultLog
) -> NDArray[np.float32]:
    """Ground level of each node; NaN where neither the junction layer nor a pipe's end tells.

    The junction layer comes first; of several junctions or ends the lowest counts. Levels that cannot be, and those
    that contradict each other, are reported.
    """
    told = _believable(ends, heights, log)
    level = np.full(meeting.nodes, np.inf)
    # A layer whose every height is zero was merely drawn in three dimensions.
    if (heights.z_m[told] != 0.0).any():
        rows = np.flatnonzero(told)
        names = heights.pipe_ids[rows % max(len(heights.pipe_ids), 1)]
        _lower(level, meeting.node[rows], heights.z_m[rows], ("pipe", names, ends.xy_m[rows]), log)
    recorded = junctions.layer.real("elevation_m")
    rows = np.flatnonzero((junctions.node >= 0) & np.isfinite(recorded))
    at = junctions.node[rows]
    level[at] = np.inf
    xy_m = shapely.get_coordinates(junctions.layer.geometry[rows])
    _lower(level, at, recorded[rows], ("junction", junctions.layer.text("id")[rows], xy_m), log)
    return np.where(np.isfinite(level), level, np.nan).astype(np.float32)


def _believable(ends: Ends, heights: EndHeights, log: FaultLog) -> Bool:
    """Which ends have a height that can be; the others' are reported."""
    lowest_m, highest_m = LIMITS["elevation_m"]
    z_m = heights.z_m
    told: Bool = (lowest_m <= z_m) & (z_m <= highest_m)
    bad = np.flatnonzero(~told & ~np.isnan(z_m))
    log.each(
        FaultKind.OUT_OF_RANGE,
        "pipe",
        heights.pipe_ids[bad % max(len(heights.pipe_ids), 1)],
        ends.xy_m[bad],
        Action.SKIPPED,
        column="z",
        word=[f"{value:.15g}" for value in z_m[bad].tolist()],
    )
    return told


def _lower(
    level: Float64,
    node: Int64,
    told_m: Float64,
    feature: tuple[str, NDArray[np.object_], Float64],
    log: FaultLog,
) -> None:
    """Lower *level* of *node* to what is told; report the *feature* (layer, ids, places) that stands far above it."""
    np.minimum.at(level, node, told_m)
    above_m = told_m - level[node]
    layer, ids, xy_m = feature
    far = above_m > DIFFER_M
    log.each(FaultKind.ELEVATIONS_DIFFER, layer, ids[far], xy_m[far], Action.KEPT, distance_m=above_m[far])
