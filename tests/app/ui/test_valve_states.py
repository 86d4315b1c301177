"""Suppositions stand on top of the record, go where they say what it says, and follow their valves through an edit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from map_town import town

from app.suppositions import ValveOverride
from app.ui.following import Moved
from app.ui.valve_states import ValveStates
from network.assets import Condition, Position
from network.topology import DeviceStates

CITY = town()
RECORDED = replace(
    DeviceStates.recorded(CITY.network.devices),
    position=np.full(len(CITY.network.devices), Position.OPEN, np.int8),
    condition=np.full(len(CITY.network.devices), Condition.OPERABLE, np.int8),
)


def test_what_the_record_says_anyway_is_no_supposition() -> None:
    valves = ValveStates(RECORDED)
    valves.suppose(0, None, Condition.INOPERABLE)
    valves.suppose(0, Position.CLOSED, None)
    assert valves.supposed == (ValveOverride(0, Position.CLOSED, Condition.INOPERABLE),)
    assert (valves.states.position[0], valves.states.condition[0]) == (Position.CLOSED, Condition.INOPERABLE)
    valves.suppose(0, Position.OPEN, None)
    assert valves.of(0) == ValveOverride(0, None, Condition.INOPERABLE)
    valves.suppose(0, None, Condition.OPERABLE)
    assert valves.supposed == ()


def test_what_was_reported_is_supposed_no_more() -> None:
    valves = ValveStates(RECORDED)
    valves.suppose(1, Position.CLOSED, None)
    valves.record(1, Position.CLOSED, Condition.PASSING)
    assert valves.of(1) is None
    assert not valves.withdraw(1)
    assert (valves.states.position[1], valves.states.condition[1]) == (Position.CLOSED, Condition.PASSING)


def test_what_is_heard_stands_under_what_is_supposed() -> None:
    valves = ValveStates(RECORDED)
    name = CITY.network.devices.ids[2]
    valves.suppose(2, Position.CLOSED, None)
    assert valves.hear(CITY, [(name, Position.OPEN, Condition.INOPERABLE)])
    assert not valves.hear(CITY, [(name, Position.OPEN, Condition.INOPERABLE), ("no such", Position.OPEN, 0)])
    assert (valves.states.position[2], valves.states.condition[2]) == (Position.CLOSED, Condition.INOPERABLE)


def test_suppositions_follow_their_valves_to_the_record_of_now() -> None:
    valves = ValveStates(RECORDED)
    valves.suppose(0, Position.CLOSED, None)
    passing = RECORDED.with_conditions([0], Condition.PASSING)
    moved = valves.moved(Moved(CITY, CITY), passing)
    assert moved.supposed == valves.supposed
    assert moved.states.condition[0] == Condition.PASSING
