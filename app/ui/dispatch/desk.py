"""The dispatch desk put together: its sides, its pane, its keys, and what it shows on the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.dispatch.acts import Done, Mute, Send
from app.dispatch.commands import NewReport
from app.dispatch.entries import IncidentKind
from app.dispatch.view import DispatchView
from app.dispatch_requests import ActAnswered, AttachLastPlan
from app.journal.events import milliseconds
from app.messages.describe import Thing
from app.ui.dispatch.alarms import Alarms, RoomSounds
from app.ui.dispatch.badges import Badges
from app.ui.dispatch.below import CREWS, DISPUTES, HANDOVER, ORDERS, TIME, BelowPane
from app.ui.dispatch.day_log import DayLog
from app.ui.dispatch.dispute_sheet import DisputeSheet, disputed_features, disputed_valves
from app.ui.dispatch.intake import IntakeForm, ReportDraft
from app.ui.dispatch.map_marks import marks_of, movers_of
from app.ui.dispatch.model import DispatchModel
from app.ui.dispatch.prompt import Answers, Field
from app.ui.dispatch.queue_panel import QueuePanel
from app.ui.dispatch.reach import ReachWatch
from app.ui.dispatch.side import IncidentSide
from app.ui.dispatch.typed import Completion, Typed, complete, turn_of
from app.ui.dispatch.wall import Wall
from app.ui.map_desk import Around, MapDesk
from gis.places import ids_of
from gis.search_hit import Hit

MUTE_MIN = 15
"""House: sounds are silenced for so long, then they come back by themselves."""
_CLOSE_M_PER_PX = 1.2
_AGES_EVERY_MS = 10_000


class DispatchDesk(MapDesk):
    """Everything of the desk.

    Signals:
        said: A sentence for the status bar, as a function that says it in the language in force.
    """

    said = Signal(object)

    def __init__(self, around: Around, sounds: RoomSounds) -> None:
        super().__init__(around)
        look, now = around.look, around.now
        self.model = DispatchModel(around.session, now, self)
        self.alarms = Alarms(sounds, self)
        sounds.bell_only.connect(lambda: self.said.emit(self._bell_only))
        self.reach = ReachWatch(self.model, self)
        self.queue = QueuePanel(look, self.model)
        self.side = IncidentSide(look, self.model, now)
        self.intake = IntakeForm(look, self.model, now)
        self.right = QStackedWidget()
        for page in (self.side, self.intake):
            self.right.addWidget(page)
        self.below = BelowPane(look, self.model, self.side.prompt, now)
        self.badges = Badges(look, self.model, self.alarms)
        self.wall = Wall(look, self.model)
        self.day_log = DayLog(look, around.session, self.side.prompt, now)
        self.contradictions = DisputeSheet(look, around.map.canvas)
        self._planned_for = ""
        self._crews_told: tuple[DispatchView, int] | None = None
        self._connect()
        self._bind()

    def _connect(self) -> None:
        model = self.model
        model.view_changed.connect(self._show_view)
        self._look.language_changed.connect(self._mark_map)
        model.ticked.connect(lambda: self.alarms.tick(model.now_ms))
        model.ticked.connect(self._move_crews)
        self.reach.changed.connect(self._show_reach)
        self.below.crews.reach_wanted.connect(self.reach.toggle)
        self.below.handover.log_wanted.connect(self.print_day)
        model.selected_changed.connect(self._show_selected)
        self.queue.list.entered_row.connect(lambda _entity: self.side.focus_next())
        self.side.plan_wanted.connect(self.plan)
        self.intake.left.connect(self.leave_intake)
        self.intake.saved.connect(self._reported)
        self.intake.placed.connect(self._map.show_hit)
        self.below.crew_chosen.connect(self._crew_chosen)
        self.below.disputes.chosen.connect(self._go_to)

    def _bind(self) -> None:
        """Keys that mean something else elsewhere: they count only where the keyboard is on these."""
        side, below = self.side, self.below
        tables = (side.next.table, side.crews.table, side.stations.chores, side.story.table)
        for host in (self.queue.list, *tables, below.timeline):
            self._bind_on(host, Qt.Key.Key_Space, self.acknowledge)
        self._bind_on(below.orders.table, Qt.Key.Key_Delete, below.orders.withdraw)
        self._bind_on(side.valves.table, Qt.Key.Key_L, side.leave_valve)
        self._bind_on(side.story.table, Qt.Key.Key_V, side.story.look_at_current)

    def _bind_on(self, host: QWidget, key: Qt.Key, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), host)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(act)

    @property
    def keys(self) -> Mapping[str, Callable[[], object]]:
        """What each key does while this desk is in front."""
        side = self.side
        return {
            "F3": self.queue.focus,
            "F4": lambda: self.below.focus(TIME),
            "F5": side.focus_crews if self.model.selected else lambda: self.below.focus(CREWS),
            "F6": side.doing.note,
            "F7": self.plan,
            "F8": side.doing.publish,
            "F9": self.do_primary,
        }

    @property
    def own_keys(self) -> Mapping[str, Callable[[], object]]:
        """Keys that only this desk has."""
        return {
            "Ctrl+N": self.report,
            "Ctrl+R": self.side.focus_clauses,
            "Ctrl+G": self.side.focus_valves,
            "Ctrl+S": self.side.focus_stations,
            "Ctrl+Y": self.side.focus_story,
            "Ctrl+F5": lambda: self.below.focus(ORDERS),
            "Shift+F5": lambda: self.below.focus(CREWS),
            "Shift+F4": self.reach.toggle,
            "Ctrl+H": lambda: self.below.focus(HANDOVER),
            "Ctrl+Shift+D": lambda: self.below.focus(DISPUTES),
            "Ctrl+Return": self._sign,
            "Ctrl+Shift+P": self.print_day,
            "Ctrl+F12": self.mute,
            "Ctrl+F11": self.show_wall,
            "F12": self.side.open_menu,
            "Ins": self.below.list_crew,
        }

    # What it shows

    def _show_view(self) -> None:
        view = self.model.view
        if view is None:
            self.alarms.show((), self.model.now_ms, 0)
        else:
            self.alarms.show(view.alarms, self.model.now_ms, view.muted_until_ms)
        self._mark_map()

    def _mark_map(self) -> None:
        view, moment = self.model.view, self.model.moment
        canvas = self._map.canvas
        if view is None or moment is None:
            canvas.mark_incidents(())
            canvas.set_crews(None)
            self.contradictions.show_marks(())
            return
        words = self._look.words.say("dispatch_told", "disputed")
        canvas.mark_incidents(marks_of(view, moment, self.model.selected, words))
        city = self._session.city
        features = disputed_features(view.disputes, self._map.place_of)
        contradicted = () if city is None else (*disputed_valves(view.disputes, city), *features)
        incidents = ((row.x_m, row.y_m) for row in view.queue if row.is_open)
        free_m = tuple((x_m, y_m) for x_m, y_m in incidents if x_m is not None and y_m is not None)
        self.contradictions.show_marks(contradicted, free_m if contradicted else ())
        self._move_crews()

    def _move_crews(self) -> None:
        """Crews where they were heard of last; what is said of their age moves by ten seconds, not by the second."""
        view, moment = self.model.view, self.model.moment
        if view is None or moment is None:
            return
        told = view, moment.now_ms // _AGES_EVERY_MS
        if told != self._crews_told:
            self._crews_told = told
            self._map.canvas.set_crews(movers_of(view, moment.now_ms))

    def _show_reach(self) -> None:
        self._map.canvas.show_reach(self.reach.marks)
        self.below.crews.show_reach(self.reach)
        self.badges.show_reach(self.reach.reach)
        self.side.show_reach(self.reach.reach)

    def _show_selected(self) -> None:
        self._mark_map()
        row = self.model.row
        if row is None or row.x_m is None or row.y_m is None:
            return
        seen = self._map.canvas.view.bounds
        if not (seen.x_min < row.x_m < seen.x_max and seen.y_min < row.y_m < seen.y_max):
            self._map.canvas.zoom_to_point(row.x_m, row.y_m, _CLOSE_M_PER_PX)

    # Reports

    def report(self, kind: IncidentKind = IncidentKind.VISIBLE_LEAK) -> None:
        """Ctrl+N: an empty form."""
        if self._session.workspace is not None:
            self._open_intake()
            self.intake.begin(kind)

    def report_at(self, hit: Hit, report: NewReport, begun: datetime) -> None:
        """A report whose place was typed in the command line."""
        self._open_intake()
        self.intake.begin_at(hit, report, begun)

    @property
    def draft(self) -> ReportDraft | None:
        """The report that somebody is filling in."""
        return self.intake.draft if self.right.currentWidget() is self.intake else None

    def report_from(self, draft: ReportDraft) -> None:
        """A report that somebody was filling in when the console died."""
        self._open_intake()
        self.intake.begin_from(draft)

    def _open_intake(self) -> None:
        self.right.setCurrentWidget(self.intake)

    def leave_intake(self) -> None:
        """Back to the incident in front."""
        self.right.setCurrentWidget(self.side)
        self.queue.focus()

    def _reported(self, entity: str, hit: Hit) -> None:
        self.model.select(entity)
        self.leave_intake()
        self.queue.list.select(entity)
        # The plan is there by the time somebody asks for it.
        self._plan_at(entity, hit.kind, hit.row)

    # Plans

    def plan(self) -> None:
        """F7: the isolation plan of the incident in front; once it stands there, attach it."""
        entity, row = self.model.selected, self.model.row
        if not entity or row is None or not row.pipe or self._session.city is None:
            return
        at = self._session.city.network.pipes.ids.find(row.pipe)
        # Somebody may have planned for another place in between.
        is_in_front = self._session.target == Thing("pipe", at) and self._session.plan is not None
        if self._planned_for == entity and is_in_front:
            self._attach(entity, row.pipe)
        else:
            self._plan_at(entity, "pipe", at)

    def _plan_at(self, entity: str, kind: str, at: int) -> None:
        """Plan for the main of *entity*; a place that is no thing of the network has the main that was found for it."""
        row, city = self.model.row, self._session.city
        if row is None or city is None:
            return
        if kind != "pipe" and row.pipe:
            at = city.network.pipes.ids.find(row.pipe)
        if at < 0 or not row.pipe:
            return
        self._planned_for = entity
        thing = Thing("pipe", at)
        self._session.pick(thing)
        self._session.make_plan(thing)
        number = row.number
        self.said.emit(
            lambda: self.tr("Plan for {number} is being made; F7 attaches it with its customers' list.").format(
                number=number
            )
        )

    def _attach(self, entity: str, pipe: str) -> None:
        def take(answer: ActAnswered) -> None:
            self._planned_for = ""
            self.model.take_answer(answer)
            if isinstance(answer.outcome, Done):
                self.said.emit(lambda: self.tr("The plan is attached with its customers' list as it is now."))

        since = None if self.model.view is None else self.model.view.heads
        request = AttachLastPlan(entity, pipe, since, self.model.now_ms)
        self._session.client.ask(request, self._session.expecting(ActAnswered, take))

    # Lines that were typed

    def complete(self, text: str) -> Completion | None:
        """What a typed line means here so far; None where it is looked up as ever."""
        view, moment = self.model.view, self.model.moment
        if view is None or moment is None:
            return None
        city = self._session.city
        valves = None if city is None else city.network.devices.ids
        at_desk = Typed(view, moment, self._look.words, self.model.selected, self.side.offers, valves)
        return complete(text, at_desk)

    def carry_out(self, completion: Completion) -> None:
        """Do what a typed line says, and show the incident that it is about."""
        if completion.show:
            self.model.select(completion.show)
        if isinstance(completion.act, Send):
            self.side.doing.send(completion.act.crew)
        elif completion.act is not None:
            self.model.do(completion.act)

    def turn_valve(self, hit: Hit, verb: str) -> bool:
        """A valve was closed or opened for the incident in front; False where nothing of the kind was typed."""
        if hit.kind != "valve" or verb not in {"close", "open"} or not self.model.selected:
            return False
        self.model.do(turn_of(verb, hit.id, self.model.selected))
        return True

    # Crews

    def _crew_chosen(self, crew: str) -> None:
        """Enter on the board: the crew's own incident, or the crew for the one in front."""
        view = self.model.view
        row = None if view is None else next((one for one in view.crews if one.crew == crew), None)
        if row is not None and row.incident:
            self.model.select(row.incident)
        elif self.model.selected:
            self.model.do(Send(crew, self.model.selected))

    def _go_to(self, entity: str) -> None:
        """Enter on a dispute: the incident, the crew's job, or the valve or another feature on the map."""
        kind, _, name = entity.partition("/")
        if kind == "asset":
            layer, _, feature = name.partition("/")
            place = self._map.place_of(layer, feature)
            if place is not None:
                self._map.canvas.zoom_to_point(*place)
        elif kind == "valve" and self._session.city is not None:
            row = int(ids_of(self._session.city, kind).find(name))
            if row >= 0:
                self._map.show_thing(Thing(kind, row))
        elif kind == "crew":
            self._crew_chosen(name)
        else:
            self.model.select(entity)

    # Keys

    def do_primary(self) -> None:
        """F9: save the report, or the next step of the incident in front."""
        if self.right.currentWidget() is self.intake:
            self.intake.confirm()
        else:
            self.side.do_primary()

    def acknowledge(self) -> None:
        """Space: alarms of the incident in front were seen; where it has none, the most urgent one's incident comes."""
        mine = self.alarms.of(self.model.selected)
        if mine:
            self.side.doing.acknowledge(mine)
        elif self.alarms.standing:
            self.model.select(self.alarms.standing[0].incident)

    def _bell_only(self) -> str:
        return self.tr("Alarms sound by the system's bell: no sound could be played. sluice doctor says why.")

    def mute(self) -> None:
        """Ctrl+F12: silence for a while, for a reason."""

        def done(answers: Answers) -> str | None:
            until = self._now() + timedelta(minutes=MUTE_MIN)
            self.model.do(Mute(milliseconds(until), answers["reason"]))
            return None

        title = self.tr("Silence the sounds for {minutes} minutes").format(minutes=MUTE_MIN)
        self.side.prompt.ask(title, (Field("reason", self.tr("reason")),), done)
        self.right.setCurrentWidget(self.side)

    def _sign(self) -> None:
        if self.below.shown == HANDOVER:
            self.below.handover.ask()

    def print_day(self) -> None:
        """Ctrl+Shift+P: the log of a day into a file."""
        self.day_log.ask()
        self.right.setCurrentWidget(self.side)

    def show_wall(self) -> None:
        """Ctrl+F11: the wall, on another screen where there is one."""
        self.wall.show()

    def step_back(self) -> bool:
        """Esc: leave the innermost thing; False where there is nothing to leave."""
        if self.side.step_back():
            return True
        if self.right.currentWidget() is self.intake:
            self.leave_intake()
            return True
        return False

    def come_forward(self) -> None:
        """The desk comes to the front: the keyboard goes to the queue."""
        self.queue.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close(self) -> None:
        """The window closes."""
        self.alarms.player.close()
        self.model.close()
        self.wall.close()
