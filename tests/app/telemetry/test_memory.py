"""The recorder's memory stays flat however long it runs: an hour at ten times the rate under ``make soak``."""

import gc
import json
import resource
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
PAGE = resource.getpagesize()
MOST_MIB = 12.0
"""House value: what a turn of the compaction holds for a moment, and the allocator keeps."""


def resident_mib() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE / 2**20


@pytest.mark.parametrize("turns", [FIVE_MINUTES, pytest.param(HOUR, marks=pytest.mark.soak)])
def test_memory_is_flat_at_ten_times_the_rate(tmp_path: Path, turns: int) -> None:
    instruments = Instruments(tuple(one.id for one in CHANNELS.records), (0, 4, 4, 1, 3), town_day(), (), STEP_MS)
    history = History.create(tmp_path / "history.sqlite")
    desk = Recorder(CHANNELS, LIMITS, history, {"line": lambda one: opened(one, CITY_TIME)}, NOW)
    at_start = 0.0
    for turn in range(turns):
        tick = NOW + turn * STEP_MS
        body = instruments.message(tick, stamped_ms=tick)
        strange = json.dumps({"id": f"nobody-{turn}", "ts": tick, "v": 1}).encode()
        messages = [Message("line", "t", each, tick + 400) for each in (body, body, strange, b"{")]
        shown = desk.take(messages, tick + 400)
        if turn % 50 == 49:
            history.compact(tick)
        if turn == min(WARM, turns // 5):
            at_start = resident_mib()
    assert resident_mib() - at_start < MOST_MIB
    assert len(desk.strangers) <= 1_000
    assert shown.at_ms == NOW + (turns - 1) * STEP_MS + 400
    number, _ = history.channels()["FT-W1"]
    assert len(history.readings(number, NOW, NOW + turns * STEP_MS)) == turns
    history.close()
