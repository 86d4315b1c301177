"""Orders that the desk asks for: for trunk valves, boosters and plants; each step timed, and in the day's log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dispatch_room import START, Room, make_city

from app.dispatch import acts
from app.dispatch.entries import OrderStep
from app.dispatch.orders import Needed, Order
from app.journal.fold import VALVE_OBSERVED
from app.messages import load_words
from app.operations.dispatch_log import day_sheet
from app.operations.dispatch_scene import Scene
from app.operations.dispatch_valves import needed_for
from network.columns import IdColumn

STEPS = (OrderStep.READ_BACK, OrderStep.EXECUTED, OrderStep.REPORTED)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """The handmade city, whose booster has an id of its own."""
    room = Room(make_city(tmp_path / "w"))
    city = room.desk.workspace.city
    devices = replace(city.network.devices, ids=IdColumn.of(["V1", "V2", "V3", "B1"]))
    city = replace(city, network=replace(city.network, devices=devices))
    room.desk = replace(room.desk, workspace=replace(room.desk.workspace, city=city))
    yield room
    room.close()


def given(room: Room, about: str, incident: str) -> str:
    return room.do(acts.Issue("抢03", about, f"操作 {about}", incident)).about.partition("/")[2]


def order(room: Room, number: str) -> Order:
    return next(one for one in room.view().orders if one.number == number)


@pytest.mark.parametrize(
    ("device", "needed"),
    [("V1", Needed.TRUNK_VALVE), ("V2", None), ("V3", None), ("B1", Needed.BOOSTER), ("S1", Needed.PLANT), ("?", None)],
)
def test_what_is_operated_by_order(room: Room, device: str, needed: Needed | None) -> None:
    assert needed_for(Scene(room.desk.workspace, room.desk.board, room.ms()), device) is needed


def test_a_booster_is_not_stopped_before_its_order_was_read_back(room: Room) -> None:
    incident = room.on_scene()
    stop = acts.Turn(incident, "B1", "closed")
    assert room.refused(stop) == "order_needed"
    number = given(room, "B1", incident)
    assert order(room, number).about == "valve/B1"
    assert room.refused(stop) == "order_needed"
    room.do(acts.StepOrder(number, OrderStep.READ_BACK))
    done = room.do(stop)
    kinds = [event.kind for event in room.desk.workspace.journal.events() if event.key in done.events]
    assert kinds
    assert VALVE_OBSERVED not in kinds, "a pump is no valve that is seen open or closed"


def test_a_plant_changes_nothing_but_by_order_and_each_step_has_its_time_in_the_log(room: Room) -> None:
    incident = room.on_scene()
    assert room.refused(acts.Turn(incident, "S1", "closed")) == "no_such_valve", "there is no way round the order"
    number = given(room, "S1", incident)
    moments = [room.ms()]
    for minutes, step in zip((1, 7, 2), STEPS, strict=True):
        room.later(minutes).do(acts.StepOrder(number, step))
        moments.append(room.ms())
    found = order(room, number)
    assert (found.about, found.receiver, found.open) == ("source/S1", "抢03", False)
    assert list(found.steps_ms.items()) == list(zip((OrderStep.ISSUED, *STEPS), moments, strict=True))
    words = load_words("zh_CN")
    rows = [row for row in day_sheet(room.desk, START.date(), words).rows if number in str(row[3])]
    assert [row[0] for row in rows] == [f"03-12 14:{minute}:00" for minute in (12, 13, 20, 22)]
    assert [row[2] for row in rows] == [words.name("order_step", step) for step in (OrderStep.ISSUED, *STEPS)]
    assert "抢03" in rows[0][4]
    assert "操作 S1" in rows[0][5]
    assert {row[6] for row in rows} == {"desk"}
