"""Names and phones of what has long been over are erased, everywhere, and every chain stays whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

import psycopg
import pytest
from dispatch_room import Room, copied
from field_room import FieldRoom, field_room, refusal
from hub_desk import HubDesk, hub_desk
from servers import Postgres

from app.bootstrap import main
from app.dispatch.acts import Decide, Note
from app.dispatch.entries import Course
from app.journal.chain import flaws
from app.journal.erasing import AT_ONCE, ERASED, erased_by, erasures
from app.journal.events import canonical
from app.journal.hub import HubJournal
from app.journal.hub_rights import PersonRole
from app.journal.log import Journal
from app.operations.erasure import erase_old
from app.operations.hub import exchange_now, join_hub, make_hub, verify_hub
from app.workspace_files import JOURNAL

CALLER, PHONE = "屋主张三", "0531-55500001"


def silent(step: str, fraction: float | None = None) -> None:
    """Progress that nobody watches."""


def words_in(folder: Path) -> set[str]:
    with closing(Journal.open(folder / JOURNAL)) as journal:
        assert flaws(journal.events()) == []
        return {text.content for text in journal.texts(journal.events())}


def reported(room: Room) -> str:
    """A call that was a mistake, and a year goes by."""
    incident = room.leak(caller=CALLER, phone=PHONE, note="水从路面涌出")
    room.do(Decide(incident, Course.CANCEL, "误报"))
    room.later(365 * 24 * 60)
    return incident


def test_what_is_long_over_is_erased_and_what_is_open_is_not(room: Room) -> None:
    reported(room)
    old = room.leak(caller="李四", phone="0531-55500002")
    room.later(365 * 24 * 60)
    folder = room.desk.workspace.folder
    assert erase_old(folder, 3 * 365, room.now, "desk").words == 0, "not long enough"
    done = erase_old(folder, 300, room.now, "desk")
    assert (done.words, done.entities, done.reached) == (2, 1, True)
    held = words_in(folder)
    assert held == {"水从路面涌出", "误报", "李四", "0531-55500002"}, f"{old} is still open"
    for path in folder.glob(f"{JOURNAL}*"):
        assert PHONE.encode() not in path.read_bytes(), "nor in what the file throws away"
    room.later(1)
    assert erase_old(folder, 300, room.now, "desk").words == 0
    assert erase_old(folder, 300, room.now, "desk", all_words=True).words == 2
    assert words_in(folder) == {"李四", "0531-55500002"}
    with pytest.raises(ValueError, match="29"):
        erase_old(folder, 29, room.now, "desk")


def test_nothing_is_erased_by_what_a_laptop_brings(city: Path, tmp_path: Path) -> None:
    room: FieldRoom = field_room(copied(city, tmp_path / "city"), tmp_path)
    try:
        room.centre.do(Note(room.number, "屋主在家"))
        with closing(Journal.open(room.folder / JOURNAL)) as journal:
            ids = [text.id for text in journal.texts(journal.events())]
        with closing(Journal.open(room.laptop_folder / JOURNAL)) as journal:
            journal.append(erasures(ids), room.laptop.now, "field")
        assert refusal(lambda: room.home(room.written())) == "bundle.erases"
        assert "屋主在家" in words_in(room.folder)
        with closing(Journal.open(room.folder / JOURNAL)) as journal:
            assert not any(event.kind == ERASED for event in journal.events())
        assert refusal(lambda: erase_old(room.laptop_folder, 30, room.laptop.now, "field")) == "laptop.not_the_centre"
    finally:
        room.close()


@pytest.fixture
def desk(tmp_path: Path, database: str, postgres_server: Postgres) -> Iterator[HubDesk]:
    with hub_desk(tmp_path, database, postgres_server) as made:
        yield made


def test_every_console_and_the_hub_erase_what_a_supervisor_erased(desk: HubDesk, tmp_path: Path, database: str) -> None:
    room, folder = desk.room.centre, desk.room.folder
    desk.becomes(PersonRole.SUPERVISOR)
    reported(room)
    exchange_now(folder)
    second = Path(shutil.copytree(folder, tmp_path / "second"))
    assert PHONE in words_in(second)
    with closing(Journal.open(folder / JOURNAL)) as journal:
        events = list(journal.events())
        late = journal.texts(events)
    desk.becomes(PersonRole.OPERATOR)
    assert refusal(lambda: erase_old(folder, 300, room.now, "desk")) == "hub.would_refuse"
    assert PHONE in words_in(folder), "nothing was written"
    desk.becomes(PersonRole.SUPERVISOR)
    assert erase_old(folder, 300, room.now, "desk").reached
    join_hub(second, database)
    for one in (folder, second):
        assert not {CALLER, PHONE} & words_in(one)
    verify_hub(folder, silent)
    with closing(HubJournal.open(database)) as hub:
        hub.push(events, late)
        assert PHONE not in {text.content for text in hub.pull(0).texts}, "whoever still holds it"
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP SCHEMA sluice CASCADE")
    with closing(Journal.open(second / JOURNAL)) as journal:
        journal.drop_texts([text.id for text in journal.texts(journal.events())])
    make_hub(second, database, incomplete=True)
    with closing(HubJournal.open(database)) as hub:
        hub.push(events, late)
        held = {text.content for text in hub.pull(0).texts}
        assert PHONE not in held, "a hub that was made anew knows it too"
        assert "误报" in held


def test_a_hub_of_an_earlier_version_is_told_of_and_erases_when_it_is_brought_up(desk: HubDesk, database: str) -> None:
    room, folder = desk.room.centre, desk.room.folder
    desk.becomes(PersonRole.SUPERVISOR)
    reported(room)
    exchange_now(folder)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(
            "CREATE OR REPLACE FUNCTION sluice.erase_words(body TEXT) RETURNS VOID LANGUAGE sql AS 'SELECT'; "
            "UPDATE sluice.hub SET schema = 5"
        )
    assert refusal(lambda: erase_old(folder, 300, room.now, "desk")) == "hub.erases_nothing"
    assert PHONE in words_in(folder), "nothing was erased"
    with closing(Journal.open(folder / JOURNAL)) as journal:
        ids = [text.id for text in journal.texts(journal.events()) if text.content == PHONE]
        journal.append(erasures(ids), room.now, "desk")
    exchange_now(folder)
    with closing(HubJournal.open(database)) as hub:
        assert PHONE in {text.content for text in hub.pull(0).texts}, "as a console does while the hub is away"
        with hub.as_owner():
            pass
        assert hub.erases()
        held = {text.content for text in hub.pull(0).texts}
        assert PHONE not in held
        assert CALLER in held


def test_an_entry_of_another_shape_erases_nothing(room: Room) -> None:
    journal = room.desk.workspace.journal
    assert len(list(erasures(["a"] * (AT_ONCE + 1)))) == 2
    for body in ({}, {"erased": "a"}, {"erased": [7, "b"]}):
        (event,) = journal.append([next(erasures(["x"]))], room.now, "desk")[-1:]
        assert erased_by(event) == ["x"]
        assert erased_by(replace(event, body=canonical(body))) == [one for one in body.get("erased", []) if one == "b"]
    assert erased_by(replace(event, kind="valve.observed")) == erased_by(replace(event, kind_version=2)) == []


def test_it_is_typed(room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(room.desk.workspace.folder)
    reported(room)

    class Today(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return room.now.astimezone(tz)

    monkeypatch.setattr("app.cli.erase.datetime", Today)
    assert main(["erase", folder, "--after-days", "300"]) == 0
    assert "2 words" in capsys.readouterr().out
    assert main(["--lang", "zh_CN", "erase", folder, "--after-days", "300"]) == 0
    assert "0 项" in capsys.readouterr().out
    assert main(["erase", folder, "--after-days", "300", "--json"]) == 0
    assert '"words": 0' in capsys.readouterr().out
