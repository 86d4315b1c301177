"""OPC UA against a real server on the loopback: values, qualities, cuts, restarts, passwords, an encrypted line."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asyncua import ua
from cryptography.x509.oid import ExtendedKeyUsageOID
from feed_waiting import Heard, link_of, now_ms, until
from plant_servers import Line, Papers, Scada, line, scada

from app.errors import AppError
from app.feeds.inbox import Inbox, Link
from app.feeds.opcua import OpcUaFeed
from app.feeds.opcua_server import APPLICATION_URI, OpcUaServer

PRESSURE, TOWN = "ns=2;s=PT-0712", "ns=2;s=PT-0001"


@pytest.fixture(scope="module")
def plant() -> Iterator[Scada]:
    with scada("PT-0712", "PT-0001", "RUNS", "COUNT", "BROKEN", "TEXT", users=True) as running:
        yield running


@pytest.fixture
def way(plant: Scada) -> Iterator[Line]:
    with line(plant.port) as made:
        yield made


@pytest.fixture
def feed_of(inbox: Inbox, begun: Callable[[OpcUaFeed], OpcUaFeed]) -> Callable[..., OpcUaFeed]:
    def make(url: str, *nodes: str, every_s: float = 60.0, password: str = "right") -> OpcUaFeed:
        server = OpcUaServer(url, nodes, "desk", password, every_s=every_s, timeout_s=10.0)
        return begun(OpcUaFeed("scada", server, inbox, longest_pause_s=0.1))

    return make


def test_changes_come_with_the_servers_time_and_quality(plant: Scada, inbox: Inbox, feed_of) -> None:
    feed_of(plant.url, PRESSURE, TOWN)
    heard = Heard(inbox)
    heard.until(PRESSURE, lambda told: told["q"] == "good")
    until(lambda: link_of(inbox, "scada") is Link.UP)
    at = datetime(2026, 3, 12, 6, 32, 8, 250_000, tzinfo=UTC)
    plant.write("PT-0712", 0.17, at=at)
    told = heard.until(PRESSURE, lambda told: told["v"] == 0.17)
    assert told == {"id": PRESSURE, "v": 0.17, "q": "good", "ts": round(at.timestamp() * 1000)}
    plant.write("PT-0712", 0.18, ua.StatusCodes.UncertainLastUsableValue)
    heard.until(PRESSURE, lambda told: (told["v"], told["q"]) == (0.18, "uncertain"))
    # The number beside a bad quality is whatever stood there before.
    plant.write("PT-0712", 0.19, ua.StatusCodes.BadSensorFailure)
    heard.until(PRESSURE, lambda told: (told["v"], told["q"]) == (None, "bad"))
    plant.write("PT-0712", 0.2)
    heard.until(PRESSURE, lambda told: (told["v"], told["q"]) == (0.2, "good"))


def test_what_rests_is_read_and_is_not_taken_for_silent(plant: Scada, inbox: Inbox, feed_of) -> None:
    plant.write("PT-0001", 0.3, at=datetime(2026, 1, 1, tzinfo=UTC))
    before = now_ms()
    feed_of(plant.url, TOWN, every_s=0.3)
    heard = Heard(inbox)
    heard.until(TOWN, lambda told: told["v"] == 0.3)
    first = heard.until(TOWN, lambda told: told["ts"] > before - 60_000)["ts"]
    assert heard.until(TOWN, lambda told: told["ts"] > first)["v"] == 0.3


def test_a_node_that_nobody_knows_is_named_and_the_others_come(plant: Scada, inbox: Inbox, feed_of) -> None:
    feed_of(plant.url, "ns=2;s=gone", PRESSURE, every_s=0.3)
    heard = Heard(inbox)
    heard.until(PRESSURE, bool)
    until(lambda: inbox.links()["scada"].code == "feed.part_unknown")
    assert inbox.links()["scada"].reason == "ns=2;s=gone"
    assert inbox.links()["scada"].link is Link.UP
    heard.take()
    assert "ns=2;s=gone" not in heard.last


def test_what_is_no_pressure_comes_as_it_is(plant: Scada, inbox: Inbox, feed_of) -> None:
    names = {"RUNS": True, "COUNT": 7, "BROKEN": None, "TEXT": "open"}
    feed_of(plant.url, *(f"ns=2;s={name}" for name in names))
    heard = Heard(inbox)
    for name, said in names.items():
        assert heard.until(f"ns=2;s={name}", bool)["v"] == said


def test_a_cut_line_and_one_that_holds_its_breath_are_told_and_mended(
    plant: Scada, way: Line, inbox: Inbox, feed_of
) -> None:
    plant.write("PT-0712", 0.31)
    feed_of(f"opc.tcp://127.0.0.1:{way.port}", PRESSURE)
    heard = Heard(inbox)
    heard.until(PRESSURE, lambda told: told["v"] == 0.31)
    for break_it, value in ((way.cut, 0.32), (way.hold, 0.33)):
        break_it()
        until(lambda: link_of(inbox, "scada") is Link.DOWN)
        plant.write("PT-0712", value)
        way.mend()
        heard.until(PRESSURE, lambda told, value=value: told["v"] == value)
        until(lambda: link_of(inbox, "scada") is Link.UP)


def test_a_wrong_password_is_told(plant: Scada, inbox: Inbox, feed_of) -> None:
    feed_of(plant.url, PRESSURE, password="wrong")
    until(lambda: link_of(inbox, "scada") is Link.REFUSED)
    assert inbox.links()["scada"].code == "feed.refused"


def test_a_server_that_is_not_there_yet_is_waited_for_and_found_after_a_restart(
    plant: Scada, inbox: Inbox, feed_of
) -> None:
    plant.stop()
    feed_of(plant.url, PRESSURE)
    until(lambda: inbox.links()["scada"].code == "feed.unreachable")
    heard = Heard(inbox)
    for value in (0.21, 0.22):
        plant.stop()
        until(lambda: link_of(inbox, "scada") is Link.DOWN)
        plant.start()
        plant.write("PT-0712", value)
        heard.until(PRESSURE, lambda told, value=value: told["v"] == value)


def test_an_encrypted_line_is_verified(tmp_path: Path, inbox: Inbox, begun: Callable[[OpcUaFeed], OpcUaFeed]) -> None:
    plants = Papers.of(tmp_path, "urn:freeopcua:python:server", ExtendedKeyUsageOID.SERVER_AUTH)
    stranger = Papers.of(tmp_path, "urn:stranger", ExtendedKeyUsageOID.SERVER_AUTH)
    ours = Papers.of(tmp_path, APPLICATION_URI, ExtendedKeyUsageOID.CLIENT_AUTH)
    with scada("PT-0712", papers=plants) as plant:

        def feed(name: str, policy: str = "Basic256Sha256", known: Papers = plants) -> OpcUaFeed:
            papers = {"certificate_file": str(ours.certificate), "key_file": str(ours.key)} if policy else {}
            shown = str(known.certificate) if policy else ""
            server = OpcUaServer(
                plant.url, (PRESSURE,), policy=policy, **papers, server_certificate_file=shown, timeout_s=2.0
            )
            return begun(OpcUaFeed(name, server, inbox, longest_pause_s=0.1))

        # Who shows another certificate than was agreed on, or lets nobody in without encryption, brings nothing.
        for name, more in (("other", {"known": stranger}), ("open", {"policy": ""})):
            refused = feed(name, **more)
            until(lambda name=name: name in inbox.links() and bool(inbox.links()[name].code))
            assert link_of(inbox, name) in {Link.DOWN, Link.REFUSED}
            refused.stop()
        assert inbox.take(0) == []
        feed("scada")
        heard = Heard(inbox)
        heard.until(PRESSURE, lambda told: told["v"] == 0.31)
        plant.write("PT-0712", 0.17)
        heard.until(PRESSURE, lambda told: told["v"] == 0.17)
        assert link_of(inbox, "scada") is Link.UP


@pytest.mark.parametrize(
    ("server", "code"),
    [
        (OpcUaServer("http://x", ()), "feed.bad_opcua_address"),
        (OpcUaServer("opc.tcp://x", ("PT-1",)), "feed.bad_node"),
        (OpcUaServer("opc.tcp://x", (), policy="Basic256Sha256"), "feed.bad_security"),
        (OpcUaServer("opc.tcp://x", (), policy="None", certificate_file="a", key_file="b"), "feed.bad_security"),
    ],
)
def test_what_cannot_be_set_up_is_refused_at_once(inbox: Inbox, server: OpcUaServer, code: str) -> None:
    with pytest.raises(AppError) as refused:
        OpcUaFeed("scada", server, inbox)
    assert refused.value.code == code


def test_a_certificate_that_is_none_is_told(inbox: Inbox, tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("not a certificate")
    paths = {"certificate_file": str(tmp_path / "own.pem"), "key_file": str(tmp_path / "own.pem")}
    with pytest.raises(AppError, match=r"feed\.bad_certificate"):
        OpcUaFeed("scada", OpcUaServer("opc.tcp://x", (), policy="Basic256Sha256", **paths), inbox)
