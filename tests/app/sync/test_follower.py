"""A console that follows its hub, loses it, goes on alone, and catches up."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from servers import Postgres, postgres_programs, synchronous_pair

from app.errors import AppError
from app.hub_requests import Following, LookAtHub
from app.journal.events import Draft
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.operations.evidence import evidence_path, keep_evidence
from app.operations.hub import back_up_hub, hub_status, join_hub, make_hub, verify_hub
from app.sync.follower import Follower
from app.sync.membership import Membership, keep_membership, membership_of
from app.worker.hub_handlers import HubRoom
from app.workspace_files import HUB, HUB_PEOPLE, JOURNAL, NETWORK
from gis.errors import GisError
from gis.stores import sqlite

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
PATIENCE_S = 60


def observed(valve: str = "V1", **texts: str) -> Draft:
    return Draft("valve.observed", f"valve/{valve}", {"position": "closed"}, texts)


def silent(step: str, fraction: float | None = None) -> None:
    """Progress that nobody watches."""


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)


def write(folder: Path, *drafts: Draft) -> None:
    journal = Journal.open(folder / JOURNAL)
    journal.append(drafts, NOW, "王")
    journal.close()


def hashes(folder: Path) -> set[str]:
    journal = Journal.open(folder / JOURNAL)
    try:
        return {event.hash for event in journal.events()}
    finally:
        journal.close()


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """What of a workspace the hub is concerned with."""
    folder = tmp_path / "first"
    folder.mkdir()
    (folder / NETWORK).touch()
    Journal.create(folder / JOURNAL).close()
    write(folder, Draft("workspace.created", "workspace", {"name": "城"}), observed(note="屋主"))
    return folder


@pytest.fixture
def second(first: Path, tmp_path: Path) -> Path:
    """A copy of the first, taken before there was a hub."""
    return Path(shutil.copytree(first, tmp_path / "second"))


@pytest.fixture
def room() -> Iterator[Callable[[], HubRoom]]:
    made: list[HubRoom] = []

    def another() -> HubRoom:
        made.append(HubRoom(HubJournal.open))
        return made[-1]

    yield another
    for one in made:
        one.close()


def state(room: HubRoom, folder: Path) -> tuple[Following, int]:
    standing = room.look(LookAtHub(folder)).standing
    assert standing is not None
    return standing.state, standing.pending


def test_two_consoles_see_what_each_writes(
    first: Path, second: Path, database: str, room: Callable[[], HubRoom]
) -> None:
    one, two = room(), room()
    assert one.look(LookAtHub(first)).standing is None, "without a hub there is nothing to follow"
    made = make_hub(first, database)
    assert (made.top, made.reach, made.pending, made.devices) == (2, 2, 0, 1)
    write(second, observed("V2"))
    done, joined = join_hub(second, database)
    assert (done.sent, done.taken, joined.devices) == (4, 0, 2), "the copy goes on under a name of its own"
    until(lambda: state(one, first) == (Following.FOLLOWING, 0) == state(two, second))
    until(lambda: hashes(first) == hashes(second))
    for folder in (first, second, first):
        write(folder, observed("V3", note="告知"))
        until(lambda: hashes(first) == hashes(second))
    until(lambda: hub_status(second).pending == 0)
    assert verify_hub(first, silent) == hub_status(first).top == len(hashes(second))
    journal = Journal.open(second / JOURNAL)
    texts = [journal.text(one) for event in journal.events() for one in event.facts.get("texts", {}).values()]
    journal.close()
    assert sorted(map(str, texts)) == ["告知", "告知", "告知", "屋主"]


def test_pictures_follow_their_entries_by_themselves(
    first: Path, second: Path, tmp_path: Path, database: str, room: Callable[[], HubRoom]
) -> None:
    make_hub(first, database)
    join_hub(second, database)
    (tmp_path / "p.jpg").write_bytes(b"a picture")
    name = keep_evidence(first, tmp_path / "p.jpg")
    write(first, Draft("incident.noted", "incident/W1", {"photo": name}))
    one = room()
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    with closing(HubJournal.open(database)) as hub:
        until(lambda: name in hub.pictures())
    two = room()
    until(lambda: state(two, second)[0] is Following.FOLLOWING and evidence_path(second, name) is not None)


def test_without_its_hub_a_console_goes_on_alone(
    first: Path, database: str, postgres_server: Postgres, room: Callable[[], HubRoom]
) -> None:
    make_hub(first, database)
    one = room()
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    with postgres_server.shut(database):
        until(lambda: state(one, first)[0] is Following.ALONE)
        write(first, observed(), observed())
        until(lambda: state(one, first) == (Following.ALONE, 2))
        standing = one.look(LookAtHub(first)).standing
        assert standing is not None
        assert standing.code in {"server.lost", "server.unreachable"}
        with pytest.raises(GisError, match="unreachable"):
            hub_status(first)
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    assert hub_status(first).top == 4


def test_a_hub_whose_disk_is_full_loses_nothing(
    first: Path, second: Path, database: str, room: Callable[[], HubRoom]
) -> None:
    """The server says so in the middle of a push; what is written here waits, and consoles say why."""
    make_hub(first, database)
    join_hub(second, database)
    one, two = room(), room()
    until(lambda: state(one, first) == (Following.FOLLOWING, 0) == state(two, second))
    full = "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'"
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(
            f"CREATE FUNCTION sluice.is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {full}; END $$".encode()
        )
        # Behind the first of two events: what was taken of the push has to go again.
        owner.execute(
            "CREATE TRIGGER is_full AFTER INSERT ON sluice.event FOR EACH ROW WHEN (NEW.entity = 'valve/V9') "
            "EXECUTE FUNCTION sluice.is_full()"
        )
        before = hub_status(second).top
        write(first, observed("V8"), observed("V9"))
        until(lambda: state(one, first) == (Following.REFUSED, 2))
        standing = one.look(LookAtHub(first)).standing
        assert standing is not None
        assert standing.code == "server.disk_full"
        assert hub_status(second).top == before, "all of a push or nothing"
        owner.execute("DROP FUNCTION sluice.is_full() CASCADE")
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    until(lambda: hashes(first) == hashes(second))
    assert verify_hub(first, silent) == before + 2


def test_rights_that_cannot_be_written_down_hold_up_nothing(
    first: Path, second: Path, database: str, room: Callable[[], HubRoom]
) -> None:
    make_hub(first, database)
    join_hub(second, database)
    (first / HUB_PEOPLE).mkdir()
    one = room()
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    standing = one.look(LookAtHub(first)).standing
    assert standing is not None
    assert standing.code == "hub.rights_not_kept", "it is said all the same"
    write(second, observed("V2"))
    join_hub(second, database)
    until(lambda: hashes(first) == hashes(second))


def test_a_hub_that_was_set_back_or_is_another_is_not_followed(
    first: Path, second: Path, tmp_path: Path, database: str, room: Callable[[], HubRoom]
) -> None:
    make_hub(first, database)
    membership = membership_of(first)
    assert membership is not None
    write(first, observed("V7"))
    join_hub(first, database)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP SCHEMA sluice CASCADE")
    make_hub(second, database)
    with pytest.raises(AppError, match="another_hub"):
        hub_status(first)
    with pytest.raises(AppError, match="set_back"):
        join_hub(first, database)
    one = room()
    until(lambda: state(one, first) == (Following.REFUSED, 0))
    keep_membership(first, membership)
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    (stranger / NETWORK).touch()
    Journal.create(stranger / JOURNAL).close()
    write(stranger, observed())
    with pytest.raises(AppError, match="another_city"):
        join_hub(stranger, database)
    assert not (stranger / HUB).exists()
    with pytest.raises(AppError, match=r"hub\.none"):
        hub_status(stranger)


def test_a_hub_comes_back_from_a_backup_in_the_same_order(
    first: Path, second: Path, tmp_path: Path, database: str
) -> None:
    make_hub(first, database)
    for folder in (second, first, second, first):
        write(folder, observed(note="词"))
        join_hub(folder, database)
    join_hub(second, database)
    copy = tmp_path / "hub.sqlite"
    assert back_up_hub(first, copy, silent) == hub_status(first).top
    with pytest.raises(AppError, match=r"journal\.exists"):
        back_up_hub(first, copy, silent)
    with psycopg.connect(database, autocommit=True) as owner:
        before = owner.execute("SELECT hub_seq, hash FROM sluice.event ORDER BY 1").fetchall()
        owner.execute("DROP SCHEMA sluice CASCADE")
    fresh = Path(shutil.copytree(first, tmp_path / "fresh"))
    shutil.copy(copy, fresh / JOURNAL)
    make_hub(fresh, database)
    with psycopg.connect(database, autocommit=True) as owner:
        assert owner.execute("SELECT hub_seq, hash FROM sluice.event ORDER BY 1").fetchall() == before
        assert owner.execute("SELECT DISTINCT content FROM sluice.text ORDER BY 1").fetchall() == [("屋主",), ("词",)]
    assert join_hub(second, database)[0].taken == 0
    write(second, observed())
    assert join_hub(second, database)[0].sent == 1
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_a_hub_that_somebody_changed_is_seen(first: Path, second: Path, database: str) -> None:
    make_hub(first, database)
    join_hub(second, database)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("ALTER TABLE sluice.event DISABLE TRIGGER event_stays")
        owner.execute("UPDATE sluice.event SET actor = 'somebody else' WHERE hub_seq = 1")
        with pytest.raises(AppError, match="unsound") as refused:
            verify_hub(first, silent)
        assert refused.value.detail["number"] == 1
        owner.execute("UPDATE sluice.event SET actor = '王', recv_at = 5 WHERE hub_seq = 1")
        assert verify_hub(first, silent) == 2
        owner.execute("UPDATE sluice.event SET hub_seq = 7 WHERE hub_seq = 1")
        with pytest.raises(AppError, match=r"another_order|order_broken|differs|set_back"):
            verify_hub(first, silent)


def test_what_cannot_be_made_leaves_nothing(first: Path, database: str) -> None:
    connection = sqlite.connect(first / JOURNAL)
    connection.execute("DROP TRIGGER event_stays")
    connection.execute('UPDATE event SET body = \'{"position":"open"}\' WHERE dev_seq = 2')
    connection.close()
    with pytest.raises(AppError, match="broken_chain"):
        make_hub(first, database)
    assert membership_of(first) is None
    with pytest.raises(AppError, match="not_a_hub"):
        HubJournal.open(database)
    with pytest.raises(GisError, match="password_in_address"):
        make_hub(first, f"{database} password=secret-7")


@pytest.mark.expect_log("following the hub failed")
def test_a_fault_that_nobody_foresaw_ends_nothing(first: Path, database: str, room: Callable[[], HubRoom]) -> None:
    make_hub(first, database)
    one = room()
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("ALTER TABLE sluice.event RENAME COLUMN body TO away")
        until(lambda: state(one, first)[0] is Following.REFUSED)
        standing = one.look(LookAtHub(first)).standing
        assert standing is not None
        write(first, observed())
        owner.execute("ALTER TABLE sluice.event RENAME COLUMN away TO body")
    assert standing.code == "hub.stopped"
    assert "seconds" in standing.detail
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    assert hub_status(first).top == 3
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("ALTER SCHEMA sluice RENAME TO away")
        until(lambda: state(one, first)[0] is Following.REFUSED)
        standing = one.look(LookAtHub(first)).standing
        assert standing is not None
        owner.execute("ALTER SCHEMA away RENAME TO sluice")
    assert standing.code in {"hub.gone", "hub.not_a_hub"}
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))


def put_out(owner: psycopg.Connection[Any]) -> None:
    """End every console's connection; they come back."""
    owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'sluice' AND datname = current_database()"
    )


