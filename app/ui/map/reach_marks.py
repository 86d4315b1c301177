"""How soon a crew could be anywhere, laid over the city: what is late is tinted and hatched, and minutes stand written.

Places within two thirds of the limit stay as they are. Painted in slices with the plan and the names, so that no frame
waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from app.dispatch.reach_raster import ReachGrid
from app.ui.map.lettering import lettering, paint_text
from app.ui.map.placing import Placer, box_around
from app.ui.map.qtdraw import colour
from app.ui.theme import Theme
from gis.scene.view import MapView
from network.columns import Bool

_NEAR_ALPHA, _LATE_ALPHA, _HATCH_ALPHA = 30, 74, 150
_APART_PX = 150
_RECTS_A_STEP = 150


@dataclass(frozen=True, eq=False)
class ReachMarks:
    """What is to be laid over the map.

    Attributes:
        limit_min: In which time somebody must be there.
    """

    grid: ReachGrid
    limit_min: float

    @cached_property
    def late(self) -> Bool:
        """Shape (rows, columns): nobody is there in time."""
        return np.asarray(self.grid.minutes > self.limit_min)

    @cached_property
    def near_limit(self) -> Bool:
        """Shape (rows, columns): in time, in the last third of it."""
        return np.asarray((self.grid.minutes > self.limit_min * 2 / 3) & ~self.late)

    def minutes_at(self, x_m: float, y_m: float) -> float:
        """Minutes to a place, project CRS; NaN where nothing is known."""
        grid = self.grid
        column, row = int((x_m - grid.west_m) // grid.cell_m), int((y_m - grid.south_m) // grid.cell_m)
        rows, columns = grid.minutes.shape
        return float(grid.minutes[row, column]) if 0 <= row < rows and 0 <= column < columns else float("nan")


def near_ink(theme: Theme) -> QColor:
    """What lies over places that are reached in the last third of the limit."""
    return colour(theme.amber, _NEAR_ALPHA / 255)


def late_inks(theme: Theme) -> tuple[QBrush, QBrush]:
    """What lies over places that are reached too late: a tint, and hatching over it, as colour alone says nothing."""
    hatch = QBrush(colour(theme.amber_text, _HATCH_ALPHA / 255), Qt.BrushStyle.BDiagPattern)
    return QBrush(colour(theme.amber, _LATE_ALPHA / 255)), hatch


def reach_steps(painter: QPainter, view: MapView, marks: ReachMarks, theme: Theme, placer: Placer) -> Iterator[None]:
    """Paint them in steps of a millisecond or so."""
    if not marks.grid.minutes.size:
        return
    painter.drawImage(_box(view, marks.grid), _tint(marks, theme))
    yield
    yield from _hatch_steps(painter, view, marks, theme)
    yield from _figure_steps(painter, view, marks, theme, placer)


def _box(view: MapView, grid: ReachGrid) -> QRectF:
    rows, columns = grid.minutes.shape
    left, top = view.to_px(grid.west_m, grid.south_m + rows * grid.cell_m)
    return QRectF(left, top, columns * grid.cell_m / view.m_per_px, rows * grid.cell_m / view.m_per_px)


def _tint(marks: ReachMarks, theme: Theme) -> QImage:
    """The raster in colours, north on top."""
    rows, columns = marks.grid.minutes.shape
    cells = np.zeros((rows, columns), dtype=np.uint32)
    for where, ink in ((marks.near_limit, near_ink(theme)), (marks.late, late_inks(theme)[0].color())):
        cells[where] = ink.rgba()
    flipped = np.ascontiguousarray(cells[::-1])
    # The picture copies the bytes: they may go.
    return QImage(flipped.tobytes(), columns, rows, columns * 4, QImage.Format.Format_ARGB32).copy()


def _hatch_steps(painter: QPainter, view: MapView, marks: ReachMarks, theme: Theme) -> Iterator[None]:
    grid, hatch = marks.grid, late_inks(theme)[1]
    boxes = [_run_box(view, grid, *run) for run in _runs(marks.late)]
    seen = QRectF(0, 0, view.width_px, view.height_px)
    shown = [box for box in boxes if box.intersects(seen)]
    for start in range(0, len(shown), _RECTS_A_STEP):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hatch)
        painter.drawRects([box.intersected(seen) for box in shown[start : start + _RECTS_A_STEP]])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        yield


def _runs(late: Bool) -> list[tuple[int, int, int]]:
    """Late cells as stretches of rows: row, first column, column behind the last."""
    edged = np.zeros((late.shape[0], late.shape[1] + 2), dtype=np.int8)
    edged[:, 1:-1] = late
    steps = np.diff(edged, axis=1)
    rows, first = np.nonzero(steps == 1)
    _, last = np.nonzero(steps == -1)
    return list(zip(rows.tolist(), first.tolist(), last.tolist(), strict=True))


def _run_box(view: MapView, grid: ReachGrid, row: int, first: int, last: int) -> QRectF:
    left, bottom = view.to_px(grid.west_m + first * grid.cell_m, grid.south_m + row * grid.cell_m)
    # Whole pixels: edges between rows would show as lines.
    high = grid.cell_m / view.m_per_px
    top = round(bottom - high)
    return QRectF(round(left), top, max(1, round((last - first) * high)), max(1, round(bottom) - top))


def _figure_steps(painter: QPainter, view: MapView, marks: ReachMarks, theme: Theme, placer: Placer) -> Iterator[None]:
    """Minutes in a lattice that is fixed to the ground, so that figures do not jump while the map is dragged."""
    step_m = _APART_PX * view.m_per_px
    bounds = view.bounds
    first_x, first_y = np.ceil(bounds.x_min / step_m) * step_m, np.ceil(bounds.y_min / step_m) * step_m
    for y_m in np.arange(first_y, bounds.y_max, step_m):
        for x_m in np.arange(first_x, bounds.x_max, step_m):
            minutes = marks.minutes_at(float(x_m), float(y_m))
            if not np.isnan(minutes):
                _paint_figure(painter, *view.to_px(float(x_m), float(y_m)), minutes, marks, theme, placer)
        yield


def _paint_figure(
    painter: QPainter, x: float, y: float, minutes: float, marks: ReachMarks, theme: Theme, placer: Placer
) -> None:
    late = minutes > marks.limit_min
    figure = f"{minutes:.0f}" if np.isfinite(minutes) else "∞"
    text = lettering(f"▲ {figure}" if late else figure, 12, 600)
    box = box_around(x, y, text.width + 8, text.height)
    if placer.is_free(box):
        placer.take(box)
        paint_text(painter, x, y, text, QColor(theme.amber_text if late else theme.t1), QColor(theme.map_halo))
