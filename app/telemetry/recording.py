"""The recorder at work: feeds into the history and the alarms by a thread of its own, and what a screen asks of it.

One lock guards the present state; history and alarms' log are written under it and read through connections of their
own, so that a question about a year does not hold up what comes in. What cannot be written is held and tried again: a
message is told safe only when it is on the disk.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from app.feeds.inbox import Inbox, LinkState, Message
from app.feeds.mqtt import MqttFeed
from app.feeds.opcua_server import OpenOpcUa, Source
from app.feeds.stations import StationFeed
from app.telemetry import alarms as life
from app.telemetry.alarm_events import AlarmEvent, Deed, restored
from app.telemetry.alarm_feeding import Feeders, read_feeders, write_feeders
from app.telemetry.alarm_figures import AlarmFigures, alarm_figures, figures_from_ms, is_flood, rehearsed
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarms import Alarms, Change, Limit, Limits, Transition, causes, states_of
from app.telemetry.curve_reading import band_of, curve_of
from app.telemetry.curves import Band, Curve
from app.telemetry.day_supply import day_supply
from app.telemetry.findings import Finding
from app.telemetry.history import Compacted, History, stretches
from app.telemetry.json_messages import opened
from app.telemetry.line_check import MOST_LETTERS, LineCheck, letters_told, strangers_told
from app.telemetry.live import NEVER_MS
from app.telemetry.look_back import present_at
from app.telemetry.present import Present, Supplied
from app.telemetry.pyramid import MINUTE_MS
from app.telemetry.recorder import Opener, Recorder, Snapshot
from app.telemetry.setup import ALARM_LOG, FOLDER, HISTORY, Feed, FeedKind, Setup, read_setup, write_setup
from app.telemetry.sl651_frames import opened_frame
from app.telemetry.sources import source_of
from app.times import CITY_TIME
from network.errors import CodedError

_LOG = logging.getLogger(__name__)

TURN_S: Final = 0.1
"""So long a turn waits for messages: the screen hears of what came ten times a second at most."""
GATHER_S: Final = 0.02
"""Turns begin no closer together, lest each message of a busy line be a write to the disk of its own. What comes after
a pause is taken in at once."""
MOST_A_TURN: Final = 500
"""Messages taken in at once: whoever asks meanwhile waits for one turn, however many there are to be caught up with."""
AGAIN_S: Final = 1.0
"""After so long what could not be written is tried again."""
MOST_EVENTS: Final = 1_000
"""House value: seven times what an operator can bear in a day. They go to the screen with every look."""
_ENDLESS_MS: Final = 2**62
_MONTH_MS: Final = 30 * 24 * 3_600_000
_DEEDS: Final = {change: Deed(change.value) for change in Change}


class Recording:
    """The recorder of one workspace, running.

    Args:
        folder: The workspace.
        clock_ms: The present, UTC milliseconds.
        open_opcua: Makes feeds of OPC UA servers; None where nothing here can.

    Raises:
        CodedError: The setup or one of the files cannot be used.
    """

    def __init__(self, folder: Path, clock_ms: Callable[[], int], open_opcua: OpenOpcUa | None = None) -> None:
        self._folder, self._clock_ms = folder, clock_ms
        self.setup: Setup = read_setup(folder).fed_by(read_feeders(folder / FOLDER))
        path = folder / HISTORY
        (History.open(path) if path.exists() else History.create(path)).close()
        self._reading = History.open(path, readonly=True)
        self._line = LineCheck(self._reading, self.setup.channels)
        self._log = AlarmLog(folder / ALARM_LOG)
        self._told = AlarmLog(folder / ALARM_LOG, readonly=True)
        self._lock = threading.RLock()
        self._end = threading.Event()
        self._inbox = Inbox(clock_ms)
        self._recorder: Recorder | None = None
        self._turn = self._received = 0
        self._unlogged: list[AlarmEvent] = []
        self._trouble: tuple[str, Mapping[str, str | int | float]] | None = None
        self._supplied: Mapping[int, Supplied] = {}
        self._supplied_ms = NEVER_MS
        self._unread: tuple[str, Mapping[str, str | int | float]] | None = None
        self._told_links: Mapping[str, LinkState] = {}
        self._answering: dict[str, MqttFeed | StationFeed] = {}
        self._feeds = [self._source(feed, open_opcua) for feed in self.setup.feeds]
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()
        self._ready.wait()
        for feed in self._feeds:
            feed.start()

    def close(self) -> None:
        """End the feeds and the thread, and let go of the files."""
        for feed in self._feeds:
            feed.stop()
        self._end.set()
        self._thread.join()
        self._log.close()
        self._told.close()
        self._reading.close()

    def _source(self, feed: Feed, open_opcua: OpenOpcUa | None) -> Source:
        made = source_of(feed, self._folder, self.setup, self._inbox, self._clock_ms, open_opcua)
        if isinstance(made, MqttFeed | StationFeed):
            self._answering[feed.name] = made
        return made

    # The thread

    def _run(self) -> None:
        history = History.open(self._folder / HISTORY)
        now_ms = self._clock_ms()
        openers = {feed.name: _opener(feed) for feed in self.setup.feeds}
        recorder = Recorder(self.setup.channels, self.setup.limits, history, openers, now_ms)
        # Whatever the clock says: a machine whose clock was set back still knows what was seen.
        recorder.alarms = restored(self._told.states(_ENDLESS_MS), self.setup.limits, now_ms)
        self._recorder = recorder
        self._ready.set()
        waiting: list[Message] = []
        compaction = _Compaction(history, now_ms)
        began_s = time.monotonic()
        try:
            while not self._end.wait(max(0.0, began_s + GATHER_S - time.monotonic())):
                # What could not be written is tried again before more is taken: the box is bounded and counts.
                waiting = waiting or self._inbox.take(0.0 if compaction.is_at_work else TURN_S, MOST_A_TURN)
                began_s = time.monotonic()
                try:
                    self._take(recorder, waiting)
                    waiting = []
                    compaction.step(self._clock_ms())
                except CodedError as error:
                    self._hold(error)
                    self._end.wait(AGAIN_S)
        finally:
            history.close()

    def _hold(self, error: CodedError) -> None:
        """Say what is wrong; once for as long as it lasts."""
        trouble = (error.code, error.detail)
        with self._lock:
            if self._trouble != trouble:
                _LOG.info("readings cannot be written: %s", error.code)
                self._trouble = trouble
                self._turn += 1

    def _take(self, recorder: Recorder, messages: list[Message]) -> None:
        with self._lock:
            shown = recorder.take(messages, self._clock_ms())
            self._unlogged += self._events(recorder, shown)
            self._write_down(())
            links = self._inbox.links()
            if messages or shown.transitions or links != self._told_links or self._trouble is not None:
                self._turn += 1
            self._told_links, self._trouble = links, None
            self._received += len(messages)
        for name, feed in self._answering.items():
            feed.done([message for message in messages if message.feed == name])

    def _write_down(self, events: Iterable[AlarmEvent]) -> None:
        """Write *events* behind what alarms did by themselves and could not be written yet: that happens but once."""
        self._log.write([*self._unlogged, *events])
        self._unlogged = []

    def _events(self, recorder: Recorder, shown: Snapshot) -> list[AlarmEvent]:
        return [self._event(recorder, shown, each) for each in shown.transitions]

    def _event(self, recorder: Recorder, shown: Snapshot, each: Transition) -> AlarmEvent:
        limit = recorder.limits.records[each.alarm]
        value = float(shown.values[limit.channel])
        return AlarmEvent(each.at_ms, limit.id, _DEEDS[each.change], value=value if np.isfinite(value) else None)

    @property
    def _at_work(self) -> Recorder:
        assert self._recorder is not None
        return self._recorder

    # What a screen asks

    def present(self) -> Present:
        """How everything stands now."""
        supplied = self._day_supply()
        with self._lock:
            recorder = self._at_work
            now_ms = max(recorder.now_ms, self._clock_ms())
            shown = recorder.standing_at(now_ms)
            caused = causes(recorder.alarms, recorder.limits, now_ms)
            return Present(
                self._turn,
                now_ms,
                shown.values,
                shown.standings,
                recorder.live.source_ms,
                states_of(recorder.alarms, caused),
                caused.head,
                recorder.alarms.raised_ms,
                recorder.alarms.shelved_until_ms,
                self._inbox.links(),
                self._received,
                self._inbox.turned_away,
                self._trouble or self._unread,
                supplied,
                is_flood(recorder.alarms.raised_ms, now_ms),
            )

    def _day_supply(self) -> Mapping[int, Supplied]:
        now_ms = self._clock_ms()
        if not 0 <= now_ms - self._supplied_ms < MINUTE_MS:
            try:
                self._supplied, self._unread = day_supply(self._reading, self.setup.channels, now_ms, CITY_TIME), None
            except CodedError as error:
                # What comes in is shown all the same; a day's figure that has stopped would pass for the present one.
                _LOG.info("the day's supply cannot be read: %s", error.code)
                self._supplied, self._unread = {}, (error.code, error.detail)
            self._supplied_ms = now_ms
        return self._supplied

    @property
    def turn(self) -> int:
        """Counts up whenever something has changed."""
        with self._lock:
            return self._turn

    def look_back(self, at_ms: int) -> Present:
        """What a screen showed at a moment of the past; one to come is the present one."""
        at_ms = min(at_ms, self._clock_ms())
        return present_at(self._reading, self.setup, self._told.states(at_ms + 1), at_ms)

    def curves(
        self, rows: Sequence[int], start_ms: int, end_ms: int, columns: int, known_ms: int | None = None
    ) -> tuple[Curve, ...]:
        """Curves of channels by position; see :func:`app.telemetry.curve_reading.curve_of`."""
        known, records = self._reading.channels(), self.setup.channels.records
        span, beat_ms = (start_ms, end_ms, columns), [round(records[row].interval_s * 1000) for row in rows]
        return tuple(
            curve_of(self._reading, *known[records[row].id], *span, known_ms=known_ms, interval_ms=each)
            for row, each in zip(rows, beat_ms, strict=True)
        )

    def bands(self, rows: Sequence[int], start_ms: int, end_ms: int, columns: int) -> tuple[Band, ...]:
        """What was usual for them; see :func:`app.telemetry.curve_reading.band_of`."""
        known, ids = self._reading.channels(), [record.id for record in self.setup.channels.records]
        return tuple(band_of(self._reading, *known[ids[row]], start_ms, end_ms, columns) for row in rows)

    def events(self, start_ms: int, end_ms: int) -> tuple[AlarmEvent, ...]:
        """What became of alarms in a span: all that people did, and of the rest the last ``MOST_EVENTS``."""
        return self._told.lately(start_ms, end_ms, MOST_EVENTS)

    def figures(self, days: int) -> AlarmFigures:
        """Figures of the last *days*."""
        now_ms = self._clock_ms()
        start_ms = figures_from_ms(now_ms, days)
        raisings = self._told.raisings(start_ms, now_ms + 1)
        with self._lock:
            limits, alarms = self._at_work.limits, self._at_work.alarms
        return alarm_figures(raisings, limits, alarms, start_ms, now_ms + 1)

    def check_line(self) -> tuple[tuple[Finding, ...], int]:
        """What is wrong with instruments and lines, and how many channels have been looked at so far."""
        now_ms = self._clock_ms()
        looked = self._line.look(now_ms)
        with self._lock:
            recorder = self._at_work
            found = self._line.findings(recorder.live, recorder.lost_devices())
            strangers = tuple(recorder.strangers.values())
        letters = letters_told(self._reading.dead_letters(MOST_LETTERS))
        return (*found, *strangers_told(strangers), *letters), looked

    def rehearse(self, limit: Limit) -> tuple[tuple[int, int], ...]:
        """When *limit* would have been raised and cleared in the last 30 days."""
        now_ms = self._clock_ms()
        number, resolution = self._reading.channels()[self.setup.channels.records[limit.channel].id]
        return rehearsed(limit, self._reading.readings(number, now_ms - _MONTH_MS, now_ms + 1), resolution)

    # What people do

    def act(self, deed: Deed, names: Sequence[str], actor: str, note: str = "", until_ms: int = NEVER_MS) -> None:
        """Do something to alarms by their ids, and write it down; unknown ids are passed over.

        Raises:
            AppError: What shelving refuses, or ``alarms.not_a_deed``.
        """
        with self._lock:
            recorder, now_ms = self._at_work, self._clock_ms()
            rows = {record.id: row for row, record in enumerate(recorder.limits.records)}
            which = [rows[name] for name in names if name in rows]
            after = _after(deed, recorder.alarms, recorder.limits, which, until_ms, note, now_ms)
            ids = [recorder.limits.records[row].id for row in which]
            self._write_down(AlarmEvent(now_ms, name, deed, actor, note, until_ms) for name in ids)
            recorder.alarms = after
            self._turn += 1

    def change_limit(self, limit: Limit, actor: str, why: str = "") -> None:
        """Watch another limit under the same id from now on, and keep it in the setup; the log says who and *why*.

        Raises:
            AppError: ``alarms.no_such_limit``, what :class:`~app.telemetry.alarms.Limits` refuses, or what is wrong
                with the file.
        """
        with self._lock:
            before = self._at_work.limits.records
            rows = {record.id: row for row, record in enumerate(before)}
            if limit.id not in rows:
                raise AppError("alarms.no_such_limit", alarm=limit.id)
            was = before[rows[limit.id]]
            records = tuple(limit if record.id == limit.id else record for record in before)
            limits = Limits(records, self._at_work.limits.feedings)
            # What somebody has put into the file since the start waits there for the next one, and is not undone.
            write_setup(self._folder, read_setup(self._folder).with_limit(limit))
            note = f"{was.limit:g} → {limit.limit:g}" + (f" · {why}" if why else "")
            self._write_down([AlarmEvent(self._clock_ms(), limit.id, Deed.LIMIT, actor, note)])
            self.setup = self.setup.with_limits(limits)
            self._at_work.watch(limits)
            self._turn += 1

    def take_feeders(self, feeders: Feeders) -> None:
        """Put low pressures below the pumps and plants that they come from; kept for the next start."""
        with self._lock:
            if feeders == self.setup.feeders:
                return
            write_feeders(self._folder / FOLDER, feeders)
            self.setup = self.setup.fed_by(feeders)
            self._at_work.watch(self.setup.limits)
            self._turn += 1


def _after(
    deed: Deed, alarms: Alarms, limits: Limits, which: list[int], until_ms: int, note: str, now_ms: int
) -> Alarms:
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


class _Compaction:
    """Puts the history in order between turns, a step at a time: what comes meanwhile waits for a step at most."""

    def __init__(self, history: History, now_ms: int) -> None:
        self._history = history
        self._done = stretches(now_ms)
        self._steps: Iterator[Compacted] | None = None

    @property
    def is_at_work(self) -> bool:
        return self._steps is not None

    def step(self, now_ms: int) -> None:
        """Go a step on, or see whether there is one to begin with."""
        if self._steps is None and stretches(now_ms) != self._done:
            self._done = stretches(now_ms)
            self._steps = self._history.compaction(now_ms)
        if self._steps is not None and next(self._steps, None) is None:
            self._steps = None


def _opener(feed: Feed) -> Opener:
    """What reads the messages of *feed*."""
    read = opened_frame if feed.kind is FeedKind.SL651 else opened
    return lambda message: read(message, CITY_TIME)
