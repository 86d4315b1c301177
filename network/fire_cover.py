"""Which hydrants a plan takes, and what is left farther than firemen's hoses reach from a live one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from network.answers import Impact
from network.columns import Bool, Float64, Int32
from network.grouping import flags
from network.supply import SupplyModel

REACH_M = 150.0
"""Farthest that a place may be from a hydrant: a hydrant's protection radius (house value, as in GB 50974)."""


@dataclass(frozen=True, eq=False)
class FireCover:
    """Fire cover with some hydrants out. Distances are straight lines on the map.

    Attributes:
        uncovered: Rows of places within reach of a hydrant before, and of none after; ascending.
        distance_m: Shape (uncovered,), from each to the nearest hydrant left; infinite where none is.
        nearest: Shape (uncovered,), row of that hydrant, -1 where none is left.
        never_covered: How many places no hydrant reached before either.
    """

    uncovered: Int32
    distance_m: Float64
    nearest: Int32
    never_covered: int


def fire_cover(
    x_m: Float64, y_m: Float64, live_before: Bool, out: Int32, places_m: Float64, *, reach_m: float = REACH_M
) -> FireCover:
    """What loses its cover when hydrants go out.

    Args:
        x_m: Shape (hydrants,), where they stand, east.
        y_m: Likewise, north.
        live_before: Shape (hydrants,), those with water before.
        out: Rows of hydrants that go out.
        places_m: Shape (places, 2), what is to be covered: customers, middles of buildings.
        reach_m: Distance within which a hydrant covers a place; exactly so far still counts.
    """
    live_after = live_before.copy()
    live_after[out] = False
    sites = np.column_stack([x_m, y_m])
    far_before = _nearest(sites, live_before, places_m)[0] > reach_m
    at_risk = np.flatnonzero(~far_before)
    distance_m, nearest = _nearest(sites, live_after, places_m[at_risk])
    bare = distance_m > reach_m
    return FireCover(at_risk[bare].astype(np.int32), distance_m[bare], nearest[bare], int(far_before.sum()))


def customers_without_cover(model: SupplyModel, impact: Impact, *, reach_m: float = REACH_M) -> FireCover:
    """Customers that lose their fire cover by the hydrants out in *impact*."""
    hydrants, customers = model.city.hydrants, model.city.customers
    places_m = np.column_stack([customers.x_m, customers.y_m])
    live = live_hydrants(model)
    return fire_cover(hydrants.x_m, hydrants.y_m, live, impact.hydrants_out, places_m, reach_m=reach_m)


def live_hydrants(model: SupplyModel) -> Bool:
    """Shape (hydrants,), those whose tap has water on all its sides under the states of *model*."""
    taps = model.structure.hydrant_taps
    live = flags(len(model.city.hydrants), taps.owner)
    live[taps.on(np.flatnonzero(~model.supplied))] = False
    return live


def _nearest(sites_m: Float64, live: Bool, places_m: Float64) -> tuple[Float64, Int32]:
    """Distance of each place from the nearest live site, and the site's row."""
    rows = np.flatnonzero(live).astype(np.int32)
    if not len(rows) or not len(places_m):
        return np.full(len(places_m), np.inf), np.full(len(places_m), -1, dtype=np.int32)
    distance_m, found = cKDTree(sites_m[rows]).query(places_m)
    return np.asarray(distance_m, dtype=np.float64), rows[found]
