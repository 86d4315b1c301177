"""An outage beside emergencies: what of them cannot be reckoned with is left out by name, the rest counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dispatch_room import copied
from outage_room import NOW, START, Room

from app.operations.outage_joint import joint_losses
from app.operations.outage_sheet import outages_view
from app.outages.showing import JointLosses
from network.assets import Condition, Position
from network.supply import SupplyModel, prepare
from network.together_records import Shutdown

HOUR = timedelta(hours=1)


@pytest.fixture
def room(city: Path, tmp_path: Path) -> Iterator[Room]:
    made = Room(copied(city, tmp_path / "w"))
    made.plan()
    yield made
    made.desk.workspace.close()


def found(room: Room, model: SupplyModel, *running: Shutdown) -> JointLosses:
    return joint_losses(room.desk, model, outages_view(room.desk, NOW, room.taken), "J1", running)


def during(name: str, close: tuple[int, ...], start: datetime = START, lasts: timedelta = HOUR) -> Shutdown:
    return Shutdown(name, start, start + lasts, close=close)


def test_what_is_left_out_is_named(room: Room) -> None:
    main, broken = (room.model.city.network.devices.ids.find(name) for name in ("V1", "V2"))
    # By the record it is open again and broken by now: the emergency cannot have it closed.
    states = room.model.states.with_positions([broken], Position.OPEN).with_conditions([broken], Condition.INOPERABLE)
    model = prepare(room.model.city, states)
    assert found(room, model) == JointLosses()
    assert found(room, model, during("W1", (main,))) == JointLosses()
    assert found(room, model, during("W1", (main, broken))) == JointLosses((), ("W1 (V2)",))
    assert found(room, model, during("W1", (broken,))) == JointLosses((), ("W1 (V2)",))
    # Written by a console whose clock is ahead, it ends before it starts.
    turned_round = during("W2", (main,), START + 2 * HOUR, -HOUR)
    assert found(room, model, during("W1", (main, broken)), turned_round).left_out == ("W1 (V2)", "W2")


def test_an_outage_that_cannot_be_isolated_any_more_is_left_out(room: Room) -> None:
    stuck = list(range(len(room.model.city.network.devices)))
    model = prepare(room.model.city, room.model.states.with_conditions(stuck, Condition.INOPERABLE))
    told = found(room, model, during("W1", (0,)))
    assert (told.losses, told.left_out[0]) == ((), "J1")
