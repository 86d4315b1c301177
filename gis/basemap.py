"""Pictures of a city from MBTiles files, warped onto the project CRS: offline, read-only, none needed.

Tiles of Chinese web maps lie in GCJ-02, shifted from the Earth by some hundred metres that vary over the city; so each
picture is sampled pixel by pixel through degrees, GCJ-02 and Web Mercator, never moved by one offset.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis.errors import GisError
from gis.gcj02 import to_gcj02
from gis.graticule import Graticule
from gis.scene.view import MapView
from gis.stores import sqlite
from network.columns import Float64

TILE_PX = 256
EQUATOR_M = 2.0 * math.pi * 6_378_137.0
MERCATOR_LIMIT = 85.051_128_779_806_6
"""Beyond this latitude Web Mercator's square ends."""

_STEP_PX = 16
"""Pixels between which places are found exactly; bilinear between them, which is off by less than 0.02 pixels."""

Pixels = NDArray[np.uint8]
Decode = Callable[[bytes], Pixels | None]
"""A tile's file as pixels, shape (256, 256, 4) RGBA; None where it is broken."""


@dataclass(frozen=True)
class TileSet:
    """What one MBTiles file says of itself.

    Attributes:
        path: The file.
        name: As it calls itself; the file's name where it does not.
        format: ``png``, ``jpg`` or ``webp``; ``pbf`` for vector tiles.
        zooms: The least and the greatest zoom that it holds.
        gcj02: True where its tiles lie in GCJ-02.
    """

    path: Path
    name: str
    format: str
    zooms: tuple[int, int]
    gcj02: bool

    @property
    def vector(self) -> bool:
        """True where the tiles hold shapes instead of pictures."""
        return self.format in {"pbf", "mvt"}


class Basemap:
    """One open MBTiles file.

    Raises:
        GisError: ``basemap.not_mbtiles``, ``basemap.empty``, and what :func:`gis.stores.sqlite.connect` raises.
    """

    def __init__(self, path: Path, *, gcj02: bool | None = None) -> None:
        self._connection = sqlite.connect(path, readonly=True, any_thread=True)
        try:
            with sqlite.translated(path):
                self.tiles = _described(self._connection, path, gcj02)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """The file of one tile, row counted from the north; None where there is none."""
        south_up = 2**zoom - 1 - row
        with sqlite.translated(self.tiles.path):
            found = self._connection.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (zoom, column, south_up),
            ).fetchone()
        return bytes(found[0]) if found is not None and isinstance(found[0], bytes) else None


def _described(connection: sqlite.Connection, path: Path, gcj02: bool | None) -> TileSet:
    kept = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    if not {"tiles", "metadata"} <= kept:
        raise GisError("basemap.not_mbtiles", path=str(path))
    said = {str(key): str(value) for key, value in connection.execute("SELECT name, value FROM metadata")}
    low, high = connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
    kind = said.get("format", "png").lower()
    if low is None:
        raise GisError("basemap.empty", path=str(path))
    shifted = "gcj" in (said.get("crs", "") + said.get("srs", "") + said.get("datum", "")).casefold()
    return TileSet(
        path, said.get("name") or path.stem, kind, (int(low), int(high)), shifted if gcj02 is None else gcj02
    )


def mercator(longitude: Float64, latitude: Float64, zoom: int) -> tuple[Float64, Float64]:
    """Pixels of Web Mercator at a zoom: x eastwards from 180 degrees west, y southwards. Shapes are kept."""
    whole = TILE_PX * 2.0**zoom
    slant = np.radians(np.clip(latitude, -MERCATOR_LIMIT, MERCATOR_LIMIT))
    return (
        (np.asarray(longitude) + 180.0) / 360.0 * whole,
        (1.0 - np.arcsinh(np.tan(slant)) / math.pi) / 2.0 * whole,
    )


def zoom_for(view: MapView, latitude: float, zooms: tuple[int, int]) -> int:
    """The zoom whose pixels are nearest to the view's, none coarser than 1.4 times where there is a finer one."""
    wanted_m = view.m_per_px / view.dpr
    exact = math.log2(EQUATOR_M * math.cos(math.radians(latitude)) / (TILE_PX * wanted_m))
    return min(max(math.ceil(exact - 0.5), zooms[0]), zooms[1])


def in_tiles(x_m: Float64, y_m: Float64, graticule: Graticule, zoom: int, *, gcj02: bool) -> tuple[Float64, Float64]:
    """Web Mercator pixels of places in the project CRS; NaN beyond the graticule. Shapes are kept."""
    east, north = graticule.degrees(x_m, y_m)
    if gcj02:
        east, north = to_gcj02(east, north)
    return mercator(east, north, zoom)


