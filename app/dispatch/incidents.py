"""Incidents as a fold of the journal: what is known of each, what happened, who decided what, and what is disputed.

The fold keeps entries; everything else is worked out from the set of them, so that it does not matter in which order
they became known. Merged incidents lend their facts to the one they were merged into: the earliest receipt holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.dispatch.clocks import Case
from app.dispatch.decisions import Course as Decisions
from app.dispatch.decisions import course_of
from app.dispatch.entries import AMENDABLE, FIELD_PLAN, Course, Entry, EntryKind, entry_of, fact_of
from app.dispatch.facts import Fact, FactKind, Value
from app.dispatch.permits import Permit, permit_of
from app.dispatch.rules import Subject
from app.journal.causality import Lineage, knew
from app.journal.events import Event, EventKey, key_from

INCIDENT = "incident/"
_COURSE_FACTS = {Course.CLOSE: FactKind.CLOSED, Course.REOPEN: FactKind.REOPENED, Course.CANCEL: FactKind.CANCELLED}


@dataclass(frozen=True)
class Ledger:
    """Entries by entity, each once, sorted by event; nothing else is kept.

    Attributes:
        set_aside: Events of these kinds whose bodies are not what they should be, or of later versions.
    """

    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    set_aside: tuple[EventKey, ...] = ()


def take_in(ledger: Ledger, events: Iterable[Event]) -> Ledger:
    """*ledger* with *events*; what it holds already changes nothing, but for the hub's number that it got since."""
    told: dict[str, dict[EventKey, Entry]] = {}
    aside = set(ledger.set_aside)
    kinds = set(EntryKind)
    for event in events:
        if event.kind not in kinds:
            continue
        entry = entry_of(event)
        if entry is None:
            aside.add(event.key)
        else:
            told.setdefault(entry.entity, {})[entry.key] = entry
    merged = dict(ledger.entries)
    for entity, new in told.items():
        everything = {**{one.key: one for one in merged.get(entity, ())}, **new}
        merged[entity] = tuple(everything[key] for key in sorted(everything))
    return Ledger(merged, tuple(sorted(aside)))


@dataclass(frozen=True)
class Known:
    """One attribute of an incident: what is current, more than one value where authors disagree unseen."""

    values: tuple[Value, ...]
    by: tuple[EventKey, ...]

    @property
    def disputed(self) -> bool:
        """Whether somebody who saw both must decide."""
        return len(self.values) > 1


