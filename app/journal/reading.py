"""Questions that every journal answers alike, wherever it lies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.journal.events import Event, EventKey

COLUMNS = (
    "dev, dev_seq, base, hlc, eff_at, actor, role, kind, kind_version, entity, body, prev_hash, hash, "
    "hub_seq, recv_at, signature"
)
"""Of the table ``event``, in the order of :class:`~app.journal.events.Event`."""

PAGE = 5_000
"""Events fetched at once: a long log is never held whole by those who only walk along it."""


class EventReader(ABC):
    """Reads the table ``event``, whose columns bear the same names in every engine."""

    @abstractmethod
    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What *statement* finds; ``?`` stands for each of *values*."""

    @abstractmethod
    def heads(self) -> dict[str, int]:
        """Last event number of each device."""

    def _events(self, condition: str, values: Sequence[object], order: str = "dev, dev_seq") -> Iterator[Event]:
        statement = f"SELECT {COLUMNS} FROM event WHERE {condition} ORDER BY {order}"  # noqa: S608
        for row in self._rows(statement, values):
            yield Event(*row)

    def events(self, after: Mapping[str, int] | None = None) -> Iterator[Event]:
        """All events, or those beyond *after* (last number known of each device), by device and number."""
        known = after or {}
        for dev, last in sorted(self.heads().items()):
            at = known.get(dev, 0)
            while at < last:
                page = list(self._events("dev = ? AND dev_seq > ? AND dev_seq <= ?", (dev, at, at + PAGE)))
                if not page:
                    return
                yield from page
                at = page[-1].dev_seq

    def differ(self, one: Mapping[str, int], other: Mapping[str, int], kinds: Iterable[str]) -> bool:
        """Whether any event of *kinds* lies between two sets of heads."""
        named = list(kinds)
        marks = ", ".join("?" * len(named))
        statement = f"SELECT 1 FROM event WHERE dev = ? AND dev_seq > ? AND dev_seq <= ? AND kind IN ({marks}) LIMIT 1"  # noqa: S608
        for dev in {*one, *other}:
            first, last = sorted((one.get(dev, 0), other.get(dev, 0)))
            if self._rows(statement, (dev, first, last, *named)):
                return True
        return False

    def about(self, entity: str) -> Iterator[Event]:
        """All events about *entity*, by device and number."""
        return self._events("entity = ?", (entity,))

    def beginning(self, prefix: str) -> Iterator[Event]:
        """All events about entities whose names begin with *prefix* (plain ASCII), by device and number."""
        after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return self._events("entity >= ? AND entity < ?", (prefix, after))

    def event(self, key: EventKey) -> Event | None:
        """One event by (dev, dev_seq)."""
        return next(self._events("dev = ? AND dev_seq = ?", key), None)

    def text(self, text_id: str) -> str | None:
        """Free text by its id; None where it was erased or never came."""
        rows = self._rows("SELECT content FROM text WHERE id = ?", (text_id,))
        return None if not rows else rows[0][0]
