"""The quiet part of the map: ground, roads, buildings, mains, and devices in their recorded state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from app.ui.map.content import MapContent
from app.ui.map.density import GATHERED, gathers, is_veil, paint_marks, paint_veil
from app.ui.map.qtdraw import (
    THIN_AT_ONCE,
    blend,
    colour,
    draw_boxes,
    draw_lines,
    lines_at_once,
    path_of,
    pen,
    stroke_lines,
)
from app.ui.map.shades import UNSHADED_STRENGTH, PipeShades
from app.ui.map.symbols import (
    paint_customers,
    paint_devices,
    paint_hydrants,
    paint_sensors,
    paint_sources,
    paint_stations,
)
from app.ui.theme import Theme
from gis.scene.cells import take
from gis.scene.detail import Detail, MapLayer, detail_at
from gis.scene.lines import dashes
from gis.scene.outlines import seen_outlines
from gis.scene.polygons import Polygons
from gis.scene.scene import AreaClass, DnClass, OutlineClass, RoadClass
from gis.scene.view import MapView

MAIN_WIDTH_PX = (3.2, 2.4, 1.7, 1.1, 1.1, 1.1)
_POLYGONS_AT_ONCE = 25
_BOX_BELOW_PX = 12.0
_STEP_PX = 0.5
"""Corners of an outline that lie nearer to each other are one on a screen."""
_EXACT_BELOW_M_PER_PX = 3.0
_IN_THE_PICTURE = frozenset({MapLayer.GROUND, MapLayer.ROADS, MapLayer.BUILDINGS})
"""Layers that a backdrop shows in its own way."""
_NEVER_AT_ONCE = 10**9
"""Weight of a view with a backdrop: its picture takes too long for the window's own thread."""
_LEAST_ROAD_PX = (2.2, 1.4, 1.0)


def paint_base(painter: QPainter, view: MapView, content: MapContent, theme: Theme) -> None:
    """Paint ground, mains and devices over the whole picture of *view* (project CRS)."""
    for _ in base_steps(painter, view, content, theme):
        pass


def base_steps(
    painter: QPainter, view: MapView, content: MapContent, theme: Theme, *, finer: float = 1.0
) -> Iterator[None]:
    """:func:`paint_base` in steps of a few milliseconds, so that a thread can stand back between them.

    On paper a pixel of *view* is many dots: there lines are exact, and copies of them are as thin as for a view that is
    *finer* by this factor.
    """
    local, detail = view.relative_to(*content.scene.origin_m), detail_at(view.m_per_px)
    sheet = _Sheet(painter, local, content, theme, detail, finer)
    painter.fillRect(0, 0, view.width_px, view.height_px, QColor(theme.map_ground))
    pictured = False
    if content.backdrop is not None:
        pictured = yield from content.backdrop.steps(painter, view, theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for layer in content.style.order:
        if content.shows(layer, view.m_per_px) and not (pictured and layer in _IN_THE_PICTURE):
            if layer is MapLayer.MAINS:
                yield from _veil_steps(sheet)
            painter.setOpacity(1.0 if layer in _BLENDED else content.style.strength(layer))
            yield from _LAYERS[layer](sheet)
            painter.setOpacity(1.0)
    paint_sources(painter, sheet.local, content, theme)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """Everything that a layer is painted with; *local* is the view in scene coordinates, *finer* as in base_steps."""

    painter: QPainter
    local: MapView
    content: MapContent
    theme: Theme
    detail: Detail
    finer: float = 1.0

    @property
    def exact(self) -> bool:
        """Near, where lines are few; far away they are a texture that has to be painted soon."""
        return self.finer > 1.0 or self.local.m_per_px < _EXACT_BELOW_M_PER_PX

    @property
    def copy_m_per_px(self) -> float:
        """The scale by which copies of lines are chosen."""
        return self.local.m_per_px / self.finer

    def faint(self, ink: str, layer: MapLayer, share: float = 1.0) -> QColor:
        """A colour as strong as a layer is: blended with the ground, or joints of lines would show."""
        return blend(ink, self.theme.map_ground, share * self.content.style.strength(layer))


@dataclass(frozen=True)
class _Finish:
    """How carefully areas are painted.

    Attributes:
        smooth: With smooth edges.
        small_as_boxes: Those of a few pixels as rectangles.
        step_px: Corners nearer to each other than this are one.
    """

    smooth: bool = True
    small_as_boxes: bool = False
    step_px: float = _STEP_PX


_USUAL = _Finish()


def visible_weight(view: MapView, content: MapContent) -> int:
    """Roughly how many segments :func:`paint_base` would draw."""
    if content.backdrop is not None:
        return _NEVER_AT_ONCE
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


def paint_chosen(
    painter: QPainter, local: MapView, polygons: Polygons, at: NDArray[np.integer], fill: QColor, edge: QColor
) -> None:
    """Fill and outline the polygons at the positions *at*."""
    for _ in _chosen_steps(painter, local, polygons, at, fill, edge):
        pass


def _polygon_steps(
    painter: QPainter,
    local: MapView,
    polygons: Polygons,
    of_class: int,
    fill: QColor,
    edge: QColor | None = None,
    finish: _Finish = _USUAL,
) -> Iterator[None]:
    seen = polygons.within(local.bounds, of_class)
    if finish.small_as_boxes:
        box = polygons.boxes[seen]
        small = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]) < _BOX_BELOW_PX * local.m_per_px
        yield from _box_steps(painter, local, box[small], fill)
        seen = seen[~small]
    yield from _chosen_steps(painter, local, polygons, seen, fill, edge, finish)


