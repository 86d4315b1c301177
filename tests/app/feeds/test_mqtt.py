import gc
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from feed_waiting import WAIT_S, now_ms, until
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from plant_servers import line
from servers import Mosquitto, mosquitto

from app.errors import AppError
from app.feeds.inbox import Inbox, Link, Message
from app.feeds.mqtt import Broker, MqttFeed


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path) as running:
        yield running


@pytest.fixture
def feed_to(inbox: Inbox, begun: Callable[[MqttFeed], MqttFeed]) -> Callable[..., MqttFeed]:
    def make(port: int, **fields: object) -> MqttFeed:
        told = {"topics": ["city/#"], "client_id": "desk", "tls": False, **fields}
        return begun(MqttFeed("mqtt", Broker("127.0.0.1", port, **told), inbox, longest_pause_s=1))  # type: ignore[arg-type]

    return make


def is_up(inbox: Inbox) -> bool:
    return "mqtt" in inbox.links() and inbox.links()["mqtt"].link is Link.UP


def send(port: int, *bodies: bytes, qos: int = 1) -> None:
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for body in bodies:
        client.publish("city/PT-1", body, qos).wait_for_publish(WAIT_S)
    client.disconnect()
    client.loop_stop()


def taken(inbox: Inbox, number: int) -> list[Message]:
    found: list[Message] = []
    end = time.monotonic() + WAIT_S
    while len(found) < number and time.monotonic() < end:
        found += inbox.take(0.2)
    return found


def test_what_is_sent_comes_with_its_topic_and_time(broker: Mosquitto, inbox: Inbox, feed_to) -> None:
    before = now_ms()
    feed = feed_to(broker.port)
    until(lambda: is_up(inbox))
    send(broker.port, b"1", "二".encode())
    found = taken(inbox, 2)
    assert [(one.feed, one.name, one.body.decode()) for one in found] == [("mqtt", "city/PT-1", each) for each in "1二"]
    assert all(before <= one.received_ms <= now_ms() for one in found)
    feed.done(found)


def test_what_was_not_safe_comes_again(broker: Mosquitto, inbox: Inbox, feed_to) -> None:
    feed = feed_to(broker.port)
    until(lambda: is_up(inbox))
    send(broker.port, b"safe", b"not yet")
    found = taken(inbox, 2)
    feed.done(found[:1])
    # Its acknowledgement is on the way before the good-bye is.
    feed.stop()
    feed_to(broker.port)
    again = taken(inbox, 1)
    assert [one.body for one in again] == [b"not yet"]


def test_a_broker_that_dies_and_comes_back_is_found_again(broker: Mosquitto, inbox: Inbox, feed_to) -> None:
    feed_to(broker.port)
    until(lambda: is_up(inbox))
    broker.stop(at_once=True)
    until(lambda: inbox.links()["mqtt"].link is Link.DOWN)
    broker.start()
    until(lambda: is_up(inbox))
    send(broker.port, b"after")
    assert [one.body for one in taken(inbox, 1)] == [b"after"]


def test_a_cut_network_is_told_and_what_the_broker_took_meanwhile_comes(
    broker: Mosquitto, inbox: Inbox, feed_to
) -> None:
    """The broker runs on; the line between is held back, torn, and mended."""
    with line(broker.port) as way:
        feed = feed_to(way.port)
        until(lambda: is_up(inbox))
        send(broker.port, b"before")
        found = {one.body for one in taken(inbox, 1)}
        way.hold()
        send(broker.port, b"on the way")
        assert not inbox.take(0.2), "nothing gets through"
        way.cut()
        until(lambda: inbox.links()["mqtt"].link is Link.DOWN)
        meanwhile = {b"%d" % number for number in range(50)}
        send(broker.port, *meanwhile)
        assert not inbox.take(0)
        way.mend()
        until(lambda: is_up(inbox))
        end = time.monotonic() + WAIT_S
        while not meanwhile <= found and time.monotonic() < end:
            # The broker sends on as what it sent is acknowledged.
            messages = inbox.take(0.2)
            found |= {one.body for one in messages}
            feed.done(messages)
        assert found == {b"before", b"on the way", *meanwhile}
        feed.stop()


