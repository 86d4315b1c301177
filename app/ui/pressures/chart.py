"""Pressures through the day at the places that feel the outage most, painted by hand: a dozen strokes a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.messages import formats
from app.sweep_requests import DayFound
from app.ui import fonts
from app.ui.look import Look
from network.columns import Float64

_LEFT, _TOP, _BOTTOM, _LABELS = 48.0, 26.0, 22.0, 132.0
_LABEL_STEP = 16.0
_TICKS_MPA = (0.05, 0.1, 0.2)
_MOST_TICKS = 6
_NARROW_PX = 420


@dataclass(frozen=True)
class ChartWords:
    """Words of the chart in the language in force."""

    axis: str
    limit: str
    usual: str
    outage: str


@dataclass(frozen=True)
class _Frame:
    """Where the day stands on the widget."""

    box: QRectF
    low_mpa: float
    high_mpa: float
    hours: float

    def x(self, at_h: float) -> float:
        return self.box.left() + self.box.width() * at_h / self.hours

    def y(self, pressure_mpa: float) -> float:
        share = (pressure_mpa - self.low_mpa) / (self.high_mpa - self.low_mpa)
        return self.box.bottom() - self.box.height() * share


class DayChart(QWidget):
    """Curves over a day, the outage shaded, the lowest promised pressure as a line."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._day: DayFound | None = None
        self._names: tuple[str, ...] = ()
        self._limit_mpa = 0.0
        self._chosen = 0
        self._words = ChartWords("", "", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(240)
        look.theme_changed.connect(self.update)

    def show_day(self, day: DayFound | None, names: tuple[str, ...], limit_mpa: float, words: ChartWords) -> None:
        """Show *day*; *names* of its places in their order."""
        self._day, self._names, self._limit_mpa, self._words = day, names, limit_mpa, words
        self._chosen = 0
        self.setAccessibleName(words.axis)
        self.update()

    def choose(self, place: int) -> None:
        """Bring one place to the front, with its usual day beside it."""
        if 0 <= place < len(self._names):
            self._chosen = place
            self.update()

    @property
    def chosen(self) -> int:
        """Which place is in front."""
        return self._chosen

    def sizeHint(self) -> QSize:
        return QSize(520, 260)

    def paintEvent(self, _event: QPaintEvent) -> None:
        day = self._day
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(fonts.font(fonts.CAPTION))
            if day is None or not self._names:
                return
            frame = self._frame(day)
            self._paint_ground(painter, frame, day)
            order = [place for place in range(len(self._names)) if place != self._chosen] + [self._chosen]
            self._paint_curve(
                painter, frame, day.before.at_h, day.before.pressure_mpa[:, self._chosen], "t3", usual=True
            )
            for place in order:
                tone = self._tone(day, place)
                self._paint_curve(painter, frame, day.after.at_h, day.after.pressure_mpa[:, place], tone)
            self._paint_names(painter, frame, day)

    def _frame(self, day: DayFound) -> _Frame:
        every = np.concatenate([day.before.pressure_mpa.ravel(), day.after.pressure_mpa.ravel(), [self._limit_mpa]])
        known = every[np.isfinite(every)]
        step = next((tick for tick in _TICKS_MPA if np.ptp(known) / tick <= _MOST_TICKS - 2), _TICKS_MPA[-1])
        low = math.floor(float(known.min()) / step - 0.3) * step
        high = math.ceil(float(known.max()) / step + 0.1) * step
        labels = _LABELS if self.width() >= _NARROW_PX else 16.0
        box = QRectF(_LEFT, _TOP, self.width() - _LEFT - labels, self.height() - _TOP - _BOTTOM)
        return _Frame(box, max(low, 0.0), high, float(day.before.at_h[-1]))

    def _paint_ground(self, painter: QPainter, frame: _Frame, day: DayFound) -> None:
        box, colour = frame.box, self._look.colour
        shade = colour("acc")
        shade.setAlphaF(0.10)
        left, right = frame.x(day.start_h), frame.x(day.end_h)
        painter.fillRect(QRectF(left, box.top(), right - left, box.height()), shade)
        if self._limit_mpa > frame.low_mpa:
            band = colour("amber")
            band.setAlphaF(0.10)
            top = frame.y(self._limit_mpa)
            painter.fillRect(QRectF(box.left(), top, box.width(), box.bottom() - top), band)
        self._paint_axes(painter, frame, day)
        top = frame.y(self._limit_mpa)
        painter.setPen(QPen(colour("amber_text"), 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(box.left(), top), QPointF(box.right(), top))
        painter.drawText(QPointF(box.left() + 6, top + 14), self._words.limit)
        painter.setPen(colour("t2"))
        painter.drawText(QPointF(left + 4, box.top() + 13), self._words.outage)

    def _paint_axes(self, painter: QPainter, frame: _Frame, day: DayFound) -> None:
        box, colour = frame.box, self._look.colour
        painter.setPen(colour("t2"))
        painter.drawText(QPointF(8, 16), self._words.axis)
        step = next(
            (tick for tick in _TICKS_MPA if (frame.high_mpa - frame.low_mpa) / tick <= _MOST_TICKS), _TICKS_MPA[-1]
        )
        for number in range(round((frame.high_mpa - frame.low_mpa) / step) + 1):
            value = frame.low_mpa + number * step
            y = frame.y(value)
            painter.setPen(colour("line"))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(colour("t2"))
            text = formats.number(value, 2)
            painter.drawText(
                QRectF(0, y - 9, box.left() - 6, 18),
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                text,
            )
        every = 4 if box.width() > 260 else 8
        for at_h in range(0, int(frame.hours) + 1, every):
            x = frame.x(at_h)
            hour = int(day.begin_hour + at_h) % 24
            painter.drawText(
                QRectF(x - 24, box.bottom() + 4, 48, 16), int(Qt.AlignmentFlag.AlignHCenter), f"{hour:02d}:00"
            )

    def _tone(self, day: DayFound, place: int) -> str:
        curve = day.after.pressure_mpa[:, place]
        if np.nanmin(curve, initial=np.inf) < self._limit_mpa:
            return "low"
        return "t1" if place == self._chosen else "t2"

    def _paint_curve(
        self, painter: QPainter, frame: _Frame, at_h: Float64, pressure_mpa: Float64, tone: str, *, usual: bool = False
    ) -> None:
        """One line; it breaks where there is no water."""
        style = Qt.PenStyle.DotLine if usual else Qt.PenStyle.SolidLine
        painter.setPen(QPen(self._look.colour(tone), 1.4, style))
        line = QPolygonF()
        for at, value in zip(at_h.tolist(), pressure_mpa.tolist(), strict=True):
            if math.isfinite(value):
                line.append(QPointF(frame.x(at), frame.y(value)))
            else:
                painter.drawPolyline(line)
                line = QPolygonF()
        painter.drawPolyline(line)

    def _paint_names(self, painter: QPainter, frame: _Frame, day: DayFound) -> None:
        """Names at the ends of their lines, moved apart; the usual day's word at its own end."""
        if self.width() < _NARROW_PX:
            return
        ends = [_last(day.after.pressure_mpa[:, place]) for place in range(len(self._names))]
        wanted = [(frame.y(end), place) for place, end in enumerate(ends) if math.isfinite(end)]
        metrics, y = QFontMetrics(painter.font()), -math.inf
        for level, place in sorted(wanted):
            y = max(level, y + _LABEL_STEP)
            painter.setPen(QColor(self._look.colour(self._tone(day, place))))
            text = metrics.elidedText(self._names[place], Qt.TextElideMode.ElideMiddle, int(_LABELS) - 14)
            if place == self._chosen:
                painter.setFont(fonts.font(fonts.CAPTION, 600))
            painter.drawText(QPointF(frame.box.right() + 8, y + 4), text)
            painter.setFont(fonts.font(fonts.CAPTION))
        painter.setPen(self._look.colour("t3"))
        painter.drawText(
            QRectF(frame.box.left(), 4, frame.box.width(), 18), int(Qt.AlignmentFlag.AlignRight), self._words.usual
        )


def _last(values: Float64) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else math.nan
