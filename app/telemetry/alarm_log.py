"""What became of alarms, and what people did with them, for good: ``alarms.sqlite`` of a workspace.

The state of every alarm is a fold of it (:func:`app.telemetry.alarm_events.restored`), so that a console that starts
again knows what was acknowledged and shelved. However long a flood of alarms lasts, what is asked of it again and again
stays small.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from app.telemetry.alarm_events import AlarmEvent, Deed
from gis.stores import sqlite

_TABLE: Final = """CREATE TABLE IF NOT EXISTS alarm_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, alarm TEXT NOT NULL, what TEXT NOT NULL,
    actor TEXT NOT NULL, note TEXT NOT NULL, until_ms INTEGER NOT NULL, value REAL)"""
_INDEXES: Final = (
    "CREATE INDEX IF NOT EXISTS alarm_event_at ON alarm_event (at_ms)",
    "CREATE INDEX IF NOT EXISTS alarm_event_people ON alarm_event (at_ms) WHERE actor <> ''",
    "CREATE INDEX IF NOT EXISTS alarm_event_state ON alarm_event (alarm, what, at_ms)",
)
_COLUMNS: Final = "at_ms, alarm, what, actor, note, until_ms, value"


class AlarmLog:
    """The open log. Its user sees to it that one thread at a time uses it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite.connect(path, create=not path.exists(), any_thread=True)
        with sqlite.translated(path), sqlite.transaction(self._connection):
            self._connection.execute(_TABLE)
            for index in _INDEXES:
                self._connection.execute(index)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def write(self, events: Iterable[AlarmEvent]) -> None:
        """Write *events*; when this returns they are on the disk."""
        rows = [(one.at_ms, one.alarm, one.what.value, one.actor, one.note, one.until_ms, one.value) for one in events]
        if rows:
            with sqlite.translated(self._path), sqlite.transaction(self._connection):
                self._connection.executemany(
                    f"INSERT INTO alarm_event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                    rows,
                )

    def between(self, start_ms: int, end_ms: int) -> tuple[AlarmEvent, ...]:
        """What happened from *start_ms* up to and without *end_ms*, in the order of writing."""
        with sqlite.translated(self._path):
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM alarm_event WHERE at_ms >= ? AND at_ms < ? ORDER BY id",  # noqa: S608
                (start_ms, end_ms),
            ).fetchall()
        return tuple(_event(row) for row in rows)

    def lately(self, start_ms: int, end_ms: int, most: int) -> tuple[AlarmEvent, ...]:
        """Of what happened in that span all that people did, and the last *most* others, in the order of writing."""
        with sqlite.translated(self._path):
            rows = self._connection.execute(
                f"""SELECT id, {_COLUMNS} FROM alarm_event WHERE at_ms >= ?1 AND at_ms < ?2 AND actor <> ''
                    UNION SELECT * FROM (SELECT id, {_COLUMNS} FROM alarm_event
                        WHERE at_ms >= ?1 AND at_ms < ?2 AND +actor = '' ORDER BY at_ms DESC, id DESC LIMIT ?3)
                    ORDER BY id""",  # noqa: S608
                (start_ms, end_ms, most),
            ).fetchall()
        return tuple(_event(row[1:]) for row in rows)

    def states(self, end_ms: int) -> tuple[AlarmEvent, ...]:
        """Of each alarm the last event of each kind before *end_ms*, in the order of writing.

        The state of every alarm follows from these as from all: an event of a kind says everything that an earlier one
        of that kind said. A log of years costs no memory so.
        """
        with sqlite.translated(self._path):
            rows = self._connection.execute(
                f"""SELECT {_COLUMNS} FROM alarm_event WHERE id IN
                    (SELECT max(id) FROM alarm_event WHERE at_ms < ? GROUP BY alarm, what) ORDER BY id""",  # noqa: S608
                (end_ms,),
            ).fetchall()
        return tuple(_event(row) for row in rows)

    def of(self, alarm: str, limit: int) -> tuple[AlarmEvent, ...]:
        """The last *limit* things that happened to an alarm, the newest first."""
        with sqlite.translated(self._path):
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM alarm_event WHERE alarm = ? ORDER BY id DESC LIMIT ?",  # noqa: S608
                (alarm, limit),
            ).fetchall()
        return tuple(_event(row) for row in rows)


def _event(row: tuple[int, str, str, str, str, int, float | None]) -> AlarmEvent:
    at_ms, alarm, what, actor, note, until_ms, value = row
    return AlarmEvent(at_ms, alarm, Deed(what), actor, note, until_ms, value)
