"""The roads of a workspace, for ways of crews."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.errors import AppError
from app.workspace import Workspace
from gis.roads import RoadNetwork, road_network
from gis.ways import travel_times
from network.assets import DeviceTable
from network.columns import Float64

FARTHEST_CREW_M = 20_000.0
"""A crew farther from every valve stands in another city, or its place was written in degrees (house value)."""


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


def ways_to_valves_s(roads: RoadNetwork, devices: DeviceTable, crew_m: tuple[float, float]) -> Float64:
    """A crew's way to each valve in seconds, shape (devices,); by straight line where no road leads."""
    places_m = np.column_stack([devices.x_m, devices.y_m])
    # Roads run both ways, and one search from the crew reaches every valve.
    way_s: Float64 = travel_times(roads, places_m, np.array([crew_m])).seconds[0]
    return way_s
