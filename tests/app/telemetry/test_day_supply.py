"""What meters have counted since midnight, and when that is less than there was."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.telemetry.channels import Channel, Channels
from app.telemetry.day_supply import day_supply, midnight_ms
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from app.telemetry.readings import Readings

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = 60_000
MIDNIGHT = round(datetime(2026, 3, 12, tzinfo=ZONE).timestamp() * 1000)
CHANNELS = Channels(
    (
        Channel("PT-W1", "W1", Quantity.PRESSURE, "MPa", station_id="W1"),
        Channel("FT-W1", "W1", Quantity.FLOW, "m3/h", station_id="W1"),
        Channel("FT-D1", "D1", Quantity.FLOW, "m3/h", dma_id="D1"),
        Channel("FT-T1", "T1", Quantity.FLOW, "m3/h", station_id="T1"),
        Channel("LT-T1", "T1", Quantity.LEVEL, "m", station_id="T1"),
        Channel("FT-W9", "W9", Quantity.FLOW, "m3/h", station_id="W9"),
    )
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    made = History.create(tmp_path / "history.sqlite")
    for one in CHANNELS.records[:5]:
        made.channel(one.id, one.step)
    yield made
    made.close()


def flows(history: History, *minutes: int, m3_s: float = 0.5) -> None:
    """Readings of the plant's meter so many minutes after midnight."""
    at = MIDNIGHT + np.array(minutes, dtype=np.int64) * MINUTE
    number = np.full(len(at), history.channels()["FT-W1"][0], dtype=np.int64)
    counts = np.full(len(at), round(m3_s / CHANNELS.records[1].step), dtype=np.int64)
    history.append(Readings(number, at, at + 400, counts, np.zeros(len(at), dtype=np.int64)))


@pytest.mark.parametrize("every_min", [1, 10])
def test_a_steady_flow_is_counted_from_midnight_whatever_the_beat(history: History, every_min: int) -> None:
    flows(history, *range(-60, 481, every_min))
    found = day_supply(history, CHANNELS, MIDNIGHT + 480 * MINUTE, ZONE)
    assert list(found) == [1]
    assert found[1].volume_m3 == pytest.approx(0.5 * 480 * 60)
    assert found[1].is_whole


def test_what_a_meter_did_not_say_is_left_out_and_told(history: History) -> None:
    flows(history, *range(121), *range(240, 481))
    found = day_supply(history, CHANNELS, MIDNIGHT + 480 * MINUTE, ZONE)[1]
    assert not found.is_whole
    assert found.volume_m3 == pytest.approx(0.5 * (120 + 15 + 240) * 60, rel=0.01)


def test_a_meter_that_is_silent_since_midnight_has_counted_nothing(history: History) -> None:
    flows(history, -30)
    assert day_supply(history, CHANNELS, MIDNIGHT + 5 * MINUTE, ZONE)[1].is_whole
    late = day_supply(history, CHANNELS, MIDNIGHT + 60 * MINUTE, ZONE)[1]
    assert (late.volume_m3, late.is_whole) == (0.0, False)


def test_midnight_is_that_of_the_city_on_a_day_whose_clocks_are_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day, hours in (((2026, 3, 29), 23), ((2026, 10, 25), 25)):
        noon = round(datetime(*day, 12, tzinfo=berlin).timestamp() * 1000)
        midnight = midnight_ms(noon, berlin)
        assert noon - midnight == (hours - 12) * 3_600_000
