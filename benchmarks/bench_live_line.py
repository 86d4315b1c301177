"""From the instrument to the window by the clock: a broker, the recorder's own process, and who asks as a window does.

Usage: ``python benchmarks/bench_live_line.py [--rate SAMPLES_A_SECOND] [--seconds S] [--message SAMPLES]
[--curves N] [--stalls]``. Instruments are a process of their own; each message bears the instant at which it was sent.
How old each reading is when a window first knows of it, or of a newer one of its instrument, is told by percentiles;
painting is left out. The window asks for the curves of N instruments too, of the last ten minutes every two seconds as
the strips do. With ``--stalls`` each time is told at which readings were older than is promised, to be held against
what else happened then: the history is put in order two minutes after every fifth.
At the end every message is looked for in the history, and what the recorder's process holds of memory is told, the
least and the most of each fifth of the run. The broker has no bounds of its own (``max_inflight_messages 0``,
``max_queued_messages 0``).
"""

from __future__ import annotations

import argparse
import multiprocessing
import queue
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from servers import mosquitto

from app.bootstrap import make_worker
from app.feeds.inbox import Link
from app.feeds.mqtt import Publisher
from app.live_requests import LiveQuiet, LiveShown, LookLive, ReadCurves, WatchLive
from app.requests import Progress, Reply, Request
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.history import History
from app.telemetry.present import Present
from app.telemetry.quantities import Quantity
from app.telemetry.setup import HISTORY, Feed, FeedKind, Setup, write_setup
from app.ui.live.model import LOOK_MS

CHANNELS = 5_000
IDS = [f"PT-{at:04}" for at in range(CHANNELS)]
TOPIC = "plant/readings"
UNBOUNDED = ("allow_anonymous true", "log_dest none", "max_inflight_messages 0", "max_queued_messages 0")
GATEWAYS = 8
PATIENCE_S = 300.0
OLDEST_MS = 60_000
PARTS = 5
SPAN_MS, COLUMNS, RENEW_S = 600_000, 900, 2.0
PROMISED_MS = 300
TOGETHER_S = 1.0
"""Looks at late readings that are no farther apart are one stall."""


class Window:
    """What a window asks of its processes, without a window."""

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[tuple[int, Reply | Progress]] = queue.SimpleQueue()
        self.client = make_worker(lambda ticket, event: self._told.put((ticket, event)))

    def ask(self, request: Request) -> Reply:
        ticket = self.client.submit(request)
        while True:
            other, event = self._told.get(timeout=PATIENCE_S)
            if other == ticket and not isinstance(event, Progress):
                return event

    def ask_aside(self, request: Request) -> None:
        """The answer is not waited for, but what is asked afterwards waits behind it."""
        self.client.submit(request)

    def present(self) -> Present:
        shown = self.ask(LookLive())
        assert isinstance(shown, LiveShown), shown
        return shown.present


def now_ms() -> int:
    return round(time.time() * 1000)


def setup_of(channels: Iterable[Channel], port: int) -> Setup:
    """All of them sent through a broker, each with a limit."""
    limits = Limits(tuple(Limit(f"{one} low", at, Side.LOW, 5.0, 0.5) for at, one in enumerate(IDS)))
    feed = Feed("plant", FeedKind.MQTT, host="127.0.0.1", port=port, topics=(TOPIC,))
    return Setup(Channels(tuple(channels)), limits, (feed,))


