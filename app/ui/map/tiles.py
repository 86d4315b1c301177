"""Tiles of the quiet part of the map: which a view needs, and the one thread that paints them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtGui import QImage

from app.ui.map.base import base_steps
from app.ui.map.content import MapContent
from app.ui.map.overview import OverviewKey
from app.ui.map.qtdraw import painting
from app.ui.map.view_parts import PartKey
from app.ui.theme import Theme
from gis.scene.view import SNAPPED_FROM_M_PER_PX, Bounds, MapView, snapped_m_per_px

TILE_PX = 512
"""Greatest side of a tile in device pixels."""

_MOST_AHEAD = 150


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


@dataclass(frozen=True)
class AheadKey:
    """A tile that is to lie on the disk before anybody looks there. What is asked for so brings an empty picture."""

    tile: TileKey

    @property
    def revision(self) -> int:
        """Which content and theme it shows."""
        return self.tile.revision

    @property
    def view(self) -> MapView:
        """The viewport of the tile's picture."""
        return self.tile.view


PictureKey = TileKey | PartKey | OverviewKey | AheadKey
"""What the thread that paints tiles is asked for."""


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


def tiles_ahead(extent: Bounds, view: MapView, revision: int) -> Sequence[TileKey]:
    """Tiles of a whole city at the scales at which far views rest, the coarsest first, as many as are worth keeping.

    Far tiles hold most and cost most; painted while nothing else is wanted, they are there when somebody zooms out or
    jumps across the city.
    """
    return _tiles_ahead(extent, view.width_px, view.height_px, view.dpr, revision)


@lru_cache(maxsize=8)
def _tiles_ahead(extent: Bounds, wide_px: int, high_px: int, dpr: float, revision: int) -> Sequence[TileKey]:
    """:func:`tiles_ahead`, which is asked for with every frame at rest."""
    fitting = MapView.fitting(extent, wide_px, high_px, dpr=dpr)
    m_per_px = snapped_m_per_px(fitting.m_per_px, coarser=True)
    found: list[TileKey] = []
    while m_per_px >= SNAPPED_FROM_M_PER_PX:
        width_px = math.ceil((extent.x_max - extent.x_min) / m_per_px)
        height_px = math.ceil((extent.y_max - extent.y_min) / m_per_px)
        whole = MapView(*extent.centre, m_per_px, width_px, height_px, dpr)
        keys = tiles_of(whole, revision)
        if len(found) + len(keys) > _MOST_AHEAD:
            break
        found += keys
        m_per_px = snapped_m_per_px(m_per_px / 2**0.5)
    return tuple(found)


def paint_tile(
    key: PictureKey, content: MapContent, theme: Theme, stand_back: Callable[[], object] = lambda: None
) -> QImage:
    """The picture of one tile (or part, or of the overview); *stand_back* is called every few milliseconds."""
    view = key.view
    image = QImage(round(view.width_px * view.dpr), round(view.height_px * view.dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(view.dpr)
    stand_back()
    with painting(image) as painter:
        for _ in base_steps(painter, view, content, theme):
            stand_back()
    return image
