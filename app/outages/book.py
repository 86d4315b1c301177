"""The book of planned outages: a fold of the journal's events about them.

A revision names the revision that its author saw. Of two that name the same one, the first by the hub's order holds;
the other is kept and shown as a conflict, never merged and never lost. What was decided or told belongs to a revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.dispatch.clocks import Case
from app.dispatch.facts import Fact, FactKind, Value, fact_said
from app.dispatch.rules import Subject
from app.journal.events import EventKey, key_from
from app.outages.entries import OUTAGE, Effect, OutageEntry, OutageKind, Role, Ruling


class Stage(StrEnum):
    """How far an outage has come; words are made in app.messages."""

    DRAFT = "draft"
    REFUSED = "refused"
    APPROVED = "approved"
    ANNOUNCED = "announced"
    OFF = "off"
    BACK = "back"
    ENDED = "ended"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Revision:
    """A plan with its window, as somebody wrote it.

    Attributes:
        number: Place in the chain of revisions, from 1.
        plan: The event ``plan.made`` with valves and customers.
        target: What was asked for, as the plan's record has it.
        start_ms, end_ms: The announced window, UTC.
        close: Valves to close, by id.
        grows: Whether somebody is without water, or at a time, that the revision before did not name.
        texts: Ids of its free words by role.
    """

    key: EventKey
    number: int
    actor: str
    at_ms: int
    after: EventKey | None
    plan: EventKey | None
    target: Mapping[str, object]
    start_ms: int
    end_ms: int
    effect: Effect
    close: tuple[str, ...]
    grows: bool
    texts: Mapping[str, str]

    @property
    def duration_s(self) -> int:
        """Length of the window."""
        return (self.end_ms - self.start_ms) // 1000


@dataclass(frozen=True)
class Decision:
    """What somebody decided of a revision.

    Attributes:
        rule: Of a waiver: the rule that is waived.
        texts: Ids of its reason.
    """

    key: EventKey
    ruling: Ruling
    role: Role
    actor: str
    at_ms: int
    revision: EventKey | None
    rule: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Outage:
    """One planned outage as the journal has it.

    Attributes:
        revisions: Those that hold or held, the last one is the plan.
        conflicts: Revisions whose author had not seen what held when they came.
        decisions: In the order in which they hold.
        facts: What happened, with the revision that it happened to.
    """

    number: str
    revisions: tuple[Revision, ...]
    conflicts: tuple[Revision, ...] = ()
    decisions: tuple[Decision, ...] = ()
    facts: tuple[tuple[Fact, EventKey | None], ...] = ()

    @property
    def plan(self) -> Revision:
        """The revision that holds."""
        return self.revisions[-1]

    @property
    def approvals(self) -> Mapping[Role, Decision]:
        """The last word of each role on the plan as it is now; an approval of an earlier revision does not count."""
        words = (Ruling.APPROVE, Ruling.REFUSE)
        return {one.role: one for one in self.decisions if one.revision == self.plan.key and one.ruling in words}

    @property
    def waivers(self) -> Mapping[str, Decision]:
        """Waivers of rules for the plan as it is now."""
        given = (one for one in self.decisions if one.revision == self.plan.key and one.ruling is Ruling.WAIVE)
        return {one.rule: one for one in given}

    @property
    def cancelled(self) -> Decision | None:
        """The decision that called it off; None where its water went off all the same: that can only come back."""
        return None if self.happened(FactKind.WATER_OFF) is not None else self._calling_off

    @property
    def overtaken(self) -> Decision | None:
        """The decision to call it off that does not hold: one side did not know of the other."""
        return None if self.happened(FactKind.WATER_OFF) is None else self._calling_off

    @property
    def _calling_off(self) -> Decision | None:
        return next((one for one in self.decisions if one.ruling is Ruling.CANCEL), None)

    def happened(self, kind: FactKind) -> Fact | None:
        """The last fact of *kind*."""
        return next((fact for fact, _ in reversed(self.facts) if fact.kind is kind), None)


def book_of(entries: Iterable[OutageEntry]) -> dict[str, Outage]:
    """Every planned outage by number; the order of *entries* does not matter, nor that one comes twice."""
    by_entity: dict[str, dict[EventKey, OutageEntry]] = {}
    for entry in entries:
        by_entity.setdefault(entry.entity, {})[entry.key] = entry
    outages = (_outage(entity.removeprefix(OUTAGE), told.values()) for entity, told in by_entity.items())
    return {one.number: one for one in sorted((one for one in outages if one is not None), key=_by_number)}


def _by_number(outage: Outage) -> tuple[int, str]:
    digits = outage.number.lstrip("J")
    return (int(digits) if digits.isdecimal() else 0, outage.number)


def _outage(number: str, entries: Iterable[OutageEntry]) -> Outage | None:
    """None where no first revision has come yet: what speaks of it waits in the journal."""
    told = sorted(entries, key=lambda one: one.rank)
    revised = [one for one in told if one.kind is OutageKind.REVISED]
    held: list[Revision] = []
    conflicts: list[Revision] = []
    waiting = revised
    while waiting:
        last = held[-1].key if held else None
        step = next((one for one in waiting if key_from(one.facts["after"]) == last), None)
        if step is None:
            break
        held.append(_revision(step, len(held) + 1))
        waiting = [one for one in waiting if one is not step]
    if not held:
        return None
    conflicts = [_revision(one, 0) for one in waiting]
    decisions = tuple(_decision(one) for one in told if one.kind is OutageKind.DECIDED)
    facts = sorted((_fact(one) for one in told if one.kind is OutageKind.HAPPENED), key=lambda pair: pair[0].at_ms)
    return Outage(number, tuple(held), tuple(conflicts), decisions, tuple(facts))


def _revision(entry: OutageEntry, number: int) -> Revision:
    said = entry.facts
    return Revision(
        key=entry.key,
        number=number,
        actor=entry.actor,
        at_ms=entry.eff_at_ms,
        after=key_from(said["after"]),
        plan=key_from(said["plan"]),
        target=said.get("target", {}),
        start_ms=said["start_ms"],
        end_ms=said["end_ms"],
        effect=Effect(**said["effect"]),
        close=tuple(said.get("close", ())),
        grows=said["grows"],
        texts=entry.texts,
    )


def _decision(entry: OutageEntry) -> Decision:
    said = entry.facts
    return Decision(
        entry.key,
        Ruling(said["ruling"]),
        Role(said["role"]),
        entry.actor,
        entry.eff_at_ms,
        key_from(said["revision"]),
        said.get("rule", ""),
        entry.texts,
    )


def _fact(entry: OutageEntry) -> tuple[Fact, EventKey | None]:
    said = entry.facts
    return fact_said(entry.key, entry.eff_at_ms, entry.hlc, said), key_from(said["revision"])


@dataclass(frozen=True)
class Announced:
    """Since which revision what was told still holds: it and those after it take nobody's water whom it did not name.

    Attributes:
        revision: The last one that grew; the first where none did.
    """

    revision: Revision
    told: tuple[Fact, ...] = field(default=())


_ABOUT_A_PLAN = frozenset(
    {
        FactKind.PUBLIC_TOLD,
        FactKind.MEDIA_TOLD,
        FactKind.NOTICE_DELIVERED,
        FactKind.EVERYONE_TOLD,
        FactKind.AREA_NAMED,
        FactKind.NOTICE_DRAFTED,
        FactKind.TEMPORARY_SUPPLY,
    }
)
"""What must be done anew once a plan has grown."""


def announced(outage: Outage) -> Announced:
    """Since when the plan asks no more of anybody than it does now, and what was told since."""
    grown = [one for one in outage.revisions if one.grows] or [outage.revisions[0]]
    since = grown[-1]
    keys = {one.key for one in outage.revisions if one.number >= since.number}
    told = tuple(fact for fact, of in outage.facts if fact.kind in _ABOUT_A_PLAN and of in keys)
    return Announced(since, told)


def case_of(outage: Outage) -> Case:
    """What the clocks of *outage* run on: notices of a plan that has grown since do not count."""
    plan, so_far = outage.plan, announced(outage)
    recorded: dict[str, Value] = {
        "households": plan.effect.households,
        "duration_s": plan.duration_s,
        "roads_closed": plan.effect.roads_closed,
    }
    moments: dict[str, Value] = {"planned_start_ms": plan.start_ms, "planned_end_ms": plan.end_ms}
    planned = Fact(so_far.revision.key, FactKind.OUTAGE_PLANNED, so_far.revision.at_ms, values=moments)
    happened = tuple(fact for fact, _ in outage.facts if fact.kind not in _ABOUT_A_PLAN)
    waived = tuple(
        Fact(one.key, FactKind.WAIVED, one.at_ms, values={"rule": rule}) for rule, one in outage.waivers.items()
    )
    ended = (
        () if outage.cancelled is None else (Fact(outage.cancelled.key, FactKind.CANCELLED, outage.cancelled.at_ms),)
    )
    return Case(
        f"{OUTAGE}{outage.number}", Subject.OUTAGE, recorded, (planned, *so_far.told, *happened, *waived, *ended)
    )


def stage_of(outage: Outage, needed: Iterable[Role]) -> Stage:
    """How far it has come, given whose approval it needs."""
    if outage.cancelled is not None:
        return Stage.CANCELLED
    back, off = outage.happened(FactKind.WATER_BACK), outage.happened(FactKind.WATER_OFF)
    if back is not None and (off is None or back.at_ms >= off.at_ms):
        told = outage.happened(FactKind.SECOND_NOTICE)
        return Stage.ENDED if told is not None and told.at_ms >= back.at_ms else Stage.BACK
    if off is not None:
        return Stage.OFF
    if any(fact.kind is FactKind.EVERYONE_TOLD for fact in announced(outage).told):
        return Stage.ANNOUNCED
    words = outage.approvals
    if any(one.ruling is Ruling.REFUSE for one in words.values()):
        return Stage.REFUSED
    return Stage.APPROVED if all(role in words for role in needed) else Stage.DRAFT
