"""What the network says of the places of instruments: how high water can stand there, and who stands beside whom."""

import numpy as np
import pytest
from small_city import Draft, recorded

from app.operations.instrument_sites import PUMP_M, find_sites
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.quantities import Quantity
from app.telemetry.sites import Site
from network.lifted import LevelAreas
from network.supply import prepare


def hills() -> Draft:
    """Plant W1 (head 80 m) - a - b =pump B1=> c - d, and down again through a reducing valve b =V1=> e - f."""
    draft = Draft().chain("a", "b", "c", "d").chain("b", "e", "f").source("W1", node="a")
    for at, (name, height_m) in enumerate({"a": 40.0, "b": 45.0, "c": 70.0, "d": 75.0, "e": 10.0, "f": 12.0}.items()):
        draft.node(name, at * 1000.0, 0.0, height_m)
    draft.device("B1", "PUMP", pipe="bc", at=50.0, direction=1, x_m=1500.0)
    draft.device("V1", "PRV", pipe="be", at=50.0, direction=1, x_m=3500.0)
    return draft.station("E1", pipe="cd", at=20.0)


def sites(*channels: Channel, head_m: float = 80.0, draft: Draft | None = None) -> dict[str, Site]:
    city = (draft or hills()).city()
    areas = LevelAreas.of(prepare(city, recorded(city)))
    return {one.channel: one for one in find_sites(areas, Channels(channels), np.array([head_m]))}


def gauge(name: str, **of: object) -> Channel:
    return Channel(name, name, Quantity.PRESSURE, "MPa", **of)  # type: ignore[arg-type]


def test_water_stands_no_higher_than_its_sources_and_the_pumps_on_its_way() -> None:
    found = sites(
        gauge("plant", x_m=0.0, y_m=0.0),
        gauge("below", pipe_id="ab", x_m=1000.0, y_m=0.0, elevation_m=44.0),
        gauge("above", x_m=3000.0, y_m=0.0),
        gauge("valley", x_m=5000.0, y_m=0.0),
        gauge("in the sea", x_m=90_000.0, y_m=0.0),
        gauge("of a house", station_id="E1", role=Role.OUTLET),
        gauge("before a house", station_id="E1", role=Role.INLET),
    )
    assert found["plant"] == Site("plant", "plant", 40.0, 40.0)
    assert found["below"] == Site("below", "plant", 44.0, 36.0)
    assert found["above"] == Site("above", "above", 75.0, 5.0 + PUMP_M)
    assert found["valley"] == Site("valley", "valley", 12.0, 68.0)
    assert found["before a house"].area == "above"
    assert not {"in the sea", "of a house"} & set(found)


def test_what_pumps_lift_does_not_come_down_by_a_reducing_valve_but_where_nothing_else_feeds() -> None:
    """The hill's water helps the valley through V2, and is all that the hamlet g has, through V3."""
    draft = hills().pipe("de", "d", "e").pipe("dg", "d", "g").node("g", 9000.0, 0.0, 20.0)
    draft.device("V2", "PRV", pipe="de", at=50.0, direction=1, x_m=6500.0)
    draft.device("V3", "PRV", pipe="dg", at=50.0, direction=1, x_m=7500.0)
    found = sites(gauge("valley", x_m=5000.0, y_m=0.0), gauge("hamlet", x_m=9000.0, y_m=0.0), draft=draft)
    assert found["valley"].most == 68.0
    assert found["hamlet"].most == 60.0 + PUMP_M


def test_a_source_without_a_recorded_head_stands_as_high_as_usual() -> None:
    assert sites(gauge("plant", x_m=0.0, y_m=0.0), head_m=np.nan)["plant"].most == 40.0


def test_a_main_carries_no_more_than_its_bore_lets_through() -> None:
    def meter(name: str, **of: str) -> Channel:
        return Channel(name, name, Quantity.FLOW, "m3/h", **of)  # type: ignore[arg-type]

    found = sites(
        meter("main", pipe_id="cd"), meter("pump", station_id="B1"), meter("plant", station_id="W1"), meter("nowhere")
    )
    dn_200 = np.pi / 4.0 * 0.2**2 * 5.0
    for name in ("main", "pump", "plant"):
        assert found[name].most == pytest.approx(dn_200, abs=1e-4), name
    assert found["nowhere"].most is None
