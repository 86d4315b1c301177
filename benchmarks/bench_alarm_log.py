"""What a log of alarms costs that has seen a bad month.

Usage: ``python benchmarks/bench_alarm_log.py [--events N] [--alarms A]``. Half of what happened concerns fifty alarms
that chatter, the other half all of them. Asked are the state of every alarm at the start, a look back and its next
picture, the day's events, and the figures of thirty days; processor time of one core.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from app.telemetry.alarm_events import DAY_MS, AlarmEvent, Deed
from app.telemetry.alarm_figures import alarm_figures, figures_from_ms
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarms import Alarms, Limit, Limits, Side

NOW_MS = 1_773_297_128_000
DAYS = 30
A_WRITE = 10_000


def fill(log: AlarmLog, events: int, alarms: int) -> None:
    """Write a month: alarms come and go, some are acknowledged."""
    rng = np.random.default_rng(1)
    which = np.where(np.arange(events) % 2, rng.integers(0, alarms, events), np.arange(events) % 50)
    at_ms = np.linspace(NOW_MS - DAYS * DAY_MS, NOW_MS, events).astype(np.int64)
    active = np.zeros(alarms, dtype=bool)
    batch: list[AlarmEvent] = []
    for number, (alarm, at) in enumerate(zip(which.tolist(), at_ms.tolist(), strict=True)):
        if active[alarm] and number % 7 == 0:
            batch.append(AlarmEvent(at, f"A{alarm} low", Deed.ACKNOWLEDGED, "op"))
        else:
            batch.append(AlarmEvent(at, f"A{alarm} low", Deed.CLEARED if active[alarm] else Deed.RAISED, value=1.0))
            active[alarm] = ~active[alarm]
        if len(batch) == A_WRITE:
            log.write(batch)
            batch = []
    log.write(batch)


def timed(what: str, asked: Callable[[], object]) -> None:
    """Print what an answer costs."""
    began = time.process_time()
    asked()
    print(f"  {what}: {(time.process_time() - began) * 1e3:.0f} ms")


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Cost of a log of alarms.")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--alarms", type=int, default=6000)
    wanted = parser.parse_args()
    limits = Limits(tuple(Limit(f"A{at} low", 0, Side.LOW, priority=at % 4 + 1) for at in range(wanted.alarms)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alarms.sqlite"
        with closing(AlarmLog(path)) as log:
            fill(log, wanted.events, wanted.alarms)
        print(f"{wanted.events:,} events of {wanted.alarms:,} alarms in {DAYS} days")
        start_ms = figures_from_ms(NOW_MS, DAYS)
        quiet = Alarms.quiet(wanted.alarms, NOW_MS)
        with closing(AlarmLog(path)) as log, closing(AlarmLog(path, readonly=True)) as told:
            timed("the state of every alarm", lambda: log.states(2**62))
            timed("a look back by half a month", lambda: told.states(NOW_MS - 15 * DAY_MS))
            timed("its next picture", lambda: told.states(NOW_MS - 15 * DAY_MS + 120_000))
            timed("the last day's events", lambda: told.lately(NOW_MS - DAY_MS, NOW_MS, 1000))
            timed(
                "the figures of thirty days",
                lambda: alarm_figures(told.raisings(start_ms, NOW_MS), limits, quiet, start_ms, NOW_MS),
            )
            again = [AlarmEvent(NOW_MS, f"A{at} low", Deed.RAISED) for at in range(min(5000, wanted.alarms))]
            timed(f"{len(again):,} alarms written at once", lambda: log.write(again))
    return 0


if __name__ == "__main__":
    sys.exit(main())
