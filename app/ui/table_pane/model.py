"""Rows of a whole city behind Qt's table: cells are made when they are seen, order comes from the worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.messages import Words, formats
from app.operations.attributes import Attribute
from network.columns import Int32

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
SORT_MARKS = ("▲", "▼")


class CityRows(QAbstractTableModel):
    """As many rows as the city has, none of which is held."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._columns: tuple[Attribute, ...] = ()
        self._rows: Int32 = np.empty(0, dtype=np.int32)
        self.sorted_by: tuple[str, bool] = ("", False)

    def show_rows(self, columns: Sequence[Attribute], rows: Int32, words: Words) -> None:
        """Show *rows* of the city through *columns*."""
        self.beginResetModel()
        self._columns, self._rows, self._words = tuple(columns), rows, words
        self.endResetModel()

    @property
    def rows(self) -> Int32:
        """City rows in the order shown."""
        return self._rows

    @property
    def columns(self) -> tuple[Attribute, ...]:
        """The columns shown."""
        return self._columns

    def position_of(self, row: int) -> int:
        """Where a city row is shown, or -1."""
        found = np.flatnonzero(self._rows == row)
        return int(found[0]) if len(found) else -1

    def text(self, position: int, column: int) -> str:
        """One cell as it is written."""
        value = self._columns[column].cell(int(self._rows[position]), self._words)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        attribute = self._columns[column]
        # A year has no thousands.
        return str(value) if attribute.code == "year" else formats.number(float(value), attribute.decimals)

    def as_text(self, positions: Sequence[int]) -> str:
        """Header and rows with tabs between cells, figures as spreadsheets read them."""
        lines = ["\t".join(self._title(column) for column in self._columns)]
        for at in positions:
            cells = (column.cell(int(self._rows[at]), self._words) for column in self._columns)
            lines.append("\t".join("" if cell is None else str(cell) for cell in cells))
        return "\n".join(lines) + "\n"

    def _title(self, column: Attribute) -> str:
        return self._words.say("attribute", column.code)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in {Role.DisplayRole, Role.ToolTipRole}:
            return self.text(index.row(), index.column())
        if role == Role.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == Role.DisplayRole:
            column, descending = self.sorted_by
            mark = f" {SORT_MARKS[descending]}" if column == self._columns[section].code else ""
            return self._title(self._columns[section]) + mark
        return self._alignment(section) if role == Role.TextAlignmentRole else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self._columns[column].number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
