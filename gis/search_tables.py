"""What is kept in a workspace's cache so that a search answers at once: names, terms, sorted ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from gis.layers import Layer, LayersRead, stack_layers
from gis.search_terms import Terms, collect_terms, folded
from network.columns import CodedColumn, Float64, IdColumn, Int8, Int32, TextColumn
from network.topology import City

CUSTOMER, VALVE, NAMED = 0, 1, 2
"""What a text belongs to: a customer, a valve, a row of the names."""

ID_TABLES = ("valve", "pipe", "hydrant", "customer", "source", "station", "junction")
"""Whose ids are looked up, in the order in which they are shown."""


@dataclass(frozen=True, eq=False)
class NameTable:
    """Named things: roads, places, stations, sources.

    Attributes:
        row: Shape (n,), row in the city's table or -1.
        x_m, y_m: Shape (n,), a point on or in it.
    """

    kind: CodedColumn
    id: TextColumn
    name: TextColumn
    row: Int32
    x_m: Float64
    y_m: Float64

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, eq=False)
class SortedIds:
    """Ids of one table, sorted, with the row of each."""

    ids: IdColumn
    row: Int32

    @classmethod
    def of(cls, column: IdColumn) -> SortedIds:
        """Sort *column*."""
        order = np.argsort(column.data, kind="stable").astype(np.int32)
        return cls(IdColumn(column.data[order]), order)

    def exact(self, wanted: list[str]) -> list[int]:
        """Rows of those of *wanted* that are here, in their order."""
        width = self.ids.data.dtype.itemsize
        fitting = [key for key in (text.encode() for text in wanted) if 0 < len(key) <= width]
        if not len(self.ids) or not fitting:
            return []
        keys = np.array(fitting, dtype=f"S{width}")
        at = np.minimum(np.searchsorted(self.ids.data, keys), len(self.ids) - 1)
        hit = self.ids.data[at] == keys
        found: list[int] = self.row[at[hit]].tolist()
        return found

    def beginning(self, prefix: str, most: int) -> list[int]:
        """Rows of up to *most* ids that begin with *prefix*, in the order of the ids."""
        key = prefix.encode()
        if not key or len(key) > self.ids.data.dtype.itemsize:
            return []
        first = int(np.searchsorted(self.ids.data, np.bytes_(key)))
        near = self.ids.data[first : first + most]
        return [int(row) for row, value in zip(self.row[first:], near, strict=False) if value.startswith(key)]


@dataclass(frozen=True, eq=False)
class SearchTables:
    """Everything that :class:`gis.search.SearchIndex` reads beside the city.

    Attributes:
        terms: Terms of all texts.
        kind: Shape (texts,): :data:`CUSTOMER`, :data:`VALVE` or :data:`NAMED`.
        row: Shape (texts,), row in that table.
        ids: In the order of :data:`ID_TABLES`.
    """

    names: NameTable
    terms: Terms
    kind: Int8
    row: Int32
    ids: tuple[SortedIds, ...]


def search_tables(layers: LayersRead, city: City) -> SearchTables:
    """Collect what can be looked for in *layers* (those that bear names) and *city*."""
    names = name_table(layers, city)
    kind, row = _texts_in_order(names, city)
    terms = collect_terms(folded(text) for text in _texts(names, city, kind, row))
    return SearchTables(names, terms, kind, row, tuple(SortedIds.of(column) for column in _id_columns(city)))


def search_after(old: SearchTables, before: City, after: City) -> SearchTables | None:
    """*old*, which was made of *before*, as it is for *after*; None where texts differ and are collected anew."""
    if not all(_equal(was, now) for was, now in zip(_named(before), _named(after), strict=True)):
        return None
    kind, row = _texts_in_order(old.names, after)
    if not np.array_equal(kind, old.kind):
        return None
    columns = zip(_id_columns(before), _id_columns(after), old.ids, strict=True)
    ids = tuple(kept if _equal(was.data, now.data) else SortedIds.of(now) for was, now, kept in columns)
    return SearchTables(old.names, old.terms, kind, row, ids)


def _equal(was: np.ndarray, now: np.ndarray) -> bool:
    return was is now or np.array_equal(was, now)


def _named(city: City) -> tuple[np.ndarray, ...]:
    """Everything of *city* that texts are made of, blank ones of valves left out."""
    customers, devices, stations, sources = city.customers, city.network.devices, city.stations, city.network.sources
    marks = np.diff(devices.landmark.offsets), np.diff(devices.chamber.offsets)
    placed = (marks[0] > 0) | (marks[1] > 0)
    return (
        *(part for text in (customers.name, customers.address) for part in (text.data, text.offsets)),
        customers.critical,
        devices.landmark.data,
        devices.chamber.data,
        marks[0][placed],
        marks[1][placed],
        *(stations.ids.data, stations.name.data, stations.name.offsets, stations.x_m, stations.y_m),
        *(sources.ids.data, sources.x_m, sources.y_m),
    )


def _id_columns(city: City) -> tuple[IdColumn, ...]:
    network = city.network
    return (
        network.devices.ids,
        network.pipes.ids,
        city.hydrants.ids,
        city.customers.ids,
        network.sources.ids,
        city.stations.ids,
        network.nodes.ids,
    )


def _texts_in_order(names: NameTable, city: City) -> tuple[Int8, Int32]:
    """Which text is whose: roads and places first, then critical customers, customers, valves."""
    critical = np.flatnonzero(city.customers.critical)
    others = np.flatnonzero(~city.customers.critical)
    devices = city.network.devices
    placed = (np.diff(devices.landmark.offsets) > 0) | (np.diff(devices.chamber.offsets) > 0)
    valves = np.flatnonzero(placed)
    parts = ((NAMED, np.arange(len(names))), (CUSTOMER, critical), (CUSTOMER, others), (VALVE, valves))
    kind = np.concatenate([np.full(len(rows), code, dtype=np.int8) for code, rows in parts])
    return kind, np.concatenate([rows for _, rows in parts]).astype(np.int32)


def _texts(names: NameTable, city: City, kind: Int8, row: Int32) -> Iterator[str]:
    for code, at in zip(kind.tolist(), row.tolist(), strict=True):
        yield text_of(names, city, code, at)


def text_of(names: NameTable, city: City, code: int, row: int) -> str:
    """The text of a thing, parts that others repeat left out."""
    if code == NAMED:
        return names.name[row]
    if code == CUSTOMER:
        name, address = city.customers.name[row], city.customers.address[row]
        return address if name in address else f"{address} {name}"
    devices = city.network.devices
    return f"{devices.landmark[row]} {devices.chamber[row]}"


def name_table(layers: LayersRead, city: City) -> NameTable:
    """Collect the names of *layers* and *city*. A road of many pieces is one entry, at its middle piece.

    Buildings called by their number alone are left out: their addresses are found with their customers.
    """
    found = [*_layer_names(layers, "road"), *_stations_and_sources(layers, city)]
    found += [*_layer_names(layers, "dma"), *_layer_names(layers, "place")]
    return NameTable(
        kind=CodedColumn.of(entry[0] for entry in found),
        id=TextColumn.of(entry[1] for entry in found),
        name=TextColumn.of(entry[2] for entry in found),
        row=np.array([entry[3] for entry in found], dtype=np.int32),
        x_m=np.array([entry[4] for entry in found], dtype=np.float64),
        y_m=np.array([entry[5] for entry in found], dtype=np.float64),
    )


_Entry = tuple[str, str, str, int, float, float]


def _stations_and_sources(layers: LayersRead, city: City) -> Iterator[_Entry]:
    table, stations = city.network.sources, city.stations
    layer = layers.get("source")
    for name, identity in zip(layer.text("name"), layer.text("id"), strict=True):
        row = table.ids.find(str(identity))
        if row >= 0:
            yield "source", str(identity), str(name) or str(identity), row, float(table.x_m[row]), float(table.y_m[row])
    for row in range(len(stations)):
        place = float(stations.x_m[row]), float(stations.y_m[row])
        yield "station", stations.ids[row], stations.name[row], row, *place


def _layer_names(layers: LayersRead, kind: str) -> Iterator[_Entry]:
    layer = stack_layers([_with_names(part, kind) for part in layers.parts(kind, ("id", "name", "kind"))])
    pieces: dict[str, list[int]] = {}
    for at, name in enumerate(layer.text("name").tolist()):
        pieces.setdefault(str(name), []).append(at)
    for name, rows in pieces.items():
        # Places may share a name and be far apart; roads of one name are one road.
        for at in [rows[len(rows) // 2]] if kind == "road" else rows:
            point = layer.geometry[at].representative_point()
            yield kind, str(layer.columns["id"][at]), name, -1, point.x, point.y


def _with_names(part: Layer, kind: str) -> Layer:
    """The features of *part* that are looked for by their names."""
    named = (part.text("name") != "") & ~shapely.is_missing(part.geometry)
    if kind == "place":
        number = np.array([str(name)[:1].isdecimal() for name in part.text("name")], dtype=np.bool_)
        named &= ~((part.text("kind") == "building") & number)
    return Layer(part.geometry[named], {name: values[named] for name, values in part.columns.items()})
