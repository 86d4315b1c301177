"""Where the features around an edit come from: layers in memory, or a store that has indexes for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import shapely

from gis.editing.changes import Change, with_changes
from gis.layers import Layer, LayerSet
from network.columns import Float64

ROW = "@row"
"""A column that a source adds: where the feature stands in its layer. Of two that claim one thing the first has it."""


class LayerSource(Protocol):
    """The layers as they are after an edit, asked for piece by piece; each answer has the column :data:`ROW`."""

    def within(self, layer: str, boxes_m: Float64) -> Layer:
        """Features whose bounds meet one of *boxes_m*, shape (n, 4): west, south, east, north."""

    def having(self, layer: str, column: str, values: Collection[str]) -> Layer:
        """Features whose text *column* holds one of *values*."""

    def whole(self, layer: str) -> Layer:
        """Every feature."""


class LayersInMemory:
    """The layers of a :class:`LayerSet`. Implements :class:`LayerSource`."""

    def __init__(self, layers: LayerSet) -> None:
        self._layers = layers
        self._trees: dict[str, shapely.STRtree] = {}

    def within(self, layer: str, boxes_m: Float64) -> Layer:
        """Features whose bounds meet one of *boxes_m*."""
        found = self._layers.get(layer)
        if not len(found) or not len(boxes_m):
            return _numbered(found, np.empty(0, dtype=np.int64))
        if layer not in self._trees:
            self._trees[layer] = shapely.STRtree(found.geometry)
        _, rows = self._trees[layer].query(np.asarray(shapely.box(*boxes_m.T), dtype=object))
        return _numbered(found, np.unique(rows))

    def having(self, layer: str, column: str, values: Collection[str]) -> Layer:
        """Features whose text *column* holds one of *values*."""
        found = self._layers.get(layer)
        wanted = set(values) - {""}
        texts = found.text(column).tolist() if wanted else []
        return _numbered(found, np.array([row for row, text in enumerate(texts) if text in wanted], dtype=np.int64))

    def whole(self, layer: str) -> Layer:
        """Every feature."""
        found = self._layers.get(layer)
        return _numbered(found, np.arange(len(found)))


def _numbered(layer: Layer, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Layer:
    found = rows_of(layer, rows)
    return Layer(found.geometry, {**found.columns, ROW: rows})


def rows_of(layer: Layer, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Layer:
    """*rows* of *layer*."""
    return Layer(layer.geometry[rows], {column: values[rows] for column, values in layer.columns.items()})


@dataclass(frozen=True)
class Touched:
    """What an edit did: the features that it touched, as they were and as they are.

    Attributes:
        before: By layer, touched features that were there.
        now: By layer, touched features that are there; those that were not there before stand last, in their order.
    """

    before: Mapping[str, Layer] = field(default_factory=dict)
    now: Mapping[str, Layer] = field(default_factory=dict)

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers with touched features."""
        return tuple(dict.fromkeys([*self.before, *self.now]))

    def ids(self, layer: str) -> frozenset[str]:
        """Touched features of *layer*."""
        return frozenset(ids_of(self.before.get(layer))) | frozenset(ids_of(self.now.get(layer)))

    def added(self, layer: str) -> list[str]:
        """Features of *layer* that were not there before, in their order."""
        before = set(ids_of(self.before.get(layer)))
        return [name for name in ids_of(self.now.get(layer)) if name not in before]

    def gone(self, layer: str) -> frozenset[str]:
        """Features of *layer* that are no longer there."""
        return frozenset(ids_of(self.before.get(layer))) - frozenset(ids_of(self.now.get(layer)))


def ids_of(layer: Layer | None) -> list[str]:
    """Ids of *layer*, in row order."""
    return [] if layer is None else [str(value) for value in layer.columns["id"]]


def touch(layers: LayerSet, changes: Collection[Change]) -> tuple[LayerSet, Touched]:
    """*layers* after *changes*, and what these touched."""
    after = with_changes(layers, changes)
    by_layer: dict[str, set[str]] = {}
    for change in changes:
        by_layer.setdefault(change.layer, set()).add(change.id)
    before = {name: _only(layers.get(name), ids) for name, ids in by_layer.items()}
    now = {name: _only(after.get(name), ids) for name, ids in by_layer.items()}
    return after, Touched(before, now)


def _only(layer: Layer, ids: set[str]) -> Layer:
    rows = [row for row, value in enumerate(layer.columns["id"]) if value in ids]
    return rows_of(layer, np.array(rows, dtype=np.int64))
