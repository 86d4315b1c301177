"""Decisions, by the journal's rule: the first to reach the hub holds.

A later one whose author had not seen it is a conflict, shown to both and never silently dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.dispatch.entries import Entry
from app.journal.causality import Lineage, knew


@dataclass(frozen=True)
class Course:
    """What became of decisions about one thing.

    Attributes:
        held: Those that hold or held, each by an author who had seen the one before; the last one stands.
        conflicts: Those whose author had not seen what held when they came, with what held then.
        contested: Those of them that nobody who decided since had seen, and that say something else than what holds
            now. They stand until somebody who saw both decides; who knew of one side alone settles nothing.
    """

    held: tuple[Entry, ...] = ()
    conflicts: tuple[tuple[Entry, Entry], ...] = ()
    contested: tuple[Entry, ...] = ()

    @property
    def stands(self) -> Entry | None:
        """The decision that holds now."""
        return self.held[-1] if self.held else None


def course_of(decisions: Iterable[Entry], lineage: Lineage) -> Course:
    """What of *decisions* holds; their order of arrival here does not matter.

    Who decides the same as what holds already is not in conflict with it: nothing is lost by either.
    """
    held: list[Entry] = []
    conflicts: list[tuple[Entry, Entry]] = []
    ordered = sorted(decisions, key=lambda one: one.rank)
    for entry in ordered:
        if not held or knew(entry.standing, held[-1].standing, lineage):
            held.append(entry)
        elif entry.facts != held[-1].facts:
            conflicts.append((entry, held[-1]))
    contested = (
        late
        for late, _ in conflicts
        if late.facts != held[-1].facts
        and not any(knew(other.standing, late.standing, lineage) for other in ordered if other is not late)
    )
    return Course(tuple(held), tuple(conflicts), tuple(contested))
