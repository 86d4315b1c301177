"""The map widget: shows a city and a plan, pans, zooms, and says what was picked."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
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

from app.ui.map.backdrop import Backdrop
from app.ui.map.chosen import Chosen
from app.ui.map.content import MapContent
from app.ui.map.frame import MapAsked, MapFrame
from app.ui.map.furniture import clear_of_legend
from app.ui.map.incident_marks import IncidentMark
from app.ui.map.motion import KEY_STEPS_PX, Drag, Motion, by_touchpad
from app.ui.map.overlay import paint_hover, paint_ring
from app.ui.map.overview import OverviewKey, place_under
from app.ui.map.picking import hits_at
from app.ui.map.placing import Box, within
from app.ui.map.pressure_marks import PressureMarks
from app.ui.map.qtdraw import painting, pen
from app.ui.map.reach_marks import ReachMarks
from app.ui.map.shades import PipeShades
from app.ui.map.store import TileStore
from app.ui.map.words import MapWords
from app.ui.theme import DARK, Theme
from gis.scene.hits import MapHit
from gis.scene.lines import Polylines
from gis.scene.map_style import MapStyle
from gis.scene.movers import Movers
from gis.scene.plan_picture import PlanPicture
from gis.scene.scene import Scene
from gis.scene.view import Bounds, MapView, snapped_m_per_px
from network.topology import City, DeviceStates

_STEP = 2**0.5
_DRAG_PX = 4
_ANGLE_A_PIXEL = 3


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

    def __init__(self, parent: QWidget | None = None, *, theme: Theme = DARK, store: TileStore | None = None) -> None:
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
        self._frame = MapFrame(store or TileStore(self), self)
        self._frame.changed.connect(self.update)
        self._motion = Motion(self)
        self._motion.moved.connect(self._show)
        self._motion.rested.connect(self._come_to_rest)
        self._drag = Drag()
        self._steered_on: tuple[Box, OverviewKey] | None = None
        self._style = MapStyle()
        self._folded: bool | None = None
        self._crews: Movers | None = None
        self._sensors: Movers | None = None
        self._hover: MapHit | None = None
        self._selected: MapHit | None = None
        self._pressed: QPointF | None = None
        self._dragged_to: QPointF | None = None
        self._ring: list[tuple[float, float]] | None = None
        self._pointer = QPointF()

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
        asked = self._asked
        return asked is None or (not self._motion.moving and self._frame.settled(asked))

    @property
    def sharp(self) -> bool:
        """True when ground and mains have been painted at the scale that is shown, all over the map."""
        return (asked := self._asked) is None or self._frame.sharp(asked)

    @property
    def store(self) -> TileStore:
        """Where its tiles are kept; another map of the same console shares it."""
        return self._frame.store

    def set_city(self, city: City, scene: Scene, states: DeviceStates | None = None) -> None:
        """Show a city, all of it."""
        content = MapContent.of(city, scene, states)
        self._content = replace(content, style=self._style, legend_folded=self._folded)
        self._hover = self._selected = None
        self._fitted = False
        self.store.drop_others(scene)
        self._frame.forget()
        self.update()
        self.zoom_to(scene.extent)

    def clear_city(self) -> None:
        """Show nothing."""
        self._content = None
        self._hover = self._selected = None
        self.store.drop_others(None)
        self._frame.forget()
        self.update()

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
        self._change(plan=None)

    def set_backdrop(self, backdrop: Backdrop | None) -> None:
        """Show a picture under the mains, or none."""
        self._change(backdrop=backdrop)

    def set_style(self, style: MapStyle) -> None:
        """Show layers as an operator has chosen them."""
        self._style = style
        self._change(style=style)

    def set_shades(self, shades: PipeShades | None) -> None:
        """Colour mains by a figure; None: grey by diameter, as ever."""
        if self._content is not None and shades is not self._content.shades:
            self._change(shades=shades)

    def mark_lines(self, lines: Polylines | None) -> None:
        """Mark *lines* (project CRS) as chosen; None: nothing."""
        self._change(marked=lines)

    def show_chosen(self, chosen: Chosen | None) -> None:
        """Mark very many things; None: nothing."""
        self._change(chosen=chosen)

    def set_crews(self, crews: Movers | None) -> None:
        """Show crews where they are now: one frozen snapshot, as often as word comes."""
        self._crews = crews
        self.update()

    def set_sensors(self, sensors: Movers | None) -> None:
        """Show sensors as they read now: one frozen snapshot, as often as word comes."""
        self._sensors = sensors
        self.update()

    def mark_pressures(self, marks: PressureMarks | None) -> None:
        """Mark what a hydraulic check found; None: nothing."""
        if self._content is not None and marks is not self._content.pressures:
            self._content = replace(self._content, pressures=marks)
            self.update()

    def mark_incidents(self, marks: tuple[IncidentMark, ...]) -> None:
        """Mark the dispatch desk's incidents, the most pressing last."""
        if self._content is not None and marks != self._content.incidents:
            self._change(incidents=marks)

    def show_reach(self, marks: ReachMarks | None) -> None:
        """Lay over the map how soon crews could be anywhere; None: nothing."""
        self._change(reach=marks)

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Take the words of the language installed now."""
        self._words = MapWords.current()
        self.setAccessibleName(self.tr("Map"))
        self._frame.forget()
        self.update()

    def select(self, hit: MapHit | None) -> None:
        """Mark one thing as selected."""
        self._selected = hit
        self.update()

    # Where it looks

    def look_at(self, view: MapView) -> None:
        """Take another viewport, at once."""
        self._motion.stop()
        self._show(view)

    def follow(self, view: MapView) -> None:
        """Take another viewport, one of many that follow a hand."""
        self._motion.touch()
        self._show(view)

    def zoom_to(self, bounds: Bounds) -> None:
        """Show all of a rectangle of the project CRS."""
        view = MapView.fitting(bounds, self.width(), self.height(), dpr=self.devicePixelRatioF())
        view = view.centred(view.centre_x_m, view.centre_y_m, snapped_m_per_px(view.m_per_px, coarser=True))
        if (asked := self._asked) is not None:
            view = clear_of_legend(view, bounds, self._frame.legend_box(replace(asked, view=view)))
        self.look_at(view)
        self._fitted = True

    def zoom_to_point(self, x_m: float, y_m: float, m_per_px: float = 0.6) -> None:
        """Put a place in the middle, no farther away than *m_per_px*."""
        self.look_at(self._view.centred(x_m, y_m, min(self._view.m_per_px, m_per_px)))

    def zoom_by(self, factor: float) -> None:
        """Zoom smoothly about the middle; 2 shows things twice as large."""
        self._motion.zoom(self._view, factor, self.width() / 2, self.height() / 2)

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
        self.store.gate.watch(self.window())
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: paint no tiles. A thread that still painted while Python ends would end it badly."""
        self._motion.stop()
        self._frame.rest()
        super().hideEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint one frame."""
        with painting(self) as painter:
            asked = self._asked
            if asked is None:
                painter.fillRect(self.rect(), QColor(self._theme.map_ground))
            else:
                with self.store.gate.closed():
                    self._paint(painter, asked)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag or a click."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = self._dragged_to = event.position()
            self._drag = Drag()
            asked, at = self._asked, event.position()
            self._steered_on = None if asked is None else self._frame.overview_place(asked, at.x(), at.y())
            if self._motion.moving:
                self._motion.touch()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the map, or see what is under the pointer."""
        at = event.position()
        self._pointer = at
        if self._steered_on is not None:
            self._steer(at)
        elif self._pressed is not None and self._dragged_to is not None:
            if (at - self._pressed).manhattanLength() > _DRAG_PX or self._dragged_to != self._pressed:
                step = at - self._dragged_to
                self._dragged_to = at
                self._drag.add(event.timestamp() / 1000, at.x(), at.y())
                self.follow(self._view.panned(step.x(), step.y()))
        else:
            self._hover_at(at)
        self.pointerMoved.emit(*self._view.to_m(at.x(), at.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press without a drag is a click."""
        clicked = self._pressed is not None and self._dragged_to == self._pressed
        self._pressed = self._dragged_to = None
        if self._steered_on is not None:
            self._steer(event.position())
            self._steered_on = None
        elif not clicked:
            self._motion.let_go(self._view, self._drag.speed_px_s(event.timestamp() / 1000))
        elif event.button() is Qt.MouseButton.LeftButton and self._content is not None:
            self._click(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Finish a polygon, or zoom in."""
        if self._ring is not None:
            self._finish_area()
        elif event.button() is Qt.MouseButton.LeftButton:
            self._motion.zoom(self._view, 2.0, event.position().x(), event.position().y())

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        if self._hover is not None:
            self._hover = None
            self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms about the pointer; a touchpad's two fingers pan, with Ctrl they zoom."""
        at = event.position()
        if by_touchpad(event) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / _ANGLE_A_PIXEL
            self.follow(self._view.panned(step.x(), step.y()))
        else:
            self._motion.zoom(self._view, _STEP ** (event.angleDelta().y() / 120), at.x(), at.y())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinching zooms; another screen has finer or coarser tiles; a change of language renews the words."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.follow(self._view.zoomed(1 + event.value(), event.position().x(), event.position().y()))
            return True
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self.look_at(self._view.resized(self.width(), self.height(), self.devicePixelRatioF()))
        elif event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, + and − zoom, 0 shows everything, L folds the legend; Space, Enter and Esc draw a polygon."""
        key = event.key()
        if self._ring is not None:
            # By keyboard the middle of the map is the pointer.
            self._pointer = QPointF(self.rect().center())
        if key in KEY_STEPS_PX:
            self._motion.slide(self._view, *KEY_STEPS_PX[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom_by(1 / _STEP)
        elif key == Qt.Key.Key_0:
            self.zoom_to_all()
        elif key == Qt.Key.Key_L:
            self._fold_legend()
        elif self._ring is not None and key == Qt.Key.Key_Space:
            self._click(self._pointer)
        elif self._ring is not None and key == Qt.Key.Key_Escape:
            self.cancel_area()
        elif self._ring is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish_area()
        else:
            super().keyPressEvent(event)

    # Inside

    @property
    def _asked(self) -> MapAsked | None:
        """What the map is to show now; None before there is a city."""
        if self._content is None:
            return None
        aim = self._motion.aim(self._view)
        return MapAsked(self._view, aim, self._content, self._theme, self._words, self._sensors, self._crews)

    def _show(self, view: MapView) -> None:
        if view != self._view:
            self._view = view
            self.update()
            self.viewChanged.emit(view)

    def _come_to_rest(self) -> None:
        """A pinch ends at any scale; far away the map goes on to the nearest one whose tiles are kept."""
        kept = snapped_m_per_px(self._view.m_per_px)
        if abs(kept / self._view.m_per_px - 1) > 1e-9:
            self._motion.zoom(self._view, self._view.m_per_px / kept, self.width() / 2, self.height() / 2)
        self.update()

    def _change(self, **fields: object) -> None:
        if self._content is not None:
            self._content = replace(self._content, **fields)  # type: ignore[arg-type]  # the callers name its fields
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

    def _steer(self, at: QPointF) -> None:
        """The frame on the overview follows the pointer."""
        assert self._steered_on is not None
        self.look_at(self._view.centred(*place_under(*self._steered_on, at.x(), at.y())))

    def _click(self, at: QPointF) -> None:
        asked = self._asked
        assert asked is not None
        if self._ring is not None:
            self._ring.append(self._view.to_m(at.x(), at.y()))
            self.update()
            return
        if within(self._frame.legend_box(asked), at.x(), at.y()):
            self._fold_legend()
            return
        self.picked.emit(hits_at(asked.content, self._view, at.x(), at.y()))

    def _fold_legend(self) -> None:
        self._folded = (asked := self._asked) is None or not self._frame.corners(asked).folded
        self._change(legend_folded=self._folded)

    def _paint(self, painter: QPainter, asked: MapAsked) -> None:
        self._frame.paint(painter, asked, moving=self._motion.moving)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for hit, strong in ((self._hover, False), (self._selected, True)):
            if hit is not None:
                paint_hover(painter, self._view, asked.content, self._theme, hit, strong=strong)
        if self._ring is not None:
            corners = [*self._ring, self._view.to_m(self._pointer.x(), self._pointer.y())]
            paint_ring(painter, self._view, corners, self._theme)
        if self.hasFocus():
            painter.setPen(pen(self._theme.acc, 2.0))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
