"""The pointer while editing: it picks, moves, splits and draws on the map, drawn to what is there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.edit_requests import XY, EditDraft
from app.ui.editing.editor import JUNCTION, MOVE, PIPE, SELECT, SERVICE, SPLIT, VALVE, Editor
from app.ui.editing.snapping import END, VERTEX, SnapMark, snap_at, stretch_of
from app.ui.map.canvas import MapCanvas
from app.ui.map.content import MapContent
from app.ui.map.picking import hits_at
from gis.places import ids_of
from network.assets import DeviceKind

_POINTS = {"device": "valve", "hydrant": "hydrant", "customer": "customer", "station": "station"}
_CLOSEST_M = 1e-6


class Hand(QObject):
    """Turns clicks into drafts for the editor, while another tool than picking is taken.

    Attributes:
        mark: What the pointer is drawn to now; None away from the map.
        corners: Vertices of the line being drawn.
        held: The draft whose place follows the pointer; None while nothing is held.

    Signals:
        changed: Something that is drawn over the map is another.
        refused: A click meant nothing for the tool in hand: a code (``no_pipe``, ``nothing_here``).
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, canvas: MapCanvas, editor: Editor) -> None:
        super().__init__(canvas)
        self._canvas, self._editor = canvas, editor
        self.mark: SnapMark | None = None
        self.corners: list[XY] = []
        self.held: EditDraft | None = None
        self._vertex = -1
        canvas.installEventFilter(self)
        editor.tool_changed.connect(self.drop)
        editor.active_changed.connect(self.drop)

    @property
    def busy(self) -> bool:
        """Whether something is held or half drawn."""
        return self.held is not None or bool(self.corners)

    def drop(self) -> None:
        """Let go of what is held or half drawn."""
        self.held, self._vertex, self.corners, self.mark = None, -1, [], None
        if self._works:
            self._canvas.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._canvas.unsetCursor()
        self.changed.emit()

    @property
    def _works(self) -> bool:
        return self._editor.active and self._editor.tool != SELECT and self._canvas.content is not None

    # Qt's events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._works:
            return super().eventFilter(watched, event)
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.corners:
                self._finish_line()
            case Qt.Key.Key_Backspace if self.corners:
                self.corners.pop()
                self.changed.emit()
            case Qt.Key.Key_Escape if self.busy:
                self.drop()
            case _:
                return False
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        """Left clicks and moves without a button are the tool's; everything else still pans and zooms the map."""
        at, left = event.position(), event.button() is Qt.MouseButton.LeftButton
        if event.type() == QEvent.Type.MouseButtonDblClick and left:
            self._finish_line()
            return True
        if event.type() == QEvent.Type.MouseButtonPress and left:
            self._click(self._snapped(at.x(), at.y()), at.x(), at.y())
            return True
        if event.type() == QEvent.Type.MouseMove and not event.buttons():
            self.mark = self._snapped(at.x(), at.y())
            self._canvas.pointerMoved.emit(*self._canvas.view.to_m(at.x(), at.y()))
            self.changed.emit()
            return True
        return left

    def _snapped(self, x_px: float, y_px: float) -> SnapMark:
        content = self._content
        return snap_at(content, self._canvas.view, x_px, y_px, self.corners[-1] if self.corners else None)

    @property
    def _content(self) -> MapContent:
        content = self._canvas.content
        assert content is not None
        return content

    # What a click means

    def _click(self, mark: SnapMark, x_px: float, y_px: float) -> None:
        self.mark = mark
        tool = self._editor.tool
        if tool == MOVE:
            self._move(mark, x_px, y_px)
        elif tool in (PIPE, SERVICE):
            self.corners.append(mark.xy_m)
        elif tool in (SPLIT, VALVE, JUNCTION) and mark.pipe < 0:
            self.refused.emit("no_pipe")
        elif tool == SPLIT:
            self._editor.place(EditDraft("split", "pipe", self._pipe(mark), (mark.xy_m,)))
        elif tool == VALVE:
            self._editor.place(EditDraft("put_valve", "valve", "", (mark.xy_m,), {}, self._pipe(mark)))
        else:
            do = "put_junction" if tool == JUNCTION else "add"
            self._editor.place(EditDraft(do, tool, "", (mark.xy_m,), {}, self._pipe(mark)))
        self.changed.emit()

    def _pipe(self, mark: SnapMark) -> str:
        return self._content.city.network.pipes.ids[mark.pipe] if mark.pipe >= 0 else ""

    def _finish_line(self) -> None:
        corners = [xy for at, xy in enumerate(self.corners) if at == 0 or not _same(xy, self.corners[at - 1])]
        self.corners = []
        if len(corners) >= 2:
            pipe = self._editor.tool == PIPE
            do, layer = ("draw_pipe", "pipe") if pipe else ("add", "service")
            tap = "" if pipe or self.mark is None else self._pipe(self.mark)
            self._editor.place(EditDraft(do, layer, "", tuple(corners), {}, tap))
        self.changed.emit()

    def _move(self, mark: SnapMark, x_px: float, y_px: float) -> None:
        """The first click takes hold of a thing, a pipe end, a corner or a stretch; the second one puts it down."""
        if self.held is None:
            self.held = self._taken(mark, x_px, y_px)
            if self.held is None:
                self.refused.emit("nothing_here")
            return
        draft, self.held = self._put_down(self.held, mark), None
        self._vertex = -1
        self._editor.place(draft)

    def _taken(self, mark: SnapMark, x_px: float, y_px: float) -> EditDraft | None:
        city = self._content.city
        for hit in hits_at(self._content, self._canvas.view, x_px, y_px):
            layer = _POINTS.get(hit.kind)
            if hit.kind == "device" and city.network.devices.kind[hit.row] == DeviceKind.PUMP:
                return EditDraft("stand_on", "pump", city.network.devices.ids[hit.row])
            if layer is not None:
                name = ids_of(city, layer)[hit.row]
                return EditDraft("stand_on" if layer == "valve" else "place", layer, name)
        if mark.kind == END:
            return EditDraft("move_node", "pipe", city.network.nodes.ids[mark.node])
        if mark.pipe < 0:
            return None
        xy_m = self._content.pipes.lines[mark.pipe]
        if mark.kind == VERTEX:
            self._vertex = mark.vertex
        else:
            self._vertex = stretch_of(xy_m, *mark.xy_m) + 1
            xy_m = np.insert(xy_m, self._vertex, mark.xy_m, axis=0)
        return EditDraft("place", "pipe", self._pipe(mark), tuple((float(x), float(y)) for x, y in xy_m))

    def _put_down(self, held: EditDraft, mark: SnapMark) -> EditDraft:
        if self._vertex >= 0:
            return self._bent(held, mark.xy_m)
        pipe = self._pipe(mark)
        if held.do == "stand_on" and not pipe:
            return EditDraft("place", held.layer, held.id, (mark.xy_m,))
        return EditDraft(held.do, held.layer, held.id, (mark.xy_m,), {}, pipe)

    def _bent(self, held: EditDraft, to_m: XY) -> EditDraft:
        xy_m = list(held.xy_m)
        xy_m[self._vertex] = to_m
        return EditDraft("place", held.layer, held.id, tuple(xy_m))

    @property
    def shape(self) -> np.ndarray:
        """The line that follows the pointer, shape (k, 2): a sketch, or the pipe whose corner is held."""
        pointer = None if self.mark is None else self.mark.xy_m
        if self.corners:
            return np.array([*self.corners, *([pointer] if pointer else [])], dtype=np.float64)
        if self.held is not None and self._vertex >= 0 and pointer is not None:
            return np.array(self._bent(self.held, pointer).xy_m, dtype=np.float64)
        return np.empty((0, 2))


def _same(one: XY, other: XY) -> bool:
    return abs(one[0] - other[0]) < _CLOSEST_M and abs(one[1] - other[1]) < _CLOSEST_M
