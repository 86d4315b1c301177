"""Whether two records of arrays hold the same, told field by field so that a failure says where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from network.columns import CodedColumn, IdColumn, TextColumn


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Paths of the fields in which *one* and *other* differ, dtypes included; text columns by their texts."""
    if isinstance(one, TextColumn | IdColumn):
        if list(one) != list(other):
            yield path
    elif isinstance(one, CodedColumn):
        if [one[row] for row in range(len(one))] != [other[row] for row in range(len(other))]:
            yield path
    elif is_dataclass(one):
        for field in fields(one):
            yield from differences(getattr(one, field.name), getattr(other, field.name), f"{path}.{field.name}")
    elif isinstance(one, np.ndarray):
        if one.dtype != other.dtype or not np.array_equal(one, other, equal_nan=one.dtype.kind == "f"):
            yield path
    elif one != other:
        yield path
