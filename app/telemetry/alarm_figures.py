"""How well the alarms serve those who watch them: the figures of EEMUA 191, and a limit tried on what was measured.

Targets are those of EEMUA 191 and ISA-18.2 for one operator: at most one alarm in ten minutes on average, never more
than ten in ten minutes (a flood), few that stand for a day, and most of them of the lowest priorities.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.telemetry.alarm_events import DAY_MS, Raisings
from app.telemetry.alarms import Alarms, Limit, Limits, Side
from app.telemetry.live import STALE_AFTER_INTERVALS
from app.telemetry.quantities import values_of
from app.telemetry.readings import BAD, Readings
from app.telemetry.spikes import are_spikes
from network.columns import Bool, Int64

TEN_MINUTES_MS: Final = 600_000
FLOOD: Final = 10
STANDING_MS: Final = 24 * 3_600_000
_WORST: Final = 10


@dataclass(frozen=True)
class AlarmFigures:
    """Figures of a span.

    Attributes:
        raised: How many alarms were raised.
        per_ten_minutes: On average.
        peak: Most of them in any ten minutes that begin with one.
        flood_share: Share of ten-minute spans, counted from the beginning, with more than ``FLOOD``.
        by_priority: How many of priority 1 to 4.
        standing: Alarms that have been active for a day and more at its end.
        chattering: Alarms raised again within a minute of their end.
        worst: The alarms raised most often, with how often.
    """

    raised: int
    per_ten_minutes: float
    peak: int
    flood_share: float
    by_priority: tuple[int, int, int, int]
    standing: int
    chattering: int
    worst: tuple[tuple[str, int], ...]


def figures_from_ms(now_ms: int, days: int) -> int:
    """When a span of the last *days* begins: at a midnight of UTC, by which alarms are counted."""
    return (now_ms - days * DAY_MS) // DAY_MS * DAY_MS


def alarm_figures(raisings: Raisings, limits: Limits, alarms: Alarms, start_ms: int, end_ms: int) -> AlarmFigures:
    """Figures from *start_ms* to *end_ms* of how often alarms came in between; *alarms* as they stand then."""
    at_ms = raisings.at_ms
    spans = max(1, -(-(end_ms - start_ms) // TEN_MINUTES_MS))
    in_span = np.bincount((at_ms - start_ms) // TEN_MINUTES_MS, minlength=spans)
    until = np.searchsorted(at_ms, at_ms + TEN_MINUTES_MS)
    priority = {record.id: record.priority for record in limits.records}
    counted = Counter[int]()
    for alarm, times, _ in raisings.of_alarm:
        counted[priority.get(alarm, 4)] += times
    is_standing = alarms.is_active & (end_ms - alarms.raised_ms >= STANDING_MS)
    worst = sorted(raisings.of_alarm, key=lambda one: (-one[1], one[0]))[:_WORST]
    return AlarmFigures(
        len(at_ms),
        len(at_ms) / spans,
        int((until - np.arange(len(at_ms))).max(initial=0)),
        float((in_span > FLOOD).mean()),
        (counted[1], counted[2], counted[3], counted[4]),
        int(is_standing.sum()),
        sum(chattered > 0 for _, _, chattered in raisings.of_alarm),
        tuple((alarm, times) for alarm, times, _ in worst),
    )


def is_flood(raised_ms: Int64, now_ms: int) -> bool:
    """Whether more alarms than one person can take in were raised in the last ten minutes."""
    return int(((raised_ms > now_ms - TEN_MINUTES_MS) & (raised_ms <= now_ms)).sum()) > FLOOD


def rehearsed(
    limit: Limit, readings: Readings, resolution: float, interval_ms: int = 60_000
) -> tuple[tuple[int, int], ...]:
    """When *limit* would have been raised, and cleared, on settled *readings* of its channel; UTC milliseconds.

    As the running alarms do: bad readings neither raise nor clear, suspect ones and spikes do not clear, and delays run
    on between readings. An alarm that would still be active ends with the last reading.

    Args:
        limit: What is tried.
        readings: Of one channel, by time.
        resolution: What a count stands for.
        interval_ms: How often readings are expected: after three times as long it is silent.
    """
    if not len(readings):
        return ()
    if limit.side is Side.SILENT:
        return _delayed(_silent_ms(readings, interval_ms), limit, int(readings.source_ms[-1]))
    usable = readings.take((readings.quality & int(BAD)) == 0)
    sign = -1.0 if limit.side is Side.LOW else 1.0
    value = sign * values_of(usable.count, resolution)
    is_good = (usable.quality == 0) & ~are_spikes(value, resolution)
    beyond = _held(value > sign * limit.limit, is_good & (value <= sign * limit.limit - limit.deadband))
    changes = np.flatnonzero(np.diff(beyond.astype(np.int8), prepend=0))
    return _delayed(usable.source_ms[changes].tolist(), limit, int(readings.source_ms[-1]))


def _silent_ms(readings: Readings, interval_ms: int) -> list[int]:
    """When silence began and ended in turn: nothing for three intervals, or nothing that can be relied on."""
    is_bad = (readings.quality & int(BAD)) != 0
    at_ms = readings.source_ms
    speaks_ms = at_ms[~is_bad]
    if not len(speaks_ms):
        return [int(at_ms[0])]
    last = np.searchsorted(speaks_ms, at_ms[is_bad], side="right") - 1
    falls_ms = speaks_ms + STALE_AFTER_INTERVALS * interval_ms
    # The first bad reading after a good one ends it sooner.
    np.minimum.at(falls_ms, last[last >= 0], at_ms[is_bad][last >= 0])
    gaps = np.flatnonzero(falls_ms[:-1] < speaks_ms[1:])
    times = np.column_stack([falls_ms[gaps], speaks_ms[gaps + 1]]).ravel().tolist()
    begins = [int(at_ms[0]), int(speaks_ms[0])] if is_bad[0] else []
    ends = [int(falls_ms[-1])] if falls_ms[-1] <= at_ms[-1] else []
    return [*begins, *times, *ends]


def _delayed(times: list[int], limit: Limit, end_ms: int) -> tuple[tuple[int, int], ...]:
    """When an alarm is raised and cleared whose condition begins and ends in turn at *times*."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(times), 2):
        begins = times[start]
        ends = times[start + 1] if start + 1 < len(times) else end_ms
        is_last = start + 1 >= len(times)
        goes_on = bool(found) and begins - (found[-1][1] - limit.off_delay_ms) < limit.off_delay_ms
        if goes_on:
            found[-1] = (found[-1][0], end_ms if is_last else ends + limit.off_delay_ms)
        elif ends - begins >= limit.on_delay_ms:
            found.append((begins + limit.on_delay_ms, end_ms if is_last else ends + limit.off_delay_ms))
    return tuple((raised, min(cleared, end_ms)) for raised, cleared in found)


def _held(is_over: Bool, is_back: Bool) -> Bool:
    """Over from where it goes over until it is back; between the two it stays what it was."""
    said = np.where(is_over, 1, np.where(is_back, 0, -1))
    known = np.where(said >= 0, np.arange(len(said)), -1)
    last = np.maximum.accumulate(known)
    held: Bool = (last >= 0) & (said[np.maximum(last, 0)] == 1)
    return held
