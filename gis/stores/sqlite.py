"""The one owner of the SQLite driver: connections, transactions, backups, and what to refuse.

The driver is ``pysqlite3``, which brings its own SQLite: the interpreter's build may not load extensions, and SQLite
before 3.51.3 can corrupt a file in WAL mode when its log is reset.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2

from gis.durable import sync_file, sync_folder
from gis.errors import GisError

if sys.platform != "win32":
    import fcntl

Connection = dbapi2.Connection
Error = dbapi2.Error

OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_S = 10.0
MOUNTS = Path("/proc/mounts")
_OPEN_LOCK_BYTE = 128
"""In the file beside a database in WAL mode: locked, shared, by everybody who has it open (SQLite's wal.c)."""

_FROM_UNIX = (
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "coda",
    "dfs",
    "glusterfs",
    "gpfs",
    "lustre",
    "nfs",
    "nfs4",
    "ocfs2",
    "pvfs2",
)
_FROM_OFFICE = ("afp", "cifs", "davfs", "ncp", "ncpfs", "smb2", "smb3", "smbfs", "sshfs", "webdavfs")
_THROUGH_FUSE = ("ceph", "davfs2", "gcsfuse", "glusterfs", "rclone", "s3fs", "sshfs")
_NETWORK_FILE_SYSTEMS = frozenset((*_FROM_UNIX, *_FROM_OFFICE, *(f"fuse.{name}" for name in _THROUGH_FUSE)))
_EXTENSION_NAMES = ("mod_spatialite", "mod_spatialite.so", "mod_spatialite.so.8", "mod_spatialite.so.7")


def version() -> tuple[int, ...]:
    """Version of SQLite that the driver brings."""
    return tuple(int(part) for part in dbapi2.sqlite_version.split("."))


def refuse_old_sqlite() -> None:
    """Raise :class:`GisError` ``store.sqlite_too_old`` where SQLite's WAL could corrupt a file."""
    if version() < OLDEST_SQLITE:
        oldest = ".".join(str(part) for part in OLDEST_SQLITE)
        raise GisError("store.sqlite_too_old", version=dbapi2.sqlite_version, oldest=oldest)


def file_system(path: Path, mounts: Path = MOUNTS) -> str:
    """Type of the file system that holds *path* (which need not exist yet); "" where it cannot be told."""
    if str(path).startswith(("\\\\", "//")):
        return "smbfs"
    if not mounts.is_file():
        return ""
    # Compared as text: this is asked at every opening, and a machine may have dozens of mounts.
    wanted = f"{path.absolute().resolve()}/"
    best, kind = -1, ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\").rstrip("/") + "/"
        # Of two mounts on one place the later one covers the earlier.
        if wanted.startswith(point) and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind


def refuse_network_path(path: Path, mounts: Path = MOUNTS) -> None:
    """Raise :class:`GisError` ``store.network_path``: file locks and WAL need a local disk."""
    kind = file_system(path, mounts)
    if kind in _NETWORK_FILE_SYSTEMS:
        raise GisError("store.network_path", path=str(path), file_system=kind)


def connect(
    path: Path,
    *,
    create: bool = False,
    readonly: bool = False,
    spatial: bool = False,
    any_thread: bool = False,
    admit: Callable[[Connection], None] | None = None,
) -> Connection:
    """Open a database: WAL, synchronous=FULL, busy timeout, no implicit transactions (see :func:`transaction`).

    Args:
        path: The file, on a local disk.
        create: Make the file if it is not there.
        readonly: Open without the right to change anything.
        spatial: Load SpatiaLite.
        any_thread: Let threads other than this one use it; the caller sees to it that they take turns.
        admit: Looks at the file and raises if it is not what is expected, before anything in it is changed (going to
            WAL writes into the file).

    Raises:
        GisError: ``store.sqlite_too_old``, ``store.network_path``, ``store.missing``, ``store.no_spatialite``, or
            what :func:`translated` makes of the driver's own errors.
    """
    refuse_old_sqlite()
    refuse_network_path(path)
    if not create and not path.is_file():
        raise GisError("store.missing", path=str(path))
    mode = "ro" if readonly else ("rwc" if create else "rw")
    with translated(path):
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            uri=True,
            check_same_thread=not any_thread,
        )
        try:
            if spatial:
                load_spatialite(connection)
            else:
                # Files get about on sticks: a view or trigger in one calls nothing that acts. SpatiaLite's need to.
                connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if admit is not None:
                admit(connection)
            if not readonly:
                connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
        except BaseException:
            connection.close()
            raise
    return connection


