"""Who was called back, and what each callback found: the results beside the list of who is still to be called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.dispatch.facts import Fact, FactKind
from app.public.acts import Mood
from app.public.book import Book, Complaint

_CALLS = {
    FactKind.CALLBACK_TRIED: "C4",
    FactKind.CALLBACK_DONE: "C4",
    FactKind.SECOND_CALLBACK: "C5",
    FactKind.SUGGESTION_SETTLED: "C6",
}
"""What is a callback or ends one, and the rule that it is about."""


@dataclass(frozen=True)
class CallbackResult:
    """One callback, or what became of a suggestion that was made in one.

    Attributes:
        rule: C4 for the first one, C5 for one after that, C6 for a suggestion.
        mood: What it found; None where nobody wrote that down, and for a suggestion that was dealt with or put off.
        suggested: Whether the customer suggested something in it.
        put_off_ms: Until when a suggestion was put off; None where it was dealt with.
    """

    entity: str
    number: str
    at_ms: int
    rule: str
    mood: Mood | None
    suggested: bool = False
    put_off_ms: int | None = None


def callback_results(book: Book, since_ms: int) -> tuple[CallbackResult, ...]:
    """What callbacks found from *since_ms* on, UTC; the latest first, corrected slips left out."""
    found = (one for complaint in book.complaints.values() for one in _results(complaint, since_ms))
    return tuple(sorted(found, key=lambda one: (one.at_ms, one.rule, one.entity), reverse=True))


def _results(complaint: Complaint, since_ms: int) -> Iterator[CallbackResult]:
    facts = complaint.standing_facts
    suggested = {fact.at_ms for fact in facts if fact.kind is FactKind.SUGGESTION_MADE}
    again = False
    for fact in facts:
        if fact.kind is FactKind.NOT_SATISFIED:
            again = True
        if fact.kind not in _CALLS or fact.at_ms < since_ms:
            continue
        rule = "C5" if fact.kind is FactKind.CALLBACK_TRIED and again else _CALLS[fact.kind]
        until = fact.values.get("until_ms")
        yield CallbackResult(
            complaint.entity,
            complaint.number,
            fact.at_ms,
            rule,
            _mood(fact),
            fact.at_ms in suggested and rule != "C6",
            until if isinstance(until, int) else None,
        )


def _mood(fact: Fact) -> Mood | None:
    if fact.kind is FactKind.SUGGESTION_SETTLED:
        return None
    said = fact.values.get("mood")
    if fact.kind is FactKind.CALLBACK_TRIED:
        return Mood.UNREACHABLE
    return Mood(str(said)) if said in set(Mood) else None
