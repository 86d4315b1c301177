"""Plans that contradict each other, on the map: a ring around each valve that one closes and another does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen

from app.dispatch.disputes import About, Dispute
from app.ui import fonts
from app.ui.look import Look
from app.ui.map.canvas import MapCanvas
from app.ui.map.sheet_over import SheetOver
from gis.places import ids_of
from network.topology import City

_RING_PX, _CHIP_PX = 22.0, 22.0


@dataclass(frozen=True)
class DisputedValve:
    """One valve that not every side works at.

    Attributes:
        x_m, y_m: Project CRS.
        who: Whose plan it belongs to.
    """

    valve: str
    x_m: float
    y_m: float
    who: str


def disputed_valves(disputes: tuple[Dispute, ...], city: City) -> Iterator[DisputedValve]:
    """Valves of plans that contradict each other, as far as the city has them."""
    ids, devices = ids_of(city, "valve"), city.network.devices
    for dispute in disputes:
        if dispute.about is not About.PLAN:
            continue
        by: dict[str, list[str]] = {}
        for side in dispute.sides:
            for valve in side.valves:
                by.setdefault(valve, []).append(side.who)
        for valve, who in by.items():
            row = int(ids.find(valve))
            if row >= 0:
                place = float(devices.x_m[row]), float(devices.y_m[row])
                yield DisputedValve(valve, *place, ", ".join(dict.fromkeys(who)))


class DisputeSheet(SheetOver):
    """Draws over the map while anything of the kind is disputed."""

    def __init__(self, look: Look, canvas: MapCanvas) -> None:
        super().__init__(look, canvas)
        self.marks: tuple[DisputedValve, ...] = ()
        self.hide()

    def show_marks(self, marks: tuple[DisputedValve, ...]) -> None:
        """Draw these from now on."""
        if marks == self.marks:
            return
        self.marks = marks
        if marks:
            self.come_forward()
        else:
            self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, words = self._look.theme, self._look.words
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(fonts.font(fonts.CAPTION, 600))
            for mark in self.marks:
                x, y = self._canvas.view.to_px(mark.x_m, mark.y_m)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(theme.bg1), 5.0))
                painter.drawEllipse(QPointF(x, y), _RING_PX, _RING_PX)
                painter.setPen(QPen(QColor(theme.red), 2.5, Qt.PenStyle.DashLine))
                painter.drawEllipse(QPointF(x, y), _RING_PX, _RING_PX)
                told = words.say("dispute", "only_by", {"valve": mark.valve, "who": mark.who})
                width = QFontMetricsF(painter.font()).horizontalAdvance(told) + 12
                box = QRectF(x - width / 2, y + _RING_PX + 4, width, _CHIP_PX)
                painter.setPen(QPen(QColor(theme.red), 1.5))
                painter.setBrush(QColor(theme.bg1))
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(QColor(theme.t1))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), told)
