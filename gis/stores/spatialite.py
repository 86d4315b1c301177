"""A city in a SpatiaLite file that QGIS opens."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.editing.source import LayerSource, Touched
from gis.errors import GisError
from gis.faults import Action, Fault, FaultKind
from gis.layers import LAYERS, Layer, LayerSet
from gis.stores import schema, sqlite
from gis.stores.base import Applied, FeatureState, NodedCity, OutsideEdit, StoreMeta, ValveState
from gis.stores.city_tables import CITY_TABLES, city_rows, keepers, load_city, rows
from gis.stores.feature_tables import FeatureTables, keep_originals
from gis.stores.gather import Wanted, gather
from gis.stores.layer_tables import StoredLayer, describe, layer_from
from gis.stores.layer_tables import rows as layer_rows
from gis.stores.schema import FETCH, GEOMETRY, KEY, Table
from gis.stores.soundness import dangling
from gis.stores.version import SCHEMA
from gis.uncollected import uncollected
from network.assets import Condition, Position
from network.topology import City

APPLICATION_ID = 0x534C5543
"""Marks the file as ours ("SLUC")."""

_GEOGRAPHIC = 4326
_UNDEFINED_CARTESIAN = -1

_FAULTS = Table(
    "fault",
    {
        "kind": "text",
        "layer": "text",
        "feature": "text",
        "action": "text",
        "detail": "text",
        "x_m": "real",
        "y_m": "real",
    },
    "POINT",
)
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

# A valve's words as imported are put aside before the journal's are written over them for the first time.
_KEEP_RECORD = (
    "INSERT OR IGNORE INTO store_record (fid, position, condition) "
    'SELECT fid, "current", condition FROM valve WHERE id = ?'
)
_TELL = (
    'UPDATE valve SET "current" = coalesce(?, record.position), condition = coalesce(?, record.condition) '
    "FROM store_record AS record WHERE record.fid = valve.fid AND valve.id = ?"
)
_RETURN_TO_RECORD = (
    'UPDATE valve SET "current" = record.position, condition = record.condition '
    "FROM store_record AS record WHERE record.fid = valve.fid"
)


def write_city(path: Path, noded: NodedCity, revision: str) -> None:
    """Write a whole city as *path*, which must not exist: built beside its place, put on the disk, then renamed.

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
                _write(connection, noded, revision)
                sqlite.seal(connection, partial)
        finally:
            connection.close()
        partial.replace(path)
        sqlite.sync_folder(path.parent)
    finally:
        for leftover in path.parent.glob(partial.name + "*"):
            leftover.unlink()


def _write(connection: sqlite.Connection, noded: NodedCity, revision: str) -> None:
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
        lying = {name: describe(name, noded.layers.get(name)) for name in names}
        for name, layer in lying.items():
            _write_layer(connection, layer, noded.layers.get(name), srid)
        connection.execute("CREATE INDEX valve_by_id ON valve (id)")
        _write_faults(connection, noded.faults, srid)
        _write_net(connection, noded)
        for table in (*(layer.table for layer in lying.values()), _FAULTS):
            _register_geometry(connection, table, srid)
        # Last, so that they do not note our own rows.
        watchers = [statement for layer in lying.values() for statement in schema.edit_watchers(layer.table)]
        for name, layer in lying.items():
            watchers += keep_originals(layer.table, len(noded.layers.get(name)))
        for statement in (*watchers, *(statement for spec in CITY_TABLES for statement in keepers(spec))):
            connection.execute(statement)


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
    meta = {
        "schema": SCHEMA,
        "name": layers.name,
        "crs_epsg": layers.crs_epsg,
        "synthetic": int(layers.synthetic),
        "revision": revision,
        "srid": srid,
        **{f"imported.{name}": len(layer) for name, layer in layers.layers.items()},
    }
    values = [(key, str(value)) for key, value in meta.items()]
    connection.executemany("INSERT INTO store_meta (key, value) VALUES (?, ?)", values)


def _write_layer(connection: sqlite.Connection, lying: StoredLayer, layer: Layer, srid: int) -> None:
    table = lying.table
    connection.execute(schema.create(table))
    connection.executemany(
        "INSERT INTO store_column (layer, number, name, stored, kind, geometry) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (table.name, number, name, stored, table.columns[stored], table.geometry)
            for number, (name, stored) in enumerate(lying.stored.items())
        ],
    )
    statement = schema.insert(table, srid)
    for batch in layer_rows(lying, layer):
        connection.executemany(statement, batch)


