"""The one owner of the PostgreSQL driver: connections, transactions, hints, and what to refuse.

An address is what libpq takes: ``host=hub.example dbname=sluice user=wang``, or an URI. It never holds a password: that
belongs into libpq's password file, which only its owner may read, or into the desktop's keyring, or is replaced by a
certificate.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import conninfo, sql

from gis.errors import GisError
from gis.stores.secrets_kept import Keyring, SystemKeyring

Connection = psycopg.Connection[tuple[Any, ...]]
Error = psycopg.Error
DataError = psycopg.DataError

CONNECT_TIMEOUT_S = 5
"""libpq waits no shorter than two seconds, and none at all where it is told nothing."""

STATEMENT_TIMEOUT_S = 60
"""A statement that takes longer is given up: the server is in distress, or the network swallows its answers."""

_SILENCE = {"keepalives_idle": "5", "keepalives_interval": "2", "keepalives_count": "3", "tcp_user_timeout": "10000"}
"""A server that is switched off says nothing: after some ten seconds of silence the connection counts as lost."""


def refuse_secrets(address: str) -> None:
    """Raise :class:`GisError` ``server.bad_address`` or ``server.password_in_address``."""
    if any(value and re.search("password|secret", name) for name, value in parameters_of(address).items()):
        raise GisError("server.password_in_address")


def parameters_of(address: str) -> dict[str, str]:
    """*address* in parts.

    Raises:
        GisError: ``server.bad_address``.
    """
    try:
        parts = conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        if re.search(r"password|secret|:.*@", address, re.IGNORECASE | re.DOTALL):
            # libpq repeats what it could not read, and with it the password.
            raise GisError("server.bad_address", reason="") from None
        raise GisError("server.bad_address", reason=" ".join(str(error).split())) from error
    return {name: str(value) for name, value in parts.items() if value is not None}


def name_of(address: str) -> str:
    """*address* for people: who, where, which database; nothing secret."""
    parts = parameters_of(address)
    place = parts.get("host") or parts.get("hostaddr") or "localhost"
    port = f":{parts['port']}" if "port" in parts else ""
    user = f"{parts['user']}@" if "user" in parts else ""
    return f"{user}{place}{port}/{parts.get('dbname', '')}".rstrip("/")


def secured(parts: dict[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """*parts* of an address with TLS verified wherever they do not say otherwise and the way leads over a network.

    Args:
        parts: As :func:`parameters_of` gives them.
        environment: Variables of the process: libpq takes from there what the address does not name.
    """
    address = parts.get("hostaddr") or environment.get("PGHOSTADDR")
    host = address or parts.get("host") or environment.get("PGHOST", "")
    # Where a service leads stands in a file that libpq reads by itself.
    by_service = parts.get("service") or environment.get("PGSERVICE")
    if "sslmode" in parts or (not by_service and all(_is_local(one) for one in host.split(","))):
        return parts
    return {"sslrootcert": "system", **parts, "sslmode": "verify-full"}


def _is_local(host: str) -> bool:
    """Whether *host* is this machine: a folder of sockets, or the loopback."""
    if host in {"", "localhost"} or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def entry_of(address: str) -> str:
    """Under which name the keyring keeps the password for *address*."""
    return f"hub {name_of(address)}"


def connect(
    address: str, *, statement_timeout_s: float = STATEMENT_TIMEOUT_S, keyring: Keyring | None = None
) -> Connection:
    """Open a connection without implicit transactions (see :func:`transaction`).

    Args:
        address: See the module.
        statement_timeout_s: Longest time for one statement; 0 for as long as it takes.
        keyring: Asked where the server wants a password and libpq knows none; None for the operating system's.

    Raises:
        GisError: ``server.bad_address``, ``server.unreachable``.
    """
    parts = {"connect_timeout": str(CONNECT_TIMEOUT_S), **_SILENCE, **secured(parameters_of(address), os.environ)}
    limits = f"-c statement_timeout={int(statement_timeout_s * 1000)} -c lock_timeout=10000 -c client_encoding=UTF8"
    parts["options"] = f"{parts.get('options', '')} {limits}".strip()
    try:
        return _connected(parts)
    except psycopg.OperationalError as error:
        password = _kept_for(address, error, keyring or SystemKeyring())
        if password is None:
            raise GisError("server.unreachable", server=name_of(address), reason=_first_line(error)) from error
    except psycopg.Error as error:
        # A value that the driver itself reads, like that of connect_timeout.
        raise GisError("server.bad_address", reason=_first_line(error)) from error
    try:
        return _connected({**parts, "password": password})
    except psycopg.OperationalError as error:
        raise GisError("server.unreachable", server=name_of(address), reason=_first_line(error)) from error


def _connected(parts: Mapping[str, str]) -> Connection:
    settings = conninfo.make_conninfo("", **parts)
    return psycopg.connect(settings, autocommit=True, application_name="sluice", prepare_threshold=2)


def _kept_for(address: str, error: psycopg.OperationalError, keyring: Keyring) -> str | None:
    """The password that *keyring* keeps for *address*, where the lack of one is what is wrong."""
    if "no password supplied" not in str(error):
        return None
    try:
        return keyring.get(entry_of(address))
    except GisError:
        # What the server said is said to people: with or without a keyring, a password is lacking.
        return None


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


@contextmanager
def transaction(connection: Connection, *, one_picture: bool = False, taken_back: bool = False) -> Iterator[Connection]:
    """Everything inside lands together or not at all.

    Args:
        connection: Open.
        one_picture: Every SELECT inside sees the same state, whatever others write meanwhile.
        taken_back: Nothing of it stays, however well it ends.
    """
    with connection.transaction(force_rollback=taken_back):
        if one_picture:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield connection


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Turn the driver's errors about the state of the world into :class:`GisError`; leave mistakes in SQL alone.

    Codes: ``server.not_allowed``, ``server.disk_full``, ``server.read_only``, ``server.lost``.
    """
    try:
        yield
    except psycopg.DatabaseError as error:
        state = error.sqlstate or ""
        for prefix, code in CODES.items():
            if state.startswith(prefix):
                raise GisError(code, server=name_of(address), reason=_first_line(error)) from error
        if isinstance(error, psycopg.OperationalError):
            raise GisError("server.lost", server=name_of(address), reason=_first_line(error)) from error
        raise