def load_spatialite(connection: Connection) -> None:
    """Load the extension; :class:`GisError` ``store.no_spatialite`` where it is not installed."""
    named = os.environ.get("SPATIALITE_LIBRARY_PATH", "")
    connection.enable_load_extension(True)
    try:
        if not any(_loads(connection, name) for name in (named, *_EXTENSION_NAMES) if name):
            raise GisError("store.no_spatialite")
    finally:
        connection.enable_load_extension(False)


def _loads(connection: Connection, extension: str) -> bool:
    try:
        connection.load_extension(extension)
    except dbapi2.OperationalError:
        return False
    return True


def spatialite_version(connection: Connection) -> str:
    """Version of the loaded extension."""
    return str(connection.execute("SELECT spatialite_version()").fetchone()[0])


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """Everything inside lands together or not at all. Takes the write lock at once, so it cannot fail half-way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def lay_out(connection: Connection, path: Path, tables: Iterable[str], application_id: int, schema: int) -> None:
    """Make the *tables* of the new file at *path* and mark it as ours: whole, or not at all."""
    with translated(path), transaction(connection):
        for statement in tables:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={application_id}")
        connection.execute(f"PRAGMA user_version={schema}")


def marks_of(connection: Connection) -> tuple[int, int]:
    """Application id and schema that a file bears; 0 and 0 where nobody has marked it."""
    return (
        int(connection.execute("PRAGMA application_id").fetchone()[0]),
        int(connection.execute("PRAGMA user_version").fetchone()[0]),
    )


@contextmanager
def reading(connection: Connection) -> Iterator[Connection]:
    """Every SELECT inside sees the same state of the file, whatever others write meanwhile."""
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        connection.execute("ROLLBACK")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the driver's errors about the state of the world into :class:`GisError`; leave mistakes in SQL alone.

    Codes: ``store.damaged``, ``store.busy``, ``store.disk_full``, ``store.read_only``, ``store.cannot_open``.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        # The driver quotes the file in its message, and there the file is no text.
        raise GisError("store.damaged", path=str(path), reason="not UTF-8") from error
    except dbapi2.DatabaseError as error:
        if str(error).startswith(_NOT_AS_WRITTEN):
            raise GisError("store.damaged", path=str(path), reason=str(error)) from error
        name = getattr(error, "sqlite_errorname", "")
        for prefix, code in CODES.items():
            if name.startswith(prefix):
                raise GisError(code, path=str(path), reason=str(error)) from error
        raise


# Statements are fixed and the format is known, so a table or column that is missing is the file's fault.
_NOT_AS_WRITTEN = (
    "Could not decode to UTF-8",
    "no such table",
    "no such column",
    "unsupported file format",
    "malformed",
)

CODES = {
    "SQLITE_NOTADB": "store.damaged",
    "SQLITE_CORRUPT": "store.damaged",
    "SQLITE_BUSY": "store.busy",
    "SQLITE_LOCKED": "store.busy",
    "SQLITE_FULL": "store.disk_full",
    "SQLITE_READONLY": "store.read_only",
    "SQLITE_PERM": "store.read_only",
    "SQLITE_CANTOPEN": "store.cannot_open",
    "SQLITE_IOERR": "store.cannot_open",
}


def refuse_short(path: Path) -> None:
    """Raise :class:`GisError` ``store.damaged`` where the database at *path* ends before its last page does.

    SQLite notices whole pages that are missing; a last one that was cut it fills up with zeros.
    """
    log = path.with_name(f"{path.name}-wal")
    connection = connect(path, readonly=True)
    try:
        # Others may write meanwhile: what is read at one moment stays there until this is over.
        with translated(path), reading(connection):
            pages, size = (connection.execute(f"PRAGMA {one}").fetchone()[0] for one in ("page_count", "page_size"))
            logged = log.stat().st_size if log.is_file() else 0
            held = path.stat().st_size
    finally:
        connection.close()
    if not logged and held < pages * size:
        raise GisError("store.damaged", path=str(path), reason=f"{held} < {pages} × {size}")


def in_use(path: Path) -> bool:
    """Whether some other process has the database at *path* open; never on Windows, where this cannot be asked.

    Who has it open holds a lock on a byte of the file beside it through which all of them agree. Not to be asked by a
    process that has it open itself: it would lose its own lock.
    """
    beside = path.with_name(f"{path.name}-shm")
    if sys.platform == "win32" or not beside.is_file():
        return False
    with beside.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _OPEN_LOCK_BYTE)
        except OSError as error:
            if error.errno in {errno.EACCES, errno.EAGAIN}:
                return True
            raise
    return False


def integrity_faults(connection: Connection, limit: int = 20) -> list[str]:
    """What SQLite finds wrong with the file, at most *limit* lines; empty when it is sound."""
    rows = connection.execute(f"PRAGMA integrity_check({int(limit)})").fetchall()
    found = [str(row[0]) for row in rows]
    return [] if found == ["ok"] else found


def backup(source: Connection, target: Path) -> None:
    """Copy a live database to *target*, which must not exist: a WAL file copied by other means may be torn."""
    if target.exists():
        raise GisError("store.exists", path=str(target))
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    copy = dbapi2.connect(str(partial), isolation_level=None)
    try:
        source.backup(copy)
        seal(copy, partial)
    finally:
        copy.close()
    partial.replace(target)
    sync_folder(target.parent)


def settle(connection: Connection, path: Path) -> None:
    """Bring everything that was written into the file itself, so that the file alone holds it.

    Raises:
        GisError: ``store.busy`` where somebody else still reads what lies beside it.
    """
    busy, logged, brought = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy or logged != brought:
        raise GisError("store.busy", path=str(path))


def seal(connection: Connection, path: Path) -> None:
    """Close a freshly written database so that the file alone holds everything, and put it on the disk.

    It is left in WAL mode: going over to it later would need the file for oneself.
    """
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    sync_file(path)


def virtual_tables(path: Path) -> tuple[tuple[str, str], ...]:
    """Name and kind of the tables of a foreign database that code makes up, by their definitions alone.

    Nothing of them is read. A file that is no database has none: whoever reads it says what is wrong with it. A
    definition that cannot be understood has the kind "?".

    Raises:
        GisError: ``store.damaged`` and the like: it is a database, and its definitions cannot be read.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            return ()
    try:
        rows = _definitions(path, "mode=ro")
    except dbapi2.OperationalError:
        # A folder in which nothing may be written: a log beside the file cannot be read there.
        with translated(path):
            rows = _definitions(path, "immutable=1")
    except dbapi2.Error as error:
        raise GisError("store.damaged", path=str(path), reason=str(error)) from error
    return tuple(found for name, told in rows if (found := _virtual(name, told)) is not None)


