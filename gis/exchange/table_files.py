"""Tables that people send: CSV (UTF-8 or GBK), XLSX and JSON, as rows of named values; no formula is worked out."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from gis.errors import GisError
from network.errors import os_detail

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]

LARGEST_BYTES = 64 * 2**20
"""More than this in a part of a workbook is no table of tickets."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LETTERS = re.compile(r"[A-Z]+")


def read_rows(path: Path) -> list[Row]:
    """The rows of a file by the names in its first line; of JSON the objects of a list, or of an object's one list.

    Raises:
        GisError: ``cannot_read_file``; ``rows_unknown`` for other endings; ``rows_broken`` for what is none.
    """
    try:
        held = path.read_bytes()
    except OSError as error:
        raise GisError("cannot_read_file", path=str(path), **os_detail(error)) from error
    return rows_in(held, path.suffix.lower(), str(path))


def rows_in(held: bytes, ending: str, shown: str) -> list[Row]:
    """The same of bytes that came otherwise, such as over HTTP."""
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows, ".json": _json_rows}
    if ending not in readers:
        raise GisError("rows_unknown", path=shown, known=" ".join(sorted(readers)))
    try:
        return readers[ending](held)
    except (ValueError, KeyError, TypeError, RecursionError, csv.Error) as error:
        raise GisError("rows_broken", path=shown) from error
    except (zipfile.BadZipFile, ET.ParseError, NotImplementedError, RuntimeError, EOFError) as error:
        raise GisError("rows_broken", path=shown) from error


def _csv_rows(held: bytes) -> list[Row]:
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = held.decode("gb18030")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    return _named([[_plain(cell) for cell in line] for line in lines])


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return cell[1:] if cell[:1] == "'" else cell


def _json_rows(held: bytes) -> list[Row]:
    value: Any = json.loads(held)
    if isinstance(value, dict):
        (value,) = (one for one in value.values() if isinstance(one, list))
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise TypeError("no list of objects")
    return [
        {str(name): one if isinstance(one, str | int | float | bool) or one is None else str(one)
         for name, one in row.items()}
        for row in value
    ]  # fmt: skip


def _xlsx_rows(held: bytes) -> list[Row]:
    with zipfile.ZipFile(io.BytesIO(held)) as book:
        names = set(book.namelist())
        shared = _shared(_part(book, "xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
        first = min((name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)), key=_by_number)
        sheet = ET.fromstring(_part(book, first))  # noqa: S314 - bounded in size; expat refuses to swell
    return _named([list(_line(row, shared)) for row in sheet.iter(f"{_MAIN}row")])


def _by_number(name: str) -> int:
    return int(re.sub(r"\D", "", name.rpartition("/")[2]))


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    if book.getinfo(name).file_size > LARGEST_BYTES:
        raise ValueError(name)
    return book.read(name)


def _shared(held: bytes) -> list[str]:
    root = ET.fromstring(held)  # noqa: S314 - as above
    return ["".join(part.text or "" for part in one.iter(f"{_MAIN}t")) for one in root.iter(f"{_MAIN}si")]


def _line(row: ET.Element, shared: list[str]) -> Iterator[Cell]:
    """The cells of a row, with None for those that the file leaves out."""
    at = 0
    for cell in row.iter(f"{_MAIN}c"):
        letters = _LETTERS.match(cell.get("r", ""))
        column = at if letters is None else _column(letters[0])
        if column > 16_384:
            raise ValueError(column)
        for _ in range(column - at):
            yield None
        at = column + 1
        yield _value(cell, shared)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ET.Element, shared: list[str]) -> Cell:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{_MAIN}t"))
    held = cell.find(f"{_MAIN}v")
    text = "" if held is None else held.text or ""
    if not text:
        return None
    if kind == "s":
        return shared[int(text)]
    return text if kind in {"str", "e", "b", "d"} else float(text)


def _named(lines: list[list[Cell]]) -> list[Row]:
    """Lines by the names in the first one that has any; lines without a value are left out, and no name twice."""
    kept = [line for line in lines if any(cell not in {None, ""} for cell in line)]
    if not kept:
        return []
    names = [str(name).strip() if name is not None else "" for name in kept[0]]
    return [{name: cell for name, cell in zip(names, line, strict=False) if name} for line in kept[1:]]
