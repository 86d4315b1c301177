"""Cells of foreign tables as texts, numbers and flags."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.layers import ColumnKind

TRUE_WORDS = frozenset({"1", "true", "t", "yes", "y", "是", "有", "√"})
FALSE_WORDS = frozenset({"0", "false", "f", "no", "n", "否", "无", "×"})
_YEAR = re.compile(r"\s*(\d{4})\s*(?:年.*|[-/.]\s*\d{1,2}(?!\d).*)?", re.DOTALL)
"""A year, alone or at the head of a date."""


def as_text(values: NDArray[Any]) -> NDArray[np.object_]:
    """Trimmed texts: "" for null, whole numbers without a decimal point, dates as ISO."""
    out = np.empty(len(values), dtype=object)
    if values.dtype.kind in "iu":
        out[:] = [str(value) for value in values.tolist()]
    elif values.dtype.kind == "M":
        out[:] = ["" if np.isnat(value) else _date(value) for value in values]
    else:
        out[:] = [cell_text(value) for value in values.tolist()]
    return out


def cell_text(value: object) -> str:
    """One cell as :func:`as_text` gives it."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, bytes):
        return ""
    return str(value).strip()


def _date(value: np.datetime64) -> str:
    text = str(value.astype("datetime64[s]"))
    return text.removesuffix("T00:00:00")


def as_real(values: NDArray[Any], parse: Callable[[str], float] = float) -> NDArray[np.float64]:
    """Numbers, NaN for null and for what *parse* refuses with ValueError."""
    if values.dtype.kind in "iufb":
        return values.astype(np.float64)
    return np.array([_number(text, parse) for text in as_text(values)], dtype=np.float64)


def _number(text: str, parse: Callable[[str], float]) -> float:
    try:
        return parse(text) if text else math.nan
    except ValueError:
        return math.nan


def as_integer(values: NDArray[Any]) -> NDArray[np.float64]:
    """Whole numbers as float64 (NaN for null and for what is none); of a date, its year."""
    return np.rint(as_real(values, _whole)) if values.dtype.kind != "M" else as_real(as_text(values), _whole)


def _whole(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        year = _YEAR.fullmatch(text)
        if year is None:
            raise
        return float(year[1])


def as_flag(values: NDArray[Any]) -> NDArray[np.bool_]:
    """True for 1, true, yes and 是, in any case; False for everything else."""
    return np.array([text.lower() in TRUE_WORDS for text in as_text(values)], dtype=np.bool_)


def typed(values: NDArray[Any], kind: ColumnKind) -> NDArray[Any]:
    """*values* as :class:`gis.layers.Layer` holds a column of *kind*; what cannot be read is null."""
    if kind == "real":
        return as_real(values)
    if kind == "integer":
        whole = as_integer(values)
        return np.where(_fits(whole), whole, 0.0).astype(np.int64)
    return as_flag(values) if kind == "flag" else as_text(values)


def unreadable(values: NDArray[Any], read: NDArray[Any], kind: ColumnKind) -> NDArray[np.bool_]:
    """Rows whose cell says something, but not a number, where a number is wanted."""
    if kind == "integer" and values.dtype.kind == "f":
        huge: NDArray[np.bool_] = ~np.isnan(values) & ~_fits(values)
        return huge
    if kind not in ("real", "integer") or values.dtype.kind in "iufbM":
        return np.zeros(len(values), dtype=np.bool_)
    said = np.array([text != "" for text in as_text(values)], dtype=np.bool_)
    bad: NDArray[np.bool_] = said & (np.isnan(read) if kind == "real" else ~_fits(as_integer(values)))
    return bad


def _fits(whole: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers a column of whole numbers can hold."""
    fits: NDArray[np.bool_] = np.isfinite(whole) & (np.abs(whole) < 2**62)
    return fits


def natural(values: NDArray[Any]) -> NDArray[Any]:
    """A column that we have no name for, in the nearest kind of :class:`gis.layers.Layer`."""
    if values.dtype.kind == "b":
        return values
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    return values.astype(np.float64) if values.dtype.kind == "f" else as_text(values)
