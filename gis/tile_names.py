"""Names that vector tiles hold: of places, waters and roads, and where on the map they may stand.

Which layer holds names is taken from its name, as OpenMapTiles, Shortbread and most others have them. Shops, sights and
house numbers are left out: the map of a network is full without them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gis.scene.labels import LabelKind, upright
from gis.scene.lines import Polylines
from network.columns import Float64

NAME_LAYERS: Final = ("_name", "_names", "_label", "_labels")
_WATER_WORDS: Final = ("water", "ocean", "lake", "river", "marine")
_PLACE_WORDS: Final = ("place", "settlement", "suburb")
_ROAD_WORDS: Final = ("road", "street", "transport", "highway")
_ARTERIAL: Final = frozenset({"motorway", "trunk", "primary"})
_TEXTS: Final = ("name", "name:zh", "name_zh", "name:zh-Hans", "name:latin", "name:en", "name_en")
"""In this order: what stands on signs first."""
_LEAST_RANK: Final = 99
_LONGEST_TEXT: Final = 40


@dataclass(frozen=True, eq=False)
class TileNames:
    """The names of one tile.

    Attributes:
        texts: The names.
        kinds: What each belongs to.
        ranks: Of each, 1 for the weightiest.
        lines: What each runs along: one vertex for a place. Shares of the tile's side, or project CRS once placed.
    """

    texts: tuple[str, ...]
    kinds: tuple[LabelKind, ...]
    ranks: tuple[int, ...]
    lines: Polylines


@dataclass(frozen=True)
class PlacedName:
    """A name with its place in the project CRS.

    Attributes:
        turn: Radians from east, counter-clockwise, so that it can be read.
        room_m: Length of the line that it runs along; infinite for a place.
    """

    text: str
    kind: LabelKind
    rank: int
    x_m: float
    y_m: float
    turn: float
    room_m: float


def read_names(layers: Mapping[str, Mapping[str, Any]]) -> TileNames:
    """The names of a decoded tile, the weightiest first; a line in several parts is named on its longest."""
    found: list[tuple[int, LabelKind, str, Float64]] = []
    for name, layer in layers.items():
        side = float(layer["extent"])
        for feature in layer["features"]:
            told = feature["properties"]
            kind = _kind(name.casefold(), str(told.get("class") or told.get("kind") or "").casefold())
            text = _text(told)
            path = _path(feature["geometry"])
            if kind is not None and text and path is not None:
                found.append((_rank(told), kind, text, path / side))
    found.sort(key=lambda one: one[0])
    return TileNames(
        texts=tuple(text for _, _, text, _ in found),
        kinds=tuple(kind for _, kind, _, _ in found),
        ranks=tuple(rank for rank, _, _, _ in found),
        lines=Polylines.of([path for _, _, _, path in found]),
    )


def _kind(layer: str, kind: str) -> LabelKind | None:
    if layer.startswith(_PLACE_WORDS):
        return LabelKind.COMMUNITY
    if not layer.endswith(NAME_LAYERS):
        return None
    if any(word in layer for word in _WATER_WORDS):
        return LabelKind.WATER
    if any(word in layer for word in _ROAD_WORDS):
        return LabelKind.ARTERIAL if kind in _ARTERIAL else LabelKind.ROAD
    return None


def _text(told: Mapping[str, Any]) -> str:
    text = next((value for key in _TEXTS if isinstance(value := told.get(key), str) and value.strip()), "")
    return text.strip() if len(text.strip()) <= _LONGEST_TEXT else ""


def _rank(told: Mapping[str, Any]) -> int:
    rank = told.get("rank")
    return int(rank) if isinstance(rank, int | float) and math.isfinite(rank) else _LEAST_RANK


def _path(geometry: Mapping[str, Any]) -> Float64 | None:
    places: Sequence[Any] = geometry["coordinates"]
    parts: list[Any]
    match geometry["type"]:
        case "Point":
            parts = [[places]]
        case "MultiPoint":
            parts = [[places[0]]] if places else []
        case "LineString":
            parts = [places]
        case "MultiLineString":
            parts = list(places)
        case _:
            return None
    paths = [np.array(part, dtype=np.float64).reshape(-1, 2) for part in parts if len(part)]
    return max(paths, key=_length, default=None)


def _length(path: Float64) -> float:
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def placed_names(names: TileNames) -> tuple[PlacedName, ...]:
    """Each with its place, in the middle of what it runs along; *names* in the project CRS."""
    return tuple(
        PlacedName(text, kind, rank, *_middle(names.lines[row]))
        for row, (text, kind, rank) in enumerate(zip(names.texts, names.kinds, names.ranks, strict=True))
    )


def _middle(path: Float64) -> tuple[float, float, float, float]:
    """Place, direction and length of a line; a place has no direction and all the room."""
    if len(path) == 1:
        return float(path[0, 0]), float(path[0, 1]), 0.0, math.inf
    measure = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = measure[-1] * np.array([0.4, 0.5, 0.6])
    x_m, y_m = np.interp(at, measure, path[:, 0]), np.interp(at, measure, path[:, 1])
    turn = upright(np.arctan2(y_m[2:] - y_m[:1], x_m[2:] - x_m[:1]))
    return float(x_m[1]), float(y_m[1]), float(turn[0]), float(measure[-1])
