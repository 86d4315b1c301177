"""Working days by the official calendar, with the house's own corrections; weekends alone where none is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True)
class DayEdit:
    """A day that was declared working or free after the calendar came out.

    Attributes:
        known_from_ms: When it was declared, UTC; a verdict reached before stays as it was.
    """

    day: date
    working: bool
    known_from_ms: int


def official(day: date) -> bool | None:
    """Whether the official calendar makes *day* a working day; None where none is published for its year.

    Source: the State Council's yearly notices on holidays, as the library ``chinesecalendar`` carries them, make-up
    working days included.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


@dataclass(frozen=True)
class Calendar:
    """Which days are working days.

    Attributes:
        published: The official calendar: True, False, or None where it says nothing.
        edits: What was declared later.
    """

    published: Callable[[date], bool | None] = official
    edits: tuple[DayEdit, ...] = ()

    def working(self, day: date, known_ms: int) -> tuple[bool, bool]:
        """Whether *day* is a working day by what was known at *known_ms*, and whether that is provisional."""
        edits = [edit for edit in self.edits if edit.day == day and edit.known_from_ms <= known_ms]
        if edits:
            return max(edits, key=lambda edit: edit.known_from_ms).working, False
        said = self.published(day)
        return (day.weekday() < 5, True) if said is None else (said, False)

    def nth_working_day(
        self, start: date, count: int, known_ms: int, skipped: Callable[[date], bool]
    ) -> tuple[date, bool]:
        """The *count*-th working day after *start* that is not *skipped*, and whether that is provisional."""
        day, left, provisional = start, count, False
        while left > 0:
            day += timedelta(days=1)
            working, guessed = self.working(day, known_ms)
            provisional |= guessed
            left -= working and not skipped(day)
        return day, provisional
