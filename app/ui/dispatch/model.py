"""What the dispatch desk knows: the view from the desk process, the incident in front, and the clocks of this second.

The window never works anything out: the view comes with every limit's end, and a tick compares times. That another
console has written is told by the desk process, which has the journal open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from app.dispatch.acts import Act, Done, Merge, No
from app.dispatch.positions import Positions
from app.dispatch.sheet import Sheet
from app.dispatch.states import ClockTable, table_of
from app.dispatch.view import DispatchView, QueueRow
from app.dispatch.view_positions import with_positions
from app.dispatch_requests import (
    ActAnswered,
    DispatchQuiet,
    DispatchShown,
    DoAct,
    IncidentShown,
    LookAtDispatch,
    ShowIncident,
    ShowValves,
    ValvesShown,
)
from app.journal.events import events_in, milliseconds
from app.requests import Reply
from app.times import CITY_TIME, utc_of
from app.ui.asking import OneByOne
from app.ui.dispatch.rows import Moment
from app.ui.session import Session

VALVE = "valve/"
TICK_MS = 1000
FORECASTS_AFTER_MS = 60_000
"""Forecasts move with time: so often a whole view is asked for though nothing was written."""

Told = Callable[[Done], None]


class DispatchModel(QObject):
    """State and commands of the desk.

    Attributes:
        view: The latest one; None before the first.
        moment: Its clocks at this second.
        selected: Entity of the incident in front; "" for none.
        sheet: That incident whole, as last told; its clocks' states are in :attr:`sheet_moment`.

    Signals:
        view_changed: Another view. selected_changed: Another incident in front.
        sheet_changed: The incident in front was told anew.
        ticked: Another second.
        refused: An act was answered by No.
        done: An act was carried out: the act, Done.
    """

    view_changed = Signal()
    selected_changed = Signal()
    sheet_changed = Signal()
    ticked = Signal()
    refused = Signal(object)
    done = Signal(object, object)

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self._now = session, now
        self.view: DispatchView | None = None
        self.moment: Moment | None = None
        self.selected = ""
        self.sheet: Sheet | None = None
        self.sheet_moment: Moment | None = None
        self._looking = OneByOne(session.client, self._question, self._take_look)
        self._asked_ms = 0
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._next_second)
        session.client.journal_moved.connect(self._look_again)
        session.workspace_changed.connect(self._begin)

    @property
    def now_ms(self) -> int:
        """This moment, UTC milliseconds."""
        return milliseconds(self._now())

    @property
    def row(self) -> QueueRow | None:
        """The incident in front, as the queue has it."""
        return None if self.view is None else self.view.row(self.selected)

    # Views

    def _begin(self) -> None:
        self.view = self.moment = self.sheet = self.sheet_moment = None
        self.selected = ""
        self._looking.forget()
        self._tick.stop()
        self.view_changed.emit()
        self.selected_changed.emit()
        if self.session.workspace is not None:
            self._tick.start()
            self.look()

    def look(self) -> None:
        """Ask for a view; while one is under way, once more after it."""
        self._looking.ask()

    def _question(self) -> LookAtDispatch | None:
        workspace = self.session.workspace
        if workspace is None:
            return None
        self._asked_ms = self.now_ms
        since = None if self.view is None else self.view.heads
        return LookAtDispatch(since, always=True, now_ms=self.now_ms)

    def _take_look(self, reply: Reply) -> None:
        if not self.session.is_refusal(reply) and not isinstance(reply, DispatchQuiet):
            assert isinstance(reply, DispatchShown)
            self._show(reply.view)

    def _show(self, view: DispatchView) -> None:
        changed = self.selected in view.changed or self.view is None
        self.view, self.moment = view, Moment.of(view.table, self.now_ms)
        events = events_in(view.heads)
        if events != self.session.events:
            self.session.note_events(events)
        self._follow_valves(tuple(sorted(name.removeprefix(VALVE) for name in view.changed if name.startswith(VALVE))))
        if self.selected and view.row(self.selected) is None:
            self.selected = ""
            self.selected_changed.emit()
        self.view_changed.emit()
        if self.selected and changed:
            self.show_sheet()

    def _follow_valves(self, valves: tuple[str, ...]) -> None:
        """Valves that somebody has turned stand otherwise on the map and in later plans."""

        def take(shown: ValvesShown) -> None:
            self.session.note_valves(shown.states)

        if valves:
            self.session.client.ask(ShowValves(valves), self.session.expecting(ValvesShown, take))

    def take_answer(self, answer: ActAnswered) -> None:
        """An act that was asked for elsewhere was answered."""
        self._show(answer.view)
        if isinstance(answer.outcome, No):
            self.refused.emit(answer.outcome)
        elif self.selected:
            self.show_sheet()

    # The incident in front

    def select(self, entity: str) -> None:
        """Bring an incident to the front."""
        if entity != self.selected:
            self.selected = entity
            self.sheet = self.sheet_moment = None
            self.selected_changed.emit()
            self.show_sheet()

    def show_sheet(self) -> None:
        """Ask for the incident in front, whole."""
        entity = self.selected
        if not entity:
            return

        def take(reply: Reply) -> None:
            if entity != self.selected or self.session.is_refusal(reply):
                return
            assert isinstance(reply, IncidentShown)
            self.sheet = reply.sheet
            self.sheet_moment = None if reply.sheet is None else Moment.of(_table(reply.sheet, self.view), self.now_ms)
            self.sheet_changed.emit()

        self.session.client.ask(ShowIncident(entity, self.now_ms), take)

    # Acts

    def do(self, act: Act, then: Told | None = None, who: str = "", role: str = "") -> int:
        """Carry out *act*; *then* hears what became of it where it was done. Returns the ticket.

        Args:
            act: What is to be done.
            then: Called with what was done.
            who: Who signs for it; "" for whoever is logged in.
            role: As whom, such as for a crew.
        """
        since = None if self.view is None else self.view.heads

        def take(answer: ActAnswered) -> None:
            self._show(answer.view)
            if isinstance(answer.outcome, No):
                self.refused.emit(answer.outcome)
                return
            self.done.emit(act, answer.outcome)
            if then is not None:
                then(answer.outcome)
            if self.selected:
                self.show_sheet()

        request = DoAct(act, who, role, since=since, now_ms=self.now_ms)
        return self.session.client.ask(request, self.session.expecting(ActAnswered, take))

    def merge(self, incident: str, into: str) -> None:
        """Both are one; the one that holds comes to the front."""
        self.do(Merge(incident, into), lambda done: self.select(done.about))

    # Time

    def _next_second(self) -> None:
        if self.view is None or self.moment is None:
            return
        before = self.moment
        self.moment = Moment.of(self.view.table, self.now_ms)
        if self.sheet_moment is not None:
            self.sheet_moment = Moment.of(self.sheet_moment.table, self.now_ms)
        self.ticked.emit()
        # A state that changed by itself is an alarm; forecasts grow old.
        turned = not np.array_equal(before.states, self.moment.states)
        if turned or self.now_ms - self._asked_ms > FORECASTS_AFTER_MS:
            self.look()

    def locate(self, positions: Positions) -> None:
        """Crews' devices were heard of: the view is the same but for where crews are."""
        if self.view is not None and (view := with_positions(self.view, positions)) is not self.view:
            self.view = view
            self.view_changed.emit()

    def _look_again(self) -> None:
        if self._tick.isActive():
            self.look()

    def close(self) -> None:
        """Ask nothing more."""
        self._tick.stop()


def _table(sheet: Sheet, view: DispatchView | None) -> ClockTable:
    """The clocks of one incident as a table of their own, a closed one's too, with the view's forecasts."""
    rows = () if view is None else view.clocks
    foreseen = {(row.entity, row.rule): row.forecast for row in rows if row.forecast is not None}
    return table_of(sheet.clocks, CITY_TIME, foreseen)


def moment_of(at_ms: int) -> datetime:
    """A moment on the city's clock."""
    return utc_of(at_ms).astimezone(CITY_TIME)
