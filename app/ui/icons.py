"""Icons drawn by code on a 16-unit grid, stroke 1.5: a state is told by shape first, by colour second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.ui.icons_duty import ICONS as DUTY_ICONS

_STROKE: Final = 1.5
_GRID: Final = 16
_SHARPEST: Final = 2.0


def _polygon(*points: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _filled(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())


def _bow_tie(painter: QPainter) -> None:
    painter.drawPolygon(_polygon((2, 4.5), (2, 11.5), (14, 4.5), (14, 11.5)))


def _valve_open(painter: QPainter) -> None:
    _bow_tie(painter)


def _valve_closed(painter: QPainter) -> None:
    _filled(painter)
    _bow_tie(painter)


def _valve_verify(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 7, 7)
    _filled(painter)
    painter.drawPolygon(_polygon((4, 5.5), (4, 10.5), (12, 5.5), (12, 10.5)))


def _valve_stuck(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 7, 7)
    painter.drawPolygon(_polygon((4, 5.5), (4, 10.5), (12, 5.5), (12, 10.5)))
    painter.drawLine(QPointF(3.4, 12.6), QPointF(12.6, 3.4))


def _valve_passing(painter: QPainter) -> None:
    _bow_tie(painter)
    painter.drawLine(QPointF(5, 14.2), QPointF(11, 14.2))


def _valve_unknown(painter: QPainter) -> None:
    pen = QPen(painter.pen())
    pen.setDashPattern([1.2, 1.6])
    painter.setPen(pen)
    _bow_tie(painter)


def _valve_disputed(painter: QPainter) -> None:
    painter.drawPolygon(_polygon((8, 1), (15, 8), (8, 15), (1, 8)))
    for x in (5, 8, 11):
        painter.drawPoint(QPointF(x, 8))


def _check_valve(painter: QPainter) -> None:
    painter.drawPolygon(_polygon((2, 4), (2, 12), (12, 8)))
    painter.drawLine(QPointF(13, 4), QPointF(13, 12))


def _drop(painter: QPainter) -> None:
    path = QPainterPath(QPointF(8, 1.5))
    path.cubicTo(10, 4.5, 13, 7.5, 13, 10)
    path.cubicTo(13, 13, 10.8, 14.8, 8, 14.8)
    path.cubicTo(5.2, 14.8, 3, 13, 3, 10)
    path.cubicTo(3, 7.5, 6, 4.5, 8, 1.5)
    _filled(painter)
    painter.drawPath(path)


def _square(painter: QPainter) -> None:
    _filled(painter)
    painter.drawRect(QRectF(3, 3, 10, 10))


def _hollow_square(painter: QPainter) -> None:
    painter.drawRect(QRectF(3, 3, 10, 10))
    painter.drawLine(QPointF(3, 13), QPointF(13, 3))


def _double(painter: QPainter) -> None:
    for y in (5, 11):
        painter.drawLine(QPointF(2, y), QPointF(14, y))
    painter.drawRect(QRectF(2, 2, 12, 12))


def _critical(painter: QPainter) -> None:
    _filled(painter)
    painter.drawPolygon(
        _polygon(
            (6, 2), (10, 2), (10, 6), (14, 6), (14, 10), (10, 10), (10, 14), (6, 14), (6, 10), (2, 10), (2, 6), (6, 6)
        )
    )


def _low(painter: QPainter) -> None:
    """Too little: a filled triangle that points down."""
    _filled(painter)
    painter.drawPolygon(_polygon((2, 4), (14, 4), (8, 13)))


def _warning(painter: QPainter) -> None:
    painter.drawPolygon(_polygon((8, 2), (15, 14), (1, 14)))
    painter.drawLine(QPointF(8, 6.5), QPointF(8, 10))
    painter.drawPoint(QPointF(8, 12.2))


def _stop(painter: QPainter) -> None:
    painter.drawPolygon(_polygon((5, 1), (11, 1), (15, 5), (15, 11), (11, 15), (5, 15), (1, 11), (1, 5)))
    painter.drawLine(QPointF(8, 4.5), QPointF(8, 9))
    painter.drawPoint(QPointF(8, 11.6))


def _tick(painter: QPainter) -> None:
    painter.drawPolyline(_polygon((3, 8.5), (6.5, 12), (13, 4.5)))


def _down(painter: QPainter) -> None:
    painter.drawPolyline(_polygon((3.5, 6), (8, 10.5), (12.5, 6)))


def _cross(painter: QPainter) -> None:
    painter.drawLine(QPointF(4, 4), QPointF(12, 12))
    painter.drawLine(QPointF(12, 4), QPointF(4, 12))


def _dot(painter: QPainter) -> None:
    _filled(painter)
    painter.drawEllipse(QPointF(8, 8), 3, 3)


def _ring(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 4.5, 4.5)


def _pipe(painter: QPainter) -> None:
    painter.drawLine(QPointF(1, 6), QPointF(15, 6))
    painter.drawLine(QPointF(1, 10), QPointF(15, 10))


def _hydrant(painter: QPainter) -> None:
    painter.drawRect(QRectF(5, 5, 6, 9))
    painter.drawLine(QPointF(3, 8), QPointF(13, 8))
    painter.drawLine(QPointF(8, 2), QPointF(8, 5))


def _customer(painter: QPainter) -> None:
    painter.drawPolyline(_polygon((2, 8), (8, 2.5), (14, 8)))
    painter.drawPolyline(_polygon((4, 7), (4, 14), (12, 14), (12, 7)))


def _road(painter: QPainter) -> None:
    painter.drawLine(QPointF(5, 2), QPointF(3, 14))
    painter.drawLine(QPointF(11, 2), QPointF(13, 14))
    painter.drawLine(QPointF(8, 4), QPointF(8, 6.5))
    painter.drawLine(QPointF(8, 10), QPointF(8, 12.5))


def _place(painter: QPainter) -> None:
    painter.drawPolygon(_polygon((2, 5), (9, 2), (14, 6), (12, 14), (4, 13)))


def _source(painter: QPainter) -> None:
    painter.drawRect(QRectF(2, 5, 12, 9))
    for y in (8, 11):
        painter.drawLine(QPointF(4, y), QPointF(12, y))


def _undo(painter: QPainter) -> None:
    painter.drawPolyline(_polygon((6, 3), (2.5, 6.5), (6, 10)))
    path = QPainterPath(QPointF(2.5, 6.5))
    path.lineTo(9.5, 6.5)
    path.cubicTo(15, 6.5, 15, 13, 9.5, 13)
    path.lineTo(7, 13)
    painter.drawPath(path)


def _menu(painter: QPainter) -> None:
    for y in (4, 8, 12):
        painter.drawLine(QPointF(2.5, y), QPointF(13.5, y))


def _sun(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 3.2, 3.2)
    for x0, y0, x1, y1 in ((8, 1, 8, 3), (8, 13, 8, 15), (1, 8, 3, 8), (13, 8, 15, 8)):
        painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))


def _moon(painter: QPainter) -> None:
    path = QPainterPath(QPointF(10.5, 2))
    path.cubicTo(3, 2.5, 3, 13.5, 10.5, 14)
    path.cubicTo(7.5, 11, 7.5, 5, 10.5, 2)
    painter.drawPath(path)


def _logo(painter: QPainter) -> None:
    """A sluice gate: frame, gate half raised, water under it."""
    painter.drawPolyline(_polygon((2, 15), (2, 1.5), (14, 1.5), (14, 15)))
    painter.drawLine(QPointF(5, 5), QPointF(11, 5))
    painter.drawLine(QPointF(5, 8), QPointF(11, 8))
    painter.drawPolyline(_polygon((4.5, 12.4), (6.5, 11.2), (9, 12.4), (11.5, 11.2)))


_DRAW: Final[Mapping[str, Callable[[QPainter], None]]] = MappingProxyType(
    {
        "valve_open": _valve_open,
        "valve_closed": _valve_closed,
        "valve_verify": _valve_verify,
        "valve_stuck": _valve_stuck,
        "valve_passing": _valve_passing,
        "valve_unknown": _valve_unknown,
        "valve_disputed": _valve_disputed,
        "check_valve": _check_valve,
        "drop": _drop,
        "square": _square,
        "hollow_square": _hollow_square,
        "double": _double,
        "critical": _critical,
        "low": _low,
        "warning": _warning,
        "stop": _stop,
        "tick": _tick,
        "down": _down,
        "cross": _cross,
        "dot": _dot,
        "ring": _ring,
        "pipe": _pipe,
        "hydrant": _hydrant,
        "customer": _customer,
        "road": _road,
        "place": _place,
        "source": _source,
        "undo": _undo,
        "menu": _menu,
        "sun": _sun,
        "moon": _moon,
        "logo": _logo,
        **DUTY_ICONS,
    }
)

NAMES: Final = frozenset(_DRAW)
"""Every icon there is."""


def draw(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw icon *name* into *rect* (square) with *painter*, which is left as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / _GRID, rect.height() / _GRID)
    pen = QPen(colour, _STROKE)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    _DRAW[name](painter)
    painter.restore()


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int = 16) -> QPixmap:
    """Icon *name* in *colour* (``#RRGGBB``), *size* px wide, for screens of up to two device pixels a px."""
    made = QPixmap(QSize(size, size) * _SHARPEST)
    made.setDevicePixelRatio(_SHARPEST)
    made.fill(Qt.GlobalColor.transparent)
    with QPainter(made) as painter:
        draw(painter, name, QRectF(0, 0, size, size), QColor(colour))
    return made


def icon(name: str, colour: str) -> QIcon:
    """Icon *name* for a button, an action or a table cell; looks the same when it is disabled or selected."""
    made = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Active):
        made.addPixmap(pixmap(name, colour), mode)
    return made
