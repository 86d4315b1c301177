"""How the map moves: it follows the hand, glides on when let go, and zooms smoothly instead of jumping."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputDevice, QWheelEvent

from gis.scene.view import MapView, snapped_m_per_px

ZOOM_S = 0.14
PAN_S = 0.12
GLIDE_S = 0.22
"""Time in which a glide loses all but 1/e of its speed."""
REST_AFTER_MS = 120
"""So long after the last movement the map is at rest: names are then placed anew."""
LEAST_GLIDE_PX_S = 180.0
KEY_STEPS_PX = {
    Qt.Key.Key_Left: (120, 0),
    Qt.Key.Key_Right: (-120, 0),
    Qt.Key.Key_Up: (0, 120),
    Qt.Key.Key_Down: (0, -120),
}
"""How far an arrow key moves the map, to the right and downwards."""
_FRAME_MS = 8
"""As often as a hand's own events come: with the frame's work the next one is there before two pictures of a screen."""
_END_PX_S = 25.0
_SAMPLES_S = 0.08
_LEAST_SAMPLED_S = 0.02


def eased(share: float) -> float:
    """Share of the way after *share* of the time (0 to 1): fast at first, slow at the end."""
    return 1 - (1 - min(max(share, 0.0), 1.0)) ** 3


def glided_px(speed_px_s: float, after_s: float) -> float:
    """How far something that began with a speed has glided after a time."""
    return speed_px_s * GLIDE_S * (1 - math.exp(-after_s / GLIDE_S))


def glide_ends_s(speed_px_s: float) -> float:
    """When a glide is too slow to be seen; at once where it begins so."""
    return GLIDE_S * math.log(max(speed_px_s / _END_PX_S, 1.0))


class Drag:
    """The last places of a dragging hand, for the speed at which it lets go."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float, float]] = deque()

    def add(self, at_s: float, x: float, y: float) -> None:
        """The hand was there."""
        self._samples.append((at_s, x, y))
        while at_s - self._samples[0][0] > _SAMPLES_S:
            self._samples.popleft()

    def speed_px_s(self, now_s: float) -> tuple[float, float]:
        """Speed to the right and downwards; none where the hand had stopped, or was seen too shortly to tell."""
        if len(self._samples) < 3 or now_s - self._samples[-1][0] > _SAMPLES_S:
            return 0.0, 0.0
        (first_s, x, y), (last_s, u, v) = self._samples[0], self._samples[-1]
        if last_s - first_s < _LEAST_SAMPLED_S:
            return 0.0, 0.0
        return (u - x) / (last_s - first_s), (v - y) / (last_s - first_s)


@dataclass(frozen=True)
class Zoom:
    """From a scale to another, the place under a pixel staying there."""

    start: MapView
    factor: float
    x_px: float
    y_px: float

    def at(self, time_s: float) -> MapView:
        """The view after a time."""
        return self.start.zoomed(self.factor ** eased(time_s / ZOOM_S), self.x_px, self.y_px)

    @property
    def ends_s(self) -> float:
        """When it is over."""
        return ZOOM_S

    @property
    def aim(self) -> MapView:
        """Where it ends: exactly, or tiles of two scales a hair apart would be painted."""
        return self.start.zoomed(self.factor, self.x_px, self.y_px)


@dataclass(frozen=True)
class Slide:
    """Some pixels to the side."""

    start: MapView
    right_px: float
    down_px: float

    def at(self, time_s: float) -> MapView:
        """The view after a time."""
        share = eased(time_s / PAN_S)
        return self.start.panned(self.right_px * share, self.down_px * share)

    @property
    def ends_s(self) -> float:
        """When it is over."""
        return PAN_S

    @property
    def aim(self) -> MapView:
        """Where it ends."""
        return self.start.panned(self.right_px, self.down_px)


@dataclass(frozen=True)
class Glide:
    """On from where a hand let go."""

    start: MapView
    right_px_s: float
    down_px_s: float

    def at(self, time_s: float) -> MapView:
        """The view after a time."""
        return self.start.panned(glided_px(self.right_px_s, time_s), glided_px(self.down_px_s, time_s))

    @property
    def ends_s(self) -> float:
        """When it is over."""
        return glide_ends_s(math.hypot(self.right_px_s, self.down_px_s))

    @property
    def aim(self) -> MapView:
        """Where it ends."""
        return self.at(self.ends_s)


Move = Zoom | Slide | Glide


class Motion(QObject):
    """Carries moves out, and knows whether the map is at rest.

    Signals:
        moved: (MapView) to be shown now.
        rested: The map has come to rest.
    """

    moved = Signal(object)
    rested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._move: Move | None = None
        self._clock = QElapsedTimer()
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._step)
        self._rest = QTimer(self, singleShot=True, interval=REST_AFTER_MS)
        self._rest.timeout.connect(self.rested)

    @property
    def moving(self) -> bool:
        """True until the map has been still for a moment."""
        return self._move is not None or self._rest.isActive()

    def aim(self, view: MapView) -> MapView:
        """Where a map that shows *view* now will come to rest."""
        return view if self._move is None else self._move.aim

    def touch(self) -> None:
        """The map was moved by hand: whatever it did by itself ends."""
        self._end_move()
        self._rest.start()

    def stop(self) -> None:
        """Be at rest at once."""
        self._end_move()
        self._rest.stop()

    def zoom(self, view: MapView, factor: float, x_px: float, y_px: float) -> None:
        """Zoom smoothly about a pixel; a further turn of the wheel adds to what is under way."""
        under_way = self._move.aim.m_per_px if isinstance(self._move, Zoom) else view.m_per_px
        aim_m_per_px = snapped_m_per_px(under_way / factor)
        self._begin(Zoom(view, view.m_per_px / aim_m_per_px, x_px, y_px))

    def slide(self, view: MapView, right_px: float, down_px: float) -> None:
        """Pan smoothly by some pixels; a further key adds to what is under way."""
        if isinstance(self._move, Slide):
            aim = self._move.aim
            right_px += (view.centre_x_m - aim.centre_x_m) / view.m_per_px
            down_px += (aim.centre_y_m - view.centre_y_m) / view.m_per_px
        self._begin(Slide(view, right_px, down_px))

    def let_go(self, view: MapView, speed_px_s: tuple[float, float]) -> None:
        """The hand lets go of the map: glide on if it was fast enough."""
        if math.hypot(*speed_px_s) >= LEAST_GLIDE_PX_S:
            self._begin(Glide(view, *speed_px_s))

    def _begin(self, move: Move) -> None:
        self._rest.stop()
        self._move = move
        self._clock.start()
        # A wheel that turns on does not hold the next frame up: begun again, the timer would wait its whole time.
        if not self._frames.isActive():
            self._frames.start()

    def _end_move(self) -> None:
        self._frames.stop()
        self._move = None

    def _step(self) -> None:
        move, time_s = self._move, self._clock.elapsed() / 1000
        if move is None:
            return
        if time_s < move.ends_s:
            self.moved.emit(move.at(time_s))
            return
        self._end_move()
        self._rest.start()
        self.moved.emit(move.aim)


def by_touchpad(event: QWheelEvent) -> bool:
    """True for two fingers. Pixel deltas do not tell: some systems send them for a mouse's wheel too."""
    if event.phase() is not Qt.ScrollPhase.NoScrollPhase:
        return True
    return event.device().type() is QInputDevice.DeviceType.TouchPad
