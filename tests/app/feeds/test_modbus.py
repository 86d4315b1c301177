"""Modbus TCP against a real server on the loopback: holes, silent devices, cuts, restarts."""

import struct
from collections.abc import Callable, Iterator

import pytest
from feed_waiting import Heard, link_of, now_ms, until
from plant_servers import Line, Plc, line, plc
from servers import free_port

from app.feeds.inbox import Inbox, Link
from app.feeds.modbus import Gateway, ModbusFeed
from app.feeds.modbus_registers import register

READ_HOLDING, READ_INPUT, READ_COIL = 3, 4, 1
PRESSURE, LEVEL, RUNS = "1/holding/100/float32", "2/input/12/int16*0.01", "1/coil/7"


@pytest.fixture(scope="module")
def device() -> Iterator[Plc]:
    with plc() as running:
        yield running


@pytest.fixture
def way(device: Plc) -> Iterator[Line]:
    with line(device.port) as made:
        yield made


@pytest.fixture
def feed_of(inbox: Inbox, begun: Callable[[ModbusFeed], ModbusFeed]) -> Callable[..., ModbusFeed]:
    def make(port: int, *names: str, timeout_s: float = 20.0) -> ModbusFeed:
        gateway = Gateway("127.0.0.1", port, [register(name) for name in names], 0.02, timeout_s)
        return begun(ModbusFeed("plc", gateway, inbox, longest_pause_s=0.05))

    return make


def put_pressure(device: Plc, value: float) -> None:
    device.put(1, READ_HOLDING, 100, *struct.unpack(">2H", struct.pack(">f", value)))


def test_values_of_several_devices_come_with_the_time_of_the_answer(device: Plc, inbox: Inbox, feed_of) -> None:
    put_pressure(device, 0.31)
    device.put(2, READ_INPUT, 12, 65_536 - 250)
    device.put(1, READ_COIL, 7, True)
    before = now_ms()
    feed_of(device.port, PRESSURE, LEVEL, RUNS)
    heard = Heard(inbox)
    pressure = heard.until(PRESSURE, lambda told: told["v"] is not None)
    assert pressure["v"] == pytest.approx(0.31)
    assert pressure["q"] == "good"
    assert before <= pressure["ts"] <= now_ms()
    assert heard.last[LEVEL]["v"] == pytest.approx(-2.5)
    assert heard.last[RUNS]["v"] == 1.0
    # A round is one message.
    assert heard.bodies[0].count(b'"id"') == 3
    until(lambda: link_of(inbox, "plc") is Link.UP)
    put_pressure(device, 0.17)
    heard.until(PRESSURE, lambda told: told["v"] == pytest.approx(0.17))


def test_a_hole_takes_no_neighbour_with_it_and_what_is_none_is_bad(device: Plc, inbox: Inbox, feed_of) -> None:
    put_pressure(device, 0.4)
    device.put(1, READ_HOLDING, 108, 7)
    # 106 and 107 do not exist, so that one question for all is refused; 200 does not exist either.
    feed_of(device.port, PRESSURE, "1/holding/106/int16", "1/holding/108/int16", "1/holding/200/int16")
    heard = Heard(inbox)
    assert heard.until("1/holding/108/int16", lambda told: told["v"] == 7.0)["q"] == "good"
    assert heard.until(PRESSURE, lambda told: told["q"] == "good")["v"] == pytest.approx(0.4)
    for name in ("1/holding/106/int16", "1/holding/200/int16"):
        assert heard.until(name, lambda told: told["q"] == "bad")["v"] is None


def test_a_number_that_is_none_comes_without_value(device: Plc, inbox: Inbox, feed_of) -> None:
    device.put(1, READ_HOLDING, 100, 0x7FC0, 0)
    feed_of(device.port, PRESSURE)
    assert Heard(inbox).until(PRESSURE, lambda told: told["v"] is None)["q"] == "good"


def test_a_device_that_is_switched_off_is_named_and_holds_up_nobody(device: Plc, inbox: Inbox, feed_of) -> None:
    put_pressure(device, 0.31)
    feed_of(device.port, PRESSURE, "3/holding/100/int16")
    heard = Heard(inbox)
    heard.until(PRESSURE, lambda told: told["q"] == "good")
    until(lambda: inbox.links()["plc"].code == "feed.part_silent")
    assert inbox.links()["plc"].link is Link.UP
    assert inbox.links()["plc"].reason == "3"
    heard.take()
    assert "3/holding/100/int16" not in heard.last


def test_a_cut_line_and_one_that_holds_its_breath_are_told_and_mended(
    device: Plc, way: Line, inbox: Inbox, feed_of
) -> None:
    put_pressure(device, 0.31)
    feed_of(way.port, PRESSURE, timeout_s=1.0)
    heard = Heard(inbox)
    heard.until(PRESSURE, lambda told: told["v"] is not None)
    way.cut()
    until(lambda: link_of(inbox, "plc") is Link.DOWN)
    way.mend()
    put_pressure(device, 0.32)
    heard.until(PRESSURE, lambda told: told["v"] == pytest.approx(0.32))
    until(lambda: link_of(inbox, "plc") is Link.UP)
    way.hold()
    until(lambda: inbox.links()["plc"].code == "feed.unreachable")
    assert inbox.links()["plc"].reason == f"127.0.0.1:{way.port}"
    put_pressure(device, 0.33)
    way.mend()
    # Answers that were held back belong to nobody: what comes is what stands there now.
    heard.until(PRESSURE, lambda told: told["v"] == pytest.approx(0.33))


def test_a_device_that_is_not_there_yet_is_waited_for_and_found_after_a_restart(inbox: Inbox, feed_of) -> None:
    device = Plc(free_port())
    try:
        feed_of(device.port, PRESSURE)
        until(lambda: inbox.links()["plc"].code == "feed.unreachable")
        heard = Heard(inbox)
        for value in (0.21, 0.22):
            device.start()
            put_pressure(device, value)
            heard.until(PRESSURE, lambda told, value=value: told["v"] == pytest.approx(value))
            device.stop()
            until(lambda: link_of(inbox, "plc") is Link.DOWN)
    finally:
        device.end()
