"""Readings of instruments that do not exist: what EPANET says of the hour, with noise, gaps and faults, at any instant.

Every reading follows from its channel and its instant alone, so that a year of history and the running feed are one
stream, whoever asks for which part of it, and in whatever order.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from network.columns import Bool, Float64, Int64

DAY_MS: Final = 86_400_000
HOURS: Final = 25
"""Values a day, the last that of the next midnight."""
CITY_AHEAD_MS: Final = 8 * 3_600_000
"""The demo city's clocks are ahead of UTC by so much, all the year."""

_GAP_MS: Final = 3 * 3_600_000
_GAPS: Final = 0.004
"""Share of spans of three hours in which a transmitter falls silent for a while."""
_STUCK: Final = 0.002
"""Share of days in which an instrument shows one value for two hours."""
_SPIKES: Final = 3e-6
_OWN_DRIFT: Final = 0.15
"""How far an instrument drifts by itself, as a share of its noise."""
_RISE_MS: Final = 45_000.0
"""An event is felt to two thirds after this time."""


@dataclass(frozen=True)
class Happening:
    """Something that the script lets happen.

    Attributes:
        effect: Row of :attr:`DemoDay.effects`.
        from_ms, until_ms: When, UTC milliseconds.
    """

    effect: int
    from_ms: int
    until_ms: int


@dataclass(frozen=True, eq=False)
class DemoDay:
    """What EPANET found for the instruments, in the units that they send.

    Attributes:
        hourly: Shape (channels, ``HOURS``).
        noise: Shape (channels,), standard deviation of one reading.
        is_state: Shape (channels,), whole numbers without noise.
        effects: Shape (effects, channels, ``HOURS``), what is added while something happens.
        names: What each effect is called.
    """

    hourly: Float64
    noise: Float64
    is_state: Bool
    effects: Float64
    names: tuple[str, ...]

    def save(self, path: Path) -> None:
        """Write it to *path* (``.npz``), whole or not at all."""
        partial = path.with_name(f".partial-{path.name}")
        with partial.open("wb") as file:
            np.savez(
                file,
                hourly=self.hourly,
                noise=self.noise,
                is_state=self.is_state,
                effects=self.effects,
                names=np.array(self.names, dtype=np.str_),
            )
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> DemoDay:
        """What :meth:`save` wrote. Raises :class:`AppError` ``feed.no_demo``."""
        try:
            with np.load(path, allow_pickle=False) as held:
                names = tuple(str(name) for name in held["names"])
                return cls(held["hourly"], held["noise"], held["is_state"], held["effects"], names)
        except (OSError, ValueError, KeyError) as error:
            raise AppError("feed.no_demo", path=str(path)) from error


def readings_at(day: DemoDay, script: tuple[Happening, ...], at_ms: Int64, channels: Int64 | None = None) -> Float64:
    """What instruments send at the instants *at_ms*; NaN where one is silent. Shape (instants, channels).

    Args:
        day: What they measure.
        script: What happens when.
        at_ms: UTC milliseconds, shape (instants,).
        channels: Which of them; None: all.
    """
    rows = np.arange(len(day.hourly)) if channels is None else channels
    hour = (at_ms + CITY_AHEAD_MS) % DAY_MS / 3_600_000.0
    value = _through_the_day(day.hourly[rows], hour)
    is_state = day.is_state[rows]
    mean = day.hourly[rows].mean(axis=1)
    # At weekends the city rises later and draws less; the swing of the day is smaller.
    is_weekend = ((at_ms + CITY_AHEAD_MS) // DAY_MS + 3) % 7 >= 5
    swing = np.where(is_weekend, 0.8, 1.0)[:, None]
    value = np.where(is_state, value, mean + (value - mean) * swing)
    for happening in script:
        value += _felt(happening, at_ms)[:, None] * _through_the_day(day.effects[happening.effect][rows], hour)
    # Warm and cold days are felt by all alike; what each instrument drifts by itself is small beside that.
    common = np.sin(2 * np.pi * at_ms[:, None] / (DAY_MS * 2.3))
    own = np.sin(2 * np.pi * (at_ms[:, None] / (DAY_MS * (2.3 + rows * 0.037)) + rows * 0.17))
    value += np.where(is_state, 0.0, day.noise[rows] * (1.4 * common + _OWN_DRIFT * own + _normal(rows, at_ms)))
    return _with_faults(day, rows, at_ms, np.where(is_state, np.rint(value), value))


def _through_the_day(hourly: Float64, hour: Float64) -> Float64:
    """Shape (instants, rows), between the hours in a straight line."""
    first = np.minimum(hour.astype(np.int64), HOURS - 2)
    share = (hour - first)[:, None]
    between: Float64 = hourly.T[first] * (1 - share) + hourly.T[first + 1] * share
    return between


def _felt(happening: Happening, at_ms: Int64) -> Float64:
    since = np.clip(at_ms - happening.from_ms, 0, None) / _RISE_MS
    over = np.clip(at_ms - happening.until_ms, 0, None) / _RISE_MS
    felt: Float64 = (1 - np.exp(-since)) * np.exp(-over)
    return felt


def _with_faults(day: DemoDay, rows: Int64, at_ms: Int64, value: Float64) -> Float64:
    noise = day.noise[rows]
    days = (at_ms // DAY_MS)[:, None]
    begins = np.floor(_even(rows, days, 3) * 22) * 3_600_000
    into = (at_ms % DAY_MS)[:, None] - begins
    is_stuck = (_even(rows, days, 2) < _STUCK) & (into >= 0) & (into < 2 * 3_600_000) & ~day.is_state[rows]
    rests = np.broadcast_to(day.hourly[rows].mean(axis=1), value.shape)
    value = np.where(is_stuck, rests, value)
    is_spike = (_even(rows, at_ms[:, None], 4) < _SPIKES) & ~day.is_state[rows]
    value = np.where(is_spike, value + 60 * noise, value)
    spans = (at_ms // _GAP_MS)[:, None]
    quiet_ms = (0.1 + 0.4 * _even(rows, spans, 6)) * _GAP_MS
    is_silent = (_even(rows, spans, 5) < _GAPS) & ((at_ms % _GAP_MS)[:, None] < quiet_ms)
    return np.where(is_silent, np.nan, value)


def _normal(rows: Int64, at_ms: Int64) -> Float64:
    """Noise near enough to normal: the sum of three even ones. Shape (instants, rows)."""
    when = at_ms[:, None]
    return (_even(rows, when, 7) + _even(rows, when, 8) + _even(rows, when, 9) - 1.5) * 2.0


def _even(rows: Int64, when: Int64, salt: int) -> Float64:
    """A number from 0 to 1 that follows from row and instant alone. Shape (instants, rows)."""
    mixed = when.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    salted = rows.astype(np.uint64) * np.uint64(0xD1342543DE82EF95) + np.uint64(salt * 0x2545F4914F6CDD1D % 2**64)
    mixed = mixed ^ salted
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    even: Float64 = (mixed ^ (mixed >> np.uint64(31))) / np.float64(2**64)
    return even
