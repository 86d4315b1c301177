"""From a city and its layers to a scene. Walks the whole city: for the worker, never for the window."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.layers import Layer, LayerSet
from gis.scene.along import PipeLines
from gis.scene.areas import build_polygons
from gis.scene.cells import Grid
from gis.scene.device_places import device_places
from gis.scene.labels import LabelKind, Labels, build_labels
from gis.scene.lines import Lines, Polylines, build_far_lines, build_lines
from gis.scene.points import Points, build_points
from gis.scene.polygons import Polygons
from gis.scene.scene import FAR_PIXELS_M, AreaClass, DnClass, OutlineClass, RoadClass, Scene
from gis.scene.view import Bounds
from network.assets import CustomerTable, PipeShapes, SourceTable
from network.columns import Float64, IdColumn, Int32, Int64, TextColumn
from network.topology import City, Network

_EMPTY_CITY = Bounds(0.0, 0.0, 1000.0, 1000.0)
_AREA_OF_KIND = {
    "river": AreaClass.WATER,
    "lake": AreaClass.WATER,
    "hill": AreaClass.GREEN,
    "park": AreaClass.GREEN,
    "block": AreaClass.BLOCK,
}
_LABEL_OF_KIND = {
    "river": LabelKind.WATER,
    "lake": LabelKind.WATER,
    "hill": LabelKind.COMMUNITY,
    "park": LabelKind.COMMUNITY,
    "community": LabelKind.COMMUNITY,
}
_ROAD_OF_KIND = {
    "ring": RoadClass.ARTERIAL,
    "express": RoadClass.ARTERIAL,
    "expressway": RoadClass.ARTERIAL,
    "trunk": RoadClass.ARTERIAL,
    "arterial": RoadClass.ARTERIAL,
    "primary": RoadClass.ARTERIAL,
    "secondary": RoadClass.STREET,
    "collector": RoadClass.STREET,
    "street": RoadClass.STREET,
    "lane": RoadClass.LANE,
    "path": RoadClass.LANE,
    "service": RoadClass.LANE,
    "alley": RoadClass.LANE,
}
_USUAL_WIDTH_M = (36.0, 18.0, 8.0)
_DN_STEPS_MM = (800, 400, 200, 150)


def build_scene(city: City, layers: LayerSet) -> Scene:
    """Make a city ready for the map.

    Args:
        city: The network and what hangs on it.
        layers: Roads, places, zones, DMAs and sensors are taken from here; other layers are not looked at.
    """
    pipes = PipeLines.of(city.shapes, city.network.pipes.length_m)
    extent = extent_of(city.shapes, city)
    origin_m = (extent.x_min, extent.y_min)
    local = Bounds(0.0, 0.0, extent.x_max - extent.x_min, extent.y_max - extent.y_min)
    grid = Grid.over(local)
    mains = Polylines(pipes.lines.offsets, pipes.lines.xy_m - np.asarray(origin_m))
    classes = dn_classes(city.network.pipes.dn_mm)
    far = [
        build_far_lines(mains, classes, len(DnClass), Grid.over(local, pixel * 256), pixel) for pixel in FAR_PIXELS_M
    ]
    roads, road_rows = _lines(layers.get("road"), origin_m)
    road_class = road_classes(layers.get("road"))[road_rows]
    places = layers.get("place")
    buildings = _buildings(places, grid, origin_m)
    sensors = layers.get("sensor")
    return Scene(
        frame=np.array([*origin_m, *local]),
        marks=np.array([layers.synthetic, int(city.network.devices.assumed.sum())], dtype=np.int32),
        run_m=pipes.run_m,
        mains=build_lines(mains, classes, len(DnClass), grid),
        mains_8=far[0],
        mains_16=far[1],
        mains_32=far[2],
        mains_64=far[3],
        roads=build_lines(roads, road_class, len(RoadClass), grid),
        roads_8=build_far_lines(roads, road_class, len(RoadClass), Grid.over(local, 2048), 8.0),
        roads_32=build_far_lines(roads, road_class, len(RoadClass), Grid.over(local, 8192), 32.0),
        road_width_m=_road_widths(layers.get("road")),
        outlines=_outlines(layers, grid, origin_m),
        ground=build_polygons(places.geometry, _area_classes(places), len(AreaClass), grid, origin_m),
        buildings=buildings,
        devices=device_points(city.network, pipes, grid, origin_m),
        hydrants=build_points(at_places(city.hydrants, origin_m), grid),
        sources=build_points(at_places(city.network.sources, origin_m), grid),
        stations=build_points(at_places(city.stations, origin_m), grid),
        customers=build_points(at_places(city.customers, origin_m), grid),
        nodes=build_points(at_places(city.network.nodes, origin_m), grid),
        critical=critical_points(city.customers, grid, origin_m),
        source_names=_source_names(city.network.sources, layers.get("source")),
        sensors=build_points(_points_of(sensors, origin_m), grid),
        sensor_names=_names(sensors),
        labels=_labels(roads, road_rows, road_class, layers, grid, origin_m),
        building_of_customer=buildings_of(buildings, places, np.column_stack([city.customers.x_m, city.customers.y_m])),
    )


def _names(layer: Layer) -> TextColumn:
    return TextColumn.of(str(name or key) for name, key in zip(layer.text("name"), layer.text("id"), strict=True))


def _source_names(sources: SourceTable, layer: Layer) -> TextColumn:
    rows = IdColumn.of(str(key) for key in layer.text("id")).find_many(sources.ids)
    names = layer.text("name")
    return TextColumn.of(
        str(names[row]) if row >= 0 and names[row] else key for row, key in zip(rows, sources.ids, strict=True)
    )


def critical_points(customers: CustomerTable, grid: Grid, origin_m: tuple[float, float]) -> Points:
    """The critical ones of *customers*."""
    spots = at_places(customers, origin_m)
    spots[~customers.critical] = np.nan
    return build_points(spots, grid)


def dn_classes(dn_mm: NDArray[np.integer]) -> Int64:
    """:class:`DnClass` of each diameter; 0 (not recorded) is a class of its own."""
    classes = np.sum([dn_mm < step for step in _DN_STEPS_MM], axis=0)
    known: Int64 = np.where(dn_mm > 0, classes, DnClass.UNKNOWN).astype(np.int64)
    return known


def road_classes(roads: Layer) -> Int64:
    """:class:`RoadClass` of each road: by its kind, else by its width, else a street."""
    width_m = roads.real("width_m")
    by_width = np.where(width_m >= 28, RoadClass.ARTERIAL, np.where(width_m < 10, RoadClass.LANE, RoadClass.STREET))
    kinds = [_ROAD_OF_KIND.get(str(kind).lower(), -1) for kind in roads.text("kind")]
    by_kind = np.array(kinds, dtype=np.int64)
    classes: Int64 = np.where(by_kind >= 0, by_kind, by_width).astype(np.int64)
    return classes


def _road_widths(roads: Layer) -> Float64:
    width_m, classes = roads.real("width_m"), road_classes(roads)
    widths = np.array(_USUAL_WIDTH_M)
    for road_class in RoadClass:
        known = width_m[(classes == road_class) & (width_m > 0)]
        if len(known):
            widths[road_class] = float(np.median(known))
    return widths


def extent_of(shapes: PipeShapes, city: City) -> Bounds:
    """Rectangle around all mains, project CRS; around the junctions where no main has a shape."""
    xy_m = shapes.xy_m if len(shapes.xy_m) else np.column_stack([city.network.nodes.x_m, city.network.nodes.y_m])
    xy_m = xy_m[np.isfinite(xy_m).all(axis=1)]
    if not len(xy_m):
        return _EMPTY_CITY
    return Bounds(*xy_m.min(axis=0).tolist(), *xy_m.max(axis=0).tolist())


class _Placed(Protocol):
    @property
    def x_m(self) -> Float64: ...

    @property
    def y_m(self) -> Float64: ...


def at_places(table: _Placed, origin_m: tuple[float, float]) -> Float64:
    """Places of a table's rows in scene coordinates, shape (n, 2)."""
    return np.column_stack([table.x_m - origin_m[0], table.y_m - origin_m[1]])


