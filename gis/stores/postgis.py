"""A city in PostgreSQL with PostGIS, for consoles that get it from there; QGIS reads it as any other layers.

It lies in a schema of its own, with the tables that a workspace's file has. Who may only read is shown it through
views in a second one: there customers have their names only for those who are to see them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from gis.errors import GisError
from gis.layers import LayerSet
from gis.stores import postgres
from gis.stores.base import NodedCity, StoreMeta
from gis.stores.city_tables import city_rows
from gis.stores.feature_tables import FeatureTables
from gis.stores.layer_tables import StoredLayer
from gis.stores.postgis_tables import BOOKS, described, finished, imported_of, laid_out, shown_views, watchers, written
from gis.stores.rows_told import RowsTold, silent
from gis.stores.schema import FETCH, GEOMETRY, KEY, quoted
from gis.stores.sql_store import SqlStore, meta_from, meta_rows
from gis.stores.version import SCHEMA

CITY, SHOWN, COMING = "sluice_city", "sluice_city_shown", "sluice_city_coming"
"""Schemas: the city; what readers are shown of it instead; one that is not whole yet."""

_INDEX_MEMORY_MB = 256
"""So much the server may take to sort the entries of an index; by its own setting it goes by the disk."""

_OURS = re.compile(r'"(?:[^"]|"")*"|\?|%|\b(?:AsBinary|GeomFromWKB)\(')
_THEIRS = {"?": "%s", "%": "%%", "AsBinary(": "ST_AsBinary(", "GeomFromWKB(": "ST_GeomFromWKB("}


@dataclass(frozen=True)
class Readers:
    """Who may read a city.

    Attributes:
        group: A role.
        see_customers: SQL that is true for whom customers' names, addresses and phones are shown to.
    """

    group: str
    see_customers: str


class _Speech:
    """A connection to PostgreSQL that understands statements written for SQLite; see ``gis.stores.schema.Speaks``."""

    def __init__(self, connection: postgres.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any:
        """Say it as PostgreSQL does, and do it."""
        return self._connection.execute(in_postgres(statement).encode(), tuple(values), binary=True)


def in_postgres(statement: str) -> str:
    """*statement*, written for SQLite, in PostgreSQL's words; names in quotes stay as they are."""
    return _OURS.sub(lambda found: _THEIRS.get(found[0], found[0].replace("%", "%%")), statement)


def add_postgis(address: str) -> None:
    """See to it that the database at *address* has PostGIS; ask before the long work.

    Raises:
        GisError: ``server.no_postgis``, ``server.unreachable`` and the like.
    """
    connection = postgres.connect(address)
    try:
        with postgres.translated(address):
            _postgis(connection, address)
    finally:
        connection.close()


def write_city(
    address: str,
    noded: NodedCity,
    revision: str,
    readers: Readers | None = None,
    told: Callable[[float], None] = silent,
) -> None:
    """Put a whole city into the database at *address*, instead of the one that was there; whole or not at all.

    Args:
        address: See :mod:`gis.stores.postgres`; its login owns what is made.
        noded: The city as it was imported.
        revision: Names this state of its tables.
        readers: Who may read it besides; None for nobody.
        told: Hears the share that is written, 0 to 1; what it raises leaves everything as it was.

    Raises:
        GisError: ``server.no_postgis`` where the database has no PostGIS and this login may not add it,
            ``store.unknown_crs``, ``server.not_storable``, ``server.not_allowed``, ``server.unreachable`` and the like.
    """
    connection = postgres.connect(address, statement_timeout_s=0)
    try:
        with postgres.translated(address), _storable(address), postgres.transaction(connection):
            ways = _postgis(connection, address)
            _say(connection, f"DROP SCHEMA IF EXISTS {COMING} CASCADE", f"CREATE SCHEMA {COMING}")
            _say(connection, f"SET LOCAL search_path = {COMING}, {ways}")
            lying, srid = described(noded), max(noded.layers.crs_epsg, 0)
            _say(connection, f"SET LOCAL maintenance_work_mem = '{_INDEX_MEMORY_MB}MB'")
            _write(connection, noded, lying, revision, srid, RowsTold(told, _rows_in(noded)))
            # Only now, so that who reads meanwhile reads what was there, and waits for no more than the exchange.
            _say(
                connection, f"DROP SCHEMA IF EXISTS {CITY}, {SHOWN} CASCADE", f"ALTER SCHEMA {COMING} RENAME TO {CITY}"
            )
            _say(connection, f"SET LOCAL search_path = {CITY}, {ways}")
            _say(connection, *watchers(noded, lying, srid, f"{CITY}, {ways}"))
            if readers is not None:
                _let_read(connection, noded, lying, readers)
    finally:
        connection.close()


