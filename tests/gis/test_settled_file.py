"""A file that is to be moved holds everything itself, or it is said that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis.errors import GisError
from gis.stores import sqlite


def test_everything_is_in_the_file_unless_somebody_still_reads_the_log_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite"
    writer = sqlite.connect(path, create=True)
    writer.execute("CREATE TABLE t (x INTEGER)")
    reader = sqlite.connect(path)
    with sqlite.reading(reader):
        reader.execute("SELECT * FROM t").fetchall()
        writer.execute("INSERT INTO t VALUES (1)")
        writer.execute("PRAGMA busy_timeout=0")
        with pytest.raises(GisError, match="busy"):
            sqlite.settle(writer, path)
    sqlite.settle(writer, path)
    assert path.with_name("file.sqlite-wal").stat().st_size == 0
    alone = tmp_path / "alone.sqlite"
    alone.write_bytes(path.read_bytes())
    copy = sqlite.connect(alone)
    assert copy.execute("SELECT x FROM t").fetchall() == [(1,)]
    for connection in (writer, reader, copy):
        connection.close()
