"""How far an incident is, as one line of dots with times."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import fonts
from app.ui.dispatch.rows import Dot, DotKind
from app.ui.look import Look

_CENTRE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)


class Stepper(QWidget):
    """The line. What is done is filled, what is next a triangle, the rest hollow."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.dots: tuple[Dot, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, 60)

    def show_dots(self, dots: tuple[Dot, ...]) -> None:
        """Show *dots*."""
        self.dots = dots
        self.setAccessibleName(", ".join(f"{dot.label} {dot.time}".strip() for dot in dots if dot.time))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.dots:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme, wide = self._look.theme, self.width() / len(self.dots)
            for at, dot in enumerate(self.dots):
                x = wide * (at + 0.5)
                if at:
                    painter.setPen(QPen(QColor(theme.line2), 1))
                    painter.drawLine(QPointF(x - wide + 10, 12), QPointF(x - 10, 12))
                self._paint_dot(painter, dot.kind, x)
                shown = dot.kind in {DotKind.DONE, DotKind.NEXT}
                painter.setFont(fonts.font(fonts.CAPTION, 500 if shown else 400))
                painter.setPen(QColor(theme.t1 if shown else theme.t3))
                painter.drawText(QRectF(x - wide / 2 - 4, 22, wide + 8, 18), _CENTRE, dot.label)
                painter.setFont(fonts.font(fonts.CAPTION))
                painter.setPen(QColor(theme.amber_text if dot.kind is DotKind.NEXT else theme.t2))
                painter.drawText(QRectF(x - wide / 2 - 4, 40, wide + 8, 18), _CENTRE, dot.time)

    def _paint_dot(self, painter: QPainter, kind: DotKind, x: float) -> None:
        theme = self._look.theme
        painter.setPen(QPen(QColor(theme.t2 if kind is not DotKind.NOT_NEEDED else theme.line2), 1.4))
        match kind:
            case DotKind.DONE:
                painter.setBrush(QColor(theme.t2))
                painter.drawEllipse(QPointF(x, 12), 4.5, 4.5)
            case DotKind.NEXT:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.action))
                painter.drawPolygon(QPolygonF([QPointF(x, 6), QPointF(x + 6.5, 17.5), QPointF(x - 6.5, 17.5)]))
            case DotKind.OPEN:
                painter.drawEllipse(QPointF(x, 12), 4.5, 4.5)
            case DotKind.NOT_NEEDED:
                painter.drawLine(QPointF(x - 4, 12), QPointF(x + 4, 12))
        painter.setBrush(Qt.BrushStyle.NoBrush)
