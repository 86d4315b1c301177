"""What follows at this console from what was done at others. Pure functions; the journal is read elsewhere.

An acknowledgement means one occurrence of an alarm. Consoles raise it by readings and clocks of their own, so the same
occurrence has about the same beginning at each; what began after somebody acknowledged is never meant. Of what is
either so or not (put aside, out of service, a limit) that counts which is the last in the hub's order, and before it
has a place there, what was written here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.errors import AppError
from app.journal.causality import knew
from app.journal.events import EventKey
from app.telemetry import alarms as life
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_marks import Name, Place, Register, TakenUp
from app.telemetry.alarms import BEFORE_MS, NEVER_MS, Alarms, Limits
from app.telemetry.setup import Setup
from app.telemetry.setup_watch import BETWEEN
from app.telemetry.shared_entries import LimitChange, Occurrence, Shared
from app.times import CITY_TIME, utc_of

CLOCKS_MS: Final = 2_000
"""House value: by so much clocks may differ that go by the same hub; what began later than this after somebody
acknowledged was not what he saw."""
LATE_MS: Final = 60_000
"""House value: what is heard of later than this is told with when it was done."""
FRESH_MS: Final = 7 * 86_400_000
"""House value: a console that hears of all that there ever was writes down what was said in the last week."""


REGISTER_OF: Final = {
    Deed.SHELVED: Register.SHELF,
    Deed.UNSHELVED: Register.SHELF,
    Deed.OUT: Register.SERVICE,
    Deed.BACK: Register.SERVICE,
}


def place_of(entry: Shared) -> Place:
    """Where *entry* stands."""
    return Place(entry.standing.hub_seq, entry.hlc, *entry.key)


def in_order(entries: Iterable[Shared]) -> list[Shared]:
    """*entries* as they count."""
    return sorted(entries, key=lambda one: place_of(one).rank)


def placed_anew(taken: TakenUp, entries: Iterable[Shared]) -> TakenUp:
    """*taken* where entries that it goes by have got their place in the hub's order."""
    places = {one.key: place_of(one) for one in entries}
    return replace(taken, last={name: places.get(one.key, one) for name, one in taken.last.items()})


def names_in(entry: Shared) -> list[Name]:
    """The registers that *entry* is about."""
    if entry.deed is Deed.LIMIT:
        return [(Register.LIMIT, one.alarm) for one in entry.limits]
    register = REGISTER_OF.get(entry.deed)
    return [] if register is None else [(register, one.alarm) for one in entry.alarms]


def latest_only(entries: Iterable[Shared], now_ms: int) -> list[Shared]:
    """What of all that was ever written matters to a console that hears of it for the first time.

    Of what is so or not the last word, of all else the last week; limits stand in its own set-up.
    """
    ordered = in_order(entries)
    last = {name: one.key for one in ordered for name in names_in(one)}
    return [
        one for one in ordered if one.at_ms >= now_ms - FRESH_MS or any(last[name] == one.key for name in names_in(one))
    ]


def is_meant(raised_ms: int, meant: Occurrence, at_ms: int, *, is_active: bool) -> bool:
    """Whether the occurrence here is the one that somebody acknowledged elsewhere. All times by one clock.

    Args:
        raised_ms: Since when the alarm stands here, or stood last.
        meant: As it stood there.
        at_ms: When somebody acknowledged it there.
        is_active: Whether its condition holds here.
    """
    if NEVER_MS in (raised_ms, meant.raised_ms) or raised_ms > at_ms + CLOCKS_MS:
        return False
    if abs(raised_ms - meant.raised_ms) <= BEFORE_MS:
        return True
    # A console that was started later, or did not hear its instruments for a while, has another beginning of what
    # stands all the time; what is over here was something else.
    return meant.stands if raised_ms > meant.raised_ms else is_active


@dataclass(frozen=True, eq=False)
class Outcome:
    """What an entry of another console does here.

    Attributes:
        alarms: The state after it.
        events: What is to be written down.
        seen_to: Instruments that somebody has seen to, as it was said.
    """

    alarms: Alarms
    events: tuple[AlarmEvent, ...]
    seen_to: tuple[AlarmEvent, ...] = ()


