"""Channels: what is measured where, under which names it has come, and within which limits it can be true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np

from app.errors import AppError
from app.telemetry.quantities import KEPT, Quantity, to_kept
from network.columns import Bool, Float64, Int64

ALWAYS_MS = 2**62


class Role(StrEnum):
    """What a figure is to its station, where its quantity does not say it."""

    NONE = ""
    INLET = "inlet"
    OUTLET = "outlet"
    CLEAR_WATER = "clear_water"
    """Level of a plant's clear-water tank (清水池)."""
    TANK = "tank"


@dataclass(frozen=True)
class Alias:
    """A name that a channel goes by in a feed, for a time: instruments are exchanged, addresses are given anew.

    Attributes:
        feed: Whose name it is.
        name: Topic, node, register or column.
        from_ms, until_ms: In force from, and up to without, by the instrument's time; UTC milliseconds.
    """

    feed: str
    name: str
    from_ms: int = 0
    until_ms: int = ALWAYS_MS


@dataclass(frozen=True)
class Channel:
    """One measured quantity at one place.

    Attributes:
        id: Stable; never given to another channel.
        name: For people.
        quantity, unit: What comes, in which unit. Inside it is kept in ``KEPT[quantity].unit``.
        interval_s: How often it is expected to come.
        resolution: Smallest step that is told apart, in the unit inside; 0: the quantity's.
        lowest, highest: Range of the instrument in the unit inside; None: the quantity's.
        stuck_after_s: After how long without the least change it is called stuck; 0: never (a state, a full tank).
        x_m, y_m: Place in the project's CRS; None where it is not known.
        elevation_m: Of the instrument; None where it is not known.
        pipe_id, station_id, dma_id: What it belongs to; "" where nothing is recorded.
        device: Instruments behind one transmitter share its clock.
        role: What it is to its station.
    """

    id: str
    name: str
    quantity: Quantity
    unit: str
    interval_s: float = 60.0
    resolution: float = 0.0
    lowest: float | None = None
    highest: float | None = None
    stuck_after_s: float = 0.0
    x_m: float | None = None
    y_m: float | None = None
    elevation_m: float | None = None
    pipe_id: str = ""
    station_id: str = ""
    dma_id: str = ""
    device: str = ""
    role: Role = Role.NONE
    aliases: Sequence[Alias] = field(default_factory=tuple)

    @property
    def feed(self) -> str:
        """The feed that it comes by last; "" where it goes by its id, in any feed."""
        return max(self.aliases, key=lambda alias: alias.from_ms).feed if self.aliases else ""

    @property
    def step(self) -> float:
        """The resolution in force, in the unit inside."""
        return self.resolution or KEPT[self.quantity].resolution

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest value that can be true, in the unit inside."""
        kept = KEPT[self.quantity]
        lowest = kept.lowest if self.lowest is None else self.lowest
        highest = kept.highest if self.highest is None else self.highest
        return lowest, highest


@dataclass(frozen=True, eq=False)
class Channels:
    """All channels of a city, as records and as columns; position is the place in ``records``.

    Args:
        records: The channels; ids are unique.

    Raises:
        AppError: ``telemetry.channel_twice``, ``telemetry.alias_twice`` (two channels by one name at one time),
            ``telemetry.unknown_unit``, ``telemetry.bad_limits``.
    """

    records: tuple[Channel, ...]

    def __post_init__(self) -> None:
        ids = [channel.id for channel in self.records]
        for again in _repeated(ids):
            raise AppError("telemetry.channel_twice", channel=again)
        for channel in self.records:
            lowest, highest = channel.span
            if not lowest < highest or channel.step <= 0 or channel.interval_s <= 0:
                raise AppError("telemetry.bad_limits", channel=channel.id)
        _refuse_shared_names(self.records)
        assert len(self.multiply) == len(self.records)

    def __getstate__(self) -> dict[str, object]:
        """The records alone: another thread may be working columns out while these go to another process."""
        return {"records": self.records}

    def __len__(self) -> int:
        return len(self.records)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position by id."""
        return {channel.id: position for position, channel in enumerate(self.records)}

    @cached_property
    def multiply(self) -> Float64:
        """Shape (n,): from the unit sent to the unit inside."""
        return np.array([to_kept(channel.quantity, channel.unit) for channel in self.records], dtype=np.float64)

    @cached_property
    def step(self) -> Float64:
        """Shape (n,): resolutions, in the unit inside."""
        return np.array([channel.step for channel in self.records], dtype=np.float64)

    @cached_property
    def lowest(self) -> Float64:
        """Shape (n,), in the unit inside."""
        return np.array([channel.span[0] for channel in self.records], dtype=np.float64)

    @cached_property
    def highest(self) -> Float64:
        """Shape (n,), in the unit inside."""
        return np.array([channel.span[1] for channel in self.records], dtype=np.float64)

    @cached_property
    def interval_ms(self) -> Int64:
        """Shape (n,): time between expected readings."""
        return np.array([round(channel.interval_s * 1000) for channel in self.records], dtype=np.int64)

    @cached_property
    def stuck_after_ms(self) -> Int64:
        """Shape (n,): 0 where resting is no fault."""
        return np.array([round(channel.stuck_after_s * 1000) for channel in self.records], dtype=np.int64)

    @cached_property
    def steepest(self) -> Float64:
        """Shape (n,): change a second beyond which a reading is steep, in the unit inside."""
        return np.array([KEPT[channel.quantity].per_second for channel in self.records], dtype=np.float64)

    @cached_property
    def can_leap(self) -> Bool:
        """Shape (n,): whether a value far from its neighbours may be no true one; a state is this or that."""
        states = {Quantity.STATE, Quantity.POWER_FEED}
        return np.array([channel.quantity not in states for channel in self.records], dtype=bool)

    @cached_property
    def transmitters(self) -> tuple[str, ...]:
        """The transmitter that each stands behind, "" for none; with its feed where two feeds call theirs alike."""
        feeds: dict[str, set[str]] = {}
        for channel in self.records:
            feeds.setdefault(channel.device, set()).update({channel.feed} - {""})
        return tuple(
            transmitter(one.feed, one.device, among=feeds[one.device]) if one.device else "" for one in self.records
        )

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[tuple[Alias, int]]]:
        found: dict[tuple[str, str], list[tuple[Alias, int]]] = {}
        for position, channel in enumerate(self.records):
            for alias in channel.aliases:
                found.setdefault((alias.feed, alias.name), []).append((alias, position))
        return found

    def named(self, feed: str, name: str, at_ms: int) -> int | None:
        """Position of the channel that *feed* calls *name* at an instant; its id serves as a name in every feed."""
        for alias, position in self._by_name.get((feed, name), ()):
            if alias.from_ms <= at_ms < alias.until_ms:
                return position
        return self.position.get(name)


def transmitter(feed: str, device: str, *, among: Collection[str]) -> str:
    """What the transmitter *device* of *feed* is called where the feeds *among* have one of that name."""
    return f"{feed} · {device}" if feed and len(among) > 1 else device


def _repeated(ids: Iterable[str]) -> list[str]:
    return [each for each, times in Counter(ids).items() if times > 1]


def _refuse_shared_names(records: Sequence[Channel]) -> None:
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for channel in records:
        for alias in channel.aliases:
            taken = spans.setdefault((alias.feed, alias.name), [])
            if any(alias.from_ms < until and start < alias.until_ms for start, until in taken):
                raise AppError("telemetry.alias_twice", name=alias.name, feed=alias.feed)
            taken.append((alias.from_ms, alias.until_ms))
