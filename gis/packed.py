"""Layers kept small: places and texts as plain arrays, made into objects again each time a layer is asked for.

A city of a million pipes has eight million geometries and texts. As objects they fill 2.7 GB; packed, a fifth of that.
Who works on such layers one after another holds one of them as objects at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.given_back import give_back
from gis.layers import Layer
from network.columns import Float64, Int64

_POINT, _LINE = 0, 1
_BLOCK = 50_000
"""Texts and areas packed at once."""
_LEVEL = 1
_END = "\0"


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Pieces of bytes, one after another; compressed, since ids and addresses repeat themselves."""

    blocks: tuple[bytes, ...]
    lengths: bytes

    @classmethod
    def of(cls, blocks: Iterable[list[bytes]]) -> _Pieces:
        """The pieces in *blocks*, of which one at a time is held."""
        kept, lengths = list[bytes](), list[NDArray[np.int32]]()
        for pieces in blocks:
            kept.append(zlib.compress(b"".join(pieces), _LEVEL))
            lengths.append(np.fromiter(map(len, pieces), np.int32, len(pieces)))
        together = np.concatenate(lengths) if lengths else np.empty(0, np.int32)
        return cls(tuple(kept), zlib.compress(together.tobytes(), _LEVEL))

    def __iter__(self) -> Iterator[bytes]:
        lengths = iter(np.frombuffer(zlib.decompress(self.lengths), np.int32).tolist())
        for block in self.blocks:
            data, start = zlib.decompress(block), 0
            while start < len(data):
                end = start + next(lengths)
                yield data[start:end]
                start = end


@dataclass(frozen=True, eq=False)
class _Texts:
    """Texts: each distinct one once.

    Attributes:
        code: Shape (n,), which of them; None where each is another one.
    """

    distinct: _Pieces
    count: int
    code: NDArray[np.int32] | None

    @classmethod
    def of(cls, texts: NDArray[np.object_]) -> _Texts:
        # Empty pieces have no place in a block: each text ends with a mark.
        known: dict[str, int] = {}
        code = np.fromiter((known.setdefault(text, len(known)) for text in texts.tolist()), np.int32, len(texts))
        distinct = list(known)
        parts = (distinct[start : start + _BLOCK] for start in range(0, len(distinct), _BLOCK))
        pieces = _Pieces.of([(text + _END).encode("utf-8", "surrogatepass") for text in part] for part in parts)
        return cls(pieces, len(known), None if len(known) == len(texts) else code)

    def unpacked(self) -> NDArray[np.object_]:
        distinct = np.empty(self.count, dtype=object)
        distinct[:] = [piece[:-1].decode("utf-8", "surrogatepass") for piece in self.distinct]
        return distinct if self.code is None else distinct[self.code]


@dataclass(frozen=True, eq=False)
class _Shapes:
    """Points, or lines, by their coordinates.

    Attributes:
        counts: Shape (n,), vertices of each line; None for points.
    """

    xy: Float64
    counts: Int64 | None

    def unpacked(self) -> NDArray[np.object_]:
        if self.counts is None:
            return np.asarray(shapely.points(self.xy), dtype=object)
        row = np.repeat(np.arange(len(self.counts)), self.counts)
        return np.asarray(shapely.linestrings(self.xy, indices=row), dtype=object)


def _packed_shapes(geometry: NDArray[np.object_]) -> _Shapes | _Pieces | NDArray[np.object_]:
    """*geometry* packed; as it is where some feature has none, which no made city has."""
    if shapely.is_missing(geometry).any():
        return geometry
    kind = shapely.get_type_id(geometry)
    flat = not (shapely.has_z(geometry) | shapely.has_m(geometry) | shapely.is_empty(geometry)).any()
    if flat and (kind == _POINT).all():
        return _Shapes(shapely.get_coordinates(geometry), None)
    if flat and (kind == _LINE).all():
        return _Shapes(shapely.get_coordinates(geometry), shapely.get_num_coordinates(geometry).astype(np.int64))
    blocks = (geometry[start : start + _BLOCK] for start in range(0, len(geometry), _BLOCK))
    return _Pieces.of(shapely.to_wkb(block).tolist() for block in blocks)


def _shapes(packed: _Shapes | _Pieces | NDArray[np.object_]) -> NDArray[np.object_]:
    match packed:
        case _Shapes():
            return packed.unpacked()
        case _Pieces():
            return np.asarray(shapely.from_wkb(list(packed)), dtype=object)
    return packed


@dataclass(frozen=True, eq=False)
class _PackedLayer:
    """One layer; what is no text stands as it came."""

    count: int
    geometry: _Shapes | _Pieces | NDArray[np.object_]
    columns: dict[str, _Texts | NDArray[Any]]

    @classmethod
    def of(cls, layer: Layer) -> _PackedLayer:
        columns = {name: _Texts.of(one) if one.dtype == object else one for name, one in layer.columns.items()}
        return cls(len(layer), _packed_shapes(layer.geometry), columns)

    def unpacked(self, wanted: Collection[str] | None = None) -> Layer:
        """The layer; with the columns *wanted* alone, where these are named."""
        named = {name: one for name, one in self.columns.items() if wanted is None or name in wanted}
        columns = {name: one.unpacked() if isinstance(one, _Texts) else one for name, one in named.items()}
        return Layer(_shapes(self.geometry), columns)


class PackedLayers(MutableMapping[str, Layer]):
    """Layers by name, for :class:`gis.layers.LayerSet`. Each question makes the layer's objects anew."""

    def __init__(self) -> None:
        self._packed: dict[str, _PackedLayer] = {}

    def __getitem__(self, name: str) -> Layer:
        # What the layer before it left free lies between what stays: the C library would take new memory for this one.
        give_back()
        return self._packed[name].unpacked()

    def __setitem__(self, name: str, layer: Layer) -> None:
        self._packed[name] = _PackedLayer.of(layer)

    def __delitem__(self, name: str) -> None:
        del self._packed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __contains__(self, name: object) -> bool:
        return name in self._packed

    def only(self, name: str, columns: Collection[str]) -> Layer:
        """Layer *name* with *columns* alone."""
        give_back()
        return self._packed[name].unpacked(columns)

    def counts(self) -> dict[str, int]:
        """How many features each layer has; nothing is made for it."""
        return {name: packed.count for name, packed in self._packed.items()}
