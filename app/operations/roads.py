"""The roads of a workspace, for ways of crews."""

from __future__ import annotations

import numpy as np

from app.workspace import Workspace
from gis.roads import RoadNetwork, road_network, travel_times
from network.assets import DeviceTable
from network.columns import Float64


def roads_of(workspace: Workspace) -> RoadNetwork:
    """The roads of the workspace; empty where it has none."""
    return road_network(workspace.store.layers(("road",)).get("road"))


def ways_to_valves_s(roads: RoadNetwork, devices: DeviceTable, crew_m: tuple[float, float]) -> Float64:
    """A crew's way to each valve in seconds, shape (devices,); by straight line where no road leads."""
    places_m = np.column_stack([devices.x_m, devices.y_m])
    # Roads run both ways, and one search from the crew reaches every valve.
    way_s: Float64 = travel_times(roads, places_m, np.array([crew_m])).seconds[0]
    return way_s
