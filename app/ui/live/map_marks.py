"""Instruments on the map: state in shape and colour, the value beside it."""

from __future__ import annotations

import numpy as np

from app.messages import Words
from app.telemetry.channels import Channel
from app.telemetry.live import NEVER_MS, Standing
from app.telemetry.present import Present
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui.live.rows import doubts, shown, station_value, worst_of_channels
from gis.scene.movers import Movers, SensorLook
from network.columns import TextColumn

_ALWAYS = frozenset({Quantity.PRESSURE, Quantity.LEVEL, Quantity.STATE, Quantity.POWER_FEED})
_LOOKS = {
    Standing.GOOD: SensorLook.GOOD,
    Standing.SUSPECT: SensorLook.SUSPECT,
    Standing.BAD: SensorLook.SUSPECT,
    Standing.STALE: SensorLook.STALE,
    Standing.MISSING: SensorLook.MISSING,
}


def sensors_of(
    setup: Setup, present: Present, words: Words, wanted: tuple[float, float, str] | None = None
) -> Movers | None:
    """Instruments whose place is known, as they read now: pressures, levels, and whether pumps run and on which feed.

    Args:
        setup: What is measured.
        present: How it stands.
        words: For what a state means.
        wanted: Where one more would tell most, x and y in the project CRS, and what is written there.
    """
    loud = worst_of_channels(setup, present)
    rows = [
        row
        for row, channel in enumerate(setup.channels.records)
        if channel.x_m is not None and channel.y_m is not None and (channel.quantity in _ALWAYS or row in loud)
    ]
    if not rows:
        return None
    records = [setup.channels.records[row] for row in rows]
    values = [
        "  ".join(part for part in (_told(one, float(present.values[row]), words), doubts(words, present, row)) if part)
        for one, row in zip(records, rows, strict=True)
    ]
    one_more = [] if wanted is None else [wanted]
    return Movers.of(
        np.array([*((one.x_m, one.y_m) for one in records), *((x, y) for x, y, _ in one_more)], dtype=np.float64),
        np.array([*(_look(present, row, loud.get(row)) for row in rows), *(SensorLook.WANTED for _ in one_more)]),
        age_s=np.array([*(_age_s(present, row) for row in rows), *(0.0 for _ in one_more)]),
        values=TextColumn.of([*values, *(text for _, _, text in one_more)]),
    )


def _told(channel: Channel, value: float, words: Words) -> str:
    """A value as it stands beside the mark; pressures without their unit, which is that of the legend."""
    if channel.quantity is Quantity.PRESSURE:
        return shown(channel.quantity, value)
    return station_value(words, channel.quantity, value)


def _look(present: Present, row: int, priority: int | None) -> SensorLook:
    standing = Standing(int(present.standings[row]))
    if priority is not None and standing <= Standing.SUSPECT:
        return SensorLook.ALARM if priority == 1 else SensorLook.LOW
    return _LOOKS[standing]


def _age_s(present: Present, row: int) -> float:
    then = int(present.source_ms[row])
    return 0.0 if then == NEVER_MS else max(0.0, (present.at_ms - then) / 1000)
