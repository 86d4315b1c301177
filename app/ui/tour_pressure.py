"""Pictures of the Pressure desk: a quiet hour, all instruments, a burst no limit sees, an alarm, a flood, hydrants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.dispatch.acts import Done, No
from app.hydrants.acts import OpenHydrant
from app.hydrants.book import Stage
from app.hydrants.entries import Purpose
from app.telemetry.alarms import AlarmState, Limits
from app.telemetry.demo import DemoDay, Happening
from app.telemetry.setup import DEMO_DAY, FOLDER, FeedKind, Setup, write_setup
from app.ui.desks import PLAN, PRESSURE
from app.ui.live.desk import HYDRANTS, WALL
from app.ui.tour_guide import LOOKS, Guide

MINUTE_MS = 60_000
HASTE_MS = 2_000
"""For the pictures alarms wait no longer than this, and instruments send every second."""
BUDGET_DAYS = 7.0
_TURNS = 12
_HYDRANTS = 2
_NEAR_M_PER_PX = 1.2
_PAUSE_S = 1.0


def pressure_states(tour: Guide) -> Iterator[Path]:
    """One picture after the other; none of a city that is real, or whose instruments are no demonstration."""
    window, workspace = tour.window, tour.session.workspace
    model = window.live.model
    if workspace is None or not workspace.synthetic:
        return
    window.desks.show(PRESSURE)
    tour.idle()
    if model.setup is None:
        model.set_up_demo()
    tour.wait(lambda: model.setup is not None and model.present is not None and not tour.busy)
    own = model.setup
    if own is None or [feed.kind for feed in own.feeds] != [FeedKind.DEMO]:
        window.desks.show(PLAN)
        return
    try:
        yield from _Play(tour, own, workspace.folder).states()
    finally:
        # The city's instruments go on as they were before the pictures.
        write_setup(workspace.folder, own)
        model.begin()
        window.desks.show(PLAN)


def _say_no(no: No) -> None:
    raise AssertionError(f"no water could be drawn for a picture: {no.code}")


class _Play:
    """Lets things happen in the demonstration, one after the other."""

    def __init__(self, tour: Guide, own: Setup, folder: Path) -> None:
        self._tour, self._own, self._folder = tour, own, folder
        self._names = DemoDay.load(folder / FOLDER / DEMO_DAY).names
        self._desk = tour.window.live

    def states(self) -> Iterator[Path]:
        """All of them."""
        model, tour = self._desk.model, self._tour
        self._desk.left.list.holds_still = True
        self._let("leak")
        tour.wait(self._has_read)
        yield from self._pictures("quiet", lambda: model.select(""))
        yield from self._pictures("all", self._show_all)
        self._desk.right.bar.all.setChecked(False)
        model.bursts.learn(None, None, BUDGET_DAYS)
        tour.wait(lambda: model.bursts.picture is not None and model.bursts.picture.facts is not None and not tour.busy)
        burst = next((row.id for row in model.rows if row.burst is not None), "")
        if burst:
            yield from self._pictures("burst", lambda: self._bring(burst))
        for name, effect in (("alarm", "burst"), ("flood", "power failure")):
            self._let("leak", effect)
            tour.wait(self._has_flood if name == "flood" else lambda: self._has_read() and self._has_alarms())
            yield from self._pictures(name, lambda: self._bring(self._gravest()))
        # Last: around a hydrant in use no burst is told.
        self._draw_water()
        yield from self._pictures("hydrants", self._show_hydrants)
        self._desk.left.hydrant.leave()
        self._desk.left.list.holds_still = False
        self._desk.below.show_page(WALL)

    def _draw_water(self) -> None:
        """A sweeper fills up, and tonight a main is flushed; what earlier pictures wrote down stays as it is."""
        uses, city = self._desk.hydrants, self._tour.session.city
        now_ms = uses.now_ms
        uses.watch()
        self._tour.idle()
        if city is None or len(city.hydrants.ids) < _HYDRANTS or uses.rows:
            return
        names = city.hydrants.ids
        said = (
            OpenHydrant(Purpose.STREET, names[0], from_ms=now_ms - 20 * MINUTE_MS, flow_m3_h=18.0),
            OpenHydrant(
                Purpose.FLUSHING,
                names[len(names) // 2],
                from_ms=now_ms + 720 * MINUTE_MS,
                until_ms=now_ms + 780 * MINUTE_MS,
                flow_m3_h=60.0,
            ),
        )
        done: list[Done] = []
        for act in said:
            uses.do(act, done.append, _say_no)
        self._tour.wait(lambda: len(done) == len(uses.rows) == len(said))

    def _show_hydrants(self) -> None:
        """The list, the one that runs on the map, and the form for another one."""
        desk, canvas = self._desk, self._tour.window.map.canvas
        desk.model.select("")
        desk.below.show_page(HYDRANTS)
        running = next((row for row in desk.hydrants.rows if row.stage is Stage.RUNNING), None)
        if running is not None:
            canvas.zoom_to_point(*running.place_m, _NEAR_M_PER_PX)
        desk.left.draw()

    def _show_all(self) -> None:
        """A day of every instrument, once all that are in sight have come."""
        pane = self._desk.right
        pane.bar.all.setChecked(True)
        pane.strips.show_width(timedelta(days=1))
        grid = pane.all.grid
        self._tour.wait(lambda: {grid.rows[at] for at in grid.in_sight} <= set(grid.curves) and not self._tour.busy)

    def _let(self, *wanted: str) -> None:
        """Begin anew with only effects whose names begin with one of *wanted*; a leak goes on as it was."""
        now_ms = self._desk.model.now_ms
        leaks = [one for one in self._own.script if self._names[one.effect].startswith("leak") and "leak" in wanted]
        loud = [
            Happening(
                next(at for at, name in enumerate(self._names) if name.startswith(word)),
                now_ms - MINUTE_MS,
                now_ms + 60 * MINUTE_MS,
            )
            for word in wanted
            if word != "leak" and any(name.startswith(word) for name in self._names)
        ]
        hasty = Limits(
            tuple(replace(one, on_delay_ms=min(one.on_delay_ms, HASTE_MS)) for one in self._own.limits.records)
        )
        feeds = tuple(replace(feed, interval_s=_PAUSE_S) for feed in self._own.feeds)
        write_setup(self._folder, replace(self._own, script=(*leaks, *loud), limits=hasty, feeds=feeds))
        self._desk.model.begin()

    def _has_read(self) -> bool:
        present = self._desk.model.present
        return present is not None and present.received >= _TURNS

    def _has_alarms(self) -> bool:
        return any(row.state is AlarmState.UNACKNOWLEDGED and row.burst is None for row in self._desk.model.rows)

    def _has_flood(self) -> bool:
        """The alarm of the picture before stands still: that there is one says nothing."""
        present = self._desk.model.present
        return present is not None and present.is_flood and self._has_read()

    def _gravest(self) -> str:
        return next((row.id for row in self._desk.model.rows if row.burst is None), "")

    def _bring(self, alarm: str) -> None:
        """An alarm or a burst in front, with all that is told of it."""
        model = self._desk.model
        model.select("")
        model.select(alarm)
        row = model.row
        if row is not None and row.burst is not None:
            self._tour.wait(lambda: model.bursts.explained is not None)

    def _pictures(self, name: str, prepare: Callable[[], object]) -> Iterator[Path]:
        window = self._tour.window
        for language, theme in LOOKS:
            window.set_language(language)
            window.set_theme(theme)
            window.map.canvas.zoom_to_all()
            prepare()
            self._tour.idle()
            yield self._tour.picture(f"pressure-{name}-{theme}-{language}")
