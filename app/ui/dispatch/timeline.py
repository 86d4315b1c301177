"""The time line: what happened to each incident, what is expected, where its limits lie, and now."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Callable
from datetime import datetime
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.times import CITY_TIME
from app.ui import fonts
from app.ui.dispatch.rows import MarkKind, TimeMark, TimeRow
from app.ui.look import Look

AXIS_HEIGHT, ROW_HEIGHT = 24, 24
_EDGE = 16
_MINUTE_MS = 60_000
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
_LEAST_STEP_PX = 90.0
_SHORTEST_MS, _LONGEST_MS = 10 * _MINUTE_MS, 14 * 24 * 60 * _MINUTE_MS
USUAL_MS = 120 * _MINUTE_MS
_NOW_AT = 0.52
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class Timeline(QWidget):
    """The chart itself. It moves with time until somebody drags it; Home brings it back.

    Attributes:
        label_px: Width of the column with the incidents' numbers.
        usual_ms, longest_ms: How long a span is shown at first, and at most.
        now_at: Where in the usual span this moment stands.
        steps_min: Steps between the lines of the axis, minutes.
        axis_from_ms: A local moment on which lines of every step stand.

    Signals:
        chosen: A row was clicked: its entity.
        moved: Another span is shown.
    """

    chosen = Signal(str)
    moved = Signal()

    usual_ms, longest_ms = USUAL_MS, _LONGEST_MS
    now_at = _NOW_AT
    steps_min: tuple[int, ...] = _STEPS_MIN
    axis_from_ms = 0

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.label_px = 408
        self._rows: tuple[TimeRow, ...] = ()
        self._selected = ""
        self._now_ms = 0
        self._span_ms = self.usual_ms
        self._shift_ms = 0
        self._first_row = 0
        self._dragged: QPointF | None = None
        self.now_word: Callable[[], str] = str
        self.setMinimumHeight(AXIS_HEIGHT + 2 * ROW_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(900, AXIS_HEIGHT + 5 * ROW_HEIGHT + 6)

    # What is shown

    @property
    def rows(self) -> tuple[TimeRow, ...]:
        """Incidents in the order shown."""
        return self._rows

    @property
    def shown_ms(self) -> tuple[int, int]:
        """From when till when it reaches."""
        first = self._now_ms + self._shift_ms - round(self._span_ms * self.now_at)
        return first, first + self._span_ms

    def show_rows(self, rows: tuple[TimeRow, ...], now_ms: int) -> None:
        """Show *rows*."""
        self._rows, self._now_ms = rows, now_ms
        self._first_row = min(self._first_row, max(len(rows) - 1, 0))
        self.update()

    def tick(self, now_ms: int) -> None:
        """Another second: the now-line moves."""
        self._now_ms = now_ms
        self.update()

    def select(self, entity: str) -> None:
        """Mark an incident's row, and bring it into view."""
        self._selected = entity
        at = next((at for at, row in enumerate(self._rows) if row.entity == entity), None)
        room = max((self.height() - AXIS_HEIGHT) // ROW_HEIGHT, 1)
        if at is not None and not self._first_row <= at < self._first_row + room:
            self._first_row = max(at - room + 1, 0) if at >= self._first_row + room else at
        self.update()

    # Moving in time

    def zoom(self, factor: float) -> None:
        """Show *factor* times as long a span."""
        self._span_ms = round(min(max(self._span_ms * factor, _SHORTEST_MS), self.longest_ms))
        self._tell()

    def shift(self, by_ms: int) -> None:
        """Show an earlier or later span."""
        self._shift_ms += by_ms
        self._tell()

    def home(self) -> None:
        """Back to now, and to the usual span."""
        self._shift_ms, self._span_ms = 0, self.usual_ms
        self._tell()

    def _tell(self) -> None:
        self.moved.emit()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self.shift(-self._span_ms // 8)
            case Qt.Key.Key_Right:
                self.shift(self._span_ms // 8)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(0.5)
            case Qt.Key.Key_Minus:
                self.zoom(2.0)
            case Qt.Key.Key_Home:
                self.home()
            case _:
                event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(0.8 if event.angleDelta().y() > 0 else 1.25)
        else:
            step = -1 if event.angleDelta().y() > 0 else 1
            self._first_row = min(max(self._first_row + step, 0), max(len(self._rows) - 1, 0))
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged = event.position()
        row = self._row_at(event.position().y())
        if row is not None:
            self.chosen.emit(row.entity)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            by = event.position().x() - self._dragged.x()
            self._dragged = event.position()
            self.shift(-round(by * self._ms_per_px))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragged = None

    def _row_at(self, y: float) -> TimeRow | None:
        at = int((y - AXIS_HEIGHT) // ROW_HEIGHT) + self._first_row
        return self._rows[at] if y >= AXIS_HEIGHT and at < len(self._rows) else None

    # Painting

    @property
    def _ms_per_px(self) -> float:
        return self._span_ms / max(self.width() - self.label_px, 1)

    def x_of(self, at_ms: int) -> float:
        """Where a moment stands, px."""
        return self.label_px + (at_ms - self.shown_ms[0]) / self._ms_per_px

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme = self._look.theme
            painter.fillRect(self.rect(), QColor(theme.bg1))
            painter.fillRect(QRectF(self.label_px, 0, self.width(), self.height()), QColor(theme.bg0))
            self._paint_axis(painter)
            top = AXIS_HEIGHT
            for row in self._rows[self._first_row :]:
                if top >= self.height():
                    break
                self._paint_row(painter, row, top)
                top += ROW_HEIGHT
            self._paint_now(painter)

    def _paint_axis(self, painter: QPainter) -> None:
        theme = self._look.theme
        painter.setFont(fonts.font(fonts.CAPTION))
        step_ms = self._step_ms()
        first_ms, last_ms = self.shown_ms
        local = datetime.fromtimestamp(first_ms // 1000, CITY_TIME)
        offset_ms = (timegm(local.timetuple()) - first_ms // 1000) * 1000
        offset_ms -= self.axis_from_ms
        at_ms = ceil((first_ms + offset_ms) / step_ms) * step_ms - offset_ms
        while at_ms < last_ms:
            x = self.x_of(at_ms)
            painter.setPen(QColor(theme.line))
            painter.drawLine(QPointF(x, AXIS_HEIGHT), QPointF(x, self.height()))
            painter.setPen(QColor(theme.t3))
            painter.drawText(
                QRectF(x - 60, 0, 120, AXIS_HEIGHT), int(Qt.AlignmentFlag.AlignCenter), self.axis_words(at_ms)
            )
            at_ms += step_ms
        painter.setPen(QColor(theme.line))
        painter.drawLine(QPointF(0, AXIS_HEIGHT - 0.5), QPointF(self.width(), AXIS_HEIGHT - 0.5))
        painter.drawLine(QPointF(self.label_px - 0.5, 0), QPointF(self.label_px - 0.5, self.height()))

    def axis_words(self, at_ms: int) -> str:
        """What stands above a line of the axis."""
        return _hour(at_ms)

    def _step_ms(self) -> int:
        wanted_min = _LEAST_STEP_PX * self._ms_per_px / _MINUTE_MS
        return next((step for step in self.steps_min if step >= wanted_min), self.steps_min[-1]) * _MINUTE_MS

    def _paint_row(self, painter: QPainter, row: TimeRow, top: int) -> None:
        theme = self._look.theme
        if row.entity == self._selected:
            painter.fillRect(QRectF(0, top, self.label_px, ROW_HEIGHT), QColor(theme.bg3))
            painter.fillRect(QRectF(self.label_px, top, self.width(), ROW_HEIGHT), QColor(theme.bg1))
        painter.setPen(QColor(theme.t1))
        painter.setFont(fonts.font(fonts.TABLE, 600))
        painter.drawText(QRectF(_EDGE, top, 80, ROW_HEIGHT), _LEFT, row.number)
        width = QFontMetricsF(painter.font()).horizontalAdvance(row.number)
        painter.setFont(fonts.font(fonts.TABLE))
        painter.setPen(QColor(getattr(theme, row.tone)))
        room = QRectF(_EDGE + width + 14, top, self.label_px - _EDGE - width - 24, ROW_HEIGHT)
        painter.drawText(
            room, _LEFT, painter.fontMetrics().elidedText(row.told, Qt.TextElideMode.ElideRight, int(room.width()))
        )
        painter.save()
        painter.setClipRect(QRectF(self.label_px, top, self.width() - self.label_px, ROW_HEIGHT))
        self.paint_bar(painter, row, top + ROW_HEIGHT / 2)
        painter.restore()
        painter.setPen(QColor(theme.line))
        painter.drawLine(QPointF(0, top + ROW_HEIGHT - 0.5), QPointF(self.width(), top + ROW_HEIGHT - 0.5))

    def paint_bar(self, painter: QPainter, row: TimeRow, middle: float) -> None:
        """Paint how long a row lasts, and its marks, around *middle*."""
        theme = self._look.theme
        end_ms = self._now_ms if row.until_ms is None else row.until_ms
        left, right = max(self.x_of(row.from_ms), self.label_px), self.x_of(end_ms)
        if right > left:
            painter.fillRect(QRectF(left, middle - 4.5, right - left, 9), QColor(theme.line2))
        if row.late_ms is not None and row.late_ms < end_ms:
            late = max(self.x_of(row.late_ms), self.label_px)
            painter.fillRect(QRectF(late, middle - 7, max(right - late, 2), 14), QColor(theme.red))
        self.paint_marks(painter, row, middle)

    def paint_marks(self, painter: QPainter, row: TimeRow, middle: float) -> None:
        """Paint what is marked of a row."""
        marks = sorted(row.marks, key=lambda one: one.at_ms)
        for mark, after in zip(marks, [*marks, None][1:], strict=True):
            room = self.width() if after is None else self.x_of(after.at_ms) - 6
            self._paint_mark(painter, mark, middle, room)

    def _paint_mark(self, painter: QPainter, mark: TimeMark, middle: float, room: float) -> None:
        """Paint a mark, and its name where the next one leaves room."""
        x = self.x_of(mark.at_ms)
        if not self.label_px - 200 <= x <= self.width() + 20:
            return
        theme = self._look.theme
        ink = QColor(getattr(theme, mark.tone))
        self._paint_shape(painter, mark.kind, QPointF(x, middle), ink)
        painter.setFont(fonts.font(fonts.CAPTION))
        box = QRectF(x + 7, middle - 9, QFontMetricsF(painter.font()).horizontalAdvance(mark.label) + 6, 18)
        if not mark.label or box.right() > room:
            return
        ground = QColor(theme.bg0)
        ground.setAlpha(190)
        painter.fillRect(box, ground)
        painter.setPen(ink if mark.kind is not MarkKind.HAPPENED else QColor(theme.t1))
        painter.drawText(box.adjusted(3, 0, 0, 0), _LEFT, mark.label)

    def _paint_shape(self, painter: QPainter, kind: MarkKind, at: QPointF, ink: QColor) -> None:
        ground = QColor(self._look.theme.bg0)
        if kind is MarkKind.DEADLINE:
            painter.fillRect(QRectF(at.x() - 1, at.y() - 8, 2, 16), ink)
        elif kind is MarkKind.HAPPENED:
            painter.setPen(QPen(ground, 1.5))
            painter.setBrush(ink)
            painter.drawEllipse(at, 4.5, 4.5)
        else:
            painter.setPen(QPen(ink, 1.5))
            painter.setBrush(ground)
            corners = ((0.0, -5.5), (5.5, 0.0), (0.0, 5.5), (-5.5, 0.0))
            painter.drawPolygon(QPolygonF([at + QPointF(*corner) for corner in corners]))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_now(self, painter: QPainter) -> None:
        theme, x = self._look.theme, self.x_of(self._now_ms)
        if not self.label_px <= x <= self.width():
            return
        painter.setPen(QPen(QColor(theme.acc), 2))
        painter.drawLine(QPointF(x, AXIS_HEIGHT - 4), QPointF(x, self.height()))
        painter.setFont(fonts.font(fonts.CAPTION, 600))
        word = f"{self.now_word()} {self.axis_words(self._now_ms)}".strip()
        width = QFontMetricsF(painter.font()).horizontalAdvance(word) + 16
        box = QRectF(min(max(x - width / 2, self.label_px + 2), self.width() - width), 2, width, 19)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.acc))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(theme.bg0))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), word)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _hour(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, CITY_TIME):%H:%M}"
