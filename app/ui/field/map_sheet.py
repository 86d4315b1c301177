"""The valves of the work on the map: done, next, ahead and out of the plan, each by its shape, and where one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.dispatch.field_task import FieldTask, ValveStep
from app.ui import fonts
from app.ui.field.parts import LEAST_PX, SMALL, BigButton
from app.ui.field.rows import draw_mark
from app.ui.look import Look
from app.ui.map.canvas import MapCanvas
from app.ui.map.sheet_over import SheetOver

_MARK_PX, _NOW_PX, _NAME_PX = 28.0, 38.0, 26.0
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


def names_beside(marks: Sequence[QRectF], widths: Sequence[float], room: QRectF) -> list[QRectF | None]:
    """Where the name of each mark stands: to its right, its left, below or above, as long as it covers nothing.

    Args:
        marks: Of what is named, pixels; those that come first choose first, and the first one's name always stands.
        widths: Of the names, pixels.
        room: What is to be seen.

    Returns:
        The names' boxes; None for a mark that is not to be seen, or beside which all is taken: the list names it.
    """
    taken, found = list(marks), list[QRectF | None]()
    for at, (mark, width) in enumerate(zip(marks, widths, strict=True)):
        across, down = mark.center().x() - width / 2, mark.center().y() - _NAME_PX / 2
        corners = (
            (mark.right() + 6, down),
            (mark.left() - 6 - width, down),
            (across, mark.bottom() + 4),
            (across, mark.top() - 4 - _NAME_PX),
        )
        boxes = [QRectF(x, y, width, _NAME_PX) for x, y in corners] if room.intersects(mark) else []
        clear = [box for box in boxes if not any(map(box.adjusted(2, 2, -2, -2).intersects, taken))]
        free = [box for box in clear if room.contains(box)]
        name = next(iter(free or (boxes if at == 0 else [])), None)
        found.append(name)
        if name is not None:
            taken.append(name)
    return found


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
            # The one in front comes first where names have no room, and lies on top of the others.
            steps = sorted((*self._task.steps, *self._task.aside), key=lambda one: one is not self._step)
            boxes = [self._box(step) for step in steps]
            widths = [QFontMetrics(self._font(step)).horizontalAdvance(step.valve) + 12.0 for step in steps]
            names = names_beside(boxes, widths, QRectF(self.rect()))
            for step, box, name in reversed(list(zip(steps, boxes, names, strict=True))):
                self._paint_step(painter, self._task, step, box)
                if name is not None:
                    self._paint_name(painter, step, name)

    def _box(self, step: ValveStep) -> QRectF:
        x, y = self._canvas.view.to_px(step.card.x_m, step.card.y_m)
        size = _NOW_PX if step is self._step else _MARK_PX
        return QRectF(x - size / 2, y - size / 2, size, size)

    def _font(self, step: ValveStep) -> QFont:
        return fonts.font(SMALL, 600 if step is self._step else 500)

    def _paint_step(self, painter: QPainter, task: FieldTask, step: ValveStep, box: QRectF) -> None:
        number, now, aside = str(task.number_of(step.valve)), step is self._step, step in task.aside
        draw_mark(painter, self._look, box, number, done=step.done, now=now, aside=aside)

    def _paint_name(self, painter: QPainter, step: ValveStep, name: QRectF) -> None:
        painter.setFont(self._font(step))
        painter.setPen(QPen(self._look.colour("t1"), 1))
        painter.setBrush(self._look.colour("bg1"))
        painter.drawRoundedRect(name, 3, 3)
        painter.drawText(name, int(Qt.AlignmentFlag.AlignCenter), step.valve)

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
