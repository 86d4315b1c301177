"""What an instrument may be expected to read before anybody knows what is usual for it, to tell a mistaken unit by.

By the range that the set-up states, by how far water can rise or flow at its place, and by what instruments around it
read. Each is wide: a unit that is mistaken is off by ten times and more. Something is told only where all that is known
of an instrument lies outside, so that an hour without pressure is no unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from app.telemetry.channels import Channel, Channels, Role
from app.telemetry.quantities import KEPT, MISTAKES, Quantity
from app.telemetry.sites import Site
from network.columns import Float64

_LEAST_AROUND: Final = 3
_TIMES: Final = 2.5
"""House value: so many times what neighbours let expect may be true."""
_SPREAD_M: Final = 20.0
"""House value: heads of one area may differ by so much."""
_SPREADS: Final = 6.0
_TO_SPREAD: Final = 1.4826
_LEAST_HEAD_M: Final = 3.0
"""Where neighbours let expect less, nothing is said."""
_BEYOND: Final = 1.15
_BEYOND_M: Final = 10.0
"""House values: pumps run out of their usual point, and heads are recorded roughly."""
_USUAL_SHARE: Final = 0.6
_TOO_LITTLE: Final = 0.12
"""House value: where instruments read less than this part of what sources could bring, the middle one of an area, it is
not the water that is low."""
_LEAST_OF_MOST: Final = 1.0 / 400.0
_USUAL_OF_ALL: Final = 1.0 / 15.0
_ANY: Final = frozenset({Quantity.STATE, Quantity.POWER_FEED, Quantity.POWER})
"""Of these any value may be meant."""
_ALIKE: Final = {
    Quantity.TEMPERATURE: (12.0, 12.0),
    Quantity.ACIDITY: (2.5, 2.5),
    Quantity.CHLORINE: (np.inf, 4.0),
}
"""By how much an instrument may read less and more than the middle of all others of its quantity: °C, pH, mg/L."""


class Basis(StrEnum):
    """What a reading is compared with."""

    USUAL = "usual"
    RANGE = "range"
    KIND = "kind"
    NETWORK = "network"
    AROUND = "around"


@dataclass(frozen=True)
class Known:
    """What one channel has sent, in the unit inside.

    Attributes:
        middle: Of the last hour.
        low, high: Of nearly all that counts, back to four weeks.
    """

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Band:
    """Where readings are expected, in the unit inside.

    Attributes:
        low: 0 where no reading is too small.
        likely: What is expected most; of several ratios that would do, the one that comes nearest to it is told.
    """

    low: float
    high: float
    likely: float
    basis: Basis

    def excludes(self, known: Known) -> bool:
        """Whether all that is known of an instrument lies on one side of it."""
        return known.low > self.high or (known.high < self.low and known.middle > 0.0)


@dataclass(frozen=True)
class Suspicion:
    """Readings are *ratio* times what lies within *band*."""

    ratio: float
    band: Band


def suspicions(
    channels: Channels, known: Mapping[int, Known], sites: Mapping[str, Site], doubted: Callable[[str], bool]
) -> dict[int, Suspicion]:
    """Units that look mistaken, by position.

    Args:
        channels: What is measured.
        known: What each has sent so far, by position; those of whom too little is known are left out.
        sites: What the network says of places, by the id of the channel.
        doubted: Whether a channel's unit is in doubt already: it is no measure of others.
    """
    alone = {row: _own_bands(channels.records[row], sites) for row in known}
    # A whole feed may be mistaken: what cannot be at its own place is no neighbour to go by either.
    sound = {
        row: one
        for row, one in known.items()
        if not doubted(channels.records[row].id) and not any(band.excludes(one) for band in alone[row])
    }
    around = _Around(channels, sound, sites)
    found = {}
    for row, one in known.items():
        beside = around.band(row)
        suspicion = _suspicion(one, alone[row], beside)
        if suspicion is not None:
            found[row] = suspicion
    return found


def _own_bands(channel: Channel, sites: Mapping[str, Site]) -> tuple[Band, ...]:
    """What set-up and network say of it, whatever others read; what says the most stands last."""
    found = []
    if channel.highest is not None and channel.highest > 0.0:
        lowest = max(0.0, channel.lowest or 0.0)
        found.append(Band(lowest, channel.highest, lowest + (channel.highest - lowest) / 3.0, Basis.RANGE))
    elif channel.quantity not in _ANY:
        kept = KEPT[channel.quantity]
        found.append(Band(0.0, kept.highest, kept.highest * _USUAL_OF_ALL, Basis.KIND))
    site = sites.get(channel.id)
    if site is not None and site.most is not None and site.most > 0.0:
        if channel.quantity is Quantity.PRESSURE:
            found.append(Band(0.0, _most_m(site.most), site.most * _USUAL_SHARE, Basis.NETWORK))
        elif channel.quantity is Quantity.FLOW:
            found.append(Band(0.0, site.most, site.most / 6.0, Basis.NETWORK))
    return tuple(found)


def _most_m(head_m: float) -> float:
    return _BEYOND * head_m + _BEYOND_M


@dataclass(frozen=True, eq=False)
class _Group:
    """Sound instruments that may be compared: thousands may be, so what each is compared with is made once.

    Attributes:
        levels: Shape (n,), ascending: heads of pressures where heights are known, else what is read.
        spread: How far they stray from their middle one.
        share: Part of what sources could bring that the middle one reads; NaN where too few know that.
    """

    levels: Float64
    spread: float
    share: float

    @classmethod
    def of(cls, levels: Sequence[float], shares: Sequence[float]) -> _Group:
        """Of what is known of each."""
        ordered = np.sort(np.array(levels, dtype=np.float64))
        spread = float(np.median(np.abs(ordered - np.median(ordered)))) * _TO_SPREAD
        return cls(ordered, spread, float(np.median(shares)) if len(shares) > _LEAST_AROUND else float("nan"))

    def middle_of_others(self, own: float | None) -> float | None:
        """The middle one without *own*, which is one of them where it is given; None of too few."""
        count = len(self.levels) - (own is not None)
        if count < _LEAST_AROUND:
            return None
        at = len(self.levels) if own is None else int(np.searchsorted(self.levels, own))
        low, high = ((count - 1) // 2, count // 2)
        return float(self.levels[low + (low >= at)] + self.levels[high + (high >= at)]) / 2.0


class _Around:
    """What instruments around another one let expect."""

    def __init__(self, channels: Channels, sound: Mapping[int, Known], sites: Mapping[str, Site]) -> None:
        self._channels, self._sound, self._sites = channels, sound, sites
        levels: dict[tuple[Quantity, str], list[float]] = {}
        shares: dict[tuple[Quantity, str], list[float]] = {}
        for row, known in sound.items():
            key, site = self._key(row), self._site(row)
            levels.setdefault(key, []).append(known.middle + self._height_m(row))
            if site is not None and site.most and key[0] is Quantity.PRESSURE:
                shares.setdefault(key, []).append(known.middle / site.most)
        self._groups = {key: _Group.of(found, shares.get(key, ())) for key, found in levels.items()}

    def _key(self, row: int) -> tuple[Quantity, str]:
        """Those that may be compared: pressures of one area or DMA, else all of a quantity."""
        channel, site = self._channels.records[row], self._site(row)
        if channel.quantity is not Quantity.PRESSURE:
            return channel.quantity, ""
        if site is None and channel.role is Role.OUTLET:
            # Held up by pumps of its own, for all that is known.
            return channel.quantity, f"alone {channel.id}"
        if self._has_height(site):
            return channel.quantity, f"area {site.area if site is not None else ''}"
        return channel.quantity, f"dma {channel.dma_id}" if channel.dma_id else f"alone {channel.id}"

    @staticmethod
    def _has_height(site: Site | None) -> bool:
        return site is not None and bool(site.area) and site.elevation_m is not None

    def _site(self, row: int) -> Site | None:
        return self._sites.get(self._channels.records[row].id)

    def _height_m(self, row: int) -> float:
        """Of pressures that are compared by their heads; 0 for all else."""
        site = self._site(row)
        if site is None or site.elevation_m is None or not self._has_height(site):
            return 0.0
        return site.elevation_m if self._channels.records[row].quantity is Quantity.PRESSURE else 0.0

    def band(self, row: int) -> Band | None:
        """Where the instrument at *row* is expected; None where too few are around it."""
        key = self._key(row)
        group = self._groups.get(key)
        if group is None:
            return None
        own = self._sound.get(row)
        middle = group.middle_of_others(None if own is None else own.middle + self._height_m(row))
        if middle is None:
            return None
        if key[0] is Quantity.PRESSURE:
            return self._least_of_all(row, group) or self._of_heads(row, group, middle)
        if key[0] not in _ALIKE:
            return None
        less, more = _ALIKE[key[0]]
        return Band(max(0.0, middle - less), middle + more, middle, Basis.AROUND)

    def _least_of_all(self, row: int, group: _Group) -> Band | None:
        """What it should read at least where all of its area read next to nothing, as if all had one wrong unit."""
        site = self._site(row)
        if site is None or not site.most or not group.share < _TOO_LITTLE:
            return None
        return Band(_TOO_LITTLE * site.most, _most_m(site.most), _USUAL_SHARE * site.most, Basis.NETWORK)

    def _of_heads(self, row: int, group: _Group, middle_m: float) -> Band | None:
        expected_m = middle_m - self._height_m(row)
        if expected_m < _LEAST_HEAD_M:
            return None
        either_way_m = max(_SPREAD_M, _SPREADS * group.spread)
        low_m = min(expected_m / _TIMES, expected_m - either_way_m)
        high_m = max(expected_m * _TIMES, expected_m + either_way_m)
        return Band(max(0.0, low_m), high_m, expected_m, Basis.AROUND)


def _suspicion(known: Known, alone: tuple[Band, ...], beside: Band | None) -> Suspicion | None:
    """The ratio that brings all that is known into what is expected; None where nothing is beyond it, or none does."""
    bands = alone if beside is None else (*alone, beside)
    # What cannot be at all says more than what others read.
    surest = (*reversed(alone), *bands[len(alone) :])
    beyond = next((band for band in surest if band.excludes(known)), None)
    if beyond is None or known.middle <= 0.0:
        return None
    high = min(band.high for band in bands)
    low = max(*(band.low for band in bands), high * _LEAST_OF_MOST)
    if low >= high:
        return None
    likely = bands[-1].likely
    ratios = [ratio for each in MISTAKES for ratio in (each, 1.0 / each)]
    fitting = [ratio for ratio in ratios if low <= known.middle / ratio <= high]
    if not fitting:
        return None
    return Suspicion(min(fitting, key=lambda ratio: abs(np.log(known.middle / ratio / likely))), beyond)
