"""What an edit is made of: changes of single features, and layers with changes carried out.

A *place* is a feature's geometry together with the nodes that its ends are tied to: one field, never changed by halves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.layers import LAYERS, ColumnKind, Layer, LayerSet, stack_layers

Value: TypeAlias = str | float | int | bool | None
"""A field's value; None is "not recorded"."""

What = Literal["add", "set", "delete"]

EDITABLE = (
    "pipe", "valve", "pump", "source", "junction", "hydrant", "service", "customer", "station", "sensor", "road",
)  # fmt: skip
"""Layers whose features can be edited one by one: points and lines."""

PLACE_COLUMNS = ("from_node", "to_node")
"""Columns of a pipe that belong to its place."""


@dataclass(frozen=True)
class Place:
    """Where a feature lies.

    Attributes:
        xy_m: Vertices in the project CRS: one of a point, two or more of a line.
        from_node, to_node: Ids of the nodes at a pipe's ends, "" where closeness alone ties them.
    """

    xy_m: tuple[tuple[float, float], ...]
    from_node: str = ""
    to_node: str = ""

    @property
    def geometry(self) -> shapely.Point | shapely.LineString:
        """The geometry."""
        return shapely.Point(self.xy_m[0]) if len(self.xy_m) == 1 else shapely.LineString(self.xy_m)


@dataclass(frozen=True)
class Change:
    """What happens to one feature.

    Attributes:
        what: ``add`` (place and fields are all there is), ``set`` (only what is named changes), ``delete``.
        place: None leaves it as it is.
        fields: Columns and their new values, the place's columns and ``id`` apart.
    """

    layer: str
    id: str
    what: What
    place: Place | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Feature:
    """One feature as it stands."""

    layer: str
    id: str
    place: Place
    fields: Mapping[str, Value] = field(default_factory=dict)


def changed(feature: Feature | None, change: Change) -> Feature | None:
    """*feature* (None where there is none) after *change*; None where it is gone."""
    if change.what == "delete":
        return None
    before = None if change.what == "add" else feature
    place = change.place if change.place is not None else (before.place if before else None)
    if place is None:
        return None
    return Feature(change.layer, change.id, place, {**(before.fields if before else {}), **change.fields})


def reverse(before: Feature | None, change: Change) -> Change | None:
    """The change that takes *change* back on a feature that was *before*; None where there is nothing to take back."""
    if before is None:
        return Change(change.layer, change.id, "delete") if change.what == "add" else None
    if change.what == "set":
        fields = {name: before.fields.get(name) for name in change.fields}
        return Change(change.layer, change.id, "set", before.place if change.place is not None else None, fields)
    return Change(change.layer, change.id, "add", before.place, before.fields)


def feature_at(name: str, layer: Layer, row: int) -> Feature:
    """Row *row* of *layer*, the layer called *name*, as a record; what is not recorded is left out of its fields."""
    fields = {
        column: plain(values[row])
        for column, values in layer.columns.items()
        if column != "id" and not column.startswith("@") and not (name == "pipe" and column in PLACE_COLUMNS)
    }
    recorded = {column: value for column, value in fields.items() if value is not None}
    return Feature(name, str(layer.columns["id"][row]), place_at(name, layer, row), recorded)


def place_at(name: str, layer: Layer, row: int) -> Place:
    """Place of row *row* of *layer*, the layer called *name*."""
    xy_m = tuple((float(x), float(y)) for x, y in shapely.get_coordinates(layer.geometry[row]))
    if name != "pipe":
        return Place(xy_m)
    from_node, to_node = (str(layer.text(column)[row]) for column in PLACE_COLUMNS)
    return Place(xy_m, from_node, to_node)


def plain(value: Any) -> Value:
    """A layer's value as a plain one: null for "", NaN and the nought of whole numbers and flags."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if np.isnan(value) else value
    return value or None


def features_of(name: str, layer: Layer) -> dict[str, Feature]:
    """Every feature of *layer*, the layer called *name*, by id, in row order."""
    return {str(layer.columns["id"][row]): feature_at(name, layer, row) for row in range(len(layer))}


def layer_of(name: str, features: Sequence[Feature], extra: Mapping[str, ColumnKind] | None = None) -> Layer:
    """*features* as a layer with all columns of the layer called *name*, and the further columns *extra*."""
    kinds = {**(extra or {}), **{column: spec.kind for column, spec in LAYERS[name].columns.items()}}
    geometry = np.empty(len(features), dtype=object)
    geometry[:] = [feature.place.geometry for feature in features]
    columns = {name: _column(kind, [_value(feature, name) for feature in features]) for name, kind in kinds.items()}
    return Layer(geometry, columns)


def _value(feature: Feature, column: str) -> Value:
    if column == "id":
        return feature.id
    if feature.layer == "pipe" and column in PLACE_COLUMNS:
        return feature.place.from_node if column == "from_node" else feature.place.to_node
    return feature.fields.get(column)


def _column(kind: ColumnKind, values: list[Value]) -> NDArray[Any]:
    match kind:
        case "text":
            texts = np.empty(len(values), dtype=object)
            texts[:] = ["" if value is None else str(value) for value in values]
            return texts
        case "real":
            return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
        case "integer":
            return np.array([0 if value is None else int(value) for value in values], dtype=np.int64)
        case _:
            return np.array([bool(value) for value in values], dtype=np.bool_)


def with_changes(layers: LayerSet, changes: Iterable[Change]) -> LayerSet:
    """*layers* after *changes*, one after the other: features keep their rows, new ones come last."""
    by_layer: dict[str, list[Change]] = {}
    for change in changes:
        by_layer.setdefault(change.layer, []).append(change)
    edited = {name: _changed_layer(name, layers.get(name), some) for name, some in by_layer.items()}
    return LayerSet(layers.crs_epsg, {**layers.layers, **edited}, layers.name, layers.synthetic)


def _changed_layer(name: str, layer: Layer, changes: list[Change]) -> Layer:
    row_of = {str(value): row for row, value in enumerate(layer.columns["id"])}
    now: dict[str, Feature | None] = {}
    for change in changes:
        at = row_of.get(change.id)
        before = now[change.id] if change.id in now else (None if at is None else feature_at(name, layer, at))
        now[change.id] = changed(before, change)
    kept = np.array([value not in now for value in layer.columns["id"]], dtype=np.bool_)
    untouched = Layer(layer.geometry[kept], {column: values[kept] for column, values in layer.columns.items()})
    present = [feature for feature in now.values() if feature is not None]
    # Features that were there stand where they stood; new ones follow in the order in which they were added.
    place = {feature_id: row for row, feature_id in enumerate(now)}
    rank = [row_of.get(one.id, len(row_of) + place[one.id]) for one in present]
    stacked = stack_layers([untouched, layer_of(name, present, brought_along(name, layer))])
    order = np.argsort(np.concatenate([np.flatnonzero(kept), np.array(rank, dtype=np.int64)]), kind="stable")
    return Layer(stacked.geometry[order], {column: values[order] for column, values in stacked.columns.items()})


def brought_along(name: str, layer: Layer) -> dict[str, ColumnKind]:
    """Columns that *layer*, the layer called *name*, brought along from its file, with their kinds."""
    by_dtype: dict[str, ColumnKind] = {"f": "real", "i": "integer", "u": "integer", "b": "flag"}
    return {
        column: by_dtype.get(values.dtype.kind, "text")
        for column, values in layer.columns.items()
        if column not in LAYERS[name].columns and not column.startswith("@")
    }
