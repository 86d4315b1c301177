"""How a typed line is read: its verb, then the verb's slots in any order; what is filled and what is still open.

``派 W121 抢07`` = ``派 抢07 w121`` = ``p w121 q7`` = ``send W121 R07``. An incident that is not named is the one that
is selected. ``@14:05`` anywhere says when it happened (today, or yesterday where that is still to come), ``@-10`` how
many minutes ago.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from app.dispatch.command_words import REPORT, Slot, Verb, kind_called, verb_called
from app.dispatch.due import local_time
from app.dispatch.view import DispatchView, number_of
from app.journal.events import milliseconds


@dataclass(frozen=True)
class Names:
    """What words may mean now.

    Attributes:
        incidents: Open incidents' numbers, with what tells them apart.
        crews: Crews' names, with what tells them apart.
        orders: Open orders' numbers, with the number of the incident that each is for.
        selected: Number of the incident that is selected, "" without one.
    """

    incidents: Mapping[str, str] = field(default_factory=dict)
    crews: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    selected: str = ""


def names_of(view: DispatchView, selected: str = "") -> Names:
    """What words may mean at a desk that shows *view*; *selected* is the number of the incident in front."""
    return Names(
        incidents={row.number: row.place or row.pipe for row in view.queue if row.is_open},
        crews={row.crew: ", ".join(row.skills) for row in view.crews},
        orders={order.number: number_of(order.incident) for order in view.orders if order.open},
        selected=selected,
    )


class WhyNot(StrEnum):
    """Why a line is no command. Words are made in app.messages."""

    EMPTY = "empty"
    UNKNOWN_VERB = "unknown_verb"
    MISSING = "missing"
    UNKNOWN = "unknown"
    TOO_MANY = "too_many"
    BAD_TIME = "bad_time"


@dataclass(frozen=True)
class Misunderstood:
    """A line that is no command, or not yet.

    Attributes:
        slot: What is missing, or what the word was taken for.
        word: What was not understood.
    """

    why: WhyNot
    slot: Slot | None = None
    word: str = ""


@dataclass(frozen=True)
class Reading:
    """A line as far as it goes.

    Attributes:
        slots: What is filled, by what was typed or by the incident that is selected.
        typed: The slots that words were typed for.
        left: Words that fit nothing.
        words: All words after the verb, without the time.
        at_ms: When it happened, UTC; None where nothing was said.
    """

    verb: Verb
    slots: Mapping[Slot, str]
    typed: tuple[Slot, ...]
    left: tuple[str, ...]
    words: tuple[str, ...]
    at_ms: int | None

    @property
    def open(self) -> Slot | None:
        """The first slot that must still be filled."""
        lacking = (slot for slot in self.verb.slots if not self.slots.get(slot) and slot not in self.verb.may_lack)
        return next(lacking, None)

    @property
    def wrong(self) -> Misunderstood | None:
        """Why it is no command, or not yet; None where it is one."""
        slot = self.open
        if self.left:
            if slot is None:
                return Misunderstood(WhyNot.TOO_MANY, None, self.left[0])
            return Misunderstood(WhyNot.UNKNOWN, slot, self.left[0])
        return None if slot is None else Misunderstood(WhyNot.MISSING, slot)


def read(line: str, names: Names, now_ms: int, zone: ZoneInfo) -> Reading | Misunderstood:
    """What stands in *line*; its words are filled into the slots of its verb.

    Args:
        line: As typed.
        names: What words may mean now.
        now_ms: UTC milliseconds.
        zone: In which times are typed.
    """
    words = _words(line)
    if not words:
        return Misunderstood(WhyNot.EMPTY)
    verb, rest = _verb_and_rest(words)
    if verb is None:
        return Misunderstood(WhyNot.UNKNOWN_VERB, None, words[0])
    said, at_ms = _timed(rest, now_ms, zone)
    if isinstance(at_ms, Misunderstood):
        return at_ms
    slots, left = ({}, []) if verb is REPORT else _filled(verb, said, names)
    typed = tuple(slots)
    if Slot.INCIDENT in verb.slots and Slot.INCIDENT not in slots and names.selected:
        slots[Slot.INCIDENT] = names.selected
    return Reading(verb, slots, typed, tuple(left), tuple(said), at_ms)


def _words(line: str) -> list[str]:
    return line.strip().removeprefix("/").replace("\u3000", " ").replace("，", ",").split()


def _verb_and_rest(words: list[str]) -> tuple[Verb | None, list[str]]:
    """The verb and the words after it; ``新漏`` is read as ``新 漏``."""
    verb = verb_called(words[0])
    if verb is not None:
        return verb, words[1:]
    for cut in range(1, len(words[0])):
        if verb_called(words[0][:cut]) is REPORT and kind_called(words[0][cut:]) is not None:
            return REPORT, [words[0][cut:], *words[1:]]
    return None, words


_CLOCK: Final = re.compile(r"^@(\d{1,2})[:：](\d{2})$")
_AGO: Final = re.compile(r"^@-(\d{1,4})$")


def _timed(words: list[str], now_ms: int, zone: ZoneInfo) -> tuple[list[str], int | Misunderstood | None]:
    """The words without the time, and the time."""
    times = [word for word in words if word.startswith("@")]
    said = [word for word in words if not word.startswith("@")]
    if not times:
        return said, None
    word = times[0]
    if len(times) > 1:
        return said, Misunderstood(WhyNot.BAD_TIME, None, times[1])
    if ago := _AGO.match(word):
        return said, now_ms - int(ago[1]) * 60_000
    clock = _CLOCK.match(word)
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        return said, Misunderstood(WhyNot.BAD_TIME, None, word)
    return said, _on_the_clock(int(clock[1]), int(clock[2]), local_time(now_ms, zone))


def _on_the_clock(hour: int, minute: int, now: datetime) -> int:
    moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return milliseconds(moment if moment <= now else moment - timedelta(days=1))


_TO_THE_END: Final = frozenset({Slot.TEXT, Slot.REASON})
"""Free words: they run to the end of the line."""


def _filled(verb: Verb, words: list[str], names: Names) -> tuple[dict[Slot, str], list[str]]:
    """Words by slot: each goes to the first slot that it fits; and what fits none."""
    found: dict[Slot, str] = {}
    left: list[str] = []
    if not _TO_THE_END & set(verb.slots) and any(_is_lettered(word) for word in words):
        # An incident that is named with its letter leaves bare figures to crews and orders, wherever it stands.
        words = sorted(words, key=lambda word: not _is_lettered(word))
    for place, word in enumerate(words):
        slot, meaning = _slot_of(verb, word, found, names)
        if slot is None:
            left.append(word)
        elif slot in _TO_THE_END:
            found[slot] = " ".join(words[place:])
            break
        else:
            found[slot] = meaning
    return found, left


def _slot_of(verb: Verb, word: str, found: Mapping[Slot, str], names: Names) -> tuple[Slot | None, str]:
    """The slot that *word* goes to and what it means there; None where no slot takes it."""
    free = [slot for slot in verb.slots if slot not in found]
    if Slot.INCIDENT in free and _is_lettered(word):
        # Said with its letter it is no crew's number and no valve.
        return Slot.INCIDENT, incident_called(word) or ""
    for slot in free:
        meaning = _meaning(slot, word, names)
        if meaning is not None:
            return slot, meaning
    return None, word


_LETTERS: Final = frozenset("WwＷ")
_INCIDENT: Final = re.compile(r"^[WwＷ]?(\d+(?:-[0-9a-f]{1,8})?)$")


def _is_lettered(word: str) -> bool:
    return word[:1] in _LETTERS and _INCIDENT.match(word) is not None


def incident_called(word: str) -> str | None:
    """The number of the incident that *word* may name; None where it is none."""
    number = _INCIDENT.match(word)
    return f"W{number[1]}" if number is not None else None


def _meaning(slot: Slot, word: str, names: Names) -> str | None:
    """What *word* means in *slot*; None where it fits nothing."""
    if slot in {Slot.INCIDENT, Slot.OTHER}:
        return incident_called(word)
    if slot is Slot.CREW:
        return _crew(word, names)
    if slot is Slot.ORDER:
        return _order(word, names)
    if slot is Slot.HOURS:
        hours = hours_called(word)
        return None if hours is None else f"{hours:g}"
    if slot is Slot.RULE:
        return word.upper() if word[0].upper() != word[0] else word
    return word


_HOURS: Final = re.compile(r"^(\d{1,3}(?:\.\d)?)(?:h|小时|时)?$")


def hours_called(word: str) -> float | None:
    """The hours that *word* names: ``30``, ``30h``, ``1.5小时``; None where it names none.

    >>> hours_called("30h"), hours_called("1.5小时"), hours_called("-3")
    (30.0, 1.5, None)
    """
    found = _HOURS.match(word.casefold())
    return float(found[1]) if found is not None and float(found[1]) > 0 else None


def _crew(word: str, names: Names) -> str | None:
    """A crew by its name, its figures, or its figures behind the initials of its name; only where that leaves one."""
    if word in names.crews:
        return word
    alike = [crew for crew in names.crews if crew.casefold() == word.casefold()]
    alike = alike or [crew for crew in names.crews if _same_crew(word.casefold(), crew.casefold())]
    return alike[0] if len(alike) == 1 else None


_NUMBERED: Final = re.compile(r"^(\D*)0*(\d+)$")


def _same_crew(word: str, name: str) -> bool:
    """Whether *word* may stand for *name*: ``3``, ``q3`` and ``抢3`` for ``抢03``."""
    typed, known = _NUMBERED.match(word), _NUMBERED.match(name)
    if typed is None or known is None or int(typed[2]) != int(known[2]):
        return False
    return not typed[1] or typed[1] == known[1] or stands_for(typed[1], known[1])


def stands_for(typed: str, name: str) -> bool:
    """Whether Latin letters may be the initials of a Chinese name: as many as it has characters.

    >>> stands_for("q", "抢"), stands_for("q", "R"), stands_for("抢", "抢")
    (True, False, False)
    """
    return typed.isascii() and typed.isalpha() and len(typed) == len(name) and not any(one.isascii() for one in name)


def _order(word: str, names: Names) -> str | None:
    """An order by its number, its last digits, or its incident; only where that leaves one."""
    if word in names.orders:
        return word
    number = incident_called(word)
    of_incident = [order for order, about in names.orders.items() if number is not None and about == number]
    ending = [order for order in names.orders if word.isdigit() and order.rpartition("-")[2] == f"{int(word):03d}"]
    found = of_incident if word[:1] in _LETTERS else ending or of_incident
    return found[0] if len(found) == 1 else None
