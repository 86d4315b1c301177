"""What is painted over the quiet map: a plan, what is under the pointer, an area being drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.ui.map.base import paint_chosen
from app.ui.map.content import MapContent
from app.ui.map.marks import paint_marks
from app.ui.map.placing import Placer
from app.ui.map.plan_lines import avoid_plan_lines, paint_plan_lines
from app.ui.map.qtdraw import colour, draw_points, path_of, pen, shapes_path
from app.ui.map.words import MapWords
from app.ui.theme import Theme
from gis.scene.detail import Detail, MapLayer, detail_at
from gis.scene.hits import MapHit
from gis.scene.plan_picture import PlanPicture
from gis.scene.view import MapView
from network.columns import Int32

_DENSITY_PX = 14.0
_TINT = 0.42


def plan_steps(
    painter: QPainter, view: MapView, content: MapContent, theme: Theme, words: MapWords, placer: Placer
) -> Iterator[None]:
    """Paint the plan in steps: customers, lines, then marks and their names."""
    plan = content.plan
    if plan is None:
        return
    detail = detail_at(view.m_per_px)
    _paint_customers(painter, view, content, plan, theme, detail)
    yield
    _paint_area(painter, view, plan, theme)
    paint_plan_lines(painter, view, plan, theme)
    yield
    avoid_plan_lines(view, plan, placer)
    yield
    paint_marks(painter, view, content, plan, theme, words, placer)
    yield


def paint_hover(
    painter: QPainter, view: MapView, content: MapContent, theme: Theme, hit: MapHit, *, strong: bool
) -> None:
    """Mark what is under the pointer, or (*strong*) what is selected."""
    width = 3.0 if strong else 2.0
    if hit.kind == "pipe":
        xy_m = content.pipes.lines[hit.row]
        px = view.many_to_px(xy_m)
        painter.strokePath(path_of(px, np.array([0, len(px)])), pen(colour(theme.acc, 0.25), 11.0))
        painter.setPen(pen(theme.acc, width))
        painter.drawPath(path_of(px, np.array([0, len(px)])))
        return
    x, y = view.to_px(hit.x_m, hit.y_m)
    painter.setPen(pen(theme.acc, width))
    painter.drawEllipse(int(x) - 11, int(y) - 11, 22, 22)


def paint_ring(painter: QPainter, view: MapView, corners: Sequence[tuple[float, float]], theme: Theme) -> None:
    """Paint the corners and edges of an area being drawn."""
    px = view.many_to_px(np.array(corners, dtype=np.float64).reshape(-1, 2))
    if not len(px):
        return
    closed = np.vstack([px, px[:1]])
    painter.fillPath(path_of(closed, np.array([0, len(closed)])), colour(theme.acc, 0.12))
    painter.setPen(pen(theme.acc, 2.0, Qt.PenStyle.DashLine))
    painter.drawPath(path_of(closed, np.array([0, len(closed)])))
    painter.setPen(pen(theme.acc, 7.0))
    draw_points(painter, np.ascontiguousarray(px))


def _paint_area(painter: QPainter, view: MapView, plan: PlanPicture, theme: Theme) -> None:
    if plan.ring_m:
        px = view.many_to_px(np.array([*plan.ring_m, plan.ring_m[0]], dtype=np.float64))
        path = path_of(px, np.array([0, len(px)]))
        painter.fillPath(path, colour(theme.leak, 0.08))
        painter.setPen(pen(theme.leak, 1.6, Qt.PenStyle.DashLine))
        painter.drawPath(path)


def _paint_customers(
    painter: QPainter, view: MapView, content: MapContent, plan: PlanPicture, theme: Theme, detail: Detail
) -> None:
    if not content.shows(MapLayer.CUSTOMERS, view.m_per_px):
        return
    groups = (
        (plan.storage_customers, theme.on_storage),
        (plan.out[plan.unintended_out], theme.unintended),
        (plan.out[~plan.unintended_out], theme.leak),
    )
    local = view.relative_to(*content.scene.origin_m)
    for rows, ink in groups:
        if not len(rows):
            continue
        if detail.density:
            _paint_density(painter, view, content, rows, ink)
            continue
        if detail.buildings and content.shows(MapLayer.BUILDINGS, view.m_per_px):
            _tint_buildings(painter, local, content, rows, ink)
        _paint_dots(painter, view, content, rows, ink, every=detail.customers)


def _tint_buildings(painter: QPainter, local: MapView, content: MapContent, rows: Int32, ink: str) -> None:
    scene = content.scene
    touched = np.unique(scene.building_of_customer[rows])
    touched = touched[touched >= 0]
    box, seen = scene.buildings.boxes[touched], local.bounds
    shown = (box[:, 0] <= seen.x_max) & (box[:, 2] >= seen.x_min) & (box[:, 1] <= seen.y_max)
    shown &= box[:, 3] >= seen.y_min
    paint_chosen(painter, local, scene.buildings, touched[shown], colour(ink, _TINT), colour(ink, 0.75))


def _paint_dots(painter: QPainter, view: MapView, content: MapContent, rows: Int32, ink: str, *, every: bool) -> None:
    """Affected customers one by one: all of them near, else those without a building to tint."""
    alone = rows if every else rows[content.scene.building_of_customer[rows] < 0]
    customers = content.city.customers
    px = view.many_to_px(np.column_stack([customers.x_m[alone], customers.y_m[alone]]))
    px = px[np.isfinite(px).all(axis=1)]
    painter.setPen(pen(ink, 5.0))
    draw_points(painter, np.ascontiguousarray(px))


def _paint_density(painter: QPainter, view: MapView, content: MapContent, rows: Int32, ink: str) -> None:
    """Affected customers counted in squares of the picture: the more of them, the larger the mark."""
    customers = content.city.customers
    px = view.many_to_px(np.column_stack([customers.x_m[rows], customers.y_m[rows]]))
    px = px[np.isfinite(px).all(axis=1)]
    inside = (px >= -_DENSITY_PX).all(axis=1) & (px <= [view.width_px + _DENSITY_PX, view.height_px + _DENSITY_PX]).all(
        axis=1
    )
    # Squares are counted from the ground's origin, so that marks stand still while the map is panned.
    shift = np.array(view.to_px(*content.scene.origin_m)) % _DENSITY_PX
    squares, counts = np.unique(np.floor((px[inside] - shift) / _DENSITY_PX), axis=0, return_counts=True)
    sides = np.minimum(3.0 + 1.6 * np.log2(1 + counts), _DENSITY_PX - 2)
    centres = (squares + 0.5) * _DENSITY_PX + shift
    unit = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ink, 0.5))
    for side in np.unique(np.round(sides)):
        chosen = np.round(sides) == side
        painter.drawPath(shapes_path(centres[chosen], unit * side))
    painter.setBrush(Qt.BrushStyle.NoBrush)
