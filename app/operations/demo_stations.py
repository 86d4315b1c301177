"""What stations have that no network model knows: clear-water tanks, tanks of their own, and two feeds of power.

All of it follows from what EPANET says of the same stations, so that the demonstration hangs together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.telemetry.alarms import NOBODY, Limit, Side
from app.telemetry.channels import Channel, Role
from app.telemetry.demo import HOURS
from app.telemetry.quantities import Quantity
from network.columns import Float64

SWITCHOVER: Final = "switchover "
"""Before the id of the station whose first feed of power fails: the second takes over (备自投)."""
FIRST_FEED, SECOND_FEED, NO_FEED = 1.0, 2.0, 0.0
_CLEAR_WATER_M: Final = (3.2, 0.9)
"""Level of a clear-water tank, and how far the day moves it."""
_TANK_M: Final = (1.9, 0.35)
_LIFTED_MPA: Final = 0.48


@dataclass(frozen=True, eq=False)
class StationChannels:
    """Channels beside those of the network.

    Attributes:
        channels: Theirs.
        hourly: Shape (channels, ``HOURS``).
        effects: Shape (effects, channels, ``HOURS``); one more effect than was given, the switch-over, where any
            station has two feeds.
        names: Of the effects.
    """

    channels: tuple[Channel, ...]
    hourly: Float64
    effects: Float64
    names: tuple[str, ...]


def beside(
    channels: Sequence[Channel], hourly: Float64, names: Sequence[str], all_stop: str, with_tank: frozenset[str]
) -> StationChannels:
    """What belongs to the stations of *channels*.

    Args:
        channels: What EPANET was asked for.
        hourly: Shape (channels, ``HOURS``), what it said.
        names: Of the effects.
        all_stop: Name of the effect in which no station has power.
        with_tank: Ids of stations with a tank of their own.
    """
    at = {channel.id: row for row, channel in enumerate(channels)}
    made = [pair for row, one in enumerate(channels) for pair in _of(one, row, hourly, at, with_tank)]
    rows = tuple(channel for channel, _ in made)
    values = np.array([value for _, value in made], dtype=np.float64).reshape(len(rows), HOURS)
    feeds = [row for row, one in enumerate(rows) if one.quantity is Quantity.POWER_FEED]
    switched = [rows[feeds[0]].station_id] if feeds else []
    effects = np.zeros((len(names) + len(switched), len(rows), HOURS))
    boosters = [row for row in feeds if f"PI-{rows[row].station_id}" in at]
    if all_stop in names:
        effects[list(names).index(all_stop), boosters] = NO_FEED - FIRST_FEED
    if feeds:
        effects[-1, feeds[0]] = SECOND_FEED - FIRST_FEED
    return StationChannels(rows, values, effects, (*names, *(SWITCHOVER + name for name in switched)))


def _of(
    one: Channel, row: int, hourly: Float64, at: Mapping[str, int], with_tank: frozenset[str]
) -> Iterator[tuple[Channel, Float64]]:
    """Channels that follow from *one*, and what they show through the day."""
    station = one.station_id
    if one.id == f"FT-{station}" and f"PT-{station}" in at:
        yield _like(one, "CW", Quantity.LEVEL, "m", Role.CLEAR_WATER), _clear_water_m(hourly[row])
    elif one.id == f"ST-{station}":
        yield _like(one, "PW", Quantity.POWER_FEED, ""), np.full(HOURS, FIRST_FEED)
        if station in with_tank:
            yield _like(one, "TK", Quantity.LEVEL, "m", Role.TANK), _tank_m(row)
    elif one.id == f"PS-{station}":
        yield _like(one, "ST", Quantity.STATE, ""), np.ones(HOURS)
        # Behind its own pumps: no pressure of the mains, which stand at its place.
        outlet = replace(_like(one, "PO", Quantity.PRESSURE, "MPa", Role.OUTLET), x_m=None, y_m=None)
        yield outlet, np.full(HOURS, _LIFTED_MPA)
        yield _like(one, "TK", Quantity.LEVEL, "m", Role.TANK), _tank_m(row)
        yield _like(one, "PW", Quantity.POWER_FEED, ""), np.full(HOURS, FIRST_FEED)


def _like(one: Channel, prefix: str, quantity: Quantity, unit: str, role: Role = Role.NONE) -> Channel:
    stuck_after_s = 3600.0 if quantity is Quantity.PRESSURE else 0.0
    identity = f"{prefix}-{one.station_id}"
    return replace(one, id=identity, quantity=quantity, unit=unit, role=role, stuck_after_s=stuck_after_s)


def _clear_water_m(flow_m3_h: Float64) -> Float64:
    """A tank that fills evenly while the plant sends *flow_m3_h*: high in the morning, low in the evening."""
    gained = np.cumsum(flow_m3_h.mean() - flow_m3_h)
    middle, swing = _CLEAR_WATER_M
    level: Float64 = middle + swing * gained / max(float(np.abs(gained).max()), 1e-9)
    return level


def _tank_m(row: int) -> Float64:
    middle, swing = _TANK_M
    level: Float64 = middle + swing * np.cos(2 * np.pi * (np.arange(HOURS) - 5 - row % 3) / 24.0)
    return level


def feed_limits(channels: Sequence[Channel]) -> list[Limit]:
    """What is watched of feeds of power: none at all, and the second one in use."""
    made = []
    for at, one in enumerate(channels):
        if one.quantity is Quantity.POWER_FEED:
            made.append(Limit(f"{one.id} dead", at, Side.LOW, 0.5, on_delay_ms=5_000, priority=1))
            made.append(Limit(f"{one.id} second", at, Side.HIGH, 1.5, on_delay_ms=5_000, priority=3))
    return made


def power_of(limits: Sequence[Limit], station: str) -> int:
    """Position of the limit that tells of a station without power; ``NOBODY`` where its feeds are not watched."""
    wanted = f"PW-{station} dead"
    return next((at for at, one in enumerate(limits) if one.id == wanted), NOBODY)
