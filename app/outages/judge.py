"""Whether a planned outage is lawful: every P rule of the pack judged by itself, and what would make it lawful.

Clocks (P0–P6, P8) are those of :mod:`app.dispatch.clocks`; here stand the night window (P7), what can still be done,
and the earliest start at which everything could be kept. Nothing here names a limit: all of them come from the pack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.dispatch.board import Standards
from app.dispatch.clocks import Clock, clocks_of
from app.dispatch.due import in_night, local_day, local_time
from app.dispatch.facts import Value
from app.dispatch.rules import Before, Gate, Judged, Rule, RulePack, Subject
from app.outages.book import Outage, case_of
from app.outages.entries import Role

START = "planned_start_ms"
"""The moment before which most of what P rules ask must be done."""

_MANAGED = ("P2", "P7")
"""Where one of these holds the management approves as well (house)."""

_STEP_MS = 30 * 60_000
"""Starts are proposed on the half hour."""

_SEARCHED = 7 * 48
"""Half hours looked at after the earliest start that the notices allow."""


class Standing(StrEnum):
    """How an outage stands to a rule; words are made in app.messages.

    LATE is past the rule's limit but before the red line of another clause.
    """

    MET = "met"
    MET_EARLY = "met_early"
    MET_LATE = "met_late"
    OPEN = "open"
    LATE = "late"
    BROKEN = "broken"
    WAIVED = "waived"
    WAITS = "waits"


_AMISS = frozenset({Standing.BROKEN, Standing.LATE, Standing.MET_LATE, Standing.MET_EARLY})


class Remedy(StrEnum):
    """What would make it lawful; words are made in app.messages."""

    DO_BY = "do_by"
    DO_NOW = "do_now"
    MOVE_START = "move_start"
    MOVE_INTO_NIGHT = "move_into_night"
    SHORTEN_OR_WAIVER = "shorten_or_waiver"


@dataclass(frozen=True)
class Finding:
    """One rule's judgement.

    Attributes:
        due_ms: By when it must be done; None for gates and for what is no clock.
        not_before_ms: Before this it would be too early; None where that is no matter.
        red_line_ms: A later moment that another clause draws.
        met_ms: When it was done.
        remedy: What is to be done; None where nothing is.
        remedy_ms: The moment that the remedy names: by when, or the start to move to.
        provisional: Codes of what it rests on that is not certain.
    """

    rule: Rule
    standing: Standing
    due_ms: int | None = None
    not_before_ms: int | None = None
    red_line_ms: int | None = None
    met_ms: int | None = None
    remedy: Remedy | None = None
    remedy_ms: int | None = None
    provisional: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """All rules that hold for an outage, in the order of the pack.

    Attributes:
        earliest_ms: The earliest start at which all of them could still be kept, were it announced now; None where the
            window is too long for the night that it needs: then the first night is in *with_waiver_ms*.
        with_waiver_ms: The earliest start where the approver waives the night window.
        over_peak: Whether the window reaches into hours of high demand.
        approvals: Whose approval it needs.
    """

    findings: tuple[Finding, ...]
    earliest_ms: int | None
    with_waiver_ms: int
    over_peak: bool
    approvals: tuple[Role, ...]

    @property
    def lawful(self) -> bool:
        """Whether nothing is broken or past its limit; what is open can still be done in time."""
        return not any(one.standing in _AMISS for one in self.findings)

    @property
    def before(self) -> tuple[Finding, ...]:
        """What is asked before the water goes off: what must be done by then, and by what plan."""
        return tuple(one for one in self.findings if before_start(one.rule) or not one.rule.has_clock)

    @property
    def ready(self) -> bool:
        """Whether all that must be done before the start is done."""
        return self.lawful and all(one.standing in {Standing.MET, Standing.WAIVED} for one in self.before)

    def finding(self, rule: str) -> Finding | None:
        """What was found of *rule*; None where it does not hold for this outage."""
        return next((one for one in self.findings if one.rule.id == rule), None)


def judge(outage: Outage, standards: Standards, now_ms: int) -> Judgement:
    """Judge *outage* as it stands at *now_ms*.

    Args:
        outage: As the book has it.
        standards: The rule pack and the calendar.
        now_ms: The moment, UTC.
    """
    pack, plan = standards.pack, outage.plan
    zone = ZoneInfo(pack.zone)
    clocks = clocks_of(case_of(outage), pack, standards.days)
    day = local_day(plan.start_ms, zone)
    night, peaks = night_rule(pack, attributes_of(outage), day), peaks_of(pack, day)
    lead_s = max((_lead_s(clock.rule) for clock in clocks), default=0)
    soonest_ms = _on_the_half_hour(now_ms + lead_s * 1000)
    earliest_ms = earliest_start(soonest_ms, plan.duration_s, night, zone, peaks)
    with_waiver_ms = _first_night(soonest_ms, night, zone)
    findings = [_of_clock(clock, now_ms, earliest_ms or with_waiver_ms) for clock in clocks]
    if night is not None:
        findings.append(_of_night(outage, night, zone, earliest_ms, with_waiver_ms))
    order = {rule.id: place for place, rule in enumerate(pack.rules)}
    findings.sort(key=lambda one: order[one.rule.id])
    over = over_peak(plan.start_ms, plan.end_ms, peaks, zone)
    return Judgement(tuple(findings), earliest_ms, with_waiver_ms, over, approvals_for(one.rule.id for one in findings))


def approvals_for(rules: Iterable[str]) -> tuple[Role, ...]:
    """Whose approval an outage needs for which these rules hold (house)."""
    usual = (Role.SHIFT_LEAD, Role.NETWORK)
    return (*usual, Role.MANAGEMENT) if any(rule in _MANAGED for rule in rules) else usual


def attributes_of(outage: Outage) -> dict[str, Value]:
    """What conditions of rules look at."""
    return dict(case_of(outage).recorded)


def night_rule(pack: RulePack, attributes: dict[str, Value], day: date) -> Rule | None:
    """The rule that wants the work done by night, where it holds for an outage of these *attributes* on *day*."""
    for rule in pack.rules:
        if rule.subject is Subject.OUTAGE and isinstance(rule.limit, Judged) and rule.holds_on(day):
            holds = [one.holds(attributes.get(one.attribute)) for one in rule.any_of]
            if all(one.holds(attributes.get(one.attribute)) for one in rule.when) and (not holds or any(holds)):
                return rule
    return None


def peaks_of(pack: RulePack, day: date) -> tuple[tuple[time, time], ...]:
    """Hours of high demand by what of the *pack* is in force on *day*; none where no rule names them."""
    named = (rule.limit.peaks for rule in pack.rules if isinstance(rule.limit, Judged) and rule.holds_on(day))
    return next(named, ())


def within_night(start_ms: int, end_ms: int, rule: Rule, zone: ZoneInfo) -> bool:
    """Whether the water is off inside the night window alone; its last instant may be the end."""
    assert isinstance(rule.limit, Judged)
    first, last = local_time(start_ms, zone), local_time(end_ms, zone)
    if not in_night(first.time(), rule.limit.night_from, rule.limit.night_to):
        return False
    return last <= _night_end(first, rule.limit.night_from, rule.limit.night_to)


def over_peak(start_ms: int, end_ms: int, peaks: Iterable[tuple[time, time]], zone: ZoneInfo) -> bool:
    """Whether the window shares more than an instant with any of the *peaks*."""
    first, last = local_time(start_ms, zone), local_time(end_ms, zone)
    days = (first.date() + timedelta(days=ahead) for ahead in range((last.date() - first.date()).days + 1))
    spans = (
        (datetime.combine(day, begin, zone), datetime.combine(day, end, zone)) for day in days for begin, end in peaks
    )
    return any(begin < last and end > first for begin, end in spans)


def earliest_start(
    soonest_ms: int, duration_s: int, night: Rule | None, zone: ZoneInfo, peaks: tuple[tuple[time, time], ...]
) -> int | None:
    """The first half hour from *soonest_ms* on at which a window of *duration_s* keeps the night, or avoids the peaks.

    Returns:
        None where the night that it needs is shorter than the window. A window that can avoid no peak starts at once.
    """
    starts = [soonest_ms + step * _STEP_MS for step in range(_SEARCHED)]
    if night is not None:
        return next((at for at in starts if within_night(at, at + duration_s * 1000, night, zone)), None)
    calm = (at for at in starts if not over_peak(at, at + duration_s * 1000, peaks, zone))
    return next(calm, soonest_ms)


def _first_night(soonest_ms: int, night: Rule | None, zone: ZoneInfo) -> int:
    """The first half hour inside the night window, however long the work."""
    if night is None:
        return soonest_ms
    starts = (soonest_ms + step * _STEP_MS for step in range(_SEARCHED))
    return next((at for at in starts if within_night(at, at, night, zone)), soonest_ms)


def _of_clock(clock: Clock, now_ms: int, move_to_ms: int) -> Finding:
    verdict, rule = clock.verdict, clock.rule
    standing = _standing(clock, now_ms)
    remedy, remedy_ms = _remedy(rule, standing, verdict.due_ms, move_to_ms)
    met_ms = None if verdict.met is None else verdict.met.at_ms
    times = (verdict.due_ms, verdict.not_before_ms, verdict.red_line_ms, met_ms)
    return Finding(rule, standing, *times, remedy, remedy_ms, tuple(verdict.provisional))


def _standing(clock: Clock, now_ms: int) -> Standing:
    verdict = clock.verdict
    if verdict.waived is not None:
        return Standing.WAIVED
    if verdict.start is None:
        return Standing.WAITS
    if verdict.met is not None:
        missed = Standing.MET_EARLY if verdict.too_early else Standing.MET_LATE
        return Standing.MET if verdict.in_time else missed
    if verdict.due_ms is None or now_ms <= verdict.due_ms:
        return Standing.OPEN
    return Standing.LATE if verdict.red_line_ms is not None and now_ms <= verdict.red_line_ms else Standing.BROKEN


def _remedy(rule: Rule, standing: Standing, due_ms: int | None, move_to_ms: int) -> tuple[Remedy | None, int | None]:
    if standing is Standing.OPEN:
        return (Remedy.DO_NOW, None) if due_ms is None else (Remedy.DO_BY, due_ms)
    if standing in {Standing.LATE, Standing.BROKEN, Standing.MET_LATE} and before_start(rule):
        return Remedy.MOVE_START, move_to_ms
    return (Remedy.DO_NOW, None) if standing in {Standing.LATE, Standing.BROKEN} else (None, None)


def _of_night(outage: Outage, rule: Rule, zone: ZoneInfo, earliest_ms: int | None, with_waiver_ms: int) -> Finding:
    plan = outage.plan
    if within_night(plan.start_ms, plan.end_ms, rule, zone):
        return Finding(rule, Standing.MET)
    if rule.id in outage.waivers:
        return Finding(rule, Standing.WAIVED, met_ms=outage.waivers[rule.id].at_ms)
    if earliest_ms is None:
        return Finding(rule, Standing.BROKEN, remedy=Remedy.SHORTEN_OR_WAIVER, remedy_ms=with_waiver_ms)
    return Finding(rule, Standing.BROKEN, remedy=Remedy.MOVE_INTO_NIGHT, remedy_ms=earliest_ms)


def before_start(rule: Rule) -> bool:
    """Whether *rule* asks for something that must be done before the outage starts."""
    return isinstance(rule.limit, Before | Gate) and (isinstance(rule.limit, Gate) or rule.limit.moment == START)


def _lead_s(rule: Rule) -> int:
    return rule.limit.lead_s if isinstance(rule.limit, Before) and rule.limit.moment == START else 0


def _night_end(first: datetime, night_from: time, night_to: time) -> datetime:
    """When the night ends in which *first* lies."""
    goes_over = night_from > night_to and first.time() >= night_from
    return datetime.combine(first.date() + timedelta(days=int(goes_over)), night_to, first.tzinfo)


def _on_the_half_hour(at_ms: int) -> int:
    return -(-at_ms // _STEP_MS) * _STEP_MS
