"""The hub takes what follows on what it has, once, and refuses everything else without taking any of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import Postgres

from app.errors import AppError
from app.journal import hub_schema
from app.journal.chain import flaws
from app.journal.events import HUB_ORDER, Draft, Event, canonical, hash_of
from app.journal.hub import HubJournal
from app.journal.hub_people import add_person
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.journal.person import Person
from app.journal.writing import FreeText, free_text
from gis.errors import GisError
from gis.stores import postgres

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def observed(**texts: str) -> Draft:
    return Draft("valve.observed", "valve/V1", {"position": "closed"}, texts)


@pytest.fixture
def hub(database: str) -> Iterator[HubJournal]:
    hub = HubJournal.create(database)
    yield hub
    hub.close()


@pytest.fixture
def journals(tmp_path: Path) -> Iterator[Callable[[], Journal]]:
    """New journals of new devices."""
    made: list[Journal] = []

    def another() -> Journal:
        made.append(Journal.create(tmp_path / f"{len(made)}.sqlite"))
        return made[-1]

    yield another
    for one in made:
        one.close()


@pytest.fixture
def events(journals: Callable[[], Journal]) -> tuple[Event, ...]:
    """Five events of one device."""
    return journals().append([observed() for _ in range(5)], NOW, "王", "dispatcher")


def code_of(push: Callable[[], object]) -> str:
    with pytest.raises(AppError) as refused:
        push()
    return refused.value.code


def rechained(events: Sequence[Event], at: int, **changed: object) -> list[Event]:
    """*events* with one of them changed and the whole chain worked out anew, as a forger would."""
    forged = list(events)
    forged[at] = replace(forged[at], **changed)  # type: ignore[arg-type]  # fields by name
    for number in range(at, len(forged)):
        before = forged[number - 1].hash if number else ""
        forged[number] = replace(forged[number], prev_hash=before)
        forged[number] = replace(forged[number], hash=hash_of(forged[number]))
    return forged


def test_what_is_known_is_skipped_and_order_within_a_push_does_not_matter(
    hub: HubJournal, events: tuple[Event, ...]
) -> None:
    assert hub.top() == 0
    assert hub.push(events[:2]) == 2
    assert hub.push(events[:2]) == 2, "the answer was lost and it is sent again"
    assert hub.push([events[3], events[1], events[2], events[3]]) == 4
    assert hub.push([]) == 4
    assert hub.push(events) == 5
    pulled = hub.pull(0).events
    assert [event.hub_seq for event in pulled] == [1, 2, 3, 4, 5]
    assert [event.hash for event in pulled] == [event.hash for event in events]
    assert all(event.recv_at_ms for event in pulled)
    assert [event.hub_seq for event in hub.pull(3).events] == [4, 5]
    assert [event.hub_seq for event in hub.pull(1, limit=2).events] == [2, 3]
    assert flaws(hub.events()) == []


def test_what_does_not_follow_on_is_refused_whole(hub: HubJournal, events: tuple[Event, ...]) -> None:
    hub.push(events[:2])
    other = rechained(events, 1, entity="valve/V2")
    assert code_of(lambda: hub.push(events[3:])) == "hub.gap"
    assert code_of(lambda: hub.push([events[2], events[4]])) == "hub.gap"
    assert code_of(lambda: hub.push(other)) == "journal.forked"
    assert code_of(lambda: hub.push(other[2:])) == "journal.broken_chain"
    assert code_of(lambda: hub.push([events[2], replace(events[2], hash="0")])) == "journal.forked"
    assert code_of(lambda: hub.push([events[2], *rechained(events, 3, base=3)[3:]])) == "hub.base_ahead"
    assert code_of(lambda: hub.push([events[2], *rechained(events, 3, dev_seq=0)[3:4]])) == "journal.forked"
    assert (hub.top(), hub.heads()) == (2, {events[0].dev: 2, HUB_ORDER: 2})
    assert hub.push(rechained(events, 3, base=2)[:4]) == 4, "what the author held, the hub had"


@pytest.mark.parametrize(
    "field",
    ["base", "hlc", "eff_at_ms", "actor", "role", "kind", "kind_version", "entity", "body", "prev_hash", "hash"],
)
def test_any_changed_field_is_seen(hub: HubJournal, events: tuple[Event, ...], field: str) -> None:
    hub.push(events[:1])
    value = getattr(events[1], field)
    changed = replace(events[1], **{field: value + 1 if isinstance(value, int) else value + " "})
    with pytest.raises(AppError, match="broken_chain") as refused:
        hub.push([changed, *events[2:]])
    assert refused.value.detail == {"device": events[0].dev, "number": 2}
    assert hub.top() == 1


@pytest.mark.parametrize("body", ["x", "", "[]", "3", '{"a":1', "null"])
def test_what_no_console_could_read_is_not_let_in(hub: HubJournal, events: tuple[Event, ...], body: str) -> None:
    assert code_of(lambda: hub.push(rechained(events, 1, body=body))) == "journal.broken_chain"
    assert hub.top() == 0


@pytest.mark.parametrize("hlc", ["", "zzz", "99999999999999.00000", "1.0", "１７７２０００００００００.00000"])
def test_a_clock_that_says_anything_is_not_let_in(hub: HubJournal, events: tuple[Event, ...], hlc: str) -> None:
    assert code_of(lambda: hub.push(rechained(events, 1, hlc=hlc))) == "journal.broken_chain"
    assert hub.top() == 0


def test_nobody_unlearns_what_he_knew(hub: HubJournal, events: tuple[Event, ...]) -> None:
    hub.push(events[:2])
    told = rechained(events, 2, base=2)
    assert code_of(lambda: hub.push(told)) == "journal.broken_chain"
    assert hub.push(rechained(told, 3, base=2)[:3]) == 3


def test_texts_come_with_the_events_and_stay_erased(
    hub: HubJournal, journals: Callable[[], Journal], database: str
) -> None:
    one, two = journals(), journals()
    (event,) = one.append([observed(note="屋主 0531\n“x”")], NOW, "a")
    texts = one.texts([event])
    assert [text.content for text in texts] == ["屋主 0531\n“x”"]
    hub.push([event], [*texts, free_text("nobody names this")])
    portion = hub.pull(0)
    assert portion.texts == texts
    two.take_in(portion.events, portion.texts)
    assert two.text(texts[0].id) == hub.text(texts[0].id) == texts[0].content
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE sluice.text SET salt = NULL, content = NULL, erased_at = 1")
    hub.push([event], texts)
    assert hub.text(texts[0].id) is None
    assert hub.pull(0).texts == ()


def test_a_text_that_is_not_the_one_named_is_refused(hub: HubJournal, journals: Callable[[], Journal]) -> None:
    journal = journals()
    (event,) = journal.append([observed(note="closed")], NOW, "a")
    (text,) = journal.texts([event])
    false = FreeText(text.id, text.salt, "open")
    assert code_of(lambda: hub.push([event], [false])) == "journal.text_changed"
    assert hub.top() == 0
    assert code_of(lambda: journal.take_in([], [false])) == "journal.text_changed"


def test_what_postgresql_cannot_hold_is_said(hub: HubJournal, events: tuple[Event, ...]) -> None:
    assert code_of(lambda: hub.push(rechained(events[:1], 0, actor="a\x00"))) == "hub.not_storable"
    assert code_of(lambda: hub.push(rechained(events[:1], 0, eff_at_ms=2**64))) == "hub.not_storable"
    assert hub.top() == 0


@given(st.lists(st.text(), min_size=8, max_size=8), st.lists(st.integers(0, 2**62), min_size=4, max_size=4))
def test_the_server_hashes_as_python_does(hash_connection: psycopg.Connection, said: list[str], n: list[int]) -> None:
    try:
        canonical(said)
    except AppError:
        return
    dev, hlc, actor, role, kind, entity, body, chained = (one.replace("\x00", "") for one in said)
    event = Event(dev, n[0], n[1], hlc, n[2], actor, role, kind, n[3], entity, body, chained, "")
    values = (dev, n[0], n[1], hlc, n[2], actor, role, kind, n[3], entity, body, chained)
    found = hash_connection.execute(
        "SELECT sluice.hash_of(%s, %s::bigint, %s::bigint, %s, %s::bigint, %s, %s, %s, %s::bigint, %s, %s, %s)", values
    ).fetchone()
    assert found == (hash_of(event),)


@pytest.fixture(scope="module")
def hash_connection(postgres_server: Postgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_server.address) as connection:
        for statement in hub_schema.tables("pg_monitor"):
            connection.execute(statement.encode())
        yield connection
        connection.rollback()


def test_many_push_at_once_and_a_follower_misses_nothing(database: str, journals: Callable[[], Journal]) -> None:
    HubJournal.create(database).close()
    chains = [journals().append([observed() for _ in range(20)], NOW, "a") for _ in range(4)]

    def send(chain: tuple[Event, ...]) -> None:
        hub = HubJournal.open(database)
        try:
            for number in range(len(chain)):
                hub.push(chain[max(0, number - 2) : number + 1])
        finally:
            hub.close()

    follower, seen = HubJournal.open(database), list[Event]()
    with ThreadPoolExecutor(len(chains)) as senders:
        sending = [senders.submit(send, chain) for chain in chains]
        while not all(one.done() for one in sending):
            seen += follower.pull(len(seen), limit=7).events
    assert [one.exception() for one in sending] == [None] * 4
    while len(seen) < follower.top():
        seen += follower.pull(len(seen)).events
    follower.close()
    assert [event.hub_seq for event in seen] == list(range(1, 81))
    for chain in chains:
        assert [event.key for event in seen if event.dev == chain[0].dev] == [event.key for event in chain]


def test_what_is_made_ready_for_a_push_leaves_nothing(
    hub: HubJournal, database: str, postgres_server: Postgres, events: tuple[Event, ...]
) -> None:
    with closing(HubJournal.open(database)) as other:
        other.hinted(0.0)
        hub.warm_up()
        assert not other.hinted(0.2)
        other._rows("SELECT set_config('default_transaction_read_only', 'on', false)")
        other.warm_up()
        assert other.top() == 0, "a server that only answers is followed all the same"
        assert (hub.top(), list(hub.events()), hub.heads()) == (0, [], {})
    login = f"wang_{postgres.parameters_of(database)['dbname']}"
    add_person(hub, Person(login, "王", PersonRole.VIEWER))
    try:
        with closing(HubJournal.open(postgres_server.database("each", login))) as viewer:
            viewer.warm_up()
            assert viewer.top() == 0
            add_person(hub, Person(login, "王", PersonRole.OPERATOR))
            viewer.warm_up()
            assert (
                viewer.push([replace(one, actor=login, hash=hash_of(replace(one, actor=login))) for one in events[:1]])
                == 1
            )
    finally:
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute(f'DROP OWNED BY "{login}"; DROP ROLE "{login}"'.encode())


def test_a_hint_comes_with_news(hub: HubJournal, database: str, events: tuple[Event, ...]) -> None:
    other = HubJournal.open(database)
    assert not other.hinted(0.0)
    hub.push(events)
    assert other.hinted(60.0)
    assert not other.hinted(0.0)
    other.close()


def test_a_clock_that_was_set_back_does_not_silence_the_hub(
    hub: HubJournal, database: str, events: tuple[Event, ...]
) -> None:
    other = HubJournal.open(database)
    assert not other.hinted(0.0)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE sluice.hub SET hinted_at = 4000000000000")
    hub.push(events)
    assert other.hinted(60.0)
    other.close()


def test_a_crowd_of_events_is_hinted_at_seldom(hub: HubJournal, database: str, events: tuple[Event, ...]) -> None:
    told = []
    with psycopg.connect(database, autocommit=True) as owner:
        for event in events:
            hub.push([event])
            told.append(owner.execute("SELECT hinted_at, hub_seq FROM sluice.hub").fetchone())
    assert [row[1] for row in told if row is not None] == [1, 2, 3, 4, 5]
    hints = sorted({row[0] for row in told if row is not None})
    assert all(after - before >= 50 for before, after in pairwise(hints))


def test_a_console_may_read_and_push_and_nothing_else(
    hub: HubJournal, database: str, postgres_server: Postgres, events: tuple[Event, ...]
) -> None:
    name = postgres.parameters_of(database)["dbname"]
    login = f"wang_{name}"
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(f'CREATE ROLE "{login}x" LOGIN'.encode())
    add_person(hub, Person(login, "王", PersonRole.OPERATOR))
    console = HubJournal.open(postgres_server.database(name, login))
    assert console.push(events) == 5
    assert len(list(console.events())) == 5
    assert console.text("none") is None
    console.close()
    with psycopg.connect(postgres_server.database(name, login), autocommit=True) as his:
        for statement in (
            "INSERT INTO sluice.text (id) VALUES ('x')",
            "UPDATE sluice.event SET actor = 'somebody else'",
            "DELETE FROM sluice.event",
            "UPDATE sluice.hub SET hub_seq = 0",
            "UPDATE sluice.device SET dev_seq = 0",
            "TRUNCATE sluice.event",
            "SELECT sluice.keep('[]')",
            "INSERT INTO sluice.person VALUES ('me', 'me', 'supervisor')",
            "UPDATE sluice.person SET role = 'supervisor'",
            "UPDATE sluice.text SET personal = false",
            "INSERT INTO sluice.revealed VALUES ('me', 'id')",
            "SELECT sluice.mark_personal('{}')",
            "SELECT sluice.reveal('', '', '', '{}')",
            "SELECT sluice.settle_texts('', '[]', '{}')",
            "SELECT sluice.place_entity('', '{}', '')",
            "INSERT INTO sluice.entity_zone VALUES ('incident/W1', 'East', '')",
            "UPDATE sluice.text SET about = ''",
            "UPDATE sluice.person SET zones = '{}'",
            "UPDATE sluice.person SET since = 99",
            "ALTER TABLE sluice.text DISABLE ROW LEVEL SECURITY",
            "CREATE TABLE sluice.mine (x INTEGER)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                his.execute(statement.encode())
        assert his.execute("SELECT DISTINCT login FROM sluice.event").fetchall() == [(login,)]
    with psycopg.connect(database, autocommit=True) as owner:
        for statement in ("UPDATE sluice.event SET actor = 'x'", "DELETE FROM sluice.event", "TRUNCATE sluice.event"):
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                owner.execute(statement.encode())
    with pytest.raises(GisError, match="not_allowed"):
        HubJournal.open(postgres_server.database(name, f"{login}x"))
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(f'DROP ROLE "{login}"; DROP ROLE "{login}x"'.encode())


def test_a_database_that_is_no_hub_is_refused_and_a_hub_is_not_made_twice(database: str) -> None:
    with pytest.raises(AppError, match="not_a_hub"):
        HubJournal.open(database)
    hub = HubJournal.create(database)
    name = hub.identity()
    hub.close()
    with pytest.raises(AppError, match="exists"):
        HubJournal.create(database)
    with psycopg.connect(database, autocommit=True) as owner:
        assert owner.execute("SELECT id FROM sluice.hub").fetchall() == [(name,)]
        owner.execute("UPDATE sluice.hub SET schema = 99, reads_from = 99, writes_from = 99")
    with pytest.raises(AppError, match="newer_schema"):
        HubJournal.open(database)


def test_a_newer_hub_says_who_may_still_read_and_who_may_push(
    hub: HubJournal, database: str, events: tuple[Event, ...]
) -> None:
    hub.push(events[:2])
    known = hub_schema.SCHEMA
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE sluice.hub SET schema = 99, writes_from = 99")
        with closing(HubJournal.open(database)) as older:
            told = older.outdated()
            assert told is not None
            assert (told.code, told.detail["known"]) == ("hub.newer_reads_only", known)
            assert [event.hash for event in older.pull(0).events] == [event.hash for event in events[:2]]
            for write in (lambda: older.push(events), lambda: older.append([observed()], NOW, "a")):
                with pytest.raises(AppError, match="newer_reads_only"):
                    write()
            with pytest.raises(AppError, match="newer_reads_only"), older.as_owner():
                pytest.fail("nobody brings a newer hub back to what he knows")
        assert owner.execute("SELECT schema, hub_seq FROM sluice.hub").fetchone() == (99, 2)
        owner.execute("UPDATE sluice.hub SET writes_from = %s", (known,))
    with closing(HubJournal.open(database)) as older:
        assert older.outdated() is None
        assert older.push(events) == 5, "its rules for pushing are still those that this program knows"


def test_a_server_that_goes_is_a_fault_with_a_name(hub: HubJournal, database: str, events: tuple[Event, ...]) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice'")
    with pytest.raises(GisError, match="lost"):
        hub.push(events)
    with pytest.raises(GisError, match="lost"):
        hub.heads()
    again = HubJournal.open(database)
    assert again.push(events) == 5
    again.close()


def test_numbers_follow_on_without_gaps_for_each_device(hub: HubJournal, journals: Callable[[], Journal]) -> None:
    one, two = journals(), journals()
    mixed = [event for journal in (one, two) for event in journal.append([observed(), observed()], NOW, "a")]
    assert hub.push(mixed[::-1]) == 4
    places = [(event.dev, event.hub_seq or 0) for event in hub.events()]
    assert all(a[0] != b[0] or a[1] < b[1] for a, b in pairwise(places))
