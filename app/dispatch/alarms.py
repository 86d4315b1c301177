"""What the desk must be told aloud until somebody acknowledges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.dispatch.entries import Entry, EntryKind
from app.dispatch.states import ClockState

ALARMING = (ClockState.AT_RISK, ClockState.FORECAST_TO_BREACH, ClockState.BREACHED)


class Sound(StrEnum):
    """The three sounds: each means one thing."""

    NEW = "new"
    RISK = "risk"
    BREACH = "breach"


@dataclass(frozen=True)
class Alarm:
    """One thing to be acknowledged.

    Attributes:
        incident: Entity.
        rule: Id of the clock's rule; ``new`` for an incident that nobody has taken up.
        state: What is warned of: the clock's state in small letters, or ``new``.
        since_ms: From when, UTC; None where that moment is not known (a forecast).
    """

    incident: str
    rule: str
    state: str
    sound: Sound
    since_ms: int | None


NEW = "new"


def alarm_of_clock(incident: str, rule: str, state: ClockState, at_risk_ms: int, due_ms: int) -> Alarm | None:
    """The alarm that a clock's state raises, if any."""
    if state not in ALARMING:
        return None
    sound = Sound.BREACH if state is ClockState.BREACHED else Sound.RISK
    since = {ClockState.AT_RISK: at_risk_ms, ClockState.BREACHED: due_ms}.get(state)
    return Alarm(incident, rule, state.name.lower(), sound, since)


def unacknowledged(alarms: Iterable[Alarm], entries: Mapping[str, Sequence[Entry]]) -> tuple[Alarm, ...]:
    """Those of *alarms* that nobody has taken; *entries* by incident, acknowledgements among them."""
    taken = {
        (entity, str(entry.facts["rule"]), str(entry.facts["state"]))
        for entity, told in entries.items()
        for entry in told
        if entry.kind is EntryKind.ALARM_TAKEN
    }
    return tuple(alarm for alarm in alarms if (alarm.incident, alarm.rule, alarm.state) not in taken)


def muted_until_ms(entries: Iterable[Entry]) -> int:
    """Until when the sounds are silenced; 0 where they never were."""
    return max((int(entry.facts["until_ms"]) for entry in entries if entry.kind is EntryKind.MUTED), default=0)