def outcome_of(entry: Shared, names: Iterable[str], alarms: Alarms, limits: Limits, now_ms: int, by_ms: int) -> Outcome:
    """What *entry*, in which people did something to alarms, does here.

    Args:
        entry: Not about limits.
        names: The alarms for which it counts; others are passed over.
        alarms: As they stand here.
        limits: What is watched here.
        now_ms: The present.
        by_ms: By so much this console's clock is ahead of the other one's.
    """
    counts = set(names)
    meant = [one for one in entry.alarms if one.alarm in counts]
    if entry.deed in {Deed.SEEN_TO, Deed.UNIT_SEEN_TO}:
        told = tuple(AlarmEvent(now_ms, one.alarm, entry.deed, entry.actor, entry.note) for one in meant)
        return Outcome(alarms, (), told)
    rows = {record.id: row for row, record in enumerate(limits.records)}
    known = [(one, rows[one.alarm]) for one in meant if one.alarm in rows]
    if entry.deed in {Deed.ACKNOWLEDGED, Deed.RESET}:
        known = [(one, row) for one, row in known if _is_for(entry, one, row, alarms, by_ms)]
    until_ms = NEVER_MS if entry.until_ms == NEVER_MS else entry.until_ms + by_ms
    which = [row for _, row in known]
    if entry.deed is Deed.SHELVED:
        return _shelved(entry, which, until_ms, alarms, limits, now_ms, by_ms)
    note = _with_time(entry, entry.note, now_ms, by_ms)
    match entry.deed:
        case Deed.ACKNOWLEDGED:
            alarms = life.acknowledged(alarms, which, now_ms)
        case Deed.RESET:
            alarms = life.reset(alarms, which)
        case Deed.UNSHELVED:
            alarms = life.unshelved(alarms, which)
        case Deed.OUT | Deed.BACK:
            alarms = life.in_service(alarms, which, is_out=entry.deed is Deed.OUT)
    told = tuple(AlarmEvent(now_ms, one.alarm, entry.deed, entry.actor, note) for one, _ in known)
    return Outcome(alarms, told)


def _is_for(entry: Shared, meant: Occurrence, row: int, alarms: Alarms, by_ms: int) -> bool:
    """Whether there is anything to acknowledge or to let go of, and it is that occurrence."""
    is_active = bool(alarms.is_active[row])
    if entry.deed is Deed.ACKNOWLEDGED and bool(alarms.is_acknowledged[row]):
        return False
    if entry.deed is Deed.RESET and (is_active or not bool(alarms.is_held[row])):
        return False
    there = Occurrence(meant.alarm, NEVER_MS if meant.raised_ms == NEVER_MS else meant.raised_ms + by_ms, meant.stands)
    return is_meant(int(alarms.raised_ms[row]), there, entry.at_ms + by_ms, is_active=is_active)


def _shelved(
    entry: Shared, which: Iterable[int], until_ms: int, alarms: Alarms, limits: Limits, now_ms: int, by_ms: int
) -> Outcome:
    # By a clock that differs a little, a whole day ahead there is more than a day here.
    until_ms = min(until_ms, now_ms + life.LONGEST_SHELF_MS)
    events: list[AlarmEvent] = []
    for row in which:
        name = limits.records[row].id
        try:
            alarms = life.shelved(alarms, limits, [row], until_ms, entry.note or str(Deed.SHELVED), now_ms)
        except AppError as error:
            if error.code == "alarms.shelve_first":
                # By this console's own set-up it is never put aside: both sides are told.
                note = BETWEEN.join(("first_here 1", *([entry.note] if entry.note else [])))
                events.append(AlarmEvent(now_ms, name, Deed.NOTED, entry.actor, note))
            # Else its time was over before it was heard of.
            continue
        note = _with_time(entry, entry.note, now_ms, by_ms)
        events.append(AlarmEvent(now_ms, name, Deed.SHELVED, entry.actor, note, until_ms))
    return Outcome(alarms, tuple(events))


def _with_time(entry: Shared, note: str, now_ms: int, by_ms: int) -> str:
    """*note* with when it was done, where that is heard of late."""
    done_ms = entry.at_ms + by_ms
    if now_ms - done_ms <= LATE_MS:
        return note
    moment = utc_of(done_ms).astimezone(CITY_TIME)
    return BETWEEN.join((f"done_at {moment:%Y-%m-%d %H:%M}", *([note] if note else [])))


