"""The clocks of a subject: pure functions of its facts, the rule pack and the calendar. Nothing is counted and stored.

A clock starts at the first receipt, whatever form was saved when; merged duplicates bring their own receipts, and the
earliest holds. Where a rule was changed, the clock goes by what was in force when it started. It never pauses but where
a clause says so. What satisfies it is the earliest witness, with every other witness shown beside it. A corrected time
is a new fact: both verdicts stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from app.dispatch.due import Pause, Start, due_of, local_day
from app.dispatch.facts import Fact, FactKind, Value, as_corrected, as_recorded
from app.dispatch.rules import At, Before, Condition, Rule, RulePack, Subject
from app.dispatch.workdays import Calendar
from app.journal.events import EventKey

ENDLESS_MS = 2**62
"""Stands for a moment that has not come."""


@dataclass(frozen=True)
class Case:
    """What clocks run on: an incident, an outage, a complaint and so on.

    Attributes:
        entity: Its name in the journal, such as ``incident/W118``.
        recorded: Attributes from the records (``dn_mm`` of the pipe …); what was read on site overrides them.
        facts: What happened to it, merged duplicates' facts included, in any order.
    """

    entity: str
    subject: Subject
    recorded: Mapping[str, Value] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """One reading of a clock.

    Attributes:
        start: The fact that started it; None while it is pending.
        start_ms: When it began to run.
        pauses: Time that a clause takes out.
        due_ms: When the limit ends; None for gates and while a pause lasts.
        not_before_ms: Before this it is met too early; None where that is no matter.
        red_line_ms: A later moment that another clause draws; None where there is none.
        met: The fact that satisfied it; None while none has.
        witnesses: Every fact that may be taken to satisfy it, the earliest first.
        waived: The fact that waives it.
        called_off: The fact that ended the case before the clock was met.
        provisional: Codes of what it rests on that is not certain: ``diameter_recorded``, ``attribute_unknown``,
            ``calendar_not_published``.
    """

    start: Fact | None = None
    start_ms: int | None = None
    pauses: tuple[Pause, ...] = ()
    due_ms: int | None = None
    not_before_ms: int | None = None
    red_line_ms: int | None = None
    met: Fact | None = None
    witnesses: tuple[Fact, ...] = ()
    waived: Fact | None = None
    called_off: Fact | None = None
    provisional: tuple[str, ...] = ()

    @cached_property
    def decided_by(self) -> tuple[EventKey, ...]:
        """The events that this verdict rests on, sorted."""
        facts = (self.start, self.met, self.waived, self.called_off, *self.witnesses)
        keys = {fact.key for fact in facts if fact is not None}
        return tuple(sorted(keys.union(*(pause.by for pause in self.pauses))))

    @property
    def paused(self) -> bool:
        """Whether a pause lasts."""
        return any(pause.until_ms is None for pause in self.pauses)

    @property
    def runs(self) -> bool:
        """Whether it has begun, and neither was met nor waived nor called off."""
        return self.start is not None and self.met is None and self.waived is None and self.called_off is None

    @property
    def too_early(self) -> bool:
        """Whether it was met before the announced moment."""
        return self.met is not None and self.not_before_ms is not None and self.met.at_ms < self.not_before_ms

    @property
    def in_time(self) -> bool | None:
        """Whether it was met within its limit; None while it is not met."""
        if self.met is None:
            return None
        return not self.too_early and (self.due_ms is None or self.met.at_ms <= self.due_ms)


@dataclass(frozen=True)
class Clock:
    """One rule's clock for one case.

    Attributes:
        verdict: With every correction: what is enforced.
        recorded: As it was said at first, where a correction makes a difference.
        readings: The limit under other readings of the wording, by the kind of fact that would start it.
        witnesses_apart_s: How far the earliest and the latest kind of witness lie apart (arrival by command and by
            position); 0 where they agree.
    """

    entity: str
    rule: Rule
    verdict: Verdict
    recorded: Verdict | None = None
    readings: tuple[tuple[FactKind, Verdict], ...] = ()
    witnesses_apart_s: float = 0.0


def clocks_of(case: Case, pack: RulePack, days: Calendar) -> tuple[Clock, ...]:
    """Every clock of *case* that applies, in the order of the pack; nothing depends on the order of the facts."""
    corrected, recorded = as_corrected(case.facts), as_recorded(case.facts)
    zone = ZoneInfo(pack.zone)
    found = []
    for rule in pack.about(case.subject):
        verdict = _verdict(rule, case, corrected, zone, days)
        at_first = _verdict(rule, case, recorded, zone, days) if corrected != recorded else verdict
        if verdict is None and at_first is None:
            continue
        readings = tuple(_readings(rule, case, corrected, zone, days))
        now_holds = verdict or Verdict()
        differs = None if at_first == now_holds else at_first
        found.append(Clock(case.entity, rule, now_holds, differs, readings, _apart_s(now_holds)))
    last_ms = max((fact.at_ms for fact in corrected), default=0)
    return _one_of_each(found, local_day(last_ms, zone))


def _one_of_each(clocks: Iterable[Clock], day: date) -> tuple[Clock, ...]:
    """One clock for each rule; *day* is that of what was heard last, by which those are chosen that have not begun."""
    found: dict[str, list[Clock]] = {}
    for clock in clocks:
        found.setdefault(clock.rule.id, []).append(clock)
    return tuple(versions[0] if len(versions) == 1 else _of_its_time(versions, day) for versions in found.values())


def _of_its_time(versions: list[Clock], day: date) -> Clock:
    """Of a rule's clocks under its wordings of several times the one that counts."""
    begun = [clock for clock in versions if clock.verdict.start_ms is not None]
    if begun:
        begun.sort(key=lambda clock: clock.verdict.start_ms or 0, reverse=_renewed(begun[0].rule))
        held = begun[0]
    else:
        held = next((clock for clock in versions if clock.rule.holds_on(day)), versions[-1])
    # A corrected time may bring a clock under another wording; the verdict under the first one stays beside it.
    said = (clock.recorded for clock in versions if clock.recorded is not None and clock.recorded.start is not None)
    return held if held.recorded is not None else replace(held, recorded=next(said, None))


