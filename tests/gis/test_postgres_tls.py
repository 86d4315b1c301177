"""Over a network a server is spoken with that proves who it is, and with no other; tried with one that has TLS."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from servers import Postgres, postgres_programs, postgres_with_tls

from gis.errors import GisError
from gis.stores import postgres

ASKS_FOR_TLS = bytes.fromhex("0000000804d2162f")
"""What a client of PostgreSQL says first."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server(authority: trustme.CA) -> Iterator[Postgres]:
    programs = postgres_programs()
    assert programs is not None, "python3 tools/set_up.py test"
    shown = authority.issue_cert("hub.example")
    chain = b"".join(one.bytes() for one in shown.cert_chain_pems)
    with postgres_with_tls(programs, chain, shown.private_key_pem.bytes()) as running:
        yield running


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loopback stands for a machine elsewhere."""
    monkeypatch.setattr(postgres, "_is_local", lambda _host: False)


def reason(address: str) -> str:
    """Why nobody answers at *address*; "" where somebody does, over TLS."""
    try:
        with postgres.connect(address) as connection:
            shown = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
            assert shown == (True,)
    except GisError as error:
        return f"{error.code}: {error.detail['reason']}"
    return ""


@pytest.mark.usefixtures("far")
def test_a_server_that_cannot_prove_who_it_is_is_not_spoken_with(
    server: Postgres, authority: trustme.CA, tmp_path: Path
) -> None:
    own, other = tmp_path / "own.pem", tmp_path / "other.pem"
    authority.cert_pem.write_to_path(str(own))
    trustme.CA().cert_pem.write_to_path(str(other))
    at = f"hostaddr=127.0.0.1 port={server.port} dbname=postgres user=owner"
    assert reason(f"host=hub.example {at} sslrootcert={own}") == ""
    assert "certificate verify failed" in reason(f"host=hub.example {at}"), "by the system's authorities"
    assert "certificate verify failed" in reason(f"host=hub.example {at} sslrootcert={other}")
    assert "does not match host name" in reason(f"host=elsewhere.example {at} sslrootcert={own}")
    assert reason(f"host=elsewhere.example {at} sslmode=require") == "", "where an address says so itself"


@pytest.mark.usefixtures("far")
def test_to_a_server_without_tls_nothing_is_said_at_all() -> None:
    heard: list[bytes] = []

    def refuse(listening: socket.socket) -> None:
        there, _ = listening.accept()
        with there:
            heard.append(there.recv(8))
            there.sendall(b"N")
            heard.append(there.recv(4096))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = threading.Thread(target=refuse, args=(listening,))
        answering.start()
        port = listening.getsockname()[1]
        told = reason(f"host=hub.example hostaddr=127.0.0.1 port={port} dbname=postgres user=owner")
        answering.join(30)
    assert "does not support SSL" in told
    assert heard == [ASKS_FOR_TLS, b""], "neither who asks nor for what"
