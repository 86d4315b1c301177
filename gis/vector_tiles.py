"""One Mapbox vector tile as areas, lines and names by what they mean for a muted map; the owner of its library.

The format is the Mapbox Vector Tile specification 2.1. What a layer means is taken from its name, and of a road from
its class, as OpenMapTiles, Shortbread and most others have them. Points without a name are left out.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import mapbox_vector_tile
import numpy as np
from google.protobuf.message import DecodeError

from gis.ground_shapes import Meaning
from gis.scene.lines import Polylines
from gis.tile_names import NAME_LAYERS, TileNames, read_names

MOST_BYTES: Final = 16 * 2**20
"""A tile that unpacks to more is taken for broken."""
_GZIP: Final = b"\x1f\x8b"
_GZIP_OR_ZLIB: Final = 47


_AREA_WORDS: Final = (
    (Meaning.BUILDING, ("building",)),
    (Meaning.WATER, ("water", "ocean", "lake", "river")),
    (Meaning.GREEN, ("landcover", "park", "green", "wood", "forest", "grass", "vegetation")),
)
_ROAD_WORDS: Final = ("road", "street", "transport", "highway")
_ARTERIAL: Final = frozenset({"motorway", "trunk", "primary"})
_STREET: Final = frozenset({"secondary", "tertiary", "main", "major_road"})
_GREEN_LAND: Final = frozenset({"park", "cemetery", "grass", "wood", "forest", "garden", "pitch", "farmland"})


@dataclass(frozen=True, eq=False)
class TileShapes:
    """What one tile shows.

    Attributes:
        shapes: By meaning: rings of areas (closed, holes wound the other way), or lines. Shares of the tile's side:
            x eastwards, y southwards from its north-western corner; a little beyond 0 and 1 where the tile overlaps.
        names: In the same shares.
    """

    shapes: Mapping[Meaning, Polylines]
    names: TileNames


def decode_tile(data: bytes) -> TileShapes | None:
    """The shapes of a tile's file, packed or not; None where it is broken."""
    plain = _unpacked(data)
    if not plain:
        return None
    try:
        layers = mapbox_vector_tile.decode(plain, default_options={"y_coord_down": True})
    except (DecodeError, ValueError, IndexError, KeyError, TypeError, AssertionError):
        # What the library raises for bytes that are no tile, or for a geometry that ends in the middle of a command.
        return None
    if not layers:
        return None
    parts: dict[Meaning, list[np.ndarray]] = {}
    for name, layer in layers.items():
        for meaning, xy in _layer(name.casefold(), layer):
            parts.setdefault(meaning, []).append(xy)
    return TileShapes({meaning: Polylines.of(found) for meaning, found in parts.items()}, read_names(layers))


def _unpacked(data: bytes) -> bytes | None:
    if not data.startswith(_GZIP) and data[:1] != b"\x78":
        return data
    unpacking = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        plain = unpacking.decompress(data, MOST_BYTES)
    except zlib.error:
        return None
    return plain if unpacking.eof else None


def _layer(name: str, layer: Mapping[str, Any]) -> Iterator[tuple[Meaning, np.ndarray]]:
    if name.endswith(NAME_LAYERS):
        return  # The same roads once more, to write their names along.
    side = float(layer["extent"])
    for feature in layer["features"]:
        geometry = feature["geometry"]
        kind = str(feature["properties"].get("class") or feature["properties"].get("kind") or "").casefold()
        if geometry["type"].endswith("Polygon"):
            meaning = _meaning_of_area(name, kind)
        elif geometry["type"].endswith("LineString"):
            meaning = _meaning_of_line(name, kind)
        else:
            continue
        for part in _parts(geometry):
            if len(part) > 1:
                yield meaning, np.array(part, dtype=np.float64) / side


def _parts(geometry: Mapping[str, Any]) -> Sequence[Sequence[Sequence[float]]]:
    """Lines, or rings of areas."""
    places = geometry["coordinates"]
    match geometry["type"]:
        case "LineString":
            return [places]
        case "MultiPolygon":
            return [ring for polygon in places for ring in polygon]
        case _:
            return list(places)


def _meaning_of_area(name: str, kind: str) -> Meaning:
    for meaning, words in _AREA_WORDS:
        if any(word in name for word in words):
            return meaning
    return Meaning.GREEN if kind in _GREEN_LAND else Meaning.BLOCK


def _meaning_of_line(name: str, kind: str) -> Meaning:
    if "water" in name:
        return Meaning.STREAM
    if any(word in name for word in _ROAD_WORDS):
        return Meaning.ARTERIAL if kind in _ARTERIAL else Meaning.STREET if kind in _STREET else Meaning.LANE
    return Meaning.LANE
