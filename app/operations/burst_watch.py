"""The watch for bursts over one workspace: readings in, proposals and what they rest on out. Nothing opens an incident.

Known work is explained away: readings near it do not count while it lasts. What would have been a burst without that is
still shown, set aside, with the words of the work; so is what was told before the work was written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from app.errors import AppError
from app.operations.burst_evidence import explained, zone_of
from app.operations.burst_flows import (
    explained_flow,
    inflow_of,
    inflows,
    shown_ticks,
    threshold_of,
    without_works,
)
from app.operations.burst_known import is_explained, works_near
from app.operations.burst_looking import Read, flow_ticks, is_told_before, set_aside, told_by_all
from app.operations.burst_meters import areas_told, metered_areas
from app.operations.known_works import known_works, lapsed_works
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarm_share import ALONE, AlarmShare, AtHub
from app.telemetry.alarms import AlarmState
from app.telemetry.bursts.grid import loggers_of, means, ticks_between
from app.telemetry.bursts.inflow import InflowTold
from app.telemetry.bursts.known_work import KnownWork, lasting, unexplained
from app.telemetry.bursts.learned import Learned, learned_ns
from app.telemetry.bursts.night_flow import last_night_ms
from app.telemetry.bursts.picture import BurstSeen, BurstsPicture, Explained, WatchFacts, Zone
from app.telemetry.bursts.proposals import Proposal, WatchState, begins_ms, is_at_latest, same_burst
from app.telemetry.bursts.told import Way
from app.telemetry.history import History
from app.telemetry.setup import HISTORY, read_setup
from app.telemetry.setup_watch import SetupFile
from app.telemetry.shared_entries import BurstJudged, SharedKind, bursts_judged
from app.workspace import Workspace, open_workspace, refreshed
from network.columns import Float64, Int64

BURST_LOG: Final = "bursts.sqlite"
LONGEST_MS: Final = 14 * 86_400_000
"""So far back readings are looked at: a sum that has not begun anew for so long is no burst any more."""
SHOWN_MS: Final = 7 * 86_400_000
"""So long a burst that nobody judged stays on the list."""
_BEFORE_MS: Final = 24 * 3_600_000
_AFTER_MS: Final = 6 * 3_600_000
_SETTLED_MS: Final = 120_000
"""A tick is looked at so long after its end: messages take a while."""


@dataclass(frozen=True)
class _Word:
    """What people did with a burst."""

    is_seen: bool = False
    is_done: bool = False
    note: str = ""


@dataclass(frozen=True, eq=False)
class _Ground:
    """What one look at bursts goes by.

    Attributes:
        told: Everything that was told.
        works, lapsed: Known work, and what is believed no more.
        read: The ticks that were read in this look.
    """

    learned: Learned
    told: Sequence[Proposal]
    works: tuple[KnownWork, ...]
    lapsed: tuple[KnownWork, ...]
    read: Read


class BurstWatch:
    """The watch over the workspace *folder*; one thread uses it.

    Args:
        folder: The workspace.
        clock_ms: The present, UTC milliseconds.
        hub: What is known of the workspace's hub.

    Raises:
        CodedError: The workspace, its setup or what was learned cannot be used.
    """

    def __init__(self, folder: Path, clock_ms: Callable[[], int], hub: AtHub = ALONE) -> None:
        self._folder, self._clock_ms = folder, clock_ms
        # Before it is read: what is written meanwhile is read again.
        self._setup_file = SetupFile(folder)
        self._setup = read_setup(folder)
        self._workspace: Workspace = open_workspace(folder)
        self._log = AlarmLog(folder / BURST_LOG)
        self._share = AlarmShare(folder, (SharedKind.BURSTS,), self._log.taken_up(), hub)
        self._learned: Learned | None = None
        self._learned_ns = 0
        self._state: WatchState | None = None
        self._zones: dict[str, Zone | None] = {}
        self._inflows: dict[str, tuple[int, tuple[InflowTold, ...]]] = {}
        self._explained_away: dict[str, Proposal] = {}
        self._inflow_of: tuple[int, ...] | None = None
        self._inflow_m3_h: Float64 = np.empty((0, 0))
        self._picture = BurstsPicture(0, None)
        self._seen: tuple[object, ...] = ()
        self.take_up()

    def close(self) -> None:
        """Let go of the files."""
        self._share.close()
        self._log.close()
        self._workspace.close()

    def take_up(self) -> None:
        """Go by what was learned last."""
        # Asked before it is read: what is written meanwhile is read again.
        self._learned_ns = learned_ns(self._folder)
        self._learned = Learned.load(self._folder)
        self._zones, self._inflows = {}, {}
        if self._learned is not None:
            areas = 0 if self._learned.flows is None else len(self._learned.flows.areas)
            self._state = WatchState.load(self._folder, self._learned.made_ms, len(self._learned.loggers), areas)

    # Looking

    def look(self) -> BurstsPicture:
        """Look at what has come since the last time, by what was learned last, whoever had it learned."""
        if learned_ns(self._folder) != self._learned_ns:
            self.take_up()
        self._take_setup()
        learned, state = self._learned, self._state
        if learned is None or state is None:
            return self._shown(None, (), (), (), ())
        self._workspace = refreshed(self._workspace)
        now_ms = self._clock_ms()
        first_ms = begins_ms(state.standing, learned.until_ms, now_ms, LONGEST_MS)
        at_ms = ticks_between(first_ms, (now_ms - _SETTLED_MS) // learned.tick_ms * learned.tick_ms, learned.tick_ms)
        flow_ms = flow_ticks(learned, state, now_ms - _SETTLED_MS)
        works = known_works(self._workspace, min(first_ms, *flow_ms[:1].tolist(), now_ms - SHOWN_MS), now_ms)
        lapsed = lapsed_works(self._workspace, now_ms)
        read = self._read(learned, at_ms, flow_ms)
        network = self._workspace.city.network
        explained = set_aside(learned, network, state, read, works)
        state = self._watched(learned, state, read.without(learned, network, works))
        self._take_shared(state.proposals, now_ms)
        words = self._words()
        ground = _Ground(learned, state.proposals, works, lapsed, read)
        seen = [
            self._burst(ground, one, words.get(one.id, _Word()))
            for one in state.proposals
            if not one.ends and not words.get(one.id, _Word()).is_done and one.at_ms > now_ms - SHOWN_MS
            if not is_told_before(one, state.proposals, lambda other: self._mains(learned, other))
        ]
        fresh = {one.id for one in state.proposals}
        aside = [
            _seen(learned, one, AlarmState.SUPPRESSED, "", None, (), near)
            for one, near in explained
            if one.id not in fresh and one.at_ms > now_ms - SHOWN_MS
        ]
        bursts = tuple(sorted((*seen, *aside), key=lambda one: -one.at_ms))
        away = {one.id for one in bursts if one.state is AlarmState.SUPPRESSED}
        every = (*state.proposals, *(one for one, _ in explained))
        self._explained_away = {one.id: one for one in every if one.id in away}
        return self._shown(learned, bursts, lasting(works, now_ms, now_ms), lapsed, tuple(words.items()))

    def _take_setup(self) -> None:
        """What others have put into the set-up meanwhile: new instruments are counted, and make up inflows."""
        try:
            news = self._setup_file.news()
        except AppError:
            # The recorder tells it; here as there what is at work goes on.
            return
        if news is not None:
            self._setup, self._inflows = news, {}

    def _read(self, learned: Learned, at_ms: Int64, flow_ms: Int64) -> Read:
        """Pressures are read at each look, inflow once a tick of its own: it is looked at much farther back."""
        head_m = np.empty((0, len(learned.loggers)))
        key = (learned.made_ms, *flow_ms[:1].tolist(), *flow_ms[-1:].tolist())
        if len(at_ms) or key != self._inflow_of:
            with closing(History.open(self._folder / HISTORY, readonly=True)) as history:
                head_m = means(history, learned.loggers, at_ms, learned.tick_ms)
                if key != self._inflow_of:
                    areas = () if learned.flows is None else learned.flows.areas
                    self._inflow_of, self._inflow_m3_h = key, inflow_of(history, areas, flow_ms)
        return Read(at_ms, head_m, flow_ms, self._inflow_m3_h)

    def _watched(self, learned: Learned, state: WatchState, read: Read) -> WatchState:
        """What is told now is kept before anybody sees it."""
        standing, flows, told = told_by_all(learned, state, read)
        if standing is not state.standing or flows is not state.flows:
            state = WatchState(state.made_ms, standing, (*state.proposals, *told), flows)
            state.save(self._folder)
            self._state = state
        return state

    def _zone(self, learned: Learned, one: Proposal) -> Zone | None:
        """Where it may be; worked out once."""
        if one.id not in self._zones:
            self._zones[one.id] = zone_of(learned, one)
        return self._zones[one.id]

    def _inflow(self, one: Proposal) -> tuple[InflowTold, ...]:
        """What flow meters say of it; worked out anew when another night is over."""
        now_ms = self._clock_ms() - _SETTLED_MS
        night_ms = last_night_ms(now_ms)
        if self._inflows.get(one.id, (-1, ()))[0] != night_ms:
            areas = areas_told(self._setup.channels, self._workspace.city)
            with closing(History.open(self._folder / HISTORY, readonly=True)) as history:
                told = inflows(history, areas, (one.since_ms, one.at_ms), max(now_ms, one.at_ms))
            self._inflows[one.id] = (night_ms, told)
        return self._inflows[one.id][1]

    def _mains(self, learned: Learned, one: Proposal) -> frozenset[str]:
        zone = self._zone(learned, one)
        return frozenset() if zone is None else frozenset(zone.pipes)

    def _newer(self, learned: Learned) -> tuple[int, int]:
        """How many pressures, and how many metered areas, are measured and were not taught."""
        areas, _ = metered_areas(self._setup.channels, self._workspace.city)
        # An area by other meters than it was taught is another one.
        taught = set() if learned.flows is None else set(learned.flows.areas)
        placed = {one.id for one in loggers_of(self._setup)}
        return len(placed - set(learned.loggers)), sum(one not in taught for one in areas)

    def _shown(
        self,
        learned: Learned | None,
        bursts: tuple[BurstSeen, ...],
        works: tuple[KnownWork, ...],
        lapsed: tuple[KnownWork, ...],
        words: tuple[object, ...],
    ) -> BurstsPicture:
        facts = None if learned is None else facts_of(learned, *self._newer(learned))
        told = tuple((one.id, one.state, one.note, one.works, _named(one.lapsed), one.inflows) for one in bursts)
        # What has lapsed lasts to now: its name alone is news.
        seen = (facts, told, works, _named(lapsed), words)
        if seen != self._seen:
            self._seen = seen
            self._picture = BurstsPicture(self._picture.turn + 1, facts, bursts, works, lapsed)
        return self._picture

    def _burst(self, ground: _Ground, one: Proposal, word: _Word) -> BurstSeen:
        learned, network = ground.learned, self._workspace.city.network
        near = works_near(learned, network, ground.works, one)
        if is_explained(learned, one, near, ground.read):
            return _seen(learned, one, AlarmState.SUPPRESSED, word.note, None, (), near)
        alike = [other for other in ground.told if other.way is one.way]
        # What is over in one area is not over in another.
        is_over = any(other.ends and other.at_ms > one.at_ms and other.area == one.area for other in alike)
        state = AlarmState.ACKNOWLEDGED if word.is_seen else AlarmState.UNACKNOWLEDGED
        if is_over and not word.is_seen:
            state = AlarmState.RETURNED_UNACKNOWLEDGED
        seen = _seen(learned, one, state, word.note, self._zone(learned, one), self._inflow(one), near)
        lapsed = works_near(learned, network, ground.lapsed, one)
        is_late = one.way is Way.PRESSURE and is_at_latest(one, alike, learned.rule)
        return replace(seen, is_at_latest=is_late, lapsed=lapsed)

    def _words(self) -> dict[str, _Word]:
        found: dict[str, _Word] = {}
        for event in self._log.between(0, 2**62):
            before = found.get(event.alarm, _Word())
            note = event.note or before.note
            match event.what:
                case Deed.ACKNOWLEDGED:
                    found[event.alarm] = _Word(True, before.is_done, note)
                case Deed.RESET:
                    found[event.alarm] = _Word(True, True, note)
                case _:
                    found[event.alarm] = _Word(before.is_seen, before.is_done, note)
        return found

    # What people do

    def act(self, deed: Deed, bursts: Sequence[str], actor: str, note: str = "") -> None:
        """Do something to bursts by their ids, and write it down; ``RESET`` takes one off the list for good.

        Raises:
            AppError: ``bursts.no_such``, ``alarms.shelve_reason``, ``alarms.not_a_deed``, ``hub.would_refuse``.
        """
        if deed not in _DEEDS:
            raise AppError("alarms.not_a_deed", deed=deed.value)
        if deed is Deed.RESET and not note.strip():
            raise AppError("alarms.shelve_reason")
        known = {} if self._state is None else {one.id: one for one in self._state.proposals}
        for name in bursts:
            if name not in known:
                raise AppError("bursts.no_such", burst=name)
        if not bursts:
            return
        now_ms = self._clock_ms()
        judged = [
            BurstJudged(one.id, one.since_ms, one.at_ms, one.side, one.way, one.area)
            for one in map(known.__getitem__, bursts)
        ]
        told = self._share.tell(
            lambda ahead_ms: bursts_judged(deed, judged, now_ms, note=note, ahead_ms=ahead_ms), actor, now_ms
        )
        taken = self._share.with_own(told)
        self._log.write((AlarmEvent(now_ms, name, deed, actor, note) for name in bursts), taken)
        if taken is not None:
            self._share.take(taken)

    def _take_shared(self, proposals: Sequence[Proposal], now_ms: int) -> None:
        """Take up what was said of bursts at other consoles."""
        news = self._share.news()
        if news is None:
            return
        lately = (one for one in news.entries if one.at_ms > now_ms - SHOWN_MS)
        events = [
            AlarmEvent(now_ms, same_burst(judged, proposals), entry.deed, entry.actor, entry.note)
            for entry in lately
            for judged in entry.bursts
        ]
        if events or news.is_first:
            self._log.write(events, news.taken)
        self._share.take(news.taken, news.version)

    # What a burst rests on

    def explain(self, name: str) -> Explained:
        """Tick by tick, from a day before it began to some hours after it was told.

        What known work may have moved is left out; of a burst that it explains it is what is shown.

        Raises:
            AppError: ``bursts.no_such``.
        """
        learned, state = self._learned, self._state
        found = self._explained_away.get(name)
        if found is None and state is not None:
            found = next((one for one in state.proposals if one.id == name), None)
        if learned is None or found is None:
            raise AppError("bursts.no_such", burst=name)
        if found.way is not Way.PRESSURE:
            return self._explain_flow(learned, found)
        end_ms = min(found.at_ms + _AFTER_MS, self._clock_ms() - _SETTLED_MS)
        at_ms = ticks_between(found.since_ms - _BEFORE_MS, end_ms, learned.tick_ms)
        with closing(History.open(self._folder / HISTORY, readonly=True)) as history:
            head_m = means(history, learned.loggers, at_ms, learned.tick_ms)
        works = self._left_out(found, int(at_ms[0]), end_ms)
        head_m = unexplained(at_ms, head_m, works, learned.loggers_m)
        return explained(learned, found, self._told(), at_ms, head_m)

    def _explain_flow(self, learned: Learned, one: Proposal) -> Explained:
        assert learned.flows is not None
        at_ms = shown_ticks(one, self._clock_ms() - _SETTLED_MS)
        with closing(History.open(self._folder / HISTORY, readonly=True)) as history:
            inflow_m3_h = inflow_of(history, learned.flows.areas, at_ms)
        works = self._left_out(one, int(at_ms[0]), int(at_ms[-1]))
        inflow_m3_h = without_works(learned, self._workspace.city.network, at_ms, inflow_m3_h, works)
        return explained_flow(learned, one, self._told(), at_ms, inflow_m3_h)

    def _told(self) -> Sequence[Proposal]:
        return () if self._state is None else self._state.proposals

    def _left_out(self, one: Proposal, from_ms: int, until_ms: int) -> tuple[KnownWork, ...]:
        return () if one.id in self._explained_away else known_works(self._workspace, from_ms, until_ms)


_DEEDS: Final = frozenset({Deed.ACKNOWLEDGED, Deed.NOTED, Deed.RESET})


def _named(works: Sequence[KnownWork]) -> tuple[tuple[str, int, str], ...]:
    return tuple((work.code, work.from_ms, str(work.detail)) for work in works)


def facts_of(learned: Learned, newer: int = 0, newer_areas: int = 0) -> WatchFacts:
    """What the watch goes by, for people; *newer* pressures are measured that it was not taught, *newer_areas* too."""
    return WatchFacts(
        learned.since_ms,
        learned.until_ms,
        learned.used,
        len(learned.loggers),
        learned.rule.threshold,
        learned.tick_ms,
        learned.budget_s,
        newer,
        0 if learned.flows is None else len(learned.flows.areas),
        newer_areas,
    )


def _seen(
    learned: Learned,
    one: Proposal,
    state: AlarmState,
    note: str,
    zone: Zone | None,
    told: tuple[InflowTold, ...],
    works: tuple[KnownWork, ...],
) -> BurstSeen:
    return BurstSeen(
        one.id,
        one.at_ms,
        one.since_ms,
        one.logger,
        one.side,
        one.height,
        threshold_of(learned, one.way),
        state,
        note,
        zone,
        told,
        works,
        way=one.way,
        area=one.area,
    )
