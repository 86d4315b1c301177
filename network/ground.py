"""How much ground a plan leaves dry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from network.answers import IsolationPlan, PipeParts
from network.columns import Float64, Int64
from network.grouping import ranges
from network.topology import City

CELL_M = 50.0
"""Ground is counted in square cells of this side."""


def area_km2(city: City, plan: IsolationPlan) -> float:
    """Ground on which mains are out: cells touched by the isolated and unintended parts of *plan*."""
    return float(areas_km2(city, [plan])[0])


def areas_km2(city: City, plans: Sequence[IsolationPlan]) -> Float64:
    """Shape (plans,), :func:`area_km2` of each, all in one step: plans for one target are many and small."""
    parts = [parts for plan in plans for parts in (plan.isolated, plan.unintended)]
    of_plan = np.repeat(np.arange(len(parts)) // 2, [len(some) for some in parts])
    together = PipeParts(
        np.concatenate([some.pipe for some in parts]),
        np.concatenate([some.start_m for some in parts]),
        np.concatenate([some.end_m for some in parts]),
    )
    points, of_part = _points(city, together)
    column, row = np.floor(points / CELL_M).astype(np.int64).T
    plan = of_plan[of_part]
    order = np.lexsort((column, row, plan))
    met = np.stack([plan, row, column])[:, order]
    fresh = np.append(np.ones(min(len(order), 1), dtype=np.bool_), (np.diff(met) != 0).any(axis=0))
    cells = np.bincount(met[0, fresh], minlength=len(plans))
    return cells.astype(np.float64) * (CELL_M / 1000.0) ** 2


def _points(city: City, parts: PipeParts) -> tuple[Float64, Int64]:
    """Points along *parts*, half a cell apart at most, and the part of each."""
    offsets, xy = city.shapes.offsets, city.shapes.xy_m
    first, last = offsets[parts.pipe], offsets[parts.pipe + 1] - 1
    piece = ranges(first, last)
    start, step = xy[piece], xy[piece + 1] - xy[piece]
    lengths_m = np.hypot(step[:, 0], step[:, 1])
    owner = np.repeat(np.arange(len(parts)), last - first)
    low, high = _shares(city, parts, owner, lengths_m)
    met = (high > low) & (lengths_m > 0.0)
    start, step, low, high, owner = start[met], step[met], low[met], high[met], owner[met]
    stops = np.ceil((high - low) * lengths_m[met] / (CELL_M / 2.0)).astype(np.int64) + 1
    which = np.repeat(np.arange(len(stops)), stops)
    turn = np.arange(len(which)) - np.repeat(np.cumsum(stops) - stops, stops)
    share = low[which] + (high - low)[which] * turn / (stops - 1)[which]
    points: Float64 = start[which] + share[:, None] * step[which]
    return points, owner[which]


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
