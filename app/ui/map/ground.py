"""Shapes of vector tiles painted as the map's own ground is: muted, so that mains stand out, in any theme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from app.ui.map.qtdraw import blend, lines_at_once, path_of, pen, stroke_lines
from app.ui.theme import Theme
from gis.ground_shapes import AREAS, LINES, Drawing, Meaning
from gis.scene.lines import Polylines
from gis.scene.view import MapView

_VERTICES_AT_ONCE = 1_200
"""In one path, unless one ring has more: the rasteriser goes over a path again for each band of it."""
_WIDTH_M = {Meaning.STREAM: 6.0, Meaning.LANE: 6.0, Meaning.STREET: 14.0, Meaning.ARTERIAL: 26.0}
_LEAST_PX = {Meaning.STREAM: 1.2, Meaning.LANE: 0.8, Meaning.STREET: 1.4, Meaning.ARTERIAL: 2.2}


def drawing_steps(painter: QPainter, view: MapView, drawing: Drawing, theme: Theme) -> Iterator[None]:
    """Paint areas, then lines, the broadest last, in steps of a few milliseconds."""
    inks = _inks(theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for meaning in AREAS:
        for rings in drawing.shapes.get(meaning, ()):
            edge = blend(theme.t3, theme.map_building, 0.14) if meaning is Meaning.BUILDING else None
            yield from _area_steps(painter, view, rings, inks[meaning], edge)
    for meaning in LINES:
        width_px = max(_WIDTH_M[meaning] / view.m_per_px, _LEAST_PX[meaning])
        for lines in drawing.shapes.get(meaning, ()):
            yield from _line_steps(painter, view, lines, inks[meaning], width_px)


def _inks(theme: Theme) -> Mapping[Meaning, QColor]:
    return {
        Meaning.GREEN: QColor(theme.map_green),
        Meaning.BLOCK: blend(theme.map_building, theme.map_ground, 0.35),
        Meaning.WATER: QColor(theme.map_water),
        Meaning.BUILDING: QColor(theme.map_building),
        Meaning.STREAM: QColor(theme.map_water),
        Meaning.LANE: QColor(theme.map_minor_road),
        Meaning.STREET: QColor(theme.map_minor_road),
        Meaning.ARTERIAL: QColor(theme.map_road),
    }


def _area_steps(
    painter: QPainter, view: MapView, rings: Polylines, fill: QColor, edge: QColor | None
) -> Iterator[None]:
    """Rings as they wind: a hole stays open, and where areas overlap they are one."""
    px = view.many_to_px(rings.xy_m)
    first = 0
    while first < len(rings):
        room = rings.offsets[first] + _VERTICES_AT_ONCE
        last = max(int(np.searchsorted(rings.offsets, room, side="right")) - 1, first + 1)
        # A hole stays with the area that it is cut out of: it winds the other way.
        while last < len(rings) and not _outer(rings[last]):
            last += 1
        low, high = int(rings.offsets[first]), int(rings.offsets[last])
        painter.setPen(Qt.PenStyle.NoPen if edge is None else pen(edge, 1.0))
        painter.setBrush(fill)
        painter.drawPath(path_of(px[low:high], rings.offsets[first : last + 1] - low, Qt.FillRule.WindingFill))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        first = last
        yield


def _outer(ring: np.ndarray) -> bool:
    """True for the outside of an area: in the tiles clockwise on screen, which is negative where y goes up."""
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return bool(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) <= 0)


def _line_steps(painter: QPainter, view: MapView, lines: Polylines, ink: QColor, width_px: float) -> Iterator[None]:
    px = view.many_to_px(lines.xy_m)
    same = lines.owner[:-1] == lines.owner[1:]
    segments = np.ascontiguousarray(np.hstack([px[:-1], px[1:]])[same])
    inside = (segments[:, 0::2].max(axis=1) >= -width_px) & (segments[:, 1::2].max(axis=1) >= -width_px)
    inside &= segments[:, 0::2].min(axis=1) <= view.width_px + width_px
    inside &= segments[:, 1::2].min(axis=1) <= view.height_px + width_px
    seen, at_once = segments[inside], lines_at_once(width_px)
    for start in range(0, len(seen), at_once):
        stroke_lines(painter, seen[start : start + at_once], ink, width_px)
        yield
