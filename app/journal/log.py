"""The journal on disk: an append-only log of events, hash-chained per device."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.journal import clock, identity
from app.journal.erasing import ERASED, erased_by
from app.journal.events import HUB_ORDER, NO_HASH, Draft, Event, canonical, devices_in, hash_of, milliseconds, values_of
from app.journal.fold import DEVICE_CONTINUED, FOLD_VERSION, State, fold, from_json, to_json
from app.journal.reading import COLUMNS, EventReader
from app.journal.writing import FreeText, Head, chained, is_genuine, text_ids
from gis.stores import sqlite

SCHEMA = 1
APPLICATION_ID = 0x534C554A
"""Marks the file as ours ("SLUJ")."""

SNAPSHOT_EVERY = 500
"""Events folded from the log at opening before a new snapshot is worth writing."""

_DEVICES = (
    "WITH RECURSIVE device_of(dev) AS (SELECT min(dev) FROM event UNION ALL "
    "SELECT (SELECT min(dev) FROM event WHERE event.dev > device_of.dev) FROM device_of WHERE dev IS NOT NULL) "
)
_HEADS = (
    f"{_DEVICES}SELECT dev, (SELECT max(dev_seq) FROM event WHERE event.dev = device_of.dev) "  # noqa: S608
    "FROM device_of WHERE dev IS NOT NULL"
)
"""From device to device through the key: a grouping would walk over a million events."""

_LATEST_HLC = (
    f"{_DEVICES}SELECT max((SELECT hlc FROM event WHERE event.dev = device_of.dev "  # noqa: S608
    "ORDER BY dev_seq DESC LIMIT 1)) FROM device_of WHERE dev IS NOT NULL"
)
"""A device's clock never runs backwards: its last event bears its latest reading."""

