"""Which city a network file holds, without opening it as a store: apart, for it loads no geometry library."""

from __future__ import annotations

from pathlib import Path

from gis.errors import GisError
from gis.stores import sqlite


def stored_revision(path: Path) -> str:
    """The revision of the import in *path*, which is read and not changed.

    Raises:
        GisError: ``store.missing``, ``store.not_a_store``, and what :func:`gis.stores.sqlite.connect` raises.
    """
    connection = sqlite.connect(path, readonly=True)
    try:
        with sqlite.translated(path):
            known = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'store_meta'").fetchone()[0]
            row = (
                connection.execute("SELECT value FROM store_meta WHERE key = 'revision'").fetchone() if known else None
            )
    finally:
        connection.close()
    if row is None:
        raise GisError("store.not_a_store", path=str(path))
    return str(row[0])
