"""The recorder behind a real broker: killed and started again, and with thousands of messages at once."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from demo_town import NOW, set_up
from servers import mosquitto

from app.feeds.inbox import Link
from app.feeds.mqtt import Publisher
from app.telemetry.history import History
from app.telemetry.live import Standing
from app.telemetry.machine_clock import MachineClock
from app.telemetry.recording import Recording
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup

WAIT_S = 60.0
TOPIC = "city/gateway"
STEP_MS = 1_000
FIRST_MS = NOW - 20_000_000


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


@contextmanager
def recording_by(
    folder: Path, port: int, clock_ms: Callable[[], int] = lambda: NOW
) -> Iterator[tuple[Recording, Publisher]]:
    """The town's recorder fed by a broker, and the gateway that sends to it; both have found it."""
    setup = set_up(folder)
    feed = Feed("line", FeedKind.MQTT, host="127.0.0.1", port=port, topics=("city/#",))
    write_setup(folder, Setup(setup.channels, setup.limits, (feed,)))
    publisher = Publisher("127.0.0.1", port)
    recording = Recording(folder, clock_ms)
    try:
        until(lambda: is_up(recording) and publisher.is_connected)
        yield recording, publisher
    finally:
        publisher.close()
        recording.close()


def is_up(recording: Recording) -> bool:
    return recording.present().links["line"].link is Link.UP


def tell(publisher: Publisher, at_ms: int) -> None:
    publisher.send(TOPIC, json.dumps({"ts": at_ms, "values": {"PT-0001": 0.33}}).encode())


def send(publisher: Publisher, first: int, end: int) -> None:
    """Readings of a second each, one a message."""
    for at in range(first, end):
        tell(publisher, FIRST_MS + at * STEP_MS)


def kept(folder: Path) -> list[int]:
    """Which of them are in the history, as often as they are; all of them sound."""
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        found = history.readings(history.channels()["PT-0001"][0], 0, NOW + 1)
    assert not found.quality.any()
    return ((found.source_ms - FIRST_MS) // STEP_MS).tolist()


def test_a_broker_that_is_killed_twice_costs_no_reading_that_was_sent(tmp_path: Path) -> None:
    """What the gateway sends meanwhile waits there; what was acknowledged before is on our disk."""
    with (
        # A broker that had not written down yet who listens would keep nothing for anybody.
        mosquitto(tmp_path, "allow_anonymous true", "autosave_on_changes true") as broker,
        recording_by(tmp_path, broker.port) as (recording, publisher),
    ):
        sent = 0
        for _ in range(2):
            send(publisher, sent, sent + 30)
            sent += 30
            until(lambda so_far=sent: len(kept(tmp_path)) == so_far)
            broker.stop(at_once=True)
            until(lambda: recording.present().links["line"].link is Link.DOWN)
            assert recording.present().links["line"].code in {"feed.cut", "feed.unreachable"}
            send(publisher, sent, sent + 30)
            sent += 30
            assert len(kept(tmp_path)) == sent - 30
            broker.start()
            until(lambda: is_up(recording))
            until(lambda so_far=sent: len(kept(tmp_path)) == so_far)
        assert kept(tmp_path) == list(range(sent))


def test_ten_thousand_messages_at_once_are_whole_in_the_history(tmp_path: Path) -> None:
    """The broker's queue is not bounded: docs/pressure.md says why."""
    with (
        mosquitto(tmp_path, "allow_anonymous true", "max_queued_messages 0") as broker,
        recording_by(tmp_path, broker.port) as (recording, publisher),
    ):
        send(publisher, 0, 10_000)
        until(lambda: recording.present().received >= 10_000)
        assert recording.present().turned_away == 0
        assert kept(tmp_path) == list(range(10_000))


@pytest.mark.parametrize("by_ms", [3_600_000, -3_600_000], ids=["forward", "back"])
def test_the_desk_goes_on_when_the_machine_s_clock_is_set(tmp_path: Path, by_ms: int) -> None:
    """What came before is not silent by the new time, and what comes now is not of the future."""
    with mosquitto(tmp_path) as broker:
        wall, steady = [NOW], [0]
        clock = MachineClock(NOW, lambda: wall[0], lambda: steady[0])
        with recording_by(tmp_path, broker.port, clock) as (recording, publisher):
            tell(publisher, NOW)
            until(lambda: recording.present().standings[1] == Standing.GOOD)
            wall[0] += by_ms
            present = recording.present()
            assert (present.at_ms, present.standings[1]) == (NOW + by_ms, Standing.GOOD)
            wall[0], steady[0] = wall[0] + 31_000, steady[0] + 31_000
            assert recording.present().standings[1] == Standing.STALE
            tell(publisher, wall[0])
            until(lambda: recording.present().standings[1] == Standing.GOOD)
            assert int(recording.present().source_ms[1]) == wall[0]