def _write_faults(connection: sqlite.Connection, faults: tuple[Fault, ...], srid: int) -> None:
    connection.execute(schema.create(_FAULTS))
    values = []
    for number, fault in enumerate(faults, start=1):
        wkb = _place(fault.x_m, fault.y_m)
        detail = json.dumps(dict(fault.detail), ensure_ascii=False, sort_keys=True)
        words = (str(fault.kind), fault.layer, fault.feature, str(fault.action), detail)
        values.append((number, *words, fault.x_m, fault.y_m, wkb))
    connection.executemany(schema.insert(_FAULTS, srid), values)


def _place(x_m: float | None, y_m: float | None) -> bytes | None:
    if x_m is None or y_m is None or not (math.isfinite(x_m) and math.isfinite(y_m)):
        return None
    return shapely.to_wkb(shapely.Point(x_m, y_m), byte_order=1)


def _write_net(connection: sqlite.Connection, noded: NodedCity) -> None:
    city = noded.city
    tables = city_rows(city)
    for spec in CITY_TABLES:
        layers = {name: noded.layers.get(name) for name in spec.layers}
        connection.execute(schema.create(spec.table))
        for batch in rows(spec, tables[spec.name], layers, city.shapes):
            connection.executemany(schema.insert(spec.table, 0), batch)


def _register_geometry(connection: sqlite.Connection, table: Table, srid: int) -> None:
    """Make the column known and index it, after the rows are in: row by row the triggers would take far longer."""
    arguments = (table.name, GEOMETRY, srid, table.geometry, "XY")
    known = connection.execute("SELECT RecoverGeometryColumn(?, ?, ?, ?, ?)", arguments).fetchone()[0]
    indexed = connection.execute("SELECT CreateSpatialIndex(?, ?)", (table.name, GEOMETRY)).fetchone()[0]
    assert known == 1
    assert indexed == 1


