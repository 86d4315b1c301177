"""From messages to the history, the present state and the alarms; what the console's telemetry process does all day.

One call of :meth:`Recorder.take` is one turn: open what came, name its channels, judge each reading, write all of it
to the disk, and only then say which messages are safe. Nothing is dropped: what cannot be opened or named is kept as a
dead letter with its bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from app.feeds.inbox import Message
from app.telemetry.alarms import Alarms, Limits, Transition, tick
from app.telemetry.channels import Channels, transmitter
from app.telemetry.drifting import held_against, suspected
from app.telemetry.history import History
from app.telemetry.json_messages import DeviceState, DeviceWord, Opened, Sent, Sign, heard, silenced
from app.telemetry.live import NEVER_MS, Live, Standing, after, intrinsic, standing, values
from app.telemetry.machine_clock import Moment, by_the_clock
from app.telemetry.quantities import counts_of
from app.telemetry.readings import Readings, no_readings
from app.telemetry.setup_watch import moved
from network.columns import Bool, Float64, Int64

_LOG = logging.getLogger(__name__)

Device = tuple[str, str]
"""A transmitter: its feed, and what that calls it. Another feed may call another one so."""

Opener = Callable[[Message], Opened]
"""What reads the messages of one feed."""

MOST_STRANGERS: Final = 1000
"""Names that nobody knows are listed up to this number, so that a channel can be made of them."""
MOST_DEVICES: Final = 10_000
"""What others say of themselves is remembered of so many, lest somebody fill the memory with names."""
NO_CHANNEL: Final = "no_channel"


@dataclass(frozen=True)
class Stranger:
    """A name that no channel goes by.

    Attributes:
        feed, name: As it came.
        times: How often.
        last_ms: When last.
        value: Its last value, in whatever unit.
    """

    feed: str
    name: str
    times: int
    last_ms: int
    value: float


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a screen shows; arrays of shape (channels,) but for the alarms'.

    Attributes:
        at_ms: The instant.
        values: Last values in units inside, NaN where there is none.
        standings: :class:`app.telemetry.live.Standing`.
        quality: What is held against the last readings, bits of :class:`app.telemetry.readings.Quality`.
        live: The state behind them.
        alarms: Of shape (alarms,).
        transitions: What alarms did in this turn.
    """

    at_ms: int
    values: Float64
    standings: Int64
    quality: Int64
    live: Live
    alarms: Alarms
    transitions: tuple[Transition, ...]


