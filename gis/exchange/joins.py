"""Tables beside a layer: meters or accounts that belong to its features."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.errors import GisError
from gis.exchange.cell_faults import CellFaults
from gis.exchange.mapping import JoinRule
from gis.exchange.text_faults import tidy
from gis.exchange.values import as_text, typed
from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import LayerSpec
from network.errors import os_detail

Table = Sequence[Mapping[str, str]]


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file with a header: UTF-8 (with or without mark), else GB 18030.

    Raises:
        GisError: ``table_missing``, ``cannot_read_file``, ``table_broken``; ``table_column_twice`` for a name that
            heads two columns; ``table_row_long`` for a row with more cells than the header names.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as missing:
        raise GisError("table_missing", path=str(path)) from missing
    except OSError as error:
        raise GisError("cannot_read_file", path=str(path), **os_detail(error)) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _rows(text, path)
    raise GisError("table_broken", path=str(path), why="encoding")


def _rows(text: str, path: Path) -> list[dict[str, str]]:
    try:
        rows = [list(map(str.strip, row)) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as broken:
        raise GisError("table_broken", path=str(path), why=str(broken)) from broken
    if not rows:
        raise GisError("table_broken", path=str(path), why="empty")
    header = rows[0]
    twice = [name for at, name in enumerate(header) if name and name in header[:at]]
    if twice:
        raise GisError("table_column_twice", path=str(path), column=twice[0])
    uneven = next((at for at, row in enumerate(rows[1:], start=2) if any(row[len(header) :])), 0)
    if uneven:
        raise GisError("table_row_long", path=str(path), line=uneven, wanted=len(header), found=len(rows[uneven - 1]))
    padded = ([*row, *[""] * (len(header) - len(row))] for row in rows[1:] if any(row))
    return [dict(zip(header, row, strict=False)) for row in padded]


def find_table(name: str, folders: Sequence[Path]) -> Path:
    """The table *name* in the first of *folders* that has it.

    Raises:
        GisError: ``table_missing``.
    """
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise GisError("table_missing", path=name)


def joined(
    rule: JoinRule,
    theirs: Mapping[str, NDArray[Any]],
    ours: Mapping[str, NDArray[Any]],
    spec: LayerSpec,
    table: Table,
    log: FaultLog,
) -> dict[str, NDArray[Any]]:
    """Our columns as the table *rule* names changes them.

    Rows that belong to no feature, and features whose rows differ in what is taken, are reported.

    Raises:
        GisError: ``table_column_missing``.
    """
    needed = (rule.key, *rule.where, *rule.take.values())
    missing = [name for name in needed if table and name not in table[0]]
    if missing:
        raise GisError("table_column_missing", table=rule.file, column=missing[0])
    matches: dict[str, list[Mapping[str, str]]] = {}
    for row in table:
        if row[rule.key] and all(row.get(name, "") in words for name, words in rule.where.items()):
            matches.setdefault(row[rule.key], []).append(row)
    keys = as_text(theirs[rule.on])
    _report_rows(rule, matches, keys, ours["id"], spec.name, log)
    faults = CellFaults(spec.name, ours["id"], log)
    found: dict[str, NDArray[Any]] = {}
    if rule.count:
        counts = np.array([len(matches.get(key, ())) for key in keys], dtype=object)
        found[rule.count] = typed(counts, spec.columns[rule.count].kind)
    for name, column in rule.take.items():
        cells = np.array([matches[key][0].get(column, "") if key in matches else None for key in keys], dtype=object)
        if spec.columns[name].kind == "text":
            cells = tidy(spec.name, name, cells, ours["id"], log)
        before = ours.get(name)
        taken = typed(cells, spec.columns[name].kind)
        faults.blame(name, spec.columns[name], cells, taken)
        kept = np.array([key in matches for key in keys], dtype=np.bool_)
        found[name] = taken if before is None else np.where(kept, taken, before)
    return found


def _report_rows(
    rule: JoinRule,
    matches: Mapping[str, Sequence[Mapping[str, str]]],
    keys: NDArray[np.object_],
    ids: NDArray[np.object_],
    layer: str,
    log: FaultLog,
) -> None:
    """Rows of the table that no feature asks for, and features for which the rows do not say the same."""
    asked = set(keys.tolist())
    left = [key for key in matches if key not in asked]
    rows = sum(len(matches[key]) for key in left)
    if left:
        log.add(FaultKind.UNUSED_TABLE_ROWS, layer, action=Action.SKIPPED, count=rows, table=rule.file, word=left[0])
    for name, key in zip(ids.tolist(), keys.tolist(), strict=True):
        said = [tuple(row.get(column, "") for column in rule.take.values()) for row in matches.get(key, ())]
        if len(set(said)) > 1:
            first = ", ".join(said[0])
            log.add(
                FaultKind.TABLE_ROWS_DIFFER, layer, str(name), None, Action.KEPT, table=rule.file, word=first,
                count=len(said),
            )  # fmt: skip