def _box_steps(painter: QPainter, local: MapView, boxes_m: NDArray[np.floating], fill: QColor) -> Iterator[None]:
    """Areas of a few pixels as rectangles: their outlines cannot be seen, and cost most of a far view."""
    corners = local.many_to_px(boxes_m)
    rects = np.column_stack(
        [corners[:, 0], corners[:, 3], corners[:, 2] - corners[:, 0], corners[:, 1] - corners[:, 3]]
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for start in range(0, len(rects), THIN_AT_ONCE):
        draw_boxes(painter, rects[start : start + THIN_AT_ONCE])
        yield
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _chosen_steps(
    painter: QPainter,
    local: MapView,
    polygons: Polygons,
    at: NDArray[np.integer],
    fill: QColor,
    edge: QColor | None,
    finish: _Finish = _USUAL,
) -> Iterator[None]:
    painter.setPen(Qt.PenStyle.NoPen if edge is None else pen(edge, 1.0))
    painter.setBrush(fill)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=finish.smooth)
    for start in range(0, len(at), _POLYGONS_AT_ONCE):
        xy_m, rings = polygons.outlines(at[start : start + _POLYGONS_AT_ONCE])
        px, rings = seen_outlines(local.many_to_px(xy_m), rings, local.width_px, local.height_px, finish.step_px)
        painter.drawPath(path_of(px, rings))
        yield
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _ground_steps(sheet: _Sheet) -> Iterator[None]:
    theme = sheet.theme
    fills = {
        AreaClass.GREEN: QColor(theme.map_green),
        AreaClass.BLOCK: blend(theme.map_building, theme.map_ground, 0.35),
        AreaClass.WATER: QColor(theme.map_water),
    }
    for area, fill in fills.items():
        if area is AreaClass.BLOCK and not sheet.detail.blocks:
            continue
        # Blocks are many and hardly stand out from the ground.
        faint = area is AreaClass.BLOCK
        finish = _Finish(not faint or sheet.exact, faint and not sheet.finer > 1.0, _STEP_PX / sheet.finer)
        yield from _polygon_steps(sheet.painter, sheet.local, sheet.content.scene.ground, area, fill, finish=finish)


def _building_steps(sheet: _Sheet) -> Iterator[None]:
    if sheet.detail.buildings:
        theme = sheet.theme
        edge = blend(theme.t3, theme.map_building, 0.14)
        buildings = sheet.content.scene.buildings
        yield from _polygon_steps(sheet.painter, sheet.local, buildings, 0, QColor(theme.map_building), edge)


def _road_steps(sheet: _Sheet) -> Iterator[None]:
    local, scene, exact = sheet.local, sheet.content.scene, sheet.exact
    lines = scene.roads_at(sheet.copy_m_per_px)
    for road_class in reversed(sheet.detail.roads):
        plain = sheet.theme.map_road if road_class is RoadClass.ARTERIAL else sheet.theme.map_minor_road
        ink = sheet.faint(plain, MapLayer.ROADS)
        width_px = max(float(scene.road_width_m[road_class]) / local.m_per_px, _LEAST_ROAD_PX[road_class])
        for segments in lines.chunks(local.bounds, road_class, lines_at_once(width_px, exact=exact)):
            stroke_lines(sheet.painter, local.many_to_px(segments), ink, width_px, exact=exact)
            yield


def _outline_steps(sheet: _Sheet, outline: OutlineClass, on_px: float, off_px: float) -> Iterator[None]:
    if not sheet.detail.outlines:
        return
    local, lines = sheet.local, sheet.content.scene.outlines
    sheet.painter.setPen(pen(colour(sheet.theme.t2, 0.7), 1.0, cap=Qt.PenCapStyle.FlatCap))
    near = lines.near(local.bounds, outline)
    px = local.many_to_px(take(lines.xy_m, near))
    inked = dashes(px, take(lines.start_m, near) / local.m_per_px, on_px, off_px)
    for start in range(0, len(inked), THIN_AT_ONCE):
        draw_lines(sheet.painter, inked[start : start + THIN_AT_ONCE])
        yield


