"""The desk's command language: ``新 漏 经十路112``, ``派 抢03 W118``, ``到 抢03``, ``关 V2231``, ``复 W118``.

Every verb has a Chinese word, its pinyin initials and an English word. Window and command line share it. What is typed
becomes an act of :mod:`app.dispatch.acts`, or says which word is missing; :func:`complete` offers what may stand there.

An incident that is not named is the one that is selected. ``@14:05`` anywhere says when it happened (today, or
yesterday where that is still to come), ``@-10`` how many minutes ago.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from app.dispatch import acts
from app.dispatch.acts import Act
from app.dispatch.command_words import KIND_WORDS, VERBS, Slot, Verb, kind_called, verb_called
from app.dispatch.crews import CrewState
from app.dispatch.due import local_time
from app.dispatch.entries import Course, IncidentKind, OrderStep
from app.dispatch.facts import FactKind
from app.dispatch.stations import known_chore
from app.journal.events import milliseconds


@dataclass(frozen=True)
class Names:
    """What words may mean now.

    Attributes:
        incidents: Open incidents' numbers, with what tells them apart.
        crews: Crews' names, with what tells them apart.
        orders: Open orders' numbers, with the incident that each is for.
        devices: Ids of valves, pumps and sources, with their layer; those near the selected incident suffice to offer.
        selected: Number of the incident that is selected, "" without one.
    """

    incidents: Mapping[str, str] = field(default_factory=dict)
    crews: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, str] = field(default_factory=dict)
    selected: str = ""


@dataclass(frozen=True)
class NewReport:
    """A report whose place is still to be found by its words.

    Attributes:
        place: To be looked up: an address, an id, coordinates.
    """

    kind: IncidentKind
    place: str
    dn_mm: float | None = None
    severity: int | None = None
    received_ms: int | None = None


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
class Completion:
    """What may be typed next.

    Attributes:
        line: The whole line with it.
        word: The word itself.
        detail: What tells it from others; for a verb, its initials.
    """

    line: str
    word: str
    detail: str = ""


Meaning = Act | NewReport | Misunderstood


def understand(line: str, names: Names, now_ms: int, zone: ZoneInfo) -> Meaning:
    """What *line* asks for.

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
    if verb.name == "new":
        return _report(said, at_ms)
    filled = _filled(verb, said, names)
    if isinstance(filled, Misunderstood):
        return filled
    return _act(verb.name, filled, at_ms)


def _words(line: str) -> list[str]:
    return line.strip().removeprefix("/").replace("\u3000", " ").replace("，", ",").split()


def _verb_and_rest(words: list[str]) -> tuple[Verb | None, list[str]]:
    """The verb and the words after it; ``新漏`` is read as ``新 漏``."""
    verb = verb_called(words[0])
    if verb is not None:
        return verb, words[1:]
    for cut in range(1, len(words[0])):
        if verb_called(words[0][:cut]) is VERBS["new"] and kind_called(words[0][cut:]) is not None:
            return VERBS["new"], [words[0][cut:], *words[1:]]
    return None, words


_CLOCK = re.compile(r"^@(\d{1,2})[:：](\d{2})$")
_AGO = re.compile(r"^@-(\d{1,4})$")


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


_DN: Final = re.compile(r"^(?:dn|DN|Dn)(\d{2,4})$")
_SEVERITY: Final = re.compile(r"^[!！]([1-4])$")


def _report(words: list[str], received_ms: int | None) -> NewReport | Misunderstood:
    if not words:
        return Misunderstood(WhyNot.MISSING, Slot.KIND)
    kind = kind_called(words[0])
    if kind is None:
        return Misunderstood(WhyNot.UNKNOWN, Slot.KIND, words[0])
    dn_mm, severity, place = None, None, []
    for word in words[1:]:
        if dn := _DN.match(word):
            dn_mm = float(dn[1])
        elif graveness := _SEVERITY.match(word):
            severity = int(graveness[1])
        else:
            place.append(word)
    if not place:
        return Misunderstood(WhyNot.MISSING, Slot.PLACE)
    return NewReport(kind, " ".join(place), dn_mm, severity, received_ms)


