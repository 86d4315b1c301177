"""Layers as rows and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.layers import LAYERS, ColumnKind, Layer
from gis.stores.schema import BATCH, GEOMETRY, KEY, Table


@dataclass(frozen=True)
class StoredLayer:
    """How one layer lies in its table.

    Attributes:
        stored: For each column of the layer, in its order, the name of its column in the table. The two differ where
            a foreign column's name is taken or differs from another only in case, which SQL does not tell apart.
    """

    table: Table
    stored: Mapping[str, str]


def kind_of(layer: str, name: str, values: NDArray[Any]) -> ColumnKind:
    """Type of a column: as the layer's description has it, else by its values."""
    spec = LAYERS[layer].columns.get(name) if layer in LAYERS else None
    if spec is not None:
        return spec.kind
    by_dtype: dict[str, ColumnKind] = {"f": "real", "i": "integer", "u": "integer", "b": "flag"}
    return by_dtype.get(values.dtype.kind, "text")


def describe(name: str, layer: Layer, reserved: frozenset[str] = frozenset(), longest: int = 0) -> StoredLayer:
    """The table for *layer*: every described column, then the columns it brought along.

    Args:
        name: Of the layer.
        layer: Its features.
        reserved: Names, folded, that no column may have.
        longest: Most bytes of a name; 0 where it may be as long as it likes.
    """
    kinds: dict[str, ColumnKind] = (
        {key: spec.kind for key, spec in LAYERS[name].columns.items()} if name in LAYERS else {}
    )
    stored = {key: key for key in kinds}
    taken = {KEY, GEOMETRY, *kinds, *reserved}
    for column, values in layer.columns.items():
        if column in stored:
            continue
        stored[column] = free_name(_cut(column, longest), taken)
        taken.add(stored[column].casefold())
        kinds[stored[column]] = kind_of(name, column, values)
    return StoredLayer(Table(name, kinds, geometry_type(name, layer)), stored)


def _cut(column: str, longest: int) -> str:
    """*column* in at most *longest* bytes, with room left for a number."""
    encoded = column.encode()
    return column if not longest or len(encoded) <= longest else encoded[: longest - 5].decode(errors="ignore")


def free_name(column: str, taken: set[str]) -> str:
    """*column*, numbered if its name is taken."""
    name, number = column, 2
    while name.casefold() in taken:
        name, number = f"{column}_{number}", number + 1
    return name


def geometry_type(name: str, layer: Layer) -> str:
    """Type in the words of OGC: the described one where every feature has it, else what covers them all."""
    wanted = LAYERS[name].geometry.upper() if name in LAYERS else ""
    present = layer.geometry[~shapely.is_missing(layer.geometry)]
    found = {_TYPE_NAMES[number] for number in np.unique(shapely.get_type_id(present)).tolist()}
    if found <= {wanted} and wanted:
        return wanted
    if len(found) == 1:
        return found.pop()
    single = {kind.removeprefix("MULTI") for kind in found}
    return f"MULTI{single.pop()}" if len(single) == 1 else "GEOMETRY"


_TYPE_NAMES = {
    0: "POINT",
    1: "LINESTRING",
    2: "LINESTRING",
    3: "POLYGON",
    4: "MULTIPOINT",
    5: "MULTILINESTRING",
    6: "MULTIPOLYGON",
    7: "GEOMETRYCOLLECTION",
}


def rows(lying: StoredLayer, layer: Layer) -> Iterator[list[tuple[Any, ...]]]:
    """Rows for :func:`gis.stores.schema.insert`, in batches. Nothing recorded becomes NULL; a third dimension goes."""
    for start in range(0, len(layer), BATCH):
        end = min(start + BATCH, len(layer))
        # Made of a part at a time: of a million features the second copy would take hundreds of megabytes.
        part = Layer(layer.geometry[start:end], {name: values[start:end] for name, values in layer.columns.items()})
        columns = [_as_sql(_values(part, name, lying.table.columns[stored])) for name, stored in lying.stored.items()]
        geometry = _wkb(part.geometry, multi=lying.table.geometry.startswith("MULTI"))
        yield list(zip(range(start + 1, end + 1), *columns, geometry, strict=True))


def _values(layer: Layer, name: str, kind: ColumnKind) -> NDArray[Any]:
    if kind == "text":
        return layer.text(name)
    if kind == "real":
        return layer.real(name)
    return layer.integer(name) if kind == "integer" else layer.flag(name)


def _as_sql(values: NDArray[Any]) -> list[Any]:
    """Python values for the driver; it stores NaN as NULL by itself."""
    if values.dtype.kind in "Oiu":
        return [value or None for value in values.tolist()]
    return list(values.tolist())


def _wkb(geometry: NDArray[np.object_], *, multi: bool) -> list[bytes | None]:
    flat = shapely.force_2d(geometry)
    if multi:
        flat = np.array([_as_multi(one) for one in flat.tolist()], dtype=np.object_)
    encoded: list[bytes | None] = list(shapely.to_wkb(flat, byte_order=1))
    return encoded


def _as_multi(geometry: Any) -> Any:
    if isinstance(geometry, shapely.Point):
        return shapely.MultiPoint([geometry])
    if isinstance(geometry, shapely.LineString):
        return shapely.MultiLineString([geometry])
    return shapely.MultiPolygon([geometry]) if isinstance(geometry, shapely.Polygon) else geometry


def layer_from(columns: Mapping[str, NDArray[Any]], wkb: NDArray[np.object_]) -> Layer:
    """A layer from its columns and its features' geometry as WKB."""
    return Layer(np.asarray(shapely.from_wkb(wkb)), columns)
