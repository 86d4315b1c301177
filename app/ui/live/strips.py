"""Strip charts one under the other on one axis of time: lowest to highest of every pixel, gaps hatched, limits, events.

Each pixel's column shows everything that was measured in it, so that a spike is seen from a year's distance. Curves are
painted on a picture of their own when they come; the cursor, the present and the words go over it with each frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.messages import formats
from app.telemetry.curves import Band, Curve
from app.ui import fonts
from app.ui.dispatch.model import moment_of
from app.ui.live.span import Span, ticks_of
from app.ui.live.usual_paint import paint_band, paint_last_week, week_before
from app.ui.look import Look
from app.ui.map.qtdraw import colour, draw_lines, painting, pen
from network.columns import Float64, Int64

LEFT, RIGHT, TOP, BOTTOM = 56.0, 172.0, 30.0, 26.0
_LEAST_STRIP_PX: Final = 58.0
_CLICK_PX: Final = 4.0
_LEVEL_PX: Final = 18.0
"""Height of a level's figure beside a strip: its middle stands on the level, so the highest keeps half of it free."""
_LEFT_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT_MIDDLE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


@dataclass(frozen=True)
class StripHead:
    """What stands beside a strip.

    Attributes:
        row: Position of the channel.
        name, identity: Of it.
        value, unit: On screen.
        state: Quality or alarm in words, with the token of its colour.
        tone: Colour token of value and state.
        factor: From the unit inside to that on screen.
        decimals: On screen.
        limits: Levels in the unit inside with their priority.
        interval_ms: Between expected readings.
    """

    row: int
    name: str
    identity: str
    value: str
    unit: str
    state: str
    tone: str
    factor: float
    decimals: int
    limits: tuple[tuple[float, int], ...]
    interval_ms: int


@dataclass(frozen=True)
class Mark:
    """Something that happened: an instant, a word, a colour token, and the strip it belongs to (-1: all)."""

    at_ms: int
    text: str
    tone: str
    row: int = -1


