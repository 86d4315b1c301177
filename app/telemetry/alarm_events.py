"""What can become of an alarm, by itself and by people, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from app.errors import AppError
from app.telemetry import alarms as life
from app.telemetry.alarms import NEVER_MS, Alarms, Limits
from network.columns import Int64

DAY_MS: Final = 86_400_000


class Deed(StrEnum):
    """What can become of an alarm; the first four by themselves, the others by people.

    An alarm that was over while another explained it is acknowledged without anybody's name.
    """

    RAISED = "raised"
    CLEARED = "cleared"
    ASKED_AGAIN = "asked_again"
    UNSHELVED = "unshelved"
    ACKNOWLEDGED = "acknowledged"
    SHELVED = "shelved"
    RESET = "reset"
    OUT = "out"
    BACK = "back"
    NOTED = "noted"
    LIMIT = "limit"
    """Somebody changed what it watches, set it up or took it away; the note says from what to what."""
    DRIFTS = "drifts"
    """Of a channel, by itself: it was found to have moved away from all others of its kind, by the value."""
    SEEN_TO = "seen_to"
    """Of a channel: somebody has seen to the instrument, or knows why it moved."""
    UNIT_DOUBTED = "unit_doubted"
    """Of a channel, by itself: its unit looks mistaken, by the ratio *value*; the note holds what was told of it."""
    UNIT_SEEN_TO = "unit_seen_to"
    """Of a channel: somebody said why the unit is right, or set up another one."""


ACTS: Final = frozenset({Deed.ACKNOWLEDGED, Deed.SHELVED, Deed.UNSHELVED, Deed.RESET, Deed.OUT, Deed.BACK, Deed.NOTED})
"""What people do to an alarm as it stands."""


@dataclass(frozen=True)
class AlarmEvent:
    """One thing that happened.

    Attributes:
        at_ms: When, UTC milliseconds.
        alarm: Id of the limit.
        actor: Who did it; "" for what happened by itself.
        note: Comment or reason.
        until_ms: Of a shelving.
        value: What was measured then, in the unit inside; None where nothing was.
    """

    at_ms: int
    alarm: str
    what: Deed
    actor: str = ""
    note: str = ""
    until_ms: int = NEVER_MS
    value: float | None = None


@dataclass(frozen=True, eq=False)
class Raisings:
    """How often alarms came in a span.

    Attributes:
        at_ms: When, ascending; UTC milliseconds.
        of_alarm: Of each alarm that came: its id, how often it came, and how often as soon after its end that it
            chattered.
    """

    at_ms: Int64
    of_alarm: tuple[tuple[str, int, int], ...]


def restored(events: Iterable[AlarmEvent], limits: Limits, now_ms: int) -> Alarms:
    """The state of every alarm after *events*, the oldest first; alarms that are watched no more are passed over."""
    rows = {record.id: row for row, record in enumerate(limits.records)}
    alarms = Alarms.quiet(len(limits), now_ms)
    columns = {name: getattr(alarms, name).copy() for name in Alarms.__dataclass_fields__}
    for event in events:
        row = rows.get(event.alarm)
        if row is not None:
            for name, value in _changes(event, latches=bool(limits.latches[row])).items():
                columns[name][row] = value
    alarms = Alarms(**columns)
    return replace(
        alarms, is_beyond=alarms.is_active, since_ms=np.where(alarms.is_active, alarms.raised_ms, alarms.since_ms)
    )


def _changes(event: AlarmEvent, *, latches: bool) -> dict[str, bool | int]:
    changes: dict[Deed, dict[str, bool | int]] = {
        Deed.RAISED: {"is_active": True, "is_acknowledged": False, "raised_ms": event.at_ms, "is_held": False},
        Deed.CLEARED: {"is_active": False, "is_held": latches, "since_ms": event.at_ms},
        Deed.ASKED_AGAIN: {"is_acknowledged": False, "acknowledged_ms": NEVER_MS},
        Deed.ACKNOWLEDGED: {"is_acknowledged": True, "acknowledged_ms": event.at_ms},
        Deed.SHELVED: {"shelved_until_ms": event.until_ms},
        Deed.UNSHELVED: {"shelved_until_ms": NEVER_MS},
        Deed.RESET: {"is_held": False},
        Deed.OUT: {"is_out": True},
        Deed.BACK: {"is_out": False},
    }
    return changes.get(event.what, {})


def done_to(
    deed: Deed, alarms: Alarms, limits: Limits, which: list[int], until_ms: int, note: str, now_ms: int
) -> Alarms:
    """The state after people did *deed* to the alarms *which*.

    Raises:
        AppError: What shelving refuses, or ``alarms.not_a_deed``.
    """
    match deed:
        case Deed.ACKNOWLEDGED:
            return life.acknowledged(alarms, which, now_ms)
        case Deed.SHELVED:
            return life.shelved(alarms, limits, which, until_ms, note, now_ms)
        case Deed.UNSHELVED:
            return life.unshelved(alarms, which)
        case Deed.RESET:
            return life.reset(alarms, which)
        case Deed.OUT | Deed.BACK:
            return life.in_service(alarms, which, is_out=deed is Deed.OUT)
        case Deed.NOTED:
            return alarms
        case _:
            raise AppError("alarms.not_a_deed", deed=deed.value)
