"""Incidents on the map: what it is in shape, how pressing its clocks are in colour and shape, its number beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.ui import icons
from app.ui.map.lettering import chip_size, paint_chip
from app.ui.map.placing import Box, Placer, beside, box_around
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


@dataclass(frozen=True)
class PlacedIncident:
    """Where an incident is on the picture, and its number; None where that finds no room."""

    mark: IncidentMark
    x: float
    y: float
    number: Box | None


def place_incidents(view: MapView, marks: tuple[IncidentMark, ...], placer: Placer) -> list[PlacedIncident]:
    """Take the room of incidents and of their numbers, the most pressing first for numbers.

    Who paints crews asks this too, with the same room taken: so crews' names keep out of it.
    """
    places = [(mark, *view.to_px(mark.x_m, mark.y_m)) for mark in marks]
    shown = [place for place in places if -40 < place[1] < view.width_px + 40 and -40 < place[2] < view.height_px + 40]
    for _, x, y in shown:
        placer.take(box_around(x, y, 2 * _HALF_PX, 2 * _HALF_PX))
    numbers = [placer.first_free(_beside_it(mark, x, y)) for mark, x, y in reversed(shown)]
    return [PlacedIncident(mark, x, y, number) for (mark, x, y), number in zip(shown, reversed(numbers), strict=True)]


def _beside_it(mark: IncidentMark, x: float, y: float) -> Iterator[Box]:
    """The left side comes last: there stand the crews that are at it."""
    right, left, *others = beside(x, y, *chip_size(mark.number, 600), _GAP_PX)
    yield from (right, *others, left)


def incident_steps(
    painter: QPainter, view: MapView, marks: tuple[IncidentMark, ...], theme: Theme, placer: Placer
) -> Iterator[None]:
    """Paint them, the most pressing last, so that it lies on top; every mark is painted, numbers yield."""
    placed = place_incidents(view, marks, placer)
    yield
    for one in placed:
        _paint(painter, one.mark, one.x, one.y, theme)
    yield
    for one in placed:
        if one.number is not None:
            edge = getattr(theme, one.mark.edge)
            paint_chip(painter, one.number, one.mark.number, theme, edge=edge, weight=600)


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
