"""What a history of readings costs on disk and how fast it is asked, as promised, and against a row a reading.

Usage: ``python benchmarks/bench_history.py [--channels N] [--days D]``. Each channel sends every ten seconds: a daily
swing with noise of one and a half resolutions, stamps a few milliseconds off the beat, arrival half to two seconds
later. Times are processor time of one core, so that they bear a busy machine.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.telemetry.history import DAY_MS, History
from app.telemetry.readings import Readings
from gis.stores import sqlite

STEP_MS = 10_000
START_MS = 1_767_200_000_000 // DAY_MS * DAY_MS
BATCH_MS = 60_000
TABLE = "CREATE TABLE reading (channel INTEGER, at INTEGER, value REAL, PRIMARY KEY (channel, at)) WITHOUT ROWID"


def minute_of(channels: int, start_ms: int, jitter_ms: int, rng: np.random.Generator) -> Readings:
    """A minute of all channels."""
    steps = np.arange(start_ms, start_ms + BATCH_MS, STEP_MS)
    source = np.repeat(steps, channels) + rng.integers(0, jitter_ms + 1, len(steps) * channels)
    channel = np.tile(np.arange(1, channels + 1), len(steps))
    swing = 2000 * np.sin(source / DAY_MS * 2 * np.pi + channel)
    count = np.rint(32_000 + swing + rng.normal(0, 1.5, len(source))).astype(np.int64)
    received = source + rng.integers(500, 2000, len(source))
    return Readings(channel, source, received, count, np.zeros(len(source), dtype=np.int64))


def filled(path: Path, channels: int, days: int, jitter_ms: int) -> tuple[History, float, float]:
    """A history of *days*, the seconds of processor that writing it took, and those of putting it away."""
    rng = np.random.default_rng(5)
    history = History.create(path)
    writing = closing = 0.0
    for start_ms in range(START_MS, START_MS + days * DAY_MS, BATCH_MS):
        batch = minute_of(channels, start_ms, jitter_ms, rng)
        began = time.process_time()
        history.append(batch)
        writing += time.process_time() - began
        if start_ms % 3_600_000 == 0:
            began = time.process_time()
            history.compact(start_ms)
            closing += time.process_time() - began
    began = time.process_time()
    history.compact(START_MS + (days + 1) * DAY_MS)
    return history, writing, closing + time.process_time() - began


def spent_ms(question: Callable[[int], object], times: int) -> tuple[float, float]:
    """Median and longest processor time of *question*, milliseconds."""
    taken = []
    for turn in range(times):
        began = time.process_time()
        question(turn)
        taken.append((time.process_time() - began) * 1e3)
    return statistics.median(taken), max(taken)


def plain_rows(folder: Path, batch: Readings) -> float:
    """Bytes a reading where each is a row of its own."""
    path = folder / "rows.sqlite"
    connection = sqlite.connect(path, create=True)
    connection.execute(TABLE)
    rows = zip(batch.channel.tolist(), batch.source_ms.tolist(), (batch.count / 1000).tolist(), strict=True)
    with sqlite.transaction(connection):
        connection.executemany("INSERT INTO reading VALUES (?, ?, ?)", rows)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path.stat().st_size / len(batch)


def told(folder: Path, channels: int, days: int, jitter_ms: int) -> None:
    """Fill a history and print what it costs."""
    path = folder / "history.sqlite"
    history, writing, closing = filled(path, channels, days, jitter_ms)
    readings = channels * days * DAY_MS // STEP_MS
    tidy = sqlite.connect(path)
    tidy.execute("VACUUM")
    tidy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    tidy.close()
    size = path.stat().st_size
    bare = plain_rows(folder, history.readings(1, START_MS, START_MS + days * DAY_MS))
    print(f"stamps up to {jitter_ms} ms off the beat: {readings:,} readings of {channels} channels")
    print(f"  {size / readings:.2f} bytes a reading; a row a reading {bare / size * readings:.1f} x that")
    print(f"  written {readings / writing / 1e6:.2f} million/s, put away {readings / closing / 1e6:.2f} million/s")

    noon = START_MS + DAY_MS // 2
    day = spent_ms(lambda turn: history.readings(1 + turn % channels, noon, noon + DAY_MS), 100)
    print(f"  a channel's day, each reading: {day[0]:.2f} ms, longest {day[1]:.2f} ms")
    week_end = START_MS + 7 * DAY_MS
    week = spent_ms(lambda _: [history.minutes(one, START_MS, week_end).coarser(300_000) for one in range(1, 51)], 10)
    print(f"  a week of 50 channels, in steps of five minutes: {week[0]:.1f} ms, longest {week[1]:.1f} ms")
    history.close()
    opened = spent_ms(lambda _: History.open(path, readonly=True).close(), 20)
    print(f"  opened in {opened[0]:.1f} ms")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Cost of a history of readings.")
    parser.add_argument("--channels", type=int, default=200)
    parser.add_argument("--days", type=int, default=8)
    wanted = parser.parse_args()
    for jitter_ms in (0, 300):
        with tempfile.TemporaryDirectory() as folder:
            told(Path(folder), wanted.channels, wanted.days, jitter_ms)
    return 0


if __name__ == "__main__":
    sys.exit(main())
