"""The calendar of planned work: a bar an outage, weeks as columns, what meets hatched, by when notices must be out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.messages.formats import date
from app.outages.book import Stage
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.rows import TimeRow
from app.ui.dispatch.timeline import AXIS_HEIGHT, Timeline
from app.ui.look import Look
from app.ui.outages.present import CalendarRow

_DAY_MIN = 1440
_DAY_MS = _DAY_MIN * 60_000
_LEAST_PX = 5.0
_SHADED_UP_TO_MS = 70 * _DAY_MS
_UNDER_WAY = frozenset({Stage.OFF, Stage.BACK})
_FILLED = frozenset({Stage.APPROVED, Stage.ANNOUNCED})


class OutageCalendar(Timeline):
    """Outages over weeks. Arrows move in time, + and − zoom, Home shows the coming five weeks again."""

    usual_ms, longest_ms = 35 * _DAY_MS, 400 * _DAY_MS
    now_at = 0.15
    steps_min = (60, 180, 360, 720, _DAY_MIN, 2 * _DAY_MIN, 7 * _DAY_MIN, 14 * _DAY_MIN, 28 * _DAY_MIN, 56 * _DAY_MIN)
    axis_from_ms = 4 * _DAY_MS
    """A Monday: weeks are columns."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._look = look

    def axis_words(self, at_ms: int) -> str:
        moment = moment_of(at_ms)
        if self._step_ms() >= _DAY_MS:
            return date(moment, self._look.language)
        return f"{moment:%m-%d %H:%M}"

    def _paint_axis(self, painter: QPainter) -> None:
        """Saturdays and Sundays are shaded while days can be told apart."""
        first_ms, last_ms = self.shown_ms
        if last_ms - first_ms <= _SHADED_UP_TO_MS:
            moment = moment_of(first_ms).replace(hour=0, minute=0, second=0, microsecond=0)
            at_ms = round(moment.timestamp() * 1000)
            while at_ms < last_ms:
                if moment_of(at_ms).weekday() >= 5:
                    left = max(self.x_of(at_ms), float(self.label_px))
                    right = self.x_of(at_ms + _DAY_MS)
                    box = QRectF(left, AXIS_HEIGHT, right - left, self.height() - AXIS_HEIGHT)
                    painter.fillRect(box, QColor(self._look.theme.bg1))
                at_ms += _DAY_MS
        super()._paint_axis(painter)

    def paint_bar(self, painter: QPainter, row: TimeRow, middle: float) -> None:
        """The window: outlined while a draft, filled once approved, bright while the water is off."""
        assert isinstance(row, CalendarRow)
        assert row.until_ms is not None
        theme = self._look.theme
        left, right = self.x_of(row.from_ms), self.x_of(row.until_ms)
        box = QRectF(left, middle - 6, max(right - left, _LEAST_PX), 12)
        is_over = row.stage in {Stage.ENDED, Stage.CANCELLED}
        ink = QColor(theme.leak if row.stage in _UNDER_WAY else theme.line2 if is_over else theme.t2)
        if row.stage in _FILLED | _UNDER_WAY or is_over:
            painter.fillRect(box, ink)
        else:
            painter.setPen(
                QPen(ink, 1.5, Qt.PenStyle.DashLine if row.stage is Stage.REFUSED else Qt.PenStyle.SolidLine)
            )
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        if row.late_ms is not None:
            late = self.x_of(row.late_ms)
            painter.fillRect(QRectF(late, middle - 6, max(right - late, 3.0), 12), QColor(theme.red))
        for from_ms, until_ms, grave in row.clashes:
            self._paint_clash(painter, from_ms, until_ms, middle, grave=grave)
        self.paint_marks(painter, row, middle)

    def _paint_clash(self, painter: QPainter, from_ms: int, until_ms: int, middle: float, *, grave: bool) -> None:
        """Where two meet: hatched over the bar, with a triangle above it where they share valves or customers."""
        theme = self._look.theme
        left = self.x_of(from_ms)
        box = QRectF(left, middle - 9, max(self.x_of(until_ms) - left, _LEAST_PX), 18)
        ink = QColor(theme.amber if grave else theme.t3)
        painter.setPen(QPen(ink, 1.2))
        painter.setBrush(Qt.BrushStyle.BDiagPattern if not grave else Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if grave:
            at = QPointF(box.center().x(), middle)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPolygon([at + QPointF(-5, 4.5), at + QPointF(5, 4.5), at + QPointF(0, -5)])
            painter.setBrush(Qt.BrushStyle.NoBrush)
