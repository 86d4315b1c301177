"""The recorder's own process by the clock, fed through a real broker and looked at as a window does.

A minute's share of it is nothing that a leak would show in: this is for ``make soak``, where it takes an hour.
"""

import json
import math
import multiprocessing
import time
from pathlib import Path

import pytest
from asker import Asker
from servers import mosquitto
from soak import soak_count

from app.feeds.inbox import Link
from app.feeds.mqtt import Publisher
from app.live_requests import CurvesRead, LiveQuiet, LiveShown, LookLive, ReadCurves, WatchLive
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup
from app.worker.client import RECORDER

SECONDS = soak_count(3_600)
INSTRUMENTS = 500
"""Each sends every second, where instruments send every ten: ten times the rate."""
A_MESSAGE = 50
STRETCH_S = 300
"""The same comes again after so long: the history is put in order. What is held meanwhile is gone behind it, so the
least of each stretch is compared."""
WARM = 1 / 3
"""Part of the stretches that come before those compared."""
MOST_MIB, MOST_FOR_A_MOMENT_MIB = 16.0, 64.0
"""House values. Every limit is reached every six minutes: a flood of alarms that lasts for an hour is in it."""
TOPIC = "plant/readings"


def resident_mib(process_id: int) -> float:
    lines = Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def instruments() -> Setup:
    ids = [f"PT-{at:04}" for at in range(INSTRUMENTS)]
    channels = Channels(tuple(Channel(one, one, Quantity.PRESSURE, "MPa", 10.0) for one in ids))
    limits = Limits(tuple(Limit(f"{one} low", at, Side.LOW, 26.0, 0.5) for at, one in enumerate(ids)))
    return Setup(channels, limits, ())


def message(ids: list[str], first: int, at_ms: int) -> bytes:
    """A gateway's message of fifty readings; some instrument falls below its limit now and then."""
    swing = [0.30 + 0.05 * math.sin(at_ms / 60_000 + first + at) for at in range(len(ids))]
    return json.dumps({"ts": at_ms, "values": dict(zip(ids, (round(one, 4) for one in swing), strict=True))}).encode()


@pytest.mark.soak
@pytest.mark.timeout(3 * 3_600)
def test_an_hour_by_the_clock_leaves_memory_where_it_was(tmp_path: Path) -> None:
    setup, asking = instruments(), Asker()
    ids = [one.id for one in setup.channels.records]
    with mosquitto(tmp_path, "allow_anonymous true", "log_dest none") as broker:
        feed = Feed("plant", FeedKind.MQTT, host="127.0.0.1", port=broker.port, topics=(TOPIC,))
        write_setup(tmp_path, Setup(setup.channels, setup.limits, (feed,)))
        publisher = Publisher("127.0.0.1", broker.port)
        asking.ask(WatchLive(tmp_path, round(time.time() * 1000)))
        # What is sent before it has ever subscribed, no broker keeps for it.
        while asking.ask(LookLive()).present.links["plant"].link is not Link.UP:  # type: ignore[union-attr]
            time.sleep(0.1)
        began_ms = round(time.time()) * 1000
        (process,) = [one for one in multiprocessing.active_children() if one.name == RECORDER]
        try:
            sent, turn = 0, -1
            used: dict[int, list[float]] = {}
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                for at_ms in range(began_ms + sent * 1000, round(time.time() * 1000) + 1, 1000):
                    for first in range(0, INSTRUMENTS, A_MESSAGE):
                        publisher.send(TOPIC, message(ids[first : first + A_MESSAGE], first, at_ms))
                    sent += 1
                look = asking.ask(LookLive(turn))
                assert isinstance(look, LiveShown | LiveQuiet)
                if isinstance(look, LiveShown):
                    turn = look.present.turn
                if sent % 10 == 0:
                    at_ms = round(time.time() * 1000)
                    assert isinstance(asking.ask(ReadCurves((0, 1, 2), at_ms - 3_600_000, at_ms, 900)), CurvesRead)
                    used.setdefault(sent // STRETCH_S, []).append(resident_mib(process.pid or 0))
                time.sleep(0.2)
            all_ms = began_ms + (sent - 1) * 1000
            while int((look := asking.ask(LookLive())).present.source_ms.min()) < all_ms:  # type: ignore[union-attr]
                assert time.monotonic() < end + 600, "what was sent last has not come"
                time.sleep(0.2)
        finally:
            publisher.close()
            asking.client.close()
    least = [min(used[stretch]) for stretch in sorted(used)]
    warm, most = least[round(len(least) * WARM) :], max(map(max, used.values()))
    print(f"\n{sent} s, least of each five minutes: {[round(one) for one in least]} MiB, {most:.0f} at most")
    assert max(warm) - warm[0] < MOST_MIB
    assert most - warm[0] < MOST_FOR_A_MOMENT_MIB
    history = History.open(tmp_path / HISTORY, readonly=True)
    for one in (ids[0], ids[-1]):
        number, _ = history.channels()[one]
        stamps = history.readings(number, began_ms, all_ms + 1).source_ms
        assert list(stamps) == list(range(began_ms, all_ms + 1, 1000))
    history.close()
