"""From a city and its layers to a scene. Walks the whole city: for the worker, never for the window."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.given_back import give_back
from gis.layers import Layer, LayersRead
from gis.scene.along import PipeLines
from gis.scene.areas import Areas, areas_at, sort_areas
from gis.scene.cells import Grid
from gis.scene.device_places import device_places
from gis.scene.labels import LabelKind, Labels, build_labels
from gis.scene.lines import Lines, Polylines, build_far_lines, build_lines
from gis.scene.points import Points, build_points
from gis.scene.scene import FAR_PIXELS_M, AreaClass, DnClass, OutlineClass, RoadClass, Scene
from gis.scene.view import Bounds
from network.assets import CustomerTable, PipeShapes, SourceTable
from network.columns import Float64, IdColumn, Int64, TextColumn
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
_NO_PLACES = Layer(np.empty(0, dtype=object), {})
_USUAL_WIDTH_M = (36.0, 18.0, 8.0)
_DN_STEPS_MM = (800, 400, 200, 150)


def build_scene(city: City, layers: LayersRead) -> Scene:
    """Make a city ready for the map.

    Args:
        city: The network and what hangs on it.
        layers: Roads, places, zones, DMAs and sensors are taken from here, one after the other; other layers are not
            looked at.
    """
    pipes = PipeLines.of(city.shapes, city.network.pipes.length_m)
    extent = extent_of(city.shapes, city)
    origin_m = (extent.x_min, extent.y_min)
    local = Bounds(0.0, 0.0, extent.x_max - extent.x_min, extent.y_max - extent.y_min)
    grid = Grid.over(local)
    # The mains first: to make them takes most, and beside it nothing else lies there yet.
    mains = _mains(city, local, grid, origin_m)
    places = _read_places(layers)
    buildings, order = sort_areas(places.buildings, 1, grid, origin_m)
    give_back()
    homes = np.column_stack([city.customers.x_m, city.customers.y_m])
    sensors = layers.get("sensor")
    return Scene(
        frame=np.array([*origin_m, *local]),
        marks=np.array([layers.synthetic, int(city.network.devices.assumed.sum())], dtype=np.int32),
        run_m=pipes.run_m,
        **mains,
        **_roads(layers.get("road"), places, local, grid, origin_m),
        outlines=_outlines(layers, grid, origin_m),
        ground=sort_areas(places.ground, len(AreaClass), grid, origin_m)[0],
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
        building_of_customer=areas_at(places.buildings, order, homes),
    )


def _mains(city: City, local: Bounds, grid: Grid, origin_m: tuple[float, float]) -> dict[str, Any]:
    """The mains and their thinner copies, by field of the scene."""
    lines = Polylines(city.shapes.offsets, city.shapes.xy_m - np.asarray(origin_m))
    classes = dn_classes(city.network.pipes.dn_mm)
    far = {
        f"mains_{pixel_m:.0f}": build_far_lines(lines, classes, len(DnClass), Grid.over(local, pixel_m * 256), pixel_m)
        for pixel_m in FAR_PIXELS_M
    }
    return {"mains": build_lines(lines, classes, len(DnClass), grid), **far}


def _roads(layer: Layer, places: _Places, local: Bounds, grid: Grid, origin_m: tuple[float, float]) -> dict[str, Any]:
    """The roads, their thinner copies and all names, by field of the scene."""
    lines, rows = _lines(layer, origin_m)
    classes = road_classes(layer)[rows]
    return {
        "roads": build_lines(lines, classes, len(RoadClass), grid),
        "roads_8": build_far_lines(lines, classes, len(RoadClass), Grid.over(local, 2048), 8.0),
        "roads_32": build_far_lines(lines, classes, len(RoadClass), Grid.over(local, 8192), 32.0),
        "road_width_m": _road_widths(layer),
        "labels": _labels(lines, layer.text("name")[rows], classes, places.named, grid, origin_m),
    }


@dataclass(frozen=True, eq=False)
class _Named:
    """Places that bear a name: shape (n,) each, *box_m* (n, 4), *spot_m* (n, 2), in the project CRS."""

    name: NDArray[np.object_]
    kind: Int64
    spot_m: Float64
    box_m: Float64


@dataclass(frozen=True, eq=False)
class _Places:
    """What is drawn of the layer of places."""

    ground: Areas
    buildings: Areas
    named: _Named


def _read_places(layers: LayersRead) -> _Places:
    """Walk through the places: a large city has a million buildings."""
    ground, buildings, named, first = [], [], [], 0
    for part in chain([_NO_PLACES], layers.parts("place", ("name", "kind"))):
        ground.append(Areas.of(part.geometry, _area_classes(part), first))
        buildings.append(Areas.of(part.geometry, np.where(part.text("kind") == "building", 0, -1), first))
        named.append(_named_places(part))
        first += len(part)
    columns = ((one.name, one.kind, one.spot_m, one.box_m) for one in named)
    joined = _Named(*(np.concatenate(column) for column in zip(*columns, strict=True)))
    return _Places(Areas.joined(ground), Areas.joined(buildings), joined)


def _named_places(part: Layer) -> _Named:
    kinds = np.array([_LABEL_OF_KIND.get(str(kind), -1) for kind in part.text("kind")], dtype=np.int64)
    names = part.text("name")
    missing = shapely.is_missing(part.geometry) | shapely.is_empty(part.geometry)
    named = np.flatnonzero((kinds >= 0) & (names != "") & ~missing)
    spots = shapely.point_on_surface(part.geometry[named])
    boxes = shapely.bounds(part.geometry[named]).reshape(-1, 4)
    return _Named(names[named], kinds[named], np.column_stack([shapely.get_x(spots), shapely.get_y(spots)]), boxes)


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


def _outlines(layers: LayersRead, grid: Grid, origin_m: tuple[float, float]) -> Lines:
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


def device_points(network: Network, pipes: PipeLines, grid: Grid, origin_m: tuple[float, float]) -> Points:
    """Valves and pumps where the map draws them."""
    xy_m, turn = device_places(network, pipes, np.arange(len(network.devices)))
    return build_points(xy_m - np.asarray(origin_m), grid, turn=turn)


def _labels(
    roads: Polylines,
    names: NDArray[np.object_],
    classes: Int64,
    places: _Named,
    grid: Grid,
    origin_m: tuple[float, float],
) -> Labels:
    x_m, y_m = (places.spot_m - np.asarray(origin_m)).T
    areas = np.column_stack([x_m, y_m, places.box_m[:, 2] - places.box_m[:, 0]])
    return build_labels(
        roads,
        [str(name) for name in names],
        classes == RoadClass.ARTERIAL,
        areas,
        [str(name) for name in places.name],
        places.kind,
        grid,
    )
