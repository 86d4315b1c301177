"""The demo's instruments with a history, up to a year, made in seconds: what the running feed would have written."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from app.operations.demo_feed import make_demo_feed
from app.operations.steps import part_of
from app.requests import ProgressSink
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_figures import rehearsed
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarms import Limit, Side
from app.telemetry.demo import DAY_MS, readings_at
from app.telemetry.history import History
from app.telemetry.live import intrinsic
from app.telemetry.quantities import counts_of
from app.telemetry.readings import NO_VALUE, Readings
from app.telemetry.setup import ALARM_LOG, HISTORY, FeedKind, Setup, read_setup, write_setup
from app.telemetry.sources import demo_instruments
from app.times import CITY_TIME
from app.workspace import open_workspace
from network.columns import Int64

_STEP_MS: Final = 60_000
"""Longer ago than ``_FINE_MS`` the history has a reading a minute."""
_FINE_MS: Final = 6 * 3_600_000
_COARSE_STEP_MS: Final = 10 * 60_000
"""Longer ago than ``_COARSE_MS`` one in ten minutes."""
_COARSE_MS: Final = 14 * DAY_MS
_DAYS_AT_ONCE: Final = 7
_ALARMS_DAYS: Final = 30
_SEEN_AFTER_MS: Final = 90_000
_NOBODY: Final = "demo"


def set_demo_up(folder: Path, now_ms: int, days: int, progress: ProgressSink) -> tuple[Setup, int]:
    """Put instruments, their history and last the set-up into the workspace *folder*.

    Whoever has the city open begins to record with the set-up: its history must be whole by then.

    Returns:
        The set-up, and how many readings were written.

    Raises:
        AppError: As :func:`app.operations.demo_feed.make_demo_feed` and :func:`make_demo_history`.
    """
    year = datetime.fromtimestamp(now_ms / 1000, CITY_TIME).year
    with closing(open_workspace(folder)) as workspace:
        setup = make_demo_feed(workspace, now_ms, year, part_of(progress, 0.0, 0.7))
    readings = make_demo_history(folder, now_ms, days, part_of(progress, 0.7, 1.0), setup)
    write_setup(folder, setup)
    return setup, readings


def make_demo_history(
    folder: Path, now_ms: int, days: int, progress: ProgressSink, planned: Setup | None = None
) -> int:
    """Write the last *days* of the demo's instruments into a history of their own; how many readings that were.

    Args:
        folder: The workspace.
        now_ms: The history ends here, UTC milliseconds.
        days: How far it reaches back; 0 for none.
        progress: Told ``demo_history``.
        planned: The set-up with its demo feed, where it does not stand in the workspace yet.

    Raises:
        AppError: ``feed.no_demo``, ``history.exists``.
    """
    setup = read_setup(folder) if planned is None else planned
    feed = next(feed for feed in setup.feeds if feed.kind is FeedKind.DEMO)
    instruments = demo_instruments(folder, setup, feed)
    if (folder / HISTORY).exists():
        raise AppError("history.exists", path=str(folder / HISTORY))
    partial = folder / f".partial-{HISTORY}"
    # Of one that was broken off; nobody else writes under this name.
    partial.unlink(missing_ok=True)
    history = History.create(partial)
    written = 0
    try:
        numbers = np.array(history.numbers((one.id, one.step) for one in setup.channels.records), dtype=np.int64)
        begin_ms = now_ms - days * DAY_MS
        for start_ms in range(begin_ms, now_ms, _DAYS_AT_ONCE * DAY_MS):
            progress("demo_history", (start_ms - begin_ms) / max(1, now_ms - begin_ms))
            end_ms = min(start_ms + _DAYS_AT_ONCE * DAY_MS, now_ms)
            for ticks in _ticks(start_ms, end_ms, now_ms, instruments.interval_ms):
                value = readings_at(instruments.day, instruments.script, ticks)
                batch = _readings(setup, ticks, value)
                judged = intrinsic(setup.channels, batch)
                history.append(
                    Readings(
                        numbers[judged.channel], judged.source_ms, judged.received_ms, judged.count, judged.quality
                    )
                )
                written += len(batch)
            history.compact(end_ms)
        _write_alarms(folder, setup, history, numbers, now_ms, min(days, _ALARMS_DAYS))
    finally:
        history.close()
    partial.replace(folder / HISTORY)
    progress("demo_history", 1.0)
    return written


def _ticks(start_ms: int, end_ms: int, now_ms: int, interval_ms: int) -> list[Int64]:
    """Instants of readings, the farther apart the longer ago; the last hours at the instruments' own pace."""
    edges = (-(2**62), now_ms - _COARSE_MS, now_ms - _FINE_MS, now_ms)
    found = []
    for step, since, until in zip((_COARSE_STEP_MS, _STEP_MS, interval_ms), edges, edges[1:], strict=False):
        first, last = max(start_ms, since), min(end_ms, until)
        if last > first:
            found.append(np.arange(-(-first // step) * step, last, step, dtype=np.int64))
    return found


def _readings(setup: Setup, ticks: Int64, value: np.ndarray) -> Readings:
    channels = setup.channels
    counts = counts_of(value, channels.multiply, channels.step)
    at, row = np.nonzero(counts != NO_VALUE)
    when = ticks[at]
    return Readings(row.astype(np.int64), when, when + 400, counts[at, row], np.zeros(len(row), dtype=np.int64))


def _rehearsed(limit: Limit, readings: Readings, step: float, now_ms: int) -> tuple[tuple[int, int], ...]:
    """When *limit* was raised and cleared; silence by the pace of the history, which is slower than the instrument's.

    By the instrument's own pace it would be silent all the time between two readings of a month ago.
    """
    if limit.side is not Side.SILENT:
        return rehearsed(limit, readings, step)
    at_ms = readings.source_ms
    edges = (-(2**62), now_ms - _COARSE_MS, now_ms - _FINE_MS, now_ms)
    found: list[tuple[int, int]] = []
    for pace_ms, since, until in zip((_COARSE_STEP_MS, _STEP_MS, _STEP_MS), edges, edges[1:], strict=False):
        found += rehearsed(limit, readings.take((at_ms >= since) & (at_ms < until)), step, pace_ms)
    return tuple(found)


def _write_alarms(folder: Path, setup: Setup, history: History, numbers: Int64, now_ms: int, days: int) -> None:
    """What the alarms would have done in the last *days*, each seen by somebody soon afterwards."""
    events = []
    for limit in setup.limits.records:
        step = setup.channels.records[limit.channel].step
        readings = history.readings(int(numbers[limit.channel]), now_ms - days * DAY_MS, now_ms)
        for raised_ms, cleared_ms in _rehearsed(limit, readings, step, now_ms):
            events.append(AlarmEvent(raised_ms, limit.id, Deed.RAISED, value=limit.limit))
            if raised_ms + _SEEN_AFTER_MS < now_ms:
                events.append(AlarmEvent(raised_ms + _SEEN_AFTER_MS, limit.id, Deed.ACKNOWLEDGED, _NOBODY))
            if cleared_ms < now_ms - _STEP_MS:
                events.append(AlarmEvent(cleared_ms, limit.id, Deed.CLEARED))
    log = AlarmLog(folder / ALARM_LOG)
    try:
        log.write(sorted(events, key=lambda event: event.at_ms))
    finally:
        log.close()
