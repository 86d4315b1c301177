"""Collects faults while layers are read and noded, and keeps the list bearable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gis.faults import Action, Fault, FaultKind

LISTED_AT_MOST = 10_000
"""Faults of one kind in one layer that are listed one by one; the rest is a count."""

Value: TypeAlias = str | float | int
Values: TypeAlias = Value | Sequence[Value] | NDArray[np.generic] | NDArray[np.object_]


class FaultLog:
    """Faults in the order in which they were found."""

    def __init__(self, listed_at_most: int = LISTED_AT_MOST) -> None:
        self._listed_at_most = listed_at_most
        self._faults: list[Fault] = []
        self._found: Counter[tuple[FaultKind, str]] = Counter()

    def add(
        self,
        kind: FaultKind,
        layer: str,
        feature: str = "",
        at: tuple[float, float] | None = None,
        action: Action = Action.REPORTED,
        **detail: Value,
    ) -> None:
        """Note one fault at *at* (x, y in the project CRS)."""
        self._note(kind, layer, feature, at, action, detail)

    def _note(
        self,
        kind: FaultKind,
        layer: str,
        feature: str,
        at: tuple[float, float] | None,
        action: Action,
        detail: Mapping[str, Value],
    ) -> None:
        self._found[kind, layer] += 1
        if self._found[kind, layer] <= self._listed_at_most:
            x_m, y_m = at if at is not None and np.isfinite(at).all() else (None, None)
            self._faults.append(Fault(kind, layer, feature, x_m, y_m, action, detail))

    def each(
        self,
        kind: FaultKind,
        layer: str,
        features: NDArray[np.object_] | Sequence[str],
        xy_m: NDArray[np.float64],
        action: Action = Action.REPORTED,
        **detail: Values,
    ) -> None:
        """Note one fault for each of *features*; *xy_m* has shape (n, 2), a detail is one value or one a feature."""
        room = max(0, self._listed_at_most - self._found[kind, layer])
        for row, feature in enumerate(features[:room]):
            place = (float(xy_m[row, 0]), float(xy_m[row, 1]))
            details = {key: _at(value, row) for key, value in detail.items()}
            self._note(kind, layer, str(feature), place, action, details)
        self._found[kind, layer] += max(0, len(features) - room)

    def count(self, kind: FaultKind, layer: str, count: int, action: Action, **detail: Value) -> None:
        """Note *count* features of *layer* with the same fault as one; nothing where *count* is 0."""
        if count:
            self._note(kind, layer, "", None, action, {"count": count, **detail})

    def faults(self) -> tuple[Fault, ...]:
        """All faults; where there were too many of a kind to list, a last one says how many there are in all."""
        listed = self._listed_at_most
        more = [
            Fault(FaultKind.TOO_MANY, layer, detail={"kind": kind.value, "count": found, "listed": listed})
            for (kind, layer), found in self._found.items()
            if found > listed
        ]
        return (*self._faults, *more)


def _at(value: Values, row: int) -> Value:
    if isinstance(value, str | float | int):
        return value
    item = value[row]
    return item.item() if isinstance(item, np.generic) else item
