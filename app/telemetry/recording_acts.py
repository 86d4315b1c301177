"""What people do to the alarms of a recorder at work: here, where it counts at once, and at other consoles."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from app.telemetry.alarm_events import AlarmEvent, Deed, done_to
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarm_marks import TakenUp
from app.telemetry.alarm_share import AlarmShare, News
from app.telemetry.alarms import Limit
from app.telemetry.findings import FindingKind
from app.telemetry.instrument_watch import InstrumentWatch
from app.telemetry.live import NEVER_MS, can_be_relied_on
from app.telemetry.machine_clock import Moment
from app.telemetry.recorder import Recorder
from app.telemetry.setup import Setup, read_setup, write_setup
from app.telemetry.setup_watch import ends_of_removed, limit_events
from app.telemetry.shared_entries import (
    LimitChange,
    Occurrence,
    Shared,
    SharedKind,
    acted,
    changes_between,
    limits_changed,
)
from app.telemetry.sharing import acts_taken, latest_only, limits_taken, not_here, with_changes
from network.columns import Int64
from network.errors import CodedError

_LOG = logging.getLogger(__name__)

KINDS: Final = (SharedKind.ACTED, SharedKind.LIMITS)
"""What the recorder takes up; judged bursts are the watch's."""
_AGAIN_S: Final = 1.0
"""After so long what others did is looked for again, where it could not be taken up."""


