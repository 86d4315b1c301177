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
    """

    held: tuple[Entry, ...] = ()
    conflicts: tuple[tuple[Entry, Entry], ...] = ()

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
    for entry in sorted(decisions, key=lambda one: one.rank):
        if not held or knew(entry.standing, held[-1].standing, lineage):
            held.append(entry)
        elif entry.facts != held[-1].facts:
            conflicts.append((entry, held[-1]))
    return Course(tuple(held), tuple(conflicts))
