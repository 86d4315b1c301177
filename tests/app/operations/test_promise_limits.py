"""Which limits a city's own instruments need for what is promised at the meter, and which cannot be told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_city import Draft, recorded

from app.errors import AppError
from app.operations.meter_promise import PROMISED_MPA, SERVICE_LOSS_M
from app.operations.promise_limits import LeftOut, propose, put_into_force, tried
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Readings
from app.telemetry.setup import HISTORY, Setup, read_setup, write_setup
from network.supply import SupplyModel, prepare
from network.units import M_HEAD_PER_MPA

LEAST_M = PROMISED_MPA * M_HEAD_PER_MPA + SERVICE_LOSS_M
NOW = 1_773_297_128_000


def gauge(name: str, x_m: float | None, elevation_m: float | None = 20.0, **more: object) -> Channel:
    y_m = None if x_m is None else 0.0
    return Channel(name, name, Quantity.PRESSURE, "MPa", x_m=x_m, y_m=y_m, elevation_m=elevation_m, **more)  # type: ignore[arg-type]


def town() -> SupplyModel:
    """Customers on b - c (40 m at c) and on f - g, where nobody measured heights; d - e is a long way without any."""
    draft = (
        Draft()
        .chain("a", "b", "c", "d", "e", "f", "g")
        .source("S", node="a")
        .customer("C1", pipe="bc")
        .customer("C2", pipe="fg")
        .station("B1", pipe="ab")
    )
    places = {"a": (0, 20), "b": (140, 25), "c": (280, 40), "d": (1000, 60), "e": (1200, 60)}
    for name, (x_m, height_m) in places.items():
        draft.node(name, float(x_m), 0.0, float(height_m))
    city = draft.node("f", 3000.0).node("g", 3100.0).city()
    return prepare(city, recorded(city))


def setup_of(*channels: Channel, limits: tuple[Limit, ...] = ()) -> Setup:
    return Setup(Channels(channels), Limits(limits), ())


def test_the_highest_meter_s_main_is_asked_for_and_the_rest_of_an_alarm_stays() -> None:
    own = Limit("PT-2 low-low", 1, Side.LOW, 12.0, 0.7, 5_000, 6_000, priority=2)
    proposal = propose(town(), setup_of(gauge("PT-1", 0.0), gauge("PT-2", 140.0, 25.0), limits=(own,)))
    first, second = proposal.proposed
    assert (first.was_m, second.was_m) == (None, 12.0)
    assert first.limit.limit == pytest.approx(LEAST_M + 20.0, abs=0.01)
    assert (first.limit.channel, first.limit.side, first.limit.priority) == (0, Side.LOW, 1)
    assert second.limit == replace(own, limit=second.limit.limit)
    assert second.limit.limit == pytest.approx(LEAST_M + 15.0, abs=0.01)
    again = propose(town(), setup_of(gauge("PT-1", 0.0), limits=(first.limit,)))
    assert again.changes == ()
    assert len(again.proposed) == 1


@pytest.mark.parametrize(
    ("channel", "why"),
    [
        (gauge("PT", None, pipe_id="ab"), LeftOut.NO_PLACE),
        (gauge("PT", 0.0, None), LeftOut.NO_ELEVATION),
        (gauge("PT", 0.0, float("nan")), LeftOut.NO_ELEVATION),
        (gauge("PT", None, station_id="B1", role=Role.OUTLET), LeftOut.OWN_PUMPS),
        (gauge("PT", 700.0), LeftOut.NO_MAIN),
        (gauge("PT", 1000.0), LeftOut.NO_CUSTOMERS),
        (gauge("PT", 3000.0), LeftOut.NO_HEIGHTS),
    ],
)
def test_what_cannot_be_told_is_named_with_why(channel: Channel, why: LeftOut) -> None:
    proposal = propose(town(), setup_of(channel))
    assert proposal.left_out == ((channel, why),)
    assert proposal.proposed == ()


def test_an_alarm_of_that_name_that_watches_something_else_is_left_alone() -> None:
    other = Limit("PT low-low", 0, Side.SILENT)
    assert propose(town(), setup_of(gauge("PT", 0.0), limits=(other,))).left_out[0][1] is LeftOut.OTHER_ALARM


def test_limits_are_tried_on_the_last_month(tmp_path: Path) -> None:
    proposed = propose(town(), setup_of(gauge("PT-1", 0.0), gauge("PT-2", 140.0, 25.0))).proposed
    assert set(tried(tmp_path, proposed, NOW, lambda *_: None).values()) == {None}
    history = History.create(tmp_path / HISTORY)
    number = history.channel("PT-1", 0.01)
    # An hour below the limit in a day of minutes above it.
    at_ms = NOW - 86_400_000 + np.arange(1440) * 60_000
    count = np.where((np.arange(1440) // 60) == 7, 3000, 6000)
    history.append(Readings(np.full(1440, number), at_ms, at_ms, count, np.zeros(1440, dtype=np.int64)))
    history.close()
    found = tried(tmp_path, proposed, NOW, lambda *_: None)
    assert found["PT-2 low-low"] is None
    ((raised_ms, cleared_ms),) = found["PT-1 low-low"] or ()
    assert cleared_ms - raised_ms == pytest.approx(3_600_000, abs=120_000)


def test_they_come_into_force_all_or_none(tmp_path: Path) -> None:
    kept = Limit("PT-1 silent", 0, Side.SILENT)
    write_setup(tmp_path, setup_of(gauge("PT-1", 0.0), limits=(kept,)))
    proposal = propose(town(), read_setup(tmp_path))
    put_into_force(tmp_path, proposal, "王敏", NOW)
    assert read_setup(tmp_path).limits.records == (kept, proposal.proposed[0].limit)
    with pytest.raises(AppError, match=r"telemetry\.setup_changed"):
        put_into_force(tmp_path, proposal, "王敏", NOW)
    assert len(read_setup(tmp_path).limits) == 2
