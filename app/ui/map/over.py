"""What lies over the quiet map — a plan, names, crews — painted in slices meanwhile, then moved with the map.

To paint it takes some frames' time. So it is painted on a picture of its own, a few milliseconds at a time; the map
shows the last finished one, moved and scaled to where the map is now, until the next is finished.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from app.ui.map.content import MapContent
from app.ui.map.gate import Gate
from app.ui.map.incident_marks import place_incidents
from app.ui.map.movers import mover_steps
from app.ui.map.patches import Patches
from app.ui.map.picture import over_steps
from app.ui.map.placing import Box, Placer
from app.ui.map.words import MapWords
from app.ui.theme import Theme
from gis.scene.detail import MapLayer
from gis.scene.movers import Movers
from gis.scene.view import MapView

SLICE_S = 0.004
"""So long it is painted at a time."""
LEISURE_MS = 3_000
"""So long an empty sheet is kept for the next picture; it is larger than the map."""
MARGIN_PX = 160
"""While the map moves, so much is painted beyond each edge."""
_FARTHEST_SCALE = 4.0
"""A picture that would have to be scaled by more than this is of no use."""


@dataclass(frozen=True)
class OverOrder:
    """What is to be painted over the map.

    Attributes:
        view: What the picture covers.
        content, theme, words: What to paint, and how.
        kept_free: Boxes of the picture that plan and names keep out of.
        names_clear: Boxes that names of roads and places keep out of besides.
        sensors, crews: What moves, for those who paint it.
    """

    view: MapView
    content: MapContent
    theme: Theme
    words: MapWords
    kept_free: tuple[Box, ...] = ()
    names_clear: tuple[Box, ...] = ()
    sensors: Movers | None = None
    crews: Movers | None = None

    def widened(self) -> OverOrder:
        """For a map that moves: more than is seen, since it will be seen before the next picture is ready."""
        view = self.view
        wider = view.resized(view.width_px + 2 * MARGIN_PX, view.height_px + 2 * MARGIN_PX, view.dpr)
        return replace(self, view=wider, kept_free=(), names_clear=())

    def serves(self, other: OverOrder) -> bool:
        """True where this picture shows all that *other* asks for, but for the room kept free."""
        mine = replace(self, view=other.view, kept_free=other.kept_free, names_clear=other.names_clear)
        return mine == other and self.covers(other.view)

    def covers(self, view: MapView) -> bool:
        """True where the picture reaches to all edges of *view* at its scale."""
        mine, seen = self.view.bounds, view.bounds
        slack_m = view.m_per_px / 2
        return self.view.m_per_px == view.m_per_px and (
            mine.x_min <= seen.x_min + slack_m
            and mine.y_min <= seen.y_min + slack_m
            and mine.x_max >= seen.x_max - slack_m
            and mine.y_max >= seen.y_max - slack_m
        )


Steps = Callable[[QPainter, OverOrder], Iterator[None]]
"""Paints an order, a millisecond or so at a time.