class SpatialiteStore:
    """A city in a SpatiaLite file. Implements :class:`gis.stores.base.CityStore`."""

    def __init__(self, connection: sqlite.Connection, path: Path, meta: StoreMeta) -> None:
        self._connection = connection
        self._path = path
        self._meta = meta

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
        return cls(connection, path, _read_meta(connection))

    @property
    def meta(self) -> StoreMeta:
        """What the store says about itself."""
        return self._meta

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def city(self) -> City:
        """The city as it was noded.

        Raises:
            GisError: ``store.damaged`` where rows point at rows that are not there.
        """
        with sqlite.translated(self._path), uncollected():
            city = load_city(self._gather, self._keyed_layer)
        wrong = dangling(city)
        if wrong:
            raise GisError("store.damaged", path=str(self._path), reason=", ".join(wrong))
        return city

    def layers(self, names: Iterable[str] | None = None) -> LayerSet:
        """The layers as they were stored, with the journal's valve states; *names* takes only these."""
        with sqlite.translated(self._path):
            stored = [row[0] for row in self._connection.execute("SELECT DISTINCT layer FROM store_column")]
            wanted = [name for name in stored if names is None or name in set(names)]
            layers = {name: self._keyed_layer(name)[1] for name in wanted}
        meta = self._meta
        return LayerSet(meta.crs_epsg, layers, meta.name, meta.synthetic)

    def faults(self) -> tuple[Fault, ...]:
        """Faults found at import, in the order of the report."""
        with sqlite.translated(self._path):
            fetched = self._connection.execute(schema.select(_FAULTS, list(_FAULTS.columns))).fetchall()
        return tuple(
            Fault(FaultKind(kind), layer, feature, x_m, y_m, Action(action), json.loads(detail))
            for kind, layer, feature, action, detail, x_m, y_m in fetched
        )

    def applied(self) -> Applied:
        """How far the journal has been carried in."""
        with sqlite.translated(self._path):
            return Applied(dict(self._connection.execute("SELECT dev, dev_seq FROM store_applied").fetchall()))

    def apply(
        self,
        valves: Iterable[ValveState],
        applied: Applied,
        features: Iterable[FeatureState] = (),
        *,
        afresh: bool = False,
    ) -> None:
        """Put features, valve states and the mark in, together or none; *afresh* first returns all to the record."""
        changes = [(_word(Position, valve.position), _word(Condition, valve.condition), valve.id) for valve in valves]
        laid = list(features)
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            if not afresh and self._is_ahead(applied):
                return
            noted = connection.execute("SELECT coalesce(max(number), 0) FROM store_edit").fetchone()
            tables = self._tables()
            if afresh:
                connection.execute(_RETURN_TO_RECORD)
                tables.return_to_record()
            if laid:
                tables.prepare()
                tables.lay(laid)
            connection.executemany(_KEEP_RECORD, [(valve_id,) for *_, valve_id in changes])
            connection.executemany(_TELL, changes)
            # Our own writing is no edit from outside.
            connection.execute("DELETE FROM store_edit WHERE number > ?", noted)
            connection.execute("DELETE FROM store_applied")
            connection.executemany("INSERT INTO store_applied (dev, dev_seq) VALUES (?, ?)", list(applied.last.items()))

    def source(self) -> LayerSource:
        """The layers as they are now, piece by piece; valves bear the position and condition of the record."""
        return self._tables()

    def touched(self, ids: Mapping[str, Collection[str]]) -> Touched:
        """The features *ids* as they were imported, and as they are now."""
        with sqlite.translated(self._path):
            return self._tables().touched(ids)

    def _tables(self) -> FeatureTables:
        srid = self._connection.execute("SELECT value FROM store_meta WHERE key = 'srid'").fetchone()[0]
        return FeatureTables(self._connection, int(srid))

    def outside_edits(self) -> tuple[OutsideEdit, ...]:
        """What other programs changed since the import, each feature once for each kind of change, oldest first."""
        statement = "SELECT layer, id, what FROM store_edit GROUP BY layer, id, what ORDER BY min(number)"
        with sqlite.translated(self._path):
            return tuple(OutsideEdit(*row) for row in self._connection.execute(statement))

    def outside(self) -> Mapping[str, tuple[Layer, Layer]]:
        """By layer, what other programs changed since: those features as they were imported, and as they lie there."""
        with sqlite.translated(self._path):
            return self._tables().outside()

    def take_back_outside(self, features: Iterable[FeatureState], valves: Iterable[ValveState]) -> None:
        """Every feature that other programs changed as the record and the journal (*features*, *valves*) have it."""
        changes = [(_word(Position, valve.position), _word(Condition, valve.condition), valve.id) for valve in valves]
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            tables = self._tables()
            tables.take_back_outside()
            tables.lay(features)
            connection.executemany(_KEEP_RECORD, [(valve_id,) for *_, valve_id in changes])
            connection.executemany(_TELL, changes)
            connection.execute("DELETE FROM store_edit")

    def _is_ahead(self, applied: Applied) -> bool:
        """Whether another window has carried in more already."""
        stored = self._connection.execute("SELECT dev, dev_seq FROM store_applied").fetchall()
        return any(applied.last.get(dev, 0) < dev_seq for dev, dev_seq in stored)

    def _gather(self, table: Table, wanted: Mapping[str, Wanted]) -> dict[str, NDArray[Any]]:
        """Columns of *table* by name, in row order."""
        cursor = self._connection.execute(schema.select(table, list(wanted)))
        return gather(wanted, iter(lambda: cursor.fetchmany(FETCH), []))

    def _keyed_layer(self, name: str, columns: tuple[str, ...] | None = None) -> tuple[NDArray[np.int64], Layer]:
        """Keys and features of a layer, whole or with only some columns; geometry only where all or it is asked for."""
        lying = self._connection.execute(
            "SELECT name, stored, kind, geometry FROM store_column WHERE layer = ? ORDER BY number", (name,)
        ).fetchall()
        asked = {column: (stored, kind) for column, stored, kind, _ in lying if columns is None or column in columns}
        wanted: dict[str, Wanted] = {KEY: "integer", **dict(asked.values())}
        if columns is None or GEOMETRY in columns:
            wanted[GEOMETRY] = "raw"
        found = self._gather(Table(name, dict(asked.values()), lying[0][3]), wanted)
        filled = {column: found[stored] for column, (stored, _) in asked.items()}
        return found[KEY], layer_from(filled, found.get(GEOMETRY), len(found[KEY]))


def _refuse_others(connection: sqlite.Connection, path: Path) -> None:
    if sqlite.marks_of(connection)[0] != APPLICATION_ID:
        raise GisError("store.not_a_store", path=str(path))
    version = int(connection.execute("SELECT value FROM store_meta WHERE key = 'schema'").fetchone()[0])
    if version > SCHEMA:
        raise GisError("store.newer_schema", path=str(path), schema=version, known=SCHEMA)
    if version < SCHEMA:
        raise GisError("store.older_schema", path=str(path), schema=version, known=SCHEMA)


def _read_meta(connection: sqlite.Connection) -> StoreMeta:
    values: Mapping[str, str] = dict(connection.execute("SELECT key, value FROM store_meta").fetchall())
    return StoreMeta(
        values["name"], int(values["crs_epsg"]), values["synthetic"] == "1", values["revision"], int(values["schema"])
    )


def _word(enum: type[Position | Condition], value: Position | Condition | None) -> str | None:
    return None if value is None else enum(value).name.lower()
