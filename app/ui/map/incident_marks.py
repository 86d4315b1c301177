"""Incidents on the map: what it is in shape, how pressing its clocks are in colour and shape, its number beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.ui import icons
from app.ui.map.lettering import chip_size, paint_chip
from app.ui.map.placing import Placer, beside, box_around
from app.ui.map.qtdraw import pen
from app.ui.theme import Theme
from gis.scene.view import MapView

_HALF_PX, _ICON_PX, _GAP_PX = 13.0, 12.0, 18.0
_RING_PX = 20.0


@dataclass(frozen=True)
class IncidentMark:
    """One incident.

    Attributes:
        x_m, y_m: Project CRS.
        number: Written beside it.
        icon: What it is.
        fill, ink: Colour tokens of the mark and of the icon in it.
        edge: Colour token of its rim.
        dashed: Whether the rim is dashed: only foreseen.
        chosen: Whether it is the one in front.
    """

    x_m: float
    y_m: float
    number: str
    icon: str
    fill: str
    ink: str
    edge: str
    dashed: bool
    chosen: bool


def incident_steps(
    painter: QPainter, view: MapView, marks: tuple[IncidentMark, ...], theme: Theme, placer: Placer
) -> Iterator[None]:
    """Paint them, the most pressing last, so that it lies on top; every mark is painted, numbers yield."""
    places = [(mark, *view.to_px(mark.x_m, mark.y_m)) for mark in marks]
    shown = [place for place in places if -40 < place[1] < view.width_px + 40 and -40 < place[2] < view.height_px + 40]
    for _, x, y in shown:
        placer.take(box_around(x, y, 2 * _HALF_PX, 2 * _HALF_PX))
    yield
    for mark, x, y in shown:
        _paint(painter, mark, x, y, theme)
    yield
    for mark, x, y in reversed(shown):
        width, height = chip_size(mark.number, 600)
        found = placer.first_free(beside(x, y, width, height, _GAP_PX))
        if found is not None:
            paint_chip(painter, found, mark.number, theme, edge=getattr(theme, mark.edge), weight=600)


def _paint(painter: QPainter, mark: IncidentMark, x: float, y: float, theme: Theme) -> None:
    if mark.chosen:
        painter.setPen(pen(theme.acc, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), _RING_PX, _RING_PX)
    points = [(0.0, -_HALF_PX), (_HALF_PX, 0.0), (0.0, _HALF_PX), (-_HALF_PX, 0.0)]
    diamond = QPolygonF([QPointF(x + across, y + down) for across, down in points])
    painter.setPen(pen(theme.map_ground, 4.0))
    painter.drawPolygon(diamond)
    style = Qt.PenStyle.DashLine if mark.dashed else Qt.PenStyle.SolidLine
    painter.setPen(pen(getattr(theme, mark.edge), 1.6, style, Qt.PenCapStyle.FlatCap))
    painter.setBrush(QColor(getattr(theme, mark.fill)))
    painter.drawPolygon(diamond)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = QRectF(x - _ICON_PX / 2, y - _ICON_PX / 2, _ICON_PX, _ICON_PX)
    icons.draw(painter, mark.icon, box, QColor(getattr(theme, mark.ink)))
