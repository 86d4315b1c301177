"""The history of readings, in two phases: ``history.sqlite`` of a workspace, or tables of a server.

What arrives is written as it comes, a row a batch, and is on the disk when :meth:`History.append` returns. Later
:meth:`History.compact` sorts closed stretches of some minutes into the hours of their channels, and closed days into
one row a channel with its minutes. What comes late is a batch like any other and is put where it belongs at the next
compaction; readers see it at once. Readers hold in memory what no hour has yet: stretches are short so that this is
little, however many readings come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from app.telemetry.chunks import HOUR_MS, packed, unpacked
from app.telemetry.history_file import FileStore
from app.telemetry.history_rows import BITS, LOWEST, Rows, Store
from app.telemetry.parcels import Sorter, packed_batch, unpacked_batch
from app.telemetry.pyramid import (
    MINUTE_MS,
    Minutes,
    joined_minutes,
    minutes_of,
    packed_minutes,
    unpacked_minutes,
)
from app.telemetry.readings import Readings, joined, settled
from app.telemetry.tail import Tail
from network.columns import Int64

DAY_MS: Final = 24 * HOUR_MS
STRETCH_MS: Final = 5 * 60_000
"""So much of time is put by channel at once; an hour's row grows by it."""
OPEN_FOR_MS: Final = 2 * 60_000
"""How long after its end a stretch is left open for stragglers; what comes later costs its channel's hour once more."""
_DAY_OPEN_FOR_MS: Final = 10 * 60_000
_LATELY_H: Final = 48
"""What is put in order of these hours is nothing that anybody puts away; see :meth:`History.generation`."""

_ROWS_AT_ONCE: Final = 10_000_000
"""Readings that compaction holds in memory, packed: some 30 MiB."""
_READ_AT_ONCE: Final = 50_000
_A_BATCH: Final = 500
"""To read a batch costs as much as so many readings more."""
_WRITTEN_AT_ONCE: Final = 12_000
"""Readings that one transaction of it writes: some 10 ms, for which whoever appends waits."""
_DROPPED_AT_ONCE: Final = 100
_TAKEN_IN_AGAIN: Final = 100_000
"""Readings that a reader takes in again after a compaction, so that it holds no others: some 50 ms. Where more are left
it keeps them, and what they were laid together with."""
_NEWEST: Final = 2**62
"""No batch has so high a number."""


@dataclass(frozen=True)
class Compacted:
    """What a compaction did."""

    batches: int
    hours: int
    days: int