def acts_taken(
    entries: Iterable[Shared],
    last: Mapping[Name, Place],
    alarms: Alarms,
    limits: Limits,
    now_ms: int,
    by_ms: Callable[[Shared], int],
) -> tuple[Outcome, dict[Name, Place]]:
    """What *entries* do here, all together, and which entry each register goes by then.

    Args:
        entries: In their order; those about limits and bursts are passed over.
        last: Which entry each register goes by.
        alarms: As they stand here.
        limits: What is watched here.
        now_ms: The present.
        by_ms: By so much this console's clock is ahead of the one that wrote an entry.
    """
    after = dict(last)
    events: list[AlarmEvent] = []
    seen_to: list[AlarmEvent] = []
    for entry in entries:
        counts = {one.alarm for one in entry.alarms}
        for name in names_in(entry):
            if name in after and after[name].rank > place_of(entry).rank:
                counts.discard(name[1])
            elif name[0] is not Register.LIMIT:
                after[name] = place_of(entry)
        done = outcome_of(entry, counts, alarms, limits, now_ms, by_ms(entry))
        alarms = done.alarms
        events += done.events
        seen_to += done.seen_to
    return Outcome(alarms, tuple(events), tuple(seen_to)), after


# Limits


@dataclass(frozen=True)
class LimitsTaken:
    """What entries about limits do here.

    Attributes:
        apply: The changes to be made, each with its entry, in their order.
        events: What is to be written down beside that.
        last: Which entry each register goes by then.
    """

    apply: tuple[tuple[Shared, tuple[LimitChange, ...]], ...]
    events: tuple[AlarmEvent, ...]
    last: Mapping[Name, Place]


def limits_taken(
    entries: Iterable[Shared],
    last: Mapping[Name, Place],
    setup: Setup,
    entry_at: Callable[[EventKey], Shared | None],
    now_ms: int,
) -> LimitsTaken:
    """What *entries* about limits do here, by the order in which they count.

    Where two were changed by people who did not know of each other, the later one counts and the other one is told.

    Args:
        entries: In their order; others are passed over.
        last: Which entry each register goes by.
        setup: As it stands here.
        entry_at: Reads an entry again.
        now_ms: The present.
    """
    after = dict(last)
    apply: list[tuple[Shared, tuple[LimitChange, ...]]] = []
    events: list[AlarmEvent] = []
    for entry in entries:
        counts: list[LimitChange] = []
        for change in entry.limits:
            name, place = (Register.LIMIT, change.alarm), place_of(entry)
            before = after.get(name)
            other = None if before is None or before.key == entry.key else entry_at(before.key)
            if before is not None and before.rank > place.rank:
                if other is not None and not knew(other.standing, entry.standing, {}):
                    events.append(_overruled(change, entry, now_ms))
                continue
            if other is not None and not knew(entry.standing, other.standing, {}):
                events += [_overruled(one, other, now_ms) for one in other.limits if one.alarm == change.alarm]
            after[name] = place
            if _is_here(setup, change):
                counts.append(change)
            else:
                events.append(not_here(change, entry, now_ms))
        if counts:
            apply.append((entry, tuple(counts)))
    return LimitsTaken(tuple(apply), tuple(events), after)


def _is_here(setup: Setup, change: LimitChange) -> bool:
    """Whether there is the instrument, and no alarm of that name at another one."""
    at = setup.channels.position.get(change.channel)
    return at is not None and all(one.channel == at for one in setup.limits.records if one.id == change.alarm)


def with_changes(setup: Setup, changes: Iterable[LimitChange]) -> Setup:
    """*setup* after *changes*. Raises :class:`AppError` as :meth:`Setup.with_limit`."""
    for change in changes:
        if change.now is not None:
            setup = setup.with_limit(change.now, change.channel)
        elif any(one.id == change.alarm for one in setup.limits.records):
            setup = setup.without_limit(change.alarm)
    return setup


def _overruled(change: LimitChange, entry: Shared, now_ms: int) -> AlarmEvent:
    """What is written down of a change that does not count, because another one was made without knowing of it."""
    figure = "–" if change.now is None else f"{change.now.limit:g}"
    note = BETWEEN.join((f"overruled {figure}", *([entry.note] if entry.note else [])))
    return AlarmEvent(now_ms, change.alarm, Deed.LIMIT, entry.actor, note)


def not_here(change: LimitChange, entry: Shared, now_ms: int) -> AlarmEvent:
    """What is written down of a limit that this console cannot watch."""
    return AlarmEvent(now_ms, change.alarm, Deed.LIMIT, entry.actor, f"not_here {change.channel}")
