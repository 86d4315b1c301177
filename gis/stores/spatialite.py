"""A city in a SpatiaLite file that QGIS opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from gis.durable import sync_folder
from gis.errors import GisError
from gis.faults import Fault
from gis.layers import LAYERS, Layer, LayerSet
from gis.stores import schema, sqlite
from gis.stores.base import NodedCity, StoreMeta
from gis.stores.city_tables import CITY_TABLES, city_rows, keepers, rows
from gis.stores.feature_tables import keep_originals
from gis.stores.layer_tables import StoredLayer, describe
from gis.stores.layer_tables import rows as layer_rows
from gis.stores.rows_told import RowsTold, silent
from gis.stores.schema import FETCH, GEOMETRY, Table
from gis.stores.sql_store import FAULTS, SqlStore, column_rows, fault_rows, meta_from, meta_rows
from gis.stores.version import SCHEMA

APPLICATION_ID = 0x534C5543
"""Marks the file as ours ("SLUC")."""

_GEOGRAPHIC = 4326
_UNDEFINED_CARTESIAN = -1

_BOOKS = (
    "CREATE TABLE store_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE store_applied (dev TEXT PRIMARY KEY, dev_seq INTEGER NOT NULL) WITHOUT ROWID",
    (
        "CREATE TABLE store_edit (number INTEGER PRIMARY KEY AUTOINCREMENT, layer TEXT, feature INTEGER, id TEXT, "
        "what TEXT)"
    ),
    "CREATE TABLE store_record (fid INTEGER PRIMARY KEY, position TEXT, condition TEXT)",
    (
        "CREATE TABLE store_column (layer TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, "
        "stored TEXT NOT NULL, kind TEXT NOT NULL, geometry TEXT NOT NULL, PRIMARY KEY (layer, number)) WITHOUT ROWID"
    ),
)


def write_city(path: Path, noded: NodedCity, revision: str, told: Callable[[float], None] = silent) -> None:
    """Write a whole city as *path*, which must not exist: built beside its place, put on the disk, then renamed.

    Args:
        path: The file.
        noded: The city.
        revision: Names this state of its tables.
        told: Hears the share that is written, 0 to 1; what it raises leaves nothing behind.

    Raises:
        GisError: ``store.exists``, ``store.network_path``, ``store.no_spatialite``, ``store.unknown_crs``,
            ``store.disk_full`` and the like. Nothing is left behind.
    """
    if path.exists():
        raise GisError("store.exists", path=str(path))
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        connection = sqlite.connect(partial, create=True, spatial=True)
        try:
            with sqlite.translated(path):
                _write(connection, noded, revision, told)
                sqlite.seal(connection, partial)
        finally:
            connection.close()
        partial.replace(path)
        sync_folder(path.parent)
    finally:
        for leftover in path.parent.glob(partial.name + "*"):
            leftover.unlink()


def _write(connection: sqlite.Connection, noded: NodedCity, revision: str, told: Callable[[float], None]) -> None:
    # The file is worth nothing until it is whole and renamed, so it need not survive a crash before that.
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-131072")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute("SELECT InitSpatialMetaData(1, 'EMPTY')").fetchone()
    srid = _register_crs(connection, noded.layers.crs_epsg)
    with sqlite.transaction(connection):
        for statement in _BOOKS:
            connection.execute(statement)
        _write_meta(connection, noded.layers, revision, srid)
        names = [*LAYERS, *(name for name in noded.layers.layers if name not in LAYERS)]
        lying, counts = {name: describe(name, noded.layers.get(name)) for name in names}, noded.layers.counts()
        # A layer's rows count twice: they are written, and the index of their places is made.
        drawn = sum(counts.values())
        progress = RowsTold(told, 2 * drawn + sum(map(len, city_rows(noded.city).values())))
        for name, layer in lying.items():
            _write_layer(connection, layer, noded.layers.get(name), srid)
            progress.add(counts.get(name, 0))
        connection.execute("CREATE INDEX valve_by_id ON valve (id)")
        _write_faults(connection, noded.faults, srid)
        _write_net(connection, noded, progress)
        for table in (*(layer.table for layer in lying.values()), FAULTS):
            _register_geometry(connection, table, srid)
            progress.add(counts.get(table.name, 0))
        # Last, so that they do not note our own rows.
        watchers = [statement for layer in lying.values() for statement in schema.edit_watchers(layer.table)]
        for name, layer in lying.items():
            watchers += keep_originals(layer.table, counts.get(name, 0))
        for statement in watchers:
            connection.execute(statement)
        for keeper in (keeper for spec in CITY_TABLES for keeper in keepers(spec, "AsBinary", ("0", "1"))):
            connection.execute(
                f"CREATE TRIGGER {keeper.name} AFTER {keeper.event} ON {keeper.layer} BEGIN {keeper.update}; END"
            )


def _register_crs(connection: sqlite.Connection, crs_epsg: int) -> int:
    """Put the CRS into spatial_ref_sys; a city without one lies in SpatiaLite's undefined Cartesian plane."""
    connection.execute("SELECT InsertEpsgSrid(?)", (_GEOGRAPHIC,)).fetchone()
    if crs_epsg <= 0:
        undefined = (_UNDEFINED_CARTESIAN, "NONE", _UNDEFINED_CARTESIAN, "Undefined - Cartesian", "", "Undefined")
        connection.execute(
            "INSERT OR IGNORE INTO spatial_ref_sys (srid, auth_name, auth_srid, ref_sys_name, proj4text, srtext) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            undefined,
        )
        return _UNDEFINED_CARTESIAN
    connection.execute("SELECT InsertEpsgSrid(?)", (crs_epsg,)).fetchone()
    if connection.execute("SELECT 1 FROM spatial_ref_sys WHERE srid = ?", (crs_epsg,)).fetchone() is None:
        raise GisError("store.unknown_crs", epsg=crs_epsg)
    return crs_epsg


