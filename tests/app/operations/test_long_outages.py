"""An emergency whose outage is forecast beyond 24 hours asks for temporary supply: P6e, by the desk or by somebody."""

from __future__ import annotations

import pytest
from dispatch_room import Room

from app.dispatch.acts import Amend, Decide, Record, Waive
from app.dispatch.commands import forecast_of
from app.dispatch.entries import Course
from app.dispatch.facts import FactKind, Value
from app.dispatch.states import ClockState
from app.operations.dispatch import sheet

RULE = "P6e"


def state(room: Room, incident: str) -> ClockState | None:
    view = room.view()
    row = view.row(f"incident/{incident}")
    assert row is not None
    return next((view.clocks[place].state for place in row.clocks if view.clocks[place].rule == RULE), None)


def said_h(room: Room, incident: str) -> list[float]:
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    told = [fact.values for fact in shown.incident.facts if fact.kind is FactKind.FORECAST_MADE]
    return [float(values["forecast_duration_s"]) / 3600 for values in told]


def trunk(room: Room) -> str:
    """A leak on a deep trunk main of concrete: by the house's priors a repair of more than a day."""
    incident = room.leak(pipe="P1")
    room.do(Amend(incident, {"dn_mm": 1400.0, "material": "预应力钢筒混凝土", "depth_m": 5.0}))
    return incident


def test_the_act_that_brings_the_forecast_beyond_a_day_starts_the_clock_and_supply_meets_it(room: Room) -> None:
    incident = trunk(room)
    assert (state(room, incident), said_h(room, incident)) == (None, []), "no water is stopped"
    done = room.fact(incident, FactKind.STOP_DECIDED)
    assert len(done.events) == 2, "the forecast is written with the act"
    assert said_h(room, incident)[0] > 24
    assert state(room, incident) is ClockState.RUNNING
    shown = sheet(room.desk, incident, room.now)
    assert shown is not None
    assert "rule:P6e" in shown.bars, "no incident is closed over it"
    (clock,) = (one for one in shown.clocks if one.rule.id == RULE)
    assert "停水时间超过24小时" in clock.rule.clause
    assert len(room.later(30).fact(incident, FactKind.WATER_OFF).events) == 1, "it is said once"
    room.later(30).fact(incident, FactKind.TEMPORARY_SUPPLY)
    assert state(room, incident) is ClockState.MET


def test_a_small_main_asks_for_nothing_until_it_has_taken_a_day(room: Room) -> None:
    incident = room.leak()
    room.fact(incident, FactKind.STOP_DECIDED)
    room.fact(incident, FactKind.WATER_OFF)
    assert said_h(room, incident) == []
    # Its repair was not told of: after so long what is left can only come on top.
    room.later(23.9 * 60).fact(incident, FactKind.AREA_NAMED)
    assert said_h(room, incident)[0] > 24
    assert state(room, incident) is ClockState.RUNNING
    room.do(Waive(incident, RULE, "用户均有水箱"))
    assert state(room, incident) is ClockState.WAIVED


def test_who_judges_it_shorter_is_believed_until_that_time_has_passed(room: Room) -> None:
    incident = trunk(room)
    room.fact(incident, FactKind.STOP_DECIDED)
    room.fact(incident, FactKind.WATER_OFF)
    room.do(forecast_of(incident, 10))
    assert state(room, incident) is None
    room.later(9 * 60).fact(incident, FactKind.AREA_NAMED)
    assert said_h(room, incident)[1:] == [10.0]
    room.later(2 * 60).fact(incident, FactKind.AREA_NAMED)
    assert said_h(room, incident)[-1] > 24
    assert state(room, incident) is ClockState.RUNNING
    # With the water back nothing is forecast any more, nor by an act that ends the incident.
    other = trunk(room)
    room.do(Decide(other, Course.CANCEL, "误报"))
    assert said_h(room, other) == []


def test_somebody_may_say_it_of_any_incident(room: Room) -> None:
    incident = room.leak()
    room.do(forecast_of(incident, 24))
    assert state(room, incident) is None
    room.do(forecast_of(incident, 25))
    assert state(room, incident) is ClockState.RUNNING


@pytest.mark.parametrize("value", [None, 0, -3600, 31 * 86_400, True, "bald"])
def test_what_is_no_duration_is_refused_and_nothing_is_written(room: Room, value: Value | None) -> None:
    values = {} if value is None else {"forecast_duration_s": value}
    assert room.refused(Record(room.leak(), FactKind.FORECAST_MADE, values)) == "no_duration"
