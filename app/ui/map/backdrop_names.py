"""Names of the vector tiles that were painted: learned by the thread that paints them, shown with the other names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gis.ground_shapes import Drawing
from gis.scene.view import MapView
from gis.tile_names import PlacedName

_MOST_TILES = 240
_Tile = tuple[int, int, int, int]
"""Which file, zoom, column, row."""


@dataclass(frozen=True, eq=False)
class BackdropNames:
    """What is known so far.

    Attributes:
        tiles: Names of each tile, the one that was learned last at the end.
        zooms: Of each file, the zoom of the tiles by the scale, metres a pixel, for which they were painted.
    """

    tiles: Mapping[_Tile, tuple[PlacedName, ...]] = field(default_factory=dict)
    zooms: Mapping[tuple[int, float], int] = field(default_factory=dict)

    def with_tiles(self, source: int, m_per_px: float, drawing: Drawing) -> BackdropNames:
        """With the tiles of a drawing of the file number *source*; itself where it knows them all."""
        fresh = {(source, drawing.zoom, *place): names for place, names in drawing.names.items()}
        zooms = {(source, m_per_px): drawing.zoom}
        if fresh.keys() <= self.tiles.keys() and zooms.items() <= self.zooms.items():
            return self
        tiles = {**self.tiles, **fresh}
        return BackdropNames(dict(list(tiles.items())[-_MOST_TILES:]), {**self.zooms, **zooms})

    def within(self, view: MapView) -> Iterator[PlacedName]:
        """Names with their place in *view* (project CRS), of the tiles that are painted at its scale."""
        shown = {self._zoom(source, view.m_per_px) for source in {source for source, _ in self.zooms}}
        seen = view.bounds
        for (source, zoom, _, _), names in self.tiles.items():
            if (source, zoom) in shown:
                for name in names:
                    if seen.x_min < name.x_m < seen.x_max and seen.y_min < name.y_m < seen.y_max:
                        yield name

    def _zoom(self, source: int, m_per_px: float) -> tuple[int, int]:
        """The file and the zoom of its tiles at the scale that is nearest."""
        scales = [scale for of, scale in self.zooms if of == source]
        nearest = min(scales, key=lambda scale: abs(math.log(scale / m_per_px)))
        return source, self.zooms[source, nearest]