def send(port: int, rate: int, seconds: float, a_message: int, sent: multiprocessing.Queue) -> None:
    """Send at *rate* for so long; a message has one instant, and no two of an instrument have the same."""
    gateways = [Publisher("127.0.0.1", port) for _ in range(GATEWAYS)]
    while not all(one.is_connected for one in gateways):
        time.sleep(0.05)
    parts = []
    for first in range(0, CHANNELS, a_message):
        values = ",".join(f'"PT-{at:04}":{0.25 + at % 100 / 1000:.3f}' for at in range(first, first + a_message))
        parts.append(f'"values":{{{values}}}}}')
    began, number, stamped_ms = time.monotonic(), 0, [0] * len(parts)
    while time.monotonic() - began < seconds:
        due = round((time.monotonic() - began) * rate / a_message)
        for at in range(number, due):
            part = at % len(parts)
            # After a pause of this process two messages of an instrument may be due in one millisecond.
            stamped_ms[part] = max(now_ms(), stamped_ms[part] + 1)
            gateways[at % GATEWAYS].send(TOPIC, f'{{"ts":{stamped_ms[part]},{parts[part]}'.encode())
        number = max(number, due)
        time.sleep(0.002)
    sent.put(number)
    time.sleep(5.0)
    for one in gateways:
        one.close()


def measure(folder: Path, rate: int, seconds: float, a_message: int, curves: int, tells_stalls: bool) -> None:
    """Print the figures of one run."""
    channels = (Channel(one, one, Quantity.PRESSURE, "MPa", 10.0) for one in IDS)
    with mosquitto(folder, *UNBOUNDED) as broker:
        write_setup(folder, setup_of(channels, broker.port))
        window = Window()
        sent: multiprocessing.Queue = multiprocessing.Queue()
        try:
            window.ask(WatchLive(folder, now_ms()))
            while window.present().links["plant"].link is not Link.UP:
                time.sleep(0.1)
            began_ms = now_ms()
            order = (broker.port, rate, seconds, a_message, sent)
            instruments = multiprocessing.Process(target=send, args=order, daemon=True)
            instruments.start()
            followed = Followed(window, round(CHANNELS * 1000 / rate), curves)
            followed.go_on(seconds)
            received = followed.received
            number = sent.get(timeout=PATIENCE_S)
            while received < number:
                received = window.present().received
            instruments.terminate()
        finally:
            window.client.close()
    print(f"{number * a_message / seconds:,.0f} samples/s for {seconds:.0f} s in messages of {a_message}")
    print(f"  a reading's age when a window knows it: {followed.ages.told()}")
    print(f"  {lost(folder, number, a_message, began_ms)} messages lost of {number:,}")
    spans = ", ".join(f"{min(part):.0f} to {max(part):.0f}" for part in followed.memory_mib if part)
    print(f"  the recorder's memory in each fifth of the run: {spans} MiB")
    if tells_stalls:
        tell_stalls(followed.stalls)


@dataclass
class Stall:
    """Looks one after the other that found readings older than is promised; in seconds of the run, by the clock's."""

    first_s: float
    last_s: float
    oldest_ms: int
    clock: str


def tell_stalls(stalls: list[Stall]) -> None:
    """When readings were late, and for how long."""
    for one in stalls:
        print(f"  late at {one.first_s:.1f} to {one.last_s:.1f} s ({one.clock}): up to {one.oldest_ms:,} ms")
    print(f"  {len(stalls)} times late by more than {PROMISED_MS} ms")


