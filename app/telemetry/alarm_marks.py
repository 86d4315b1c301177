"""How far a console has taken up what others did with alarms: kept in its alarms' log, beside what followed from it.

Written together with that or not at all, so that nothing is done twice and nothing is left out, whenever it dies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.journal.events import EventKey
from gis.stores.sqlite import Connection


class Register(StrEnum):
    """What of an alarm is either so or not, and is settled by the order of entries."""

    SHELF = "shelf"
    SERVICE = "service"
    LIMIT = "limit"


Name = tuple[Register, str]
"""A register of an alarm by its id."""


@dataclass(frozen=True)
class Place:
    """Where an entry of the journal stands in the order in which they count.

    Attributes:
        hub_seq: None while it is pending.
    """

    hub_seq: int | None
    hlc: str
    dev: str
    dev_seq: int

    @property
    def key(self) -> EventKey:
        """(dev, dev_seq)."""
        return (self.dev, self.dev_seq)

    @property
    def rank(self) -> tuple[float, str, str, int]:
        """As the hub numbered them, then what is pending."""
        return (math.inf if self.hub_seq is None else self.hub_seq, self.hlc, self.dev, self.dev_seq)


@dataclass(frozen=True)
class TakenUp:
    """How far the journal is taken up.

    Attributes:
        heads: All up to there is; None where nothing was ever.
        done: Entries beyond *heads* that are.
        last: The entry that each register goes by.
    """

    heads: Mapping[str, int] | None = None
    done: frozenset[EventKey] = frozenset()
    last: Mapping[Name, Place] = field(default_factory=dict)


TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS shared_head (dev TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS shared_done (
        dev TEXT NOT NULL, dev_seq INTEGER NOT NULL, PRIMARY KEY (dev, dev_seq)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS shared_last (
        register TEXT NOT NULL, alarm TEXT NOT NULL, hub_seq INTEGER, hlc TEXT NOT NULL, dev TEXT NOT NULL,
        dev_seq INTEGER NOT NULL, PRIMARY KEY (register, alarm)) WITHOUT ROWID""",
)


def read_marks(connection: Connection) -> TakenUp:
    """What is kept."""
    heads = dict(connection.execute("SELECT dev, last FROM shared_head").fetchall())
    done = frozenset((dev, number) for dev, number in connection.execute("SELECT dev, dev_seq FROM shared_done"))
    rows = connection.execute("SELECT register, alarm, hub_seq, hlc, dev, dev_seq FROM shared_last")
    return TakenUp(heads or None, done, {(Register(register), alarm): Place(*at) for register, alarm, *at in rows})


def write_marks(connection: Connection, before: TakenUp, after: TakenUp) -> None:
    """Put *after* in the place of *before*, in a transaction of the caller's."""
    heads = (after.heads or {}).items() - (before.heads or {}).items()
    connection.executemany("REPLACE INTO shared_head VALUES (?, ?)", heads)
    connection.executemany("DELETE FROM shared_done WHERE dev = ? AND dev_seq = ?", before.done - after.done)
    connection.executemany("REPLACE INTO shared_done VALUES (?, ?)", after.done - before.done)
    changed = [(*name, at) for name, at in after.last.items() if before.last.get(name) != at]
    connection.executemany(
        "REPLACE INTO shared_last VALUES (?, ?, ?, ?, ?, ?)",
        [(register.value, alarm, at.hub_seq, at.hlc, *at.key) for register, alarm, at in changed],
    )
