"""What noding found, as rows and back, so that a stored city needs no noding again.

Each table of a :class:`~network.topology.City` becomes one SQL table with its numbers and ids, row for row. Texts and
lines stay in the layers, where they were imported: a row names its feature (``feature``, the key in the layer's table),
and holds a text or line itself only where the city's differs from the layer's. So nothing is kept twice, and what comes
back is exactly what was stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, get_type_hints

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.layers import LAYERS, ColumnKind, Layer
from gis.stores.schema import BATCH, GEOMETRY, KEY, Table, quoted
from network.assets import (
    CustomerTable,
    DeviceKind,
    DeviceTable,
    HydrantTable,
    NodeTable,
    PipeShapes,
    PipeTable,
    SourceTable,
    StationTable,
    TapTable,
)
from network.columns import CodedColumn, IdColumn, TextColumn
from network.topology import City

FEATURE = "feature"
LINE = "line"

Texts = NDArray[np.object_]


@dataclass(frozen=True)
class CityTable:
    """How one table of the city lies in SQL.

    Attributes:
        name: Table name.
        cls: The dataclass.
        layers: Layers whose features its rows are; none for nodes, two for devices (valves and pumps).
        texts: For each text field, the layers' column that it comes from.
        has_line: Whether its rows have lines.
    """

    name: str
    cls: type[Any]
    layers: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    has_line: bool = False

    @property
    def table(self) -> Table:
        """The SQL table: numbers and ids, the feature's key, and texts where they differ from the layer's."""
        columns: dict[str, ColumnKind] = {FEATURE: "integer"} if self.layers else {}
        columns |= {name: _kind(hint) for name, hint in _numbers(self.cls).items()}
        columns |= dict.fromkeys(self.texts, "text")
        return Table(self.name, columns, blobs=(LINE,) if self.has_line else ())


_PIPE_TEXTS = MappingProxyType({"material": "material", "dma": "dma_id"})
_DEVICE_TEXTS = MappingProxyType({"chamber": "chamber", "landmark": "landmark"})
_CUSTOMER_TEXTS = MappingProxyType({name: name for name in ("name", "address", "phone", "category")})
_NAME = MappingProxyType({"name": "name"})

NODES = CityTable("net_node", NodeTable)
PIPES = CityTable("net_pipe", PipeTable, ("pipe",), _PIPE_TEXTS, has_line=True)
DEVICES = CityTable("net_device", DeviceTable, ("valve", "pump"), _DEVICE_TEXTS)
SOURCES = CityTable("net_source", SourceTable, ("source",))
CUSTOMERS = CityTable("net_customer", CustomerTable, ("customer",), _CUSTOMER_TEXTS)
HYDRANTS = CityTable("net_hydrant", HydrantTable, ("hydrant",), _NAME)
STATIONS = CityTable("net_station", StationTable, ("station",), _NAME)

CITY_TABLES = (NODES, PIPES, DEVICES, SOURCES, CUSTOMERS, HYDRANTS, STATIONS)


def _numbers(cls: type[Any], prefix: str = "") -> dict[str, Any]:
    """Fields that hold numbers or ids, by column name; a tap's fields carry ``tap_`` before their names."""
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(cls).items():
        if hint is TapTable:
            found |= _numbers(TapTable, f"{name}_")
        elif hint not in (TextColumn, CodedColumn):
            found[f"{prefix}{name}"] = hint
    return found


def dtype_of(hint: Any) -> np.dtype[Any]:
    """The dtype inside an ``NDArray[...]`` hint."""
    # NumPy spells the hint as an array of a dtype, from 2.5 on as an alias that holds the scalar type itself.
    inner = hint.__args__[-1]
    dtype: np.dtype[Any] = np.dtype(getattr(inner, "__args__", (inner,))[0])
    return dtype


def _kind(hint: Any) -> ColumnKind:
    if hint is IdColumn:
        return "text"
    kinds: dict[str, ColumnKind] = {"f": "real", "b": "flag"}
    return kinds.get(dtype_of(hint).kind, "integer")


