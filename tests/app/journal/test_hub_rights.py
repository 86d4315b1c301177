"""One login a person: each brings what is his own, of the kinds that his role writes, and sees what he may see."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest
from followers import refusal_of
from hub_staff import CALLER, NOW, Staff

from app.errors import AppError
from app.journal import hub_rights, hub_schema
from app.journal.erasing import ERASED
from app.journal.events import Draft, Event, canonical
from app.journal.fold import KNOWN
from app.journal.hub import _json
from app.journal.hub_fill import texts_json
from app.journal.hub_people import add_person, people, remove_person
from app.journal.hub_rights import MAY_WRITE, REVEALED, PersonRole
from app.journal.log import Journal
from app.journal.person import Person
from app.journal.writing import free_text
from app.sync.entitled import is_entitled
from app.sync.rights_told import rights_at
from gis.errors import GisError

PURPOSES = {" ", "回访"}


def code(push: Callable[[], object]) -> str:
    return refusal_of(push)


def test_everybody_brings_what_he_signed_and_nothing_else(staff: Staff) -> None:
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    assert wang.push(staff.wrote("wang")) == 1
    assert wang.push(staff.wrote(staff.login("wang"))) == 2, "with his login as well"
    with pytest.raises(AppError) as refused:
        wang.push(staff.wrote("li"))
    assert (refused.value.code, refused.value.detail["who"]) == ("hub.not_his", "li")
    assert code(lambda: wang.push(staff.wrote("somebody"))) == "hub.not_his"
    assert code(lambda: li.push(staff.wrote("li", role="supervisor"))) == "hub.not_his_kind"
    assert li.push(staff.wrote("li", role="field")) == 3
    assert li.push(staff.wrote("li", role="night shift")) == 4, "what people call themselves is no right"
    with psycopg.connect(staff.server.database(staff.name), autocommit=True) as owner:
        group = hub_schema.group_of(staff.hub.identity())
        owner.execute(f'CREATE ROLE "{staff.login("nobody")}" LOGIN IN ROLE "{group}"'.encode())
    staff.logins.append(staff.login("nobody"))
    assert code(lambda: staff.connection("nobody").push(staff.wrote("wang"))) == "hub.no_person"
    assert staff.hub.push(staff.wrote("anybody")) == 5, "the owner brings the city's past"
    assert [event.actor for event in staff.hub.pull(0).events] == ["wang", staff.login("wang"), "li", "li", "anybody"]


def test_who_comes_signs_at_the_desk_of_who_goes(staff: Staff) -> None:
    wang = staff.add("wang", PersonRole.OPERATOR)
    staff.add("zhao", PersonRole.OPERATOR)
    staff.add("li", PersonRole.FIELD)
    assert wang.push(staff.wrote("zhao", "desk.handed_over")) == 1
    assert code(lambda: wang.push(staff.wrote("li", "desk.handed_over"))) == "hub.not_his_kind"
    assert code(lambda: wang.push(staff.wrote("nobody", "desk.handed_over"))) == "hub.not_his"
    for role in (PersonRole.FIELD, PersonRole.MONITOR, PersonRole.VIEWER):
        other = staff.add(f"a_{role}", role)
        assert code(lambda other=other: other.push(staff.wrote("zhao", "desk.handed_over"))) == "hub.not_his_kind"  # type: ignore[misc]
    remove_person(staff.hub, staff.login("zhao"), 7)
    assert code(lambda: wang.push(staff.wrote("zhao", "desk.handed_over"))) == "hub.not_his", "who left signs no more"
    merger = staff.add("qian", PersonRole.SUPERVISOR, relays=True)
    assert merger.push(staff.wrote("zhao", "desk.handed_over")) == 2, "a bundle from when zhao was here"


@pytest.mark.parametrize("role", [*PersonRole])
def test_a_role_writes_its_kinds(staff: Staff, role: PersonRole) -> None:
    his = staff.add("he", role)
    expected = {
        "valve.observed": {"operator", "planner", "supervisor", "field"},
        "incident.opened": {"operator", "supervisor"},
        "incident.noted": {"operator", "supervisor", "field", "monitor"},
        "order.step": {"operator", "supervisor", "field"},
        "alarm.taken": {"operator", "supervisor", "monitor"},
        "outage.decided": {"planner", "supervisor"},
        "asset.set": {"planner", "supervisor"},
        "asset.decided": {"supervisor"},
        "hydrant.opened": {"operator", "planner", "supervisor", "field", "monitor"},
        "of.tomorrow": {"supervisor"},
        REVEALED: {"operator", "planner", "supervisor", "field", "monitor"},
    }
    told = {kind: code(lambda kind=kind: his.push(staff.wrote("he", kind))) for kind in expected}  # type: ignore[misc]
    assert told == {kind: "" if role in roles else "hub.not_his_kind" for kind, roles in expected.items()}


def test_every_kind_that_this_program_knows_is_somebodys_besides_the_supervisor() -> None:
    patterns = {kind for role, kinds in MAY_WRITE.items() if role is not PersonRole.SUPERVISOR for kind in kinds}
    begins = tuple(kind.removesuffix("%") for kind in patterns)
    nobodys = {kind for kind in KNOWN if not kind.startswith(begins)}
    assert nobodys == {"workspace.created", "asset.decided", "personal.erased"}


def test_a_laptop_is_its_owners_and_a_desk_is_the_shifts(staff: Staff) -> None:
    wang, zhao = staff.add("wang", PersonRole.OPERATOR), staff.add("zhao", PersonRole.OPERATOR)
    li, sun = staff.add("li", PersonRole.FIELD), staff.add("sun", PersonRole.FIELD)
    merger = staff.add("qian", PersonRole.SUPERVISOR, relays=True)
    desk, laptop = staff.journal(), staff.journal()

    def write(journal: Journal, actor: str) -> tuple[Event, ...]:
        return journal.append([Draft("valve.observed", "valve/V1", {"position": "open"})], NOW, actor)

    assert wang.push(write(desk, "wang")) == 1
    assert zhao.push(write(desk, "zhao")) == 2
    assert li.push(write(laptop, "li")) == 3
    assert code(lambda: sun.push(write(staff.journal(), "sun"))) == ""
    stolen = write(laptop, "sun")
    assert code(lambda: sun.push(stolen)) == "hub.not_his"
    assert code(lambda: wang.push(stolen)) == "hub.not_his"
    assert merger.push(stolen) == 5, "a bundle brought in by who may do that"
    assert code(lambda: merger.push(staff.wrote("sun", "incident.opened"))) == "hub.not_his_kind", "the author's right"
    assert li.push(write(laptop, "li")) == 6, "bringing it has not made it another's"


def test_nobody_erases_in_the_name_of_another(staff: Staff) -> None:
    staff.add("zhao", PersonRole.SUPERVISOR)
    carrier = staff.add("wang", PersonRole.OPERATOR, relays=True)
    merger = staff.add("qian", PersonRole.SUPERVISOR, relays=True)
    for other in (carrier, merger):
        assert code(lambda other=other: other.push(staff.wrote("zhao", ERASED))) == "hub.not_his"  # type: ignore[misc]
    assert code(lambda: carrier.push(staff.wrote("wang", ERASED))) == "hub.not_his_kind"
    assert merger.push(staff.wrote("qian", ERASED)) == 1
    assert staff.hub.push(staff.wrote("zhao", ERASED)) == 2, "the owner brings the city's past"
    for login, who, taken in (("wang", "zhao", False), ("qian", "zhao", False), ("qian", "qian", True)):
        with closing(staff.connection(login)) as hub:
            assert is_entitled(rights_at(hub), (who, "", ERASED)) is taken


def test_who_leaves_writes_and_reads_no_more_and_stays_in_what_was_written(staff: Staff) -> None:
    wang = staff.add("wang", PersonRole.OPERATOR)
    assert wang.push(staff.wrote("wang")) == 1
    remove_person(staff.hub, staff.login("wang"), 7)
    assert code(lambda: wang.push(staff.wrote("wang"))) == "hub.gone"
    assert code(lambda: wang.pull(0)) == "hub.gone"
    with pytest.raises(GisError, match="unreachable"):
        staff.connection("wang")
    assert [(one.name, one.role, one.left_at_ms) for one in people(staff.hub)] == [("wang", PersonRole.OPERATOR, 7)]
    assert code(lambda: remove_person(staff.hub, staff.login("wang"), 8)) == "hub.unknown_person"
    assert code(lambda: remove_person(staff.hub, "nobody", 8)) == "hub.unknown_person"
    add_person(staff.hub, Person(staff.login("wang"), "王", PersonRole.VIEWER), password="of-a-test")
    assert [one.left_at_ms for one in people(staff.hub)] == [None]
    with psycopg.connect(staff.server.database(staff.name), autocommit=True) as owner:
        kept = owner.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (staff.login("wang"),)).fetchone()
    assert kept is not None
    assert kept[0].startswith("SCRAM-SHA-256$")
    assert code(lambda: add_person(staff.hub, Person("x", "王", PersonRole.FIELD))) == "hub.name_taken"
    assert code(lambda: add_person(staff.hub, Person("王", "x", PersonRole.FIELD))) == "hub.name_taken"
    with pytest.raises(GisError, match="not_allowed"):
        add_person(staff.connection("wang"), Person(staff.login("wang"), "王", PersonRole.SUPERVISOR))


def test_names_and_phones_are_shown_to_desks_and_to_who_says_what_for(staff: Staff) -> None:
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    journal = staff.journal()
    opened = journal.append([Draft("incident.opened", "incident/W1", {}, CALLER)], NOW, "wang")
    wang.push(opened, journal.texts(opened))
    texts = {text.content: text.id for text in journal.texts(opened)}
    assert {text.content for text in wang.pull(0).texts} == set(CALLER.values())
    assert {text.content for text in li.pull(0).texts} == {CALLER["note"]}
    assert li.text(texts[CALLER["phone"]]) is None

    def ask(entity: str, purpose: str = "回访") -> set[str]:
        journal, body = staff.journal(), {"shown": [texts[CALLER["phone"]]]}
        asked = journal.append([Draft(REVEALED, entity, body, {"purpose": purpose} if purpose else {})], NOW, "li")
        li.push(asked, journal.texts(asked))
        return {text.content for text in li.pull(0).texts} & set(CALLER.values())

    assert ask("incident/W1", "") == {CALLER["note"]}, "no purpose"
    assert ask("incident/W1", " ") == {CALLER["note"]}, "an empty purpose"
    assert ask("incident/W2") == {CALLER["note"]}, "of another incident"
    named = Draft("incident.noted", "incident/W2", {"texts": {"phone": texts[CALLER["phone"]]}})
    li.push(staff.journal().append([named], NOW, "li"))
    assert ask("incident/W2") == {CALLER["note"]}, "named there by nobody but who asks"
    assert ask("incident/W1") == {CALLER["note"], CALLER["phone"]}
    viewer = staff.add("sun", PersonRole.VIEWER)
    assert {text.content for text in viewer.pull(0).texts} == {CALLER["note"]} | PURPOSES, "shown to who asked alone"
    bodies: tuple[dict[str, object], ...] = ({}, {"shown": 3}, {"shown": [[1]], "texts": [2]}, {"texts": {"name": 1}})
    odd = [Draft(REVEALED, "x", body) for body in bodies]
    assert li.push(staff.journal().append(odd, NOW, "li")) == 11, "bodies of another shape show nothing"


def test_who_brings_words_may_read_them_again(staff: Staff) -> None:
    li, sun = staff.add("li", PersonRole.FIELD), staff.add("sun", PersonRole.FIELD)
    journal = staff.journal()
    told = journal.append([Draft("incident.happened", "incident/W1", {}, CALLER)], NOW, "li")
    li.push(told)
    assert li.push(told, journal.texts(told)) == 1, "the words come later than what names them"
    assert {text.content for text in li.pull(0).texts} == set(CALLER.values())
    assert {text.content for text in sun.pull(0).texts} == {CALLER["note"]}


def test_a_number_comes_once_in_a_push(staff: Staff) -> None:
    """Of two rows of one number only one would be looked at, and the other would be taken at its word."""
    wang, li = staff.add("wang", PersonRole.OPERATOR), staff.add("li", PersonRole.FIELD)
    journal = staff.journal()
    opened = journal.append([Draft("incident.opened", "incident/W1", {}, CALLER)], NOW, "wang")
    wang.push(opened, journal.texts(opened))
    (honest,) = staff.wrote("li")
    body = canonical({"shown": [text.id for text in journal.texts(opened)], "texts": {"purpose": opened[0].hash}})
    twin = replace(honest, kind=REVEALED, entity="incident/W1", body=body)
    with pytest.raises(AppError) as refused:
        li.push([honest, twin])
    assert (refused.value.code, refused.value.detail["number"]) == ("journal.forked", 1)
    assert li.push([honest, honest]) == 2, "a bundle that holds it twice"
    assert code(lambda: li.push([honest, twin])) == "journal.forked", "of what is known neither"
    assert {text.content for text in li.pull(0).texts} == {CALLER["note"]}
    assert [event.kind for event in staff.hub.pull(0).events] == ["incident.opened", "valve.observed"]


def test_nothing_is_kept_that_no_event_names(staff: Staff, database: str) -> None:
    li, viewer = staff.add("li", PersonRole.FIELD), staff.add("sun", PersonRole.VIEWER)
    texts = texts_json([free_text("nobody names this")])
    (event,) = staff.wrote("li")
    li.push([event])
    claimed = replace(event, body=canonical({"texts": {"note": json.loads(texts)[0]["id"]}}))
    pushes = [("new", []), (event.dev, [_json(event)]), (event.dev, [_json(claimed)])]
    for dev, events in pushes:
        li._rows("SELECT push(?, ?::jsonb, ?::jsonb)", (dev, json.dumps(events), texts))
    for dev, events in [*pushes, ("zero", [{"dev": "zero", "dev_seq": 0}])]:
        with pytest.raises(psycopg.Error) as refused:
            viewer._rows("SELECT push(?, ?::jsonb, ?::jsonb)", (dev, json.dumps(events), texts))
        assert refused.value.sqlstate == hub_rights.NOT_HIS_KIND
    with pytest.raises(psycopg.Error):
        li._rows("SELECT push('zero', ?::jsonb, ?::jsonb)", ('[{"dev": "zero", "dev_seq": 0}]', texts))
    with psycopg.connect(database, autocommit=True) as owner:
        assert owner.execute("SELECT count(*) FROM sluice.text").fetchone() == (0,)
        assert owner.execute("SELECT dev FROM sluice.device").fetchall() == [(event.dev,)]


def put_back(database: str, version: int = 1) -> None:
    """Make the hub one of an earlier *version*: 1 knew no persons, 2 no lost laptops, 3 no zones."""
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP TABLE sluice.picture, sluice.picture_part")
        owner.execute("DROP POLICY shown ON sluice.text")
        owner.execute("ALTER TABLE sluice.text DROP COLUMN about")
        owner.execute("DROP TABLE sluice.zone_part, sluice.entity_zone")
        owner.execute("ALTER TABLE sluice.person DROP COLUMN zones")
        owner.execute("CREATE POLICY shown ON sluice.text FOR SELECT USING (NOT personal OR sluice.sees_personal())")
        if version <= 2:
            owner.execute("DROP INDEX sluice.event_withdrawn")
            owner.execute("ALTER TABLE sluice.hub DROP COLUMN reads_from, DROP COLUMN writes_from")
            owner.execute("ALTER TABLE sluice.person DROP COLUMN since")
            owner.execute("DROP FUNCTION sluice.keep")
            owner.execute("CREATE FUNCTION sluice.keep(JSONB) RETURNS VOID LANGUAGE sql AS 'SELECT'")
        if version == 1:
            owner.execute("DROP POLICY shown ON sluice.text")
            owner.execute("ALTER TABLE sluice.text DISABLE ROW LEVEL SECURITY, DROP COLUMN personal")
            owner.execute("DROP TABLE sluice.person, sluice.may_write, sluice.revealed")
            owner.execute("ALTER TABLE sluice.device DROP COLUMN login")
            owner.execute("ALTER TABLE sluice.hub DROP COLUMN hinted_at")
        owner.execute("UPDATE sluice.hub SET schema = %s", (version,))


def test_a_hub_of_the_version_before_learns_of_lost_laptops(staff: Staff, database: str) -> None:
    li, wang = staff.add("li", PersonRole.FIELD), staff.add("wang", PersonRole.OPERATOR)
    journal = staff.journal()
    li.push(journal.append([Draft("laptop.joined", "laptop/a")], NOW, "li"))
    put_back(database, 2)
    assert [person.name for person in people(staff.hub)] == ["li", "wang"]
    staff.add("zhao", PersonRole.OPERATOR)
    with psycopg.connect(database, autocommit=True) as owner:
        said = owner.execute("SELECT schema, reads_from, writes_from FROM sluice.hub").fetchone()
    assert said == (hub_schema.SCHEMA, hub_schema.OLDEST_READER, hub_schema.OLDEST_WRITER)
    wang.push(staff.journal().append([Draft("laptop.withdrawn", "laptop/a")], NOW, "wang"))
    assert code(lambda: li.push(staff.wrote("li"))) == "hub.laptop_withdrawn"


def test_a_hub_of_the_version_before_learns_who_is_who(staff: Staff, database: str) -> None:
    journal = staff.journal()
    opened = journal.append([Draft("incident.opened", "incident/W1", {}, CALLER)], NOW, "wang")
    staff.hub.push(opened, journal.texts(opened))
    put_back(database)
    assert people(staff.hub) == ()
    assert staff.hub.signatures() == ()
    assert staff.hub.sees_personal()
    with psycopg.connect(database, autocommit=True) as owner:
        assert owner.execute("SELECT schema FROM sluice.hub").fetchone() == (1,), "looking changes nothing"
    li = staff.add("li", PersonRole.FIELD)
    assert {text.content for text in li.pull(0).texts} == {CALLER["note"]}
    assert li.push(staff.wrote("li")) == 2
    with psycopg.connect(database, autocommit=True) as owner:
        assert owner.execute("SELECT schema FROM sluice.hub").fetchone() == (hub_schema.SCHEMA,)


def test_devices_from_before_there_were_persons_are_whose_they_were(staff: Staff, database: str) -> None:
    li, sun = staff.add("li", PersonRole.FIELD), staff.add("sun", PersonRole.FIELD)
    laptop, shared, relayed = staff.journal(), staff.journal(), staff.journal()

    def write(journal: Journal, actor: str) -> tuple[Event, ...]:
        return journal.append([Draft("valve.observed", "valve/V1", {"position": "open"})], NOW, actor)

    li.push(write(laptop, "li"))
    staff.hub.push(write(shared, "whoever"))
    staff.hub.push(write(relayed, "li"))
    put_back(database)
    for name in ("li", "sun"):
        add_person(staff.hub, Person(staff.login(name), name, PersonRole.FIELD))
    assert code(lambda: sun.push(write(laptop, "sun"))) == "hub.not_his", "by the login that brought it"
    assert code(lambda: sun.push(write(relayed, "sun"))) == "hub.not_his", "by who signed it"
    assert sun.push(write(shared, "sun")) == 4, "nobody knows whose it was"
    assert code(lambda: li.push(write(shared, "li"))) == "hub.not_his", "now it is known"


def test_an_upgrade_waits_for_a_push_and_not_in_a_ring(staff: Staff, database: str) -> None:
    staff.hub.push(staff.wrote("anybody"))
    put_back(database)
    with ThreadPoolExecutor(1) as one, psycopg.connect(database) as pushing, psycopg.connect(database) as looking:
        looking.autocommit = True
        pushing.execute("SELECT 1 FROM sluice.device FOR UPDATE")
        adding = one.submit(staff.add, "li", PersonRole.FIELD)
        waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        while looking.execute(waiting).fetchone() is None:
            assert not adding.done()
        pushing.execute("UPDATE sluice.hub SET hub_seq = hub_seq")
        pushing.commit()
        adding.result()
    assert [person.name for person in people(staff.hub)] == ["li"]


def test_our_own_words_need_no_quoting() -> None:
    with pytest.raises(AssertionError):
        hub_rights._quoted(("it's",))
