"""One map's picture: tiles below, plan and names over them, the corners on top; kept until anything of it changes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPointF, QSize, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.map.base import paint_base, visible_weight
from app.ui.map.content import MapContent
from app.ui.map.corners import Corners
from app.ui.map.furniture import Furniture
from app.ui.map.movers import sensor_rooms
from app.ui.map.over import OverOrder, OverPainter, moving_steps, name_and_plan_steps
from app.ui.map.overview import OverviewKey, overview_box, overview_key, paint_overview
from app.ui.map.placing import Box
from app.ui.map.qtdraw import painting
from app.ui.map.store import TileStore
from app.ui.map.tiles import PictureKey, TileKey, tiles_ahead, tiles_around, tiles_of
from app.ui.map.view_parts import PartKey, cover, parts_of
from app.ui.map.words import MapWords
from app.ui.theme import Theme
from gis.scene.detail import MapLayer
from gis.scene.movers import Movers
from gis.scene.view import MapView

DIRECT_SEGMENTS = 1_500
"""Views with fewer segments are painted at once while their tiles are on their way (some 10 ms); others wait."""
_ARRIVING = 0.04
"""A smooth zoom is as good as there when the logarithm of what is left of it is smaller than this: its last third."""
_TOGETHER_MS = 40
"""Tiles that arrive within this time are shown in one frame: while the window paints, none is painted."""


@dataclass(frozen=True)
class MapAsked:
    """What a map is asked to show.

    Attributes:
        view: Where it looks at this moment.
        aim: Where it will look when it has come to rest.
        content, theme, words: What it shows, and how.
        sensors, crews: What moves on it, or None.
    """

    view: MapView
    aim: MapView
    content: MapContent
    theme: Theme
    words: MapWords
    sensors: Movers | None = None
    crews: Movers | None = None


class MapFrame(QObject):
    """Composes the picture of one map.

    Signals:
        changed: A part of it has arrived that was missing: paint again.
    """

    changed = Signal()

    def __init__(self, store: TileStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._over = OverPainter(store.gate, name_and_plan_steps, self)
        self._movers = OverPainter(store.gate, moving_steps, self)
        for layer in (self._over, self._movers):
            layer.ready.connect(self._renew)
        store.painted.connect(self._painted)
        self._arrivals = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._arrivals.timeout.connect(self._renew)
        self._kept: MapAsked | None = None
        self._kept_scale = 0.0
        self._sheet = QImage()
        self._corners = Corners()
        self._awaited: set[PictureKey] = set()
        self._parts: tuple[PartKey, ...] = ()

    def settled(self, asked: MapAsked) -> bool:
        """True when nothing stands in for a part of the picture that is still being painted."""
        style = self.store.style(asked.content, asked.theme)
        small = overview_key(asked.content, style, asked.view.dpr)
        overview_stands = small in self.store.overviews or overview_box(asked.view, asked.content) is None
        tiles_stand = not self.store.cache.missing(tiles_of(asked.view, style))
        names, movers = self._orders(asked, moving=False)
        over_stands = self._over.order == names and (movers is None or self._movers.order == movers)
        return overview_stands and tiles_stand and over_stands

    def sharp(self, asked: MapAsked) -> bool:
        """True when ground and mains are painted at the scale that is shown, all over the map."""
        style = self.store.style(asked.content, asked.theme)
        return not self.store.cache.missing(tiles_of(asked.view, style)) or self._covered(asked.view, style)

    def forget(self) -> None:
        """Drop what is painted over the map: it is of another city or language."""
        self._over.forget()
        self._movers.forget()
        self._corners.forget()
        self._kept = None

    def rest(self) -> None:
        """Paint nothing more: nobody looks. Who looks again asks for everything anew."""
        self._kept, self._parts = None, ()
        self.store.rest(self)

    def overview_place(self, asked: MapAsked, x_px: float, y_px: float) -> tuple[Box, OverviewKey] | None:
        """The overview's box and picture where a pixel lies on it."""
        box = overview_box(asked.view, asked.content)
        if box is None or not (box[0] <= x_px <= box[2] and box[1] <= y_px <= box[3]):
            return None
        return box, overview_key(asked.content, self.store.style(asked.content, asked.theme), asked.view.dpr)

    def corners(self, asked: MapAsked) -> Furniture:
        """What stands in the corners."""
        return self._corners.arranged(asked.view, asked.content, asked.words, moving=False)

    def legend_box(self, asked: MapAsked) -> Box:
        """Where the legend stands, or would; of no width where there is none."""
        return self.corners(asked).legend

    def paint(self, painter: QPainter, asked: MapAsked, *, moving: bool) -> None:
        """Paint all but what follows the pointer; at rest the same picture until anything of it changes.

        A moving map shows no frame twice: it is painted where it is shown, without a picture in between.
        """
        if moving:
            self._kept = None
            self._compose(painter, asked, moving=True)
            return
        if self._kept != asked:
            with painting(self._sheet_for(asked.view)) as sheet:
                self._compose(sheet, asked, moving=False)
            self._kept = asked
        painter.drawImage(QPointF(0, 0), self._sheet)

    def _compose(self, painter: QPainter, asked: MapAsked, *, moving: bool) -> None:
        view = asked.view
        style = self.store.style(asked.content, asked.theme)
        box = overview_box(view, asked.content)
        overview = overview_key(asked.content, style, view.dpr)
        # A pinch passes through many scales: tiles are painted for one that it stays at.
        was = self._kept_scale
        self._kept_scale = asked.aim.m_per_px
        zooming = moving and abs(math.log(asked.view.m_per_px / asked.aim.m_per_px)) > _ARRIVING
        if zooming:
            # A wheel that turns on leaves each scale at once: what would be painted for it only holds frames up.
            self.store.want(self, [], asked.content, asked.theme)
        elif not moving or was == asked.aim.m_per_px:
            self._ask_for_tiles(asked, style, None if box is None else overview, moving=moving)
        self._paint_base(painter, asked, style, moving=moving)
        if not zooming:
            self._order(asked, moving=moving)
        # The plan lies over crews and sensors: the number of a valve must not be hidden by a ring.
        if asked.sensors is not None or asked.crews is not None:
            self._movers.draw(painter, view)
        self._over.draw(painter, view)
        furniture = self._corners.arranged(view, asked.content, asked.words, moving=moving)
        self._corners.paint(painter, view, furniture, asked.theme, asked.words, moving=moving)
        if box is not None:
            small = self.store.overviews.get(overview)
            paint_overview(painter, view, box, overview, small, asked.content, asked.theme)

    def _renew(self) -> None:
        self._arrivals.stop()
        self._kept = None
        self.changed.emit()

    def _painted(self, key: PictureKey) -> None:
        if key in self._awaited:
            self._awaited.discard(key)
            last_part = isinstance(key, PartKey) and not any(isinstance(other, PartKey) for other in self._awaited)
            if last_part or not self._awaited:
                self._renew()
            elif not self._arrivals.isActive():
                self._arrivals.start()

    def _sheet_for(self, view: MapView) -> QImage:
        """The picture that frames are painted on; a new one each time would cost some milliseconds of memory."""
        size = QSize(round(view.width_px * view.dpr), round(view.height_px * view.dpr))
        if self._sheet.size() != size:
            self._sheet = QImage(size, QImage.Format.Format_RGB32)
        self._sheet.setDevicePixelRatio(view.dpr)
        return self._sheet

    def _ask_for_tiles(self, asked: MapAsked, style: int, overview: OverviewKey | None, *, moving: bool) -> None:
        cache = self.store.cache
        wanted = tiles_of(asked.aim, style)
        if asked.view.m_per_px == asked.aim.m_per_px:
            wanted = list(dict.fromkeys([*tiles_of(asked.view, style), *wanted]))
        missing = cache.missing(wanted)
        beside, far = tiles_around(asked.aim, style), tiles_ahead(asked.content.scene.extent, asked.aim, style)
        around = [key for key in cache.missing(beside) if key not in missing]
        small = [] if overview is None or overview in self.store.overviews else [overview]
        parts = self._parts_for(asked, style, missing, moving=moving)
        self._awaited = {*parts, *missing, *small}
        ahead = [] if moving else self.store.ahead(far, asked.content)
        later = [key for key in dict.fromkeys([*around, *ahead]) if key not in self._awaited]
        in_use = len(wanted) + len(beside) + sum(key.m_per_px == far[0].m_per_px for key in far)
        self.store.want(self, [*parts, *missing, *small, *later], asked.content, asked.theme, in_use=in_use)

    def _parts_for(self, asked: MapAsked, style: int, missing: list[TileKey], *, moving: bool) -> list[PartKey]:
        """The parts to be painted before tiles: after a jump, and where a zoom is about to end."""
        if not missing:
            self._parts = ()
            self.store.hold(self, ())
        aim = asked.aim
        dragged = moving and asked.view.m_per_px == aim.m_per_px
        if dragged or 2 * len(missing) <= len(tiles_of(aim, style)):
            return []
        if visible_weight(aim, asked.content) <= DIRECT_SEGMENTS:
            return []
        parts = parts_of(aim, style)
        if parts != self._parts:
            # Those of the view before stand in until these are there.
            self.store.hold(self, (*parts, *self._parts))
            self._parts = parts
        return [part for part in parts if part not in self.store.parts]

    def _covered(self, view: MapView, style: int) -> bool:
        """True where parts show all of a view."""
        images = [self.store.parts.get(part) for part in self._parts]
        there = all(image is not None and not image.isNull() for image in images)
        return there and bool(images) and self._parts[0].revision == style and cover(self._parts, view)

    def _paint_base(self, painter: QPainter, asked: MapAsked, style: int, *, moving: bool) -> None:
        """Ground and mains as far as they are there."""
        view, cache = asked.view, self.store.cache
        missing = cache.missing(tiles_of(view, style))
        covered = bool(missing) and self._covered(view, style)
        if missing and not covered and not moving and visible_weight(view, asked.content) <= DIRECT_SEGMENTS:
            paint_base(painter, view, asked.content, asked.theme)
            return
        if missing and not covered:
            painter.fillRect(0, 0, view.width_px, view.height_px, QColor(asked.theme.map_ground))
        cache.draw(painter, view, style, self.store.parts_of(self) if missing else {})

    def _order(self, asked: MapAsked, *, moving: bool) -> None:
        """See to it that what lies over the map is painted for where the map is, or will be."""
        names, movers = self._orders(asked, moving=moving)
        if not moving:
            self._over.want(names, at_once=True)
        elif self._over.order is None or not self._over.order.serves(names):
            self._over.want(names.widened(), at_once=False)
        if movers is not None and (self._movers.order is None or not self._movers.order.serves(movers) or not moving):
            # Never at once: where word comes faster than it is painted, each picture is finished all the same.
            self._movers.want(movers.widened() if moving else movers, at_once=False)

    def _orders(self, asked: MapAsked, *, moving: bool) -> tuple[OverOrder, OverOrder | None]:
        """Plan and names; and what moves, where anything does."""
        free: tuple[Box, ...] = ()
        if not moving:
            box = overview_box(asked.view, asked.content)
            corners = self._corners.arranged(asked.view, asked.content, asked.words, moving=False).boxes
            free = corners if box is None else (*corners, box)
        names = OverOrder(asked.aim, asked.content, asked.theme, asked.words, free)
        if asked.sensors is None and asked.crews is None:
            return names, None
        movers = replace(names, sensors=asked.sensors, crews=asked.crews)
        if not moving and asked.sensors is not None and asked.content.shows(MapLayer.SENSORS, asked.aim.m_per_px):
            # A street's name over a reading makes another number of it.
            names = replace(names, names_clear=sensor_rooms(asked.aim, asked.sensors, free))
        return names, movers