def _points_of(layer: Layer, origin_m: tuple[float, float]) -> Float64:
    x_m, y_m = shapely.get_x(layer.geometry), shapely.get_y(layer.geometry)
    return np.column_stack([x_m - origin_m[0], y_m - origin_m[1]])


def _lines(layer: Layer, origin_m: tuple[float, float]) -> tuple[Polylines, Int64]:
    """Lines of a layer, multilines taken apart, and the feature of each."""
    kept = np.flatnonzero(np.isin(shapely.get_type_id(layer.geometry), (1, 5)))
    parts, of_kept = shapely.get_parts(layer.geometry[kept], return_index=True)
    return _vertices(parts, origin_m), kept[of_kept]


def _vertices(lines: NDArray[np.object_], origin_m: tuple[float, float]) -> Polylines:
    xy_m, owner = shapely.get_coordinates(lines, return_index=True)
    offsets = np.zeros(len(lines) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=len(lines)), out=offsets[1:])
    return Polylines(offsets, xy_m - np.asarray(origin_m))


def _outlines(layers: LayerSet, grid: Grid, origin_m: tuple[float, float]) -> Lines:
    rings, classes = [], []
    for name, outline in (("dma", OutlineClass.DMA), ("zone", OutlineClass.ZONE)):
        geometry = layers.get(name).geometry
        polygons = shapely.get_parts(geometry[np.isin(shapely.get_type_id(geometry), (3, 6))])
        found = shapely.get_rings(polygons)
        rings.append(found)
        classes.append(np.full(len(found), outline))
    return build_lines(_vertices(np.concatenate(rings), origin_m), np.concatenate(classes), len(OutlineClass), grid)