class History:
    """An open history. Not shared between threads; one process writes, others may read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = Rows(store)
        self._tail = Tail()
        self._first = self._seen = 0
        self._closed_days = -1
        """Days before this one have no hours left; -1 where that is to be looked for."""

    @classmethod
    def create(cls, path: Path) -> History:
        """Make an empty history at *path*. Raises :class:`AppError` ``history.exists``."""
        return cls(FileStore.create(path))

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> History:
        """Open the history at *path*, changing nothing.

        Raises:
            AppError: ``history.not_a_history``, ``history.newer_schema``.
            GisError: ``store.missing``, ``store.damaged`` and the like.
        """
        return cls(FileStore.open(path, readonly=readonly))

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    # Channels

    def channel(self, channel_id: str, resolution: float) -> int:
        """Number of the channel *channel_id*, given to it at the first call.

        Raises:
            AppError: ``history.other_resolution``: counts written so far mean multiples of another resolution.
        """
        with self._store.transaction():
            known = self._rows.channel(channel_id)
            if known is None:
                return self._rows.add_channel(channel_id, resolution)
        if known[1] != resolution:
            raise AppError("history.other_resolution", channel=channel_id, kept=known[1], wanted=resolution)
        return known[0]

    def numbers(self, wanted: Iterable[tuple[str, float]]) -> list[int]:
        """As :meth:`channel` for each id with its resolution, all or none: thousands cost one write to the disk."""
        found = []
        with self._store.transaction():
            kept = self._rows.channels()
            for channel_id, resolution in wanted:
                known = kept.get(channel_id)
                if known is None:
                    known = kept[channel_id] = (self._rows.add_channel(channel_id, resolution), resolution)
                if known[1] != resolution:
                    raise AppError("history.other_resolution", channel=channel_id, kept=known[1], wanted=resolution)
                found.append(known[0])
        return found

    def channels(self) -> dict[str, tuple[int, float]]:
        """Number and resolution of every channel by its id."""
        with self._store.reading():
            return self._rows.channels()

    # Writing

    def append(self, readings: Readings) -> None:
        """Write a batch; when this returns it is on the disk."""
        if len(readings) == 0:
            return
        body = packed_batch(readings)
        with self._store.transaction():
            self._rows.add_batch(len(readings), body)

    def keep_dead_letter(self, feed: str, received_ms: int, reason: str, body: bytes) -> None:
        """Keep a message that nothing could be made of, with its bytes."""
        with self._store.transaction():
            self._rows.keep_dead_letter(feed, received_ms, reason, body)

    def dead_letters(self, limit: int = 100) -> list[tuple[str, int, str, bytes]]:
        """The last messages that nothing could be made of: feed, time of arrival, reason, bytes."""
        with self._store.reading():
            return self._rows.dead_letters(limit)

    def newest_dead_letter(self) -> int:
        """Number of the last of them; 0 where there is none."""
        with self._store.reading():
            return self._rows.newest_dead_letter()

    def compact(self, now_ms: int) -> Compacted:
        """Put stretches that ended ``OPEN_FOR_MS`` ago into their channels' hours, and days likewise into one row each.

        What was cut off is done again by the next call.
        """
        done = list(self.compaction(now_ms))
        return Compacted(*(sum(getattr(one, name) for one in done) for name in Compacted.__dataclass_fields__))

    def compaction(self, now_ms: int) -> Iterator[Compacted]:
        """The same step by step, so that batches can be appended in between; each step lands whole or not at all.

        Readings are in their hours before their batches go, and settle to the same where they are in both. Where
        somebody else put the history in order between two steps, the rest is left to the next compaction.
        """
        end_ms, old = stretches(now_ms) * STRETCH_MS, now_ms // HOUR_MS - _LATELY_H
        # What stays open is written anew behind *end*, and so is not taken up again.
        with self._store.reading():
            sizes = self._rows.batch_sizes(0, self._rows.last_batch())
        for some in _runs(sizes, _ROWS_AT_ONCE):
            yield from self._sort_in(some, end_ms, old)
        day_end = (now_ms - _DAY_OPEN_FOR_MS) // DAY_MS
        if day_end != self._closed_days:
            yield from self._close_days(day_end, old)
            self._closed_days = day_end

    def _sort_in(self, sizes: list[tuple[int, int]], end_ms: int, old: int) -> Iterator[Compacted]:
        """Put what of some batches lies before *end_ms* into its hours, or days where they are closed.

        The batches go when all is written, the oldest last: until then they are done again after a cut. What of them
        stays open goes back into as few batches as it can.

        Args:
            sizes: Numbers and readings of the batches, as they came.
            end_ms: End of the stretches that are closed.
            old: Hours before this one count as old, since 1970.
        """
        with self._store.reading():
            channels = max((number for number, _ in self._rows.channels().values()), default=0)
        sorter = Sorter(end_ms, sum(rows for _, rows in sizes), channels)
        for some in _runs(sizes, _READ_AT_ONCE):
            with self._store.reading():
                batches = list(self._rows.batches(some[0][0] - 1, some[-1][0]))
            for key, body in batches:
                sorter.add(key, unpacked_batch(body))
            yield Compacted(0, 0, 0)
        if sorter.has_closed:
            yield from self._write_hours(sorter, old)
            yield from self._let_go(sorter)

    def _write_hours(self, sorter: Sorter, old: int) -> Iterator[Compacted]:
        """Put what is closed into its hours for as long as nobody else has: the oldest batch is there until then."""
        first = sorter.taken[0]
        for group in sorter.closed():
            waiting = _by_key(settled(group), HOUR_MS)
            part = next(waiting, None)
            while part is not None:
                hours = written = 0
                touches_old = False
                with self._store.transaction():
                    if not self._rows.has_batch(first):
                        return
                    while part is not None and written < _WRITTEN_AT_ONCE:
                        written += self._merge(*part)
                        hours += 1
                        touches_old = touches_old or part[0] & LOWEST < old
                        part = next(waiting, None)
                    if touches_old:
                        self._rows.count_generation()
                yield Compacted(0, hours, 0)

    def _let_go(self, sorter: Sorter) -> Iterator[Compacted]:
        """Drop the batches that are in their hours, behind what of them stays open."""
        first = sorter.taken[0]
        with self._store.transaction():
            if not self._rows.has_batch(first):
                return
            for rows, body in sorter.still_open():
                self._rows.add_batch(rows, body)
        # From the newest on: readers begin anew when the oldest goes, and that is to happen once.
        for end in range(len(sorter.taken), 0, -_DROPPED_AT_ONCE):
            some = sorter.taken[max(0, end - _DROPPED_AT_ONCE) : end]
            with self._store.transaction():
                if not self._rows.has_batch(first):
                    return
                for key in some:
                    self._rows.drop_batches(key, key)
            yield Compacted(len(some), 0, 0)

    def _merge(self, key: int, part: Readings) -> int:
        """Add one channel's part of an hour to what is there of it, where its day is closed to the day.

        Returns:
            How many readings were written for it.
        """
        channel, hour = key >> BITS, key & LOWEST
        day_key = channel << BITS | hour // 24
        closed_day = self._rows.days(day_key, day_key)
        if closed_day:
            day = settled(joined([_of_day(*closed_day[0]), part]))
            self._write_day(day_key, day)
            return len(day)
        known = self._rows.hours(key, key)
        if known:
            part = settled(joined([_of_hour(*known[0]), part]))
        self._rows.put_hour(key, packed(part, hour * HOUR_MS))
        if hour // 24 < self._closed_days:
            self._closed_days = -1
        return len(part)

    def _close_days(self, day_end: int, old: int) -> Iterator[Compacted]:
        """Gather the hours of days before *day_end* into one row a channel and day; *old* as in :meth:`_sort_in`."""
        with self._store.reading():
            keys = self._rows.hour_keys(day_end * 24)
        days: dict[int, list[int]] = {}
        for key in keys:
            days.setdefault(key >> BITS << BITS | (key & LOWEST) // 24, []).append(key)
        waiting = iter(days.items())
        day = next(waiting, None)
        while day is not None:
            closed = written = 0
            touches_old = False
            with self._store.transaction():
                while day is not None and written < _WRITTEN_AT_ONCE:
                    written += self._close_day(*day)
                    closed += 1
                    touches_old = touches_old or (day[0] & LOWEST) * 24 < old
                    day = next(waiting, None)
                if touches_old:
                    self._rows.count_generation()
            yield Compacted(0, 0, closed)

    def _close_day(self, day_key: int, hours: list[int]) -> int:
        """How many readings were written for it."""
        parts = [_of_hour(key, body) for key, body in self._rows.hours(hours[0], hours[-1])]
        if not parts:
            # Somebody else closed the day after its hours were listed.
            return 0
        closed_day = self._rows.days(day_key, day_key)
        if closed_day:
            parts = [settled(joined([_of_day(*closed_day[0]), *parts]))]
        day = joined(parts)
        self._write_day(day_key, day)
        self._rows.drop_hours(hours[0], hours[-1])
        return len(day)

    def _write_day(self, day_key: int, readings: Readings) -> None:
        start_ms = (day_key & LOWEST) * DAY_MS
        self._rows.put_day(day_key, packed(readings, start_ms), packed_minutes(minutes_of(readings), start_ms))

    def generation(self) -> int:
        """How often anything older than ``_LATELY_H`` has been put in order.

        What is put away for good is older still; the stretches of every few minutes must not hold that up.
        """
        with self._store.reading():
            return self._rows.generation()

    def oldest_ms(self) -> int | None:
        """Beginning of the oldest day of which anything was put in order, UTC milliseconds; None where nothing was."""
        found: list[int] = []
        with self._store.reading():
            for table, width_ms in (("day", DAY_MS), ("hour", HOUR_MS)):
                first = self._rows.oldest(table)
                found += [] if first is None else [first * width_ms // DAY_MS * DAY_MS]
        return min(found, default=None)

    def forget(self, before_ms: int, generation: int) -> bool:
        """Remove all that was put in order and lies before *before_ms*; False where it was put in order anew.

        Args:
            before_ms: Beginning of a day, UTC milliseconds.
            generation: Of the history that was read; what has come into it since is not forgotten unread.
        """
        with self._store.transaction():
            if self._rows.generation() != generation:
                return False
            for number, _ in self._rows.channels().values():
                first = number << BITS
                self._rows.drop_days(first, first + before_ms // DAY_MS - 1)
                self._rows.drop_hours(first, first + before_ms // HOUR_MS - 1)
            self._rows.count_generation()
        return True

    # Reading

    def readings(self, channel: int, start_ms: int, end_ms: int) -> Readings:
        """Every reading of *channel* from *start_ms* up to and without *end_ms*, settled, by time."""
        with self._store.reading():
            found = [_of_day(*row) for row in self._rows.days(*_keys(channel, DAY_MS, start_ms, end_ms))]
            found += [_of_hour(*row) for row in self._rows.hours(*_keys(channel, HOUR_MS, start_ms, end_ms))]
            self._catch_up()
        # Days and hours are settled and do not overlap, but an hour may lie before a day: a clock that was set back
        # closes no day before the ones closed already. Only what came since may belong between them.
        stored = joined(sorted(found, key=lambda part: int(part.source_ms[0])))
        newest = self._tail.of(channel, start_ms, end_ms)
        first, last = np.searchsorted(stored.source_ms, [start_ms, end_ms]).tolist()
        part = stored.part(first, last)
        return settled(joined([part, newest])) if len(newest) else part

    def as_known_at(self, channel: int, start_ms: int, end_ms: int, known_ms: int) -> Readings:
        """What of that had arrived by *known_ms*: what a screen could show then."""
        found = self.readings(channel, start_ms, end_ms)
        return found.take(found.received_ms <= known_ms)

    def minutes(self, channel: int, start_ms: int, end_ms: int) -> Minutes:
        """The same span by the minute; whole minutes, also at its ends."""
        first, last = start_ms // MINUTE_MS * MINUTE_MS, -(-end_ms // MINUTE_MS) * MINUTE_MS
        with self._store.reading():
            rows = self._rows.minutes(*_keys(channel, DAY_MS, first, last))
            days = {key & LOWEST: unpacked_minutes(body, (key & LOWEST) * DAY_MS) for key, body in rows}
            loose = [_of_hour(*row) for row in self._rows.hours(*_keys(channel, HOUR_MS, first, last))]
            self._catch_up()
            newest = self._tail.of(channel, first, last)
            # Minutes of a closed day into which something came late are made anew from its readings.
            for day in np.unique(newest.source_ms // DAY_MS).tolist():
                if day in days:
                    del days[day]
                    key = channel << BITS | day
                    loose += [_of_day(*row) for row in self._rows.days(key, key)]
        parts = [*days.values(), minutes_of(settled(joined([*loose, newest])))]
        return _in_order(joined_minutes(parts)).between(first, last)

    def catch_up(self) -> None:
        """Take in what came since the last question: whoever does so often has little to wait for at any time."""
        with self._store.reading():
            self._catch_up()

    def _catch_up(self) -> None:
        """Take in the batches that came since the last question, and let go of those that are in their hours."""
        first = self._rows.first_batch()
        if first != self._first:
            self._first = first
            left = sum(rows for _, rows in self._rows.batch_sizes(first - 1, _NEWEST))
            if left <= _TAKEN_IN_AGAIN:
                self._tail, self._seen = Tail(), 0
            else:
                self._tail.forget(first)
        for key, body in self._rows.batches(self._seen, _NEWEST):
            self._tail.add(key, unpacked_batch(body))
            self._seen = key


def stretches(now_ms: int) -> int:
    """How many stretches since 1970 may be put by channel at *now_ms*; when it grows there is something to compact."""
    return (now_ms - OPEN_FOR_MS) // STRETCH_MS


def _keys(channel: int, width_ms: int, start_ms: int, end_ms: int) -> tuple[int, int]:
    """First and last key of a channel's stretches of *width_ms* that a span touches."""
    first, last = max(0, start_ms // width_ms), max(0, (end_ms - 1) // width_ms)
    return channel << BITS | min(first, LOWEST), channel << BITS | min(last, LOWEST)


def _in_order(minutes: Minutes) -> Minutes:
    order = np.argsort(minutes.start_ms, kind="stable")
    return Minutes(
        minutes.start_ms[order], minutes.low[order], minutes.high[order], minutes.mean[order], minutes.readings[order]
    )


def _by_key(readings: Readings, width_ms: int) -> Iterator[tuple[int, Readings]]:
    """Settled *readings* by channel and stretch of *width_ms*, each with its key."""
    if len(readings) == 0:
        return
    key: Int64 = readings.channel << BITS | readings.source_ms // width_ms
    starts = np.flatnonzero(np.diff(key, prepend=key[0] - 1)).tolist()
    for first, last in zip(starts, [*starts[1:], len(readings)], strict=True):
        yield int(key[first]), readings.part(first, last)


def _of_hour(key: int, body: bytes) -> Readings:
    return unpacked(body, key >> BITS, (key & LOWEST) * HOUR_MS)


def _of_day(key: int, body: bytes) -> Readings:
    return unpacked(body, key >> BITS, (key & LOWEST) * DAY_MS)


def _runs(sizes: list[tuple[int, int]], most: int) -> Iterator[list[tuple[int, int]]]:
    """Batches by number and readings, cut where they come to more than *most*."""
    some: list[tuple[int, int]] = []
    cost = 0
    for size in sizes:
        some.append(size)
        cost += size[1] + _A_BATCH
        if cost >= most:
            yield some
            some, cost = [], 0
    if some:
        yield some
