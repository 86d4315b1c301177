"""Texts of foreign tables made fit to be kept: what no screen can show taken out, spaces around them taken off.

Nothing of it happens unreported: each column tells how many of its texts were changed, and the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from network.columns import Bool

LONGEST_ID = 128
"""Characters of an id. A column of ids is as wide as its widest: one that is a page long would fill the memory."""

_SHOWN = 40
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LOST = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯")
"""What stands where a program before us read bytes in a wrong encoding: nobody can say what was there."""

Cells = NDArray[Any]
Texts = NDArray[np.object_]


def names_something(column: str) -> bool:
    """Whether *column* of ours holds ids, its own or those of other features."""
    return column == "id" or column.endswith("_id") or column in ("from_node", "to_node")


def tidy(layer: str, column: str, cells: Cells, ids: Texts | None, log: FaultLog) -> Cells:
    """*cells* with texts that can be kept and shown; other cells stay as they are, bytes become null.

    Args:
        layer: Our layer, for the report.
        column: Our column, or theirs where we have no name for it.
        cells: Shape (n,), as the driver gave them.
        ids: Shape (n,), ids of the features for the report; None where *cells* are the ids.
        log: Takes what was done.
    """
    if cells.dtype != object:
        return cells
    tell = _Tell(layer, column, ids, log)
    cells = _without_bytes(cells, tell)
    joined = "\n".join(cell for cell in cells if isinstance(cell, str))
    if _LOST.search(joined):
        tell(FaultKind.DAMAGED_TEXT, cells, _which(cells, lambda text: bool(_LOST.search(text))), Action.KEPT)
    if _UNPRINTABLE.search(joined):
        cells = _changed(cells, lambda text: _UNPRINTABLE.sub("", text), FaultKind.UNPRINTABLE_TEXT, tell)
    cells = _changed(cells, str.strip, FaultKind.TRIMMED_TEXT, tell)
    return _changed(cells, short_id, FaultKind.LONG_ID, tell) if names_something(column) else cells


def short_id(name: str) -> str:
    """*name*, or where it is longer than an id may be its beginning with a digest of the whole."""
    if len(name) <= LONGEST_ID:
        return name
    return f"{name[: LONGEST_ID - 17]}~{blake2b(name.encode(), digest_size=8).hexdigest()}"


class _Tell:
    """Reports one fault of a column: how many cells, and the first of them."""

    def __init__(self, layer: str, column: str, ids: Texts | None, log: FaultLog) -> None:
        self._layer, self._column, self._ids, self._log = layer, column, ids, log

    def __call__(self, kind: FaultKind, cells: Cells, which: Bool, action: Action) -> None:
        rows = np.flatnonzero(which)
        if not len(rows):
            return
        first = int(rows[0])
        named = cells if self._ids is None else self._ids
        feature = _visible(str(named[first]))
        several: dict[str, int] = {"count": len(rows)} if len(rows) > 1 else {}
        word = _visible(str(cells[first]))
        self._log.add(kind, self._layer, feature, None, action, column=self._column, word=word, **several)


def _visible(text: str) -> str:
    """The beginning of *text* with what cannot be seen written as its code, and spaces that stand at its edges too."""
    codes = _UNPRINTABLE.sub(lambda found: f"<U+{ord(found.group()):04X}>", text)
    inner = codes.strip()
    head, _, tail = codes.partition(inner) if inner else (codes, "", "")
    shown = "".join(f"<U+{ord(sign):04X}>" for sign in head) + inner + "".join(f"<U+{ord(sign):04X}>" for sign in tail)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _which(cells: Cells, wrong: Callable[[str], bool]) -> Bool:
    return np.array([isinstance(cell, str) and wrong(cell) for cell in cells], dtype=np.bool_)


def _changed(cells: Cells, mend: Callable[[str], str], kind: FaultKind, tell: _Tell) -> Cells:
    mended = [mend(cell) if isinstance(cell, str) else cell for cell in cells]
    which = np.array([one is not other for one, other in zip(mended, cells, strict=True)], dtype=np.bool_)
    which[which] = [mended[row] != cells[row] for row in np.flatnonzero(which).tolist()]
    if not which.any():
        return cells
    tell(kind, cells, which, Action.REPAIRED)
    return _objects(mended)


def _without_bytes(cells: Cells, tell: _Tell) -> Cells:
    binary = np.array([isinstance(cell, bytes) for cell in cells], dtype=np.bool_)
    if not binary.any():
        return cells
    tell(FaultKind.BINARY_CELL, _objects(["" for _ in cells]), binary, Action.SKIPPED)
    return _objects([None if isinstance(cell, bytes) else cell for cell in cells])


def _objects(values: Sequence[Any]) -> Cells:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