@dataclass(frozen=True)
class Incident:
    """One incident as its entries and those merged into it say.

    Attributes:
        entity: Its name in the journal.
        opened: The entries that opened it and those merged into it, the earliest report first.
        merged: Entities merged into it.
        known: Attributes by name, as last said.
        facts: What happened, in any order, corrections included.
        course: Decisions to close, reopen, cancel.
        evidence: Notes and photos, by time.
        permits: For entering chambers, given and refused.
        plans: Plans that were attached, and those that the field went over to, as decisions of one course.
    """

    entity: str
    opened: tuple[Entry, ...]
    merged: tuple[str, ...]
    known: Mapping[str, Known]
    facts: tuple[Fact, ...]
    course: Decisions
    evidence: tuple[Entry, ...]
    permits: tuple[Permit, ...] = ()
    plans: Decisions = field(default_factory=Decisions)

    @cached_property
    def attributes(self) -> Mapping[str, Value]:
        """What is undisputed."""
        return {name: known.values[0] for name, known in self.known.items() if not known.disputed}

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do."""
        stands = self.course.stands
        return stands is None or stands.facts["course"] == Course.REOPEN

    @property
    def plan(self) -> EventKey | None:
        """The event ``plan.made`` that was put to it last, as far as it holds."""
        return key_from(next((one.facts["plan"] for one in reversed(self.plans.held) if "plan" in one.facts), None))

    @property
    def case(self) -> Case:
        """What clocks run on."""
        return Case(self.entity, Subject.INCIDENT, self.attributes, self.facts)


def incidents_of(ledger: Ledger, lineage: Lineage) -> dict[str, Incident]:
    """Every incident that was not merged into another, by entity."""
    opened = {
        entity: entries
        for entity, entries in ledger.entries.items()
        if entity.startswith(INCIDENT) and any(entry.kind is EntryKind.OPENED for entry in entries)
    }
    into = {entity: _into(entity, entries, opened, lineage) for entity, entries in opened.items()}
    heads: dict[str, list[str]] = {}
    for entity in opened:
        heads.setdefault(_head(entity, into), []).append(entity)
    return {head: _incident(head, sorted(parts), opened, lineage) for head, parts in sorted(heads.items())}


def _into(entity: str, entries: tuple[Entry, ...], opened: Mapping[str, Any], lineage: Lineage) -> str | None:
    """What *entity* was merged into; None where nothing, or nothing that exists."""
    stands = course_of((entry for entry in entries if entry.kind is EntryKind.MERGED), lineage).stands
    goal = None if stands is None else str(stands.facts["into"])
    return goal if goal in opened and goal != entity else None


def _head(entity: str, into: Mapping[str, str | None]) -> str:
    """The incident at the end of the mergers; of incidents merged in a circle the first by name."""
    passed = [entity]
    while (after := into[passed[-1]]) is not None:
        if after in passed:
            return min(passed[passed.index(after) :])
        passed.append(after)
    return passed[-1]


def _incident(head: str, parts: list[str], opened: Mapping[str, tuple[Entry, ...]], lineage: Lineage) -> Incident:
    entries = [entry for part in parts for entry in opened[part]]
    own = opened[head]
    course = course_of((entry for entry in own if entry.kind is EntryKind.DECIDED), lineage)
    openings = _by_time(entry for entry in entries if entry.kind is EntryKind.OPENED)
    happened = [fact_of(entry) for entry in entries if entry.kind is EntryKind.HAPPENED]
    return Incident(
        entity=head,
        opened=openings,
        merged=tuple(part for part in parts if part != head),
        known=_known(own, lineage),
        facts=(*(_receipt(one) for one in openings), *happened, *(_course_fact(one) for one in course.held)),
        course=course,
        evidence=_by_time(
            entry for entry in entries if entry.kind is EntryKind.NOTED and FIELD_PLAN not in entry.facts
        ),
        plans=course_of((entry for entry in entries if _is_of_plans(entry)), lineage),
        permits=tuple(
            permit_of(entry.key, entry.eff_at_ms, entry.hlc, entry.facts)
            for entry in entries
            if entry.kind is EntryKind.PERMIT
        ),
    )


def _is_of_plans(entry: Entry) -> bool:
    return entry.kind is EntryKind.NOTED and ("plan" in entry.facts or FIELD_PLAN in entry.facts)


def _by_time(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.eff_at_ms, entry.key)))


def _receipt(entry: Entry) -> Fact:
    return Fact(entry.key, FactKind.REPORT_RECEIVED, entry.eff_at_ms, entry.hlc)


def _course_fact(entry: Entry) -> Fact:
    kind = _COURSE_FACTS[Course(entry.facts["course"])]
    return Fact(entry.key, kind, entry.eff_at_ms, entry.hlc, entry.facts.get("values", {}))


def _known(entries: tuple[Entry, ...], lineage: Lineage) -> dict[str, Known]:
    """Attributes as last said: who had seen a value and said another replaces it; unseen differences are disputed."""
    speaking = [entry for entry in entries if entry.kind in {EntryKind.OPENED, EntryKind.AMENDED}]
    known = {}
    for name in sorted(AMENDABLE | {"channel"}):
        told = [entry for entry in speaking if name in entry.facts]
        current = [one for one in told if not any(knew(other.standing, one.standing, lineage) for other in told)]
        if current:
            values = {one.facts[name] for one in current}
            known[name] = Known(tuple(sorted(values, key=str)), tuple(one.key for one in current))
    return known