def places_in_tiles(
    view: MapView, graticule: Graticule, zoom: int, *, gcj02: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Web Mercator pixels under every device pixel's middle: shape (height, width) twice; NaN beyond the graticule."""
    height, width = round(view.height_px * view.dpr), round(view.width_px * view.dpr)
    down, across = _nodes(height), _nodes(width)
    x_m = view.centre_x_m + ((across + 0.5) / view.dpr - view.width_px / 2) * view.m_per_px
    y_m = view.centre_y_m - ((down + 0.5) / view.dpr - view.height_px / 2) * view.m_per_px
    grid_x, grid_y = np.meshgrid(x_m, y_m)
    x, y = in_tiles(grid_x, grid_y, graticule, zoom, gcj02=gcj02)
    return _between(x, down, across, height, width), _between(y, down, across, height, width)


def _nodes(size: int) -> NDArray[np.float64]:
    """Pixels at which places are found exactly; the last lies at or beyond the edge."""
    return np.arange(math.ceil(max(size - 1, 1) / _STEP_PX) + 1, dtype=np.float64) * _STEP_PX


def _between(values: Float64, down: Float64, across: Float64, height: int, width: int) -> NDArray[np.float64]:
    """Bilinear values at every pixel between the nodes."""
    column, row = np.arange(width) / _STEP_PX, np.arange(height) / _STEP_PX
    left, top = np.minimum(column.astype(int), len(across) - 2), np.minimum(row.astype(int), len(down) - 2)
    share = (column - left)[None, :]
    rows = values[:, left] * (1.0 - share) + values[:, left + 1] * share
    fall = (row - top)[:, None]
    found: NDArray[np.float64] = rows[top] * (1.0 - fall) + rows[top + 1] * fall
    return found


@dataclass(frozen=True, eq=False)
class BasemapPicture:
    """A picture of a view.

    Attributes:
        pixels: Shape (height, width, 4), RGBA; transparent where there is no tile.
        missing: Tiles that the file does not hold.
        broken: Tiles that could not be decoded: zoom, column, row.
    """

    pixels: Pixels
    missing: int
    broken: tuple[tuple[int, int, int], ...]


def paint_basemap(basemap: Basemap, view: MapView, graticule: Graticule, decode: Decode) -> BasemapPicture:
    """The tiles under a view, warped onto it by the nearest pixel.

    A tile that is missing stays transparent; one that is broken as well, and is told: neither is fatal.
    """
    height, width = round(view.height_px * view.dpr), round(view.width_px * view.dpr)
    pixels = np.zeros((height, width, 4), dtype=np.uint8)
    middle = graticule.degrees(np.array([view.centre_x_m]), np.array([view.centre_y_m]))[1]
    if not np.isfinite(middle[0]):
        return BasemapPicture(pixels, 0, ())
    zoom = zoom_for(view, float(middle[0]), basemap.tiles.zooms)
    x, y = places_in_tiles(view, graticule, zoom, gcj02=basemap.tiles.gcj02)
    known = np.isfinite(x) & np.isfinite(y)
    column = np.where(known, x // TILE_PX, -1).astype(np.int64)
    row = np.where(known, y // TILE_PX, -1).astype(np.int64)
    missing, broken = 0, []
    for tile_column, tile_row in _tiles(column, row):
        data = basemap.tile(zoom, tile_column, tile_row)
        if data is None:
            missing += 1
            continue
        tile = decode(data)
        if tile is None:
            broken.append((zoom, tile_column, tile_row))
            continue
        here = (column == tile_column) & (row == tile_row)
        down = (y[here] - tile_row * TILE_PX).astype(np.int64) * tile.shape[0] // TILE_PX
        right = (x[here] - tile_column * TILE_PX).astype(np.int64) * tile.shape[1] // TILE_PX
        pixels[here] = tile[down, right]
    return BasemapPicture(pixels, missing, tuple(broken))


def _tiles(column: NDArray[np.int64], row: NDArray[np.int64]) -> Sequence[tuple[int, int]]:
    """The tiles that some pixel needs."""
    known = (column >= 0) & (row >= 0)
    columns, rows = column[known], row[known]
    if not len(columns):
        return []
    west, north = int(columns.min()), int(rows.min())
    down = int(rows.max()) - north + 1
    # Counted, not sorted: a picture has a quarter of a million pixels and a handful of tiles.
    needed = np.flatnonzero(np.bincount((columns - west) * down + (rows - north)))
    return [(west + at // down, north + at % down) for at in needed.tolist()]


class BasemapStack:
    """Every file of pictures of a workspace, one over the other. Threads that paint take turns."""

    def __init__(self, basemaps: Sequence[Basemap], graticule: Graticule) -> None:
        self._graticule = graticule
        self._turn = threading.Lock()
        self._sets = tuple(basemaps)

    def picture(self, view: MapView, decode: Decode) -> tuple[Pixels, int]:
        """RGBA of every device pixel, and how many tiles were broken."""
        whole = np.zeros((round(view.height_px * view.dpr), round(view.width_px * view.dpr), 4), dtype=np.uint8)
        broken = 0
        for basemap in self._sets:
            with self._turn:
                found = paint_basemap(basemap, view, self._graticule, decode)
            broken += len(found.broken)
            whole = np.where(found.pixels[..., 3:] > 0, found.pixels, whole)
        return whole, broken

    def close(self) -> None:
        """Let go of the files."""
        for basemap in self._sets:
            basemap.close()


def open_basemaps(paths: Sequence[Path]) -> list[Basemap]:
    """Open files; tiles of ``NAME.gcj02.mbtiles`` lie in GCJ-02, of others where they say.

    Raises:
        GisError: As :class:`Basemap`; none is left open.
    """
    with ExitStack() as stack:
        found = [
            stack.enter_context(closing(Basemap(path, gcj02=True if ".gcj02" in path.name.casefold() else None)))
            for path in paths
        ]
        stack.pop_all()
    return found
