"""Through the recorder's own process: what OPC UA and Modbus servers of a set-up say is in the history."""

import struct
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asker import Asker
from asyncua import ua
from feed_waiting import now_ms, until
from plant_servers import Plc, Scada, plc, scada

from app.feeds.inbox import Link
from app.live_requests import LiveShown, LookLive, WatchLive
from app.telemetry.alarms import Limits
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.history import History
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.readings import NO_VALUE, Readings
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup

READ_HOLDING, READ_INPUT = 3, 4
CHANNELS = Channels(
    (
        Channel("PT-1", "出厂", Quantity.PRESSURE, "MPa", 5.0, aliases=(Alias("scada", "ns=2;s=PT-0712"),)),
        Channel("PT-2", "加压", Quantity.PRESSURE, "bar", 5.0, aliases=(Alias("plc", "1/holding/100/float32"),)),
        Channel("LT-1", "水池", Quantity.LEVEL, "m", 5.0, aliases=(Alias("plc", "2/input/12/int16*0.01"),)),
    )
)


@pytest.fixture
def plant() -> Iterator[Scada]:
    with scada("PT-0712", users=True) as running:
        yield running


@pytest.fixture
def device() -> Iterator[Plc]:
    with plc() as running:
        yield running


@pytest.fixture
def city(tmp_path: Path, plant: Scada, device: Plc) -> Path:
    secret = tmp_path / "secret"
    secret.write_text("right\n")
    feeds = (
        Feed("scada", FeedKind.OPC_UA, url=plant.url, user="desk", password_file=str(secret), every_s=0.5),
        Feed("plc", FeedKind.MODBUS, host="127.0.0.1", port=device.port, every_s=0.1),
    )
    write_setup(tmp_path, Setup(CHANNELS, Limits(()), feeds))
    return tmp_path


def kept(folder: Path, name: str) -> Readings:
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        return history.readings(history.channels()[name][0], 0, now_ms() + 1)


def test_readings_of_real_servers_are_in_the_history_with_their_times_and_qualities(
    city: Path, plant: Scada, device: Plc
) -> None:
    device.put(1, READ_HOLDING, 100, *struct.unpack(">2H", struct.pack(">f", 4.2)))
    device.put(2, READ_INPUT, 12, 312)
    asking = Asker()
    try:
        asking.ask(WatchLive(city, now_ms()))

        def shown() -> LiveShown:
            reply = asking.ask(LookLive())
            assert isinstance(reply, LiveShown)
            return reply

        def reads(*values: float) -> bool:
            return shown().present.values.tolist() == pytest.approx(values, abs=0.011)

        until(lambda: [link.link for link in shown().present.links.values()] == [Link.UP, Link.UP])
        until(lambda: reads(31.61, 42.83, 3.12))
        at = datetime.now(UTC).replace(microsecond=250_000)
        plant.write("PT-0712", 0.17, at=at)
        device.put(2, READ_INPUT, 12, 298)
        until(lambda: reads(17.34, 42.83, 2.98))
        # The number beside a bad quality is whatever stood there before.
        plant.write("PT-0712", 0.99, ua.StatusCodes.BadSensorFailure)
        until(lambda: shown().present.standings.tolist() == [Standing.BAD, Standing.GOOD, Standing.GOOD])
    finally:
        asking.client.close()
    outlet, level = kept(city, "PT-1"), kept(city, "LT-1")
    (sent,) = outlet.count[outlet.source_ms == round(at.timestamp() * 1000)].tolist()
    assert sent == 1734, "by the server's time, to the centimetre"
    assert outlet.count[-1] == NO_VALUE
    assert 9900 not in outlet.count.tolist()
    assert set(level.count.tolist()) == {3120, 2980}
    assert set(kept(city, "PT-2").count.tolist()) == {4283}
