"""The quiet part of the map: ground, roads, buildings, mains, and devices in their recorded state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from app.ui.map.content import MapContent
from app.ui.map.qtdraw import LINES_AT_ONCE, blend, colour, draw_lines, path_of, pen
from app.ui.map.symbols import paint_devices, paint_points
from app.ui.theme import Theme
from gis.scene.detail import Detail, MapLayer, detail_at
from gis.scene.polygons import Polygons
from gis.scene.scene import AreaClass, DnClass, OutlineClass, RoadClass, Scene
from gis.scene.view import MapView

MAIN_WIDTH_PX = (3.2, 2.4, 1.7, 1.1, 1.1, 1.1)
_POLYGONS_AT_ONCE = 500
_LEAST_ROAD_PX = (2.2, 1.4, 1.0)


def paint_base(painter: QPainter, view: MapView, content: MapContent, theme: Theme) -> None:
    """Paint ground, mains and devices over the whole picture of *view* (project CRS)."""
    detail = detail_at(view.m_per_px)
    local = view.relative_to(*content.scene.origin_m)
    painter.fillRect(0, 0, view.width_px, view.height_px, QColor(theme.map_ground))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if content.shows(MapLayer.GROUND):
        _paint_ground(painter, local, content.scene, theme)
    if content.shows(MapLayer.ROADS):
        _paint_roads(painter, local, content.scene, theme, detail)
    if detail.buildings and content.shows(MapLayer.BUILDINGS):
        edge = blend(theme.t3, theme.map_building, 0.14)
        paint_polygons(painter, local, content.scene.buildings, 0, QColor(theme.map_building), edge)
    _paint_outlines(painter, local, content, theme)
    _paint_mains(painter, local, content.scene, theme, detail)
    paint_points(painter, local, content, theme, detail)
    paint_devices(painter, local, content, theme, detail)


def visible_weight(view: MapView, content: MapContent) -> int:
    """Roughly how many segments :func:`paint_base` would draw."""
    scene, detail = content.scene, detail_at(view.m_per_px)
    bounds = view.relative_to(*scene.origin_m).bounds
    mains, roads = scene.mains_at(view.m_per_px), scene.roads_at(view.m_per_px)
    weight = sum(mains.count(bounds, dn_class) for dn_class in DnClass)
    weight += sum(roads.count(bounds, road_class) for road_class in detail.roads)
    if detail.buildings:
        weight += 3 * scene.buildings.index.count(bounds)
    if detail.valves:
        weight += 4 * scene.devices.index.count(bounds)
    return weight


def main_width_px(dn_class: DnClass, detail: Detail, theme: Theme) -> float:
    """Width in which mains of a class are drawn."""
    return max(MAIN_WIDTH_PX[dn_class] * detail.main_scale * theme.pipe_scale, 0.8)


def paint_polygons(
    painter: QPainter, local: MapView, polygons: Polygons, of_class: int, fill: QColor, edge: QColor | None = None
) -> None:
    """Fill the polygons of a class that touch the view, with an outline where *edge* is given."""
    paint_chosen(painter, local, polygons, polygons.within(local.bounds, of_class, polygons.reach_m), fill, edge)


def paint_chosen(
    painter: QPainter,
    local: MapView,
    polygons: Polygons,
    at: NDArray[np.integer],
    fill: QColor,
    edge: QColor | None = None,
) -> None:
    """Fill the polygons at the positions *at*."""
    painter.setPen(Qt.PenStyle.NoPen if edge is None else pen(edge, 1.0))
    painter.setBrush(fill)
    for start in range(0, len(at), _POLYGONS_AT_ONCE):
        xy_m, rings = polygons.outlines(at[start : start + _POLYGONS_AT_ONCE])
        painter.drawPath(path_of(local.many_to_px(xy_m), rings))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_ground(painter: QPainter, local: MapView, scene: Scene, theme: Theme) -> None:
    fills = {
        AreaClass.GREEN: QColor(theme.map_green),
        AreaClass.BLOCK: blend(theme.map_building, theme.map_ground, 0.35),
        AreaClass.WATER: QColor(theme.map_water),
    }
    for area, fill in fills.items():
        paint_polygons(painter, local, scene.ground, area, fill)


def _paint_roads(painter: QPainter, local: MapView, scene: Scene, theme: Theme, detail: Detail) -> None:
    lines = scene.roads_at(local.m_per_px)
    for road_class in reversed(detail.roads):
        ink = theme.map_road if road_class is RoadClass.ARTERIAL else theme.map_minor_road
        width_px = max(float(scene.road_width_m[road_class]) / local.m_per_px, _LEAST_ROAD_PX[road_class])
        painter.setPen(pen(ink, width_px))
        for segments in lines.chunks(local.bounds, road_class, LINES_AT_ONCE):
            draw_lines(painter, local.many_to_px(segments))


def _paint_outlines(painter: QPainter, local: MapView, content: MapContent, theme: Theme) -> None:
    for layer, outline, dashes in (
        (MapLayer.DMAS, OutlineClass.DMA, [6.0, 4.0]),
        (MapLayer.ZONES, OutlineClass.ZONE, [2.0, 4.0]),
    ):
        if not content.shows(layer):
            continue
        dashed = pen(colour(theme.t3, 0.55), 1.0, cap=Qt.PenCapStyle.FlatCap)
        dashed.setDashPattern(dashes)
        painter.setPen(dashed)
        for segments in content.scene.outlines.chunks(local.bounds, outline, LINES_AT_ONCE):
            draw_lines(painter, local.many_to_px(segments))


def _paint_mains(painter: QPainter, local: MapView, scene: Scene, theme: Theme, detail: Detail) -> None:
    lines = scene.mains_at(local.m_per_px)
    for dn_class in reversed(DnClass):
        ink = blend(theme.map_pipe, theme.map_ground, detail.main_fade[dn_class])
        painter.setPen(pen(ink, main_width_px(dn_class, detail, theme)))
        for segments in lines.chunks(local.bounds, dn_class, LINES_AT_ONCE):
            draw_lines(painter, np.ascontiguousarray(local.many_to_px(segments)))