def _filled(verb: Verb, words: list[str], names: Names) -> dict[Slot, str] | Misunderstood:
    """Words by slot: each slot takes the word that fits it; an incident left out is the one selected."""
    found: dict[Slot, str] = {}
    left = list(words)
    for slot in verb.slots:
        if slot in {Slot.TEXT, Slot.REASON}:
            found[slot], left = " ".join(left), []
            continue
        if left and (word := _meant(slot, left[0], names)) is not None:
            found[slot] = word
            left.pop(0)
        elif slot is Slot.INCIDENT and names.selected:
            found[slot] = names.selected
        elif left:
            return Misunderstood(WhyNot.UNKNOWN, slot, left[0])
        elif slot not in verb.may_lack:
            return Misunderstood(WhyNot.MISSING, slot)
    if left:
        return Misunderstood(WhyNot.TOO_MANY, None, left[0])
    empty = next((slot for slot in verb.slots if not found.get(slot) and slot not in verb.may_lack), None)
    return found if empty is None else Misunderstood(WhyNot.MISSING, empty)


_NUMBER: Final = re.compile(r"^[WwＷ]?(\d+(?:-[0-9a-f]{1,8})?)$")


def _meant(slot: Slot, word: str, names: Names) -> str | None:
    """What *word* means in *slot*; None where it fits nothing."""
    if slot in {Slot.INCIDENT, Slot.OTHER}:
        number = _NUMBER.match(word)
        return f"W{number[1]}" if number is not None else None
    if slot is Slot.CREW:
        return _crew(word, names)
    if slot is Slot.ORDER:
        return _order(word, names)
    if slot is Slot.RULE:
        return word.upper() if word[0].upper() != word[0] else word
    return word


def _crew(word: str, names: Names) -> str | None:
    """A crew by its name, or by digits that end one crew's name alone."""
    if word in names.crews:
        return word
    alike = [crew for crew in names.crews if crew.casefold() == word.casefold()]
    alike = alike or [crew for crew in names.crews if word.isdigit() and _digits(crew) == int(word)]
    return alike[0] if len(alike) == 1 else None


def _digits(crew: str) -> int | None:
    found = re.search(r"(\d+)$", crew)
    return int(found[1]) if found else None


def _order(word: str, names: Names) -> str | None:
    """An order by its number, its last digits, or its incident; only where that leaves one."""
    if word in names.orders:
        return word
    number = _NUMBER.match(word)
    of_incident = [order for order, about in names.orders.items() if number is not None and about == f"W{number[1]}"]
    ending = [order for order in names.orders if word.isdigit() and order.rpartition("-")[2] == f"{int(word):03d}"]
    found = of_incident if word[:1] in "WwＷ" else ending or of_incident
    return found[0] if len(found) == 1 else None


_FACTS: Final[Mapping[str, FactKind]] = {
    "barrier": FactKind.BARRIER_SET,
    "utilities": FactKind.UTILITIES_CHECKED,
    "stop": FactKind.STOP_DECIDED,
    "notice": FactKind.NOTICE_PUBLISHED,
    "water_off": FactKind.WATER_OFF,
    "repaired": FactKind.REPAIR_DONE,
    "water_back": FactKind.WATER_BACK,
    "cleared": FactKind.SITE_CLEARED,
}
_COURSES: Final = {"finish": Course.CLOSE, "reopen": Course.REOPEN, "cancel": Course.CANCEL}
_STEPS: Final = {"read_back": OrderStep.READ_BACK, "executed": OrderStep.EXECUTED, "reported": OrderStep.REPORTED}


@dataclass(frozen=True)
class _Said:
    """What filled a verb's slots, and when it happened."""

    slots: Mapping[Slot, str]
    at_ms: int | None

    def __getitem__(self, slot: Slot) -> str:
        return self.slots.get(slot, "")


def _act(name: str, slots: Mapping[Slot, str], at_ms: int | None) -> Act:
    said = _Said(slots, at_ms)
    incident = said[Slot.INCIDENT]
    if name in _FACTS:
        return acts.Record(incident, _FACTS[name], note=said[Slot.TEXT], at_ms=at_ms)
    if name in _COURSES:
        return acts.Decide(incident, _COURSES[name], said[Slot.REASON], at_ms)
    if name in _STEPS:
        return acts.StepOrder(said[Slot.ORDER], _STEPS[name], at_ms=at_ms)
    if known_chore(name):
        values = {"chore": name, "station": said[Slot.STATION]}
        return acts.Record(incident, FactKind.CHORE_DONE, values, at_ms=at_ms)
    if name in _STATES:
        return acts.StateCrew(said[Slot.CREW], _STATES[name], at_ms=at_ms)
    return _MAKERS[name](said)


