"""Both sides did something without having heard of each other: all of it is told to both, and people settle it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dispatch_room import Room, make_city
from field_room import FieldRoom, field_room

from app.dispatch.acts import Amend, Decide, Note, Send, Turn
from app.dispatch.entries import Course
from app.journal.fold import valve_state
from app.messages import load_words
from app.operations.dispatch import sheet
from app.operations.dispute_words import sentence_of
from app.operations.edit import Author, edit
from app.operations.evidence import evidence_path
from app.ui.dispatch.dispute_sheet import disputed_features
from app.ui.dispatch.map_marks import marks_of
from app.ui.dispatch.rows import Moment
from app.ui.map.symbols import ValveMark, valve_look
from gis.editing.changes import Change
from network.assets import Position

EN, ZH = load_words("en"), load_words("zh_CN")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[FieldRoom]:
    room = field_room(make_city(tmp_path / "city"), tmp_path)
    yield room
    room.close()


def at(clock: str) -> datetime:
    """A time of that day, as the city's clocks show it."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, 13, hour - 8, minute, tzinfo=UTC)


def told(who: Room) -> list[str]:
    return [sentence_of(one, EN) for one in who.view().disputes]


def on_the_map(who: Room) -> set[str]:
    """What stands beside the incidents on the map."""
    view = who.view()
    return {mark.number for mark in marks_of(view, Moment.of(view.table, view.now_ms), "", "disputed")}


def told_to_both(room: FieldRoom) -> list[str]:
    both = [told(who) for who in (room.centre, room.laptop)]
    assert both[0] == both[1]
    chinese = [sentence_of(one, ZH) for one in room.centre.view().disputes]
    assert all("。" in line and "desk：" in line for line in chinese)
    return both[0]


def test_closed_offline_at_1002_reopened_at_1005(room: FieldRoom) -> None:
    room.laptop.now = at("10:02")
    room.laptop.do(Turn(room.number, "V2", "closed"))
    room.centre.now = at("10:05")
    room.centre.do(Turn(room.number, "V2", "open"))
    room.laptop.now = room.centre.now = at("11:00")
    room.both_ways()
    assert told_to_both(room) == [
        (
            "valve V2: 03-13 10:02 field: closed; 03-13 10:05 desk: open. "
            "Look at the valve again and enter what is seen; isolation assumes the worse until then."
        )
    ]
    # Neither clock decides: somebody who knows of both looks at the valve.
    for who in (room.centre, room.laptop):
        workspace = who.desk.workspace
        assert valve_state(workspace.state, "V2").position is Position.DISPUTED
        row = workspace.city.network.devices.ids.find("V2")
        look = valve_look(int(workspace.states.position[row]), int(workspace.states.condition[row]))
        assert look.position is ValveMark.DISPUTED, "as the map draws it"
        assert on_the_map(who) == {room.number}, "the incident itself is not in dispute"
    room.laptop.later(5).do(Turn(room.number, "V2", "open"))
    room.both_ways()
    assert told_to_both(room) == []


def test_one_crew_assigned_twice(room: FieldRoom) -> None:
    other = room.centre.leak()
    room.laptop.now = at("10:02")
    room.laptop.do(Send("抢03", room.number))
    room.centre.now = at("10:05")
    room.centre.do(Send("抢03", other))
    room.laptop.now = room.centre.now = at("11:00")
    room.both_ways()
    # The centre's is the first to get its place, though it was said later; the other is not forgotten.
    assert told_to_both(room) == [
        (
            f"crew 抢03: 03-13 10:02 field: to {room.number}; 03-13 10:05 desk: to {other} (holds). "
            "The first to arrive holds. Tell the crew, and send it again where the other is meant."
        )
    ]
    for who in (room.centre, room.laptop):
        assert on_the_map(who) == {f"{room.number} · disputed", f"{other} · disputed"}
    room.centre.later(1).do(Send("抢03", room.number, divert=True))
    room.heard(room.answer())
    assert told_to_both(room) == []


