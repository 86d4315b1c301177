"""Plants' own servers set up in a workspace and recorded: from a register or node to the history."""

import struct
from pathlib import Path

import numpy as np
import pytest
from feed_waiting import now_ms, until
from plant_servers import plc

from app.errors import AppError
from app.feeds.inbox import Inbox, Link
from app.feeds.opcua_server import OpcUaServer
from app.telemetry.alarms import Limits
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.recording import Recording
from app.telemetry.setup import Feed, FeedKind, Setup, read_setup, write_setup

REGISTER = "1/holding/100/float32"
NODE = "ns=2;s=PT-0712"


def setup_of(*feeds: Feed, names: dict[str, str]) -> Setup:
    aliases = tuple(Alias(feed, name) for feed, name in names.items())
    return Setup(Channels((Channel("PT-1", "山大路", Quantity.PRESSURE, "MPa", aliases=aliases),)), Limits(()), feeds)


def test_a_register_is_recorded_in_the_unit_inside(tmp_path: Path) -> None:
    with plc() as device:
        device.put(1, 3, 100, *struct.unpack(">2H", struct.pack(">f", 0.31)))
        feed = Feed("plc", FeedKind.MODBUS, host="127.0.0.1", port=device.port, every_s=0.05)
        write_setup(tmp_path, setup_of(feed, names={"plc": REGISTER}))
        recording = Recording(tmp_path, now_ms)
        try:
            until(lambda: recording.present().received > 1)
            present = recording.present()
            assert present.links["plc"].link is Link.UP
            assert present.values[0] == pytest.approx(31.61, abs=0.05)
            assert present.standings[0] == Standing.GOOD
            curve = recording.curves([0], now_ms() - 60_000, now_ms() + 1000, 600)[0]
            assert np.allclose(curve.mean, 31.61, atol=0.05)
        finally:
            recording.close()


class Silent:
    def start(self) -> None:
        """Nothing comes."""

    def stop(self) -> None:
        """Nothing ends."""


def test_a_servers_address_nodes_and_password_reach_its_feed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("right\n")
    feed = Feed(
        "scada",
        FeedKind.OPC_UA,
        url="opc.tcp://plant:4840",
        user="desk",
        password_file=str(tmp_path / "secret"),
        policy="Basic256Sha256",
        certificate_file="own.pem",
        key_file="own.key",
        every_s=5.0,
    )
    write_setup(tmp_path, setup_of(feed, names={"scada": NODE, "other": "PT"}))
    assert read_setup(tmp_path).feeds == (feed,)
    asked: list[tuple[str, OpcUaServer]] = []

    def opened(name: str, server: OpcUaServer, inbox: Inbox) -> Silent:
        asked.append((name, server))
        return Silent()

    Recording(tmp_path, now_ms, opened).close()
    url, secret = "opc.tcp://plant:4840", "right"
    expected = OpcUaServer(url, [NODE], "desk", secret, "Basic256Sha256", "own.pem", "own.key", "", 5.0)
    assert asked == [("scada", expected)]


@pytest.mark.parametrize(
    ("feed", "names", "code"),
    [
        (Feed("plc", FeedKind.MODBUS, host="x"), {"plc": "40001"}, "feed.bad_register"),
        (Feed("plc", FeedKind.MODBUS, host="x"), {"other": REGISTER}, "feed.no_names"),
        (Feed("scada", FeedKind.OPC_UA, url="opc.tcp://x"), {"scada": NODE}, "feed.no_opcua"),
        (Feed("scada", FeedKind.OPC_UA, password_file="gone"), {"scada": NODE}, "feed.no_opcua"),
    ],
)
def test_what_cannot_be_set_up_is_refused_in_one_sentence(
    tmp_path: Path, feed: Feed, names: dict[str, str], code: str
) -> None:
    write_setup(tmp_path, setup_of(feed, names=names))
    with pytest.raises(AppError) as refused:
        Recording(tmp_path, now_ms)
    assert refused.value.code == code
