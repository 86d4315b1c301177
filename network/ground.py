"""How much ground a plan leaves dry."""

from __future__ import annotations

import numpy as np

from network.answers import IsolationPlan, PipeParts
from network.columns import Float64, Int64
from network.grouping import ranges
from network.topology import City

CELL_M = 50.0
"""Ground is counted in square cells of this side."""


def area_km2(city: City, plan: IsolationPlan) -> float:
    """Ground on which mains are out: cells touched by the isolated and unintended parts of *plan*."""
    cells = np.concatenate([_cells(city, parts) for parts in (plan.isolated, plan.unintended)])
    return float(len(np.unique(cells)) * (CELL_M / 1000.0) ** 2)


def _cells(city: City, parts: PipeParts) -> Int64:
    """One number for each cell met by points along *parts*, half a cell apart at most."""
    points = _points(city, parts)
    if not len(points):
        return np.empty(0, dtype=np.int64)
    column, row = np.floor(points / CELL_M).astype(np.int64).T
    cells: Int64 = column * np.int64(1 << 31) + row
    return cells


def _points(city: City, parts: PipeParts) -> Float64:
    offsets, xy = city.shapes.offsets, city.shapes.xy_m
    first, last = offsets[parts.pipe], offsets[parts.pipe + 1] - 1
    piece = ranges(first, last)
    start, step = xy[piece], xy[piece + 1] - xy[piece]
    lengths_m = np.hypot(step[:, 0], step[:, 1])
    owner = np.repeat(np.arange(len(parts)), last - first)
    low, high = _shares(city, parts, owner, lengths_m)
    met = (high > low) & (lengths_m > 0.0)
    start, step, low, high = start[met], step[met], low[met], high[met]
    stops = np.ceil((high - low) * lengths_m[met] / (CELL_M / 2.0)).astype(np.int64) + 1
    which = np.repeat(np.arange(len(stops)), stops)
    turn = np.arange(len(which)) - np.repeat(np.cumsum(stops) - stops, stops)
    share = low[which] + (high - low)[which] * turn / (stops - 1)[which]
    points: Float64 = start[which] + share[:, None] * step[which]
    return points


def _shares(city: City, parts: PipeParts, owner: Int64, lengths_m: Float64) -> tuple[Float64, Float64]:
    """From where to where, as shares of each line piece, the part that owns it runs."""
    count = len(parts)
    drawn_m = np.bincount(owner, weights=lengths_m, minlength=count)
    before_m = np.cumsum(lengths_m) - lengths_m
    first = np.searchsorted(owner, np.arange(count))
    measure_m = before_m - before_m[np.minimum(first, max(len(before_m) - 1, 0))][owner]
    recorded_m = city.network.pipes.length_m[parts.pipe]
    scale = np.divide(drawn_m, recorded_m, out=np.ones(count), where=recorded_m > 0.0)
    low_m, high_m = (parts.start_m * scale)[owner], (parts.end_m * scale)[owner]
    divisor = np.where(lengths_m > 0.0, lengths_m, 1.0)
    return np.clip((low_m - measure_m) / divisor, 0.0, 1.0), np.clip((high_m - measure_m) / divisor, 0.0, 1.0)
