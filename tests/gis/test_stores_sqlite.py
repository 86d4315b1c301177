"""Opening SQLite: what is refused, what lasts, and how errors of the world are told from our own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gis.errors import GisError
from gis.stores import sqlite

MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/export /mnt/share nfs4 rw 0 0
//office/data /mnt/my\\040office cifs rw 0 0
me@host:/ /home/me/far fuse.sshfs rw 0 0
/dev/vdb /mnt/share/local ext4 rw 0 0
/dev/vdc /over ext4 rw 0 0
server:/over /over nfs rw 0 0
short line
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mounts"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/city", "ext4"),
        ("/mnt/share/city", "nfs4"),
        ("/mnt/sharing/city", "ext4"),
        ("/mnt/my office/city", "cifs"),
        ("/home/me/far/away", "fuse.sshfs"),
        ("/mnt/share/local/city", "ext4"),
        ("/over/city", "nfs"),
        ("\\\\office\\data", "smbfs"),
    ],
)
def test_network_paths_are_refused(mounts: Path, path: str, kind: str) -> None:
    assert sqlite.file_system(Path(path), mounts) == kind
    if kind == "ext4":
        sqlite.refuse_network_path(Path(path), mounts)
    else:
        with pytest.raises(GisError, match="network_path") as caught:
            sqlite.refuse_network_path(Path(path), mounts)
        assert caught.value.detail == {"path": path, "file_system": kind}


def test_where_there_is_no_list_of_mounts(tmp_path: Path) -> None:
    assert sqlite.file_system(tmp_path, tmp_path / "none") == ""
    sqlite.refuse_network_path(tmp_path, tmp_path / "none")


def test_an_old_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert sqlite.version() >= sqlite.OLDEST_SQLITE
    monkeypatch.setattr(sqlite.dbapi2, "sqlite_version", "3.51.2")
    with pytest.raises(GisError, match="too_old") as caught:
        sqlite.connect(tmp_path / "new.sqlite", create=True)
    assert caught.value.detail == {"version": "3.51.2", "oldest": "3.51.3"}
    assert list(tmp_path.iterdir()) == []


def test_what_lands_lasts(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "a.sqlite", create=True)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000
    with sqlite.transaction(connection):
        connection.execute("CREATE TABLE one (x)")
    with pytest.raises(sqlite.Error, match="bindings"), sqlite.transaction(connection):
        connection.executemany("INSERT INTO one VALUES (?)", [(1,), (1, 2)])
    assert connection.execute("SELECT count(*) FROM one").fetchone()[0] == 0
    assert not connection.in_transaction
    connection.close()


def test_reading_sees_one_state(tmp_path: Path) -> None:
    one = sqlite.connect(tmp_path / "a.sqlite", create=True)
    one.execute("CREATE TABLE one (x)")
    two = sqlite.connect(tmp_path / "a.sqlite")
    with sqlite.reading(two):
        assert two.execute("SELECT count(*) FROM one").fetchone()[0] == 0
        one.execute("INSERT INTO one VALUES (1)")
        assert two.execute("SELECT count(*) FROM one").fetchone()[0] == 0
    assert two.execute("SELECT count(*) FROM one").fetchone()[0] == 1
    one.close()
    two.close()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(GisError, match="missing"):
        sqlite.connect(tmp_path / "a.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_use_is_said_to_be_busy(tmp_path: Path) -> None:
    one = sqlite.connect(tmp_path / "a.sqlite", create=True)
    one.execute("CREATE TABLE one (x)")
    two = sqlite.connect(tmp_path / "a.sqlite")
    two.execute("PRAGMA busy_timeout=1")
    with (
        sqlite.transaction(one),
        pytest.raises(GisError, match="busy"),
        sqlite.translated(tmp_path),
        sqlite.transaction(two),
    ):
        pytest.fail("two writers at once")
    one.close()
    two.close()


def test_reading_only_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    one = sqlite.connect(path, create=True)
    one.execute("CREATE TABLE one (x)")
    one.close()
    two = sqlite.connect(path, readonly=True)
    with pytest.raises(GisError, match="read_only"), sqlite.translated(path):
        two.execute("INSERT INTO one VALUES (1)")
    two.close()


def test_our_own_mistakes_stay_what_they_are(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "a.sqlite", create=True)
    with pytest.raises(sqlite.Error, match="syntax"), sqlite.translated(tmp_path):
        connection.execute("SELEKT 1")
    connection.close()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "a.sqlite", create=True)
    connection.execute("CREATE TABLE one (x)")
    connection.execute("PRAGMA max_page_count=3")
    with (
        pytest.raises(GisError, match="disk_full"),
        sqlite.translated(tmp_path),
        sqlite.transaction(connection),
    ):
        connection.execute("INSERT INTO one VALUES (zeroblob(100000))")
    assert connection.execute("SELECT count(*) FROM one").fetchone()[0] == 0
    connection.close()


def test_a_backup_of_a_live_file_is_whole(tmp_path: Path) -> None:
    path, copy = tmp_path / "a.sqlite", tmp_path / "copy.sqlite"
    connection = sqlite.connect(path, create=True)
    with sqlite.transaction(connection):
        connection.execute("CREATE TABLE one (x)")
        connection.executemany("INSERT INTO one VALUES (?)", [(number,) for number in range(5000)])
    shutil.copy(path, tmp_path / "torn.sqlite")
    assert (tmp_path / "a.sqlite-wal").stat().st_size > 0, "the rows are still in the log, which a copy would miss"
    sqlite.backup(connection, copy)
    with pytest.raises(GisError, match="exists"):
        sqlite.backup(connection, copy)
    connection.close()
    assert not list(tmp_path.glob("copy.sqlite?*"))
    back = sqlite.connect(copy, readonly=True)
    assert back.execute("SELECT count(*) FROM one").fetchone()[0] == 5000
    assert sqlite.integrity_faults(back) == []
    back.close()


def test_damage_inside_a_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    connection = sqlite.connect(path, create=True)
    with sqlite.transaction(connection):
        connection.execute("CREATE TABLE one (x TEXT)")
        connection.execute("CREATE INDEX one_x ON one (x)")
        connection.executemany("INSERT INTO one VALUES (?)", [(f"text {number}",) for number in range(2000)])
    sqlite.seal(connection, path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"text 1234")
    content[at : at + 9] = b"text 9999"
    path.write_bytes(content)
    harmed = sqlite.connect(path)
    assert sqlite.integrity_faults(harmed) != []
    harmed.close()


def test_spatialite_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite.connect(tmp_path / "a.sqlite", create=True, spatial=True)
    assert int(sqlite.spatialite_version(connection).split(".")[0]) >= 5
    with pytest.raises(sqlite.Error, match="not authorized"):
        connection.execute("SELECT load_extension('mod_spatialite')")
    connection.close()
    monkeypatch.setattr(sqlite, "_EXTENSION_NAMES", ("no_such_extension",))
    monkeypatch.delenv("SPATIALITE_LIBRARY_PATH", raising=False)
    with pytest.raises(GisError, match="no_spatialite"):
        sqlite.connect(tmp_path / "a.sqlite", spatial=True)


def test_views_and_triggers_of_a_file_call_nothing_that_acts(tmp_path: Path) -> None:
    """A workspace, a basemap or a history may come on a stick from anywhere."""
    path = tmp_path / "a.sqlite"
    connection = sqlite.connect(path, create=True)
    connection.execute("CREATE TABLE t (x)")
    connection.execute("CREATE VIEW v AS SELECT act(1)")
    connection.execute("CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT act(2); END")
    connection.close()
    acted: list[int] = []
    for readonly in (False, True):
        connection = sqlite.connect(path, readonly=readonly)
        connection.create_function("act", 1, acted.append)
        for statement in ("SELECT * FROM v", *([] if readonly else ["INSERT INTO t VALUES (1)"])):
            with pytest.raises(sqlite.Error, match="unsafe use"):
                connection.execute(statement)
        connection.execute("SELECT act(3)")
        connection.close()
    assert acted == [3, 3]
