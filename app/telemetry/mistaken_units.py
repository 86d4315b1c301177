"""Units that look mistaken: proposed from when that was found until somebody has decided, also over restarts.

After some days what an instrument sends has become usual, in whatever unit; so what was found stays in the alarms' log
until a person says why the unit is right, or the set-up says another one. What was sent before is then no measure of it
any more. Nothing is ever converted on a suspicion.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.channels import Channels
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.setup import SETUP
from app.telemetry.waiting import waiting, with_earlier

_ALIKE: Final = math.log(1.5)
"""Ratios closer than this are one: 10 and 9.81 are seldom told apart."""
_BETWEEN: Final = " → "


@dataclass(frozen=True)
class UnitDoubts:
    """What the log says, by the ids of channels.

    Attributes:
        found: Proposals that wait: when they were found, by which ratio, and what was told of it.
        seen_to: When somebody last decided, UTC milliseconds.
        settled: The ratio of which a person said that the unit is right all the same.
    """

    found: Mapping[str, AlarmEvent]
    seen_to: Mapping[str, int]
    settled: Mapping[str, float]

    def is_settled(self, channel: str, ratio: float) -> bool:
        """Whether a person has said of *channel* that readings by *ratio* away from what is expected are right."""
        said = self.settled.get(channel)
        return said is not None and abs(math.log(said / ratio)) < _ALIKE


NO_DOUBTS: Final = UnitDoubts({}, {}, {})


def unit_doubts_of(events: Iterable[AlarmEvent]) -> UnitDoubts:
    """What follows from *events*, the oldest first."""
    known = tuple(events)
    last = {event.alarm: event.value for event in known if event.what is Deed.UNIT_SEEN_TO}
    settled = {name: value for name, value in last.items() if value}
    return UnitDoubts(*waiting(known, Deed.UNIT_DOUBTED, Deed.UNIT_SEEN_TO), settled)


def newly_doubted(findings: Iterable[Finding], channels: Channels, doubts: UnitDoubts, now_ms: int) -> list[AlarmEvent]:
    """What is to be written down of *findings*: proposals that nobody had found before."""
    return [
        AlarmEvent(
            now_ms,
            one.where,
            Deed.UNIT_DOUBTED,
            note=json.dumps({**one.facts, "unit": channels.records[one.channel].unit}),
            value=float(one.facts["ratio"]),
        )
        for one in findings
        if one.kind is FindingKind.UNIT and one.where not in doubts.found
    ]


def decided(channel: str, doubts: UnitDoubts, actor: str, note: str, now_ms: int) -> AlarmEvent:
    """A person has said why the unit of *channel* is right, or what was done to the instrument."""
    found = doubts.found.get(channel)
    return AlarmEvent(now_ms, channel, Deed.UNIT_SEEN_TO, actor, note, value=None if found is None else found.value)


def corrected(channels: Channels, doubts: UnitDoubts, now_ms: int) -> list[AlarmEvent]:
    """What ends because the set-up says another unit than when it was found, also while no recorder was at work."""
    units = {one.id: one.unit for one in channels.records}
    return [
        _changed(name, was, units[name], now_ms)
        for name, event in sorted(doubts.found.items())
        if name in units and (was := _told(event)["unit"]) != units[name]
    ]


def changed_units(before: Channels, after: Channels, now_ms: int) -> list[AlarmEvent]:
    """What is to be written down of channels whose unit is another one now: what they read before is no measure."""
    units = {one.id: one.unit for one in before.records}
    return [
        _changed(one.id, units[one.id], one.unit, now_ms)
        for one in after.records
        if units.get(one.id, one.unit) != one.unit
    ]


def _changed(channel: str, was: object, unit: str, now_ms: int) -> AlarmEvent:
    return AlarmEvent(now_ms, channel, Deed.UNIT_SEEN_TO, SETUP, f"{was}{_BETWEEN}{unit}")


def with_known_doubts(findings: Iterable[Finding], channels: Channels, doubts: UnitDoubts) -> tuple[Finding, ...]:
    """*findings*, and the proposals that were found earlier and wait for somebody."""
    return with_earlier(FindingKind.UNIT, findings, doubts.found, channels, _told)


def _told(event: AlarmEvent) -> dict[str, str | float]:
    """What was told when it was found: ratio, value, low and high in the unit inside, basis, and the unit then."""
    facts: dict[str, str | float] = json.loads(event.note)
    return facts
