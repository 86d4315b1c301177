"""The figures of a month: what was promised, how often it was kept, and every case in which it was not.

A case belongs to the month in which its clock began. What is still open and in time counts neither way; what is open
and overdue counts as not kept. Nothing is rounded up: 99.99 % is not "both 100 %".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.dispatch.board import Standards
from app.dispatch.clocks import Clock, clocks_of
from app.dispatch.due import local_day
from app.dispatch.entries import IncidentKind
from app.dispatch.facts import FactKind, as_corrected
from app.dispatch.incidents import Incident
from app.dispatch.rules import Share
from app.outages.book import Outage
from app.outages.judge import Standing, judge
from app.public.book import Complaint, Information, Stage


class FigureKind(StrEnum):
    """What is counted; words are made in app.messages."""

    ARRIVAL = "arrival"
    RESTORED = "restored"
    RESTORED_LARGE = "restored_large"
    NO_SHUT_OFF = "no_shut_off"
    NOTICES = "notices"
    MEDIA = "media"
    STOPPED = "stopped"
    ENDED = "ended"
    SECOND_NOTICE = "second_notice"
    CONTACTED = "contacted"
    SETTLED = "settled"
    SETTLED_IN_TIME = "settled_in_time"
    CALLBACKS = "callbacks"
    PUBLISHED = "published"


RULE_OF: Mapping[FigureKind, str] = {
    FigureKind.ARRIVAL: "E1",
    FigureKind.RESTORED: "E2",
    FigureKind.RESTORED_LARGE: "E3",
    FigureKind.NO_SHUT_OFF: "E9",
    FigureKind.NOTICES: "P3",
    FigureKind.MEDIA: "P2",
    FigureKind.STOPPED: "P5s",
    FigureKind.ENDED: "P5",
    FigureKind.SECOND_NOTICE: "P8",
    FigureKind.CONTACTED: "C1",
    FigureKind.SETTLED: "C7",
    FigureKind.SETTLED_IN_TIME: "C7",
    FigureKind.CALLBACKS: "C4",
    FigureKind.PUBLISHED: "I1",
}
"""The rule whose promise each figure tells of."""

WHOLE_PERCENT = frozenset({FigureKind.ARRIVAL})
"""Figures whose clause asks for all: 抢修到位及时率应达100%."""

LEAKS = frozenset({IncidentKind.VISIBLE_LEAK, IncidentKind.HIDDEN_LEAK, IncidentKind.BURST})


@dataclass(frozen=True)
class Figure:
    """One figure of a period.

    Attributes:
        kept, missed: Numbers of the cases, sorted.
        waiting: How many are open and still in time.
        least_percent: What the standard asks; None where it names no share.
    """

    kind: FigureKind
    kept: tuple[str, ...]
    missed: tuple[str, ...]
    waiting: int
    least_percent: int | None

    @property
    def counted(self) -> int:
        """Cases that count."""
        return len(self.kept) + len(self.missed)

    @property
    def percent(self) -> float | None:
        """Share that was kept; None where nothing counts."""
        return 100.0 * len(self.kept) / self.counted if self.counted else None

    @property
    def reached(self) -> bool | None:
        """Whether what the standard asks was reached; None where it asks nothing, or nothing counts."""
        if self.least_percent is None or self.percent is None:
            return None
        return 100 * len(self.kept) >= self.least_percent * self.counted


@dataclass(frozen=True)
class Records:
    """All that the figures are counted from, of any time."""

    incidents: tuple[Incident, ...]
    outages: tuple[Outage, ...]
    complaints: tuple[Complaint, ...]
    information: tuple[Information, ...] = ()


@dataclass(frozen=True)
class Period:
    """From an instant on, up to another, UTC milliseconds; judged at a third."""

    from_ms: int
    until_ms: int
    now_ms: int

    def holds(self, at_ms: int) -> bool:
        """Whether something of that moment belongs to it."""
        return self.from_ms <= at_ms < self.until_ms


def figures_of(records: Records, standards: Standards, period: Period) -> tuple[Figure, ...]:
    """Every figure of *period*, those without a case too."""
    counted: dict[FigureKind, dict[str, bool | None]] = {kind: {} for kind in FigureKind}
    for incident in records.incidents:
        _count_incident(counted, incident, standards, period)
    for outage in records.outages:
        _count_outage(counted, outage, standards, period)
    for complaint in records.complaints:
        _count_complaint(counted, complaint, standards, period)
    for one in records.information:
        clocks = {clock.rule.id: clock for clock in clocks_of(one.case, standards.pack, standards.days)}
        _count_clock(counted[FigureKind.PUBLISHED], one.number, clocks.get(RULE_OF[FigureKind.PUBLISHED]), period)
    last = local_day(period.until_ms - 1, ZoneInfo(standards.pack.zone))
    return tuple(_figure(kind, told, standards, last) for kind, told in counted.items())


def _figure(kind: FigureKind, told: Mapping[str, bool | None], standards: Standards, day: date) -> Figure:
    least = next(
        (rule.limit.least_percent for rule in standards.pack.rules
         if rule.id == RULE_OF[kind] and isinstance(rule.limit, Share) and rule.holds_on(day)),
        100 if kind in WHOLE_PERCENT else None,
    )  # fmt: skip
    return Figure(
        kind,
        tuple(sorted((number for number, kept in told.items() if kept is True), key=_by_number)),
        tuple(sorted((number for number, kept in told.items() if kept is False), key=_by_number)),
        sum(kept is None for kept in told.values()),
        least,
    )


def _by_number(number: str) -> tuple[int, str]:
    digits = number[1:].partition("-")[0]
    return (int(digits) if digits.isdecimal() else 0, number)


_OF_INCIDENTS = (FigureKind.ARRIVAL, FigureKind.RESTORED, FigureKind.RESTORED_LARGE)
_OF_COMPLAINTS = (FigureKind.CONTACTED, FigureKind.CALLBACKS)


def _count_incident(
    counted: Mapping[FigureKind, dict[str, bool | None]], incident: Incident, standards: Standards, period: Period
) -> None:
    number = incident.entity.rpartition("/")[2]
    clocks = {clock.rule.id: clock for clock in clocks_of(incident.case, standards.pack, standards.days)}
    for kind in _OF_INCIDENTS:
        _count_clock(counted[kind], number, clocks.get(RULE_OF[kind]), period)
    facts = as_corrected(incident.facts)
    repaired = next((fact for fact in facts if fact.kind is FactKind.REPAIR_DONE), None)
    if repaired is not None and period.holds(repaired.at_ms) and incident.attributes.get("kind") not in LEAKS:
        counted[FigureKind.NO_SHUT_OFF][number] = not any(fact.kind is FactKind.WATER_OFF for fact in facts)


def _count_clock(told: dict[str, bool | None], number: str, clock: Clock | None, period: Period) -> None:
    """A clock that began in the period; what was waived or called off does not count."""
    if clock is None or clock.verdict.start_ms is None or not period.holds(clock.verdict.start_ms):
        return
    verdict = clock.verdict
    if verdict.waived is not None or verdict.called_off is not None:
        return
    is_over = verdict.due_ms is not None and period.now_ms > verdict.due_ms
    told[number] = verdict.in_time if verdict.met is not None else (False if is_over else None)


_KEPT: Mapping[Standing, bool | None] = {
    Standing.MET: True,
    Standing.MET_EARLY: False,
    Standing.MET_LATE: False,
    Standing.LATE: False,
    Standing.BROKEN: False,
    Standing.OPEN: None,
    Standing.WAITS: None,
}
_OF_OUTAGES = (
    FigureKind.NOTICES,
    FigureKind.MEDIA,
    FigureKind.STOPPED,
    FigureKind.ENDED,
    FigureKind.SECOND_NOTICE,
)


def _count_outage(
    counted: Mapping[FigureKind, dict[str, bool | None]], outage: Outage, standards: Standards, period: Period
) -> None:
    """An outage that was carried out belongs to the month in which it was to start."""
    if outage.cancelled is not None or not period.holds(outage.plan.start_ms):
        return
    found = judge(outage, standards, period.now_ms)
    for kind in _OF_OUTAGES:
        finding = found.finding(RULE_OF[kind])
        if finding is not None and finding.standing in _KEPT:
            counted[kind][outage.number] = _KEPT[finding.standing]


def _count_complaint(
    counted: Mapping[FigureKind, dict[str, bool | None]], complaint: Complaint, standards: Standards, period: Period
) -> None:
    if not period.holds(complaint.opened_ms) or complaint.stage is Stage.CANCELLED:
        return
    clocks = {clock.rule.id: clock for clock in clocks_of(complaint.case, standards.pack, standards.days)}
    for kind in _OF_COMPLAINTS:
        clock = clocks.get(RULE_OF[kind])
        inside = Period(0, 2**62, period.now_ms)
        _count_clock(counted[kind], complaint.number, clock, inside)
    settled: dict[str, bool | None] = {}
    _count_clock(settled, complaint.number, clocks.get("C2"), period)
    for number, in_time in settled.items():
        counted[FigureKind.SETTLED_IN_TIME][number] = in_time
        met = clocks["C2"].verdict.met is not None
        counted[FigureKind.SETTLED][number] = True if met else in_time
