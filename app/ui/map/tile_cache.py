"""Painted tiles: kept, drawn, and stood in for by tiles of other scales while they are on their way."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Container, Iterable, Iterator, Mapping
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QRegion

from app.ui.map.tiles import TileKey, tile_side_px, tiles_of
from app.ui.map.view_parts import PartKey
from gis.scene.view import MapView

_KEPT = 80
"""A full screen takes some 20 of a megabyte each: four of these, for pans back and for other scales; more is fetched
from the disk within milliseconds."""
_SPARE = 1.25
"""Larger or more screens: room for what they show and what lies around it, and some more."""
_LEAST_STANDING_IN_PX = 64
_LAYERS_STANDING_IN = 2
_NO_PARTS: Mapping[PartKey, QImage] = MappingProxyType({})

_Layer = tuple[int, float, float]
"""Revision, scale and device pixels of tiles that lie side by side."""


class TileCache:
    """Painted tiles, the least recently drawn dropped first."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._tiles: OrderedDict[TileKey, QImage] = OrderedDict()
        self._layers: dict[_Layer, set[tuple[int, int]]] = {}
        self._least = self._kept = kept

    def __len__(self) -> int:
        return len(self._tiles)

    def __contains__(self, key: object) -> bool:
        return key in self._tiles

    def hold(self, in_use: int) -> None:
        """Have room for *in_use* tiles that are asked for at a time."""
        self._kept = max(self._least, math.ceil(_SPARE * in_use))

    def put(self, key: TileKey, image: QImage) -> None:
        """Keep a tile."""
        self._tiles[key] = image
        self._tiles.move_to_end(key)
        self._layers.setdefault(_layer(key), set()).add((key.column, key.row))
        while len(self._tiles) > self._kept:
            self._left(self._tiles.popitem(last=False)[0])

    def clear(self) -> None:
        """Forget everything."""
        self._tiles.clear()
        self._layers.clear()

    def missing(self, keys: Iterable[TileKey]) -> list[TileKey]:
        """Those of *keys* that are not here."""
        return [key for key in keys if key not in self._tiles]

    def keep_only(self, revisions: Container[int]) -> None:
        """Forget the tiles of all other revisions."""
        for key in [key for key in self._tiles if key.revision not in revisions]:
            del self._tiles[key]
            self._left(key)

    def _left(self, key: TileKey) -> None:
        """A tile is kept no more."""
        layer = self._layers[_layer(key)]
        layer.discard((key.column, key.row))
        if not layer:
            del self._layers[_layer(key)]

    def draw(
        self, painter: QPainter, view: MapView, revision: int, parts: Mapping[PartKey, QImage] = _NO_PARTS
    ) -> list[TileKey]:
        """Draw what there is of a view.

        Where tiles are missing there are *parts*, of this view or one beside it; elsewhere tiles of other scales (and
        of the content before) stand in.

        Returns:
            The missing tiles, most urgent first.
        """
        wanted = tiles_of(view, revision)
        missing = self.missing(wanted)
        if missing:
            self._stand_in(painter, view, revision, missing, parts)
        for key in wanted:
            image = self._tiles.get(key)
            if image is not None:
                self._tiles.move_to_end(key)
                side_px = tile_side_px(key.dpr)
                painter.drawImage(_corner(view, key.column * side_px, (key.row + 1) * side_px), image)
        return missing

    def _stand_in(
        self,
        painter: QPainter,
        view: MapView,
        revision: int,
        missing: list[TileKey],
        parts: Mapping[PartKey, QImage],
    ) -> None:
        """Draw parts, then tiles of the two scales nearest to the view's, the nearer one first, each place once."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        holes = QRegion()
        for key in missing:
            holes += _box(key, view).adjusted(-1, -1, 1, 1)
        holes &= QRect(0, 0, view.width_px, view.height_px)
        there = [layer for layer in self._layers if layer[2] == view.dpr]
        there.sort(key=lambda layer: (layer[0] != revision, abs(math.log(layer[1] / view.m_per_px))))
        left = _LAYERS_STANDING_IN
        painter.save()
        for part, image in parts.items():
            if part.revision == revision and part.dpr == view.dpr and not image.isNull():
                painter.setClipRegion(holes)
                holes -= _draw_part(painter, view, part, image)
        for layer in there:
            boxes = [(key, box) for key, box in self._seen(layer, view) if holes.intersects(box)]
            if boxes:
                painter.setClipRegion(holes)
                for key, box in boxes:
                    painter.drawImage(box, self._tiles[key])
                    holes -= box
                left -= 1
            if not left or holes.isEmpty():
                break
        painter.restore()

    def _seen(self, layer: _Layer, view: MapView) -> Iterator[tuple[TileKey, QRect]]:
        """The tiles of a layer that touch a view and are large enough on it to be of use, and where."""
        side_m = tile_side_px(layer[2]) * layer[1]
        if side_m / view.m_per_px <= _LEAST_STANDING_IN_PX:
            return
        seen, kept = view.bounds, self._layers[layer]
        for column in range(math.floor(seen.x_min / side_m), math.floor(seen.x_max / side_m) + 1):
            for row in range(math.floor(seen.y_min / side_m), math.floor(seen.y_max / side_m) + 1):
                if (column, row) in kept:
                    key = TileKey(*layer, column, row)
                    yield key, _box(key, view)


def _layer(key: TileKey) -> _Layer:
    return key.revision, key.m_per_px, key.dpr


def _box(key: TileKey, view: MapView) -> QRect:
    """Where a tile lies on a view's picture, scaled; edges are rounded one by one, so that neighbours meet."""
    left, top = view.to_px(key.column * key.side_m, (key.row + 1) * key.side_m)
    right, bottom = view.to_px((key.column + 1) * key.side_m, key.row * key.side_m)
    x, y = round(left), round(top)
    return QRect(x, y, round(right) - x, round(bottom) - y)


def _draw_part(painter: QPainter, view: MapView, part: PartKey, image: QImage) -> QRect:
    """Draw a part where it lies now, and tell which pixels it covers."""
    left, top = view.to_px(part.left_px * part.m_per_px, (part.bottom_px + part.height_px) * part.m_per_px)
    scale = part.m_per_px / view.m_per_px
    box = QRectF(left, top, part.width_px * scale, part.height_px * scale)
    if scale == 1:
        box.moveTopLeft(_corner(view, part.left_px, part.bottom_px + part.height_px))
        painter.drawImage(box.topLeft(), image)
    else:
        painter.drawImage(box, image)
    # Only whole pixels: at its edge a part may cover half of one.
    x, y = math.ceil(box.left()), math.ceil(box.top())
    return QRect(x, y, math.floor(box.right()) - x, math.floor(box.bottom()) - y)


def _corner(view: MapView, left_px: int, top_px: int) -> QPointF:
    """Where on the picture something of the view's scale has its upper left corner.

    On a whole device pixel, and tiles and parts on the same ones, so that neighbours meet without a seam.

    Args:
        view: Where the map looks.
        left_px: Logical pixels eastwards from the project CRS's origin, a multiple of 4.
        top_px: The same, northwards.
    """
    side_px = tile_side_px(view.dpr)
    side_m = side_px * view.m_per_px
    base_column, base_row = math.floor(view.centre_x_m / side_m), math.floor(view.centre_y_m / side_m)
    x, y = view.to_px(base_column * side_m, base_row * side_m)
    left = round(x * view.dpr) + round((left_px - base_column * side_px) * view.dpr)
    top = round(y * view.dpr) - round((top_px - base_row * side_px) * view.dpr)
    return QPointF(left / view.dpr, top / view.dpr)
