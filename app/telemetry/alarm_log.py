"""What became of alarms, and what people did with them, for good: ``alarms.sqlite`` of a workspace.

The state of every alarm is a fold of it (:func:`app.telemetry.alarm_events.restored`), so that a console that starts
again knows what was acknowledged and shelved. However long a flood of alarms lasts, what is asked of it again and again
stays small: beside the events stands how often each alarm came on each day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.telemetry.alarm_events import DAY_MS, AlarmEvent, Deed, Raisings
from app.telemetry.alarm_marks import TABLES, TakenUp, read_marks, write_marks
from app.telemetry.alarms import NEVER_MS
from gis.stores import sqlite

CHATTER_MS: Final = 60_000
"""An alarm that comes back sooner than this after its end chatters."""

_EVENTS: Final = """CREATE TABLE IF NOT EXISTS alarm_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, alarm TEXT NOT NULL, what TEXT NOT NULL,
    actor TEXT NOT NULL, note TEXT NOT NULL, until_ms INTEGER NOT NULL, value REAL)"""
_INDEXES: Final = (
    "CREATE INDEX IF NOT EXISTS alarm_event_at ON alarm_event (at_ms)",
    "CREATE INDEX IF NOT EXISTS alarm_event_people ON alarm_event (at_ms) WHERE actor <> ''",
    "CREATE INDEX IF NOT EXISTS alarm_event_state ON alarm_event (alarm, what, at_ms)",
    "CREATE INDEX IF NOT EXISTS alarm_event_raised ON alarm_event (at_ms) WHERE what = 'raised'",
)
_DAYS: Final = """CREATE TABLE alarm_day (
    day INTEGER NOT NULL, alarm TEXT NOT NULL, raised INTEGER NOT NULL, chattered INTEGER NOT NULL,
    PRIMARY KEY (day, alarm)) WITHOUT ROWID"""
_COLUMNS: Final = "at_ms, alarm, what, actor, note, until_ms, value"

_Kind = tuple[str, str]
"""An alarm and what became of it."""
_Days = Counter[tuple[int, str]]


@dataclass(frozen=True)
class _Past:
    """The last event of each kind before *end_ms*, by the log as far as its entry *top*; with their ids."""

    end_ms: int
    top: int
    last: dict[_Kind, tuple[int, AlarmEvent]]


class AlarmLog:
    """The open log. Its user sees to it that one thread at a time uses it.

    Attributes:
        path: The file.

    Args:
        path: As above.
        readonly: For questions beside another one that writes; the file is there.
    """

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        self._past: _Past | None = None
        self._ended: dict[str, int] = {}
        create = not readonly and not path.exists()
        self._connection = sqlite.connect(path, create=create, readonly=readonly, any_thread=True)
        if readonly:
            return
        with sqlite.translated(path), sqlite.transaction(self._connection):
            self._connection.execute(_EVENTS)
            for statement in (*_INDEXES, *TABLES):
                self._connection.execute(statement)
            self._add_up()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _add_up(self) -> None:
        """Make the table beside the events, for a log that an earlier version wrote too."""
        made = self._connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alarm_day'").fetchone()[0]
        if made:
            return
        self._connection.execute(_DAYS)
        told = self._connection.execute(
            "SELECT alarm, what, at_ms FROM alarm_event WHERE what IN ('raised', 'cleared') ORDER BY id"
        )
        self._count(*_counted(told, self._ended))

    def taken_up(self) -> TakenUp:
        """How far what others did with alarms is taken up."""
        with sqlite.translated(self.path):
            return read_marks(self._connection)

    def write(self, events: Iterable[AlarmEvent], taken: TakenUp | None = None) -> None:
        """Write *events*, and how far others' entries are taken up; when this returns they are on the disk."""
        rows = [(one.at_ms, one.alarm, one.what.value, one.actor, one.note, one.until_ms, one.value) for one in events]
        if not rows and taken is None:
            return
        with sqlite.translated(self.path), sqlite.transaction(self._connection):
            if taken is not None:
                write_marks(self._connection, read_marks(self._connection), taken)
            # Of alarms that were over before this process began, the first coming asks the log when.
            for alarm in {row[1] for row in rows if row[2] == Deed.RAISED} - self._ended.keys():
                self._ended[alarm] = self._over_last(alarm)
            # A copy: what is not written, as on a full disk, comes once more, and has not ended anything by then.
            ended = {alarm: self._ended[alarm] for row in rows if (alarm := row[1]) in self._ended}
            self._connection.executemany(
                f"INSERT INTO alarm_event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                rows,
            )
            self._count(*_counted(((row[1], row[2], row[0]) for row in rows), ended))
        self._ended |= ended

    def _over_last(self, alarm: str) -> int:
        """When it was over last; ``NEVER_MS`` where it never was."""
        row = self._connection.execute(
            "SELECT at_ms FROM alarm_event WHERE alarm = ? AND what = 'cleared' ORDER BY id DESC LIMIT 1", (alarm,)
        ).fetchone()
        return NEVER_MS if row is None else int(row[0])

    def _count(self, raised: _Days, chattered: _Days) -> None:
        self._connection.executemany(
            """INSERT INTO alarm_day VALUES (?, ?, ?, ?) ON CONFLICT (day, alarm) DO UPDATE SET
                raised = raised + excluded.raised, chattered = chattered + excluded.chattered""",
            [(*key, count, chattered[key]) for key, count in raised.items()],
        )

    def raisings(self, start_ms: int, end_ms: int) -> Raisings:
        """How often alarms came from *start_ms*, a midnight of UTC, up to *end_ms*, after which none came."""
        with sqlite.translated(self.path):
            at = self._connection.execute(
                "SELECT at_ms FROM alarm_event WHERE what = 'raised' AND at_ms >= ? AND at_ms < ? ORDER BY at_ms",
                (start_ms, end_ms),
            ).fetchall()
            of_alarm = self._connection.execute(
                "SELECT alarm, sum(raised), sum(chattered) FROM alarm_day WHERE day >= ? GROUP BY alarm",
                (start_ms // DAY_MS,),
            ).fetchall()
        at_ms = np.fromiter((row[0] for row in at), dtype=np.int64, count=len(at))
        return Raisings(at_ms, tuple((alarm, raised, chattered) for alarm, raised, chattered in of_alarm))

    def between(self, start_ms: int, end_ms: int) -> tuple[AlarmEvent, ...]:
        """What happened from *start_ms* up to and without *end_ms*, in the order of writing."""
        return tuple(_event(row[1:]) for row in self._rows("at_ms >= ? AND at_ms < ?", start_ms, end_ms))

    def _rows(self, where: str, *values: int) -> Sequence[Any]:
        """Ids and columns of events, in the order of writing."""
        with sqlite.translated(self.path):
            found: Sequence[Any] = self._connection.execute(
                f"SELECT id, {_COLUMNS} FROM alarm_event WHERE {where} ORDER BY id",  # noqa: S608
                values,
            ).fetchall()
        return found

    def lately(self, start_ms: int, end_ms: int, most: int) -> tuple[AlarmEvent, ...]:
        """Of what happened in that span all that people did, and the last *most* others, in the order of writing."""
        with sqlite.translated(self.path):
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
        of that kind said. A log of years costs no memory so. The whole log is looked through; a moment at most a day
        after the one asked for last costs what happened between them.
        """
        with sqlite.translated(self.path):
            (top,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM alarm_event").fetchone()
        before = self._past
        if before is not None and before.end_ms <= end_ms <= before.end_ms + DAY_MS:
            last = dict(before.last)
            rows = [
                *self._rows("at_ms >= ? AND at_ms < ?", before.end_ms, end_ms),
                *self._rows("id > ? AND at_ms < ?", before.top, before.end_ms),
            ]
        else:
            last = {}
            rows = list(
                self._rows("id IN (SELECT max(id) FROM alarm_event WHERE at_ms < ? GROUP BY alarm, what)", end_ms)
            )
        for row in rows:
            kind = (row[2], row[3])
            if kind not in last or last[kind][0] < row[0]:
                last[kind] = (row[0], _event(row[1:]))
        self._past = _Past(end_ms, top, last)
        return tuple(event for _, event in sorted(last.values(), key=lambda one: one[0]))

    def of(self, alarm: str, limit: int) -> tuple[AlarmEvent, ...]:
        """The last *limit* things that happened to an alarm, the newest first."""
        with sqlite.translated(self.path):
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM alarm_event WHERE alarm = ? ORDER BY id DESC LIMIT ?",  # noqa: S608
                (alarm, limit),
            ).fetchall()
        return tuple(_event(row) for row in rows)


def _counted(told: Iterable[tuple[str, str, int]], ended: dict[str, int]) -> tuple[_Days, _Days]:
    """How often each alarm came on each day, and how often it chattered.

    Args:
        told: Alarm, what became of it and when, in the order of writing.
        ended: When each was over last before these; changed.
    """
    raised, chattered = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for alarm, what, at_ms in told:
        if what == Deed.CLEARED:
            ended[alarm] = at_ms
        elif what == Deed.RAISED:
            raised[at_ms // DAY_MS, alarm] += 1
            if at_ms - ended.get(alarm, NEVER_MS) < CHATTER_MS:
                chattered[at_ms // DAY_MS, alarm] += 1
    return raised, chattered


def _event(row: tuple[int, str, str, str, str, int, float | None]) -> AlarmEvent:
    at_ms, alarm, what, actor, note, until_ms, value = row
    return AlarmEvent(at_ms, alarm, Deed(what), actor, note, until_ms, value)
