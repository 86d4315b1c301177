"""The rows of a history in the file ``history.sqlite`` of a workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from app.errors import AppError
from gis.stores import sqlite

SCHEMA: Final = 1
APPLICATION_ID: Final = 0x534C5548
"""Marks the file as ours ("SLUH")."""
_TABLES = (
    "CREATE TABLE channel (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, resolution REAL NOT NULL)",
    "CREATE TABLE batch (id INTEGER PRIMARY KEY AUTOINCREMENT, readings INTEGER NOT NULL, body BLOB NOT NULL)",
    "CREATE TABLE hour (key INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE day (key INTEGER PRIMARY KEY, body BLOB NOT NULL, minutes BLOB NOT NULL)",
    """CREATE TABLE dead_letter (
        id INTEGER PRIMARY KEY, feed TEXT NOT NULL, received_ms INTEGER NOT NULL, reason TEXT NOT NULL,
        body BLOB NOT NULL)""",
    # Told to who puts months away: whether what was read of them is still all.
    "CREATE TABLE compaction (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), generation INTEGER NOT NULL)",
    "INSERT INTO compaction (only_one, generation) VALUES (1, 0)",
)


class FileStore:
    """An open file; see :class:`app.telemetry.history_rows.Store`."""

    def __init__(self, connection: sqlite.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def create(cls, path: Path) -> FileStore:
        """An empty one at *path*. Raises :class:`AppError` ``history.exists``."""
        if path.exists():
            raise AppError("history.exists", path=str(path))
        connection = sqlite.connect(path, create=True)
        with sqlite.translated(path):
            # Rows are half a kilobyte and more: large pages waste less of each.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA page_size=16384")
            connection.execute("VACUUM")
            connection.execute("PRAGMA journal_mode=WAL")
        sqlite.lay_out(connection, path, _TABLES, APPLICATION_ID, SCHEMA)
        return cls(connection, path)

    @classmethod
    def open(cls, path: Path, *, readonly: bool) -> FileStore:
        """The one at *path*; see :meth:`app.telemetry.history.History.open`."""
        return cls(sqlite.connect(path, readonly=readonly, admit=lambda opening: _refuse_others(opening, path)), path)

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What *statement* finds."""
        return self._connection.execute(statement, tuple(values)).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside lands together or not at all; nobody else writes meanwhile."""
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Every question inside sees the same state."""
        with sqlite.translated(self._path), sqlite.reading(self._connection):
            yield

    def make_room(self, day: int) -> None:
        """A file has room for any *day*."""

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _refuse_others(opening: sqlite.Connection, path: Path) -> None:
    mark, version = sqlite.marks_of(opening)
    if mark != APPLICATION_ID:
        raise AppError("history.not_a_history", path=str(path))
    if version > SCHEMA:
        raise AppError("history.newer_schema", path=str(path), version=version, known=SCHEMA)