def city_rows(city: City) -> dict[str, Any]:
    """Each table of *city* by the name of its SQL table."""
    network = city.network
    tables = (network.nodes, network.pipes, network.devices, network.sources)
    tables_around = (city.customers, city.hydrants, city.stations)
    return {spec.name: table for spec, table in zip(CITY_TABLES, (*tables, *tables_around), strict=True)}


def layer_by_kind(kinds: NDArray[np.integer]) -> NDArray[np.int64]:
    """For each row of a table of several layers, which of them it belongs to: pumps have a layer of their own."""
    which: NDArray[np.int64] = (kinds == DeviceKind.PUMP).astype(np.int64)
    return which


def _layers_of(spec: CityTable, table: Any) -> NDArray[np.int64]:
    return layer_by_kind(table.kind) if spec is DEVICES else np.zeros(len(table), dtype=np.int64)


def features_of(spec: CityTable, table: Any, layers: Mapping[str, Layer]) -> NDArray[np.int64]:
    """Key of each row's feature, 0 where its layer has none of that id."""
    keys = np.zeros(len(table), dtype=np.int64)
    which = _layers_of(spec, table)
    for number, name in enumerate(spec.layers):
        rows = np.flatnonzero(which == number)
        found = IdColumn.of(layers[name].text("id").tolist()).find_many(IdColumn(table.ids.data[rows]))
        keys[rows] = found + 1
    return keys


def layer_texts(
    spec: CityTable, column: str, which: NDArray[np.int64], keys: NDArray[np.int64], layers: Mapping[str, Layer]
) -> Texts:
    """Text *column* of each row's feature, "" where there is none; *keys* are places in the layer, from 1."""
    texts = np.full(len(keys), "", dtype=np.object_)
    for number, name in enumerate(spec.layers):
        rows = np.flatnonzero((which == number) & (keys > 0))
        texts[rows] = layers[name].text(column)[keys[rows] - 1]
    return texts


def rows(
    spec: CityTable, table: Any, layers: Mapping[str, Layer], shapes: PipeShapes
) -> Iterator[list[tuple[Any, ...]]]:
    """Rows for :func:`gis.stores.schema.insert`, in batches: a million customers as Python values would fill memory."""
    keys, which = np.zeros(len(table), dtype=np.int64), _layers_of(spec, table)
    columns: list[Any] = []
    if spec.layers:
        keys = features_of(spec, table, layers)
        columns.append([key or None for key in keys.tolist()])
    columns += _leaves(table)
    for name, source in spec.texts.items():
        given = layer_texts(spec, source, which, keys, layers)
        columns.append(_other_texts(getattr(table, name), given))
    if spec.has_line:
        columns.append(_other_lines(shapes, keys, layers[spec.layers[0]]))
    for start in range(0, len(table), BATCH):
        end = min(start + BATCH, len(table))
        parts = [_as_list(column, start, end) for column in columns]
        yield list(zip(range(start + 1, end + 1), *parts, strict=True))


def _leaves(table: Any) -> Iterator[Any]:
    """Values of the number and id fields, in the order of :func:`_numbers`."""
    for one in fields(table):
        value = getattr(table, one.name)
        if isinstance(value, TapTable):
            yield from _leaves(value)
        elif not isinstance(value, TextColumn | CodedColumn):
            yield value


def _as_list(column: Any, start: int, end: int) -> list[Any]:
    if isinstance(column, IdColumn):
        return [value.decode() for value in column.data[start:end].tolist()]
    return column[start:end] if isinstance(column, list) else list(column[start:end].tolist())


def texts_of(column: TextColumn | CodedColumn) -> Texts:
    """A text column as Python texts."""
    if isinstance(column, CodedColumn):
        words = np.array([*column.vocabulary], dtype=np.object_)
        coded: Texts = words[column.codes] if len(words) else np.empty(0, dtype=np.object_)
        return coded
    return np.array([*column], dtype=np.object_)


def _other_texts(column: TextColumn | CodedColumn, of_layer: Texts) -> list[str | None]:
    """Each row's text where it is not the layer's."""
    if isinstance(column, TextColumn):
        encoded = TextColumn.of(of_layer.tolist())
        # The rule, and far quicker than a million Python texts.
        if np.array_equal(encoded.offsets, column.offsets) and np.array_equal(encoded.data, column.data):
            return [None] * len(column)
    own = texts_of(column)
    return [None if mine == theirs else mine for mine, theirs in zip(own.tolist(), of_layer.tolist(), strict=True)]


