"""What lists and strips show of the recorder's picture: plain records, in the units on screen. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.messages import Words, formats
from app.telemetry.alarm_events import AlarmEvent
from app.telemetry.alarm_groups import GroupKey
from app.telemetry.alarms import NEVER_MS, AlarmState, Side
from app.telemetry.bursts.picture import BurstSeen, BurstsPicture
from app.telemetry.bursts.told import Way
from app.telemetry.live import Standing
from app.telemetry.present import Present
from app.telemetry.quantities import KEPT, Quantity
from app.telemetry.readings import Quality
from app.telemetry.setup import Setup
from app.ui.live.burst_words import area_name
from app.ui.live.titles import part_of
from network.units import M_HEAD_PER_MPA

_SCREEN: Final = {
    Quantity.PRESSURE: (1.0 / M_HEAD_PER_MPA, "MPa", 3),
    Quantity.FLOW: (3600.0, "m³/h", 0),
    Quantity.LEVEL: (1.0, "m", 2),
    Quantity.STATE: (1.0, "", 0),
    Quantity.POWER_FEED: (1.0, "", 0),
}
"""Factor from the unit inside, unit and decimals on screen."""
BURST_PRIORITY: Final = 2
"""A proposal is soon to be looked at, and no more certain than that."""
STATES: Final = frozenset({Quantity.STATE, Quantity.POWER_FEED})
"""What no number tells."""
_ASIDE: Final = frozenset({AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE})
_ORDER: Final = (
    AlarmState.UNACKNOWLEDGED,
    AlarmState.RETURNED_UNACKNOWLEDGED,
    AlarmState.ACKNOWLEDGED,
    AlarmState.LATCHED,
    AlarmState.SUPPRESSED,
    AlarmState.SHELVED,
    AlarmState.OUT_OF_SERVICE,
)


@dataclass(frozen=True)
class InGroup:
    """An alarm's place in its group.

    Attributes:
        key: Of the group.
        name: Of the group, on screen.
        is_head: It stands over the others: the cause, else the most pressing.
        is_first: It came first.
        below, unseen: Of the head: how many stand below it, and how many of them nobody has seen.
        first_name: The channel that came first.
        first_ms: When its condition began, UTC milliseconds.
        what, first_what: Which alarm explains the others, and which came first: codes of the catalogue's section
            ``alarm_kind``; a station's instruments have one name. "" for a group that no alarm explains.
    """

    key: GroupKey
    name: str
    is_head: bool
    is_first: bool
    below: int
    unseen: int
    first_name: str
    first_ms: int
    what: str = ""
    first_what: str = ""


@dataclass(frozen=True)
class AlarmRow:
    """One alarm as listed.

    Attributes:
        id: Of its limit.
        at: Row of the limit.
        channel: Position of its channel.
        name, channel_id: Of the channel.
        side: What is watched.
        quantity: What is measured.
        value, limit: On screen, without their unit; "—" where there is none.
        unit: On screen.
        priority: 1 to 4.
        state: Of the alarm.
        raised_ms: When it was raised; ``NEVER_MS`` for one that is only set aside.
        until_ms: Of a shelving.
        note: The last comment on it.
        standing: Of its channel.
        explained_by: Id of the alarm that it comes from; "" where none is known.
        folds: How many alarms come from it at present.
        burst: What the watch for bursts tells; None for an alarm by a limit.
        group: Its place among alarms that belong together; None where it stands alone.
        part: Which of its station's pressures or levels it watches, as of :func:`app.ui.live.titles.part_of`.
    """

    id: str
    at: int
    channel: int
    name: str
    channel_id: str
    side: Side
    quantity: Quantity
    value: str
    limit: str
    unit: str
    priority: int
    state: AlarmState
    raised_ms: int
    until_ms: int
    note: str
    standing: Standing
    explained_by: str
    folds: int
    burst: BurstSeen | None = None
    group: InGroup | None = None
    part: str = ""

    @property
    def kind(self) -> str:
        """Code of the catalogue's section ``alarm_kind``, and mostly of ``alarm_front``."""
        return "burst" if self.burst is not None else kind_of(self.quantity, self.side)

    @property
    def front(self) -> str:
        """Code of the catalogue's section ``alarm_front``: what is proposed by inflow has words of its own."""
        is_inflow = self.burst is not None and self.burst.way is not Way.PRESSURE
        return "burst_inflow" if is_inflow else self.kind

    @property
    def is_aside(self) -> bool:
        """Shelved, explained by another one, or out of service."""
        return self.state in _ASIDE

    @property
    def is_unseen(self) -> bool:
        """Whether somebody has to say that it was seen."""
        return self.state in {AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED_UNACKNOWLEDGED}


def kind_of(quantity: Quantity, side: Side) -> str:
    """What a limit tells of, as a code of the catalogue's section ``alarm_kind``."""
    return f"{quantity.value}_{side.value}"


def on_screen(quantity: Quantity) -> tuple[float, str, int]:
    """Factor from the unit inside, unit and decimals on screen."""
    return _SCREEN.get(quantity, (1.0, KEPT[quantity].unit, 2))


def shown(quantity: Quantity, value: float) -> str:
    """A value in the unit inside as written on screen, without its unit."""
    factor, _, decimals = on_screen(quantity)
    return formats.number(value * factor, decimals)


