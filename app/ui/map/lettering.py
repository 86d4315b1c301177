"""Text on the map: outlined so that it stands out, on chips, and along lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath

from app.ui.fonts import font
from app.ui.map.placing import Box
from app.ui.map.qtdraw import colour, pen
from app.ui.theme import Theme

HALO_PX = 3.0
CHIP_PX = 20.0
CHIP_PADDING_PX = 5.0


@dataclass(frozen=True, eq=False)
class Lettering:
    """A text as outlines, its middle at (0, 0)."""

    path: QPainterPath
    width: float
    height: float


@lru_cache(maxsize=4096)
def lettering(text: str, size_px: int = 12, weight: int = 400) -> Lettering:
    """Outlines of *text*; kept, because names come back with every frame."""
    face = font(size_px, weight)
    metrics = QFontMetricsF(face)
    width = metrics.horizontalAdvance(text)
    path = QPainterPath()
    path.addText(-width / 2, (metrics.ascent() - metrics.descent()) / 2, face, text)
    return Lettering(path, width, metrics.height())


def paint_text(
    painter: QPainter,
    x: float,
    y: float,
    text: Lettering,
    ink: QColor,
    halo: QColor | None = None,
    degrees: float = 0.0,
) -> None:
    """Paint a text with its middle at a point, turned clockwise, with a halo where one is given."""
    painter.save()
    painter.translate(x, y)
    if degrees:
        painter.rotate(degrees)
    if halo is not None:
        painter.strokePath(text.path, pen(halo, HALO_PX))
    painter.fillPath(text.path, ink)
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