def _other_lines(shapes: PipeShapes, keys: NDArray[np.int64], layer: Layer) -> list[bytes | None]:
    """The line of each pipe as WKB where it is not the layer's, vertex for vertex."""
    known = keys > 0
    given = np.full(len(keys), None, dtype=np.object_)
    given[known] = shapely.force_2d(layer.geometry[keys[known] - 1])
    offsets, xy_m = vertices(given)
    counts, own_counts = np.diff(offsets), np.diff(shapes.offsets)
    same = (counts == own_counts) & (shapely.get_type_id(given) == shapely.GeometryType.LINESTRING)
    # Compare vertices of the pipes whose counts agree; the others are known to differ.
    pairs = np.flatnonzero(np.repeat(same, own_counts))
    at = np.repeat(offsets[:-1] - shapes.offsets[:-1], own_counts)[pairs] + pairs
    apart = pairs[(xy_m[at] != shapes.xy_m[pairs]).any(axis=1)]
    same[np.repeat(np.arange(len(keys)), own_counts)[apart]] = False
    lines: list[bytes | None] = [None] * len(keys)
    for row in np.flatnonzero(~same).tolist():
        own = shapes.xy_m[shapes.offsets[row] : shapes.offsets[row + 1]]
        lines[row] = shapely.to_wkb(shapely.LineString(own), byte_order=1)
    return lines


def vertices(lines: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Vertices of *lines*, flat: offsets of shape (n + 1,) and coordinates of shape (vertices, 2)."""
    offsets = np.zeros(len(lines) + 1, dtype=np.int64)
    np.cumsum(shapely.get_num_coordinates(lines), out=offsets[1:])
    return offsets, np.asarray(shapely.get_coordinates(lines), dtype=np.float64).reshape(-1, 2)


def sources_of(spec: CityTable, layer: str) -> dict[str, str]:
    """For each text of *spec* that comes from *layer*, its column there."""
    return {own: source for own, source in spec.texts.items() if source in LAYERS[layer].columns}


@dataclass(frozen=True)
class Keeper:
    """What is done when another program changes or deletes a feature: its texts and line are put aside.

    So a city comes back as it was imported, whatever was done to its layers since.

    Attributes:
        name: Of the trigger.
        layer: Of the feature.
        event: The change, as SQL says it (``UPDATE OF …``, ``DELETE``).
        update: The statement; ``OLD`` is the feature as it was.
    """

    name: str
    layer: str
    event: str
    update: str


def keepers(spec: CityTable, as_binary: str, truths: tuple[str, str]) -> Iterator[Keeper]:
    """What is done for the layers of *spec*.

    Args:
        spec: A table whose rows are features of layers.
        as_binary: The database's function from a geometry to WKB.
        truths: How it writes false and true.
    """
    for number, layer in enumerate(spec.layers):
        sources = sources_of(spec, layer)
        kept = [f"{quoted(own)} = coalesce({quoted(own)}, OLD.{quoted(source)}, '')" for own, source in sources.items()]
        watched = [*map(quoted, sources.values()), *([quoted(GEOMETRY)] if spec.has_line else [])]
        if spec.has_line:
            kept.append(f"{LINE} = coalesce({LINE}, {as_binary}(OLD.{quoted(GEOMETRY)}))")
        where = f"{FEATURE} = OLD.{KEY}"
        if len(spec.layers) > 1:
            where += f" AND (kind = {int(DeviceKind.PUMP)}) = {truths[number]}"
        if watched:
            changed = f"UPDATE {spec.name} SET {', '.join(kept)} WHERE {where}"  # noqa: S608 - our own names
            yield Keeper(f"{spec.name}_{layer}_changed", layer, f"UPDATE OF {', '.join(watched)}", changed)
        gone = ", ".join([*kept, f"{FEATURE} = NULL"])
        update = f"UPDATE {spec.name} SET {gone} WHERE {where}"  # noqa: S608 - our own names
        yield Keeper(f"{spec.name}_{layer}_gone", layer, "DELETE", update)
