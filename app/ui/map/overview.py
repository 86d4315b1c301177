"""The whole city small in a corner, with a frame around what the map shows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.map.content import MapContent
from app.ui.map.placing import Box
from app.ui.map.qtdraw import pen
from app.ui.theme import Theme
from gis.scene.view import MapView

WIDTH_PX, HEIGHT_PX = 216, 152
_EDGE_PX = 12.0
_SHARE = 0.25
_ROOMY_PX = (640, 480)


@dataclass(frozen=True)
class OverviewKey:
    """One picture of the whole city.

    Attributes:
        revision: Which content and theme it shows.
        view: Its viewport.
    """

    revision: int
    view: MapView


def overview_key(content: MapContent, revision: int, dpr: float) -> OverviewKey:
    """The picture of a city that belongs in the corner."""
    return OverviewKey(revision, MapView.fitting(content.scene.extent, WIDTH_PX, HEIGHT_PX, dpr=dpr, margin=0.04))


def overview_box(view: MapView, content: MapContent) -> Box | None:
    """Where the overview stands on the map; None where it would tell nothing new, or the map is small."""
    seen, all_of_it = view.bounds, content.scene.extent
    if view.width_px < _ROOMY_PX[0] or view.height_px < _ROOMY_PX[1]:
        return None
    share = (seen.x_max - seen.x_min) * (seen.y_max - seen.y_min)
    if share > _SHARE * (all_of_it.x_max - all_of_it.x_min) * (all_of_it.y_max - all_of_it.y_min):
        return None
    right, bottom = view.width_px - _EDGE_PX, view.height_px - _EDGE_PX
    return right - WIDTH_PX, bottom - HEIGHT_PX, right, bottom


def paint_overview(
    painter: QPainter,
    view: MapView,
    box: Box,
    key: OverviewKey,
    image: QImage | None,
    content: MapContent,
    theme: Theme,
) -> None:
    """Paint the overview; bare while its picture is on its way."""
    plate = QRectF(box[0], box[1], WIDTH_PX, HEIGHT_PX)
    painter.save()
    painter.setClipRect(plate)
    painter.fillRect(plate, QColor(theme.map_ground))
    if image is not None:
        painter.drawImage(plate.topLeft(), image)
    painter.translate(plate.topLeft())
    if content.plan is not None and content.plan.at_m is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.leak))
        painter.drawEllipse(QPointF(*key.view.to_px(*content.plan.at_m)), 4.0, 4.0)
    seen = view.bounds
    left, top = key.view.to_px(seen.x_min, seen.y_max)
    right, bottom = key.view.to_px(seen.x_max, seen.y_min)
    wide, high = max(right - left, 8.0), max(bottom - top, 8.0)
    painter.setPen(pen(theme.acc, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF((left + right - wide) / 2, (top + bottom - high) / 2, wide, high))
    painter.restore()
    painter.setPen(pen(theme.line2, 1.0))
    painter.drawRect(plate.adjusted(0.5, 0.5, -0.5, -0.5))


def place_under(box: Box, key: OverviewKey, x_px: float, y_px: float) -> tuple[float, float]:
    """The place that a pixel of the map points at on the overview."""
    return key.view.to_m(x_px - box[0], y_px - box[1])