class Followed:
    """Looks as often as a window does.

    Attributes:
        ages: Of all readings that were new in each look.
        received: Messages that the recorder has taken in.
        memory_mib: Of its process, once a second, by fifths of the run.
        stalls: When readings were older than ``PROMISED_MS``.
    """

    def __init__(self, window: Window, step_ms: int, curves: int) -> None:
        self._window, self._curves = window, curves
        self.ages = Ages(step_ms)
        self.received = 0
        self.memory_mib: list[list[float]] = [[] for _ in range(PARTS)]
        self.stalls: list[Stall] = []

    def go_on(self, seconds: float) -> None:
        """Look for so long."""
        began, turn, told, drawn_s = time.monotonic(), -1, -1, 0.0
        while (since := time.monotonic() - began) < seconds:
            shown = self._window.ask(LookLive(turn))
            assert isinstance(shown, LiveShown | LiveQuiet), shown
            if isinstance(shown, LiveShown):
                turn, self.received = shown.present.turn, shown.present.received
                self._note(since, self.ages.count(shown.present.source_ms))
            if int(since) != told:
                told = int(since)
                self.memory_mib[min(PARTS - 1, int(since / seconds * PARTS))].append(recorder_mib())
            if self._curves and since - drawn_s >= RENEW_S:
                drawn_s, end_ms = since, now_ms()
                rows = tuple(range(0, CHANNELS, CHANNELS // self._curves))
                self._window.ask_aside(ReadCurves(rows, end_ms - SPAN_MS, end_ms, COLUMNS, bands=False))
            time.sleep(max(0.0, LOOK_MS / 1000 - (time.monotonic() - began - since)))

    def _note(self, since_s: float, oldest_ms: int) -> None:
        if oldest_ms <= PROMISED_MS:
            return
        if self.stalls and since_s - self.stalls[-1].last_s <= TOGETHER_S:
            last = self.stalls[-1]
            last.last_s, last.oldest_ms = since_s, max(last.oldest_ms, oldest_ms)
        else:
            self.stalls.append(Stall(since_s, since_s, oldest_ms, time.strftime("%H:%M:%S")))


class Ages:
    """How old readings were when they were first known of, counted by the millisecond: memory stays as it is."""

    def __init__(self, step_ms: int) -> None:
        """An instrument sends every *step_ms*: those between the last one known and the newest are new as well."""
        self._step_ms = step_ms
        self._ages = np.zeros(OLDEST_MS + 1, dtype=np.int64)
        self._known = np.zeros(CHANNELS, dtype=np.int64)

    def count(self, source_ms: np.ndarray) -> int:
        """Count the ages of what is new among the last readings of all instruments; the greatest."""
        is_new = source_ms > self._known
        newest = source_ms[is_new]
        since_ms = np.where(self._known[is_new] > 0, newest - self._known[is_new], self._step_ms)
        new = np.maximum(1, np.rint(since_ms / self._step_ms)).astype(np.int64)
        back = np.arange(new.sum()) - np.repeat(np.cumsum(new) - new, new)
        ages = now_ms() - np.repeat(newest, new) + back * self._step_ms
        self._ages += np.bincount(np.clip(ages, 0, OLDEST_MS), minlength=OLDEST_MS + 1)
        self._known = np.maximum(self._known, source_ms)
        return int(ages.max(initial=0))

    def told(self) -> str:
        """Ages that so many of a hundred readings do not exceed."""
        running = np.cumsum(self._ages)
        found = [int(np.searchsorted(running, running[-1] * each / 100.0)) for each in (50, 95, 99, 100)]
        return "p50 {}, p95 {}, p99 {}, longest {:,} ms".format(*found)


def recorder_mib() -> float:
    """What the recorder's process holds in memory."""
    for child in multiprocessing.active_children():
        if "recorder" in child.name:
            for line in Path(f"/proc/{child.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
    raise RuntimeError("no recorder is running")


def lost(folder: Path, number: int, a_message: int, began_ms: int) -> int:
    """Messages that are not whole in the history: each instrument's readings are counted."""
    history = History.open(folder / HISTORY, readonly=True)
    parts = CHANNELS // a_message
    missing = 0
    numbers = history.channels()
    for part in range(parts):
        expected = len(range(part, number, parts))
        of_first = numbers[f"PT-{part * a_message:04}"][0]
        missing += expected - len(history.readings(of_first, began_ms, began_ms + 86_400_000))
    history.close()
    return missing


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="From the instrument to the window by the clock.")
    parser.add_argument("--rate", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--message", type=int, default=50)
    parser.add_argument("--curves", type=int, default=0)
    parser.add_argument("--stalls", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), wanted.rate, wanted.seconds, wanted.message, wanted.curves, wanted.stalls)
    return 0


if __name__ == "__main__":
    sys.exit(main())