def _readings(
    rule: Rule, case: Case, facts: tuple[Fact, ...], zone: ZoneInfo, days: Calendar
) -> Iterator[tuple[FactKind, Verdict]]:
    for kind in rule.readings:
        verdict = _verdict(rule, case, facts, zone, days, (kind,))
        if verdict is not None and verdict.start is not None:
            yield kind, verdict


def _apart_s(verdict: Verdict) -> float:
    first: dict[FactKind, int] = {}
    for fact in verdict.witnesses:
        first.setdefault(fact.kind, fact.at_ms)
    return (max(first.values()) - min(first.values())) / 1000 if first else 0.0


def _verdict(
    rule: Rule,
    case: Case,
    facts: tuple[Fact, ...],
    zone: ZoneInfo,
    days: Calendar,
    starts: tuple[FactKind, ...] | None = None,
) -> Verdict | None:
    """What *facts* make of *rule*; None where the rule does not hold for the case."""
    provisional = _applies(rule, case, facts)
    if provisional is None:
        return None
    start = _start(rule, facts, starts or rule.starts)
    if start is None:
        return Verdict(provisional=provisional)
    if not rule.holds_on(local_day(start.at_ms, zone)):
        # A later rule does not rewrite the past.
        return None
    witnesses = _witnesses(rule, facts, start)
    met = witnesses[0] if witnesses else None
    waived = _first(fact for fact in facts if fact.kind is FactKind.WAIVED and fact.values.get("rule") == rule.id)
    called_off = _called_off(facts) if met is None else None
    end_ms = met.at_ms if met is not None else ENDLESS_MS
    pauses = tuple(_pauses(rule, facts, start.at_ms, end_ms))
    moment = start.values.get(rule.limit.moment) if isinstance(rule.limit, Before | At) else None
    moment_ms = None if moment is None else int(moment)
    due = due_of(rule, Start(start.at_ms, moment_ms, pauses), zone, days, end_ms)
    red_ms = None if rule.red_line_s is None or moment_ms is None else moment_ms - rule.red_line_s * 1000
    unsure = (*provisional, "calendar_not_published") if due.provisional else provisional
    early_ms = due.not_before_ms
    return Verdict(start, start.at_ms, pauses, due.at_ms, early_ms, red_ms, met, witnesses, waived, called_off, unsure)


