"""Many consoles on one hub: each writes at its own pace, hears of the others by real hints, and pulls what they wrote.

A console here is what of :mod:`app.sync.follower` meets the server, with the same pauses, and without a journal of its
own: on one machine fifty of them would wait for one disk. Times are of the machine's one monotonic clock.
"""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier

from app.journal.events import NO_HASH, Draft, Event
from app.journal.hub import HubJournal
from app.journal.identity import new_device
from app.journal.writing import Head, chained
from app.sync.follower import GATHER_S, POLL_S

BEGINNING = "0000000000000.00000"
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Load:
    """What is asked of the hub.

    Attributes:
        address: Of the hub.
        consoles: How many, each with a connection of its own.
        rate: Events a second of each.
        seconds: How long they write.
        processes: Among which the consoles are divided.
    """

    address: str
    consoles: int
    rate: float
    seconds: float
    processes: int


@dataclass(frozen=True)
class Life:
    """What one console did and saw, in seconds of the machine's clock.

    Attributes:
        wrote: Place in the order, when the push began, when it was answered.
        saw: Place in the order, and when it had been pulled.
    """

    wrote: tuple[tuple[int, float, float], ...]
    saw: tuple[tuple[int, float], ...]


class Console:
    """Writes and listens from one thread, as the follower does."""

    def __init__(self, load: Load, number: int) -> None:
        self.load, self.number, self.dev = load, number, new_device()
        self.head = Head(self.dev, 0, NO_HASH, BEGINNING, 0)
        self.hub = HubJournal.open(load.address, self.dev)
        self.hub.hinted(0.0)
        self.wrote: list[tuple[int, float, float]] = []
        self.saw: list[tuple[int, float]] = []
        self.reach = 0
        self.next_s = self.pulled_s = self.look_s = 0.0

    def begin(self) -> None:
        """As a follower does when it has connected."""
        self.hub.warm_up()

    def live(self, begin_s: float) -> Life:
        # Nobody writes in step with the others.
        self.next_s = begin_s + self.number / self.load.consoles / self.load.rate
        self.look_s = begin_s
        written, due = 0, int(self.load.rate * self.load.seconds)
        total = self.load.consoles * due
        with closing(self.hub) as hub:
            while written < due or self.reach < total:
                now_s = time.monotonic()
                assert now_s < begin_s + self.load.seconds + PATIENCE_S, f"{self.reach} of {total} came"
                if written < due and now_s >= self.next_s:
                    self._write(hub)
                    written += 1
                    self.next_s += 1 / self.load.rate
                if hub.hinted(self._idle_s(writes=written < due)):
                    time.sleep(max(0.0, self.pulled_s + GATHER_S - time.monotonic()))
                    self._pull(hub)
                elif time.monotonic() >= self.look_s:
                    self._pull(hub)
        return Life(tuple(self.wrote), tuple(self.saw))

    def _idle_s(self, *, writes: bool) -> float:
        """Until there is something to do without a hint; a follower looks at its own file meanwhile."""
        now_s = time.monotonic()
        due_s = min(self.look_s, self.next_s) if writes else self.look_s
        return max(0.0, due_s - now_s)

    def _write(self, hub: HubJournal) -> None:
        draft = Draft("valve.observed", f"valve/{self.dev}", {"position": "closed", "n": self.head.dev_seq})
        events, _ = chained([draft], self.head, time.time_ns() // 1_000_000, "load", "")
        self.head = Head(self.dev, events[0].dev_seq, events[0].hash, events[0].hlc, self.reach)
        begun_s = time.monotonic()
        place = hub.push(events)
        self.wrote.append((place, begun_s, time.monotonic()))
        self.look_s = min(self.look_s, time.monotonic() + GATHER_S)

    def _pull(self, hub: HubJournal) -> None:
        events = hub.pull(self.reach).events
        self.pulled_s = now_s = time.monotonic()
        self.look_s = self.pulled_s + (GATHER_S if events else POLL_S)
        for event in events:
            assert event.hub_seq == self.reach + 1, f"a gap after {self.reach}"
            self.reach += 1
            self.saw.append((self.reach, now_s))


def _run(load: Load, numbers: Sequence[int], connected: Barrier, out: multiprocessing.Queue[list[Life]]) -> None:
    """Consoles *numbers*, each in a thread of this process, once those of all processes are *connected*."""
    lives: queue.SimpleQueue[Life] = queue.SimpleQueue()
    consoles = [Console(load, number) for number in numbers]
    for one in consoles:
        one.begin()
    connected.wait(PATIENCE_S)
    begin_s = time.monotonic() + 0.5

    def live(console: Console) -> None:
        lives.put(console.live(begin_s))

    threads = [threading.Thread(target=live, args=(one,)) for one in consoles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put([lives.get() for _ in range(lives.qsize())])


def run(load: Load) -> list[Life]:
    """Let the consoles of *load* live."""
    spawn = multiprocessing.get_context("spawn")
    out: multiprocessing.Queue[list[Life]] = spawn.Queue()
    connected = spawn.Barrier(load.processes)
    shares = [range(first, load.consoles, load.processes) for first in range(load.processes)]
    processes = [spawn.Process(target=_run, args=(load, share, connected, out)) for share in shares]
    for process in processes:
        process.start()
    lives = [life for _ in processes for life in out.get(timeout=load.seconds + 2 * PATIENCE_S)]
    for process in processes:
        process.join()
    return lives


@dataclass(frozen=True)
class Delays:
    """Seconds, one for each event: until the author had his answer, and until the last of all consoles had it."""

    committed: list[float]
    seen_by_all: list[float]


def delays(lives: Sequence[Life]) -> Delays:
    """What *lives* say of every event; every console saw each one, once and in order."""
    last: dict[int, float] = {}
    for life in lives:
        assert [place for place, _ in life.saw] == list(range(1, len(life.saw) + 1)), "a gap, or out of order"
        for place, at_s in life.saw:
            last[place] = max(last.get(place, 0.0), at_s)
    wrote = [one for life in lives for one in life.wrote]
    assert {len(life.saw) for life in lives} == {len(wrote)}, "somebody missed something"
    return Delays([done - begun for _, begun, done in wrote], [last[place] - begun for place, begun, _ in wrote])


def years(count: int, devices: int, now: datetime = datetime(2026, 3, 1, tzinfo=UTC)) -> list[Event]:
    """*count* events of *devices*, one of ten an observation of a valve and nine of the dispatch desk."""
    events: list[Event] = []
    now_ms = int(now.timestamp() * 1000)
    for number in range(devices):
        head = Head(f"{number:016x}", 0, NO_HASH, BEGINNING, 0)
        drafts = [
            Draft("valve.observed", f"valve/V{one % 5_000}", {"position": "closed"})
            if one % 10 == 0
            else Draft("incident.noted", f"incident/W{one // 100}", {})
            for one in range(count // devices)
        ]
        events += chained(drafts, head, now_ms, "load", "")[0]
    return events
