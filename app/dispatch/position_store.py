"""Positions on the disk: beside the journal, not in it. They are many, and each says little.

The process that listens to devices writes; every console on the workspace reads the newest. What is older than
:data:`KEPT_DAYS` is removed, but for nothing else is a row ever changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from app.dispatch.arrival import Fix
from app.dispatch.positions import KEPT_FIXES, Positions, Sighting, Standing
from app.feeds.inbox import LinkState
from app.workspace_files import POSITIONS
from gis.stores import sqlite

KEPT_DAYS = 31
"""House: long enough to settle a complaint about an arrival, no longer."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fix (
    crew TEXT NOT NULL, at_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL, x_m REAL NOT NULL, y_m REAL NOT NULL,
    PRIMARY KEY (crew, at_ms, x_m, y_m)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""


class PositionStore:
    """The positions of one workspace. Opened by one thread and used by it.

    Raises:
        GisError: What :func:`gis.stores.sqlite.connect` raises; ``store.disk_full`` and the like while writing.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / POSITIONS
        self._connection = sqlite.connect(self._path, create=True)
        with sqlite.translated(self._path):
            self._connection.executescript(_SCHEMA)

    def append(self, sightings: Iterable[Sighting]) -> int:
        """Write *sightings* together or not at all; how many of them were not there yet."""
        rows = [(one.crew, one.fix.at_ms, one.fix.received_ms, one.fix.x_m, one.fix.y_m) for one in sightings]
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            before = connection.total_changes
            connection.executemany("INSERT OR IGNORE INTO fix VALUES (?, ?, ?, ?, ?)", rows)
            return int(connection.total_changes - before)

    def newest(self, most: int = KEPT_FIXES) -> dict[str, tuple[Fix, ...]]:
        """The last fixes of every crew, at most so many, by time."""
        with sqlite.translated(self._path), sqlite.reading(self._connection) as connection:
            crews = [str(row[0]) for row in connection.execute("SELECT DISTINCT crew FROM fix ORDER BY crew")]
            sql = "SELECT at_ms, received_ms, x_m, y_m FROM fix WHERE crew = ? ORDER BY at_ms DESC LIMIT ?"
            return {crew: tuple(Fix(*row) for row in connection.execute(sql, (crew, most)))[::-1] for crew in crews}

    def between(self, crew: str, from_ms: int, to_ms: int) -> tuple[Fix, ...]:
        """Fixes of *crew* from one instant to another, by time: the proof of an arrival."""
        sql = "SELECT at_ms, received_ms, x_m, y_m FROM fix WHERE crew = ? AND at_ms BETWEEN ? AND ? ORDER BY at_ms"
        with sqlite.translated(self._path):
            return tuple(Fix(*row) for row in self._connection.execute(sql, (crew, from_ms, to_ms)))

    def tell(self, positions: Positions, links: Mapping[str, LinkState], turned_away: int) -> None:
        """Write down how the feeds stand, for the consoles: connections, and how much was refused for what."""
        body = {
            "refused": dict(positions.refusals),
            "turned_away": turned_away,
            "links": {
                name: {"link": one.link.value, "since_ms": one.since_ms, "code": one.code, "reason": one.reason}
                for name, one in links.items()
            },
        }
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            connection.execute("INSERT OR REPLACE INTO told VALUES ('feeds', ?)", (json.dumps(body),))

    def told(self) -> dict[str, object]:
        """What :meth:`tell` wrote last; empty where no feed ever ran."""
        with sqlite.translated(self._path):
            row = self._connection.execute("SELECT body FROM told WHERE name = 'feeds'").fetchone()
        return {} if row is None else dict(json.loads(row[0]))

    def forget(self, now_ms: int) -> int:
        """Remove what is older than :data:`KEPT_DAYS`; how many rows that were."""
        with sqlite.translated(self._path), sqlite.transaction(self._connection) as connection:
            before = connection.total_changes
            connection.execute("DELETE FROM fix WHERE at_ms < ?", (now_ms - KEPT_DAYS * 86_400_000,))
            return int(connection.total_changes - before)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def positions_in(store: PositionStore, most: int = KEPT_FIXES) -> Positions:
    """What is on the disk, as standings; of each crew at most so many fixes."""
    newest = store.newest(most)
    return Positions({crew: Standing(fixes[-1], fixes) for crew, fixes in newest.items() if fixes})


def positions_of(folder: Path, most: int = KEPT_FIXES) -> Positions:
    """What devices said to the workspace in *folder*; nothing where nobody ever listened.

    Raises:
        GisError: The file is damaged and the like.
    """
    if not (folder / POSITIONS).is_file():
        return Positions()
    with closing(PositionStore(folder)) as store:
        return positions_in(store, most)
