"""Marks of a hydraulic check on the map: customers newly low, and mains whose water turns round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from app.ui.map.qtdraw import pen, shapes_path
from app.ui.theme import Theme
from gis.scene.along import PipeLines
from gis.scene.view import MapView
from network.columns import Bool, Float64, Int32
from network.topology import City

_CELL_PX = 16.0
LOW_SHAPE = np.array([[-6.0, -4.5], [6.0, -4.5], [0.0, 6.0], [-6.0, -4.5]])
TURN_SHAPE = np.array([[9.0, 0.0], [-5.0, -5.5], [-2.0, 0.0], [-5.0, 5.5], [9.0, 0.0]])


@dataclass(frozen=True, eq=False)
class PressureMarks:
    """Rows to be marked.

    Attributes:
        low: Customers.
        reversed: Pipes; *forward* says which of them now run as they are drawn.
    """

    low: Int32
    reversed: Int32
    forward: Bool


def paint_pressure_marks(
    painter: QPainter, view: MapView, city: City, pipes: PipeLines, marks: PressureMarks, theme: Theme
) -> None:
    """Paint them: a filled triangle for low customers, an arrow in the middle of a main that turns."""
    painter.setPen(pen(theme.map_halo, 1.6))
    if len(marks.reversed):
        xy_m, turn = pipes.places(marks.reversed, pipes.length_m[marks.reversed] / 2.0)
        turn = np.where(marks.forward, turn, turn + np.pi)
        px, shown = _apart(view, xy_m)
        painter.setBrush(QColor(theme.amber_text))
        painter.drawPath(shapes_path(px, TURN_SHAPE, turn[shown]))
    if len(marks.low):
        customers = city.customers
        px, _ = _apart(view, np.column_stack([customers.x_m[marks.low], customers.y_m[marks.low]]))
        painter.setBrush(QColor(theme.low))
        painter.drawPath(shapes_path(px, LOW_SHAPE))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _apart(view: MapView, xy_m: Float64) -> tuple[Float64, np.ndarray]:
    """Pixels of those on the picture, of several in one small square the first, and their rows."""
    px = view.many_to_px(xy_m)
    inside = np.isfinite(px).all(axis=1) & (px > -_CELL_PX).all(axis=1)
    inside &= (px < [view.width_px + _CELL_PX, view.height_px + _CELL_PX]).all(axis=1)
    rows = np.flatnonzero(inside)
    # Squares are counted from the ground, so that marks stand still while the map is panned.
    squares = np.floor(xy_m[rows] / (_CELL_PX * view.m_per_px))
    _, first = np.unique(squares, axis=0, return_index=True)
    return px[rows[first]], rows[first]
