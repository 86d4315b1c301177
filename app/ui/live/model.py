"""What the Pressure desk knows: the setup, how everything stands, and the alarm in front.

The recorder's process is asked a few times a second whether anything has changed; it answers with one frozen picture of
everything. The window keeps no state of readings beyond that picture.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from app.journal.events import milliseconds
from app.live_requests import (
    AlarmFiguresShown,
    ChangeLimit,
    CheckLine,
    CurvesWritten,
    DemoSetUp,
    DoAlarms,
    FeedersFound,
    FindFeeders,
    LimitChanged,
    LimitRehearsed,
    LineChecked,
    LiveOpened,
    LiveShown,
    LookBack,
    LookLive,
    RehearseLimit,
    RemoveLimit,
    SeeTo,
    SetUpDemo,
    ShowAlarmFigures,
    TakeFeeders,
    WatchLive,
    WriteCurves,
)
from app.requests import Failed, Reply
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarms import Limit
from app.telemetry.findings import FindingKind
from app.telemetry.live import NEVER_MS
from app.telemetry.present import Present
from app.telemetry.setup import Setup, is_set_up
from app.ui.asking import Latest
from app.ui.live.burst_model import BurstModel
from app.ui.live.row_groups import in_groups
from app.ui.live.rows import AlarmRow, alarm_rows, arranged, burst_rows
from app.ui.session import Session

LOOK_MS = 160
"""House value: six looks a second; with five a reading in a hundred was 306 ms old on the screen at 50,000 a second."""
AGAIN_MS = 2_000
"""So long after the recorder has ended, or could not begin, it is begun again."""
FIGURES_DAYS = 30
SETUP_MS = 1_000
"""So often is looked whether instruments were put into a city that has none: a command may do it."""


class LiveModel(QObject):
    """State and commands of the desk.

    Attributes:
        setup: What is measured; None where nothing is set up, or it is not known yet.
        present: How it stands; None before the first answer.
        events: What became of alarms in the last day, the oldest first.
        rows: Alarms that want to be seen, the most pressing first; what belongs together stands below its head.
        selected: Id of the alarm in front; "" for none.
        is_lost: The recorder does not answer; what is shown is as it was.
        bursts: What the watch for bursts proposes.
        back_ms: The moment of the past that is shown, UTC milliseconds; None in the present.
        latest_ms: The recorder's clock when it last spoke of the present.
        unseen_now: While it looks back: how many alarms of the present nobody has seen.

    Signals:
        opened: Another setup. changed: Another picture. selected_changed: Another alarm in front.
        figures_shown: AlarmFiguresShown. rehearsed: LimitRehearsed.
        limit_changed: A limit is watched from now on: its id. limit_removed: It is no more.
        now_changed: Another present, behind a look back.
        written: CurvesWritten. line_checked: LineChecked.
    """

    opened = Signal()
    changed = Signal()
    selected_changed = Signal()
    figures_shown = Signal(object)
    rehearsed = Signal(object)
    limit_changed = Signal(str)
    limit_removed = Signal(str)
    now_changed = Signal()
    written = Signal(object)
    line_checked = Signal(object)

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self._now = session, now
        self.setup: Setup | None = None
        self.present: Present | None = None
        self.events: tuple[AlarmEvent, ...] = ()
        self.rows: tuple[AlarmRow, ...] = ()
        self.selected = ""
        self.is_lost = False
        self.back_ms: int | None = None
        self.latest_ms = milliseconds(now())
        self.unseen_now = 0
        self._live_turn = self._known = -1
        self._wanted_ms: int | None = None
        self._opening, self._looking, self._turning, self._feeding = (Latest(session.client) for _ in range(4))
        self._checking, self._feeding_told = Latest(session.client), Latest(session.client)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._awaiting = QTimer(self, interval=SETUP_MS)
        self._awaiting.timeout.connect(self._begin_where_set_up)
        self._again = QTimer(self, interval=AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._watch_again)
        self._unwatched: Reply | None = None
        self.bursts = BurstModel(session, now, self)
        self.bursts.changed.connect(self._arrange)
        session.workspace_changed.connect(self.begin)
        for changed in (session.city_changed, session.suppositions_changed, session.field_changed):
            changed.connect(self.find_feeders)

    @property
    def now_ms(self) -> int:
        """The recorder's clock where it has spoken, else the window's; UTC milliseconds."""
        return self.present.at_ms if self.present is not None else milliseconds(self._now())

    @property
    def city(self) -> str:
        """Its name, with which many names of its stations begin."""
        return "" if self.session.workspace is None else self.session.workspace.name

    @property
    def row(self) -> AlarmRow | None:
        """The alarm in front."""
        return next((row for row in self.rows if row.id == self.selected), None)

    def begin(self) -> None:
        """Another workspace: record it where anything is set up."""
        self._timer.stop()
        self._again.stop()
        self._unwatched = None
        self.setup = self.present = None
        self.events, self.rows, self.selected, self.is_lost = (), (), "", False
        for asked in (self._opening, self._looking, self._turning, self._feeding, self._feeding_told, self._checking):
            asked.drop()
        self.bursts.forget()
        self.back_ms = self._wanted_ms = None
        self._live_turn = self._known = -1
        self.opened.emit()
        self.changed.emit()
        if self.session.workspace is None:
            self._awaiting.stop()
        else:
            self._awaiting.start()
            self._begin_where_set_up()

    def _begin_where_set_up(self) -> None:
        workspace = self.session.workspace
        if self.setup is not None or self._opening.under_way:
            return
        if workspace is not None and is_set_up(workspace.folder):
            self._awaiting.stop()
            self._watch()

    def _watch_again(self) -> None:
        if self.is_lost and not self._opening.under_way:
            self._watch()
        else:
            self._begin_where_set_up()

    def _watch(self) -> None:
        workspace = self.session.workspace
        if workspace is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, LiveOpened):
                self.setup, self.is_lost, self._live_turn = reply.setup, False, -1
                self._known = reply.setup_turn
                self.opened.emit()
                self._timer.start()
                self.look()
                self.bursts.begin()
                self.find_feeders()
                self._unwatched = None
            else:
                # Told once for as long as it lasts: the set-up may be mended, or the disk have room again.
                if reply != self._unwatched:
                    self._unwatched = reply
                    self.session.is_refusal(reply)
                self._again.start()

        self._opening.ask(WatchLive(workspace.folder, milliseconds(self._now())), take)

    def look(self) -> None:
        """Ask whether anything has changed."""
        if self._looking.under_way or self.setup is None:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, Failed):
                self._lost()
            elif isinstance(reply, LiveShown):
                self._take_present(reply)

        self._looking.ask(LookLive(self._live_turn, self._known), take)

    def _take_setup(self, setup: Setup | None, turn: int) -> None:
        """Others have put something into the set-up, or this desk has: what is shown next goes by it."""
        if setup is None:
            return
        before = self.setup
        measures_other = before is None or setup.channels.records != before.channels.records
        self.setup, self._known = setup, turn
        if measures_other or before is None or setup.limits.records != before.limits.records:
            # What is shown goes by other positions.
            self.present, self.rows = None, ()
        if measures_other:
            self.opened.emit()
            self.find_feeders()

    def _take_present(self, reply: LiveShown) -> None:
        """Show it, or keep it behind the look back."""
        self._take_setup(reply.setup, reply.setup_turn)
        assert self.setup is not None
        self._live_turn, self.latest_ms, self.is_lost = reply.present.turn, reply.present.at_ms, False
        if self._wanted_ms is None:
            self._show(reply)
            return
        if self.present is None and not self._turning.under_way:
            self._ask_past()
        rows = alarm_rows(self.setup, reply.present, reply.events)
        self.unseen_now = sum(row.is_unseen and not row.is_aside for row in rows)
        self.now_changed.emit()

    def find_feeders(self) -> None:
        """Have the network say which instruments stand below which pumps and plants, and the recorder go by it."""
        if self.setup is None or self.session.workspace is None:
            return

        def take(reply: Reply) -> None:
            if self.session.is_refusal(reply) or self.setup is None:
                return
            assert isinstance(reply, FeedersFound)
            # What is on its way to the recorder does not stand in the setup yet: a valve may be back by then.
            if self._feeding_told.under_way or reply.feeders != self.setup.feeders:
                self._feeding_told.ask(TakeFeeders(reply.feeders), taken)

        def taken(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, LiveOpened)
                self._take_setup(reply.setup, reply.setup_turn)
                self._arrange()

        self._feeding.ask(FindFeeders(self.setup.channels), take)

    # The past

    @property
    def is_turning_back(self) -> bool:
        """Whether another moment is asked for and not shown yet."""
        return self._turning.under_way

    def look_back(self, at_ms: int) -> None:
        """Show how everything stood for a screen at a moment; one to come ends the look back."""
        if self.setup is None:
            return
        if at_ms >= self.latest_ms:
            self.return_to_now()
            return
        self._wanted_ms = at_ms
        if not self._turning.under_way:
            self._ask_past()

    def _ask_past(self) -> None:
        asked_ms = self._wanted_ms
        assert asked_ms is not None

        def take(reply: Reply) -> None:
            if self._wanted_ms is None:
                return
            if self.session.is_refusal(reply):
                self.return_to_now()
                return
            assert isinstance(reply, LiveShown)
            self._take_setup(reply.setup, reply.setup_turn)
            self.back_ms = asked_ms
            self._show(reply)
            if self._wanted_ms is not None and self._wanted_ms != asked_ms:
                self._ask_past()

        self._turning.ask(LookBack(asked_ms, self._known), take)

    def return_to_now(self) -> bool:
        """Show the present again; False where it is shown."""
        if self._wanted_ms is None:
            return False
        self.back_ms = self._wanted_ms = None
        self._live_turn, self.unseen_now = -1, 0
        self.changed.emit()
        self.look()
        return True

    def refuse(self, code: str, **detail: str) -> None:
        """Say why something cannot be done."""
        self.session.refused.emit(Failed(code, detail))

    def _is_past(self) -> bool:
        """Whether the past is shown, in which nothing can be done; says so."""
        if self._wanted_ms is not None:
            self.refuse("telemetry.looking_back")
        return self._wanted_ms is not None

    def _lost(self) -> None:
        """The recorder's process has ended: say so, and begin another one."""
        self._timer.stop()
        self.is_lost = True
        self.changed.emit()
        self._again.start()

    def _show(self, reply: Reply) -> None:
        assert isinstance(reply, LiveShown)
        assert self.setup is not None
        self.present, self.events, self.is_lost = reply.present, reply.events, False
        self._arrange()

    def name_anew(self) -> None:
        """Another language: what rows are called is part of them."""
        self._arrange()

    def _arrange(self) -> None:
        """Alarms by limits and proposed bursts in one list."""
        if self.setup is None or self.present is None:
            return
        alarms = alarm_rows(self.setup, self.present, self.events)
        # What the watch proposes now was not there then.
        bursts = () if self.back_ms is not None else burst_rows(self.setup, self.present, self.bursts.picture)
        self.rows = in_groups(arranged((*alarms, *bursts)), self.setup, self.present, self.events)
        self.changed.emit()
        if self.selected and self.row is None:
            self.select("")

    def select(self, alarm: str) -> None:
        """Bring an alarm to the front."""
        if alarm != self.selected:
            self.selected = alarm
            self.selected_changed.emit()

    # Commands

    def act(self, deed: Deed, alarms: tuple[str, ...], note: str = "", until_ms: int = NEVER_MS) -> None:
        """Do something to alarms, and to proposed bursts among them."""
        proposed = {row.id for row in self.rows if row.burst is not None}
        self.bursts.act(deed, tuple(name for name in alarms if name in proposed), note)
        alarms = tuple(name for name in alarms if name not in proposed)

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, LiveShown)
                self._take_present(reply)

        if alarms and not self._is_past():
            self.session.client.ask(DoAlarms(deed, alarms, note, until_ms, self._known), take)

    def see_to(self, channel: str, note: str, kind: FindingKind) -> None:
        """Somebody has decided about an instrument that drifted, or whose unit looked mistaken."""

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, LiveShown)
                self._take_present(reply)
                self.check_line()

        if not self._is_past():
            self.session.client.ask(SeeTo(channel, note, self._known, kind), take)

    def write_curves(self, request: WriteCurves) -> None:
        """Have readings written to a file."""

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, CurvesWritten)
                self.written.emit(reply)

        self.session.client.ask(request, take)

    def rehearse(self, limit: Limit) -> None:
        """Ask when *limit* would have been raised in the last month."""

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, LimitRehearsed)
                self.rehearsed.emit(reply)

        self.session.client.ask(RehearseLimit(limit), take)

    def change_limit(self, limit: Limit, why: str = "", channel: str = "") -> None:
        """Watch another limit under the same id, or a new one of *channel*."""
        self._change(ChangeLimit(limit, why, channel), limit.id, self.limit_changed)

    def remove_limit(self, alarm: str, why: str) -> None:
        """Watch an alarm no more."""
        self._change(RemoveLimit(alarm, why), alarm, self.limit_removed)

    def _change(self, request: ChangeLimit | RemoveLimit, alarm: str, done: SignalInstance) -> None:
        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, LimitChanged)
                # The next look brings it, together with how everything stands by it.
                done.emit(alarm)
                self.look()

        if not self._is_past():
            self.session.client.ask(request, take)

    def show_figures(self) -> None:
        """Ask how well the alarms serve."""

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, AlarmFiguresShown)
                self.figures_shown.emit(reply)

        if self.setup is not None:
            self.session.client.ask(ShowAlarmFigures(FIGURES_DAYS), take)

    def check_line(self) -> None:
        """Ask what is wrong with instruments and lines."""
        if self.setup is None or self._checking.under_way:
            return

        def take(reply: Reply) -> None:
            if isinstance(reply, LineChecked):
                self.line_checked.emit(reply)
            elif not isinstance(reply, Failed) or not self.is_lost:
                self.session.is_refusal(reply)

        self._checking.ask(CheckLine(), take)

    def set_up_demo(self) -> None:
        """Put demonstration instruments into the workspace that is open, where it has none."""
        workspace = self.session.workspace
        if workspace is None or self.setup is not None:
            return

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, DemoSetUp)
                if self.session.workspace is workspace:
                    # Unless it was seen already.
                    self._begin_where_set_up()

        self.session.client.ask(SetUpDemo(workspace.folder, milliseconds(self._now())), take)

    def close(self) -> None:
        """Ask nothing more."""
        self._timer.stop()
        self._again.stop()
        self._awaiting.stop()
        self.bursts.close()