def _definitions(path: Path, how: str) -> list[tuple[bytes, bytes]]:
    connection = dbapi2.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    try:
        connection.text_factory = bytes
        connection.execute("PRAGMA trusted_schema=OFF")
        return [(bytes(name), bytes(told)) for name, told in connection.execute(_DEFINED) if name and told]
    finally:
        connection.close()


def _virtual(name: bytes, told: bytes) -> tuple[str, str] | None:
    """Name and kind of a table by its definition; None for what is none of code's."""
    words = told.decode("utf-8", errors="replace")
    if not _BEGINS.match(words):
        return None
    found = _KIND.match(words)
    return name.decode("utf-8", errors="replace"), found[1] if found else "?"


_MAGIC = b"SQLite format 3\0"
_DEFINED = "SELECT CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_master WHERE sql LIKE '%virtual%'"
_GAP = r"(?:\s|/\*(?:[^*]|\*(?!/))*\*/|--[^\n]*(?:\n|\Z))"
_NAME = r"""(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$]+)"""
_BEGINS = re.compile(rf"(?i){_GAP}*CREATE{_GAP}+VIRTUAL\b")
_KIND = re.compile(
    rf"(?i){_GAP}*CREATE{_GAP}+VIRTUAL{_GAP}+TABLE{_GAP}+(?:IF{_GAP}+NOT{_GAP}+EXISTS{_GAP}+)?"
    rf"{_NAME}{_GAP}*(?:\.{_GAP}*{_NAME}{_GAP}*)?USING{_GAP}*[\"'`\[]?(\w+)"
)
