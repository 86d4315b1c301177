"""What editing draws over the map: snap marks, the edit before it is made, and the segments that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen

from app.edit_requests import EditPreviewed, SegmentView, Told
from app.ui import fonts
from app.ui.editing.snapping import END, LINE, SQUARE, VERTEX, SnapMark
from app.ui.look import Look
from app.ui.map.canvas import MapCanvas
from app.ui.map.qtdraw import colour, path_of, pen
from app.ui.map.sheet_over import SheetOver

LETTERS = "ABCDEF"
_INKS = ("acc", "restorable", "on_storage", "t1", "t2", "t3")
_DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
    Qt.PenStyle.SolidLine,
)
_MARK_PX = 7.0
_MOST_PIPES = 1_000
"""A segment of more mains is the city: to mark it all would tell nothing."""


@dataclass(frozen=True, eq=False)
class EditDrawing:
    """Everything drawn, project CRS.

    Attributes:
        mark: What the pointer is drawn to, or None.
        sketch: Shape (k, 2), a line that follows the pointer.
        preview: The edit before it is made, or None.
        captions: Words beside the letter of each segment that the edit makes.
    """

    mark: SnapMark | None = None
    sketch: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    preview: EditPreviewed | None = None
    captions: tuple[str, ...] = ()


class EditLayer(SheetOver):
    """Paints an :class:`EditDrawing` over a canvas; the mouse goes through it."""

    def __init__(self, look: Look, canvas: MapCanvas) -> None:
        super().__init__(look, canvas)
        self.drawing = EditDrawing()
        self.hide()

    def show_drawing(self, drawing: EditDrawing) -> None:
        """Draw this and nothing else."""
        self.drawing = drawing
        self.come_forward()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shown = self.drawing.preview
            if shown is not None:
                self._paint_segments(painter, shown)
                self._paint_features(painter, shown)
            self._paint_sketch(painter)
            if self.drawing.mark is not None:
                self._paint_mark(painter, self.drawing.mark)

    # The segments

    def _paint_segments(self, painter: QPainter, shown: EditPreviewed) -> None:
        made = shown.segments_after
        for at, segment in reversed(list(enumerate(made))):
            if segment.pipes > _MOST_PIPES:
                continue
            ink = getattr(self._look.theme, _INKS[at])
            path = path_of(self._canvas.view.many_to_px(segment.xy_m), segment.offsets)
            painter.strokePath(path, pen(colour(ink, 0.25), 13.0))
            painter.strokePath(path, pen(ink, 3.0, _DASHES[at]))
        for at, segment in enumerate(made[: len(self.drawing.captions)]):
            if segment.pipes > _MOST_PIPES:
                continue
            self._caption(painter, self._seen_middle(segment), f"{LETTERS[at]}  {self.drawing.captions[at]}")

    def _seen_middle(self, segment: SegmentView) -> QPointF:
        """The vertex of a segment that stands most in the middle of what is seen of it."""
        px = self._canvas.view.many_to_px(segment.xy_m)
        inside = px[((px > 40) & (px < [self.width() - 40, self.height() - 40])).all(axis=1)]
        chosen = inside if len(inside) else px
        middle = chosen.mean(axis=0)
        x, y = chosen[int(np.argmin(np.hypot(*(chosen - middle).T)))]
        return QPointF(float(x), float(y))

    def _caption(self, painter: QPainter, at: QPointF, text: str) -> None:
        theme = self._look.theme
        painter.setFont(fonts.font(fonts.TABLE, 600))
        box = QRectF(painter.fontMetrics().boundingRect(text)).adjusted(-8, -5, 8, 5)
        box.moveTo(
            min(max(at.x() + 14, 4), self.width() - box.width() - 4),
            min(max(at.y() - box.height() - 12, 4), self.height() - box.height() - 4),
        )
        painter.setPen(pen(theme.line2, 1.0))
        painter.setBrush(colour(theme.bg1, 0.95))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(colour(theme.t1))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    # The features

    def _paint_features(self, painter: QPainter, shown: EditPreviewed) -> None:
        theme = self._look.theme
        after = {(one.layer, one.id): one for one in shown.after}
        before = {(one.layer, one.id): one for one in shown.before}
        for key, one in before.items():
            now = after.get(key)
            if now is None:
                self._paint_shape(painter, one, pen(theme.amber, 3.0, Qt.PenStyle.DashLine), crossed=True)
            elif now.xy_m != one.xy_m:
                self._paint_shape(painter, one, pen(theme.t2, 2.0, Qt.PenStyle.DashLine))
        for key, one in after.items():
            was = before.get(key)
            if was is not None and was.xy_m == one.xy_m:
                self._paint_shape(painter, one, pen(colour(theme.acc, 0.55), 5.0))
                continue
            self._paint_shape(painter, one, pen(theme.t1, 3.0), fresh=was is None)
            if was is not None and len(one.xy_m) == 1:
                self._paint_way(painter, was, one)

    def _paint_shape(
        self, painter: QPainter, one: Told, ink: QPen, *, crossed: bool = False, fresh: bool = False
    ) -> None:
        px = self._canvas.view.many_to_px(np.array(one.xy_m, dtype=np.float64))
        painter.setPen(ink)
        if len(px) > 1:
            painter.drawPath(path_of(px, np.array([0, len(px)])))
        x, y = (float(value) for value in (px[0] if len(px) == 1 else px.mean(axis=0)))
        if len(px) == 1:
            painter.drawEllipse(QPointF(x, y), 9.0, 9.0)
            if fresh:
                painter.drawLines([QLineF(x - 5, y, x + 5, y), QLineF(x, y - 5, x, y + 5)])
        if crossed:
            painter.drawLines([QLineF(x - 8, y - 8, x + 8, y + 8), QLineF(x - 8, y + 8, x + 8, y - 8)])

    def _paint_way(self, painter: QPainter, was: Told, now: Told) -> None:
        """From where a thing stood to where it would stand."""
        ends = [QPointF(*self._canvas.view.to_px(*one.xy_m[0])) for one in (was, now)]
        painter.setPen(pen(self._look.theme.t2, 1.5, Qt.PenStyle.DotLine))
        painter.drawLine(ends[0], ends[1])

    # The pointer

    def _paint_sketch(self, painter: QPainter) -> None:
        sketch = self.drawing.sketch
        if len(sketch):
            self.paint_sketch(painter, self._canvas.view.many_to_px(sketch))

    def _paint_mark(self, painter: QPainter, mark: SnapMark) -> None:
        """A square on an end, a triangle on a corner, a right angle on a square foot, a cross on a line."""
        x, y = self._canvas.view.to_px(*mark.xy_m)
        size = _MARK_PX
        painter.setPen(pen(self._look.theme.acc, 2.0))
        if mark.kind == END:
            painter.drawRect(QRectF(x - size, y - size, 2 * size, 2 * size))
        elif mark.kind == VERTEX:
            painter.drawPolygon([QPointF(x, y - size), QPointF(x + size, y + size), QPointF(x - size, y + size)])
        elif mark.kind == SQUARE:
            painter.drawLines([QLineF(x - size, y + size, x + size, y + size), QLineF(x, y - size, x, y + size)])
        elif mark.kind == LINE:
            slopes = (QLineF(x - size, y - size, x + size, y + size), QLineF(x - size, y + size, x + size, y - size))
            painter.drawLines(list(slopes))
