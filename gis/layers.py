"""The layers of a workspace: names, geometry and columns that import, store, demo city and export agree on.

These are the names that need no mapping file. Geometry is in the workspace's metric project CRS, x east, y north.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

GeometryKind = Literal["Point", "LineString", "Polygon"]
ColumnKind = Literal["text", "real", "integer", "flag"]


@dataclass(frozen=True)
class ColumnSpec:
    """One column: its type, and the words it may hold where these are limited."""

    kind: ColumnKind
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class LayerSpec:
    """One layer: its geometry and its columns. Every layer has ``id`` first; unknown columns are kept beside these."""

    name: str
    geometry: GeometryKind
    columns: Mapping[str, ColumnSpec]


def _spec(layer: str, geometry: GeometryKind, **columns: ColumnSpec) -> LayerSpec:
    return LayerSpec(layer, geometry, MappingProxyType({"id": ColumnSpec("text"), **columns}))


_TEXT, _REAL, _INTEGER, _FLAG = (ColumnSpec("text"), ColumnSpec("real"), ColumnSpec("integer"), ColumnSpec("flag"))
_POSITION = ColumnSpec("text", ("open", "closed"))
_FLOW = ColumnSpec("text", ("with", "against"))

VALVE_KINDS = (
    "isolation",
    "boundary",
    "check",
    "prv",
    "psv",
    "fcv",
    "air",
    "washout",
    "hydrant",
    "service",
    "meter",
    "other",
)
CONDITIONS = ("operable", "inoperable", "passing", "unknown")
SOURCE_KINDS = ("plant", "reservoir", "tank")

LAYERS: Mapping[str, LayerSpec] = MappingProxyType(
    {
        spec.name: spec
        for spec in (
            _spec(
                "pipe",
                "LineString",
                dn_mm=_REAL,
                dn_basis=ColumnSpec("text", ("nominal", "outside")),
                material=_TEXT,
                year=_INTEGER,
                depth_m=_REAL,
                from_node=_TEXT,
                to_node=_TEXT,
                dma_id=_TEXT,
                length_m=_REAL,
                road=_TEXT,
            ),
            _spec(
                "valve",
                "Point",
                kind=ColumnSpec("text", VALVE_KINDS),
                dn_mm=_REAL,
                normal=_POSITION,
                current=_POSITION,
                condition=ColumnSpec("text", CONDITIONS),
                pipe_id=_TEXT,
                toward_pipe_id=_TEXT,
                flow=_FLOW,
                turns=_REAL,
                closes=ColumnSpec("text", ("cw", "ccw")),
                depth_m=_REAL,
                chamber=_TEXT,
                landmark=_TEXT,
                assumed=_FLAG,
            ),
            _spec(
                "pump",
                "Point",
                kind=ColumnSpec("text", ("booster",)),
                name=_TEXT,
                pipe_id=_TEXT,
                toward_pipe_id=_TEXT,
                flow=_FLOW,
                storage_m3=_REAL,
            ),
            _spec("source", "Point", kind=ColumnSpec("text", SOURCE_KINDS), name=_TEXT, volume_m3=_REAL, head_m=_REAL),
            _spec(
                "customer",
                "Point",
                name=_TEXT,
                address=_TEXT,
                phone=_TEXT,
                category=_TEXT,
                critical=_FLAG,
                people=_INTEGER,
                households=_INTEGER,
                pipe_id=_TEXT,
                station_id=_TEXT,
                meter_id=_TEXT,
                demand_m3_d=_REAL,
            ),
            _spec("hydrant", "Point", name=_TEXT, pipe_id=_TEXT, valve_id=_TEXT, dn_mm=_REAL, condition=_TEXT),
            _spec("service", "LineString", name=_TEXT, customer_id=_TEXT, pipe_id=_TEXT, valve_id=_TEXT),
            _spec("dma", "Polygon", name=_TEXT),
            _spec("zone", "Polygon", name=_TEXT, head_m=_REAL),
            _spec("road", "LineString", name=_TEXT, kind=ColumnSpec("text"), width_m=_REAL),
            _spec("place", "Polygon", name=_TEXT, kind=ColumnSpec("text")),
            _spec("sensor", "Point", name=_TEXT, kind=_TEXT, unit=_TEXT, pipe_id=_TEXT),
            _spec("station", "Point", name=_TEXT, kind=_TEXT, pipe_id=_TEXT, storage_m3=_REAL, demand_m3_h=_REAL),
            _spec("junction", "Point", name=_TEXT, elevation_m=_REAL, demand_m3_d=_REAL),
        )
    }
)
"""Every layer by name. ``place.kind`` is one of community, river, lake, hill, park, building, block."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer's features.

    Attributes:
        geometry: Shape (n,), dtype object: shapely geometries in the project CRS (None where a feature has none).
        columns: Arrays of shape (n,): ``text`` as object arrays of str ("" for null), ``real`` as float64 (NaN for
            null), ``integer`` as int64 (0 for null), ``flag`` as bool. ``id`` is always there.
    """

    geometry: NDArray[np.object_]
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.geometry)

    def text(self, name: str) -> NDArray[np.object_]:
        """Text column *name*; empty texts where the layer has no such column."""
        return self.columns.get(name, np.full(len(self), "", dtype=object))

    def real(self, name: str) -> NDArray[np.float64]:
        """Real column *name*; NaN where the layer has no such column."""
        return np.asarray(self.columns.get(name, np.full(len(self), np.nan)), dtype=np.float64)

    def integer(self, name: str) -> NDArray[np.int64]:
        """Integer column *name*; 0 where the layer has no such column."""
        return np.asarray(self.columns.get(name, np.zeros(len(self))), dtype=np.int64)

    def flag(self, name: str) -> NDArray[np.bool_]:
        """Flag column *name*; False where the layer has no such column."""
        return np.asarray(self.columns.get(name, np.zeros(len(self))), dtype=np.bool_)


@runtime_checkable
class Counted(Protocol):
    """Layers that know how many features they have without being made."""

    def counts(self) -> Mapping[str, int]:
        """How many features each layer has."""


@dataclass(frozen=True, eq=False)
class LayerSet:
    """The layers of one city.

    Attributes:
        crs_epsg: Metric project CRS.
        name: What the city is called on screen.
        synthetic: True for a generated demo city; shown wherever it appears.
        layers: By layer name; a layer without features may be absent.
    """

    crs_epsg: int
    layers: Mapping[str, Layer] = field(default_factory=dict)
    name: str = ""
    synthetic: bool = False

    def get(self, name: str) -> Layer:
        """Layer *name*, empty where the city has none."""
        found = self.layers.get(name)
        return found if found is not None else Layer(np.empty(0, dtype=object), {"id": np.empty(0, dtype=object)})

    def counts(self) -> Mapping[str, int]:
        """How many features each layer has."""
        if isinstance(self.layers, Counted):
            return self.layers.counts()
        return {name: len(layer) for name, layer in self.layers.items()}

    def parts(self, name: str, columns: Collection[str], *, drawn: bool = True) -> Iterator[Layer]:
        """Layer *name* in one part; see :class:`LayersRead`."""
        del columns, drawn
        yield self.get(name)


class LayersRead(Protocol):
    """Layers of a city that are read when they are asked for: all of them at once would fill the memory."""

    @property
    def synthetic(self) -> bool:
        """True for a generated demo city."""

    def get(self, name: str) -> Layer:
        """Layer *name*, empty where the city has none."""

    def parts(self, name: str, columns: Collection[str], *, drawn: bool = True) -> Iterator[Layer]:
        """Layer *name* part by part, in row order.

        Only *columns* are certain to be there, where the layer has them; geometry only where it is *drawn*.
        """


def stack_layers(layers: Sequence[Layer]) -> Layer:
    """Layers of one kind under one another; a column that one of them lacks is null there."""
    if not layers:
        return Layer(np.empty(0, dtype=object), {"id": np.empty(0, dtype=object)})
    if len(layers) == 1:
        return layers[0]
    names = dict.fromkeys(name for layer in layers for name in layer.columns)
    columns = {name: _stacked_column(name, layers) for name in names}
    return Layer(np.concatenate([layer.geometry for layer in layers]), columns)


def _stacked_column(name: str, layers: Sequence[Layer]) -> NDArray[Any]:
    have = [layer.columns[name] for layer in layers if name in layer.columns]
    kinds = {values.dtype.kind for values in have}
    if kinds in ({"i"}, {"b"}):
        blank: Any = have[0].dtype.type(0)
    elif kinds <= {"i", "f", "b"}:
        blank = np.nan
    else:
        blank = ""
    parts = [
        layer.columns.get(name, np.full(len(layer), blank, dtype=object if blank == "" else None)) for layer in layers
    ]
    if blank == "":
        parts = [_texts(part) for part in parts]
    return np.concatenate(parts)


def _texts(values: NDArray[Any]) -> NDArray[np.object_]:
    out = np.empty(len(values), dtype=object)
    out[:] = [str(value) for value in values.tolist()]
    return out
