"""Counts over the whole desk, in the top bar on every desk: what is over, near, foreseen, and what nobody has seen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.dispatch.reach_told import Reach
from app.dispatch.states import ClockState
from app.messages import formats
from app.ui import fonts, icons
from app.ui.dispatch.alarms import Alarms
from app.ui.dispatch.faces import Face, chip_width, paint_chip
from app.ui.dispatch.model import DispatchModel
from app.ui.look import Look
from app.ui.widgets import Panel

_COUNTED = (ClockState.BREACHED, ClockState.AT_RISK, ClockState.FORECAST_TO_BREACH)


class _Badge(QWidget):
    """One count."""

    def __init__(self, look: Look, state: ClockState) -> None:
        super().__init__()
        self._look = look
        self.face = Face(state, "", "")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_count(self, label: str, count: int) -> None:
        """Show it; nothing where there is none."""
        self.face = Face(self.face.state, label, formats.number(count))
        self.setAccessibleName(f"{label} {count}")
        self.setVisible(count > 0)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(chip_width(self.face)) + 2, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_chip(painter, 0.5, 0.0, self.face, self._look.theme)


class _Bell(QWidget):
    """Alarms that nobody has acknowledged, and whether they are silenced."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.text, self.muted = "", False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(fonts.font(fonts.TABLE, 500)).horizontalAdvance(self.text)
        return QSize(round(width) + 40, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme = self._look.theme
            painter.setPen(QPen(QColor(theme.line2), 1))
            painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1), 3, 3)
            painter.setPen(QColor(theme.t1))
            icons.draw(painter, "muted" if self.muted else "bell", QRectF(8, 5, 14, 14), QColor(theme.t1))
            painter.setFont(fonts.font(fonts.TABLE, 500))
            flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRectF(28, 0, self.width() - 30, 24), flags, self.text)


class Badges(Panel):
    """The counts."""

    def __init__(self, look: Look, model: DispatchModel, alarms: Alarms) -> None:
        super().__init__(look)
        self._model, self._alarms = model, alarms
        self.states = {state: _Badge(look, state) for state in _COUNTED}
        self.bell = _Bell(look)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.gap = _Badge(look, ClockState.FORECAST_TO_BREACH)
        self._reach: Reach | None = None
        for badge in (*self.states.values(), self.gap, self.bell):
            line.addWidget(badge)
        for changed in (model.view_changed, model.ticked, alarms.changed):
            changed.connect(self._count)
        look.theme_changed.connect(self.update)
        self.retranslate()

    def retranslate(self) -> None:
        self._count()

    def show_reach(self, reach: Reach | None) -> None:
        """How many people no crew reaches in time: told before the next leak."""
        self._reach = reach
        self._count()

    def _count(self) -> None:
        moment, words = self._model.moment, self.look.words
        for state, badge in self.states.items():
            label = words.say("clock_state", state.name.lower())
            badge.show_count(label, 0 if moment is None else moment.count(state))
        gap = None if self._reach is None or not self._reach.crews else self._reach.gap
        people = 0 if gap is None else round(gap.people) or gap.places
        limit = "" if self._reach is None else formats.number(self._reach.limit_s / 60)
        self.gap.show_count(words.say("reach", "badge", {"limit": limit}), people)
        unseen = len(self._alarms.standing)
        self.bell.muted = self._alarms.muted
        self.bell.text = words.say("dispatch_told", "unseen", {"count": unseen})
        self.bell.setAccessibleName(self.bell.text)
        self.bell.setToolTip(
            self.tr("Alarms of dispatch that nobody has acknowledged; those of instruments stand on the Pressure desk")
        )
        self.bell.setVisible(unseen > 0 or self._alarms.muted)
        self.bell.updateGeometry()
        self.bell.update()
