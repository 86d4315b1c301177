"""Columns from what a driver fetches: batch by batch, so that a million rows never exist as Python objects at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gis.layers import ColumnKind
from gis.stores.strung import Strung
from network.columns import IdColumn

Wanted = ColumnKind | Literal["raw", "ids", "texts", "words", "lines"]
"""How a column is wanted.

As its kind, NULL becoming "", NaN, 0 or False; or ``raw``, as objects, NULL being None. The others hold no object for
each row: ``ids`` are an :class:`~network.columns.IdColumn`, ``texts`` and ``lines`` (from WKB) a
:class:`~gis.stores.strung.Strung`, ``words`` objects of which equal ones are one.
"""

Rows = Iterable[list[tuple[Any, ...]]]

_DTYPES: Mapping[Wanted, Any] = {
    "text": np.object_,
    "real": np.float64,
    "integer": np.int64,
    "flag": np.bool_,
    "raw": np.object_,
    "words": np.object_,
}
_EMPTY: Mapping[Wanted, Any] = {"text": "", "real": np.nan, "integer": 0, "flag": False, "raw": None}


def gather(wanted: Mapping[str, Wanted], batches: Rows) -> dict[str, Any]:
    """Columns by name from batches of rows, whose values come in the order of *wanted*."""
    parts: dict[str, list[Any]] = {name: [] for name in wanted}
    words: dict[str, str] = {"": ""}
    for batch in batches:
        for (name, kind), values in zip(wanted.items(), zip(*batch, strict=True), strict=True):
            parts[name].append(_column(kind, values, words))
    # Taken out one by one: the parts of a column go when it is whole.
    return {name: _joined(kind, parts.pop(name)) for name, kind in wanted.items()}


def _column(kind: Wanted, values: tuple[Any, ...], words: dict[str, str]) -> Any:
    match kind:
        case "ids":
            return np.array([(value or "").encode() for value in values], dtype=np.bytes_)
        case "texts":
            return Strung.of_texts(values)
        case "lines":
            return Strung.of_lines(values)
        case "words":
            return np.array([words.setdefault(value or "", value) for value in values], dtype=np.object_)
    empty, dtype = _EMPTY[kind], _DTYPES[kind]
    # The driver has no NaN: numpy makes it from None by itself.
    if kind not in {"real", "raw"} and None in values:
        return np.array([empty if value is None else value for value in values], dtype=dtype)
    return np.array(values, dtype=dtype)


def _joined(kind: Wanted, parts: list[Any]) -> Any:
    match kind:
        case "ids":
            return IdColumn(np.concatenate(parts)) if parts else IdColumn.of([])
        case "texts":
            return Strung.joined(parts or [Strung.of_texts([])])
        case "lines":
            return Strung.joined(parts or [Strung.of_lines([])])
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=_DTYPES[kind])


def stated(values: NDArray[np.object_]) -> list[int]:
    """Rows of a raw column that are not NULL."""
    listed = values.tolist()
    # Most columns are all NULL; counting that is many times quicker than looking at each.
    if listed.count(None) == len(listed):
        return []
    return [row for row, value in enumerate(listed) if value is not None]
