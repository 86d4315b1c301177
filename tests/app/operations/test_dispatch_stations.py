"""Stations that an incident hits: who is out at once, who lives on storage for how long, pumps stopped and started."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import handmade
import numpy as np
import pytest
from dispatch_room import PLACE, Room, make_city

from app.dispatch import acts
from app.dispatch.entries import IncidentKind
from app.dispatch.facts import FactKind
from app.dispatch.sheet import Sheet
from app.operations.dispatch import sheet
from app.workspace import record_plan
from network.assets import StationTable
from network.columns import IdColumn, TextColumn


def stations(demand_m3_h: float) -> StationTable:
    """T1 has a tank of 20 m³; T2, 叠压, draws from the main and has none."""
    places = np.array([200.0, 210.0])
    return StationTable(
        IdColumn.of(["T1", "T2"]),
        TextColumn.of(["东泵房", "西泵房"]),
        np.array([20.0, 0.0], np.float32),
        np.array([demand_m3_h, 5.0], np.float32),
        handmade.taps([-1, -1], [np.nan, np.nan], handmade.LinkMethod.NONE),
        handmade.EAST + places,
        handmade.NORTH + np.zeros(2),
    )


def supply(room: Room, demand_m3_h: float) -> None:
    """C1, the hospital, hangs on T2, C2 on T1."""
    city = room.desk.workspace.city
    customers = replace(city.customers, station=np.array([1, 0], np.int32))
    city = replace(city, customers=customers, stations=stations(demand_m3_h))
    room.desk = replace(room.desk, workspace=replace(room.desk.workspace, city=city))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(make_city(tmp_path / "w"))
    supply(room, 8.0)
    yield room
    room.close()


def shown(room: Room, incident: str) -> Sheet:
    found = sheet(room.desk, incident, room.now)
    assert found is not None
    return found


def planned(room: Room) -> str:
    """An incident whose plan puts out the hospital and leaves the other to its tank."""
    incident = room.on_scene()
    record = {"customers_out": ["C1"], "customers_on_storage": ["C2"]}
    workspace, event = record_plan(room.desk.workspace, record, now=room.now, actor="a")
    room.desk = replace(room.desk, workspace=workspace)
    room.do(acts.AttachPlan(incident, event.key))
    return incident


def test_who_is_out_at_once_comes_first_and_a_tank_lasts_as_long_as_its_demand_lets_it(room: Room) -> None:
    direct, tank = shown(room, planned(room)).stations
    assert (direct.station, direct.direct, direct.lasts_s, direct.critical) == ("T2", True, 0.0, ("C1",))
    assert (tank.station, tank.direct, tank.lasts_s, tank.critical) == ("T1", False, 20 / 8 * 3600, ())
    assert (direct.customers, tank.customers) == (1, 1)


@pytest.mark.parametrize(("station", "lasts_s", "customer"), [("T1", 9000.0, 1), ("T2", 0.0, 1)])
def test_the_station_that_failed_is_the_one_that_is_hit(
    room: Room, station: str, lasts_s: float, customer: int
) -> None:
    number = room.do(acts.TakeReport(IncidentKind.STATION_FAILURE, *PLACE, station=station)).about.partition("/")[2]
    (hit,) = shown(room, number).stations
    assert (hit.station, hit.lasts_s, hit.customers) == (station, lasts_s, customer)


def test_how_long_is_not_made_up_where_no_demand_is_recorded(room: Room) -> None:
    supply(room, np.nan)
    tank = shown(room, planned(room)).stations[1]
    assert (tank.direct, tank.storage_m3, tank.lasts_s) == (False, 20.0, None)


def test_pumps_that_draw_from_the_main_stop_before_it_and_start_after_the_flushing_alone(room: Room) -> None:
    incident = planned(room)
    assert [(one.chore, one.station) for one in shown(room, incident).checklist] == [
        ("stop_pumps", "T2"),
        ("start_pumps", "T2"),
        ("fill_tank", "T1"),
        ("shut_inlet", "T1"),
        ("open_inlet", "T1"),
    ]
    at = {"station": "T2"}
    room.fact(incident, FactKind.CHORE_DONE, chore="stop_pumps", **at)
    room.fact(incident, FactKind.WATER_OFF)
    start = acts.Record(incident, FactKind.CHORE_DONE, {"chore": "start_pumps", **at})
    assert room.refused(start) == "inlet_before_flushing"
    assert "chore:start_pumps:T2" in shown(room, incident).bars
    room.later(60).fact(incident, FactKind.FLUSHING_DONE, direction="east")
    room.do(start)
    found = shown(room, incident)
    assert not any(bar.startswith("chore") for bar in found.bars)
    assert [one.done is not None for one in found.checklist] == [True, True, False, False, False]
