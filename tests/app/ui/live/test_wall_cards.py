"""A card of the wall shows all that is measured at its station."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from app.messages import load_words
from app.telemetry.alarms import Limits
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.live import Standing
from app.telemetry.present import Supplied
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui.live.model import LiveModel
from app.ui.live.wall import cards_of
from app.ui.look import Look

PLANT = (
    ("ST-1", Quantity.STATE, Role.NONE),
    ("PF-1", Quantity.POWER_FEED, Role.NONE),
    ("PO-1", Quantity.PRESSURE, Role.OUTLET),
    ("PO-2", Quantity.PRESSURE, Role.OUTLET),
    ("FT-1", Quantity.FLOW, Role.NONE),
    ("FT-2", Quantity.FLOW, Role.NONE),
    ("LT-1", Quantity.LEVEL, Role.CLEAR_WATER),
)
UNITS = {Quantity.PRESSURE: "MPa", Quantity.FLOW: "m3/h", Quantity.LEVEL: "m"}


def test_a_plant_with_pumps_and_two_meters_shows_its_clear_water() -> None:
    records = tuple(
        Channel(name, "W1", what, UNITS.get(what, ""), station_id="W1", role=role) for name, what, role in PLANT
    )
    count, none = len(records), np.empty(0, dtype=np.int64)
    present: Any = SimpleNamespace(
        values=np.ones(count),
        standings=np.full(count, Standing.GOOD),
        alarm_states=none,
        raised_ms=none,
        cause=none,
        supplied={4: Supplied(1000.0, is_whole=True), 5: Supplied(2000.0, is_whole=False)},
    )
    model: Any = SimpleNamespace(setup=Setup(Channels(records), Limits(()), ()), present=present)
    look: Any = SimpleNamespace(words=load_words("en"))
    (card,) = cards_of(cast("LiveModel", model), cast("Look", look))
    told = [line.code for line in card.lines]
    assert told.count("flow") == told.count("day_supply") == 2
    assert told[-1] == "clear_water"
    assert len(told) == 9
