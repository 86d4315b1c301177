"""The map widget: shows a city and a plan, pans, zooms, and says what was picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui.map.base import paint_base, visible_weight
from app.ui.map.content import MapContent
from app.ui.map.overlay import paint_hover, paint_ring
from app.ui.map.overview import OverviewKey, overview_box, overview_key, paint_overview, place_under
from app.ui.map.picking import hits_at
from app.ui.map.picture import paint_over
from app.ui.map.qtdraw import painting, pen
from app.ui.map.shades import PipeShades
from app.ui.map.tiles import TileCache, TileKey, TilePainter, tiles_around, tiles_of
from app.ui.map.words import MapWords
from app.ui.theme import DARK, Theme
from gis.scene.detail import MapLayer
from gis.scene.hits import MapHit
from gis.scene.lines import Polylines
from gis.scene.plan_picture import PlanPicture
from gis.scene.scene import Scene
from gis.scene.view import Bounds, MapView
from network.topology import City, DeviceStates

DIRECT_SEGMENTS = 4_000
"""Views with fewer segments are painted at once while their tiles are on their way (some 30 ms); others wait."""
NEW_OUTLINES = 400
"""Elements of outlines (a short name has 200) painted for the first time in one frame; others follow in the next."""

_STEP = 2**0.5
_DRAG_PX = 4
_ANGLE_A_PIXEL = 3
_KEY_PAN_PX = 120
_PAN_KEYS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


def _by_touchpad(event: QWheelEvent) -> bool:
    """True for two fingers. Pixel deltas do not tell: some systems send them for a mouse's wheel too."""
    if event.phase() is not Qt.ScrollPhase.NoScrollPhase:
        return True
    return event.device().type() is QInputDevice.DeviceType.TouchPad


