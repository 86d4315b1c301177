"""Questions that every journal answers alike, wherever it lies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.journal.events import HUB_ORDER, Event, EventKey, devices_in
from app.journal.writing import FreeText

COLUMNS = (
    "dev, dev_seq, base, hlc, eff_at, actor, role, kind, kind_version, entity, body, prev_hash, hash, "
    "hub_seq, recv_at, signature"
)
"""Of the table ``event``, in the order of :class:`~app.journal.events.Event`."""

PAGE = 5_000
"""Events fetched at once: a long log is never held whole by those who only walk along it."""


@dataclass(frozen=True)
class Portion:
    """What came after some place in the hub's order.

    Attributes:
        events: In the hub's order, without gaps.
        texts: Free texts that these name, as far as they were not erased.
    """

    events: tuple[Event, ...]
    texts: tuple[FreeText, ...] = ()


class EventReader(ABC):
    """Reads the table ``event``, whose columns bear the same names in every engine."""

    @abstractmethod
    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What *statement* finds; ``?`` stands for each of *values*."""

    @abstractmethod
    def heads(self) -> dict[str, int]:
        """Last event number of each device, and how far the hub's order reaches where anything has a place in it."""

    def _events(self, condition: str, values: Sequence[object], order: str = "dev, dev_seq") -> Iterator[Event]:
        statement = f"SELECT {COLUMNS} FROM event WHERE {condition} ORDER BY {order}"  # noqa: S608
        for row in self._rows(statement, values):
            yield Event(*row)

    def events(self, after: Mapping[str, int] | None = None) -> Iterator[Event]:
        """All events, by device and number; or what came after *after*, the heads of then.

        That is what is new, and then what was pending and has got its place in the hub's order since.
        """
        known, heads = after or {}, self.heads()
        for dev, last in sorted(devices_in(heads).items()):
            for page in self._pages("dev_seq", known.get(dev, 0), last, "dev = ? AND ", (dev,)):
                yield from page
        if known:
            for page in self._pages("hub_seq", known.get(HUB_ORDER, 0), heads.get(HUB_ORDER, 0)):
                yield from (event for event in page if event.dev_seq <= known.get(event.dev, 0))

    def _pages(
        self, number: str, after: int, last: int, condition: str = "", values: Sequence[object] = ()
    ) -> Iterator[list[Event]]:
        """Events whose *number* lies beyond *after*, up to *last*."""
        for start in range(after, last, PAGE):
            span = (*values, start, min(start + PAGE, last))
            yield list(self._events(f"{condition}{number} > ? AND {number} <= ?", span, number))

    def differ(self, one: Mapping[str, int], other: Mapping[str, int], kinds: Iterable[str]) -> bool:
        """Whether any event of *kinds* lies between two sets of heads, or got its place in the hub's order there."""
        named = list(kinds)
        marks = ", ".join("?" * len(named))
        statement = f"SELECT 1 FROM event WHERE dev = ? AND dev_seq > ? AND dev_seq <= ? AND kind IN ({marks}) LIMIT 1"  # noqa: S608
        for dev in {*one, *other} - {HUB_ORDER}:
            first, last = sorted((one.get(dev, 0), other.get(dev, 0)))
            if self._rows(statement, (dev, first, last, *named)):
                return True
        first, last = sorted((one.get(HUB_ORDER, 0), other.get(HUB_ORDER, 0)))
        placed = f"SELECT 1 FROM event WHERE hub_seq > ? AND hub_seq <= ? AND kind IN ({marks}) LIMIT 1"  # noqa: S608
        return first < last and bool(self._rows(placed, (first, last, *named)))

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

    def latest(self, dev: str, last: int, count: int) -> Iterator[Event]:
        """The events of a device up to number *last*, at most *count* of them, by number."""
        return self._events("dev = ? AND dev_seq > ? AND dev_seq <= ?", (dev, last - count, last))

    def placed_after(self, since: int, limit: int) -> tuple[Event, ...]:
        """What comes after *since* in the hub's order, at most *limit* events."""
        return tuple(self._events("hub_seq > ? AND hub_seq <= ?", (since, since + limit), "hub_seq"))

    def text(self, text_id: str) -> str | None:
        """Free text by its id; None where it was erased or never came."""
        rows = self._rows("SELECT content FROM text WHERE id = ?", (text_id,))
        return None if not rows else rows[0][0]