CODES = {
    "42501": "server.not_allowed",
    "53100": "server.disk_full",
    "25006": "server.read_only",
    "57P": "server.lost",
    # Put out for standing still in the middle of a transaction, or for one that took too long.
    "25P03": "server.lost",
    "25P04": "server.lost",
    "08": "server.lost",
}


def copy_in(
    connection: Connection, table: str, columns: str, rows: Iterable[Sequence[object]], *, fresh: bool = False
) -> int:
    """Put *rows* into *table* in one go, and count them; *columns* are their names, with commas between.

    A *fresh* table was made in the same transaction: its rows need not be touched again to be known as written.
    """
    count, how = 0, " (FREEZE)" if fresh else ""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN{how}".encode()) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def batches(connection: Connection, statement: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of *statement*, *size* at a time: those that are not asked for yet stay at the server."""
    with connection.transaction(), connection.cursor("rows", binary=True) as cursor:
        cursor.execute(statement.encode(), ())
        while batch := cursor.fetchmany(size):
            yield batch


def make_group(connection: Connection, name: str) -> None:
    """Make the role *name*, with which nobody comes in, where there is none."""
    if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))


def make_login(connection: Connection, login: str, group: str, password: str = "") -> None:
    """Let *login* in as a member of *group*, and make it where there is none.

    A *password* leaves this machine as a SCRAM verifier only; "" changes none.
    """
    there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
    name = sql.Identifier(login)
    connection.execute(sql.SQL("{} ROLE {} LOGIN").format(sql.SQL("ALTER" if there else "CREATE"), name))
    if password:
        kept = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(kept)))
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), name))


def shut_out(connection: Connection, login: str, group: str) -> None:
    """Let *login* do no more of what members of *group* do, from this moment, and in no more."""
    name = sql.Identifier(login)
    connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), name))
    connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(name))


def listen(connection: Connection, channel: str) -> None:
    """Have the server send hints of *channel* to this connection."""
    connection.execute(f'LISTEN "{channel}"')


def hinted(connection: Connection, timeout_s: float) -> bool:
    """Whether a hint came within *timeout_s*. Several are one: what is true is asked for, not told."""
    return any(True for _ in connection.notifies(timeout=timeout_s, stop_after=1))
