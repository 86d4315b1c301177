"""A laptop goes out with a workspace, works without a network, and what it wrote comes home by a stick."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from dispatch_room import Room, make_city
from field_room import FieldRoom, field_room, heads, refusal, silent
from hub_desk import hub_desk
from same import differences
from servers import Postgres

from app.dispatch.acts import Decide, Note, Record, Turn
from app.dispatch.entries import Course
from app.dispatch.facts import FactKind
from app.journal.fold import valve_state
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.operations.bundling import bundle
from app.operations.evidence import evidence_path
from app.operations.hub import exchange_now, make_hub
from app.operations.taking import Along, take
from app.sync.membership import forget_membership, keep_membership, membership_of
from app.workspace import open_workspace
from app.workspace_care import back_up, examine
from app.workspace_files import JOURNAL, LAPTOP, NETWORK, ORDER, SIGNING_KEY
from gis.stores.spatialite import SpatialiteStore
from network.assets import Position


@pytest.fixture
def room(tmp_path: Path) -> Iterator[FieldRoom]:
    room = field_room(make_city(tmp_path / "city"), tmp_path)
    yield room
    room.close()


def test_what_the_laptop_wrote_comes_home_and_the_answer_goes_back(room: FieldRoom) -> None:
    room.work()
    room.centre.later(30).do(Note(room.number, "the road is closed"))
    first = room.written()
    done = room.home(first)
    assert (done.events, done.pictures, done.missing) == (room.bundled.events, 1, 0)
    # Both know everything now, and judge it alike.
    room.heard(room.answer())
    assert heads(room.folder) == heads(room.laptop_folder)
    for who in (room.centre, room.laptop):
        state = who.view()
        assert [row.number for row in state.queue] == [room.number]
        assert valve_state(who.desk.workspace.state, "V2").position is Position.OPEN
    # What was written before the answer is not brought again; what comes after it is.
    room.laptop.later(5).do(Record(room.number, FactKind.WATER_OFF))
    room.written()
    assert (room.bundled.events, room.bundled.pictures) == (1, 0)


def test_whoever_saw_what_came_home_may_settle_it(room: FieldRoom) -> None:
    """Without a hub the centre keeps the order: a later observation there supersedes the laptop's, no dispute stays."""
    room.work()
    room.centre.later(65).do(Turn(room.number, "V2", "closed"))
    room.both_ways()
    for who in (room.centre, room.laptop):
        who.view()
        assert valve_state(who.desk.workspace.state, "V2").position is Position.DISPUTED
    room.centre.later(10).do(Turn(room.number, "V2", "closed"))
    room.centre.later(10)
    room.heard(room.answer())
    for who in (room.centre, room.laptop):
        who.view()
        assert valve_state(who.desk.workspace.state, "V2").position is Position.CLOSED


def test_pictures_may_follow_later(room: FieldRoom) -> None:
    room.work()
    name = room.photograph(b"another picture")
    assert room.home(room.written(pictures=False)).missing == 2
    assert evidence_path(room.folder, name) is None
    # The answer tells which are missing; only these come with the next bundle.
    room.heard(room.answer())
    done = room.home(room.written())
    assert (room.bundled.events, done.events, done.pictures, done.missing) == (0, 0, 2, 0)
    assert evidence_path(room.folder, name) is not None


def test_a_bundle_that_was_lost_is_no_loss(room: FieldRoom) -> None:
    room.work()
    lost = room.written()
    room.laptop.later(5).do(Record(room.number, FactKind.WATER_OFF))
    later = room.written()
    assert room.home(later).events == room.bundled.events
    # The lost one turns up after all.
    before = heads(room.folder)
    assert refusal(lambda: room.home(lost)) == refusal(lambda: room.home(later)) == "bundle.known"
    assert heads(room.folder) == before
    # An answer that was lost: the next one holds it too.
    room.answer()
    room.centre.later(5).do(Note(room.number, "x"))
    room.heard(room.answer())
    assert heads(room.folder) == heads(room.laptop_folder)


def test_an_answer_that_follows_on_an_unknown_one_is_refused(room: FieldRoom, tmp_path: Path) -> None:
    room.work()
    room.both_ways()
    back_up(room.laptop_folder, tmp_path / "before")
    (tmp_path / "before" / SIGNING_KEY).write_bytes((room.laptop_folder / SIGNING_KEY).read_bytes())
    room.laptop.later(5).do(Record(room.number, FactKind.WATER_OFF))
    room.both_ways()
    room.laptop.later(5).do(Record(room.number, FactKind.REPAIR_DONE))
    room.home(room.written())
    answer = room.answer()
    room.laptop_folder = tmp_path / "before"
    assert refusal(lambda: room.heard(answer)) == "bundle.one_missing"


