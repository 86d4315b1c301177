"""What contradicts itself on the map: valves that one plan closes and another does not, features edited differently."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from app.dispatch.disputes import About, Dispute
from app.ui.look import Look
from app.ui.map.canvas import MapCanvas
from app.ui.map.lettering import chip_size, paint_chip
from app.ui.map.placing import Placer, around, beside, box_around
from app.ui.map.sheet_over import SheetOver
from gis.places import ids_of
from network.topology import City

_RING_PX = 17.0
_RADII_PX = (60.0, 90.0, 120.0)


@dataclass(frozen=True)
class DisputedValve:
    """One valve that not every side works at.

    Attributes:
        x_m, y_m: Project CRS.
        who: Whose plan it belongs to; "" for a feature that was edited differently.
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


def disputed_features(
    disputes: tuple[Dispute, ...], place_of: Callable[[str, str], tuple[float, float] | None]
) -> Iterator[DisputedValve]:
    """Features that were edited differently, as far as *place_of* knows where a layer's feature stands."""
    for entity in dict.fromkeys(one.entity for one in disputes if one.about is About.FEATURE):
        _, layer, feature = entity.split("/", 2)
        place = place_of(layer, feature)
        if place is not None:
            yield DisputedValve(feature, *place, "")


class DisputeSheet(SheetOver):
    """Draws over the map while anything of the kind is disputed."""

    def __init__(self, look: Look, canvas: MapCanvas) -> None:
        super().__init__(look, canvas)
        self.marks: tuple[DisputedValve, ...] = ()
        self._free_m: tuple[tuple[float, float], ...] = ()
        self.hide()

    def show_marks(self, marks: tuple[DisputedValve, ...], free_m: tuple[tuple[float, float], ...] = ()) -> None:
        """Draw these from now on; words leave the places *free_m* free, project CRS."""
        if (marks, free_m) == (self.marks, self._free_m):
            return
        self.marks, self._free_m = marks, free_m
        if marks:
            self.come_forward()
        else:
            self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, words, placer = self._look.theme, self._look.words, Placer(self.width(), self.height())
        shown = [(mark, *self._canvas.view.to_px(mark.x_m, mark.y_m)) for mark in self.marks]
        for x_m, y_m in self._free_m:
            placer.take(box_around(*self._canvas.view.to_px(x_m, y_m), 2 * _RING_PX, 2 * _RING_PX))
        for _, x, y in shown:
            placer.take(box_around(x, y, 2 * _RING_PX, 2 * _RING_PX))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for ink, width, style in (
                (theme.bg1, 5.0, Qt.PenStyle.SolidLine),
                (theme.red, 2.5, Qt.PenStyle.DashLine),
            ):
                painter.setPen(QPen(QColor(ink), width, style))
                for _, x, y in shown:
                    painter.drawEllipse(QPointF(x, y), _RING_PX, _RING_PX)
            for mark, x, y in shown:
                told = words.say("dispute", "edited", {"id": mark.valve})
                if mark.who:
                    told = words.say("dispute", "only_by", {"valve": mark.valve, "who": mark.who})
                wide, high = chip_size(told, 600)
                boxes = chain(beside(x, y, wide, high, _RING_PX + 4), around(x, y, wide, high, _RADII_PX, math.pi / 2))
                box = placer.first_free(boxes)
                # Where there is no room the ring alone tells of it; the list under the map has the words.
                if box is not None:
                    paint_chip(painter, box, told, theme, edge=theme.red, weight=600)