def test_a_hub_that_became_newer_is_read_on_and_what_is_written_here_waits(
    first: Path, second: Path, database: str, room: Callable[[], HubRoom]
) -> None:
    """A kind that nobody here knows comes along untouched, and goes on to whoever asks."""
    make_hub(first, database)
    join_hub(second, database)
    one = room()
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE sluice.hub SET schema = schema + 1, writes_from = schema + 1")
        put_out(owner)
        until(lambda: state(one, first) == (Following.REFUSED, 0))
        standing = one.look(LookAtHub(first)).standing
        assert standing is not None
        assert standing.code == "hub.newer_reads_only"
        write(first, observed("V7"))
        until(lambda: state(one, first) == (Following.REFUSED, 1))
        # A console of the newer version writes meanwhile, also what is unknown here.
        owner.execute("UPDATE sluice.hub SET writes_from = schema - 1")
        write(second, Draft("of.tomorrow", "x/1", {"a": [1]}, {"note": "明天"}, kind_version=7))
        join_hub(second, database)
        owner.execute("UPDATE sluice.hub SET writes_from = schema")
        until(lambda: hashes(second) <= hashes(first))
        with closing(Journal.open(first / JOURNAL)) as journal:
            (new,) = [event for event in journal.events() if event.kind == "of.tomorrow"]
            assert (new.kind_version, new.facts["a"]) == (7, [1])
            assert [text.content for text in journal.texts([new])] == ["明天"]
            assert journal.state().unknown
        assert state(one, first) == (Following.REFUSED, 1)
        # As if this console were brought up to date.
        owner.execute("UPDATE sluice.hub SET schema = schema - 1, writes_from = schema - 1")
        put_out(owner)
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    assert verify_hub(first, silent) == hub_status(first).top


