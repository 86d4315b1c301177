"""A laptop that is lost brings nothing more; one that joined the hub still brings its sticks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dispatch_room import make_city
from field_room import FieldRoom, field_room, heads, refusal, silent
from hub_desk import HubDesk, hub_desk
from servers import Postgres

from app.dispatch.acts import Note, Record
from app.dispatch.facts import FactKind
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.operations.hub import exchange_now, hub_status, make_hub
from app.operations.joining import join
from app.operations.taking import Along, take
from app.operations.withdrawing import laptops_of, readmit, withdraw
from app.sync.laptops import readmitted
from app.workspace_files import HUB_PEOPLE, JOURNAL


@pytest.fixture
def room(tmp_path: Path) -> Iterator[FieldRoom]:
    room = field_room(make_city(tmp_path / "city"), tmp_path)
    yield room
    room.close()


def withdrawn_by(room: FieldRoom, why: str = "stolen from the van") -> str:
    return withdraw(room.folder, room.taken.laptop[:6], why, room.centre.now, "desk").laptop


def test_what_a_lost_laptop_signs_is_refused_until_it_is_found(room: FieldRoom, tmp_path: Path) -> None:
    room.work()
    before_it_was_lost = room.written()
    room.home(before_it_was_lost)
    room.laptop.later(5).do(Record(room.number, FactKind.WATER_OFF))
    later, held = room.written(), heads(room.folder)
    assert refusal(lambda: withdrawn_by(room, " ")) == "laptop.no_reason"
    assert refusal(lambda: withdraw(room.folder, "zz", "x", room.centre.now, "d")) == "bundle.no_such_laptop"
    assert refusal(lambda: withdraw(room.laptop_folder, "", "x", room.centre.now, "d")) == "laptop.not_the_centre"
    assert refusal(lambda: readmit(room.folder, "", "x", room.centre.now, "d")) == "laptop.not_withdrawn"
    assert heads(room.folder) == held
    assert withdrawn_by(room) == room.taken.laptop
    assert refusal(lambda: withdrawn_by(room)) == "laptop.withdrawn_already"
    held = heads(room.folder)
    for path in (before_it_was_lost, later):
        assert refusal(lambda path=path: room.home(path)) == "bundle.withdrawn"
    assert heads(room.folder) == held
    assert refusal(room.answer) == "laptop.is_withdrawn"
    (shown,) = laptops_of(room.folder)
    assert (shown.laptop, shown.holder, shown.brought) == (room.taken.laptop, "李", True)
    assert (shown.by, shown.why, shown.withdrawn_ms is not None) == ("desk", "stolen from the van", True)
    # Somebody who has not heard that it was lost says that all is well: it stays lost.
    with closing(Journal.open(room.folder / JOURNAL)) as journal:
        journal.give_places(room.centre.now)
        copy = Journal.create(tmp_path / "unaware.sqlite")
        told = copy.append([readmitted(shown.laptop, "x")], room.centre.now, "other")
        journal.give_places(room.centre.now, told, copy.texts(told))
        copy.close()
    assert refusal(lambda: room.home(later)) == "bundle.withdrawn"
    assert not readmit(room.folder, "", "it lay in the depot", room.centre.now, "desk").withdrawn
    assert room.home(later).events == 1
    assert laptops_of(room.folder)[0].withdrawn_ms is None


def test_a_laptop_that_joined_the_hub_still_brings_its_sticks(tmp_path: Path, database: str) -> None:
    folder = make_city(tmp_path / "city")
    make_hub(folder, database)
    room = field_room(folder, tmp_path)
    try:
        room.work()
        status = join(room.laptop_folder, database, room.laptop.now)
        assert (status.pending, status.withdrawn) == (0, ())
        before = heads(room.laptop_folder)
        assert join(room.laptop_folder, database, room.laptop.now).pending == 0
        assert heads(room.laptop_folder) == before, "it says once whose device it is"
        # Its own network goes; the stick it brings goes on where the hub left off.
        room.laptop.later(5).do(Note(room.number, "by stick"))
        assert room.home(room.written()).events == 1
        withdrawn_by(room)
        assert hub_status(folder).withdrawn == (room.taken.laptop,)
        room.laptop.later(5).do(Note(room.number, "by the thief"))
        stick = room.written()
        assert refusal(lambda: room.home(stick)) == "bundle.withdrawn"
    finally:
        room.close()


@pytest.fixture
def desk(tmp_path: Path, database: str, postgres_server: Postgres) -> Iterator[HubDesk]:
    with hub_desk(tmp_path, database, postgres_server) as desk:
        desk.becomes(PersonRole.OPERATOR)
        yield desk


def test_while_the_hub_is_away_what_it_said_last_decides(
    desk: HubDesk, tmp_path: Path, database: str, postgres_server: Postgres
) -> None:
    room = desk.room

    def taking(name: str) -> str:
        return refusal(lambda: take(room.folder, tmp_path / name, Along("李", 1), room.centre.now, "desk", silent))

    held = heads(room.folder)
    with postgres_server.shut(database):
        assert taking("a") == "hub.rights_unknown", "nobody ever said"
    assert heads(room.folder) == held
    desk.becomes(PersonRole.PLANNER)
    assert taking("b") == "hub.would_refuse"
    with postgres_server.shut(database):
        assert taking("c") == "hub.would_refuse", "so it was said last"
    assert heads(room.folder) == held
    desk.becomes(PersonRole.OPERATOR)
    assert taking("d") == ""
    with postgres_server.shut(database):
        assert taking("e") == ""
        (first, _second) = laptops_of(room.folder)
        assert not withdraw(room.folder, first.laptop, "gone", room.centre.now, "desk").reached
        (room.folder / HUB_PEOPLE).write_text("{]")
        assert taking("f") == "hub.rights_damaged"
    exchange_now(room.folder)
    assert hub_status(room.folder).withdrawn == (first.laptop,)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["city", "d", "e"]
