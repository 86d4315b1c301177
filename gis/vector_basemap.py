"""Vector tiles under the city: each tile's shapes put in their place in the project CRS, corner by corner.

Places are found by turning round the way that pictures are sampled (:func:`gis.basemap.in_tiles`): degrees, GCJ-02
where the tiles lie in it, Web Mercator. So vector and raster tiles of one source lie exactly over each other.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gis.basemap import TILE_PX, Basemap, in_tiles, zoom_for
from gis.graticule import Graticule
from gis.ground_shapes import Drawing, Meaning
from gis.scene.lines import Polylines
from gis.scene.view import MapView
from gis.tile_names import PlacedName, placed_names
from gis.vector_tiles import TileShapes, decode_tile
from network.columns import Float64

MOST_TILES = 40
"""A view that needs more lies too far out for what the file holds: the city's own ground is shown."""
_KEPT = 160
_ROUNDS = 6
_NEAR_M = 500.0


@dataclass(frozen=True, eq=False)
class _Placed:
    """A tile in the project CRS."""

    shapes: Mapping[Meaning, Polylines]
    names: tuple[PlacedName, ...]


class VectorBasemap:
    """One open file of vector tiles. For one thread at a time."""

    def __init__(self, basemap: Basemap, graticule: Graticule) -> None:
        self._basemap, self._graticule = basemap, graticule
        self._kept: OrderedDict[tuple[int, int, int], _Placed | None] = OrderedDict()

    def drawing(self, view: MapView) -> Drawing | None:
        """The shapes of every tile under a view (project CRS); None where there is none to be shown."""
        middle = self._graticule.degrees(np.array([view.centre_x_m]), np.array([view.centre_y_m]))[1]
        if not np.isfinite(middle[0]):
            return None
        zoom = zoom_for(view, float(middle[0]), self._basemap.tiles.zooms)
        columns, rows = self._span(view, zoom)
        if len(columns) * len(rows) > MOST_TILES:
            return None
        found: dict[Meaning, list[Polylines]] = {}
        names: dict[tuple[int, int], tuple[PlacedName, ...]] = {}
        some, broken = False, 0
        for column in columns:
            for row in rows:
                data = self._basemap.tile(zoom, column, row)
                if data is None:
                    continue
                tile = self._tile(zoom, column, row, data)
                some, broken = some or tile is not None, broken + (tile is None)
                if tile is None:
                    continue
                names[column, row] = tile.names
                for meaning, lines in tile.shapes.items():
                    found.setdefault(meaning, []).append(lines)
        if not some and not broken:
            return None
        return Drawing({meaning: tuple(parts) for meaning, parts in found.items()}, broken, zoom, names)

    def close(self) -> None:
        """Let go of the file."""
        self._basemap.close()

    def _span(self, view: MapView, zoom: int) -> tuple[range, range]:
        """Columns and rows of the tiles under a view."""
        seen = view.bounds
        x, y = np.meshgrid(np.linspace(seen.x_min, seen.x_max, 5), np.linspace(seen.y_min, seen.y_max, 5))
        east, south = in_tiles(x, y, self._graticule, zoom, gcj02=self._basemap.tiles.gcj02)
        known = np.isfinite(east) & np.isfinite(south)
        if not known.any():
            return range(0), range(0)
        return _range(east[known]), _range(south[known])

    def _tile(self, zoom: int, column: int, row: int, data: bytes) -> _Placed | None:
        key = zoom, column, row
        if key not in self._kept:
            decoded = decode_tile(data)
            self._kept[key] = None if decoded is None else self._placed(decoded, key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _placed(self, tile: TileShapes, key: tuple[int, int, int]) -> _Placed:
        zoom, *corner = key

        def put(lines: Polylines) -> Polylines:
            pixels = (lines.xy_m + np.array(corner)) * TILE_PX
            xy_m = places_of(pixels, self._graticule, zoom, gcj02=self._basemap.tiles.gcj02)
            return Polylines(lines.offsets, xy_m)

        names = replace(tile.names, lines=put(tile.names.lines))
        return _Placed({meaning: put(lines) for meaning, lines in tile.shapes.items()}, placed_names(names))


def places_of(pixels: Float64, graticule: Graticule, zoom: int, *, gcj02: bool) -> Float64:
    """Places in the project CRS of pixels of Web Mercator at a zoom. Shape (n, 2).

    Beyond the graticule the way goes on straight from its edge: a lake that reaches out of the city keeps its shore.
    """
    rows, columns = graticule.longitude.shape
    low = np.array([graticule.x_m, graticule.y_m])
    high = low + graticule.step_m * np.array([columns - 1, rows - 1])
    middle = (low + high) / 2
    around = middle + np.array([[0.0, 0.0], [_NEAR_M, 0.0], [0.0, _NEAR_M]])
    there = np.column_stack(in_tiles(around[:, 0], around[:, 1], graticule, zoom, gcj02=gcj02))
    # Over a city the way from metres to pixels is straight to a percent: its slope in the middle serves everywhere.
    slope = (there[1:] - there[0]) / _NEAR_M
    back = np.linalg.inv(slope)
    places: Float64 = middle + (pixels - there[0]) @ back
    for _ in range(_ROUNDS):
        inside = np.clip(places, low, high)
        reached = np.column_stack(in_tiles(inside[:, 0], inside[:, 1], graticule, zoom, gcj02=gcj02))
        places = places + (pixels - reached - (places - inside) @ slope) @ back
    return places


def _range(pixels: Float64) -> range:
    return range(math.floor(float(pixels.min()) / TILE_PX), math.floor(float(pixels.max()) / TILE_PX) + 1)