def test_what_is_sent_while_we_are_away_waits(broker: Mosquitto, inbox: Inbox, feed_to) -> None:
    feed = feed_to(broker.port)
    until(lambda: is_up(inbox))
    feed.stop()
    send(broker.port, b"meanwhile")
    feed_to(broker.port)
    assert [one.body for one in taken(inbox, 1)] == [b"meanwhile"]


def test_a_feed_that_ended_takes_its_sockets_along(broker: Mosquitto, inbox: Inbox) -> None:
    """The window collects garbage when it has time: what is open must not wait for that."""
    gc.disable()
    try:
        before = len(list(Path("/proc/self/fd").iterdir()))
        feed = MqttFeed("mqtt", Broker("127.0.0.1", broker.port, ["city/#"], "desk", tls=False), inbox)
        feed.start()
        until(lambda: is_up(inbox))
        feed.stop()
        del feed
        assert len(list(Path("/proc/self/fd").iterdir())) == before
    finally:
        gc.enable()


def test_nobody_there_is_told_and_tried_again(tmp_path: Path, inbox: Inbox, feed_to) -> None:
    with mosquitto(tmp_path) as broker:
        broker.stop()
        feed_to(broker.port)
        until(lambda: inbox.links()["mqtt"].code == "feed.unreachable")
        broker.start()
        until(lambda: is_up(inbox))


def test_the_right_password_lets_in(tmp_path: Path, inbox: Inbox, feed_to) -> None:
    users = tmp_path / "users"
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(users), "desk", "right"], check=True, capture_output=True)
    users.chmod(0o600)
    with mosquitto(tmp_path, "allow_anonymous false", f"password_file {users}") as broker:
        feed_to(broker.port, user="desk", password="right")
        until(lambda: is_up(inbox))
        other = Inbox(now_ms)
        stranger = MqttFeed(
            "mqtt", Broker("127.0.0.1", broker.port, ["city/#"], "x", "desk", "wrong", tls=False), other
        )
        stranger.start()
        until(lambda: "mqtt" in other.links() and other.links()["mqtt"].link is Link.REFUSED)
        stranger.stop()


def test_a_wrong_password_is_told(tmp_path: Path, inbox: Inbox, feed_to) -> None:
    with mosquitto(tmp_path, "allow_anonymous false") as broker:
        feed_to(broker.port, user="desk", password="wrong")
        until(lambda: inbox.links()["mqtt"].link is Link.REFUSED)
        assert inbox.links()["mqtt"].reason == "Not authorized"


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
def test_an_encrypted_line_is_verified(tmp_path: Path, inbox: Inbox, feed_to) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = authority.issue_cert("127.0.0.1")
    server.private_key_pem.write_to_path(tmp_path / "key.pem")
    server.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    lines = ("allow_anonymous true", f"certfile {tmp_path}/cert.pem", f"keyfile {tmp_path}/key.pem")
    with mosquitto(tmp_path, *lines) as broker:
        feed_to(broker.port, tls=True, ca_file=str(tmp_path / "ca.pem"))
        until(lambda: is_up(inbox))
        stranger = Inbox(now_ms)
        other = MqttFeed("mqtt", Broker("127.0.0.1", broker.port, ["city/#"], "other"), stranger, longest_pause_s=1)
        other.start()
        until(lambda: stranger.links()["mqtt"].link is Link.DOWN)
        other.stop()
        assert not is_up(stranger)


def test_a_certificate_that_is_none_is_told(tmp_path: Path, inbox: Inbox) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")
    with pytest.raises(AppError) as refused:
        MqttFeed("mqtt", Broker("127.0.0.1", 1, ["#"], "desk", ca_file=str(tmp_path / "ca.pem")), inbox)
    assert refused.value.code == "feed.bad_certificate"


def test_a_flood_without_acknowledgement_is_bounded_and_counted(broker: Mosquitto, feed_to) -> None:
    small = Inbox(now_ms, most=5)
    feed = MqttFeed("mqtt", Broker("127.0.0.1", broker.port, ["city/#"], "small", tls=False), small)
    feed.start()
    until(lambda: is_up(small))
    send(broker.port, *[str(number).encode() for number in range(20)], qos=0)
    until(lambda: small.turned_away > 0)
    feed.stop()
    assert [one.body for one in small.take(0)] == [b"0", b"1", b"2", b"3", b"4"]
