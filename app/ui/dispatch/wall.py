"""The wall: the queue and the crews in large letters, to be read from across the room. Nothing can be done there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.dispatch.crews import CrewState
from app.dispatch.states import ClockState
from app.messages import formats
from app.ui import fonts, icons
from app.ui.dispatch.faces import ICONS, tone_of
from app.ui.dispatch.model import DispatchModel, moment_of
from app.ui.dispatch.present import CREW_ICONS, queue_line
from app.ui.dispatch.rows import Moment, QueueLine, in_order
from app.ui.dispatch.sections import crew_state
from app.ui.look import Look

_EDGE, _HEAD, _ROW, _CREW_ROW = 40, 96, 92, 52
_COUNTED = (ClockState.BREACHED, ClockState.AT_RISK, ClockState.FORECAST_TO_BREACH)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = Qt.TextElideMode.ElideMiddle


class Wall(QWidget):
    """A window of its own, for another screen."""

    def __init__(self, look: Look, model: DispatchModel) -> None:
        super().__init__()
        self._look, self._model = look, model
        self.setWindowFlag(Qt.WindowType.Window)
        self.resize(1920, 1080)
        self.retranslate()
        for changed in (model.ticked, model.view_changed, look.theme_changed):
            changed.connect(self.update)
        look.language_changed.connect(self.retranslate)

    def retranslate(self) -> None:
        """Write every word again."""
        self.setWindowTitle(self.tr("Wall"))
        self.update()

    @property
    def lines(self) -> tuple[QueueLine, ...]:
        """Open incidents in the order shown."""
        view, moment = self._model.view, self._model.moment
        if view is None or moment is None:
            return ()
        lines = (queue_line(row, view, self._look.words) for row in view.queue if row.is_open)
        return in_order(lines, moment)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Q}:
            self.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(self._look.theme.bg0))
            moment, view = self._model.moment, self._model.view
            if moment is None or view is None:
                return
            self._paint_head(painter, moment)
            crews_px = self.width() * 0.3
            self._paint_queue(painter, moment, self.width() - crews_px)
            self._paint_crews(painter, QRectF(self.width() - crews_px, _HEAD, crews_px, self.height() - _HEAD))

    def _paint_head(self, painter: QPainter, moment: Moment) -> None:
        theme, left = self._look.theme, float(_EDGE)
        painter.setFont(fonts.font(44, 600))
        painter.setPen(QColor(theme.t1))
        now = moment_of(moment.now_ms)
        painter.drawText(QRectF(0, 0, self.width() - _EDGE, _HEAD), _RIGHT, formats.clock_time(now))
        for state in _COUNTED:
            count = moment.count(state)
            ink = QColor(getattr(theme, tone_of(state) if count else "t3"))
            icons.draw(painter, ICONS[state], QRectF(left, 30, 36, 36), ink)
            painter.setFont(fonts.font(36, 600))
            painter.setPen(ink)
            text = f"{self._look.words.say('clock_state', state.name.lower())} {count}"
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QRectF(left + 48, 0, width + 4, _HEAD), _LEFT, text)
            left += width + 120

    def _paint_queue(self, painter: QPainter, moment: Moment, width: float) -> None:
        theme, top = self._look.theme, float(_HEAD)
        lines = self.lines
        room = max(int((self.height() - _HEAD - 40) // _ROW), 1)
        for line in lines[:room]:
            painter.setPen(QColor(theme.line))
            painter.drawLine(_EDGE, round(top), round(width - 24), round(top))
            self._paint_line(painter, line, moment, QRectF(_EDGE, top, width - _EDGE - 24, _ROW))
            top += _ROW
        if len(lines) > room:
            painter.setFont(fonts.font(26, 500))
            painter.setPen(QColor(theme.t2))
            painter.drawText(QRectF(_EDGE, top, width, 40), _LEFT, f"+{len(lines) - room}")

    def _paint_line(self, painter: QPainter, line: QueueLine, moment: Moment, box: QRectF) -> None:
        theme, worst = self._look.theme, moment.worst(line.clock_rows)
        ink = QColor(getattr(theme, tone_of(worst)))
        icons.draw(painter, line.icon, QRectF(box.left(), box.top() + 26, 40, 40), ink)
        faces = line.faces(moment)
        first = faces[0] if faces else None
        right = box.right()
        if first is not None and first.time:
            painter.setFont(fonts.font(40, 600))
            painter.setPen(
                QColor(getattr(theme, tone_of(first.state))) if worst >= ClockState.AT_RISK else QColor(theme.t1)
            )
            painter.drawText(box, _RIGHT, first.time)
            right -= painter.fontMetrics().horizontalAdvance(first.time) + 20
            painter.setFont(fonts.font(26, 500))
            label = first.label
            painter.drawText(QRectF(box.left(), box.top(), right - box.left(), box.height()), _RIGHT, label)
            right -= painter.fontMetrics().horizontalAdvance(label) + 16
            icons.draw(painter, ICONS[first.state], QRectF(right - 36, box.top() + 28, 36, 36), ink)
            right -= 52
        painter.setFont(fonts.font(34, 600))
        painter.setPen(QColor(theme.t1))
        left = box.left() + 60
        number_px = painter.fontMetrics().horizontalAdvance(line.number) + 20
        painter.drawText(QRectF(left, box.top() + 6, number_px, 44), _LEFT, line.number)
        room = right - left - number_px
        place = painter.fontMetrics().elidedText(line.place, _MIDDLE, int(room))
        painter.drawText(QRectF(left + number_px, box.top() + 6, room, 44), _LEFT, place)
        painter.setFont(fonts.font(24))
        painter.setPen(QColor(theme.t2))
        told = painter.fontMetrics().elidedText(
            " · ".join(part for part in (line.size, line.told) if part), _MIDDLE, int(right - left)
        )
        painter.drawText(QRectF(left, box.top() + 50, right - left, 34), _LEFT, told)

    def _paint_crews(self, painter: QPainter, box: QRectF) -> None:
        theme, view = self._look.theme, self._model.view
        assert view is not None
        painter.fillRect(box, QColor(theme.bg1))
        working_first = sorted(view.crews, key=lambda row: (row.incident is None, row.state is CrewState.OFF, row.crew))
        top = box.top() + 10
        for row in working_first[: int((box.height() - 20) // _CREW_ROW)]:
            off = row.state is CrewState.OFF or (not row.on_shift and row.incident is None)
            ink = QColor(theme.t3 if off else theme.t1)
            icons.draw(
                painter, CREW_ICONS[CrewState.OFF if off else row.state], QRectF(box.left() + 24, top + 12, 28, 28), ink
            )
            painter.setPen(ink)
            painter.setFont(fonts.font(28, 600))
            painter.drawText(QRectF(box.left() + 68, top, 150, _CREW_ROW), _LEFT, row.crew)
            painter.setFont(fonts.font(26))
            painter.setPen(QColor(theme.t2))
            told = crew_state(row, self._look.words)
            painter.drawText(QRectF(box.left() + 200, top, box.width() - 224, _CREW_ROW), _RIGHT, told)
            top += _CREW_ROW
