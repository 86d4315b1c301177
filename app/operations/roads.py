"""The roads of a workspace, for ways of crews."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.errors import AppError
from app.workspace import Workspace
from gis.roads import RoadNetwork, road_network
from gis.ways import travel_times
from network.alternatives.costs import Pace
from network.assets import DeviceTable
from network.columns import Float64, Int64

FARTHEST_CREW_M = 20_000.0
"""A crew farther from every valve stands in another city, or its place was written in degrees (house value)."""


ROADS_WITHIN_M = 3_000.0
"""Around a place, roads are searched for ways to its valves so far: other plans for it close hardly any beyond."""


def refuse_far_crews(devices: DeviceTable, stand_m: Sequence[tuple[float, float]]) -> None:
    """Refuse a place of a crew, (x, y) in the project CRS, that lies far from every valve.

    Raises:
        AppError: ``crew_far_away``.
    """
    for x_m, y_m in stand_m:
        away_m = float(np.hypot(devices.x_m - x_m, devices.y_m - y_m).min(initial=np.inf))
        if FARTHEST_CREW_M < away_m < np.inf:
            raise AppError("crew_far_away", x_m=x_m, y_m=y_m, distance_m=away_m)


def roads_of(workspace: Workspace) -> RoadNetwork:
    """The roads of the workspace; empty where it has none."""
    return road_network(workspace.store.layers(("road",)).get("road"))


def ways_to_valves_s(
    roads: RoadNetwork, devices: DeviceTable, crew_m: tuple[float, float], near: Sequence[int] | None = None
) -> Float64:
    """A crew's way to each valve in seconds, shape (devices,); by straight line where no road leads.

    Args:
        roads: Of the city.
        devices: All devices.
        crew_m: Where the crew stands, (x, y) in the project CRS.
        near: Device rows of a place. Roads count to the valves within :data:`ROADS_WITHIN_M` of them and straight lines
            to the others, which plans for that place hardly close; to every valve where None.
    """
    x_m, y_m = devices.x_m, devices.y_m
    about = np.arange(len(x_m)) if near is None else _about(x_m, y_m, list(near))
    pace = Pace()
    way_s: Float64 = np.hypot(x_m - crew_m[0], y_m - crew_m[1]) * (pace.road_factor / pace.speed_m_min * 60.0)
    places_m = np.column_stack([x_m[about], y_m[about]])
    # Roads run both ways, and one search from the crew reaches every valve.
    way_s[about] = travel_times(roads, places_m, np.array([crew_m])).seconds[0]
    return way_s


def _about(x_m: Float64, y_m: Float64, near: list[int]) -> Int64:
    """Rows of places in the box around those of *near*, wider on all sides."""
    if not near:
        return np.zeros(0, dtype=np.int64)
    inside = np.ones(len(x_m), dtype=np.bool_)
    for at_m in (x_m, y_m):
        inside &= (at_m >= at_m[near].min() - ROADS_WITHIN_M) & (at_m <= at_m[near].max() + ROADS_WITHIN_M)
    return np.flatnonzero(inside)