@dataclass
class Recorder:
    """The state between turns. One thread uses it.

    Attributes:
        channels, limits: What is known of the city; exchanged by :meth:`watch`.
        history: Where it is written.
        openers: What reads the messages of each feed.
        drifting: Which channels are suspect until somebody has seen to their instruments. Shape (channels,).
    """

    channels: Channels
    limits: Limits
    history: History
    openers: Mapping[str, Opener]
    now_ms: int
    live: Live = field(init=False)
    alarms: Alarms = field(init=False)
    drifting: Bool = field(init=False)
    strangers: dict[tuple[str, str], Stranger] = field(default_factory=dict)
    devices: dict[Device, DeviceState] = field(default_factory=dict)
    _numbers: Int64 = field(init=False)
    _of_device: Mapping[str, list[int]] = field(init=False)
    _brought: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.live = Live.silent(len(self.channels))
        self.alarms = Alarms.quiet(len(self.limits), self.now_ms)
        self.drifting = np.zeros(len(self.channels), dtype=bool)
        numbers = self.history.numbers((one.id, one.step) for one in self.channels.records)
        self._numbers = np.array(numbers, dtype=np.int64)
        self._of_device = _by_device(self.channels)

    def take(self, messages: Iterable[Message], now_ms: int) -> Snapshot:
        """One turn: when it returns, everything in *messages* is on the disk."""
        readings = self._read(messages)
        if len(readings):
            judged = intrinsic(self.channels, readings)
            self.history.append(_numbered(judged, self._numbers))
            self.live = after(self.live, self.channels, judged)
        return self._told(now_ms)

    def take_at(self, messages: list[Message], moment: Moment) -> Snapshot:
        """One turn after a look at the clock, which somebody may have set while *messages* waited."""
        return self.take(by_the_clock(messages, moment), self.hears(moment))

    def _told(self, now_ms: int) -> Snapshot:
        # By a little, clocks go back without being set: time does not.
        self.now_ms = max(self.now_ms, now_ms)
        present = self._standing(self.now_ms)
        known = values(self.live, self.channels)
        self.alarms, transitions = tick(self.alarms, self.limits, known, present, self.now_ms)
        return Snapshot(self.now_ms, known, present, self._held(), self.live, self.alarms, transitions)

    def _held(self) -> Int64:
        return held_against(self.live.quality, self.drifting)

    def _standing(self, now_ms: int) -> Int64:
        """As by their readings; what stands behind a device that said good-bye is stale at once, not after a while."""
        present = suspected(standing(self.live, self.channels, now_ms), self.drifting)
        for feed, device in silenced(self.devices):
            rows = [row for row in self._of_device.get(device, ()) if self._comes_by(row, feed)]
            present[rows] = np.maximum(present[rows], int(Standing.STALE))
        return present

    def _comes_by(self, row: int, feed: str) -> bool:
        """Whether *feed* brought what a channel said last; where it said nothing yet, whether it may come that way."""
        if row in self._brought:
            return self._brought[row] == feed
        aliases = self.channels.records[row].aliases
        return not aliases or any(alias.feed == feed for alias in aliases)

    def standing_at(self, now_ms: int) -> Snapshot:
        """How everything stands at an instant; nothing is taken in, no alarm moves."""
        present, known = self._standing(now_ms), values(self.live, self.channels)
        return Snapshot(now_ms, known, present, self._held(), self.live, self.alarms, ())

    def _read(self, messages: Iterable[Message]) -> Readings:
        rows: list[tuple[int, int, int, float, int]] = []
        for message in messages:
            opened = self.openers[message.feed](message)
            for word in opened.words:
                self._hear(message, word)
            unnamed = [sent for sent in opened.sent if not self._row(message, sent, rows)]
            self._keep_dead(message, opened.refused, unnamed)
        if not rows:
            return no_readings()
        position, source, received, value, quality = (np.array(column) for column in zip(*rows, strict=True))
        counts = counts_of(value.astype(np.float64), self.channels.multiply[position], self.channels.step[position])
        return Readings(position, source, received, counts, quality)

    def _hear(self, message: Message, word: DeviceWord) -> None:
        device = (message.feed, word.device)
        if device not in self.devices and len(self.devices) >= MOST_DEVICES:
            return
        known = self.devices.get(device, DeviceState())
        self.devices[device] = heard(known, word, is_repeated=message.is_repeated)
        if word.sign is Sign.DEATH:
            # With a node go the devices behind it, until they are born again.
            for feed, name in [one for one in self.devices if one[1].startswith(f"{word.device}/")]:
                if feed == message.feed:
                    self.devices[feed, name] = DeviceState(is_alive=False)

    def _row(self, message: Message, sent: Sent, rows: list[tuple[int, int, int, float, int]]) -> bool:
        position = self.channels.named(message.feed, sent.name, sent.source_ms)
        if position is None:
            return False
        self._brought[position] = message.feed
        rows.append((position, sent.source_ms, message.received_ms, sent.value, sent.quality))
        return True

    def _keep_dead(self, message: Message, refused: Iterable[str], unnamed: Iterable[Sent]) -> None:
        reasons = dict.fromkeys(refused)
        for sent in unnamed:
            key = (message.feed, sent.name)
            held = self.strangers.get(key)
            if held is None and len(self.strangers) >= MOST_STRANGERS:
                reasons[NO_CHANNEL] = None
                continue
            times = 1 if held is None else held.times + 1
            self.strangers[key] = Stranger(*key, times, message.received_ms, sent.value)
            reasons[NO_CHANNEL] = None
        if reasons:
            self.history.keep_dead_letter(message.feed, message.received_ms, ",".join(reasons), message.body)

    def watch(self, limits: Limits) -> None:
        """Watch other limits from now on; alarms that stay keep their state."""
        was = {record.id: position for position, record in enumerate(self.limits.records)}
        ids = [record.id for record in limits.records]
        fresh = Alarms.quiet(len(limits), self.now_ms)
        columns = {
            name: moved(getattr(self.alarms, name), getattr(fresh, name), was, ids)
            for name in Alarms.__dataclass_fields__
        }
        self.limits, self.alarms = limits, Alarms(**columns)

    def measure(self, channels: Channels, limits: Limits, openers: Mapping[str, Opener]) -> None:
        """Take in other channels, and what feeds them, from now on; those that stay keep what came last.

        Raises:
            AppError: ``history.other_resolution``; nothing has changed then.
        """
        numbers = self.history.numbers((one.id, one.step) for one in channels.records)
        was, ids = self.channels.position, [one.id for one in channels.records]
        fresh = Live.silent(len(channels))
        columns = {
            name: moved(getattr(self.live, name), getattr(fresh, name), was, ids) for name in Live.__dataclass_fields__
        }
        self.drifting = moved(self.drifting, np.zeros(len(channels), dtype=bool), was, ids)
        self.live, self.channels = Live(**columns), channels
        self._numbers = np.array(numbers, dtype=np.int64)
        self._of_device = _by_device(channels)
        now_at = channels.position
        brought = {name: self._brought[at] for name, at in was.items() if at in self._brought}
        self._brought = {now_at[name]: feed for name, feed in brought.items() if name in now_at}
        # What is still in the box from a feed that is gone is read as it was sent.
        self.openers = {**self.openers, **openers}
        self.strangers.clear()
        self.watch(limits)

    def hears(self, moment: Moment) -> int:
        """The present, after a look at the clock, UTC milliseconds; everything goes on where somebody set it."""
        if moment.set_by_ms:
            _LOG.info("the machine's clock was set by %.1f s", moment.set_by_ms / 1000.0)
            self.clock_set(moment.set_by_ms)
        return moment.now_ms

    def clock_set(self, by_ms: int) -> None:
        """Somebody set our clock *by_ms* on: what has lasted for a while has lasted no longer and no shorter for that.

        Until when something is shelved was said by the clock, and stays.
        """
        now_ms = self.now_ms + by_ms
        self.live = replace(
            self.live,
            received_ms=_later(self.live.received_ms, by_ms),
            # What our own clock stamped before would keep out all that comes until it is there again.
            source_ms=np.minimum(self.live.source_ms, now_ms),
            rests_since_ms=np.minimum(self.live.rests_since_ms, now_ms),
        )
        self.alarms = replace(
            self.alarms,
            since_ms=_later(self.alarms.since_ms, by_ms),
            acknowledged_ms=_later(self.alarms.acknowledged_ms, by_ms),
            raised_ms=_later(self.alarms.raised_ms, by_ms),
        )
        self.now_ms = now_ms

    def lost_devices(self) -> tuple[str, ...]:
        """Devices that said good-bye, or whose count has a gap that no birth has closed since."""
        feeds: dict[str, set[str]] = {}
        for feed, device in self.devices:
            feeds.setdefault(device, set()).add(feed)
        return tuple(
            transmitter(feed, device, among=feeds[device])
            for (feed, device), state in sorted(self.devices.items())
            if not state.is_alive or state.is_doubtful
        )


def _later(moments_ms: Int64, by_ms: int) -> Int64:
    """*moments_ms*, those that have come, *by_ms* later."""
    return np.where(moments_ms == NEVER_MS, NEVER_MS, moments_ms + by_ms)


def _by_device(channels: Channels) -> dict[str, list[int]]:
    """Positions of the channels behind each transmitter, and behind the node (``GROUP/NODE``) that it is behind."""
    found: dict[str, list[int]] = {}
    for position, channel in enumerate(channels.records):
        parts = channel.device.split("/") if channel.device else []
        for end in range(1, len(parts) + 1):
            found.setdefault("/".join(parts[:end]), []).append(position)
    return found


def _numbered(readings: Readings, numbers: Int64) -> Readings:
    """By the history's numbers instead of positions."""
    return Readings(
        numbers[readings.channel], readings.source_ms, readings.received_ms, readings.count, readings.quality
    )
