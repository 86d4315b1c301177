"""The rows of a history, wherever they lie: the same statements for a workspace's file and for a server.

Statements are of the SQL that SQLite and PostgreSQL share, with ``?`` for values. A row of ``hour`` and ``day`` has the
channel's number and, in the lowest bits of its key, the hour or day since 1970; where a server keeps days apart by
that part, statements name it so that only what concerns them is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

BITS: Final = 24
"""A row's key is the channel's number and, in the lowest 24 bits, the hour or day since 1970."""
LOWEST: Final = (1 << BITS) - 1


class Store(Protocol):
    """Where rows lie."""

    def run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What *statement* finds; nothing where it only writes."""

    def transaction(self) -> AbstractContextManager[object]:
        """Everything inside lands together or not at all; nobody else writes meanwhile."""

    def reading(self) -> AbstractContextManager[object]:
        """Every question inside sees the same state."""

    def make_room(self, day: int) -> None:
        """Before a row of the day *day* since 1970 is written, inside a transaction."""

    def close(self) -> None:
        """Let go of it."""


class Rows:
    """What is asked of them and written into them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # Channels

    def channel(self, channel_id: str) -> tuple[int, float] | None:
        """Number and resolution."""
        found = self.store.run("SELECT number, resolution FROM channel WHERE id = ?", (channel_id,))
        return (int(found[0][0]), float(found[0][1])) if found else None

    def add_channel(self, channel_id: str, resolution: float) -> int:
        """Its new number."""
        made = self.store.run(
            "INSERT INTO channel (id, resolution) VALUES (?, ?) RETURNING number", (channel_id, resolution)
        )
        return int(made[0][0])

    def channels(self) -> dict[str, tuple[int, float]]:
        """Number and resolution by id."""
        rows = self.store.run("SELECT id, number, resolution FROM channel")
        return {str(name): (int(number), float(resolution)) for name, number, resolution in rows}

    # Batches

    def add_batch(self, readings: int, body: bytes) -> None:
        """One more, behind all others."""
        self.store.run("INSERT INTO batch (readings, body) VALUES (?, ?)", (readings, body))

    def last_batch(self) -> int:
        """Number of the newest; 0 for none."""
        return int(self.store.run("SELECT coalesce(max(id), 0) FROM batch")[0][0])

    def first_batch(self) -> int:
        """Number of the oldest; 0 for none. Never that of another."""
        return int(self.store.run("SELECT coalesce(min(id), 0) FROM batch")[0][0])

    def has_batch(self, number: int) -> bool:
        """Whether it has not been dropped."""
        return bool(self.store.run("SELECT 1 FROM batch WHERE id = ?", (number,)))

    def batch_sizes(self, after: int, end: int) -> list[tuple[int, int]]:
        """Number and readings of those beyond *after* up to *end*, as they came."""
        return self.store.run("SELECT id, readings FROM batch WHERE id > ? AND id <= ? ORDER BY id", (after, end))

    def batches(self, after: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Those beyond *after* up to *end*, as they came."""
        rows = self.store.run("SELECT id, body FROM batch WHERE id > ? AND id <= ? ORDER BY id", (after, end))
        return ((int(key), bytes(body)) for key, body in rows)

    def drop_batches(self, first: int, last: int) -> None:
        """Those from *first* to *last*."""
        self.store.run("DELETE FROM batch WHERE id BETWEEN ? AND ?", (first, last))

    # Dead letters

    def keep_dead_letter(self, feed: str, received_ms: int, reason: str, body: bytes) -> None:
        """One more."""
        self.store.run(
            "INSERT INTO dead_letter (feed, received_ms, reason, body) VALUES (?, ?, ?, ?)",
            (feed, received_ms, reason, body),
        )

    def dead_letters(self, limit: int) -> list[tuple[str, int, str, bytes]]:
        """The last ones."""
        rows = self.store.run(
            "SELECT feed, received_ms, reason, body FROM dead_letter ORDER BY id DESC LIMIT ?", (limit,)
        )
        return [(str(feed), int(at_ms), str(reason), bytes(body)) for feed, at_ms, reason, body in rows]

    def newest_dead_letter(self) -> int:
        """Number of the last; 0 for none."""
        ((newest,),) = self.store.run("SELECT coalesce(max(id), 0) FROM dead_letter")
        return int(newest)

    # Hours and days

    def hour_keys(self, before: int) -> list[int]:
        """Of all hours before the hour *before* since 1970, ascending."""
        found = self.store.run(f"SELECT key FROM hour WHERE (key & {LOWEST}) < ? ORDER BY key", (before,))  # noqa: S608
        return [int(key) for (key,) in found]

    def hours(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """Those of one channel with keys from *first* to *last*."""
        return self._between("hour", "body", first, last)

    def put_hour(self, key: int, body: bytes) -> None:
        """In place of what was there."""
        self.drop_hours(key, key)
        self.store.run("INSERT INTO hour (key, body) VALUES (?, ?)", (key, body))

    def drop_hours(self, first: int, last: int) -> None:
        """Those of one channel with keys from *first* to *last*."""
        self.store.run("DELETE FROM hour WHERE key BETWEEN ? AND ?", (first, last))

    def days(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """As :meth:`hours`."""
        return self._between("day", "body", first, last)

    def minutes(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """The minutes of :meth:`days`."""
        return self._between("day", "minutes", first, last)

    def put_day(self, key: int, body: bytes, minutes: bytes) -> None:
        """In place of what was there."""
        self.drop_days(key, key)
        self.store.make_room(key & LOWEST)
        self.store.run("INSERT INTO day (key, body, minutes) VALUES (?, ?, ?)", (key, body, minutes))

    def drop_days(self, first: int, last: int) -> None:
        """Those of one channel with keys from *first* to *last*."""
        self.store.run(f"DELETE FROM day WHERE {_SPAN}", _span(first, last))  # noqa: S608

    def oldest(self, table: str) -> int | None:
        """The oldest hour or day since 1970 of which there is a row."""
        found = self.store.run(f"SELECT min(key & {LOWEST}) FROM {table}")[0][0]  # noqa: S608
        return None if found is None else int(found)

    def _between(self, table: str, column: str, first: int, last: int) -> list[tuple[int, bytes]]:
        rows = self.store.run(f"SELECT key, {column} FROM {table} WHERE {_SPAN} ORDER BY key", _span(first, last))  # noqa: S608
        return [(int(key), bytes(body)) for key, body in rows]

    # How often it was put in order

    def generation(self) -> int:
        """Counts compactions of what is old."""
        return int(self.store.run("SELECT generation FROM compaction")[0][0])

    def count_generation(self) -> None:
        """One more."""
        self.store.run("UPDATE compaction SET generation = generation + 1")


_SPAN: Final = f"key BETWEEN ? AND ? AND (key & {LOWEST}) BETWEEN ? AND ?"


def _span(first: int, last: int) -> tuple[int, int, int, int]:
    return first, last, first & LOWEST, last & LOWEST
