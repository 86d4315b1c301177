"""What the demonstration's stations have beside the network: clear water, tanks, two feeds of power."""

import numpy as np

from app.operations.demo_stations import beside, feed_limits, power_of
from app.telemetry.alarms import NOBODY
from app.telemetry.channels import Channel, Role
from app.telemetry.demo import HOURS
from app.telemetry.quantities import Quantity

HOUR = np.arange(HOURS)
CHANNELS = (
    Channel("PT-W1", "第一水厂", Quantity.PRESSURE, "MPa", station_id="W1"),
    Channel("FT-W1", "第一水厂", Quantity.FLOW, "m3/h", station_id="W1"),
    Channel("FT-T1", "高位水池", Quantity.FLOW, "m3/h", station_id="T1"),
    Channel("ST-B1", "东加压站", Quantity.STATE, "", station_id="B1"),
    Channel("PI-B1", "东加压站", Quantity.PRESSURE, "MPa", station_id="B1"),
    Channel("PS-E1", "花园泵房", Quantity.PRESSURE, "MPa", station_id="E1", x_m=1.0, y_m=2.0),
)


def test_every_station_has_what_a_dispatcher_asks_for() -> None:
    hourly = np.ones((len(CHANNELS), HOURS))
    hourly[1] = 1000 + 300 * np.sin(2 * np.pi * (HOUR - 9) / 24)
    found = beside(CHANNELS, hourly, ("trip B1", "power failure"), "power failure", frozenset({"B1"}))
    ids = [one.id for one in found.channels]
    assert ids == ["CW-W1", "PW-B1", "TK-B1", "ST-E1", "PO-E1", "TK-E1", "PW-E1"]
    by_id = dict(zip(ids, found.channels, strict=True))
    assert (by_id["CW-W1"].role, by_id["PO-E1"].role) == (Role.CLEAR_WATER, Role.OUTLET)
    # What stands behind a station's own pumps is no pressure of the mains around it.
    assert by_id["PO-E1"].x_m is None
    # The clear-water tank empties in the hours in which the plant sends more than it makes.
    level = found.hourly[0]
    assert level.max() - level.min() > 0.9
    assert HOUR[np.argmin(level)] > HOUR[np.argmax(level)]
    assert found.names == ("trip B1", "power failure", "switchover B1")
    assert found.effects.shape == (3, len(ids), HOURS)
    powered = found.hourly + found.effects[1]
    assert [powered[at, 0] for at in (1, 6)] == [0.0, 1.0], "in a failure boosters have none, others keep theirs"
    assert (found.hourly + found.effects[2])[1, 0] == 2.0


def test_without_power_a_stop_is_explained_by_its_set_up() -> None:
    rows = beside(CHANNELS, np.ones((len(CHANNELS), HOURS)), (), "power failure", frozenset()).channels
    limits = feed_limits(rows)
    assert [(one.id, one.priority) for one in limits[:2]] == [("PW-B1 dead", 1), ("PW-B1 second", 3)]
    assert power_of(limits, "B1") == 0
    assert power_of(limits, "W1") == NOBODY