def _say(connection: postgres.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(statement.encode())


@contextmanager
def _storable(address: str) -> Iterator[None]:
    try:
        yield
    except postgres.DataError as error:
        # A NUL in a text: SQLite holds it, PostgreSQL does not.
        raise GisError("server.not_storable", server=postgres.name_of(address), reason=str(error)) from error


def _postgis(connection: postgres.Connection, address: str) -> str:
    """The schema in which PostGIS lies; it is added where it is missing."""
    asked = b"SELECT quote_ident(extnamespace::regnamespace::text) FROM pg_extension WHERE extname = 'postgis'"
    found = connection.execute(asked).fetchone()
    if found is None:
        try:
            connection.execute(b"CREATE EXTENSION postgis")
        except postgres.Error as error:
            raise GisError(
                "server.no_postgis", server=postgres.name_of(address), reason=" ".join(str(error).split())
            ) from error
        found = connection.execute(asked).fetchone()
    assert found is not None, "it was just added"
    return str(found[0])


def _write(
    connection: postgres.Connection,
    noded: NodedCity,
    lying: Mapping[str, StoredLayer],
    revision: str,
    srid: int,
    progress: RowsTold,
) -> None:
    known = connection.execute(b"SELECT 1 FROM spatial_ref_sys WHERE srid = %s", (srid,)).fetchone()
    if srid and known is None:
        raise GisError("store.unknown_crs", epsg=srid)
    _say(connection, *BOOKS)
    postgres.copy_in(connection, "store_meta", "key, value", meta_rows(noded.layers, revision, srid))
    columns = "layer, number, name, stored, kind, geometry"
    for table, description, batches in written(noded, lying):
        _say(connection, laid_out(table, srid))
        postgres.copy_in(connection, "store_column", columns, description)
        names = ", ".join(map(quoted, table.names))
        rows = _plain(batches, bool(table.geometry), srid)
        count = postgres.copy_in(connection, quoted(table.name), names, rows, fresh=True)
        _say(connection, *finished(table, count))
        progress.add(count)


def _rows_in(noded: NodedCity) -> int:
    return sum(map(len, (*noded.layers.layers.values(), *city_rows(noded.city).values()))) + len(noded.faults)


def _plain(batches: Iterable[list[tuple[Any, ...]]], has_geometry: bool, srid: int) -> Iterator[list[Any]]:
    """Rows for COPY: what was not measured is NULL, a geometry is text that PostGIS reads."""
    for batch in batches:
        for row in batch:
            values = [None if value != value else value for value in row]  # noqa: PLR0124 - only what is no number differs from itself
            if has_geometry:
                values[-1] = _ewkb(values[-1], srid)
            yield values


def _ewkb(wkb: bytes | None, srid: int) -> str | None:
    """*wkb*, little-endian, with the reference system in it, as hexadecimal digits."""
    if wkb is None or not srid:
        return None if wkb is None else wkb.hex()
    return (wkb[:4] + bytes([wkb[4] | 0x20]) + srid.to_bytes(4, "little") + wkb[5:]).hex()


def _let_read(
    connection: postgres.Connection, noded: NodedCity, lying: Mapping[str, StoredLayer], readers: Readers
) -> None:
    _say(connection, f"CREATE SCHEMA {SHOWN}")
    hidden = []
    for table, view in shown_views(noded, lying, CITY, SHOWN, readers.see_customers):
        hidden.append(f"{CITY}.{quoted(table)}")
        _say(connection, view)
    group = quoted(readers.group)
    _say(connection, f"GRANT USAGE ON SCHEMA {CITY}, {SHOWN} TO {group}")
    _say(connection, f"GRANT SELECT ON ALL TABLES IN SCHEMA {CITY}, {SHOWN} TO {group}")
    _say(connection, f"REVOKE SELECT ON {', '.join(hidden)} FROM {group}")  # noqa: S608 - names are quoted


class PostgisTables(FeatureTables):
    """The layers' tables in PostGIS."""

    def _meeting(self, layer: str, box_m: list[float]) -> list[int]:
        statement = f"SELECT {quoted(KEY)} FROM {quoted(layer)} WHERE {GEOMETRY} && ST_MakeEnvelope(?, ?, ?, ?, ?)"  # noqa: S608
        return [row[0] for row in self._connection.execute(statement, (*box_m, max(self._srid, 0)))]


class PostgisStore(SqlStore):
    """A city in PostGIS. Implements :class:`gis.stores.base.CityStore`."""

    def __init__(self, connection: postgres.Connection, address: str, meta: StoreMeta) -> None:
        super().__init__(_Speech(connection), postgres.name_of(address), meta)
        self._connection = connection
        self._address = address

    @classmethod
    def open(cls, address: str, *, readonly: bool = False) -> PostgisStore:
        """Connect to the city at *address*.

        Args:
            address: See :mod:`gis.stores.postgres`.
            readonly: As everybody is shown it who may read there; else as its owner.

        Raises:
            GisError: ``server.no_layers``, ``store.newer_schema``, ``store.older_schema``, ``server.unreachable`` and
                the like.
        """
        # A whole city takes as long as it takes.
        connection = postgres.connect(address, statement_timeout_s=0)
        try:
            with postgres.translated(address):
                meta = _opened(connection, address, readonly=readonly)
        except BaseException:
            connection.close()
            raise
        return cls(connection, address, meta)

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    @contextmanager
    def one_picture(self) -> Iterator[None]:
        """Everything read inside is of one city, whoever puts another one there meanwhile."""
        with self._translated(), postgres.transaction(self._connection, one_picture=True):
            found = self._said.execute("SELECT key, value FROM store_meta").fetchall()
            self._meta = meta_from(found)
            yield

    def as_imported(self) -> LayerSet:
        """The layers as they were imported, without what the journal and other programs said since."""
        with self._translated():
            layers = {name: self._whole_layer(name, imported_of(name)) for name in self._names(None)}
        return LayerSet(self._meta.crs_epsg, layers, self._meta.name, self._meta.synthetic)

    def _translated(self) -> AbstractContextManager[None]:
        return postgres.translated(self._address)

    def _whole(self) -> AbstractContextManager[object]:
        return postgres.transaction(self._connection)

    def _batches(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        return postgres.batches(self._connection, in_postgres(statement), FETCH)

    def _features(self, srid: int) -> FeatureTables:
        return PostgisTables(self._said, srid)


def _opened(connection: postgres.Connection, address: str, *, readonly: bool) -> StoreMeta:
    server = postgres.name_of(address)
    there = connection.execute(
        b"SELECT quote_ident(extnamespace::regnamespace::text) FROM pg_extension WHERE extname = 'postgis' "
        b"AND EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)",
        (CITY,),
    ).fetchone()
    if there is None:
        raise GisError("server.no_layers", server=server)
    shown = f"{SHOWN}, " if readonly else ""
    _say(connection, f"SET search_path = {shown}{CITY}, {there[0]}")
    meta = meta_from(connection.execute(b"SELECT key, value FROM store_meta").fetchall())
    if meta.schema != SCHEMA:
        code = "store.newer_schema" if meta.schema > SCHEMA else "store.older_schema"
        raise GisError(code, path=server, schema=meta.schema, known=SCHEMA)
    return meta