def test_after_its_time_it_can_only_be_read_and_brought_home(room: FieldRoom) -> None:
    room.work()
    room.laptop.later(15 * 24 * 60)
    before = heads(room.laptop_folder)
    assert refusal(lambda: room.laptop.do(Note(room.number, "x"))) == "laptop.expired"
    assert heads(room.laptop_folder) == before
    assert len(room.laptop.view().queue) == 1
    assert room.home(room.written()).events > 0
    room.heard(room.answer())


def test_what_is_taken_is_whole_and_a_workspace_like_any(room: FieldRoom, tmp_path: Path) -> None:
    assert examine(room.laptop_folder).sound
    for key in (room.laptop_folder / SIGNING_KEY, room.folder / SIGNING_KEY):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (room.folder / SIGNING_KEY).read_bytes() != (room.laptop_folder / SIGNING_KEY).read_bytes()
    with closing(open_workspace(room.folder)) as one, closing(open_workspace(room.laptop_folder)) as other:
        assert list(differences(one.city, other.city)) == []
        assert (one.lease, other.lease.laptop if other.lease else "") == (None, room.taken.laptop)
    # What it writes bears an id of its own, and numbers that nobody else gives.
    number = room.laptop.leak()
    assert "-" in number
    assert room.laptop.desk.workspace.journal.device() != room.centre.desk.workspace.journal.device()
    # The key is in no backup, and a laptop's workspace is not handed on.
    back_up(room.laptop_folder, tmp_path / "copy")
    assert not (tmp_path / "copy" / SIGNING_KEY).exists()
    assert refusal(lambda: bundle(tmp_path / "copy", tmp_path / "x", room.laptop.now)) == "bundle.no_key"
    onward = Along("王", 1)
    for folder in (room.laptop_folder, tmp_path / "copy"):
        again = lambda folder=folder: take(folder, tmp_path / "t", onward, room.laptop.now, "a", silent)  # noqa: E731
        assert refusal(again) == "laptop.not_the_centre"
    assert not list(tmp_path.glob(".*partial*"))


