"""The Pressure desk put together: its sides, what stands below, its keys, and what it shows on the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut

from app.dispatch.acts import Done, TakeReport
from app.dispatch.entries import Channel as ReportChannel
from app.dispatch.entries import IncidentKind
from app.feeds.inbox import Link
from app.hydrants.book import Stage
from app.live_requests import CurvesWritten, WriteCurves
from app.requests import Failed
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import AlarmState
from app.telemetry.present import Present
from app.ui import fonts
from app.ui.dispatch.model import DispatchModel
from app.ui.live.alarm_panel import AlarmPanel
from app.ui.live.burst_words import burst_facts
from app.ui.live.burst_zone import bounds_around, likeliest_place, zone_shades
from app.ui.live.figures_page import FiguresPage
from app.ui.live.hydrant_model import HydrantModel
from app.ui.live.hydrant_page import HydrantPage
from app.ui.live.line_page import LinePage
from app.ui.live.map_marks import sensors_of
from app.ui.live.model import LiveModel
from app.ui.live.rows import STATES, AlarmRow
from app.ui.live.shading import LiveShades
from app.ui.live.strips_pane import StripsPane
from app.ui.live.wall import WallPage
from app.ui.look import Look
from app.ui.map_desk import Around, MapDesk
from app.ui.menus import ask_where_to_save
from app.ui.tabs import TabbedPages
from app.ui.whole_files import beside, refused_by, written_by_qt
from app.ui.widgets import HEADER_HEIGHT, ElidedLabel, column
from network.errors import os_detail

WALL, FIGURES, LINE, HYDRANTS = 0, 1, 2, 3
_CLOSE_M_PER_PX = 2.5
_WORST_LINK = (Link.REFUSED, Link.DOWN, Link.CONNECTING)


class BelowWall(TabbedPages):
    """What stands under the map: the wall, and how well the alarms serve; at the right how the feeds stand."""

    def __init__(self, look: Look, model: LiveModel, hydrants: HydrantModel) -> None:
        super().__init__(look, edge="both", header_px=HEADER_HEIGHT)
        self._model = model
        self.wall, self.figures, self.line = WallPage(look, model), FiguresPage(look, model), LinePage(look, model)
        self.add_page(self.wall, "F5")
        self.add_page(self.figures, "Shift+F5")
        self.add_page(self.line, "Ctrl+F5")
        self.hydrants = HydrantPage(look, hydrants)
        self.add_page(self.hydrants, "Ctrl+F6")
        self.feed = ElidedLabel(look, size=fonts.CAPTION, tone="t2")
        # Four pages and their keys stand beside it on a laptop's screen.
        self.feed.setMinimumWidth(190)
        self.close_header(self.feed)
        column(self, self.header, self.pages).setStretch(1, 1)
        self.setMinimumHeight(HEADER_HEIGHT + 90)
        model.changed.connect(self._tell_feed)
        model.opened.connect(self._tell_feed)
        self.retranslate()
        self.show_page(WALL)

    def retranslate(self) -> None:
        pages = (self.tr("Plants"), self.tr("Alarm figures"), self.tr("Instruments and lines"))
        self.name_pages((*pages, self.tr("Hydrants")))
        self._tell_feed()

    def show_page(self, number: int) -> None:
        super().show_page(number)
        if number == FIGURES:
            self._model.show_figures()

    def _tell_feed(self) -> None:
        # In parts: where there is little room, that readings come in is told whole, and how many are not.
        self.feed.set_parts(self._feed_words().split(" · "))

    def _feed_words(self) -> str:
        model, words = self._model, self.look.words
        if model.is_lost:
            return self.tr("△ Readings have stopped; the recorder is begun again. What is shown is as it was.")
        if model.present is None:
            return ""
        if model.back_ms is not None:
            return self.tr("◷ the past is shown; Esc: the present")
        if model.present.trouble is not None:
            code, detail = model.present.trouble
            return "△ " + words.refusal(code, dict(detail))
        return self._link_words() or self._count_words(model.present)

    def _link_words(self) -> str:
        """What is wrong with a feed; "" where all bring everything."""
        assert self._model.present is not None
        links, words = self._model.present.links, self.look.words
        for worst in _WORST_LINK:
            for name, state in links.items():
                if state.link is worst:
                    told = words.refusal(state.code, {"reason": state.reason}) if state.code else ""
                    return f"△ {name}: {words.say('link', state.link.value)} {told}".strip()
        for name, state in links.items():
            if state.link is Link.UP and state.code:
                return f"△ {name}: " + words.refusal(state.code, {"reason": state.reason})
        return ""

    def _count_words(self, present: Present) -> str:
        turned = present.turned_away
        lost = "   " + self.tr("no room for {count} messages").format(count=turned) if turned else ""
        return self.tr("● readings come in · messages: {count}").format(count=present.received) + lost


class LiveDesk(MapDesk):
    """Everything of the desk.

    Signals:
        said: A sentence for the status bar.
    """

    said = Signal(str)

    def __init__(self, around: Around, dispatch: DispatchModel) -> None:
        super().__init__(around)
        look, self._dispatch = around.look, dispatch
        self.model = LiveModel(around.session, around.now, self)
        self.hydrants = HydrantModel(around.session, around.now, self)
        self.left = AlarmPanel(look, self.model, self.hydrants)
        self.right = StripsPane(look, self.model)
        self.below = BelowWall(look, self.model, self.hydrants)
        self.model.changed.connect(self._mark_map)
        self.model.opened.connect(self._mark_map)
        self.model.selected_changed.connect(self._show_selected)
        self.model.selected_changed.connect(self._show_burst)
        self.model.bursts.changed.connect(self._show_burst)
        look.language_changed.connect(self.model.name_anew)
        look.language_changed.connect(self._show_burst)
        self.below.wall.chosen.connect(self.right.show_channel)
        self.below.line.chosen.connect(self._show_channel)
        self.right.strips.chosen.connect(self._show_channel)
        self.below.hydrants.wanted.connect(self.left.draw)
        self.below.hydrants.chosen.connect(self._show_point)
        self.hydrants.changed.connect(self._mark_map)
        self.model.opened.connect(self._watch_hydrants)
        self.left.hydrant.saved.connect(self._tell_drawn)
        self.left.list.entered_row.connect(lambda _id: self.right.focus())
        self.left.buttons["incident"].clicked.connect(self.do_primary)
        self.left.in_trends = lambda: self.right.strips.heads[0].row if self.right.strips.heads else None
        self.model.limit_changed.connect(self._tell_limit)
        self.model.limit_removed.connect(self._tell_removed)
        self.model.written.connect(self._tell_written)
        dispatch.view_changed.connect(self._mark_incidents)
        self.right.bar.export_wanted.connect(self.export)
        self.right.bar.drill_wanted.connect(self.left.drill.ask)
        self.shades = LiveShades(self.model, self)
        self._zone_of = ""
        self.shades.shaded.connect(around.map.set_ranked)
        look.language_changed.connect(self.shades.retranslate)
        self._bind(Qt.Key.Key_Space, self.left.acknowledge)

    def _bind(self, key: Qt.Key, act: Callable[[], object]) -> None:
        """A key that means something else elsewhere: it counts only where the keyboard is on the alarms."""
        shortcut = QShortcut(QKeySequence(key), self.left.list)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(act)

    @property
    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What each key does while this desk is in front."""
        return {
            "F3": self.left.focus,
            "F4": self.right.focus,
            "F5": lambda: self._below(WALL),
            "F6": self.left.note,
            "F7": self.left.shelve,
            "F9": self.do_primary,
        }

    @property
    def own_keys(self) -> Mapping[str, Callable[[], object]]:
        """Keys that only this desk has."""
        return {
            "Shift+F7": self.left.edit_limit,
            "Shift+F6": self.left.change_service,
            "Shift+F5": lambda: self._below(FIGURES),
            "Ctrl+F5": lambda: self._below(LINE),
            "Ctrl+F6": lambda: self._below(HYDRANTS),
            "Ctrl+F7": self.left.draw,
            "Shift+F9": self.left.watch.ask,
            "Shift+F4": self.right.look_back,
            "F8": self.export,
            "Shift+F8": self.left.drill.ask,
        }

    def _below(self, page: int) -> None:
        self.below.show_page(page)
        (self.below.wall, self.below.figures, self.below.line, self.below.hydrants)[page].focus()

    def come_forward(self) -> None:
        """The desk is in front: the keyboard is on its alarms."""
        self.left.focus()

    def step_back(self) -> bool:
        """Esc: leave what is asked, then the alarm in front; False where there is neither."""
        if self.left.prompt.leave() or self.left.limits.leave() or self.left.hydrant.leave():
            return True
        if self.model.return_to_now():
            return True
        if self.model.selected:
            self.model.select("")
            self.left.list.clearSelection()
            return True
        return False

    # The map

    def _mark_map(self) -> None:
        setup, present, row = self.model.setup, self.model.present, self.model.row
        zone = None if row is None or row.burst is None else row.burst.zone
        more = None if zone is None else zone.one_more
        wanted = None if more is None else (more.x_m, more.y_m, self.tr("one more logger would help here"))
        shown = None
        if setup is not None and present is not None:
            shown = sensors_of(setup, present, self._look.words, wanted, self._drawn())
        self._map.canvas.set_sensors(shown)

    def _drawn(self) -> list[tuple[float, float, str]]:
        """Hydrants that run by the records."""
        words = self._look.words
        return [
            (*row.place_m, f"{row.number} {words.name('hydrant_purpose', row.purpose.value)}")
            for row in self.hydrants.rows
            if row.stage in {Stage.RUNNING, Stage.LAPSED}
        ]

    def _watch_hydrants(self) -> None:
        if self.model.setup is not None:
            self.hydrants.watch()

    def _mark_incidents(self) -> None:
        """Incidents of the queue in the trends, where each was opened."""
        view = self._dispatch.view
        self.right.show_incidents([] if view is None else [(one.opened_ms, one.number) for one in view.queue])

    def _show_selected(self) -> None:
        row, setup = self.model.row, self.model.setup
        if row is not None and setup is not None and row.burst is None:
            self._show_place(row.channel)

    def _show_burst(self) -> None:
        """The zone of the burst in front on the map, and what it rests on in the trends."""
        self._mark_map()
        row, city = self.model.row, self._session.city
        burst = None if row is None else row.burst
        self.model.bursts.explain("" if burst is None else burst.id)
        if burst is None or burst.zone is None or city is None:
            self._zone_of = ""
            self.shades.show_zone(None)
            return
        pipes = city.network.pipes
        self.shades.show_zone(zone_shades(burst.zone, pipes.ids))
        if self._zone_of != burst.id:
            self._zone_of = burst.id
            around = bounds_around(burst.zone, city.network)
            if around is not None:
                self._map.canvas.zoom_to(around)

    def _show_channel(self, row: int) -> None:
        self.right.strips.select(row)
        self._show_place(row)

    def _show_place(self, row: int) -> None:
        assert self.model.setup is not None
        channel = self.model.setup.channels.records[row]
        if channel.x_m is not None and channel.y_m is not None:
            self._show_point(channel.x_m, channel.y_m)

    def _show_point(self, x_m: float, y_m: float) -> None:
        seen = self._map.canvas.view.bounds
        if not (seen.x_min < x_m < seen.x_max and seen.y_min < y_m < seen.y_max):
            self._map.canvas.zoom_to_point(x_m, y_m, _CLOSE_M_PER_PX)

    # Commands

    def do_primary(self) -> None:
        """F9: what is asked for next: instruments where there are none, else an incident of the alarm in front."""
        if self.model.setup is None:
            self.model.set_up_demo()
        elif self.model.back_ms is not None:
            self.model.refuse("telemetry.looking_back")
        else:
            self.make_incident()

    def make_incident(self) -> None:
        """Take the alarm in front over to dispatch; its clock of arrival runs from when the sensor was confirmed."""
        row, setup = self.model.row, self.model.setup
        if row is None or setup is None:
            return
        if row.burst is not None:
            self._accept(row)
            return
        channel = setup.channels.records[row.channel]
        if channel.x_m is None or channel.y_m is None:
            self._say_nowhere(row)
            return
        is_station = channel.quantity in STATES
        words = self._look.words
        kind = words.say("alarm_kind", row.kind)
        report = TakeReport(
            IncidentKind.STATION_FAILURE if is_station else IncidentKind.BURST,
            channel.x_m,
            channel.y_m,
            ReportChannel.SENSOR,
            place=row.name,
            pipe=channel.pipe_id,
            station="",
            received_ms=row.raised_ms if row.raised_ms > 0 else None,
            note=f"{channel.id} {kind} {row.value} {row.unit}".strip(),
        )
        self._take_over(report, row.id)

    def _say_nowhere(self, row: AlarmRow) -> None:
        self.said.emit(self.tr("Nobody knows where {name} stands; take the report by Ctrl+1.").format(name=row.name))

    def _accept(self, row: AlarmRow) -> None:
        """Take a proposed burst over: somewhere in its zone, people begin to look where its first main in rank lies."""
        burst, city, setup = row.burst, self._session.city, self.model.setup
        if burst is None or burst.state is AlarmState.SUPPRESSED or city is None or setup is None:
            return
        channel = setup.channels.records[row.channel]
        at = None if burst.zone is None else likeliest_place(burst.zone, city.network)
        x_m, y_m = at if at is not None else (channel.x_m, channel.y_m)
        if x_m is None or y_m is None:
            self._say_nowhere(row)
            return
        words = self._look.words
        report = TakeReport(
            IncidentKind.BURST,
            x_m,
            y_m,
            ReportChannel.SENSOR,
            place=self.tr("Zone round {name}").format(name=row.name),
            received_ms=burst.at_ms,
            note=" ".join([f"{channel.id} {words.say('alarm_kind', row.kind)}.", *burst_facts(words, burst)]),
        )
        self._take_over(report, row.id)

    def _take_over(self, report: TakeReport, alarm: str) -> None:
        def then(done: Done) -> None:
            number = done.about.removeprefix("incident/")
            self.model.act(Deed.NOTED, (alarm,), number)
            self.model.act(Deed.ACKNOWLEDGED, (alarm,), number)
            self._dispatch.select(done.about)
            self.said.emit(self.tr("The alarm is an incident now: Ctrl+1 shows it in front."))

        self._dispatch.do(report, then)

    def export(self) -> None:
        """F8: the readings that are in sight as a table, or what is seen as a picture, of the span that is shown."""
        if self.model.setup is not None:
            parent = self.right.window()
            ask_where_to_save(parent, self.tr("Export the trends"), "trends.csv", self.write, ".parquet", ".png")

    def write(self, path: Path) -> None:
        """Write what the trends show to *path*: a picture where it ends in ``.png``, readings otherwise."""
        seen, rows = self.right.shown
        if path.suffix.lower() == ".png":
            try:
                _write_picture(seen.grab(), path)
            except OSError as error:
                self.model.session.refused.emit(Failed("cannot_write_file", {"path": str(path), **os_detail(error)}))
                return
            self.said.emit(self.tr("Written: {path}").format(path=path))
            return
        span, opened = self.right.strips.span.limits(self.model.now_ms), self.model.session.workspace
        if opened is not None:
            self.model.write_curves(WriteCurves(opened.folder, rows, *span, path))

    def _tell_written(self, told: CurvesWritten) -> None:
        self.said.emit(self.tr("{count} lines written: {path}").format(count=told.lines, path=told.path))

    def _tell_drawn(self, number: str) -> None:
        self.said.emit(
            self.tr("{number} is written down; pressures around it are left out while it runs.").format(number=number)
        )

    def _tell_limit(self, alarm: str) -> None:
        self.said.emit(self.tr("{alarm}: the new limit is watched from now on.").format(alarm=alarm))

    def _tell_removed(self, alarm: str) -> None:
        self.said.emit(self.tr("{alarm} is watched no longer.").format(alarm=alarm))

    def close(self) -> None:
        """Ask nothing more."""
        self.model.close()
        self.hydrants.close()


def _write_picture(picture: QPixmap, path: Path) -> None:
    with beside(path) as partial:
        with written_by_qt(partial) as file:
            if not picture.save(file, "PNG"):
                raise refused_by(file)
        partial.replace(path)
