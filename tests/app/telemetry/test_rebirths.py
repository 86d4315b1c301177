"""Devices that are asked to tell everything anew: whom, how often, and over a real broker with what comes of it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from feed_waiting import until
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from servers import Mosquitto, mosquitto
from sparkplug_node import FLOAT, PAYLOAD, written

from app.errors import AppError
from app.feeds.inbox import Link
from app.telemetry.alarms import Limits
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.history import History
from app.telemetry.json_messages import DeviceState
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.rebirths import AGAIN_MS, Rebirths, Request
from app.telemetry.recording import Recording
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup

NOW = 1_767_200_000_000
DOUBTFUL, SOUND = DeviceState(is_doubtful=True), DeviceState()
SPARKPLUG = Feed("plant", FeedKind.MQTT, rebirth_topic="spBv1.0")
OWN = Feed("plant", FeedKind.MQTT, rebirth_topic="city/{device}/ask")


def asked(feed: Feed, *devices: str, rebirths: Rebirths | None = None, at_ms: int = NOW) -> list[Request]:
    known = {("plant", device): DOUBTFUL for device in devices} | {("plant", "well"): SOUND, ("other", "RTU"): DOUBTFUL}
    return list((rebirths or Rebirths()).due([feed, Feed("other", FeedKind.MQTT)], known, at_ms))


def test_a_device_is_asked_under_its_own_topic() -> None:
    (request,) = asked(OWN, "RTU-7")
    assert (request.feed, request.topic) == ("plant", "city/RTU-7/ask")
    assert json.loads(request.body) == {"type": "rebirth", "device": "RTU-7", "timestamp": NOW}


def test_a_node_is_asked_for_all_devices_behind_it() -> None:
    (request,) = asked(SPARKPLUG, "east/gw1", "east/gw1/rtu7")
    assert request.topic == "spBv1.0/east/NCMD/gw1"
    assert PAYLOAD.FromString(request.body).metrics[0].name == "Node Control/Rebirth"


def test_nobody_is_asked_unless_the_set_up_says_where() -> None:
    assert asked(Feed("plant", FeedKind.MQTT), "RTU-7") == []


@pytest.mark.parametrize("device", ["", "#", "a+b", "a\0", "x" * 300, "others/cmd"])
def test_a_name_leads_to_nobody_else(device: str) -> None:
    assert asked(OWN, device) == []
    assert asked(SPARKPLUG, device) == [] or device == "others/cmd"


def test_who_does_not_answer_is_asked_once_a_minute_and_who_did_at_once_when_something_is_lost_again() -> None:
    rebirths = Rebirths()

    def times(at_ms: int, *devices: str) -> int:
        return len(asked(OWN, *devices, rebirths=rebirths, at_ms=at_ms))

    assert times(NOW, "A") == 1
    assert [times(NOW + after_ms, "A") for after_ms in range(1_000, AGAIN_MS, 1_000)] == [0] * 59
    assert times(NOW + AGAIN_MS, "A", "B") == 2
    assert times(NOW + AGAIN_MS + 1_000) == 0
    assert times(NOW + AGAIN_MS + 2_000, "A") == 1
    assert times(NOW - 10 * AGAIN_MS, "A") == 1, "a clock that was set back holds nobody up"


@pytest.mark.parametrize("topic", ["city/ask", "city/+/{device}", "#{device}"])
def test_a_topic_under_which_nobody_can_be_asked_is_refused(tmp_path: Path, topic: str) -> None:
    feed = Feed("plant", FeedKind.MQTT, host="127.0.0.1", port=1, topics=("#",), rebirth_topic=topic)
    write_setup(tmp_path, Setup(Channels(()), Limits(()), (feed,)))
    with pytest.raises(AppError, match=r"feed\.bad_rebirth_topic"):
        Recording(tmp_path, lambda: NOW)


# Over a real broker


class Node:
    """A gateway that counts its messages and, asked for a rebirth, tells everything anew."""

    def __init__(self, port: int) -> None:
        self.births = 0
        self._seq = 0
        self._lock = threading.Lock()
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._commanded
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("spBv1.0/east/NCMD/gw1", 1)
        self._client.loop_start()

    def _commanded(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        if any(
            one.name == "Node Control/Rebirth" and one.boolean_value
            for one in PAYLOAD.FromString(message.payload).metrics
        ):
            self.be_born()

    def be_born(self) -> None:
        with self._lock:
            self.births += 1
            self._seq = -1
            self._say("NBIRTH", "")
            self._say("DBIRTH", "/rtu7", {"name": "PT", "alias": 7, "datatype": FLOAT, "float_value": 0.31})

    def tell(self, value: float) -> None:
        with self._lock:
            self._say("DDATA", "/rtu7", {"alias": 7, "float_value": value})

    def lose(self) -> None:
        with self._lock:
            self._seq += 1

    def _say(self, kind: str, device: str, *metrics: dict[str, object]) -> None:
        self._seq += 1
        # Each at an instant of its own, as far apart as water takes to change.
        stamped = NOW - 3_600_000 + 300_000 * self.births + 20_000 * self._seq
        self._client.publish(f"spBv1.0/east/{kind}/gw1{device}", written(stamped, self._seq, *metrics), 1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path) as running:
        yield running


def value_of(recording: Recording) -> float:
    return float(recording.present().values[0])


def near(read: Callable[[], float], m: float) -> Callable[[], bool]:
    return lambda: abs(read() - m) < 0.02


def test_a_console_that_missed_the_birth_or_a_message_asks_and_understands(tmp_path: Path, broker: Mosquitto) -> None:
    device, name = "east/gw1/rtu7", "east/gw1/rtu7/PT"
    channel = Channel("PT-1", "", Quantity.PRESSURE, "MPa", 600.0, device=device, aliases=(Alias("plant", name),))
    feed = Feed(
        "plant", FeedKind.MQTT, host="127.0.0.1", port=broker.port, topics=("spBv1.0/#",), rebirth_topic="spBv1.0"
    )
    write_setup(tmp_path, Setup(Channels((channel,)), Limits(()), (feed,)))
    with closing(Node(broker.port)) as node:
        node.be_born()
        began_s = time.monotonic()
        with closing(Recording(tmp_path, lambda: NOW + round(1000 * (time.monotonic() - began_s)))) as recording:
            until(lambda: recording.present().links["plant"].link is Link.UP)
            node.tell(0.2)
            until(near(lambda: value_of(recording), 31.61))
            assert node.births == 2, "it was asked"
            # Who changes the set-up does not make the console forget what the birth has named.
            turn = recording.setup_turn
            write_setup(tmp_path, Setup(Channels((replace(channel, name="outlet"),)), Limits(()), (feed,)))
            until(lambda: recording.setup_turn > turn)
            node.tell(0.30)
            until(near(lambda: value_of(recording), 30.59))
            assert recording.present().standings[0] == Standing.GOOD
            assert node.births == 2, "and once was enough"
            node.lose()
            node.tell(0.29)
            until(lambda: node.births == 3)
            until(near(lambda: value_of(recording), 31.61))
    with closing(History.open(tmp_path / HISTORY, readonly=True)) as history:
        assert [reason for _, _, reason, _ in history.dead_letters()] == ["no_birth"], (
            "our own order is no message to us"
        )
