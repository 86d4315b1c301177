"""The trade-off chart: what is spared against customers out, a step line through the plans that nothing beats.

Painted by ourselves: a handful of points, each of which is a button.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.messages import formats
from app.ui import fonts
from app.ui.look import Look
from app.ui.planning.front_scale import Axis, cost_axis, customer_axis

REACH_PX = 16.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 30, 44
_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_RADIUS, _SQUARE = 5.5, 12.0
_APART, _LETTER = 8.0, 14.0
"""Room that the word beside the limit keeps from points at their sides and above, where letters stand."""


@dataclass(frozen=True)
class Point:
    """One plan on the chart.

    Attributes:
        letter: What it is called.
        cost: What is spared.
        out: Customers out.
        note: A word beside the letter.
        exact: False where it is not proven.
        beaten: Stands beside the step line.
        told: Its figures, for the pointer.
    """

    letter: str
    cost: float
    out: int
    note: str = ""
    exact: bool = True
    beaten: bool = False
    told: str = ""


@dataclass(frozen=True)
class Captions:
    """Words of the axes; *limit*, or in short, beside the line at *limit_out* customers, "" without one."""

    cost: str = ""
    out: str = ""
    limit: str = ""
    limit_out: float = 0.0
    limit_short: str = ""


class FrontChart(QWidget):
    """The chart.

    Signals:
        chosen: A point was clicked or entered: its number.
        pointed: The pointer or the cursor is on another point: its number, or -1.
    """

    chosen = Signal(int)
    pointed = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._points: tuple[Point, ...] = ()
        self._captions = Captions()
        self._chosen = self._cursor = self._hovered = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(260)
        look.theme_changed.connect(self.update)

    def show_points(self, points: tuple[Point, ...], chosen: int, captions: Captions) -> None:
        """Show *points*, the cheapest first; *chosen* is on screen elsewhere, -1 for none."""
        if len(points) != len(self._points):
            self._hovered = -1
        self._points, self._chosen, self._captions = points, chosen, captions
        self._cursor = chosen
        self.setAccessibleDescription("; ".join(f"{point.letter} {point.told}" for point in points))
        self.update()

    @property
    def points(self) -> tuple[Point, ...]:
        """What is shown."""
        return self._points

    @property
    def captions(self) -> Captions:
        """Words of its axes."""
        return self._captions

    @property
    def cursor_at(self) -> int:
        """The point that Enter takes."""
        return self._cursor

    def sizeHint(self) -> QSize:
        return QSize(488, 300)

    def place_of(self, number: int) -> QPointF:
        """Where a point stands, in the widget's pixels."""
        across, up = self._axes()
        point = self._points[number]
        return QPointF(across.px(point.cost), up.px(point.out))

    def _axes(self) -> tuple[Axis, Axis]:
        costs, outs = [p.cost for p in self._points] or [1.0], [float(p.out) for p in self._points] or [1.0]
        across = cost_axis(costs, _LEFT, self.width() - _RIGHT)
        return across, customer_axis(outs, self.height() - _BOTTOM, _TOP)

    # What the operator does

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position())
        if at >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._cursor = at
            self.chosen.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_J, Qt.Key.Key_Right, Qt.Key.Key_Down}:
            self._move(1)
        elif key in {Qt.Key.Key_K, Qt.Key.Key_Left, Qt.Key.Key_Up}:
            self._move(-1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._cursor >= 0:
            self.chosen.emit(self._cursor)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._cursor = max(self._cursor, 0) if self._points else -1
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _move(self, by: int) -> None:
        at = self._cursor + by
        if 0 <= at < len(self._points):
            self._cursor = at
            self.pointed.emit(at)
            self.update()

    def _at(self, place: QPointF) -> int:
        """The nearest point within reach."""
        away = [((self.place_of(number) - place).manhattanLength(), number) for number in range(len(self._points))]
        nearest = min(away, default=(REACH_PX + 1, -1))
        return nearest[1] if nearest[0] <= REACH_PX else -1

    def _hover(self, at: int) -> None:
        if at != self._hovered:
            self._hovered = at
            self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
            self.pointed.emit(at)
            self.update()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._points:
            return
        across, up = self._axes()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(fonts.font(fonts.CAPTION))
            self._paint_grid(painter, across, up)
            self._paint_steps(painter, across, up)
            self._paint_limit(painter, across, up)
            for number in range(len(self._points)):
                self._paint_point(painter, number)
            self._paint_letters(painter)
            self._paint_told(painter)

    def _paint_grid(self, painter: QPainter, across: Axis, up: Axis) -> None:
        colour = self._look.colour
        left, right = across.start_px, across.end_px
        for value in up.marks:
            y = round(up.px(value)) + 0.5
            painter.setPen(QPen(colour("line"), 1))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(colour("t3"))
            box = QRectF(0, y - 10, left - 8, 20)
            painter.drawText(
                box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), formats.number(value)
            )
        for value in across.marks:
            x = across.px(value)
            painter.setPen(QPen(colour("line2"), 1))
            painter.drawLine(QPointF(x, up.start_px), QPointF(x, up.start_px + 4))
            painter.setPen(colour("t3"))
            painter.drawText(
                QRectF(x - 30, up.start_px + 5, 60, 16), int(Qt.AlignmentFlag.AlignHCenter), formats.number(value)
            )
        painter.setPen(colour("t2"))
        painter.drawText(QRectF(left, 6, right - left, 18), int(Qt.AlignmentFlag.AlignLeft), self._captions.out)
        painter.drawText(
            QRectF(left, up.start_px + 23, right - left, 18), int(Qt.AlignmentFlag.AlignRight), self._captions.cost
        )

    def _paint_limit(self, painter: QPainter, across: Axis, up: Axis) -> None:
        captions = self._captions
        if not captions.limit or captions.limit_out > up.high:
            return
        y = round(up.px(captions.limit_out)) + 0.5
        line = QPen(self._look.colour("amber"), 1, Qt.PenStyle.CustomDashLine)
        line.setDashPattern([4, 3])
        painter.setPen(line)
        painter.drawLine(QPointF(across.start_px, y), QPointF(across.end_px, y))
        text, box = self._limit_word(y)
        painter.fillRect(box, self._look.colour("bg1"))
        painter.setPen(self._look.colour("amber_text"))
        painter.drawText(box, int(_RIGHT_MIDDLE), text)

    def _limit_word(self, y: float) -> tuple[str, QRectF]:
        """What stands beside the line, and where no point stands: in short where there is no room for all of it.

        At its right end first: many customers out stand at the left.
        """
        points = [self._around(number).adjusted(-_APART, -_LETTER, _APART, 0) for number in range(len(self._points))]
        metrics = QFontMetricsF(fonts.font(fonts.CAPTION))
        text, box = "", QRectF()
        for text in (self._captions.limit, self._captions.limit_short):
            width = metrics.horizontalAdvance(text) + 2
            right = self.width() - _RIGHT - width
            for left in range(int(right), int(_LEFT + 6) - 1, -8):
                for top in (y - 17, y + 2):
                    box = QRectF(left, top, width, 16)
                    if not any(box.intersects(point) for point in points):
                        return text, box
            box = QRectF(right, y - 17, width, 16)
        return text, box

    @property
    def limit_told(self) -> str:
        """What is to be read beside the line of the limit; "" without one."""
        up = self._axes()[1]
        line = self._limit_line(up)
        return "" if line.isNull() else self._limit_word(round(up.px(self._captions.limit_out)) + 0.5)[0]

    def _limit_line(self, up: Axis) -> QRectF:
        """Where the line of the limit is drawn; nowhere without one."""
        captions = self._captions
        if not captions.limit or captions.limit_out > up.high:
            return QRectF()
        return QRectF(_LEFT, up.px(captions.limit_out) - 1, self.width() - _LEFT - _RIGHT, 3)

    def _paint_steps(self, painter: QPainter, across: Axis, up: Axis) -> None:
        """From each plan level to the cost of the next, then down; the last one on to the edge."""
        corners: list[QPointF] = []
        for point in (point for point in self._points if not point.beaten):
            x, y = across.px(point.cost), up.px(point.out)
            if corners:
                corners.append(QPointF(x, corners[-1].y()))
            corners.append(QPointF(x, y))
        corners.append(QPointF(across.end_px, corners[-1].y()))
        painter.setPen(QPen(self._look.colour("t2"), 1.2))
        painter.drawPolyline(QPolygonF(corners))

    def _paint_point(self, painter: QPainter, number: int) -> None:
        colour, point, at = self._look.colour, self._points[number], self.place_of(number)
        painter.setBrush(colour("bg1"))
        if self.hasFocus() and number == self._cursor:
            painter.setPen(QPen(colour("acc"), 2))
            painter.drawEllipse(at, 11, 11)
        if number == self._chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("acc"))
            painter.drawRect(QRectF(at.x() - _SQUARE / 2, at.y() - _SQUARE / 2, _SQUARE, _SQUARE))
            return
        pen = QPen(colour("t3" if point.beaten else "t1"), 1.5 if point.beaten else 2)
        if not point.exact:
            pen = QPen(colour("amber_text"), 1.8)
            pen.setDashPattern([1.6, 1.4])
        painter.setPen(pen)
        radius = _RADIUS - (1.5 if point.beaten else 0) + (1.5 if number == self._hovered else 0)
        painter.drawEllipse(at, radius, radius)

    def _paint_letters(self, painter: QPainter) -> None:
        """Letters where they meet neither a point nor another letter; the chosen one first."""
        bold, plain = fonts.font(fonts.TABLE, 600), fonts.font(fonts.CAPTION)
        taken = [self._around(number) for number in range(len(self._points))]
        up = self._axes()[1]
        if self._captions.limit and self._captions.limit_out <= up.high:
            taken.append(self._limit_word(up.px(self._captions.limit_out))[1])
        order = sorted(range(len(self._points)), key=lambda number: number not in {self._chosen, self._hovered})
        line = self._limit_line(up)
        for number in order:
            point = self._points[number]
            letter_px = QFontMetricsF(bold).horizontalAdvance(point.letter)
            note_px = QFontMetricsF(plain).horizontalAdvance(point.note) + 6 if point.note else 0.0
            for note, width in ((point.note, letter_px + note_px), ("", letter_px)):
                box = self._free(number, width, taken)
                if box is not None:
                    taken.append(box)
                    if box.intersects(line):
                        # The line gives way to a letter: struck through it is hard to read.
                        painter.fillRect(box.adjusted(-2, 1, 2, -1), self._look.colour("bg1"))
                    self._paint_letter(painter, number, box, note, letter_px)
                    break

    def _free(self, number: int, width: float, taken: list[QRectF]) -> QRectF | None:
        """Room for a letter beside its point."""
        inside = QRectF(_LEFT, 0, self.width() - _LEFT - 4, self.height() - _BOTTOM)
        for box in self._places(number, width):
            others = (other for at, other in enumerate(taken) if at != number)
            if inside.contains(box) and not any(box.intersects(other) for other in others):
                return box
        return None

    def _places(self, number: int, width: float) -> Iterator[QRectF]:
        at = self.place_of(number)
        for left, top in ((9, -20), (9, 4), (-9 - width, 4), (-9 - width, -20), (-width / 2, -26), (-width / 2, 10)):
            yield QRectF(at.x() + left, at.y() + top, width, 16)

    def _around(self, number: int) -> QRectF:
        at = self.place_of(number)
        return QRectF(at.x() - 7, at.y() - 7, 14, 14)

    def _paint_letter(self, painter: QPainter, number: int, box: QRectF, note: str, letter_px: float) -> None:
        point, colour = self._points[number], self._look.colour
        ink = "acc" if number == self._chosen else "t3" if point.beaten else "t1" if point.exact else "amber_text"
        painter.setPen(colour(ink))
        painter.setFont(fonts.font(fonts.TABLE, 600))
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(box.adjusted(0, 0, 4, 0), left, point.letter)
        if note:
            painter.setFont(fonts.font(fonts.CAPTION))
            painter.setPen(colour(ink if number == self._chosen or not point.exact else "t2"))
            painter.drawText(box.adjusted(letter_px + 6, 0, 4, 0), left, note)

    def _paint_told(self, painter: QPainter) -> None:
        """Figures of the point under the pointer, and lines to both axes."""
        number = self._hovered if self._hovered >= 0 else self._cursor if self.hasFocus() else -1
        if not 0 <= number < len(self._points):
            return
        colour, at = self._look.colour, self.place_of(number)
        painter.setPen(QPen(colour("acc"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(_LEFT, at.y()), QPointF(at.x() - 8, at.y()))
        painter.drawLine(QPointF(at.x(), at.y() + 8), QPointF(at.x(), self.height() - _BOTTOM))
        painter.setFont(fonts.font(fonts.CAPTION))
        told = f"{self._points[number].letter}  {self._points[number].told}"
        width = QFontMetricsF(painter.font()).horizontalAdvance(told) + 16
        left = min(max(at.x() - width / 2, 4.0), self.width() - width - 4)
        top = at.y() - 44 if at.y() > 56 else at.y() + 22
        box = QRectF(left, top, width, 22)
        painter.setPen(QPen(colour("line2"), 1))
        painter.setBrush(QColor(colour("bg2")))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(colour("t1"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), told)