class Acts:
    """Of a recorder at work.

    ``_acting`` is held by whoever writes into the journal or takes up what stands there; the present state, which
    ``_lock`` guards, is not held up by the journal.
    """

    _folder: Path
    _clock_ms: Callable[[], int]
    _moment: Callable[[], Moment]
    _lock: threading.RLock
    _acting: threading.Lock
    _recorder: Recorder | None
    _log: AlarmLog
    _share: AlarmShare
    _instruments: InstrumentWatch
    _unlogged: list[AlarmEvent]
    _unshared: tuple[str, Mapping[str, str | int | float]] | None
    _unshared_s: float
    _turn: int
    _setup_turn: int
    setup: Setup

    @property
    def _at_work(self) -> Recorder:
        assert self._recorder is not None
        return self._recorder

    def _write_down(self, events: Iterable[AlarmEvent], taken: TakenUp | None = None) -> None:
        """Write *events* behind what alarms did by themselves and could not be written yet: that happens but once."""
        self._log.write([*self._unlogged, *events], taken)
        self._unlogged = []
        if taken is not None:
            self._share.take(taken)

    # Here

    def act(self, deed: Deed, names: Sequence[str], actor: str, note: str = "", until_ms: int = NEVER_MS) -> None:
        """Do something to alarms by their ids, and write it down; unknown ids are passed over.

        Raises:
            AppError: What shelving refuses, ``alarms.not_a_deed``, or ``hub.would_refuse``.
        """
        with self._acting:
            with self._lock:
                now_ms = self._at_work.hears(self._moment())
                ids, which = self._known(names)
                done_to(deed, self._at_work.alarms, self._at_work.limits, which, until_ms, note, now_ms)
                meant = self._occurrences(deed, which, now_ms)
            told = None
            if meant:
                told = self._share.tell(
                    lambda ahead_ms: acted(deed, meant, now_ms, note=note, until_ms=until_ms, ahead_ms=ahead_ms),
                    actor,
                    now_ms,
                )
            with self._lock:
                # What came meanwhile stays: alarms may be others by now.
                recorder, (ids, which) = self._at_work, self._known(names)
                after = done_to(deed, recorder.alarms, recorder.limits, which, until_ms, note, now_ms)
                events = [AlarmEvent(now_ms, name, deed, actor, note, until_ms) for name in ids]
                self._write_down(events, self._share.with_own(told))
                recorder.alarms = after
                self._turn += 1

    def _known(self, names: Sequence[str]) -> tuple[list[str], list[int]]:
        """Those of *names* that are watched, and their rows."""
        rows = {record.id: row for row, record in enumerate(self._at_work.limits.records)}
        ids = [name for name in names if name in rows]
        return ids, [rows[name] for name in ids]

    def _occurrences(self, deed: Deed, which: Sequence[int], now_ms: int) -> list[Occurrence]:
        """The alarms *which* as others are told of them, but for those at which there is nothing to be done."""
        recorder = self._at_work
        alarms, limits = recorder.alarms, recorder.limits
        standings: Int64 = recorder.standing_at(now_ms).standings[limits.channel]
        stands = alarms.is_active & (can_be_relied_on(standings) | limits.is_silence)
        needless = {Deed.ACKNOWLEDGED: alarms.is_acknowledged, Deed.RESET: ~alarms.is_held}.get(
            deed, np.zeros(len(limits), dtype=bool)
        )
        return [
            Occurrence(limits.records[row].id, int(alarms.raised_ms[row]), bool(stands[row]))
            for row in which
            if not needless[row]
        ]

    def see_to(self, channel: str, actor: str, note: str, kind: FindingKind = FindingKind.DRIFT) -> None:
        """Somebody has decided about an instrument that drifts, or whose unit looked mistaken.

        What it read before is no measure of it any more.

        Raises:
            AppError: ``alarms.no_such_channel``, ``alarms.see_to_reason``, or ``hub.would_refuse``.
        """
        with self._acting:
            event = self._instruments.seen_to(channel, kind, actor, note, self._clock_ms())
            told = self._share.tell(
                lambda ahead_ms: acted(event.what, [Occurrence(channel)], event.at_ms, note=note, ahead_ms=ahead_ms),
                actor,
                event.at_ms,
            )
            with self._lock:
                self._write_down([event], self._share.with_own(told))
                self._go_by([event])

    def _go_by(self, events: Sequence[AlarmEvent]) -> None:
        """Go by what became of instruments."""
        if events:
            self._instruments.take(events)
            self._at_work.drifting = self._instruments.drifting
            self._turn += 1

    def change_limit(self, limit: Limit, actor: str, why: str = "", channel: str = "") -> None:
        """Watch another limit under its id from now on, or a new one of *channel*; the log says who and *why*.

        Raises:
            AppError: ``alarms.no_such_limit``, ``alarms.no_such_channel``, what
                :class:`~app.telemetry.alarms.Limits` refuses, ``hub.would_refuse``, or what is wrong with the file.
        """
        self._change(lambda setup: setup.with_limit(limit, channel), actor, why)

    def remove_limit(self, alarm: str, actor: str, why: str = "") -> None:
        """Watch an alarm no more. Raises :class:`AppError` as :meth:`change_limit`."""
        self._change(lambda setup: setup.without_limit(alarm), actor, why)

    def _change(self, change: Callable[[Setup], Setup], actor: str, why: str) -> None:
        with self._acting:
            now_ms = self._clock_ms()
            with self._lock:
                before, after = self.setup, change(self.setup)
                change(read_setup(self._folder))
            changes = changes_between(before.limits, after.limits, [one.id for one in before.channels.records])
            told = None
            if changes:
                told = self._share.tell(
                    lambda ahead_ms: limits_changed(changes, now_ms, why=why, ahead_ms=ahead_ms), actor, now_ms
                )
            with self._lock:
                self._unlogged += self._put_into_force(change, actor, why, now_ms)
                self._write_down((), self._share.with_own(told))

    def _put_into_force(
        self, change: Callable[[Setup], Setup], actor: str, why: str, now_ms: int
    ) -> Sequence[AlarmEvent]:
        """Watch by the set-up after *change* from now on; what is to be written down of it."""
        before = self.setup
        after = change(before)
        # What somebody has just put into the file stays there, and counts a second later.
        write_setup(self._folder, change(read_setup(self._folder)))
        self.setup = after
        events = (
            *ends_of_removed(before.limits, after.limits, self._at_work.alarms, now_ms, actor),
            *limit_events(before.limits, after.limits, now_ms, actor, why),
        )
        self._at_work.watch(after.limits)
        self._setup_turn += 1
        self._turn += 1
        return events

    # At other consoles

    def _take_shared(self) -> None:
        """Take up what the journal says that others did; where that cannot be done, what is at work goes on."""
        if time.monotonic() - self._unshared_s < _AGAIN_S or not self._acting.acquire(blocking=False):
            # Somebody at this console acts just now, and may wait for the journal: readings do not.
            return
        try:
            news = self._share.news()
            if news is not None:
                with self._lock:
                    self._take_news(news)
            self._tell_unshared(None)
        except CodedError as error:
            _LOG.info("what others did with alarms cannot be taken up: %s", error.code)
            self._unshared_s = time.monotonic()
            self._tell_unshared((error.code, error.detail))
        finally:
            self._acting.release()

    def _tell_unshared(self, trouble: tuple[str, Mapping[str, str | int | float]] | None) -> None:
        if trouble != self._unshared:
            with self._lock:
                self._unshared = trouble
                self._turn += 1

    def _take_news(self, news: News) -> None:
        recorder = self._at_work
        now_ms = max(recorder.hears(self._moment()), recorder.now_ms)
        entries = latest_only(news.entries, now_ms) if news.is_first else list(news.entries)
        by_limits = limits_taken(entries, news.taken.last, self.setup, self._share.entry_at, now_ms)
        events = list(by_limits.events)
        if news.is_first:
            # What this console begins with stands in its own set-up.
            events.clear()
        else:
            for entry, changes in by_limits.apply:
                events += self._taken_limits(entry, changes, now_ms)
        done, last = acts_taken(entries, by_limits.last, recorder.alarms, recorder.limits, now_ms, self._share.ahead_of)
        taken = TakenUp(news.taken.heads, news.taken.done, last)
        if news.is_first or entries or events or last != self._share.taken.last:
            seen_to = [self._seen_to(one) for one in done.seen_to if one.alarm in self.setup.channels.position]
            self._write_down((*events, *done.events, *seen_to), taken)
            recorder.alarms = done.alarms
            self._go_by(seen_to)
            self._turn += 1
        self._share.take(taken, news.version)

    def _seen_to(self, said: AlarmEvent) -> AlarmEvent:
        """What somebody said elsewhere, as it is said here: with what is known here of the instrument."""
        kind = FindingKind.UNIT if said.what is Deed.UNIT_SEEN_TO else FindingKind.DRIFT
        return self._instruments.seen_to(said.alarm, kind, said.actor, said.note or str(said.what), said.at_ms)

    def _taken_limits(self, entry: Shared, changes: Sequence[LimitChange], now_ms: int) -> list[AlarmEvent]:
        """Watch by what somebody changed elsewhere; what is to be written down beside what the change itself says."""
        try:
            after = with_changes(self.setup, changes)
        except AppError as error:
            _LOG.info("a limit of another console cannot be watched here: %s", error.code)
            return [not_here(one, entry, now_ms) for one in changes]
        if changes_between(self.setup.limits, after.limits, [one.id for one in self.setup.channels.records]):
            self._unlogged += self._put_into_force(
                lambda setup: with_changes(setup, changes), entry.actor, entry.note, now_ms
            )
        return []
