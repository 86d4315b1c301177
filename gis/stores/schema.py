"""Tables of a store, described once; SQL text is made from these descriptions and from nothing else.

Values always travel as parameters. Names come from here or, for columns that a layer brought along, from the file that
was imported: they are quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from gis.layers import ColumnKind

KEY = "fid"
GEOMETRY = "geometry"

BATCH = 50_000
"""Rows written at a time."""

FETCH = 5_000
"""Rows read at a time: few enough that Python's collector of circles finds little to look through."""

SQL_TYPES: Mapping[ColumnKind, str] = MappingProxyType(
    {"text": "TEXT", "real": "DOUBLE PRECISION", "integer": "BIGINT", "flag": "BOOLEAN"}
)


class Speaks(Protocol):
    """A connection that understands our statements: ``?`` for values, ``AsBinary``, ``GeomFromWKB``."""

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any:
        """Do it; what comes back has ``fetchone``, ``fetchall``, and gives its rows one by one."""


@dataclass(frozen=True)
class Table:
    """One table: an integer key counted from 1 in row order, columns, and perhaps a geometry.

    Attributes:
        geometry: Type in the words of OGC (``LINESTRING``), "" for none.
        blobs: Columns that hold bytes.
    """

    name: str
    columns: Mapping[str, ColumnKind]
    geometry: str = ""
    blobs: tuple[str, ...] = field(default=())

    @property
    def names(self) -> list[str]:
        """Every column in the order of :func:`insert` and :func:`select`: key, columns, blobs, geometry."""
        return [KEY, *self.columns, *self.blobs, *([GEOMETRY] if self.geometry else [])]


def quoted(name: str) -> str:
    """*name* as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def create(table: Table) -> str:
    """CREATE TABLE, the geometry as plain bytes: it is registered after the rows are in, which is far quicker."""
    # A key is never given out twice: what was imported keeps its own for ever.
    lines = [f"{quoted(KEY)} INTEGER PRIMARY KEY AUTOINCREMENT"]
    lines += [f"{quoted(name)} {SQL_TYPES[kind]}" for name, kind in table.columns.items()]
    lines += [f"{quoted(name)} BLOB" for name in table.blobs]
    lines += [f"{quoted(GEOMETRY)} BLOB"] if table.geometry else []
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(lines)})"


def insert(table: Table, srid: int) -> str:
    """INSERT with one parameter a column, in the order of :attr:`Table.names`; geometry as WKB."""
    marks = ["?"] * (len(table.names) - bool(table.geometry))
    marks += [f"GeomFromWKB(?, {int(srid)})"] if table.geometry else []
    return f"INSERT INTO {_listed(table)} VALUES ({', '.join(marks)})"  # noqa: S608 - names are quoted, values are not here


def select(table: Table, names: list[str]) -> str:
    """SELECT of *names* in row order; geometry as WKB."""
    wanted = [f"AsBinary({quoted(name)})" if name == GEOMETRY else quoted(name) for name in names]
    return f"SELECT {', '.join(wanted)} FROM {quoted(table.name)} ORDER BY {quoted(KEY)}"  # noqa: S608


def edit_watchers(table: Table) -> list[str]:
    """Triggers that note in ``store_edit`` whatever changes in a layer's table."""
    layer = "'" + table.name.replace("'", "''") + "'"
    watchers = []
    for what, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        said = f"{layer}, {row}.{quoted(KEY)}, coalesce({row}.id, ''), '{what}'"
        note = f"INSERT INTO store_edit (layer, feature, id, what) VALUES ({said})"  # noqa: S608
        name = quoted(f"{table.name}_{what}_noted")
        watchers.append(f"CREATE TRIGGER {name} AFTER {what.upper()} ON {quoted(table.name)} BEGIN {note}; END")
    return watchers


def _listed(table: Table) -> str:
    return f"{quoted(table.name)} ({', '.join(quoted(name) for name in table.names)})"
