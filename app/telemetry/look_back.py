"""How everything stood at a moment of the past by what had arrived by then: what a screen showed.

Readings that came later are left out, however old they are by the instrument's clock. Alarms stand as their log says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from app.telemetry.alarm_events import AlarmEvent, restored
from app.telemetry.alarm_figures import is_flood
from app.telemetry.alarms import causes, states_of
from app.telemetry.drifting import are_drifting, drifts_of, held_against, suspected
from app.telemetry.history import DAY_MS, History
from app.telemetry.live import FUTURE_MS, Live, after, standing, values
from app.telemetry.present import Present
from app.telemetry.readings import NO_VALUE, Quality, Readings, joined, no_readings
from app.telemetry.setup import Setup

_LATELY_MS: Final = 3 * 3_600_000
"""Most channels have spoken in so long; only of those that have not, a whole day is looked through."""
_LAST: Final = 40
"""So many readings of a channel tell its value, and whether it lies far from what is usual between neighbours."""


def present_at(history: History, setup: Setup, events: Iterable[AlarmEvent], at_ms: int) -> Present:
    """The picture of the instant *at_ms*; its ``turn`` is -1, links and counts are those of no feed.

    Args:
        history: Readings with the times at which they arrived.
        setup: What is measured and watched; limits are today's, states are those of the log.
        events: What became of alarms up to *at_ms*, the oldest first.
        at_ms: UTC milliseconds.
    """
    channels = setup.channels
    live = _live_at(history, setup, at_ms)
    limits = setup.limits
    by_then = [event for event in events if event.at_ms <= at_ms]
    drifting = are_drifting(channels, drifts_of(by_then))
    alarms = restored(by_then, limits, at_ms)
    caused = causes(alarms, limits, at_ms)
    return Present(
        -1,
        at_ms,
        values(live, channels),
        suspected(standing(live, channels, at_ms), drifting),
        live.source_ms,
        states_of(alarms, caused),
        caused.head,
        alarms.raised_ms,
        alarms.shelved_until_ms,
        {},
        0,
        0,
        None,
        {},
        is_flood(alarms.raised_ms, at_ms),
        held_against(live.quality, drifting),
    )


def _live_at(history: History, setup: Setup, at_ms: int) -> Live:
    channels = setup.channels
    known = history.channels()
    found: list[Readings] = []
    stuck = np.zeros(len(channels), dtype=np.int64)
    for position, record in enumerate(channels.records):
        if record.id not in known:
            continue
        number = known[record.id][0]
        stuck_after_ms = round(record.stuck_after_s * 1000)
        came = _came(history, number, at_ms, (max(_LATELY_MS, 2 * stuck_after_ms), DAY_MS))
        if len(came):
            last = came.take(np.arange(max(0, len(came) - _LAST), len(came)))
            place = np.full(len(last), position, dtype=np.int64)
            found.append(Readings(place, last.source_ms, last.received_ms, last.count, last.quality))
            stuck[position] = _is_stuck(came, stuck_after_ms)
    live = after(Live.silent(len(channels)), channels, joined(found))
    return replace(live, quality=live.quality | np.where(stuck, int(Quality.STUCK), 0))


def _came(history: History, number: int, at_ms: int, spans_ms: tuple[int, ...]) -> Readings:
    """What had arrived of a channel in the shortest of *spans_ms* before *at_ms* that holds anything."""
    came = no_readings()
    for span_ms in spans_ms:
        came = history.as_known_at(number, at_ms - span_ms, at_ms + FUTURE_MS, at_ms)
        if len(came):
            break
    return came


def _is_stuck(came: Readings, limit_ms: int) -> bool:
    """Whether the last of *came* (by time, not empty) has rested for *limit_ms*; 0: never."""
    if not limit_ms or came.count[-1] == NO_VALUE:
        return False
    changed = np.flatnonzero(came.count != came.count[-1])
    first = int(changed[-1]) + 1 if len(changed) else 0
    return int(came.source_ms[-1] - came.source_ms[first]) >= limit_ms
