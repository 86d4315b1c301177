"""What the Pressure desk knows: the setup, how everything stands, and the alarm in front.

The recorder's process is asked a few times a second whether anything has changed; it answers with one frozen picture of
everything. The window keeps no state of readings beyond that picture.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from app.journal.events import milliseconds
from app.live_requests import (
    AlarmFiguresShown,
    ChangeLimit,
    CurvesRead,
    DemoSetUp,
    DoAlarms,
    LimitChanged,
    LimitRehearsed,
    LiveOpened,
    LiveQuiet,
    LiveShown,
    LookLive,
    ReadCurves,
    RehearseLimit,
    SetUpDemo,
    ShowAlarmFigures,
    WatchLive,
)
from app.requests import Failed, Reply
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarms import Limit
from app.telemetry.live import NEVER_MS
from app.telemetry.present import Present
from app.telemetry.setup import Setup, is_set_up
from app.ui.live.burst_model import BurstModel
from app.ui.live.rows import AlarmRow, alarm_rows, arranged, burst_rows
from app.ui.session import Session

LOOK_MS = 400
AGAIN_MS = 2_000
"""So long after the recorder has ended it is begun again."""
FIGURES_DAYS = 30


class LiveModel(QObject):
    """State and commands of the desk.

    Attributes:
        setup: What is measured; None where nothing is set up, or it is not known yet.
        present: How it stands; None before the first answer.
        events: What became of alarms in the last day, the oldest first.
        rows: Alarms that want to be seen, the most pressing first.
        selected: Id of the alarm in front; "" for none.
        is_lost: The recorder does not answer; what is shown is as it was.
        bursts: What the watch for bursts proposes.

    Signals:
        opened: Another setup. changed: Another picture. selected_changed: Another alarm in front.
        curves_read: CurvesRead. figures_shown: AlarmFiguresShown. rehearsed: LimitRehearsed.
        limit_changed: A limit is watched from now on: its id.
    """

    opened = Signal()
    changed = Signal()
    selected_changed = Signal()
    curves_read = Signal(object)
    figures_shown = Signal(object)
    rehearsed = Signal(object)
    limit_changed = Signal(str)

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self._now = session, now
        self.setup: Setup | None = None
        self.present: Present | None = None
        self.events: tuple[AlarmEvent, ...] = ()
        self.rows: tuple[AlarmRow, ...] = ()
        self.selected = ""
        self.is_lost = False
        self._asking = False
        self._curve_ticket = 0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.bursts = BurstModel(session, now, self)
        self.bursts.changed.connect(self._arrange)
        session.workspace_changed.connect(self.begin)

    @property
    def now_ms(self) -> int:
        """The recorder's clock where it has spoken, else the window's; UTC milliseconds."""
        return self.present.at_ms if self.present is not None else milliseconds(self._now())

    @property
    def row(self) -> AlarmRow | None:
        """The alarm in front."""
        return next((row for row in self.rows if row.id == self.selected), None)

    def begin(self) -> None:
        """Another workspace: record it where anything is set up."""
        self._timer.stop()
        self.setup = self.present = None
        self.events, self.rows, self.selected, self._asking, self.is_lost = (), (), "", False, False
        self.bursts.forget()
        self.opened.emit()
        self.changed.emit()
        workspace = self.session.workspace
        if workspace is not None and is_set_up(workspace.folder):
            self._watch()

    def _watch(self) -> None:
        workspace = self.session.workspace
        if workspace is None:
            return

        def take(reply: Reply) -> None:
            if self.session.workspace is not workspace:
                return
            if isinstance(reply, LiveOpened):
                self.setup, self.is_lost = reply.setup, False
                self.opened.emit()
                self._timer.start()
                self.look()
                self.bursts.begin()
            else:
                self.session.is_refusal(reply)

        self.session.client.ask(WatchLive(workspace.folder, milliseconds(self._now())), take)

    def look(self) -> None:
        """Ask whether anything has changed."""
        if self._asking or self.setup is None:
            return
        self._asking = True
        workspace = self.session.workspace

        def take(reply: Reply) -> None:
            if self.session.workspace is not workspace:
                return
            self._asking = False
            if isinstance(reply, Failed):
                self._lost()
            elif not isinstance(reply, LiveQuiet):
                self._show(reply)

        since = -1 if self.present is None else self.present.turn
        self.session.client.ask(LookLive(since), take)

    def _lost(self) -> None:
        """The recorder's process has ended: say so, and begin another one."""
        self._timer.stop()
        self.is_lost = True
        self.changed.emit()
        QTimer.singleShot(AGAIN_MS, self, self._watch)

    def _show(self, reply: Reply) -> None:
        assert isinstance(reply, LiveShown)
        assert self.setup is not None
        self.present, self.events, self.is_lost = reply.present, reply.events, False
        self._arrange()

    def _arrange(self) -> None:
        """Alarms by limits and proposed bursts in one list."""
        if self.setup is None or self.present is None:
            return
        alarms = alarm_rows(self.setup, self.present, self.events)
        self.rows = arranged((*alarms, *burst_rows(self.setup, self.present, self.bursts.picture)))
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
                self._show(reply)

        if alarms:
            self.session.client.ask(DoAlarms(deed, alarms, note, until_ms), take)

    def read_curves(self, request: ReadCurves) -> None:
        """Ask for curves; only the latest question is answered."""

        def take(reply: Reply) -> None:
            if ticket == self._curve_ticket and isinstance(reply, CurvesRead):
                self.curves_read.emit(reply)

        ticket = self._curve_ticket = self.session.client.ask(request, take)

    def rehearse(self, limit: Limit) -> None:
        """Ask when *limit* would have been raised in the last month."""

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, LimitRehearsed)
                self.rehearsed.emit(reply)

        self.session.client.ask(RehearseLimit(limit), take)

    def change_limit(self, limit: Limit) -> None:
        """Watch another limit under the same id."""

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, LimitChanged)
                self.setup = reply.setup
                self.limit_changed.emit(limit.id)
                self.look()

        self.session.client.ask(ChangeLimit(limit), take)

    def show_figures(self) -> None:
        """Ask how well the alarms serve."""

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, AlarmFiguresShown)
                self.figures_shown.emit(reply)

        if self.setup is not None:
            self.session.client.ask(ShowAlarmFigures(FIGURES_DAYS), take)

    def set_up_demo(self) -> None:
        """Put demonstration instruments into the workspace that is open, where it has none."""
        workspace = self.session.workspace
        if workspace is None or self.setup is not None:
            return

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, DemoSetUp)
                if self.session.workspace is workspace:
                    self.begin()

        self.session.client.ask(SetUpDemo(workspace.folder, milliseconds(self._now())), take)

    def close(self) -> None:
        """Ask nothing more."""
        self._timer.stop()
        self.bursts.close()
