"""Instruments that drift: suspect from when that was found until somebody has seen to them.

Whether one drifts is a matter of days (:mod:`app.telemetry.line_check` finds it), and after some weeks what it reads
wrongly has become usual. So what was found stays, in the alarms' log, until a person says that it was calibrated or why
it moved; what it read before is no measure of it any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.channels import Channels
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.live import Standing
from app.telemetry.readings import Quality
from app.telemetry.waiting import waiting, with_earlier
from network.columns import Bool, Int64


@dataclass(frozen=True)
class Drifts:
    """What the log says, by the ids of channels.

    Attributes:
        found: Those that drift: when it was found.
        seen_to: When somebody last saw to them, UTC milliseconds.
    """

    found: Mapping[str, AlarmEvent]
    seen_to: Mapping[str, int]


def drifts_of(events: Iterable[AlarmEvent]) -> Drifts:
    """What follows from *events*, the oldest first."""
    return Drifts(*waiting(events, Deed.DRIFTS, Deed.SEEN_TO))


def are_drifting(channels: Channels, drifts: Drifts) -> Bool:
    """Shape (channels,)."""
    return np.array([channel.id in drifts.found for channel in channels.records], dtype=bool)


def suspected(standings: Int64, drifting: Bool) -> Int64:
    """:class:`Standing` where good readings of what drifts are suspect. Shape (channels,)."""
    return np.where(drifting & (standings == Standing.GOOD), int(Standing.SUSPECT), standings)


def held_against(quality: Int64, drifting: Bool) -> Int64:
    """Bits of :class:`Quality` with ``DRIFT`` on what drifts. Shape (channels,)."""
    return quality | np.where(drifting, int(Quality.DRIFT), 0)


def newly_found(findings: Iterable[Finding], drifts: Drifts, now_ms: int) -> list[AlarmEvent]:
    """What is to be written down of *findings*: what drifts and was not known to."""
    return [
        AlarmEvent(now_ms, one.where, Deed.DRIFTS, value=float(one.facts["by"]))
        for one in findings
        if one.kind is FindingKind.DRIFT and one.where not in drifts.found
    ]


def with_known_drifts(findings: Iterable[Finding], channels: Channels, drifts: Drifts) -> tuple[Finding, ...]:
    """*findings*, and those that were found earlier and nobody has seen to."""
    return with_earlier(FindingKind.DRIFT, findings, drifts.found, channels, lambda event: {"by": event.value or 0.0})
