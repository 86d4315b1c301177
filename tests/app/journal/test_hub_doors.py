"""What a login can do at the hub besides reading and pushing: nothing, whatever its role and whatever it types."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from followers import refusal_of
from hub_staff import CALLER, NOW, Staff, writable
from servers import Postgres

from app.journal import hub_schema
from app.journal.events import Draft
from app.journal.hub import HubJournal, _json
from app.journal.hub_people import publish_zones, remove_person
from app.journal.hub_rights import PersonRole
from gis.errors import GisError
from gis.stores import postgres

CALLED = {
    "push(text,jsonb,jsonb,bigint)", "bring_part(text,text,text,bigint,integer,bytea)", "lacking_pictures(text[])",
    "sees_personal()", "is_desk()", "my_zones()",
}  # fmt: skip
TYPED = (
    # As somebody else, or as more than he is.
    "SET ROLE owner", "SET SESSION AUTHORIZATION owner", "ALTER ROLE current_user CREATEROLE", "CREATE ROLE mine",
    "ALTER ROLE owner PASSWORD 'x'", "ALTER TABLE sluice.text OWNER TO current_user", "ALTER SYSTEM SET fsync = off",
    # Past the rules: another function, another policy, another rule for everybody.
    "CREATE OR REPLACE FUNCTION sluice.my_zones() RETURNS TEXT[] LANGUAGE sql AS 'SELECT NULL'",
    "CREATE POLICY all_of_it ON sluice.text USING (true)", "DROP POLICY shown ON sluice.text",
    "ALTER TABLE sluice.text NO FORCE ROW LEVEL SECURITY", "CREATE RULE r AS ON INSERT TO sluice.event DO NOTHING",
    "CREATE TRIGGER t BEFORE INSERT ON sluice.event FOR EACH ROW EXECUTE FUNCTION sluice.refuse()",
    "ALTER TABLE sluice.event DISABLE TRIGGER ALL", "SET session_replication_role = replica",
    "ALTER FUNCTION sluice.push(TEXT, JSONB, JSONB, BIGINT) SET search_path = public",
    # Writing, by other words than INSERT.
    "COPY sluice.event FROM '/dev/null'", "COPY sluice.event FROM STDIN",
    "MERGE INTO sluice.hub USING (SELECT 1) AS x ON true WHEN MATCHED THEN UPDATE SET hub_seq = 0",
    "WITH gone AS (DELETE FROM sluice.device RETURNING *) SELECT count(*) FROM gone", "DROP SCHEMA sluice CASCADE",
    "REINDEX TABLE sluice.event", "CREATE INDEX ON sluice.event (actor)", "DROP FUNCTION sluice.push",
    # Holding others up.
    "DO $$ BEGIN LOCK TABLE sluice.hub IN SHARE MODE; END $$", "SELECT * FROM sluice.hub FOR UPDATE",
    "SELECT * FROM sluice.device FOR KEY SHARE",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'owner'",
    # The server's machine.
    "COPY sluice.hub TO '/dev/null'", "COPY sluice.hub TO PROGRAM 'cat'", "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')", "SELECT lo_import('/etc/passwd')", "SELECT * FROM pg_authid", "LOAD 'auto_explain'",
    "CREATE EXTENSION dblink", "CREATE EXTENSION file_fdw",
    # Room for something of his own.
    "CREATE SCHEMA mine", "CREATE TABLE public.mine (x INTEGER)", "CREATE TABLE sluice.mine (x INTEGER)",
    "CREATE TEMP TABLE mine (x INTEGER)", "CREATE TEMP VIEW mine AS SELECT * FROM sluice.text",
    "CREATE FUNCTION pg_temp.mine() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'", "CREATE DATABASE mine",
    "CREATE PUBLICATION mine FOR ALL TABLES", "SELECT pg_create_physical_replication_slot('mine')",
    "SELECT lo_creat(-1)", "SELECT lo_from_bytea(0, 'x')",
)  # fmt: skip
BY_AN_ADMINISTRATOR = (
    "REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC"
)
"""What the owner of a database may not revoke; it stands in ``docs/administration.md``."""


def test_nobody_types_anything_else_whatever_his_role(staff: Staff, database: str, project: Path) -> None:
    assert BY_AN_ADMINISTRATOR in " ".join((project / "docs" / "administration.md").read_text("utf-8").split())
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(BY_AN_ADMINISTRATOR)
    for role in PersonRole:
        staff.add(role, role)
        with psycopg.connect(staff.server.database(staff.name, staff.login(role)), autocommit=True) as his:
            for statement in TYPED:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    his.execute(statement.encode())
            # Said, and no effect: PostgreSQL warns only.
            his.execute("GRANT SELECT ON sluice.text TO PUBLIC")
            asked = "SELECT EXISTS (SELECT FROM information_schema.table_privileges WHERE grantee = 'PUBLIC' AND "
            assert his.execute(f"{asked} table_schema = 'sluice')".encode()).fetchone() == (False,)


def test_of_all_that_lies_there_a_login_may_read_tables_and_call_what_push_is(staff: Staff, database: str) -> None:
    """Also of what a later version puts there: each table and each function is asked for its rights."""
    staff.add("sun", PersonRole.SUPERVISOR)
    with psycopg.connect(staff.server.database(staff.name, staff.login("sun")), autocommit=True) as his:
        assert writable(his) == []
        his.execute("SET search_path = sluice")
        ours = "FROM pg_proc WHERE pronamespace = 'sluice'::regnamespace"
        may = f"SELECT oid::regprocedure::text {ours} AND has_function_privilege(oid, 'EXECUTE')"
        assert {row[0] for row in his.execute(may).fetchall()} == CALLED
        # What runs with the owner's rights finds nothing of what its caller lays in the way.
        fixed = his.execute(f"SELECT DISTINCT proconfig {ours} AND prosecdef").fetchall()
        assert fixed == [(["search_path=sluice, pg_temp"],)]
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(f'GRANT UPDATE (role) ON sluice.person TO "{staff.login("sun")}"'.encode())
    with psycopg.connect(staff.server.database(staff.name, staff.login("sun")), autocommit=True) as his:
        assert writable(his) == ["sluice.person"], "a column alone would be noticed"


def test_who_stands_still_in_the_middle_holds_nobody_up(staff: Staff, database: str) -> None:
    """A laptop is shut, a line cut, between a push and the end of its transaction: the hub's row is let go."""
    wang, zhao = staff.add("wang", PersonRole.OPERATOR), staff.add("zhao", PersonRole.OPERATOR)
    (event,) = staff.wrote("wang")
    with psycopg.connect(staff.server.database(staff.name, staff.login("wang"))) as still:
        still.execute("SELECT sluice.push(%s, %s::jsonb)", (event.dev, json.dumps([_json(event)])))
        # The next one waits for the row, ten seconds at most; and what was not ended counts as not done.
        assert zhao.push(staff.wrote("zhao")) == 1
        with pytest.raises(GisError, match="lost"), postgres.translated(database):
            still.execute("SELECT 1")
    assert wang.push([event]) == 2


