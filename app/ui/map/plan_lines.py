"""A plan's lines on the map: isolated solid, unintended dashed, on storage double, each on a broad pale strip."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.ui.map.placing import Placer, box_around
from app.ui.map.qtdraw import blend, colour, draw_lines, path_of, pen
from app.ui.theme import Theme
from gis.scene.lines import Polylines, dashes
from gis.scene.plan_picture import PlanPicture
from gis.scene.view import Bounds, MapView
from network.columns import Int64

LINE_PX = 4.5
UNDERLAY_PX = 15.0
UNDERLAY_SHARE = 0.2
_UNINTENDED_DASHES = (1.9, 1.1)
_RESTORABLE_DASHES = (3.0, 1.2, 1.0, 1.2)
"""Dash and dot, pale."""
_PATH_DASHES = (2.5, 1.5)
_VERTICES_AT_ONCE = 400
_MOST_STROKED = 1_500
"""Vertices of the visible lines that are stroked as paths; more are drawn as plain segments, ten times as fast."""
_SPREAD_PX = 10.0
_MOST_AVOIDED = 2_500


def paint_plan_lines(painter: QPainter, view: MapView, plan: PlanPicture, theme: Theme) -> None:
    """Paint the plan's lines, those that matter most on top."""
    scale = (1.0 if view.m_per_px < 8 else 0.7) * (1.15 if theme.pipe_scale > 1 else 1.0)
    pens = _Lines(painter, view, theme)
    shown = (
        (plan.on_storage, theme.on_storage),
        (plan.unintended, theme.unintended),
        (plan.isolated, theme.leak),
        (plan.path, theme.acc),
    )
    for lines, ink in shown:
        pens.stroke(lines, ink, UNDERLAY_PX * scale, share=UNDERLAY_SHARE)
    width = LINE_PX * scale
    pens.stroke(plan.on_storage, theme.on_storage, width * 1.25)
    pens.stroke(plan.on_storage, theme.map_ground, width * 0.45)
    pens.stroke(plan.unintended, theme.unintended, width, share=0.35)
    pens.stroke(plan.unintended, theme.unintended, width, pattern=_UNINTENDED_DASHES)
    pens.stroke(plan.isolated, theme.leak, width)
    pens.stroke(plan.restorable, theme.map_ground, width * 1.3)
    pens.stroke(plan.restorable, theme.restorable, width, pattern=_RESTORABLE_DASHES)
    pens.stroke(plan.path, theme.acc, width * 0.7, pattern=_PATH_DASHES)


def paint_marked(painter: QPainter, view: MapView, lines: Polylines, theme: Theme) -> None:
    """Paint lines chosen in a list: a strip in the colour of selection beneath, the mains' own colour stays visible."""
    _Lines(painter, view, theme).stroke(lines, theme.acc, UNDERLAY_PX, share=0.45)


class _Lines:
    """Strokes lines of the project CRS onto one picture."""

    def __init__(self, painter: QPainter, view: MapView, theme: Theme) -> None:
        self._painter, self._view, self._theme = painter, view, theme

    def stroke(
        self,
        lines: Polylines,
        ink: str,
        width: float,
        *,
        share: float = 1.0,
        pattern: tuple[float, ...] | None = None,
    ) -> None:
        """Stroke the visible ones of *lines* with *share* of a colour; *pattern* of dashes is in widths."""
        xy_m, starts = visible(lines, self._view.bounds.grown(20 * self._view.m_per_px))
        if not len(xy_m):
            return
        px = self._view.many_to_px(xy_m)
        if len(px) > _MOST_STROKED:
            self._draw_segments(px, starts, ink, width, share, pattern)
        else:
            self._stroke_paths(px, starts, ink, width, share, pattern)

    def _stroke_paths(
        self, px: np.ndarray, starts: Int64, ink: str, width: float, share: float, pattern: tuple[float, ...] | None
    ) -> None:
        stroke = pen(colour(ink, share), width, cap=_cap(pattern))
        if pattern is not None:
            stroke.setDashPattern(list(pattern))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        first = 0
        while first < len(starts) - 1:
            # Whole lines, about so many vertices at a time: Qt holds Python's lock while it strokes.
            last = max(int(np.searchsorted(starts, starts[first] + _VERTICES_AT_ONCE, side="right")) - 1, first + 1)
            part = path_of(px[starts[first] : starts[last]], starts[first : last + 1] - starts[first])
            self._painter.strokePath(part, stroke)
            first = last

    def _draw_segments(
        self, px: np.ndarray, starts: Int64, ink: str, width: float, share: float, pattern: tuple[float, ...] | None
    ) -> None:
        """Segment by segment; a pale strip is then opaque, or every joint would show."""
        segments, along = segments_of(px, starts)
        if pattern is not None:
            segments = dashes(segments, along, pattern[0] * width, pattern[1] * width)
        self._painter.setPen(pen(blend(ink, self._theme.map_ground, share), width, cap=_cap(pattern)))
        draw_lines(self._painter, segments)


def _cap(pattern: tuple[float, ...] | None) -> Qt.PenCapStyle:
    return Qt.PenCapStyle.RoundCap if pattern is None else Qt.PenCapStyle.FlatCap


def segments_of(px: np.ndarray, starts: Int64) -> tuple[np.ndarray, np.ndarray]:
    """Segments of lines given by vertices and first vertices.

    Returns:
        Shape (n, 4), C-contiguous; and shape (n,), where each begins along its line.
    """
    along = Polylines(starts, px).along_m()
    inside = np.ones(max(len(px) - 1, 0), dtype=bool)
    inside[starts[1:-1] - 1] = False
    return np.ascontiguousarray(np.hstack([px[:-1], px[1:]])[inside]), along[:-1][inside]


def avoid_plan_lines(view: MapView, plan: PlanPicture, placer: Placer) -> None:
    """Keep names off the plan's lines, as long as these are few enough to be followed."""
    spots = [np.empty((0, 2))]
    for lines in (plan.isolated, plan.unintended, plan.on_storage):
        xy_m, starts = visible(lines, view.bounds)
        spots.append(spread(view.many_to_px(xy_m), starts, _SPREAD_PX))
    px = np.concatenate(spots)
    px = px[(px > 0).all(axis=1) & (px < [view.width_px, view.height_px]).all(axis=1)]
    if len(px) <= _MOST_AVOIDED:
        placer.avoid(*(box_around(x, y, 9.0, 9.0) for x, y in px.tolist()))


def spread(px: np.ndarray, starts: Int64, step_px: float) -> np.ndarray:
    """Points about *step_px* apart along lines given by vertices and first vertices; shape (n, 2)."""
    return spread_segments(segments_of(px, starts)[0], step_px)


def spread_segments(segments: np.ndarray, step_px: float) -> np.ndarray:
    """Points about *step_px* apart along segments of shape (k, 4), at least one on each; shape (n, 2)."""
    start, move = segments[:, :2], segments[:, 2:] - segments[:, :2]
    pieces = np.clip(np.ceil(np.hypot(move[:, 0], move[:, 1]) / step_px), 1, 200).astype(np.int64)
    row = np.repeat(np.arange(len(pieces)), pieces)
    number = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    points: np.ndarray = start[row] + move[row] * ((number + 0.5) / pieces[row])[:, None]
    return points


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
