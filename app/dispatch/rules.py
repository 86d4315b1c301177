"""A rule of the service standard as data: what starts its clock, how long it runs, what satisfies it.

Rules come from a rule pack (:mod:`app.dispatch.rule_pack`); nothing here knows any of them by name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from app.dispatch.facts import FactKind, Value

MOMENTS = frozenset({"planned_start_ms", "planned_end_ms"})
"""Announced moments that a limit may count to."""
ATTRIBUTES = frozenset(
    {
        "dn_mm", "dn_basis", "depth_m", "material", "kind", "severity", "channel", "station", "customer",
        "forecast_duration_s", "households", "duration_s", "roads_closed", "project", "urgent",
    }
)  # fmt: skip
"""What conditions may look at: a name that nothing has would make a rule that never holds, and nobody would see it."""


class Subject(StrEnum):
    """What a rule is about."""

    INCIDENT = "incident"
    OUTAGE = "outage"
    COMPLAINT = "complaint"
    CONNECTION = "connection"
    METER_REMOVAL = "meter_removal"
    VALVE = "valve"
    TANK = "tank"
    INFORMATION = "information"
    NETWORK = "network"


@dataclass(frozen=True)
class After:
    """So long after the start, to the second; time that a clause takes out does not count."""

    limit_s: int


@dataclass(frozen=True)
class CalendarDays:
    """So many days; the day of the start does not count, the last one ends at 24:00 local time."""

    days: int


@dataclass(frozen=True)
class WorkingDays:
    """So many working days; the day of the start does not count, the last one ends at 24:00 local time.

    Attributes:
        and_half: Half a working day more, to 12:00 of the next.
    """

    days: int
    and_half: bool = False


@dataclass(frozen=True)
class Months:
    """So many months after the start, at the end of that day; a shorter month's last day stands for a later one."""

    months: int


@dataclass(frozen=True)
class Before:
    """So long before an announced moment, to the second; the moment is a value of the fact that starts the clock."""

    lead_s: int
    moment: str


@dataclass(frozen=True)
class At:
    """At an announced moment and not before it; the moment is a value of the fact that starts the clock.

    Attributes:
        late_s: How much later still counts as on time (house).
    """

    late_s: int
    moment: str


@dataclass(frozen=True)
class SameDay:
    """By 24:00 of the day of the start; where that falls into the night, by *by* of the morning after."""

    night_from: time
    night_to: time
    by: time


@dataclass(frozen=True)
class Gate:
    """No time limit: another step may not be taken before this one. At night the clock may rest."""

    at_once: bool
    night_from: time | None = None
    night_to: time | None = None


@dataclass(frozen=True)
class Judged:
    """Not a clock: a property of a plan that is judged when it is made (:mod:`app.outages.judge`).

    Attributes:
        night_from, night_to: The night in which it is to be done (house).
        peaks: Hours of the day in which much water is drawn, to be avoided (house).
    """

    check: str
    night_from: time = time(22)
    night_to: time = time(5)
    peaks: tuple[tuple[time, time], ...] = ((time(6, 30), time(9)), (time(17), time(21)))


@dataclass(frozen=True)
class Share:
    """Not a clock: a figure over a month, in per cent, and what it must reach."""

    figure: str
    least_percent: int


@dataclass(frozen=True)
class Least:
    """Not a clock: a measured value that must not be lower."""

    quantity: str
    least: float


Limit = After | CalendarDays | WorkingDays | Months | Before | At | SameDay | Gate | Judged | Share | Least


@dataclass(frozen=True)
class Condition:
    """For which subjects a rule holds, by one attribute; every bound that is given must be kept.

    Attributes:
        unknown_holds: What is taken where the attribute is not known; the clock is then provisional.
    """

    attribute: str
    more_than: float | None = None
    most: float | None = None
    least: float | None = None
    equals: Value | None = None
    unknown_holds: bool = False

    def holds(self, value: Value | None) -> bool:
        """Whether a subject with this *value* falls under the rule."""
        if value is None:
            return self.unknown_holds
        if self.equals is not None:
            return value == self.equals
        number = float(value)
        above = self.more_than is None or number > self.more_than
        enough = self.least is None or number >= self.least
        return above and enough and (self.most is None or number <= self.most)


