"""Icons of the dispatch desk on the same 16-unit grid: clocks by state, incidents by kind, crews by what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

_OCTAGON: Final = ((5, 1), (11, 1), (15, 5), (15, 11), (11, 15), (5, 15), (1, 11), (1, 5))
_TRIANGLE: Final = ((8, 1.5), (15, 14), (1, 14))
_ARROW: Final = ((14.5, 8), (2.5, 13.5), (5.5, 8), (2.5, 2.5))


def _polygon(points: Sequence[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _dashes(painter: QPainter, *pattern: float) -> None:
    pen = QPen(painter.pen())
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern(pattern)
    painter.setPen(pen)


def _with_mark(painter: QPainter, outline: Sequence[tuple[float, float]], top: float, foot: float) -> None:
    """A filled shape with the exclamation mark cut out of it, so that it shows on any ground."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    path.addPolygon(_polygon([*outline, outline[0]]))
    path.addRect(QRectF(7.1, top, 1.8, foot - top - 2.8))
    path.addRect(QRectF(7.1, foot - 1.8, 1.8, 1.8))
    painter.fillPath(path, painter.pen().color())


def _breached(painter: QPainter) -> None:
    _with_mark(painter, _OCTAGON, 3.8, 12.4)


def _at_risk(painter: QPainter) -> None:
    _with_mark(painter, _TRIANGLE, 5.6, 12.6)


def _forecast(painter: QPainter) -> None:
    mark = painter.pen()
    _dashes(painter, 1.6, 1.3)
    painter.drawPolygon(_polygon(_TRIANGLE))
    painter.setPen(mark)
    painter.drawLine(QPointF(8, 6.4), QPointF(8, 9.6))
    painter.drawPoint(QPointF(8, 11.8))


def _pending(painter: QPainter) -> None:
    _dashes(painter, 0.9, 1.5)
    painter.drawEllipse(QPointF(8, 8), 5.6, 5.6)


def _clock(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 6.2, 6.2)
    painter.drawPolyline(_polygon(((8, 4.4), (8, 8.2), (10.6, 9.6))))


def _met_late(painter: QPainter) -> None:
    painter.drawPolyline(_polygon(((3, 6.5), (6.5, 10), (13, 2.5))))
    painter.drawLine(QPointF(3, 13.6), QPointF(13, 13.6))


def _paused(painter: QPainter) -> None:
    for x in (5.5, 10.5):
        painter.drawLine(QPointF(x, 3.5), QPointF(x, 12.5))


def _waived(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 6, 6)
    painter.drawLine(QPointF(3.8, 12.2), QPointF(12.2, 3.8))


def _off(painter: QPainter) -> None:
    """A van's arrow, struck out."""
    _standby(painter)
    painter.drawLine(QPointF(3, 13), QPointF(13, 3))


def _not_applicable(painter: QPainter) -> None:
    painter.drawLine(QPointF(4, 8), QPointF(12, 8))


def _phone(painter: QPainter) -> None:
    path = QPainterPath(QPointF(4, 2.2))
    path.lineTo(6.6, 2.2)
    path.lineTo(7.6, 5.6)
    path.lineTo(5.8, 6.8)
    path.cubicTo(6.6, 8.6, 7.6, 9.6, 9.3, 10.3)
    path.lineTo(10.5, 8.5)
    path.lineTo(13.8, 9.6)
    path.lineTo(13.8, 12.2)
    path.cubicTo(13.8, 13.4, 12.8, 14, 11.8, 13.8)
    path.cubicTo(6.4, 12.8, 3.0, 9.2, 2.3, 4.2)
    path.cubicTo(2.2, 3.1, 2.9, 2.2, 4, 2.2)
    painter.drawPath(path)


def _wrench(painter: QPainter) -> None:
    painter.drawLine(QPointF(2.8, 13.2), QPointF(8.2, 7.8))
    path = QPainterPath(QPointF(13.6, 4.4))
    path.cubicTo(14.6, 7.4, 11.4, 10, 8.7, 8.6)
    path.lineTo(7.4, 7.3)
    path.cubicTo(6.0, 4.6, 8.6, 1.4, 11.6, 2.4)
    path.lineTo(9.8, 4.3)
    path.lineTo(11.7, 6.2)
    path.closeSubpath()
    painter.drawPath(path)


def _waves(painter: QPainter) -> None:
    for y in (4.5, 8.0, 11.5):
        path = QPainterPath(QPointF(1.5, y))
        path.cubicTo(3.2, y - 2.2, 4.6, y - 2.2, 6.2, y)
        path.cubicTo(7.6, y + 2.0, 9.0, y + 2.0, 10.6, y)
        path.cubicTo(12.0, y - 2.0, 13.2, y - 2.0, 14.5, y)
        painter.drawPath(path)


def _calendar(painter: QPainter) -> None:
    painter.drawRect(QRectF(2, 3.5, 12, 10.5))
    painter.drawLine(QPointF(2, 7), QPointF(14, 7))
    for x in (5, 11):
        painter.drawLine(QPointF(x, 1.8), QPointF(x, 4.6))


def _bolt(painter: QPainter) -> None:
    painter.drawPolygon(_polygon(((9.2, 1.5), (3.2, 9), (7.4, 9), (6.4, 14.5), (12.8, 6.4), (8.4, 6.4))))


def _burst(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawPolygon(
        _polygon(((8, 1), (9.6, 5.2), (14, 3.8), (11.4, 7.6), (15, 10), (10.6, 10.2), (10.8, 15), (8, 11.4),
                  (5.2, 15), (5.4, 10.2), (1, 10), (4.6, 7.6), (2, 3.8), (6.4, 5.2)))
    )  # fmt: skip


def _standby(painter: QPainter) -> None:
    painter.drawPolygon(_polygon(_ARROW))


def _en_route(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawPolygon(_polygon(_ARROW))


def _stale(painter: QPainter) -> None:
    _dashes(painter, 1.3, 1.1)
    painter.drawPolygon(_polygon(_ARROW))


def _bell(painter: QPainter) -> None:
    path = QPainterPath(QPointF(3, 12))
    path.cubicTo(5, 10, 3.6, 3, 8, 3)
    path.cubicTo(12.4, 3, 11, 10, 13, 12)
    path.closeSubpath()
    painter.drawPath(path)
    painter.drawLine(QPointF(7, 14.4), QPointF(9, 14.4))


def _muted(painter: QPainter) -> None:
    _bell(painter)
    painter.drawLine(QPointF(2.4, 14.4), QPointF(13.6, 2))


def _hollow_diamond(painter: QPainter) -> None:
    painter.setBrush(QColor(Qt.GlobalColor.transparent))
    painter.drawPolygon(_polygon(((8, 2.5), (13.5, 8), (8, 13.5), (2.5, 8))))


ICONS: Final[Mapping[str, Callable[[QPainter], None]]] = MappingProxyType(
    {
        "clock_breached": _breached,
        "clock_at_risk": _at_risk,
        "clock_forecast": _forecast,
        "clock_pending": _pending,
        "clock_running": _clock,
        "clock_met_late": _met_late,
        "clock_paused": _paused,
        "clock_waived": _waived,
        "clock_none": _not_applicable,
        "phone": _phone,
        "wrench": _wrench,
        "waves": _waves,
        "calendar": _calendar,
        "bolt": _bolt,
        "burst": _burst,
        "crew_standby": _standby,
        "crew_en_route": _en_route,
        "crew_stale": _stale,
        "crew_off": _off,
        "bell": _bell,
        "muted": _muted,
        "diamond": _hollow_diamond,
    }
)
"""By name; :mod:`app.ui.icons` draws them with its own."""
