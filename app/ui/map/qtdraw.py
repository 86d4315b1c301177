"""Arrays into Qt without a Python object for each point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import numpy as np
import shiboken6
from PySide6.QtCore import QByteArray, QDataStream, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintDevice, QPainter, QPainterPath, QPen

LINES_AT_ONCE = 400
"""Qt holds Python's lock while it draws: no call draws more wide lines than this, some 2 ms of smooth ones."""
THIN_AT_ONCE = 4_000
"""The same for lines of one pixel."""

_WIDEST_SPLIT_PX = 4.0
_NARROWEST_SPLIT_PX = 1.5
"""What is narrower is drawn as one line: two of them, nearly in one place, look like two pixels."""
_APART_PX = 0.5
"""Smooth lines of one pixel so far apart leave hardly a seam, wherever pixels lie beneath them; worst on a diagonal."""
_LONGER = 0.3
_COARSE_INSIDE_FROM_PX = 3.0
"""From this width on only the edges are seen to be smooth; what lies between them costs half as much without."""
_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """A painter on *device*, ended whatever happens: Qt ends the process when a picture goes before its painter."""
    painter = QPainter(device)
    try:
        yield painter
    finally:
        painter.end()


def lines_at_once(width: float, *, exact: bool = True) -> int:
    """How many lines of a width may be drawn in one call."""
    return THIN_AT_ONCE if width <= (1.0 if exact else _WIDEST_SPLIT_PX) else LINES_AT_ONCE


def draw_lines(painter: QPainter, px: np.ndarray) -> None:
    """Draw separate segments with the painter's pen.

    Args:
        painter: Ready to draw.
        px: Shape (n, 4), float64, C-contiguous: x, y of both ends, pixels.
    """
    at_once = lines_at_once(painter.pen().widthF())
    for start in range(0, len(px), at_once):
        part = px[start : start + at_once]
        # A QLineF is four doubles, so a row of the array is one; the array outlives the call.
        painter.drawLines(cast("QLineF", shiboken6.wrapInstance(part.ctypes.data, QLineF)), len(part))


def stroke_lines(painter: QPainter, px: np.ndarray, ink: QColor | str, width: float, *, exact: bool = True) -> None:
    """Draw separate segments *width* pixels wide.

    Qt draws a line of one pixel in 0.1 µs and a wider one in 1.2 µs or more, because it takes its outline first. Where
    it need not be *exact*, what is a few pixels wide is drawn as lines of one, side by side and overlapping, a little
    longer so that bends show no notch.
    """
    if exact or not _NARROWEST_SPLIT_PX <= width <= _WIDEST_SPLIT_PX:
        painter.setPen(pen(ink, width if exact or width > _WIDEST_SPLIT_PX else min(width, 1.0)))
        draw_lines(painter, px)
        return
    painter.setPen(pen(ink, 1.0))
    move = px[:, 2:] - px[:, :2]
    length = np.hypot(move[:, 0], move[:, 1])[:, None]
    along = np.divide(move, length, out=np.zeros_like(move), where=length > 0)
    across = np.tile(along[:, ::-1] * [-1.0, 1.0], 2)
    longer = np.hstack([-along, along]) * ((width - 1) * _LONGER)
    shifts = np.linspace(-(width - 1) / 2, (width - 1) / 2, math.ceil((width - 1) / _APART_PX) + 1).tolist()
    inner = shifts[1:-1] if width >= _COARSE_INSIDE_FROM_PX else []
    smooth = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for shift in inner:
        draw_lines(painter, px + longer + across * shift)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=smooth)
    for shift in shifts[:: len(shifts) - 1] if inner else shifts:
        draw_lines(painter, px + longer + across * shift)


def draw_boxes(painter: QPainter, boxes: np.ndarray) -> None:
    """Fill rectangles with the painter's brush. Shape (n, 4), float64: left, top, width, height, pixels."""
    rects = np.ascontiguousarray(boxes, dtype=np.float64)
    for start in range(0, len(rects), THIN_AT_ONCE):
        part = rects[start : start + THIN_AT_ONCE]
        painter.drawRects(cast("QRectF", shiboken6.wrapInstance(part.ctypes.data, QRectF)), len(part))


def draw_points(painter: QPainter, px: np.ndarray) -> None:
    """Draw dots with the painter's pen (its width is their size). Shape (n, 2), float64, C-contiguous."""
    for start in range(0, len(px), LINES_AT_ONCE):
        part = px[start : start + LINES_AT_ONCE]
        painter.drawPoints(cast("QPointF", shiboken6.wrapInstance(part.ctypes.data, QPointF)), len(part))


def path_of(px: np.ndarray, starts: np.ndarray, fill: Qt.FillRule = Qt.FillRule.OddEvenFill) -> QPainterPath:
    """Many polylines as one path.

    Args:
        px: Shape (vertices, 2), pixels.
        starts: Shape (lines + 1,): line i owns vertices ``starts[i]`` to ``starts[i + 1]``.
        fill: How overlapping rings are filled.
    """
    path = QPainterPath()
    if not len(px):
        return path
    elements = np.empty(len(px), dtype=_ELEMENT)
    elements["kind"] = 1
    elements["kind"][np.asarray(starts)[:-1][np.diff(starts) > 0]] = 0
    elements["x"], elements["y"] = px[:, 0], px[:, 1]
    head, tail = np.array([len(px)], dtype=">i4"), np.array([0, int(fill.value)], dtype=">i4")
    # Qt's own serial form of a path: count, elements, index of the current subpath, fill rule.
    stream = QDataStream(QByteArray(head.tobytes() + elements.tobytes() + tail.tobytes()))
    stream >> path
    return path


def shapes_path(centres: np.ndarray, outline: np.ndarray, turn: np.ndarray | None = None) -> QPainterPath:
    """One closed outline repeated at many places.

    Args:
        centres: Shape (n, 2), pixels.
        outline: Shape (k, 2), pixels around (0, 0), closed (first point repeated last).
        turn: Shape (n,), radians counter-clockwise on screen; upright where None.
    """
    angle = np.zeros(len(centres)) if turn is None else turn
    cos, sin = np.cos(angle)[:, None], -np.sin(angle)[:, None]
    x, y = outline[:, 0], outline[:, 1]
    turned = np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1)
    px = (turned + centres[:, None, :]).reshape(-1, 2)
    return path_of(px, np.arange(len(centres) + 1) * len(outline), Qt.FillRule.WindingFill)


def colour(name: str, alpha: float = 1.0) -> QColor:
    """A colour token, more or less opaque."""
    value = QColor(name)
    value.setAlphaF(alpha)
    return value


def blend(over: str, under: str, share: float) -> QColor:
    """*share* of one colour over another, opaque: overlapping strokes then show no darker joints."""
    top, below = QColor(over), QColor(under)
    rest = 1 - share
    return QColor(
        round(top.red() * share + below.red() * rest),
        round(top.green() * share + below.green() * rest),
        round(top.blue() * share + below.blue() * rest),
    )


def pen(
    ink: QColor | str,
    width: float,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    cap: Qt.PenCapStyle = Qt.PenCapStyle.RoundCap,
) -> QPen:
    """A pen with round joins."""
    return QPen(QColor(ink), width, style, cap, Qt.PenJoinStyle.RoundJoin)
