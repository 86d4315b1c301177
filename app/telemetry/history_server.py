"""The rows of a history in tables of PostgreSQL, for several consoles; see :mod:`gis.stores.postgres` for addresses.

Days lie in partitions of a month, made when the first row comes, so that old ones are dropped and not deleted row by
row. One writer at a time holds the writers' lock for as long as a transaction lasts. A line that was lost is opened
anew with the next question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from app.errors import AppError
from app.telemetry.history import History
from app.telemetry.history_rows import LOWEST
from gis.stores import postgres

SCHEMA: Final = 1
NAMESPACE: Final = "sluice_history"
"""Of the database; a hub's journal may lie beside it."""
PARTITION_DAYS: Final = 32
_WRITERS: Final = 0x534C5548
"""Number of the lock that a writer holds."""
_TABLES: Final = (
    f"CREATE SCHEMA {NAMESPACE}",
    f"SET LOCAL search_path TO {NAMESPACE}",
    "CREATE TABLE format (version integer NOT NULL)",
    f"INSERT INTO format VALUES ({SCHEMA})",  # noqa: S608 - a number of ours
    """CREATE TABLE channel (
        number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE,
        resolution double precision NOT NULL)""",
    """CREATE TABLE batch (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, readings integer NOT NULL, body bytea NOT NULL)""",
    "CREATE TABLE hour (key bigint PRIMARY KEY, body bytea NOT NULL)",
    f"""CREATE TABLE day (key bigint NOT NULL, body bytea NOT NULL, minutes bytea NOT NULL)
        PARTITION BY RANGE ((key & {LOWEST}))""",
    "CREATE INDEX day_key ON day (key)",
    """CREATE TABLE dead_letter (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, feed text NOT NULL, received_ms bigint NOT NULL,
        reason text NOT NULL, body bytea NOT NULL)""",
    "CREATE TABLE compaction (generation bigint NOT NULL)",
    "INSERT INTO compaction VALUES (0)",
)


class ServerStore:
    """An open line; see :class:`app.telemetry.history_rows.Store`."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = self._connected()
        self._partitions: set[int] = set()
        self._made: set[int] = set()

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What *statement* finds; nothing where it only writes."""
        found = self._connection.execute(statement.replace("?", "%s").encode(), tuple(values))
        return found.fetchall() if found.description is not None else []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside lands together or not at all; nobody else writes meanwhile."""
        self._come_back()
        with postgres.translated(self._address), postgres.transaction(self._connection):
            self.run("SELECT pg_advisory_xact_lock(?)", (_WRITERS,))
            self._made.clear()
            yield
        # Only now: what was rolled back is not there.
        self._partitions |= self._made

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Every question inside sees the same state."""
        self._come_back()
        with postgres.translated(self._address), postgres.transaction(self._connection, one_picture=True):
            yield

    def make_room(self, day: int) -> None:
        """The partition of *day* is there."""
        month = day // PARTITION_DAYS
        if month not in self._partitions:
            span = f"FROM ({month * PARTITION_DAYS}) TO ({(month + 1) * PARTITION_DAYS})"
            self.run(f"CREATE TABLE IF NOT EXISTS day_{month} PARTITION OF day FOR VALUES {span}")
            self._made.add(month)

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    def _connected(self) -> postgres.Connection:
        connection = postgres.connect(self._address)
        try:
            with postgres.translated(self._address):
                _refuse_others(connection, self._address)
                connection.execute(f"SET search_path TO {NAMESPACE}".encode())
        except BaseException:
            connection.close()
            raise
        return connection

    def _come_back(self) -> None:
        if self._connection.closed:
            self._connection = self._connected()


def create_shared(address: str) -> History:
    """Make an empty history in the database at *address*, whole or not at all; its login owns it.

    Raises:
        AppError: ``history.exists``.
        GisError: What :mod:`gis.stores.postgres` raises.
    """
    connection = postgres.connect(address)
    try:
        with postgres.translated(address), postgres.transaction(connection):
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITERS,))
            if _version(connection) is not None:
                raise AppError("history.exists", path=postgres.name_of(address))
            for statement in _TABLES:
                connection.execute(statement.encode())
    finally:
        connection.close()
    return open_shared(address)


def open_shared(address: str) -> History:
    """Open the history in the database at *address*, changing nothing.

    Raises:
        AppError: ``history.not_a_history``, ``history.newer_schema``.
        GisError: What :mod:`gis.stores.postgres` raises.
    """
    return History(ServerStore(address))


def _refuse_others(connection: postgres.Connection, address: str) -> None:
    version = _version(connection)
    if version is None:
        raise AppError("history.not_a_history", path=postgres.name_of(address))
    if version > SCHEMA:
        raise AppError("history.newer_schema", path=postgres.name_of(address), version=version, known=SCHEMA)


def _version(connection: postgres.Connection) -> int | None:
    """Of the tables that are there; None where there are none."""
    there = connection.execute("SELECT to_regclass(%s)", (f"{NAMESPACE}.format",)).fetchone()
    if there is None or there[0] is None:
        return None
    found = connection.execute(f"SELECT version FROM {NAMESPACE}.format".encode()).fetchone()  # noqa: S608 - as above
    return None if found is None else int(found[0])
