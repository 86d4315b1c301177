"""Layers with an edit laid over them that nobody has written: what a preview looks at."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import shapely

from gis.editing.changes import Change, Feature, brought_along, changed, feature_at, layer_of
from gis.editing.source import ROW, LayerSource, Touched, rows_of
from gis.layers import Layer, stack_layers
from network.columns import Float64

_LAST = 1 << 62


class Overlaid:
    """A source after *changes*. Implements :class:`gis.editing.source.LayerSource`."""

    def __init__(self, source: LayerSource, changes: Sequence[Change]) -> None:
        self._source = source
        by_layer: dict[str, dict[str, tuple[Feature | None, int]]] = {}
        before: dict[str, Layer] = {}
        for name in dict.fromkeys(change.layer for change in changes):
            ids = [change.id for change in changes if change.layer == name]
            before[name] = source.having(name, "id", ids)
            known = {str(before[name].columns["id"][row]): row for row in range(len(before[name]))}
            place = {feature: _LAST + number for number, feature in enumerate(dict.fromkeys(ids))}
            rows = {feature: int(before[name].columns[ROW][row]) for feature, row in known.items()}
            now: dict[str, Feature | None] = {
                feature: feature_at(name, before[name], row) for feature, row in known.items()
            }
            for change in changes:
                if change.layer == name:
                    now[change.id] = changed(now.get(change.id), change)
            by_layer[name] = {
                feature: (one, rows.get(feature, place.get(feature, _LAST))) for feature, one in now.items()
            }
        self._now = {name: _stacked(name, some, before[name]) for name, some in by_layer.items()}
        self._hidden = {name: set(some) for name, some in by_layer.items()}
        self._before = before

    @property
    def touched(self) -> Touched:
        """What the edit touches, as it was and as it is."""
        return Touched(self._before, self._now)

    def within(self, layer: str, boxes_m: Float64) -> Layer:
        """Features whose bounds meet one of *boxes_m*."""
        found = self._source.within(layer, boxes_m)
        if layer not in self._now:
            return found
        now = self._now[layer]
        if not len(now) or not len(boxes_m):
            return self._without(layer, found)
        bounds = shapely.bounds(now.geometry)
        west, south, east, north = (boxes_m[:, [at]] for at in range(4))
        meets = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        return self._joined(layer, found, np.asarray(meets.any(axis=0)))

    def having(self, layer: str, column: str, values: Collection[str]) -> Layer:
        """Features whose text *column* holds one of *values*."""
        found = self._source.having(layer, column, values)
        if layer not in self._now:
            return found
        wanted = set(values) - {""}
        holds = np.array([text in wanted for text in self._now[layer].text(column)], dtype=np.bool_)
        return self._joined(layer, found, holds)

    def whole(self, layer: str) -> Layer:
        """Every feature."""
        found = self._source.whole(layer)
        return (
            found if layer not in self._now else self._joined(layer, found, np.ones(len(self._now[layer]), dtype=bool))
        )

    def _without(self, layer: str, found: Layer) -> Layer:
        kept = np.array([str(value) not in self._hidden[layer] for value in found.columns["id"]], dtype=np.bool_)
        return rows_of(found, np.flatnonzero(kept))

    def _joined(self, layer: str, found: Layer, wanted: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Layer:
        both = stack_layers([self._without(layer, found), rows_of(self._now[layer], np.flatnonzero(wanted))])
        return rows_of(both, np.argsort(both.columns[ROW], kind="stable"))


def _stacked(name: str, some: dict[str, tuple[Feature | None, int]], like: Layer) -> Layer:
    """Features that are there now, in the order of their rows, with the columns of *like*."""
    present = sorted(((row, one) for one, row in some.values() if one is not None), key=lambda item: item[0])
    made = layer_of(name, [one for _, one in present], brought_along(name, like))
    columns = {key: values for key, values in made.columns.items() if key in like.columns or not len(like)}
    return Layer(made.geometry, {**columns, ROW: np.array([row for row, _ in present], dtype=np.int64)})