def _applies(rule: Rule, case: Case, facts: tuple[Fact, ...]) -> tuple[str, ...] | None:
    """What is uncertain about the rule's holding for the case; None where it does not hold."""
    known = dict(case.recorded)
    for fact in facts:
        if fact.kind in {FactKind.DIAMETER_READ, *rule.starts}:
            known.update(fact.values)
    if not all(condition.holds(known.get(condition.attribute)) for condition in rule.when):
        return None
    if rule.any_of and not any(condition.holds(known.get(condition.attribute)) for condition in rule.any_of):
        return None
    unsure = (_unsure(condition, case, known) for condition in (*rule.when, *rule.any_of))
    return tuple(sorted({code for code in unsure if code is not None}))


def _unsure(condition: Condition, case: Case, known: Mapping[str, Value]) -> str | None:
    """A diameter is sure once it was read on site, and on records that are not about a repair."""
    if condition.attribute not in known:
        return "attribute_unknown"
    read = any(fact.kind is FactKind.DIAMETER_READ for fact in case.facts)
    on_site = case.subject is Subject.INCIDENT and condition.attribute == "dn_mm"
    return "diameter_recorded" if on_site and not read else None


def _start(rule: Rule, facts: tuple[Fact, ...], starts: tuple[FactKind, ...]) -> Fact | None:
    """The earliest fact that starts the clock; for a limit before or at an announced moment the latest announcement.

    A recurring duty runs from the last time it was done.
    """
    found = [fact for fact in facts if fact.kind in starts]
    if not found:
        return None
    return found[-1] if _renewed(rule) else found[0]


def _renewed(rule: Rule) -> bool:
    """Whether each new start begins the clock anew: a plan announced again, a duty that recurs."""
    return isinstance(rule.limit, Before | At) or bool(set(rule.met_by) & set(rule.starts))


def _witnesses(rule: Rule, facts: tuple[Fact, ...], start: Fact) -> tuple[Fact, ...]:
    """What satisfies the rule, after what undid it; a stale position never does."""
    undone_ms = max((fact.at_ms for fact in facts if fact.kind in rule.anew), default=-ENDLESS_MS)
    if _renewed(rule):
        undone_ms = max(undone_ms, start.at_ms)
    return tuple(
        fact
        for fact in facts
        if fact.kind in rule.met_by
        and fact.key != start.key
        and fact.at_ms >= undone_ms
        and not fact.values.get("stale", False)
    )


def _pauses(rule: Rule, facts: tuple[Fact, ...], start_ms: int, end_ms: int) -> Iterator[Pause]:
    """Pauses that clauses grant, within the clock's course; each from its first beginning to its next end."""
    for grant in rule.pauses:
        began: Fact | None = None
        for fact in facts:
            if fact.kind is grant.begins and began is None:
                began = fact
            elif fact.kind is grant.ends and began is not None:
                yield from _clipped(began, fact, grant.clause, start_ms, end_ms)
                began = None
        if began is not None:
            yield from _clipped(began, None, grant.clause, start_ms, end_ms)


def _clipped(began: Fact, ended: Fact | None, clause: str, start_ms: int, end_ms: int) -> Iterator[Pause]:
    from_ms = max(began.at_ms, start_ms)
    until_ms = ended.at_ms if ended is not None else (end_ms if end_ms != ENDLESS_MS else None)
    if until_ms is None or min(until_ms, end_ms) > from_ms:
        by = (began.key,) if ended is None else (began.key, ended.key)
        yield Pause(from_ms, None if until_ms is None else min(until_ms, end_ms), clause, by)


def _called_off(facts: tuple[Fact, ...]) -> Fact | None:
    """The fact that ended the case, unless it was opened again since."""
    turns = [fact for fact in facts if fact.kind in {FactKind.CANCELLED, FactKind.REOPENED}]
    return turns[-1] if turns and turns[-1].kind is FactKind.CANCELLED else None


def _first(facts: Iterable[Fact]) -> Fact | None:
    return next(iter(facts), None)
