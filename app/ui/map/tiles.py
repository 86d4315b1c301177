"""Tiles of the quiet part of the map: painted by one thread, kept, and stood in for while they are on their way."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, QThread, Signal
from PySide6.QtGui import QImage, QPainter, QRegion

from app.ui.map.base import base_steps
from app.ui.map.content import MapContent
from app.ui.map.gate import Gate, stand_back
from app.ui.map.overview import OverviewKey
from app.ui.map.qtdraw import painting
from app.ui.map.rehearsal import rehearse
from app.ui.theme import Theme
from gis.scene.view import SNAPPED_FROM_M_PER_PX, Bounds, MapView, snapped_m_per_px

TILE_PX = 512
"""Greatest side of a tile in device pixels."""

_KEPT = 320
_MOST_AHEAD = 150
_LEAST_STANDING_IN_PX = 64
_LAYERS_STANDING_IN = 2


@dataclass(frozen=True)
class TileKey:
    """One tile.

    Attributes:
        revision: Which content and theme it shows.
        m_per_px: Scale, metres a logical pixel.
        dpr: Device pixels in a logical pixel.
        column, row: Counted from the project CRS's origin, row northwards.
    """

    revision: int
    m_per_px: float
    dpr: float
    column: int
    row: int

    @property
    def side_m(self) -> float:
        """Metres on the ground."""
        return tile_side_px(self.dpr) * self.m_per_px

    @property
    def view(self) -> MapView:
        """The viewport of the tile's picture."""
        side_px = tile_side_px(self.dpr)
        centre = (self.column + 0.5) * self.side_m, (self.row + 0.5) * self.side_m
        return MapView(*centre, self.m_per_px, side_px, side_px, self.dpr)


def tile_side_px(dpr: float) -> int:
    """Side of a tile in logical pixels: a multiple of 4, so that it is whole device pixels at 125, 150 and 175 %."""
    return int(TILE_PX / dpr) // 4 * 4


def tiles_of(view: MapView, revision: int) -> list[TileKey]:
    """The tiles that cover a view, those nearest to its middle first."""
    side_m = tile_side_px(view.dpr) * view.m_per_px
    bounds = view.bounds
    columns = range(math.floor(bounds.x_min / side_m), math.floor(bounds.x_max / side_m) + 1)
    rows = range(math.floor(bounds.y_min / side_m), math.floor(bounds.y_max / side_m) + 1)
    middle = view.centre_x_m / side_m - 0.5, view.centre_y_m / side_m - 0.5
    keys = [TileKey(revision, view.m_per_px, view.dpr, column, row) for column in columns for row in rows]
    return sorted(keys, key=lambda key: math.hypot(key.column - middle[0], key.row - middle[1]))


def tiles_around(view: MapView, revision: int) -> list[TileKey]:
    """The tiles just outside a view, worth painting before they are dragged in."""
    side_px = tile_side_px(view.dpr)
    wider = view.resized(view.width_px + 2 * side_px, view.height_px + 2 * side_px, view.dpr)
    inside = set(tiles_of(view, revision))
    return [key for key in tiles_of(wider, revision) if key not in inside]


def tiles_ahead(extent: Bounds, view: MapView, revision: int) -> list[TileKey]:
    """Tiles of a whole city at the scales at which far views rest, the coarsest first, as many as are worth keeping.

    Far tiles hold most and cost most; painted while nothing else is wanted, they are there when somebody zooms out or
    jumps across the city.
    """
    fitting = MapView.fitting(extent, view.width_px, view.height_px, dpr=view.dpr)
    m_per_px = snapped_m_per_px(fitting.m_per_px, coarser=True)
    found: list[TileKey] = []
    while m_per_px >= SNAPPED_FROM_M_PER_PX:
        width_px = math.ceil((extent.x_max - extent.x_min) / m_per_px)
        height_px = math.ceil((extent.y_max - extent.y_min) / m_per_px)
        whole = MapView(*extent.centre, m_per_px, width_px, height_px, view.dpr)
        keys = tiles_of(whole, revision)
        if len(found) + len(keys) > _MOST_AHEAD:
            break
        found += keys
        m_per_px = snapped_m_per_px(m_per_px / 2**0.5)
    return found