def test_a_console_whose_entry_is_refused_still_hears_the_others(
    first: Path, second: Path, database: str, room: Callable[[], HubRoom]
) -> None:
    make_hub(first, database)
    join_hub(second, database)
    one = room()
    until(lambda: state(one, first) == (Following.FOLLOWING, 0))
    with psycopg.connect(database, autocommit=True) as owner:
        # The hub forgets where the chain of this device stands: what it writes next follows on nothing.
        owner.execute("UPDATE sluice.device SET hash = 'x'")
    write(first, observed("V6"))
    until(lambda: state(one, first) == (Following.REFUSED, 1))
    write(second, observed("V7"))
    join_hub(second, database)
    until(lambda: len(hashes(first) & hashes(second)) == len(hashes(second)))
    assert state(one, first) == (Following.REFUSED, 1)
    standing = one.look(LookAtHub(first)).standing
    assert standing is not None
    assert standing.code == "journal.broken_chain"
    with pytest.raises(AppError, match="broken_chain"):
        join_hub(first, database)


def test_a_backup_of_a_hub_that_has_less_than_it_says_comes_to_an_end(
    first: Path, tmp_path: Path, database: str
) -> None:
    make_hub(first, database)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE sluice.hub SET hub_seq = hub_seq + 1")
    with pytest.raises(AppError, match="order_broken") as refused:
        back_up_hub(first, tmp_path / "hub.sqlite", silent)
    assert refused.value.detail == {"number": 3}
    assert [path.name for path in tmp_path.iterdir() if "hub" in path.name] == []


