"""Lists for spreadsheets: CSV that Excel opens in Chinese, and XLSX. Neither can smuggle in a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from gis.errors import GisError
from gis.exchange.formulas import neutral
from network.errors import os_detail

Cell = str | int | float | None

_WIDEST_COLUMN = 60


@dataclass(frozen=True)
class Sheet:
    """One table.

    Attributes:
        title: Name of the sheet; Excel takes 31 characters.
        header: Column names.
        rows: As long as *header* each; None is an empty cell.
    """

    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def write_csv(path: Path, sheet: Sheet) -> None:
    """Write *sheet* as UTF-8 with a byte order mark (Excel takes Chinese for GBK without one), whole or not at all.

    Raises:
        GisError: ``cannot_write_file``.
    """
    with whole_file(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([neutral(name) for name in sheet.header])
        for row in sheet.rows:
            writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write *sheets* into one workbook, whole or not at all; text is stored as text, never as formula or link.

    Raises:
        GisError: ``cannot_write_file``.
    """
    # Row by row to the disk: nothing of a long list is held twice, nor sorted by its texts at the end.
    options = {"constant_memory": True}
    with whole_file(path) as partial:
        # Where nothing can be written is found out before the rows are: the library leaves their file open then.
        partial.touch()
        with xlsxwriter.Workbook(str(partial), options) as book:
            head = book.add_format({"bold": True, "bottom": 1})
            for sheet in sheets:
                page = book.add_worksheet(_sheet_name(sheet.title))
                page.write_row(0, 0, sheet.header, head)
                for at, row in enumerate(sheet.rows, start=1):
                    _write_row(page, at, row)
                page.freeze_panes(1, 0)
                page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.header) - 1)
                for column, width in enumerate(_widths(sheet)):
                    page.set_column(column, column, width)


def _write_row(page: Worksheet, at: int, row: Sequence[Cell]) -> None:
    for column, cell in enumerate(row):
        # Empty cells are not written at all.
        if isinstance(cell, str):
            if cell:
                page.write_string(at, column, cell)
        elif cell is not None:
            page.write_number(at, column, cell)


def _sheet_name(title: str) -> str:
    return "".join("_" if sign in "[]:*?/\\'" else sign for sign in title)[:31] or "-"


def _widths(sheet: Sheet) -> list[float]:
    """Wide enough for the first rows; a Chinese character takes two columns' width."""
    widths = []
    for column, name in enumerate(sheet.header):
        texts = [name, *(str(row[column] or "") for row in sheet.rows[:500])]
        widths.append(min(max(sum(1 + (sign > "\u2e80") for sign in text) for text in texts) + 2.0, _WIDEST_COLUMN))
    return widths


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name beside *path* to write to; it becomes *path* when the block ends well and goes away when it does not."""
    partial = path.with_name(f".partial-{path.name}")
    try:
        yield partial
        partial.replace(path)
    except (OSError, XlsxWriterException) as error:
        raise GisError("cannot_write_file", path=str(path), **os_detail(error)) from error
    finally:
        partial.unlink(missing_ok=True)