def test_refused_takings_leave_nothing(room: FieldRoom, tmp_path: Path) -> None:
    before, target = heads(room.folder), tmp_path / "new"
    bad = tmp_path / "bad.geojson"
    bad.write_text("{}")

    def taking(**along: object) -> str:
        return refusal(lambda: take(room.folder, target, Along("李", 1, **along), room.centre.now, "a", silent))

    assert taking(dma="D9") == "laptop.no_such_district"
    assert taking(polygon=bad) == "outage.bad_area"
    degrees = [[117.0, 36.6], [117.1, 36.6], [117.1, 36.7]]
    bad.write_text(json.dumps({"type": "Polygon", "coordinates": [degrees]}))
    assert taking(polygon=bad) == "laptop.nothing_there", "what GeoJSON usually holds"
    target.mkdir()
    (target / "x").touch()
    assert taking() == "workspace.not_empty"
    assert heads(room.folder) == before
    (room.folder / ORDER).unlink()
    assert refusal(lambda: take(room.folder, tmp_path / "n", Along("李", 1), room.centre.now, "a", silent)) == (
        "laptop.left_hub"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.geojson", "city", "laptop", "new"]
    (room.laptop_folder / LAPTOP).write_text("[]")
    assert refusal(lambda: open_workspace(room.laptop_folder)) == "laptop.settings_damaged"


AREA = {"type": "Polygon", "coordinates": [[[500_000, 4_059_900], [500_200, 4_059_900], [500_200, 4_060_100]]]}


def test_who_lives_elsewhere_and_who_called_stay_at_home(tmp_path: Path) -> None:
    area = tmp_path / "east.geojson"
    area.write_text(json.dumps(AREA))
    room = FieldRoom(make_city(tmp_path / "city"), tmp_path)
    over = room.centre.leak(caller="赵敏", phone="0531-55500099")
    room.centre.leak(caller="孙丽")
    room.centre.do(Decide(over, Course.CANCEL, "nothing there"))
    room.take(Along("李", 14, polygon=area))
    try:
        assert room.taken.masked == 1
        lying = b"".join((room.laptop_folder / name).read_bytes() for name in (NETWORK, JOURNAL))
        # The hospital lies inside; C2, outside, is a place and a number of people.
        assert "第一医院".encode() in lying
        for gone in ("3号楼2单元", "0531-55500001", "赵敏", "0531-55500099", "nothing there"):
            assert gone.encode() not in lying
        assert "孙丽".encode() in lying
        with closing(SpatialiteStore.open(room.laptop_folder / NETWORK)) as store:
            customers = store.layers(["customer"]).get("customer")
            assert customers.text("name").tolist() == ["第一医院", ""]
            assert customers.integer("people").tolist() == [900, 12]
            assert store.outside_edits() == ()
        assert examine(room.laptop_folder).sound
        room.work()
        room.both_ways()
    finally:
        room.close()


def test_with_a_hub_what_comes_home_goes_through_it(tmp_path: Path, database: str) -> None:
    folder = make_city(tmp_path / "city")
    make_hub(folder, database)
    room = field_room(folder, tmp_path)
    try:
        assert room.taken.reached
        room.work()
        done = room.home(room.written())
        assert (done.events > 0, done.pictures) == (True, 1)
        room.heard(room.answer())
        for name in (room.folder, room.laptop_folder):
            with closing(Journal.open(name / JOURNAL)) as journal:
                assert journal.pending() == []
        assert refusal(lambda: room.home(tmp_path / "1.sluice")) == "bundle.known"
        # Another console that left the hub has no order to take laptops into.
        exchange_now(folder)
        forget_membership(folder)
        assert refusal(lambda: take(folder, tmp_path / "n", Along("李", 1), room.centre.now, "a", silent)) == (
            "laptop.left_hub"
        )
    finally:
        room.close()


def test_a_hub_that_is_made_while_a_laptop_is_out_still_takes_it_home(
    room: FieldRoom, tmp_path: Path, database: str
) -> None:
    room.work()
    make_hub(room.folder, database)
    assert room.home(room.written()).events == room.bundled.events > 0
    room.heard(room.answer())
    assert heads(room.folder) == heads(room.laptop_folder)
    # The same once more under another id of the hub: made anew, with the same places.
    membership = membership_of(room.folder)
    assert membership is not None
    keep_membership(room.folder, replace(membership, hub="0123456789abcdef"))
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("UPDATE sluice.hub SET id = '0123456789abcdef'")
    room.laptop.later(5).do(Record(room.number, FactKind.WATER_OFF))
    assert room.home(room.written()).events == 1
    room.heard(room.answer())


def test_a_centre_that_was_set_back_and_went_on_is_refused_in_a_sentence(room: FieldRoom, tmp_path: Path) -> None:
    back_up(room.folder, tmp_path / "before")
    (tmp_path / "before" / SIGNING_KEY).write_bytes((room.folder / SIGNING_KEY).read_bytes())
    (tmp_path / "before" / ORDER).write_bytes((room.folder / ORDER).read_bytes())
    room.work()
    room.both_ways()
    before = heads(room.laptop_folder)
    room.folder = tmp_path / "before"
    other = Room(room.folder)
    other.later(90).do(Note(room.number, "something else"))
    other.close()
    answer = room.answer()
    assert refusal(lambda: room.heard(answer)) == "bundle.other_order"
    assert heads(room.laptop_folder) == before


def test_words_of_what_is_over_are_in_no_answer(room: FieldRoom) -> None:
    over = room.centre.leak(caller="赵敏")
    room.centre.leak(caller="孙丽")
    room.centre.do(Decide(over, Course.CANCEL, "nothing there"))
    room.work()
    room.both_ways()
    lying = (room.laptop_folder / JOURNAL).read_bytes() + (room.laptop_folder / f"{JOURNAL}-wal").read_bytes()
    assert "孙丽".encode() in lying
    assert "赵敏".encode() not in lying
    assert b"nothing there" not in lying


def test_what_the_hub_would_refuse_is_not_even_written(
    tmp_path: Path, database: str, postgres_server: Postgres
) -> None:
    with hub_desk(tmp_path, database, postgres_server) as desk:
        room, folder = desk.room, desk.room.folder
        for role in (PersonRole.PLANNER, PersonRole.MONITOR):
            desk.becomes(role)
            before = heads(folder)
            assert refusal(room.take) == "hub.would_refuse"
            assert heads(folder) == before
        desk.becomes(PersonRole.OPERATOR)
        assert room.take().taken.reached
        desk.lets_in("field", PersonRole.OPERATOR)
        room.work()
        before, written = heads(folder), room.written()
        assert refusal(lambda: room.home(written)) == "hub.would_refuse"
        assert heads(folder) == before
        desk.becomes(PersonRole.OPERATOR, relays=True)
        assert room.home(written).events == room.bundled.events
        with closing(Journal.open(folder / JOURNAL)) as journal:
            assert journal.pending() == []


def test_a_laptop_of_another_console(room: FieldRoom, tmp_path: Path) -> None:
    back_up(room.folder, tmp_path / "other")
    other = Room(tmp_path / "other")
    other.close()
    out = tmp_path / "x.sluice"
    own = room.taken.laptop
    for who, code in (("", "bundle.for_whom"), ("zz", "bundle.no_such_laptop"), (own, "bundle.not_this_console")):
        assert refusal(lambda who=who: bundle(tmp_path / "other", out, room.centre.now, laptop=who)) == code
    assert not out.exists()