Between steps the painter may be closed and opened again: no pen, brush or clip outlives a step, and the painter has no
device before the first one.
"""


def name_and_plan_steps(painter: QPainter, order: OverOrder) -> Iterator[None]:
    """The plan and the names of an order."""
    yield from over_steps(
        painter, order.view, order.content, order.theme, order.words, order.kept_free, order.names_clear
    )


def moving_steps(painter: QPainter, order: OverOrder) -> Iterator[None]:
    """The sensors and crews of an order."""
    placer = Placer(order.view.width_px, order.view.height_px)
    placer.take(*order.kept_free)
    shown = order.content.shows(MapLayer.SENSORS, order.view.m_per_px)
    sensors = order.sensors if shown else None
    # Incidents are painted with the names, over the crews: what they take there is kept free here.
    incidents = [(one.x, one.y) for one in place_incidents(order.view, order.content.incidents, placer)]
    yield from mover_steps(
        painter, order.view, order.theme, placer, sensors=sensors, crews=order.crews, incidents=incidents
    )


class OverPainter(QObject):
    """Paints orders one after the other and keeps the last finished picture.

    Signals:
        ready: Another picture is finished.
    """

    ready = Signal()

    def __init__(self, gate: Gate, steps: Steps, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gate, self._steps = gate, steps
        self._kept: tuple[OverOrder, Patches] | None = None
        self._making: tuple[OverOrder, QImage, QPainter, Iterator[None]] | None = None
        self._next: OverOrder | None = None
        self._spare = QImage()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._work)
        self._leisure = QTimer(self, singleShot=True, interval=LEISURE_MS)
        self._leisure.timeout.connect(self._give_back)

    @property
    def order(self) -> OverOrder | None:
        """What the finished picture shows."""
        return None if self._kept is None else self._kept[0]

    def want(self, order: OverOrder, *, at_once: bool) -> None:
        """Ask for a picture.

        Args:
            order: What to paint; what is wanted already, or there already, is not begun again.
            at_once: Drop the picture in hand. Else it is finished first: while a map moves, each order is out of date
                before it is carried out, and nothing would ever be finished.
        """
        if self.order == order:
            self._abandon()
            return
        if self._making is not None and self._making[0] == order:
            self._next = None
        elif self._making is None or at_once:
            self._begin(order)
        else:
            self._next = order

    def draw(self, painter: QPainter, view: MapView) -> None:
        """Draw the finished picture where the map is now."""
        if self._kept is None:
            return
        order, patches = self._kept
        scale = order.view.m_per_px / view.m_per_px
        if not 1 / _FARTHEST_SCALE <= scale <= _FARTHEST_SCALE:
            return
        seen = order.view.bounds
        left, top = view.to_px(seen.x_min, seen.y_max)
        if scale == 1 and view.dpr == order.view.dpr:
            patches.draw(painter, left, top, view.dpr)
        else:
            patches.draw_scaled(painter, left, top, scale / order.view.dpr)

    def forget(self) -> None:
        """Drop everything: it shows another city, or speaks another language."""
        self._abandon()
        self._kept = None

    def _abandon(self) -> None:
        self._timer.stop()
        self._next = None
        if self._making is not None:
            self._spare, self._making = self._making[1], None

    def _begin(self, order: OverOrder) -> None:
        self._abandon()
        painter = QPainter()
        self._making = order, self._sheet(order.view), painter, self._steps(painter, order)
        self._timer.start(0)

    def _sheet(self, view: MapView) -> QImage:
        """An empty picture, large enough for every order of one window: a fresh one costs milliseconds of memory."""
        size = QSize(round((view.width_px + 2) * view.dpr), round((view.height_px + 2) * view.dpr))
        image, self._spare = self._spare, QImage()
        if image.isNull() or image.width() < size.width() or image.height() < size.height():
            image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(view.dpr)
        image.fill(Qt.GlobalColor.transparent)
        return image

    def _give_back(self) -> None:
        """Nothing has been painted for a while: the empty sheet may go."""
        self._spare = QImage()

    def _work(self) -> None:
        if self._making is None:
            return
        order, image, painter, steps = self._making
        # The painter is open within a slice only: a picture that goes before its painter ends the process.
        with self._gate.closed(), opened(painter, image):
            if not _work_until(steps, time.perf_counter() + SLICE_S):
                self._timer.start(0)
                return
        view = order.view
        patches = Patches.of(image, round(view.width_px * view.dpr), round(view.height_px * view.dpr))
        self._kept, self._making, self._spare = (order, patches), None, image
        self._leisure.start()
        if self._next is not None:
            self._begin(self._next)
        self.ready.emit()


@contextmanager
def opened(painter: QPainter, image: QImage) -> Iterator[None]:
    """*painter* on *image*, ended whatever happens."""
    painter.begin(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    try:
        yield
    finally:
        painter.end()


def _work_until(steps: Iterator[None], until_s: float) -> bool:
    """Take steps until a time; True when there are no more."""
    return all(time.perf_counter() < until_s for _ in steps)
