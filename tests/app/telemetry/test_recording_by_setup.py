"""What stands in a set-up's file reaches brokers and servers, and what these send is recorded."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import trustme
from demo_town import MINUTE, NOW
from feed_waiting import WAIT_S, until
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from servers import mosquitto
from told_by_http import answering

from app.feeds.inbox import Link
from app.feeds.mqtt import Publisher
from app.telemetry.alarms import Limits
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.findings import FindingKind
from app.telemetry.history import History
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.recording import Recording
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup

PRESSURE = Channel("PT-1", "山大路", Quantity.PRESSURE, "MPa", device="RTU-7")


@contextmanager
def recording_of(folder: Path, feed: Feed, *channels: Channel) -> Iterator[Recording]:
    """The recorder of a set-up that was written to a file and read again; its feed has found the other side."""
    folder.mkdir(exist_ok=True)
    write_setup(folder, Setup(Channels(channels or (PRESSURE,)), Limits(()), (feed,)))
    recording = Recording(folder, lambda: NOW)
    try:
        until(lambda: recording.present().links[feed.name].link is Link.UP)
        yield recording
    finally:
        recording.close()


def kept(folder: Path, channel: str = "PT-1") -> list[tuple[int, int]]:
    """Stamps and counts in the history."""
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        found = history.readings(history.channels()[channel][0], 0, NOW + 1)
    return list(zip(found.source_ms.tolist(), found.count.tolist(), strict=True))


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Feed]:
    """A feed of a broker that encrypts and asks who one is."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = authority.issue_cert("127.0.0.1")
    server.private_key_pem.write_to_path(tmp_path / "key.pem")
    server.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    users = tmp_path / "users"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(users), "desk", "right"], check=True, capture_output=True)
    users.chmod(0o600)
    (tmp_path / "secret").write_text("right\n")
    lines = (
        "allow_anonymous false",
        f"password_file {users}",
        f"certfile {tmp_path}/cert.pem",
        f"keyfile {tmp_path}/key.pem",
    )
    with mosquitto(tmp_path, *lines) as broker:
        yield Feed(
            "line",
            FeedKind.MQTT,
            host="127.0.0.1",
            port=broker.port,
            topics=("city/#",),
            user="desk",
            password_file=str(tmp_path / "secret"),
            tls=True,
            ca_file=str(tmp_path / "ca.pem"),
        )


@contextmanager
def device(feed: Feed) -> Iterator[tuple[paho.Client, Callable[..., None]]]:
    """A transmitter whose last will the broker holds, and what sends a message of its."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("desk", "right")
    client.tls_set(feed.ca_file)
    client.will_set("city/RTU-7/death", json.dumps({"type": "death", "device": "RTU-7"}), 1)
    client.connect(feed.host, feed.port)
    client.loop_start()

    def say(kind: str, seq: int, value: float, ago_s: int) -> None:
        metric = {"name": "PT-1", "value": value, "timestamp": NOW - ago_s * 1000}
        told = {"type": kind, "device": "RTU-7", "seq": seq, "timestamp": NOW, "metrics": [metric]}
        client.publish(f"city/RTU-7/{kind}", json.dumps(told), 1).wait_for_publish(WAIT_S)

    try:
        yield client, say
    finally:
        client.loop_stop()


def test_a_device_behind_a_guarded_broker_is_born_misses_one_and_dies_without_a_word(
    tmp_path: Path, guarded: Feed
) -> None:
    """Its line is torn: the broker publishes its last will, and what stands behind it is stale at once."""
    folder = tmp_path / "city"
    with recording_of(folder, guarded) as recording, device(guarded) as (client, say):

        def lost() -> list[str]:
            return [one.where for one in recording.check_line()[0] if one.kind is FindingKind.LOST]

        say("birth", 0, 0.31, 9)
        say("data", 1, 0.32, 6)
        until(lambda: recording.present().received == 2)
        assert recording.present().standings.tolist() == [Standing.GOOD]
        assert lost() == []
        say("data", 3, 0.33, 3)
        until(lambda: recording.present().received == 3)
        assert lost() == ["RTU-7"], "number 2 is missing"
        assert recording.present().standings.tolist() == [Standing.GOOD]
        say("birth", 0, 0.33, 2)
        until(lambda: recording.present().received == 4)
        assert lost() == []
        client.socket().close()
        until(lambda: recording.present().standings.tolist() == [Standing.STALE])
        assert lost() == ["RTU-7"]
    assert [(NOW - at_ms) // 1000 for at_ms, _ in kept(folder)] == [9, 6, 3, 2]


def test_workspaces_of_one_name_do_not_share_what_a_broker_sends(tmp_path: Path) -> None:
    """A broker knows who listens by a name: under one and the same they would put each other out."""
    with mosquitto(tmp_path) as broker:
        feed = Feed("line", FeedKind.MQTT, host="127.0.0.1", port=broker.port, topics=("city/#",))
        folders = [tmp_path / shelf / "city" for shelf in ("a", "b")]
        for folder in folders:
            folder.parent.mkdir()
        publisher = Publisher("127.0.0.1", broker.port)
        with recording_of(folders[0], feed) as first, recording_of(folders[1], feed) as second:
            until(lambda: publisher.is_connected)
            for at in range(50):
                publisher.send("city/x", json.dumps({"id": "PT-1", "ts": NOW - at * 1000, "v": 0.3}).encode())
            for recording in (first, second):
                until(lambda one=recording: one.present().received >= 50)
        publisher.close()
        assert [len(kept(folder)) for folder in folders] == [50, 50]


def test_an_address_is_polled_and_a_name_with_dates_means_whoever_bore_it_then(tmp_path: Path) -> None:
    """The instrument was exchanged five minutes ago; a reading from before comes late, under the same name."""
    at_ms = NOW - 5 * MINUTE
    old = Channel("PT-1", "", Quantity.PRESSURE, "MPa", aliases=(Alias("poll", "p7", until_ms=at_ms),))
    new = Channel("PT-2", "", Quantity.PRESSURE, "kPa", aliases=(Alias("poll", "p7", from_ms=at_ms),))
    with answering() as server:
        sent = [{"id": "p7", "ts": at_ms + by_ms, "v": value} for by_ms, value in ((-1, 0.3), (0, 310.0))]
        server.answer = (200, json.dumps(sent).encode())
        feed = Feed("poll", FeedKind.HTTP, url=f"{server.address}/now", every_s=0.05)
        with recording_of(tmp_path / "city", feed, old, new) as recording:
            until(lambda: recording.present().received >= 1)
            assert recording.present().values == pytest.approx([30.591, 31.611], abs=0.005)
    assert kept(tmp_path / "city", "PT-1") == [(at_ms - 1, 3059)]
    assert kept(tmp_path / "city", "PT-2") == [(at_ms, 3161)]
