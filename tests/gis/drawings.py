"""Small cities drawn line by line, for the tests of noding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from gis.layers import Layer, LayerSet
from gis.noding import Noded, NodingOptions, build_city
from network.checks import Doubt

EPSG = 4548


def texts(values: Sequence[str]) -> np.ndarray:
    """A text column."""
    column = np.empty(len(values), dtype=object)
    column[:] = list(values)
    return column


def layer(features: Sequence[tuple[str, Any]], **columns: Sequence[Any]) -> Layer:
    """A layer of (id, geometry) features; a geometry is coordinates (one, or a list), or a shapely geometry."""
    geometry = np.empty(len(features), dtype=object)
    geometry[:] = [_geometry(shape) for _, shape in features]
    return Layer(geometry, {"id": texts([name for name, _ in features]), **{k: _column(v) for k, v in columns.items()}})


def _geometry(shape: Any) -> Any:
    if shape is None or isinstance(shape, shapely.Geometry):
        return shape
    return shapely.LineString(shape) if isinstance(shape, list) else shapely.Point(shape)


def _column(values: Sequence[Any]) -> np.ndarray:
    return texts(values) if values and isinstance(values[0], str) else np.array(values)


_OF_THE_NETWORK = {Doubt.NO_SOURCE, Doubt.ISLAND_ON_TANK, Doubt.ISLAND_WITHOUT_SOURCE, Doubt.DIRECTION_UNKNOWN}
_OF_THE_NETWORK |= {Doubt.VALVE_LEG_UNKNOWN, Doubt.DUPLICATE_VALVE}


def node(options: NodingOptions | None = None, **layers: Layer) -> Noded:
    """Node *layers*; what the network as a whole gives rise to (most have no source) is not told."""
    noded = build_city(LayerSet(EPSG, layers), options or NodingOptions())
    return replace(noded, faults=tuple(fault for fault in noded.faults if fault.kind.value not in _OF_THE_NETWORK))


def faults_of(noded: Noded) -> list[tuple[str, str, str]]:
    """Faults as (kind, feature, action)."""
    return [(fault.kind.value, fault.feature, fault.action.value) for fault in noded.faults]


def meets(noded: Noded) -> set[frozenset[str]]:
    """Sets of pipe ends ("ID<" the start, "ID>" the end) that meet at one node."""
    pipes = noded.city.network.pipes
    at: dict[int, set[str]] = {}
    for row, name in enumerate(pipes.ids):
        at.setdefault(int(pipes.from_node[row]), set()).add(name + "<")
        at.setdefault(int(pipes.to_node[row]), set()).add(name + ">")
    return {frozenset(ends) for ends in at.values()}
