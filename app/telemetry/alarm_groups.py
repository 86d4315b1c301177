"""Alarms that belong together, and which of them came first: by what explains them, by device, station and zone.

A pump's trip stands over the low pressures that it explains and over the other alarms of its station; instruments that
fall silent together stand under their transmitter; the rest under its station, or the zone that it measures. First is
the alarm whose condition began first since the group was last at rest, whatever delays its limits have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarms import NOBODY, Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from network.columns import Bool, Int64


class GroupKind(StrEnum):
    """What alarms have in common."""

    CAUSE = "cause"
    DEVICE = "device"
    STATION = "station"
    ZONE = "zone"


@dataclass(frozen=True)
class GroupKey:
    """A group's name.

    Attributes:
        name: Id of the alarm that explains the others, of the device, the station or the DMA.
    """

    kind: GroupKind
    name: str


@dataclass(frozen=True)
class FirstOut:
    """The alarm that came first: its position, and when its condition began, UTC milliseconds."""

    alarm: int
    began_ms: int


@dataclass(frozen=True)
class Group:
    """Alarms that belong together.

    Attributes:
        alarms: Positions of those that are listed, ascending; two at least.
        first: Of all that stood since the group was last at rest; it may be over by now.
    """

    key: GroupKey
    alarms: tuple[int, ...]
    first: FirstOut


def groups_of(
    channels: Channels, limits: Limits, listed: Bool, cause: Int64, raised_ms: Int64, events: Sequence[AlarmEvent]
) -> list[Group]:
    """Groups of two alarms and more among those *listed*.

    Args:
        channels: What is measured where.
        limits: What is watched.
        listed: Shape (alarms,), which a list shows.
        cause: Shape (alarms,), position of the alarm that each comes from, or ``NOBODY``;
            :attr:`app.telemetry.alarms.Causes.head`.
        raised_ms: Shape (alarms,), when those listed were raised.
        events: What became of alarms of late, the oldest first.
    """
    keys = _Keys(channels, limits, cause)
    members: dict[GroupKey, list[int]] = {}
    for at in np.flatnonzero(listed).tolist():
        key = keys.of(at)
        if key is not None:
            members.setdefault(key, []).append(at)
    found = {key: alarms for key, alarms in members.items() if len(alarms) > 1}
    grouped = [at for alarms in found.values() for at in alarms]
    firsts = _firsts(keys, limits, _with_earlier(limits, grouped, raised_ms, events))
    return [Group(key, tuple(alarms), firsts[key]) for key, alarms in found.items()]


class _Keys:
    """The group of each alarm, worked out for those that are asked for."""

    def __init__(self, channels: Channels, limits: Limits, cause: Int64) -> None:
        self._channels, self._limits = channels, limits
        rows = np.flatnonzero(cause != NOBODY)
        self._causes = dict(zip(rows.tolist(), cause[rows].tolist(), strict=True))
        self._causes |= {root: root for root in cause[rows].tolist()}
        stations = {self._channel(at).station_id: at for at in set(self._causes.values())}
        self._of_station = {station: at for station, at in stations.items() if station}

    def of(self, at: int) -> GroupKey | None:
        """None where nothing is known that it has in common with others."""
        row = self._limits.records[at].channel
        channel = self._channels.records[row]
        cause = self._causes.get(at, self._of_station.get(channel.station_id))
        if cause is not None:
            return GroupKey(GroupKind.CAUSE, self._limits.records[cause].id)
        if self._limits.records[at].side is Side.SILENT and channel.device:
            return GroupKey(GroupKind.DEVICE, self._channels.transmitters[row])
        if channel.station_id:
            return GroupKey(GroupKind.STATION, channel.station_id)
        return GroupKey(GroupKind.ZONE, channel.dma_id) if channel.dma_id else None

    def _channel(self, at: int) -> Channel:
        return self._channels.records[self._limits.records[at].channel]


def _with_earlier(
    limits: Limits, grouped: Iterable[int], raised_ms: Int64, events: Sequence[AlarmEvent]
) -> list[AlarmEvent]:
    """*events*, and before them the raising of alarms that have stood for longer than they reach back."""
    told = {(event.alarm, event.at_ms) for event in events if event.what is Deed.RAISED}
    raisings = (AlarmEvent(int(raised_ms[at]), limits.records[at].id, Deed.RAISED) for at in grouped)
    earlier = [one for one in raisings if (one.alarm, one.at_ms) not in told]
    return sorted((*earlier, *events), key=lambda event: event.at_ms)


def _firsts(keys: _Keys, limits: Limits, events: Iterable[AlarmEvent]) -> dict[GroupKey, FirstOut]:
    """The alarm that came first since each group was last at rest."""
    rows = {record.id: at for at, record in enumerate(limits.records)}
    standing: dict[GroupKey, set[int]] = {}
    firsts: dict[GroupKey, FirstOut] = {}
    for event in events:
        at = rows.get(event.alarm)
        key = None if at is None else keys.of(at)
        if at is None or key is None:
            continue
        held = standing.setdefault(key, set())
        if event.what is Deed.RAISED:
            one = FirstOut(at, began_ms(limits.records[at], event.at_ms))
            if not held or one.began_ms < firsts[key].began_ms:
                firsts[key] = one
            held.add(at)
        elif event.what is Deed.CLEARED:
            held.discard(at)
    return firsts


def began_ms(limit: Limit, raised_ms: int) -> int:
    """When the condition of an alarm that was raised at *raised_ms* began."""
    return raised_ms - limit.on_delay_ms
