"""The valves of the work on the map: done, next, ahead and out of the plan, each by its shape, and where one stands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.dispatch.field_task import FieldTask, ValveStep
from app.ui import fonts
from app.ui.field.parts import LEAST_PX, SMALL, BigButton
from app.ui.field.rows import draw_mark
from app.ui.look import Look
from app.ui.map.canvas import MapCanvas
from app.ui.map.sheet_over import SheetOver

_MARK_PX, _NOW_PX = 28.0, 38.0
NEAR_M_PER_PX = 0.5


@dataclass(frozen=True)
class Here:
    """Where one stands.

    Attributes:
        place_m: Project CRS.
        accuracy_m: Radius; None where the receiver says none.
        stale: Whether it was a while ago.
    """

    place_m: tuple[float, float]
    accuracy_m: float | None
    stale: bool


class FieldSheet(SheetOver):
    """Draws over the map while the desk is in front."""

    def __init__(self, look: Look, canvas: MapCanvas) -> None:
        super().__init__(look, canvas)
        self._task: FieldTask | None = None
        self._step: ValveStep | None = None
        self.here: Here | None = None
        self.hide()

    def show_work(self, task: FieldTask | None, step: ValveStep | None, here: Here | None) -> None:
        """Draw this from now on."""
        self._task, self._step, self.here = task, step, here
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_here(painter)
            if self._task is None:
                return
            steps = (*self._task.aside, *self._task.steps)
            # The one in front lies on top of the others.
            for step in sorted(steps, key=lambda one: one is self._step):
                self._paint_step(painter, self._task, step)

    def _paint_step(self, painter: QPainter, task: FieldTask, step: ValveStep) -> None:
        x, y = self._canvas.view.to_px(step.card.x_m, step.card.y_m)
        now = step is self._step
        size = _NOW_PX if now else _MARK_PX
        box = QRectF(x - size / 2, y - size / 2, size, size)
        aside = step in task.aside
        draw_mark(painter, self._look, box, str(task.number_of(step.valve)), done=step.done, now=now, aside=aside)
        painter.setFont(fonts.font(SMALL, 600 if now else 500))
        width = QFontMetrics(painter.font()).horizontalAdvance(step.valve) + 12
        chip = QRectF(x + size / 2 + 6, y - 13, width, 26)
        if chip.right() > self.width():
            chip.moveRight(x - size / 2 - 6)
        painter.setPen(QPen(self._look.colour("t1"), 1))
        painter.setBrush(self._look.colour("bg1"))
        painter.drawRoundedRect(chip, 3, 3)
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), step.valve)

    def _paint_here(self, painter: QPainter) -> None:
        if self.here is None:
            return
        view, ink = self._canvas.view, self._look.colour("acc")
        x, y = view.to_px(*self.here.place_m)
        if self._step is not None:
            painter.setPen(QPen(ink, 3, Qt.PenStyle.DotLine))
            goal = view.to_px(self._step.card.x_m, self._step.card.y_m)
            painter.drawLine(QPointF(x, y), QPointF(*goal))
        if self.here.accuracy_m is not None:
            fill = QColor(ink)
            fill.setAlpha(40)
            radius = max(self.here.accuracy_m / view.m_per_px, 14.0)
            painter.setPen(QPen(ink, 1.5))
            painter.setBrush(fill)
            painter.drawEllipse(QPointF(x, y), radius, radius)
        style = Qt.PenStyle.DashLine if self.here.stale else Qt.PenStyle.SolidLine
        painter.setPen(QPen(ink, 3, style))
        painter.setBrush(self._look.colour("bg1") if self.here.stale else ink)
        painter.drawEllipse(QPointF(x, y), 9, 9)


class MapButtons(QWidget):
    """Nearer, farther, and back to the valve: for fingers, at the map's right edge."""

    def __init__(self, look: Look, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.nearer, self.farther = BigButton(look, repeats=True), BigButton(look, repeats=True)
        self.centre = BigButton(look, icon="ring")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button, words in ((self.nearer, "+"), (self.farther, "−"), (self.centre, "")):
            button.setText(words)
            button.setFixedSize(LEAST_PX + 8, LEAST_PX + 4)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            layout.addWidget(button)
        self.nearer.clicked.connect(lambda: canvas.zoom_by(0.5))
        self.farther.clicked.connect(lambda: canvas.zoom_by(2.0))
        self._size = QSize(LEAST_PX + 8, 3 * (LEAST_PX + 4) + 16)
        self.hide()

    def stand(self, canvas: MapCanvas) -> None:
        """Stand at the right edge of *canvas*, over what is drawn on it."""
        self.setGeometry(canvas.width() - self._size.width() - 12, 12, self._size.width(), self._size.height())
        self.raise_()
