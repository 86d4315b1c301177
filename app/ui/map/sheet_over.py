"""A transparent widget over the canvas: the map's own picture is not painted again while something is drawn on it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.ui.look import Look
from app.ui.map.canvas import MapCanvas
from app.ui.map.qtdraw import draw_points, path_of, pen
from network.columns import Float64


class SheetOver(QWidget):
    """Covers a canvas and follows its view; the mouse goes through it."""

    def __init__(self, look: Look, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._look, self._canvas = look, canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        canvas.installEventFilter(self)
        canvas.viewChanged.connect(lambda _view: self.update())
        look.theme_changed.connect(self.update)
        self.resize(canvas.size())

    def come_forward(self) -> None:
        """Stand over everything else on the canvas, and draw anew."""
        self.raise_()
        self.show()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self._canvas.size())
        return super().eventFilter(watched, event)

    def paint_sketch(self, painter: QPainter, px: Float64) -> None:
        """A line being drawn, dashed, with a point on each of its corners; *px*: shape (k, 2), pixels."""
        ink = self._look.theme.acc
        painter.strokePath(path_of(px, np.array([0, len(px)])), pen(ink, 2.0, Qt.PenStyle.DashLine))
        painter.setPen(pen(ink, 7.0))
        draw_points(painter, np.ascontiguousarray(px))
