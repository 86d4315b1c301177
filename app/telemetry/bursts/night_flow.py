"""What flows into an area at night, when next to nobody draws, and how far the day's inflow is off the usual one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from app.telemetry.bursts.bands import NORMAL_PER_MAD, Bands
from app.telemetry.bursts.grid import means, ticks_between
from app.telemetry.bursts.inflow import WHOLE_CITY, InflowTold
from app.telemetry.channels import Channels, Role
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from network.columns import Float64, Int64

DAY_MS: Final = 86_400_000
CITY_AHEAD_MS: Final = 8 * 3_600_000
NIGHT_H: Final = (2.0, 4.0)
"""Between these hours of the city's clock the inflow is lowest."""
NIGHTS: Final = 28
TICK_MS: Final = 900_000
LEAST_NIGHTS: Final = 5
_M3_H: Final = 3_600.0


def areas_of(channels: Channels) -> dict[str, tuple[str, ...]]:
    """Flow meters by the area whose inflow they make up together: DMAs with meters of their own, and the whole city."""
    found: dict[str, list[str]] = {}
    for one in channels.records:
        if one.quantity is Quantity.FLOW and (one.dma_id or one.station_id):
            found.setdefault(one.dma_id or WHOLE_CITY, []).append(one.id)
    return {area: tuple(ids) for area, ids in found.items()}


def signs_of(channels: Channels, ids: Sequence[str]) -> tuple[float, ...]:
    """Of each meter, 1 where it leads into its area and -1 where its role says that it leads out."""
    records, position = channels.records, channels.position
    return tuple(-1.0 if records[position[name]].role is Role.OUTLET else 1.0 for name in ids)


def city_ms(at_ms: Int64) -> Int64:
    """What the city's clock says at *at_ms*, milliseconds of its own."""
    found: Int64 = at_ms + CITY_AHEAD_MS
    return found


def nights(at_ms: Int64, inflow: Float64) -> Float64:
    """Mean of the night hours of each day, the oldest first; NaN for a night with readings in less than half of it."""
    local = city_ms(at_ms)
    hour = local % DAY_MS / 3_600_000.0
    inside = (hour >= NIGHT_H[0]) & (hour < NIGHT_H[1])
    known = inside & np.isfinite(inflow)
    days = (local // DAY_MS - local[0] // DAY_MS).astype(np.int64) if len(local) else np.empty(0, dtype=np.int64)
    count = int(days.max(initial=-1)) + 1
    number = np.bincount(days[known], minlength=count)
    total = np.bincount(days[known], weights=inflow[known], minlength=count)
    wanted = (NIGHT_H[1] - NIGHT_H[0]) * 3_600_000.0 / TICK_MS / 2.0
    mean: Float64 = np.divide(total, number, out=np.full(count, np.nan), where=number >= wanted)
    return mean[np.bincount(days[inside], minlength=count) > 0]


def inflow_told(area: str, at_ms: Int64, inflow_m3_h: Float64, since_ms: int) -> InflowTold:
    """What *inflow_m3_h*, shape (ticks,), says of an area; see :class:`InflowTold`."""
    by_night = nights(at_ms, inflow_m3_h)
    before = by_night[:-1][np.isfinite(by_night[:-1])]
    is_known = len(before) >= LEAST_NIGHTS
    usual = float(np.median(before)) if is_known else float("nan")
    spread = NORMAL_PER_MAD * float(np.median(np.abs(before - usual))) if is_known else float("nan")
    quiet = at_ms < since_ms
    over = float("nan")
    if quiet.any() and not quiet.all():
        bands = Bands.learn(at_ms[quiet], inflow_m3_h[quiet, None])
        off = bands.off(at_ms[~quiet], inflow_m3_h[~quiet, None])
        over = float(np.nanmean(off)) if np.isfinite(off).any() else float("nan")
    return InflowTold(area, float(by_night[-1]) if len(by_night) else float("nan"), usual, spread, over)


def inflows(history: History, channels: Channels, since_ms: int, now_ms: int) -> tuple[InflowTold, ...]:
    """Inflow of every area with flow meters, since *since_ms* and in the nights before *now_ms*.

    Readings of one meter that are missing make the area's inflow unknown at that time: a part is no balance.
    """
    at_ms = ticks_between(now_ms - (NIGHTS + 1) * DAY_MS, now_ms, TICK_MS)
    found = []
    for area, ids in areas_of(channels).items():
        inflow_m3_h = means(history, ids, at_ms, TICK_MS) @ np.array(signs_of(channels, ids)) * _M3_H
        if np.isfinite(inflow_m3_h).any():
            found.append(inflow_told(area, at_ms, inflow_m3_h, since_ms))
    return tuple(found)
