"""Things chosen in a list, however many: marked one by one while they can be told apart, as a tint where they cannot.

Painted in slices with the plan and the names, so that no frame waits for a million of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.map.plan_lines import UNDERLAY_PX, spread_segments
from app.ui.map.qtdraw import LINES_AT_ONCE, draw_lines, draw_points, painting, pen
from app.ui.theme import Theme
from gis.scene.scene import DnClass, Scene
from gis.scene.view import MapView
from network.columns import Bool, Float64, Int32

MOST_LINES = 3_000
"""Visible segments that are drawn as strips; more of them become a tint."""
MOST_POINTS = 4_000
_AT_ONCE = 40_000
_CELL_PX = 2
_FAINTEST, _STRONGEST = 120, 220
_STRIP_SHARE = 0.45
_STRIP_PX = 9.0


@dataclass(frozen=True, eq=False)
class Chosen:
    """What is chosen.

    Attributes:
        pipes: Shape (pipes,), which of the city's pipes.
        points_m: Shape (n, 2), places of other things, project CRS.
    """

    pipes: Bool
    points_m: Float64

    @classmethod
    def of_pipes(cls, rows: Int32, count: int) -> Chosen:
        """The pipes of *rows*, of *count*."""
        held = np.zeros(count, dtype=np.bool_)
        held[rows] = True
        return cls(held, np.empty((0, 2)))

    @classmethod
    def of_points(cls, points_m: Float64) -> Chosen:
        """Things that are no pipes."""
        return cls(np.empty(0, dtype=np.bool_), points_m)


def chosen_steps(painter: QPainter, view: MapView, scene: Scene, chosen: Chosen, theme: Theme) -> Iterator[None]:
    """Paint them in steps of a few milliseconds."""
    if chosen.pipes.any():
        parts: list[Float64] = []
        for part in _segments(view, scene, chosen.pipes):
            parts.append(part)
            yield
        segments = np.concatenate(parts) if parts else np.empty((0, 4))
        if len(segments) <= MOST_LINES:
            yield from _strip_steps(painter, view, np.ascontiguousarray(segments), theme)
        else:
            spots = (spread_segments(segments[at : at + _AT_ONCE], 1.5) for at in range(0, len(segments), _AT_ONCE))
            yield from _tint_steps(painter, view, spots, theme)
    if len(chosen.points_m):
        yield from _point_steps(painter, view, chosen.points_m, theme)


def _segments(view: MapView, scene: Scene, held: Bool) -> Iterator[Float64]:
    """Visible pieces of the pipes that are held, pixels, shape (n, 4), so many at a time."""
    local = view.relative_to(*scene.origin_m)
    mains = scene.mains
    for dn_class in DnClass:
        for run in mains.near(local.bounds, dn_class):
            for start in range(run.start, run.stop, _AT_ONCE):
                piece = slice(start, min(start + _AT_ONCE, run.stop))
                px = local.many_to_px(mains.xy_m[piece][held[mains.owner[piece]]])
                left, right = np.minimum(px[:, 0], px[:, 2]), np.maximum(px[:, 0], px[:, 2])
                top, bottom = np.minimum(px[:, 1], px[:, 3]), np.maximum(px[:, 1], px[:, 3])
                seen = (right > -UNDERLAY_PX) & (left < view.width_px + UNDERLAY_PX)
                yield px[seen & (bottom > -UNDERLAY_PX) & (top < view.height_px + UNDERLAY_PX)]


def _strip_steps(painter: QPainter, view: MapView, segments: Float64, theme: Theme) -> Iterator[None]:
    """On a sheet of their own, laid over as one: no joint shows, and valves and mains are seen through it."""
    sheet = QImage(
        round(view.width_px * view.dpr), round(view.height_px * view.dpr), QImage.Format.Format_ARGB32_Premultiplied
    )
    sheet.setDevicePixelRatio(view.dpr)
    sheet.fill(Qt.GlobalColor.transparent)
    for start in range(0, len(segments), LINES_AT_ONCE):
        with painting(sheet) as brush:
            brush.setRenderHint(QPainter.RenderHint.Antialiasing)
            brush.setPen(pen(theme.acc, _STRIP_PX))
            draw_lines(brush, segments[start : start + LINES_AT_ONCE])
        yield
    painter.setOpacity(_STRIP_SHARE)
    painter.drawImage(0, 0, sheet)
    painter.setOpacity(1.0)
    yield


def _point_steps(painter: QPainter, view: MapView, points_m: Float64, theme: Theme) -> Iterator[None]:
    parts: list[Float64] = []
    for start in range(0, len(points_m), _AT_ONCE):
        px = view.many_to_px(points_m[start : start + _AT_ONCE])
        parts.append(px[((px >= 0) & (px <= [view.width_px, view.height_px])).all(axis=1)])
        yield
    seen = np.concatenate(parts)
    if len(seen) <= MOST_POINTS:
        painter.setPen(pen(theme.acc, 7.0))
        draw_points(painter, np.ascontiguousarray(seen))
        yield
    else:
        yield from _tint_steps(painter, view, iter([seen]), theme)


def _tint_steps(painter: QPainter, view: MapView, spots: Iterator[Float64], theme: Theme) -> Iterator[None]:
    """How many there are, cell by cell of the picture: one is seen, and many are stronger."""
    columns, rows = -(-view.width_px // _CELL_PX), -(-view.height_px // _CELL_PX)
    counts = np.zeros(columns * rows, dtype=np.int64)
    for px in spots:
        cells = np.floor(px / _CELL_PX).astype(np.int64)
        inside = ((cells >= 0) & (cells < [columns, rows])).all(axis=1)
        counts += np.bincount(cells[inside] @ [1, columns], minlength=columns * rows)
        yield
    painter.drawImage(QRectF(0, 0, columns * _CELL_PX, rows * _CELL_PX), _tint(counts.reshape(rows, columns), theme))
    yield


def _tint(counts: np.ndarray, theme: Theme) -> QImage:
    ink = QColor(theme.acc).rgb() & 0xFFFFFF
    share = np.log1p(counts) / np.log1p(max(int(counts.max(initial=0)), 1))
    alpha = np.where(counts > 0, _FAINTEST + (_STRONGEST - _FAINTEST) * share, 0).astype(np.uint32)
    cells = np.ascontiguousarray(alpha << 24 | np.uint32(ink), dtype=np.uint32)
    rows, columns = cells.shape
    # The picture copies the bytes: they may go.
    return QImage(cells.tobytes(), columns, rows, columns * 4, QImage.Format.Format_ARGB32).copy()
