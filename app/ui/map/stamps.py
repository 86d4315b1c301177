"""One shape at many places: stamped from kept images on screens and pictures, drawn as outlines on paper.

Qt's rasteriser takes some 35 µs for a small outlined shape, and far more when thousands share one path; stamping takes
3 µs.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPagedPaintDevice, QPainter, QPen

from app.ui.map.qtdraw import painting, pen, shapes_path

SHAPES_AT_ONCE = 25
"""Shapes in one path: more, and the rasteriser goes over the whole path again and again."""

_TURNS = 48
_STEP = 2 * math.pi / _TURNS


def stamp(
    painter: QPainter,
    px: np.ndarray,
    outline: np.ndarray,
    fill: str | None,
    edge: str,
    width: float,
    turn: np.ndarray | None = None,
    dashes: tuple[float, ...] = (),
) -> None:
    """Paint a closed shape at many places.

    Args:
        painter: Ready to draw.
        px: Shape (n, 2), pixels.
        outline: Shape (k, 2), pixels around (0, 0), first point repeated last.
        fill: Colour inside, or None for none.
        edge: Colour of the outline.
        width: Of the outline, pixels.
        turn: Shape (n,), radians counter-clockwise; upright where None. Stamps turn in steps of 7.5°.
        dashes: Pattern of the outline in widths; solid where empty.
    """
    if isinstance(painter.device(), QPagedPaintDevice):
        _draw(painter, px, outline, fill, edge, width, turn, dashes)
        return
    dpr = painter.device().devicePixelRatio()
    steps = np.zeros(len(px), dtype=np.int64) if turn is None else np.round(turn / _STEP).astype(np.int64) % _TURNS
    for step in np.flatnonzero(np.bincount(steps)).tolist():
        image = _image(outline.tobytes(), fill, edge, width, step, dashes, dpr)
        half = image.width() / dpr / 2
        # Whole device pixels, or edges blur.
        corners = np.round((px[steps == step] - half) * dpr) / dpr
        for x, y in corners.tolist():
            painter.drawImage(QPointF(x, y), image)


@lru_cache(maxsize=2048)
def _image(
    outline: bytes, fill: str | None, edge: str, width: float, step: int, dashes: tuple[float, ...], dpr: float
) -> QImage:
    shape = np.frombuffer(outline).reshape(-1, 2)
    side = 2 * math.ceil((np.abs(shape).max() * math.sqrt(2) + width + 1) * dpr)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = np.full((1, 2), side / dpr / 2)
        _draw(painter, centre, shape, fill, edge, width, np.array([step * _STEP]), dashes)
    return image


def _draw(
    painter: QPainter,
    px: np.ndarray,
    outline: np.ndarray,
    fill: str | None,
    edge: str,
    width: float,
    turn: np.ndarray | None,
    dashes: tuple[float, ...],
) -> None:
    painter.setPen(_pen(edge, width, dashes))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QColor(fill))
    for start in range(0, len(px), SHAPES_AT_ONCE):
        part = slice(start, start + SHAPES_AT_ONCE)
        painter.drawPath(shapes_path(px[part], outline, None if turn is None else turn[part]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _pen(edge: str, width: float, dashes: tuple[float, ...]) -> QPen:
    if not dashes:
        return pen(edge, width)
    dashed = pen(edge, width, cap=Qt.PenCapStyle.FlatCap)
    dashed.setDashPattern(list(dashes))
    return dashed