def test_closed_centrally_while_the_field_adds_pictures(room: FieldRoom) -> None:
    room.laptop.now = room.centre.now = at("10:02")
    room.centre.do(Decide(room.number, Course.CANCEL, "a neighbour's hose"))
    room.laptop.later(3)
    name = room.photograph()
    room.laptop.do(Note(room.number, "water still stands in the chamber"))
    room.both_ways()
    # Evidence only grows: nothing contradicts, the incident stays closed, and the picture is with it on both sides.
    assert told_to_both(room) == []
    for who, folder in ((room.centre, room.folder), (room.laptop, room.laptop_folder)):
        shown = sheet(who.desk, room.number, who.now)
        assert shown is not None
        assert not shown.incident.is_open
        assert [entry.facts["photo"] for entry in shown.incident.evidence if "photo" in entry.facts] == [name]
        assert evidence_path(folder, name) is not None


def test_cancelled_here_and_said_to_be_graver_there(room: FieldRoom) -> None:
    room.laptop.now = room.centre.now = at("10:02")
    room.laptop.do(Amend(room.number, {"severity": 1}))
    room.centre.do(Amend(room.number, {"severity": 3}))
    room.both_ways()
    (line,) = told_to_both(room)
    assert line.startswith(f"incident {room.number} · severity: 03-13 10:02 desk: 3; 03-13 10:02 field: 1.")
    room.centre.later(1).do(Amend(room.number, {"severity": 1}))
    room.laptop.later(2).do(Decide(room.number, Course.CANCEL, "no leak"))
    room.centre.do(Decide(room.number, Course.CANCEL, "a neighbour's hose"))
    room.both_ways()
    # Both decided the same, and nothing of an incident that is over is left to settle.
    assert told_to_both(room) == []
    room.centre.later(1).do(Decide(room.number, Course.REOPEN, "it leaks"))
    room.laptop.later(1).do(Decide(room.number, Course.REOPEN, "it does leak"))
    room.laptop.later(1).do(Decide(room.number, Course.CANCEL, "dry again"))
    room.both_ways()
    (line,) = told_to_both(room)
    assert "desk: reopened (holds)" in line
    assert "field: cancelled" in line


def edited(who: Room, *changes: Change) -> None:
    """Somebody edits the network at his desk."""
    who.view()
    made = edit(who.desk.workspace, changes, Author(who.who), who.now)
    who.desk = replace(who.desk, workspace=made.workspace)


def test_one_main_edited_here_and_there(room: FieldRoom) -> None:
    room.laptop.now = room.centre.now = at("10:02")
    edited(room.laptop, Change("pipe", "P2", "set", fields={"material": "PE100"}))
    edited(room.centre, Change("pipe", "P2", "set", fields={"material": "球墨铸铁"}))
    room.both_ways()
    (line,) = told_to_both(room)
    assert line.startswith("pipe P2 · Material: 03-13 10:02 desk: 球墨铸铁 (holds); 03-13 10:02 field: PE100.")
    (dispute,) = room.laptop.view().disputes
    (mark,) = disputed_features((dispute,), lambda layer, name: (1.0, 2.0) if (layer, name) == ("pipe", "P2") else None)
    assert (mark.valve, mark.x_m, mark.y_m, mark.who) == ("P2", 1.0, 2.0, "")
    room.laptop.later(5)
    edited(room.laptop, Change("pipe", "P2", "set", fields={"material": "PE100"}))
    room.both_ways()
    assert told_to_both(room) == []
    edited(room.laptop, Change("hydrant", "H1", "delete"))
    edited(room.centre, Change("hydrant", "H1", "set", fields={"name": "东口"}))
    room.both_ways()
    (line,) = told_to_both(room)
    assert "desk: edited" in line
    assert "field: deleted" in line
