"""Lines and areas drawn by hand over the map: corners by clicks, snapping to pipes, an end by double click or Enter."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.messages import formats
from app.ui.map.canvas import MapCanvas
from app.ui.map.picking import PIPE_REACH_PX
from app.ui.tools.layer import Note, ToolLayer
from gis.scene.hits import nearest_pipe, nearest_point
from gis.scene.scene import DnClass

_NODE_REACH_PX = 8.0


class Sketch(QObject):
    """One sketch at a time; while it goes on, clicks are corners and nothing is picked.

    Signals:
        finished: Corners, as a tuple of (x_m, y_m).
        ended: It is over, finished or left.
    """

    finished = Signal(object)
    ended = Signal()

    def __init__(self, canvas: MapCanvas, layer: ToolLayer) -> None:
        super().__init__(canvas)
        self._canvas, self._layer = canvas, layer
        self._corners: list[tuple[float, float]] | None = None
        self._closed = False
        canvas.installEventFilter(self)

    @property
    def active(self) -> bool:
        """Whether one is being drawn."""
        return self._corners is not None

    def start(self, *, closed: bool) -> None:
        """Begin a line or (*closed*) an area."""
        self._corners, self._closed = [], closed
        self._layer.show_drawing(sketch=np.empty((0, 2)), notes=(), closed=closed)
        self._canvas.setCursor(Qt.CursorShape.CrossCursor)
        self._canvas.setFocus()

    def leave(self) -> None:
        """Give up what is being drawn."""
        if self._corners is not None:
            self._corners = None
            self._layer.show_drawing(sketch=np.empty((0, 2)), notes=())
            self._canvas.unsetCursor()
            self.ended.emit()

    def _finish(self) -> None:
        corners = list(dict.fromkeys(self._corners or []))
        if len(corners) < (3 if self._closed else 2):
            self.leave()
            return
        self._corners = None
        self._canvas.unsetCursor()
        self._show(corners)
        self.finished.emit(tuple(corners))
        self.ended.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._corners is None:
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._finish()
            case Qt.Key.Key_Escape:
                self.leave()
            case Qt.Key.Key_Backspace if self._corners:
                self._corners.pop()
                self._show(self._corners)
            case _:
                return False
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        """Left clicks and moves without a button are the sketch's; everything else still pans and zooms the map."""
        assert self._corners is not None
        left = event.button() is Qt.MouseButton.LeftButton
        if event.type() == QEvent.Type.MouseButtonDblClick and left:
            self._finish()
            return True
        if event.type() == QEvent.Type.MouseButtonPress and left:
            self._corners.append(self.snapped(event.position().x(), event.position().y()))
            self._show(self._corners)
            return True
        if event.type() == QEvent.Type.MouseMove and not event.buttons() and self._corners:
            self._show([*self._corners, self.snapped(event.position().x(), event.position().y())])
            self._canvas.pointerMoved.emit(*self._canvas.view.to_m(event.position().x(), event.position().y()))
            return True
        return left

    def snapped(self, x_px: float, y_px: float) -> tuple[float, float]:
        """The place under a pixel; a junction or a pipe near it where there is one."""
        view, content = self._canvas.view, self._canvas.content
        x_m, y_m = view.to_m(x_px, y_px)
        if content is None:
            return x_m, y_m
        node = nearest_point(content.scene, "node", x_m, y_m, _NODE_REACH_PX * view.m_per_px)
        reach_m = PIPE_REACH_PX * view.m_per_px
        hit = node or nearest_pipe(content.scene, content.pipes, x_m, y_m, reach_m, tuple(DnClass))
        return (x_m, y_m) if hit is None else (hit.x_m, hit.y_m)

    def _show(self, corners: list[tuple[float, float]]) -> None:
        xy_m = np.array(corners, dtype=np.float64).reshape(-1, 2)
        notes = (Note(*corners[-1], measured(xy_m, closed=self._closed)),) if len(corners) > 1 else ()
        self._layer.show_drawing(sketch=xy_m, notes=notes, closed=self._closed)


def measured(xy_m: np.ndarray, *, closed: bool) -> str:
    """What a sketch measures, in words of figures: its length, or an area's size and outline.

    >>> measured(np.array([[0.0, 0.0], [30.0, 40.0]]), closed=False)
    '50 m'
    """
    if not closed or len(xy_m) < 3:
        return formats.length(float(np.hypot(*np.diff(xy_m, axis=0).T).sum()))
    around = np.vstack([xy_m, xy_m[:1]]) - xy_m[0]
    cross = around[:-1, 0] * around[1:, 1] - around[1:, 0] * around[:-1, 1]
    size_m2 = abs(float(cross.sum())) / 2
    size = f"{formats.number(size_m2)} m²" if size_m2 < 1e5 else f"{formats.number(size_m2 / 1e6, 3)} km²"
    return f"{size} · {formats.length(float(np.hypot(*np.diff(around, axis=0).T).sum()))}"