@dataclass(frozen=True)
class StripWords:
    """Words of the chart in the language in force."""

    gap: str
    cursor: str
    empty: str
    last_week: str = ""


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
        self._scales: dict[int, tuple[float, float]] = {}
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

    def _x(self, at_ms: Float64 | Int64 | int) -> Float64:
        start, end = self.span.limits(self.now_ms)
        place: Float64 = LEFT + (np.asarray(at_ms, dtype=np.float64) - start) / (end - start) * self.columns
        return place

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
        with painting(picture) as painter:
            self._paint_time(painter)
            for at, head in enumerate(self.heads):
                self._paint_strip(painter, self._box(at), head)
            self._paint_marks(painter)
        return picture

    def _paint_time(self, painter: QPainter) -> None:
        start, end = self.span.limits(self.now_ms)
        painter.setFont(fonts.font(fonts.CAPTION))
        bottom = self.height() - BOTTOM
        for at_ms, text in ticks_of(start, end, self.columns):
            x = float(self._x(at_ms))
            painter.setPen(pen(self._look.colour("line"), 1.0))
            painter.drawLine(QPointF(x, TOP), QPointF(x, bottom))
            painter.setPen(self._look.colour("t2"))
            painter.drawText(QRectF(x - 50, bottom + 4, 100, 18), _CENTRE, text)

    def _paint_strip(self, painter: QPainter, box: QRectF, head: StripHead) -> None:
        theme = self._look.theme
        if head.row == self.selected:
            painter.fillRect(QRectF(0, box.top(), 3, box.height()), QColor(theme.acc))
        painter.setPen(QColor(theme.line))
        painter.drawLine(QPointF(0, box.bottom()), QPointF(self.width(), box.bottom()))
        curve, band = self.curves.get(head.row), self.bands.get(head.row)
        low, high = self._scale(head, curve, band)
        self._scales[head.row] = (low, high)
        inside = _inside(box)

        def y(value: Float64 | float) -> Float64:
            placed: Float64 = inside.bottom() - (np.asarray(value) - low) / (high - low) * inside.height()
            return placed

        painter.setFont(fonts.font(fonts.CAPTION))
        painter.setPen(QColor(theme.t2))
        levels = (high, (low + high) / 2, low) if box.height() > 90 else (high, low)
        for level in levels:
            text = formats.number(level * head.factor, _decimals((high - low) * head.factor, head.decimals))
            painter.drawText(QRectF(0, float(y(level)) - _LEVEL_PX / 2, LEFT - 8, _LEVEL_PX), _RIGHT_MIDDLE, text)
        painter.save()
        painter.setClipRect(box.adjusted(0, 1, 0, -1))
        if band is not None and len(band.start_ms):
            paint_band(painter, theme, band, self._x, y, (LEFT, LEFT + self.columns))
            if self.compares:
                paint_last_week(painter, theme, band, self._x, y)
        self._paint_limits(painter, box, head, y)
        if curve is not None:
            self._paint_gaps(painter, box, head, curve)
            self._paint_curve(painter, head, curve, y)
        painter.restore()

    def _scale(self, head: StripHead, curve: Curve | None, band: Band | None) -> tuple[float, float]:
        """Lowest and highest level of the strip, in the unit inside: all that is drawn, and a near limit."""
        parts = [] if curve is None else [curve.low, curve.high]
        parts += [] if band is None else [band.low, band.high]
        known = np.concatenate(parts) if parts else np.empty(0)
        known = known[np.isfinite(known)]
        if not len(known):
            return 0.0, 1.0
        low, high = float(known.min()), float(known.max())
        least = 10.0**-head.decimals * 12 / head.factor
        reach = max(high - low, least)
        near = [level for level, _ in head.limits if low - reach <= level <= high + reach]
        low, high = min([low, *near]), max([high, *near])
        edge = max((high - low) * 0.08, least / 4)
        return low - edge, high + edge

    def _paint_limits(self, painter: QPainter, box: QRectF, head: StripHead, y: object) -> None:
        assert callable(y)
        for level, priority in head.limits:
            tone = self._look.colour("red_text" if priority == 1 else "amber_text")
            painter.setPen(pen(tone, 1.0, Qt.PenStyle.DashLine, Qt.PenCapStyle.FlatCap))
            at = float(y(level))
            painter.drawLine(QPointF(box.left(), at), QPointF(box.right(), at))

    def _paint_gaps(self, painter: QPainter, box: QRectF, head: StripHead, curve: Curve) -> None:
        """Hatched where something was expected and nothing came; never bridged."""
        start, end = self.span.limits(self.now_ms)
        pieces = curve.pieces(head.interval_ms)
        edges = [(curve.start_ms[piece][0], curve.start_ms[piece][-1] + curve.step_ms) for piece in pieces]
        holes = [(before[1], after[0]) for before, after in pairwise(edges)]
        reach = 4 * max(curve.step_ms, head.interval_ms)
        until = min(end, self.now_ms)
        if edges and edges[0][0] - start > reach:
            holes.insert(0, (start, edges[0][0]))
        if edges and until - edges[-1][1] > reach:
            holes.append((edges[-1][1], until))
        if not edges:
            holes = [(start, until)]
        painter.setFont(fonts.font(fonts.CAPTION))
        for since, ended in holes:
            left, right = float(self._x(since)), float(self._x(ended))
            hole = QRectF(left, box.top() + 4, right - left, box.height() - 8)
            painter.fillRect(hole, QBrush(colour(self._look.theme.t3, 0.45), Qt.BrushStyle.BDiagPattern))
            if hole.width() > 44:
                painter.setPen(self._look.colour("t2"))
                word = QRectF(
                    max(hole.left(), LEFT), hole.top(), min(hole.right(), box.right()) - max(hole.left(), LEFT), 18
                )
                painter.drawText(word, _CENTRE, self.words.gap)

    def _paint_curve(self, painter: QPainter, head: StripHead, curve: Curve, y: object) -> None:
        assert callable(y)
        middle = curve.start_ms + curve.step_ms // 2
        x, low, high, mean = self._x(middle), y(curve.low), y(curve.high), y(curve.mean)
        ink = self._look.colour(head.tone if head.tone in {"red_text", "amber_text", "unintended"} else "t1")
        tall = low - high > 1.0
        if tall.any():
            faint = QColor(ink)
            faint.setAlphaF(0.45)
            painter.setPen(pen(faint, 1.0))
            draw_lines(painter, np.ascontiguousarray(np.column_stack([x, low, x, high])[tall]))
        painter.setPen(pen(ink, 1.0))
        ends = np.column_stack([x[:-1], mean[:-1], x[1:], mean[1:]])
        whole = np.ones(len(ends), dtype=bool)
        for piece in curve.pieces(head.interval_ms)[1:]:
            whole[piece.start - 1] = False
        draw_lines(painter, np.ascontiguousarray(ends[whole]))
        if len(x) and self.span.is_live:
            painter.setBrush(ink)
            painter.drawEllipse(QPointF(float(x[-1]), float(mean[-1])), 3.0, 3.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setFont(fonts.font(fonts.CAPTION))
        free = LEFT
        bottom = self.height() - BOTTOM
        for mark in sorted(self.marks, key=lambda one: one.at_ms):
            x = float(self._x(mark.at_ms))
            if not LEFT <= x <= LEFT + self.columns:
                continue
            ink = self._look.colour(mark.tone)
            painter.setPen(pen(ink, 1.0, Qt.PenStyle.DotLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x, TOP), QPointF(x, bottom))
            width = painter.fontMetrics().horizontalAdvance(mark.text)
            if x >= free and x + width + 8 < self.width():
                painter.setPen(ink)
                painter.drawText(QRectF(x + 4, 6, width + 8, 18), _LEFT_MIDDLE, mark.text)
                free = x + width + 16

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
            fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, int(width))
            painter.drawText(QRectF(left, top, width, height), _LEFT_MIDDLE, fitted)
            top += height
        if self.cursor_ms is not None and top + 18 < box.bottom() + 2:
            curve = self.curves.get(head.row)
            value = float("nan") if curve is None else curve.at(self.cursor_ms, self._within_ms(head, curve))
            painter.setFont(fonts.font(fonts.CAPTION))
            painter.setPen(QColor(theme.acc))
            told = f"{self.words.cursor} {formats.number(value * head.factor, head.decimals)}"
            if self.compares:
                before = week_before(self.bands.get(head.row), self.cursor_ms) * head.factor
                told += f" · {self.words.last_week} {formats.number(before, head.decimals)}"
            painter.drawText(QRectF(left, top, width, 18), _LEFT_MIDDLE, told)

    def _within_ms(self, head: StripHead, curve: Curve) -> int:
        start, end = self.span.limits(self.now_ms)
        return int(max(head.interval_ms, curve.step_ms, (end - start) / self.columns) * 2)

    def _paint_cursor(self, painter: QPainter) -> None:
        if self.cursor_ms is None:
            return
        x = float(self._x(self.cursor_ms))
        if not LEFT <= x <= LEFT + self.columns:
            return
        theme = self._look.theme
        bottom = self.height() - BOTTOM
        painter.setPen(pen(theme.acc, 1.0))
        painter.drawLine(QPointF(x, TOP), QPointF(x, bottom))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, head in enumerate(self.heads):
            curve, scale = self.curves.get(head.row), self._scales.get(head.row)
            if curve is None or scale is None:
                continue
            value = curve.at(self.cursor_ms, self._within_ms(head, curve))
            if np.isfinite(value):
                inside = _inside(self._box(at))
                y = inside.bottom() - (value - scale[0]) / (scale[1] - scale[0]) * inside.height()
                painter.setBrush(QColor(theme.bg1))
                painter.drawEllipse(QPointF(x, y), 3.5, 3.5)
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


def _inside(box: QRectF) -> QRectF:
    """Where a strip's curve is drawn: half a figure is kept free above and below."""
    return box.adjusted(0, _LEVEL_PX / 2, 0, -_LEVEL_PX / 2)


def _decimals(reach: float, most: int) -> int:
    """How many places tell a strip's levels apart, and no more than the quantity has."""
    return next((places for places in range(most) if reach >= 10.0 ** (1 - places)), most)
