"""What the doctor tries with SQLite, in a child process of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gis.errors import GisError
from gis.stores import sqlite
from network.child import run_in_child

_SECOND_TIMEOUT_S = 30.0
_LOCK_PROBE_BUSY_S = 0.1


def version() -> str:
    """SQLite's version; :class:`GisError` where it is too old to be trusted."""
    sqlite.refuse_old_sqlite()
    return ".".join(map(str, sqlite.version()))


def spatialite() -> str:
    """SpatiaLite's version; :class:`GisError` where it cannot be loaded."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite.connect(Path(folder) / "probe.sqlite", create=True, spatial=True)
        try:
            return sqlite.spatialite_version(connection)
        finally:
            connection.close()


def lock_holds(folder: str) -> bool:
    """Whether another process is kept from writing a database in *folder* while this one writes."""
    with tempfile.TemporaryDirectory(prefix=".sluice-doctor-", dir=folder) as place:
        path = Path(place) / "lock.sqlite"
        connection = sqlite.connect(path, create=True)
        try:
            with sqlite.transaction(connection) as writing:
                writing.execute("CREATE TABLE held (x)")
                return not run_in_child(_SECOND_TIMEOUT_S, "app.doctor.probe_sqlite:can_write", str(path))
        finally:
            connection.close()


def can_write(path: str) -> bool:
    """Whether this process gets the write lock of the database at *path* at once."""
    connection = sqlite.connect(Path(path))
    try:
        connection.execute(f"PRAGMA busy_timeout={int(_LOCK_PROBE_BUSY_S * 1000)}")
        with sqlite.translated(Path(path)), sqlite.transaction(connection):
            return True
    except GisError as refused:
        if refused.code == "store.busy":
            return False
        raise
    finally:
        connection.close()