def _main_steps(sheet: _Sheet) -> Iterator[None]:
    if sheet.content.shades is not None:
        yield from _shaded_steps(sheet, sheet.content.shades)
        return
    painter, local, detail, exact = sheet.painter, sheet.local, sheet.detail, sheet.exact
    lines = sheet.content.scene.mains_at(sheet.copy_m_per_px)
    for dn_class in _drawn(detail):
        ink = sheet.faint(sheet.theme.map_pipe, MapLayer.MAINS, detail.main_fade[dn_class])
        width_px = main_width_px(dn_class, detail, sheet.theme)
        # Far away small mains are a texture: unsmoothed they cost less, and there are most of them.
        smooth = sheet.finer > 1.0 or detail.plan_valves or dn_class <= DnClass.FROM_200
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=smooth)
        for segments in lines.chunks(local.bounds, dn_class, lines_at_once(width_px, exact=exact)):
            stroke_lines(painter, local.many_to_px(segments), ink, width_px, exact=exact)
            yield
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _drawn(detail: Detail) -> list[DnClass]:
    """Classes of mains that are drawn, the smallest first, so that the widest lies on top."""
    return [dn_class for dn_class in reversed(DnClass) if detail.main_fade[dn_class] > 0]


def _shaded_steps(sheet: _Sheet, shades: PipeShades) -> Iterator[None]:
    """Mains in the colours of their levels; what has none steps back."""
    painter, local, detail, exact = sheet.painter, sheet.local, sheet.detail, sheet.exact
    lines = sheet.content.scene.mains_at(sheet.copy_m_per_px)
    for dn_class in _drawn(detail):
        plain_px = main_width_px(dn_class, detail, sheet.theme)
        faint = sheet.faint(sheet.theme.map_pipe, MapLayer.MAINS, detail.main_fade[dn_class] * UNSHADED_STRENGTH)
        for level, segments in shades.chunks(lines, local.bounds, dn_class, lines_at_once(plain_px, exact=exact)):
            ink = sheet.faint(shades.ink(sheet.theme, level).name(), MapLayer.MAINS) if level else faint
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=level > 0 or detail.plan_valves)
            stroke_lines(painter, local.many_to_px(segments), ink, shades.width_px(plain_px, level), exact=exact)
            yield
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


_Symbols = Callable[[QPainter, MapView, MapContent, Theme, Detail], None]


def _veil_steps(sheet: _Sheet) -> Iterator[None]:
    """Layers that are a veil here lie under the mains, wherever the layer itself lies."""
    m_per_px = sheet.local.m_per_px
    for layer in GATHERED:
        if gathers(layer, sheet.detail) and is_veil(layer, m_per_px) and sheet.content.shows(layer, m_per_px):
            sheet.painter.setOpacity(sheet.content.style.strength(layer))
            paint_veil(sheet.painter, sheet.local, sheet.content.scene, layer, sheet.theme)
            yield
    sheet.painter.setOpacity(1.0)


def _symbol_steps(sheet: _Sheet, paint: _Symbols, layer: MapLayer | None = None) -> Iterator[None]:
    if layer is not None and gathers(layer, sheet.detail) and not is_veil(layer, sheet.local.m_per_px):
        paint_marks(sheet.painter, sheet.local, sheet.content.scene, layer, sheet.theme)
        yield
    paint(sheet.painter, sheet.local, sheet.content, sheet.theme, sheet.detail)
    yield


_BLENDED = frozenset({MapLayer.ROADS, MapLayer.MAINS})
_LAYERS: Mapping[MapLayer, Callable[[_Sheet], Iterator[None]]] = {
    MapLayer.GROUND: _ground_steps,
    MapLayer.ROADS: _road_steps,
    MapLayer.BUILDINGS: _building_steps,
    MapLayer.MAINS: _main_steps,
    MapLayer.DMAS: partial(_outline_steps, outline=OutlineClass.DMA, on_px=9.0, off_px=5.0),
    MapLayer.ZONES: partial(_outline_steps, outline=OutlineClass.ZONE, on_px=2.0, off_px=5.0),
    MapLayer.CUSTOMERS: partial(_symbol_steps, paint=paint_customers, layer=MapLayer.CUSTOMERS),
    MapLayer.HYDRANTS: partial(_symbol_steps, paint=paint_hydrants, layer=MapLayer.HYDRANTS),
    MapLayer.STATIONS: partial(_symbol_steps, paint=paint_stations, layer=MapLayer.STATIONS),
    MapLayer.SENSORS: partial(_symbol_steps, paint=paint_sensors),
    MapLayer.VALVES: partial(_symbol_steps, paint=paint_devices, layer=MapLayer.VALVES),
}