def test_damaged_settings_are_said(first: Path, room: Callable[[], HubRoom]) -> None:
    keep_membership(first, Membership("host=/nowhere dbname=x", "id", "x"))
    assert membership_of(first) == Membership("host=/nowhere dbname=x", "id", "x")
    for text in ("{", "{}", "[]", '"x"'):
        (first / HUB).write_text(text)
        with pytest.raises(AppError, match="settings_damaged"):
            room().look(LookAtHub(first))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("server.unreachable", Following.ALONE),
        ("server.lost", Following.ALONE),
        ("server.read_only", Following.REFUSED),
        ("store.disk_full", Following.REFUSED),
    ],
)
def test_only_a_hub_that_is_away_leaves_a_console_alone(first: Path, code: str, expected: Following) -> None:
    def refuse(address: str) -> HubJournal:
        raise GisError(code, server="hub.example", reason="so it is", path=JOURNAL)

    follower = Follower(first, Membership("host=hub.example", "H", "hub.example"), refuse, lambda: 0)
    try:
        until(lambda: follower.look().code == code)
        assert follower.look().state is expected
    finally:
        follower.close()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """While this lasts somebody writes, fifty times a second at most."""
    ending = threading.Event()

    def go_on() -> None:
        while not ending.wait(0.02):
            write(folder, observed("V5"))

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        yield
    finally:
        ending.set()
        writer.join()


def placed(folder: Path) -> dict[tuple[str, int], int | None]:
    """Events that the console was told the place of, with that place."""
    with closing(Journal.open(folder / JOURNAL)) as journal:
        return {event.key: event.hub_seq for event in journal.placed_after(0, journal.reach())}


def test_what_was_acknowledged_outlives_the_primary_and_consoles_go_on_at_the_standby(
    first: Path, second: Path, room: Callable[[], HubRoom]
) -> None:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not on this machine: python3 tools/set_up.py test")
    with synchronous_pair(programs) as (primary, standby):
        hosts = f"{standby.folder},{primary.folder}"
        address = f"host={hosts} dbname=postgres user=owner target_session_attrs=read-write"
        make_hub(first, address)
        join_hub(second, address)
        one, two = room(), room()
        until(lambda: state(one, first) == (Following.FOLLOWING, 0) == state(two, second))
        with writing(first):
            until(lambda: len(placed(first)) > 40)
            primary.kill()
            until(lambda: state(one, first)[0] is state(two, second)[0] is Following.ALONE)
            told = placed(first) | placed(second)
            began_s = time.monotonic()
            with psycopg.connect(standby.address, autocommit=True) as connection:
                connection.execute("SELECT pg_promote()")
            promoted_s = time.monotonic()
            until(lambda: len(placed(first)) > len(told))
            again_s = time.monotonic()
        assert again_s - promoted_s <= 10
        until(lambda: state(one, first) == (Following.FOLLOWING, 0) == state(two, second))
        until(lambda: hashes(first) == hashes(second))
        assert told.items() <= placed(first).items()
        assert told.items() <= placed(second).items()
        assert verify_hub(first, silent) == len(hashes(first)) > len(told) > 40
    print(
        f"promotion {promoted_s - began_s:.2f} s, then {again_s - promoted_s:.2f} s until what is written has a place"
    )
