"""A city made ready for the map: built once by the worker, kept in the cache, mapped by the window."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from gis.scene.labels import Labels
from gis.scene.lines import Lines
from gis.scene.points import Points
from gis.scene.polygons import Polygons
from gis.scene.view import Bounds
from network.columns import Float64, Int32, TextColumn


class DnClass(IntEnum):
    """Mains by nominal diameter, the widest first."""

    FROM_800 = 0
    FROM_400 = 1
    FROM_200 = 2
    FROM_150 = 3
    BELOW_150 = 4
    UNKNOWN = 5


class RoadClass(IntEnum):
    """Roads by importance."""

    ARTERIAL = 0
    STREET = 1
    LANE = 2


class AreaClass(IntEnum):
    """Ground by kind, in the order in which it is painted."""

    GREEN = 0
    BLOCK = 1
    WATER = 2


class OutlineClass(IntEnum):
    """Borders."""

    DMA = 0
    ZONE = 1


FAR_PIXELS_M = (8.0, 16.0, 32.0, 64.0)
"""Scales of the thinner copies, metres a pixel; each serves views from half its scale on."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything the map draws of a city that does not change with a plan.

    Attributes:
        frame: Shape (6,), float64: x and y of the origin (project CRS), then the extent in scene coordinates
            (x_min, y_min, x_max, y_max).
        marks: Shape (2,), int64: 1 where the city is synthetic; number of assumed valves.
        run_m: Drawn length of the pipes up to each vertex, see :class:`~gis.scene.along.PipeLines`.
        mains: Classes :class:`DnClass`, rows of the pipe table.
        mains_8, mains_16, mains_32, mains_64: Thinner copies, see :data:`FAR_PIXELS_M`.
        roads: Classes :class:`RoadClass`, rows of the road layer.
        roads_8, roads_32: Thinner copies.
        road_width_m: Shape (3,), width of each class on the ground.
        outlines: Classes :class:`OutlineClass`.
        ground: Classes :class:`AreaClass`, rows of the place layer.
        buildings: One class, rows of the place layer.
        devices, hydrants, sources, stations, customers, nodes: Rows of the city's tables.
        critical: Rows of the critical customers.
        source_names: One a source; its id where it has no name.
        sensors: Rows of the sensor layer, named by *sensor_names*.
        labels: Names of roads and places.
        building_of_customer: Shape (customers,), position in *buildings*, or -1.
    """

    frame: Float64
    marks: Int32
    run_m: Float64
    mains: Lines
    mains_8: Lines
    mains_16: Lines
    mains_32: Lines
    mains_64: Lines
    roads: Lines
    roads_8: Lines
    roads_32: Lines
    road_width_m: Float64
    outlines: Lines
    ground: Polygons
    buildings: Polygons
    devices: Points
    hydrants: Points
    sources: Points
    stations: Points
    customers: Points
    nodes: Points
    critical: Points
    source_names: TextColumn
    sensors: Points
    sensor_names: TextColumn
    labels: Labels
    building_of_customer: Int32

    @property
    def origin_m(self) -> tuple[float, float]:
        """Where the scene's coordinates begin, in the project CRS."""
        return float(self.frame[0]), float(self.frame[1])

    @property
    def extent(self) -> Bounds:
        """Extent of the network in the project CRS."""
        x_m, y_m = self.origin_m
        return Bounds(
            float(self.frame[2]) + x_m,
            float(self.frame[3]) + y_m,
            float(self.frame[4]) + x_m,
            float(self.frame[5]) + y_m,
        )

    @property
    def synthetic(self) -> bool:
        """True for a generated city."""
        return bool(self.marks[0])

    @property
    def assumed_valves(self) -> int:
        """How many valves were placed by rule."""
        return int(self.marks[1])

    def mains_at(self, m_per_px: float) -> Lines:
        """The copy of the mains to draw at a scale."""
        copies = (self.mains, self.mains_8, self.mains_16, self.mains_32, self.mains_64)
        return copies[sum(m_per_px >= pixel_m / 2 for pixel_m in FAR_PIXELS_M)]

    def roads_at(self, m_per_px: float) -> Lines:
        """The copy of the roads to draw at a scale."""
        return self.roads if m_per_px < 4 else self.roads_8 if m_per_px < 16 else self.roads_32
