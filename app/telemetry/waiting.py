"""What was once found of instruments and waits for somebody, as the alarms' log holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.channels import Channels
from app.telemetry.findings import Finding, FindingKind


def waiting(
    events: Iterable[AlarmEvent], found_by: Deed, seen_to_by: Deed
) -> tuple[Mapping[str, AlarmEvent], Mapping[str, int]]:
    """By the id of the channel, what was found and nobody has seen to, and when somebody last did, UTC milliseconds.

    Args:
        events: The oldest first.
        found_by: Says that something was found.
        seen_to_by: Says that somebody has seen to it.
    """
    found: dict[str, AlarmEvent] = {}
    seen_to: dict[str, int] = {}
    for event in events:
        if event.what is found_by:
            found[event.alarm] = event
        elif event.what is seen_to_by:
            found.pop(event.alarm, None)
            seen_to[event.alarm] = event.at_ms
    return found, seen_to


def with_earlier(
    kind: FindingKind,
    findings: Iterable[Finding],
    found: Mapping[str, AlarmEvent],
    channels: Channels,
    facts: Callable[[AlarmEvent], Mapping[str, str | float]],
) -> tuple[Finding, ...]:
    """*findings*, and before them what was *found* of *kind* earlier and is not among them; *facts* for its words."""
    now = tuple(findings)
    told = {one.where for one in now if one.kind is kind}
    earlier = (
        Finding(kind, name, channels.position[name], facts(event), event.at_ms)
        for name, event in sorted(found.items())
        if name not in told and name in channels.position
    )
    return (*earlier, *now)
