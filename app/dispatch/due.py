"""When a limit ends. Instants are UTC milliseconds; days begin and end in the rule pack's time zone."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.dispatch.rules import After, At, Before, CalendarDays, Gate, Limit, Months, Rule, SameDay, WorkingDays
from app.dispatch.workdays import Calendar
from app.journal.events import EventKey, milliseconds

_SECOND_MS = 1000
_NOON = time(12)


@dataclass(frozen=True)
class Pause:
    """Time that does not count: from one event to another; *until_ms* is None while it lasts."""

    from_ms: int
    until_ms: int | None
    clause: str
    by: tuple[EventKey, ...]


@dataclass(frozen=True)
class Due:
    """When a limit ends.

    Attributes:
        at_ms: The last millisecond's end; None for a gate, and while a pause lasts.
        not_before_ms: From when on it may be met; None where that is no matter.
        provisional: No official calendar is published for one of the days counted.
    """

    at_ms: int | None
    provisional: bool = False
    not_before_ms: int | None = None


@dataclass(frozen=True)
class Start:
    """What a limit counts from: the start, the announced moment for limits before or at one, and the pauses."""

    at_ms: int
    moment_ms: int | None
    pauses: tuple[Pause, ...]


def due_of(rule: Rule, start: Start, zone: ZoneInfo, days: Calendar, met_ms: int) -> Due:
    """When *rule*'s limit ends for a clock that began at *start* and was met at *met_ms*."""
    limit = rule.limit
    if isinstance(limit, Gate) or any(pause.until_ms is None for pause in start.pauses):
        return Due(None)
    if isinstance(limit, WorkingDays):
        return _working_days(limit, start, zone, days, met_ms)
    if isinstance(limit, Before):
        return Due(None if start.moment_ms is None else start.moment_ms - limit.lead_s * _SECOND_MS)
    if isinstance(limit, At):
        if start.moment_ms is None:
            return Due(None)
        return Due(start.moment_ms + limit.late_s * _SECOND_MS, not_before_ms=start.moment_ms)
    return Due(_after(start, limit.limit_s) if isinstance(limit, After) else _by_date(limit, start.at_ms, zone))


def _by_date(limit: Limit, at_ms: int, zone: ZoneInfo) -> int:
    """The end of a limit that is counted in days of the calendar."""
    first = local_day(at_ms, zone)
    if isinstance(limit, SameDay):
        return _same_day(limit, at_ms, zone)
    if isinstance(limit, Months):
        return _end_of(months_after(first, limit.months), zone)
    assert isinstance(limit, CalendarDays), limit
    return _end_of(first + timedelta(days=limit.days), zone)


def _working_days(limit: WorkingDays, start: Start, zone: ZoneInfo, days: Calendar, met_ms: int) -> Due:
    """A day that is declared working or free moves the limits that run at that moment, never one that has ended."""
    first = local_day(start.at_ms, zone)

    def by_calendar(known_ms: int) -> Due:
        count = limit.days + limit.and_half
        last, provisional = days.nth_working_day(first, count, known_ms, lambda day: _rests(day, start, zone))
        end = datetime.combine(last, _NOON, zone)
        return Due(milliseconds(end) if limit.and_half else _end_of(last, zone), provisional)

    due = by_calendar(start.at_ms)
    for declared_ms in sorted({edit.known_from_ms for edit in days.edits if edit.known_from_ms > start.at_ms}):
        assert due.at_ms is not None
        if declared_ms >= min(due.at_ms, met_ms):
            break
        due = by_calendar(declared_ms)
    return due


def _after(start: Start, limit_s: int) -> int:
    """Pauses are walked through by time: one that begins after the limit has run out moves nothing."""
    due_ms = start.at_ms + limit_s * _SECOND_MS
    counted_to = start.at_ms
    for pause in sorted(start.pauses, key=lambda one: one.from_ms):
        assert pause.until_ms is not None
        begins = max(pause.from_ms, counted_to)
        if begins < due_ms and pause.until_ms > begins:
            due_ms += pause.until_ms - begins
            counted_to = pause.until_ms
    return due_ms


def _rests(day: date, start: Start, zone: ZoneInfo) -> bool:
    """Whether a working day does not count: the clock is paused as it ends.

    Days are counted whole, so pauses are as well: one that begins and ends on the same day takes none away, and one
    over a holiday takes away the working days alone.
    """
    end_ms = _end_of(day, zone)
    return any(pause.from_ms < end_ms and (pause.until_ms or end_ms) >= end_ms for pause in start.pauses)


def _same_day(limit: SameDay, at_ms: int, zone: ZoneInfo) -> int:
    local = local_time(at_ms, zone)
    if in_night(local.time(), limit.night_from, limit.night_to):
        morning = local.date() if local.time() < limit.night_to else local.date() + timedelta(days=1)
        return milliseconds(datetime.combine(morning, limit.by, zone))
    return _end_of(local.date(), zone)


def in_night(moment: time, night_from: time, night_to: time) -> bool:
    """Whether *moment* lies in a night that may run over midnight; its first instant counts, its last does not."""
    if night_from <= night_to:
        return night_from <= moment < night_to
    return moment >= night_from or moment < night_to


def local_time(at_ms: int, zone: ZoneInfo) -> datetime:
    """The instant on the wall clock of *zone*."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)


def local_day(at_ms: int, zone: ZoneInfo) -> date:
    """The day of the instant in *zone*."""
    return local_time(at_ms, zone).date()


def _end_of(day: date, zone: ZoneInfo) -> int:
    """24:00 of *day*."""
    return milliseconds(datetime.combine(day + timedelta(days=1), time(), zone))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or earlier where negative; of a shorter month the last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
