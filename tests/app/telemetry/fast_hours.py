"""A recorder by a clock that runs as fast as the machine goes: prints what its process holds, in MiB, minute by minute.

Started by a test as a process of its own, so that nothing but the recorder is in the figures. Usage:
``python fast_hours.py FOLDER INSTRUMENTS MINUTES``. Each instrument sends every second, and each is beyond its limit
and back again every six minutes.
"""

import json
import math
import sys
import time
from pathlib import Path

from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from app.telemetry.recording import Recording
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
START_MS = 1_795_000_000_000 // DAY_MS * DAY_MS - 3 * HOUR_MS
"""Three hours before a midnight (UTC), at which the day's hours are gathered."""
SECONDS_A_TURN = 5
A_MESSAGE = 50
LOOK_BACK_MS = HOUR_MS


def resident_mib() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def bodies(ids: list[str], at_ms: int) -> list[bytes]:
    """What a gateway sends at an instant."""
    found = []
    for first in range(0, len(ids), A_MESSAGE):
        part = ids[first : first + A_MESSAGE]
        values = {one: round(0.30 + 0.05 * math.sin(at_ms / 60_000 + first + at), 4) for at, one in enumerate(part)}
        found.append(json.dumps({"ts": at_ms, "values": values}).encode())
    return found


def run(folder: Path, instruments: int, minutes: int) -> None:
    ids = [f"PT-{at:04}" for at in range(instruments)]
    channels = Channels(tuple(Channel(one, one, Quantity.PRESSURE, "MPa", 10.0) for one in ids))
    limits = Limits(tuple(Limit(f"{one} low", at, Side.LOW, 26.0, 0.5) for at, one in enumerate(ids)))
    # Nobody answers there; what comes is put into the box by hand.
    feed = Feed("plant", FeedKind.HTTP, url="http://127.0.0.1:9/", every_s=86_400.0)
    write_setup(folder, Setup(channels, limits, (feed,)))
    now = [START_MS]
    recording = Recording(folder, lambda: now[0])
    sent = 0
    for minute in range(minutes):
        for second in range(0, 60, SECONDS_A_TURN):
            now[0] = START_MS + (minute * 60 + second) * 1000
            for at_ms in range(now[0] - SECONDS_A_TURN * 1000 + 1000, now[0] + 1000, 1000):
                for body in bodies(ids, at_ms):
                    assert recording._inbox.put("plant", "gateway", body)
                    sent += 1
            while recording.present().received < sent:
                time.sleep(0.001)
        recording.curves((0, 1, 2), now[0] - LOOK_BACK_MS, now[0], 900)
        recording.events(now[0] - LOOK_BACK_MS, now[0])
        print(f"{resident_mib():.1f}", flush=True)
    recording.close()
    check(folder, ids, minutes * 60)


def check(folder: Path, ids: list[str], seconds: int) -> None:
    """Everything is in the history, wherever it lies by now."""
    history = History.open(folder / HISTORY, readonly=True)
    first_ms = START_MS - (SECONDS_A_TURN - 1) * 1000
    for one in (ids[0], ids[-1]):
        stamps = history.readings(history.channels()[one][0], first_ms, START_MS + seconds * 1000).source_ms
        assert stamps.tolist() == list(range(first_ms, first_ms + seconds * 1000, 1000))
    history.close()


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
