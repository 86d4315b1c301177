"""Reports what cells say that a column of ours cannot hold: no number, a part of a number, neither yes nor no."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.exchange.values import FALSE_WORDS, TRUE_WORDS, as_real, as_text, unreadable
from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import ColumnSpec
from network.columns import Bool

_LONGEST_WORD = 80


class CellFaults:
    """Faults of the cells of one layer, each distinct word of a column once."""

    def __init__(self, layer: str, ids: NDArray[np.object_], log: FaultLog) -> None:
        self._layer, self._ids, self._log = layer, ids, log

    def blame(self, column: str, spec: ColumnSpec, cells: NDArray[Any], values: NDArray[Any]) -> None:
        """Report the *cells* of our *column* that *values*, as :func:`gis.exchange.values.typed` read them, miss."""
        bad = unreadable(cells, values, spec.kind)
        self._each(FaultKind.UNREADABLE_NUMBER, column, cells, bad, Action.REPORTED)
        if spec.kind == "flag":
            words = [text.lower() for text in as_text(cells)]
            strange = np.array([bool(word) and word not in TRUE_WORDS | FALSE_WORDS for word in words], dtype=np.bool_)
            self._each(FaultKind.NEITHER_YES_NOR_NO, column, cells, strange, Action.KEPT)
        elif spec.kind == "integer" and cells.dtype.kind != "M":
            self._whole(column, cells, values, bad)

    def _whole(self, column: str, cells: NDArray[Any], values: NDArray[Any], bad: Bool) -> None:
        said = as_real(cells)
        rounded = np.isfinite(said) & ~bad & (said != values)
        self._each(FaultKind.ROUNDED_NUMBER, column, cells, rounded, Action.REPAIRED, taken=values)
        if column != "year":
            dates = np.isnan(said) & ~bad & (values != 0)
            self._each(FaultKind.ROUNDED_NUMBER, column, cells, dates, Action.REPAIRED, taken=values)
        else:
            # A layer's null is 0 in a column of whole numbers: what says 0 could not be told from it later.
            self._each(FaultKind.OUT_OF_RANGE, column, cells, said == 0.0, Action.SKIPPED)

    def _each(
        self,
        kind: FaultKind,
        column: str,
        cells: NDArray[Any],
        which: Bool,
        action: Action,
        taken: NDArray[Any] | None = None,
    ) -> None:
        rows = np.flatnonzero(which)
        words, first, counts = np.unique(as_text(cells[rows]).astype(str), return_index=True, return_counts=True)
        for word, at, count in zip(words.tolist(), rows[first].tolist(), counts.tolist(), strict=True):
            detail: dict[str, str | float] = {"count": count} if count > 1 else {}
            if taken is not None:
                detail["taken"] = f"{taken[at]:.15g}"
            feature = str(self._ids[at])
            self._log.add(kind, self._layer, feature, None, action, column=column, word=word[:_LONGEST_WORD], **detail)
