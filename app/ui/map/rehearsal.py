"""Everything of Qt that the painting thread calls, called once by the window's own thread before.

PySide makes types and enumerations when they are first used, in a call too (the first ``fillRect`` makes those of
QGradient), and a second thread that comes meanwhile ends the process: seen with 6.11, the first tile beside the first
frame.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.map.enums import MADE
from app.ui.map.qtdraw import blend, colour, draw_boxes, draw_lines, draw_points, painting, path_of, pen, stroke_lines
from app.ui.map.stamps import stamp
from app.ui.map.symbols import paint_cross, paint_source
from app.ui.theme import DARK
from network.assets import SourceKind

_SIDE = 16


@lru_cache(maxsize=1)
def rehearse() -> int:
    """Paint a little of everything; how many enumerations are made. Done once, however often it is asked for."""
    image = QImage(_SIDE, _SIDE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(1.0)
    line, shape = np.array([[1.0, 1.0, 9.0, 9.0]]), np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 0.0]])
    with painting(image) as painter:
        painter.fillRect(0, 0, _SIDE, _SIDE, QColor(DARK.map_ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setOpacity(0.5)
        painter.setOpacity(1.0)
        for width, exact in ((0.8, True), (2.0, False), (3.0, True)):
            stroke_lines(painter, line, blend(DARK.map_pipe, DARK.map_ground, 0.5), width, exact=exact)
        painter.setPen(pen(colour(DARK.t2, 0.7), 1.0, cap=Qt.PenCapStyle.FlatCap))
        draw_lines(painter, line)
        draw_points(painter, np.array([[3.0, 3.0]]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.map_building))
        draw_boxes(painter, line)
        painter.drawPath(path_of(shape, np.array([0, 4])))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        stamp(painter, np.array([[8.0, 8.0]]), shape, DARK.t1, DARK.t2, 1.0, np.zeros(1), dashes=(1.0, 1.0))
        stamp(painter, np.array([[8.0, 8.0]]), shape, None, DARK.t2, 1.0)
        paint_cross(painter, 8.0, 8.0, DARK.t2, DARK, 13.0)
        for kind in SourceKind:
            paint_source(painter, 8.0, 8.0, kind, DARK)
    return len(MADE)
