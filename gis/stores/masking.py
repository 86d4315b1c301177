"""A copy of a city's file for people who are to know only the customers of one area by name.

Mains, devices and customers all stay, with where they are, how many live there and who depends on water most: whatever
is worked out is what it would be at the centre. What tells who somebody is goes: names, addresses, phone and meter
numbers, and every text that the source brought along.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from gis.layers import ColumnKind
from gis.stores import sqlite
from gis.stores.feature_tables import original_of
from gis.stores.schema import GEOMETRY, quoted

_LAYER = "customer"
_NEEDED = frozenset(("id", "category", "pipe_id", "station_id"))
"""Texts without which a customer could not be counted where it hangs."""

WHO = ("name", "address", "phone")
"""What the city's own table says of who a customer is."""


def named_in(kinds: Mapping[str, ColumnKind]) -> list[str]:
    """Of the columns of the customers' layer (name and kind) those that tell who somebody is."""
    return [stored for stored, kind in kinds.items() if kind == "text" and stored not in _NEEDED]


def lies_in(path: Path, area: BaseGeometry) -> bool:
    """Whether a customer or a main of the city's file *path* lies in *area*, or meets it.

    Args:
        path: A ``network.sqlite``, which others may have open.
        area: Project CRS.

    Raises:
        GisError: What the store raises.
    """
    connection = sqlite.connect(path, readonly=True, spatial=True)
    try:
        with sqlite.translated(path):
            wkb = shapely.to_wkb(area, byte_order=1)
            srid = int(connection.execute("SELECT value FROM store_meta WHERE key = 'srid'").fetchone()[0])
            # Customers first: where there are any of them in the area, few rows are looked at.
            return any(
                connection.execute(
                    f"SELECT 1 FROM {layer} WHERE ST_Intersects({GEOMETRY}, GeomFromWKB(?, {srid})) LIMIT 1",  # noqa: S608 - our own names
                    (wkb,),
                ).fetchone()
                for layer in (_LAYER, "pipe")
            )
    finally:
        connection.close()


def mask_customers(path: Path, area: BaseGeometry) -> int:
    """Take from the file *path*, which nobody else has open, who the customers outside *area* are.

    Critical customers (hospitals, schools) keep their names: they are institutions, and are to be told.

    Args:
        path: A copy of ``network.sqlite``.
        area: Project CRS.

    Returns:
        How many customers lie outside.

    Raises:
        GisError: What the store raises.
    """
    connection = sqlite.connect(path, spatial=True)
    try:
        with sqlite.translated(path):
            connection.execute("PRAGMA secure_delete=ON")
            with sqlite.transaction(connection):
                outside = _masked(connection, area)
            # Neither free pages nor the log keep what was there.
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    return outside


def mark_masked(path: Path) -> None:
    """Have the file *path*, which nobody else has open, say that names of customers were left out of it."""
    connection = sqlite.connect(path, spatial=True)
    try:
        with sqlite.translated(path), sqlite.transaction(connection):
            connection.execute(_MARK)
    finally:
        connection.close()


_MARK = "INSERT OR REPLACE INTO store_meta (key, value) VALUES ('masked', '1')"


def _masked(connection: sqlite.Connection, area: BaseGeometry) -> int:
    lying = connection.execute("SELECT stored, kind FROM store_column WHERE layer = ?", (_LAYER,)).fetchall()
    texts = named_in(dict(lying))
    srid = int(connection.execute("SELECT value FROM store_meta WHERE key = 'srid'").fetchone()[0])
    connection.execute("CREATE TEMP TABLE outside (fid INTEGER PRIMARY KEY, named BOOLEAN)")
    connection.execute(
        f"INSERT INTO outside SELECT fid, coalesce(critical, 0) FROM {_LAYER} "  # noqa: S608 - our own names
        f"WHERE {GEOMETRY} IS NULL OR NOT ST_Intersects({GEOMETRY}, GeomFromWKB(?, {srid}))",
        (shapely.to_wkb(area, byte_order=1),),
    )
    # The watchers would put aside what is to go, and take it for an edit of somebody's.
    watching = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? AND sql LIKE '% UPDATE %'"
    watchers = connection.execute(watching, (_LAYER,)).fetchall()
    for name, _ in watchers:
        connection.execute(f"DROP TRIGGER {quoted(name)}")
    for table in (_LAYER, original_of(_LAYER)):
        _blank(connection, table, texts, "fid")
    _blank(connection, "net_customer", [*WHO], "feature")
    for _, statement in watchers:
        connection.execute(statement)
    connection.execute(_MARK)
    return int(connection.execute("SELECT count(*) FROM outside").fetchone()[0])


def _blank(connection: sqlite.Connection, table: str, texts: list[str], key: str) -> None:
    for text in texts:
        spared = "AND NOT named" if text == "name" else ""
        connection.execute(
            f"UPDATE {quoted(table)} SET {quoted(text)} = '' "  # noqa: S608 - names are quoted
            f"WHERE {quoted(text)} <> '' AND {key} IN (SELECT fid FROM outside WHERE 1 {spared})"
        )
