"""What a city's store in SpatiaLite and one in PostGIS have in common: the same tables, read and written alike.

Statements are written once, in the words of SQLite; a store that lies elsewhere says them in its own words
(:class:`gis.stores.schema.Speaks`).
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

import numpy as np
import shapely

from gis.editing.source import LayerSource, Touched
from gis.errors import GisError
from gis.faults import Action, Fault, FaultKind
from gis.layers import ColumnKind, Layer, LayerSet
from gis.stores import schema
from gis.stores.base import Applied, FeatureState, OutsideEdit, StoreMeta, ValveState
from gis.stores.city_reading import load_city
from gis.stores.feature_tables import FeatureTables
from gis.stores.gather import Wanted, gather
from gis.stores.layer_tables import StoredLayer, layer_from
from gis.stores.schema import GEOMETRY, KEY, Speaks, Table
from gis.stores.soundness import dangling
from gis.stores.version import SCHEMA
from gis.uncollected import uncollected
from network.assets import Condition, Position
from network.topology import City

FAULTS = Table(
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
"""What noding found wrong."""

_BATCHES_A_PART = 5
"""Of :data:`gis.stores.schema.FETCH` rows."""

# A valve's words as imported are put aside before the journal's are written over them for the first time.
_KEEP_RECORD = (
    "INSERT INTO store_record (fid, position, condition) "
    'SELECT fid, "current", condition FROM valve WHERE id = ? ON CONFLICT DO NOTHING'
)
_TELL = (
    'UPDATE valve SET "current" = coalesce(?, record.position), condition = coalesce(?, record.condition) '
    "FROM store_record AS record WHERE record.fid = valve.fid AND valve.id = ?"
)
_RETURN_TO_RECORD = (
    'UPDATE valve SET "current" = record.position, condition = record.condition '
    "FROM store_record AS record WHERE record.fid = valve.fid"
)


class SqlStore(ABC):
    """A city in a database. With what it leaves open it implements :class:`gis.stores.base.CityStore`."""

    def __init__(self, connection: Speaks, place: str, meta: StoreMeta) -> None:
        self._said = connection
        self._place = place
        self._meta = meta

    @property
    def meta(self) -> StoreMeta:
        """What the store says about itself."""
        return self._meta

    @abstractmethod
    def close(self) -> None:
        """Let go of the file or server."""

    @abstractmethod
    def _translated(self) -> AbstractContextManager[None]:
        """Turns the driver's errors into ours."""

    @abstractmethod
    def _whole(self) -> AbstractContextManager[object]:
        """Everything written inside lands together or not at all."""

    @abstractmethod
    def _batches(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of *statement*, some thousands at a time."""

    def _features(self, srid: int) -> FeatureTables:
        return FeatureTables(self._said, srid)

    def city(self) -> City:
        """The city as it was noded.

        Raises:
            GisError: ``store.damaged`` where rows point at rows that are not there.
        """
        with self._translated(), uncollected():
            city = load_city(self._gather, self._columns_of)
        wrong = dangling(city)
        if wrong:
            raise GisError("store.damaged", path=self._place, reason=", ".join(wrong))
        return city

    def layers(self, names: Iterable[str] | None = None) -> LayerSet:
        """The layers as they were stored, with the journal's valve states; *names* takes only these."""
        with self._translated():
            layers = {name: self._whole_layer(name) for name in self._names(names)}
        meta = self._meta
        return LayerSet(meta.crs_epsg, layers, meta.name, meta.synthetic)

    def layer_parts(self, name: str, columns: Collection[str], *, drawn: bool = True) -> Iterator[Layer]:
        """A layer some ten thousand features at a time, in row order, with those of *columns* that it has."""
        if not self._names((name,)):
            return
        with self._translated():
            lying = [one for one in self._lying(name) if one[0] in columns]
            wanted: dict[str, Wanted] = {KEY: "integer", **{stored: kind for _, stored, kind, _ in lying}}
            wanted |= {GEOMETRY: "raw"} if drawn else {}
            batches = self._batches(schema.select(Table(name, {}, "GEOMETRY"), list(wanted)))
            while some := list(islice(batches, _BATCHES_A_PART)):
                found = gather(wanted, some)
                geometry = found.get(GEOMETRY, np.full(len(found[KEY]), None))
                yield layer_from({column: found[stored] for column, stored, _, _ in lying}, geometry)

    def _names(self, names: Iterable[str] | None) -> list[str]:
        stored = [row[0] for row in self._said.execute("SELECT DISTINCT layer FROM store_column ORDER BY layer")]
        return [name for name in stored if names is None or name in set(names)]

    def faults(self) -> tuple[Fault, ...]:
        """Faults found at import, in the order of the report."""
        with self._translated():
            fetched = self._said.execute(schema.select(FAULTS, list(FAULTS.columns))).fetchall()
        return tuple(
            Fault(FaultKind(kind), layer, feature, x_m, y_m, Action(action), json.loads(detail))
            for kind, layer, feature, action, detail, x_m, y_m in fetched
        )

    def applied(self) -> Applied:
        """How far the journal has been carried in."""
        with self._translated():
            return Applied(dict(self._said.execute("SELECT dev, dev_seq FROM store_applied").fetchall()))

    def apply(
        self,
        valves: Iterable[ValveState],
        applied: Applied,
        features: Iterable[FeatureState] = (),
        *,
        afresh: bool = False,
    ) -> None:
        """Put features, valve states and the mark in, together or none; *afresh* first returns all to the record."""
        changes = _changes(valves)
        laid = list(features)
        with self._translated(), self._whole():
            if not afresh and self._is_ahead(applied):
                return
            noted = self._said.execute("SELECT coalesce(max(number), 0) FROM store_edit").fetchone()
            tables = self._tables()
            if afresh:
                self._said.execute(_RETURN_TO_RECORD)
                tables.return_to_record()
            if laid:
                tables.prepare()
                tables.lay(laid)
            self._tell(changes)
            # Our own writing is no edit from outside.
            self._said.execute("DELETE FROM store_edit WHERE number > ?", noted)
            self._said.execute("DELETE FROM store_applied")
            for mark in applied.last.items():
                self._said.execute("INSERT INTO store_applied (dev, dev_seq) VALUES (?, ?)", mark)

    def _tell(self, changes: list[tuple[str | None, str | None, str]]) -> None:
        for position, condition, valve_id in changes:
            self._said.execute(_KEEP_RECORD, (valve_id,))
            self._said.execute(_TELL, (position, condition, valve_id))

    def source(self) -> LayerSource:
        """The layers as they are now, piece by piece; valves bear the position and condition of the record."""
        return self._tables()

    def touched(self, ids: Mapping[str, Collection[str]]) -> Touched:
        """The features *ids* as they were imported, and as they are now."""
        with self._translated():
            return self._tables().touched(ids)

    def _tables(self) -> FeatureTables:
        srid = self._said.execute("SELECT value FROM store_meta WHERE key = 'srid'").fetchone()[0]
        return self._features(int(srid))

    def outside_edits(self) -> tuple[OutsideEdit, ...]:
        """What other programs changed since the import, each feature once for each kind of change, oldest first."""
        statement = "SELECT layer, id, what FROM store_edit GROUP BY layer, id, what ORDER BY min(number)"
        with self._translated():
            return tuple(OutsideEdit(*row) for row in self._said.execute(statement))

    def outside(self) -> Mapping[str, tuple[Layer, Layer]]:
        """By layer, what other programs changed since: those features as they were imported, and as they lie there."""
        with self._translated():
            return self._tables().outside()

    def take_back_outside(self, features: Iterable[FeatureState], valves: Iterable[ValveState]) -> None:
        """Every feature that other programs changed as the record and the journal (*features*, *valves*) have it."""
        changes = _changes(valves)
        with self._translated(), self._whole():
            tables = self._tables()
            tables.take_back_outside()
            tables.lay(features)
            self._tell(changes)
            self._said.execute("DELETE FROM store_edit")

    def _is_ahead(self, applied: Applied) -> bool:
        """Whether another window has carried in more already."""
        stored = self._said.execute("SELECT dev, dev_seq FROM store_applied").fetchall()
        return any(applied.last.get(dev, 0) < dev_seq for dev, dev_seq in stored)

    def _gather(self, table: Table, wanted: Mapping[str, Wanted]) -> dict[str, Any]:
        """Columns of *table* by name, in row order."""
        return gather(wanted, self._batches(schema.select(table, list(wanted))))

    def _lying(self, layer: str) -> list[tuple[str, str, ColumnKind, str]]:
        """How *layer* lies: name, stored name and kind of each column, and the kind of geometry."""
        statement = "SELECT name, stored, kind, geometry FROM store_column WHERE layer = ? ORDER BY number"
        found: list[tuple[str, str, ColumnKind, str]] = self._said.execute(statement, (layer,)).fetchall()
        return found

    def _columns_of(self, layer: str, asked: Mapping[str, Wanted]) -> dict[str, Any]:
        """Those of the columns asked for that *layer* has, by their own names, and the keys of its features."""
        lying = self._lying(layer)
        stored = {KEY: KEY, **{column: name for column, name, _, _ in lying if column in asked}}
        if GEOMETRY in asked:
            stored[GEOMETRY] = GEOMETRY
        wanted: dict[str, Wanted] = {name: asked.get(column, "integer") for column, name in stored.items()}
        found = self._gather(Table(layer, {}, lying[0][3]), wanted)
        return {column: found[name] for column, name in stored.items()}

    def _whole_layer(self, name: str, table: str = "") -> Layer:
        """Every feature of a layer; *table* takes the rows from another one that is like the layer's."""
        lying = self._lying(name)
        wanted: dict[str, Wanted] = {**{stored: kind for _, stored, kind, _ in lying}, GEOMETRY: "raw"}
        found = self._gather(Table(table or name, {}, lying[0][3]), wanted)
        return layer_from({column: found[stored] for column, stored, _, _ in lying}, found[GEOMETRY])


def meta_rows(layers: LayerSet, revision: str, srid: int) -> list[tuple[str, str]]:
    """What a new store says about itself, as rows of ``store_meta``."""
    meta = {
        "schema": SCHEMA,
        "name": layers.name,
        "crs_epsg": layers.crs_epsg,
        "synthetic": int(layers.synthetic),
        "revision": revision,
        "srid": srid,
        **{f"imported.{name}": count for name, count in layers.counts().items()},
    }
    return [(key, str(value)) for key, value in meta.items()]


def meta_from(rows: Iterable[tuple[str, str]]) -> StoreMeta:
    """What a store says about itself, from its rows of ``store_meta``."""
    said = dict(rows)
    is_made, masked = said["synthetic"] == "1", said.get("masked") == "1"
    return StoreMeta(said["name"], int(said["crs_epsg"]), is_made, said["revision"], int(said["schema"]), masked)


def column_rows(lying: StoredLayer) -> list[tuple[str, int, str, str, str, str]]:
    """How a layer lies, as rows of ``store_column``."""
    table = lying.table
    return [
        (table.name, number, name, stored, table.columns[stored], table.geometry)
        for number, (name, stored) in enumerate(lying.stored.items())
    ]


def fault_rows(faults: Iterable[Fault]) -> list[tuple[Any, ...]]:
    """Faults in their order, as rows of :data:`FAULTS`."""
    rows = []
    for number, fault in enumerate(faults, start=1):
        detail = json.dumps(dict(fault.detail), ensure_ascii=False, sort_keys=True)
        words = (str(fault.kind), fault.layer, fault.feature, str(fault.action), detail)
        rows.append((number, *words, fault.x_m, fault.y_m, _wkb_at(fault.x_m, fault.y_m)))
    return rows


def _wkb_at(x_m: float | None, y_m: float | None) -> bytes | None:
    if x_m is None or y_m is None or not (math.isfinite(x_m) and math.isfinite(y_m)):
        return None
    return shapely.to_wkb(shapely.Point(x_m, y_m), byte_order=1)


def _changes(valves: Iterable[ValveState]) -> list[tuple[str | None, str | None, str]]:
    return [(_word(Position, valve.position), _word(Condition, valve.condition), valve.id) for valve in valves]


def _word(enum: type[Position | Condition], value: Position | Condition | None) -> str | None:
    return None if value is None else enum(value).name.lower()
