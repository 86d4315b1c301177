"""Which instruments stand below a pump: by the mains they stand at, by their place, by their station."""

from small_city import Draft, recorded

from app.operations.alarm_feeding import find_feeders
from app.telemetry.alarm_feeding import NO_FEEDERS, Feeder, Feeders
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from network.lifted import LevelAreas
from network.supply import prepare


def hill() -> Draft:
    """Plant W1 - a - b =pump B1=> c - d, with a second pump to a reservoir on another hill: b =B2=> x - r."""
    draft = Draft().chain("a", "b", "c", "d").pipe("bx", "b", "x").pipe("xr", "x", "r").source("W1", node="a")
    for at, name in enumerate("abcdxr"):
        draft.node(name, at * 1000.0, 0.0)
    draft.device("B1", "PUMP", pipe="bc", at=50.0, direction=1, x_m=1500.0)
    draft.device("B2", "PUMP", pipe="bx", at=50.0, direction=1, x_m=2500.0, y_m=900.0)
    draft.device("V1", pipe="xr", at=10.0)
    return draft.source("R1", "RESERVOIR", node="r").station("E1", pipe="cd", at=20.0)


def state(name: str, **of: object) -> Channel:
    return Channel(f"ST-{name}", name, Quantity.STATE, "", **of)  # type: ignore[arg-type]


def gauge(name: str, **of: object) -> Channel:
    return Channel(name, name, Quantity.PRESSURE, "MPa", **of)  # type: ignore[arg-type]


def found(draft: Draft, *channels: Channel) -> Feeders:
    city = draft.city()
    return find_feeders(LevelAreas.of(prepare(city, recorded(city))), Channels(channels))


GAUGES = (
    gauge("at main", pipe_id="cd"),
    gauge("in valley", pipe_id="bc", x_m=1000.0, y_m=0.0),
    gauge("behind the pump", pipe_id="bc", x_m=2000.0, y_m=0.0),
    gauge("by place", x_m=3010.0, y_m=5.0),
    gauge("of station", station_id="E1"),
    gauge("other hill", pipe_id="xr", x_m=5000.0, y_m=0.0),
    gauge("in the sea", x_m=90_000.0, y_m=0.0),
    gauge("nowhere"),
)


def test_instruments_stand_below_the_pump_that_feeds_their_mains() -> None:
    pump, other = state("B1", station_id="B1"), state("B2", station_id="B2")
    below = ("at main", "behind the pump", "by place", "of station")
    assert found(hill(), pump, other, *GAUGES) == Feeders(
        (Feeder("ST-B1", below, ()), Feeder("ST-B2", (), ("other hill",)))
    )


def test_a_state_without_a_station_is_that_of_the_pump_it_stands_at() -> None:
    near, far = state("near", x_m=1530.0, y_m=0.0), state("far", x_m=1600.0, y_m=0.0)
    (feeder,) = found(hill(), near, far, GAUGES[0]).known
    assert feeder == Feeder("ST-near", ("at main",), ())
    assert found(hill(), near, far, state("lost", station_id="none")).unplaced == ("ST-far", "ST-lost")


def test_a_plant_feeds_everything_that_only_it_reaches() -> None:
    (feeder,) = found(hill(), state("W1", station_id="W1"), *GAUGES).known
    assert set(feeder.alone) >= {"at main", "in valley"}
    assert "other hill" not in feeder.alone


def test_without_a_pump_s_state_nothing_is_looked_for() -> None:
    assert found(hill(), *GAUGES) == NO_FEEDERS


def test_a_shut_valve_changes_what_stands_below() -> None:
    draft = hill().pipe("dx", "d", "x").device("V2", pipe="dx", at=50.0, position="CLOSED")
    pump = state("B1", station_id="B1")
    assert found(draft, pump, GAUGES[0]).known == (Feeder("ST-B1", ("at main",), ()),)
    opened = hill().pipe("dx", "d", "x").device("V2", pipe="dx", at=50.0)
    assert found(opened, pump, GAUGES[0]).known == (Feeder("ST-B1", (), ("at main",)),)
