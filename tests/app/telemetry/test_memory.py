"""The recorder's memory stays flat however long it runs, by a clock that runs as fast as the machine goes.

What grows with what comes grows here as it would by the clock: everything in the recorder goes by the clock it is
given. :mod:`test_recorder_process` does the same by the real one, with a broker, for an hour under ``make soak``.
"""

import gc
import json
import os
import resource
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest
from demo_town import CHANNELS, LIMITS, NOW, town_day
from soak import soak_count

from app.feeds.inbox import Message
from app.telemetry.demo_feed import Instruments
from app.telemetry.history import History
from app.telemetry.json_messages import opened
from app.telemetry.recorder import Recorder
from app.times import CITY_TIME

STEP_MS = 1_000
"""Instruments that send every ten seconds send every second: ten times the rate."""
FIVE_MINUTES, HOUR = 300, soak_count(3_600)
"""Turns; nobody waits for the clock."""
WARM = 60
AGAIN = 80
"""So often each message comes: were all of them kept, five minutes would hold 30 MiB more."""
PAGE = resource.getpagesize()
MOST_MIB = 12.0
"""House value: what a turn of the compaction holds for a moment, and the allocator keeps; 1 to 8 MiB."""
ROOT = Path(__file__).parents[3]
INSTRUMENTS, MINUTES = 500, 20
STRETCH = 5
"""Minutes after which the same comes again: the history is put in order."""
SHORT_MIB, LONG_MIB = 5.0, 16.0
"""House values; before the history was put in order every few minutes it was 7 MiB more after every five."""


def resident_mib() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE / 2**20


@dataclass(frozen=True, slots=True)
class Taken:
    """What a recorder held, in MiB, when it was warm and at the end, and what it had taken."""

    warm_mib: float
    end_mib: float
    strangers: int
    shown_at_ms: int
    readings: int


@pytest.mark.parametrize("turns", [FIVE_MINUTES, pytest.param(HOUR, marks=pytest.mark.soak)])
def test_memory_is_flat_at_ten_times_the_rate(tmp_path: Path, turns: int) -> None:
    # In a process of its own: in one that other tests have made large, what the allocator takes tells nothing.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        taken = apart.submit(taken_in, tmp_path, turns).result()
    assert taken.end_mib - taken.warm_mib < MOST_MIB
    assert taken.strangers <= 1_000
    assert taken.shown_at_ms == NOW + (turns - 1) * STEP_MS + 400
    assert taken.readings == turns


def taken_in(folder: Path, turns: int) -> Taken:
    instruments = Instruments(tuple(one.id for one in CHANNELS.records), (0, 4, 4, 1, 3), town_day(), (), STEP_MS)
    history = History.create(folder / "history.sqlite")
    desk = Recorder(CHANNELS, LIMITS, history, {"line": lambda one: opened(one, CITY_TIME)}, NOW)
    warm_mib = 0.0
    for turn in range(turns):
        tick = NOW + turn * STEP_MS
        body = instruments.message(tick, stamped_ms=tick)
        strange = json.dumps({"id": f"nobody-{turn}", "ts": tick, "v": 1}).encode()
        messages = [Message("line", "t", each, tick + 400) for each in (*[body] * AGAIN, strange, b"{")]
        shown = desk.take(messages, tick + 400)
        if turn % 50 == 49:
            history.compact(tick)
        if turn == min(WARM, turns // 5):
            warm_mib = resident_mib()
    end_mib = resident_mib()
    number, _ = history.channels()["FT-W1"]
    readings = len(history.readings(number, NOW, NOW + turns * STEP_MS))
    history.close()
    return Taken(warm_mib, end_mib, len(desk.strangers), shown.at_ms, readings)


@pytest.mark.timeout(600)
def test_memory_is_flat_while_hundreds_of_alarms_come_and_go(tmp_path: Path) -> None:
    """Twenty minutes at ten times the rate: the last five against the five before, when all has been held once.

    What is held while the history is put in order is gone behind it: the least of each five minutes is compared.
    """
    held = fast_hours(tmp_path, INSTRUMENTS, MINUTES)
    assert min(held[-STRETCH:]) - min(held[-2 * STRETCH : -STRETCH]) < SHORT_MIB


@pytest.mark.soak
@pytest.mark.timeout(3 * 3_600)
def test_memory_at_the_end_of_whole_hours_is_the_same(tmp_path: Path) -> None:
    """Five hours, over a midnight (UTC) at which the day's hours are gathered."""
    hours = max(1, soak_count(5))
    held = fast_hours(tmp_path, INSTRUMENTS, 60 * hours)
    ends = [min(held[end - 2 * STRETCH : end]) for end in range(60, 60 * hours + 1, 60)]
    print([round(one) for one in ends], f"{max(held):.0f} MiB at most")
    assert max(ends) - ends[0] < LONG_MIB


def fast_hours(folder: Path, instruments: int, minutes: int) -> list[float]:
    """MiB held after each minute."""
    script = Path(__file__).with_name("fast_hours.py")
    order = [sys.executable, str(script), str(folder), str(instruments), str(minutes)]
    ran = subprocess.run(
        order, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found = [float(line) for line in ran.stdout.split()]
    assert len(found) == minutes
    return found