def station_value(words: Words, quantity: Quantity, value: float) -> str:
    """A figure of a station with its unit, or what a state means."""
    if np.isnan(value):
        return formats.NO_VALUE
    if quantity is Quantity.STATE:
        return words.say("station", "running" if value > 0.5 else "stopped")
    if quantity is Quantity.POWER_FEED:
        return words.say("station", {0: "no_feed", 1: "first_feed"}.get(round(value), "second_feed"))
    return f"{shown(quantity, value)} {on_screen(quantity)[1]}".strip()


def levels_of(words: Words, quantity: Quantity) -> tuple[tuple[float, str], ...]:
    """What the numbers of a state mean beside its curve, the lowest first; nothing of what is measured."""
    codes = {Quantity.STATE: ("stopped", "running"), Quantity.POWER_FEED: ("none", "first_feed", "feed_2")}
    return tuple((float(at), words.say("station", code)) for at, code in enumerate(codes.get(quantity, ())))


def doubts(words: Words, present: Present, row: int) -> str:
    """What is held against a channel's last reading, in words; "" where nothing is, or silence says more.

    Of what comes with stamps ahead of the clock nothing counts: that is why it is silent.
    """
    standing = Standing(int(present.standings[row]))
    told = Quality(int(present.quality[row]))
    if standing in {Standing.STALE, Standing.MISSING}:
        told &= Quality.FUTURE
    elif standing is Standing.GOOD:
        return ""
    return words.say("alarm_row", "between").join(words.say("quality", (flag.name or "").lower()) for flag in told)


def standing_words(words: Words, present: Present, row: int) -> str:
    """How a channel stands, and why where it is in doubt."""
    standing = words.say("standing", Standing(int(present.standings[row])).name.lower())
    why = doubts(words, present, row)
    return words.say("quality", "told", {"standing": standing, "why": why}) if why else standing


def alarm_rows(setup: Setup, present: Present, events: Sequence[AlarmEvent]) -> tuple[AlarmRow, ...]:
    """Alarms that are not at rest: unseen first, then by priority, the latest first; what is set aside at the end."""
    limits = setup.limits
    notes = {event.alarm: event.note for event in events if event.note}
    folds = np.bincount(present.cause[present.cause >= 0], minlength=len(limits))
    found = [
        _row(setup, present, at, notes, int(folds[at]))
        for at in np.flatnonzero(present.alarm_states != AlarmState.NORMAL).tolist()
    ]
    return arranged(found)


def arranged(rows: Iterable[AlarmRow]) -> tuple[AlarmRow, ...]:
    """Unseen first, then by priority, the latest first; what is set aside at the end."""
    return tuple(sorted(rows, key=lambda row: (_ORDER.index(row.state), row.priority, -row.raised_ms)))


def burst_rows(setup: Setup, present: Present, picture: BurstsPicture | None) -> tuple[AlarmRow, ...]:
    """What the watch for bursts proposes, as rows of the alarms' list."""
    at = setup.channels.position
    seen = () if picture is None else picture.bursts
    return tuple(_burst_row(setup, present, at[one.logger], one) for one in seen if one.logger in at)


def _burst_row(setup: Setup, present: Present, at: int, one: BurstSeen) -> AlarmRow:
    channel = setup.channels.records[at]
    return AlarmRow(
        id=one.id,
        at=-1,
        channel=at,
        name=channel.name or channel.id if one.way is Way.PRESSURE else area_name(one.area),
        channel_id=channel.id,
        side=Side.LOW if one.side < 0 else Side.HIGH,
        quantity=channel.quantity,
        value=formats.number(one.height, 0),
        limit=formats.number(one.threshold, 0),
        unit="",
        priority=BURST_PRIORITY,
        state=one.state,
        raised_ms=one.at_ms,
        until_ms=NEVER_MS,
        note=one.note,
        standing=Standing(int(present.standings[at])),
        explained_by="",
        folds=0,
        burst=one,
    )


def _row(setup: Setup, present: Present, at: int, notes: dict[str, str], folds: int) -> AlarmRow:
    limit = setup.limits.records[at]
    channel = setup.channels.records[limit.channel]
    cause = int(present.cause[at])
    is_silence = limit.side is Side.SILENT
    return AlarmRow(
        limit.id,
        at,
        limit.channel,
        channel.name or channel.id,
        channel.id,
        limit.side,
        channel.quantity,
        shown(channel.quantity, float(present.values[limit.channel])),
        formats.NO_VALUE if is_silence else shown(channel.quantity, limit.limit),
        on_screen(channel.quantity)[1],
        limit.priority,
        AlarmState(int(present.alarm_states[at])),
        int(present.raised_ms[at]),
        int(present.shelved_until_ms[at]),
        notes.get(limit.id, ""),
        Standing(int(present.standings[limit.channel])),
        "" if cause < 0 else setup.limits.records[cause].id,
        folds,
        part=part_of(channel),
    )


def worst_of_channels(setup: Setup, present: Present) -> dict[int, int]:
    """The gravest priority of an active, unsuppressed alarm on each channel that has one, by position."""
    found: dict[int, int] = {}
    loud = (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED)
    for at in np.flatnonzero(np.isin(present.alarm_states, loud)).tolist():
        limit = setup.limits.records[at]
        if limit.side is not Side.SILENT:
            found[limit.channel] = min(found.get(limit.channel, 4), limit.priority)
    return found


def ago(now_ms: int, then_ms: int) -> tuple[str, int]:
    """How long ago something was: a code of the catalogue's section ``age`` and its number."""
    seconds = max(0, (now_ms - then_ms) // 1000)
    if seconds < 60:
        return "seconds", seconds
    if seconds < 3600:
        return "minutes", seconds // 60
    return ("hours", seconds // 3600) if seconds < 48 * 3600 else ("days", seconds // 86_400)