_TABLES = (
    """CREATE TABLE event (
        dev TEXT NOT NULL, dev_seq INTEGER NOT NULL CHECK (dev_seq > 0), hub_seq INTEGER UNIQUE,
        base INTEGER NOT NULL, hlc TEXT NOT NULL, eff_at INTEGER NOT NULL, recv_at INTEGER,
        actor TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL, kind_version INTEGER NOT NULL,
        entity TEXT NOT NULL, body TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL, signature TEXT,
        PRIMARY KEY (dev, dev_seq)) WITHOUT ROWID""",
    "CREATE INDEX event_by_entity ON event (entity, kind)",
    """CREATE TRIGGER event_stays BEFORE UPDATE OF dev, dev_seq, base, hlc, eff_at, actor, role, kind, kind_version,
        entity, body, prev_hash, hash ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER event_is_kept BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    "CREATE TABLE text (id TEXT PRIMARY KEY, salt BLOB, content TEXT, erased_at INTEGER) WITHOUT ROWID",
    "CREATE TABLE snapshot (fold_version INTEGER PRIMARY KEY, state TEXT NOT NULL, digest TEXT NOT NULL)",
    """CREATE TABLE device (
        only_one INTEGER PRIMARY KEY CHECK (only_one = 1), dev TEXT NOT NULL, fingerprint TEXT NOT NULL)""",
)


class Journal(EventReader):
    """An open journal. Not shared between threads; several processes may have it open."""

    def __init__(self, connection: sqlite.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def create(cls, path: Path) -> Journal:
        """Make a new journal at *path*. Raises :class:`AppError` ``journal.exists``."""
        if path.exists():
            raise AppError("journal.exists", path=str(path))
        connection = sqlite.connect(path, create=True)
        sqlite.lay_out(connection, path, _TABLES, APPLICATION_ID, SCHEMA)
        return cls(connection, path)

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> Journal:
        """Open the journal at *path*, changing nothing.

        Raises:
            AppError: ``journal.not_a_journal``, ``journal.newer_schema``.
            GisError: ``store.missing``, ``store.damaged`` and the like.
        """
        connection = sqlite.connect(path, readonly=readonly, admit=lambda opening: _refuse_others(opening, path))
        return cls(connection, path)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    # Writing

    def append(
        self,
        drafts: Iterable[Draft],
        now: datetime,
        actor: str,
        role: str = "",
        expecting: Mapping[str, int] | None = None,
        *,
        erases: bool = False,
        device: str = "",
    ) -> tuple[Event, ...]:
        """Write *drafts* as events of this device, together or not at all; when this returns they are on the disk.

        A journal that was copied or restored since it was last written goes on under a new device id: its first event
        then says what the copy held.

        Args:
            drafts: What happened.
            now: The moment of writing.
            actor: Who writes.
            role: As whom.
            expecting: Last event of each device that the author has seen; None where that does not matter.
            erases: Whether words that *drafts* erase are gone at once. Else they stay until the entry has its place in
                the hub's order: a hub may refuse it.
            device: As which the author believes to write, where *drafts* name events of their own; "" for any.

        Raises:
            AppError: ``journal.moved_on`` where somebody has written since what the author is *expecting*, or this
                console writes as another *device* by now.
        """
        now_ms = milliseconds(now)
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            if expecting is not None and self.heads() != dict(expecting):
                raise AppError("journal.moved_on")
            head = self._head()
            if device not in ("", head.dev):
                raise AppError("journal.moved_on")
            wanted = list(drafts)
            if head.dev_seq == 0 and (held := devices_in(self.heads())):
                wanted.insert(0, Draft(DEVICE_CONTINUED, body={"held": held}))
            events, texts = chained(wanted, head, now_ms, actor, role)
            self._keep_texts(texts)
            for event in events:
                self._insert(event)
                if erases:
                    self._erase(event)
        if erases:
            self._forget_erased(events)
        return events

    def take_in(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:
        """Take events from the hub, all or none; what is here already is only given its place in the hub's order.

        Args:
            events: With ``hub_seq``; those of one device in the order of their numbers.
            texts: Free texts that they name; what was erased here stays erased.

        Returns:
            How many were new.

        Raises:
            AppError: ``journal.forked`` where a number is taken by another event, ``journal.broken_chain`` where an
                event does not follow on what is here or was changed on the way, ``journal.text_changed``.
        """
        taken = tuple(events)
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            for event in taken:
                self._erase(event)
            new = self._taken(taken, texts)
        self._forget_erased(taken)
        return new

    def _taken(self, events: Iterable[Event], texts: Iterable[FreeText]) -> int:
        new = 0
        for event in events:
            held = self.event(event.key)
            if held is None:
                self._refuse_unchained(event)
                self._insert(event)
                new += 1
            elif held.hash != event.hash:
                raise AppError("journal.forked", device=event.dev, number=event.dev_seq)
            else:
                place = (event.hub_seq, event.recv_at_ms, event.signature, event.dev, event.dev_seq)
                self._connection.execute(
                    "UPDATE event SET hub_seq = ?, recv_at = ?, signature = ? WHERE dev = ? AND dev_seq = ?", place
                )
        for text in texts:
            if not is_genuine(text):
                raise AppError("journal.text_changed")
            values = astuple(text)
            self._connection.execute("INSERT OR IGNORE INTO text (id, salt, content) VALUES (?, ?, ?)", values)
        return new

    def give_places(self, now: datetime, events: Iterable[Event] = (), texts: Iterable[FreeText] = ()) -> int:
        """Give what is pending its place in the order, and *events* from elsewhere the places after it, all or none.

        For a workspace without a hub: it keeps the order itself.

        Args:
            now: The moment of receipt.
            events: Those of one device in the order of their numbers; what is here already is skipped.
            texts: Free texts that they name.

        Returns:
            How many of *events* were new.

        Raises:
            AppError: As :meth:`take_in`.
        """
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            own = sorted(self.pending(), key=lambda event: (event.hlc, *event.key))
            fresh = [event for event in events if (held := self.event(event.key)) is None or held.hash != event.hash]
            places = enumerate((*own, *fresh), self.reach() + 1)
            placed = [replace(event, hub_seq=number, recv_at_ms=milliseconds(now)) for number, event in places]
            for event in own:
                self._erase(event)
            new = self._taken(placed, texts)
        self._forget_erased(own)
        return new

    def _refuse_unchained(self, event: Event) -> None:
        last = self.event((event.dev, event.dev_seq - 1))
        follows = last is not None or event.dev_seq == 1
        chained = event.prev_hash == (NO_HASH if last is None else last.hash)
        if not (follows and chained and event.hash == hash_of(event)):
            raise AppError("journal.broken_chain", device=event.dev, number=event.dev_seq)

    def _insert(self, event: Event) -> None:
        marks = ", ".join("?" * 16)
        self._connection.execute(f"INSERT INTO event ({COLUMNS}) VALUES ({marks})", values_of(event))  # noqa: S608

    def _head(self) -> Head:
        """Where this device stands; a new device where the file is not the one that the device wrote to."""
        mark = identity.fingerprint(self._path)
        known = self._connection.execute("SELECT dev, fingerprint FROM device").fetchone()
        if known is not None and known[1] == mark:
            dev = known[0]
        else:
            dev = identity.new_device()
            self._connection.execute("REPLACE INTO device (only_one, dev, fingerprint) VALUES (1, ?, ?)", (dev, mark))
        last = self._connection.execute(
            "SELECT dev_seq, hash, base FROM event WHERE dev = ? ORDER BY dev_seq DESC LIMIT 1", (dev,)
        ).fetchone()
        latest = self._connection.execute(_LATEST_HLC).fetchone()[0]
        dev_seq, chained_to, base = last or (0, NO_HASH, 0)
        return Head(dev, dev_seq, chained_to, latest or clock.BEGINNING, self._base(base))

    def _base(self, held: int) -> int:
        """Highest hub_seq up to which every event is here, *held* of them for certain."""
        if held == 0 and not self._rows("SELECT 1 FROM event WHERE hub_seq = 1"):
            return 0
        # From there on along the index to the first gap: a long log is not walked through for each new event.
        first_gap = self._rows(
            "SELECT hub_seq FROM event AS one WHERE hub_seq >= ? AND NOT EXISTS "
            "(SELECT 1 FROM event AS two WHERE two.hub_seq = one.hub_seq + 1) ORDER BY hub_seq LIMIT 1",
            (max(held, 1),),
        )
        return int(first_gap[0][0]) if first_gap else held

    def device(self) -> str:
        """Id under which this console writes."""
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            return self._head().dev

    def forget_device(self) -> None:
        """Go on under a new device id: for a journal that is found to have been set back to an earlier state."""
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            self._connection.execute("DELETE FROM device")

    def settle(self) -> None:
        """Have the file alone hold everything. Raises :class:`GisError` ``store.busy`` where somebody else reads."""
        with sqlite.translated(self._path):
            sqlite.settle(self._connection, self._path)

    # Reading

    def heads(self) -> dict[str, int]:
        """Last event number of each device, and how far the hub's order reaches where anything has a place in it."""
        reach = self.reach()
        return dict(self._rows(_HEADS)) | ({HUB_ORDER: reach} if reach else {})

    def version(self) -> int:
        """Another number once somebody else's writing can be read here.

        The files look changed earlier, while a writer still waits for the disk: who looks at them then and reads finds
        nothing, and would not look again.
        """
        return int(self._rows("PRAGMA data_version")[0][0])

    def reach(self) -> int:
        """How far the hub's order is held here; 0 where nothing has a place in it."""
        return int(self._rows("SELECT coalesce(max(hub_seq), 0) FROM event")[0][0])

    def placed(self, hub_seq: int) -> Event | None:
        """The event at a place in the hub's order."""
        return next(self._events("hub_seq = ?", (hub_seq,)), None)

    def naming(self, picture: str) -> str | None:
        """The entity of an entry with a place in the hub's order that names *picture* by its hash; None for none."""
        noted = "SELECT entity FROM event WHERE kind = 'incident.noted' AND hub_seq IS NOT NULL"
        rows = self._rows(f"{noted} AND instr(body, ?) LIMIT 1", (f'"{picture}"',))
        return str(rows[0][0]) if rows else None

    def pending(self) -> list[Event]:
        """What has no place in the hub's order yet, by device and number."""
        return list(self._events("hub_seq IS NULL", ()))

    def pending_count(self) -> int:
        """How many have no place in the hub's order yet."""
        return int(self._rows("SELECT count(*) FROM event WHERE hub_seq IS NULL")[0][0])

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with sqlite.translated(self._path):
            return self._connection.execute(statement, values).fetchall()

    def state(self) -> State:
        """The fold of all events: the snapshot, where one fits, with what came after it."""
        return self.state_and_tail()[0]

    def state_and_tail(self) -> tuple[State, int]:
        """The fold of all events, and how many of them the snapshot did not hold."""
        with sqlite.translated(self._path), sqlite.reading(self._connection):
            start = self._snapshot()
            state = fold(start, self.events(start.heads))
        return state, state.events - start.events

    def news(self, after: Mapping[str, int]) -> list[Event]:
        """What came after the heads *after*, all as it stands at one moment.

        Read page by page while somebody writes, an event with a late place in the hub's order could be seen and an
        earlier one's place not: a fold of them would take it as told.
        """
        with sqlite.translated(self._path), sqlite.reading(self._connection):
            return list(self.events(after))

    def told_of(
        self, entity: str, kinds: Iterable[str], after: Mapping[str, int]
    ) -> tuple[dict[str, int], list[Event]]:
        """Events of *kinds* about *entity* that came after the heads *after*, or got their place in the order since.

        Returns:
            The heads of now, and the events.
        """
        named = list(kinds)
        marks = ", ".join("?" * len(named))
        with sqlite.translated(self._path), sqlite.reading(self._connection):
            heads, found = self.heads(), list[Event]()
            for dev, last in devices_in(heads).items():
                if last > after.get(dev, 0):
                    span = (entity, *named, dev, after.get(dev, 0), last)
                    found += self._events(
                        f"entity = ? AND kind IN ({marks}) AND dev = ? AND dev_seq > ? AND dev_seq <= ?", span
                    )
            if after:
                # By the order alone: of what such an entity has ever heard, the least is new.
                since = (after.get(HUB_ORDER, 0), heads.get(HUB_ORDER, 0), entity, *named)
                placed = self._events(f"hub_seq > ? AND hub_seq <= ? AND +entity = ? AND +kind IN ({marks})", since)
                found += [event for event in placed if event.dev_seq <= after.get(event.dev, 0)]
        return heads, found

    # Snapshots

    def keep_snapshot(self, state: State) -> None:
        """Keep *state* so that the next opening folds only what comes after; it is disposable."""
        text = canonical(to_json(state))
        values = (FOLD_VERSION, text, _digest(text))
        with sqlite.translated(self._path), sqlite.transaction(self._connection):
            self._connection.execute("DELETE FROM snapshot")
            self._connection.execute("INSERT INTO snapshot (fold_version, state, digest) VALUES (?, ?, ?)", values)

    def _snapshot(self) -> State:
        """The kept state; an empty one where none fits this program and this log."""
        statement = "SELECT state, digest FROM snapshot WHERE fold_version = ?"
        with sqlite.translated(self._path):
            row = self._connection.execute(statement, (FOLD_VERSION,)).fetchone()
        if row is None or _digest(row[0]) != row[1]:
            return State()
        state = from_json(json.loads(row[0]))
        heads = self.heads()
        return state if all(heads.get(dev, 0) >= last for dev, last in state.heads.items()) else State()

    # Free text

    def _keep_texts(self, texts: Iterable[FreeText]) -> None:
        for text in texts:
            self._connection.execute("INSERT INTO text (id, salt, content) VALUES (?, ?, ?)", astuple(text))

    def texts(self, events: Iterable[Event]) -> tuple[FreeText, ...]:
        """Free texts that *events* name, as far as they are here and were not erased."""
        statement = "SELECT id, salt, content FROM text WHERE id = ? AND content IS NOT NULL"
        return tuple(
            FreeText(*row) for event in events for one in text_ids(event) for row in self._rows(statement, (one,))
        )

    def lacking(self, text_ids: Iterable[str]) -> list[str]:
        """Those of *text_ids* that never came; what was erased here did."""
        return [one for one in text_ids if not self._rows("SELECT 1 FROM text WHERE id = ?", (one,))]

    def drop_texts(self, text_ids: Iterable[str]) -> None:
        """Hold free texts no longer; unlike erased ones they may come again."""
        with sqlite.translated(self._path):
            with sqlite.transaction(self._connection):
                self._connection.executemany("DELETE FROM text WHERE id = ?", [(one,) for one in text_ids])
            # What lay in the pages would otherwise go along.
            self._connection.execute("VACUUM")

    def _erase(self, event: Event) -> None:
        """Erase what *event* says is erased, also what comes only later; in a transaction of the caller's."""
        ids = erased_by(event)
        if not ids:
            return
        # What was overwritten must not be read from the page any more.
        self._connection.execute("PRAGMA secure_delete=ON")
        self._connection.executemany(
            "INSERT INTO text (id, erased_at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET "
            "salt = NULL, content = NULL, erased_at = excluded.erased_at WHERE content IS NOT NULL",
            [(one, event.eff_at_ms) for one in ids],
        )

    def carry_out_erasures(self) -> int:
        """Erase what entries that have their place say is erased and is held all the same.

        A version that did not know such entries took them in as it takes in what is unknown, and kept the words.

        Returns:
            How many entries were carried out now; none in the ordinary case, which changes nothing.
        """
        told = self._events("entity = 'workspace' AND kind = ? AND hub_seq IS NOT NULL", (ERASED,))
        undone = [event for event in told if self._holds_any(erased_by(event))]
        if undone:
            with sqlite.translated(self._path), sqlite.transaction(self._connection):
                for event in undone:
                    self._erase(event)
            self._forget_erased(undone)
        return len(undone)

    def _holds_any(self, ids: list[str]) -> bool:
        """Whether one of *ids* is held, or would be taken in if it came."""
        there = "SELECT count(*) FROM text WHERE content IS NULL AND id IN (SELECT value FROM json_each(?))"
        return int(self._rows(there, (json.dumps(ids),))[0][0]) < len(set(ids))

    def _forget_erased(self, events: Iterable[Event]) -> None:
        """The old pages would otherwise live on in the write-ahead log; others that read may keep some a while."""
        if any(event.kind == ERASED for event in events):
            with sqlite.translated(self._path):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def erase_text(self, text_id: str, now: datetime) -> None:
        """Erase free text for good; the chain, which holds only its id, stays whole."""
        with sqlite.translated(self._path):
            self._connection.execute("PRAGMA secure_delete=ON")
            with sqlite.transaction(self._connection):
                self._connection.execute(
                    "UPDATE text SET salt = NULL, content = NULL, erased_at = ? WHERE id = ?",
                    (milliseconds(now), text_id),
                )
            # The old page would otherwise live on in the write-ahead log.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _refuse_others(connection: sqlite.Connection, path: Path) -> None:
    mark, schema = sqlite.marks_of(connection)
    if mark != APPLICATION_ID:
        raise AppError("journal.not_a_journal", path=str(path))
    if schema > SCHEMA:
        raise AppError("journal.newer_schema", path=str(path), schema=schema, known=SCHEMA)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
