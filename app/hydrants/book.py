"""The book of water drawn from hydrants: a fold of the journal's events about it.

What is open is believed for a while only: somebody who forgets to say that a hydrant was closed shall not hide bursts
around it for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from app.hydrants.entries import USE, Purpose, UseEntry, UseEvent
from app.journal.events import EventKey

STILL_MS: Final = 12 * 3_600_000
"""House: so long after somebody last said that it runs, an open one is believed to run."""
LONGEST_MS: Final = 3 * 86_400_000
"""House: what is drawn for longer is usual by now, and explains no pressure that moves."""


class Stage(StrEnum):
    """How one stands at a moment; words are made in app.messages."""

    PLANNED = "planned"
    RUNNING = "running"
    LAPSED = "lapsed"
    """It runs by the records, for longer than anybody believes: it explains nothing any more."""
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class HydrantUse:
    """Water drawn from one hydrant, as the journal has it.

    Attributes:
        entries: All that was said of it, in the order in which it holds; the first one opened it.
    """

    number: str
    entries: tuple[UseEntry, ...]

    @cached_property
    def opened(self) -> UseEntry:
        """The entry that opened it; of several the first in the hub's order."""
        return next(one for one in self.entries if one.kind is UseEvent.OPENED)

    @property
    def hydrant(self) -> str:
        """The hydrant's id; "" where nobody knows which."""
        return str(self.opened.facts.get("hydrant", ""))

    @property
    def place_m(self) -> tuple[float, float]:
        """Where, project CRS."""
        return float(self.opened.facts["x_m"]), float(self.opened.facts["y_m"])

    @property
    def purpose(self) -> Purpose:
        """What for."""
        return Purpose(self.opened.facts["purpose"])

    @property
    def from_ms(self) -> int:
        """Since when, UTC."""
        return int(self.opened.facts["from_ms"])

    @property
    def flow_m3_h(self) -> float | None:
        """About how much; None where nobody knows."""
        said = self.opened.facts.get("flow_m3_h")
        return None if said is None else float(said)

    @cached_property
    def until_ms(self) -> int | None:
        """Until when by the last word, UTC; None while it is open. An end before the beginning is none."""
        until_ms: int | None = None
        for one in self.entries:
            said = one.facts.get("until_ms")
            if one.kind is UseEvent.RUNS and one.eff_at_ms >= self.from_ms:
                until_ms = None
            elif said is not None and (one is self.opened or one.kind is UseEvent.ENDED) and said > self.from_ms:
                until_ms = int(said)
        return until_ms

    @cached_property
    def heard_ms(self) -> int:
        """When somebody last said that it runs; its beginning where nobody has since."""
        said = (one.eff_at_ms for one in self.entries if one.kind is UseEvent.RUNS)
        return max((self.from_ms, *said))

    @cached_property
    def believed_until_ms(self) -> int:
        """Until when it explains pressures: to its end, or for a while where it is open; never longer than usual."""
        until_ms = self.heard_ms + STILL_MS if self.until_ms is None else self.until_ms
        return min(until_ms, self.from_ms + LONGEST_MS)

    @property
    def is_withdrawn(self) -> bool:
        """Whether somebody said that it was a mistake."""
        return any(one.kind is UseEvent.WITHDRAWN for one in self.entries)

    @property
    def is_sound(self) -> bool:
        """Whether its times can be: others may send anything."""
        said = self.opened.facts.get("until_ms")
        return said is None or said > self.from_ms

    def stage(self, now_ms: int) -> Stage:
        """How it stands at *now_ms*."""
        if self.is_withdrawn:
            return Stage.WITHDRAWN
        if now_ms < self.from_ms:
            return Stage.PLANNED
        if self.until_ms is not None and now_ms >= self.until_ms:
            return Stage.ENDED
        return Stage.RUNNING if now_ms <= self.believed_until_ms else Stage.LAPSED


def book_of(entries: Iterable[UseEntry]) -> dict[str, HydrantUse]:
    """Every use by number; the order of *entries* does not matter, nor that one comes twice.

    What speaks of one whose opening has not come waits in the journal; one whose times cannot be is left there.
    """
    by_entity: dict[str, dict[EventKey, UseEntry]] = {}
    for entry in entries:
        if entry.entity.startswith(USE):
            by_entity.setdefault(entry.entity, {})[entry.key] = entry
    found: dict[str, HydrantUse] = {}
    for entity in sorted(by_entity, key=_by_number):
        told = tuple(sorted(by_entity[entity].values(), key=lambda one: one.rank))
        use = HydrantUse(entity.removeprefix(USE), told)
        if any(one.kind is UseEvent.OPENED for one in told) and use.is_sound:
            found[use.number] = use
    return found


def _by_number(entity: str) -> tuple[int, str]:
    digits = entity.removeprefix(USE)[1:].partition("-")[0]
    return (int(digits) if digits.isascii() and digits.isdecimal() else 0, entity)
