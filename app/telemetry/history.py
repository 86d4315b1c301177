"""The history of readings on disk (``history.sqlite`` of a workspace), in two phases.

What arrives is written as it comes, a row a batch, and is on the disk when :meth:`History.append` returns. Later
:meth:`History.compact` sorts closed hours by channel, and closed days into one row a channel with its minutes. What
comes late is a batch like any other and is put where it belongs at the next compaction; readers see it at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from app.telemetry.chunks import HOUR_MS, QUICK, pack_columns, packed, unpack_columns, unpacked
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
from gis.stores import sqlite
from network.columns import Int64

SCHEMA: Final = 1
APPLICATION_ID: Final = 0x534C5548
"""Marks the file as ours ("SLUH")."""
DAY_MS: Final = 24 * HOUR_MS
OPEN_FOR_MS: Final = 10 * 60_000
"""How long after its end an hour is left open for stragglers."""

_BITS: Final = 24
"""A row's key is the channel's number and, in the lowest 24 bits, the hour or day since 1970."""
_LOWEST: Final = (1 << _BITS) - 1
_DAYS_AT_ONCE: Final = 2_000
"""Days of channels that one transaction closes."""
_ROWS_AT_ONCE: Final = 2_000_000
"""Readings that one step of compaction holds in memory."""
_BATCH_COLUMNS: Final = 5
_TABLES = (
    "CREATE TABLE channel (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, resolution REAL NOT NULL)",
    "CREATE TABLE batch (id INTEGER PRIMARY KEY AUTOINCREMENT, readings INTEGER NOT NULL, body BLOB NOT NULL)",
    "CREATE TABLE hour (key INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE day (key INTEGER PRIMARY KEY, body BLOB NOT NULL, minutes BLOB NOT NULL)",
    """CREATE TABLE dead_letter (
        id INTEGER PRIMARY KEY, feed TEXT NOT NULL, received_ms INTEGER NOT NULL, reason TEXT NOT NULL,
        body BLOB NOT NULL)""",
    # Told to readers, which keep the batches that they have seen.
    "CREATE TABLE compaction (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), generation INTEGER NOT NULL)",
    "INSERT INTO compaction (only_one, generation) VALUES (1, 0)",
)


@dataclass(frozen=True)
class Compacted:
    """What a compaction did."""

    batches: int
    hours: int
    days: int


class History:
    """An open history. Not shared between threads; one process writes, others may read."""

    def __init__(self, connection: sqlite.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._tail = Tail()
        self._seen = 0
        self._generation = -1

    @classmethod
    def create(cls, path: Path) -> History:
        """Make an empty history at *path*. Raises :class:`AppError` ``history.exists``."""
        if path.exists():
            raise AppError("history.exists", path=str(path))
        connection = sqlite.connect(path, create=True)
        with sqlite.translated(path):
            # Rows are half a kilobyte and more: large pages waste less of each.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA page_size=16384")
            connection.execute("VACUUM")
            connection.execute("PRAGMA journal_mode=WAL")
        sqlite.lay_out(connection, path, _TABLES, APPLICATION_ID, SCHEMA)
        return cls(connection, path)

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> History:
        """Open the history at *path*, changing nothing.

        Raises:
            AppError: ``history.not_a_history``, ``history.newer_schema``.
            GisError: ``store.missing``, ``store.damaged`` and the like.
        """
        return cls(sqlite.connect(path, readonly=readonly, admit=lambda opening: _refuse_others(opening, path)), path)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    # Channels

    def channel(self, channel_id: str, resolution: float) -> int:
        """Number of the channel *channel_id*, given to it at the first call.

        Raises:
            AppError: ``history.other_resolution``: counts written so far mean multiples of another resolution.
        """
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            row = self._connection.execute(
                "SELECT number, resolution FROM channel WHERE id = ?", (channel_id,)
            ).fetchone()
            if row is None:
                made = self._connection.execute(
                    "INSERT INTO channel (id, resolution) VALUES (?, ?)", (channel_id, resolution)
                )
                return int(made.lastrowid or 0)
        if row[1] != resolution:
            raise AppError("history.other_resolution", channel=channel_id, kept=row[1], wanted=resolution)
        return int(row[0])

    def channels(self) -> dict[str, tuple[int, float]]:
        """Number and resolution of every channel by its id."""
        with sqlite.translated(self._path):
            rows = self._connection.execute("SELECT id, number, resolution FROM channel").fetchall()
        return {channel_id: (number, resolution) for channel_id, number, resolution in rows}

    # Writing

    def append(self, readings: Readings) -> None:
        """Write a batch; when this returns it is on the disk."""
        if len(readings) == 0:
            return
        values = (len(readings), _body(readings))
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            self._connection.execute("INSERT INTO batch (readings, body) VALUES (?, ?)", values)

    def keep_dead_letter(self, feed: str, received_ms: int, reason: str, body: bytes) -> None:
        """Keep a message that nothing could be made of, with its bytes."""
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            self._connection.execute(
                "INSERT INTO dead_letter (feed, received_ms, reason, body) VALUES (?, ?, ?, ?)",
                (feed, received_ms, reason, body),
            )

    def dead_letters(self, limit: int = 100) -> list[tuple[str, int, str, bytes]]:
        """The last messages that nothing could be made of: feed, time of arrival, reason, bytes."""
        with sqlite.translated(self._path):
            return self._connection.execute(
                "SELECT feed, received_ms, reason, body FROM dead_letter ORDER BY id DESC LIMIT ?", (limit,)
            ).fetchall()

    def compact(self, now_ms: int) -> Compacted:
        """Put hours that ended ``OPEN_FOR_MS`` ago by channel, and days likewise into one row a channel.

        Each step lands whole or not at all; one that was cut off is done again by the next call.
        """
        hour_end = (now_ms - OPEN_FOR_MS) // HOUR_MS * HOUR_MS
        # What stays open is written anew behind *end*, and so is not taken up again.
        last, end = 0, self._last_batch()
        batches = hours = 0
        while taken := self._some_batches(last, end):
            last = taken[-1][0]
            batches += len(taken)
            hours += self._sort_in(taken, hour_end)
        return Compacted(batches, hours, self._close_days((now_ms - OPEN_FOR_MS) // DAY_MS))

    def _last_batch(self) -> int:
        with sqlite.translated(self._path):
            return int(self._connection.execute("SELECT coalesce(max(id), 0) FROM batch").fetchone()[0])

    def _some_batches(self, after: int, end: int) -> list[tuple[int, Readings]]:
        """Batches beyond *after* up to *end*, as they came, up to about ``_ROWS_AT_ONCE`` readings."""
        found: list[tuple[int, Readings]] = []
        rows = 0
        with sqlite.translated(self._path):
            for key, readings, body in self._connection.execute(
                "SELECT id, readings, body FROM batch WHERE id > ? AND id <= ? ORDER BY id", (after, end)
            ):
                found.append((key, _batch(body)))
                rows += readings
                if rows >= _ROWS_AT_ONCE:
                    break
        return found

    def _sort_in(self, taken: list[tuple[int, Readings]], hour_end: int) -> int:
        """Put what lies before *hour_end* into its hours, or days where they are closed; the rest back as one batch."""
        everything = joined(readings for _, readings in taken)
        is_closed = everything.source_ms < hour_end
        if not is_closed.any():
            return 0
        closed, still_open = settled(everything.take(is_closed)), everything.take(~is_closed)
        written = 0
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            for key, part in _by_key(closed, HOUR_MS):
                self._merge(key, part)
                written += 1
            self._connection.execute("DELETE FROM batch WHERE id BETWEEN ? AND ?", (taken[0][0], taken[-1][0]))
            self._connection.execute("UPDATE compaction SET generation = generation + 1")
            if len(still_open):
                self._connection.execute(
                    "INSERT INTO batch (readings, body) VALUES (?, ?)", (len(still_open), _body(still_open))
                )
        return written

    def _merge(self, key: int, part: Readings) -> None:
        """Add one channel's hour to what is there of it, where its day is closed to the day."""
        channel, hour = key >> _BITS, key & _LOWEST
        day_key = channel << _BITS | hour // 24
        closed_day = self._connection.execute("SELECT body FROM day WHERE key = ?", (day_key,)).fetchone()
        if closed_day is not None:
            self._write_day(day_key, settled(joined([_of_day(day_key, closed_day[0]), part])))
            return
        known = self._connection.execute("SELECT body FROM hour WHERE key = ?", (key,)).fetchone()
        if known is not None:
            part = settled(joined([_of_hour(key, known[0]), part]))
        self._connection.execute("REPLACE INTO hour (key, body) VALUES (?, ?)", (key, packed(part, hour * HOUR_MS)))

    def _close_days(self, day_end: int) -> int:
        """Gather the hours of days before *day_end* into one row a channel and day."""
        with sqlite.translated(self._path):
            keys = [key for (key,) in self._connection.execute("SELECT key FROM hour ORDER BY key").fetchall()]
        days: dict[int, list[int]] = {}
        for key in keys:
            if (key & _LOWEST) // 24 < day_end:
                days.setdefault(key >> _BITS << _BITS | (key & _LOWEST) // 24, []).append(key)
        closing = list(days.items())
        for start in range(0, len(closing), _DAYS_AT_ONCE):
            with sqlite.translated(self._path), sqlite.transaction(self._connection):
                for day_key, hours in closing[start : start + _DAYS_AT_ONCE]:
                    self._close_day(day_key, hours)
                self._connection.execute("UPDATE compaction SET generation = generation + 1")
        return len(closing)

    def _close_day(self, day_key: int, hours: list[int]) -> None:
        span = (hours[0], hours[-1])
        rows = self._connection.execute("SELECT key, body FROM hour WHERE key BETWEEN ? AND ? ORDER BY key", span)
        parts = [_of_hour(key, body) for key, body in rows.fetchall()]
        if not parts:
            # Somebody else closed the day after its hours were listed.
            return
        closed_day = self._connection.execute("SELECT body FROM day WHERE key = ?", (day_key,)).fetchone()
        if closed_day is not None:
            parts = [settled(joined([_of_day(day_key, closed_day[0]), *parts]))]
        self._write_day(day_key, joined(parts))
        self._connection.execute("DELETE FROM hour WHERE key BETWEEN ? AND ?", span)

    def _write_day(self, day_key: int, readings: Readings) -> None:
        start_ms = (day_key & _LOWEST) * DAY_MS
        values = (day_key, packed(readings, start_ms), packed_minutes(minutes_of(readings), start_ms))
        self._connection.execute("REPLACE INTO day (key, body, minutes) VALUES (?, ?, ?)", values)

    def generation(self) -> int:
        """How often the history has been put in order."""
        with sqlite.translated(self._path):
            return int(self._connection.execute("SELECT generation FROM compaction").fetchone()[0])

    def oldest_ms(self) -> int | None:
        """Beginning of the oldest day of which anything was put in order, UTC milliseconds; None where nothing was."""
        found: list[int] = []
        with sqlite.translated(self._path):
            for table, width_ms in (("day", DAY_MS), ("hour", HOUR_MS)):
                statement = f"SELECT min(key & {_LOWEST}) FROM {table}"  # noqa: S608
                first = self._connection.execute(statement).fetchone()[0]
                found += [] if first is None else [first * width_ms // DAY_MS * DAY_MS]
        return min(found, default=None)

    def forget(self, before_ms: int, generation: int) -> bool:
        """Remove all that was put in order and lies before *before_ms*; False where it was put in order anew.

        Args:
            before_ms: Beginning of a day, UTC milliseconds.
            generation: Of the history that was read; what has come into it since is not forgotten unread.
        """
        day, hour = before_ms // DAY_MS, before_ms // HOUR_MS
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            if self._connection.execute("SELECT generation FROM compaction").fetchone()[0] != generation:
                return False
            for (number,) in self._connection.execute("SELECT number FROM channel").fetchall():
                first = number << _BITS
                self._connection.execute("DELETE FROM day WHERE key >= ? AND key < ?", (first, first | day))
                self._connection.execute("DELETE FROM hour WHERE key >= ? AND key < ?", (first, first | hour))
            self._connection.execute("UPDATE compaction SET generation = generation + 1")
        return True

    # Reading

    def readings(self, channel: int, start_ms: int, end_ms: int) -> Readings:
        """Every reading of *channel* from *start_ms* up to and without *end_ms*, settled, by time."""
        with sqlite.translated(self._path), sqlite.reading(self._connection):
            found = [_of_day(key, body) for key, body in self._rows("day", "body", channel, DAY_MS, start_ms, end_ms)]
            found += [
                _of_hour(key, body) for key, body in self._rows("hour", "body", channel, HOUR_MS, start_ms, end_ms)
            ]
            self._catch_up()
        # Days and hours are settled and do not overlap, but an hour may lie before a day: a clock that was set back
        # closes no day before the ones closed already. Only what came since may belong between them.
        stored = joined(sorted(found, key=lambda part: int(part.source_ms[0])))
        newest = self._tail.of(channel, start_ms, end_ms)
        first, last = np.searchsorted(stored.source_ms, [start_ms, end_ms]).tolist()
        part = stored.take(np.arange(first, last)) if (first, last) != (0, len(stored)) else stored
        return settled(joined([part, newest])) if len(newest) else part

    def as_known_at(self, channel: int, start_ms: int, end_ms: int, known_ms: int) -> Readings:
        """What of that had arrived by *known_ms*: what a screen could show then."""
        found = self.readings(channel, start_ms, end_ms)
        return found.take(found.received_ms <= known_ms)

    def minutes(self, channel: int, start_ms: int, end_ms: int) -> Minutes:
        """The same span by the minute; whole minutes, also at its ends."""
        first, last = start_ms // MINUTE_MS * MINUTE_MS, -(-end_ms // MINUTE_MS) * MINUTE_MS
        with sqlite.translated(self._path), sqlite.reading(self._connection):
            rows = self._rows("day", "minutes", channel, DAY_MS, first, last)
            days = {key & _LOWEST: unpacked_minutes(body, (key & _LOWEST) * DAY_MS) for key, body in rows}
            hours = self._rows("hour", "body", channel, HOUR_MS, first, last)
            loose = [_of_hour(key, body) for key, body in hours]
            self._catch_up()
            newest = self._tail.of(channel, first, last)
            # Minutes of a closed day into which something came late are made anew from its readings.
            for day in np.unique(newest.source_ms // DAY_MS).tolist():
                if day in days:
                    del days[day]
                    key = channel << _BITS | day
                    body = self._connection.execute("SELECT body FROM day WHERE key = ?", (key,)).fetchone()[0]
                    loose.append(_of_day(key, body))
        parts = [*days.values(), minutes_of(settled(joined([*loose, newest])))]
        return _in_order(joined_minutes(parts)).between(first, last)

    def _rows(
        self, table: str, column: str, channel: int, width_ms: int, start_ms: int, end_ms: int
    ) -> list[tuple[int, bytes]]:
        first, last = max(0, start_ms // width_ms), max(0, (end_ms - 1) // width_ms)
        statement = f"SELECT key, {column} FROM {table} WHERE key BETWEEN ? AND ? ORDER BY key"  # noqa: S608
        span = (channel << _BITS | min(first, _LOWEST), channel << _BITS | min(last, _LOWEST))
        return self._connection.execute(statement, span).fetchall()

    def _catch_up(self) -> None:
        """Take in the batches that came since the last question."""
        generation = self._connection.execute("SELECT generation FROM compaction").fetchone()[0]
        if generation != self._generation:
            self._tail, self._seen, self._generation = Tail(), 0, generation
        rows = self._connection.execute("SELECT id, body FROM batch WHERE id > ? ORDER BY id", (self._seen,))
        for key, body in rows.fetchall():
            self._tail.add(_batch(body))
            self._seen = key


def _in_order(minutes: Minutes) -> Minutes:
    order = np.argsort(minutes.start_ms, kind="stable")
    return Minutes(
        minutes.start_ms[order], minutes.low[order], minutes.high[order], minutes.mean[order], minutes.readings[order]
    )


def _by_key(readings: Readings, width_ms: int) -> Iterator[tuple[int, Readings]]:
    """Settled *readings* by channel and stretch of *width_ms*, each with its key."""
    if len(readings) == 0:
        return
    key: Int64 = readings.channel << _BITS | readings.source_ms // width_ms
    starts = np.flatnonzero(np.diff(key, prepend=key[0] - 1)).tolist()
    for first, last in zip(starts, [*starts[1:], len(readings)], strict=True):
        yield int(key[first]), readings.take(np.arange(first, last))


def _of_hour(key: int, body: bytes) -> Readings:
    return unpacked(body, key >> _BITS, (key & _LOWEST) * HOUR_MS)


def _of_day(key: int, body: bytes) -> Readings:
    return unpacked(body, key >> _BITS, (key & _LOWEST) * DAY_MS)


def _body(readings: Readings) -> bytes:
    return pack_columns(
        (readings.channel, readings.source_ms, readings.received_ms, readings.count, readings.quality), QUICK
    )


def _batch(body: bytes) -> Readings:
    return Readings(*unpack_columns(body, _BATCH_COLUMNS))


def _refuse_others(opening: sqlite.Connection, path: Path) -> None:
    mark, version = sqlite.marks_of(opening)
    if mark != APPLICATION_ID:
        raise AppError("history.not_a_history", path=str(path))
    if version > SCHEMA:
        raise AppError("history.newer_schema", path=str(path), version=version, known=SCHEMA)
