"""Features of a store under edits: what was imported is kept, what the journal says is laid over it.

The first change of an imported feature, by whomever, puts its row aside (``store_original_LAYER``, by triggers).
Imported features keep their ``fid`` for ever, those added later have higher ones: so rows keep their order, and a
feature that was deleted comes back where it stood.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from gis.editing.changes import PLACE_COLUMNS, Value
from gis.editing.source import ROW, Touched
from gis.editing.surroundings import LOOKED_UP
from gis.layers import ColumnKind, Layer
from gis.stores.base import FeatureState
from gis.stores.gather import gather
from gis.stores.layer_tables import layer_from
from gis.stores.schema import FETCH, GEOMETRY, KEY, SQL_TYPES, Speaks, Table, quoted
from network.columns import Float64

_AT_ONCE = 500
"""Values looked for by one statement."""


def original_of(layer: str) -> str:
    """Table that keeps the imported rows of *layer* which have been changed since."""
    return f"store_original_{layer}"


def keep_originals(table: Table, imported: int) -> list[str]:
    """Statements that make the table of originals for *table*, of whose rows the first *imported* were imported."""
    kept = quoted(original_of(table.name))
    columns = [f"{quoted(KEY)} INTEGER PRIMARY KEY"]
    columns += [f"{quoted(name)} {SQL_TYPES[kind]}" for name, kind in table.columns.items()]
    columns.append(f"{quoted(GEOMETRY)} BLOB")
    names = [KEY, *table.columns, GEOMETRY]
    listed, old = ", ".join(map(quoted, names)), ", ".join(f"OLD.{quoted(name)}" for name in names)
    statements = [f"CREATE TABLE {kept} ({', '.join(columns)})"]
    for what in ("UPDATE", "DELETE"):
        name = quoted(f"{table.name}_{what.lower()}_original")
        keep = f"INSERT OR IGNORE INTO {kept} ({listed}) VALUES ({old})"  # noqa: S608 - names are quoted
        when = f"BEFORE {what} ON {quoted(table.name)} WHEN OLD.{quoted(KEY)} <= {int(imported)}"
        statements.append(f"CREATE TRIGGER {name} {when} BEGIN {keep}; END")
    return statements


class FeatureTables:
    """The layers' tables of an open store. Implements :class:`gis.editing.source.LayerSource`."""

    def __init__(self, connection: Speaks, srid: int) -> None:
        self._connection = connection
        self._srid = srid
        self._tables = {name: self._described(name) for name in self._stored_layers()}

    def _stored_layers(self) -> list[str]:
        return [row[0] for row in self._connection.execute("SELECT DISTINCT layer FROM store_column")]

    def _described(self, name: str) -> tuple[dict[str, str], Table]:
        """How *name* lies: the stored name of each of its columns, and its table."""
        lying = self._connection.execute(
            "SELECT name, stored, kind, geometry FROM store_column WHERE layer = ? ORDER BY number", (name,)
        ).fetchall()
        kinds: dict[str, ColumnKind] = {stored: kind for _, stored, kind, _ in lying}
        return {column: stored for column, stored, _, _ in lying}, Table(name, kinds, lying[0][3])

    # Reading

    def within(self, layer: str, boxes_m: Float64) -> Layer:
        """Features whose bounds meet one of *boxes_m*."""
        found: set[int] = set()
        if layer in self._tables:
            for box in boxes_m.tolist():
                found.update(self._meeting(layer, box))
        return self._features(layer, KEY, sorted(found))

    def _meeting(self, layer: str, box_m: list[float]) -> list[int]:
        """Keys of the features whose bounds meet the box."""
        west, south, east, north = box_m
        index = quoted(f"idx_{layer}_{GEOMETRY}")
        statement = f"SELECT pkid FROM {index} WHERE xmin <= ? AND xmax >= ? AND ymin <= ? AND ymax >= ?"  # noqa: S608
        return [row[0] for row in self._connection.execute(statement, (east, west, north, south))]

    def having(self, layer: str, column: str, values: Collection[str]) -> Layer:
        """Features whose text *column* holds one of *values*."""
        wanted = sorted(set(values) - {""})
        stored = self._tables[layer][0].get(column) if layer in self._tables else None
        return self._features(layer, stored or KEY, wanted if stored else [])

    def whole(self, layer: str) -> Layer:
        """Every feature."""
        rows = self._connection.execute(f"SELECT {quoted(KEY)} FROM {quoted(layer)}").fetchall()  # noqa: S608
        return self._features(layer, KEY, [row[0] for row in rows])

    def touched(self, ids: Mapping[str, Collection[str]]) -> Touched:
        """The features *ids* as they were imported, and as they are now."""
        now = {name: self.having(name, "id", some) for name, some in ids.items() if name in self._tables}
        before = {name: self._imported(name, set(some)) for name, some in ids.items() if name in self._tables}
        return Touched(before, now)

    def outside(self) -> dict[str, tuple[Layer, Layer]]:
        """By layer, what other programs changed: the imported rows of it, and the rows as they lie there now."""
        noted: dict[str, set[int]] = {}
        for layer, fid in self._connection.execute("SELECT DISTINCT layer, feature FROM store_edit"):
            noted.setdefault(layer, set()).add(fid)
        found = {}
        for layer, fids in noted.items():
            imported = sorted(fid for fid in fids if fid <= self._imported_rows(layer))
            now = self._features(layer, KEY, sorted(fids), layer)
            found[layer] = (self._features(layer, KEY, imported, original_of(layer)), now)
        return found

    def take_back_outside(self) -> None:
        """Every feature that other programs changed as it was imported; those that they added are gone."""
        for layer, (imported, now) in self.outside().items():
            for fid in now.columns[ROW].tolist():
                self._connection.execute(f"DELETE FROM {quoted(layer)} WHERE {quoted(KEY)} = ?", (fid,))  # noqa: S608
            for fid in imported.columns[ROW].tolist():
                self._bring_back(layer, f"{quoted(KEY)} = ?", (fid,))

    def _imported(self, name: str, ids: set[str]) -> Layer:
        changed = self._features(name, "id", sorted(ids), original_of(name))
        same = self.having(name, "id", ids - set(changed.columns["id"].tolist()))
        imported = same.columns[ROW] <= self._imported_rows(name)
        kept = Layer(same.geometry[imported], {column: v[imported] for column, v in same.columns.items()})
        parts = (kept, changed)
        order = np.argsort(np.concatenate([part.columns[ROW] for part in parts]), kind="stable")
        columns = {key: np.concatenate([part.columns[key] for part in parts])[order] for key in kept.columns}
        return Layer(np.concatenate([part.geometry for part in parts])[order], columns)

    def _imported_rows(self, name: str) -> int:
        key = f"imported.{name}"
        row = self._connection.execute("SELECT value FROM store_meta WHERE key = ?", (key,)).fetchone()
        return 0 if row is None else int(row[0])

    def _features(self, layer: str, column: str, values: list[Any], table: str = "") -> Layer:
        """Features of *layer* whose *column* (as stored) is one of *values*, in row order."""
        if layer not in self._tables:
            blank = np.empty(0, dtype=object)
            return Layer(blank, {"id": blank, ROW: np.empty(0, dtype=np.int64)})
        names, described = self._tables[layer]
        found = gather(self._wanted(described), self._batches(table or layer, described, column, values))
        order = np.argsort(found[KEY], kind="stable")
        columns = {name: found[stored][order] for name, stored in names.items()} | {ROW: found[KEY][order]}
        if layer == "valve" and not table:
            self._as_recorded(columns)
        return layer_from(columns, found[GEOMETRY][order])

    def _wanted(self, table: Table) -> dict[str, Any]:
        return {KEY: "integer", **table.columns, GEOMETRY: "raw"}

    def _batches(self, name: str, table: Table, column: str, values: list[Any]) -> Iterator[list[tuple[Any, ...]]]:
        listed = ", ".join(map(quoted, [KEY, *table.columns]))
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            cursor = self._connection.execute(
                f"SELECT {listed}, AsBinary({quoted(GEOMETRY)}) FROM {quoted(name)} "  # noqa: S608
                f"WHERE {quoted(column)} IN ({marks})",
                some,
            )
            while batch := cursor.fetchmany(FETCH):
                yield batch

    def _as_recorded(self, columns: dict[str, Any]) -> None:
        """Valves' words as recorded, where the journal's stand over them."""
        rows = self._connection.execute("SELECT fid, position, condition FROM store_record").fetchall()
        if not rows:
            return
        place = {fid: at for at, fid in enumerate(columns[ROW].tolist())}
        for fid, position, condition in rows:
            if fid in place:
                columns["current"][place[fid]] = position or ""
                columns["condition"][place[fid]] = condition or ""

    # Writing: inside a transaction of the caller's

    def prepare(self) -> None:
        """Make the indexes by which editing looks features up; they cost an import time and most cities no edit."""
        for layer in self._tables:
            if "id" in self._tables[layer][1].columns:
                self._index(layer, "id")
        for layer, column in LOOKED_UP:
            if layer in self._tables:
                self._index(layer, column)

    def _index(self, layer: str, column: str) -> None:
        name, stored = quoted(f"edit_{layer}_{column}"), quoted(column)
        self._connection.execute(
            f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(layer)} ({stored}) WHERE {stored} IS NOT NULL"
        )

    def return_to_record(self) -> None:
        """Every layer as it was imported."""
        for layer in self._tables:
            kept, table = quoted(original_of(layer)), quoted(layer)
            self._connection.execute(f"DELETE FROM {table} WHERE {quoted(KEY)} > ?", (self._imported_rows(layer),))  # noqa: S608
            columns = [*self._tables[layer][1].columns, GEOMETRY]
            same = ", ".join(f"{quoted(name)} = was.{quoted(name)}" for name in columns)
            self._connection.execute(
                f"UPDATE {table} SET {same} FROM {kept} AS was WHERE was.{quoted(KEY)} = {table}.{quoted(KEY)}"  # noqa: S608
            )
            self._bring_back(layer, f"{quoted(KEY)} NOT IN (SELECT {quoted(KEY)} FROM {table})", ())  # noqa: S608

    def lay(self, states: Iterable[FeatureState]) -> None:
        """Lay *states* over the record."""
        for state in states:
            if state.layer in self._tables:
                self._lay(state)

    def _lay(self, state: FeatureState) -> None:
        table = quoted(state.layer)
        row = self._connection.execute(f"SELECT {quoted(KEY)} FROM {table} WHERE id = ?", (state.id,)).fetchone()  # noqa: S608
        if state.there is False:
            self._remove(state.layer, None if row is None else int(row[0]))
            return
        if row is None:
            self._bring_back(state.layer, "id = ?", (state.id,))
            row = self._connection.execute(f"SELECT {quoted(KEY)} FROM {table} WHERE id = ?", (state.id,)).fetchone()  # noqa: S608
        if row is None:
            if not state.there or state.place is None:
                return
            statement = f"INSERT INTO {table} (id) VALUES (?) RETURNING {quoted(KEY)}"  # noqa: S608
            row = self._connection.execute(statement, (state.id,)).fetchone()
        self._update(state, int(row[0]))

    def _remove(self, layer: str, fid: int | None) -> None:
        if fid is None:
            return
        self._connection.execute(f"DELETE FROM {quoted(layer)} WHERE {quoted(KEY)} = ?", (fid,))  # noqa: S608
        if layer == "valve":
            self._connection.execute("DELETE FROM store_record WHERE fid = ?", (fid,))

    def _bring_back(self, layer: str, where: str, values: tuple[Any, ...]) -> None:
        listed = ", ".join(map(quoted, [KEY, *self._tables[layer][1].columns, GEOMETRY]))
        self._connection.execute(
            f"INSERT INTO {quoted(layer)} ({listed}) SELECT {listed} FROM {quoted(original_of(layer))} WHERE {where}",  # noqa: S608
            values,
        )

    def _update(self, state: FeatureState, fid: int) -> None:
        names, table = self._tables[state.layer]
        said: dict[str, Value] = {names[name]: value for name, value in state.fields.items() if name in names}
        if state.place is not None and state.layer == "pipe":
            ends = (state.place.from_node, state.place.to_node)
            said |= {names[column]: end for column, end in zip(PLACE_COLUMNS, ends, strict=True)}
        parts = [f"{quoted(stored)} = ?" for stored in said]
        values: list[Any] = [_as_sql(table.columns[stored], value) for stored, value in said.items()]
        if state.place is not None:
            parts.append(f"{quoted(GEOMETRY)} = GeomFromWKB(?, {int(self._srid)})")
            values.append(shapely.to_wkb(state.place.geometry, byte_order=1))
        if parts:
            statement = f"UPDATE {quoted(state.layer)} SET {', '.join(parts)} WHERE {quoted(KEY)} = ?"  # noqa: S608
            self._connection.execute(statement, (*values, fid))


def _as_sql(kind: ColumnKind, value: Value) -> Any:
    """A value for the driver: nothing recorded becomes NULL."""
    if value is None or (kind in ("text", "integer") and not value):
        return None
    return {"text": str, "real": float, "integer": int, "flag": bool}[kind](value)