@dataclass(frozen=True)
class PauseGrant:
    """Time that a clause takes out of a limit: from one fact to another."""

    begins: FactKind
    ends: FactKind
    clause: str


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        title_zh, title_en: What is promised, in a few words.
        clause: Wording of the document, Chinese; empty for what is the house's alone.
        heading: Where in the document it stands.
        source: Short name of the document.
        house: What of the rule is a house value and no clause, as sentences (zh, en); empty where nothing is.
        subject: What it is about.
        when: For which subjects it holds; every condition must hold.
        any_of: Alternatives to *when*: where there are any, one of them must hold as well.
        starts: Kinds of facts whose earliest starts the clock.
        readings: Other starts under other readings of the wording; shown beside it, never enforced.
        met_by: Kinds of facts whose earliest satisfies it.
        anew: Kinds of facts that undo the satisfaction (a reopened incident is not restored).
        limit: How long.
        red_line_s: A shorter lead that another clause draws; crossing it is told apart.
        pauses: Time that clauses take out.
        at_risk_percent: Share of the limit that is left when a running clock is called at risk (house).
        told: Who is told when it starts, is at risk, or is breached.
        valid_from, valid_to: Days on which a clock must start for this rule to hold; None where unbounded. A rule that
            was changed stands once for each of its times, under one id.
        differs: Where the documents disagree about it: both readings and what is done about it, as sentences (zh, en).
    """

    id: str
    title_zh: str
    title_en: str
    clause: str
    heading: str
    source: str
    house: tuple[tuple[str, str], ...]
    subject: Subject
    limit: Limit
    when: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()
    starts: tuple[FactKind, ...] = ()
    readings: tuple[FactKind, ...] = ()
    met_by: tuple[FactKind, ...] = ()
    anew: tuple[FactKind, ...] = ()
    red_line_s: int | None = None
    pauses: tuple[PauseGrant, ...] = ()
    at_risk_percent: int = 25
    told: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    differs: tuple[tuple[str, str], ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether it is in force for what starts on *day*."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def has_clock(self) -> bool:
        """Whether anything runs: figures, bounds and judgements do not."""
        return not isinstance(self.limit, Judged | Share | Least)


@dataclass(frozen=True)
class RulePack:
    """Rules of one version, in the order of the document that lists them.

    Attributes:
        zone: IANA name of the time zone in which days begin and end.
        differences: Where the documents disagree: rule ids, and what is done about it (zh, en).
    """

    name: str
    version: str
    zone: str
    rules: tuple[Rule, ...]
    differences: tuple[tuple[tuple[str, ...], str, str], ...] = ()

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id, the first that is listed where it was changed.

        Raises:
            KeyError: There is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def about(self, subject: Subject) -> tuple[Rule, ...]:
        """Rules about *subject* that have a clock."""
        return tuple(rule for rule in self.rules if rule.subject is subject and rule.has_clock)


def judged_otherwise(before: RulePack, after: RulePack, today: date) -> tuple[str, ...]:
    """Ids of rules by which *after* would judge otherwise what began before *today* under *before*, in their order."""
    rules = (*before.rules, *after.rules)
    turns = {date.min, *(rule.valid_from for rule in rules if rule.valid_from is not None)}
    turns |= {rule.valid_to + timedelta(1) for rule in rules if rule.valid_to is not None and rule.valid_to < today}
    past = sorted(day for day in turns if day < today)
    ids = dict.fromkeys(rule.id for rule in rules)
    return tuple(one for one in ids if any(_judges(before, one, day) != _judges(after, one, day) for day in past))


def _judges(pack: RulePack, rule_id: str, day: date) -> Rule | None:
    """What of a rule decides a verdict or is read beside it as the promise; None where there is none on *day*."""
    found = (rule for rule in pack.rules if rule.id == rule_id and rule.holds_on(day))
    return next(
        (
            replace(
                rule, title_zh="", title_en="", house=(), told=(), differs=(),
                at_risk_percent=0, valid_from=None, valid_to=None,
            )
            for rule in found
        ),
        None,
    )  # fmt: skip
