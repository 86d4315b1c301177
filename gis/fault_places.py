"""Where the features are that faults name without a place: cells are read before it is known where things lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from gis.faults import Fault
from gis.layers import Layer, LayerSet
from network.columns import IdColumn


def with_places(faults: Sequence[Fault], layers: LayerSet) -> tuple[Fault, ...]:
    """*faults*, each at the first coordinate of the feature that it names, where it has no place and that one has."""
    homeless: dict[str, list[int]] = {}
    for number, fault in enumerate(faults):
        if fault.feature and fault.x_m is None and len(layers.get(fault.layer)):
            homeless.setdefault(fault.layer, []).append(number)
    placed = list(faults)
    for name, numbers in homeless.items():
        for number, at in zip(numbers, _places(layers.get(name), [faults[n].feature for n in numbers]), strict=True):
            if at is not None:
                placed[number] = replace(faults[number], x_m=at[0], y_m=at[1])
    return tuple(placed)


def _places(layer: Layer, features: Sequence[str]) -> list[tuple[float, float] | None]:
    rows = IdColumn.of(layer.text("id")).find_many(IdColumn.of(features)).tolist()
    found: list[tuple[float, float] | None] = []
    for row in rows:
        xy = shapely.get_coordinates(layer.geometry[row]) if row >= 0 else np.empty((0, 2))
        found.append((float(xy[0, 0]), float(xy[0, 1])) if len(xy) else None)
    return found
