"""Places spread over a network: each the farthest from all before it."""

from __future__ import annotations

import numpy as np

from network.columns import Float64, Int64


def spread_out(xy_m: Float64, among: Int64, count: int) -> Int64:
    """At most *count* of the nodes *among*, spread over them; the one nearest to their middle comes first.

    Args:
        xy_m: Shape (nodes, 2), places of all nodes.
        among: Nodes that come into question.
        count: How many are wanted; nodes at one place count once.
    """
    if not len(among):
        return among
    places_m = xy_m[among]
    chosen = [int(np.argmin(np.hypot(*(places_m - places_m.mean(axis=0)).T)))]
    away_m = np.hypot(*(places_m - places_m[chosen[0]]).T)
    while len(chosen) < min(count, len(among)) and away_m.max() > 0.0:
        chosen.append(int(np.argmax(away_m)))
        away_m = np.minimum(away_m, np.hypot(*(places_m - places_m[chosen[-1]]).T))
    found: Int64 = among[chosen]
    return found