def paint_tile(
    key: TileKey | OverviewKey, content: MapContent, theme: Theme, stand_back: Callable[[], object] = lambda: None
) -> QImage:
    """The picture of one tile (or of the overview); *stand_back* is called every few milliseconds."""
    view = key.view
    image = QImage(round(view.width_px * view.dpr), round(view.height_px * view.dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(view.dpr)
    stand_back()
    with painting(image) as painter:
        for _ in base_steps(painter, view, content, theme):
            stand_back()
    return image


class TilePainter(QThread):
    """Paints the tiles that are wanted now; what is no longer wanted is never begun.

    The thread ends when nothing is wanted, and starts again when something is. While the window paints a frame
    the thread stands still: see :mod:`app.ui.map.gate`.
    """

    painted = Signal(object, QImage)

    def __init__(self, parent: QObject | None = None, gate: Gate | None = None) -> None:
        super().__init__(parent)
        rehearse()
        self.gate = Gate(self) if gate is None else gate
        self._lock = threading.Lock()
        self._wanted: dict[int, tuple[list[TileKey | OverviewKey], MapContent, Theme]] = {}
        self._active = False
        self._ended = False

    def want(self, keys: Iterable[TileKey | OverviewKey], content: MapContent, theme: Theme, client: int = 0) -> None:
        """Replace the list of tiles that *client* wants, most urgent first. Clients are served in turn."""
        with self._lock:
            self._wanted[client] = list(keys), content, theme
            begin = bool(self._wanted[client][0]) and not self._active and not self._ended
            self._active = self._active or begin
        if begin:
            self.wait()
            self.start(QThread.Priority.LowPriority)

    def rest(self, client: int = 0) -> None:
        """*client* wants nothing any more; wait for the tile in hand where nobody else does."""
        with self._lock:
            self._wanted.pop(client, None)
            idle = not any(keys for keys, _, _ in self._wanted.values())
        if idle:
            self.wait()

    def finish(self) -> None:
        """End after the tile in hand; nothing is painted afterwards."""
        with self._lock:
            self._ended = True
            self._wanted.clear()
        self.wait()

    def run(self) -> None:
        """Paint until nothing is wanted."""
        stand_back()
        try:
            while (next_one := self._next()) is not None:
                key, content, theme = next_one
                self.painted.emit(key, paint_tile(key, content, theme, self.gate.wait))
        except BaseException:
            # Told by sys.excepthook; without this nobody would start the thread again.
            with self._lock:
                self._active = False
            raise

    def _next(self) -> tuple[TileKey | OverviewKey, MapContent, Theme] | None:
        """What to paint now. Says under the same lock that nothing is wanted and that the thread ends."""
        with self._lock:
            for client in () if self._ended else list(self._wanted):
                # To the end of the turn, whether it has work or not.
                keys, content, theme = self._wanted[client] = self._wanted.pop(client)
                if keys:
                    return keys.pop(0), content, theme
            self._active = False
            return None


class TileCache:
    """Painted tiles, the least recently drawn dropped first."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._tiles: OrderedDict[TileKey, QImage] = OrderedDict()
        self._kept = kept

    def __len__(self) -> int:
        return len(self._tiles)

    def __contains__(self, key: object) -> bool:
        return key in self._tiles

    def put(self, key: TileKey, image: QImage) -> None:
        """Keep a tile."""
        self._tiles[key] = image
        self._tiles.move_to_end(key)
        while len(self._tiles) > self._kept:
            self._tiles.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._tiles.clear()

    def missing(self, keys: Iterable[TileKey]) -> list[TileKey]:
        """Those of *keys* that are not here."""
        return [key for key in keys if key not in self._tiles]

    def keep_only(self, revisions: Container[int]) -> None:
        """Forget the tiles of all other revisions."""
        self._tiles = OrderedDict((key, image) for key, image in self._tiles.items() if key.revision in revisions)

    def draw(self, painter: QPainter, view: MapView, revision: int) -> list[TileKey]:
        """Draw what there is of a view.

        Tiles of other scales (and of the content before) stand in where the right ones are missing.

        Returns:
            The missing tiles, most urgent first.
        """
        wanted = tiles_of(view, revision)
        missing = self.missing(wanted)
        if missing:
            self._stand_in(painter, view, revision, missing)
        for key in wanted:
            image = self._tiles.get(key)
            if image is not None:
                self._tiles.move_to_end(key)
                painter.drawImage(_corner(key, view), image)
        return missing

    def _stand_in(self, painter: QPainter, view: MapView, revision: int, missing: list[TileKey]) -> None:
        """Draw tiles of the two scales nearest to the view's, the nearer one on top: more would cost a frame."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        holes = QRegion()
        for key in missing:
            holes += _box(key, view).toAlignedRect()
        layers: dict[tuple[int, float], list[tuple[TileKey, QRectF]]] = {}
        for key in self._tiles:
            if key.dpr == view.dpr and _meets(key, view):
                box = _box(key, view)
                if holes.intersects(box.toAlignedRect()):
                    layers.setdefault((key.revision, key.m_per_px), []).append((key, box))
        order = sorted(layers, key=lambda layer: (layer[0] != revision, abs(math.log(layer[1] / view.m_per_px))))
        painter.save()
        painter.setClipRegion(holes)
        for layer in reversed(order[:_LAYERS_STANDING_IN]):
            for key, box in layers[layer]:
                painter.drawImage(box, self._tiles[key])
        painter.restore()


def _box(key: TileKey, view: MapView) -> QRectF:
    """Where a tile lies on a view's picture, scaled."""
    left, top = view.to_px(key.column * key.side_m, (key.row + 1) * key.side_m)
    side_px = key.side_m / view.m_per_px
    return QRectF(left, top, side_px, side_px)


def _meets(key: TileKey, view: MapView) -> bool:
    """True where a tile touches a view and is large enough on it to be of use."""
    seen, side_m = view.bounds, key.side_m
    west, south = key.column * side_m, key.row * side_m
    touches = (
        west <= seen.x_max and south <= seen.y_max and west + side_m >= seen.x_min and south + side_m >= seen.y_min
    )
    return touches and side_m / view.m_per_px > _LEAST_STANDING_IN_PX


def _corner(key: TileKey, view: MapView) -> QPointF:
    """Upper left corner of a tile on the picture, on a whole device pixel so that neighbours meet without a seam."""
    base_column, base_row = math.floor(view.centre_x_m / key.side_m), math.floor(view.centre_y_m / key.side_m)
    x, y = view.to_px(base_column * key.side_m, base_row * key.side_m)
    side = round(tile_side_px(key.dpr) * key.dpr)
    left = round(x * view.dpr) + (key.column - base_column) * side
    top = round(y * view.dpr) - (key.row + 1 - base_row) * side
    return QPointF(left / view.dpr, top / view.dpr)
