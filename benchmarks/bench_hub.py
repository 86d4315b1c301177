"""A hub under load: how soon an event is committed and on every console, and how long a million take to be checked.

Promises: 50 consoles × 2 events/s and 100 × 1: commit p95 ≤ 50 ms, seen by all p95 ≤ 250 ms, no gap; 1,000,000 events
verified and rebuilt ≤ 30 s. The server is one of its own, started here, and waits for the disk as a real one does;
with ``--address`` another one's empty database is used. Times are by the clock: they bear what else the machine does.

Usage: ``python benchmarks/bench_hub.py [--seconds S] [--acts N] [--events N] [--processes P] [--address A]``
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import psycopg
from hub_load import Load, delays, run, years
from hub_screens import delays_s

from app.journal.chain import flaws
from app.journal.fold import State, fold
from app.journal.hub import HubJournal
from app.journal.hub_people import add_person
from app.journal.hub_rights import PersonRole
from app.journal.person import Person

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
from servers import postgres, postgres_programs


def main() -> None:
    parser = argparse.ArgumentParser(description="Time a hub under load.")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--acts", type=int, default=40)
    parser.add_argument("--processes", type=int, default=10)
    parser.add_argument("--address", default="")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} at the beginning")
    with server(options.address) as address:
        for consoles, rate in ((50, 2.0), (100, 1.0)):
            pace(Load(cleared(address), consoles, rate, options.seconds, options.processes))
        screens(cleared(address), options.acts)
        million(cleared(address), options.events)


@contextmanager
def server(given: str) -> Iterator[str]:
    """Address of an empty database: *given*, or one on a server of its own."""
    if given:
        yield given
        return
    programs = postgres_programs()
    assert programs is not None, "PostgreSQL is not installed"
    with postgres(programs, durable=True) as own, own.empty("load") as address:
        yield address


def cleared(address: str) -> str:
    """*address*, what of a hub lay there taken away."""
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("DROP SCHEMA IF EXISTS sluice CASCADE")
    return address


def pace(load: Load) -> None:
    with closing(HubJournal.create(load.address)) as hub:
        # As a person's login: the server asks for each entry whether they may bring it.
        add_person(hub, Person("load", "load", PersonRole.OPERATOR))
    try:
        found = delays(run(replace(load, address=f"{load.address} user=load")))
    finally:
        with psycopg.connect(load.address, autocommit=True) as owner:
            owner.execute("DROP OWNED BY load; DROP ROLE load")
    print(f"{load.consoles} consoles × {load.rate:g} events/s for {load.seconds:g} s in {load.processes} processes")
    print(f"  committed    {told(found.committed)}")
    print(f"  seen by all  {told(found.seen_by_all)}, no gap")


def told(seconds: Sequence[float]) -> str:
    p50, p95, p99 = np.percentile(np.array(seconds) * 1000, (50, 95, 99))
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, longest {max(seconds) * 1000:.0f} ms"


def screens(address: str, acts: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        from_key, from_disk = delays_s(Path(home), address, acts)
    print(f"two consoles with their processes, {acts} reports taken down at one, until the other's window knows")
    print(f"  from the key           {told(from_key)}")
    print(f"  from its own disk      {told(from_disk)}")


def million(address: str, count: int) -> None:
    begun = time.perf_counter()
    with closing(filled(address, count)) as hub:
        made = time.perf_counter()
        assert flaws(hub.events()) == []
        verified = time.perf_counter()
        state = fold(State(), hub.events())
        rebuilt = time.perf_counter()
    assert state.events == count
    print(f"{count} events of 20 devices: written, brought and checked by the server {made - begun:.1f} s")
    print(f"  read and verified {verified - made:.1f} s, read and rebuilt {rebuilt - verified:.1f} s")


def filled(address: str, count: int) -> HubJournal:
    events = years(count, 20)
    return HubJournal.create(address, lambda hub: hub.fill(events, lambda _: ()))


if __name__ == "__main__":
    main()
