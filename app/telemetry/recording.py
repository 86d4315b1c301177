"""The recorder at work: feeds into the history and the alarms by a thread of its own, and what a screen asks of it.

One lock guards the present state; history and alarms' log are written under it and read through connections of their
own, so that a question about a year does not hold up what comes in. What cannot be written is held and tried again: a
message is told safe only when it is on the disk.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from app.feeds.inbox import Inbox, LinkState, Message
from app.feeds.mqtt import MqttFeed
from app.feeds.opcua_server import OpenOpcUa, Source
from app.feeds.stations import StationFeed
from app.telemetry.alarm_events import AlarmEvent, Deed, restored
from app.telemetry.alarm_feeding import Feeders, read_feeders, write_feeders
from app.telemetry.alarm_figures import AlarmFigures, alarm_figures, figures_from_ms, is_flood
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarm_share import ALONE, AlarmShare, AtHub
from app.telemetry.alarms import Change, Transition, causes, states_of
from app.telemetry.compacting import Compaction
from app.telemetry.day_supply import day_supply
from app.telemetry.findings import Finding
from app.telemetry.history import History
from app.telemetry.history_questions import HistoryQuestions
from app.telemetry.instrument_watch import InstrumentWatch, unit_changes
from app.telemetry.line_check import Letters, strangers_told
from app.telemetry.live import NEVER_MS
from app.telemetry.look_back import present_at
from app.telemetry.machine_clock import looks_at
from app.telemetry.present import Picture, Present, Supplied
from app.telemetry.pyramid import MINUTE_MS
from app.telemetry.rebirths import Rebirths
from app.telemetry.recorder import Recorder, Snapshot
from app.telemetry.recording_acts import KINDS, Acts
from app.telemetry.setup import ALARM_LOG, FOLDER, HISTORY, SETUP, Feed, Setup, read_setup
from app.telemetry.setup_watch import SetupFile, begun_anew, ends_of_removed, limit_events
from app.telemetry.sources import openers_of, source_of
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
_CHECK_MS: Final = 1_000
_CHECK_S: Final = 0.02
"""House value: of each second so much goes into looking whether instruments drift; readings wait for it. In five
minutes that is enough for some thousands."""
_Trouble = tuple[str, Mapping[str, str | int | float]]
_DEEDS: Final = {change: Deed(change.value) for change in Change}


class Recording(Acts, HistoryQuestions):
    """The recorder of one workspace, running.

    Args:
        folder: The workspace.
        clock_ms: The present, UTC milliseconds.
        open_opcua: Makes feeds of OPC UA servers; None where nothing here can.
        hub: What is known of the workspace's hub.

    Raises:
        CodedError: The setup or one of the files cannot be used.
    """

    def __init__(
        self, folder: Path, clock_ms: Callable[[], int], open_opcua: OpenOpcUa | None = None, hub: AtHub = ALONE
    ) -> None:
        self._folder, self._clock_ms, self._moment, self._open_opcua = folder, clock_ms, looks_at(clock_ms), open_opcua
        # Looked at before it is read: what is written meanwhile is news.
        self._file = SetupFile(folder)
        self.setup: Setup = read_setup(folder).fed_by(read_feeders(folder / FOLDER))
        path = folder / HISTORY
        (History.open(path) if path.exists() else History.create(path)).close()
        self._reading = History.open(path, readonly=True)
        self._log = AlarmLog(folder / ALARM_LOG)
        self._told = AlarmLog(folder / ALARM_LOG, readonly=True)
        self._share = AlarmShare(folder, KINDS, self._log.taken_up(), hub)
        self._instruments = InstrumentWatch(self._reading, self.setup, self._told.states(_ENDLESS_MS))
        self._letters = Letters(self._reading)
        self._checked_ms = self._judged_ms = NEVER_MS
        self._looked_at = 0
        self._lock, self._acting = threading.RLock(), threading.Lock()
        self._end = threading.Event()
        self._inbox = Inbox(clock_ms)
        self._recorder: Recorder | None = None
        self._turn = self._received = self._setup_turn = 0
        self._unlogged = self._instruments.corrected(clock_ms())
        self._instruments.take(self._unlogged)
        self._trouble: tuple[str, Mapping[str, str | int | float]] | None = None
        self._supplied: Mapping[int, Supplied] = {}
        self._supplied_ms = NEVER_MS
        self._unread: tuple[str, Mapping[str, str | int | float]] | None = None
        self._behind: tuple[str, Mapping[str, str | int | float]] | None = None
        self._unusable: _Trouble | None = None
        self._unchecked: _Trouble | None = None
        self._unshared: _Trouble | None = None
        self._unshared_s = -math.inf
        self._told_links: Mapping[str, LinkState] = {}
        self._answering: dict[str, MqttFeed | StationFeed] = {}
        self._rebirths = Rebirths()
        self._feeds = {feed.name: self._source(feed, self.setup) for feed in self.setup.feeds}
        self._take_answering()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._begin, name="recorder", daemon=True)
        self._thread.start()
        self._ready.wait()
        for feed in self._feeds.values():
            feed.start()

    def close(self) -> None:
        """End the feeds and the thread, and let go of the files."""
        # The thread may be about to exchange feeds: they are those that it leaves.
        self._end.set()
        self._thread.join()
        for feed in self._feeds.values():
            feed.stop()
        self._log.close()
        self._told.close()
        self._reading.close()

    def _source(self, feed: Feed, setup: Setup) -> Source:
        return source_of(feed, self._folder, setup, self._inbox, self._clock_ms, self._open_opcua)

    def _take_answering(self) -> None:
        """Those that are told when what they brought is safe."""
        self._answering = {name: feed for name, feed in self._feeds.items() if isinstance(feed, MqttFeed | StationFeed)}

    # The thread

    def _begin(self) -> None:
        try:
            self._run()
        finally:
            # Nobody waits for the first turn of one that broke before it.
            self._ready.set()

    def _run(self) -> None:
        history = History.open(self._folder / HISTORY)
        now_ms = self._clock_ms()
        recorder = Recorder(self.setup.channels, self.setup.limits, history, openers_of(self.setup), now_ms)
        recorder.drifting = self._instruments.drifting
        # Whatever the clock says: a machine whose clock was set back still knows what was seen.
        recorder.alarms = restored(self._told.states(_ENDLESS_MS), self.setup.limits, now_ms)
        self._recorder = recorder
        self._ready.set()
        waiting: list[Message] = []
        compaction = Compaction(history, now_ms)
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
                    self._take_setup(recorder)
                    self._take_shared()
                except CodedError as error:
                    self._hold(error)
                    self._end.wait(AGAIN_S)
        finally:
            self._share.close()
            history.close()

    def _take_setup(self, recorder: Recorder) -> None:
        """What others have put into the set-up counts from now on; where it cannot be used, what is at work goes on."""
        try:
            news = self._file.news()
            if news is not None:
                self._adopt(recorder, news.fed_by(self.setup.feeders))
        except CodedError as error:
            _LOG.info("the set-up cannot be used: %s", error.code)
            with self._lock:
                self._unusable = (error.code, error.detail)
                self._turn += 1

    def _adopt(self, recorder: Recorder, setup: Setup) -> None:
        """Raises :class:`CodedError` where it cannot be used; nothing has changed then."""
        now_ms = self._clock_ms()
        anew = {feed.name: self._source(feed, setup) for feed in begun_anew(self.setup, setup)}
        kept = {feed.name for feed in setup.feeds} - anew.keys()
        # Who goes on bringing messages is read by who has heard what its devices call their metrics.
        openers = {**openers_of(setup), **{name: recorder.openers[name] for name in kept}}
        with self._lock:
            # Not before: somebody at the desk may just have changed a limit, and the file with it.
            before = self.setup
            changed = unit_changes(before, setup, now_ms)
            events = (
                *ends_of_removed(before.limits, setup.limits, recorder.alarms, now_ms, SETUP),
                *limit_events(before.limits, setup.limits, now_ms, SETUP),
                *changed,
            )
            if setup.channels.records == before.channels.records:
                recorder.watch(setup.limits)
            else:
                recorder.measure(setup.channels, setup.limits, openers)
                self._instruments.take(changed)
                self._instruments.measure(setup)
                recorder.drifting = self._instruments.drifting
                self._supplied_ms = NEVER_MS
            recorder.openers = {**recorder.openers, **openers}
            self.setup, self._unusable = setup, None
            self._setup_turn += 1
            self._turn += 1
            # With the next turn: the set-up counts also while the log cannot be written.
            self._unlogged += events
        for name, feed in self._feeds.items():
            if name not in kept:
                feed.stop()
                self._inbox.forget(name)
        self._feeds = {**{name: self._feeds[name] for name in kept}, **anew}
        self._take_answering()
        for feed in anew.values():
            feed.start()

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
            shown = recorder.take_at(messages, self._moment())
            self._unlogged += self._events(recorder, shown)
            self._write_down(())
            links = self._inbox.links()
            if messages or shown.transitions or links != self._told_links or self._trouble is not None:
                self._turn += 1
            self._told_links, self._trouble = links, None
            self._received += len(messages)
        for name, feed in self._answering.items():
            feed.done([message for message in messages if message.feed == name])
        for request in self._rebirths.due(self.setup.feeds, recorder.devices, recorder.now_ms):
            asked = self._answering.get(request.feed)
            if isinstance(asked, MqttFeed):
                asked.send(request.topic, request.body)

    def _events(self, recorder: Recorder, shown: Snapshot) -> list[AlarmEvent]:
        return [self._event(recorder, shown, each) for each in shown.transitions]

    def _event(self, recorder: Recorder, shown: Snapshot, each: Transition) -> AlarmEvent:
        limit = recorder.limits.records[each.alarm]
        value = float(shown.values[limit.channel])
        return AlarmEvent(each.at_ms, limit.id, _DEEDS[each.change], value=value if np.isfinite(value) else None)

    # What a screen asks

    def present(self) -> Present:
        """How everything stands now."""
        return self.picture().present

    def picture(self) -> Picture:
        """How everything stands now, by which set-up."""
        supplied, self._behind = self._day_supply(), self._keep_up()
        with self._lock:
            return Picture(self._present(supplied), self.setup, self._setup_turn)

    def _present(self, supplied: Mapping[int, Supplied]) -> Present:
        with self._lock:
            recorder = self._at_work
            now_ms = max(recorder.hears(self._moment()), recorder.now_ms)
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
                self._trouble or self._unusable or self._unread or self._unchecked or self._unshared or self._behind,
                supplied,
                is_flood(recorder.alarms.raised_ms, now_ms),
                shown.quality,
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

    def _keep_up(self) -> tuple[str, Mapping[str, str | int | float]] | None:
        """Take in what was written since the last look, lest a curve wait for minutes of it. Tells what is wrong."""
        try:
            self._reading.catch_up()
        except CodedError as error:
            return error.code, error.detail
        return None

    @property
    def turn(self) -> int:
        """Counts up whenever something has changed.

        Raises:
            AppError: ``telemetry.stopped``: a fault of this program has ended the thread. What stood last would pass
                for the present, and no alarm moves.
        """
        if not self._thread.is_alive() and not self._end.is_set():
            raise AppError("telemetry.stopped")
        with self._lock:
            return self._turn

    @property
    def setup_turn(self) -> int:
        """Counts up whenever the set-up has become another one."""
        return self._setup_turn

    def check_instruments(self) -> None:
        """Look at some more instruments, once a second at most, and suspect from now on those that drift.

        Where the history cannot be read, or the log not be written, that is told, and what comes in is shown.
        """
        now_ms = self._clock_ms()
        if 0 <= now_ms - self._checked_ms < _CHECK_MS:
            return
        self._checked_ms = now_ms
        self._noting(lambda: self._check(now_ms))

    def _noting(self, check: Callable[[], None]) -> None:
        """Look at instruments; what stands in the way is told."""
        try:
            check()
            self._unchecked = None
        except CodedError as error:
            _LOG.info("instruments cannot be looked at: %s", error.code)
            self._unchecked = (error.code, error.detail)

    def _check(self, now_ms: int) -> None:
        before, self._looked_at = self._looked_at, self._instruments.look(now_ms, _CHECK_S)
        # What is found is told as soon as all have been looked at once, not a minute after that.
        is_whole = before < self._looked_at == len(self.setup.channels)
        if not is_whole and 0 <= now_ms - self._judged_ms < MINUTE_MS:
            return
        self._judged_ms = now_ms
        with self._lock:
            self._keep(self._instruments.judged(now_ms))

    def _keep(self, events: list[AlarmEvent]) -> None:
        """Write down what became of instruments, and go by it."""
        if events:
            self._write_down(events)
            self._go_by(events)

    def look_back(self, at_ms: int) -> Picture:
        """What a screen showed at a moment of the past; one to come is the present one."""
        at_ms = min(at_ms, self._clock_ms())
        with self._lock:
            setup, turn = self.setup, self._setup_turn
        return Picture(present_at(self._reading, setup, self._told.states(at_ms + 1), at_ms), setup, turn)

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
        looked = self._instruments.look(now_ms)
        with self._lock:
            recorder = self._at_work
            found = self._instruments.findings(recorder.live, recorder.lost_devices())
            # What somebody has seen here stays, also where the console ends in the next moment.
            self._noting(lambda: self._keep(self._instruments.newly(found, now_ms)))
            strangers = tuple(recorder.strangers.values())
        return (*found, *strangers_told(strangers), *self._letters.told()), looked

    def take_feeders(self, feeders: Feeders) -> None:
        """Put low pressures below the pumps and plants that they come from; kept for the next start."""
        if feeders == self.setup.feeders:
            return
        # Before the lock is taken: readings do not wait for the disk.
        write_feeders(self._folder / FOLDER, feeders)
        with self._lock:
            self.setup = self.setup.fed_by(feeders)
            self._instruments.place(self.setup)
            self._at_work.watch(self.setup.limits)
            self._setup_turn += 1
            self._turn += 1