def _write_meta(connection: sqlite.Connection, layers: LayerSet, revision: str, srid: int) -> None:
    rows_of_meta = meta_rows(layers, revision, srid)
    connection.executemany("INSERT INTO store_meta (key, value) VALUES (?, ?)", rows_of_meta)


def _write_layer(connection: sqlite.Connection, lying: StoredLayer, layer: Layer, srid: int) -> None:
    table = lying.table
    connection.execute(schema.create(table))
    connection.executemany(
        "INSERT INTO store_column (layer, number, name, stored, kind, geometry) VALUES (?, ?, ?, ?, ?, ?)",
        column_rows(lying),
    )
    statement = schema.insert(table, srid)
    for batch in layer_rows(lying, layer):
        connection.executemany(statement, batch)


def _write_faults(connection: sqlite.Connection, faults: tuple[Fault, ...], srid: int) -> None:
    connection.execute(schema.create(FAULTS))
    connection.executemany(schema.insert(FAULTS, srid), fault_rows(faults))


def _write_net(connection: sqlite.Connection, noded: NodedCity, progress: RowsTold) -> None:
    city = noded.city
    tables = city_rows(city)
    for spec in CITY_TABLES:
        connection.execute(schema.create(spec.table))
        # Held by nobody when the next table's are made.
        for batch in rows(spec, tables[spec.name], {name: noded.layers.get(name) for name in spec.layers}, city.shapes):
            connection.executemany(schema.insert(spec.table, 0), batch)
            progress.add(len(batch))


def _register_geometry(connection: sqlite.Connection, table: Table, srid: int) -> None:
    """Make the column known and index it, after the rows are in: row by row the triggers would take far longer."""
    arguments = (table.name, GEOMETRY, srid, table.geometry, "XY")
    known = connection.execute("SELECT RecoverGeometryColumn(?, ?, ?, ?, ?)", arguments).fetchone()[0]
    indexed = connection.execute("SELECT CreateSpatialIndex(?, ?)", (table.name, GEOMETRY)).fetchone()[0]
    assert known == 1
    assert indexed == 1


class SpatialiteStore(SqlStore):
    """A city in a SpatiaLite file. Implements :class:`gis.stores.base.CityStore`."""

    def __init__(self, connection: sqlite.Connection, path: Path, meta: StoreMeta) -> None:
        super().__init__(connection, str(path), meta)
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> SpatialiteStore:
        """Open *path*.

        Raises:
            GisError: ``store.missing``, ``store.not_a_store``, ``store.newer_schema``, ``store.older_schema``,
                ``store.damaged``, and what :func:`gis.stores.sqlite.connect` raises.
        """
        connection = sqlite.connect(
            path, readonly=readonly, spatial=True, admit=lambda opening: _refuse_others(opening, path)
        )
        return cls(connection, path, meta_from(connection.execute("SELECT key, value FROM store_meta").fetchall()))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _translated(self) -> AbstractContextManager[None]:
        return sqlite.translated(self._path)

    def _whole(self) -> AbstractContextManager[object]:
        return sqlite.transaction(self._connection)

    def _batches(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        cursor = self._connection.execute(statement)
        return iter(lambda: cursor.fetchmany(FETCH), [])


def _refuse_others(connection: sqlite.Connection, path: Path) -> None:
    if sqlite.marks_of(connection)[0] != APPLICATION_ID:
        raise GisError("store.not_a_store", path=str(path))
    version = int(connection.execute("SELECT value FROM store_meta WHERE key = 'schema'").fetchone()[0])
    if version > SCHEMA:
        raise GisError("store.newer_schema", path=str(path), schema=version, known=SCHEMA)
    if version < SCHEMA:
        raise GisError("store.older_schema", path=str(path), schema=version, known=SCHEMA)
