"""Instruments on the map: state in shape and colour, the value beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.messages import Words
from app.telemetry.channels import Channel
from app.telemetry.live import NEVER_MS, Standing
from app.telemetry.present import Present
from app.telemetry.quantities import Quantity
from app.telemetry.setup import Setup
from app.ui.live.rows import doubts, shown, station_value, worst_of_channels
from gis.scene.movers import Movers, SensorLook
from network.columns import Float64, TextColumn

_ALWAYS = frozenset({Quantity.PRESSURE, Quantity.LEVEL, Quantity.STATE, Quantity.POWER_FEED})
_IN_DOUBT = (Standing.SUSPECT, Standing.BAD)
_BY_STANDING = {
    Standing.GOOD: SensorLook.GOOD,
    Standing.SUSPECT: SensorLook.SUSPECT,
    Standing.BAD: SensorLook.SUSPECT,
    Standing.STALE: SensorLook.STALE,
    Standing.MISSING: SensorLook.MISSING,
}
_LOOKS = np.array([_BY_STANDING[one] for one in Standing], dtype=np.int8)


def sensors_of(
    setup: Setup,
    present: Present,
    words: Words,
    wanted: tuple[float, float, str] | None = None,
    drawn: Sequence[tuple[float, float, str]] = (),
) -> Movers | None:
    """Instruments whose place is known, as they read now: pressures, levels, and whether pumps run and on which feed.

    Args:
        setup: What is measured.
        present: How it stands.
        words: For what a state means.
        wanted: Where one more would tell most, x and y in the project CRS, and what is written there.
        drawn: Where water is drawn from hydrants, likewise.
    """
    loud = worst_of_channels(setup, present)
    rows = [
        row
        for row, channel in enumerate(setup.channels.records)
        if channel.x_m is not None and channel.y_m is not None and (channel.quantity in _ALWAYS or row in loud)
    ]
    if not rows and not drawn:
        return None
    records, at = [setup.channels.records[row] for row in rows], np.array(rows, dtype=np.int64)
    values = _texts(records, present.values[at], words)
    for one in np.flatnonzero(np.isin(present.standings[at], _IN_DOUBT)).tolist():
        values[one] = "  ".join((values[one], doubts(words, present, rows[one])))
    look = _LOOKS[present.standings[at]]
    for one, row in enumerate(rows) if loud else ():
        if row in loud and present.standings[row] <= Standing.SUSPECT:
            look[one] = SensorLook.ALARM if loud[row] == 1 else SensorLook.LOW
    then_ms = present.source_ms[at]
    age_s = np.where(then_ms == NEVER_MS, 0.0, np.maximum(0.0, (present.at_ms - then_ms) / 1000))
    beside = [*drawn, *([] if wanted is None else [wanted])]
    beside_look = [*(SensorLook.DRAWN for _ in drawn), *([] if wanted is None else [SensorLook.WANTED])]
    return Movers.of(
        np.array([*((one.x_m, one.y_m) for one in records), *((x, y) for x, y, _ in beside)], dtype=np.float64),
        np.array([*look.tolist(), *beside_look]),
        age_s=np.array([*age_s.tolist(), *(0.0 for _ in beside)]),
        values=TextColumn.of([*values, *(text for _, _, text in beside)]),
    )


def _texts(records: Sequence[Channel], values: Float64, words: Words) -> list[str]:
    """What stands beside each mark; of thousands that change at each look many read the same."""
    said: dict[Quantity, dict[float, str]] = {one: {} for one in Quantity}
    texts = []
    for one, value in zip(records, values.tolist(), strict=True):
        known = said[one.quantity]
        text = known.get(value)
        if text is None:
            text = known[value] = _told(one, value, words)
        texts.append(text)
    return texts


def _told(channel: Channel, value: float, words: Words) -> str:
    """A value as it stands beside the mark; pressures without their unit, which is that of the legend."""
    if channel.quantity is Quantity.PRESSURE:
        return shown(channel.quantity, value)
    return station_value(words, channel.quantity, value)
