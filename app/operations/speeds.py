"""Speeds of traffic, learned from where crews' devices were."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.dispatch.arrival import Fix
from app.dispatch.drives import drives
from app.dispatch.due import local_time
from app.dispatch.positions import Positions
from app.times import CITY_TIME
from gis.roads import RoadNetwork
from gis.speeds import Speeds, Trip, learn_speeds
from gis.ways import ways_to_pairs


def speeds_from(positions: Positions, roads: RoadNetwork) -> Speeds:
    """The house's speeds, moved by the drives in *positions*; those that no road explains are left out."""
    return learn_speeds(trips_of({crew: one.fixes for crew, one in positions.crews.items()}, roads))


def trips_of(fixes: Mapping[str, tuple[Fix, ...]], roads: RoadNetwork) -> list[Trip]:
    """Every drive in *fixes* by crew against what the roads say at a factor of 1."""
    found = [drive for own in fixes.values() for drive in drives(own)]
    if not found or roads.empty:
        return []
    begins_m = np.array([(begin.x_m, begin.y_m) for begin, _ in found])
    ends_m = np.array([(end.x_m, end.y_m) for _, end in found])
    expected_s = ways_to_pairs(roads, begins_m, ends_m)
    return [
        Trip(local_time(begin.at_ms, CITY_TIME).hour, float(seconds), (end.at_ms - begin.at_ms) / 1000)
        for (begin, end), seconds in zip(found, expected_s.tolist(), strict=True)
        if np.isfinite(seconds)
    ]
