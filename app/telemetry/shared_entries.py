"""What consoles tell each other of alarms through the journal: what people did to them, limits, judged bursts.

One entry holds all alarms that somebody did the same to at once, so that a flood that is acknowledged is one entry. An
acknowledgement says since when each alarm stood: it means that occurrence and none after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from app.errors import AppError
from app.journal.bodies import (
    Bodies,
    Fields,
    are_names,
    is_count,
    is_flag,
    is_name,
    is_number,
    one_of,
    or_none,
)
from app.journal.causality import Standing
from app.journal.events import LATEST_MS, Draft, Event, EventKey
from app.telemetry.alarm_events import ACTS, Deed
from app.telemetry.alarms import NEVER_MS, Limit, Limits, Side

ALARMS: Final = "alarms"
"""What all these entries are about: one index finds them."""


class SharedKind(StrEnum):
    """Kinds of entries about alarms; all are named in :data:`app.journal.fold.ALARM_KINDS`."""

    ACTED = "alarm.acted"
    LIMITS = "alarm.limits"
    BURSTS = "alarm.bursts"


SHARED_DEEDS: Final = ACTS | {Deed.SEEN_TO, Deed.UNIT_SEEN_TO}
"""What people do to alarms, and to instruments that drift."""
JUDGED_DEEDS: Final = frozenset({Deed.ACKNOWLEDGED, Deed.NOTED, Deed.RESET})
"""What people do to proposed bursts."""


@dataclass(frozen=True)
class Occurrence:
    """One alarm as it stood at the console where somebody did something to it.

    Attributes:
        alarm: Id of the limit; of an instrument that was seen to, of the channel.
        raised_ms: Since when, by the clock of that console; ``NEVER_MS`` where it never came.
        stands: Whether it stood at that moment by a reading that can be relied on.
    """

    alarm: str
    raised_ms: int = NEVER_MS
    stands: bool = False


@dataclass(frozen=True)
class LimitChange:
    """What became of one limit.

    Attributes:
        alarm, channel: Ids of the limit and of what it watches.
        was, now: Position and cause are of no meaning; None where there was none, or is none any more.
    """

    alarm: str
    channel: str
    was: Limit | None
    now: Limit | None


@dataclass(frozen=True)
class BurstJudged:
    """A proposed burst as the console had it that judged it.

    Attributes:
        id: Its name there.
        since_ms, at_ms: When it began and when it was told.
        side: Of the sum that told it.
        way: What it was found by there; "" where an earlier version judged it.
        area: Whose inflow told it; "" where none of a DMA did.
    """

    id: str
    since_ms: int
    at_ms: int
    side: int
    way: str = ""
    area: str = ""


@dataclass(frozen=True)
class Shared:
    """One entry, read back.

    Attributes:
        hlc: Orders what is pending.
        at_ms: When, by the clock of the console that wrote it.
        ahead_ms: By so much the hub's clock was ahead of that one; None where it did not know.
        deed: What was done; ``LIMIT`` for changed limits.
        note: Comment or reason; "" also where it was erased.
        until_ms: Of a shelving, by the clock of that console.
    """

    standing: Standing
    hlc: str
    kind: SharedKind
    at_ms: int
    ahead_ms: int | None
    actor: str
    deed: Deed
    note: str = ""
    until_ms: int = NEVER_MS
    alarms: tuple[Occurrence, ...] = ()
    limits: tuple[LimitChange, ...] = ()
    bursts: tuple[BurstJudged, ...] = ()

    @property
    def key(self) -> EventKey:
        """(dev, dev_seq)."""
        return (self.standing.dev, self.standing.dev_seq)


def acted(
    deed: Deed,
    alarms: Sequence[Occurrence],
    at_ms: int,
    *,
    note: str = "",
    until_ms: int = NEVER_MS,
    ahead_ms: int | None = None,
) -> Draft:
    """Somebody did *deed* to all of *alarms* at once.

    Raises:
        AppError: ``dispatch.body`` where that cannot be said.
    """
    body: dict[str, Any] = {
        "deed": deed.value,
        "alarms": [one.alarm for one in alarms],
        "raised_ms": [None if one.raised_ms == NEVER_MS else one.raised_ms for one in alarms],
        "stands": [one.stands for one in alarms],
        **({} if until_ms == NEVER_MS else {"until_ms": until_ms}),
        **_ahead(ahead_ms),
    }
    return _BODIES.drafted(SharedKind.ACTED, ALARMS, body, {"note": note}, at_ms)


def limits_changed(changes: Iterable[LimitChange], at_ms: int, *, why: str = "", ahead_ms: int | None = None) -> Draft:
    """Somebody changed limits, all for one reason. Raises as :func:`acted`."""
    told = [
        {"alarm": one.alarm, "channel": one.channel, "was": limit_json(one.was), "now": limit_json(one.now)}
        for one in changes
    ]
    return _BODIES.drafted(SharedKind.LIMITS, ALARMS, {"changes": told, **_ahead(ahead_ms)}, {"note": why}, at_ms)


def bursts_judged(
    deed: Deed, bursts: Iterable[BurstJudged], at_ms: int, *, note: str = "", ahead_ms: int | None = None
) -> Draft:
    """Somebody judged proposed bursts. Raises as :func:`acted`."""
    judged = [vars(one) for one in bursts]
    told = [one if one["way"] else {name: one[name] for name in _BURST} for one in judged]
    body = {"deed": deed.value, "bursts": told, **_ahead(ahead_ms)}
    return _BODIES.drafted(SharedKind.BURSTS, ALARMS, body, {"note": note}, at_ms)


def _ahead(ahead_ms: int | None) -> dict[str, int]:
    return {} if ahead_ms is None else {"ahead_ms": ahead_ms}


def shared_of(event: Event, text: Callable[[str], str | None]) -> Shared | None:
    """What *event* tells of alarms; None for other kinds, later versions and bodies that are none of their kind.

    Args:
        event: Of any journal.
        text: Free text by its id; None where it was erased.
    """
    entry = _BODIES.entry_of(event)
    if entry is None or event.entity != ALARMS:
        return None
    facts = entry.facts
    return Shared(
        Standing(event.dev, event.dev_seq, event.base, event.hub_seq),
        event.hlc,
        entry.kind,
        event.eff_at_ms,
        facts.get("ahead_ms"),
        event.actor,
        Deed(facts.get("deed", Deed.LIMIT)),
        (text(entry.texts["note"]) or "") if "note" in entry.texts else "",
        facts.get("until_ms", NEVER_MS),
        _occurrences(facts),
        tuple(_change(one) for one in facts.get("changes", ())),
        tuple(BurstJudged(**one) for one in facts.get("bursts", ())),
    )


def _occurrences(facts: Mapping[str, Any]) -> tuple[Occurrence, ...]:
    """What is said of fewer alarms than there are was never raised, as far as anybody knows."""
    names = facts.get("alarms", ())
    raised, stands = list(facts.get("raised_ms", ())), list(facts.get("stands", ()))
    raised += [None] * (len(names) - len(raised))
    stands += [False] * (len(names) - len(stands))
    return tuple(
        Occurrence(name, NEVER_MS if at is None else at, is_so)
        for name, at, is_so in zip(names, raised, stands, strict=False)
    )


# Limits

_LIMIT_FIELDS: Final = tuple(one.name for one in fields(Limit) if one.name not in {"id", "channel", "unless"})
_WHOLE: Final = frozenset({"on_delay_ms", "off_delay_ms", "re_alarm_ms", "priority"})


def limit_json(limit: Limit | None) -> dict[str, Any] | None:
    """What a limit watches by, as JSON values; where it stands in a set-up is not told."""
    if limit is None:
        return None
    return {name: str(limit.side) if name == "side" else getattr(limit, name) for name in _LIMIT_FIELDS}


def limit_from(alarm: str, told: Mapping[str, Any]) -> Limit:
    """The limit again, of channel 0. Raises :class:`AppError`, ``ValueError`` or ``TypeError`` where it is none."""
    limit = Limit(alarm, 0, **{**told, "side": Side(told["side"])})
    Limits((limit,))
    return limit


def changes_between(before: Limits, after: Limits, channel_ids: Sequence[str]) -> tuple[LimitChange, ...]:
    """Limits that are others in *after*, or new, or gone; *channel_ids* by position, the same in both."""
    was = {one.id: one for one in before.records}
    now = {one.id: one for one in after.records}
    return tuple(
        LimitChange(name, channel_ids[(now.get(name) or was[name]).channel], was.get(name), now.get(name))
        for name in {**was, **now}
        if limit_json(was.get(name)) != limit_json(now.get(name))
    )


def _change(told: Mapping[str, Any]) -> LimitChange:
    was, now = (None if told[name] is None else limit_from(told["alarm"], told[name]) for name in ("was", "now"))
    return LimitChange(told["alarm"], told["channel"], was, now)


# What bodies hold


def _is_limit(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != set(_LIMIT_FIELDS):
        return False
    figures = {name: one for name, one in value.items() if name not in {"side", "latches"}}
    if not all(is_count(one) if name in _WHOLE else is_number(one) for name, one in figures.items()):
        return False
    try:
        limit_from("any", value)
    except (AppError, ValueError, TypeError):
        return False
    return is_flag(value["latches"])


def _are_changes(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(one, Mapping)
        and set(one) == {"alarm", "channel", "was", "now"}
        and is_name(one["alarm"])
        and is_name(one["channel"])
        and all(or_none(_is_limit)(one[name]) for name in ("was", "now"))
        for one in value
    )


_BURST: Final = ("id", "since_ms", "at_ms", "side")
"""What earlier versions told of a burst."""


def _are_bursts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, Mapping) and _is_burst(one) for one in value)


def _is_burst(told: Mapping[str, Any]) -> bool:
    if set(told) not in ({*_BURST}, {*_BURST, "way", "area"}):
        return False
    if "way" in told and not (is_name(told["way"]) and (told["area"] == "" or is_name(told["area"]))):
        return False
    return is_name(told["id"]) and all(is_count(told[name]) for name in ("since_ms", "at_ms", "side"))


def _is_ahead(value: object) -> bool:
    """No clock is wrong by more than calendars know."""
    return is_count(value) and abs(value) < LATEST_MS


def _each(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list | tuple) and all(check(one) for one in value)


_FIELDS: Mapping[SharedKind, Fields] = {
    SharedKind.ACTED: (
        {
            "deed": one_of(SHARED_DEEDS),
            "alarms": are_names,
            "raised_ms": _each(or_none(is_count)),
            "stands": _each(is_flag),
            "until_ms": is_count,
            "ahead_ms": _is_ahead,
        },
        ("deed", "alarms"),
    ),
    SharedKind.LIMITS: ({"changes": _are_changes, "ahead_ms": _is_ahead}, ("changes",)),
    SharedKind.BURSTS: (
        {"deed": one_of(JUDGED_DEEDS), "bursts": _are_bursts, "ahead_ms": _is_ahead},
        ("deed", "bursts"),
    ),
}
_BODIES = Bodies(_FIELDS)
