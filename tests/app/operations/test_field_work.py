"""A crew's work out of a journal that others have written too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatch_room import Room, make_city

from app.dispatch.acts import Turn
from app.dispatch.facts import FactKind
from app.dispatch.field_task import Goal
from app.operations.dispatch_scene import Scene, happened
from app.operations.field_work import FieldWork, field_work
from app.workspace import append
from network.supply import prepare


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(make_city(tmp_path / "city"))
    yield room
    room.close()


def test_what_only_a_newer_version_says_of_a_valve_is_passed_over(room: Room) -> None:
    incident = room.on_scene()
    room.do(Turn(incident, "V2", "open"))
    room.later(5).fact(incident, FactKind.REPAIR_DONE)
    newer = happened(f"incident/{incident}", FactKind.VALVE_WORKED, room.ms(1), {"valve": "V2", "stage": "flooded"})
    append(room.desk.workspace, [newer], room.later(2).now, "field")
    room.view()
    workspace = room.desk.workspace
    work = field_work(Scene(workspace, room.desk.board, room.ms()), prepare(workspace.city, workspace.states), incident)
    assert isinstance(work, FieldWork)
    (step,) = work.task.steps
    assert (step.valve, step.goal, step.done, step.stage) == ("V2", Goal.CLOSE, False, "")
