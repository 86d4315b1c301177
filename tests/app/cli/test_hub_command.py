"""``sluice hub`` as an administrator types it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import shapely
from servers import Postgres

from app.bootstrap import main
from app.journal.events import Draft
from app.journal.hub import HubJournal
from app.journal.hub_people import add_person, publish_zones
from app.journal.hub_rights import REVEALED, PersonRole
from app.journal.log import Journal
from app.journal.person import Person
from app.workspace_files import JOURNAL, NETWORK
from gis.stores import postgres, sqlite
from gis.stores.spatialite import SpatialiteStore

NOW = datetime(2026, 3, 12, 6, 30, tzinfo=UTC)


def test_a_hub_is_made_looked_at_copied_and_left(
    own_demo: Path, tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(own_demo)
    assert main(["hub", "status", folder]) == 2
    assert "hub join" in capsys.readouterr().err
    assert main(["hub", "init", folder, "--address", f"{database} password=secret-7"]) == 2
    assert "secret-7" not in capsys.readouterr().err
    assert main(["hub", "init", folder, "--address", database]) == 0
    assert main(["hub", "init", folder, "--address", database]) == 2
    assert main(["--lang", "zh_CN", "hub", "join", folder, "--address", database]) == 0
    assert "中心库" in capsys.readouterr().out
    assert main(["hub", "status", folder, "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["pending"], status["devices"], status["top"]) == (0, 1, status["reach"])
    assert main(["hub", "verify", folder]) == 0
    copy = tmp_path / "hub.sqlite"
    assert main(["hub", "backup", folder, "--out", str(copy)]) == 0
    assert main(["hub", "backup", folder, "--out", str(copy)]) == 2
    assert copy.is_file()
    assert main(["hub", "leave", folder]) == 0
    capsys.readouterr()
    assert main(["hub", "leave", folder]) == 2
    assert main(["hub", "join", folder, "--address", "host=/nowhere dbname=x"]) == 2
    assert "/nowhere" in capsys.readouterr().err


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """What of a workspace the hub is concerned with."""
    folder = tmp_path / "village"
    folder.mkdir()
    (folder / NETWORK).touch()
    with closing(Journal.create(folder / JOURNAL)) as journal:
        journal.append([Draft("workspace.created", "workspace", {"name": "城"})], NOW, "王")
    return folder


def told_in(folder: Path) -> set[str]:
    """Free words that a workspace holds."""
    with closing(Journal.open(folder / JOURNAL)) as journal:
        return {text.content for text in journal.texts(journal.events())}


@pytest.fixture
def login(database: str) -> Iterator[str]:
    """Name of a login that the test may have made."""
    name = f"li_{postgres.parameters_of(database)['dbname']}"
    yield name
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(f'DROP OWNED BY "{name}"; DROP ROLE "{name}"'.encode())


def set_schema(database: str, version: int) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE sluice.hub SET schema = %s", (version,))


def test_persons_are_let_in_listed_and_let_go(
    village: Path, tmp_path: Path, database: str, login: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(village)
    assert main(["hub", "person", "list", folder]) == 2
    assert "hub join" in capsys.readouterr().err
    assert main(["hub", "init", folder, "--address", database]) == 0
    secret = tmp_path / "password"
    secret.write_text("of-a-test\n", encoding="utf-8")
    add = ["hub", "person", "add", folder, login, "--role", "field", "--name", "李", "--password-file"]
    assert main([*add, str(secret)]) == 0
    assert "of-a-test" not in "".join(capsys.readouterr())
    assert main([*add, str(tmp_path / "none")]) == 2
    capsys.readouterr()
    assert main(["hub", "person", "list", folder, "--json"]) == 0
    (person,) = json.loads(capsys.readouterr().out)
    assert (person["login"], person["name"], person["role"], person["left_at_ms"]) == (login, "李", "field", None)
    assert main(["hub", "person", "remove", folder, login]) == 0
    assert main(["hub", "person", "remove", folder, login]) == 2
    capsys.readouterr()
    assert main(["--lang", "zh_CN", "hub", "person", "list", folder]) == 0
    assert capsys.readouterr().out == f"{login}\t李\t外业人员\t已离开\n"


def test_a_person_may_be_given_districts(
    own_demo: Path, tmp_path: Path, database: str, login: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, add = str(own_demo), ["hub", "person", "add", str(own_demo), login, "--role", "operator"]
    assert main(["hub", "init", folder, "--address", database]) == 0
    assert main(add) == 0
    capsys.readouterr()
    assert main([*add, "--zone", "D0001"]) == 2
    assert "sluice hub zones" in capsys.readouterr().err
    assert main(["--lang", "zh_CN", "hub", "zones", folder]) == 0
    assert "个分区" in capsys.readouterr().out
    assert main([*add, "--zone", "D99"]) == 2
    assert "D0001, " in capsys.readouterr().err
    assert main([*add, "--zone", "D0002", "--zone", "D0001", "--zone", "D0002"]) == 0
    assert "D0002, D0001 alone" in capsys.readouterr().out
    assert main(["hub", "person", "list", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["zones"] == ["D0002", "D0001"]
    assert main(["hub", "person", "list", folder]) == 0
    assert "\tD0002, D0001" in capsys.readouterr().out
    with closing(SpatialiteStore.open(own_demo / NETWORK, readonly=True)) as store:
        districts = store.layers(["dma"]).get("dma")
    inside = shapely.point_on_surface(districts.geometry)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("SET search_path = sluice")
        for zone, place in zip(districts.text("id"), inside, strict=True):
            body = json.dumps({"x_m": place.x, "y_m": place.y})
            owner.execute("SELECT place_entity('incident/t', %s, %s)", (body, str(zone)))
        found = owner.execute("SELECT zone, told_by FROM entity_zone WHERE entity = 'incident/t'").fetchall()
    assert {(str(zone), str(zone)) for zone in districts.text("id")} <= set(found), "each lies where it lies on the map"
    bare = shutil.copytree(own_demo, tmp_path / "bare")
    with closing(sqlite.connect(bare / NETWORK)) as connection:
        connection.execute("DELETE FROM dma")
    assert main(["hub", "zones", str(bare)]) == 2
    assert "no districts" in capsys.readouterr().err


def test_who_called_is_shown_to_a_laptop_with_a_purpose_only(
    village: Path,
    tmp_path: Path,
    database: str,
    login: str,
    postgres_server: Postgres,
    capsys: pytest.CaptureFixture[str],
) -> None:
    laptop = Path(shutil.copytree(village, tmp_path / "laptop"))
    with closing(Journal.open(village / JOURNAL)) as journal:
        texts = {"caller": "屋主", "phone": "0531-55500001", "note": "漏"}
        journal.append([Draft("incident.opened", "incident/W1", {}, texts)], NOW, "王")
    assert main(["hub", "init", str(village), "--address", database]) == 0
    assert main(["hub", "person", "add", str(village), login, "--role", "field", "--name", "李"]) == 0
    address = postgres_server.database(postgres.parameters_of(database)["dbname"], login)
    assert main(["hub", "join", str(laptop), "--address", address]) == 0
    reveal = ["hub", "reveal", str(laptop)]
    assert main([*reveal, "incident/W1", "--purpose", " ", "--who", "李"]) == 2
    assert main([*reveal, "incident/W9", "--purpose", "回访", "--who", "李"]) == 2
    assert told_in(laptop) == {"漏"}
    copy = tmp_path / "copy.sqlite"
    capsys.readouterr()
    assert main(["hub", "backup", str(laptop), "--out", str(copy)]) == 2
    assert "would lack them" in capsys.readouterr().err
    assert list(tmp_path.glob("*copy*")) == []
    assert main(["hub", "backup", str(village), "--out", str(copy)]) == 0
    assert main(["hub", "init", str(laptop), "--address", database]) == 2
    assert "never given 2 of" in capsys.readouterr().err, "before the server is asked"
    assert main(["hub", "init", str(laptop), "--address", database, "--incomplete"]) == 2
    assert "holds a hub already" in capsys.readouterr().err
    set_schema(database, 1)
    assert main([*reveal, "incident/W1", "--purpose", "开门"]) == 2
    assert "earlier version" in capsys.readouterr().err
    set_schema(database, 2)
    capsys.readouterr()
    assert main([*reveal, "incident/W1", "--purpose", "开门"]) == 0
    assert "2 words of incident/W1" in capsys.readouterr().out
    assert told_in(laptop) == {"漏", "屋主", "0531-55500001", "开门"}
    with closing(HubJournal.open(database)) as hub:
        assert [(one.actor, one.entity) for one in hub.events() if one.kind == REVEALED] == [("李", "incident/W1")]
    assert main([*reveal, "incident/W1", "--purpose", "开门", "--who", "somebody"]) == 2
    assert "somebody" in capsys.readouterr().err
    with closing(Journal.open(laptop / JOURNAL)) as journal:
        assert journal.pending() == [], "nothing is left behind that the hub would refuse for good"


def test_a_desk_with_zones_is_brought_notes_that_became_its_own_and_makes_no_hub(
    village: Path,
    tmp_path: Path,
    database: str,
    login: str,
    postgres_server: Postgres,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = Path(shutil.copytree(village, tmp_path / "desk"))
    with closing(Journal.open(village / JOURNAL)) as journal:
        journal.append([Draft("incident.opened", "incident/W1", {"x_m": 50.0, "y_m": 5.0}, {"note": "漏"})], NOW, "王")
    assert main(["hub", "init", str(village), "--address", database]) == 0
    with closing(HubJournal.open(database)) as hub:
        outlines = {"East": [[[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)]]]}
        publish_zones(hub, outlines)
        add_person(hub, Person(login, "赵", PersonRole.OPERATOR, zones=("East",)))
    address = postgres_server.database(postgres.parameters_of(database)["dbname"], login)
    assert main(["hub", "join", str(desk), "--address", address]) == 0
    assert told_in(desk) == set()
    capsys.readouterr()
    assert main(["hub", "init", str(desk), "--address", database]) == 2
    assert "never given 1 of" in capsys.readouterr().err, "a note is a word too"
    with closing(Journal.open(village / JOURNAL)) as journal:
        journal.append([Draft("incident.amended", "incident/W1", {"x_m": 5.0, "y_m": 5.0})], NOW, "王")
    assert main(["hub", "join", str(village), "--address", database]) == 0
    assert main(["hub", "join", str(desk), "--address", address]) == 0
    assert told_in(desk) == set(), "it had followed past it"
    assert main(["hub", "reveal", str(desk), "incident/W1", "--purpose", "回访"]) == 2
    assert "names nobody" in capsys.readouterr().err
    assert told_in(desk) == {"漏"}
