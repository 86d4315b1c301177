"""A hub whose password lies in the keyring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from keyrings import MemoryKeyring
from servers import Postgres

from gis.errors import GisError
from gis.stores import postgres


@pytest.fixture
def address(postgres_server: Postgres, database: str) -> Iterator[str]:
    """Of a database whose server wants a password for one login."""
    login, name = "kept_here", psycopg.conninfo.conninfo_to_dict(database)["dbname"]
    settings = postgres_server.folder / "data" / "pg_hba.conf"
    before = settings.read_text()
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {login} LOGIN PASSWORD 'of-a-test'".encode())
        try:
            settings.write_text(f"local all {login} scram-sha-256\n{before}")
            owner.execute("SELECT pg_reload_conf()")
            yield postgres_server.database(str(name), login)
        finally:
            settings.write_text(before)
            owner.execute("SELECT pg_reload_conf()")
            owner.execute(f"DROP ROLE {login}".encode())


def test_the_hub_s_password_comes_from_there_where_nobody_else_knows_it(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    keyring = MemoryKeyring()

    def refusal() -> str:
        with pytest.raises(GisError) as refused:
            postgres.connect(address, keyring=keyring)
        assert "of-a-test" not in f"{refused.value!r} {refused.value.detail}"
        return refused.value.code

    assert refusal() == "server.unreachable"
    keyring.put(postgres.entry_of(address), "not this one, of-a-test")
    assert refusal() == "server.unreachable"
    keyring.put(postgres.entry_of(address), "of-a-test")
    with closing(postgres.connect(address, keyring=keyring)) as connection:
        assert connection.execute("SELECT session_user").fetchone() == ("kept_here",)
        assert "of-a-test" not in connection.info.dsn
    keyring.broken = True
    assert refusal() == "server.unreachable", "what the server lacks is said, not what the keyring says"
    (tmp_path / "passwords").write_text("*:*:*:kept_here:of-a-test\n")
    (tmp_path / "passwords").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "passwords"))
    postgres.connect(address, keyring=keyring).close()
