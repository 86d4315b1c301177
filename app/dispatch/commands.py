"""The desk's command language: ``新 漏 经十路112``, ``派 抢03 W118``, ``到 抢03``, ``关 V2231``, ``复 W118``.

Every verb has a Chinese word, its pinyin initials and an English word; window and command line share it. What is typed
becomes an act of :mod:`app.dispatch.acts`, a question, or says which word is missing; how lines are read stands in
:mod:`app.dispatch.command_reading`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from app.dispatch import acts
from app.dispatch.acts import Act
from app.dispatch.command_reading import Misunderstood, Names, Reading, WhyNot, hours_called, read
from app.dispatch.command_words import REPORT, Slot, kind_called
from app.dispatch.crews import CrewState
from app.dispatch.entries import Course, IncidentKind, OrderStep
from app.dispatch.facts import FORECAST_DURATION, FactKind
from app.dispatch.stations import known_chore


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


@dataclass(frozen=True)
class Show:
    """Show an incident; nothing is done."""

    incident: str


Meaning = Act | NewReport | Show | Misunderstood


def understand(line: str, names: Names, now_ms: int, zone: ZoneInfo) -> Meaning:
    """What *line* asks for.

    Args:
        line: As typed.
        names: What words may mean now.
        now_ms: UTC milliseconds.
        zone: In which times are typed.
    """
    reading = read(line, names, now_ms, zone)
    return reading if isinstance(reading, Misunderstood) else meaning_of(reading)


def meaning_of(reading: Reading) -> Meaning:
    """What a line that was read asks for."""
    if reading.verb is REPORT:
        return _report(reading.words, reading.at_ms)
    if reading.wrong is None and reading.verb.name == "show":
        return Show(reading.slots[Slot.INCIDENT])
    return reading.wrong or _meant(reading.verb.name, reading.slots, reading.at_ms)


_DN: Final = re.compile(r"^(?:dn|DN|Dn)(\d{2,4})$")
_SEVERITY: Final = re.compile(r"^[!！]([1-4])$")


def _report(words: Sequence[str], received_ms: int | None) -> NewReport | Misunderstood:
    if not words:
        return Misunderstood(WhyNot.MISSING, Slot.KIND)
    kind = kind_called(words[0])
    if kind is None:
        return Misunderstood(WhyNot.UNKNOWN, Slot.KIND, words[0])
    report = report_of(kind, words[1:], received_ms)
    return report if report.place else Misunderstood(WhyNot.MISSING, Slot.PLACE)


def report_of(kind: IncidentKind, words: Sequence[str], received_ms: int | None = None) -> NewReport:
    """A report of *kind*: diameter (``DN300``) and severity (``!1``) anywhere in *words*; the others are its place."""
    dn_mm, severity, place = None, None, []
    for word in words:
        if dn := _DN.match(word):
            dn_mm = float(dn[1])
        elif graveness := _SEVERITY.match(word):
            severity = int(graveness[1])
        else:
            place.append(word)
    return NewReport(kind, " ".join(place), dn_mm, severity, received_ms)


_FACTS: Final[Mapping[str, FactKind]] = {
    "barrier": FactKind.BARRIER_SET,
    "utilities": FactKind.UTILITIES_CHECKED,
    "stop": FactKind.STOP_DECIDED,
    "notice": FactKind.NOTICE_PUBLISHED,
    "water_off": FactKind.WATER_OFF,
    "repaired": FactKind.REPAIR_DONE,
    "water_back": FactKind.WATER_BACK,
    "cleared": FactKind.SITE_CLEARED,
    "supplied": FactKind.TEMPORARY_SUPPLY,
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


def _meant(name: str, slots: Mapping[Slot, str], at_ms: int | None) -> Act:
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


def forecast_of(incident: str, hours: float, at_ms: int | None = None) -> acts.Record:
    """Somebody judges how long the outage will last."""
    return acts.Record(incident, FactKind.FORECAST_MADE, {FORECAST_DURATION: round(hours * 3600)}, at_ms=at_ms)


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
    "forecast": lambda said: forecast_of(said[Slot.INCIDENT], hours_called(said[Slot.HOURS]) or 0.0, said.at_ms),
    "waive": lambda said: acts.Waive(said[Slot.INCIDENT], said[Slot.RULE], said[Slot.REASON], said.at_ms),
    "order": lambda said: acts.Issue(
        said[Slot.CREW], said[Slot.DEVICE], said[Slot.TEXT], said[Slot.INCIDENT], said.at_ms
    ),
    "note": lambda said: acts.Note(said[Slot.INCIDENT], said[Slot.TEXT], at_ms=said.at_ms),
}
