"""Small multiples: a little chart of every channel on one axis of time, hundreds on a screen, and a cursor through all.

Only what is in sight is asked for and painted: a city of thousands of instruments is as quick as one of a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.live_requests import CurvesRead, ReadCurves
from app.messages import formats
from app.requests import Reply
from app.telemetry.curves import Curve
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui import fonts
from app.ui.asking import OneByOne
from app.ui.dispatch.model import moment_of
from app.ui.live.model import LiveModel
from app.ui.live.span import Span
from app.ui.live.strip_ground import Scale, StripHead, fitted, holes_of, is_loud, joined, reach_of, upright
from app.ui.look import Look
from app.ui.map.qtdraw import colour, draw_lines, painting, pen
from app.ui.widgets import ElidedLabel, Panel, column, padded, scrolling

AT_ONCE: Final = 40
"""So many curves are asked for in one question: the recorder answers others in between."""
RENEW_MS: Final = 10_000
LEAST_PX: Final = 190
CELL_PX: Final = 78
_HEAD_PX: Final = 20.0
_EDGE_PX: Final = 8.0
_ORDER: Final = tuple(Quantity)
_LEFT_MIDDLE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT_MIDDLE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def in_order(setup: Setup) -> tuple[int, ...]:
    """Positions of all channels: pressures first, those of a metered area side by side. A chart keeps its place."""
    records = setup.channels.records
    return tuple(
        sorted(
            range(len(records)),
            key=lambda row: (_ORDER.index(records[row].quantity), records[row].dma_id, records[row].id),
        )
    )


class Multiples(QWidget):
    """The charts.

    Attributes:
        rows: Positions of the channels, in the order of their charts.
        at: Place of the chart in front among them.
        curves: By the channel's position.
        share: Where the cursor stands on the axis of time, 0 to 1; None without one.

    Signals:
        chosen: A chart was clicked, or Enter pressed on it: the position of its channel.
        wanted: A chart is to be brought to the front by the keyboard: the position of its channel.
        moved: Others are in sight. pointed: The cursor has moved.
    """

    chosen = Signal(int)
    wanted = Signal(int)
    moved = Signal()
    pointed = Signal()

    def __init__(self, look: Look, head_of: Callable[[int], StripHead]) -> None:
        super().__init__()
        self._look, self._head_of = look, head_of
        self.rows: tuple[int, ...] = ()
        self.curves: dict[int, Curve] = {}
        self.span, self.now_ms = Span(), 0
        self.at = 0
        self.share: float | None = None
        self._picture: QPixmap | None = None
        self._seen = QRect()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        look.theme_changed.connect(self.renew)

    # Where charts stand

    @property
    def across(self) -> int:
        """How many stand side by side."""
        return max(1, self.width() // LEAST_PX)

    @property
    def columns(self) -> int:
        """Pixels of the axis of time in each."""
        return max(40, int(self.width() / self.across - 2 * _EDGE_PX))

    def box(self, at: int) -> QRect:
        """Where the chart at a place stands."""
        wide = self.width() / self.across
        line, side = divmod(at, self.across)
        left = round(side * wide)
        return QRect(left, line * CELL_PX, round((side + 1) * wide) - left, CELL_PX)

    @property
    def in_sight(self) -> tuple[int, ...]:
        """Places of the charts of which anything is in sight."""
        seen = self.visibleRegion().boundingRect()
        if seen.isEmpty():
            return ()
        first, last = seen.top() // CELL_PX, seen.bottom() // CELL_PX
        return tuple(range(first * self.across, min(len(self.rows), (last + 1) * self.across)))

    def show_rows(self, rows: Sequence[int]) -> None:
        """Other channels."""
        self.rows, self.curves = tuple(rows), {}
        self.at = min(self.at, max(0, len(rows) - 1))
        self._settle()

    def _settle(self) -> None:
        self.setMinimumHeight(-(-len(self.rows) // self.across) * CELL_PX)
        self.renew()

    def renew(self) -> None:
        """Paint anew with the next frame."""
        self._picture = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(3 * LEAST_PX, 4 * CELL_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        seen = self.visibleRegion().boundingRect()
        if self._picture is None or seen != self._seen:
            self._seen = seen
            self._picture = self._painted(seen)
            self.moved.emit()
        with painting(self) as painter:
            painter.drawPixmap(seen.topLeft(), self._picture)
            if self.share is not None:
                self._paint_cursor(painter)

    def _painted(self, seen: QRect) -> QPixmap:
        dpr = self.devicePixelRatioF()
        picture = QPixmap(round(seen.width() * dpr), round(seen.height() * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(self._look.colour("bg1"))
        with painting(picture) as painter:
            painter.translate(-seen.left(), -seen.top())
            for at in self.in_sight:
                self._paint_chart(painter, at)
        return picture

    def _paint_chart(self, painter: QPainter, at: int) -> None:
        theme, row = self._look.theme, self.rows[at]
        head, box = self._head_of(row), QRectF(self.box(at))
        ink = head.tone if is_loud(head.tone) else "t1"
        if at == self.at and self.hasFocus():
            painter.fillRect(box.adjusted(1, 1, -1, -1), QColor(theme.bg2))
        painter.setPen(pen(theme.line, 1.0))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        if ink != "t1":
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), self._look.colour(ink))
        self._write_head(painter, box, head)
        plot = box.adjusted(_EDGE_PX, _HEAD_PX, -_EDGE_PX, -6)
        curve = self.curves.get(row)
        if curve is None:
            return
        low, high = reach_of(head, curve, None)
        scale = Scale(low, high, plot.bottom(), plot.height() / (high - low))
        painter.save()
        painter.setClipRect(plot)
        for level, priority in head.limits:
            if low < level < high:
                line = self._look.colour("red_text" if priority == 1 else "amber_text")
                painter.setPen(pen(line, 1.0, Qt.PenStyle.DashLine, Qt.PenCapStyle.FlatCap))
                painter.drawLine(QPointF(plot.left(), scale.at(level)), QPointF(plot.right(), scale.at(level)))
        self._paint_curve(painter, plot, head, curve, scale, ink)
        painter.restore()

    def _write_head(self, painter: QPainter, box: QRectF, head: StripHead) -> None:
        theme = self._look.theme
        figure = f"{head.value} {head.unit}".strip()
        painter.setFont(fonts.font(fonts.CAPTION, 600))
        wide = painter.fontMetrics().horizontalAdvance(figure)
        line = QRectF(box.left() + _EDGE_PX, box.top() + 2, box.width() - 2 * _EDGE_PX, _HEAD_PX - 2)
        painter.setPen(QColor(getattr(theme, head.tone)))
        painter.drawText(line, _RIGHT_MIDDLE, figure)
        painter.setFont(fonts.font(fonts.CAPTION))
        painter.setPen(QColor(theme.t2))
        room = int(line.width() - wide - 8)
        painter.drawText(line, _LEFT_MIDDLE, fitted(painter.fontMetrics(), head.name, room))

    def _paint_curve(
        self, painter: QPainter, plot: QRectF, head: StripHead, curve: Curve, scale: Scale, ink: str
    ) -> None:
        start, end = self.span.limits(self.now_ms)
        per_ms = plot.width() / (end - start)
        pieces = curve.pieces(head.interval_ms)
        for since, until in holes_of(head, curve, pieces, (start, end), self.now_ms):
            left, right = (plot.left() + (at - start) * per_ms for at in (since, until))
            hole = QRectF(left, plot.top(), right - left, plot.height())
            painter.fillRect(hole, QBrush(colour(self._look.theme.t3, 0.45), Qt.BrushStyle.BDiagPattern))
        if not len(curve):
            return
        x = plot.left() + (curve.start_ms + curve.step_ms // 2 - start).astype(np.float64) * per_ms
        low, high, mean = scale.y(curve.low), scale.y(curve.high), scale.y(curve.mean)
        painter.setPen(pen(colour(getattr(self._look.theme, ink), 0.45), 1.0))
        draw_lines(painter, upright(x, low, high))
        painter.setPen(pen(self._look.colour(ink), 1.0))
        draw_lines(painter, joined(x, mean, pieces))

    @property
    def cursor_ms(self) -> int | None:
        """The instant under the cursor, UTC milliseconds."""
        start, end = self.span.limits(self.now_ms)
        return None if self.share is None else round(start + self.share * (end - start))

    def _paint_cursor(self, painter: QPainter) -> None:
        """A line at one instant through all charts, with what each read then in place of what it reads now."""
        assert self.share is not None
        theme, at_ms = self._look.theme, self.cursor_ms
        assert at_ms is not None
        painter.setFont(fonts.font(fonts.CAPTION, 600))
        start, end = self.span.limits(self.now_ms)
        for at in self.in_sight:
            box, row = QRectF(self.box(at)), self.rows[at]
            x = box.left() + _EDGE_PX + self.share * (box.width() - 2 * _EDGE_PX)
            painter.setPen(pen(theme.acc, 1.0))
            painter.drawLine(QPointF(x, box.top() + _HEAD_PX), QPointF(x, box.bottom() - 4))
            curve = self.curves.get(row)
            if curve is None:
                continue
            head = self._head_of(row)
            within_ms = int(max(head.interval_ms, curve.step_ms, (end - start) / self.columns) * 2)
            told = f"{head.said(curve.at(at_ms, within_ms))} {head.unit}".strip()
            wide = max(
                painter.fontMetrics().horizontalAdvance(told),
                painter.fontMetrics().horizontalAdvance(f"{head.value} {head.unit}"),
            )
            place = QRectF(box.right() - _EDGE_PX - wide - 4, box.top() + 2, wide + 4, _HEAD_PX - 3)
            painter.fillRect(place, QColor(theme.bg1))
            painter.setPen(QColor(theme.acc))
            painter.drawText(place, _RIGHT_MIDDLE, told)

    # Hands

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            place = self._at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), self.told_at(place), self)
            return True
        return super().event(event)

    def told_at(self, place: int) -> str:
        """The chart at a place in words: whole names have no room over it. "" where none stands."""
        if not 0 <= place < len(self.rows):
            return ""
        head = self._head_of(self.rows[place])
        return f"{head.name}  {head.identity}\n{head.value} {head.unit}".rstrip() + f" · {head.state}"

    def _at(self, x_px: float, y_px: float) -> int:
        """The place under a point; -1 where no chart stands."""
        side = int(x_px * self.across / max(1, self.width()))
        at = int(y_px // CELL_PX) * self.across + min(side, self.across - 1)
        return at if 0 <= at < len(self.rows) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position().x(), event.position().y())
        self.share = None
        if place >= 0:
            box = self.box(place)
            share = (event.position().x() - box.left() - _EDGE_PX) / max(1.0, box.width() - 2 * _EDGE_PX)
            self.share = min(1.0, max(0.0, share))
        self.pointed.emit()
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self.share = None
        self.pointed.emit()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position().x(), event.position().y())
        if place >= 0:
            self.at = place
            self.chosen.emit(self.rows[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.across,
            Qt.Key.Key_Down: self.across,
        }
        key = Qt.Key(event.key())
        if key in steps and self.rows:
            at = min(max(self.at + steps[key], 0), len(self.rows) - 1)
            self.wanted.emit(self.rows[at])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.rows:
            self.chosen.emit(self.rows[self.at])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, _event: object) -> None:
        self.renew()

    def focusOutEvent(self, _event: object) -> None:
        self.renew()


class AllCurves(Panel):
    """The charts in a page that scrolls, with what they need to know; curves come as they come into sight."""

    chosen = Signal(int)

    def __init__(self, look: Look, model: LiveModel, head_of: Callable[[int], StripHead]) -> None:
        super().__init__(look)
        self._model = model
        self.setProperty("surface", "panel")
        self.grid = Multiples(look, head_of)
        self.area = scrolling(self.grid, takes_focus=False)
        self.foot = ElidedLabel(look, size=fonts.CAPTION, tone="t2")
        self._turn = 0
        self._known: dict[int, tuple[int, int]] = {}
        self._asked = (0, 0)
        self._reading = OneByOne(model.session.client, self._question, self._take)
        column(self, self.area, padded(self.foot, 4, 4)).setStretch(0, 1)
        self.grid.chosen.connect(self.chosen)
        self.grid.wanted.connect(self.bring)
        self.grid.moved.connect(self._in_sight)
        self.grid.pointed.connect(self._tell)
        self._renewing = QTimer(self, interval=RENEW_MS)
        self._renewing.timeout.connect(self._follow)
        self._renewing.start()
        self.setFocusProxy(self.grid)
        self.retranslate()

    def retranslate(self) -> None:
        self._tell()

    def bring(self, row: int) -> None:
        """Bring the chart of a channel into sight and to the front."""
        if row in self.grid.rows:
            self.grid.at = self.grid.rows.index(row)
            box = self.grid.box(self.grid.at)
            self.area.ensureVisible(box.center().x(), box.center().y(), 0, CELL_PX)
            self.grid.renew()

    def begin(self) -> None:
        """Another city, or other instruments."""
        setup = self._model.setup
        self._reading.forget()
        self._known = {}
        self.grid.show_rows(() if setup is None else in_order(setup))

    def show_span(self, span: Span) -> None:
        """Another span of time, or another moment that is looked back to: every curve is read anew."""
        self.grid.span, self.grid.now_ms = span, self._model.now_ms
        self._turn += 1
        self._in_sight()
        self._tell()
        self.grid.renew()

    def show_present(self) -> None:
        """Figures and colours of this moment."""
        if self.isVisible():
            self.grid.now_ms = self._model.now_ms
            self.grid.renew()

    def _follow(self) -> None:
        if self.isVisible() and self.grid.span.is_live:
            self.show_span(self.grid.span)

    def _in_sight(self) -> None:
        if self.isVisible() and not self._reading.under_way:
            self._reading.ask()

    def _question(self) -> ReadCurves | None:
        """The next curves that are in sight and not read yet."""
        grid, wanted = self.grid, (self._turn, self.grid.columns)
        missing = [grid.rows[at] for at in grid.in_sight if self._known.get(grid.rows[at]) != wanted]
        if not missing or self._model.setup is None:
            return None
        start, end = grid.span.limits(self._model.now_ms)
        self._asked = wanted
        return ReadCurves(tuple(missing[:AT_ONCE]), start, end, grid.columns, bands=False, known_ms=self._model.back_ms)

    def _take(self, told: Reply) -> None:
        if not isinstance(told, CurvesRead):
            return
        self.grid.curves |= dict(zip(told.asked.rows, told.curves, strict=True))
        self._known |= dict.fromkeys(told.asked.rows, self._asked)
        self.grid.renew()
        self._reading.ask()

    def _tell(self) -> None:
        """What is shown: how many, from when until when, and where the cursor stands."""
        start, end = self.grid.span.limits(self._model.now_ms)
        moments = [f"{moment_of(at_ms):%m-%d %H:%M}" for at_ms in (start, end)]
        said = formats.filled(
            self.tr("{count} {count|curve|curves} · {since} – {until}"),
            count=formats.number(len(self.grid.rows)),
            since=moments[0],
            until=moments[1],
        )
        at_ms = self.grid.cursor_ms
        if at_ms is not None:
            said += " · " + self.tr("cursor") + f" {moment_of(at_ms):%m-%d %H:%M:%S}"
        self.foot.set_text(said)
