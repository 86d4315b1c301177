"""Instruments under watch: what drifts, and whose unit looks mistaken, from when it was found until somebody decides.

Its user writes what it finds into the alarms' log and hands it back as taken in; the same lock guards both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.errors import AppError
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.drifting import are_drifting, drifts_of, newly_found, with_known_drifts
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.history import History
from app.telemetry.line_check import AT_ONCE_S, LineCheck
from app.telemetry.live import Live
from app.telemetry.mistaken_units import (
    changed_units,
    corrected,
    decided,
    newly_doubted,
    unit_doubts_of,
    with_known_doubts,
)
from app.telemetry.setup import Setup
from network.columns import Bool


class InstrumentWatch:
    """What is known of the instruments of one set-up.

    Args:
        history: Where readings are; read only.
        setup: What is measured.
        events: What the alarms' log says so far, the oldest first.
    """

    def __init__(self, history: History, setup: Setup, events: Iterable[AlarmEvent]) -> None:
        known = tuple(events)
        self._history, self._drifts, self._doubts = history, drifts_of(known), unit_doubts_of(known)
        self.measure(setup)

    def measure(self, setup: Setup) -> None:
        """Other instruments from now on."""
        sites = {site.channel: site for site in setup.feeders.sites}
        self._channels = setup.channels
        self._line = LineCheck(self._history, setup.channels, self._drifts.seen_to, self._doubts, sites)

    def place(self, setup: Setup) -> None:
        """What the network says of the places, from now on."""
        self._line.sites = {site.channel: site for site in setup.feeders.sites}

    @property
    def drifting(self) -> Bool:
        """Shape (channels,)."""
        return are_drifting(self._channels, self._drifts)

    def look(self, now_ms: int, at_once_s: float = AT_ONCE_S) -> int:
        """Look at some more of them; how many are known by now."""
        return self._line.look(now_ms, at_once_s)

    def judged(self, now_ms: int) -> list[AlarmEvent]:
        """What is newly found, to be written down."""
        return self.newly(self._line.lasting(), now_ms)

    def newly(self, found: Sequence[Finding], now_ms: int) -> list[AlarmEvent]:
        """What of *found* waits for somebody and is not written down yet."""
        return [
            *newly_found(found, self._drifts, now_ms),
            *newly_doubted(found, self._channels, self._doubts, now_ms),
        ]

    def corrected(self, now_ms: int) -> list[AlarmEvent]:
        """Proposals that ended with another unit in the set-up while nobody recorded, to be written down."""
        return corrected(self._channels, self._doubts, now_ms)

    def seen_to(self, channel: str, kind: FindingKind, actor: str, note: str, now_ms: int) -> AlarmEvent:
        """Somebody has decided about *channel*, to be written down.

        Raises:
            AppError: ``alarms.no_such_channel``, ``alarms.see_to_reason``.
        """
        if channel not in self._channels.position:
            raise AppError("alarms.no_such_channel", channel=channel)
        if not note.strip():
            raise AppError("alarms.see_to_reason")
        if kind is FindingKind.UNIT:
            return decided(channel, self._doubts, actor, note, now_ms)
        return AlarmEvent(now_ms, channel, Deed.SEEN_TO, actor, note)

    def take(self, events: Iterable[AlarmEvent]) -> None:
        """Take in what was written down."""
        known = tuple(events)
        drifts = drifts_of((*self._drifts.found.values(), *known))
        self._drifts = replace(drifts, seen_to={**self._drifts.seen_to, **drifts.seen_to})
        doubts = unit_doubts_of((*self._doubts.found.values(), *known))
        decided_of = [event.alarm for event in known if event.what is Deed.UNIT_SEEN_TO]
        settled = {name: ratio for name, ratio in self._doubts.settled.items() if name not in decided_of}
        self._doubts = replace(
            doubts, seen_to={**self._doubts.seen_to, **doubts.seen_to}, settled={**settled, **doubts.settled}
        )
        self._line.seen_to, self._line.doubts = self._drifts.seen_to, self._doubts
        for event in known:
            if event.what in {Deed.SEEN_TO, Deed.UNIT_SEEN_TO}:
                self._line.forget(event.alarm)

    def findings(self, live: Live, lost: Iterable[str]) -> tuple[Finding, ...]:
        """What is known by now, what waits for somebody first; as :meth:`LineCheck.findings`."""
        found = with_known_drifts(self._line.findings(live, lost), self._channels, self._drifts)
        return with_known_doubts(found, self._channels, self._doubts)


def unit_changes(before: Setup, after: Setup, now_ms: int) -> list[AlarmEvent]:
    """Of units that another set-up says, to be written down."""
    return changed_units(before.channels, after.channels, now_ms)
