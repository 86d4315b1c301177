"""Text on the map: outlined so that it stands out, on chips, and along lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPagedPaintDevice, QPainter, QPainterPath

from app.ui.fonts import font
from app.ui.map.placing import Box
from app.ui.map.qtdraw import colour, painting, pen
from app.ui.theme import Theme

HALO_PX = 3.0
CHIP_PX = 20.0
CHIP_PADDING_PX = 5.0
_TURN_STEP = 1.5


@dataclass(frozen=True, eq=False)
class Lettering:
    """A text as outlines, its middle at (0, 0), and what it was made of; *base* is where its letters stand, below 0."""

    path: QPainterPath
    width: float
    height: float
    text: str
    size_px: int
    weight: int
    base: float


@lru_cache(maxsize=4096)
def lettering(text: str, size_px: int = 12, weight: int = 400) -> Lettering:
    """Outlines of *text*; kept, because names come back with every frame."""
    face = font(size_px, weight)
    metrics = QFontMetricsF(face)
    width = metrics.horizontalAdvance(text)
    base = (metrics.ascent() - metrics.descent()) / 2
    path = QPainterPath()
    path.addText(-width / 2, base, face, text)
    return Lettering(path, width, metrics.height(), text, size_px, weight, base)


def paint_text(
    painter: QPainter,
    x: float,
    y: float,
    text: Lettering,
    ink: QColor,
    halo: QColor | None = None,
    degrees: float = 0.0,
) -> None:
    """Paint a text with its middle at a point, turned clockwise, with a halo where one is given.

    On screens and pictures texts are stamped from kept images; on paper they stay letters, which can be searched for.
    """
    device = painter.device()
    if isinstance(device, QPagedPaintDevice):
        _write_text(painter, x, y, text, ink, halo, degrees)
        return
    dpr = device.devicePixelRatio()
    turn = round(degrees / _TURN_STEP) * _TURN_STEP
    stamp = _stamp(text, ink.rgba(), 0 if halo is None else halo.rgba(), turn, dpr)
    half = stamp.width() / dpr / 2, stamp.height() / dpr / 2
    # Whole device pixels, or the letters blur.
    painter.drawImage(QPointF(round((x - half[0]) * dpr) / dpr, round((y - half[1]) * dpr) / dpr), stamp)


@lru_cache(maxsize=4096)
def _stamp(text: Lettering, ink: int, halo: int, degrees: float, dpr: float) -> QImage:
    """The picture of a text; kept, because stroking outlines is what costs most in a frame."""
    turn = math.radians(degrees)
    cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
    room = 2 * HALO_PX
    width, height = text.width * cos + text.height * sin + room, text.width * sin + text.height * cos + room
    image = QImage(math.ceil(width * dpr), math.ceil(height * dpr), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(image.width() / dpr / 2, image.height() / dpr / 2)
        _paint_outlines(painter, text, QColor.fromRgba(ink), QColor.fromRgba(halo) if halo else None, degrees)
    return image


def _paint_outlines(painter: QPainter, text: Lettering, ink: QColor, halo: QColor | None, degrees: float) -> None:
    painter.rotate(degrees)
    if halo is not None:
        painter.strokePath(text.path, pen(halo, HALO_PX))
    painter.fillPath(text.path, ink)
    painter.rotate(-degrees)


def _write_text(
    painter: QPainter, x: float, y: float, text: Lettering, ink: QColor, halo: QColor | None, degrees: float
) -> None:
    painter.save()
    painter.translate(x, y)
    painter.rotate(degrees)
    if halo is not None:
        painter.strokePath(text.path, pen(halo, HALO_PX))
    painter.setFont(font(text.size_px, text.weight))
    painter.setPen(ink)
    painter.drawText(QPointF(-text.width / 2, text.base), text.text)
    painter.restore()


def chip_size(text: str, weight: int = 500) -> tuple[float, float]:
    """Width and height of the chip of a text."""
    return lettering(text, 12, weight).width + 2 * CHIP_PADDING_PX, CHIP_PX


def paint_chip(
    painter: QPainter,
    box: Box,
    text: str,
    theme: Theme,
    *,
    ink: str = "",
    edge: str = "",
    dashed: bool = False,
    weight: int = 500,
) -> None:
    """Paint a text on a small plate."""
    plate = QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1])
    painter.setPen(pen(edge or theme.line2, 1.0, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
    painter.setBrush(colour(theme.bg1, 0.94))
    painter.drawRoundedRect(plate.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    centre = plate.center()
    paint_text(painter, centre.x(), centre.y(), lettering(text, 12, weight), QColor(ink or theme.t1))
