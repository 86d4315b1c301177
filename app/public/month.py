"""A month's figures as records and rows; :mod:`app.operations.month_report` works them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.messages import Words
from app.messages.formats import number
from app.public.entries import ComplaintKind
from app.public.figures import RULE_OF, Figure


@dataclass(frozen=True)
class MonthReport:
    """One month.

    Attributes:
        month: Its first day.
        kinds: Complaints by kind, the most frequent first.
        escalations: How many were called.
    """

    month: date
    figures: tuple[Figure, ...]
    complaints: int
    kinds: tuple[tuple[ComplaintKind, int], ...]
    escalations: int


def figure_row(one: Figure, words: Words) -> list[str | int | None]:
    """What is promised, by which rule, how often it was kept, and by whom not."""
    shown = number(one.percent, 1) if one.percent is not None else words.say("month", "none")
    least = "" if one.least_percent is None else f"≥ {one.least_percent}"
    verdict = "" if one.reached is None else words.say("month", "reached" if one.reached else "missed_share")
    missed = ", ".join(one.missed)
    waits: int | None = one.waiting or None
    counts: list[str | int | None] = [one.counted, len(one.kept), waits]
    return [words.say("month_figure", one.kind.value), RULE_OF[one.kind], *counts, shown, least, verdict, missed]
