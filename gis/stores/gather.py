"""Columns from what a driver fetches: batch by batch, so that a million rows never exist as Python objects at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis.layers import ColumnKind

Wanted = ColumnKind | Literal["raw"]
"""How a column is wanted: as its kind, NULL becoming "", NaN, 0 or False; or ``raw``, as objects, NULL being None."""

Rows = Iterable[list[tuple[Any, ...]]]

_DTYPES: Mapping[Wanted, Any] = {
    "text": np.object_,
    "real": np.float64,
    "integer": np.int64,
    "flag": np.bool_,
    "raw": np.object_,
}
_EMPTY: Mapping[Wanted, Any] = {"text": "", "real": np.nan, "integer": 0, "flag": False, "raw": None}


def gather(wanted: Mapping[str, Wanted], batches: Rows) -> dict[str, NDArray[Any]]:
    """Columns by name from batches of rows, whose values come in the order of *wanted*."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in wanted}
    for batch in batches:
        for (name, kind), values in zip(wanted.items(), zip(*batch, strict=True), strict=True):
            parts[name].append(_column(kind, values))
    return {name: _joined(wanted[name], arrays) for name, arrays in parts.items()}


def _column(kind: Wanted, values: tuple[Any, ...]) -> NDArray[Any]:
    empty, dtype = _EMPTY[kind], _DTYPES[kind]
    # The driver has no NaN: numpy makes it from None by itself.
    if kind not in {"real", "raw"} and None in values:
        return np.array([empty if value is None else value for value in values], dtype=dtype)
    return np.array(values, dtype=dtype)


def _joined(kind: Wanted, arrays: list[NDArray[Any]]) -> NDArray[Any]:
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.empty(0, dtype=_DTYPES[kind])


def stated(values: NDArray[np.object_]) -> list[int]:
    """Rows of a raw column that are not NULL."""
    listed = values.tolist()
    # Most columns are all NULL; counting that is many times quicker than looking at each.
    if listed.count(None) == len(listed):
        return []
    return [row for row, value in enumerate(listed) if value is not None]
