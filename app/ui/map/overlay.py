"""What is painted over the quiet map: a plan, what is under the pointer, an area being drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter

from app.ui.map.base import paint_chosen
from app.ui.map.content import MapContent
from app.ui.map.marks import paint_marks
from app.ui.map.placing import Placer, box_around
from app.ui.map.qtdraw import blend, colour, draw_points, path_of, pen, shapes_path
from app.ui.map.words import MapWords
from app.ui.theme import Theme
from gis.scene.detail import Detail, MapLayer, detail_at
from gis.scene.hits import MapHit
from gis.scene.lines import Polylines
from gis.scene.plan_picture import PlanPicture
from gis.scene.view import Bounds, MapView
from network.columns import Int32, Int64

LINE_PX = 4.5
UNDERLAY_PX = 15.0
UNDERLAY_ALPHA = 0.2
_VERTICES_AT_ONCE = 400
_DENSITY_PX = 14.0
_TINT = 0.42
_SPREAD_PX = 10.0
_MOST_AVOIDED = 2_500


def paint_plan(
    painter: QPainter, view: MapView, content: MapContent, theme: Theme, words: MapWords, placer: Placer
) -> None:
    """Paint the plan: customers, lines, then marks and their names."""
    plan = content.plan
    if plan is None:
        return
    detail = detail_at(view.m_per_px)
    _paint_customers(painter, view, content, plan, theme, detail)
    _paint_area(painter, view, plan, theme)
    _paint_lines(painter, view, plan, theme)
    _avoid_lines(view, plan, placer)
    paint_marks(painter, view, content, plan, theme, words, placer)


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


def _paint_lines(painter: QPainter, view: MapView, plan: PlanPicture, theme: Theme) -> None:
    scale = (1.0 if view.m_per_px < 8 else 0.7) * (1.15 if theme.pipe_scale > 1 else 1.0)
    shown = [
        (plan.on_storage, theme.on_storage),
        (plan.unintended, theme.unintended),
        (plan.isolated, theme.leak),
        (plan.path, theme.acc),
    ]
    for lines, ink in shown:
        _stroke(painter, view, lines, colour(ink, UNDERLAY_ALPHA), UNDERLAY_PX * scale)
    width = LINE_PX * scale
    _stroke(painter, view, plan.on_storage, QColor(theme.on_storage), width * 1.25)
    _stroke(painter, view, plan.on_storage, QColor(theme.map_ground), width * 0.45)
    _stroke(painter, view, plan.unintended, blend(theme.unintended, theme.map_ground, 0.35), width)
    _stroke(painter, view, plan.unintended, QColor(theme.unintended), width, dashes=[1.9, 1.1])
    _stroke(painter, view, plan.isolated, QColor(theme.leak), width)
    _stroke(painter, view, plan.path, QColor(theme.acc), width * 0.7, dashes=[2.5, 1.5])


def _avoid_lines(view: MapView, plan: PlanPicture, placer: Placer) -> None:
    """Keep names off the plan's lines, as long as these are few enough to be followed."""
    spots = [np.empty((0, 2))]
    for lines in (plan.isolated, plan.unintended, plan.on_storage):
        xy_m, starts = visible(lines, view.bounds)
        spots.append(spread(view.many_to_px(xy_m), starts, _SPREAD_PX))
    px = np.concatenate(spots)
    px = px[(px > 0).all(axis=1) & (px < [view.width_px, view.height_px]).all(axis=1)]
    if len(px) <= _MOST_AVOIDED:
        placer.avoid(*(box_around(x, y, 9.0, 9.0) for x, y in px.tolist()))


def spread(px: np.ndarray, offsets: Int64, step_px: float) -> np.ndarray:
    """Points about *step_px* apart along lines given by vertices and first vertices; shape (n, 2)."""
    inside = np.ones(max(len(px) - 1, 0), dtype=bool)
    inside[offsets[1:-1] - 1] = False
    start, move = px[:-1][inside], np.diff(px, axis=0)[inside]
    pieces = np.clip(np.ceil(np.hypot(move[:, 0], move[:, 1]) / step_px), 1, 200).astype(np.int64)
    row = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    points: np.ndarray = start[row] + move[row] * ((number + 0.5) / pieces[row])[:, None]
    return points


def _stroke(
    painter: QPainter, view: MapView, lines: Polylines, ink: QColor, width: float, dashes: list[float] | None = None
) -> None:
    xy_m, starts = visible(lines, view.bounds.grown(20 * view.m_per_px))
    if not len(xy_m):
        return
    stroke = pen(ink, width, cap=Qt.PenCapStyle.RoundCap if dashes is None else Qt.PenCapStyle.FlatCap)
    if dashes is not None:
        stroke.setDashPattern(dashes)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    px = view.many_to_px(xy_m)
    first = 0
    while first < len(starts) - 1:
        # Whole lines, about so many vertices at a time: Qt holds Python's lock while it strokes.
        last = max(int(np.searchsorted(starts, starts[first] + _VERTICES_AT_ONCE, side="right")) - 1, first + 1)
        part = path_of(px[starts[first] : starts[last]], starts[first : last + 1] - starts[first])
        painter.strokePath(part, stroke)
        first = last


def visible(lines: Polylines, bounds: Bounds) -> tuple[np.ndarray, Int64]:
    """The lines whose boxes touch *bounds*: vertices, and the first vertex of each (with the end as last)."""
    filled = np.flatnonzero(np.diff(lines.offsets) > 0)
    if not len(filled):
        return lines.xy_m[:0], np.zeros(1, dtype=np.int64)
    heads = lines.offsets[:-1][filled]
    low, high = (edge.reduceat(lines.xy_m, heads, axis=0) for edge in (np.minimum, np.maximum))
    touches = (
        (low[:, 0] <= bounds.x_max)
        & (high[:, 0] >= bounds.x_min)
        & (low[:, 1] <= bounds.y_max)
        & (high[:, 1] >= bounds.y_min)
    )
    counts = np.diff(lines.offsets)[filled]
    starts = np.zeros(int(touches.sum()) + 1, dtype=np.int64)
    np.cumsum(counts[touches], out=starts[1:])
    return lines.xy_m[np.repeat(touches, counts)], starts


def _paint_customers(
    painter: QPainter, view: MapView, content: MapContent, plan: PlanPicture, theme: Theme, detail: Detail
) -> None:
    if not content.shows(MapLayer.CUSTOMERS):
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
        if detail.buildings and content.shows(MapLayer.BUILDINGS):
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