def test_hints_that_anybody_makes_up_are_looked_into_and_believed_in_nothing(staff: Staff) -> None:
    wang = staff.add("wang", PersonRole.OPERATOR)
    assert not wang.hinted(0.0)
    staff.add("sun", PersonRole.VIEWER)
    with psycopg.connect(staff.server.database(staff.name, staff.login("sun")), autocommit=True) as his:
        for told in ("99999", "", "'; DROP TABLE event; --", "x" * 7999):
            his.execute("SELECT pg_notify('sluice_hub', %s)", (told,))
    assert wang.hinted(60.0)
    assert (wang.top(), wang.pull(0).events) == (0, ())


def test_two_bring_the_same_at_once_and_it_is_there_once(staff: Staff, database: str) -> None:
    """A laptop's stick at two desks: both are told that all is there."""
    desks = [staff.add(name, PersonRole.SUPERVISOR, relays=True) for name in ("qian", "sun")]
    staff.add("li", PersonRole.FIELD)
    journal = staff.journal()
    known = journal.append([Draft("valve.observed", "valve/V1", {"position": "open"})], NOW, "li")
    assert desks[0].push(known) == 1, "else the server itself keeps a second new device waiting"
    brought = journal.append([Draft("valve.observed", "valve/V1", {"position": "closed"})], NOW, "li")
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with ThreadPoolExecutor(len(desks)) as both, psycopg.connect(database) as holding:
        holding.execute("SELECT 1 FROM sluice.hub FOR UPDATE")
        tops = [both.submit(desk.push, brought) for desk in desks]
        with psycopg.connect(database, autocommit=True) as looking:
            while looking.execute(waiting.encode()).fetchone() != (len(desks),):
                assert not any(top.done() for top in tops)
        holding.commit()
        assert [top.result() for top in tops] == [2, 2]
    assert [event.key for event in staff.hub.events()] == [event.key for event in journal.events()]


def test_an_owner_who_is_no_superuser_makes_a_hub_with_all_its_locks(postgres_server: Postgres, tmp_path: Path) -> None:
    """As administrators are told to make one: a login that owns its database and may make logins, and no more."""
    with psycopg.connect(postgres_server.address, autocommit=True) as root:
        root.execute("CREATE ROLE plain LOGIN CREATEROLE")
        root.execute("CREATE DATABASE plain OWNER plain")
        address = postgres_server.database("plain", "plain")
        try:
            with ExitStack() as opened, closing(HubJournal.create(address)) as hub:
                staff = Staff(postgres_server, address, hub, tmp_path, opened)
                wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
                publish_zones(hub, {"East": [[[(0, 0), (9, 0), (9, 9), (0, 0)]]]})
                east = staff.add("east", PersonRole.OPERATOR, "East")
                journal = staff.journal()
                opening = journal.append([Draft("incident.opened", "incident/W1", {}, CALLER)], NOW, "wang")
                assert wang.push(opening, journal.texts(opening)) == 1
                assert {text.content for text in li.pull(0).texts} == {CALLER["note"]}
                assert east.pull(0).texts == ()
                assert refusal_of(lambda: li.push(staff.wrote("wang"))) == "hub.not_his"
                for name in ("wang", "li", "east"):
                    with psycopg.connect(postgres_server.database("plain", staff.login(name)), autocommit=True) as his:
                        assert writable(his) == []
                        for statement in ("CREATE TEMP TABLE mine (x INTEGER)", "SET ROLE plain"):
                            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                                his.execute(statement.encode())
                remove_person(hub, staff.login("li"), 7)
                assert refusal_of(lambda: li.pull(0)) == "hub.gone"
                group = hub_schema.group_of(hub.identity())
        finally:
            root.execute("DROP DATABASE plain WITH (FORCE)")
            for login in ("wang_plain", "li_plain", "east_plain", group, "plain"):
                root.execute(f'DROP ROLE IF EXISTS "{login}"'.encode())
