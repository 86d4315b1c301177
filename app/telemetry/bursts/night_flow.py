"""What flows into an area at night, when next to nobody draws, and how far the day's inflow is off the usual one."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.telemetry.bursts.bands import NORMAL_PER_MAD, Bands
from app.telemetry.bursts.inflow import InflowTold
from network.columns import Float64, Int64

DAY_MS: Final = 86_400_000
CITY_AHEAD_MS: Final = 8 * 3_600_000
NIGHT_H: Final = (2.0, 4.0)
"""Between these hours of the city's clock the inflow is lowest."""
NIGHTS: Final = 28
NIGHT_MS: Final = round((NIGHT_H[1] - NIGHT_H[0]) * 3_600_000)
TICK_MS: Final = 900_000
LEAST_NIGHTS: Final = 5


def city_ms(at_ms: Int64) -> Int64:
    """What the city's clock says at *at_ms*, milliseconds of its own."""
    found: Int64 = at_ms + CITY_AHEAD_MS
    return found


def last_night_ms(now_ms: int) -> int:
    """When the last night that is over at *now_ms* began, UTC milliseconds."""
    into_ms = (now_ms + CITY_AHEAD_MS - round(NIGHT_H[1] * 3_600_000)) % DAY_MS
    return now_ms - into_ms - NIGHT_MS


def nights_of(at_ms: Int64, inflow_m3_h: Float64) -> tuple[Int64, Float64]:
    """Beginning (UTC milliseconds) and mean of each night in *inflow_m3_h*, shape (ticks, areas).

    NaN for a night with readings in less than half of it; nights that have not ended by the last tick are left out.
    """
    if not len(at_ms):
        return at_ms, inflow_m3_h
    into_ms = city_ms(at_ms) % DAY_MS - round(NIGHT_H[0] * 3_600_000)
    begins = at_ms - into_ms
    inside = (into_ms >= 0) & (into_ms < NIGHT_MS)
    nights = np.unique(begins[inside])
    nights = nights[nights + NIGHT_MS <= at_ms[-1] + TICK_MS]
    found = np.full((len(nights), inflow_m3_h.shape[1]), np.nan)
    rows = np.flatnonzero(inside & np.isin(begins, nights))
    of_night = np.searchsorted(nights, begins[rows])
    for area in range(inflow_m3_h.shape[1]):
        value = inflow_m3_h[rows, area]
        known = np.isfinite(value)
        count = np.bincount(of_night[known], minlength=len(nights))
        total = np.bincount(of_night[known], weights=value[known], minlength=len(nights))
        enough = count * TICK_MS >= NIGHT_MS / 2
        found[enough, area] = total[enough] / count[enough]
    return nights, found


def inflow_told(area: str, at_ms: Int64, inflow_m3_h: Float64, span_ms: tuple[int, int]) -> InflowTold:
    """What *inflow_m3_h*, shape (ticks,), says of an area; see :class:`InflowTold`.

    Args:
        area: Its name.
        at_ms: Beginnings of ticks, ``TICK_MS`` apart, from weeks before the burst to the present.
        inflow_m3_h: Shape (ticks,); NaN where a meter said nothing.
        span_ms: When it began, and until when the balance is asked for.
    """
    since_ms, until_ms = span_ms
    begins_ms, mean = nights_of(at_ms, inflow_m3_h[:, None])
    by_night, is_before = mean[:, 0], begins_ms + NIGHT_MS <= since_ms
    before = by_night[is_before & np.isfinite(by_night)]
    is_known = len(before) >= LEAST_NIGHTS
    usual = float(np.median(before)) if is_known else float("nan")
    spread = NORMAL_PER_MAD * float(np.median(np.abs(before - usual))) if is_known else float("nan")
    has_night = len(begins_ms) > 0 and not is_before[-1]
    quiet, asked = at_ms < since_ms, (at_ms >= since_ms) & (at_ms < until_ms)
    over = float("nan")
    if quiet.any() and asked.any():
        bands = Bands.learn(at_ms[quiet], inflow_m3_h[quiet, None])
        off = bands.off(at_ms[asked], inflow_m3_h[asked, None])
        over = float(np.nanmean(off)) if np.isfinite(off).any() else float("nan")
    return InflowTold(
        area,
        int(begins_ms[-1]) if has_night else None,
        float(by_night[-1]) if has_night else float("nan"),
        usual,
        spread,
        over,
    )
