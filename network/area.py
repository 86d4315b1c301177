"""What lies inside a polygon: the few geometric questions that a plan asks, on plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.columns import Bool, Float64, Int32, Int64
from network.segments import Segmentation
from network.topology import City

_TOUCH = 1e-9
"""Shares of a line shorter than this are touches, not pieces inside."""


@dataclass(frozen=True, eq=False)
class Inside:
    """What a polygon holds.

    Attributes:
        nodes, devices: Rows inside.
        parts: Parts of pipes that have a piece inside.
    """

    nodes: Int32
    devices: Int32
    parts: Int64


def inside(city: City, segmentation: Segmentation, ring_m: tuple[tuple[float, float], ...]) -> Inside:
    """Nodes, devices and parts inside the polygon *ring_m*, corners (x, y) in the project CRS, closed or not."""
    ring = np.array(ring_m, dtype=np.float64).reshape(-1, 2)
    if len(ring) < 3:
        nothing = np.empty(0, dtype=np.int32)
        return Inside(nothing, nothing, nothing.astype(np.int64))
    nodes, devices = city.network.nodes, city.network.devices
    return Inside(
        nodes=_points_inside(ring, nodes.x_m, nodes.y_m),
        devices=_points_inside(ring, devices.x_m, devices.y_m),
        parts=_parts_inside(city, segmentation, ring),
    )


def _points_inside(ring: Float64, x_m: Float64, y_m: Float64) -> Int32:
    (left, bottom), (right, top) = ring.min(axis=0), ring.max(axis=0)
    near = np.flatnonzero((x_m >= left) & (x_m <= right) & (y_m >= bottom) & (y_m <= top))
    return near[_is_inside(ring, x_m[near], y_m[near])].astype(np.int32)


def _is_inside(ring: Float64, x_m: Float64, y_m: Float64) -> Bool:
    """Even-odd rule, an edge of the ring at a time."""
    within = np.zeros(len(x_m), dtype=np.bool_)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 != y2:
            crossing = ((y1 > y_m) != (y2 > y_m)) & (x_m < (x2 - x1) * (y_m - y1) / (y2 - y1) + x1)
            within ^= crossing
    return within


def _parts_inside(city: City, segmentation: Segmentation, ring: Float64) -> Int64:
    """Parts that share a piece of more than a point with the polygon."""
    offsets, xy = city.shapes.offsets, city.shapes.xy_m
    found = [
        _parts_of_pipe(segmentation, pipe, xy[offsets[pipe] : offsets[pipe + 1]], ring)
        for pipe in _pipes_near(city, ring).tolist()
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _pipes_near(city: City, ring: Float64) -> NDArray[np.integer]:
    """Pipes with a line piece whose box meets the ring's box."""
    xy, offsets = city.shapes.xy_m, city.shapes.offsets
    apart = np.zeros(max(len(xy) - 1, 0), dtype=np.bool_)
    for axis in (0, 1):
        along = xy[:, axis]
        for beyond in (along < ring[:, axis].min(), along > ring[:, axis].max()):
            apart |= beyond[:-1] & beyond[1:]
    piece = np.flatnonzero(~apart)
    pipe = np.searchsorted(offsets, piece, side="right") - 1
    own = piece + 1 < offsets[pipe + 1]
    return np.unique(pipe[own])


def _parts_of_pipe(segmentation: Segmentation, pipe: int, line: Float64, ring: Float64) -> Int64:
    spans = _spans_inside(line, ring)
    parts = segmentation.parts_of_pipe(pipe)
    if not len(spans):
        return parts[:0]
    where = segmentation.part_spans(parts)
    low_m, high_m = (spans * segmentation.pipe_length_m[pipe]).T
    overlap = (where.start_m[:, None] < high_m) & (where.end_m[:, None] > low_m)
    within: Int64 = parts[overlap.any(axis=1)]
    return within


def _spans_inside(line: Float64, ring: Float64) -> Float64:
    """Shares of *line*, from 0 to 1 of its length, that run inside: shape (k, 2)."""
    step = np.diff(line, axis=0)
    lengths = np.hypot(step[:, 0], step[:, 1])
    before = np.cumsum(lengths) - lengths
    total = lengths.sum()
    spans = [
        ((before[at] + low * lengths[at]) / total, (before[at] + high * lengths[at]) / total)
        for at in np.flatnonzero(lengths > 0.0)
        for low, high in _pieces_inside(line[at], step[at], ring)
    ]
    return np.array(spans, dtype=np.float64).reshape(-1, 2)


def _pieces_inside(start: Float64, step: Float64, ring: Float64) -> list[tuple[float, float]]:
    """Stretches of the straight line from *start* along *step* that are inside, as shares of *step*."""
    edge = np.roll(ring, -1, axis=0) - ring
    away = ring - start
    turn = step[0] * edge[:, 1] - step[1] * edge[:, 0]
    meets = turn != 0.0
    along = (away[meets, 0] * edge[meets, 1] - away[meets, 1] * edge[meets, 0]) / turn[meets]
    on_edge = (away[meets, 0] * step[1] - away[meets, 1] * step[0]) / turn[meets]
    crossings = along[(on_edge >= 0.0) & (on_edge <= 1.0) & (along > 0.0) & (along < 1.0)]
    stops = np.unique(np.concatenate([[0.0], crossings, [1.0]]))
    middle = start + np.outer((stops[:-1] + stops[1:]) / 2.0, step)
    within = _is_inside(ring, middle[:, 0], middle[:, 1]) & (np.diff(stops) > _TOUCH)
    return [(float(low), float(high)) for low, high, is_in in zip(stops[:-1], stops[1:], within, strict=True) if is_in]
