"""The network lies at the hub: a console that begins with an empty folder has what the first one has."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psycopg
import pytest
import shapely
from full_disk import disk_of
from same import differences
from servers import Postgres

from app.bootstrap import main
from app.errors import AppError
from app.journal import hub_schema
from app.journal.hub import HubJournal
from app.journal.hub_people import add_person
from app.journal.hub_rights import PersonRole
from app.journal.person import Person
from app.operations.hub import hub_status
from app.operations.hub_layers import give_layers, join_anew
from app.operations.joining import join
from app.workspace import open_workspace, record_valve_observed
from app.workspace_files import NETWORK
from gis.errors import GisError
from gis.stores import postgis, postgres, sqlite
from network.assets import DeviceKind, Position
from network.errors import CodedError

NOW = datetime(2026, 3, 12, 6, 30, tzinfo=UTC)


def silent(step: str, fraction: float | None = None) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def hub(postgres_server: Postgres, database: str, own_demo: Path) -> str:
    """Address of a hub that has the network of the demo city."""
    postgres_server.skip_without_postgis()
    assert main(["hub", "init", str(own_demo), "--address", database]) == 0
    return database


@pytest.fixture
def persons(hub: str) -> Iterator[dict[str, str]]:
    """Logins of a desk and of somebody in the field."""
    name = postgres.parameters_of(hub)["dbname"]
    logins = {who: f"{who}_{name}" for who in ("wang", "li")}
    with closing(HubJournal.open(hub)) as journal:
        add_person(journal, Person(logins["wang"], "王", PersonRole.OPERATOR))
        add_person(journal, Person(logins["li"], "李", PersonRole.FIELD))
    yield logins
    with psycopg.connect(hub, autocommit=True) as owner:
        for login in logins.values():
            owner.execute(f'DROP OWNED BY "{login}"; DROP ROLE "{login}"'.encode())


def address_of(server: Postgres, hub: str, login: str) -> str:
    return server.database(postgres.parameters_of(hub)["dbname"], login)


def a_valve(folder: Path) -> str:
    with closing(open_workspace(folder)) as workspace:
        devices = workspace.city.network.devices
        row = int(np.flatnonzero(devices.kind == DeviceKind.ISOLATION)[0])
        return devices.ids[row]


def close_valve(folder: Path, valve: str) -> None:
    with closing(open_workspace(folder)) as workspace:
        record_valve_observed(workspace, valve, now=NOW, actor="王", position=Position.CLOSED)


def edit(folder: Path) -> str:
    """Give a pipe another material, as a planner does; its id."""
    with closing(open_workspace(folder)) as workspace:
        pipe = workspace.city.network.pipes.ids[5]
    assert main(["edit", str(folder), "--set", "pipe", pipe, "material=铅"]) == 0
    return pipe


def test_an_empty_folder_becomes_a_workspace_like_the_first(
    own_demo: Path, tmp_path: Path, hub: str, persons: dict[str, str], postgres_server: Postgres
) -> None:
    valve = a_valve(own_demo)
    close_valve(own_demo, valve)
    join(own_demo, hub, NOW)
    target = tmp_path / "new"
    address = address_of(postgres_server, hub, persons["wang"])
    assert main(["hub", "join", str(target), "--address", address]) == 0
    with closing(open_workspace(own_demo)) as first, closing(open_workspace(target)) as second:
        assert list(differences(first.city, second.city)) == []
        assert first.meta == second.meta
        assert first.faults() == second.faults()
        for name, layer in first.store.layers().layers.items():
            there = second.store.layers([name]).get(name)
            assert shapely.equals_exact(layer.geometry, there.geometry).all()
            for column, values in layer.columns.items():
                np.testing.assert_array_equal(there.columns[column], values, err_msg=f"{name}.{column}")
        assert second.states.position.tolist() == first.states.position.tolist()
    assert hub_status(target).layers == "same"
    assert main(["hub", "join", str(target), "--address", address]) == 0, "a workspace joins as ever"
    before = hub_status(target).top
    close_valve(target, a_valve(target))
    join(target, address, NOW)
    assert (hub_status(target).pending, hub_status(target).top > before) == (0, True)


def test_edits_before_the_network_was_given_are_edits_at_the_new_console(
    own_demo: Path, tmp_path: Path, hub: str
) -> None:
    pipe = edit(own_demo)
    join(own_demo, hub, NOW)
    assert main(["hub", "layers", str(own_demo)]) == 0
    with closing(postgis.PostgisStore.open(hub)) as there:
        pipes = there.layers(["pipe"]).get("pipe")
        assert pipes.text("material")[pipes.text("id") == pipe].tolist() == ["铅"], "for other programs"
        assert there.as_imported().get("pipe").text("material")[pipes.text("id") == pipe].tolist() != ["铅"]
    join_anew(tmp_path / "new", hub, silent)
    with closing(open_workspace(own_demo)) as first, closing(open_workspace(tmp_path / "new")) as second:
        assert list(differences(first.city, second.city)) == []
        touched = [one.store.touched({"pipe": [pipe]}) for one in (first, second)]
        was = [one.before["pipe"].text("material").tolist() for one in touched]
        now = [one.now["pipe"].text("material").tolist() for one in touched]
    assert was[0] == was[1] != ["铅"]
    assert now == [["铅"], ["铅"]]


def test_who_is_not_shown_customers_gets_a_network_without_their_names(
    own_demo: Path, tmp_path: Path, hub: str, persons: dict[str, str], postgres_server: Postgres
) -> None:
    address, target = address_of(postgres_server, hub, persons["li"]), tmp_path / "field"
    join_anew(target, address, silent)
    with closing(open_workspace(own_demo)) as first, closing(open_workspace(target)) as second:
        whole, seen = (one.store.layers(["customer"]).get("customer") for one in (first, second))
        assert any(whole.text("phone"))
        assert not any(seen.text("phone"))
        assert not any(seen.text("address"))
        named = whole.text("name") != ""
        assert (seen.text("name")[named] != "").tolist() == whole.flag("critical")[named].tolist()
        assert seen.text("id").tolist() == whole.text("id").tolist()
        assert not any([*second.city.customers.phone])
        assert [*second.city.customers.ids] == [*first.city.customers.ids]
        assert second.meta.masked
    with pytest.raises(AppError, match="layers_masked"):
        give_layers(target, silent, hub)
    with psycopg.connect(address, autocommit=True) as his:
        for table in ("customer", "net_customer", "store_original_customer", "store_imported_customer"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                his.execute(f"SELECT * FROM sluice_city.{table}".encode())
        for statement in ("UPDATE sluice_city.pipe SET material = ''", "DELETE FROM sluice_city.pipe"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                his.execute(statement.encode())


def test_it_is_all_there_or_nothing(
    own_demo: Path, tmp_path: Path, hub: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "new"
    with disk_of(40_000), pytest.raises(CodedError):
        join_anew(target, hub, silent)
    assert not target.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["city"]
    with psycopg.connect(hub, autocommit=True) as owner:
        before = owner.execute("SELECT value FROM sluice_city.store_meta ORDER BY key").fetchall()
    nul = Path(shutil.copytree(own_demo, tmp_path / "nul"))
    with closing(sqlite.connect(nul / NETWORK, spatial=True)) as connection:
        connection.execute("UPDATE road SET name = name || char(0)")
        connection.execute("DELETE FROM store_original_road")
    with pytest.raises(GisError, match="not_storable"):
        give_layers(nul, silent)
    with psycopg.connect(hub, autocommit=True) as owner:
        assert owner.execute("SELECT value FROM sluice_city.store_meta ORDER BY key").fetchall() == before
        owner.execute("UPDATE sluice_city.store_meta SET value = 'another' WHERE key = 'revision'")
    capsys.readouterr()
    assert main(["hub", "status", str(own_demo)]) == 0
    assert "another import" in capsys.readouterr().out


def test_who_ends_it_in_the_middle_leaves_everything_as_it_was(own_demo: Path, tmp_path: Path, hub: str) -> None:
    """Ctrl+C while tables are written: at the hub, and in the folder that would have become a workspace."""
    target = tmp_path / "new"
    with psycopg.connect(hub, autocommit=True) as owner:
        asked = "SELECT nspname, oid FROM pg_namespace ORDER BY oid"
        before = owner.execute(asked).fetchall()
        for do in (lambda told: give_layers(own_demo, told), lambda told: join_anew(target, hub, told)):
            shares: list[float] = []

            def told(step: str, fraction: float | None = None, shares: list[float] = shares) -> None:
                shares.append(fraction or 0.0)
                if shares[-1] > 0.7:
                    raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                do(told)
            assert shares == sorted(shares)
            assert len(shares) > 8, "told again and again"
        assert owner.execute(asked).fetchall() == before
    assert [path.name for path in tmp_path.iterdir()] == ["city"]
    assert [path.name for path in own_demo.iterdir() if path.name.startswith(".")] == []
    shares = []
    give_layers(own_demo, lambda _, share=None: shares.append(share))
    assert shares[-1] == 1.0
    join_anew(target, hub, silent)


def test_a_hub_without_a_network_says_so(
    own_demo: Path, tmp_path: Path, hub: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(hub, autocommit=True) as owner:
        owner.execute("DROP SCHEMA sluice_city, sluice_city_shown CASCADE")
    assert hub_status(own_demo).layers == "none"
    assert main(["hub", "join", str(tmp_path / "new"), "--address", hub]) == 2
    assert "sluice hub layers" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_hub_of_an_earlier_version_is_brought_up_before_it_is_given_the_network(own_demo: Path, hub: str) -> None:
    with closing(HubJournal.open(hub)) as journal:
        group = hub_schema.group_of(journal.identity())
    with psycopg.connect(hub, autocommit=True) as owner:
        owner.execute(f'DROP OWNED BY "{group}"; DROP ROLE "{group}"; UPDATE sluice.hub SET schema = 5'.encode())
        give_layers(own_demo, silent)
        shown = owner.execute(
            "SELECT has_schema_privilege(%s, 'sluice_city', 'USAGE'), "
            "has_table_privilege(%s, 'sluice_city.customer', 'SELECT')",
            (group, group),
        )
        assert shown.fetchone() == (True, False)
    assert hub_status(own_demo).layers == "same"