def _area_classes(places: Layer) -> Int64:
    return np.array([_AREA_OF_KIND.get(str(kind), -1) for kind in places.text("kind")], dtype=np.int64)


def _buildings(places: Layer, grid: Grid, origin_m: tuple[float, float]) -> Polygons:
    classes = np.where(places.text("kind") == "building", 0, -1)
    return build_polygons(places.geometry, classes, 1, grid, origin_m)


def buildings_of(buildings: Polygons, places: Layer, xy_m: Float64) -> Int32:
    """The building that each place (shape (n, 2), project CRS) stands in or within 3 m of: its position, or -1."""
    found = np.full(len(xy_m), -1, dtype=np.int32)
    placed = np.flatnonzero(np.isfinite(xy_m).all(axis=1))
    if not len(buildings) or not len(placed):
        return found
    tree = shapely.STRtree(places.geometry[buildings.row])
    (point, building) = tree.query_nearest(shapely.points(xy_m[placed]), max_distance=3.0, all_matches=False)
    found[placed[point]] = building
    return found


def device_points(network: Network, pipes: PipeLines, grid: Grid, origin_m: tuple[float, float]) -> Points:
    """Valves and pumps where the map draws them."""
    xy_m, turn = device_places(network, pipes, np.arange(len(network.devices)))
    return build_points(xy_m - np.asarray(origin_m), grid, turn=turn)


def _labels(
    roads: Polylines, rows: Int64, classes: Int64, layers: LayerSet, grid: Grid, origin_m: tuple[float, float]
) -> Labels:
    names = layers.get("road").text("name")
    places = layers.get("place")
    kinds = [_LABEL_OF_KIND.get(str(kind), -1) for kind in places.text("kind")]
    named = np.flatnonzero(
        (np.array(kinds, dtype=np.int64) >= 0)
        & (places.text("name") != "")
        & ~shapely.is_missing(places.geometry)
        & ~shapely.is_empty(places.geometry)
    )
    spots = shapely.point_on_surface(places.geometry[named])
    boxes = shapely.bounds(places.geometry[named]).reshape(-1, 4)
    x_m, y_m = shapely.get_x(spots) - origin_m[0], shapely.get_y(spots) - origin_m[1]
    areas = np.column_stack([x_m, y_m, boxes[:, 2] - boxes[:, 0]])
    return build_labels(
        roads,
        [str(names[row]) for row in rows],
        classes == RoadClass.ARTERIAL,
        areas,
        [str(name) for name in places.text("name")[named]],
        np.array(kinds, dtype=np.int64)[named],
        grid,
    )