class MapCanvas(QWidget):
    """The map. Coordinates in its signals are metres of the project CRS.

    Signals:
        picked: (list of MapHit, likeliest first) after a click; empty where nothing is near.
        pointerMoved: (x_m, y_m).
        viewChanged: (MapView).
        hoverChanged: (MapHit, or None) when something else is under the pointer.
        areaDrawn: (tuple of corners (x_m, y_m)) when a polygon was finished.
        areaCancelled: The polygon tool was left without a polygon.
    """

    picked = Signal(object)
    pointerMoved = Signal(float, float)  # noqa: N815  (Qt's naming)
    viewChanged = Signal(object)  # noqa: N815
    hoverChanged = Signal(object)  # noqa: N815
    areaDrawn = Signal(object)  # noqa: N815
    areaCancelled = Signal()  # noqa: N815

    def __init__(self, parent: QWidget | None = None, *, theme: Theme = DARK) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 160)
        self.setAccessibleName(self.tr("Map"))
        self._theme = theme
        self._words = MapWords.current()
        self._content: MapContent | None = None
        self._view = MapView(0.0, 0.0, 1.0, max(self.width(), 1), max(self.height(), 1))
        self._fitted = False
        self._revision = 0
        self._tiles = TileCache()
        self._painter = TilePainter(self)
        self._painter.painted.connect(self._tile_painted)
        self._frame: tuple[MapView, MapContent, QImage] | None = None
        self._sheet = QImage()
        self._overview: dict[OverviewKey, QImage] = {}
        self._hover: MapHit | None = None
        self._selected: MapHit | None = None
        self._pressed: QPointF | None = None
        self._dragged_to: QPointF | None = None
        self._ring: list[tuple[float, float]] | None = None
        self._pointer = QPointF()
        self.destroyed.connect(self._painter.finish)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._painter.finish)

    # What is shown

    @property
    def view(self) -> MapView:
        """The viewport now."""
        return self._view

    @property
    def content(self) -> MapContent | None:
        """What is painted now; None before a city is there."""
        return self._content

    @property
    def settled(self) -> bool:
        """True when nothing stands in for a part of the picture that is still being painted."""
        if self._content is None:
            return True
        small = overview_key(self._content, self._revision, self._view.dpr)
        overview_stands = small in self._overview or overview_box(self._view, self._content) is None
        return overview_stands and not self._tiles.missing(tiles_of(self._view, self._revision))

    def set_city(self, city: City, scene: Scene, states: DeviceStates | None = None) -> None:
        """Show a city, all of it."""
        self._content = MapContent.of(city, scene, states)
        self._hover = self._selected = None
        self._fitted = False
        self._renew()
        self.zoom_to(scene.extent)

    def clear_city(self) -> None:
        """Show nothing."""
        self._content = None
        self._hover = self._selected = None
        self._renew()

    def set_states(self, states: DeviceStates) -> None:
        """Show devices in other states."""
        self._change(states=states)

    def show_plan(self, plan: PlanPicture, *, zoom: bool = False) -> None:
        """Show a plan; *zoom* to see all of it."""
        if self._content is None:
            return
        self._content = replace(self._content, plan=plan)
        if zoom and plan.bounds is not None:
            self.zoom_to(plan.bounds.grown(60.0))
        self.update()

    def clear_plan(self) -> None:
        """Show no plan."""
        if self._content is not None:
            self._content = replace(self._content, plan=None)
            self.update()

    def set_hidden(self, hidden: frozenset[MapLayer]) -> None:
        """Switch layers off; all others are on."""
        self._change(hidden=hidden)

    def set_shades(self, shades: PipeShades | None) -> None:
        """Colour mains by a figure; None: grey by diameter, as ever."""
        if self._content is not None and shades is not self._content.shades:
            self._change(shades=shades)

    def mark_lines(self, lines: Polylines | None) -> None:
        """Mark *lines* (project CRS) as chosen; None: nothing."""
        if self._content is not None and lines is not self._content.marked:
            self._content = replace(self._content, marked=lines)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self._tiles.clear()
        self._renew()

    def retranslate(self) -> None:
        """Take the words of the language installed now."""
        self._words = MapWords.current()
        self.setAccessibleName(self.tr("Map"))
        self._frame = None
        self.update()

    def select(self, hit: MapHit | None) -> None:
        """Mark one thing as selected."""
        self._selected = hit
        self.update()

    # Where it looks

    def look_at(self, view: MapView) -> None:
        """Take another viewport."""
        if view != self._view:
            self._view = view
            self.update()
            self.viewChanged.emit(view)

    def zoom_to(self, bounds: Bounds) -> None:
        """Show all of a rectangle of the project CRS."""
        self.look_at(MapView.fitting(bounds, self.width(), self.height(), dpr=self.devicePixelRatioF()))
        self._fitted = True

    def zoom_to_point(self, x_m: float, y_m: float, m_per_px: float = 0.6) -> None:
        """Put a place in the middle, no farther away than *m_per_px*."""
        self.look_at(self._view.centred(x_m, y_m, min(self._view.m_per_px, m_per_px)))

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle; 2 shows things twice as large."""
        self.look_at(self._view.zoomed(factor, self.width() / 2, self.height() / 2))

    def zoom_to_all(self) -> None:
        """Show the whole network."""
        if self._content is not None:
            self.zoom_to(self._content.scene.extent)

    # Drawing an area

    def start_area(self) -> None:
        """Begin a polygon: click corners, finish with a double click or Enter, leave with Esc."""
        self._ring = []
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocus()

    def cancel_area(self) -> None:
        """Leave the polygon tool."""
        if self._ring is not None:
            self._ring = None
            self.unsetCursor()
            self.update()
            self.areaCancelled.emit()

    @property
    def drawing_area(self) -> bool:
        """True while a polygon is being drawn."""
        return self._ring is not None

    def _finish_area(self) -> None:
        ring, self._ring = self._ring, None
        self.unsetCursor()
        self.update()
        corners = list(dict.fromkeys(ring or []))
        if len(corners) < 3:
            self.areaCancelled.emit()
        else:
            self.areaDrawn.emit(tuple(corners))

    # Qt's events

    def sizeHint(self) -> QSize:
        """A size at which a district is readable."""
        return QSize(960, 640)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the middle; fit the city again until the operator has moved."""
        self.look_at(self._view.resized(self.width(), self.height(), self.devicePixelRatioF()))
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the tiles stand back whenever the window that the map is in now paints."""
        self._painter.gate.watch(self.window())
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: paint no tiles. A thread that still painted while Python ends would end it badly."""
        self._painter.rest()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint one frame."""
        with painting(self) as painter:
            if self._content is None:
                painter.fillRect(self.rect(), QColor(self._theme.map_ground))
            else:
                with self._painter.gate.closed():
                    self._paint(painter, self._content)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag or a click."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = self._dragged_to = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the map, or see what is under the pointer."""
        at = event.position()
        self._pointer = at
        if self._pressed is not None and self._dragged_to is not None:
            if (at - self._pressed).manhattanLength() > _DRAG_PX or self._dragged_to != self._pressed:
                step = at - self._dragged_to
                self._dragged_to = at
                self.look_at(self._view.panned(step.x(), step.y()))
        else:
            self._hover_at(at)
        self.pointerMoved.emit(*self._view.to_m(at.x(), at.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press without a drag is a click."""
        clicked = self._pressed is not None and self._dragged_to == self._pressed
        self._pressed = self._dragged_to = None
        if clicked and event.button() is Qt.MouseButton.LeftButton and self._content is not None:
            self._click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Finish a polygon, or zoom in."""
        if self._ring is not None:
            self._finish_area()
        elif event.button() is Qt.MouseButton.LeftButton:
            self.look_at(self._view.zoomed(2.0, event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        if self._hover is not None:
            self._hover = None
            self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms about the pointer; a touchpad's two fingers pan, with Ctrl they zoom."""
        at = event.position()
        if _by_touchpad(event) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / _ANGLE_A_PIXEL
            self.look_at(self._view.panned(step.x(), step.y()))
        else:
            self.look_at(self._view.zoomed(_STEP ** (event.angleDelta().y() / 120), at.x(), at.y()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinching zooms; a change of language renews the words."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.look_at(self._view.zoomed(1 + event.value(), event.position().x(), event.position().y()))
            return True
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, + and − zoom, 0 shows everything, Enter and Esc end a polygon."""
        key = event.key()
        if key in _PAN_KEYS:
            right, down = _PAN_KEYS[Qt.Key(key)]
            self.look_at(self._view.panned(right * _KEY_PAN_PX, down * _KEY_PAN_PX))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom_by(1 / _STEP)
        elif key == Qt.Key.Key_0:
            self.zoom_to_all()
        elif self._ring is not None and key == Qt.Key.Key_Escape:
            self.cancel_area()
        elif self._ring is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish_area()
        else:
            super().keyPressEvent(event)

    # Inside

    def _change(self, **fields: object) -> None:
        if self._content is not None:
            self._content = replace(self._content, **fields)  # type: ignore[arg-type]  # the callers name its fields
            self._renew()

    def _renew(self) -> None:
        """The quiet part has changed: paint it anew."""
        self._revision += 1
        self._frame = None
        self.update()

    def _hover_at(self, at: QPointF) -> None:
        if self._content is None:
            return
        found = [] if self._ring is not None else hits_at(self._content, self._view, at.x(), at.y())
        hover = found[0] if found else None
        if (hover and (hover.kind, hover.row)) != (self._hover and (self._hover.kind, self._hover.row)):
            self._hover = hover
            self.hoverChanged.emit(hover)
            self.update()
        elif self._ring is not None:
            self.update()
        if self._ring is None:
            self.setCursor(Qt.CursorShape.PointingHandCursor if hover else Qt.CursorShape.ArrowCursor)

    def _click(self, at: QPointF) -> None:
        assert self._content is not None
        box = overview_box(self._view, self._content)
        key = overview_key(self._content, self._revision, self._view.dpr)
        place = None if box is None else place_under(box, key, at.x(), at.y())
        if place is not None:
            self.look_at(self._view.centred(*place))
            return
        if self._ring is not None:
            self._ring.append(self._view.to_m(at.x(), at.y()))
            self.update()
            return
        self.picked.emit(hits_at(self._content, self._view, at.x(), at.y()))

    def _paint(self, painter: QPainter, content: MapContent) -> None:
        painter.drawImage(QPointF(0, 0), self._frame_image(content))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for hit, strong in ((self._hover, False), (self._selected, True)):
            if hit is not None:
                paint_hover(painter, self._view, content, self._theme, hit, strong=strong)
        if self._ring is not None:
            corners: Sequence[tuple[float, float]] = [
                *self._ring,
                self._view.to_m(self._pointer.x(), self._pointer.y()),
            ]
            paint_ring(painter, self._view, corners, self._theme)
        if self.hasFocus():
            painter.setPen(pen(self._theme.acc, 2.0))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _frame_image(self, content: MapContent) -> QImage:
        """The picture without what follows the pointer; kept until the view or anything on it changes."""
        if self._frame is not None and self._frame[:2] == (self._view, content):
            return self._frame[2]
        view = self._view
        image = self._sheet_for(view)
        with painting(image) as painter:
            whole = self._paint_base(painter, content)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            box = overview_box(view, content)
            free = () if box is None else (box,)
            left = paint_over(painter, view, content, self._theme, self._words, NEW_OUTLINES, free)
            if box is not None:
                key = overview_key(content, self._revision, view.dpr)
                paint_overview(painter, view, box, key, self._overview.get(key), content, self._theme)
        self._frame = (view, content, image) if whole and not left else None
        if left:
            self.update()
        return image

    def _sheet_for(self, view: MapView) -> QImage:
        """The picture that frames are painted on; a new one each time would cost some milliseconds of memory."""
        size = QSize(round(view.width_px * view.dpr), round(view.height_px * view.dpr))
        if self._sheet.size() != size:
            self._sheet = QImage(size, QImage.Format.Format_RGB32)
        self._sheet.setDevicePixelRatio(view.dpr)
        return self._sheet

    def _paint_base(self, painter: QPainter, content: MapContent) -> bool:
        """Paint ground and mains as far as they are there; True when nothing is missing."""
        missing = self._tiles.missing(tiles_of(self._view, self._revision))
        around = self._tiles.missing(tiles_around(self._view, self._revision))
        overview = overview_key(content, self._revision, self._view.dpr)
        small = [] if overview in self._overview or overview_box(self._view, content) is None else [overview]
        self._painter.want([*missing, *small, *around], content, self._theme)
        if missing and visible_weight(self._view, content) <= DIRECT_SEGMENTS:
            paint_base(painter, self._view, content, self._theme)
            return True
        painter.fillRect(self.rect(), QColor(self._theme.map_ground))
        self._tiles.draw(painter, self._view, self._revision)
        return not missing

    def _tile_painted(self, key: TileKey | OverviewKey, image: QImage) -> None:
        if isinstance(key, OverviewKey):
            self._overview = {key: image}
            self._frame = None
            self.update()
            return
        self._tiles.put(key, image)
        if key.revision == self._revision and self._frame is None and key in tiles_of(self._view, self._revision):
            self.update()
