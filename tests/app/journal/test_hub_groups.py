"""Two hubs on one server: who follows one knows nothing of the other."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hub_staff import NOW, Staff, staff_of
from servers import Postgres

from app.journal import hub_schema
from app.journal.events import Draft
from app.journal.hub import HubJournal
from app.journal.hub_people import remove_person
from app.journal.hub_rights import PersonRole
from gis.errors import GisError


def test_who_follows_one_hub_reads_nothing_of_another_on_the_same_server(
    staff: Staff, postgres_server: Postgres, tmp_path: Path
) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    with postgres_server.empty("other") as address, staff_of(postgres_server, address, folder) as theirs:
        theirs.hub.push(theirs.wrote("anybody"))
        li = staff.add("li", PersonRole.SUPERVISOR)
        assert li.push(staff.wrote("li")) == 1
        with pytest.raises(GisError, match="not_allowed"):
            HubJournal.open(postgres_server.database("other", staff.login("li")))
        his_way = postgres_server.database("other", staff.login("li"))
        with psycopg.connect(his_way, autocommit=True) as his:
            for statement in (b"SELECT * FROM sluice.event", b"SELECT sluice.push('x', '[]')"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    his.execute(statement)


def test_a_hub_of_the_server_s_group_gives_its_people_one_of_their_own(staff: Staff, database: str) -> None:
    """As hubs were before version 6: its people, somebody who left, and who follows another hub of the server."""
    names = ("wang", "gone", "guest")
    for name in names[:2]:
        staff.add(name, PersonRole.OPERATOR)
    remove_person(staff.hub, staff.login("gone"), 7)
    group, shared = hub_schema.group_of(staff.hub.identity()), hub_schema.SERVER_WIDE_GROUP
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(f'DROP OWNED BY "{group}"; DROP ROLE "{group}"; CREATE ROLE {shared}'.encode())
        owner.execute(f'CREATE ROLE "{staff.login("guest")}"'.encode())
        for name in names:
            owner.execute(f'ALTER ROLE "{staff.login(name)}" LOGIN; GRANT {shared} TO "{staff.login(name)}"'.encode())
        owner.execute(f"GRANT USAGE ON SCHEMA sluice TO {shared}".encode())
        owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA sluice TO {shared}".encode())
        owner.execute("UPDATE sluice.hub SET schema = 5")
    staff.logins.append(staff.login("guest"))
    try:
        with closing(staff.connection("guest")) as guest:
            assert guest.top() == 0, "that was the fault"
        staff.add("li", PersonRole.OPERATOR)
        assert staff.connection("wang").push(staff.journal().append([Draft("desk.muted", "desk")], NOW, "wang")) == 1
        assert staff.connection("li").top() == 1
        for name in ("gone", "guest"):
            with pytest.raises(GisError, match="not_allowed"):
                staff.connection(name)
    finally:
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute(f"DROP OWNED BY {shared}; DROP ROLE {shared}".encode())
