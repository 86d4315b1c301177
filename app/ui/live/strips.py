"""Strip charts one under the other on one axis of time: lowest to highest of every pixel, gaps hatched, limits, events.

Each pixel's column shows everything that was measured in it, so that a spike is seen from a year's distance. Curves are
painted on a picture of their own when they come; the cursor, the present and the words go over it with each frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.telemetry.curves import Band, Curve
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.live.span import Span
from app.ui.live.strip_ground import BOTTOM, LEFT, RIGHT, TOP, Ground, Mark, Scale, StripHead, StripWords, fitted
from app.ui.live.usual_paint import week_before
from app.ui.look import Look
from app.ui.map.qtdraw import painting, pen

_LEAST_STRIP_PX: Final = 58.0
_CLICK_PX: Final = 4.0
_LEFT_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


class Strips(QWidget):
    """The chart.

    Signals:
        span_changed: Another span of time is wanted.
        chosen: A strip was clicked: the position of its channel.
        pointed: The pointer is at an instant (UTC milliseconds), or -1.
    """

    span_changed = Signal()
    chosen = Signal(int)
    pointed = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.span = Span()
        self.now_ms = 0
        self.heads: tuple[StripHead, ...] = ()
        self.marks: tuple[Mark, ...] = ()
        self.curves: dict[int, Curve] = {}
        self.bands: dict[int, Band] = {}
        self.words = StripWords("", "", "")
        self.selected = -1
        self.compares = False
        self.cursor_ms: int | None = None
        self._ground: QPixmap | None = None
        self._scales: dict[int, Scale] = {}
        self._pressed: tuple[float, Span] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(360, 220)
        look.theme_changed.connect(self.renew)

    # What it shows

    @property
    def columns(self) -> int:
        """Pixels of the axis of time."""
        return max(60, int(self.width() - LEFT - RIGHT))

    @property
    def room(self) -> int:
        """How many strips there is room for."""
        return max(1, int((self.height() - TOP - BOTTOM) / _LEAST_STRIP_PX))

    def show_heads(self, heads: Sequence[StripHead], marks: Sequence[Mark], now_ms: int, words: StripWords) -> None:
        """Show other channels, or the same with what is new of them."""
        stays = self._substance(self.heads) == self._substance(tuple(heads)) and self.marks == tuple(marks)
        self.heads, self.marks, self.now_ms, self.words = tuple(heads), tuple(marks), now_ms, words
        self.setAccessibleName(", ".join(f"{head.name} {head.value} {head.unit}" for head in heads))
        if stays:
            self.update()
        else:
            self.renew()

    def _substance(self, heads: tuple[StripHead, ...]) -> list[tuple[int, object, str]]:
        return [(head.row, head.limits, head.tone) for head in heads]

    def show_curves(self, rows: Sequence[int], curves: Sequence[Curve], bands: Sequence[Band]) -> None:
        """Curves have come; bands stay as they are where none came."""
        self.curves = dict(zip(rows, curves, strict=True))
        if bands:
            self.bands = dict(zip(rows, bands, strict=True))
        self.renew()

    def select(self, row: int) -> None:
        """Bring the strip of a channel to the front."""
        if row != self.selected:
            self.selected = row
            self.renew()

    def compare(self, *, is_on: bool) -> None:
        """Draw last week's curve under today's, or do without."""
        self.compares = is_on
        self.renew()

    def renew(self) -> None:
        """Paint the curves anew with the next frame."""
        self._ground = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(800, 560)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ground = None
        self.span_changed.emit()

    # Time and place

    def _x(self, at_ms: int) -> float:
        start, end = self.span.limits(self.now_ms)
        return LEFT + (at_ms - start) / (end - start) * self.columns

    def _time(self, x_px: float) -> int:
        start, end = self.span.limits(self.now_ms)
        return round(start + (x_px - LEFT) / self.columns * (end - start))

    def _box(self, at: int) -> QRectF:
        height = (self.height() - TOP - BOTTOM) / max(1, len(self.heads))
        return QRectF(LEFT, TOP + at * height, self.columns, height)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        with painting(self) as painter:
            if not self.heads:
                painter.setFont(fonts.font(fonts.BODY))
                painter.setPen(self._look.colour("t3"))
                painter.drawText(self.rect(), _CENTRE | int(Qt.TextFlag.TextWordWrap), self.words.empty)
                return
            if self._ground is None:
                self._ground = self._painted()
            painter.drawPixmap(0, 0, self._ground)
            for at, head in enumerate(self.heads):
                self._write_head(painter, self._box(at), head)
            self._paint_cursor(painter)

    def _painted(self) -> QPixmap:
        dpr = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * dpr), round(self.height() * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(self._look.colour("bg1"))
        ground = Ground(
            self._look,
            QSizeF(self.size()),
            self.span.limits(self.now_ms),
            self.now_ms,
            self.span.is_live,
            self.heads,
            self.marks,
            self.words,
            self.curves,
            self.bands,
            self.selected,
            self.compares,
        )
        with painting(picture) as painter:
            ground.paint(painter)
        self._scales = ground.scales
        return picture

    def _write_head(self, painter: QPainter, box: QRectF, head: StripHead) -> None:
        theme = self._look.theme
        left, width = box.right() + 12, RIGHT - 20
        lines = [(head.name, fonts.TABLE, 500, "t1"), (head.identity, fonts.CAPTION, 400, "t2")]
        figure = f"{head.value} {head.unit}".strip()
        lines += [(figure, fonts.TITLE, 600, head.tone), (head.state, fonts.CAPTION, 400, head.tone)]
        if box.height() < 84:
            lines = [lines[0], lines[2]]
        top = box.top() + 5
        for text, size, weight, tone in lines:
            painter.setFont(fonts.font(size, weight))
            painter.setPen(QColor(getattr(theme, tone)))
            height = size + 6
            shown = fitted(painter.fontMetrics(), text, int(width))
            painter.drawText(QRectF(left, top, width, height), _LEFT_MIDDLE, shown)
            top += height
        if self.cursor_ms is not None and top + 18 < box.bottom() + 2:
            curve = self.curves.get(head.row)
            value = float("nan") if curve is None else curve.at(self.cursor_ms, self._within_ms(head, curve))
            painter.setFont(fonts.font(fonts.CAPTION))
            painter.setPen(QColor(theme.acc))
            told = f"{self.words.cursor} {head.said(value)}"
            if self.compares:
                told += f" · {self.words.last_week} {head.said(week_before(self.bands.get(head.row), self.cursor_ms))}"
            painter.drawText(QRectF(left, top, width, 18), _LEFT_MIDDLE, told)

    def _within_ms(self, head: StripHead, curve: Curve) -> int:
        start, end = self.span.limits(self.now_ms)
        return int(max(head.interval_ms, curve.step_ms, (end - start) / self.columns) * 2)

    def _paint_cursor(self, painter: QPainter) -> None:
        if self.cursor_ms is None:
            return
        x = self._x(self.cursor_ms)
        if not LEFT <= x <= LEFT + self.columns:
            return
        theme = self._look.theme
        bottom = self.height() - BOTTOM
        painter.setPen(pen(theme.acc, 1.0))
        painter.drawLine(QPointF(x, TOP), QPointF(x, bottom))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for head in self.heads:
            curve, scale = self.curves.get(head.row), self._scales.get(head.row)
            if curve is None or scale is None:
                continue
            value = curve.at(self.cursor_ms, self._within_ms(head, curve))
            if np.isfinite(value):
                painter.setBrush(QColor(theme.bg1))
                painter.drawEllipse(QPointF(x, scale.at(value)), 3.5, 3.5)
        text = f"{moment_of(self.cursor_ms):%m-%d %H:%M:%S}"
        painter.setFont(fonts.font(fonts.CAPTION, 600))
        width = painter.fontMetrics().horizontalAdvance(text) + 12
        left = min(max(x - width / 2, LEFT), LEFT + self.columns - width)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.acc))
        painter.drawRoundedRect(QRectF(left, bottom + 3, width, 19), 3, 3)
        painter.setPen(QColor(theme.bg0))
        painter.drawText(QRectF(left, bottom + 3, width, 19), _CENTRE, text)

    # Hands

    def zoom(self, factor: float, about_ms: int | None = None) -> None:
        """Show a span *factor* times as long."""
        self._take(self.span.zoomed(factor, self.now_ms, about_ms))

    def shift(self, share: float) -> None:
        """Move by a share of what is shown; to the right is later."""
        self._take(self.span.moved(share, self.now_ms))

    def show_width(self, width: timedelta) -> None:
        """Show so much of time, its end where it was."""
        self._take(self.span.of_width(round(width.total_seconds() * 1000)))

    def go_live(self) -> None:
        """Follow the present."""
        self._take(Span(None, self.span.width_ms))

    def show_span(self, span: Span) -> None:
        """Show just this of time."""
        self._take(span)

    def look_at(self, at_ms: int) -> None:
        """Bring an instant into the middle, unless it is shown already."""
        start, end = self.span.limits(self.now_ms)
        if not start <= at_ms <= end:
            self._take(Span(at_ms + self.span.width_ms // 2, self.span.width_ms))

    def _take(self, span: Span) -> None:
        if span != self.span:
            self.span = span
            self.renew()
            self.span_changed.emit()

    def move_cursor(self, steps: int) -> None:
        """The cursor by so many pixels, from the keyboard."""
        start, end = self.span.limits(self.now_ms)
        at = end if self.cursor_ms is None else self.cursor_ms
        self.cursor_ms = min(max(round(at + steps * (end - start) / self.columns), start), end)
        self.pointed.emit(self.cursor_ms)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(0.8 if event.angleDelta().y() > 0 else 1.25, self._time(event.position().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = (event.position().x(), self.span)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            before, span = self._pressed
            if abs(x - before) > _CLICK_PX:
                self._take(span.moved((before - x) / self.columns, self.now_ms))
            return
        self.cursor_ms = self._time(x) if LEFT <= x <= LEFT + self.columns else None
        self.pointed.emit(-1 if self.cursor_ms is None else self.cursor_ms)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and abs(event.position().x() - self._pressed[0]) <= _CLICK_PX:
            for at, head in enumerate(self.heads):
                box = self._box(at)
                if box.top() <= event.position().y() < box.bottom():
                    self.chosen.emit(head.row)
        self._pressed = None

    def leaveEvent(self, _event: object) -> None:
        self.cursor_ms = None
        self.update()
