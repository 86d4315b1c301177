"""What noding found, read back from its rows (:mod:`gis.stores.city_tables` tells how they lie).

A city of a million pipes and customers is some hundred megabytes as arrays and more than a gigabyte as Python's own
texts and geometries: so no column is ever held as objects, but as what it becomes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.stores.city_tables import CITY_TABLES, DEVICES, FEATURE, LINE, CityTable, dtype_of, layer_by_kind
from gis.stores.gather import Wanted, stated
from gis.stores.schema import GEOMETRY, KEY, Table
from gis.stores.strung import NOTHING, Strung
from network.assets import PipeShapes, TapTable
from network.columns import CodedColumn, IdColumn, Int64, TextColumn
from network.topology import City, Network

Columns = Mapping[str, Any]
FetchColumns = Callable[[Table, Mapping[str, Wanted]], Columns]
FetchLayer = Callable[[str, Mapping[str, Wanted]], Columns]


def load_city(fetch: FetchColumns, layer: FetchLayer) -> City:
    """A city from its rows.

    Args:
        fetch: The columns asked for of a table, in the order of its keys.
        layer: Those of the columns asked for that a layer has, by its own names, with the keys of its features
            (:data:`~gis.stores.schema.KEY`), ascending.
    """
    loaded: list[Any] = []
    shapes = PipeShapes(np.zeros(1, dtype=np.int64), np.empty((0, 2)))
    for spec in CITY_TABLES:
        columns = fetch(spec.table, _wanted(spec))
        asked = _asked(spec)
        given = [layer(name, asked) for name in spec.layers] if asked else []
        places = _places(spec, columns, [one[KEY] for one in given]) if given else np.empty(0, dtype=np.int64)
        if spec.has_line:
            shapes = _shapes(columns[LINE], places, given[0][GEOMETRY])
        loaded.append(_table(spec, columns, places, given))
    nodes, pipes, devices, sources, customers, hydrants, stations = loaded
    return City(Network(nodes, pipes, devices, sources), shapes, customers, hydrants, stations)


def _wanted(spec: CityTable) -> dict[str, Wanted]:
    """Numbers as they are; texts and lines raw, where NULL says that the layer's hold."""
    wanted: dict[str, Wanted] = {KEY: "integer", **dict.fromkeys(spec.table.blobs, "raw")}
    for name, kind in spec.table.columns.items():
        own: Wanted = "raw" if name in spec.texts else "ids"
        wanted[name] = own if kind == "text" else kind
    return wanted


def _asked(spec: CityTable) -> dict[str, Wanted]:
    """What is read of the layers of *spec*."""
    hints = get_type_hints(spec.cls)
    asked: dict[str, Wanted] = {
        source: "texts" if hints[own] is TextColumn else "words" for own, source in spec.texts.items()
    }
    return asked | ({GEOMETRY: "lines"} if spec.has_line else {})


def _places(spec: CityTable, columns: Columns, keys_of_layers: list[Int64]) -> Int64:
    """Place of each row's feature in its layers, one after the other; :data:`NOTHING` where it is gone.

    Other programs delete features.
    """
    features = columns[FEATURE]
    which = layer_by_kind(columns["kind"]) if spec is DEVICES else np.zeros(len(features), dtype=np.int64)
    places = np.full(len(features), NOTHING, dtype=np.int64)
    before = 0
    for number, keys in enumerate(keys_of_layers):
        rows = np.flatnonzero((which == number) & (features > 0))
        at = np.searchsorted(keys, features[rows])
        there = np.append(keys, 0)[at] == features[rows]
        places[rows[there]] = before + at[there]
        before += len(keys)
    return places


def _table(spec: CityTable, columns: Columns, places: Int64, given: list[Columns]) -> Any:
    fields_of = _numbers_from(spec.cls, columns)
    hints = get_type_hints(spec.cls)
    for name, source in spec.texts.items():
        if hints[name] is TextColumn:
            fields_of[name] = _texts(columns[name], places, source, given)
        else:
            fields_of[name] = CodedColumn.of(_words(columns[name], places, source, given))
    return spec.cls(**fields_of)


def _numbers_from(cls: type[Any], columns: Columns, prefix: str = "") -> dict[str, Any]:
    table: dict[str, Any] = {}
    for name, hint in get_type_hints(cls).items():
        if hint is TapTable:
            table[name] = TapTable(**_numbers_from(TapTable, columns, f"{name}_"))
        elif hint is IdColumn:
            table[name] = columns[name]
        elif hint not in (TextColumn, CodedColumn):
            table[name] = columns[f"{prefix}{name}"].astype(dtype_of(hint), copy=False)
    return table


def _texts(own: NDArray[np.object_], places: Int64, source: str, given: list[Columns]) -> TextColumn:
    """Each row's own text, else its feature's, else none."""
    texts = Strung.joined([one.get(source) or Strung.of_texts([""] * len(one[KEY])) for one in given])
    told = {row: np.frombuffer(own[row].encode(), dtype=np.uint8) for row in stated(own)}
    laid = texts.laid(places, told)
    return TextColumn(laid.offsets, laid.values)


def _words(own: NDArray[np.object_], places: Int64, source: str, given: list[Columns]) -> list[str]:
    words = np.concatenate([one.get(source, np.full(len(one[KEY]), "", dtype=np.object_)) for one in given])
    laid = np.full(len(places), "", dtype=np.object_)
    laid[places >= 0] = words[places[places >= 0]]
    other = stated(own)
    laid[other] = own[other]
    return list(laid.tolist())


def _shapes(own: NDArray[np.object_], places: Int64, lines: Strung) -> PipeShapes:
    told = {row: np.asarray(shapely.get_coordinates(shapely.from_wkb(own[row]))) for row in stated(own)}
    laid = lines.laid(places, told)
    return PipeShapes(laid.offsets, laid.values)
