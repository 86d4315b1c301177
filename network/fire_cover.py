"""Which hydrants a plan takes, and what is left farther than firemen's hoses reach from a live one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from network.answers import Impact
from network.columns import Bool, Float64, Int32, Int64
from network.grouping import flags
from network.hydraulic_defaults import HYDRANT_REACH_M
from network.supply import SupplyModel


@dataclass(frozen=True, eq=False)
class FireCover:
    """Fire cover with some hydrants out. Distances are straight lines on the map.

    Attributes:
        uncovered: Rows of places within reach of a hydrant before, and of none after; ascending.
        distance_m: Shape (uncovered,), from each to the nearest hydrant left; infinite where none is.
        nearest: Shape (uncovered,), row of that hydrant, -1 where none is left.
    """

    uncovered: Int32
    distance_m: Float64
    nearest: Int32


def fire_cover(
    x_m: Float64, y_m: Float64, live_before: Bool, out: Int32, places_m: Float64, *, reach_m: float = HYDRANT_REACH_M
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
    lost = live_before & ~live_after
    # Only what a hydrant reached that goes out can lose its cover: few places of a city.
    about = _around(sites[lost], places_m, reach_m)
    at_risk = about[_nearest(sites, lost, places_m[about])[0] <= reach_m]
    distance_m, nearest = _nearest(sites, live_after, places_m[at_risk])
    bare = distance_m > reach_m
    return FireCover(at_risk[bare].astype(np.int32), distance_m[bare], nearest[bare])


def customers_without_cover(model: SupplyModel, impact: Impact, *, reach_m: float = HYDRANT_REACH_M) -> FireCover:
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


def _around(sites_m: Float64, places_m: Float64, reach_m: float) -> Int64:
    """Rows of places in a box around the sites, *reach_m* wider on all sides."""
    if not len(sites_m):
        return np.zeros(0, dtype=np.int64)
    low_m, high_m = sites_m.min(axis=0) - reach_m, sites_m.max(axis=0) + reach_m
    return np.flatnonzero(((places_m >= low_m) & (places_m <= high_m)).all(axis=1))


def _nearest(sites_m: Float64, live: Bool, places_m: Float64) -> tuple[Float64, Int32]:
    """Distance of each place from the nearest live site, and the site's row."""
    rows = np.flatnonzero(live).astype(np.int32)
    if not len(rows) or not len(places_m):
        return np.full(len(places_m), np.inf), np.full(len(places_m), -1, dtype=np.int32)
    distance_m, found = cKDTree(sites_m[rows]).query(places_m)
    return np.asarray(distance_m, dtype=np.float64), rows[found]
