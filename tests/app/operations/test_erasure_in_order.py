"""Nothing is erased too early, nothing before the hub agrees, and what an earlier version left undone is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dispatch_room import STANDARDS, Room
from field_room import refusal
from hub_desk import HubDesk, hub_desk
from servers import Postgres

from app.dispatch.acts import Decide, Done
from app.dispatch.entries import Course
from app.dispatch.facts import FactKind
from app.journal.chain import flaws
from app.journal.erasing import ERASED, erasures
from app.journal.hub import HubJournal
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.operations.complaints import ComplaintDesk, carry_out, open_complaints
from app.operations.edit import Author
from app.operations.erasure import erase_old
from app.operations.hub import exchange_now
from app.operations.hub_entitled import refuse_unentitled
from app.public.acts import ComplaintAct, LinkTo, Say, TakeComplaint
from app.public.entries import ComplaintKind
from app.sync.membership import keep_membership, membership_of
from app.workspace import open_workspace
from app.workspace_files import JOURNAL
from gis.stores import sqlite

CALLER, PHONE = "屋主张三", "0531-55500001"
YEAR_MIN = 365 * 24 * 60


def words_in(folder: Path) -> set[str]:
    with closing(Journal.open(folder / JOURNAL)) as journal:
        assert flaws(journal.events()) == []
        return {text.content for text in journal.texts(journal.events())}


def cancelled(room: Room) -> None:
    """A call that was a mistake, and a year goes by."""
    room.do(Decide(room.leak(caller=CALLER, phone=PHONE), Course.CANCEL, "误报"))
    room.later(YEAR_MIN)


def test_a_complaint_counts_from_its_closing_and_not_while_its_incident_is_open(room: Room) -> None:
    folder, incident = room.desk.workspace.folder, room.leak()
    line: ComplaintDesk = open_complaints(room.desk.workspace, STANDARDS)

    def say(act: ComplaintAct) -> str:
        nonlocal line
        line, outcome = carry_out(line, act, Author("desk"), room.now)
        assert isinstance(outcome, Done), outcome
        return outcome.about.rpartition("/")[2]

    linked = say(TakeComplaint(ComplaintKind.NO_WATER, "C2", name="张三", phone="13900000001"))
    waiting = say(TakeComplaint(ComplaintKind.BILL, "C2", name="李四", phone="13900000002"))
    say(LinkTo(linked, incident))
    say(Say(linked, FactKind.CANCELLED, note="误报"))
    room.later(YEAR_MIN)
    assert erase_old(folder, 300, room.now, "desk").words == 0, "one belongs to an open incident, one is open itself"
    room.do(Decide(incident, Course.CANCEL, "干了"))
    room.later(100 * 24 * 60)
    assert erase_old(folder, 300, room.now, "desk").words == 0, "its incident was over a hundred days ago"
    say(Say(waiting, FactKind.CANCELLED, note="误报"))
    room.later(250 * 24 * 60)
    assert erase_old(folder, 300, room.now, "desk").words == 2
    assert words_in(folder) & {"张三", "李四", "13900000001", "13900000002"} == {"李四", "13900000002"}
    room.later(100 * 24 * 60)
    assert erase_old(folder, 300, room.now, "desk").words == 2
    assert not words_in(folder) & {"李四", "13900000002"}


def test_what_an_earlier_version_took_in_and_left_undone_is_carried_out_at_opening(room: Room) -> None:
    folder = room.desk.workspace.folder
    cancelled(room)
    journal = room.desk.workspace.journal
    ids = {text.content: text.id for text in journal.texts(journal.events())}
    journal.append(erasures([ids[CALLER], ids[PHONE], "f" * 64]), room.now, "desk")
    # An entry that has no place yet erases nothing: a hub may still refuse it.
    open_workspace(folder).close()
    assert {CALLER, PHONE} <= words_in(folder)
    # An earlier version kept what it took in from the hub as it was, and knew nothing of erasing.
    with closing(sqlite.connect(folder / JOURNAL)) as raw, sqlite.transaction(raw):
        raw.execute("UPDATE event SET hub_seq = 7 WHERE kind = ?", (ERASED,))
    open_workspace(folder).close()
    assert words_in(folder) == {"误报"}
    for path in folder.glob(f"{JOURNAL}*"):
        assert PHONE.encode() not in path.read_bytes(), "nor in what the file throws away"
    with closing(Journal.open(folder / JOURNAL)) as again:
        assert again.carry_out_erasures() == 0, "it is done once"


@pytest.fixture
def desk(tmp_path: Path, database: str, postgres_server: Postgres) -> Iterator[HubDesk]:
    with hub_desk(tmp_path, database, postgres_server) as made:
        yield made


def test_nothing_is_erased_here_before_the_hub_has_agreed(desk: HubDesk, database: str) -> None:
    room, folder = desk.room.centre, desk.room.folder
    desk.becomes(PersonRole.SUPERVISOR)
    cancelled(room)
    exchange_now(folder)
    refuse_unentitled(folder, [])
    there = membership_of(folder)
    assert there is not None
    away = replace(there, address="host=127.0.0.1 port=1 dbname=nowhere user=nobody sslmode=disable")
    keep_membership(folder, away)
    done = erase_old(folder, 300, room.now, "desk")
    assert (done.words, done.reached) == (2, False)
    assert {CALLER, PHONE} <= words_in(folder)
    assert erase_old(folder, 300, room.now + timedelta(days=7), "desk").words == 0, "it was said already, and waits"
    # Meanwhile he has lost the right: the hub refuses, and nothing is gone anywhere.
    keep_membership(folder, there)
    desk.becomes(PersonRole.OPERATOR)
    assert refusal(lambda: exchange_now(folder)) == "hub.not_his_kind"
    assert {CALLER, PHONE} <= words_in(folder)
    desk.becomes(PersonRole.SUPERVISOR)
    exchange_now(folder)
    assert not {CALLER, PHONE} & words_in(folder)
    with closing(HubJournal.open(database)) as hub:
        assert not {CALLER, PHONE} & {text.content for text in hub.pull(0).texts}
