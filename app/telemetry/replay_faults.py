"""Faults put into a recording: messages late, in another order, twice, damaged, or held up by a cut line.

None of them loses anything: what a line damages is sent again, what it holds up comes later. A history made of the
stream with faults is therefore the history made of the one without, and a drill shows the desk how lines really are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from random import Random
from typing import Final

from app.errors import AppError
from app.feeds.replay import Recorded

SHARE: Final = 0.1
"""Of the messages, how many each fault strikes."""
LATE_MS: Final = 600_000
SHUFFLED_MS: Final = 5_000
AGAIN_MS: Final = 60_000
CUT_EVERY_MS: Final = 600_000
CUT_MS: Final = 120_000


class Fault(StrEnum):
    """What a line can do to messages."""

    LATE = "late"
    """Up to ten minutes later than sent."""
    SHUFFLED = "shuffled"
    """Up to five seconds later, each: in another order."""
    DOUBLED = "doubled"
    """Once more up to a minute later."""
    DAMAGED = "damaged"
    """A broken copy first."""
    CUT = "cut"
    """Two of ten minutes nothing, then all of it at once."""


def with_faults(messages: Sequence[Recorded], faults: Collection[Fault], seed: int) -> list[Recorded]:
    """*messages* as a line with *faults* delivers them, by time of arrival; the same for the same *seed*."""
    random = Random(seed)  # noqa: S311 - a drill that can be played again, nothing secret
    found = list(messages)
    for fault, strike in _STRIKES.items():
        if fault in faults:
            found = [struck for message in found for struck in strike(message, random)]
    return sorted(found, key=lambda message: message.at_ms)


def _late(message: Recorded, random: Random) -> list[Recorded]:
    by_ms = random.randrange(LATE_MS) if random.random() < SHARE else 0
    return [replace(message, at_ms=message.at_ms + by_ms)]


def _shuffled(message: Recorded, random: Random) -> list[Recorded]:
    return [replace(message, at_ms=message.at_ms + random.randrange(SHUFFLED_MS))]


def _doubled(message: Recorded, random: Random) -> list[Recorded]:
    if random.random() >= SHARE:
        return [message]
    return [message, replace(message, at_ms=message.at_ms + random.randrange(AGAIN_MS))]


def _damaged(message: Recorded, random: Random) -> list[Recorded]:
    """Cut off, or with a byte that no text has: whoever opens it sees that it is not whole."""
    if random.random() >= SHARE or len(message.body) < 2:
        return [message]
    at = random.randrange(1, len(message.body))
    torn = message.body[:at] if random.random() < 0.5 else message.body[:at] + b"\xff" + message.body[at + 1 :]
    return [replace(message, body=torn), message]


def _cut(message: Recorded, _random: Random) -> list[Recorded]:
    into_ms = message.at_ms % CUT_EVERY_MS
    return [replace(message, at_ms=message.at_ms + CUT_MS - into_ms)] if into_ms < CUT_MS else [message]


_STRIKES: Final[Mapping[Fault, Callable[[Recorded, Random], list[Recorded]]]] = {
    Fault.SHUFFLED: _shuffled,
    Fault.LATE: _late,
    Fault.DAMAGED: _damaged,
    Fault.DOUBLED: _doubled,
    Fault.CUT: _cut,
}


def faults_named(words: Iterable[str]) -> tuple[Fault, ...]:
    """Faults by their names; ``all`` names every one. Raises :class:`AppError` ``feed.bad_fault``."""
    wanted = [word.strip() for word in words if word.strip()]
    if "all" in wanted:
        return tuple(Fault)
    known = {fault.value: fault for fault in Fault}
    for word in wanted:
        if word not in known:
            raise AppError("feed.bad_fault", name=word, known=", ".join([*known, "all"]))
    return tuple(known[word] for word in dict.fromkeys(wanted))
