"""Pressures measured near a place: which instruments, how far away, and how they read."""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.telemetry.alarms import Limits
from app.telemetry.channels import Channels
from app.telemetry.history import History
from app.telemetry.live import Standing
from app.telemetry.look_back import present_at
from app.telemetry.quantities import Quantity
from app.telemetry.setup import HISTORY, Setup, is_set_up, read_setup
from network.units import M_HEAD_PER_MPA

NEARBY_M: Final = 2_000.0
"""House: pressures measured so near are told to a customer's call."""
MOST: Final = 2
"""House: so many of them."""


@dataclass(frozen=True)
class Measured:
    """One pressure near a place.

    Attributes:
        pressure_mpa: NaN where nothing was ever read.
        at_ms: When it was read, UTC.
    """

    name: str
    away_m: float
    pressure_mpa: float
    standing: Standing
    at_ms: int


def nearest_pressures(channels: Channels, x_m: float, y_m: float) -> tuple[tuple[float, int], ...]:
    """The nearest pressure channels within :data:`NEARBY_M`, at most :data:`MOST`: how far away (m), and their rows."""
    found = []
    for row, channel in enumerate(channels.records):
        if channel.quantity is Quantity.PRESSURE and channel.x_m is not None and channel.y_m is not None:
            away_m = math.hypot(channel.x_m - x_m, channel.y_m - y_m)
            if away_m <= NEARBY_M:
                found.append((away_m, row))
    return tuple(sorted(found)[:MOST])


def measured_near(folder: Path, places_m: tuple[tuple[float, float], ...], now_ms: int) -> list[tuple[Measured, ...]]:
    """What stands in the history of the workspace in *folder* near each of *places_m* (project CRS), at *now_ms*.

    Returns:
        Nothing for each place where no instruments are recorded.

    Raises:
        CodedError: The set-up or the history cannot be read.
    """
    path = folder / HISTORY
    if not is_set_up(folder) or not path.exists():
        return [() for _ in places_m]
    channels = read_setup(folder).channels
    near = [nearest_pressures(channels, *place_m) for place_m in places_m]
    rows = sorted({row for some in near for _, row in some})
    asked = Setup(Channels(tuple(channels.records[row] for row in rows)), Limits(()), ())
    with closing(History.open(path, readonly=True)) as history:
        present = present_at(history, asked, (), now_ms)
    at = {row: place for place, row in enumerate(rows)}
    return [
        tuple(
            Measured(
                channels.records[row].name,
                away_m,
                float(present.values[at[row]]) / M_HEAD_PER_MPA,
                Standing(int(present.standings[at[row]])),
                int(present.source_ms[at[row]]),
            )
            for away_m, row in some
        )
        for some in near
    ]
