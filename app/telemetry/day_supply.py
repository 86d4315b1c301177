"""How much water each plant has sent since midnight, from what its meter said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

import numpy as np

from app.telemetry.channels import Channels, Role
from app.telemetry.history import History
from app.telemetry.present import Supplied
from app.telemetry.pyramid import MINUTE_MS
from app.telemetry.quantities import Quantity, values_of

_MOST_MINUTES: Final = 15
"""A meter that says nothing for longer may have measured anything: that time is left out, and told."""


def midnight_ms(now_ms: int, zone: tzinfo) -> int:
    """The last midnight in the city, whatever its clocks were put to meanwhile; UTC milliseconds."""
    here = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone)
    return round(here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def day_supply(history: History, channels: Channels, now_ms: int, zone: tzinfo) -> Mapping[int, Supplied]:
    """By position, of each meter of a station that is in the history; what a tank takes and gives is no supply.

    Args:
        history: What was measured.
        channels: What is measured; flows that belong to a station count.
        now_ms: The present, UTC milliseconds.
        zone: Of the city.
    """
    start_ms, known = midnight_ms(now_ms, zone), history.channels()
    tanks = {one.station_id for one in channels.records if one.quantity is Quantity.LEVEL and one.role is Role.NONE}
    found = {}
    for row, channel in enumerate(channels.records):
        if channel.quantity is Quantity.FLOW and channel.station_id not in {"", *tanks} and channel.id in known:
            number, resolution = known[channel.id]
            found[row] = _supplied(history, number, resolution, start_ms, now_ms)
    return found


def _supplied(history: History, number: int, resolution: float, start_ms: int, now_ms: int) -> Supplied:
    minutes = history.minutes(number, start_ms, now_ms + 1)
    if not len(minutes.start_ms):
        return Supplied(0.0, is_whole=now_ms - start_ms < _MOST_MINUTES * MINUTE_MS)
    flow_m3_s = values_of(minutes.mean, resolution)
    begins = np.concatenate([[start_ms], minutes.start_ms[1:]])
    ends = np.concatenate([minutes.start_ms[1:], [now_ms]])
    # A minute's mean stands until the next one: instruments may send every ten minutes.
    lasts_ms = np.clip(ends - begins, 0, _MOST_MINUTES * MINUTE_MS)
    gaps_ms = np.append(ends - begins, minutes.start_ms[0] - start_ms)
    return Supplied(float((flow_m3_s * lasts_ms).sum() / 1000.0), bool(gaps_ms.max() <= _MOST_MINUTES * MINUTE_MS))