def _turn(said: _Said, position: str) -> Act:
    return acts.Turn(said[Slot.INCIDENT], said[Slot.DEVICE], position, said[Slot.REASON], said.at_ms)


def _record(said: _Said, fact: FactKind, name: str, slot: Slot) -> Act:
    return acts.Record(said[Slot.INCIDENT], fact, {name: said[slot]}, at_ms=said.at_ms)


_STATES: Final = {"arrived": CrewState.ON_SCENE, "off": CrewState.OFF, "standby": CrewState.STANDBY}
_MAKERS: Final[Mapping[str, Callable[[_Said], Act]]] = {
    "send": lambda said: acts.Send(said[Slot.CREW], said[Slot.INCIDENT], at_ms=said.at_ms),
    "divert": lambda said: acts.Send(said[Slot.CREW], said[Slot.INCIDENT], divert=True, at_ms=said.at_ms),
    "accept": lambda said: acts.Accept(said[Slot.CREW], said.at_ms),
    "recall": lambda said: acts.Recall(said[Slot.CREW], at_ms=said.at_ms),
    "close": lambda said: _turn(said, "closed"),
    "open": lambda said: _turn(said, "open"),
    "leave": lambda said: acts.LeaveValve(said[Slot.INCIDENT], said[Slot.DEVICE], said[Slot.REASON], said.at_ms),
    "merge": lambda said: acts.Merge(said[Slot.INCIDENT], said[Slot.OTHER]),
    "flushed": lambda said: _record(said, FactKind.FLUSHING_DONE, "direction", Slot.DIRECTION),
    "confirmed": lambda said: _record(said, FactKind.CUSTOMERS_CONFIRMED, "customers", Slot.CUSTOMERS),
    "area": lambda said: acts.Record(said[Slot.INCIDENT], FactKind.AREA_NAMED, note=said[Slot.TEXT], at_ms=said.at_ms),
    "waive": lambda said: acts.Waive(said[Slot.INCIDENT], said[Slot.RULE], said[Slot.REASON], said.at_ms),
    "order": lambda said: acts.Issue(
        said[Slot.CREW], said[Slot.DEVICE], said[Slot.TEXT], said[Slot.INCIDENT], said.at_ms
    ),
    "note": lambda said: acts.Note(said[Slot.INCIDENT], said[Slot.TEXT], at_ms=said.at_ms),
}


def complete(line: str, names: Names) -> tuple[Completion, ...]:
    """What may stand where *line* ends; nothing where only free words or a place are to come."""
    words = _words(line)
    fresh = not words or line[-1:].isspace()
    if not words or (len(words) == 1 and not fresh):
        typed = words[0].casefold() if words else ""
        return tuple(_verbs(typed))
    verb, said = _verb_and_rest(words)
    if verb is None:
        return ()
    typed = "" if fresh else said[-1]
    before = said if fresh else said[:-1]
    start = line[: len(line) - len(typed)]
    place = len([word for word in before if not word.startswith("@")])
    if verb.name == "new":
        return tuple(_kinds(start, typed)) if place == 0 else ()
    offered: dict[str, str] = {}
    for slot in verb.slots[place:]:
        offered = {**offered, **_offered(slot, names)}
        if slot not in verb.may_lack and not (slot is Slot.INCIDENT and names.selected):
            break
    wanted = typed.casefold()
    return tuple(
        Completion(f"{start}{word}", word, detail)
        for word, detail in offered.items()
        if wanted in word.casefold() or (wanted and wanted in detail.casefold())
    )


def _verbs(typed: str) -> Iterator[Completion]:
    for verb in VERBS.values():
        if any(word.startswith(typed) for word in verb.words):
            yield Completion(f"{verb.words[0]} ", verb.words[0], " · ".join(verb.words[1:]))


def _kinds(start: str, typed: str) -> Iterator[Completion]:
    for words in KIND_WORDS.values():
        if any(word.startswith(typed.casefold()) for word in words):
            yield Completion(f"{start}{words[0]} ", words[0], " · ".join(words[1:]))


def _offered(slot: Slot, names: Names) -> Mapping[str, str]:
    if slot in {Slot.INCIDENT, Slot.OTHER}:
        return names.incidents
    known = {Slot.CREW: names.crews, Slot.ORDER: names.orders, Slot.DEVICE: names.devices}
    return known.get(slot, {})
