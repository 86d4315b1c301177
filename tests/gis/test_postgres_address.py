"""Addresses of servers: TLS unless said otherwise, no secrets kept or shown."""

from __future__ import annotations

import pytest

from gis.errors import GisError
from gis.stores.postgres import connect, name_of, parameters_of, refuse_secrets, secured


@pytest.mark.parametrize(
    ("address", "sslmode"),
    [
        ("host=hub.example dbname=sluice", "verify-full"),
        ("postgresql://wang@10.0.0.3/sluice", "verify-full"),
        ("host=localhost,hub.example", "verify-full"),
        ("host=hub.example sslmode=require", "require"),
        ("hostaddr=10.0.0.3 host=localhost", "verify-full"),
        ("host=/var/run/postgresql", None),
        ("host=127.0.0.1", None),
        ("host=::1", None),
        ("dbname=sluice", None),
        ("service=prod", "verify-full"),
    ],
)
def test_over_a_network_tls_is_verified_unless_said_otherwise(address: str, sslmode: str | None) -> None:
    assert secured(parameters_of(address), {}).get("sslmode") == sslmode


@pytest.mark.parametrize(
    ("address", "environment", "sslmode"),
    [
        ("dbname=sluice", {"PGHOST": "hub.example"}, "verify-full"),
        ("dbname=sluice", {"PGHOST": "/var/run/postgresql"}, None),
        ("host=localhost", {"PGHOST": "hub.example"}, None),
        ("host=localhost", {"PGHOSTADDR": "10.0.0.3"}, "verify-full"),
        ("dbname=sluice", {"PGSERVICE": "prod"}, "verify-full"),
    ],
)
def test_where_the_environment_leads_over_a_network_tls_is_verified_too(
    address: str, environment: dict[str, str], sslmode: str | None
) -> None:
    assert secured(parameters_of(address), environment).get("sslmode") == sslmode


def test_an_own_authority_is_kept() -> None:
    parts = secured(parameters_of("host=hub.example sslrootcert=/etc/ca.pem"), {})
    assert (parts["sslmode"], parts["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    assert secured(parameters_of("host=hub.example"), {})["sslrootcert"] == "system"


def test_a_password_is_neither_taken_nor_shown() -> None:
    for address in ("host=hub.example password=secret-7", "postgresql://wang:secret-7@hub.example/sluice"):
        with pytest.raises(GisError, match="password_in_address") as refused:
            refuse_secrets(address)
        assert "secret-7" not in repr(refused.value)
        assert "secret-7" not in name_of(address)
    with pytest.raises(GisError, match="password_in_address"):
        refuse_secrets("host=hub.example sslkey=/etc/key.pem sslpassword=secret-7")
    refuse_secrets("host=hub.example user=wang passfile=wang.pgpass")
    assert name_of("postgresql://wang:secret-7@hub.example:5433/sluice") == "wang@hub.example:5433/sluice"
    assert name_of("dbname=sluice") == "localhost/sluice"


def test_what_is_no_address_is_said() -> None:
    with pytest.raises(GisError, match="bad_address") as refused:
        connect("host=hub.example nonsense=7")
    assert "nonsense" in str(refused.value.detail["reason"])
    with pytest.raises(GisError, match="bad_address") as refused:
        connect("host=/nowhere connect_timeout=abc")
    assert "connect_timeout" in str(refused.value.detail["reason"])


@pytest.mark.parametrize("address", ["postgresql://wang:geheim-7@[hub", "host=hub.example password=my geheim-7"])
def test_what_is_no_address_but_holds_a_password_is_not_repeated(address: str) -> None:
    with pytest.raises(GisError, match="bad_address") as refused:
        parameters_of(address)
    assert refused.value.detail == {"reason": ""}
    assert refused.value.__cause__ is None


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(GisError, match="unreachable") as refused:
        connect("host=/nowhere dbname=sluice user=wang")
    assert refused.value.detail["server"] == "wang@/nowhere/sluice"
