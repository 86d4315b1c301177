"""Curves and bands out of the history, by readings where they are few and by the pyramid where they are many."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.telemetry.curves import BAND_WEEKS, WEEK_MS, Band, Curve, step_for
from app.telemetry.history import History
from app.telemetry.pyramid import MINUTE_MS, Minutes, minutes_of
from app.telemetry.quantities import values_of
from app.telemetry.readings import BAD, Readings

KNOWN_SPAN_MS: Final = 31 * 24 * 60 * MINUTE_MS
"""In longer spans what came late to a minute is not told from what came at once."""
_BESIDE: Final = 4
"""As many readings as may be missed before there is a gap."""


def curve_of(
    history: History,
    channel: int,
    resolution: float,
    start_ms: int,
    end_ms: int,
    columns: int,
    known_ms: int | None = None,
    interval_ms: int = 0,
) -> Curve:
    """One channel from *start_ms* to *end_ms*, in at most about *columns* steps.

    Args:
        history: Where it is kept.
        channel: Its number there.
        resolution: What a count stands for, in the unit inside.
        start_ms: Beginning of the span, UTC milliseconds.
        end_ms: Its end, without.
        columns: Pixels to draw on.
        known_ms: What had arrived by then, UTC milliseconds; None: all that is known today. Beyond ``KNOWN_SPAN_MS``
            only what was measured after it is left out.
        interval_ms: How often readings are expected. Where they are few enough to be drawn one by one, some beside the
            span come too: a second between two of them is no gap.
    """
    step_ms = step_for(end_ms - start_ms, columns)
    if step_ms == 0:
        start_ms, end_ms = start_ms - _BESIDE * interval_ms, end_ms + _BESIDE * interval_ms
    if known_ms is not None and end_ms - start_ms <= KNOWN_SPAN_MS:
        came = history.as_known_at(channel, start_ms, end_ms, known_ms)
        if step_ms:
            return _of_minutes(minutes_of(came), resolution, step_ms)
        return _of_readings(came, resolution, columns, start_ms, end_ms)
    if known_ms is not None:
        end_ms = min(end_ms, known_ms + 1)
    if step_ms == 0:
        return _of_readings(history.readings(channel, start_ms, end_ms), resolution, columns, start_ms, end_ms)
    return _of_minutes(history.minutes(channel, start_ms, end_ms), resolution, step_ms)


def band_of(history: History, channel: int, resolution: float, start_ms: int, end_ms: int, columns: int) -> Band:
    """What was usual in the ``BAND_WEEKS`` weeks before; arguments as for :func:`curve_of`."""
    step_ms = step_for(end_ms - start_ms, min(columns, 240)) or MINUTE_MS
    first = start_ms // step_ms * step_ms
    steps = max(0, -(-(end_ms - first) // step_ms))
    known = np.full((BAND_WEEKS, steps), np.nan)
    for week in range(BAND_WEEKS):
        back_ms = (week + 1) * WEEK_MS
        found = history.minutes(channel, first - back_ms, first + steps * step_ms - back_ms).coarser(step_ms)
        at = (found.start_ms + back_ms - first) // step_ms
        inside = (at >= 0) & (at < steps)
        known[week, at[inside]] = values_of(found.mean[inside], resolution)
    is_known = np.isfinite(known).any(axis=0)
    low = np.where(np.isfinite(known), known, np.inf).min(axis=0)
    high = np.where(np.isfinite(known), known, -np.inf).max(axis=0)
    starts = first + np.flatnonzero(is_known) * step_ms
    return Band(starts, low[is_known], high[is_known], known[0][is_known], step_ms)


def _of_minutes(minutes: Minutes, resolution: float, step_ms: int) -> Curve:
    found = minutes.coarser(step_ms)
    low, high, mean = (values_of(column, resolution) for column in (found.low, found.high, found.mean))
    return Curve(found.start_ms, low, high, mean, step_ms)


def _of_readings(readings: Readings, resolution: float, columns: int, start_ms: int, end_ms: int) -> Curve:
    usable = readings.take((readings.quality & int(BAD)) == 0)
    value = values_of(usable.count, resolution)
    if len(usable) <= 2 * columns:
        return Curve(usable.source_ms, value, value, value, 0)
    width_ms = max(1, (end_ms - start_ms) // columns)
    step = (usable.source_ms - start_ms) // width_ms
    starts = np.flatnonzero(np.diff(step, prepend=-1))
    number = np.diff(starts, append=len(value))
    return Curve(
        start_ms + step[starts] * width_ms,
        np.minimum.reduceat(value, starts),
        np.maximum.reduceat(value, starts),
        np.add.reduceat(value, starts) / number,
        width_ms,
    )
