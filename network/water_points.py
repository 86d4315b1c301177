"""Where people fetch water while theirs is off: a p-median over places that may serve, such as hydrants with water.

Of n places where people live and m where water may be given, p are chosen so that the ways of all people together are
shortest. The greedy choice is improved by vertex substitution (Teitz and Bart): the one exchange that shortens the ways
most is made until none does. That is a heuristic; its result can be worse than the best, never by an exchange of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.columns import Float64, Int32

_LEAST_GAIN = 1e-9


@dataclass(frozen=True, eq=False)
class Points:
    """Places that were chosen.

    Attributes:
        chosen: Columns of the places, ascending.
        nearest: Shape (n,), the column that serves each demand.
        way_m: Shape (n,), how far that is.
        total_m: Sum of all ways by weight.
    """

    chosen: tuple[int, ...]
    nearest: Int32
    way_m: Float64
    total_m: float


@dataclass(frozen=True, eq=False)
class Demand:
    """People who live close together, as one.

    Attributes:
        x_m, y_m: Shape (n,), their middle, project CRS.
        weight: Shape (n,), people.
        of: Shape (customers,), which of them each customer belongs to.
    """

    x_m: Float64
    y_m: Float64
    weight: Float64
    of: Int32


def gathered(x_m: Float64, y_m: Float64, weight: Float64, cell_m: float) -> Demand:
    """Customers of each square of *cell_m* as one demand at their weighted middle; nobody weighs less than 1."""
    heavy = np.maximum(weight, 1.0)
    square = np.stack([np.floor(x_m / cell_m), np.floor(y_m / cell_m)], axis=1)
    of = np.unique(square, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int32)
    total = np.bincount(of, weights=heavy).astype(np.float64)
    return Demand(np.bincount(of, weights=heavy * x_m) / total, np.bincount(of, weights=heavy * y_m) / total, total, of)


def ways_m(demand: Demand, x_m: Float64, y_m: Float64) -> Float64:
    """Shape (n, m), straight metres from each demand to each place."""
    away: Float64 = np.hypot(demand.x_m[:, None] - x_m[None, :], demand.y_m[:, None] - y_m[None, :])
    return away


def place(way_m: Float64, weight: Float64, count: int) -> Points:
    """Choose *count* places.

    Args:
        way_m: Shape (n, m), metres from each demand to each place.
        weight: Shape (n,).
        count: At most so many; all where there are no more.
    """
    chosen: list[int] = []
    for _ in range(min(count, way_m.shape[1])):
        chosen = [*chosen, _next(way_m, weight, chosen)]
    return _points(way_m, weight, _exchanged(way_m, weight, chosen))


def enough(way_m: Float64, weight: Float64, reach_m: float, most: int) -> Points:
    """The fewest places so that nobody who can be served goes farther than *reach_m*; at most *most*."""
    within = way_m.min(axis=1, initial=np.inf) <= reach_m
    found = place(way_m[within], weight[within], 0)
    for count in range(1, min(most, way_m.shape[1]) + 1):
        if not within.any():
            break
        found = place(way_m[within], weight[within], count)
        if (found.way_m <= reach_m).all():
            break
    return _points(way_m, weight, found.chosen)


def _next(way_m: Float64, weight: Float64, chosen: list[int]) -> int:
    """The place that shortens the ways most; of equal ones the first."""
    now = way_m[:, chosen].min(axis=1) if chosen else np.full(len(way_m), way_m.max(initial=0.0))
    gain = weight @ np.maximum(now[:, None] - way_m, 0.0)
    gain[chosen] = -1.0
    return int(np.argmax(gain))


def _exchanged(way_m: Float64, weight: Float64, chosen: list[int]) -> list[int]:
    """*chosen* after every exchange of one that helps, the best first (Whitaker's way of reckoning)."""
    while 0 < len(chosen) < way_m.shape[1]:
        ways = way_m[:, chosen]
        order = np.argsort(ways, axis=1, kind="stable")
        first = np.take_along_axis(ways, order[:, :1], axis=1)[:, 0]
        second = (
            np.take_along_axis(ways, order[:, 1:2], axis=1)[:, 0] if len(chosen) > 1 else np.full(len(ways), np.inf)
        )
        # Whoever comes in takes those nearer to it; whoever goes leaves his own to the newcomer or their second.
        gain = weight @ np.maximum(first[:, None] - way_m, 0.0)
        lost = np.zeros((len(chosen), way_m.shape[1]))
        for place_at in range(len(chosen)):
            own = order[:, 0] == place_at
            after = np.minimum(way_m[own], second[own, None])
            lost[place_at] = weight[own] @ np.maximum(after - first[own, None], 0.0)
        net = gain[None, :] - lost
        net[:, chosen] = -1.0
        out, into = divmod(int(np.argmax(net)), way_m.shape[1])
        if net[out, into] <= _LEAST_GAIN * max(1.0, float(weight @ first)):
            break
        chosen = [*chosen[:out], into, *chosen[out + 1 :]]
    return chosen


def _points(way_m: Float64, weight: Float64, chosen: list[int] | tuple[int, ...]) -> Points:
    places = sorted(chosen)
    if not places:
        nobody = np.full(len(way_m), np.inf)
        return Points((), np.full(len(way_m), -1, dtype=np.int32), nobody, 0.0)
    ways = way_m[:, places]
    at = np.argmin(ways, axis=1)
    way = np.take_along_axis(ways, at[:, None], axis=1)[:, 0]
    return Points(tuple(places), np.array(places, dtype=np.int32)[at], way, float(weight @ way))
