"""What the tools draw over the map: traced pipes, a way, a sketch being measured, bookmarks, chosen things."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from app.ui import fonts
from app.ui.look import Look
from app.ui.map.canvas import MapCanvas
from app.ui.map.qtdraw import colour, draw_points, path_of, pen
from app.ui.map.sheet_over import SheetOver
from gis.scene.lines import Polylines
from network.columns import Float64

_MOST_POINTS = 20_000
"""Chosen things marked one by one in one frame; more of them would be one blot anyway."""


@dataclass(frozen=True, eq=False)
class Note:
    """Words at a place, project CRS."""

    x_m: float
    y_m: float
    text: str


@dataclass(frozen=True, eq=False)
class ToolDrawing:
    """Everything drawn, project CRS.

    Attributes:
        traced: Stretches that a trace or a way follows.
        points: Shape (n, 2), chosen things.
        sketch: Shape (k, 2), corners of a line or area being drawn.
        closed: The sketch is an area.
        notes: Words beside places.
        along: A place on the way under the pointer in the long section, or None.
    """

    traced: Polylines = field(default_factory=lambda: Polylines.of([]))
    points: Float64 = field(default_factory=lambda: np.empty((0, 2)))
    sketch: Float64 = field(default_factory=lambda: np.empty((0, 2)))
    closed: bool = False
    notes: tuple[Note, ...] = ()
    along: tuple[float, float] | None = None


class ToolLayer(SheetOver):
    """Paints a :class:`ToolDrawing` over a canvas; the mouse goes through it."""

    def __init__(self, look: Look, canvas: MapCanvas) -> None:
        super().__init__(look, canvas)
        self.drawing = ToolDrawing()

    def show_drawing(self, **changed: object) -> None:
        """Change parts of the drawing."""
        self.drawing = replace(self.drawing, **changed)  # type: ignore[arg-type]  # the callers name its fields
        self.come_forward()

    def clear(self) -> None:
        """Draw nothing."""
        self.drawing = ToolDrawing()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_lines(painter)
            self._paint_points(painter)
            self._paint_sketch(painter)
            self._paint_notes(painter)

    def _paint_lines(self, painter: QPainter) -> None:
        traced, theme = self.drawing.traced, self._look.theme
        if len(traced):
            path = path_of(self._canvas.view.many_to_px(traced.xy_m), traced.offsets)
            painter.strokePath(path, pen(colour(theme.acc, 0.28), 11.0))
            painter.strokePath(path, pen(theme.acc, 3.0))
        if self.drawing.along is not None:
            x, y = self._canvas.view.to_px(*self.drawing.along)
            painter.setPen(pen(theme.t1, 2.0))
            painter.drawEllipse(QRectF(x - 7, y - 7, 14, 14))

    def _paint_points(self, painter: QPainter) -> None:
        points, view = self.drawing.points, self._canvas.view
        if not len(points):
            return
        px = view.many_to_px(points)
        px = px[((px >= 0) & (px <= [view.width_px, view.height_px])).all(axis=1)][:_MOST_POINTS]
        painter.setPen(pen(self._look.theme.acc, 7.0))
        draw_points(painter, np.ascontiguousarray(px))

    def _paint_sketch(self, painter: QPainter) -> None:
        sketch, theme = self.drawing.sketch, self._look.theme
        if not len(sketch):
            return
        px = self._canvas.view.many_to_px(sketch)
        if self.drawing.closed:
            px = np.vstack([px, px[:1]])
            painter.fillPath(path_of(px, np.array([0, len(px)])), colour(theme.acc, 0.12))
        self.paint_sketch(painter, px)

    def _paint_notes(self, painter: QPainter) -> None:
        theme = self._look.theme
        painter.setFont(fonts.font(fonts.TABLE, 600))
        for note in self.drawing.notes:
            x, y = self._canvas.view.to_px(note.x_m, note.y_m)
            box = QRectF(painter.fontMetrics().boundingRect(note.text)).adjusted(-6, -4, 6, 4)
            box.moveTo(x + 12, y - box.height() - 4)
            painter.setPen(pen(theme.line2, 1.0))
            painter.setBrush(colour(theme.bg1, 0.94))
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(colour(theme.t1))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), note.text)
