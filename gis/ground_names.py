"""Names on the ground, ready for texts about areas: named roads and waters as lines, communities as rings.

Built once for a city and kept in its cache; :mod:`gis.area_names` reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely

from gis.layers import LayersRead
from network.columns import Float64, Int8, Int32, Int64, TextColumn


class LineClass(IntEnum):
    """What a named line is."""

    ROAD = 0
    LANE = 1
    WATER = 2


@dataclass(frozen=True, eq=False)
class GroundNames:
    """Named lines and communities of a city.

    Attributes:
        xy_m: Shape (vertices, 2), project CRS.
        offsets: Shape (lines + 1,): line i owns ``xy_m[offsets[i]:offsets[i + 1]]``; waters are their shores.
        name: Shape (lines,), row in *names*.
        kind: Shape (lines,), :class:`LineClass`.
        reach_m: Shape (lines, 4): west, south, east, north of each line.
        ring_m: Shape (corners, 2): outer rings of communities.
        ring_offsets: Shape (communities + 1,).
        ring_name: Shape (communities,), row in *names*.
        box_m: Shape (communities, 4): west, south, east, north.
    """

    xy_m: Float64
    offsets: Int64
    name: Int32
    kind: Int8
    reach_m: Float64
    ring_m: Float64
    ring_offsets: Int64
    ring_name: Int32
    box_m: Float64
    names: TextColumn

    def line(self, row: int) -> Float64:
        """Vertices of one line, shape (k, 2)."""
        return self.xy_m[self.offsets[row] : self.offsets[row + 1]]

    def ring(self, row: int) -> Float64:
        """Corners of one community, shape (k, 2)."""
        return self.ring_m[self.ring_offsets[row] : self.ring_offsets[row + 1]]


_WATERS = ("river", "lake")


def ground_names(layers: LayersRead) -> GroundNames:
    """Collect the names of the layers ``road`` and ``place``; what has no name, or no shape, is left out."""
    texts: dict[str, int] = {}
    lines: list[tuple[Float64, int, LineClass]] = []
    for text, word, shape in _named(layers, "road"):
        kind = LineClass.LANE if word == "lane" else LineClass.ROAD
        name = texts.setdefault(text, len(texts))
        lines += [(part, name, kind) for part in _parts(shape)]
    rings: list[tuple[Float64, int]] = []
    for text, word, shape in _named(layers, "place", (*_WATERS, "community")):
        if word in _WATERS:
            name = texts.setdefault(text, len(texts))
            lines += [(part, name, LineClass.WATER) for part in _parts(shapely.boundary(shape))]
        else:
            name = texts.setdefault(text, len(texts))
            rings += [(shapely.get_coordinates(one.exterior), name) for one in shapely.get_parts(shape)]
    xy_m, offsets = _laid(part for part, _, _ in lines)
    ring_m, ring_offsets = _laid(ring for ring, _ in rings)
    return GroundNames(
        xy_m=xy_m,
        offsets=offsets,
        name=np.array([name for _, name, _ in lines], dtype=np.int32),
        kind=np.array([kind for _, _, kind in lines], dtype=np.int8),
        reach_m=_boxes(part for part, _, _ in lines),
        ring_m=ring_m,
        ring_offsets=ring_offsets,
        ring_name=np.array([name for _, name in rings], dtype=np.int32),
        box_m=_boxes(ring for ring, _ in rings),
        names=TextColumn.of(texts),
    )


def _named(layers: LayersRead, layer: str, kinds: tuple[str, ...] = ()) -> Iterator[tuple[str, str, shapely.Geometry]]:
    """Name, kind and shape of what has a name and a shape; of *kinds* alone where these are given."""
    for part in layers.parts(layer, ("name", "kind")):
        names, words = part.text("name"), part.text("kind")
        wanted = (names != "") & ~shapely.is_missing(part.geometry)
        if kinds:
            wanted &= np.isin(words.astype(str), kinds)
        for row in np.flatnonzero(wanted).tolist():
            yield str(names[row]), str(words[row]), part.geometry[row]


def _parts(shape: shapely.Geometry) -> list[Float64]:
    """The lines that a shape consists of, those of one point left out."""
    found = (shapely.get_coordinates(part) for part in shapely.get_parts(shape))
    return [xy_m for xy_m in found if len(xy_m) > 1]


def _laid(parts: Iterable[Float64]) -> tuple[Float64, Int64]:
    laid = list(parts)
    offsets = np.zeros(len(laid) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in laid], out=offsets[1:])
    # To the millimetre: shorter stretches have no direction.
    xy_m: Float64 = np.concatenate(laid) if laid else np.empty((0, 2))
    return xy_m.round(3), offsets


def _boxes(parts: Iterable[Float64]) -> Float64:
    found = [np.round([*part.min(axis=0), *part.max(axis=0)], 3) for part in parts]
    return np.array(found, dtype=np.float64).reshape(-1, 4)
