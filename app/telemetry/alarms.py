"""Alarms after ISA-18.2: conditions with delays and deadbands, and what people did with them.

A tick is a handful of array comparisons over all alarms. What happened is returned as transitions, for the journal
and the screen; the state is an array record that a next tick starts from. Bad, stale and missing readings neither
raise nor clear a value's alarm: what was known last stays until something better is known. Suspect ones may raise it,
since a burst looks like a fault at first, and never clear it. That a channel is silent is an alarm of its own kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Final

import numpy as np

from app.errors import AppError
from app.telemetry.live import Standing, can_be_relied_on
from network.columns import Bool, Float64, Int64

NEVER_MS: Final = -(2**62)
NOBODY: Final = -1


class Side(StrEnum):
    """What a limit watches."""

    LOW = "low"
    HIGH = "high"
    SILENT = "silent"
    """No reading that can be relied on."""


@dataclass(frozen=True)
class Limit:
    """One alarm as set up.

    Attributes:
        id: Stable name.
        channel: Position of the channel.
        side: What is watched.
        limit: In the channel's unit inside; of no meaning for ``SILENT``.
        deadband: How far the value must come back beyond the limit before the condition is over.
        on_delay_ms, off_delay_ms: How long the condition, or its end, must last.
        priority: 1 (at once) to 4 (to be noted).
        latches: Whether it stays after its condition until somebody resets it.
        unless: Position of the alarm whose being active explains this one (a pump's trip the low pressures below it);
            ``NOBODY`` where there is none.
        re_alarm_ms: After how long an acknowledged alarm that is still active asks again; 0: never.
    """

    id: str
    channel: int
    side: Side
    limit: float = 0.0
    deadband: float = 0.0
    on_delay_ms: int = 0
    off_delay_ms: int = 0
    priority: int = 3
    latches: bool = False
    unless: int = NOBODY
    re_alarm_ms: int = 0


@dataclass(frozen=True)
class Feeding:
    """By the direction of the water: while a pump or plant stands still, a pressure below it is low for that.

    Attributes:
        alarm: Position of the alarm of what lies below.
        cause: Position of the alarm that tells of the standing still.
        is_alone: Nothing else feeds the place; where others do, the alarm is put below its cause and not silenced.
    """

    alarm: int
    cause: int
    is_alone: bool


@dataclass(frozen=True, eq=False)
class Limits:
    """All alarms, as records and columns of shape (alarms,).

    Args:
        records: What is set up.
        feedings: What the network says of causes; see :mod:`app.telemetry.alarm_feeding`. Not set up by anybody.

    Raises:
        AppError: ``alarms.twice``, ``alarms.bad_limit`` (a limit that is no number, a negative deadband or delay, a
            priority outside 1 to 4), ``alarms.explains_itself`` (alarms that explain each other in a circle).
    """

    records: tuple[Limit, ...]
    feedings: tuple[Feeding, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for record in self.records:
            if record.id in seen:
                raise AppError("alarms.twice", alarm=record.id)
            seen.add(record.id)
            delays = (record.on_delay_ms, record.off_delay_ms, record.re_alarm_ms)
            is_number = bool(np.isfinite(record.limit)) and record.deadband >= 0
            if not is_number or min(delays) < 0 or not 1 <= record.priority <= 4:
                raise AppError("alarms.bad_limit", alarm=record.id)
        for start, record in enumerate(self.records):
            at, steps = record.unless, 0
            while at != NOBODY:
                steps += 1
                if at == start or steps > len(self.records):
                    raise AppError("alarms.explains_itself", alarm=record.id)
                at = self.records[at].unless

    def __getstate__(self) -> dict[str, object]:
        """What it is made of, as of :class:`~app.telemetry.channels.Channels`."""
        return {"records": self.records, "feedings": self.feedings}

    def __len__(self) -> int:
        return len(self.records)

    @cached_property
    def channel(self) -> Int64:
        """Position of the channel."""
        return np.array([record.channel for record in self.records], dtype=np.int64)

    @cached_property
    def sign(self) -> Float64:
        """+1 where the value must stay below, -1 where above: a signed value above the signed limit is beyond it."""
        return np.array([-1.0 if record.side is Side.LOW else 1.0 for record in self.records])

    @cached_property
    def is_silence(self) -> Bool:
        """Whether silence is watched instead of a value."""
        return np.array([record.side is Side.SILENT for record in self.records], dtype=bool)

    @cached_property
    def limit(self) -> Float64:
        """Signed limits."""
        return self.sign * np.array([record.limit for record in self.records], dtype=np.float64)

    @cached_property
    def deadband(self) -> Float64:
        """Deadbands."""
        return np.array([record.deadband for record in self.records], dtype=np.float64)

    @cached_property
    def on_delay_ms(self) -> Int64:
        """Delays before an alarm is raised."""
        return np.array([record.on_delay_ms for record in self.records], dtype=np.int64)

    @cached_property
    def off_delay_ms(self) -> Int64:
        """Delays before it is over."""
        return np.array([record.off_delay_ms for record in self.records], dtype=np.int64)

    @cached_property
    def latches(self) -> Bool:
        """Whether it stays until it is reset."""
        return np.array([record.latches for record in self.records], dtype=bool)

    @cached_property
    def unless(self) -> Int64:
        """Position of the alarm that explains it, or ``NOBODY``."""
        return np.array([record.unless for record in self.records], dtype=np.int64)

    @cached_property
    def fed(self) -> tuple[Int64, Int64, Bool]:
        """The feedings as columns: alarms, causes, whether nothing else feeds the place."""
        table = [(each.alarm, each.cause, each.is_alone) for each in self.feedings]
        alarm, cause, is_alone = np.array(table, dtype=np.int64).reshape(-1, 3).T
        return alarm, cause, is_alone != 0

    @cached_property
    def re_alarm_ms(self) -> Int64:
        """After how long it asks again; 0: never."""
        return np.array([record.re_alarm_ms for record in self.records], dtype=np.int64)


class Change(StrEnum):
    """What happened to an alarm."""

    SEEN_WITH_CAUSE = "acknowledged"
    """It is over, and another alarm explained it all the time: nobody has to see it any more."""
    RAISED = "raised"
    CLEARED = "cleared"
    ASKED_AGAIN = "asked_again"
    UNSHELVED = "unshelved"


@dataclass(frozen=True)
class Transition:
    """One change by a tick, at its instant."""

    alarm: int
    change: Change
    at_ms: int


class AlarmState(IntEnum):
    """States of ISA-18.2, figure of the alarm's life."""

    NORMAL = 0
    UNACKNOWLEDGED = 1
    ACKNOWLEDGED = 2
    RETURNED_UNACKNOWLEDGED = 3
    LATCHED = 4
    """Acknowledged and over, but kept until it is reset."""
    SHELVED = 5
    SUPPRESSED = 6
    OUT_OF_SERVICE = 7


@dataclass(frozen=True, eq=False)
class Alarms:
    """What every alarm is in; arrays of shape (alarms,).

    Attributes:
        is_beyond: Whether the condition holds, by what was last known.
        since_ms: Since when it has held, or not.
        is_active: Whether the alarm is raised (delays included).
        is_acknowledged: Whether somebody has seen the present one.
        acknowledged_ms: When; ``NEVER_MS`` else.
        raised_ms: When the present one was raised; ``NEVER_MS`` where none is.
        is_held: A latching alarm whose condition is over and that nobody has reset.
        shelved_until_ms: ``NEVER_MS`` where it is not shelved.
        is_out: Taken out of service.
    """

    is_beyond: Bool
    since_ms: Int64
    is_active: Bool
    is_acknowledged: Bool
    acknowledged_ms: Int64
    raised_ms: Int64
    is_held: Bool
    shelved_until_ms: Int64
    is_out: Bool

    @classmethod
    def quiet(cls, alarms: int, now_ms: int) -> Alarms:
        """Nothing is known against anything."""
        no = np.zeros(alarms, dtype=bool)
        never = np.full(alarms, NEVER_MS, dtype=np.int64)
        return cls(no, np.full(alarms, now_ms, dtype=np.int64), no, ~no, never, never, no, never, no)


def tick(
    alarms: Alarms, limits: Limits, values: Float64, standings: Int64, now_ms: int
) -> tuple[Alarms, tuple[Transition, ...]]:
    """The state at *now_ms*, and what changed since the state before.

    Args:
        alarms: The state before.
        limits: What is watched.
        values: Shape (channels,), last values in units inside, NaN where none is known.
        standings: Shape (channels,), :class:`app.telemetry.live.Standing`.
        now_ms: The instant, not before that of the tick before.
    """
    beyond = _condition(alarms, limits, values[limits.channel], standings[limits.channel])
    since = np.where(beyond != alarms.is_beyond, now_ms, alarms.since_ms)
    lasted = now_ms - since
    raises = beyond & ~alarms.is_active & (lasted >= limits.on_delay_ms)
    ends = ~beyond & alarms.is_active & (lasted >= limits.off_delay_ms)
    active = (alarms.is_active | raises) & ~ends
    acknowledged = alarms.is_acknowledged & ~raises
    waited = now_ms - alarms.acknowledged_ms
    asks = active & acknowledged & (limits.re_alarm_ms > 0) & (waited >= limits.re_alarm_ms)
    is_shelved = alarms.shelved_until_ms != NEVER_MS
    expires = is_shelved & (alarms.shelved_until_ms <= now_ms)
    done_with = ends & ~acknowledged
    if done_with.any():
        done_with &= causes(alarms, limits, now_ms).is_explained
    after = replace(
        alarms,
        is_beyond=beyond,
        since_ms=since,
        is_active=active,
        is_acknowledged=(acknowledged & ~asks) | done_with,
        acknowledged_ms=np.where(done_with, now_ms, np.where(raises | asks, NEVER_MS, alarms.acknowledged_ms)),
        raised_ms=np.where(raises, now_ms, alarms.raised_ms),
        is_held=(alarms.is_held | (ends & limits.latches)) & ~raises,
        shelved_until_ms=np.where(expires, NEVER_MS, alarms.shelved_until_ms),
    )
    happened = (
        (Change.RAISED, raises),
        (Change.CLEARED, ends),
        (Change.SEEN_WITH_CAUSE, done_with),
        (Change.ASKED_AGAIN, asks),
        (Change.UNSHELVED, expires),
    )
    changes = tuple(
        Transition(int(alarm), change, now_ms) for change, at in happened for alarm in np.flatnonzero(at).tolist()
    )
    return after, changes


def _condition(alarms: Alarms, limits: Limits, values: Float64, standings: Int64) -> Bool:
    """Whether each condition holds now, as far as anything reliable is known."""
    signed = limits.sign * values
    with np.errstate(invalid="ignore"):
        is_over = signed > limits.limit
        is_back = signed <= limits.limit - limits.deadband
    is_number = np.isfinite(values)
    ends = is_back & is_number & (standings == Standing.GOOD)
    begins = is_over & is_number & can_be_relied_on(standings)
    by_value = np.where(alarms.is_beyond, ~ends, begins)
    return np.where(limits.is_silence, standings >= Standing.BAD, by_value)


# What explains what

EXPLAINS_ON_MS: Final = 10 * 60_000
"""House value: so long after a pump runs again, what fell while it stood still is still its doing."""
BEFORE_MS: Final = 60_000
"""House value: by so much clocks and intervals of instruments may differ; what fell earlier had another cause."""


@dataclass(frozen=True, eq=False)
class Causes:
    """What each alarm comes from; arrays of shape (alarms,).

    Attributes:
        head: Position of the alarm that it comes from, the farthest one; ``NOBODY`` where none is known.
        is_explained: Whether that is certain: it need not be heard of by itself.
    """

    head: Int64
    is_explained: Bool


def causes(alarms: Alarms, limits: Limits, now_ms: int) -> Causes:
    """What each alarm comes from: by set-up while its cause lasts, by the water what fell after a pump stopped."""
    head = np.full(len(limits), NOBODY, dtype=np.int64)
    explained = np.zeros(len(limits), dtype=bool)
    wants = alarms.is_active | ~alarms.is_acknowledged
    if limits.feedings:
        _by_water(alarms, limits, now_ms, wants, head, explained)
    by_design = np.flatnonzero(wants & (limits.unless != NOBODY))
    by_design = by_design[alarms.is_active[limits.unless[by_design]]]
    head[by_design] = limits.unless[by_design]
    explained[by_design] = True
    for _ in range(len(limits).bit_length()):
        above = np.where(head != NOBODY, head[head], NOBODY)
        if not (above != NOBODY).any():
            break
        head = np.where(above != NOBODY, above, head)
    return Causes(head, explained)


def _by_water(alarms: Alarms, limits: Limits, now_ms: int, wants: Bool, head: Int64, explained: Bool) -> None:
    """Put into *head* and *explained* what the network says."""
    alarm, cause, is_alone = limits.fed
    is_late = ~alarms.is_active & (alarms.raised_ms != NEVER_MS) & (now_ms - alarms.since_ms <= EXPLAINS_ON_MS)
    stands = (alarms.is_active | is_late) & ~alarms.is_out
    rows = np.flatnonzero(stands[cause] & wants[alarm])
    alarm, cause, is_alone = alarm[rows], cause[rows], is_alone[rows]
    began_ms = alarms.raised_ms - limits.on_delay_ms
    until_ms = np.where(alarms.is_active, now_ms, alarms.since_ms)
    in_time = (began_ms[alarm] >= began_ms[cause] - BEFORE_MS) & (began_ms[alarm] <= until_ms[cause])
    alarm, cause, is_alone = alarm[in_time], cause[in_time], is_alone[in_time]
    # Written last, and so remembered: what feeds it alone, of several that which stopped first.
    order = np.lexsort((-began_ms[cause], is_alone))
    head[alarm[order]] = cause[order]
    explained[alarm[is_alone]] = True


def states(alarms: Alarms, limits: Limits, now_ms: int) -> Int64:
    """:class:`AlarmState` of every alarm. Shape (alarms,)."""
    return states_of(alarms, causes(alarms, limits, now_ms))


def states_of(alarms: Alarms, caused: Causes) -> Int64:
    """:class:`AlarmState` of every alarm by what is known of causes. Shape (alarms,)."""
    seen = alarms.is_acknowledged
    plain = np.where(
        alarms.is_active,
        np.where(seen, AlarmState.ACKNOWLEDGED, AlarmState.UNACKNOWLEDGED),
        np.where(
            ~seen,
            AlarmState.RETURNED_UNACKNOWLEDGED,
            np.where(alarms.is_held, AlarmState.LATCHED, AlarmState.NORMAL),
        ),
    )
    state = np.where(caused.is_explained, AlarmState.SUPPRESSED, plain)
    state = np.where(alarms.shelved_until_ms != NEVER_MS, AlarmState.SHELVED, state)
    return np.where(alarms.is_out, AlarmState.OUT_OF_SERVICE, state).astype(np.int64)


# What people do


def acknowledged(alarms: Alarms, which: Sequence[int], now_ms: int) -> Alarms:
    """Somebody has seen the alarms *which*; those that need no seeing stay as they are."""
    meant = _mask(alarms, which) & ~alarms.is_acknowledged
    return replace(
        alarms,
        is_acknowledged=alarms.is_acknowledged | meant,
        acknowledged_ms=np.where(meant, now_ms, alarms.acknowledged_ms),
    )


def reset(alarms: Alarms, which: Sequence[int]) -> Alarms:
    """Let go of latched alarms whose condition is over; the others stay as they are."""
    return replace(alarms, is_held=alarms.is_held & ~(_mask(alarms, which) & ~alarms.is_active))


def shelved(alarms: Alarms, limits: Limits, which: Sequence[int], until_ms: int, reason: str, now_ms: int) -> Alarms:
    """Put alarms aside until an instant.

    Raises:
        AppError: ``alarms.shelve_reason`` without a reason, ``alarms.shelve_until`` where the time is over or more
            than ``LONGEST_SHELF_MS`` ahead, ``alarms.shelve_first`` for priority 1.
    """
    if not reason.strip():
        raise AppError("alarms.shelve_reason")
    if not now_ms < until_ms <= now_ms + LONGEST_SHELF_MS:
        raise AppError("alarms.shelve_until", hours=LONGEST_SHELF_MS // 3_600_000)
    for alarm in which:
        if limits.records[alarm].priority == 1:
            raise AppError("alarms.shelve_first", alarm=limits.records[alarm].id)
    return replace(alarms, shelved_until_ms=np.where(_mask(alarms, which), until_ms, alarms.shelved_until_ms))


def unshelved(alarms: Alarms, which: Sequence[int]) -> Alarms:
    """Take alarms back from the shelf."""
    return replace(alarms, shelved_until_ms=np.where(_mask(alarms, which), NEVER_MS, alarms.shelved_until_ms))


def in_service(alarms: Alarms, which: Sequence[int], *, is_out: bool) -> Alarms:
    """Take alarms out of service, or put them back."""
    return replace(alarms, is_out=np.where(_mask(alarms, which), is_out, alarms.is_out))


LONGEST_SHELF_MS: Final = 24 * 3_600_000
"""House value: what is shelved for longer is out of service, which somebody else decides."""


def _mask(alarms: Alarms, which: Sequence[int]) -> Bool:
    mask = np.zeros(len(alarms.is_active), dtype=bool)
    mask[list(which)] = True
    return mask
