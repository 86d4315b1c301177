"""Whole columns of the attribute table: sorted, filtered, chosen by an area, written to files. The worker's part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import AppError
from app.messages import Words
from app.operations.attributes import Attribute, attributes_of
from app.requests import ProgressSink
from app.table_requests import ArrangeTable, ExportTable, TableArranged, TableExported
from gis.choosing import rows_in_ring
from gis.exchange.tables import Cell, Sheet, write_csv, write_xlsx
from network.columns import Int32
from network.topology import City, DeviceStates

MOST_XLSX_ROWS = 1_048_575
"""An Excel sheet holds no more, its header aside."""


def arrange(city: City, states: DeviceStates, asked: ArrangeTable, words: Sequence[Words]) -> TableArranged:
    """Choose and sort rows; *words* are the languages in which a filter may be written."""
    columns = attributes_of(city, asked.kind, states)
    rows = np.arange(len(columns[0].values), dtype=np.int32)
    if asked.ring_m:
        rows = rows_in_ring(city, asked.kind, asked.ring_m)
    text = asked.text.casefold().strip()
    if text:
        held = np.zeros(len(columns[0].values), dtype=np.bool_)
        for column in columns:
            for language in words:
                held |= column.holding(text, language)
        rows = rows[held[rows]]
    for column in columns:
        if column.code == asked.column:
            rows = rows[_order(column.ranks()[rows], descending=asked.descending)]
    return TableArranged(asked, rows)


def _order(ranks: NDArray[Any], *, descending: bool) -> NDArray[np.integer]:
    """Stable in both directions; NaN last in both."""
    if not descending:
        return np.argsort(ranks, kind="stable")
    backwards = np.argsort(ranks[::-1], kind="stable")[::-1]
    order = len(ranks) - 1 - backwards
    if ranks.dtype.kind == "f":
        unknown = np.isnan(ranks[order])
        order = np.concatenate([order[~unknown], order[unknown]])
    return order


def export_table(city: City, request: ExportTable, words: Words, progress: ProgressSink) -> TableExported:
    """Write rows as CSV or XLSX.

    Raises:
        AppError: ``table.too_many_rows`` for a sheet of Excel.
        GisError: ``cannot_write_file``.
    """
    columns = attributes_of(city, request.kind)
    header = tuple(words.say("attribute", column.code) for column in columns)
    excel = request.path.suffix.casefold() == ".xlsx"
    if excel and len(request.rows) > MOST_XLSX_ROWS:
        raise AppError("table.too_many_rows", rows=len(request.rows), most=MOST_XLSX_ROWS)
    sheet = Sheet(words.say("layer", request.kind), header, _Lines(columns, request.rows, words, progress))
    if excel:
        write_xlsx(request.path, [sheet])
    else:
        write_csv(request.path, sheet)
    return TableExported(Path(request.path), len(request.rows))


class _Lines(Sequence[Sequence[Cell]]):
    """Lines made one by one while they are written: a million of them are never held at once."""

    def __init__(self, columns: Sequence[Attribute], rows: Int32, words: Words, progress: ProgressSink) -> None:
        self._columns, self._rows, self._words, self._progress = columns, rows, words, progress

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if at >= len(self._rows):
            raise IndexError(at)
        if at % 20_000 == 0:
            self._progress("writing", at / max(len(self._rows), 1))
        row = int(self._rows[at])
        return tuple(column.cell(row, self._words) for column in self._columns)
