"""What is wrong with instruments and lines, told to a person: nothing here changes a reading.

A unit that looks mistaken, clocks that go wrong, instruments that drift away from all others of their kind or spike,
names that nobody knows and messages that could not be read. The history is looked through a few channels at a time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from app.telemetry.channels import Channel, Channels
from app.telemetry.expectation import Basis, Known, suspicions
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.history import DAY_MS, History
from app.telemetry.live import NEVER_MS, Live
from app.telemetry.mistaken_units import NO_DOUBTS, UnitDoubts
from app.telemetry.quantities import Quantity, suspected_mistake, values_of
from app.telemetry.readings import NO_VALUE
from app.telemetry.recorder import Stranger
from app.telemetry.sites import Site
from app.telemetry.spikes import are_spikes
from network.columns import Float64, Int64

AT_ONCE_S: Final = 0.075
"""So long a question may look through the history; the next one goes on. Whoever asks for the present waits for it."""
RENEW_MS: Final = 3_600_000
"""So often each channel is looked at again."""
RENEW_NEW_MS: Final = 300_000
"""So often one of which too little is known yet."""
HOUR_MS: Final = 3_600_000
USUAL_DAYS: Final = 28
AHEAD_MS: Final = 10_000
"""House value: a clock that is farther ahead is told. Ours is right by a second or so."""
BEHIND_MS: Final = 180_000
"""House value: later than this readings come only from a clock that is behind, or over a line that holds them up."""
MOST_LATE: Final = 20
_LEAST: Final = 20
_ASIDE: Final = 0.15
_LEAST_ALIKE: Final = 6
_DRIFT_SPREADS: Final = 6.0
_SHOWN_BYTES: Final = 80
MOST_LETTERS: Final = 500
_NO_DRIFT: Final = frozenset({Quantity.STATE, Quantity.POWER_FEED, Quantity.FLOW, Quantity.POWER})


@dataclass(frozen=True)
class _Looked:
    """What the history says of one channel: at_ms when it was looked at; NaN and 0 where nothing is known.

    Attributes:
        skew_ms: How far its clock is ahead.
        ratio: By which its last hour is off from what was usual, within *low* and *high*.
        middle: Of its last hour.
        least, most: Nearly all that it sent back to four weeks lies between.
        change: Of its last day beside the weeks before.
        spikes: In its last hour.
    """

    at_ms: int
    skew_ms: float = float("nan")
    ratio: float = float("nan")
    middle: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    least: float = float("nan")
    most: float = float("nan")
    change: float = float("nan")
    spikes: int = 0


@dataclass
class LineCheck:
    """The state between questions.

    Attributes:
        history: Where readings are; read only.
        channels: What is measured.
        seen_to: When somebody last saw to an instrument, by the id of its channel, UTC milliseconds; what it read
            before is no measure of it.
        doubts: Units that look mistaken and what people said of them.
        sites: What the network says of places, by the id of the channel.
    """

    history: History
    channels: Channels
    seen_to: Mapping[str, int] = field(default_factory=dict)
    doubts: UnitDoubts = NO_DOUBTS
    sites: Mapping[str, Site] = field(default_factory=dict)
    _looked: dict[int, _Looked] = field(default_factory=dict)
    _next: int = 0

    def look(self, now_ms: int, at_once_s: float = AT_ONCE_S) -> int:
        """Look through some more channels; how many are known by now."""
        known, end_s = self.history.channels(), time.monotonic() + at_once_s
        for _ in range(len(self.channels)):
            row, self._next = self._next, (self._next + 1) % len(self.channels)
            before = self._looked.get(row)
            if before is not None and now_ms - before.at_ms < _good_for_ms(before):
                continue
            channel = self.channels.records[row]
            if channel.id in known:
                since_ms = max(seen.get(channel.id, NEVER_MS) for seen in (self.seen_to, self.doubts.seen_to))
                self._looked[row] = _looked(self.history, channel, *known[channel.id], now_ms, since_ms)
            else:
                self._looked[row] = _Looked(now_ms)
            if time.monotonic() >= end_s:
                break
        return len(self._looked)

    def forget(self, channel: str) -> None:
        """Somebody has seen to an instrument: it is looked at anew."""
        self._looked.pop(self.channels.position.get(channel, -1), None)

    def lasting(self) -> tuple[Finding, ...]:
        """What waits for somebody once it was found, by what is known by now: units and drifts."""
        return (*self._units(), *self._drifts())

    def findings(self, live: Live, lost: Iterable[str]) -> tuple[Finding, ...]:
        """What is known by now, by kind.

        Args:
            live: How many readings of each channel came late.
            lost: Devices that said good-bye.
        """
        found = [*self._units(), *self._clocks(), *self._drifts(), *self._spikes()]
        for row in np.flatnonzero(live.late >= MOST_LATE).tolist():
            where = self.channels.records[row].id
            found.append(Finding(FindingKind.LATE, where, row, {"count": float(live.late[row])}, NEVER_MS))
        found += [Finding(FindingKind.LOST, device, -1, {}, NEVER_MS) for device in lost]
        return tuple(found)

    def _units(self) -> Iterable[Finding]:
        """By what was usual for each, else by what may be expected of it."""
        known = {
            row: Known(one.middle, one.least, one.most)
            for row, one in self._looked.items()
            if np.isfinite(one.middle) and not np.isfinite(one.ratio)
        }
        expected = suspicions(self.channels, known, self.sites, lambda name: name in self.doubts.found)
        for row, one in sorted(self._looked.items()):
            where = self.channels.records[row].id
            if np.isfinite(one.ratio):
                ratio, low, high, basis = one.ratio, one.low, one.high, Basis.USUAL
            elif row in expected and not self.doubts.is_settled(where, expected[row].ratio):
                ratio, band = expected[row].ratio, expected[row].band
                low, high, basis = band.low, band.high, band.basis
            else:
                continue
            facts = {"ratio": ratio, "value": one.middle, "low": low, "high": high, "basis": basis.value}
            yield Finding(FindingKind.UNIT, where, row, facts, one.at_ms)

    def _clocks(self) -> Iterable[Finding]:
        """Of each transmitter, or instrument without one."""
        behind: dict[str, list[int]] = {}
        for row, one in sorted(self._looked.items()):
            if np.isfinite(one.skew_ms):
                where = self.channels.transmitters[row] or self.channels.records[row].id
                behind.setdefault(where, []).append(row)
        for where, rows in behind.items():
            skew_ms = float(np.median([self._looked[row].skew_ms for row in rows]))
            if skew_ms > AHEAD_MS or skew_ms < -BEHIND_MS:
                kind = FindingKind.CLOCK_AHEAD if skew_ms > 0 else FindingKind.CLOCK_BEHIND
                yield Finding(kind, where, rows[0], {"seconds": abs(skew_ms) / 1000.0}, self._looked[rows[0]].at_ms)

    def _drifts(self) -> Iterable[Finding]:
        """Who has moved otherwise than all others of the kind, since the weeks before."""
        alike: dict[Quantity, list[int]] = {}
        for row, one in sorted(self._looked.items()):
            channel = self.channels.records[row]
            quantity, is_doubted = channel.quantity, np.isfinite(one.ratio) or channel.id in self.doubts.found
            if quantity not in _NO_DRIFT and np.isfinite(one.change) and not is_doubted:
                alike.setdefault(quantity, []).append(row)
        for rows in alike.values():
            if len(rows) < _LEAST_ALIKE:
                continue
            changes = np.array([self._looked[row].change for row in rows])
            away = changes - np.median(changes)
            spread = float(np.median(np.abs(away))) * 1.4826
            for row, by in zip(rows, away.tolist(), strict=True):
                step = self.channels.records[row].step
                if abs(by) > max(_DRIFT_SPREADS * spread, 5 * step):
                    yield Finding(
                        FindingKind.DRIFT, self.channels.records[row].id, row, {"by": by}, self._looked[row].at_ms
                    )

    def _spikes(self) -> Iterable[Finding]:
        for row, one in sorted(self._looked.items()):
            if one.spikes:
                where = self.channels.records[row].id
                yield Finding(FindingKind.SPIKES, where, row, {"count": float(one.spikes)}, one.at_ms)


def _good_for_ms(one: _Looked) -> int:
    return RENEW_MS if np.isfinite(one.middle) else RENEW_NEW_MS


def _looked(history: History, channel: Channel, number: int, resolution: float, now_ms: int, since_ms: int) -> _Looked:
    """The last hour of a channel beside its last weeks, from *since_ms* on; of one that sends seldom some hours."""
    span_ms = max(HOUR_MS, round(1.2 * _LEAST * channel.interval_s * 1000))
    lately = history.readings(number, max(since_ms, now_ms - span_ms), now_ms + DAY_MS)
    skew_ms = float(np.median(lately.source_ms - lately.received_ms)) if len(lately) else float("nan")
    value = values_of(lately.count[lately.count != NO_VALUE], resolution)
    if len(value) < _LEAST:
        return _Looked(now_ms, skew_ms)
    before = history.minutes(number, max(since_ms, now_ms - USUAL_DAYS * DAY_MS), now_ms - DAY_MS)
    recent = history.minutes(number, max(since_ms, now_ms - DAY_MS), now_ms)
    usual, today = values_of(before.mean, resolution), values_of(recent.mean, resolution)
    least, most = np.percentile(np.concatenate([usual, today, value]), [2, 98]).tolist()
    found = _Looked(
        now_ms,
        skew_ms,
        middle=float(np.median(value)),
        least=least,
        most=most,
        spikes=_spikes_in(value, channel),
    )
    if len(usual) < _LEAST:
        return found
    low, high = np.percentile(usual, [2, 98]).tolist()
    # Small values come in coarse steps, and a day may lie a little beyond all others.
    ratio = suspected_mistake(value, (low * (1 - _ASIDE), high * (1 + _ASIDE)), _LEAST)
    return replace(
        found,
        ratio=float("nan") if ratio is None else ratio,
        low=low,
        high=high,
        change=_change(today, recent.start_ms, usual, before.start_ms),
    )


def _change(recent: Float64, recent_ms: Int64, usual: Float64, usual_ms: Int64) -> float:
    """By how much the last day lies above the same hours of the weeks before; NaN where too little is known."""
    hour, usual_hour = recent_ms // HOUR_MS % 24, usual_ms // HOUR_MS % 24
    changes = [
        np.median(recent[hour == at]) - np.median(usual[usual_hour == at])
        for at in range(24)
        if (hour == at).any() and (usual_hour == at).any()
    ]
    return float(np.median(changes)) if len(changes) >= 12 else float("nan")


def _spikes_in(value: Float64, channel: Channel) -> int:
    """Readings far from the one before and the one after, which agree."""
    if channel.quantity in {Quantity.STATE, Quantity.POWER_FEED}:
        return 0
    return int(are_spikes(value, channel.step).sum())


def strangers_told(strangers: Iterable[Stranger]) -> tuple[Finding, ...]:
    """Names that no channel goes by."""
    return tuple(
        Finding(
            FindingKind.STRANGER,
            one.feed,
            -1,
            {"name": one.name, "count": float(one.times), "value": one.value},
            one.last_ms,
        )
        for one in strangers
    )


def letters_told(letters: Sequence[tuple[str, int, str, bytes]]) -> tuple[Finding, ...]:
    """Messages that could not be read, by feed and reason: how many of the last, when last, and its first bytes."""
    found: dict[tuple[str, str], list[tuple[int, bytes]]] = {}
    for feed, at_ms, reason, body in letters:
        found.setdefault((feed, reason), []).append((at_ms, body))
    return tuple(
        Finding(
            FindingKind.DEAD_LETTER,
            feed,
            -1,
            {"count": float(len(held)), "reason": reason, "bytes": bytes_told(held[0][1])},
            held[0][0],
        )
        for (feed, reason), held in found.items()
    )


class Letters:
    """What is told of messages that could not be read; they are looked through only where another one has come."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._newest = 0
        self._told: tuple[Finding, ...] = ()

    def told(self) -> tuple[Finding, ...]:
        """As :func:`letters_told` of the last ``MOST_LETTERS``."""
        newest = self._history.newest_dead_letter()
        if newest != self._newest:
            self._told = letters_told(self._history.dead_letters(MOST_LETTERS))
            self._newest = newest
        return self._told


def bytes_told(body: bytes) -> str:
    """The first bytes of a message: as text where they are some, else in hexadecimal."""
    first = body[:_SHOWN_BYTES]
    more = "…" if len(body) > len(first) else ""
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        return first.hex(" ") + more
    return (text if text.isprintable() else first.hex(" ")) + more
